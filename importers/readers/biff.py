"""The records of an Excel 97–2003 workbook (BIFF5, BIFF8; [MS-XLS]), read in one pass: .xls, and .et of WPS.

Only what a reader of plans needs: cells with their stored values and number formats, shared texts, merged
areas, hidden sheets, rows and columns. The answer has the shape that `workbook` gives for .xlsx, so both are
shown by the same rules. Formulas are never calculated; the file keeps the result of each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.readers import package
from tracker.domain.errors import UnreadableFile

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_BIFF5, _BIFF8 = 0x0500, 0x0600
_MAX_SHEETS = 256
_CODEPAGES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 1200: "utf-16-le", 10008: "gb18030"}
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
    0x2A: "#N/A",
}

Cell = tuple[int, int, str, int, str]
Place = tuple[int, int, int]  # row, column, style


@dataclass(slots=True)
class Sheet:
    """One sheet; cells are (row, column, kind, style, stored value) counted from 0, kinds as in .xlsx.

    A merged area is (top, left, bottom, right), a hidden column its number.
    """

    name: str
    hidden: bool
    cells: list[Cell] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """A workbook: `styles` gives the number of the format of each style, `formats` its code where written."""

    sheets: list[Sheet] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    from_1904: bool = False


def read(stream: bytes) -> Book:
    """Read the stream `Workbook` or `Book`.

    Raises:
        UnreadableFile: it is locked, or too large.
        ValueError, IndexError, struct.error: it is damaged.

    """
    return _Walk(stream).book()


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """Each record from a place on: its number, its body, and the bodies of what continues it."""
    at, end = start, len(stream)
    while at + 4 <= end:
        number, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4:at + 4 + size]
        at += 4 + size
        more: list[bytes] = []
        while at + 4 <= end and struct.unpack_from("<H", stream, at)[0] == _CONTINUE:
            size = struct.unpack_from("<H", stream, at + 2)[0]
            more.append(stream[at + 4:at + 4 + size])
            at += 4 + size
        yield number, body, more


class _Walk:
    """One pass over the workbook's own records, then one over each sheet's."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.made = Book()
        self.strings: list[str] = []
        self.encoding = "gb18030"
        self.is_8 = True
        self.places: list[tuple[int, Sheet]] = []
        self.count = 0

    def book(self) -> Book:
        self._globals()
        for place, sheet in self.places:
            self._sheet(place, sheet)
            self.made.sheets.append(sheet)
        return self.made

    def _globals(self) -> None:
        for number, body, more in _records(self.stream, 0):
            if number == _BOF:
                version = struct.unpack_from("<H", body)[0]
                if version not in {_BIFF5, _BIFF8}:
                    raise ValueError(f"BIFF version {version:#x}")
                self.is_8 = version == _BIFF8
            elif number == 0x002F:
                raise UnreadableFile(package.LOCKED)
            elif number == 0x0042:
                page = struct.unpack_from("<H", body)[0]
                self.encoding = _CODEPAGES.get(page, "gb18030")
            elif number == 0x0022:
                self.made.from_1904 = struct.unpack_from("<H", body)[0] == 1
            elif number == 0x0085:
                self._sheet_entry(body)
            elif number == 0x041E:
                self.made.formats[struct.unpack_from("<H", body)[0]] = self._text(body, 2, more)
            elif number == 0x00E0:
                self.made.styles.append(struct.unpack_from("<H", body, 2)[0])
            elif number == 0x00FC:
                self.strings = _Shared([body, *more]).strings()
            elif number == _EOF:
                return

    def _sheet_entry(self, body: bytes) -> None:
        place, state, kind = struct.unpack_from("<IBB", body)
        if kind == 1:
            package.refuse("里面有宏或嵌入对象")  # A sheet of Excel 4 macros.
        if kind != 0:
            return
        size = body[6]
        if self.is_8:
            wide = body[7] & 1
            name = body[8:8 + size * (1 + wide)].decode("utf-16-le" if wide else "latin-1", errors="replace")
        else:
            name = body[7:7 + size].decode(self.encoding, errors="replace")
        if any(place == known for known, _ in self.places) or len(self.places) >= _MAX_SHEETS:
            raise ValueError("sheets that share their records")
        self.places.append((place, Sheet(name, state & 3 != 0)))

    def _text(self, body: bytes, at: int, more: list[bytes] | None = None) -> str:
        """A text with its length before it: two bytes, in the formats of BIFF5 one."""
        if self.is_8:
            return _Shared([body[at:], *(more or [])]).one()
        if at == 2:
            return body[3:3 + body[2]].decode(self.encoding, errors="replace")
        size = struct.unpack_from("<H", body, at)[0]
        return body[at + 2:at + 2 + size].decode(self.encoding, errors="replace")

    def _sheet(self, start: int, sheet: Sheet) -> None:
        depth, area = 0, 0
        waiting: Place | None = None  # a formula whose text stands in the next record
        for number, body, more in _records(self.stream, start):
            if number == _BOF:
                depth += 1
            elif number == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth > 1:
                continue  # A chart inside the sheet has records of its own.
            elif number == 0x0207 and waiting is not None:
                self._put(sheet, waiting, "str", self._text(body, 0, more))
                waiting = None
            elif number == 0x0208:
                if body[12] & 0x20:
                    sheet.hidden_rows.append(struct.unpack_from("<H", body)[0])
            elif number == 0x007D:
                first, last, _, _, options = struct.unpack_from("<5H", body)
                if options & 1:
                    sheet.hidden_columns.extend(range(first, min(last, package.MAX_COLUMNS - 1) + 1))
            elif number == 0x00E5:
                for top, bottom, left, right in struct.iter_unpack("<4H", _areas(body)):
                    area += (abs(bottom - top) + 1) * (abs(right - left) + 1)
                    if area > package.MAX_MERGED_AREA:
                        raise UnreadableFile(package.TOO_MERGED)
                    if top <= bottom and left <= right:
                        sheet.merged.append((top, left, bottom, right))
            elif number in _CELLS:
                waiting = self._cell(sheet, number, body, more)

    def _cell(self, sheet: Sheet, number: int, body: bytes, more: list[bytes]) -> Place | None:
        """Keep what a record holds; a formula with a text gives its place, the text follows."""
        place = row, column, style = struct.unpack_from("<3H", body)
        if number == 0x00BD:
            for index in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + index * 6)
                self._put(sheet, (row, column + index, style), "n", _packed(packed))
        elif number == 0x027E:
            self._put(sheet, place, "n", _packed(struct.unpack_from("<I", body, 6)[0]))
        elif number == 0x0203:
            self._put(sheet, place, "n", _number(struct.unpack_from("<d", body, 6)[0]))
        elif number == 0x00FD:
            self._put(sheet, place, "str", self.strings[struct.unpack_from("<I", body, 6)[0]])
        elif number in {0x0204, 0x00D6}:
            self._put(sheet, place, "str", self._text(body, 6, more))
        elif number == 0x0205:
            self._constant(sheet, place, is_error=body[7] == 1, value=body[6])
        elif struct.unpack_from("<H", body, 12)[0] != 0xFFFF:
            self._put(sheet, place, "n", _number(struct.unpack_from("<d", body, 6)[0]))
        elif body[6] == 0:
            return place
        elif body[6] in {1, 2}:
            self._constant(sheet, place, is_error=body[6] == 2, value=body[8])
        return None

    def _constant(self, sheet: Sheet, place: Place, *, is_error: bool, value: int) -> None:
        if is_error:
            self._put(sheet, place, "e", _ERRORS.get(value, "#VALUE!"))
        else:
            self._put(sheet, place, "b", "1" if value else "0")

    def _put(self, sheet: Sheet, place: Place, kind: str, stored: str) -> None:
        row, column, style = place
        if not stored:
            return
        self.count += 1
        if row >= package.MAX_ROWS:
            raise UnreadableFile(package.TOO_MANY_ROWS)
        if self.count > package.MAX_CELLS or column >= package.MAX_COLUMNS:
            raise UnreadableFile(package.TOO_LARGE)
        sheet.cells.append((row, column, kind, style, stored))


