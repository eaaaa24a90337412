"""The draft plan of our own sheets (空白任务表, 台账); exact: the columns are ours, an empty cell is empty.

Where a person gave a day (完成日期) it stands; the phrase (完成时限) is kept as printed beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

from importers import checkup, deadline_text
from importers.draft import Assignment, DraftDeadline, DraftPlan, DraftTask, Source, TaskSource
from importers.findings import Finding
from importers.readers import task_sheet as reader
from importers.segments import Painter, Segment, SegmentKind
from importers.source import Span
from tracker.domain import group
from tracker.domain.deadline import Fixed, Staged, Unstated, due_days
from tracker.domain.errors import UnreadableFile
from tracker.domain.task_sheet import ROLE_FIELDS, Field, NoDay, Row, Sheet, days_in, names_in

_YEAR = re.compile(r"20\d\d")
_KINDS: dict[Field, SegmentKind] = {
    Field.TEXT: "task",
    Field.SECTION: "heading",
    Field.LEAD: "units",
    Field.RESPONSIBLE: "units",
    Field.SUPPORT: "units",
    Field.PHRASE: "deadline",
    Field.DAYS: "deadline",
}


def draft(data: bytes, filename: str, year: int | None) -> DraftPlan:
    """The draft plan of a filled-in sheet; `year` goes before the one in its title.

    Raises:
        UnreadableFile: it is damaged, a column is gone, or nothing was filled in.

    """
    source = Source(filename, hashlib.sha256(data).hexdigest(), "xlsx")
    return of_sheet(reader.read(data), source, year)


def of_sheet(sheet: Sheet, source: Source, year: int | None, told: Iterable[Finding] = ()) -> DraftPlan:
    """The draft plan of the rows of a sheet, however they were read; `told` is what its reader noticed.

    Raises:
        UnreadableFile: nothing was filled in.

    """
    if not sheet.rows:
        raise UnreadableFile("任务表里还没有填写任务。请从表头下面的空行填起，保存后再上传。")
    named = _YEAR.search(sheet.title)
    year = year or (int(named[0]) if named else None)
    lines = _Lines()
    title = lines.add([(sheet.title, "title")]) if sheet.title else []
    lines.add([(column.label, "table-header") for column in Field])
    tasks: list[DraftTask] = []
    findings = list(told)
    for row in sheet.rows:
        if not row.cells[Field.TEXT]:
            lines.add([(text, "unrecognised") for text in row.cells.values()])
            said = f"第{row.number}行没有填写工作任务，没有导入，请补填或删去这一行。"
            findings.append(Finding("warning", "no-text", said, ref=f"第{row.number}行"))
            continue
        spans = lines.add([(row.cells[column], _KINDS[column]) for column in Field], len(tasks))
        tasks.append(_task(row, spans[0], year, sheet.names))
    plan = DraftPlan(
        source=source,
        title=sheet.title if title else None,
        issuer=None,
        document_number=None,
        issued_on=None,
        year=year,
        basis=(),
        text=lines.text,
        segments=lines.segments(),
        tasks=tuple(tasks),
        regime=None,
        unit_register=(),
        findings=(),
    )
    return replace(plan, findings=(*findings, *checkup.examine(plan, report=False, event=False)))


class _Lines:
    """The text of the sheet, a row a line, and what each cell of it is."""

    def __init__(self) -> None:
        self.text = ""
        self._painted: list[tuple[Span, SegmentKind, int | None]] = []

    def add(self, cells: list[tuple[str, SegmentKind]], task: int | None = None) -> list[Span]:
        spans = []
        for number, (text, kind) in enumerate(cells):
            start = len(self.text) + (number > 0)
            self.text += f"\t{text}" if number else text
            span = Span(start, start + len(text))
            spans.append(span)
            self._painted.append((span, kind, task if kind != "heading" else None))
        self.text += "\n"
        return spans

    def segments(self) -> tuple[Segment, ...]:
        painter = Painter(self.text)
        for span, kind, task in self._painted:
            painter.paint([span], kind, task)
        return painter.segments()


def _task(row: Row, span: Span, year: int | None, known: tuple[str, ...]) -> DraftTask:
    parts: dict[str, Assignment] = {}
    for role, column in ROLE_FIELDS.items():
        for name in names_in(row.cells[column], known):
            # The stronger role comes first and stands.
            parts.setdefault(name, Assignment(name, role.value, group.is_collective(name)))
    deadline, findings = _deadline(row, year)
    section = row.cells[Field.SECTION]
    units = "；".join(
        f"{column.label}：{row.cells[column]}" for column in ROLE_FIELDS.values() if row.cells[column]
    )
    return DraftTask(
        number=None,
        headings=(section,) if section else (),
        text=row.cells[Field.TEXT],
        units_text=units or None,
        assignments=tuple(parts.values()),
        qualifier=None,
        deadline_text=row.cells[Field.PHRASE] or None,
        deadline=deadline,
        quotas=(),
        clocks=(),
        findings=findings,
        source=TaskSource(f"第{row.number}行", ((span.start, span.end),)),
    )


def _deadline(row: Row, year: int | None) -> tuple[DraftDeadline, tuple[Finding, ...]]:
    phrase = row.cells[Field.PHRASE]
    wrong: tuple[Finding, ...] = ()
    try:
        # Without a year in the title only a day with a year can be read.
        days = days_in(row.cells[Field.DAYS], year or 0)
    except NoDay as error:
        days = ()
        wrong = (Finding("warning", "deadline-unread", str(error), "deadline", f"第{row.number}行"),)
    read = deadline_text.read(phrase, year=year, issued_on=None) if phrase else None
    if days and read and read[0].certain and tuple(sorted(due_days(read[0].reading))) == days:
        # The phrase says these very days, and how they came about besides (a span, a number of days).
        return DraftDeadline.of(read[0]), read[1]
    if days:
        stages = tuple(Fixed(day) for day in days)
        reading = stages[0] if len(stages) == 1 else Staged(stages)
        spoken = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in days)
        return DraftDeadline(reading.notation, f"任务表填写的完成日期是{spoken}。"), ()
    if wrong and not phrase:
        return DraftDeadline(Unstated().notation, wrong[0].message, certain=False), wrong
    deadline, findings = read or deadline_text.read(phrase, year=year, issued_on=None)
    return DraftDeadline.of(deadline), (*wrong, *findings)
