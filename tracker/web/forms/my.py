"""The return's form: one line a task, named by its assignment, so that a page of any length can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wtforms import HiddenField

from tracker.services.return_lines import Became, LineInput, OfferedStatus
from tracker.web.forms.base import Form

FIELD = re.compile(
    r"line-(\d{1,9})-"
    r"(status|progress|next_plan|problem|evidence_url|evidence_on|no_change|(?:item|why)-\d{1,2}|count-\d{1,9})"
)
PART = re.compile(r"part-([a-z0-9_]{1,20})-answer")
SAVE, SUBMIT, UNCHANGED = "save", "submit", "unchanged"
COPY, FILE = "copy", "file"
_ASIDE = re.compile(rf"({COPY}|{FILE})-(\d{{1,9}})")


def aside(action: str) -> tuple[str, int]:
    """The button of one line (`copy-12`, `file-12`): what it does, and for which assignment."""
    found = _ASIDE.fullmatch(action)
    return (found[1], int(found[2])) if found else ("", 0)


class ReturnForm(Form):
    """Token of the draft and the step that is taken; the lines are read by `read_lines`."""

    token = HiddenField()
    action = HiddenField()


def read_lines(lists: Mapping[str, Sequence[str]]) -> list[LineInput]:
    """The lines of a handed-in form; what is no field of a line is none of its business."""
    found: dict[int, dict[str, Sequence[str]]] = {}
    for name, values in lists.items():
        if (match := FIELD.fullmatch(name)) and values:
            found.setdefault(int(match[1]), {})[match[2]] = values
    return [_line(assignment_id, fields) for assignment_id, fields in found.items()]


def read_parts(values: Mapping[str, str]) -> dict[str, str]:
    """The parts of a handed-in form by their keys."""
    return {
        match[1]: text.replace("\r\n", "\n")
        for name, text in values.items()
        if (match := PART.fullmatch(name))
    }


def _line(assignment_id: int, fields: Mapping[str, Sequence[str]]) -> LineInput:
    def text(name: str) -> str:
        # Browsers send CRLF; the store keeps one way of ending a line, so that texts compare equal.
        return fields[name][-1].replace("\r\n", "\n") if name in fields else ""

    answers = {int(name[5:]): text(name) for name in fields if name.startswith("item-")}
    dropped = (place for place, answer in answers.items() if answer == Became.DROPPED)
    return LineInput(
        assignment_id=assignment_id,
        no_change="no_change" in fields,
        status=text("status") or OfferedStatus.IN_PROGRESS.value,
        progress=text("progress"),
        next_plan=text("next_plan"),
        problem=text("problem"),
        evidence_url=text("evidence_url"),
        evidence_on=text("evidence_on"),
        done_items=frozenset(place for place, answer in answers.items() if answer == Became.DONE),
        dropped_items={place: text(f"why-{place}") for place in dropped},
        counted=frozenset(int(name[6:]) for name in fields if name.startswith("count-")),
    )
