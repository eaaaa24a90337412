"""Word 97–2003 documents (.doc, and .wps of WPS Writer, which is the same): straight from the binary.

Offices keep these by the thousand, on machines where nothing can be installed. The reading is that of .docx:
the result of a field and not its instruction, deleted text out and inserted text in, hidden text out, numbers
written out, tables with their merged cells. Varieties before Word 97 are left to other programs.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from dataclasses import replace

from importers.findings import Finding
from importers.readers.compound import open_compound
from importers.readers.doc_blocks import Block, Line, Tree, emit
from importers.readers.doc_boxes import Box, boxes
from importers.readers.doc_file import BROKEN, SECTIONS, WordFile, is_known, word_file
from importers.readers.doc_formatting import Shape, apply, paragraphs
from importers.readers.doc_lists import Lists
from importers.readers.doc_pieces import text_of, whole
from importers.readers.doc_styles import Styles
from importers.readers.doc_tables import Row, row_of
from importers.readers.doc_visible import MARKS, visible
from importers.source import SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_CELL, _BREAK = "\x07", "\x0c"
# Pictures, anchors, signs of notes and fields are no text; a line break parts, a page break parts nothing.
_SHOWN: dict[int, str | None] = {**dict.fromkeys(range(0x20)), 0x09: "\t", 0x0B: "\n", 0x1E: "-"}


class _Document:
    """One document while it is read."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._text = text_of(file)
        self._shapes = paragraphs(file)
        self._styles = Styles(file)
        self._lists = Lists(file)
        self._visible = visible(file, self._text, self._styles)
        self._sections = _section_ends(file)
        self._rows: dict[bytes, Row | None] = {}
        self._loose, self._hanging = _by_anchor(boxes(file), file.body)
        self._anchors = [anchor for anchor, _ in self._hanging]
        self.tracked = self._visible.tracked

    def body(self) -> list[Block]:
        blocks = self._blocks(0, self._file.body)
        for box in self._loose:
            blocks += self._box(box)
        return blocks

    def _box(self, box: Box) -> list[Block]:
        """Return what a box holds, without the empty paragraph that ends it."""
        blocks = self._blocks(box.start, box.end)
        return [block for block in blocks if not isinstance(block, Line) or block.text.strip()]

    def _blocks(self, start: int, end: int) -> list[Block]:
        tree = Tree()
        characters = self._visible.characters
        at = start
        carried, cell_before = "", -1
        for match in MARKS.finditer(characters, start, end):
            position, mark = match.start(), match.group()
            if mark == _BREAK and position not in self._sections:
                continue
            shape = self._shape(position)
            depth = 1 if mark == _CELL else shape.nesting
            text = carried + whole(characters[at:position].translate(_SHOWN))
            if self._styles.hides(shape.style):
                text = ""
            self._hang(tree, depth, at, position)
            row_end = shape.inner_row_end or shape.row_end
            if mark == _CELL and not shape.known:
                # Nothing is known about the mark: two in a row end a row, as in the oldest files.
                row_end = at == position == cell_before + 1
            at = position + 1
            if mark == _CELL:
                cell_before = position
            deleted = position in self._visible.deleted_marks
            if row_end and not text.strip():
                tree.end_row(depth, self._row(shape.row), deleted=deleted)
            elif deleted and mark != _CELL and not shape.inner_cell:
                # The paragraph goes on in the next one when the deletion is accepted.
                carried = text
                continue
            else:
                ends_cell = mark == _CELL or shape.inner_cell
                tree.add(self._line(text, shape), depth, ends_cell=ends_cell, deleted=deleted)
                if row_end:
                    tree.end_row(depth, self._row(shape.row), deleted=deleted)
            carried = ""
        rest = carried + whole(characters[at:end].translate(_SHOWN))
        if rest.strip():
            tree.add(Line(rest), 0)
        return tree.finish()

    def _hang(self, tree: Tree, depth: int, start: int, end: int) -> None:
        """Put the boxes that hang in a paragraph before it; a box does not hang in a box."""
        if start < self._file.body:
            for _, box in self._hanging[bisect_left(self._anchors, start):bisect_right(self._anchors, end)]:
                tree.put(self._box(box), depth)

    def _shape(self, position: int) -> Shape:
        piece = self._text.piece_at(position)
        shape = self._shapes.at(piece.byte_of(position)) or Shape()
        if piece.properties:
            shape = replace(shape)
            apply(shape, piece.properties, lambda _: b"")
        return shape

    def _row(self, grpprl: bytes) -> Row | None:
        if grpprl not in self._rows:
            self._rows[grpprl] = row_of(grpprl)
        return self._rows[grpprl]

    def _line(self, text: str, shape: Shape) -> Line:
        uses, level = shape.list, shape.level
        if uses is None:
            uses, inherited = self._styles.list_of(shape.style)
            level = inherited if level is None else level
        label = self._lists.label(uses, level)
        heading = self._styles.is_heading(shape.style) or (shape.outline is not None and shape.outline < 9)
        return Line(label + text if text.strip() else text, heading)


def _by_anchor(found: list[Box], body: int) -> tuple[list[Box], list[tuple[int, Box]]]:
    """Part boxes that hang nowhere in the body from those that do, in the order of their anchors."""
    hanging = [(box.anchor, box) for box in found if box.anchor is not None and box.anchor < body]
    loose = [box for box in found if box.anchor is None or box.anchor >= body]
    return loose, sorted(hanging, key=lambda pair: pair[0])


def _section_ends(file: WordFile) -> set[int]:
    table = file.table_part(SECTIONS)
    count = max(0, (len(table) - 4) // 16)
    return {end - 1 for end in struct.unpack_from(f"<{count + 1}I", table)[1:]} if count else set()


def _by_another(data: bytes, filename: str) -> SourceDocument:
    """Read a variety before Word 97 with what is installed beside us; hardly any file needs it."""
    from importers.conversion import NeedsConversion
    from importers.readers import doc_antiword

    document = doc_antiword.read(data, filename)
    if document is None:
        raise NeedsConversion
    return document


def read(data: bytes, filename: str) -> SourceDocument:
    """Read a .doc or .wps file.

    Raises:
        UnreadableFile: damaged, encrypted or without text.
        NeedsConversion: of a variety that only another program reads.

    """
    compound = open_compound(data)
    word = compound.read("WordDocument")
    if word is None:
        raise UnreadableFile(BROKEN)
    if not is_known(word):
        return _by_another(data, filename)
    builder = SourceBuilder()
    try:
        document = _Document(word_file(compound))
        blocks = document.body()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        # A structure that ends before its own count says.
        raise UnreadableFile(BROKEN) from error
    if document.tracked:
        builder.findings.append(Finding(
            "warning", "tracked-changes", "文档里有未接受的修订，已按接受后的文字读取，请核对是否为定稿。",
        ))
    emit(blocks, builder)
    source = builder.build(filename, data, "doc")
    if not source.text.strip():
        raise UnreadableFile("文档里没有文字，可能全是图片。请上传文字版，或粘贴文字。")
    return source
