"""What a new edition (修订版) of a plan's document changes, item by item, before anybody has confirmed it.

Three things are compared: what the former edition said (as the batches have kept it), what the ledger says
now, and what the new edition says. What only the office has changed is no change of the document and stays;
where both have changed the same thing, the ledger's stays unless a person says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.compared import Piece, compare
from tracker.domain.editions import Item, Substance, kinds_of, matched
from tracker.domain.reading_words import in_words
from tracker.domain.task import Role, TaskState
from tracker.services.names import Resolver
from tracker.services.planning import facts_of
from tracker.services.task_making import TaskFacts
from tracker.store.queries import batches as queries
from tracker.store.queries.batches import Reported
from tracker.store.tables import DraftRow, Plan, Task

_ROLES = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)


@dataclass(frozen=True, slots=True)
class DiffItem:
    """One item of both editions or of one; `task` is None for a new one, `row` for one that was dropped.

    `proposed` is whether the program would make the change, `locked` says why nobody can.
    """

    key: str
    kinds: tuple[ChangeKind, ...]
    task: Task | None
    row: DraftRow | None
    facts: TaskFacts | None
    text: tuple[Piece, ...] = ()
    units: tuple[Piece, ...] = ()
    date: tuple[Piece, ...] = ()
    proposed: bool = True
    locked: str = ""
    note: str = ""
    reported: Reported | None = None
    ticked: bool = False

    @property
    def is_change(self) -> bool:
        return bool(self.kinds)


@dataclass(frozen=True, slots=True)
class Diff:
    """All items in the order of the new edition, the dropped ones last."""

    items: tuple[DiffItem, ...]

    def counts(self) -> dict[str, int]:
        """How many items there are of each kind, and how many are unchanged; one may count under several."""
        found = {kind.value: 0 for kind in ChangeKind}
        for item in self.items:
            for kind in item.kinds:
                found[kind.value] += 1
        found["unchanged"] = sum(not item.is_change for item in self.items)
        found["all"] = sum(item.is_change for item in self.items)
        return found


def diff(
    session: Session,
    *,
    plan: Plan,
    tasks: Sequence[Task],
    rows: Sequence[DraftRow],
    answers: Resolver,
    ticks: Mapping[str, bool],
) -> Diff:
    """What the rows of a draft say otherwise than the plan's tasks."""
    included = [row for row in rows if row.included]
    pairing = matched([_old(task) for task in tasks], [_new(row) for row in included])
    stated = _stated(session, plan.id)
    reported = queries.reported(session, plan.id)
    task_of = {theirs: tasks[ours] for ours, theirs in pairing.pairs}
    items = []
    for place, row in enumerate(included):
        task = task_of.get(place)
        if task is None:
            items.append(_added(row, answers))
        else:
            before, told = stated.get(task.id), reported.get(task.id)
            items.append(_paired(task, row, answers, stated=before, reported=told))
    items += [
        _dropped(tasks[place], reported.get(tasks[place].id))
        for place in pairing.removed
        if tasks[place].state != TaskState.CANCELLED
    ]
    return Diff(tuple(_ticked(item, ticks) for item in items))


def _old(task: Task) -> Item:
    clause = task.clause
    if clause is None:
        return Item(task.text)
    return Item(task.text, clause.number, tuple(clause.headings))


def _new(row: DraftRow) -> Item:
    reading = row.reading
    return Item(reading["text"], reading.get("number") or "", tuple(reading["headings"]))


def _stated(session: Session, plan_id: int) -> dict[int, dict[str, Any]]:
    """What the editions so far have said of each task, the newest word on each thing."""
    found: dict[int, dict[str, Any]] = {}
    for change, batch in queries.history_of(session, plan_id):
        if BatchKind(batch.kind).is_document and change.kind != ChangeKind.REMOVED:
            found.setdefault(change.task_id, {}).update(change.after)
    return found


def _substance(task: Task) -> Substance:
    owed = frozenset((part.unit_id, part.role) for part in task.assignments)
    return Substance(task.text, owed, task.deadline_notation)


def _wanted(facts: TaskFacts) -> Substance:
    owed = frozenset((part.unit_id, part.role.value) for part in facts.parts)
    return Substance(facts.text, owed, facts.notation)


def _said(task: Task, stated: Mapping[str, Any] | None) -> Substance:
    """What the former edition said; where nobody has kept it, what the ledger says."""
    now = _substance(task)
    if not stated:
        return now
    owed = (
        frozenset((unit_id, role) for unit_id, role, *_ in stated["units"]) if "units" in stated else now.owed
    )
    return Substance(stated.get("text", now.text), owed, stated.get("notation", now.notation))


