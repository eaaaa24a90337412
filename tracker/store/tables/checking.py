"""What people leave behind while they check a draft: readings to remember, findings seen, who acted last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class ReadingDecision(Base):
    """How an office reads a kind of phrase (记住的读法): which of the offered readings it has chosen.

    `shape` is the phrase without its figures, `offered` how many readings the importer offers for it, and
    `place` which of them was chosen, counted from 0 in the importer's own order.
    """

    __tablename__ = "reading_decision"
    __table_args__ = (UniqueConstraint("shape", "offered"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shape: Mapped[str] = mapped_column(String(200))
    offered: Mapped[int]
    place: Mapped[int]
    phrase: Mapped[str] = mapped_column(String(200))
    """The phrase as it was printed where the choice was made."""
    chosen: Mapped[str] = mapped_column(String(200))
    """What was chosen there, in words."""
    plan_title: Mapped[str] = mapped_column(String(300))
    decided_by: Mapped[str] = mapped_column(String(60))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]


class SeenFinding(Base):
    """A finding of the check-up (体检) about which a person said 已知悉; `mark` names it with its rows."""

    __tablename__ = "seen_finding"
    __table_args__ = (UniqueConstraint("import_draft_id", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_draft_id: Mapped[int] = mapped_column(ForeignKey("import_draft.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(120))
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[datetime]


class DraftVisit(Base):
    """What a person last did in a draft, so that colleagues see it and the person can go on from there."""

    __tablename__ = "draft_visit"
    __table_args__ = (UniqueConstraint("import_draft_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_draft_id: Mapped[int] = mapped_column(ForeignKey("import_draft.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(String(200))
    serial: Mapped[int | None]
    """The number of the row on the check page at that time, where the act was about one."""
    at: Mapped[datetime]
