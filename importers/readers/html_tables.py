"""Tables of web pages: the cells of those that hold data, none for those that only lay out the page."""

from __future__ import annotations

import re

from lxml import etree

from importers.source import RawCell
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
_MAX_SPAN = 1000
_MAX_AREA = 200_000
_ARTICLE_LINES = 6
_ARTICLE_LENGTH = 300


def children(node: etree._Element) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str)]


def squeeze(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f\v]+", " ", text or "")


def _number(value: str | None) -> int:
    match = re.match(r"\s*(\d{1,4})", value or "")
    return max(1, min(_MAX_SPAN, int(match.group(1)))) if match else 1


def _cell_text(node: etree._Element) -> str:
    parts: list[str] = []

    def walk(each: etree._Element) -> None:
        tag = str(each.tag)
        if tag in SKIPPED:
            return
        if tag == "br" or tag in BLOCKS:
            parts.append("\n")
        parts.append(squeeze(each.text))
        for child in children(each):
            walk(child)
            parts.append(squeeze(child.tail))
        if tag in BLOCKS:
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
        for node in children(row):
            if node.tag not in {"td", "th"}:
                continue
            while (index, column) in taken:
                column += 1
            down = min(_number(node.get("rowspan")), len(rows) - index)
            across = _number(node.get("colspan"))
            if len(taken) + down * across > _MAX_AREA:
                raise UnreadableFile(
                    "网页里的表格太大，无法读取。请把需要的表格复制到 Excel，另存为 .xlsx 后再上传。"
                )
            taken.update((index + d, column + a) for d in range(down) for a in range(across))
            cells.append(RawCell(_cell_text(node), index, column, down, across))
            column += across
    if not cells or max(cell.column + cell.column_span for cell in cells) < 2 or _lays_out(cells):
        return []
    return cells


def _lays_out(cells: list[RawCell]) -> bool:
    """A menu beside an article: few cells, one of which holds a page of paragraphs without a label."""
    article = max(cells, key=lambda cell: len(cell.text))
    lines = article.text.count("\n") + 1
    whole = sum(len(cell.text) for cell in cells)
    if max(cell.row for cell in cells) > 2 or max(cell.column for cell in cells) > 2:
        return False
    if lines < _ARTICLE_LINES or len(article.text) < _ARTICLE_LENGTH or len(article.text) * 5 < whole * 4:
        return False
    beside = [cell.text for cell in cells if cell.row == article.row and cell is not article and cell.text]
    return not any("\n" not in text and len(text) <= 8 for text in beside)
