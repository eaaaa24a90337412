"""Who takes another's place: for good (交接) or for a time (代办)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.units import Unit

_RUNNING = text("state IN ('waiting', 'filed')")


class Handover(Base):
    """A unit's contact leaves (交接): who, from which day, and who comes; it stays as the unit's history."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'filed', 'done', 'withdrawn')", name="known_state"),
        CheckConstraint(
            "state NOT IN ('filed', 'done') OR successor_id IS NOT NULL", name="filed_names_a_successor"
        ),
        # One person leaves once at a time.
        Index(
            "uq_handover_running", "leaving_id",
            unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING,
        ),
        Index("ix_handover_state_changed_on", "state", "changed_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    leaving_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    leaving_name: Mapped[str] = mapped_column(String(60))
    """As the person was called then: the unit's history stays under this name."""
    changed_on: Mapped[date]
    """From this day on the person is no longer the contact; five workdays count from it."""
    why: Mapped[str] = mapped_column(Text, default="")
    reported_by_name: Mapped[str] = mapped_column(String(130))
    reported_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    successor_name: Mapped[str] = mapped_column(String(60), default="")
    successor_phone: Mapped[str] = mapped_column(String(60), default="")
    filed_by_name: Mapped[str] = mapped_column(String(130), default="")
    filed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """Since when the old account is closed and its open items lie with the successor."""
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Deputyship(Base):
    """One account may act for another from one day to another (代办); both days are part of it."""

    __tablename__ = "deputyship"
    __table_args__ = (
        CheckConstraint("for_id <> by_id", name="for_another"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_begins"),
        Index("ix_deputyship_by_id_ends_on", "by_id", "ends_on"),
        Index("ix_deputyship_for_id_ends_on", "for_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    for_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    made_by_name: Mapped[str] = mapped_column(String(130))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Taken back before its last day."""
    ended_by_name: Mapped[str] = mapped_column(String(130), default="")
    version: Mapped[int] = mapped_column(default=1)

    principal: Mapped[Account] = relationship(foreign_keys=[for_id])
    deputy: Mapped[Account] = relationship(foreign_keys=[by_id])

    __mapper_args__ = {"version_id_col": version}


class SignInDeputy(Base):
    """A signed-in browser that acts for another at the moment; going back deletes the row."""

    __tablename__ = "sign_in_deputy"

    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id", ondelete="CASCADE"), primary_key=True)
    deputyship_id: Mapped[int] = mapped_column(ForeignKey("deputyship.id", ondelete="CASCADE"), index=True)
