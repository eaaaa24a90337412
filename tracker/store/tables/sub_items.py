"""Sub-items (子项): how a unit divides its own part of a task, with a person and a day for each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Assignment


class SubItem(Base):
    """One step of a unit's part; the unit's own, nobody else changes it."""

    __tablename__ = "sub_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(60), default="")
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    assignment: Mapped[Assignment] = relationship()

    __mapper_args__ = {"version_id_col": version}
