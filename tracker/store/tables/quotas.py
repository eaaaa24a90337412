"""Quotas (次数指标) of a plan's tasks, and the events (佐证事项) that count towards them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit, UnitClass


class QuotaTarget(Base):
    """At least so many events in every period, as a clause asks for them, and whose events count."""

    __tablename__ = "quota_target"
    __table_args__ = (
        CheckConstraint("scope IN ('class', 'unit', 'each', 'together', 'open')", name="known_scope"),
        CheckConstraint("(scope = 'class') = (unit_class_id IS NOT NULL)", name="class_iff_by_class"),
        CheckConstraint("(scope = 'unit') = (unit_id IS NOT NULL)", name="unit_iff_by_unit"),
        CheckConstraint("minimum > 0", name="asks_for_something"),
        Index("ix_quota_target_plan_id_task_id", "plan_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    counted: Mapped[str] = mapped_column(String(200))
    """What is counted, in the clause's words."""
    minimum: Mapped[int]
    period: Mapped[str] = mapped_column(String(10))
    """ISO 8601: P1Y, P6M, P3M, P1M, P2W, P1W."""
    printed: Mapped[str] = mapped_column(String(200), default="")
    """The class of units as the clause names it; empty where it names none."""
    scope: Mapped[str] = mapped_column(String(20))
    """Who owes it: each unit of a class, one unit, each of the task, these together, or nobody knows yet."""
    unit_class_id: Mapped[int | None] = mapped_column(ForeignKey("unit_class.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    settled: Mapped[bool] = mapped_column(default=True)
    """False where the program has taken a reading that the office has still to look at."""
    made_in_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    ended_in_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    """The batches that brought it in and that ended it; undoing them looks here."""
    ended_at: Mapped[datetime | None]
    """Since when a later edition, or the office, asks for it no more; the row stays for its events."""
    ended_why: Mapped[str | None] = mapped_column(Text)
    """Why the office ended it; None where an edition did."""
    set_at: Mapped[datetime | None]
    """When the office last added, changed or ended it by hand; None where it stands as it was read."""
    read_as: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the clause was read to ask for before the office changed it: editions are compared with it."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    task: Mapped[Task] = relationship()
    unit_class: Mapped[UnitClass | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class CountedEvent(Base):
    """One dated event of a unit with its link or file; struck out with a reason, never deleted."""

    __tablename__ = "counted_event"
    __table_args__ = (
        CheckConstraint("(struck_at IS NULL) = (struck_reason = '')", name="struck_with_a_reason"),
        Index("ix_counted_event_target_id_unit_id", "target_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("quota_target.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    held_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    struck_at: Mapped[datetime | None]
    struck_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    target: Mapped[QuotaTarget] = relationship()
    unit: Mapped[Unit] = relationship()
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])
    struck_by: Mapped[Account | None] = relationship(foreign_keys=[struck_by_id])

    __mapper_args__ = {"version_id_col": version}
