"""The bare thing beside each reading: a program that only opens the file and walks over its cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import cast

import openpyxl
from lxml import etree, html

Grid = dict[tuple[int, int], str]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def load_workbook(data: bytes) -> object:
    """openpyxl's full mode, which is the only one that knows merged cells."""
    return openpyxl.load_workbook(io.BytesIO(data))


def walk_word(data: bytes) -> Grid:
    """The text of each w:tc at every place that it covers, widths and vertical merges followed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    grid: Grid = {}
    for down, row in enumerate(root.iter(f"{_W}tr")):
        column = 0
        for cell in row.iterchildren(f"{_W}tc"):
            span, merge = cell.find(f"{_W}tcPr/{_W}gridSpan"), cell.find(f"{_W}tcPr/{_W}vMerge")
            width = int(span.get(f"{_W}val") or 1) if span is not None else 1
            if merge is not None and merge.get(f"{_W}val") != "restart":
                text = grid[down - 1, column]
            else:
                lines = cell.iter(f"{_W}p")
                text = "\n".join("".join(node.text or "" for node in line.iter(f"{_W}t")) for line in lines)
            for across in range(width):
                grid[down, column + across] = text
            column += width
    return grid


def walk_page(data: bytes) -> Grid:
    """The text of each td and th at every place that its rowspan and colspan cover."""
    grid: Grid = {}
    for down, row in enumerate(html.document_fromstring(data.decode()).iter("tr")):
        column = 0
        for cell in cast("Iterator[html.HtmlElement]", row.iterchildren("td", "th")):
            while (down, column) in grid:
                column += 1
            text = cell.text_content().strip()
            width = int(cell.get("colspan") or 1)
            for below in range(int(cell.get("rowspan") or 1)):
                for across in range(width):
                    grid[down + below, column + across] = text
            column += width
    return grid
