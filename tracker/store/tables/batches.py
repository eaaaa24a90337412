"""What came into the ledger together (批次), change by change, and the editions (版次) of a plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.accounts import Account
from tracker.store.tables.imports import SourceFile


class ImportBatch(Base):
    """One file's worth of changes (一批): who, when, from which file; it can be undone once.

    Plan and tasks are numbers without a foreign key, as in the trail: a batch is still told of when what it
    made has been taken back.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("kind IN ('import', 'revision', 'sheet')", name="known_kind"),
        CheckConstraint("state IN ('applied', 'undone')", name="known_state"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_at_iff_undone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="applied")
    plan_id: Mapped[int] = mapped_column(index=True)
    plan_title: Mapped[str] = mapped_column(String(300))
    source_file_id: Mapped[int | None] = mapped_column(ForeignKey("source_file.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("import_draft.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    source_file: Mapped[SourceFile | None] = relationship()
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])
    undone_by: Mapped[Account | None] = relationship(foreign_keys=[undone_by_id])

    __mapper_args__ = {"version_id_col": version}


class BatchChange(Base):
    """One change of one task: what stood before and after, and the versions of the task around it."""

    __tablename__ = "batch_change"
    __table_args__ = (
        UniqueConstraint("batch_id", "task_id", "kind"),
        CheckConstraint("kind IN ('new', 'wording', 'units', 'date', 'removed')", name="known_kind"),
        CheckConstraint("outcome IN ('applied', 'reversed', 'kept')", name="known_outcome"),
        Index("ix_batch_change_task_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    task_id: Mapped[int]
    serial: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    """Number and name as they were, so that the history reads on when the task is gone."""
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version_before: Mapped[int] = mapped_column(default=0)
    """The task's version that the change was made on; 0 where it was made new."""
    task_version: Mapped[int]
    """The task's version after the change: an undo takes back only what still has it."""
    outcome: Mapped[str] = mapped_column(String(20), default="applied")
    why: Mapped[str] = mapped_column(String(300), default="")
    """Why an undo has left it as it is."""


class PlanEdition(Base):
    """One edition (版次) of a plan's document; the newest that was not undone stands in the plan itself."""

    __tablename__ = "plan_edition"
    __table_args__ = (UniqueConstraint("plan_id", "number"), Index("ix_plan_edition_sha256", "source_sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1 is the edition that the plan was first made from; `Clause.edition` says where a clause stands."""
    title: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(200), default="")
    document_number: Mapped[str] = mapped_column(String(100), default="")
    issued_on: Mapped[date | None]
    basis: Mapped[list[str]] = mapped_column(default=list)
    source_sha256: Mapped[str] = mapped_column(String(64))
    source_filename: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    """The revision that brought it in; None for the first."""
    places: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By task: the clause and the heading that it had before this edition."""
    undone_at: Mapped[datetime | None]


class EditionChoice(Base):
    """What a person said a draft is (版本认定): an edition of a plan, its forwarding, or a plan anew."""

    __tablename__ = "edition_choice"
    __table_args__ = (
        CheckConstraint("relation IN ('revision', 'forwarded', 'separate')", name="known_relation"),
    )

    import_draft_id: Mapped[int] = mapped_column(
        ForeignKey("import_draft.id", ondelete="CASCADE"), primary_key=True
    )
    relation: Mapped[str] = mapped_column(String(20))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    ticks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By change: whether it is to be made; what is not named here is as the program proposes."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