def _paired(
    task: Task,
    row: DraftRow,
    answers: Resolver,
    *,
    stated: Mapping[str, Any] | None,
    reported: Reported | None,
) -> DiffItem:
    facts = facts_of(row.reading, answers)
    now, said, wanted = _substance(task), _said(task, stated), _wanted(facts)
    still_differs = kinds_of(now, wanted)
    kinds = tuple(kind for kind in kinds_of(said, wanted) if kind in still_differs)
    own = set(kinds_of(said, now)) | ({ChangeKind.DATE} if _moved(task, stated) else set())
    both = [kind for kind in kinds if kind in own]
    locked = (
        "" if TaskState(task.state).is_open else f"{TaskState(task.state).label}，不再改动；要改请先恢复办理"
    )
    note = f"公开办改过{'、'.join(kind.label for kind in both)}，建议保留现在的" if both else ""
    return DiffItem(
        key=f"t{task.id}",
        kinds=kinds,
        task=task,
        row=row,
        facts=facts,
        text=compare(task.text, facts.text) if ChangeKind.WORDING in kinds else (),
        units=_names(_labels_of(task), _labels(facts, answers)) if ChangeKind.UNITS in kinds else (),
        date=_whole(_days_of(task), in_words(facts.notation)) if ChangeKind.DATE in kinds else (),
        proposed=not both,
        locked=locked if kinds else "",
        note=note,
        reported=reported,
    )


def _moved(task: Task, stated: Mapping[str, Any] | None) -> bool:
    """Whether the office has moved a day (改期) since the former edition."""
    if not stated or "points" not in stated:
        return False
    days = {point.due_on.isoformat() for point in task.checkpoints}
    return bool(days) and not days >= {str(day) for day, *_ in stated["points"]}


def _added(row: DraftRow, answers: Resolver) -> DiffItem:
    facts = facts_of(row.reading, answers)
    return DiffItem(
        key=f"r{row.id}",
        kinds=(ChangeKind.NEW,),
        task=None,
        row=row,
        facts=facts,
        text=(("new", facts.text),),
        units=_names([], _labels(facts, answers)),
        date=(("new", in_words(facts.notation)),),
    )


def _dropped(task: Task, reported: Reported | None) -> DiffItem:
    state = TaskState(task.state)
    evidence = sum(part.evidence_count for part in task.assignments)
    why = []
    if task.clause_id is None:
        # From a meeting or added by the office: no edition has it, so none can have dropped it.
        why.append("不是这份文件里的任务，是另外加的")
    if reported is not None and reported.times:
        why.append(f"已报送{reported.times}次")
    if evidence:
        why.append(f"有佐证{evidence}件")
    if reported is not None and reported.typing:
        why.append("单位正在填报")
    return DiffItem(
        key=f"t{task.id}",
        kinds=(ChangeKind.REMOVED,),
        task=task,
        row=None,
        facts=None,
        text=(("gone", task.text),),
        units=_names(_labels_of(task), []),
        date=(("gone", _days_of(task)),),
        proposed=not why,
        locked="" if state.is_open else f"{state.label}，保留在台账里",
        note=f"{'，'.join(why)}，建议保留" if why else "",
        reported=reported,
    )


def _ticked(item: DiffItem, ticks: Mapping[str, bool]) -> DiffItem:
    return replace(item, ticked=item.is_change and not item.locked and ticks.get(item.key, item.proposed))


def _labels_of(task: Task) -> list[str]:
    parts = [(Role(part.role), part.group_name or part.unit.name) for part in task.assignments]
    return _in_order(parts)


def _labels(facts: TaskFacts, answers: Resolver) -> list[str]:
    return _in_order(
        (part.role, part.group or answers.unit_names.get(part.unit_id, part.printed)) for part in facts.parts
    )


def _in_order(parts: Iterable[tuple[Role, str]]) -> list[str]:
    """Who owes a task, leads first; a unit that only 负责 needs no word for it."""
    known = list(parts)
    words = {Role.LEAD: "（牵头）", Role.SUPPORT: "（配合）", Role.RESPONSIBLE: ""}
    return list(
        dict.fromkeys(f"{name}{words[role]}" for wanted in _ROLES for role, name in known if role is wanted)
    )


def _names(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """Names that stayed, went and came, each whole."""
    found: list[Piece] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found += [("same", name) for name in before[start:end]]
        else:
            found += [("gone", name) for name in before[start:end]]
            found += [("new", name) for name in after[new_start:new_end]]
    return tuple(found)


def _days_of(task: Task) -> str:
    return in_words(task.deadline_notation)


def _whole(before: str, after: str) -> tuple[Piece, ...]:
    return (("gone", before), ("new", after))
