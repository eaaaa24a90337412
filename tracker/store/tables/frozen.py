"""What a closed period keeps beside its figures (封存): the light that each task had at the cut-off."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class PeriodLight(Base):
    """A task's light as a period closed: written once, so that December can read what March has read."""

    __tablename__ = "period_light"
    __table_args__ = (
        CheckConstraint("colour IN ('green', 'yellow', 'red', 'grey')", name="known_colour"),
        CheckConstraint(
            "state IN ('assigned', 'in_progress', 'signed_off', 'cancelled')", name="known_state"
        ),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    task_id: Mapped[int] = mapped_column(
        ForeignKey("task.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    colour: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(30))
    """The code of the rule that decided; with the day it makes the words of then."""
    state: Mapped[str] = mapped_column(String(20))
    next_due_on: Mapped[date | None]
