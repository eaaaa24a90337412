"""Files of evidence (佐证材料): a unit adds them to a line of its return and takes them back.

The bytes lie under their digest beside the uploads; the rows say whose they are. Only the unit itself and
the office see and fetch them. What was handed in stays to be seen: a file that is taken back is struck out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import evidence as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.evidence import NotEvidence
from tracker.domain.obligation import ObligationState as State
from tracker.domain.ports import Files
from tracker.services import auditing
from tracker.services.handing_in import asks_for_progress, may_edit
from tracker.store.queries import evidence as queries
from tracker.store.queries import returns as return_queries
from tracker.store.tables import Assignment, EvidenceFile, Obligation


class Closed(RuleViolated):
    """本期现在不能改材料；要补充请联系公开办退回。"""


@dataclass(frozen=True, slots=True)
class FilesPage:
    """The files of one line of a return."""

    owed: Obligation
    assignment: Assignment
    files: tuple[EvidenceFile, ...]
    editable: bool


def page(
    session: Session, actor: Actor, *, obligation_id: int, assignment_id: int, now: datetime
) -> FilesPage:
    """The files of one line of the unit's return.

    Raises:
        NotFound: it is not this unit's.

    """
    owed, part = _line(session, actor, obligation_id, assignment_id)
    files = queries.files_of(session, owed.id).get(part.id, [])
    return FilesPage(owed, part, tuple(files), _editable(owed, now))


def add(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    assignment_id: int,
    filename: str,
    data: bytes,
    files: Files,
    now: datetime,
) -> EvidenceFile:
    """Take a file in; the same bytes twice on one line are one.

    Raises:
        NotFound: it is not this unit's line.
        Closed: the return takes no changes now.
        NotEvidence: it is of no kind that is taken, too large, or the line has enough.
        StorageFailed: the disk is full.

    """
    owed, part = _line(session, actor, obligation_id, assignment_id, lock=True)
    if not _editable(owed, now):
        raise Closed
    kind = rules.admit(data, filename)
    known = queries.files_of(session, owed.id).get(part.id, [])
    digest = files.keep(data)
    for file in known:
        if file.sha256 == digest:
            return file
    if len(known) >= rules.MOST_FILES:
        raise NotEvidence(f"一项最多放{rules.MOST_FILES}个文件，请先拿掉不用的，或者合成一个 PDF。")
    file = EvidenceFile(
        obligation=owed, assignment=part, filename=rules.tidy_name(filename), kind=kind, size=len(data),
        sha256=digest, uploaded_by_id=actor.account_id, uploaded_at=now,
    )  # fmt: skip
    session.add(file)
    part.evidence_count += 1
    session.flush()
    _record(session, actor, Event.EVIDENCE_ADD, file, "上传", now=now)
    return file


def take_back(session: Session, actor: Actor, *, file_id: int, now: datetime) -> EvidenceFile:
    """Take a file back; row and bytes stay, pages show it no more.

    Raises:
        NotFound: it is not this unit's, or was taken back already.
        Closed: the return takes no changes now.

    """
    file = _file(session, actor, file_id)
    if actor.unit_id is None or file.removed_at is not None:
        raise NotFound
    owed, part = _line(session, actor, file.obligation_id, file.assignment_id, lock=True)
    if not _editable(owed, now):
        raise Closed
    file.removed_at, file.removed_by_id = now, actor.account_id
    part.evidence_count = max(part.evidence_count - 1, 0)
    session.flush()
    _record(session, actor, Event.EVIDENCE_TAKE_BACK, file, "拿掉", now=now)
    return file


def fetch(session: Session, actor: Actor, *, file_id: int, files: Files) -> tuple[EvidenceFile, bytes]:
    """A file with its bytes.

    Raises:
        NotFound: it is not for this person, was taken back, or its bytes are gone.

    """
    file = _file(session, actor, file_id)
    if file.removed_at is not None:
        raise NotFound
    try:
        return file, files.read(file.sha256)
    except FileNotFoundError as error:
        raise NotFound from error


def _file(session: Session, actor: Actor, file_id: int) -> EvidenceFile:
    """A file that this person may see: its own unit's, or the office any."""
    file = queries.file(session, file_id)
    own = file is not None and actor.unit_id is not None and file.obligation.unit_id == actor.unit_id
    if file is None or not (own or actor.role == UserRole.OFFICE):
        raise NotFound
    return file


def _line(
    session: Session, actor: Actor, obligation_id: int, assignment_id: int, *, lock: bool = False
) -> tuple[Obligation, Assignment]:
    if actor.unit_id is None:
        raise NotFound
    owed = return_queries.obligation(session, obligation_id, unit_id=actor.unit_id, lock=lock)
    if owed is None or not asks_for_progress(owed):
        raise NotFound
    part = return_queries.assignments(session, owed.plan_id, owed.unit_id).get(assignment_id)
    if part is None:
        raise NotFound
    return owed, part


def _editable(owed: Obligation, now: datetime) -> bool:
    return may_edit(State(owed.state), due_at=owed.period.due_at, now=now)


def _record(
    session: Session, actor: Actor, event: Event, file: EvidenceFile, verb: str, *, now: datetime
) -> None:
    owed = file.obligation
    summary = f"{owed.unit.name}{owed.period.label}{verb}佐证材料“{file.filename}”"
    detail = {"task": file.assignment.task_id, "sha256": file.sha256, "size": file.size}
    auditing.record(session, actor, event, ("obligation", owed.id), summary[:500], detail=detail, now=now)
