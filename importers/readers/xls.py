"""Workbooks of Excel 97–2003 and WPS (.xls, .et): read like .xlsx, from the records of a compound file.

Python alone reads them: a library in a compiled language would be faster, and takes the whole process with it
when a damaged file trips it.
"""

from __future__ import annotations

import struct

from importers.readers import biff, xlsx
from importers.readers.compound import open_compound
from importers.readers.workbook import BUILT_IN, EPOCH_1904, SheetContent, SheetEntry, Sheets, format_of
from importers.source import SourceDocument, column_letters
from tracker.domain.errors import UnreadableFile

_BROKEN = "表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"


def read(data: bytes, filename: str) -> SourceDocument:
    """Read the sheets of an old workbook.

    Raises:
        UnreadableFile: it is damaged, locked, too large or empty.

    """
    file = open_compound(data)
    stream = file.read("Workbook") or file.read("Book") or b""
    try:
        builder = xlsx.sheets_of(_Book(biff.read(stream)))
    except (ValueError, IndexError, OverflowError, struct.error) as error:
        raise UnreadableFile(_BROKEN) from error
    document = builder.build(filename, data, "xls")
    if not document.text.strip():
        raise UnreadableFile("表格里没有文字。请检查后重新上传。")
    return document


class _Book(Sheets):
    """The workbook in the shape in which the reader of .xlsx asks for it; places count from 1 there."""

    def __init__(self, book: biff.Book) -> None:
        self._contents = {str(index): sheet for index, sheet in enumerate(book.sheets)}
        self.sheets = tuple(
            SheetEntry(sheet.name, part, sheet.hidden) for part, sheet in self._contents.items()
        )
        codes = {**BUILT_IN, **book.formats}
        self.formats = [format_of(codes.get(number, "General")) for number in book.styles]
        if book.from_1904:
            self.epoch = EPOCH_1904

    def content(self, entry: SheetEntry) -> SheetContent:
        sheet = self._contents[entry.part]
        return SheetContent(
            cells=sorted(
                (row + 1, column + 1, f"{column_letters(column)}{row + 1}", kind, style, stored)
                for row, column, kind, style, stored in sheet.cells
            ),
            merged=[(top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in sheet.merged],
            hidden_rows=[str(row + 1) for row in sheet.hidden_rows],
            hidden_columns=[column_letters(column) for column in sheet.hidden_columns],
        )
