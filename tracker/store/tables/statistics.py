"""Statistics (统计): what is counted, the sheets on which units report it once a year, and their values."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.units import Unit


class StatisticKind(Base):
    """One thing that is counted (统计指标), extendable by the office; retired, never deleted."""

    __tablename__ = "statistic_kind"
    __table_args__ = (
        CheckConstraint("form IN ('count', 'increment', 'rate')", name="known_form"),
        CheckConstraint("source IN ('sheet', 'returns', 'events', 'clocks')", name="known_source"),
        CheckConstraint(
            "(form = 'rate') = (numerator_id IS NOT NULL AND denominator_id IS NOT NULL)",
            name="rate_of_two_counts",
        ),
        CheckConstraint("(source = 'sheet') = (counted = '')", name="counted_where_it_is_taken_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    measure: Mapped[str] = mapped_column(String(10), default="")
    """The measure word: 条, 件, 次."""
    form: Mapped[str] = mapped_column(String(20), default="count")
    source: Mapped[str] = mapped_column(String(20), default="sheet")
    """Units report it on the sheet, or it is taken from their forms, 佐证事项 or 时限, never typed again."""
    counted: Mapped[str] = mapped_column(String(200), default="")
    """What is taken: a form's part, a quota's words, or what became of applications."""
    numerator_id: Mapped[int | None] = mapped_column(ForeignKey("statistic_kind.id"))
    denominator_id: Mapped[int | None] = mapped_column(ForeignKey("statistic_kind.id"))
    definition: Mapped[str] = mapped_column(Text, default="")
    """What counts and what does not (口径), as it stands beside the field."""
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class StatisticYear(Base):
    """The statistics of one year (统计年度): the year they belong to, whenever they are handed in."""

    __tablename__ = "statistic_year"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_iff_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="open")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class StatisticSheet(Base):
    """What one unit owes of a year's statistics: one sheet, once."""

    __tablename__ = "statistic_sheet"
    __table_args__ = (
        UniqueConstraint("year_id", "unit_id"),
        CheckConstraint("state IN ('open', 'submitted')", name="known_state"),
        CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_at_iff_submitted"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey("statistic_year.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    year: Mapped[StatisticYear] = relationship()
    unit: Mapped[Unit] = relationship()

    __mapper_args__ = {"version_id_col": version}


class StatisticValue(Base):
    """One unit's number of one kind in one year: as it reported it, or as it was when the year was closed."""

    __tablename__ = "statistic_value"
    __table_args__ = (
        UniqueConstraint("year_id", "kind_id", "unit_id"),
        CheckConstraint("value >= 0", name="not_below_nothing"),
        CheckConstraint("earlier IS NULL OR earlier >= 0", name="earlier_not_below_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey("statistic_year.id", ondelete="CASCADE"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("statistic_kind.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    value: Mapped[int] = mapped_column(BigInteger)
    approximate: Mapped[bool] = mapped_column(default=False)
    """余: the unit said about so many."""
    earlier: Mapped[int | None] = mapped_column(BigInteger)
    """原有, where `value` is what was added."""

    unit: Mapped[Unit] = relationship()
