"""Forms of the look-back and of rectification."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from tracker.domain.look_back import VerdictKind
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy


class VerdictForm(VersionedForm):
    """A person's word on one task."""

    said = SelectField("结论", choices=options((verdict.value, verdict.label) for verdict in VerdictKind))
    note = TextAreaField("说明", filters=[tidy], validators=[at_most(500, "说明")])

    def word(self) -> dict[str, Any]:
        """The verdict, the note, and the version they were given against."""
        return {"version": self.version.data, "said": self.said.data, "note": self.note.data or ""}


class TermsForm(VersionedForm):
    """Who mends what a verdict finds unfinished, and by when."""

    lead_unit_id = IntegerField("牵头单位", validators=[Optional()])
    due_on = DayField("整改时限", validators=[Optional()])

    def terms(self) -> dict[str, Any]:
        """As the service takes them."""
        lead = self.lead_unit_id.data or None
        return {"version": self.version.data, "lead_unit_id": lead, "due_on": self.due_on.data}


class TermsForAllForm(Form):
    """One day for all that has none."""

    due_on = DayField("整改时限", validators=[Optional()])


class ScheduleForm(VersionedForm):
    """Who mends it, and by when."""

    lead_unit_id = SelectField("牵头单位", coerce=int)
    due_on = DayField("整改时限", validators=[Optional()])


class LinkForm(VersionedForm):
    """Where the mended thing can be seen."""

    link = StringField("整改链接", filters=[tidy], validators=[needed("整改链接"), at_most(1000, "链接")])
