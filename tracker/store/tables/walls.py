"""Screens on a wall (大屏): addresses that show the figures of a plan without anybody signed in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class WallScreen(Base):
    """One screen's address; its token is shown once, this row keeps its hash alone."""

    __tablename__ = "wall_screen"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    """Where it hangs: 三楼会议室."""
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    """Always this plan; None shows the newest that units report on."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(130))
    ends_on: Mapped[date]
    """The last day on which it opens anything."""
    last_seen_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
