"""Forms of meetings (例会) and decisions (议定事项)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import (
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional

from tracker.domain.answering import WORDS_LENGTH
from tracker.domain.china_time import china_clock, instant
from tracker.domain.meeting import ENTERED, Attendance, Presence
from tracker.services.attending import Place
from tracker.services.meetings import PLACE_LENGTH, TITLE_LENGTH, Arrangement
from tracker.services.minutes import Proposed
from tracker.store.tables import Meeting, MeetingDecision, Unit
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy


def _area(label: str, *, asked: str = "", rows: int = 2) -> TextAreaField:
    """Words of some lines; needed where `asked` names them."""
    validators = [needed(asked)] if asked else []
    length = at_most(WORDS_LENGTH, asked or label)
    return TextAreaField(label, filters=[tidy], validators=[*validators, length], render_kw={"rows": rows})


class ArrangementForm(VersionedForm):
    """召集、修改例会"""

    title = StringField(
        "会议名称", filters=[tidy], validators=[needed("会议名称"), at_most(TITLE_LENGTH, "会议名称")]
    )
    day = DayField("日期", validators=[InputRequired("请填写开会日期。")])
    hour = TimeField("时间", validators=[InputRequired("请填写开会时间，例如 15:00。")])
    place = StringField("地点", filters=[tidy], validators=[at_most(PLACE_LENGTH, "地点")])
    roles = TextAreaField(
        "每家单位谁参会",
        description="一行一种，例如“分管领导”。",
        validators=[needed("参会人员")],
        render_kw={"rows": 2},
    )
    unit_ids = SelectMultipleField("参会单位", coerce=int)

    def offer(self, units: Sequence[Unit], shown: Arrangement) -> None:
        """The units that can be asked; before anything is typed, the form shows an arrangement."""
        self.unit_ids.choices = options((unit.id, unit.name) for unit in units)
        if self.is_submitted():
            return
        moment = china_clock(shown.starts_at)
        self.title.data, self.place.data = shown.title, shown.place
        self.day.data, self.hour.data = moment.date(), moment.time().replace(tzinfo=None)
        self.roles.data, self.unit_ids.data = "\n".join(shown.roles), list(shown.unit_ids)

    def arrangement(self) -> Arrangement:
        """What was typed."""
        roles = tuple(line.strip() for line in (self.roles.data or "").splitlines() if line.strip())
        day, hour = self.day.data, self.hour.data
        if day is None or hour is None:
            raise ValueError("a form is validated before it is read")
        starts_at = instant(day, hour)
        return Arrangement(
            self.title.data or "", starts_at, self.place.data or "", roles, tuple(self.unit_ids.data or ())
        )


class CancelForm(VersionedForm):
    """取消例会"""

    words = _area("为什么取消", asked="取消的原因")


class TokenForm(Form):
    """What may not have changed meanwhile."""

    token = HiddenField()


class MinutesForm(TokenForm):
    """会议记录"""

    text = TextAreaField("会议纪要正文（可不填）", filters=[tidy], render_kw={"rows": 6})


class RemarkForm(Form):
    """更正说明"""

    words = _area("更正说明", asked="更正说明")


class DraftForm(VersionedForm):
    """议定事项"""

    words = _area("议定事项", asked="议定事项")
    unit_id = SelectField("责任单位", coerce=int, default=0)
    due_on = DayField("完成日期", validators=[Optional()])

    def offer(self, units: Sequence[Unit]) -> None:
        """The units that can take it; it may be said later."""
        self.unit_id.choices = options([(0, "（还没有定）"), *((unit.id, unit.name) for unit in units)])

    def proposed(self) -> Proposed:
        """What was typed."""
        return Proposed(self.words.data or "", self.unit_id.data or None, self.due_on.data)

    def show(self, row: MeetingDecision) -> None:
        """Begin with what stands."""
        self.words.data, self.unit_id.data, self.due_on.data = row.words, row.unit_id or 0, row.due_on


class GivenForm(VersionedForm):
    """A unit and a day."""

    unit_id = SelectField("责任单位", coerce=int)
    due_on = DayField("完成日期", validators=[InputRequired("请填写完成日期。")])

    def offer(self, units: Sequence[Unit]) -> None:
        """The units that can take it."""
        self.unit_id.choices = options((unit.id, unit.name) for unit in units)


class HearForm(GivenForm):
    """再议"""

    words = _area("这次怎么说的（可不填）")


class MoveForm(GivenForm):
    """改单位或日期"""

    words = _area("为什么改", asked="修改的原因")


class ReportForm(VersionedForm):
    """报完成"""

    words = _area("完成情况", asked="完成情况", rows=4)
    evidence_url = StringField("佐证链接（可不填）", filters=[tidy], validators=[at_most(1000, "链接")])


class ConfirmForm(VersionedForm):
    """确认办结"""

    words = _area("说明（可不填）")


class SendBackForm(VersionedForm):
    """退回"""

    words = _area("还差什么", asked="退回的原因")


class FinishForm(VersionedForm):
    """办结"""

    words = _area("办结情况", asked="办结情况")


class DropForm(VersionedForm):
    """不再办理"""

    words = _area("为什么不再办理", asked="不再办理的原因")


def read_attendance(form: Mapping[str, str], meeting: Meeting) -> dict[Place, Attendance]:
    """What was entered of each unit and role; the one field of words is a name or a reason."""
    found: dict[Place, Attendance] = {}
    known = {each.value for each in ENTERED}
    for unit in meeting.units:
        for row in unit.attendance:
            key = f"row-{unit.unit_id}-{row.position}"
            if (said := form.get(f"{key}-presence", "")) in known:
                told = form.get(f"{key}-told", "")
                found[unit.unit_id, row.role] = Attendance(row.role, Presence(said), who=told, why=told)
    return found


def read_notes(form: Mapping[str, str], meeting: Meeting) -> dict[int, str]:
    """What was typed of each unit."""
    return {each.unit_id: form.get(f"unit-{each.unit_id}-note", each.note) for each in meeting.units}
