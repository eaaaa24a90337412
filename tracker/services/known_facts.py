"""What the page of a return knows of each task, so that nobody types it (已知的不用再填)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.domain.repeating import Repeat, Said, repeated
from tracker.store.queries import known_facts as queries
from tracker.store.queries.known_facts import Remarked, SaidLine
from tracker.store.tables import Assignment, Obligation

LOOKED_BACK = timedelta(weeks=12)
"""So far back words are looked for that are said once more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one unit's part in a task."""

    due_on: date | None = None
    due_words: str = ""
    """What falls due then, as the checkpoint says it; empty where it says no more than the day."""
    first_due_on: date | None = None
    """The printed day, where the day was put off since."""
    remark: Remarked | None = None
    said: tuple[SaidLine, ...] = ()
    """What the unit has said in the last periods, oldest first."""

    @property
    def last(self) -> SaidLine | None:
        """What was said last: what copying forward (沿用) takes."""
        return self.said[-1] if self.said else None

    def repeats(self, words: str) -> Repeat | None:
        """The earlier words that these repeat, if they do."""
        return repeat_of(words, self.said)


def known_facts(
    session: Session, owed: Obligation, assignments: Sequence[Assignment]
) -> dict[int, Known]:
    """What is known of some of a unit's parts at one of its obligations, by assignment."""
    keys = [assignment.id for assignment in assignments]
    points = queries.next_checkpoints(session, {assignment.task_id for assignment in assignments})
    remarks = queries.last_remarks(session, keys)
    said = said_before(session, owed, keys)
    found = {}
    for assignment in assignments:
        point = points.get(assignment.task_id)
        found[assignment.id] = Known(
            due_on=point.due_on if point else None,
            due_words=point.label if point else "",
            first_due_on=point.first_due_on if point else None,
            remark=remarks.get(assignment.id),
            said=said.get(assignment.id, ()),
        )
    return found


def said_before(
    session: Session, owed: Obligation, assignment_ids: Sequence[int]
) -> dict[int, tuple[SaidLine, ...]]:
    """What a unit has said in the last periods before that of an obligation, by assignment, oldest first."""
    begins = owed.period.starts_on
    found: dict[int, tuple[SaidLine, ...]] = {}
    for line in queries.said_before(session, assignment_ids, before=begins, last_from=begins - LOOKED_BACK):
        found[line.assignment_id] = (*found.get(line.assignment_id, ()), line)
    return found


def repeat_of(words: str, said: Sequence[SaidLine]) -> Repeat | None:
    """The earlier words that these repeat, if they do."""
    return repeated(words, [Said(line.period_label, line.progress) for line in said])
