"""Comparing a task sheet that came back with the ledger (对照任务表): what each row is, what is wrong in it.

Cell by cell and three ways: as the sheet was made, as the ledger stands now, as the sheet says. Who changed
what the other left alone wins without a question; where both changed one cell a person chooses. A row that
is missing is told and never deleted by itself. Rules and words stand here; what a name or a phrase means is
asked of `Rules`, which the caller fills.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assigning import Part, merged
from tracker.domain.deadline import Deadline, Fixed, Reading, Staged, due_days, parse_notation
from tracker.domain.names import normalise
from tracker.domain.reading_words import words
from tracker.domain.task import Role
from tracker.domain.task_sheet import (
    ROLE_FIELDS,
    UNIT_FIELDS,
    Base,
    Cells,
    Field,
    KnownTask,
    NoDay,
    Row,
    Sheet,
    alike,
    days_in,
    names_in,
    tidy,
)
from tracker.domain.titled import Titled

LONGEST = {
    Field.TEXT: 5_000,
    Field.SECTION: 200,
    Field.PHRASE: 300,
    **dict.fromkeys(UNIT_FIELDS, 3_000),
    Field.DAYS: 1_000,
}
"""Characters of a cell. A longer one is not read: the server itself compares, and no clock would stop it."""
DEADLINE_FIELDS = frozenset({Field.PHRASE, Field.DAYS})
_STRANGE = (
    "隐藏的编号不属于这份文件，可能是从别的任务表整行复制来的。请删去这一行，在表末的空行里重新填写。"
)
_TWICE = (
    "与第{row}行是同一项任务，可能是整行复制的。请删去其中一行；要新增任务，请填在表末的空行里。"
)
_SHUT = "这项任务{state}，不能在表里修改。请先在任务页恢复办理，或把这一行改回原样。"


class Kind(Titled):
    """What a row of the sheet is."""

    WRONG = "wrong", "有错"
    CLASH = "clash", "两边都改过"
    NEW = "new", "新增"
    CHANGED = "changed", "有改动"
    REPEATED = "repeated", "疑似重复"
    GONE = "gone", "表里删去"
    SAME = "same", "相同"


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a name means: units, and whether it is a collective name; no unit means nobody knows."""

    unit_ids: tuple[int, ...] = ()
    name: str = ""
    group: bool = False


@dataclass(frozen=True)
class Rules:
    """What the caller knows and this module asks."""

    year: int
    issued_on: date | None
    resolve: Callable[[str], Named]
    suggest: Callable[[str], Sequence[str]]
    read: Callable[[str], Deadline]
    collective: Collection[str] = ()
    """Names of groups, which may hold a list mark."""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs: as the sheet was made, in the ledger now, in the sheet."""

    field: Field
    before: str
    now: str
    wanted: str
    clash: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell, or in the row where `field` is None; says what to do."""

    message: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row and what it is; `number` is its row in Excel, 0 for a task that is missing in the sheet."""

    kind: Kind
    number: int
    cells: Cells
    """The cells as they will stand, the sheet's where a person has to choose."""
    task: KnownTask | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def clashes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.clash)

    def chosen(self, keep: Collection[Field]) -> ComparedRow:
        """The row with the ledger's cell where a person keeps it."""
        left = {change.field: change.now for change in self.clashes if change.field in keep}
        changes = tuple(change for change in self.changes if change.field not in left)
        return replace(self, cells={**self.cells, **left}, changes=changes)


def compare(sheet: Sheet, known: Mapping[int, KnownTask], rules: Rules) -> tuple[ComparedRow, ...]:
    """Every row that says something, in the sheet's order, then the tasks that are missing in it."""
    first_rows: dict[int, int] = {}
    texts = {tidy(task.text) for task in known.values()}
    found: list[ComparedRow] = []
    for row in sheet.rows:
        ids = row.ids
        if not row.mark:
            found.append(_new(row, texts, rules))
        elif ids is None or ids[0] not in known:
            found.append(_wrong(_new(row, texts, rules), _STRANGE))
        elif ids[0] in first_rows:
            copied = _known(row, known[ids[0]], sheet.base.get(ids[0]), rules)
            found.append(_wrong(copied, _TWICE.format(row=first_rows[ids[0]])))
        else:
            first_rows[ids[0]] = row.number
            found.append(_known(row, known[ids[0]], sheet.base.get(ids[0]), rules))
    found += [
        ComparedRow(Kind.GONE, 0, known[key].cells, known[key])
        for key in sheet.base
        if key in known and known[key].open and key not in first_rows
    ]
    return tuple(found)


def _wrong(compared: ComparedRow, message: str) -> ComparedRow:
    """The row with an error of the whole row told first, and whatever else is wrong in it after."""
    # A row that holds nothing but its mark has nothing else to mend.
    more = compared.problems if any(compared.cells.values()) else ()
    return replace(compared, kind=Kind.WRONG, problems=(Problem(message), *more))


