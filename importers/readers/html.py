"""Saved web pages (.html, .mht): paragraphs, headings and tables in order.

Navigation and passages that the page hides are marked, not dropped. The numbers that a browser writes
before the items of an ordered list are written out, as those of Word are.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from importers.readers import webarchive
from importers.readers.html_tables import BLOCKS, SKIPPED, squeeze, table_cells
from importers.readers.text import CONTROLS, decode
from importers.source import Hint, SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_NAVIGATION_TAGS = {"nav", "footer", "aside"}
_NAVIGATION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|crumbs?|breadcrumb|foot|footer|sidebar|share|toolbar|position|location|"
    r"copyright|related|recommend|hot|qrcode|ewm|xglj|xgwj|xgyd|dqwz|tjyd)"
    r"(?:$|[\s_-]|bar|s$)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNNUMBERED = re.compile(r"list-style(?:-type)?\s*:[^;]*none", re.IGNORECASE)
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_OWN_NUMBER = re.compile(
    r"\s*(?:[(（〔]?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）〕]?\s*[、.．)）]|第.{1,4}[条项]|[①-⑳])",
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_BUDGET = 20
_TOO_DEEP = "这个网页的结构嵌套过深，无法读取。请在浏览器里复制正文，用“粘贴”的方式导入。"


def _text_of(data: bytes) -> str:
    charset = None
    if webarchive.is_archive(data) and (found := webarchive.page_in(data)):
        data, charset = found
    match = _CHARSET.search(data[:4096])
    name = charset or (match.group(1).decode("ascii") if match else "")
    if name and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("gb18030" if name.lower().startswith("gb") else name)
        except (LookupError, ValueError):
            pass
    return decode(data)[0]


def _is_hidden(node: etree._Element) -> bool:
    return node.get("hidden") is not None or _HIDDEN.search(node.get("style") or "") is not None


def _is_named_aside(node: etree._Element) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
    return bool(names) and bool(_NAVIGATION_NAMES.search(names))


class _Walk:
    """One pass over the tree that keeps the inline text until a block ends."""

    def __init__(self, builder: SourceBuilder, root: etree._Element) -> None:
        self.builder = builder
        self.buffer: list[str] = []
        self.label = ""
        self.hidden = 0
        self.root = root
        self.whole = self.budget = 0

    @staticmethod
    def _length(node: etree._Element) -> int:
        return sum(len(text.strip()) for text in node.itertext())

    def _is_part(self, node: etree._Element) -> bool:
        """Whether a node holds less than half of the page: more is the document, whatever its name says."""
        if not self.whole:
            self.whole = max(1, self._length(self.root))
            self.budget = self.whole * _BUDGET
        if self.budget <= 0:
            return True
        own = self._length(node)
        self.budget -= own
        return own * 2 <= self.whole

    def flush(self, hint: Hint = "") -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        for line in (re.sub(r" {2,}", " ", line).strip(" ") for line in text.split("\n")):
            if line.strip():
                self.builder.add_paragraph(line if _OWN_NUMBER.match(line) else self.label + line, hint)
                self.label = ""

    def visit(self, node: etree._Element, *, aside: bool) -> None:
        tag = str(node.tag)
        if tag in SKIPPED:
            return
        if tag == "br":
            self.buffer.append("\n")
            return
        hidden = _is_hidden(node) and self._is_part(node)
        named = hidden or node.tag in _NAVIGATION_TAGS or (_is_named_aside(node) and self._is_part(node))
        self.hidden += hidden
        self._visit(node, tag, aside=aside, inside=aside or named)
        self.hidden -= hidden

    def _visit(self, node: etree._Element, tag: str, *, aside: bool, inside: bool) -> None:
        block = tag in BLOCKS
        if block:
            self.flush("navigation" if aside else "")
        if tag == "table" and not self.hidden and (cells := table_cells(node)):
            self.builder.add_grid(cells)
            return
        numbers = _numbers(node) if tag == "ol" and not inside else {}
        self.buffer.append(squeeze(node.text))
        for child in node:
            if child in numbers:
                self.flush()
                self.label = numbers[child]
            self.visit(child, aside=inside)
            self.buffer.append(squeeze(child.tail))
        if block:
            self.flush("navigation" if inside else _hint(tag))
            if tag == "li":
                self.label = ""


def _hint(tag: str) -> Hint:
    return "title" if tag == "h1" else "heading" if tag in _HEADINGS else ""


def _numbers(node: etree._Element) -> dict[etree._Element, str]:
    """The numbers before the items of an ordered list, as far as they are plain figures."""
    items = [child for child in node if child.tag == "li"]
    if (node.get("type") or "1") != "1" or _UNNUMBERED.search(node.get("style") or "") or len(items) < 2:
        return {}
    start = node.get("start") or "1"
    first = int(start) if re.fullmatch(r"\d{1,3}", start) else 1
    nested = any(above.tag == "ol" for above in node.iterancestors())
    return {item: f"({first + index})" if nested else f"{first + index}." for index, item in enumerate(items)}


def read(data: bytes, filename: str) -> SourceDocument:
    text = _text_of(data)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    text = CONTROLS.sub("", text)
    try:
        # Pages with hundreds of unclosed tags are common; the small limit would drop what stands inside.
        parser = etree.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
        root = lxml_html.document_fromstring(text, parser=parser)
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            raise UnreadableFile(_TOO_DEEP)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFile("这个网页文件打不开。请在浏览器里复制正文，用“粘贴”的方式导入。") from error
    builder = SourceBuilder()
    walk = _Walk(builder, root)
    try:
        title = root.findtext(".//head/title")
        if title and title.strip():
            builder.add_paragraph(squeeze(title).strip(), "navigation")
        walk.visit(root, aside=False)
        walk.flush()
    except RecursionError as error:
        raise UnreadableFile(_TOO_DEEP) from error
    document = builder.build(filename, data, "html")
    if not document.text.strip():
        raise UnreadableFile("这个网页里没有文字。请检查是否保存完整，或复制正文后粘贴导入。")
    return document
