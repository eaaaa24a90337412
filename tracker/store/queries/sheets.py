"""Task sheets that came back, and the tasks of a plan as a sheet shows them."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.actor import Actor
from tracker.domain.task import TaskState
from tracker.store.queries.tasks import seen_by
from tracker.store.tables import Assignment, ImportBatch, Plan, PlanEdition, SheetUpload, SourceFile, Task


def upload(session: Session, upload_id: int) -> SheetUpload | None:
    """One sheet with its plan and its file."""
    return session.scalars(_whole().where(SheetUpload.id == upload_id)).one_or_none()


def lock_upload(session: Session, upload_id: int) -> SheetUpload | None:
    """One sheet as it stands now, locked until the transaction ends."""
    wanted = (
        select(SheetUpload)
        .where(SheetUpload.id == upload_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()


def waiting(session: Session) -> list[SheetUpload]:
    """Sheets that nobody has decided about, newest first."""
    return list(session.scalars(_whole().where(SheetUpload.state == "open").order_by(SheetUpload.id.desc())))


def waiting_from(session: Session, plan_id: int, account_id: int | None) -> list[SheetUpload]:
    """Sheets of a plan that a person has uploaded and that still wait."""
    wanted = _whole().where(
        SheetUpload.plan_id == plan_id,
        SheetUpload.uploaded_by_id == account_id,
        SheetUpload.state == "open",
    )
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def waiting_of(session: Session, sha256: str) -> SheetUpload | None:
    """The sheet of these bytes that still waits."""
    wanted = _whole().where(SourceFile.sha256 == sha256, SheetUpload.state == "open")
    return session.scalars(wanted.order_by(SheetUpload.id)).first()


def applied_of(session: Session, sha256: str) -> SheetUpload | None:
    """The sheet of these bytes whose changes stand in the ledger, not undone since."""
    wanted = (
        _whole()
        .join(ImportBatch, ImportBatch.id == SheetUpload.batch_id)
        .where(SourceFile.sha256 == sha256, SheetUpload.state == "applied", ImportBatch.state == "applied")
    )
    return session.scalars(wanted.order_by(SheetUpload.id)).first()


def _whole() -> Select[SheetUpload]:
    return (
        select(SheetUpload)
        .join(SheetUpload.source_file)
        .options(
            joinedload(SheetUpload.plan),
            joinedload(SheetUpload.source_file),
            joinedload(SheetUpload.uploaded_by),
            joinedload(SheetUpload.batch),
        )
    )


def plan_of(session: Session, plan_id: int, sha256: str) -> Plan | None:
    """The plan of this number, when one of its editions was made from these bytes."""
    edition = select(PlanEdition.id).where(
        PlanEdition.plan_id == Plan.id, PlanEdition.source_sha256 == sha256
    )
    same = or_(Plan.source_sha256 == sha256, edition.exists())
    return session.scalars(select(Plan).where(Plan.id == plan_id, same)).one_or_none()


def tasks(session: Session, plan_id: int, actor: Actor, *, cancelled: bool) -> list[Task]:
    """The tasks of a plan that a person may see, with their units and days, in their order."""
    wanted = (
        select(Task)
        .where(Task.plan_id == plan_id, seen_by(actor))
        .order_by(Task.serial)
        .options(
            selectinload(Task.assignments).joinedload(Assignment.unit),
            selectinload(Task.checkpoints),
        )
        .execution_options(populate_existing=True)
    )
    if not cancelled:
        wanted = wanted.where(Task.state != TaskState.CANCELLED.value)
    return list(session.scalars(wanted))
