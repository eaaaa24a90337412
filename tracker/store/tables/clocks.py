"""Event clocks (时限时钟): the rules of a plan or the office, and the clocks that run by them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit


class PlanClockRule(Base):
    """A rule beside the standard ones: of a plan's clause, or the office's own (without a plan)."""

    __tablename__ = "clock_rule"
    __table_args__ = (
        CheckConstraint("day_unit IN ('workdays', 'days')", name="known_day_unit"),
        CheckConstraint("count > 0", name="counts_something"),
        Index("ix_clock_rule_plan_id_task_id", "plan_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    event: Mapped[str] = mapped_column(String(200))
    count: Mapped[int]
    day_unit: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(Text, default="")
    """The article or the clause's words, as they stand beside every counting sheet."""
    may_stop: Mapped[bool | None]
    """Whether a clock may be stopped or begin anew by it; None, on what is older, as True."""
    read_as: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the clause was read to ask for before the office changed it: editions are compared with it."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_in_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    ended_in_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    ended_at: Mapped[datetime | None]
    """Since when no clock is started by it any more; those that run go on."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan | None] = relationship()
    task: Mapped[Task | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class EventClock(Base):
    """One clock that an event started; it keeps the rule as it was then."""

    __tablename__ = "event_clock"
    __table_args__ = (
        CheckConstraint("day_unit IN ('workdays', 'days')", name="known_day_unit"),
        CheckConstraint("count > 0", name="counts_something"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="voided_with_a_reason"),
        CheckConstraint("closed_on IS NULL OR closed_on >= started_on", name="closed_after_its_event"),
        Index("ix_event_clock_unit_id_closed_on", "unit_id", "closed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    rule_key: Mapped[str] = mapped_column(String(40))
    """The key of a standard rule, or `own-` and the number of a rule of the table."""
    rule_name: Mapped[str] = mapped_column(String(100))
    rule_event: Mapped[str] = mapped_column(String(200))
    count: Mapped[int]
    day_unit: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(Text, default="")
    may_stop: Mapped[bool | None]
    """As the rule said then; None as True."""
    title: Mapped[str] = mapped_column(String(200))
    """What it is about: the document's name, the decision, the person."""
    started_on: Mapped[date]
    formed_on: Mapped[date | None]
    """形成之日, where the rule counts from 印发: the law counts from it."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    closed_on: Mapped[date | None]
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan | None] = relationship()
    task: Mapped[Task | None] = relationship()
    unit: Mapped[Unit] = relationship()
    made_by: Mapped[Account | None] = relationship()
    stops: Mapped[list[ClockStop]] = relationship(
        order_by="ClockStop.id", cascade="all, delete-orphan", passive_deletes=True
    )
    restarts: Mapped[list[ClockRestart]] = relationship(
        order_by="ClockRestart.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}


class ClockStop(Base):
    """A time that a clock does not count (中止); without an end it stands still."""

    __tablename__ = "clock_stop"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("event_clock.id", ondelete="CASCADE"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    why: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ClockRestart(Base):
    """The count of a clock begins anew after this day (重新起算)."""

    __tablename__ = "clock_restart"

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("event_clock.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    why: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
