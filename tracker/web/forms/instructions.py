"""Forms of instructions (批示): the leader's words, and what office and unit add to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker.domain.answering import WORDS_LENGTH
from tracker.services.instructions import NAME_LENGTH, Leader
from tracker.store.tables import Account, Unit
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy


def area(label: str, *, asked: str = "", rows: int = 3) -> TextAreaField:
    """Words of some lines; needed where `asked` names them."""
    validators = [needed(asked)] if asked else []
    length = at_most(WORDS_LENGTH, asked or label)
    return TextAreaField(label, filters=[tidy], validators=[*validators, length], render_kw={"rows": rows})


class InstructionForm(Form):
    """写批示"""

    leader_id = SelectField("作批示的领导", coerce=int, default=0)
    leader_name = StringField("领导姓名", filters=[tidy], validators=[at_most(NAME_LENGTH, "领导姓名")])
    words = area("批示内容", asked="批示内容", rows=5)
    said_on = DayField("批示日期", validators=[Optional()])

    def offer(self, leaders: Sequence[Account], *, today: date, begun: str = "") -> None:
        """The leaders with an account; one without is named. A leader needs neither list nor name.

        `begun` is how the words begin where they are about something that was opened before.
        """
        named = [(one.id, one.display_name) for one in leaders]
        self.leader_id.choices = options([*named, (0, "（名单里没有，下面填姓名）")])
        if not self.is_submitted():
            self.leader_id.data = named[0][0] if named else 0
            self.said_on.data, self.words.data = today, begun

    def leader(self) -> Leader:
        """Whose words they are."""
        return Leader(self.leader_id.data or None, self.leader_name.data or "")


class GivenForm(VersionedForm):
    """A unit and a day."""

    unit_id = SelectField("承办单位", coerce=int)
    due_on = DayField("回复时限", validators=[InputRequired("请填写回复时限。")])

    def offer(self, units: Sequence[Unit]) -> None:
        """The units that can be asked."""
        self.unit_id.choices = options((unit.id, unit.name) for unit in units)


class AssignForm(GivenForm):
    """交办"""

    words = area("办理要求（可不填）", rows=2)


class MoveForm(GivenForm):
    """改交办"""

    words = area("改交办的理由", asked="改交办的理由", rows=2)


class KeepForm(VersionedForm):
    """留作批注"""

    words = area("为什么不交办", asked="不交办的理由", rows=2)


class AnswerForm(VersionedForm):
    """回复"""

    words = area("办理情况", asked="办理情况", rows=5)
    evidence_url = StringField("佐证链接（可不填）", filters=[tidy], validators=[at_most(1000, "链接")])


class CloseForm(VersionedForm):
    """办结"""

    words = area("办结情况", rows=2)
