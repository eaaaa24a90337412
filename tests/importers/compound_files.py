"""Small compound files and old workbooks, put together sector by sector for the tests."""

from __future__ import annotations

import struct
from datetime import datetime
from io import BytesIO

from openpyxl import load_workbook

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_LEAST = 4096  # A shorter stream would stand in the mini stream, which these files do not have.


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams; a name `Storage/Stream` makes a storage. Padded with zeros."""
    entries: list[tuple[str, int, bytes]] = []  # name, storage it stands in, content
    storages: dict[str, int] = {}
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder and folder not in storages:
            entries.append((folder, 0, b""))
            storages[folder] = len(entries)
        entries.append((name, storages.get(folder, 0), content.ljust(_LEAST, b"\0")))
    chains: list[int] = []
    body = b""
    directory = [_entry("Root Entry", 5, _first(entries, 0), _FREE, _END, 0)]
    for index, (name, home, content) in enumerate(entries, start=1):
        beside = next((at for at, each in enumerate(entries, start=1) if at > index and each[1] == home), _FREE)
        if not content:
            directory.append(_entry(name, 1, _first(entries, index), beside, 0, 0))
            continue
        start, count = len(chains), -(-len(content) // _SECTOR)
        chains += [*range(start + 1, start + count), _END]
        body += content.ljust(count * _SECTOR, b"\0")
        directory.append(_entry(name, 2, _FREE, beside, start, len(content)))
    raw = b"".join(directory)
    raw = raw.ljust(-(-len(raw) // _SECTOR) * _SECTOR, b"\0")
    first_directory, count = len(chains), len(raw) // _SECTOR
    chains += [*range(first_directory + 1, first_directory + count), _END]
    tables = -(-(len(chains) + 1) // 127)
    places = list(range(len(chains), len(chains) + tables))
    chains += [_TABLE] * tables
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, tables,
        first_directory, 0, _LEAST, _END, 0, _END, 0,
    ) + struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    return head + body + raw + table


def _first(entries: list[tuple[str, int, bytes]], home: int) -> int:
    return next((index for index, each in enumerate(entries, start=1) if each[1] == home), _FREE)


def _entry(name: str, kind: int, child: int, beside: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIII", raw, len(raw) + 2, kind, 1, _FREE, beside, child, b"", 0, 0, 0, start & 0xFFFFFFFF, size, 0,
    )


def record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def text(value: str, *, wide: bool = True) -> bytes:
    """A text of BIFF8: length, width, characters."""
    raw = value.encode("utf-16-le" if wide else "latin-1")
    return struct.pack("<HB", len(raw) // (1 + wide), wide) + raw


BOF_8, BOF_5 = record(0x0809, struct.pack("<HHIII", 0x0600, 5, 0, 0, 0)), record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0))
EOF = record(0x000A)


def old_book(
    sheet: bytes, *, before: bytes = b"", name: str = "分工表", state: int = 0, kind: int = 0, begin: bytes = BOF_8,
) -> bytes:
    """An .xls with one sheet: its records, and further records for the workbook."""
    raw = name.encode("utf-16-le") if begin == BOF_8 else name.encode("gb18030")
    written = bytes([len(name), 1]) + raw if begin == BOF_8 else bytes([len(raw)]) + raw
    size = len(begin + before) + 4 + 6 + len(written) + len(EOF)
    entry = record(0x0085, struct.pack("<IBB", size, state, kind) + written)
    return compound_file({"Workbook" if begin == BOF_8 else "Book": begin + before + entry + EOF + begin + sheet + EOF})


def label(row: int, column: int, value: str, *, style: int = 0) -> bytes:
    return record(0x0204, struct.pack("<HHH", row, column, style) + text(value))


def number(row: int, column: int, value: float, *, style: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, style, value))


def style(format_number: int) -> bytes:
    return record(0x00E0, struct.pack("<HH16x", 0, format_number))


def number_format(index: int, code: str) -> bytes:
    return record(0x041E, struct.pack("<H", index) + text(code))


def as_old(data: bytes) -> bytes:
    """The first page of a workbook as an .xls."""
    cells = [cell for row in load_workbook(BytesIO(data)).worksheets[0].iter_rows() for cell in row]
    written = b""
    for cell in cells:
        place = (int(cell.row or 1) - 1, int(cell.column or 1) - 1)
        if isinstance(cell.value, datetime):
            written += number(*place, (cell.value - datetime(1899, 12, 30)).days, style=1)
        elif isinstance(cell.value, int):
            written += number(*place, cell.value)
        elif cell.value is not None:
            written += label(*place, str(cell.value))
    formats = style(0) + number_format(164, "yyyy\\-mm\\-dd") + style(164)
    return old_book(written, before=formats, name="任务表")
