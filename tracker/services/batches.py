"""Batches (批次): what one file changed in the ledger, task by task, so that it can be taken back as one.

    batch = begin(session, actor, plan_id=…, kind=BatchKind.SHEET, source_file_id=…, now=now)
    changes = Changes(session, actor, batch, reason="上传任务表", now=now)
    changes.create(TaskFacts(text="…", notation="date:2026-11-30"))
    changes.change(task, text="…", units=[Part(unit.id, Role.LEAD, unit.name)])
    changes.cancel(task, reason="表格里删去")
    changes.write()
    undoing.undo(session, actor, batch_id=batch.id, now=later)     →  Undone(reversed=…, kept=…)

Each change is a row with what stood before and after and with the task's version: an undo takes back what
still has that version and nothing reported since, and says of the rest why it stays (`services.undoing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part
from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.china_time import china_day
from tracker.domain.counts import Counts
from tracker.domain.errors import NotFound
from tracker.domain.events import Event
from tracker.domain.task import TaskState
from tracker.services import auditing, calendars, claiming, counting, lapsing, waiving
from tracker.services.task_making import Rhythm, TaskFacts, first_day, new_task, points_of, title_of
from tracker.services.task_records import (
    Past,
    deadline_of,
    past_of,
    put_points,
    put_units,
    settle,
    snapshot,
    units_as,
    units_of,
    wording_of,
)
from tracker.services.tasks import NotOpen
from tracker.store import bulk
from tracker.store.queries import batches as queries
from tracker.store.queries import regime
from tracker.store.tables import BatchChange, ImportBatch, Plan, Task

__all__ = [
    "BatchKind",
    "ChangeKind",
    "Changes",
    "DeadlineChange",
    "TaskFacts",
    "add_tasks",
    "begin",
]


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """A deadline as it shall stand: its notation, the printed phrase, and why it is read so.

    A person may have moved the days away from what is printed: `in_force` is their notation then, and
    `notation` stays. `exact` makes phrase and days so even where the notation is what it was.
    """

    notation: str
    phrase: str = ""
    reason: str = ""
    in_force: str = ""
    exact: bool = False


def lock(session: Session, plan_id: int) -> Plan | None:
    """The plan, locked with what its units have not answered yet and with its tasks.

    A unit that hands in locks its obligation first and its tasks second; so does whoever writes a batch.
    """
    plan = regime.lock_plan(session, plan_id)
    waiving.lock_open(session, plan_id, queries.units_asked(session, plan_id))
    queries.lock_tasks(session, plan_id)
    return plan


def begin(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    kind: BatchKind,
    source_file_id: int | None = None,
    draft_id: int | None = None,
    now: datetime,
) -> ImportBatch:
    """Open a batch of changes to one plan, which is locked with all that it owes.

    Raises:
        NotFound: there is no such plan.

    """
    plan = lock(session, plan_id)
    if plan is None:
        raise NotFound
    batch = ImportBatch(
        kind=kind.value,
        plan_id=plan_id,
        plan_title=plan.title,
        source_file_id=source_file_id,
        draft_id=draft_id,
        made_by_id=actor.account_id,
        made_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def add_tasks(session: Session, batch: ImportBatch, tasks: Sequence[Task]) -> None:
    """Write new tasks of the batch's plan with their units and days, and note that they came with the batch.

    They get their ids and stay outside the session. An id that a task once had which is gone is not given
    again: the trail knows tasks by their ids.
    """
    left = list(tasks)
    if left and (fresh := queries.fresh_task_id(session)):
        left[0].id = fresh
        bulk.insert_all(session, left[:1], plan_id=batch.plan_id)
        del left[0]
    for task, number in zip(left, bulk.insert_numbered(session, left, plan_id=batch.plan_id), strict=True):
        task.id = number
    for task in tasks:
        task.version = 1
        for part in task.assignments:
            part.task_id = task.id
        for point in task.checkpoints:
            point.task_id = task.id
    parts = [part for task in tasks for part in task.assignments]
    points = [point for task in tasks for point in task.checkpoints]
    bulk.insert_all(session, parts, plan_id=batch.plan_id)
    bulk.insert_all(session, points, plan_id=batch.plan_id)
    rows = [_row(batch, task, ChangeKind.NEW, ({}, snapshot(task)), version_before=0) for task in tasks]
    bulk.insert_all(session, rows)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What one task went through: what stood before and after, by kind, and what the trail tells of it."""

    task: Task
    version_before: int
    changes: Mapping[ChangeKind, tuple[dict[str, Any], dict[str, Any]]]
    event: Event
    summary: str
    detail: dict[str, Any]


