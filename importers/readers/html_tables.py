"""Tables of web pages: the cells of those that hold data, none for those that only lay out the page."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml import etree

from importers.source import PlacedText, RawCell
from tracker.domain.errors import UnreadableFile

SKIPPED = frozenset({
    "script", "style", "noscript", "template", "head", "svg", "select", "option", "button", "iframe",
    "object",
})
BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl",
    "dt", "dd", "blockquote", "pre", "center", "form", "fieldset", "body", "html", "header", "footer",
    "nav", "aside", "figure", "tr", "td", "th", "table", "tbody", "thead", "tfoot", "caption", "hr",
    "address",
})
_NO_WRAPPERS = SKIPPED | {"br"}
_CELLS = frozenset({"td", "th"})
_MAX_SPAN = 1000
_MAX_AREA = 200_000
_LAYOUT_ROWS = 3
_ARTICLE_LINES = 6
_ARTICLE_LENGTH = 300


_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def squeeze(text: str | None) -> str:
    return _BLANKS.sub(" ", text) if text else ""


_FIGURE = re.compile(r"\s*(\d{1,4})")


def _number(value: str | None) -> int:
    match = _FIGURE.match(value) if value else None
    return max(1, min(_MAX_SPAN, int(match.group(1)))) if match else 1


def _cell_text(cell: etree._Element) -> str:
    """The text of a cell, a line for each block; most cells are one piece of text in one or more wrappers."""
    node, text = cell, cell.text
    while len(node) == 1 and not (text and text.strip()):
        child = node[0]
        if child.tag in _NO_WRAPPERS or ((tail := child.tail) and tail.strip()):
            break
        node, text = child, child.text
    if not len(node):
        pieces = text.split() if text else ()
        return pieces[0] if len(pieces) == 1 else squeeze(text).strip()
    parts: list[str] = []
    _gather(node, parts)
    text = "".join(parts).strip()
    if "\n" not in text:
        return text
    return "\n".join([line for each in text.split("\n") if (line := each.strip())])


def _gather(node: etree._Element, parts: list[str]) -> None:
    """Take down the text inside a node; blocks and breaks set lines apart."""
    if text := node.text:
        parts.append(_BLANKS.sub(" ", text))
    for child in node:
        tag = child.tag
        if tag in BLOCKS:
            parts.append("\n")
            _gather(child, parts)
            parts.append("\n")
        elif tag == "br":
            parts.append("\n")
        elif tag not in SKIPPED:
            _gather(child, parts)
        if tail := child.tail:
            parts.append(_BLANKS.sub(" ", tail))


def table_cells(table: etree._Element) -> list[PlacedText]:
    """Return the cells of a table that holds data; a table that only lays out a page gives none."""
    if table.find(".//table") is not None:
        return []
    cells: list[PlacedText] = []
    taken: defaultdict[int, set[int]] = defaultdict(set)
    area = width = 0
    rows = list(table.iter("tr"))
    for index, row in enumerate(rows):
        column = 0
        held = taken.pop(index, ())
        for node in row:
            if node.tag not in _CELLS:
                continue
            while column in held:
                column += 1
            down = across = 1
            if node.keys():
                down = min(_number(node.get("rowspan")), len(rows) - index)
                across = _number(node.get("colspan"))
            area += down * across
            if area > _MAX_AREA:
                raise UnreadableFile(
                    "网页里的表格太大，无法读取。请把需要的表格复制到 Excel，另存为 .xlsx 后再上传。"
                )
            for below in range(index + 1, index + down):
                taken[below].update(range(column, column + across))
            cells.append((_cell_text(node), index, column, down, across, ""))
            column += across
        width = max(width, column)
    if width < 2 or (cells[-1][1] < _LAYOUT_ROWS and _lays_out([RawCell(*cell) for cell in cells])):
        return []
    return cells


def _lays_out(cells: list[RawCell]) -> bool:
    """A menu beside an article: few cells, one of which holds a page of paragraphs without a label."""
    if max(cell.column for cell in cells) > 2:
        return False
    article = max(cells, key=lambda cell: len(cell.text))
    lines = article.text.count("\n") + 1
    whole = sum(len(cell.text) for cell in cells)
    if lines < _ARTICLE_LINES or len(article.text) < _ARTICLE_LENGTH or len(article.text) * 5 < whole * 4:
        return False
    beside = [cell.text for cell in cells if cell.row == article.row and cell is not article and cell.text]
    return not any("\n" not in text and len(text) <= 8 for text in beside)
