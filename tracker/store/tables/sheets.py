"""Task sheets (任务表) that came back and wait for a person's yes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.batches import ImportBatch
from tracker.store.tables.imports import SourceFile
from tracker.store.tables.plans import Plan


class SheetUpload(Base):
    """A sheet as it came back (回传的任务表); `sheet` is what was read in it, never edited."""

    __tablename__ = "sheet_upload"
    __table_args__ = (CheckConstraint("state IN ('open', 'applied', 'discarded')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    sheet: Mapped[dict[str, Any]]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    """What it changed in the ledger; None while it waits, and where it changed nothing."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    source_file: Mapped[SourceFile] = relationship()
    batch: Mapped[ImportBatch | None] = relationship()
    uploaded_by: Mapped[Account | None] = relationship(foreign_keys=[uploaded_by_id])

    __mapper_args__ = {"version_id_col": version}
