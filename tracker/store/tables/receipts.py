"""What a unit says of the work it was given: it has received it (签收), and takes this part of it (认领)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Assignment
from tracker.store.tables.units import Unit


class Acknowledgement(Base):
    """A unit has received its work of a plan (签收); once, for all its tasks in it."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("plan_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_name: Mapped[str] = mapped_column(String(120), default="")
    """Who it was, as written then: accounts are renamed and closed."""
    at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()


class Claim(Base):
    """A part that its unit has to claim (认领), because the document shares the work by 职责分工."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'claimed', 'declined')", name="known_state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_iff_decided"),
        UniqueConstraint("assignment_id"),
        Index("ix_claim_plan_id_state", "plan_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    words: Mapped[str] = mapped_column(Text, default="")
    """What part the unit takes, or why it takes none."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    assignment: Mapped[Assignment] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ClaimDay(Base):
    """The day by which the parts of a plan are to be claimed (认领期限)."""

    __tablename__ = "claim_day"
    __table_args__ = (UniqueConstraint("plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    by: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
