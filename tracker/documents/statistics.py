"""A year's statistics (统计表) as .xlsx: each figure, and the units' values that it is the sum of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.documents.excel import Column, table


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One row: a figure of all units (`unit` is empty), or one unit's value."""

    section: str
    name: str
    unit: str
    shown: str
    value: int | None
    earlier: int | None
    approximate: bool
    measure: str
    definition: str


@dataclass(frozen=True, slots=True)
class StatisticsPaper:
    """All that the file says; `year` is the year the figures belong to."""

    year: int
    office: str
    state: str
    values: tuple[PrintedValue, ...]
    made_at: datetime

    @property
    def file_stem(self) -> str:
        """The file's name without its ending."""
        return f"{self.year}年政务公开统计"


def as_xlsx(paper: StatisticsPaper) -> bytes:
    """One row a figure, with its units' values beneath it; numbers are numbers, 余 stands in a column."""
    columns = (
        Column("统计年度", 9, centred=True), Column("类别", 14), Column("指标", 30), Column("单位", 24),
        Column("统计结果", 26), Column("数值", 12), Column("原有", 10), Column("约数", 7, centred=True),
        Column("计量单位", 9, centred=True), Column("口径", 44),
    )  # fmt: skip
    rows = [
        (
            paper.year, each.section, each.name, each.unit or "合计", each.shown, each.value, each.earlier,
            "余" if each.approximate else "", each.measure, each.definition,
        )
        for each in paper.values
    ]  # fmt: skip
    remark = f"{paper.office}　{paper.state}"
    return table(paper.file_stem, remark, columns, rows, made_at=paper.made_at)
