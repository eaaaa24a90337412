"""The bare thing beside each reading: a program that only opens the file and walks over its cells."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from lxml import etree, html

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def load_workbook(data: bytes) -> object:
    """openpyxl's full mode, which is the only one that knows merged cells."""
    return openpyxl.load_workbook(io.BytesIO(data))


def walk_word(data: bytes) -> list[list[tuple[str, int, bool]]]:
    """The text of each w:tc with its width and whether it continues a vertical merge."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return [[_word_cell(cell) for cell in row.iterchildren(f"{_W}tc")] for row in root.iter(f"{_W}tr")]


def _word_cell(cell: etree._Element) -> tuple[str, int, bool]:
    properties = cell.find(f"{_W}tcPr")
    across = properties.find(f"{_W}gridSpan") if properties is not None else None
    merge = properties.find(f"{_W}vMerge") if properties is not None else None
    text = "\n".join("".join(node.text or "" for node in line.iter(f"{_W}t")) for line in cell.iter(f"{_W}p"))
    return (
        text, int(across.get(f"{_W}val") or 1) if across is not None else 1,
        merge is not None and merge.get(f"{_W}val") != "restart",
    )


def walk_page(data: bytes) -> list[list[tuple[str, int, int]]]:
    """The text of each td and th with the rows and columns that it covers."""
    root = html.document_fromstring(data.decode())
    return [[_page_cell(cell) for cell in row.iterchildren("td", "th")] for row in root.iter("tr")]


def _page_cell(cell: etree._Element) -> tuple[str, int, int]:
    text = "".join(str(part) for part in cell.itertext()).strip()
    return text, int(cell.get("rowspan") or 1), int(cell.get("colspan") or 1)
