"""Documents that go out (文稿): drafts with their frozen facts, and the words that were laid aside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan


class ReportDraft(Base):
    """One document of a plan about one subject: a draft until it is issued (定稿), then for ever the same.

    What was issued wrong is made anew as the next edition, beside the one that went out. Its plan cannot go:
    what went out has to be found.
    """

    __tablename__ = "report_draft"
    __table_args__ = (
        UniqueConstraint("plan_id", "kind", "subject", "edition", name="uq_report_draft_subject"),
        CheckConstraint("state IN ('draft', 'issued')", name="known_state"),
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", name="issued_at_iff_issued"),
        CheckConstraint("edition > 0", name="counted_from_one"),
        Index("ix_report_draft_kind_state", "kind", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(60))
    """What it is about: a week (2026-W38), a month (2026-09), a half year (2026-H1) or a year."""
    subject_label: Mapped[str] = mapped_column(String(100))
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    title: Mapped[str] = mapped_column(String(300))
    """As it reads now, for lists."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The report as it was made from the facts (`tracker.domain.report.to_json`)."""
    edited: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What a person has written in the place of a part, by its key."""
    made_at: Mapped[datetime]
    """When its facts were read."""
    made_by_name: Mapped[str] = mapped_column(String(130))
    saved_at: Mapped[datetime | None]
    saved_by_name: Mapped[str] = mapped_column(String(130), default="")
    issued_at: Mapped[datetime | None]
    issued_by_name: Mapped[str] = mapped_column(String(130), default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()

    __mapper_args__ = {"version_id_col": version}


class ReportPastText(Base):
    """A text that a person wrote and then gave up for the one made from the facts; nothing typed is lost."""

    __tablename__ = "report_past_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_draft_id: Mapped[int] = mapped_column(
        ForeignKey("report_draft.id", ondelete="CASCADE"), index=True
    )
    part_key: Mapped[str] = mapped_column(String(60))
    heading: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    laid_aside_at: Mapped[datetime]
    laid_aside_by_name: Mapped[str] = mapped_column(String(130))
