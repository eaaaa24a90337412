"""The figures of reports (文稿里的数字): each with the address of the list that it is the length of.

An address here means to its page what the filter beside it means to the query; a test opens every one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from tracker.domain.china_time import month_day
from tracker.domain.chinese_signs import full_width
from tracker.domain.percent import in_percent
from tracker.domain.report import Figure, Paragraph, Part, Piece, Table, counted
from tracker.domain.report_text import NUMERALS, numeral
from tracker.domain.task import OPEN_STATES, Role
from tracker.services.ledger import unit_words
from tracker.store.queries import ledger as queries
from tracker.store.queries.ledger import NO_SECTION, LedgerFilter, TaskRow, UnitLabel
from tracker.store.queries.report_facts import HappenedFilter, Said
from tracker.store.queries.reporting import ObligationCounts, Slice
from tracker.store.tables import Period

LONGEST_NAME, SHORTEST_NAME = 30, 8
"""Characters of a task's name in a list."""
_CLAUSE_END = re.compile(r"[，,；;。：:]")
LAGGING = (Slice.LATE, Slice.MISSED, Slice.OPEN)
"""What is told of returns beside those that came on time, where there are any."""
NAMED = 3
"""As many units of one task are named in a sentence."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with who has a part in it."""

    task: TaskRow
    units: Sequence[UnitLabel]


def task_lines(session: Session, rows: Sequence[TaskRow]) -> tuple[TaskLine, ...]:
    """Tasks with their units, in one query."""
    units = queries.unit_labels(session, [row.id for row in rows]) if rows else {}
    return tuple(TaskLine(row, units.get(row.id, ())) for row in rows)


def address(path: str, **values: Any) -> str:
    """A path with its query; what is empty is left out, days are written as such."""
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def ledger_address(wanted: LedgerFilter) -> str:
    """The ledger narrowed by the filters that reports use."""
    states = ",".join(state.value for state in wanted.states)
    return address(
        "/ledger",
        plan=wanted.plan_id,
        unit=wanted.unit_id,
        section=wanted.section,
        due_from=wanted.due_from,
        due_to=wanted.due_to,
        state="open" if wanted.states == OPEN_STATES else states,
        overdue="1" if wanted.overdue else "",
    )


def tasks(key: str, name: str, rows: int, wanted: LedgerFilter) -> Figure:
    """A number of tasks."""
    return counted(key, name, rows, ledger_address(wanted))


def returns(
    key: str, name: str, counts: ObligationCounts, part: Slice, *, plan_id: int, **narrowed: Any
) -> Figure:
    """A number of obligations; `narrowed` names cadence and period, a unit, or two days."""
    where = address("/reporting/obligations", plan=plan_id, **narrowed, state=part.value)
    return counted(key, name, counts.of(part), where)


def rate(key: str, name: str, counts: ObligationCounts, *, of: Figure) -> Paragraph:
    """，按时率87.5%: how much of what was due and is settled came on time; its list is that of what did.

    It is 100% only where all of it did, and 0% only where none did; nothing is said where nothing is settled.
    """
    settled = counts.due - counts.of(Slice.OPEN)
    if not settled:
        return ()
    return ("，按时率", Figure(key, in_percent(counts.on_time, settled), of.address, None, name))


def of_periods(periods: Sequence[Period]) -> dict[str, str]:
    """How an address names a period with those taken together with it (`reporting.taken_together`)."""
    first, together = periods[0], {"together": "1"} if len(periods) > 1 else {}
    return {"cadence": first.cadence.kind, "period": first.key, **together}


def lines(said: Said, rows: int, periods: Sequence[Period]) -> Figure:
    """A number of lines of some periods' returns."""
    where = address(
        "/documents/lines", plan=periods[0].plan_id, **of_periods(periods), said=said.value
    )
    return counted(said.value, said.label, rows, where)


