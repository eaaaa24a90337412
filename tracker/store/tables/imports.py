"""What was uploaded, how it was read, and what a person corrected before confirming."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base


class SourceFile(Base):
    """The bytes of an upload, known by their digest; the same bytes twice are one row."""

    __tablename__ = "source_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    format: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]


class ImportDraft(Base):
    """A draft plan (导入草稿) that waits for a person; `draft` is the importer's JSON, never edited."""

    __tablename__ = "import_draft"
    __table_args__ = (CheckConstraint("state IN ('open', 'confirmed', 'discarded')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_file_id: Mapped[int] = mapped_column(ForeignKey("source_file.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, confirmed or discarded."""
    title: Mapped[str] = mapped_column(String(300))
    year: Mapped[int | None]
    issuer: Mapped[str] = mapped_column(String(200), default="")
    document_number: Mapped[str] = mapped_column(String(100), default="")
    issued_on: Mapped[date | None]
    draft: Mapped[dict[str, Any]]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    source_file: Mapped[SourceFile] = relationship()
    rows: Mapped[list[DraftRow]] = relationship(
        back_populates="import_draft", order_by="DraftRow.position", cascade="all, delete-orphan"
    )
    names: Mapped[list[NameDecision]] = relationship(
        back_populates="import_draft", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class DraftRow(Base):
    """One proposed task: as read, and as it stands after corrections."""

    __tablename__ = "draft_row"
    __table_args__ = (UniqueConstraint("import_draft_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_draft_id: Mapped[int] = mapped_column(ForeignKey("import_draft.id", ondelete="CASCADE"))
    position: Mapped[int]
    included: Mapped[bool] = mapped_column(default=True)
    """False when a person has put the passage back under 其他段落."""
    checked: Mapped[bool] = mapped_column(default=False)
    reading: Mapped[dict[str, Any]]
    """A task of draft-plan.schema.json as it now stands."""
    edited: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    import_draft: Mapped[ImportDraft] = relationship(back_populates="rows")

    __mapper_args__ = {"version_id_col": version}


class NameDecision(Base):
    """What a person decided a printed name means in this draft: a unit, a group, or nobody."""

    __tablename__ = "name_decision"
    __table_args__ = (UniqueConstraint("import_draft_id", "printed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_draft_id: Mapped[int] = mapped_column(ForeignKey("import_draft.id", ondelete="CASCADE"))
    printed: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("unit_group.id"))
    ignored: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]

    import_draft: Mapped[ImportDraft] = relationship(back_populates="names")
