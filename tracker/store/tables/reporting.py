"""The reporting regime: cadences, periods, obligations, returns and their lines."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.units import Unit


class Cadence(Base):
    """One rhythm of a plan's regime (报送制度), such as 一周一进度: what is asked, when, and of whom."""

    __tablename__ = "cadence"
    __table_args__ = (UniqueConstraint("plan_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    """Its key in the plan: one of `tracker.domain.asking.STANDING`, or own1, own2, …"""
    name: Mapped[str] = mapped_column(String(60), default="一周一进度", server_default="一周一进度")
    step: Mapped[str] = mapped_column(String(10), default="week", server_default="week")
    """week or month, of which a span has `every`."""
    every: Mapped[int] = mapped_column(default=1, server_default="1")
    weekday: Mapped[int]
    """Of the last week of a span; 0 is Monday. Months have a `day` instead, and 0 here."""
    day: Mapped[int | None]
    """Of the month in which a span of months is due; 31 is the month's last day."""
    lag: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many months after its span it is due: 季后次月 is 1."""
    cutoff: Mapped[time]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    holiday_rule: Mapped[str] = mapped_column(String(20))
    collision: Mapped[str] = mapped_column(String(10), default="merge", server_default="merge")
    """merge or keep, where a postponed day meets the next one."""
    answer: Mapped[str] = mapped_column(String(20), default="progress", server_default="progress")
    """progress, form, material or meeting."""
    parts: Mapped[list[Any] | None] = mapped_column(JSON, default=list)
    """The parts of a form as `{key, label, kind, required}`, in their order."""
    roles: Mapped[list[str] | None] = mapped_column(JSON, default=list)
    """Of those with work, only units with one of these parts; empty is all."""
    class_ids: Mapped[list[int] | None] = mapped_column(JSON, default=list)
    """Of those with work, only units of these classes; empty is all."""
    unit_ids: Mapped[list[int] | None] = mapped_column(JSON, default=list)
    """Just these units, with work or without; empty is all that have work."""
    excused_unit_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Units that report nothing: the document asks for the returns of others."""
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Period(Base):
    """One span of a cadence, a week or a quarter; upcoming → open → closed, and closed for ever."""

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("cadence_id", "key"),
        CheckConstraint("state IN ('upcoming', 'open', 'closed')", name="known_state"),
        Index("ix_period_plan_id_state_due_at", "plan_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    cadence_id: Mapped[int] = mapped_column(ForeignKey("cadence.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    opens_on: Mapped[date | None]
    """The day from which it can be handed in; its first day where nothing is said."""
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    waived: Mapped[bool] = mapped_column(default=False)
    provisional: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(200), default="")
    """Why the cut-off is not the usual day, in words; empty on an ordinary week."""
    state: Mapped[str] = mapped_column(String(20), default="upcoming")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    cadence: Mapped[Cadence] = relationship()


class PeriodFact(Base):
    """A figure of a closed period, frozen, so that a circular of March reads in December as in March."""

    __tablename__ = "period_fact"

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    value: Mapped[int]


class Obligation(Base):
    """Unit × cadence × period (应报): one row, unique; made again it changes nothing."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("unit_id", "cadence_id", "period_id"),
        CheckConstraint(
            "state IN ('open', 'submitted', 'returned', 'accepted', 'missed', 'waived')", name="known_state"
        ),
        Index("ix_obligation_plan_id_period_id_state", "plan_id", "period_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    cadence_id: Mapped[int] = mapped_column(ForeignKey("cadence.id", ondelete="CASCADE"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    late: Mapped[bool] = mapped_column(default=False)
    """Handed in after the cut-off of its own period; set once, kept for ever."""
    submitted_at: Mapped[datetime | None]
    """The first hand-in."""
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    """Why nothing is asked for (免报理由); empty otherwise."""
    version: Mapped[int] = mapped_column(default=1)

    period: Mapped[Period] = relationship()
    unit: Mapped[Unit] = relationship()
    returns: Mapped[list[Return]] = relationship(
        back_populates="obligation", order_by="Return.number", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Return(Base):
    """One version of what answers an obligation (报送件): a draft until it is handed in."""

    __tablename__ = "return"
    __table_args__ = (
        UniqueConstraint("obligation_id", "number"),
        CheckConstraint("state IN ('draft', 'submitted', 'returned', 'accepted')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    no_change: Mapped[bool] = mapped_column(default=False)
    """本周无变化 for the whole page, by one click."""
    parts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """What answers a form, by the keys of its cadence's parts; None on a return with lines."""
    asked: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The form's parts as they were asked for when this version was handed in; None on what is older."""
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    obligation: Mapped[Obligation] = relationship(back_populates="returns")
    lines: Mapped[list[ReturnLine]] = relationship(
        back_populates="return_", order_by="ReturnLine.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class ReturnLine(Base):
    """One task's line on a return."""

    __tablename__ = "return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "assignment_id"),
        CheckConstraint("status IN ('not_started', 'in_progress', 'done', 'blocked')", name="known_status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    no_change: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(20), default="in_progress")
    planned: Mapped[list[Any]] = mapped_column(default=list)
    """Last period's 下周计划 as a checklist of `[words, done]`; what is not done goes over to the next."""
    progress: Mapped[str] = mapped_column(Text, default="")
    next_plan: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    evidence_on: Mapped[date | None]
    """The day on which the linked page was published."""
    counted: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """The quotas towards which its link counts (计入次数), as `[target id, id of the event it has made]`."""
    plan_typed: Mapped[str | None] = mapped_column(Text)
    """What the unit itself wrote of its next plan, without what was carried over; None on what is older."""
    remark: Mapped[str] = mapped_column(Text, default="")
    """What the office says of this line (审核意见) when it reads the return."""

    return_: Mapped[Return] = relationship(back_populates="lines")
