"""Plans, clauses, tasks, assignments and checkpoints: what an import leaves behind."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.units import Unit


class Plan(Base):
    """One confirmed document (工作要点、分工方案、行动计划)."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("state = 'active'", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    year: Mapped[int] = mapped_column(index=True)
    issuer: Mapped[str] = mapped_column(String(200), default="")
    document_number: Mapped[str] = mapped_column(String(100), default="")
    issued_on: Mapped[date | None]
    basis: Mapped[list[str]] = mapped_column(default=list)
    """Upper-level documents that the text cites (上级文件)."""
    source_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    source_filename: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    """The whole document in reading order; clauses point into it."""
    state: Mapped[str] = mapped_column(String(20), default="active")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Clause(Base):
    """One passage as written (条款); never edited. Passages that are no task are kept too, by their kind."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="task")
    """task, or a segment kind of draft-plan.schema.json (preamble, safeguard, note, …)."""
    number: Mapped[str] = mapped_column(String(40), default="")
    headings: Mapped[list[str]] = mapped_column(default=list)
    text: Mapped[str] = mapped_column(Text)
    units_text: Mapped[str] = mapped_column(Text, default="")
    deadline_text: Mapped[str] = mapped_column(Text, default="")
    source_ref: Mapped[str] = mapped_column(String(100), default="")
    span_start: Mapped[int]
    span_end: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    """The edition (版次) of the plan's document whose text the span is about."""


class Task(Base):
    """One accountable piece of work made from a clause (任务); lights are derived, never stored here."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("plan_id", "serial"),
        CheckConstraint(
            "(state = 'signed_off') = (signed_off_at IS NOT NULL)", name="signed_off_at_iff_signed_off"
        ),
        CheckConstraint(
            "state IN ('assigned', 'in_progress', 'signed_off', 'cancelled')", name="known_state"
        ),
        Index("ix_task_plan_id_state_next_due_on", "plan_id", "state", "next_due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)
    serial: Mapped[int]
    """Running number in the plan, as shown to people."""
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    section: Mapped[str] = mapped_column(String(200), default="")
    """The top heading: what the ledger groups and filters by."""
    qualifier: Mapped[str] = mapped_column(String(60), default="")
    """按职责分工, 等: words that limit who owes what."""
    deadline_phrase: Mapped[str] = mapped_column(Text, default="")
    deadline_notation: Mapped[str] = mapped_column(Text, default="none")
    deadline_reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(index=True)
    """The last day of all checkpoints; None for standing and undated tasks."""
    next_due_on: Mapped[date | None]
    """The earliest day of an open checkpoint: what the light looks at."""
    state: Mapped[str] = mapped_column(String(20), default="assigned")
    signed_off_at: Mapped[datetime | None]
    signed_off_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    clause: Mapped[Clause | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="task",
        primaryjoin="and_(Task.id == Assignment.task_id, Assignment.ended_at.is_(None))",
        order_by="Assignment.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    """The units that owe the work now; who owed it once stands in `Assignment` with an end."""
    checkpoints: Mapped[list[Checkpoint]] = relationship(
        back_populates="task", order_by="Checkpoint.due_on", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Assignment(Base):
    """Unit × task × role, with the unit's present status, so that no dashboard searches old returns."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id"),
        CheckConstraint("role IN ('lead', 'support', 'responsible')", name="known_role"),
        CheckConstraint("status IN ('not_started', 'in_progress', 'done', 'blocked')", name="known_status"),
        Index("ix_assignment_plan_id_unit_id", "plan_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(20))
    group_name: Mapped[str] = mapped_column(String(120), default="")
    """The collective name this unit came from, as printed; empty when it was named itself."""
    printed_name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(20), default="not_started")
    progress: Mapped[str] = mapped_column(Text, default="")
    next_plan: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    evidence_count: Mapped[int] = mapped_column(default=0)
    reported_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Since when a later edition no longer names the unit; the row stays because returns stand on it."""
    signed_off_at: Mapped[datetime | None]
    """Since when the unit's part is signed off; every part of a task that is signed off as a whole is."""

    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()


class Checkpoint(Base):
    """One concrete due day (节点): the only thing that reminders, lights and calendars look at."""

    __tablename__ = "checkpoint"
    __table_args__ = (Index("ix_checkpoint_plan_id_due_on", "plan_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(120), default="")
    provisional: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    first_due_on: Mapped[date | None]
    """The day as it first was (原定): set once, when it is put off, and kept for ever."""
    given_at: Mapped[datetime | None]
    """When its day was given or moved last; None where it came with its task."""

    task: Mapped[Task] = relationship(back_populates="checkpoints")
