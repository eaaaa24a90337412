"""Look-back (回头看): verdicts proposed from facts and confirmed by people, and rectification (整改)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit


class LookBack(Base):
    """The look-back of one plan; final only when every verdict is confirmed."""

    __tablename__ = "look_back"
    __table_args__ = (CheckConstraint("state IN ('open', 'final')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """When it was made final; kept while it is open again for tasks that came later."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    verdicts: Mapped[list[Verdict]] = relationship(
        back_populates="look_back", order_by="Verdict.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Verdict(Base):
    """What the facts say of one task, and what a person has said."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("look_back_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    look_back_id: Mapped[int] = mapped_column(ForeignKey("look_back.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    proposed: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text, default="")
    contradictions: Mapped[list[Any]] = mapped_column(default=list)
    """`{code, words, facts}` each, as they stood when the verdict was proposed."""
    contradiction_count: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    since_confirmed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`changes` in words and what is `found` now, where the facts have changed since it was confirmed."""
    version: Mapped[int] = mapped_column(default=1)

    look_back: Mapped[LookBack] = relationship(back_populates="verdicts")
    task: Mapped[Task] = relationship()
    terms: Mapped[RectificationTerms | None] = relationship(
        back_populates="verdict", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}


class RectificationTerms(Base):
    """Who is to mend what a verdict finds unfinished, and by when (整改安排); asked before it is final."""

    __tablename__ = "rectification_terms"

    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id", ondelete="CASCADE"), primary_key=True)
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    due_on: Mapped[date | None]
    arranged_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    arranged_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    verdict: Mapped[Verdict] = relationship(back_populates="terms")
    lead_unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Rollover(Base):
    """A year that was closed in one step (结转): when, by whom, and what went on into the next."""

    __tablename__ = "rollover"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The year that ended."""
    rolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    rolled_at: Mapped[datetime]
    carried: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many of each kind went on, as it stood then."""
    regimes: Mapped[list[Any]] = mapped_column(default=list)
    """The rhythms of the year's plans: proposals for the next year's."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Rectification(Base):
    """What a look-back found unfinished, under next year, with a lead and a day."""

    __tablename__ = "rectification"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_iff_closed"),
        Index("ix_rectification_year_state", "year", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id", ondelete="CASCADE"), unique=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="open")
    link: Mapped[str] = mapped_column(String(1000), default="")
    """Where the mended thing can be seen; given by one person, looked at by another."""
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    verdict: Mapped[Verdict] = relationship()
    task: Mapped[Task] = relationship()
    lead_unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
