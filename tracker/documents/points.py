"""Points (积分) as Excel sheets: every line of the ledger (积分明细), and where each unit stands (积分汇总).

The figures are numbers that can be added up: in the first sheet what each line changed, with what the unit
began with they make the score of the second, which goes into the year's target assessment (年度目标考核).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.excel import Column, table

LINE_COLUMNS = (
    Column("笔号", 8, centred=True),
    Column("单位", 22),
    Column("类别", 12),
    Column("指标", 22),
    Column("规则依据", 36),
    Column("事实", 44),
    Column("发生日期", 13, centred=True),
    Column("佐证", 36),
    Column("规则分值", 10, centred=True),
    Column("计入", 10, centred=True),
    Column("来源", 18),
    Column("记入日期", 13, centred=True),
    Column("记入人", 12),
    Column("冲销第几笔", 11, centred=True),
    Column("异议", 36),
)
SCORE_COLUMNS = (
    Column("序号", 7, centred=True),
    Column("单位", 30),
    Column("类别", 14),
    Column("基础分", 11, centred=True),
    Column("扣分", 11, centred=True),
    Column("加分", 11, centred=True),
    Column("得分", 11, centred=True),
    Column("等次", 12, centred=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger; points in hundredths."""

    number: int
    unit: str
    group: str
    indicator: str
    clause: str
    words: str
    happened_on: date
    evidence: str
    points: int
    counted: int
    origin: str
    entered_on: date
    entered_by: str
    reverses: int | None
    objection: str


@dataclass(frozen=True, slots=True)
class Score:
    """One unit: what it began with, lost and gained."""

    unit: str
    group: str
    start: int
    lost: int
    gained: int
    score: int
    grade: str


def lines_xlsx(title: str, remark: str, rows: tuple[Row, ...], *, made_at: datetime) -> bytes:
    """Every line, oldest first."""
    told = [
        (
            row.number, row.unit, row.group, row.indicator, row.clause, row.words, row.happened_on,
            row.evidence, _points(row.points), _points(row.counted), row.origin, row.entered_on,
            row.entered_by, row.reverses, row.objection,
        )
        for row in rows
    ]  # fmt: skip
    return table(title, remark, LINE_COLUMNS, told, made_at=made_at)


def scores_xlsx(title: str, remark: str, rows: tuple[Score, ...], *, made_at: datetime) -> bytes:
    """Every unit in the office's order: this is no ranking."""
    told = [
        (
            place, row.unit, row.group, _points(row.start), _points(row.lost), _points(row.gained),
            _points(row.score), row.grade,
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return table(title, remark, SCORE_COLUMNS, told, made_at=made_at)


def _points(hundredths: int) -> float:
    return round(hundredths / 100, 2)
