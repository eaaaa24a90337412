"""Our own sheets (台账, 任务表) in a workbook that has lost their hidden pages, or is an old one (.xls).

Who copies a sheet into a new workbook, or saves it in another format, leaves behind what tells it from any
other table. Its heads alone still do: no other sheet has all of ours side by side. And it has to be told
apart, for in a government's table an empty cell holds on from above, and in ours it is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from importers.readers.workbook import EPOCH_1900
from importers.source import Cell, Grid, SourceDocument
from tracker.domain.task_sheet import (
    HEADS_WITHIN,
    SERIALS,
    TITLE_HINT,
    WORDS_PAGE,
    Field,
    Row,
    Sheet,
    holds_list_mark,
    tidy,
)

_SERIAL = re.compile(r"\d{5}")
_HEADS = frozenset(column.label for column in Field)
_LIST_NAME = re.compile(r"(?<=[点案划知见单工])台账$")
"""What an export adds to the title of a document."""


def found_in(document: SourceDocument) -> Sheet | None:
    """The sheet of ours that a workbook holds; None where it holds none, or cells of it were merged since.

    A merged cell says the same of several rows, as in any other table: such a sheet is read like one.
    """
    for block in document.blocks:
        if isinstance(block, Grid) and (columns := _columns(block)) is not None:
            heads = next(iter(columns.values())).row
            places = {cell.column: head for head, cell in columns.items()}
            body = [cell for cell in block.cells if cell.row > heads and cell.column in places]
            if any(cell.row_span > 1 for cell in body):
                return None
            return Sheet(None, "", _title(block, heads), tuple(_rows(body, places)), {}, _names(document))
    return None


def _columns(grid: Grid) -> dict[Field, Cell] | None:
    """The cells of the heads; None where they do not stand side by side in one of the first rows."""
    rows: dict[int, dict[str, Cell]] = {}
    for cell in grid.cells:
        if cell.row >= HEADS_WITHIN:
            break
        head = re.sub(r"\s+", "", cell.value)
        if head in _HEADS:
            rows.setdefault(cell.row, {}).setdefault(head, cell)
    found = next((heads for heads in rows.values() if heads.keys() == _HEADS), None)
    return {column: found[column.label] for column in Field} if found is not None else None


def _rows(body: list[Cell], places: dict[int, Field]) -> Iterator[Row]:
    rows: dict[int, dict[Field, str]] = {}
    for cell in body:
        if cell.value:
            rows.setdefault(cell.row, {})[places[cell.column]] = _text(cell, places[cell.column])
    for row in sorted(rows):
        yield Row(row + 1, "", {column: rows[row].get(column, "") for column in Field})


def _text(cell: Cell, column: Field) -> str:
    if column is Field.DAYS and _SERIAL.fullmatch(cell.value) and int(cell.value) in SERIALS:
        # A day in a cell that was given the format of a number.
        return (EPOCH_1900 + timedelta(days=int(cell.value))).isoformat()
    return tidy(cell.value)


def _title(grid: Grid, heads: int) -> str:
    """The first line above the heads; what a blank sheet says there is no title."""
    first = next((cell.value for cell in grid.cells if cell.row < max(heads - 1, 1) and cell.value), "")
    return "" if first == TITLE_HINT else _LIST_NAME.sub("", tidy(first))


def _names(document: SourceDocument) -> tuple[str, ...]:
    """The names with a list mark that the drop-downs offered, where their page is left."""
    offered = (
        cell.value
        for block in document.blocks
        if isinstance(block, Grid) and block.name == WORDS_PAGE
        for cell in block.cells
        if cell.column == 0
    )
    return tuple(dict.fromkeys(name for name in offered if holds_list_mark(name)))
