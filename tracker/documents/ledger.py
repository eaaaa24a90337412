"""The ledger (台账) as an Excel sheet: the columns of the list on the screen, each value in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.excel import Column, Value, table

COLUMNS = (
    Column("序号", 6, centred=True),
    Column("任务", 40),
    Column("板块", 20),
    Column("牵头/责任单位", 36),
    Column("完成时限", 12, centred=True),
    Column("时限原文", 18),
    Column("灯", 12, centred=True),
    Column("说明", 28),
    Column("最近进展", 44),
    Column("进展日期", 12, centred=True),
    Column("状态", 9, centred=True),
)
PLAN_COLUMN = Column("所属文件", 28)
FIRST_DAY_COLUMN = Column("原定时限", 12, centred=True)
"""Stands behind 状态 where a task of the list was put off."""


@dataclass(frozen=True, slots=True)
class Row:
    """One task."""

    serial: int
    plan: str
    title: str
    section: str
    units: str
    due_on: date | None
    phrase: str
    light: str
    reason: str
    progress: str
    reported_on: date | None
    state: str
    first_due_on: date | None = None
    """The day as it first was, where it was put off (延期)."""


@dataclass(frozen=True, slots=True)
class LedgerList:
    """A list as it is shown; `with_plan` when its rows come from several documents."""

    title: str
    remark: str
    with_plan: bool
    rows: tuple[Row, ...]
    made_at: datetime


def as_xlsx(ledger: LedgerList) -> bytes:
    """The list as a file of Excel: one row a task, real dates, every value in full."""
    put_off = any(row.first_due_on for row in ledger.rows)
    columns = [*COLUMNS]
    columns += [FIRST_DAY_COLUMN] if put_off else []
    columns += [PLAN_COLUMN] if ledger.with_plan else []
    rows = [_values(row, with_first_day=put_off, with_plan=ledger.with_plan) for row in ledger.rows]
    return table(f"{ledger.title}台账", ledger.remark, tuple(columns), rows, made_at=ledger.made_at)


def _values(row: Row, *, with_first_day: bool, with_plan: bool) -> tuple[Value, ...]:
    values: tuple[Value, ...] = (
        row.serial, row.title, row.section, row.units, row.due_on, row.phrase, row.light, row.reason,
        row.progress, row.reported_on, row.state,
    )  # fmt: skip
    return (*values, *([row.first_due_on] if with_first_day else ()), *([row.plan] if with_plan else ()))