def _new(row: Row, texts: Collection[str], rules: Rules) -> ComparedRow:
    problems = tuple(_problems(None, row.cells, frozenset(Field), rules))
    kind = Kind.WRONG if problems else Kind.REPEATED if tidy(row.cells[Field.TEXT]) in texts else Kind.NEW
    changes = tuple(Change(column, "", "", text) for column, text in row.cells.items() if text)
    return ComparedRow(kind, row.number, row.cells, changes=changes, problems=problems)


def _known(row: Row, task: KnownTask, base: Base | None, rules: Rules) -> ComparedRow:
    # Without a memory of its own the row was made of what stands now, or nobody knows what both changed.
    unmoved = base is None and row.ids == (task.id, task.version)
    before = task.cells if unmoved else base.cells if base else None
    changes: list[Change] = []
    for column in Field:
        known = (*task.local_names, *rules.collective)
        now, wanted = task.cells[column], row.cells[column]
        old = before[column] if before else None
        if alike(column, wanted, now, year=rules.year, known=known):
            continue
        if column in UNIT_FIELDS and _owe_already(task, column, wanted, rules):
            continue  # another name of the same units
        if old is not None and alike(column, wanted, old, year=rules.year, known=known):
            continue  # only the ledger has moved on
        clash = old is None or not alike(column, old, now, year=rules.year, known=known)
        changes.append(Change(column, old or "", now, wanted, clash))
    cells = {**task.cells, **{change.field: change.wanted for change in changes}}
    if not changes:
        return ComparedRow(Kind.SAME, row.number, cells, task)
    problems = tuple(_problems(task, cells, frozenset(change.field for change in changes), rules))
    clash = any(change.clash for change in changes)
    kind = Kind.WRONG if problems else Kind.CLASH if clash else Kind.CHANGED
    compared = ComparedRow(kind, row.number, cells, task, tuple(changes), problems)
    return compared if task.open else _wrong(compared, _SHUT.format(state=task.state))


