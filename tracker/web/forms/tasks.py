"""Changing one task: its units, its days, and the words that each act asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import FieldList, FormField, IntegerField, SelectField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from tracker.domain.task import Role
from tracker.services.ledger import ROLES
from tracker.services.tasks import TaskChange
from tracker.store.tables import Task, Unit
from tracker.web.forms.base import DayField, VersionedForm, at_most, needed, options, tidy

LEAVES = ""
NEW_UNITS = 3
MOST_UNITS = 500
_ROLE_WORDS = [(role.value, role.label) for role in ROLES]



def one_line(value: str | None) -> str | None:
    """A title without line breaks, however it was pasted; a filter for fields."""
    return " ".join(value.split()) if value else value


class ActForm(VersionedForm):
    """A button with the version it was shown for."""


class NoteForm(VersionedForm):
    """Words that an act asks for: a sign-off's grounds, a reason."""

    words = TextAreaField("说明", filters=[tidy], validators=[at_most(1000, "说明")])


class UnitPart(Part):
    """A unit that has a part in the task: its role, or that it leaves."""

    unit_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    role = SelectField("职责", choices=options([*_ROLE_WORDS, (LEAVES, "移出")]))


class NewPart(Part):
    """A unit that joins."""

    unit_id = SelectField("单位", coerce=int, default=0)
    role = SelectField("职责", choices=options(_ROLE_WORDS), default=Role.RESPONSIBLE.value)


class Stage(Part):
    """The day of an open checkpoint."""

    checkpoint_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    day = DayField("日期", validators=[InputRequired("请填写日期；不再需要的节点可以在任务页办结。")])


class TaskForm(VersionedForm):
    """修改任务"""

    words = TextAreaField(
        "任务名称", filters=[one_line], validators=[needed("任务名称"), at_most(200, "任务名称")]
    )
    parts = FieldList(FormField(UnitPart), max_entries=MOST_UNITS)
    joining = FieldList(FormField(NewPart), min_entries=NEW_UNITS, max_entries=NEW_UNITS)
    stages = FieldList(FormField(Stage), max_entries=MOST_UNITS)
    new_day = DayField("新增完成时限", validators=[Optional()])
    reason = TextAreaField(
        "改动时限的理由",
        filters=[tidy],
        validators=[at_most(500, "理由")],
        description="改时限时必填；原文写的时间会一直保留。",
    )

    def offer(self, units: Sequence[Unit]) -> None:
        """The units that can join."""
        choices = options([(0, "（不增加）"), *((unit.id, unit.name) for unit in units)])
        for entry in self.joining:
            entry.form.unit_id.choices = choices

    def fill(self, task: Task) -> None:
        """Show the task as it stands."""
        self.version.data = task.version
        self.words.data = task.title
        for part in task.assignments:
            self.parts.append_entry({"unit_id": part.unit_id, "role": part.role})
        for point in task.checkpoints:
            if point.closed_at is None:
                self.stages.append_entry({"checkpoint_id": point.id, "day": point.due_on})

    def wanted(self) -> TaskChange:
        """What was typed, for the service; a unit that joins twice has its last role."""
        staying = {entry.unit_id.data: Role(entry.role.data) for entry in self.parts if entry.role.data}
        joining = {entry.unit_id.data: Role(entry.role.data) for entry in self.joining if entry.unit_id.data}
        days: dict[int, date] = {entry.checkpoint_id.data: entry.day.data for entry in self.stages}
        return TaskChange(
            title=self.words.data or "",
            roles=staying | joining,
            days=days,
            new_day=self.new_day.data,
            reason=self.reason.data or "",
        )
