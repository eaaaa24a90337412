"""A step of a unit's part: what, who, by when."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Optional

from tracker.domain.sub_item import PERSON_LENGTH, TITLE_LENGTH, Step
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, tidy

SAVE, DONE, OPEN, REMOVE = "save", "done", "open", "remove"


class StepForm(Form):
    """新增子项"""

    title = StringField(
        "要做什么", filters=[tidy], validators=[needed("要做什么"), at_most(TITLE_LENGTH, "子项")]
    )
    person = StringField("承办人", filters=[tidy], validators=[at_most(PERSON_LENGTH, "承办人")])
    due_on = DayField("完成日期", validators=[Optional()])

    def step(self) -> Step:
        """What was typed, for the service."""
        return Step(self.title.data or "", self.person.data or "", self.due_on.data)


class ChangeForm(StepForm, VersionedForm):
    """The same of a step that is there; the button says what happens to it."""

    action = HiddenField(validators=[AnyOf([SAVE, DONE, OPEN, REMOVE], "请重新打开这一页再试。")])
