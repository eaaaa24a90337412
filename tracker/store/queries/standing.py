"""What a file's reading rests on, in a few small facts: alike before and behind a lock, nothing has moved.

A confirmation of thousands of tasks is worked out before the database is asked to write. What is told here
is compared behind the lock (`tracker.services.reading_first`); it is made to be cheap, not to be read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.store.queries.batches import answered, held_of, instructed, put_beside, reported
from tracker.store.queries.units import group_names, unit_names
from tracker.store.tables import (
    Assignment,
    CalendarDay,
    Checkpoint,
    CountedEvent,
    DraftRow,
    EditionChoice,
    EventClock,
    ImportBatch,
    ImportDraft,
    LookBack,
    Period,
    Plan,
    QuotaTarget,
    SheetUpload,
    SourceFile,
    Task,
    Verdict,
)

Facts = tuple[object, ...]


def of_draft(session: Session, draft_id: int) -> Facts:
    """A draft with its rows, what it was said to be, and whether another one has become a plan."""
    plan = (
        select(Plan.id)
        .join(SourceFile, SourceFile.sha256 == Plan.source_sha256)
        .join(ImportDraft, ImportDraft.source_file_id == SourceFile.id)
        .where(ImportDraft.id == draft_id)
    )
    return (
        _all(session, select(ImportDraft.version, ImportDraft.state).where(ImportDraft.id == draft_id)),
        _moved(session, DraftRow.id, DraftRow.version, DraftRow.import_draft_id == draft_id),
        _all(session, select(EditionChoice.version).where(EditionChoice.import_draft_id == draft_id)),
        _all(session, plan),
        of_directory(session),
    )


def of_sheet(session: Session, upload_id: int) -> Facts:
    """A task sheet that waits."""
    return (
        _all(session, select(SheetUpload.version, SheetUpload.state).where(SheetUpload.id == upload_id)),
        of_directory(session),
    )


def of_directory(session: Session) -> Facts:
    """Every name that leads to a unit or a group, and the days that the office has set."""
    days = select(CalendarDay.day, CalendarDay.kind, CalendarDay.status).order_by(CalendarDay.day)
    return (tuple(unit_names(session)), tuple(group_names(session)), _all(session, days))


def of_plan(session: Session, plan_id: int) -> Facts:
    """A plan with its tasks and batches, and what has been reported and said of them."""
    events = select(func.count()).join(QuotaTarget, QuotaTarget.id == CountedEvent.target_id)
    events = events.select_from(CountedEvent)
    verdicts = select(func.count()).join(LookBack, LookBack.id == Verdict.look_back_id).select_from(Verdict)
    return (
        _all(session, select(Plan.version).where(Plan.id == plan_id)),
        _all(session, select(Task.id, Task.version).where(Task.plan_id == plan_id).order_by(Task.id)),
        _all(
            session,
            select(ImportBatch.id, ImportBatch.version)
            .where(ImportBatch.plan_id == plan_id)
            .order_by(ImportBatch.id),
        ),
        _moved(session, Assignment.id, Assignment.evidence_count, Assignment.plan_id == plan_id),
        _all(session, select(func.count(Checkpoint.closed_at)).where(Checkpoint.plan_id == plan_id)),
        _all(session, select(func.count()).where(Period.plan_id == plan_id, Period.state != "upcoming")),
        _all(session, verdicts.where(LookBack.plan_id == plan_id)),
        tuple(reported(session, plan_id).items()),
        tuple(sorted(answered(session, plan_id))),
        (held_of(session, plan_id), *sorted(instructed(session, plan_id))),
        tuple(sorted(put_beside(session, plan_id))),
        _all(session, events.where(QuotaTarget.plan_id == plan_id)),
        _all(session, select(func.count()).where(EventClock.plan_id == plan_id)),
    )


def _moved(
    session: Session,
    row: InstrumentedAttribute[int],
    count: InstrumentedAttribute[int],
    *whose: ColumnElement[bool],
) -> Facts:
    """Each row with its count: sums would hide one that goes where another comes."""
    return _all(session, select(row, count).where(*whose).order_by(row))


def _all(session: Session, wanted: Select[*tuple[Any, ...]]) -> Facts:
    return tuple(tuple(row) for row in session.execute(wanted))
