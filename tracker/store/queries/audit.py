"""Reading and extending the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.store.tables import AuditEvent, AuditHead


def lock_head(session: Session) -> AuditHead:
    """The row that names the newest digest, locked until the transaction ends."""
    return session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()


def head_hash(session: Session) -> str:
    """The newest digest, as it stands, without waiting for anybody."""
    return session.scalars(select(AuditHead.hash).where(AuditHead.id == 1)).one()


def count(session: Session) -> int:
    """How many events there are."""
    return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def newest(session: Session, *, limit: int, offset: int = 0) -> list[AuditEvent]:
    """Some events, newest first."""
    wanted = select(AuditEvent).order_by(AuditEvent.id.desc())
    return list(session.scalars(wanted.limit(limit).offset(offset)))


def all_events(session: Session) -> Iterator[AuditEvent]:
    """Every event in the order of its writing."""
    return iter(session.scalars(select(AuditEvent).order_by(AuditEvent.id)).yield_per(1000))


def history(session: Session, object_type: str, object_id: int) -> list[AuditEvent]:
    """What happened to one object, newest first."""
    wanted = (AuditEvent.object_type == object_type, AuditEvent.object_id == object_id)
    return list(session.scalars(select(AuditEvent).where(*wanted).order_by(AuditEvent.id.desc())))
