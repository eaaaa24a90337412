"""What lets the planning of reminders rest while nothing has changed; see docs/adr/0013."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class ReminderStamp(Base):
    """What the last planning was made from, and until when its result holds by itself; one row."""

    __tablename__ = "reminder_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[str] = mapped_column(String(300))
    planned_at: Mapped[datetime]
    holds_until: Mapped[datetime]


class UntoldChange(Base):
    """How many transactions have changed facts without a line in the trail (留痕); one row."""

    __tablename__ = "untold_change"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
