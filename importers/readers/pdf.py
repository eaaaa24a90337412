"""PDF files (.pdf) that hold text: tables by their lines, prose by reading order.

What a scanner made is refused with advice, and so is what a font without a table of characters turned into
signs: a wrong letter must not become a task. Running heads and page numbers are taken out of the text and
kept at its end as what they are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from importers.findings import Finding
from importers.readers import pdf_aligned, pdf_aligned_rows, pdf_prose
from importers.readers.pdf_cells import Lattice, lattices
from importers.readers.pdf_characters import UNKNOWN, unreadable
from importers.readers.pdf_lines import TextLine, lines_of
from importers.readers.pdf_margins import Printed, furniture
from importers.readers.pdf_pages import Glyph, Sheet, sheets
from importers.readers.pdf_positions import agree, lattice_of, region_of
from importers.readers.pdf_tables import Table, append, continues, table_of, texts_of
from importers.source import RawCell, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_FEW = 20
_LEAF = 3  # up to so many pages, left and right pages are not told apart
_SCANNED = (
    "这个 PDF 是扫描件或图片，里面没有文字。请上传原来的 Word、WPS 文件或文字版 PDF；"
    "只有纸质件时，可用 WPS 的“图片转文字”识别并核对后，粘贴文字导入。"
)
_GARBLED = (
    "这个 PDF 的字体没有带文字编码，读出来是乱码。请上传原来的 Word、WPS 文件；"
    "没有原件时，可用 WPS 的“图片转文字”识别并核对后，粘贴文字导入。"
)
_TANGLED = (
    "有文字叠在一起（多半是打印时列宽不够），读出来可能错乱。请上传原来的表格文件，或对照原文核对。"
)
_DAMAGED = "这个 PDF 文件已损坏，每一页都打不开。请重新下载，或用 WPS 打开后另存为 .docx 再上传。"


@dataclass(slots=True)
class _Page:
    """A page on its way from glyphs to lines and tables."""

    sheet: Sheet
    free: list[Glyph]
    tables: list[Table]
    lines: list[TextLine] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.sheet.number


def read(data: bytes, filename: str) -> SourceDocument:
    """Return the document of a PDF file.

    Raises:
        UnreadableFile: scanned, locked, damaged, garbled or far too large; the sentence says what to do.

    """
    builder = SourceBuilder()
    pages: list[_Page] = []
    notes = _Notes()
    for sheet in sheets(data):
        notes.take(sheet)
        pages.append(_page(sheet))
    stripped = _strip(pages)
    _by_position(pages)
    _by_alignment(pages)
    notes.judge(pages, builder)
    _write(pages, builder)
    for text in dict.fromkeys([*stripped, *notes.slanted]):
        builder.add_paragraph(text, "navigation")
    return builder.build(filename, data, "pdf")


@dataclass(slots=True)
class _Notes:
    """What was noticed about the pages on the way."""

    broken: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    unseen: int = 0
    unknown: int = 0
    glyphs: int = 0
    slanted: list[str] = field(default_factory=list)
    tangled: list[int] = field(default_factory=list)

    def take(self, sheet: Sheet) -> None:
        self.glyphs += len(sheet.glyphs)
        self.unseen += sheet.unseen
        self.unknown += sheet.unknown
        self.slanted.append("".join(sheet.slanted))
        if sheet.broken:
            self.broken.append(sheet.number)
        elif len(sheet.glyphs) < _FEW and sheet.pictured > 0.3:
            self.pictures.append(sheet.number)

    def judge(self, pages: list[_Page], builder: SourceBuilder) -> None:
        if len(self.broken) == len(pages):
            raise UnreadableFile(_DAMAGED)
        lines = [
            line for page in pages
            for some in (page.lines, *(cell.lines for table in page.tables for cell in table.cells))
            for line in some
        ]
        self.tangled = sorted({line.page for line in lines if line.tangled})
        text = "".join(line.text for line in lines)
        if not text.strip() or (self.pictures and len(text) < _FEW * len(pages)):
            raise UnreadableFile(_SCANNED)
        if unreadable(text):
            raise UnreadableFile(_GARBLED)
        self._tell(text, builder)

    def _tell(self, text: str, builder: SourceBuilder) -> None:
        if self.unseen * 2 > self.glyphs:
            builder.findings.append(Finding(
                "warning", "text-recognised",
                "这个 PDF 是扫描件，文字由识别软件生成，可能有错字，请对照原件逐条核对。",
            ))
        if UNKNOWN in text:
            builder.findings.append(Finding(
                "warning", "encoding-damaged", "文件里有无法识别的字符（显示为�），请对照原文补正。",
            ))
        for numbers, code, said in (
            (self.pictures, "pages-without-text", "是图片，没有读到文字，请把其中的任务补录进来。"),
            (self.broken, "pages-damaged", "已损坏，没有读到内容，请对照原文补录。"),
            (self.tangled, "text-tangled", _TANGLED),
        ):
            if numbers:
                named = "、".join(map(str, numbers[:20])) + ("等" if len(numbers) > 20 else "")
                builder.findings.append(Finding("warning", code, f"第{named}页{said}"))


def _page(sheet: Sheet) -> _Page:
    found = [each for each in lattices(sheet.horizontal, sheet.vertical) if len(each.columns) > 2]
    free, tables = _tables(sheet.number, sheet.glyphs, found)
    sheet.glyphs = []
    return _Page(sheet, free, tables, lines_of(free, sheet.number))


def _tables(page: int, glyphs: list[Glyph], found: list[Lattice]) -> tuple[list[Glyph], list[Table]]:
    """Return the glyphs outside of all tables, and the tables that hold anything."""
    free, held = _sorted_out(glyphs, found)
    tables = []
    for index, lattice in enumerate(found):
        lines = {box: lines_of(inside, page) for box, inside in held[index].items()}
        table = table_of(lattice, lines, page)
        if table.cells:
            tables.append(table)
    return free, tables


def _by_position(pages: list[_Page]) -> None:
    """Find the tables that have no upright lines, and take their text out of the lines."""
    regions = {
        page.number: region for page in pages if not page.tables and page.free
        if (region := region_of(page.sheet, page.free)) is not None
    }
    agree(list(regions.values()))
    for page in pages:
        if page.number in regions:
            page.free, page.tables = _tables(page.number, page.free, [lattice_of(regions[page.number])])
            page.lines = lines_of(page.free, page.number)


def _by_alignment(pages: list[_Page]) -> None:
    """Find the tables without any lines below the words of their headers."""
    found: list[list[pdf_aligned.Aligned]] = []
    for page in pages:
        before = found[-1][-1] if found and found[-1] and not page.tables else None
        found.append(pdf_aligned.tables_of(page.number, page.free, before))
    pdf_aligned_rows.agree([table for tables in found for table in tables])
    for page, tables in zip(pages, found, strict=True):
        if tables:
            lattices_of = [pdf_aligned_rows.lattice_of(table, 0.0, page.sheet.width) for table in tables]
            page.free, more = _tables(page.number, page.free, lattices_of)
            for table in more:
                table.drawn = False
            page.tables += more
            page.lines = lines_of(page.free, page.number)


def _sorted_out(
    glyphs: list[Glyph], found: list[Lattice],
) -> tuple[list[Glyph], list[dict[int, list[Glyph]]]]:
    """Give each glyph to the box in which it stands, or to the text around the tables."""
    free: list[Glyph] = []
    held: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in found]
    indexes = [lattice.field_index() for lattice in found]
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.baseline - 0.35 * glyph.size
        for number, lattice in enumerate(found):
            if lattice.holds(x, y):
                held[number][indexes[number][lattice.place(x, y)]].append(glyph)
                break
        else:
            free.append(glyph)
    return free, held


def _strip(pages: list[_Page]) -> list[str]:
    """Take running heads and page numbers off the pages and return them."""
    dropped = furniture([_printed(page) for page in pages])
    texts: list[str] = []
    for page in pages:
        away = [line for line in page.lines if id(line) in dropped]
        page.lines = [line for line in page.lines if id(line) not in dropped]
        texts += [line.text for line in away]
        page.free = [
            glyph for glyph in page.free
            if not any(abs(glyph.baseline - line.baseline) < 0.5 * line.size for line in away)
        ]
    return texts


def _printed(page: _Page) -> Printed:
    region = None if page.tables else region_of(page.sheet, page.free)
    if region is None:
        return Printed(page.sheet.height, page.lines, *pdf_aligned.reach(page.number, page.free) or ())
    first, last = region.rows[0], region.rows[-1]
    top = min(glyph.baseline for glyph in first)
    return Printed(page.sheet.height, page.lines, top - 1, max(glyph.baseline for glyph in last) + 1)


def _write(pages: list[_Page], builder: SourceBuilder) -> None:
    bound = len(pages) > _LEAF
    kinds = {page.number: (round(page.sheet.width), page.number % 2 if bound else 0) for page in pages}
    measures = pdf_prose.measures([line for page in pages for line in page.lines], kinds)
    prose: list[TextLine] = []
    tables = 0
    open_table: Table | None = None

    def end_prose() -> None:
        for page, paragraph in pdf_prose.paragraphs(prose, kinds, measures):
            builder.add_paragraph(paragraph, place=f"第{page}页 ")
        prose.clear()

    def end_table() -> None:
        nonlocal tables, open_table
        if open_table is not None:
            tables += 1
            _write_table(open_table, tables, builder)
            open_table = None

    for page in pages:
        for thing in _in_order(page):
            if isinstance(thing, TextLine):
                end_table()
                prose.append(thing)
            elif open_table is not None and open_table.page < page.number and continues(open_table, thing):
                append(open_table, thing)
            else:
                end_prose()
                end_table()
                open_table = thing
    end_prose()
    end_table()


def _in_order(page: _Page) -> list[TextLine | Table]:
    things: list[tuple[float, TextLine | Table]] = [(line.top, line) for line in page.lines]
    things += [(table.top, table) for table in page.tables]
    return [thing for _, thing in sorted(things, key=lambda pair: pair[0])]


def _write_table(table: Table, number: int, builder: SourceBuilder) -> None:
    cells = [
        RawCell(
            text, cell.row, cell.column, cell.row_span, cell.column_span,
            f"第{cell.page}页 表{number} 第{cell.row + 1}行第{cell.column + 1}列",
        ) for cell, text in zip(table.cells, texts_of(table), strict=True)
    ]
    builder.add_grid(cells, f"表{number}")
