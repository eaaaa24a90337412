"""Word documents (.docx): paragraphs and tables in order, straight from the XML.

Three things that a plain reading of `w:t` would lose: a line break inside a cell is `w:br` (牵头 and 配合
would run together); a row may start late (`w:gridBefore`); a vertical merge is an empty cell that says
"continue". Deleted text stays out, inserted text stays in; automatic numbers are written out.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from importers.findings import Finding
from importers.readers.numbering import Numbering, W
from importers.source import Hint, RawCell, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

(
    _BODY, _BR, _CR, _CUSTOM_XML, _DEL, _INS, _INSTR_TEXT, _MOVE_FROM, _MOVE_TO, _NO_BREAK_HYPHEN, _P,
    _P_PR, _R, _R_PR, _SDT, _SDT_CONTENT, _SMART_TAG, _T, _TAB, _TBL, _TBL_PR, _TC, _TC_PR, _TR,
    _TR_PR, _TYPE, _V_MERGE, _VAL, _VANISH, _GRID_SPAN,
) = (W + name for name in (
    "body", "br", "cr", "customXml", "del", "ins", "instrText", "moveFrom", "moveTo", "noBreakHyphen",
    "p", "pPr", "r", "rPr", "sdt", "sdtContent", "smartTag", "t", "tab", "tbl", "tblPr", "tc", "tcPr",
    "tr", "trPr", "type", "vMerge", "val", "vanish", "gridSpan",
))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CONTAINERS = {_SDT, _SDT_CONTENT, _INS, _CUSTOM_XML, _SMART_TAG, _MOVE_TO}
_GONE = {_DEL, _MOVE_FROM, _FALLBACK, _P_PR, _R_PR, _TBL_PR, _TC_PR, _INSTR_TEXT}


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
                hint: Hint = "heading" if self.numbering.heads(_first(node, _P_PR)) else ""
                self.builder.add_paragraph(self.paragraph(node), hint)
            elif node.tag == _TBL:
                self.table(node)
            elif node.tag in _CONTAINERS:
                self.blocks(node)

    def paragraph(self, node: etree._Element) -> str:
        label = self.numbering.label(_first(node, _P_PR))
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
                if _is_on(_first(child, _VANISH)):
                    return  # The properties stand before the text that they hide.
            elif tag in _GONE or not isinstance(tag, str):
                continue
            elif tag in {_BR, _CR}:
                # A page break inside a sentence parts nothing; a line break does.
                parts.append("" if child.get(_TYPE) in {"page", "column"} else "\n")
            elif tag == _TAB:
                parts.append("\t")
            elif tag == _NO_BREAK_HYPHEN:
                parts.append("-")
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
        if table.find(f".//{W}tbl") is not None and len(list(table.iterchildren(_TR))) <= 2:
            # A frame around another table: its cells are containers, not data.
            for cell in table.iter(_TC):
                if cell.getparent().getparent() is table:  # type: ignore[union-attr]
                    self.blocks(cell)
            return
        cells = self.cells(table)
        width = max((cell.column + cell.column_span for cell in cells), default=0)
        if width > 1:
            self.builder.add_grid(cells)
        else:
            for only in cells:
                self.builder.add_paragraph(only.text)

    def cells(self, table: etree._Element) -> list[RawCell]:
        found: list[RawCell] = []
        open_merges: dict[int, int] = {}
        for index, row in enumerate(_rows(table)):
            column = _span(_first(row, _TR_PR), "gridBefore", 0)
            for node in _row_cells(row):
                across, merge = _merged(_first(node, _TC_PR))
                continued = merge is not None and merge.get(_VAL, "continue") == "continue"
                if continued and column in open_merges:
                    first = found[open_merges[column]]
                    extra = self.flat(node)
                    found[open_merges[column]] = RawCell(
                        first.text + ("\n" + extra if extra else ""), first.row, first.column,
                        index - first.row + 1, first.column_span,
                    )
                else:
                    open_merges.pop(column, None)
                    if merge is not None:
                        open_merges[column] = len(found)
                    found.append(RawCell(self.flat(node), index, column, 1, across))
                column += across
        return found


def _first(node: etree._Element, tag: str) -> etree._Element | None:
    """The first child of a kind; `find` would read its tag as a path, which takes several times as long."""
    return next(node.iterchildren(tag), None)


def _rows(table: etree._Element) -> list[etree._Element]:
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == _TR:
            properties = _first(child, _TR_PR)
            if properties is None or _first(properties, _DEL) is None:
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


def _merged(properties: etree._Element | None) -> tuple[int, etree._Element | None]:
    """How many columns a cell covers, and what says that it is merged downwards."""
    across, merge = 1, None
    for each in properties if properties is not None else ():
        if each.tag == _GRID_SPAN:
            across = _whole(each, 1)
        elif each.tag == _V_MERGE:
            merge = each
    return across, merge


def _span(properties: etree._Element | None, name: str, default: int) -> int:
    return _whole(properties.find(W + name) if properties is not None else None, default)


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
    if body.find(f".//{W}ins") is not None or body.find(f".//{W}del") is not None:
        builder.findings.append(Finding(
            "warning", "tracked-changes", "文档里有未接受的修订，已按接受后的文字读取，请核对是否为定稿。",
        ))
    _Reader(builder, numbering).blocks(body)
    document = builder.build(filename, data, "docx")
    if not document.text.strip():
        raise UnreadableFile("文档里没有文字，可能全是图片。请上传文字版，或粘贴文字。")
    return document
