"""Supervision orders (督办单), what each is about, and the count of their numbers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit


class SupervisionCount(Base):
    """The last number given in a year; locked while one is given, so that the numbers have no gaps."""

    __tablename__ = "supervision_count"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class SupervisionOrder(Base):
    """One order (督办单); what it says never changes, and its plan cannot go, for its number would."""

    __tablename__ = "supervision_order"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("number > 0", name="counted_from_one"),
        CheckConstraint("colour IN ('blue', 'yellow', 'red')", name="known_colour"),
        CheckConstraint(
            "state IN ('sent', 'answered', 'returned', 'accepted', 'withdrawn')", name="known_state"
        ),
        CheckConstraint(
            "(state IN ('accepted', 'withdrawn')) = (settled_at IS NOT NULL)", name="settled_at_iff_settled"
        ),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_has_its_moment"),
        Index("ix_supervision_order_unit_id_state", "unit_id", "state"),
        Index("ix_supervision_order_state_feedback_on", "state", "feedback_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    colour: Mapped[str] = mapped_column(String(10))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_name: Mapped[str] = mapped_column(String(120))
    """As it was sent; a unit may be named otherwise later."""
    asked: Mapped[str] = mapped_column(Text)
    feedback_on: Mapped[date]
    given_at: Mapped[datetime | None]
    """When its day was moved last; None where it is the first."""
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    sent_by_name: Mapped[str] = mapped_column(String(130))
    state: Mapped[str] = mapped_column(String(20), default="sent")
    answer: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[str] = mapped_column(String(130), default="")
    returned_because: Mapped[str] = mapped_column(Text, default="")
    """What is missing, while it is sent back."""
    settling: Mapped[str] = mapped_column(Text, default="")
    """The office's last words: on acceptance, or why it was withdrawn."""
    settled_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    """When a leader was first told (上报)."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    unit: Mapped[Unit] = relationship()
    matters: Mapped[list[SupervisionMatter]] = relationship(
        order_by="SupervisionMatter.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class SupervisionMatter(Base):
    """One thing that an order is about, in the words and figures of the day it was sent."""

    __tablename__ = "supervision_matter"
    __table_args__ = (
        UniqueConstraint("supervision_order_id", "position"),
        CheckConstraint("kind IN ('task', 'returns')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_order_id: Mapped[int] = mapped_column(ForeignKey("supervision_order.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    """`task:12` or `returns:3`: what it is of the unit and the plan."""
    kind: Mapped[str] = mapped_column(String(20))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    named: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The obligations that were missed, or the day that had passed."""
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)

    task: Mapped[Task | None] = relationship()
