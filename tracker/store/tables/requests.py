"""Requests (申请): 延期, 销号, 异议. What a unit asks of the office about its part in a task."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit

_WAITING = text("state = 'waiting'")


class TaskRequest(Base):
    """One request and what became of it; it stays when the unit's part has gone."""

    __tablename__ = "task_request"
    __table_args__ = (
        CheckConstraint("kind IN ('extension', 'sign_off', 'objection')", name="known_kind"),
        CheckConstraint(
            "state IN ('waiting', 'granted', 'refused', 'withdrawn', 'lapsed')", name="known_state"
        ),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_iff_decided"),
        # One unit asks one thing of a task once at a time.
        Index(
            "uq_task_request_waiting", "task_id", "unit_id", "kind",
            unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        Index("ix_task_request_state_kind", "state", "kind"),
        Index("ix_task_request_unit_id_state", "unit_id", "state"),
        Index("ix_task_request_plan_id", "plan_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    reason: Mapped[str] = mapped_column(Text, default="")
    checkpoint_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoint.id", ondelete="SET NULL"))
    """Which day an extension is about."""
    present_on: Mapped[date | None]
    """The day that stood when it was asked."""
    wanted_on: Mapped[date | None]
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    evidence_on: Mapped[date | None]
    """The day on which the linked page was published."""
    wanted_unit: Mapped[str] = mapped_column(String(200), default="")
    """Who it should be, in the unit's words (异议)."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_by_name: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    """The office's words; needed where it refuses."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}