def _owe_already(task: KnownTask, column: Field, cell: str, rules: Rules) -> bool:
    """Whether the names in a cell mean exactly the units that owe the task in this role."""
    if len(cell) > LONGEST[column]:
        return False
    cells = {**dict.fromkeys(Field, ""), column: cell}
    named = [(role, found) for role, _, _, found in _named(task, cells, rules)]
    if not named or not all(found.unit_ids for _, found in named):
        return False
    wanted = {unit for _, found in named for unit in found.unit_ids}
    return wanted == {part.unit_id for part in task.parts if part.role is named[0][0]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it shall stand; `deadline` is None where the deadline stays as it is.

    `moved` are the days that a person set beside a phrase that stays as printed.
    """

    text: str
    section: str
    parts: tuple[Part, ...]
    deadline: Deadline | None
    moved: tuple[date, ...] = ()


def wanted(compared: ComparedRow, rules: Rules) -> Wanted:
    """What a row without problems asks for."""
    task, cells = compared.task, compared.cells
    changed = frozenset(change.field for change in compared.changes)
    parts = task.parts if task and not changed & UNIT_FIELDS else _parts(task, cells, rules)
    deadline: Deadline | None = None
    moved: tuple[date, ...] = ()
    if task is None or changed & DEADLINE_FIELDS:
        days = days_in(cells[Field.DAYS], rules.year)
        if task and Field.PHRASE not in changed and days:
            moved = days
        else:
            deadline = _deadline(task, cells, days, changed, rules)
    # A cell holds less than a text may have, so only a cell that was changed speaks for the text.
    text = task.text if task and Field.TEXT not in changed else cells[Field.TEXT]
    section = task.section if task and Field.SECTION not in changed else cells[Field.SECTION]
    return Wanted(text, section, parts, deadline, moved)


def _deadline(
    task: KnownTask | None, cells: Cells, days: tuple[date, ...], changed: Collection[Field], rules: Rules
) -> Deadline:
    phrase = cells[Field.PHRASE]
    if days:
        spoken = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in days)
        return Deadline(phrase, _on(days), f"任务表填写的完成日期是{spoken}。")
    if task and Field.PHRASE not in changed:
        return Deadline(phrase, parse_notation(task.notation), "任务表清空了完成日期，按文件原文计。")
    return rules.read(phrase)


def _on(days: tuple[date, ...]) -> Reading:
    stages = tuple(Fixed(day) for day in days)
    return stages[0] if len(stages) == 1 else Staged(stages)


def _parts(task: KnownTask | None, cells: Cells, rules: Rules) -> tuple[Part, ...]:
    found: list[Part] = []
    for role, _, name, named in _named(task, cells, rules):
        printed = named.name or name
        found += [Part(unit, role, printed, printed if named.group else "") for unit in named.unit_ids]
    return merged(found)


def _named(
    task: KnownTask | None, cells: Cells, rules: Rules
) -> Iterator[tuple[Role, Field, str, Named]]:
    """Every name in the three columns with whom it means; what stands on the task keeps its meaning there."""
    local = task.local_names if task else {}
    groups = {normalise(part.group) for part in task.parts if part.group} if task else set()
    known = (*(part.group or part.printed for part in (task.parts if task else ())), *rules.collective)
    for role, column in ROLE_FIELDS.items():
        for name in names_in(cells[column], known):
            form = normalise(name)
            here = Named(local[form], name, form in groups) if form in local else None
            yield role, column, name, here or rules.resolve(name)


def _problems(
    task: KnownTask | None, cells: Cells, changed: frozenset[Field], rules: Rules
) -> Iterator[Problem]:
    if Field.TEXT in changed and not cells[Field.TEXT]:
        yield Problem("工作任务是空的，请填写；不要这一项时，请删去整行。", Field.TEXT)
    long = frozenset(column for column in changed if len(cells[column]) > LONGEST[column])
    for column, most in LONGEST.items():
        if column in long:
            yield Problem(f"{column.label}有{len(cells[column])}个字，最多{most}个，请缩短。", column)
    # What is too long is not read; what stands beside it is, so that one round tells everything.
    if changed & UNIT_FIELDS:
        yield from _unit_problems(task, cells, long, rules)
    if changed & DEADLINE_FIELDS:
        yield from _deadline_problems(task, cells, changed, long, rules)


def _unit_problems(
    task: KnownTask | None, cells: Cells, long: Collection[Field], rules: Rules
) -> Iterator[Problem]:
    own: dict[int, Field] = {}
    nobody = not UNIT_FIELDS & frozenset(long)
    for _, column, name, named in _named(task, {**cells, **dict.fromkeys(long, "")}, rules):
        nobody = False
        if not named.unit_ids:
            yield Problem(_nobody(name, named, rules.suggest(name)), column)
        elif not named.group and own.setdefault(named.unit_ids[0], column) is not column:
            yield Problem(f"“{name}”在{own[named.unit_ids[0]].label}里已有，请只留一处。", column)
    if nobody and (task is None or task.parts):
        yield Problem("没有单位，请在牵头、责任、配合单位里至少填一家。", Field.RESPONSIBLE)


def _nobody(name: str, named: Named, near: Sequence[str]) -> str:
    if named.group:
        return f"集合称谓“{name}”里还没有成员单位，请先在单位页填好成员，或改填单位名称。"
    if near:
        return f"单位名册里没有“{name}”。是不是{'、'.join(f'“{one}”' for one in near)}？请改成名册里的名称。"
    return f"单位名册里没有“{name}”。请改成名册里的名称，或先在单位页新增这家单位。"


def _deadline_problems(
    task: KnownTask | None, cells: Cells, changed: Collection[Field], long: Collection[Field], rules: Rules
) -> Iterator[Problem]:
    days: tuple[date, ...] = ()
    try:
        days = () if Field.DAYS in long else days_in(cells[Field.DAYS], rules.year)
    except NoDay as error:
        yield Problem(str(error), Field.DAYS)
    if days and Field.DAYS in changed and rules.issued_on and days[0] < rules.issued_on:
        issued = rules.issued_on
        yield Problem(
            f"完成日期{days[0].isoformat()}早于文件印发的{issued.isoformat()}，请核对年份和月份。", Field.DAYS
        )
    if Field.PHRASE not in changed or Field.PHRASE in long or not cells[Field.PHRASE]:
        return
    deadline = rules.read(cells[Field.PHRASE])
    if not days and not deadline.certain:
        # Also beside a day that is none: whoever clears that day needs the phrase to say one.
        yield Problem(_unsure(deadline), Field.PHRASE)
    elif task and days and Field.DAYS not in changed and tuple(sorted(due_days(deadline.reading))) != days:
        yield Problem(
            f"完成时限改成了“{cells[Field.PHRASE]}”（{words(deadline.reading)}），完成日期还是"
            f"{cells[Field.DAYS]}。请把完成日期改成一致的，或者清空。",
            Field.DAYS,
        )


def _unsure(deadline: Deadline) -> str:
    readings = [one for one in (deadline.reading, *deadline.other_readings) if one.notation != "none"]
    if readings:
        offered = "、".join(words(one) for one in readings)
        return f"“{deadline.phrase}”可以读成{offered}，请在完成日期里填定一天。"
    return f"“{deadline.phrase}”读不出是哪一天，请改写（例如“11月底前”），或在完成日期里填定一天。"
