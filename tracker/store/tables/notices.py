"""Notices, the outbox they leave by, the inbox they arrive in, and the workers' heartbeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base


class Notice(Base):
    """What should be said (提醒); its key comes from facts alone, so that planning twice adds nothing."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'cancelled')", name="known_state"),
        # Every planning asks what people said lately, and what a clock that was ahead has said.
        Index("ix_notice_kind_planned_at", "kind", "planned_at"),
        Index("ix_notice_planned_at", "planned_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    obligation_id: Mapped[int | None] = mapped_column(
        ForeignKey("obligation.id", ondelete="CASCADE"), index=True
    )
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    cause: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20), default="planned")
    """planned or cancelled (no longer true)."""
    planned_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    deliveries: Mapped[list[OutboxItem]] = relationship(back_populates="notice", cascade="all, delete-orphan")


class OutboxItem(Base):
    """One delivery of a notice by one channel to one person or group; claimed by lease, finished by fence."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", "account_id"),
        CheckConstraint(
            "state IN ('due', 'sending', 'sent', 'unconfirmed', 'dead', 'cancelled')", name="known_state"
        ),
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("uq_outbox_group_key", "group_key", unique=True),
        # Every letter counts those that its person had today.
        Index("ix_outbox_account_id_letter_at", "account_id", "letter_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(20), default="due")
    not_before: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    """From when on it could go; a digest makes it wait for its person's hour, until `not_before`."""
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    fence: Mapped[int] = mapped_column(default=0)
    letter_key: Mapped[str] = mapped_column(String(60), default="")
    """Which letter it went into; set before the first try, so that every later try is the same letter."""
    letter_at: Mapped[datetime | None]
    """When that letter was first written."""
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]
    group_key: Mapped[str | None] = mapped_column(String(60))
    """Set for what is posted to a group, one a notice and channel; the account is then the office's that
    answers for it, and another account makes no second post."""

    notice: Mapped[Notice] = relationship(back_populates="deliveries")


class DeliveryAttempt(Base):
    """One try to deliver; only ever appended."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(500), default="")


class ChannelPace(Base):
    """How far a channel's allowance is used up, shared by all workers; see `tracker.domain.rate_limit`."""

    __tablename__ = "channel_pace"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    full_at: Mapped[datetime]
    """When the allowance is whole again, by the database's clock."""


class InboxItem(Base):
    """A notice as it lies in a person's inbox; one a delivery, however often it is delivered."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_account_id_read_at", "account_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When a process of a kind last said that it lives."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(String(200), default="")
