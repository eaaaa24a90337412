"""The tables of the annual report (年报表) as a workbook: one sheet a table, numbers as numbers.

Totals are written as they were reckoned, not as formulas: what was looked at is what is handed on. A cell
that the form does not have stays empty; one that nobody has filled in is 0, as on the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.documents.excel import Column, Page, Value, tables
from tracker.domain import annual_tables as forms

_PART, _GROUP, _LABEL = Column("部分", 18), Column("类别", 26), Column("项目", 52)
_NUMBER = 13.0
_TOTAL = "总计"
YUAN = 10_000
"""Money is kept in 元 and printed in 万元."""


@dataclass(frozen=True, slots=True)
class AnnualTables:
    """A year's tables, all of which agree."""

    year: int
    office: str
    cells: Mapping[tuple[str, str], int]
    made_at: datetime

    @property
    def file_stem(self) -> str:
        """The file's name without its ending."""
        return f"{self.year}年政府信息公开年度报告数据"


def as_xlsx(known: AnnualTables) -> bytes:
    """The three tables as a file."""
    return tables([_page(form, known) for form in forms.FORMS], made_at=known.made_at)


def _page(form: forms.Form, known: AnnualTables) -> Page:
    title = f"{known.year}年{form.title}"
    return Page(form.title, title, known.office, _columns(form), list(_rows(form, known.cells)))


def _columns(form: forms.Form) -> list[Column]:
    typed = [
        Column(f"{each.group}\n{each.label}" if each.group else each.label, _NUMBER) for each in form.columns
    ]
    return [_PART, _GROUP, _LABEL, *typed, *([Column(_TOTAL, _NUMBER)] if form.adds_up else [])]


def _rows(form: forms.Form, cells: forms.Cells) -> Iterator[list[Value]]:
    for row in form.rows:
        if row == forms.CARRIED_OUT:
            sums = [forms.results(cells, column) for column in form.columns]
            yield [forms.RESULTS[0].part, "", "（七）总计", *sums, sum(sums)]
        values = [_value(cells, row, column) for column in form.columns]
        total = [forms.total(form, cells, row)] if form.adds_up else []
        yield [row.part, row.group, row.label, *values, *total]


def _value(cells: forms.Cells, row: forms.Row, column: forms.Column) -> Value:
    if not forms.applies(row, column):
        return None
    value = cells.get((row.key, column.key), 0)
    return value / YUAN if column == forms.CHARGED else value
