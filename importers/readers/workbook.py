"""The parts of a workbook (.xlsx), read straight from the XML in one pass each: sheets, texts, formats.

Only what a reader of plans needs: the cells with the value that Excel last stored, merged areas, hidden rows
and columns, formulas that have no stored value. Which of many prefixes the XML uses for its namespace does
not matter, and a cell without an address stands behind the one before it, as the standard says.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from xml.parsers import expat

from lxml import etree

Value = str | int | float | bool | date | time | timedelta | None

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_DAY = 86_400_000
_DIGITS = "0123456789"
_TRUE = {"1", "true"}
_CHINESE_DATES = {  # what Excel means by these numbers in a Chinese system; files leave them unexplained
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}
BUILT_IN = {
    9: "0%", 10: "0.00%",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
} | _CHINESE_DATES
_NO_PLACEHOLDER = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_ESCAPED = re.compile(r'\\([^"])')  # 0\月 is 0"月"
_OF_A_DATE = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)
_OF_A_LENGTH = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)|T?(\d\d):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it: its name as the tab shows it, its part in the package."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Format:
    """A number format, and what it makes of a number: a date, a length of time, or a number."""

    code: str = "General"
    is_date: bool = False
    is_length: bool = False


@dataclass(slots=True)
class SheetContent:
    """What one sheet holds; cells are (row, column, address, kind, style, stored value), counted from 1.

    A merged area is (top, left, bottom, right).
    """

    cells: list[tuple[int, int, str, str, int, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    formulas_without_value: list[str] = field(default_factory=list)


class Sheets:
    """The sheets of a workbook, with what all of them share: texts, number formats, the first day."""

    sheets: tuple[SheetEntry, ...] = ()
    strings: Sequence[str] = ()
    formats: Sequence[Format] = ()
    epoch: date = EPOCH_1900

    def content(self, entry: SheetEntry) -> SheetContent:
        """Read a sheet."""
        raise NotImplementedError

    def value(self, kind: str, style: int, stored: str) -> Value:
        """The value of a cell, shared texts apart."""
        if kind == "n":
            number = float(stored) if "." in stored or "e" in stored.lower() else int(stored)
            style_of = self.format(style)
            return _moment(number, self.epoch, style_of) if style_of.is_date else number
        if kind == "b":
            return bool(int(stored))
        return _from_iso(stored) if kind == "d" else stored

    def format(self, style: int) -> Format:
        return self.formats[style] if style < len(self.formats) else Format()


class Package(Sheets):
    """The workbook part and what it points to.

    Raises:
        KeyError, ValueError, lxml.etree.XMLSyntaxError, xml.parsers.expat.ExpatError: on a damaged file.

    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        part = "xl/workbook.xml"
        root = self._tree(part)
        self._targets = dict(self._relations(part))
        properties = _first(root, "workbookPr")
        dated = properties is not None and properties.get("date1904") in _TRUE
        self.epoch = EPOCH_1904 if dated else EPOCH_1900
        self.sheets = tuple(self._sheets(root))
        self.strings = self._strings()
        self.formats = self._formats()

    def content(self, entry: SheetEntry) -> SheetContent:
        return _sheet(self._read(entry.part))

    def _read(self, part: str) -> bytes:
        return self._archive.read(self._names[part.lower()])

    def _tree(self, part: str) -> etree._Element:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        )
        return etree.fromstring(self._read(part), parser)

    def _relations(self, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """Identifier → kind and part."""
        folder, name = posixpath.split(part)
        for node in self._tree(f"{folder}/_rels/{name}.rels"):
            target = node.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            yield node.get("Id") or "", ((node.get("Type") or "").rpartition("/")[2], path)

    def _sheets(self, root: etree._Element) -> Iterator[SheetEntry]:
        for node in root.iter("{*}sheet"):
            number = next((value for key, value in node.attrib.items() if str(key).endswith("}id")), None)
            if not number:
                continue
            kind, part = self._targets[str(number)]
            if kind == "worksheet" and part.lower() in self._names:
                hidden = node.get("state", "visible") != "visible"
                yield SheetEntry(node.get("name") or "", part, hidden)

    def _strings(self) -> list[str]:
        part = next((part for kind, part in self._targets.values() if kind == "sharedStrings"), None)
        if part is None or part.lower() not in self._names:
            return []
        return _texts(self._read(part))

    def _formats(self) -> list[Format]:
        part = next((part for kind, part in self._targets.values() if kind == "styles"), None)
        if part is None or part.lower() not in self._names:
            return []
        root = self._tree(part)
        codes = dict(BUILT_IN)
        for node in root.iter("{*}numFmt"):
            codes[int(node.get("numFmtId") or 0)] = node.get("formatCode") or "General"
        used = _first(root, "cellXfs")
        return [format_of(codes.get(int(node.get("numFmtId") or 0), "General"))
                for node in (used if used is not None else ())]


def _first(root: etree._Element, name: str) -> etree._Element | None:
    return next(root.iter(f"{{*}}{name}"), None)


def format_of(code: str) -> Format:
    """What a format's code says of the numbers under it."""
    code = _ESCAPED.sub(r'"\1"', code)
    first = code.split(";", maxsplit=1)[0]
    return Format(code, _OF_A_DATE.search(_NO_PLACEHOLDER.sub("", first)) is not None,
                  _OF_A_LENGTH.search(first) is not None)


def _moment(number: float, epoch: date, style: Format) -> Value:
    """The day, time of day or length of time that a number with a date's format stands for."""
    try:
        if style.is_length:
            return timedelta(seconds=round(number * _DAY / 1000))
        days, part = divmod(number, 1)
        rest = timedelta(milliseconds=round(part * _DAY))
        if 0 <= number < 1 and rest.days == 0:
            minutes, seconds = divmod(rest.seconds, 60)
            return time(minutes // 60, minutes % 60, seconds, rest.microseconds)
        if 0 < number < 60 and epoch == EPOCH_1900:
            days += 1  # Excel counts a 29 February 1900 that never was.
        return epoch + timedelta(days=days) + rest
    except (OverflowError, ValueError):
        return "#VALUE!"


def _from_iso(text: str) -> Value:
    match = _ISO.search(text)
    if match is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    if match[1]:
        return date(int(match[1]), int(match[2]), int(match[3]))
    return time(int(match[4]), int(match[5]), int(match[6] or 0))


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _run(
    content: bytes, start: Callable[[str, dict[str, str]], object], end: Callable[[str], object],
    pieces: list[str],
) -> None:
    """One pass of expat over a part: calls at each tag, and in between gathers the text."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = pieces.append
    parser.Parse(content, True)


def _texts(content: bytes) -> list[str]:
    """The table of shared texts; readings printed above characters (`rPh`) are no part of a text."""
    texts: list[str] = []
    pieces: list[str] = []
    parts: list[str] = []
    aside = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal aside
        if name in {"v", "t"}:
            pieces.clear()
        elif ":" in name:
            start(name.rpartition(":")[2], _)
        else:
            aside += name == "rPh"

    def end(name: str) -> None:
        nonlocal aside
        if name == "t":
            if not aside:
                parts.extend(pieces)
        elif name == "si":
            texts.append("".join(parts).replace("x005F_", ""))
            parts.clear()
        elif ":" in name:
            end(name.rpartition(":")[2])
        else:
            aside -= name == "rPh"

    _run(content, start, end, pieces)
    return texts


def _sheet(content: bytes) -> SheetContent:
    """One sheet; the text between the tags is gathered throughout and looked at where a value ends.

    The handlers share what they know as variables: they are called a million times for a large sheet.
    """
    sheet = SheetContent()
    pieces: list[str] = []
    cell: dict[str, str] | None = None
    stored, formula, aside = "", False, 0
    row, column, row_number = 0, 0, ""
    columns: dict[str, int] = {}

    def place(address: str) -> tuple[int, int]:
        letters = address.rstrip(_DIGITS)
        if letters not in columns:
            columns[letters] = column_number(letters)
        return int(address[len(letters):]), columns[letters]

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cell, formula, aside, row, column, row_number
        if name == "c":
            cell = attributes
        elif name in {"v", "t"}:
            pieces.clear()
        elif ":" in name:
            start(name.rpartition(":")[2], attributes)
        elif name == "row":
            row = int(attributes["r"]) if "r" in attributes else row + 1
            row_number, column = str(row), 0
            if attributes.get("hidden") in _TRUE:
                sheet.hidden_rows.append(row_number)
        elif cell is not None:
            if name == "f":
                formula = True
            elif name == "rPh":
                aside += 1
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").replace("$", "").partition(":")
            sheet.merged.append((*place(first), *place(last or first)))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            sheet.hidden_columns.append(_address(0, int(attributes["min"]))[:-1])

    def end(name: str) -> None:
        nonlocal cell, stored, formula, aside, column
        if cell is None:
            return
        if name in {"v", "t"}:
            if not aside:
                stored += "".join(pieces)
        elif name == "c":
            address = cell["r"] if "r" in cell else _address(row, column + 1)
            column = columns.get(address.removesuffix(row_number), 0)
            at, column = (row, column) if column else place(address)
            if stored:
                sheet.cells.append((at, column, address, cell.get("t", "n"), int(cell.get("s", "0")), stored))
            elif formula:
                sheet.formulas_without_value.append(address)
            cell, stored, formula = None, "", False
        elif ":" in name:
            end(name.rpartition(":")[2])
        elif name == "rPh":
            aside -= 1

    _run(content, start, end, pieces)
    return sheet
