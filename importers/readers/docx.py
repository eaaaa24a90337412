"""Word documents (.docx): paragraphs and tables in order, straight from the XML.

Three things that a plain reading of `w:t` would lose: a line break inside a cell is `w:br` (牵头 and 配合
would run together); a row may start late (`w:gridBefore`); a vertical merge is an empty cell that says
"continue". Deleted text stays out, inserted text stays in; automatic numbers are written out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from importers.findings import Finding
from importers.readers.numbering import Numbering, W, first
from importers.source import Hint, PlacedText, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

(
    _BODY, _BR, _CR, _CUSTOM_XML, _DEL, _GRID_BEFORE, _GRID_SPAN, _INS, _INSTR_TEXT, _MOVE_FROM, _MOVE_TO,
    _NO_BREAK_HYPHEN, _NUM_PR, _P, _P_PR, _P_STYLE, _R, _R_PR, _SDT, _SDT_CONTENT, _SMART_TAG, _T, _TAB,
    _TABS, _TBL, _TBL_PR, _TC, _TC_PR, _TR, _TR_PR, _TYPE, _V_MERGE, _VAL, _VANISH,
) = (W + name for name in (
    "body", "br", "cr", "customXml", "del", "gridBefore", "gridSpan", "ins", "instrText", "moveFrom",
    "moveTo", "noBreakHyphen", "numPr", "p", "pPr", "pStyle", "r", "rPr", "sdt", "sdtContent", "smartTag",
    "t", "tab", "tabs", "tbl", "tblPr", "tc", "tcPr", "tr", "trPr", "type", "vMerge", "val", "vanish",
))
_SIGNS = {_BR, _CR, _TAB, _NO_BREAK_HYPHEN}
_NUMBERED = {_P_STYLE, _NUM_PR}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FRAME = 2
_CONTAINERS = {_SDT, _SDT_CONTENT, _INS, _CUSTOM_XML, _SMART_TAG, _MOVE_TO}
_GONE = {_DEL, _MOVE_FROM, _FALLBACK, _P_PR, _R_PR, _TBL_PR, _TC_PR, _INSTR_TEXT}
# What makes the parts of a table mean something else: hidden, deleted and former ones, tables, text boxes.
_TWISTS = (
    _TBL, _DEL, _MOVE_FROM, _VANISH, _FALLBACK,
    *(W + name for name in ("txbxContent", "pPrChange", "tcPrChange", "trPrChange")),
)
# What tells the text and the shape of a table without them.
_TOLD = (
    _TR, _GRID_BEFORE, _TC, _GRID_SPAN, _V_MERGE, _P, _T, *_NUMBERED, *_SIGNS,
)


@dataclass(slots=True)
class _Cell:
    """A cell of a table: how many columns it covers, its merge downwards, the words of its paragraphs."""

    across: int = 1
    merge: str = ""
    paragraphs: list[list[str]] = field(default_factory=list)
    labels: dict[int, str] | None = None

    def shape(self, node: etree._Element) -> None:
        """Take up what a property of the cell says of its size."""
        if node.tag == _GRID_SPAN:
            self.across = _whole(node, 1)
        elif node.tag == _V_MERGE:
            self.merge = node.get(_VAL, "continue") or "restart"

    def text(self) -> str:
        """A paragraph a line; a number is nothing without the text behind it."""
        lines = ["".join(words) for words in self.paragraphs]
        if self.labels is not None:
            for index, label in self.labels.items():
                if lines[index].strip():
                    lines[index] = label + lines[index]
        if len(lines) == 1:
            return lines[0] if lines[0].strip() else ""
        return "\n".join([line for line in lines if line.strip()])

    def number(self, properties: etree._Element | None, numbering: Numbering) -> None:
        """Write the number of the last paragraph, once for all that its properties say of it."""
        labels = self.labels = self.labels or {}
        at = len(self.paragraphs) - 1
        if at not in labels and at >= 0:
            labels[at] = numbering.label(properties)


@dataclass(slots=True)
class _Row:
    """A row of a table: how many columns it leaves free before its cells."""

    before: int = 0
    cells: list[_Cell] = field(default_factory=list)


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(archive.read(name), parser)
    except KeyError:
        return None
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            "文件已损坏，打不开。请用 Word 或 WPS 打开修复，另存为 .docx 后再上传。"
        ) from error


class _Reader:
    def __init__(self, builder: SourceBuilder, numbering: Numbering) -> None:
        self.builder = builder
        self.numbering = numbering

    def blocks(self, parent: etree._Element) -> None:
        for node in parent:
            if node.tag == _P:
                hint: Hint = "heading" if self.numbering.heads(first(node, _P_PR)) else ""
                self.builder.add_paragraph(self.paragraph(node), hint)
            elif node.tag == _TBL:
                self.table(node)
            elif node.tag in _CONTAINERS:
                self.blocks(node)

    def paragraph(self, node: etree._Element) -> str:
        label = self.numbering.label(first(node, _P_PR))
        parts: list[str] = []
        self._inline(node, parts)
        text = "".join(parts)
        return label + text if text.strip() else text

    def _inline(self, node: etree._Element, parts: list[str]) -> None:
        for child in node:
            tag = child.tag
            if tag == _T:
                parts.append(child.text or "")
            elif tag == _R:
                self._inline(child, parts)
            elif tag == _R_PR:
                if _is_on(first(child, _VANISH)):
                    return  # The properties stand before the text that they hide.
            elif tag in _GONE or not isinstance(tag, str):
                continue
            elif tag in _SIGNS:
                parts.append(_sign(child))
            elif tag == _P:
                # A text box stands inside the paragraph at which it hangs.
                parts.append(f"\n{self.paragraph(child)}\n")
            elif tag == _TBL:
                parts.append(f"\n{self.flat(child)}\n")
            else:
                self._inline(child, parts)

    def flat(self, node: etree._Element) -> str:
        """Return the text of a cell or of a nested table, a paragraph a line."""
        lines: list[str] = []
        for child in node:
            if child.tag == _P:
                lines.append(self.paragraph(child))
            elif isinstance(child.tag, str) and child.tag not in _GONE:
                lines.append(self.flat(child))
        return "\n".join([line for line in lines if line.strip()])

    def table(self, table: etree._Element) -> None:
        if next(table.iterdescendants(_TBL), None) is not None and _is_frame(table):
            for row in _rows(table):
                for cell in _row_cells(row):
                    self.blocks(cell)
            return
        cells = _placed(self.rows(table))
        if max((column + across for _, _, column, _, across, _ in cells), default=0) > 1:
            self.builder.add_grid(cells)
        else:
            for text, *_ in cells:
                self.builder.add_paragraph(text)

    def rows(self, table: etree._Element) -> list[_Row]:
        """The rows of a table; where nothing in it is hidden or nested, one pass is enough."""
        if next(table.iterdescendants(*_TWISTS), None) is None:
            return self.plain_rows(table)
        return [
            _Row(_before(row), [self.cell(node) for node in _row_cells(row)]) for row in _rows(table)
        ]

    def cell(self, node: etree._Element) -> _Cell:
        cell = _Cell(paragraphs=[[self.flat(node)]])
        if (properties := first(node, _TC_PR)) is not None:
            for each in properties:
                cell.shape(each)
        return cell

    def plain_rows(self, table: etree._Element) -> list[_Row]:
        rows: list[_Row] = []
        row, cell, words = _Row(), _Cell(), [""]
        for node in table.iter(*_TOLD):
            tag = node.tag
            if tag == _T:
                words.append(node.text or "")
            elif tag == _P:
                words = []
                cell.paragraphs.append(words)
            elif tag == _TC:
                cell = _Cell()
                row.cells.append(cell)
            elif tag == _TR:
                row = _Row()
                rows.append(row)
            elif tag in _NUMBERED:
                cell.number(node.getparent(), self.numbering)
            elif tag in _SIGNS:
                words.append(_sign(node))
            elif tag == _GRID_BEFORE:
                row.before = _whole(node, 0)
            else:
                cell.shape(node)
        return rows


def _placed(rows: list[_Row]) -> list[PlacedText]:
    """The cells of a table at their places, those that are merged downwards as one."""
    found: list[PlacedText] = []
    merges: dict[int, int] = {}
    for index, row in enumerate(rows):
        column = row.before
        for cell in row.cells:
            text = cell.text()
            if cell.merge == "continue" and column in merges:
                above, top, _, _, across, _ = found[merges[column]]
                together = f"{above}\n{text}" if text else above
                found[merges[column]] = (together, top, column, index - top + 1, across, "")
            else:
                merges.pop(column, None)
                if cell.merge:
                    merges[column] = len(found)
                found.append((text, index, column, 1, cell.across, ""))
            column += cell.across
    return found


def _is_frame(table: etree._Element) -> bool:
    """Whether a table stands around others: its cells are containers, not data.

    Two rows hold nothing beside the other table; of more, every second one holds a table of several columns.
    """
    rows = _rows(table)
    holding = sum(1 for row in rows if any(_is_table(inner) for inner in row.iter(_TBL)))
    return len(rows) <= _FRAME or holding * 2 >= len(rows) - 1


def _is_table(table: etree._Element) -> bool:
    rows = _rows(table)
    return len(rows) > 1 and all(len(_row_cells(row)) > 1 for row in rows)


def _sign(node: etree._Element) -> str:
    """What a break, a tabulator or a hyphen of its own is in the text."""
    if node.tag == _TAB:
        # Among the properties of a paragraph it is a place on the ruler.
        return "\t" if next(node.iterancestors(), node).tag != _TABS else ""
    if node.tag == _NO_BREAK_HYPHEN:
        return "-"
    # A page break inside a sentence parts nothing; a line break does.
    return "" if node.get(_TYPE) in {"page", "column"} else "\n"


def _rows(table: etree._Element) -> list[etree._Element]:
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == _TR:
            properties = first(child, _TR_PR)
            if properties is None or first(properties, _DEL) is None:
                rows.append(child)
        elif child.tag in _CONTAINERS:
            rows.extend(_rows(child))
    return rows


def _row_cells(row: etree._Element) -> list[etree._Element]:
    cells: list[etree._Element] = []
    for child in row:
        if child.tag == _TC:
            cells.append(child)
        elif child.tag in _CONTAINERS:
            cells.extend(_row_cells(child))
    return cells


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(_VAL) not in {"0", "false", "off"}


def _before(row: etree._Element) -> int:
    properties = first(row, _TR_PR)
    return _whole(first(properties, _GRID_BEFORE), 0) if properties is not None else 0


def _whole(node: etree._Element | None, default: int) -> int:
    value = node.get(_VAL) if node is not None else None
    return min(256, int(value)) if value is not None and value.isdigit() else default


def read(data: bytes, filename: str) -> SourceDocument:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = _parse(archive, "word/document.xml")
        numbering = Numbering(_parse(archive, "word/numbering.xml"), _parse(archive, "word/styles.xml"))
    body = root.find(_BODY) if root is not None else None
    if body is None:
        raise UnreadableFile("文件里没有正文，打不开。请用 Word 或 WPS 打开，另存为 .docx 后再上传。")
    builder = SourceBuilder()
    if next(body.iter(_INS, _DEL), None) is not None:
        builder.findings.append(Finding(
            "warning", "tracked-changes", "文档里有未接受的修订，已按接受后的文字读取，请核对是否为定稿。",
        ))
    _Reader(builder, numbering).blocks(body)
    document = builder.build(filename, data, "docx")
    if not document.text.strip():
        raise UnreadableFile("文档里没有文字，可能全是图片。请上传文字版，或粘贴文字。")
    return document