@dataclass
class Changes:
    """What a batch does to the tasks of its plan, gathered first and written in one go.

    A batch of thousands of changes must not keep others from writing for longer than the writing takes.
    Each task is changed once.
    """

    session: Session
    actor: Actor
    batch: ImportBatch
    reason: str = ""
    """Why all of it is done, for the trail: 修订版, 上传任务表."""
    _: KW_ONLY
    now: datetime
    _new: list[Task] = field(default_factory=list, init=False)
    _new_counts: list[Counts] = field(default_factory=list, init=False)
    _counted: list[tuple[Task, Counts]] = field(default_factory=list, init=False)
    """The tasks whose words are others now, with what these want counted and timed."""
    _noted: list[_Noted] = field(default_factory=list, init=False)
    _moved: list[Task] = field(default_factory=list, init=False)
    """The tasks whose units are others now."""
    _leaving: set[int] = field(default_factory=set, init=False)
    """The units that have a task less."""

    @cached_property
    def _rhythm(self) -> Rhythm:
        plan = self.session.get(Plan, self.batch.plan_id)
        if plan is None:
            raise NotFound
        return rhythm_of(self.session, plan.year, plan.issued_on, self.now)

    @cached_property
    def _past(self) -> Past:
        with self.session.no_autoflush:  # a task that is being changed would be written in two steps
            return past_of(self.session, self.batch.plan_id)

    @cached_property
    def _first_serial(self) -> int:
        return queries.last_serial(self.session, self.batch.plan_id) + 1

    def create(self, facts: TaskFacts, *, clause_id: int | None = None) -> Task:
        """Make a task with the next running number of the batch's plan.

        Raises:
            UnreadableDeadline: the notation is none.

        """
        serial = self._first_serial + len(self._new)
        task = new_task(self.batch.plan_id, serial, facts, self._rhythm, now=self.now)
        task.clause_id = clause_id
        self._new.append(task)
        self._new_counts.append(facts.counts)
        return task

    def change(
        self,
        task: Task,
        *,
        text: str | None = None,
        title: str | None = None,
        section: str | None = None,
        units: Sequence[Part] | None = None,
        deadline: DeadlineChange | None = None,
        counts: Counts | None = None,
    ) -> tuple[ChangeKind, ...]:
        """Change an open task; what is None or the same stays. Gives the kinds of change that were made.

        A title that nobody has given follows the text. A unit that is no longer named and has returns keeps
        its place in the past (`Assignment.ended_at`): the returns stay readable, and it owes no further one.
        Stages that are closed stay; only open ones follow a new deadline. `counts` follow new words.

        Raises:
            NotOpen: it is signed off or cancelled.
            UnreadableDeadline: the notation is none.

        """
        if not TaskState(task.state).is_open:
            raise NotOpen
        version = task.version
        made: dict[ChangeKind, tuple[dict[str, Any], dict[str, Any]]] = {}
        if (words := _changed_words(task, text, title, section)) is not None:
            before = wording_of(task)
            task.text, task.title, task.section = words
            made[ChangeKind.WORDING] = before, wording_of(task)
        if units is not None and {(part.unit_id, part.role.value) for part in units} != _owed(task):
            made[ChangeKind.UNITS] = units_of(task), units_as(units)
            self._leaving |= {part.unit_id for part in task.assignments} - {part.unit_id for part in units}
            put_units(task, units, self._past, now=self.now)
            self._moved.append(task)
        if deadline is not None and (deadline.exact or deadline.notation != task.deadline_notation):
            before = deadline_of(task)
            notation = deadline.in_force or deadline.notation
            put_points(task, list(points_of(task.plan_id, notation, self._rhythm)))
            task.deadline_notation, task.deadline_phrase = deadline.notation, deadline.phrase
            task.deadline_reason = deadline.reason
            made[ChangeKind.DATE] = before, deadline_of(task)
        if made:
            words_said = "、".join(kind.label for kind in made)
            noted = (Event.TASK_CHANGE, _told(self.reason, f"修改了{words_said}"))
            detail = {kind.value: list(sides) for kind, sides in made.items()}
            self._noted.append(_Noted(task, version, made, *noted, detail))
            settle(task)
        if counts is not None:
            self._counted.append((task, counts))
        return tuple(made)

    def cancel(self, task: Task, *, reason: str) -> None:
        """Cancel an open task: it stays in the ledger under 已取消 with all that was reported.

        Raises:
            NotOpen: it is signed off or cancelled already.

        """
        if not TaskState(task.state).is_open:
            raise NotOpen
        self._leaving |= {part.unit_id for part in task.assignments}
        was, task.state = task.state, TaskState.CANCELLED.value
        made = {ChangeKind.REMOVED: ({"state": was}, {"state": task.state, "reason": reason})}
        noted = (Event.TASK_CANCEL, f"取消任务：{reason}")
        self._noted.append(_Noted(task, task.version, made, *noted, {"state": [was, task.state]}))
        settle(task)

    def write(self) -> None:
        """Write everything: tasks, what the batch has done to each, the trail, and who owes nothing now."""
        waiting = waiving.lock_open(self.session, self.batch.plan_id, self._leaving) if self._leaving else ()
        self.session.flush()
        for task in self._moved:
            self.session.expire(task, ["assignments"])
        add_tasks(self.session, self.batch, self._new)
        counting.add(self.session, self.batch, list(zip(self._new, self._new_counts, strict=True)))
        counting.follow(self.session, self.batch, self._counted, now=self.now)
        rows = [
            _row(self.batch, noted.task, kind, sides, version_before=noted.version_before)
            for noted in self._noted
            for kind, sides in noted.changes.items()
        ]
        bulk.insert_all(self.session, rows)
        claiming.open_missing(self.session, self.batch.plan_id, now=self.now)
        stranded = lapsing.lock(self.session, [noted.task.id for noted in self._noted])
        auditing.record_all(self.session, self.actor, self._events(), now=self.now)
        lapsing.lapse(self.session, self.actor, stranded, now=self.now)
        waiving.waive_idle(self.session, self.actor, self.batch.plan_id, waiting, now=self.now)

    def _events(self) -> Iterator[auditing.Said]:
        for noted in self._noted:
            yield auditing.Said(noted.event, ("task", noted.task.id), noted.summary, noted.detail)
        for task in self._new:
            yield auditing.Said(Event.TASK_CREATE, ("task", task.id), _told(self.reason, "新增任务"))


