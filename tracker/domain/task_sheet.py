"""The task sheet (可回传的任务表): what its cells are, whoever writes or reads the workbook.

A sheet is made for one plan, goes out to be edited in Excel or WPS, and comes back. Every row of it carries
the task's number and version (`T12v3`) in a hidden column, so rows may be moved and sorted; a hidden page
keeps the cells as they were when the sheet was made, so that what the person changed can be told from what
was changed in the ledger meanwhile. A sheet without a plan (空白任务表) becomes a new one.

A cell is compared in one form (`tidy`), which is what a workbook gives back of it, whatever program saved it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from tracker.domain.assigning import Part
from tracker.domain.names import normalise
from tracker.domain.task import Role
from tracker.domain.titled import Titled

MARKED_PAGE = "_taizhang"
"""The hidden page of a sheet that belongs to a plan; its name tells the sheet from any other workbook."""
BLANK_PAGE = "_taizhang_new"
"""The same of a blank sheet."""
WORDS_PAGE = "_words"
"""The hidden page with the words of the drop-downs; its first column names units and groups."""
MAIN_PAGE = "任务表"
GUIDE_PAGE = "填写说明"
FORMAT = "1"
TITLE_HINT = "请把这里改成文件标题，如：青溪市2027年政务公开工作要点"
"""What stands for the title of a blank sheet until a person writes it."""
HEADS_WITHIN = 30
"""The heads stand in one of the first rows; people put lines above them."""
SERIALS = range(36_526, 73_051)
"""The numbers that Excel keeps the days of 2000 to 2099 under."""
CELL_LIMIT = 32_767
"""What a cell of Excel holds, in units of UTF-16."""

MARK_HEAD = "编号（请勿改动）"
SERIAL_HEAD = "序号"
STATE_HEAD = "状态"
PROGRESS_HEAD = "最近进展"
ERROR_HEAD = "错误说明"


class Field(Titled):
    """A column that a person may change; the label is its head."""

    TEXT = "text", "工作任务"
    SECTION = "section", "板块"
    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    SUPPORT = "support", "配合单位"
    PHRASE = "phrase", "完成时限"
    DAYS = "days", "完成日期"


ROLE_FIELDS = {Role.LEAD: Field.LEAD, Role.RESPONSIBLE: Field.RESPONSIBLE, Role.SUPPORT: Field.SUPPORT}
UNIT_FIELDS = frozenset(ROLE_FIELDS.values())
Cells = Mapping[Field, str]
GREY_HEADS = (SERIAL_HEAD, STATE_HEAD, PROGRESS_HEAD)
"""The heads of the grey columns that a person sees: the ledger fills them and takes nothing back."""
GreyCells = Mapping[str, str]
"""Grey cells by their heads."""

# `_x000D_` is how Excel writes the line ends of old machines down.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x000[dD]_")


def tidy(text: str) -> str:
    """A text as a cell gives it back: no characters that XML forbids, one kind of line end, no blank ends."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if len(text) * 2 > CELL_LIMIT:
        text = text.encode("utf-16-le")[: CELL_LIMIT * 2].decode("utf-16-le", errors="ignore").rstrip()
    return text


_OPENING, _CLOSING, _LIST_MARKS = "(（[［〔【", ")）]］〕】", "、，,；;\n"


def holds_list_mark(name: str) -> bool:
    """Whether a name would come apart at a mark of its own."""
    return any(mark in name for mark in _LIST_MARKS)


