"""PDF files made by hand, so that a test can say where each character and each line stands.

A page is a list of marks: `at(x, y, text)` counts from the upper left corner in points, `level` and `upright`
are ruling lines. The font is one that every reader of PDF knows by name; a Chinese character is as wide as
the type is high, a Latin one half of that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

A4 = (595.0, 842.0)
A3_LANDSCAPE = (1191.0, 842.0)
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    (b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R >>"),
    (b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"),
)


def at(x: float, y: float, text: str, size: float = 12, turned: int = 0) -> str:
    """Text whose first character begins at x on the height y; `turned` counts quarters against the clock."""
    a, b, c, d = {0: (1, 0, 0, 1), 1: (0, 1, -1, 0), 2: (-1, 0, 0, -1), 3: (0, -1, 1, 0)}[turned]
    return f"BT /F1 {size} Tf {a} {b} {c} {d} {x} Y({y}) Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def level(y: float, x0: float, x1: float) -> str:
    return f"{x0} Y({y}) m {x1} Y({y}) l S"


def upright(x: float, y0: float, y1: float) -> str:
    return f"{x} Y({y0}) m {x} Y({y1}) l S"


def thin(x0: float, y0: float, x1: float, y1: float) -> str:
    """A filled rectangle, as word processors draw their lines."""
    return f"{x0} Y({y1}) {x1 - x0} {y1 - y0} re f"


def lattice(
    xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]], *, size: float = 12,
    without: Iterable[tuple[int, int]] = (), boxes: bool = False,
) -> list[str]:
    """A table with a line at each place; `without` are the (row, column) fields with no line above them.

    The lines of a text stand below each other, 4 points from the field's left edge.
    """
    open_tops = set(without)
    marks: list[str] = []
    for row in range(len(ys)):
        for column in range(len(xs) - 1):
            if (row, column) not in open_tops:
                y, x0, x1 = ys[row], xs[column], xs[column + 1]
                marks.append(thin(x0, y - 0.25, x1, y + 0.25) if boxes else level(y, x0, x1))
    marks += [thin(x - 0.25, ys[0], x + 0.25, ys[-1]) if boxes else upright(x, ys[0], ys[-1]) for x in xs]
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            marks += [at(xs[column] + 4, ys[row] + (number + 1) * size * 1.3, line, size)
                      for number, line in enumerate(text.split("\n")) if line]
    return marks


def _content(marks: Iterable[str], height: float) -> bytes:
    parts = []
    for mark in marks:
        while "Y(" in mark:
            start = mark.index("Y(")
            end = mark.index(")", start)
            mark = f"{mark[:start]}{height - float(mark[start + 2:end]):.2f}{mark[end + 1:]}"
        parts.append(mark)
    return "\n".join(parts).encode()


def pdf_file(
    *pages: Iterable[str], size: tuple[float, float] = A4, turn: int = 0, extra: bytes = b"", trailer: bytes = b"",
    font: Sequence[bytes] = _FONT,
) -> bytes:
    """A PDF with these pages; `extra` goes into its catalogue, `turn` is the rotation of each page."""
    numbers = [6 + 2 * index for index in range(len(pages))]
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        2: b"<< /Type /Pages /Kids [" + b" ".join(b"%d 0 R" % n for n in numbers) + b"] /Count %d >>" % len(pages),
        3: font[0], 4: font[1], 5: font[2],
    }
    for number, marks in zip(numbers, pages, strict=True):
        content = zlib.compress(_content(marks, size[1]))
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (size[0], size[1], turn, number + 1)
        )
        objects[number + 1] = stream(content, b"/Filter /FlateDecode")
    return file_of(objects, trailer)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"


def file_of(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Objects, cross-reference table and trailer."""
    data = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (max(places) + 1)
    for number in range(1, max(places) + 1):
        data += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    data += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, trailer, start)
    return bytes(data)