def rhythm_of(session: Session, year: int, issued_on: date | None, now: datetime) -> Rhythm:
    """What the due days of a plan are counted with."""
    return Rhythm(year, first_day(year, issued_on, china_day(now)), calendars.load(session))


def _changed_words(
    task: Task, text: str | None, title: str | None, section: str | None
) -> tuple[str, str, str] | None:
    """Text, title and section as they shall be; None when they are so already."""
    new_text = task.text if text is None else text.strip()
    if title is None:
        own = task.title != title_of(task.text)
        new_title = task.title if own else title_of(new_text)
    else:
        new_title = title.strip()[:200] or title_of(new_text)
    new_section = task.section if section is None else section.strip()[:200]
    wanted = (new_text, new_title, new_section)
    return None if wanted == (task.text, task.title, task.section) else wanted


def _owed(task: Task) -> set[tuple[int, str]]:
    return {(part.unit_id, part.role) for part in task.assignments}


def _row(
    batch: ImportBatch,
    task: Task,
    kind: ChangeKind,
    sides: tuple[dict[str, Any], dict[str, Any]],
    *,
    version_before: int,
) -> BatchChange:
    return BatchChange(
        batch_id=batch.id,
        task_id=task.id,
        serial=task.serial,
        title=task.title,
        kind=kind.value,
        before=sides[0],
        after=sides[1],
        version_before=version_before,
        task_version=task.version,
    )


def _told(reason: str, words: str) -> str:
    return f"{reason}：{words}" if reason else words