def happened(key: str, rows: int, wanted: HappenedFilter) -> Figure:
    """A number of things that happened between two days."""
    where = address(
        f"/documents/happened/{wanted.what.value}",
        plan=wanted.plan_id, **{"from": wanted.first, "to": wanted.last},
    )  # fmt: skip
    return counted(key, wanted.what.label, rows, where)


def section_name(section: str) -> str:
    """What a section is called in a text: 一、主动公开 without its own number, tasks under none 其他任务."""
    name = section.strip()
    if name in {"", NO_SECTION}:
        return "其他任务"
    head, mark, rest = name.partition("、")
    return rest if mark and head and all(letter in NUMERALS for letter in head) else name


def numbered(parts: Iterable[tuple[str, str, Sequence[Paragraph], Sequence[Table]]]) -> tuple[Part, ...]:
    """Parts as (key, heading, paragraphs, tables): those that say something, numbered 一、二、….

    A part without a heading is not numbered.
    """
    made: list[Part] = []
    number = 0
    for key, heading, paragraphs, tables in parts:
        if not paragraphs and not tables:
            continue
        if heading:
            number += 1
            heading = f"{numeral(number)}、{heading}"
        made.append(Part(key, heading, tuple(map(joined, paragraphs)), tuple(tables)))
    return tuple(made)


def joined(pieces: Paragraph) -> Paragraph:
    """The same words, with no two texts side by side."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return tuple(found)


def in_points(said: Sequence[Paragraph]) -> list[Paragraph]:
    """Paragraphs as points 1．, 2．; one alone has no number."""
    if len(said) < 2:
        return list(said)
    return [(f"{number}．", *paragraph) for number, paragraph in enumerate(said, 1)]


def full_day(day: date) -> str:
    """2026年9月24日."""
    return f"{day.year}年{month_day(day)}"


def ended(text: str) -> str:
    """A unit's words as a sentence in a list: one line, with one full stop at its end."""
    return f"{full_width(' '.join(text.split())).rstrip('。；;，,.')}。"


def named(names: Iterable[str]) -> str:
    """市司法局、市教育局."""
    return "、".join(names)


def short(title: str) -> str:
    """A task's name for a list: as many of its clauses as fit."""
    flat = full_width(" ".join(title.split()))
    if len(flat) <= LONGEST_NAME:
        return flat
    ends = [
        match.start()
        for match in _CLAUSE_END.finditer(flat)
        if SHORTEST_NAME <= match.start() <= LONGEST_NAME
    ]
    return flat[: ends[-1]] if ends else f"{flat[: LONGEST_NAME - 1]}…"


def whose(line: TaskLine) -> str:
    """Who answers for a task: its leads, or where there is none those responsible; three are named."""
    labels = [unit for unit in line.units if unit.role is Role.LEAD]
    labels = labels or [unit for unit in line.units if unit.role is Role.RESPONSIBLE] or list(line.units)
    said = named(unit_words(unit) for unit in labels[:NAMED])
    return f"{said}等{len(labels)}家" if len(labels) > NAMED else said or "责任单位未定"


def lateness(line: TaskLine, today: date) -> str:
    """原定8月31日，延至9月20日，已逾期4天."""
    row = line.task
    day = row.next_due_on
    if day is None:
        return ""
    late = f"已逾期{(today - day).days}天"
    if row.first_due_on is not None and row.first_due_on != day:
        return f"原定{_day(row.first_due_on, today)}，延至{_day(day, today)}，{late}"
    return f"原定{_day(day, today)}，{late}"


def _day(day: date, today: date) -> str:
    return month_day(day) if day.year == today.year else full_day(day)


def overdue_table(lines: Sequence[TaskLine], today: date) -> Table:
    """Late tasks with who answers for them and since when."""
    rows = tuple(
        (str(number), line.task.title, whose(line), lateness(line, today))
        for number, line in enumerate(lines, 1)
    )
    return Table(("序号", "任务", "责任单位", "时限"), rows, (12.0, 62.0, 42.0, 40.0), "逾期任务")
