"""The annual report's tables (年度报告): the figures that the office enters once a year."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base


class AnnualReport(Base):
    """One year's report on open government (政府信息公开工作年度报告)."""

    __tablename__ = "annual_report"
    __table_args__ = (CheckConstraint("counted_from IN ('clocks', 'table')", name="known_source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    counted_from: Mapped[str] = mapped_column(String(20), default="table")
    """Where the numbers of applications (依申请) come from: the clocks that ran, or the table alone."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    figures: Mapped[list[AnnualFigure]] = relationship(
        order_by="AnnualFigure.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}


class AnnualFigure(Base):
    """One cell of one of the report's tables; money in 元, though the table shows 万元."""

    __tablename__ = "annual_figure"
    __table_args__ = (
        UniqueConstraint("annual_report_id", "row_key", "column_key"),
        CheckConstraint("value >= 0", name="not_below_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    annual_report_id: Mapped[int] = mapped_column(ForeignKey("annual_report.id", ondelete="CASCADE"))
    row_key: Mapped[str] = mapped_column(String(40))
    column_key: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigInteger)
