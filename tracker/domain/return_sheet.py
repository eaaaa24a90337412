"""The offline form of a return (离线填报表): what its cells are, and how it is compared when it comes back.

A row is a task of the unit (mark `A12`) or one thing of last period's plan (mark `A12P0`); the mark stands in
a hidden, locked column. A hidden page keeps the cells as they were when the form was made, so that three
sides are compared cell by cell: as it was made, as it stands online now, as the form says. What only one side
has changed counts without a question; where both have, a person chooses, and neither text is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from tracker.domain.task_sheet import tidy
from tracker.domain.titled import Titled

MARKED_PAGE = "_taizhang_return"
"""The hidden page; its name tells the form from any other workbook."""
MAIN_PAGE = "填报表"
FORMAT = "1"
MARK_HEAD = "编号（请勿改动）"
TASK_HEAD = "任务"
KNOWN_HEAD = "已知情况"
WEEK = "周"


class Field(Titled):
    """A column that a unit fills in; the label is its head on a page of one week."""

    STATUS = "status", "状态"
    PROGRESS = "progress", "本周进展"
    NEXT_PLAN = "next_plan", "下周计划"
    PROBLEM = "problem", "问题"
    URL = "evidence_url", "佐证链接"
    ON = "evidence_on", "发布日期"


def head_of(field: Field, span: str) -> str:
    """The head of a column on a page whose spans are called so: 本周进展, 本期进展."""
    return field.label.replace(WEEK, span)


def known_head(head: str) -> str:
    """The head as a page of one week has it, whatever its spans are called."""
    return _KNOWN.get(head, head)


OF_A_PLAN = (Field.STATUS, Field.PROGRESS)
"""What is filled in for one thing of the last plan: what became of it, and why it is given up."""
LONGEST = 2_000
Cells = Mapping[Field, str]
Place = tuple[str, Field]
"""A cell: the mark of its row, and its column."""
_KNOWN = {head_of(field, "期"): field.label for field in Field}
_MARK = re.compile(r"A([1-9]\d{0,8})(?:P(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form that came back; `number` is its number in Excel."""

    number: int
    mark: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that came back."""

    obligation_id: int
    plan_sha256: str
    """The digest of the plan's document: a form of another installation has another one."""
    period: str
    """The period's label, for the person who took the wrong file."""
    rows: tuple[Row, ...]
    base: Mapping[str, Cells]
    """The cells as the form was made, by mark."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> Sheet:
    """Read a form back.

    Raises:
        ValueError: the text is not the JSON of a form.

    """
    try:
        data = json.loads(text)
        return Sheet(
            obligation_id=int(data["obligation_id"]),
            plan_sha256=data["plan_sha256"],
            period=data["period"],
            rows=tuple(Row(row["number"], row["mark"], _cells(row["cells"])) for row in data["rows"]),
            base={mark: _cells(cells) for mark, cells in data["base"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an offline return") from error


def _cells(data: Mapping[str, Any]) -> dict[Field, str]:
    return {Field(name): str(words) for name, words in data.items()}


def mark_of(assignment_id: int, place: int | None = None) -> str:
    """The mark of a task's row, or of one thing of its last plan."""
    return f"A{assignment_id}" if place is None else f"A{assignment_id}P{place}"


def ids_of(mark: str) -> tuple[int, int | None] | None:
    """The assignment and, for one thing of a plan, its place; nothing for what is no mark."""
    found = _MARK.fullmatch(mark)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def fields_of(mark: str) -> tuple[Field, ...]:
    """The columns that are filled in on the row of a mark."""
    ids = ids_of(mark)
    return OF_A_PLAN if ids and ids[1] is not None else tuple(Field)


def digest(obligation_id: int, plan_sha256: str, base: Mapping[str, Cells]) -> str:
    """What the hidden page must add up to; guards against slips of the hand, not against malice."""
    rows = [[mark, *(cells.get(column, "") for column in Field)] for mark, cells in sorted(base.items())]
    facts = [obligation_id, plan_sha256, rows]
    return sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that the form has changed: as it was made, online now, in the form."""

    number: int
    mark: str
    field: Field
    before: str
    now: str
    wanted: str

    @property
    def place(self) -> Place:
        return self.mark, self.field

    @property
    def clash(self) -> bool:
        """Whether it was changed online too, and differently."""
        return self.now not in {self.before, self.wanted}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell, or in the row where `field` is None; says what to do."""

    number: int
    message: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A form beside what stands online."""

    cells: tuple[Cell, ...]
    """Those that the form changes; what it left as it was follows what stands online."""
    problems: tuple[Problem, ...]

    @property
    def clashes(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.clash)

    @property
    def filled(self) -> tuple[Cell, ...]:
        """What the form says and nobody has said otherwise."""
        return tuple(cell for cell in self.cells if not cell.clash)


def compare(sheet: Sheet, online: Mapping[str, Cells]) -> Compared:
    """Compare a form with the cells as they stand online now, by mark."""
    cells: list[Cell] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for row in sheet.rows:
        if fault := _fault(row, seen, sheet.base, online):
            problems.append(Problem(row.number, fault))
            continue
        seen[row.mark] = row.number
        cells += _changed(row, sheet.base[row.mark], online.get(row.mark, {}))
    return Compared(tuple(cells), tuple(problems))


def _fault(row: Row, seen: Mapping[str, int], base: Mapping[str, Cells], online: Collection[str]) -> str:
    if not row.mark:
        return "这一行没有编号，是自己加的。新任务请告诉公开办；这里的内容请写到对应任务的那一行。"
    if row.mark not in base:
        return (
            "这一行的编号不属于这张表，可能是从别的表复制来的。请把内容抄到对应任务的那一行，再删去这一行。"
        )
    if row.mark in seen:
        return f"与第{seen[row.mark]}行是同一项，可能是整行复制的。请删去其中一行。"
    if row.mark not in online and any(_changed(row, base[row.mark], {})):
        return (
            "这项任务已经不用本单位报了（已销号、已取消、已改派或上期计划已变）。请把这一行改回原样或删去。"
        )
    return ""  # what is gone online and was left alone in the form says nothing


def _changed(row: Row, base: Cells, online: Cells) -> Iterator[Cell]:
    for field in fields_of(row.mark):
        before, wanted = tidy(base.get(field, "")), tidy(row.cells.get(field, ""))
        if wanted != before and wanted != tidy(online.get(field, "")):
            yield Cell(row.number, row.mark, field, before, tidy(online.get(field, "")), wanted)


def merged(
    online: Mapping[str, Cells], cells: Collection[Cell], kept: Collection[Place]
) -> dict[str, Cells]:
    """The cells as they will stand: the form's where it has changed them, but for those `kept` online."""
    result: dict[str, dict[Field, str]] = {mark: dict(row) for mark, row in online.items()}
    for cell in cells:
        if cell.place not in kept:
            result[cell.mark][cell.field] = cell.wanted
    return dict(result)
