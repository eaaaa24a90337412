"""Workbooks (.xlsx): each sheet becomes one table, in order.

Formulas give the values that Excel last stored; a formula without one is told. Dates are written the way
the cell shows them: a cell formatted `yyyy年m月` names a month, not its first day.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, time
from operator import itemgetter

from importers.findings import Finding
from importers.readers.package import MAX_MERGED_AREA, TOO_MERGED
from importers.readers.workbook import Package, SheetContent, Sheets, Value
from importers.source import PlacedText, SourceBuilder, SourceDocument
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
_ESCAPED = re.compile(r"(_)x005[fF]_(?=x[0-9A-Fa-f]{4}_)|_x000[dD]_")
"""An underscore that was written out, or the line end of old machines (ST_Xstring, ECMA-376 22.9.2.19)."""
_EXACT = 15  # digits that a number keeps in a workbook
_SINGLE = (1, 1)
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
    if "_x00" in text:
        text = _ESCAPED.sub(r"\1", text)
    if "'" in text[:1]:
        # A leading quote guards text that looks like a formula; it belongs to the export, not to the text.
        text = _GUARD.sub("", text)
    if "\n" not in text and "\r" not in text:
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([line for each in lines if (line := each.strip())])


class _Shown:
    """What the cells of a workbook show; a shared text and a number format are looked at once."""

    def __init__(self, book: Sheets) -> None:
        self._book = book
        self._shared: dict[str, str] = {}
        self._plain: dict[int, bool] = {}

    def text(self, kind: str, style: int, stored: str) -> str:
        if kind == "s":
            text = self._shared.get(stored)
            if text is None:
                text = self._shared[stored] = _shown_text(self._book.strings[int(stored)])
            return text
        if kind == "n" and stored.isdecimal() and len(stored) <= _EXACT and self._is_plain(style):
            return str(int(stored))
        if kind in {"n", "b", "d"}:
            return _shown(self._book.value(kind, style, stored), self._book.format(style).code)
        return _shown_text(stored)

    def _is_plain(self, style: int) -> bool:
        """Whether a whole number under this format shows its digits and nothing else."""
        plain = self._plain.get(style)
        if plain is None:
            made_of = self._book.format(style)
            plain = self._plain[style] = not made_of.is_date and _shown(1, made_of.code) == "1"
        return plain


def _sheet_cells(sheet: SheetContent, shown: _Shown, name: str) -> list[PlacedText]:
    """The cells of a sheet that hold text or are merged, cut to what lies within the last ones with text."""
    # The gate counts what it sees as bytes; an address may be written so that only the XML shows it.
    if sum(abs((bottom - top + 1) * (right - left + 1)) for top, left, bottom, right in sheet.merged) \
            > MAX_MERGED_AREA:
        raise UnreadableFile(TOO_MERGED)
    areas: dict[tuple[int, int], tuple[int, int] | None] = {}  # the size of one; None at what it covers
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merged:
        areas[top, left] = (bottom - top + 1, right - left + 1)
        covered.update((row, left) for row in range(top + 1, bottom + 1))
        if right > left:
            covered.update(
                (row, column) for row in range(top, bottom + 1) for column in range(left + 1, right + 1)
            )
    areas.update(dict.fromkeys(covered))
    cells: list[PlacedText] = []
    for row, column, address, kind, style, stored in sheet.cells:
        size = areas.get((row, column), _SINGLE)
        if size is None:
            continue
        if size is not _SINGLE:
            del areas[row, column]
        text = shown.text(kind, style, stored)
        if text or size != _SINGLE:
            cells.append((text, row - 1, column - 1, *size, f"{name} {address}"))
    filled = [cell for cell in cells if cell[0]]
    if not filled:
        return []
    bottom, right = max(map(itemgetter(1), filled)), max(map(itemgetter(2), filled))
    empty = [("", top - 1, left - 1, *size, "") for (top, left), size in areas.items()
             if size is not None and size != _SINGLE]
    if empty:
        cells = sorted([*cells, *empty], key=itemgetter(1, 2))
    return [
        cell if cell[0] and cell[3] == cell[4] == 1 else _cut(cell, bottom, right)
        for cell in cells if cell[1] <= bottom and cell[2] <= right
    ]


def _cut(cell: PlacedText, bottom: int, right: int) -> PlacedText:
    """A merged area no further than this row and column."""
    text, row, column, down, across, ref = cell
    return text, row, column, min(down, bottom - row + 1), min(across, right - column + 1), ref


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
    shown = _Shown(book)
    without_value: list[str] = []
    for number, entry in enumerate(book.sheets, start=1):
        sheet = book.content(entry)
        without_value += sheet.formulas_without_value
        name = entry.name if len(book.sheets) > 1 else f"表{number}"
        cells = _sheet_cells(sheet, shown, name)
        if not cells:
            continue
        if entry.hidden:
            builder.findings.append(Finding(
                "warning",
                    "hidden-sheet", f"工作表“{entry.name}”是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        rows = {int(row) - 1 for row in sheet.hidden_rows}
        if rows or entry.hidden:
            builder.hidden.update(ref for _, row, *_, ref in cells if entry.hidden or row in rows)
        if told := _hidden(sheet):
            builder.findings.append(Finding(
                "warning",
                    "hidden-rows", f"{name}里{'、'.join(told)}是隐藏的，也已读取，请确认是否需要。", ref=name,
            ))
        builder.findings += [
            Finding("warning", "cell-error", f"{ref}的公式出错（{text}），请对照原文补填。", ref=ref)
            for text, *_, ref in cells if text.startswith("#") and _ERROR.match(text)
        ]
        if max(map(itemgetter(2), cells)) == 0:
            for text, *_ in cells:
                builder.add_paragraph(text)
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
