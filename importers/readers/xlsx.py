"""Workbooks (.xlsx): each sheet becomes one table, in order.

Formulas give the values that Excel last stored; a formula without one is told. Dates are written the way
the cell shows them: a cell formatted `yyyy年m月` names a month, not its first day.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, time

from importers.findings import Finding
from importers.readers.workbook import Package, SheetContent, Sheets, Value
from importers.source import RawCell, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_LITERAL = re.compile(r'^(?P<before>(?:"[^"]*"|[一-鿿])*)[0#]+(?P<behind>(?:"[^"]*"|[一-鿿]|_.)+)$')


def _with_literals(digits: str, style: str) -> str:
    """A number with the words that its format writes around it: 9 shown as 9月."""
    match = _LITERAL.match(style.split(";", maxsplit=1)[0])
    if match is None:
        return digits
    before, behind = (re.sub(r'"|_.', "", match.group(name)) for name in ("before", "behind"))
    return before + digits + behind


_ERROR = re.compile(r"#(?:REF|VALUE|NAME\?|DIV/0|N/A|NULL|NUM)")
_PERCENT = re.compile(r"[#0.,]+%")
_YEAR = re.compile(r"[ye]|g{1,3}")
_RETURN = re.compile(r"_x000[dD]_")
_GUARD = re.compile(r"^'(?=[=+\-@＝＋－＠])")


def _shown(value: Value, style: str) -> str:
    """A value as its cell shows it."""
    if isinstance(value, str):
        return _shown_text(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if _PERCENT.match(style):
            return f"{value * 100:.12g}%"
        digits = str(int(value)) if float(value).is_integer() else f"{value:.15g}"
        return _with_literals(digits, style)
    if isinstance(value, date):
        bare = re.sub(r'"[^"]*"|\[[^\]]*\]', "", style).lower()
        text = f"{value.year}年{value.month}月" if _YEAR.search(bare) else f"{value.month}月"
        return text if "d" not in bare and "日" not in style else f"{text}{value.day}日"
    if isinstance(value, time):
        return value.isoformat()
    return str(value or "")


def _shown_text(text: str) -> str:
    if "_x000" in text:
        text = _RETURN.sub("", text)
    if "'" in text[:1]:
        # A leading quote guards text that looks like a formula; it belongs to the export, not to the text.
        text = _GUARD.sub("", text)
    if "\n" not in text and "\r" not in text:
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([line for each in lines if (line := each.strip())])


def _sheet_cells(book: Sheets, sheet: SheetContent, texts: dict[str, str], name: str) -> list[RawCell]:
    """The cells of a sheet that hold text or are merged; `texts` remembers the shared ones as shown."""
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merged:
        merged[top, left] = (bottom - top + 1, right - left + 1)
        covered.update((row, left) for row in range(top + 1, bottom + 1))
        if right > left:
            covered.update(
                (row, column) for row in range(top, bottom + 1) for column in range(left + 1, right + 1)
            )
    cells: list[RawCell] = []
    for row, column, address, kind, style, stored in sheet.cells:
        if (row, column) in covered:
            continue
        if kind == "s":
            text = texts.get(stored)
            if text is None:
                text = texts[stored] = _shown_text(book.strings[int(stored)])
        elif kind == "n" and stored.isdecimal() and len(stored) < 5 and not book.format(style).is_date:
            text = _with_literals(str(int(stored)), book.format(style).code)
        else:
            text = _shown(book.value(kind, style, stored), book.format(style).code)
        down, across = merged.pop((row, column), (1, 1))
        if text or (down, across) != (1, 1):
            cells.append(RawCell(text, row - 1, column - 1, down, across, f"{name} {address}"))
    empty = [RawCell("", top - 1, left - 1, *size) for (top, left), size in merged.items()
             if size != (1, 1) and (top, left) not in covered]
    return sorted([*cells, *empty], key=lambda cell: (cell.row, cell.column)) if empty else cells


def _trimmed(cells: list[RawCell]) -> list[RawCell]:
    """Cut merged areas that reach far beyond the last cell with text."""
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return []
    bottom = max(cell.row for cell in filled)
    right = max(cell.column for cell in filled)
    return [
        cell if cell.row + cell.row_span <= bottom + 1 and cell.column + cell.column_span <= right + 1 else
        RawCell(
            cell.text, cell.row, cell.column, min(cell.row_span, bottom - cell.row + 1),
            min(cell.column_span, right - cell.column + 1), cell.ref,
        )
        for cell in cells if cell.row <= bottom and cell.column <= right
    ]


def _hidden(sheet: SheetContent) -> list[str]:
    rows, columns = sheet.hidden_rows, sheet.hidden_columns
    told: list[str] = []
    if rows:
        told.append(f"第{'、'.join(rows[:8])}{'等' if len(rows) > 8 else ''}行")
    if columns:
        told.append(f"{'、'.join(columns[:8])}列")
    return told


def read(data: bytes, filename: str) -> SourceDocument:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            builder = sheets_of(Package(archive))
    except UnreadableFile:
        raise
    except Exception as error:
        # A damaged file trips the reader over whatever is missing in it; all of that means the same here.
        raise UnreadableFile(
            "表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
        ) from error
    document = builder.build(filename, data, "xlsx")
    if not document.text.strip():
        raise UnreadableFile("表格里没有文字。请检查后重新上传。")
    return document


def sheets_of(book: Sheets) -> SourceBuilder:
    """Put the sheets of a workbook, old or new, one behind the other, and tell what is odd about them."""
    builder = SourceBuilder()
    texts: dict[str, str] = {}
    without_value: list[str] = []
    for number, entry in enumerate(book.sheets, start=1):
        sheet = book.content(entry)
        without_value += sheet.formulas_without_value
        name = entry.name if len(book.sheets) > 1 else f"表{number}"
        cells = _trimmed(_sheet_cells(book, sheet, texts, name))
        if not cells:
            continue
        if entry.hidden:
            builder.findings.append(Finding(
                "warning",
                    "hidden-sheet", f"工作表“{entry.name}”是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        rows = {int(row) - 1 for row in sheet.hidden_rows}
        if rows or entry.hidden:
            builder.hidden.update(cell.ref for cell in cells if entry.hidden or cell.row in rows)
        if told := _hidden(sheet):
            builder.findings.append(Finding(
                "warning",
                    "hidden-rows", f"{name}里{'、'.join(told)}是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        builder.findings += [
            Finding("warning", "cell-error", f"{cell.ref}的公式出错（{cell.text}），请对照原文补填。",
                    ref=cell.ref)
            for cell in cells if _ERROR.match(cell.text)
        ]
        if max(cell.column for cell in cells) == 0:
            for cell in cells:
                builder.add_paragraph(cell.text)
        else:
            builder.add_grid(cells, name)
    for ref in without_value[:20]:
        builder.findings.append(Finding(
            "warning",
                "formula-without-value",
                    f"{ref}是公式，文件里没有存它的结果，请用 Excel 打开保存一次再上传，或补填。",
            ref=ref,
        ))
    return builder