# FORMULA, MULRK, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK
_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})


def _areas(body: bytes) -> bytes:
    count = struct.unpack_from("<H", body)[0]
    return body[2:2 + min(count, (len(body) - 2) // 8) * 8]


def _packed(value: int) -> str:
    """A number in four bytes: a whole one or the upper half of a floating one, perhaps times a hundred."""
    if value & 2:
        number: float = (value - (1 << 32) if value & 0x80000000 else value) >> 2
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    return _number(number / 100 if value & 1 else number)


def _number(value: float) -> str:
    """The number as .xlsx would write it: fifteen digits are what Excel keeps."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - only "not a number" differs from itself
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


class _Shared:
    """Texts of BIFF8 that run on over several records; a new record begins with a mark of its own width."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies = bodies
        self.index = self.at = 0

    def strings(self) -> list[str]:
        """All texts of the table; a table cut short gives those that are whole."""
        count = struct.unpack("<I", self._take(8)[4:])[0]
        found: list[str] = []
        while len(found) < count and self._rest():
            found.append(self.one())
        return found

    def one(self) -> str:
        size, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        text = self._characters(size, wide=flags & 1)
        self._skip(runs * 4 + extra)
        return text

    def _rest(self) -> int:
        while self.index < len(self.bodies) and self.at >= len(self.bodies[self.index]):
            self.index += 1
            self.at = 0
        return len(self.bodies[self.index]) - self.at if self.index < len(self.bodies) else 0

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            here = min(size - len(taken), self._rest())
            if not here:
                raise ValueError("a text that ends too early")
            taken += self.bodies[self.index][self.at:self.at + here]
            self.at += here
        return taken

    def _skip(self, size: int) -> None:
        while size > 0 and (here := min(size, self._rest())):
            self.at += here
            size -= here

    def _characters(self, size: int, *, wide: int) -> str:
        pieces: list[bytes] = []
        while size > 0:
            before = self.index
            rest = self._rest()
            if not rest:
                raise ValueError("a text that ends too early")
            if self.index != before:
                wide = self._take(1)[0] & 1
                rest -= 1
            here = min(size, rest // 2 if wide else rest)
            if not here:
                raise ValueError("a text that ends inside a character")
            raw = self._take(here * (1 + wide))
            pieces.append(raw if wide else raw.decode("latin-1").encode("utf-16-le"))
            size -= here
        # Decoded as a whole: a sign of two halves may stand on both sides of a break.
        return b"".join(pieces).decode("utf-16-le", errors="replace")
