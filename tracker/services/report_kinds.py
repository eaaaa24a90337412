"""The kinds of documents (文稿的种类): which subjects each can be about, and what writes it.

A kind is one line of `KINDS`; a kind without one is kept, read and downloaded, and made on a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.report import Report, ReportKind
from tracker.services import report_annual, report_circular, report_summary, report_weekly

Subjects = Sequence[tuple[str, str]]
"""(key, label), the newest first."""


class Writer(Protocol):
    """Makes a report of a plan about a subject from the facts as they stand at `now`."""

    def __call__(
        self, session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime
    ) -> Report: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes a kind of document, and about what."""

    write: Writer
    subjects: Callable[[Session, int, date], Subjects]


KINDS: Mapping[ReportKind, Kind] = {
    ReportKind.WEEKLY: Kind(
        report_weekly.write, lambda session, plan_id, _: report_weekly.subjects(session, plan_id)
    ),
    ReportKind.CIRCULAR: Kind(
        report_circular.write,
        lambda session, plan_id, today: report_circular.subjects(session, plan_id, today=today),
    ),
    ReportKind.HALF_YEAR: Kind(
        report_summary.write_half_year,
        lambda session, plan_id, today: report_summary.half_years(session, plan_id, today=today),
    ),
    ReportKind.YEAR: Kind(
        report_summary.write_year,
        lambda session, plan_id, today: report_summary.years(session, plan_id, today=today),
    ),
    ReportKind.ANNUAL_PARAGRAPH: Kind(
        report_annual.write,
        lambda session, plan_id, today: report_annual.subjects(session, plan_id, today=today),
    ),
}


def write(
    session: Session, actor: Actor, kind: ReportKind, *, plan_id: int, subject: str, now: datetime
) -> Report:
    """A report of this kind.

    Raises:
        NotFound: the kind is made elsewhere, or the plan has no such subject.

    """
    known = KINDS.get(kind)
    if known is None:
        raise NotFound
    return known.write(session, actor, plan_id=plan_id, subject=subject, now=now)
