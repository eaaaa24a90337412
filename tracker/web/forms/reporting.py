"""The office's forms for deciding on a return."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wtforms import HiddenField, TextAreaField

from tracker.web.forms.base import Form, VersionedForm, at_most, needed, tidy

REMARK = re.compile(r"remark-(\d{1,9})")


class DecisionForm(VersionedForm):
    """通过或退回"""

    reason = TextAreaField("退回理由", filters=[tidy], validators=[at_most(1000, "理由")])


class WaiverForm(VersionedForm):
    """免报"""

    why = TextAreaField("免报理由", filters=[tidy], validators=[needed("免报理由"), at_most(1000, "理由")])


class SeveralForm(Form):
    """Several returns at once, each as `id.version`."""

    seen = HiddenField()


def read_remarks(values: Mapping[str, str]) -> dict[int, str]:
    """Words for single lines, by the line's id."""
    return {int(match[1]): text for name, text in values.items() if (match := REMARK.fullmatch(name))}


def read_seen(text: str) -> list[tuple[int, int]]:
    """`12.1 13.2` as pairs of id and version."""
    return [(int(found[1]), int(found[2])) for found in re.finditer(r"\b(\d{1,9})\.(\d{1,9})\b", text)]
