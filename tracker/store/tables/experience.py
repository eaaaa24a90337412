"""Articles of experience (经验材料) and their versions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan
from tracker.store.tables.reporting import Obligation
from tracker.store.tables.units import Unit


class Experience(Base):
    """An article and how far it has come; it answers an obligation, or was written freely."""

    __tablename__ = "experience"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'kept', 'adopted', 'shown', 'sent_up', 'taken_up')",
            name="known_state",
        ),
        CheckConstraint("(state = 'draft') = (number = 0)", name="draft_iff_nothing_handed_in"),
        CheckConstraint("(shown_on IS NULL) = (shown_url = '')", name="shown_with_link_and_day"),
        CheckConstraint("state <> 'shown' OR shown_on IS NOT NULL", name="shown_on_if_shown"),
        CheckConstraint(
            "(state IN ('sent_up', 'taken_up')) = (sent_up_on IS NOT NULL)", name="sent_up_on_iff_sent_up"
        ),
        CheckConstraint("(state = 'taken_up') = (taken_up_on IS NOT NULL)", name="taken_up_on_iff_taken_up"),
        Index("ix_experience_plan_id_state", "plan_id", "state"),
        Index("ix_experience_unit_id_state", "unit_id", "state"),
        Index("ix_experience_state_submitted_at", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    obligation_id: Mapped[int | None] = mapped_column(
        ForeignKey("obligation.id", ondelete="CASCADE"), unique=True
    )
    """What it answers; None where it was written freely."""
    state: Mapped[str] = mapped_column(String(20), default="draft")
    number: Mapped[int] = mapped_column(default=0)
    """Of the newest version that was handed in; a draft has the next number."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    """The first hand-in."""
    adopted_at: Mapped[datetime | None]
    shown_url: Mapped[str] = mapped_column(String(1000), default="")
    shown_on: Mapped[date | None]
    sent_up_on: Mapped[date | None]
    taken_up_on: Mapped[date | None]
    taken_up_words: Mapped[str] = mapped_column(Text, default="")
    """A link, or the name of the journal or document that took it up."""
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    unit: Mapped[Unit] = relationship()
    obligation: Mapped[Obligation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ExperienceVersion(Base):
    """What an article says in one version (第N稿), and what the office said of it.

    Where the article answers an obligation, the `Return` of the same number is what the board and the
    reminders know of it.
    """

    __tablename__ = "experience_version"
    __table_args__ = (
        UniqueConstraint("experience_id", "number"),
        CheckConstraint("decision IN ('', 'returned', 'kept', 'adopted')", name="known_decision"),
        CheckConstraint("(file_sha256 = '') = (file_name = '')", name="file_has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    experience_id: Mapped[int] = mapped_column(ForeignKey("experience.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    angle: Mapped[str] = mapped_column(String(20), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    file_size: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    handed_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    handed_in_by_name: Mapped[str] = mapped_column(String(130), default="")
    decision: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str] = mapped_column(String(130), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    experience: Mapped[Experience] = relationship()

    __mapper_args__ = {"version_id_col": version}
