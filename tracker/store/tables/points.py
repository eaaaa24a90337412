"""Points (积分): schemes, their editions, the ledger of lines, and objections to them.

The ledger is append-only: a line that no longer holds is reversed by another line, and triggers of migration
0010 refuse every other way. So are editions: a line keeps the edition that it was entered under.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.units import Unit


class ScoreScheme(Base):
    """One scheme (积分办法) of a year: `content` is what is being edited, the editions what is in force."""

    __tablename__ = "score_scheme"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'on', 'off')", name="known_state"),
        CheckConstraint("(state = 'off') = (ended_on IS NOT NULL)", name="ended_on_iff_off"),
        Index("ix_score_scheme_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    """The plans of this year are what facts are taken from."""
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """A `tracker.domain.points.Scheme` as data."""
    ended_on: Mapped[date | None]
    """The last day of which facts count."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(130))
    version: Mapped[int] = mapped_column(default=1)

    editions: Mapped[list[ScoreEdition]] = relationship(order_by="ScoreEdition.number")

    __mapper_args__ = {"version_id_col": version}


class ScoreEdition(Base):
    """A scheme as it was switched on (第N版), with the units that it is about; append-only."""

    __tablename__ = "score_edition"
    __table_args__ = (
        UniqueConstraint("scheme_id", "number"),
        CheckConstraint("number > 0", name="counted_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("score_scheme.id"))
    number: Mapped[int]
    starts_on: Mapped[date]
    """Facts of this day and later are judged by it."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    members: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The units it is about, each with its group: a unit that changes its class changes no past sum."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(130))


class ScoreLine(Base):
    """One line of the ledger (积分记录): rule, fact, evidence, points; append-only."""

    __tablename__ = "score_line"
    __table_args__ = (
        UniqueConstraint("scheme_id", "key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint(
            "origin IN ('fact', 'by_hand', 'lapsed', 'revived', 'objection', 'correction')",
            name="known_origin",
        ),
        CheckConstraint(
            "(reverses_id IS NULL) = (origin IN ('fact', 'by_hand'))", name="reversal_names_its_line"
        ),
        Index("ix_score_line_scheme_id_unit_id", "scheme_id", "unit_id"),
        Index("ix_score_line_unit_id_entered_on", "unit_id", "entered_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("score_scheme.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("score_edition.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    key: Mapped[str] = mapped_column(String(200))
    """What makes it the same as another: its rule and fact, or the line that it reverses."""
    rule_key: Mapped[str] = mapped_column(String(20))
    fact_key: Mapped[str] = mapped_column(String(120))
    clause: Mapped[str] = mapped_column(String(300))
    """The rule in the words of its edition."""
    points: Mapped[int]
    """In hundredths, before any cap: a reversal has those of its line with the other sign."""
    happened_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(500))
    """The fact, or why the line is reversed."""
    place: Mapped[str] = mapped_column(String(200), default="")
    """The page of this program that shows the fact."""
    evidence: Mapped[str] = mapped_column(String(1000), default="")
    """A link, or the name of a document."""
    origin: Mapped[str] = mapped_column(String(20))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("score_line.id"))
    entered_on: Mapped[date]
    """The day in China on which it came into the ledger: sums of past days go by it."""
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    entered_by_name: Mapped[str] = mapped_column(String(130))

    scheme: Mapped[ScoreScheme] = relationship()
    edition: Mapped[ScoreEdition] = relationship()
    unit: Mapped[Unit] = relationship()


class ScoreObjection(Base):
    """What a unit says against a line (异议), and what the office decided; once a line."""

    __tablename__ = "score_objection"
    __table_args__ = (
        UniqueConstraint("line_id"),
        CheckConstraint("state IN ('waiting', 'upheld', 'refused')", name="known_state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at_iff_decided"),
        CheckConstraint("state = 'waiting' OR decision <> ''", name="decided_with_a_reason"),
        Index("ix_score_objection_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("score_line.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(130))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str] = mapped_column(String(130), default="")
    version: Mapped[int] = mapped_column(default=1)

    line: Mapped[ScoreLine] = relationship()
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}


class AppendOnly(RuntimeError):
    """A line or an edition was about to be changed or deleted; enter a reversal, or a new edition."""


def _refuse(_mapper: Any, _connection: Any, row: Base) -> None:
    raise AppendOnly(f"{type(row).__name__} {row.id}")  # type: ignore[attr-defined]  # both tables have an id


for _table in (ScoreEdition, ScoreLine):
    for _act in ("before_update", "before_delete"):
        event.listen(_table, _act, _refuse)