def names_in(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The names in a cell, parted by 、，； or a new line; `known` names and what is in brackets stay whole.

    各县(市、区)政府 and 各市、县〔市、区〕政府 contain a list mark and are one name each.
    """
    listed = {name for name in known if holds_list_mark(name)}
    whole = sorted(listed, key=len, reverse=True)
    parts, depth, place = [""], 0, 0
    while place < len(text):
        name = next((name for name in whole if not parts[-1].strip() and text.startswith(name, place)), "")
        character = name or text[place]
        depth += (character in _OPENING) - (character in _CLOSING and depth > 0) if not name else 0
        if depth == 0 and character in _LIST_MARKS:
            parts.append("")
        else:
            parts[-1] += character
        place += len(character)
    return tuple(dict.fromkeys(part for raw in parts if (part := " ".join(raw.split()))))


_DAY = re.compile(r"(20\d\d)(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号]?(?: 0?0:00(?::00)?)?")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")


MOST_TOLD = 5
"""Wrong days of one cell that are told at once."""


class NoDay(ValueError):
    """A text that is no day; says in Chinese why and what to write."""


def days_in(text: str, year: int) -> tuple[date, ...]:
    """The days of a cell in their order; a day without a year is one of the plan's year.

    Raises:
        NoDay: some of them are none; its words tell each of the first few.

    """
    pieces = [piece.strip() for piece in re.split(r"[、，,；;\n]", text)]
    days: set[date] = set()
    wrong: dict[str, None] = {}
    for piece in filter(None, pieces):
        try:
            days.add(_day(piece, year))
        except NoDay as error:
            wrong[str(error)] = None
    if wrong:
        raise NoDay("".join(list(wrong)[:MOST_TOLD]))
    return tuple(sorted(days))


def _day(text: str, year: int) -> date:
    plain = re.sub(r"\s*([年月日号])\s*", r"\1", normalise_digits(text))
    match = _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain)
    numbers = tuple(map(int, match.groups())) if match else ()
    if not numbers and (match := _DAY_OF_YEAR.fullmatch(plain)):
        numbers = (year, int(match[1]), int(match[2]))
    if not numbers:
        raise NoDay(f"“{text}”不是一个日期，请写成 {year}-09-30 的样子；“11月底前”这类写法请填在完成时限里。")
    try:
        return date(*numbers)
    except ValueError as error:
        raise NoDay(f"没有{numbers[0]}年{numbers[1]}月{numbers[2]}日这一天，请改成正确的日期。") from error


def normalise_digits(text: str) -> str:
    """Full-width figures and marks as half-width ones."""
    return text.translate(_HALF)


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E}


def days_text(days: Iterable[date]) -> str:
    """Days as a cell shows them, one a line."""
    return "\n".join(day.isoformat() for day in days)


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A task as the ledger has it now; `cells` is what a sheet made now would show."""

    id: int
    serial: int
    version: int
    state: str
    open: bool
    text: str
    section: str
    phrase: str
    notation: str
    days: tuple[date, ...]
    """The days in force, earliest first; empty where there is none, and for a rhythm (每季度)."""
    parts: tuple[Part, ...]
    progress: str = ""
    qualifier: str = ""
    """How its units share it (按职责分工负责)."""
    cells: Cells = field(init=False, compare=False)

    def __post_init__(self) -> None:
        cells = {
            Field.TEXT: tidy(self.text),
            Field.SECTION: tidy(self.section),
            Field.PHRASE: tidy(self.phrase),
            Field.DAYS: days_text(self.days),
        }
        roles: dict[str, set[Role]] = {}
        for part in self.parts:
            roles.setdefault(part.group, set()).add(part.role)
        for role, column in ROLE_FIELDS.items():
            # A group stands for its members only while all of them have one role.
            named = (
                part.group if part.group and len(roles[part.group]) == 1 else part.printed
                for part in self.parts
                if part.role is role
            )
            cells[column] = tidy("、".join(dict.fromkeys(named)))
        object.__setattr__(self, "cells", cells)

    @property
    def mark(self) -> str:
        return f"T{self.id}v{self.version}"

    @property
    def local_names(self) -> dict[str, tuple[int, ...]]:
        """What a name means on this very task: the members that a group had when the plan was confirmed."""
        found: dict[str, list[int]] = {}
        for part in self.parts:
            for name in {part.printed, part.group} - {""}:
                found.setdefault(normalise(name), []).append(part.unit_id)
        return {name: tuple(ids) for name, ids in found.items()}


_MARK = re.compile(r"T([1-9]\d{0,8})v([1-9]\d{0,8})")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet that came back; `number` is its number in Excel, `mark` what its hidden cell says."""

    number: int
    mark: str
    cells: Cells
    grey: GreyCells = field(default_factory=dict)

    @property
    def ids(self) -> tuple[int, int] | None:
        """The task's id and version; nothing for a new row or an unreadable mark."""
        match = _MARK.fullmatch(self.mark)
        return (int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Base:
    """A task as it stood when the sheet was made; sheets of older releases remember no grey cells."""

    version: int
    cells: Cells
    grey: GreyCells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that came back.

    `plan_sha256` is the digest of the plan's document: a sheet of another installation has another one.
    """

    plan_id: int | None
    plan_sha256: str
    title: str
    rows: tuple[Row, ...]
    base: Mapping[int, Base]
    names: tuple[str, ...] = ()
    """Names that its drop-downs offered and that hold a list mark: 各乡、镇人民政府 is one name."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> Sheet:
    """Read a sheet back.

    Raises:
        ValueError: the text is not the JSON of a sheet.

    """
    try:
        return _sheet(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a task sheet") from error


def _sheet(data: Mapping[str, Any]) -> Sheet:
    return Sheet(
        plan_id=data["plan_id"],
        plan_sha256=data["plan_sha256"],
        title=data["title"],
        rows=tuple(
            Row(row["number"], row["mark"], _cells(row["cells"]), row.get("grey", {})) for row in data["rows"]
        ),
        base={
            int(key): Base(old["version"], _cells(old["cells"]), old.get("grey", {}))
            for key, old in data["base"].items()
        },
        names=tuple(data.get("names", ())),
    )


def _cells(data: Mapping[str, str]) -> dict[Field, str]:
    return {column: data[column.value] for column in Field}


def digest(plan_id: int, plan_sha256: str, base: Mapping[int, Base]) -> str:
    """What the hidden page must add up to; guards against slips of the hand, not against malice."""
    rows = [[key, old.version, *_ordered(old.cells)] for key, old in sorted(base.items())]
    facts = [plan_id, plan_sha256, rows]
    return sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:32]


def grey_changes(sheet: Sheet) -> dict[str, tuple[int, ...]]:
    """Grey cells that a person has filled in all the same: the rows in Excel by the column's head.

    A number of its own for a new row, or an empty cell where the column was cleared, says nothing.
    """
    found: dict[str, list[int]] = {}
    for row in sheet.rows:
        base = sheet.base.get(row.ids[0]) if row.ids else None
        if base is None and row.mark:
            continue
        known = base.grey if base else dict.fromkeys((STATE_HEAD, PROGRESS_HEAD), "")
        for head, words in row.grey.items():
            if head in known and words and words != known[head]:
                found.setdefault(head, []).append(row.number)
    return {head: tuple(found[head]) for head in GREY_HEADS if head in found}


def _ordered(cells: Cells) -> Iterator[str]:
    return (cells[column] for column in Field)


def base_of(tasks: Collection[KnownTask]) -> dict[int, Base]:
    """What a sheet of these tasks remembers."""
    return {task.id: Base(task.version, task.cells, grey_of(task)) for task in tasks}


LONGEST_PROGRESS = 1_000
"""Characters of the last progress that a sheet shows."""


def grey_of(task: KnownTask) -> dict[str, str]:
    """The grey cells of a task's row."""
    progress = tidy(task.progress)
    if len(progress) > LONGEST_PROGRESS:
        progress = f"{progress[: LONGEST_PROGRESS - 1]}…"
    return {SERIAL_HEAD: str(task.serial), STATE_HEAD: tidy(task.state), PROGRESS_HEAD: progress}


def alike(column: Field, one: str, other: str, *, year: int, known: Collection[str] = ()) -> bool:
    """Whether two cells of a column say the same: of units only who is named counts, not the order."""
    if tidy(one) == tidy(other):
        return True
    if column in UNIT_FIELDS:
        return _set_of(one, known) == _set_of(other, known)
    if column is Field.DAYS:
        try:
            return days_in(one, year) == days_in(other, year)
        except NoDay:
            return False
    return False


def _set_of(cell: str, known: Collection[str]) -> frozenset[str]:
    return frozenset(normalise(name) for name in names_in(cell, known))
