"""Answering for a part of shared work, and the day by which to answer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, cast

from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, InputRequired

from tracker.domain.claim import WORDS_LENGTH
from tracker.web.forms.base import DayField, VersionedForm, at_most, tidy


class ClaimDayForm(VersionedForm):
    """认领期限"""

    by = DayField("认领期限", validators=[InputRequired("请填写认领期限。")])

    def day(self) -> date:
        """The day of a form that is valid."""
        return cast("date", self.by.data)


class ClaimForm(VersionedForm):
    """One part's answer; the button says which."""

    CLAIM: ClassVar[str] = "claim"
    DECLINE: ClassVar[str] = "decline"

    words = TextAreaField("说明", filters=[tidy], validators=[at_most(WORDS_LENGTH, "说明")])
    action = HiddenField(validators=[AnyOf([CLAIM, DECLINE], "请点“认领”或“不认领”。")])
