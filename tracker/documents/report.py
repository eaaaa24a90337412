"""A report (文稿) as a file: an official document in the layout of GB/T 9704, or plain text.

Figures are printed as what they say; their lists belong to the page. The same report gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.documents.official import OfficialDocument
from tracker.domain.china_time import month_day
from tracker.domain.report import Paragraph, Report, Table, plain

_SECOND = re.compile(r"（[一二三四五六七八九十]+）[^。；！？]{1,40}$")
_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')


def file_stem(report: Report) -> str:
    """The file's name without its ending: what no system takes in a name is left out."""
    return _UNFIT.sub("", report.title)[:80] or report.kind.label


def docx(report: Report) -> bytes:
    """The report in the layout of an official document, its tables in the run of the text."""
    paper = OfficialDocument(report.title, made_at=report.made_at)
    if report.addressee:
        paper.addressee(f"{report.addressee}：")
    for part in report.parts:
        if part.heading:
            paper.heading(part.heading)
        for paragraph in part.paragraphs:
            _set(paper, paragraph)
        for table in part.tables:
            _lay(paper, table)
    paper.signature(report.office, day_words(report))
    return paper.to_bytes()


def text(report: Report) -> str:
    """The report as plain text, a paragraph a line; what a cell says is parted by blanks."""
    return "\n".join(_lines(report)) + "\n"


def day_words(report: Report) -> str:
    """成文日期: 2026年9月24日."""
    return f"{report.as_of.year}年{month_day(report.as_of)}"


def is_second_level(words: str) -> bool:
    """Whether a paragraph is a heading of the second level: （一）, and no sentence."""
    return _SECOND.match(words) is not None


def _set(paper: OfficialDocument, paragraph: Paragraph) -> None:
    words = plain(paragraph)
    if is_second_level(words):
        paper.second_heading(words)
    else:
        paper.body(words)


def _lay(paper: OfficialDocument, table: Table) -> None:
    if table.caption:
        paper.note(table.caption)
    rows = [[plain((cell,)) for cell in row] for row in table.rows]
    paper.close_table(table.header, rows, widths_mm=table.widths_mm)


def _lines(report: Report) -> Iterator[str]:
    yield report.title
    yield ""
    if report.addressee:
        yield f"{report.addressee}："
    for part in report.parts:
        if part.heading:
            yield part.heading
        yield from (plain(paragraph) for paragraph in part.paragraphs)
        for table in part.tables:
            yield from filter(None, (table.caption,))
            yield "　".join(table.header)
            yield from ("　".join(plain((cell,)) for cell in row) for row in table.rows)
    yield ""
    yield report.office
    yield day_words(report)
