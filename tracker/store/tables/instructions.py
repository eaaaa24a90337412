"""Instructions (批示): what a leader wrote about a task or a plan, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.units import Unit


class Instruction(Base):
    """A leader's words; an item (办理事项) as soon as it has a unit and a day."""

    __tablename__ = "instruction"
    __table_args__ = (
        CheckConstraint(
            "state IN ('remark', 'kept', 'assigned', 'answered', 'closed')", name="known_state"
        ),
        CheckConstraint(
            "state IN ('remark', 'kept') OR (unit_id IS NOT NULL AND due_on IS NOT NULL)",
            name="item_has_unit_and_day",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_iff_closed"),
        Index("ix_instruction_unit_id_state", "unit_id", "state"),
        Index("ix_instruction_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """Of leader, day, object and words: the same button pressed twice writes once."""
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    """None when it is about the plan as a whole, or about what `about_kind` names."""
    about_kind: Mapped[str | None] = mapped_column(String(20))
    """What of the plan it is about besides a task: one of `tracker.domain.instruction.AboutKind`."""
    about_id: Mapped[int | None]
    about_words: Mapped[str | None] = mapped_column(String(300))
    """What it was called when the words were written."""
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The leader's account; None when the office wrote for one who has none."""
    leader_name: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    said_on: Mapped[date]
    """The day of the instruction; the office may enter it later."""
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    written_by_name: Mapped[str] = mapped_column(String(130))
    written_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="remark")
    kept_because: Mapped[str] = mapped_column(Text, default="")
    """Why it stays a remark (留作批注)."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    asked: Mapped[str] = mapped_column(Text, default="")
    """What the office asks of the unit besides the leader's own words."""
    assigned_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[str] = mapped_column(String(130), default="")
    closing: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    task: Mapped[Task | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
