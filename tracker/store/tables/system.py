"""What the program itself needs: the work calendar, settings and the audit trail (留痕)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class CalendarDay(Base):
    """A day that is not an ordinary weekday or weekend (放假, 调休上班), with its source."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """off or work."""
    name: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(20), primary_key=True)
    """official, provisional or local; a local row stands beside the published one and wins over it."""
    source: Mapped[str] = mapped_column(String(120), default="")


class CalendarYear(Base):
    """A year whose official holiday notice is in the table; any other year is provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(120), default="")


class Setting(Base):
    """One setting of the office, such as its name."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class AuditEvent(Base):
    """One act; append-only, each with the digest of the one before it."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_object_type_object_id", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    """resource:action, a value of `tracker.domain.events.Event`."""
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    summary: Mapped[str] = mapped_column(String(500), default="")
    """One Chinese sentence for the history of the object."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The digest of the newest event; locking this one row puts appends in order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
