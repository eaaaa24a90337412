"""The crosswalk (上下对照): an upper document's clauses, and which tasks of an own plan answer them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.plans import Plan, Task


class UpperDocument(Base):
    """A document from above (上级文件), kept beside an own plan to compare; nobody owes anything for it."""

    __tablename__ = "upper_document"
    __table_args__ = (UniqueConstraint("plan_id", "source_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(200), default="")
    document_number: Mapped[str] = mapped_column(String(100), default="")
    source_filename: Mapped[str] = mapped_column(String(255), default="")
    source_sha256: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]

    plan: Mapped[Plan] = relationship()


class UpperClause(Base):
    """One task of an upper document as written; what is no task there is not kept."""

    __tablename__ = "upper_clause"
    __table_args__ = (
        UniqueConstraint("upper_document_id", "position"),
        UniqueConstraint("id", "waived"),
        CheckConstraint("(waived_reason <> '') = waived", name="waived_with_a_reason"),
        CheckConstraint("(waived_at IS NOT NULL) = waived", name="waived_at_iff_waived"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    upper_document_id: Mapped[int] = mapped_column(ForeignKey("upper_document.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), default="")
    headings: Mapped[list[str]] = mapped_column(default=list)
    text: Mapped[str] = mapped_column(Text)
    units_text: Mapped[str] = mapped_column(Text, default="")
    deadline_text: Mapped[str] = mapped_column(Text, default="")
    waived: Mapped[bool] = mapped_column(default=False)
    """不对应: a person has said, with a reason, that the own plan need not answer it."""
    waived_reason: Mapped[str] = mapped_column(Text, default="")
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    waived_at: Mapped[datetime | None]

    waived_by: Mapped[Account | None] = relationship()
    links: Mapped[list[UpperLink]] = relationship(
        order_by="UpperLink.id", cascade="all, delete-orphan", passive_deletes=True
    )


class UpperLink(Base):
    """A person's word that a task answers an upper clause.

    The foreign key holds the clause's `waived` too, which here is always false: a clause that is waived has
    no link, and one that has a link cannot be waived.
    """

    __tablename__ = "upper_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["clause_id", "clause_waived"], ["upper_clause.id", "upper_clause.waived"], ondelete="CASCADE"
        ),
        UniqueConstraint("clause_id", "task_id"),
        CheckConstraint("NOT clause_waived", name="clause_is_not_waived"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int]
    clause_waived: Mapped[bool] = mapped_column(default=False)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    linked_at: Mapped[datetime]

    task: Mapped[Task] = relationship()
