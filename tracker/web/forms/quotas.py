"""Forms of the quota pages (次数指标)."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.domain.evidence import ACCEPT
from tracker.domain.proof import Proof
from tracker.domain.quota_scope import Scope
from tracker.services.counted_events import EventFacts
from tracker.services.quotas import Target
from tracker.store.tables import CountedEvent, Unit, UnitClass
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy


def evidence_of(link: StringField, file: FileField) -> Proof:
    """The link and the file of a form."""
    given = file.data if file.data and file.data.filename else None
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1] if given else ""
    return Proof(link.data or "", (given.read(), name) if given else None)


def _facts(form: EventForm | ChangeEventForm) -> EventFacts:
    """What was typed; the form has been found in order."""
    if form.held_on.data is None:
        raise ValueError("an event has a day")
    return EventFacts(form.held_on.data, form.title.data or "", evidence_of(form.link, form.file))


class EventForm(Form):
    """登记一次"""

    unit_id = SelectField("单位", coerce=int)
    held_on = DayField("哪一天", validators=[InputRequired("请填是哪一天办的。")])
    title = StringField("做了什么", filters=[tidy], validators=[needed("做了什么"), at_most(200, "做了什么")])
    link = StringField("佐证链接", filters=[tidy], validators=[at_most(1000, "链接")])
    file = FileField(
        "或者附件", description="有链接就不用附件。同一个链接或附件只计一次。", render_kw={"accept": ACCEPT}
    )

    def offer(self, units: tuple[Unit, ...]) -> None:
        """The units that can be chosen."""
        self.unit_id.choices = options((unit.id, unit.name) for unit in units)

    def facts(self) -> EventFacts:
        """What was typed."""
        return _facts(self)


class ChangeEventForm(VersionedForm):
    """修改一次登记"""

    held_on = DayField("哪一天", validators=[InputRequired("请填是哪一天办的。")])
    title = StringField("做了什么", filters=[tidy], validators=[needed("做了什么"), at_most(200, "做了什么")])
    link = StringField("佐证链接", filters=[tidy], validators=[at_most(1000, "链接")])
    file = FileField("换一个附件", render_kw={"accept": ACCEPT})

    def fill(self, event: CountedEvent) -> None:
        """Show the event as it stands."""
        self.version.data, self.held_on.data = event.version, event.held_on
        self.title.data, self.link.data = event.title, event.evidence_url

    def facts(self) -> EventFacts:
        """What was typed."""
        return _facts(self)


class StrikeForm(VersionedForm):
    """划去"""

    reason = TextAreaField(
        "为什么划去", filters=[tidy], validators=[needed("为什么划去"), at_most(500, "理由")]
    )


class SettleForm(VersionedForm):
    """由谁完成"""

    who = RadioField("由谁完成", validators=[InputRequired("请选定由谁完成。")])

    def offer(self, target: Target, classes: tuple[UnitClass, ...]) -> None:
        """Each class, and the units of the task."""
        named = [(f"{Scope.CLASS.value}-{each.id}", f"{each.name}，每家都要") for each in classes]
        if target.row.unit is not None:
            named.append((Scope.UNIT.value, target.row.unit.name))
        named += [(scope.value, scope.label) for scope in (Scope.EACH, Scope.TOGETHER)]
        self.who.choices = options(named)

    def chosen(self) -> tuple[Scope, int | None]:
        """The scope, and the class where it is one."""
        scope, _, number = str(self.who.data).partition("-")
        return Scope(scope), int(number) if number else None
