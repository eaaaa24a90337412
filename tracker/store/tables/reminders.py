"""The reminder policies (提醒规则): the house's, and those of plans that have one of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class ReminderPolicy(Base):
    """The choices of one plan, or of the house; where there is none, nobody has chosen yet."""

    __tablename__ = "reminder_policy"
    __table_args__ = (CheckConstraint("id = coalesce(plan_id, 0)", name="one_a_plan"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The plan's id, 0 for the house: so each has one row, on either engine."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), unique=True)
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """As `tracker.domain.reminder_policy` writes them; without any, those above hold: the house's, or the
    program's."""
    former: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What it was until each change of the last weeks, as `{until, settings}`, the oldest first."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
