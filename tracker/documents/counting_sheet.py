"""The counting sheet (计时表) of a clock as a file: what came of it, then each day with its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.excel import HEAD_FILL, Column, Value, head, height, lay_out, saved, write

COLUMNS = (
    Column("日期", 14, centred=True),
    Column("计不计", 12, centred=True),
    Column("为什么", 46),
    Column("依据", 46),
)
_FACT = Column("", 14, centred=True)
_WHOLE = Column("", sum(column.width for column in COLUMNS[1:]))
"""What a fact says runs through the columns beside its name."""
_BOLD = Font(name="仿宋", size=11, bold=True)


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day: its number when it counts, why or why not, and by which article."""

    day: date
    number: int | None
    why: str
    article: str
    last: bool = False

    @property
    def mark(self) -> str:
        """计第3天, 不计."""
        return "不计" if self.number is None else f"计第{self.number}天"


@dataclass(frozen=True, slots=True)
class CountingSheet:
    """All that the file says; the first fact is the last day."""

    title: str
    remark: str
    facts: tuple[tuple[str, str], ...]
    days: tuple[DayLine, ...]
    made_at: datetime


def as_xlsx(sheet: CountingSheet) -> bytes:
    """The sheet as a file: the facts above, one row a day below them."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "计时表"
    for number, column in enumerate(COLUMNS, start=1):
        page.column_dimensions["ABCD"[number - 1]].width = column.width
    for place, (name, said) in enumerate(sheet.facts, start=1):
        _fact(page, place, name, said)
    head_row = len(sheet.facts) + 1
    for number, column in enumerate(COLUMNS, start=1):
        head(page, (head_row, number), column)
    for place, line in enumerate(sheet.days, start=head_row + 1):
        _day(page, place, line)
    page.freeze_panes = f"A{head_row + 1}"
    lay_out(page, sheet.title, sheet.remark, head_row=head_row)
    return saved(book, made_at=sheet.made_at)


def _fact(page: Worksheet, place: int, name: str, said: str) -> None:
    label = write(page, (place, 1), name, _FACT)
    label.font, label.fill = _BOLD, HEAD_FILL
    for number in (4, 3):
        write(page, (place, number), None, _WHOLE)  # the frame of what is merged
    cell = write(page, (place, 2), said, _WHOLE)
    if place == 1:
        cell.font = _BOLD
    page.merge_cells(start_row=place, end_row=place, start_column=2, end_column=4)
    page.row_dimensions[place].height = height((_FACT, _WHOLE), (name, said))


def _day(page: Worksheet, place: int, line: DayLine) -> None:
    values: Sequence[Value] = (line.day, line.mark, line.why, line.article)
    for number, (column, value) in enumerate(zip(COLUMNS, values, strict=True), start=1):
        cell = write(page, (place, number), value, column)
        if line.last:
            cell.font = _BOLD
    page.row_dimensions[place].height = height(COLUMNS, values)
