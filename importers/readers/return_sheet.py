"""Reading our own offline form of a return (离线填报表) when it comes back, whatever program saved it."""

from __future__ import annotations

import re

from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.workbook.workbook import Workbook

from importers.readers.task_sheet import (
    Page,
    Place,
    has_page,
    of_book,
    padded,
    rows_of,
    text_of,
)
from tracker.domain.errors import UnreadableFile
from tracker.domain.return_sheet import (
    FORMAT,
    MAIN_PAGE,
    MARK_HEAD,
    MARKED_PAGE,
    Cells,
    Field,
    Row,
    Sheet,
    digest,
    known_head,
)
from tracker.domain.task_sheet import HEADS_WITHIN

_CHANGED = "这张表里隐藏的对照内容丢失或被改过，无法比对。请重新下载填报表，把填好的内容抄过去再上传。"
_OTHER = "这不是系统下载的填报表。请在这一期的填报页点“下载离线填报表”，填好后上传。"


def is_form(data: bytes) -> bool:
    """Whether these bytes are an offline form; looks at the names of the pages only."""
    return has_page(data, MARKED_PAGE)


def read(data: bytes) -> Sheet:
    """The rows of a form, and what its hidden page remembers.

    Raises:
        UnreadableFile: it is another file, damaged, a column is gone, or the hidden page was changed.

    """
    if not is_form(data):
        raise UnreadableFile(_OTHER)
    return of_book(data, _sheet, place)


def place(book: Workbook) -> Place:
    """Where a form is filled in.

    Raises:
        UnreadableFile: no page has the heads, or a column is gone.

    """
    page = main_page(book)
    heads, columns = columns_of(page)
    return page, heads, {field.label: columns[field.label] for field in Field}


def _sheet(book: Workbook) -> Sheet:
    page = main_page(book)
    heads, columns = columns_of(page)
    rows = []
    for number, cells in rows_of(page, heads + 1):
        by_place = dict(enumerate(cells, start=1))
        mark = text_of(by_place.get(columns[MARK_HEAD], EMPTY_CELL))
        said = {
            field: text_of(by_place.get(columns[field.label], EMPTY_CELL), iso=field is Field.ON)
            for field in Field
        }
        if mark or any(said.values()):
            rows.append(Row(number, mark, said))
    obligation_id, plan_sha256, period, base = _memory(book)
    return Sheet(obligation_id, plan_sha256, period, tuple(rows), base)


def main_page(book: Workbook) -> Page:
    """The page that is filled in, under whatever name.

    Raises:
        UnreadableFile: no page has the heads.

    """
    found = book[MAIN_PAGE] if MAIN_PAGE in book.sheetnames else None
    for page in (found, *book.worksheets):
        if isinstance(page, Page) and page.title != MARKED_PAGE and _head_row(page):
            return page
    raise UnreadableFile("没有找到填报表的表头（“状态”“问题”等各栏）。请重新下载一份再填。")


def columns_of(page: Page) -> tuple[int, dict[str, int]]:
    """The row of the heads, and the number of every column by its head.

    Raises:
        UnreadableFile: a column that is needed is gone.

    """
    heads = _head_row(page)
    columns: dict[str, int] = {}
    for _, cells in rows_of(page, heads, heads):
        for number, cell in enumerate(cells, start=1):
            columns.setdefault(known_head(re.sub(r"\s+", "", text_of(cell))), number)
    lost = [head for head in (*(field.label for field in Field), MARK_HEAD) if head not in columns]
    if lost:
        raise UnreadableFile(f"表里少了“{'”“'.join(lost)}”这一栏。请把它加回来，或重新下载填报表再填。")
    return heads, columns


def _head_row(page: Page) -> int:
    for number, cells in rows_of(page, last=HEADS_WITHIN):
        if Field.PROGRESS.label in {known_head(text_of(cell)) for cell in cells}:
            return number
    return 0


def _memory(book: Workbook) -> tuple[int, str, str, dict[str, Cells]]:
    """What the hidden page says, when it still adds up."""
    page = book[MARKED_PAGE]
    assert isinstance(page, Page)
    try:
        first, *rest = ([text_of(cell) for cell in row] for _, row in rows_of(page))
        version, known, plan_sha256, added_up, period = padded(first, 5)
        if version != FORMAT:
            raise UnreadableFile("这张表是别的版本的系统做的。请重新下载填报表，把填好的内容抄过去再上传。")
        base: dict[str, Cells] = {
            row[0]: dict(zip(Field, padded(row[1:], len(Field)), strict=False)) for row in rest if any(row)
        }
        obligation_id = int(known)
    except (ValueError, IndexError) as error:
        raise UnreadableFile(_CHANGED) from error
    if digest(obligation_id, plan_sha256, base) != added_up:
        raise UnreadableFile(_CHANGED)
    return obligation_id, plan_sha256, period, base
