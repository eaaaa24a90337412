"""Files that a unit hands in beside its words (佐证材料), and offline forms that came back (填报表)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.plans import Assignment
from tracker.store.tables.reporting import Obligation


class EvidenceFile(Base):
    """A file that proves a unit's line of one period; its bytes lie under their digest."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="holds_something"),
        Index("ix_evidence_file_obligation_id_assignment_id", "obligation_id", "assignment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(10))
    """What its content says it is, as the ending it is handed out under: pdf, docx, png …"""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]
    """Taken back by the unit; the row and the bytes stay."""

    obligation: Mapped[Obligation] = relationship()
    assignment: Mapped[Assignment] = relationship()
    uploaded_by: Mapped[Account | None] = relationship(foreign_keys=[uploaded_by_id])


class ReturnUpload(Base):
    """A return filled in offline (回传的填报表); `sheet` is what was read in it, never edited."""

    __tablename__ = "return_upload"
    __table_args__ = (CheckConstraint("state IN ('open', 'applied', 'discarded')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    sheet: Mapped[dict[str, Any]]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    obligation: Mapped[Obligation] = relationship()
    uploaded_by: Mapped[Account | None] = relationship(foreign_keys=[uploaded_by_id])

    __mapper_args__ = {"version_id_col": version}
