"""SourceDocument: what a reader hands on, whatever the format was.

The whole document is one string, `text`, in reading order; nothing that can be seen is left out. Blocks say
how it is built: a `Paragraph` or a `Grid` of cells, each knowing where its text stands in that string and
in the source (`第12段`, `表1 E14`). Later stages carry only spans of `text`, so every reading can show the
passage it came from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, chain
from operator import add, itemgetter, ne
from typing import Literal, NamedTuple, cast

from importers.findings import Finding
from tracker.domain.errors import UnreadableFile

# The rows and columns that the gate admits; a merged cell of a page or of Word could claim more than these.
MAX_PLACES = 20_000 * 256
Hint = Literal["", "title", "heading", "navigation"]

# Word processors and web pages set blanks of many widths, and characters that nobody sees; a name with one of
# them in its middle is the same name. An em blank (U+2003) is as wide as the Chinese one.
_NARROW_BLANKS = "\xa0\u1680\u2000\u2002\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_WIDE_BLANKS = "\u2001\u2003"
_UNSEEN = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\ufeff"
_PLAIN = {
    **dict.fromkeys(map(ord, _NARROW_BLANKS), " "),
    **dict.fromkeys(map(ord, _WIDE_BLANKS), "\u3000"),
    **dict.fromkeys(map(ord, _UNSEEN), ""),
}
# A label that was spread out to fill the line: 责 任 单 位： and 【责 任 人】
_SPREAD_LABEL = re.compile(
    r"(?<![^\s(（〔【\[。；;])(?:[一-鿿][ \u3000]{1,4}){2,7}[一-鿿](?=[ \u3000]*[:：])"
    r"|(?<=[【〔\[])(?:[一-鿿][ \u3000]{1,4}){2,7}[一-鿿](?=[】〕\]])",
)


_STRANGE = re.compile(f"[{_NARROW_BLANKS}{_WIDE_BLANKS}{_UNSEEN}]")
_SPREAD = re.compile(r"[一-鿿][ \u3000]{1,4}[一-鿿]")


def _plain(text: str) -> str:
    if _STRANGE.search(text):
        text = text.translate(_PLAIN)
    if (" " in text or "\u3000" in text) and _SPREAD.search(text):
        text = _SPREAD_LABEL.sub(lambda match: re.sub(r"[ \u3000]+", "", match.group()), text)
    return text


def _all_plain(texts: Sequence[str]) -> Sequence[str]:
    """Each text as `_plain` makes it; where none of all has anything to mend, one look tells."""
    whole = "\n".join(texts)
    if _STRANGE.search(whole) or ((" " in whole or "\u3000" in whole) and _SPREAD.search(whole)):
        return [_plain(text) for text in texts]
    return texts


class Span(NamedTuple):
    """A passage of the document text: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start:self.end]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or paragraph; `hint` is what the format itself said about it."""

    span: Span
    ref: str
    hint: Hint = ""


class Cell(NamedTuple):
    """One cell of a grid; a merged cell stands at its first row and column and knows its size.

    `value` is its text without the blanks around it.
    """

    span: Span
    ref: str
    row: int
    column: int
    row_span: int
    column_span: int
    value: str


# A named tuple made from a tuple of its values, without the steps through Python that its own way takes.
_span = cast("Callable[[Iterable[int]], Span]", partial(tuple.__new__, Span))
_cell = cast("Callable[[Iterable[object]], Cell]", partial(tuple.__new__, Cell))
_BETWEEN = "\t\n"  # by whether a new row begins


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; cells in reading order, a merged cell once."""

    name: str
    cells: tuple[Cell, ...]
    height: int
    width: int

    def rows(self) -> list[list[Cell | None]]:
        """Return a matrix in which a merged cell stands at every place that it covers."""
        matrix: list[list[Cell | None]] = [[None] * self.width for _ in range(self.height)]
        for cell in self.cells:
            if cell.row_span == cell.column_span == 1:
                matrix[cell.row][cell.column] = cell
                continue
            for row in range(cell.row, min(self.height, cell.row + cell.row_span)):
                for column in range(cell.column, min(self.width, cell.column + cell.column_span)):
                    matrix[row][column] = cell
        return matrix


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A read file: its text, how the text is built, and what the reader noticed.

    `hidden` are the places of cells that the file does not show: of hidden rows and sheets.
    """

    filename: str
    sha256: str
    format: str
    text: str
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    hidden: frozenset[str] = frozenset()


# What a RawCell holds; a reader of large tables hands it on as a bare tuple.
PlacedText = tuple[str, int, int, int, int, str]


class RawCell(NamedTuple):
    """A cell as a reader sees it, before it has a place in the document text."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    ref: str = ""


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: the names that a clerk sees in a spreadsheet."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class SourceBuilder:
    """Puts a document text together, piece by piece, and remembers where each piece stands."""

    findings: list[Finding] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _paragraphs: int = 0
    _grids: int = 0

    def _append(self, text: str) -> Span:
        text = _plain(text)
        span = Span(self._length, self._length + len(text))
        self._parts.append(text)
        self._length += len(text)
        return span

    def add_paragraph(self, text: str, hint: Hint = "", place: str = "") -> None:
        """Add a paragraph; each line of it becomes one block, empty lines only keep their place.

        `place` goes before its number where the format knows more, as a page: 第3页 第12段.
        """
        for line in _plain(text).split("\n"):
            span = self._append(line)
            self._append("\n")
            if line.strip():
                self._paragraphs += 1
                self._blocks.append(Paragraph(span, f"{place}第{self._paragraphs}段", hint))

    def add_grid(self, cells: Sequence[PlacedText], name: str = "") -> None:
        """Add a table: a row a line, a tab between cells, so that the plain text stays readable."""
        if not cells:
            return
        self._grids += 1
        name = name or f"表{self._grids}"
        # All texts, all rows, all columns: tens of thousands of cells are handled a kind at a time.
        printed, rows, columns, down, across, refs = zip(*sorted(cells, key=itemgetter(1, 2)), strict=True)
        if rows[0] < 0 or min(columns) < 0 or min(down) < 1 or min(across) < 1:
            raise ValueError("a cell that stands nowhere")
        height, width = max(map(add, rows, down)), max(map(add, columns, across))
        if height * width > MAX_PLACES:
            raise UnreadableFile(
                "表格过大，或者有一格占去了许多行和列。请只保留需要的行和列，另存为新文件后再上传。"
            )
        texts = _all_plain(printed)
        marks = map(_BETWEEN.__getitem__, map(ne, rows[1:], rows))
        self._parts += chain.from_iterable(zip(texts, chain(marks, "\n"), strict=True))
        starts = list(accumulate([len(text) + 1 for text in texts], initial=self._length))
        self._length = starts.pop()
        spans = map(_span, zip(starts, map(add, starts, map(len, texts)), strict=True))
        if not all(refs):
            heads = [f"{name} {column_letters(index)}" for index in range(max(columns) + 1)]
            refs = tuple([ref or f"{heads[column]}{row + 1}"
                          for ref, row, column in zip(refs, rows, columns, strict=True)])
        values = map(str.strip, texts)
        placed = map(_cell, zip(spans, refs, rows, columns, down, across, values, strict=True))
        self._blocks.append(Grid(name, tuple(placed), height, width))

    def build(self, filename: str, data: bytes, format_name: str) -> SourceDocument:
        return SourceDocument(
            filename=filename,
            sha256=hashlib.sha256(data).hexdigest(),
            format=format_name,
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            findings=tuple(self.findings),
            hidden=frozenset(self.hidden),
        )
