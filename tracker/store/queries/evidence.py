"""Files of evidence (佐证材料) and offline returns that came back (回传的填报表)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from tracker.store.tables import (
    Assignment,
    CountedEvent,
    EventClock,
    EvidenceFile,
    Obligation,
    QuotaTarget,
    ReturnUpload,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A link or a file, by its digest, that a unit has given for a task."""

    task_id: int
    unit_id: int
    url: str
    sha256: str


def files_of(session: Session, obligation_id: int) -> dict[int, list[EvidenceFile]]:
    """The files of one return that stand, by assignment, oldest first."""
    query = _files().where(EvidenceFile.obligation_id == obligation_id, EvidenceFile.removed_at.is_(None))
    found: dict[int, list[EvidenceFile]] = {}
    for file in session.scalars(query):
        found.setdefault(file.assignment_id, []).append(file)
    return found


def given(session: Session, plan_id: int) -> list[Given]:
    """What stands as evidence for the tasks of a plan besides the links of their lines.

    The files beside lines of returns that were handed in, and what events of quotas and closed clocks were
    proved with.
    """
    beside_lines = (
        select(Assignment.task_id, Obligation.unit_id, literal(""), EvidenceFile.sha256)
        .join(Assignment, Assignment.id == EvidenceFile.assignment_id)
        .join(Obligation, Obligation.id == EvidenceFile.obligation_id)
        .where(Obligation.plan_id == plan_id, Obligation.submitted_at.is_not(None))
        .where(EvidenceFile.removed_at.is_(None))
    )
    of_events = (
        select(
            QuotaTarget.task_id, CountedEvent.unit_id, CountedEvent.evidence_url, CountedEvent.file_sha256
        )
        .join(CountedEvent, CountedEvent.target_id == QuotaTarget.id)
        .where(QuotaTarget.plan_id == plan_id, CountedEvent.struck_at.is_(None))
    )
    of_clocks = select(
        EventClock.task_id, EventClock.unit_id, EventClock.evidence_url, EventClock.file_sha256
    ).where(
        EventClock.plan_id == plan_id, EventClock.task_id.is_not(None), EventClock.closed_on.is_not(None),
        EventClock.voided_at.is_(None),
    )  # fmt: skip
    # What a union's rows hold is not known to the type checker.
    rows: Any = session.execute(union_all(beside_lines, of_events, of_clocks))
    found = (Given(*row) for row in rows)
    return [each for each in found if each.url.strip() or each.sha256]


def file(session: Session, file_id: int) -> EvidenceFile | None:
    """One file with its obligation, taken back or not."""
    return session.scalars(_files().where(EvidenceFile.id == file_id)).one_or_none()


def _files() -> Select[EvidenceFile]:
    whose = joinedload(EvidenceFile.obligation).joinedload(Obligation.unit)
    return (
        select(EvidenceFile).options(whose, joinedload(EvidenceFile.uploaded_by)).order_by(EvidenceFile.id)
    )


def upload(session: Session, upload_id: int, *, lock: bool = False) -> ReturnUpload | None:
    """One offline return that came back."""
    query = select(ReturnUpload).where(ReturnUpload.id == upload_id)
    if lock:
        query = query.with_for_update(of=ReturnUpload).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def uploads_waiting(session: Session, obligation_id: int) -> list[ReturnUpload]:
    """The offline returns of an obligation that nobody has decided about, newest first."""
    wanted = select(ReturnUpload).where(
        ReturnUpload.obligation_id == obligation_id, ReturnUpload.state == "open"
    )
    return list(session.scalars(wanted.order_by(ReturnUpload.id.desc())))
