"""Workbooks (.xlsx): each sheet becomes one table, in order.

openpyxl's read-only mode knows no merged ranges, so the full mode is used, behind the admission gate.
Formulas give the values that Excel last stored; a formula without one is told. Dates are written the way
the cell shows them: a cell formatted `yyyy年m月` names a month, not its first day.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from importers.findings import Finding
from importers.source import RawCell, SourceBuilder, SourceDocument, column_letters
from tracker.domain.errors import UnreadableFile

_LITERAL = re.compile(r'^(?P<before>(?:"[^"]*"|[一-鿿])*)[0#]+(?P<behind>(?:"[^"]*"|[一-鿿]|_.)+)$')


def _with_literals(digits: str, style: str) -> str:
    """A number with the words that its format writes around it: 9 shown as 9月."""
    match = _LITERAL.match(style.split(";", maxsplit=1)[0])
    if match is None:
        return digits
    before, behind = (re.sub(r'"|_.', "", match.group(name)) for name in ("before", "behind"))
    return before + digits + behind


def _shown(cell: SheetCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        digits = str(int(value)) if float(value).is_integer() else str(value)
        return _with_literals(digits, str(cell.number_format or ""))
    if isinstance(value, datetime | date):
        style = re.sub(r'"[^"]*"|\[[^\]]*\]', "", str(cell.number_format or "")).lower()
        text = f"{value.year}年{value.month}月"
        return text if "d" not in style and "日" not in str(cell.number_format) else f"{text}{value.day}日"
    if isinstance(value, time):
        return value.isoformat()
    # A leading quote guards text that looks like a formula; it belongs to the export, not to the text.
    text = re.sub(r"_x000[dD]_", "", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"^'(?=[=+\-@＝＋－＠])", "", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _sheet_cells(sheet: Worksheet, name: str) -> list[RawCell]:
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for area in sheet.merged_cells.ranges:
        top, left = int(area.min_row), int(area.min_col)
        merged[top, left] = (int(area.max_row) - top + 1, int(area.max_col) - left + 1)
        covered.update(
            (row, column)
            for row in range(top, int(area.max_row) + 1)
            for column in range(left, int(area.max_col) + 1)
            if (row, column) != (top, left)
        )
    cells: list[RawCell] = []
    for row in sheet.iter_rows():
        for cell in row:
            place = (int(cell.row or 0), int(cell.column or 0))
            if place in covered or not isinstance(cell, SheetCell):
                continue
            text = _shown(cell)
            down, across = merged.get(place, (1, 1))
            if text or (down, across) != (1, 1):
                ref = f"{name} {column_letters(place[1] - 1)}{place[0]}"
                cells.append(RawCell(text, place[0] - 1, place[1] - 1, down, across, ref))
    return cells


def _trimmed(cells: list[RawCell]) -> list[RawCell]:
    """Cut merged areas that reach far beyond the last cell with text."""
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return []
    bottom = max(cell.row for cell in filled)
    right = max(cell.column for cell in filled)
    return [
        RawCell(
            cell.text, cell.row, cell.column, min(cell.row_span, max(bottom - cell.row + 1, 1)),
            min(cell.column_span, max(right - cell.column + 1, 1)), cell.ref,
        )
        for cell in cells if cell.row <= bottom and cell.column <= right
    ]


def _hidden(sheet: Worksheet) -> list[str]:
    rows = [str(index) for index, row in sheet.row_dimensions.items() if row.hidden]
    columns = [str(index) for index, column in sheet.column_dimensions.items() if column.hidden]
    told: list[str] = []
    if rows:
        told.append(f"第{'、'.join(rows[:8])}{'等' if len(rows) > 8 else ''}行")
    if columns:
        told.append(f"{'、'.join(columns[:8])}列")
    return told


_FORMULA = re.compile(rb'<c\s[^>]*?r="([A-Z]+\d+)"[^>]*>(<f\b.*?)</c>', re.DOTALL)


def _formulas_without_value(data: bytes) -> list[str]:
    """Name the formula cells for which the file keeps no value."""
    missing: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            missing.extend(
                match.group(1).decode("ascii") for match in _FORMULA.finditer(archive.read(name))
                if not re.search(rb"<v>[^<]", match.group(2))
            )
    return missing


def read(data: bytes, filename: str) -> SourceDocument:
    try:
        with warnings.catch_warnings():
            # openpyxl warns about styles and extensions that it leaves out; none of them is text.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except UnreadableFile:
        raise
    except Exception as error:
        # openpyxl meets damaged files with whatever its own code trips over; all of them mean the same here.
        raise UnreadableFile(
            "表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
        ) from error
    builder = SourceBuilder()
    several = len(book.worksheets) > 1
    for number, sheet in enumerate(book.worksheets, start=1):
        name = str(sheet.title) if several else f"表{number}"
        cells = _trimmed(_sheet_cells(sheet, name))
        if not cells:
            continue
        if sheet.sheet_state != "visible":
            builder.findings.append(Finding(
                "warning",
                    "hidden-sheet", f"工作表“{sheet.title}”是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        if told := _hidden(sheet):
            builder.findings.append(Finding(
                "warning",
                    "hidden-rows", f"{name}里{'、'.join(told)}是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        for cell in cells:
            if re.match(r"#(?:REF|VALUE|NAME\?|DIV/0|N/A|NULL|NUM)", cell.text):
                builder.findings.append(Finding(
                    "warning",
                        "cell-error", f"{cell.ref}的公式出错（{cell.text}），请对照原文补填。", ref=cell.ref,
                ))
        if max(cell.column for cell in cells) == 0:
            for cell in cells:
                builder.add_paragraph(cell.text)
        else:
            builder.add_grid(cells, name)
    for ref in _formulas_without_value(data)[:20]:
        builder.findings.append(Finding(
            "warning",
                "formula-without-value",
                    f"{ref}是公式，文件里没有存它的结果，请用 Excel 打开保存一次再上传，或补填。",
            ref=ref,
        ))
    document = builder.build(filename, data, "xlsx")
    if not document.text.strip():
        raise UnreadableFile("表格里没有文字。请检查后重新上传。")
    return document
