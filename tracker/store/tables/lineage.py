"""Where a task comes from (承接): which task of an earlier year it goes on with, as a person has said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Task


class TaskLineage(Base):
    """One word of a person on two tasks of two years: the same matter, going on with it, or another one.

    That they are no relations (other) is kept too, so that nobody is asked a second time.
    """

    __tablename__ = "task_lineage"
    __table_args__ = (
        UniqueConstraint("task_id", "earlier_task_id"),
        CheckConstraint("task_id <> earlier_task_id", name="two_tasks"),
        CheckConstraint("kind IN ('same', 'continued', 'other')", name="known_kind"),
        Index("ix_task_lineage_earlier_task_id", "earlier_task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    earlier_task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    task: Mapped[Task] = relationship(foreign_keys=[task_id])
    earlier_task: Mapped[Task] = relationship(foreign_keys=[earlier_task_id])

    __mapper_args__ = {"version_id_col": version}
