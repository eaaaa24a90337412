"""Saved web pages (.html): paragraphs, headings and tables in order; navigation is marked, not dropped."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from importers.readers.text import decode
from importers.source import RawCell, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_SKIPPED = {
    "script",
        "style", "noscript", "template", "head", "svg", "select", "option", "button", "iframe", "object"}
_BLOCKS = {
    "p",
        "div",
            "section",
                "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd",
    "blockquote",
        "pre", "center", "form", "fieldset", "body", "html", "header", "footer", "nav", "aside", "figure",
    "tr", "td", "th", "table", "tbody", "thead", "tfoot", "caption", "hr", "address",
}
_NAVIGATION_TAGS = {"nav", "footer", "aside"}
_NAVIGATION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|crumbs?|breadcrumb|foot|footer|sidebar|share|toolbar|position|location|"
    r"copyright)"
    r"(?:$|[\s_-]|bar|s$)",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_MAX_SPAN = 1000


def _text_of(data: bytes) -> str:
    match = _CHARSET.search(data[:4096])
    if match and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = match.group(1).decode("ascii").lower()
        try:
            return data.decode("gb18030" if name.startswith("gb") else name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)[0]


def _children(node: etree._Element) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str)]


def _is_navigation(node: etree._Element) -> bool:
    if node.tag in _NAVIGATION_TAGS:
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
    return bool(names) and bool(_NAVIGATION_NAMES.search(names))


def _squeeze(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f\v]+", " ", text or "")


def _number(value: str | None) -> int:
    match = re.match(r"\s*(\d{1,4})", value or "")
    return max(1, min(_MAX_SPAN, int(match.group(1)))) if match else 1


class _Walk:
    """One pass over the tree that keeps the inline text until a block ends."""

    def __init__(self, builder: SourceBuilder) -> None:
        self.builder = builder
        self.buffer: list[str] = []

    def flush(self, *, title: bool = False, navigation: bool = False) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        lines = [re.sub(r" {2,}", " ", line).strip(" ") for line in text.split("\n")]
        for line in lines:
            if line.strip():
                self.builder.add_paragraph(line, "navigation" if navigation else "title" if title else "")

    def visit(self, node: etree._Element, *, navigation: bool) -> None:
        tag = str(node.tag)
        if tag in _SKIPPED:
            return
        if tag == "br":
            self.buffer.append("\n")
            return
        inside = navigation or _is_navigation(node)
        block = tag in _BLOCKS
        if block:
            self.flush(navigation=navigation)
        if tag == "table" and (cells := table_cells(node)):
            self.builder.add_grid(cells)
            return
        self.buffer.append(_squeeze(node.text))
        for child in _children(node):
            self.visit(child, navigation=inside)
            self.buffer.append(_squeeze(child.tail))
        if block:
            self.flush(title=tag == "h1", navigation=inside)


def _cell_text(node: etree._Element) -> str:
    parts: list[str] = []

    def walk(each: etree._Element) -> None:
        tag = str(each.tag)
        if tag in _SKIPPED:
            return
        if tag == "br" or tag in _BLOCKS:
            parts.append("\n")
        parts.append(_squeeze(each.text))
        for child in _children(each):
            walk(child)
            parts.append(_squeeze(child.tail))
        if tag in _BLOCKS:
            parts.append("\n")

    walk(node)
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def table_cells(table: etree._Element) -> list[RawCell]:
    """Return the cells of a table that holds data; a table that only lays out a page gives none."""
    if table.find(".//table") is not None:
        return []
    cells: list[RawCell] = []
    taken: set[tuple[int, int]] = set()
    rows = list(table.iter("tr"))
    for index, row in enumerate(rows):
        column = 0
        for node in _children(row):
            if node.tag not in {"td", "th"}:
                continue
            while (index, column) in taken:
                column += 1
            down = min(_number(node.get("rowspan")), len(rows) - index)
            across = _number(node.get("colspan"))
            if len(taken) + down * across > 200_000:
                raise UnreadableFile(
                    "网页里的表格太大，无法读取。请把需要的表格复制到 Excel，另存为 .xlsx 后再上传。"
                )
            taken.update((index + d, column + a) for d in range(down) for a in range(across))
            cells.append(RawCell(_cell_text(node), index, column, down, across))
            column += across
    if not cells or max(cell.column + cell.column_span for cell in cells) < 2:
        return []
    return cells


def read(data: bytes, filename: str) -> SourceDocument:
    text = _text_of(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    text = "".join(ch for ch in text if ch >= " " or ch in "\n\t\r")
    try:
        parser = lxml_html.HTMLParser(no_network=True, huge_tree=False)
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFile("这个网页文件打不开。请在浏览器里复制正文，用“粘贴”的方式导入。") from error
    builder = SourceBuilder()
    walk = _Walk(builder)
    try:
        title = root.findtext(".//head/title")
        if title and title.strip():
            builder.add_paragraph(_squeeze(title).strip(), "navigation")
        walk.visit(root, navigation=False)
        walk.flush()
    except RecursionError as error:
        raise UnreadableFile(
            "这个网页的结构嵌套过深，无法读取。请在浏览器里复制正文，用“粘贴”的方式导入。"
        ) from error
    document = builder.build(filename, data, "html")
    if not document.text.strip():
        raise UnreadableFile("这个网页里没有文字。请检查是否保存完整，或复制正文后粘贴导入。")
    return document
