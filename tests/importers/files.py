"""Small files that the tests of the importer build themselves, all about the invented 青溪市."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

import docx
import openpyxl

CLEAN = "把本级现行有效的规范性文件逐件核对,统一编号后集中放到专栏。"
MARK = "对已废止、失效的文件做出醒目标注,并从检索首页下架。"
UPDATE = "对照权责清单调整主动公开基本目录,缺项的栏目补齐内容。"
DESK = "在政务服务大厅设查阅点,备齐公报、办事指南和申请表。"


def text_file(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def word_file(paragraphs: Iterable[str], rows: list[list[str]], merges: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """A Word file: paragraphs, then one table; `merges` are (top, left, bottom, right)."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                table.cell(index, column).text = value
        for top, left, bottom, right in merges:
            kept = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = kept
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet_file(
    rows: Sequence[Sequence[object]], merges: Iterable[str] = (), sheets: Iterable[tuple[str, Sequence[Sequence[object]]]] = (),
) -> bytes:
    """A workbook with one sheet 分工表 and more where asked."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "分工表"
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for title, more in sheets:
        other = book.create_sheet(title)
        for row in more:
            other.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    """A zip with exactly these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same package with one part added or replaced."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            parts[part] = archive.read(part)
    parts[name] = content
    return package(parts)


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
