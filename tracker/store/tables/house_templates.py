"""The office's own templates (自制模板) for documents, and which was in use since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base


class HouseTemplate(Base):
    """One uploaded template: never changed, a better one is the next version of its kind."""

    __tablename__ = "house_template"
    __table_args__ = (
        UniqueConstraint("kind", "number", name="uq_house_template_number"),
        CheckConstraint("number > 0", name="counted_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[int]
    """The version among those of its kind."""
    filename: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by_name: Mapped[str] = mapped_column(String(130))


class HouseTemplateChoice(Base):
    """Which template a kind is set in since a moment, append only; none is the built-in layout.

    An issued document is set in what was chosen when it was issued, whatever came later.
    """

    __tablename__ = "house_template_choice"
    __table_args__ = (Index("ix_house_template_choice_kind_since", "kind", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("house_template.id", ondelete="RESTRICT"), index=True
    )
    since: Mapped[datetime]
    chosen_by_name: Mapped[str] = mapped_column(String(130))

    template: Mapped[HouseTemplate | None] = relationship()
