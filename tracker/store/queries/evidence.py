"""Files of evidence (佐证材料) and offline returns that came back (回传的填报表)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from tracker.store.tables import EvidenceFile, Obligation, ReturnUpload


def files_of(session: Session, obligation_id: int) -> dict[int, list[EvidenceFile]]:
    """The files of one return that stand, by assignment, oldest first."""
    query = _files().where(EvidenceFile.obligation_id == obligation_id, EvidenceFile.removed_at.is_(None))
    found: dict[int, list[EvidenceFile]] = {}
    for file in session.scalars(query):
        found.setdefault(file.assignment_id, []).append(file)
    return found


def files_of_parts(session: Session, assignment_ids: Collection[int]) -> list[EvidenceFile]:
    """The files of several parts in all periods that stand, oldest first."""
    wanted = _files().where(EvidenceFile.assignment_id.in_(assignment_ids), EvidenceFile.removed_at.is_(None))
    return list(session.scalars(wanted))


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
