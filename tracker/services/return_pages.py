"""What a unit sees first: its 待办 and its tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Health, describe
from tracker.domain.obligation import ObligationState as State
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.domain.work_calendar import WEEKDAYS, DayStatus, WorkCalendar, workdays_between
from tracker.services import calendars, ledger
from tracker.store.queries import reminders, reporting
from tracker.store.queries import returns as queries
from tracker.store.queries.reporting import ObligationRow
from tracker.store.tables import Assignment, InboxItem, Return

SOON = timedelta(days=14)
UNREAD_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CutOff:
    """A cut-off in words a busy person takes in at a glance."""

    at: datetime
    words: str
    left: str
    urgent: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class TaskItem:
    """One of the unit's tasks with its light and where it stands in the document."""

    assignment: Assignment
    health: Health
    role: str
    where: str

    @property
    def status(self) -> str:
        """What the unit itself said last, in words."""
        return LineStatus(self.assignment.status).label

    @property
    def is_open(self) -> bool:
        """Whether anything is left to be done about the task, by the unit or by the office."""
        return TaskState(self.assignment.task.state).is_open and self.assignment.signed_off_at is None

    @property
    def waits_for_office(self) -> bool:
        """The unit says that it is done, and the office has not signed the task off."""
        return self.is_open and self.assignment.status == LineStatus.DONE


@dataclass(frozen=True, slots=True)
class MyTasks:
    """我的任务: what is open, worst light first, and what is settled."""

    open: tuple[TaskItem, ...]
    settled: tuple[TaskItem, ...]

    @property
    def total(self) -> int:
        return len(self.open) + len(self.settled)

    def overdue(self, today: date) -> tuple[TaskItem, ...]:
        """What is late, the worst first; also what the unit has reported as done, until it is signed off."""
        return _by_day(item for item in self.open if (_day(item) or date.max) < today)

    def due(self, today: date, until: date) -> tuple[TaskItem, ...]:
        """What the unit still has to do between two days, earliest first."""
        left = (item for item in self.open if not item.waits_for_office)
        return _by_day(item for item in left if today <= (_day(item) or date.max) <= until)


def _day(item: TaskItem) -> date | None:
    return item.assignment.task.next_due_on


def _by_day(items: Iterable[TaskItem]) -> tuple[TaskItem, ...]:
    return tuple(sorted(items, key=lambda item: (_day(item) or date.max, item.assignment.id)))


@dataclass(frozen=True, slots=True)
class Due:
    """A return that is wanted, with its cut-off in words and the office's reason when it came back."""

    row: ObligationRow
    cutoff: CutOff
    reason: str
    draft_saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Todo:
    """我的待办."""

    due: tuple[Due, ...]
    """Wanted now: sent back first, then by cut-off."""
    missed: tuple[Due, ...]
    """Of past periods, can still be handed in late."""
    handed_in: tuple[ObligationRow, ...]
    """Handed in for periods that are still open."""
    overdue: tuple[TaskItem, ...]
    soon: tuple[TaskItem, ...]
    unread: tuple[InboxItem, ...]
    tasks: MyTasks


def cutoff_of(due_at: datetime, *, now: datetime, calendar: WorkCalendar) -> CutOff:
    """A cut-off and the working time that is left, in words."""
    local, today = china_clock(due_at), china_day(now)
    day = local.date()
    clock = f"{local:%H:%M}"
    words = f"{month_day(day)}（{WEEKDAYS[day.weekday()]}）{clock}"
    if now > due_at:
        return CutOff(due_at, words, "已过截止时间", urgent=True, passed=True)
    if day == today:
        return CutOff(due_at, f"今天 {clock}", f"还有{_hours(due_at - now)}", urgent=True, passed=False)
    workdays = workdays_between(today, day, calendar)
    if (day - today).days == 1:
        words = f"明天 {clock}"
    left = f"还有{workdays}个工作日" if workdays else "截止前没有工作日了"
    if calendar.certainty(day) is DayStatus.PROVISIONAL:
        left += "，节假日暂按推算"
    return CutOff(due_at, words, left, urgent=workdays <= 1, passed=False)


def todo(session: Session, actor: Actor, *, now: datetime) -> Todo:
    """What waits for the unit's person.

    Raises:
        NotFound: the person belongs to no unit.

    """
    unit_id = unit_of(actor)
    calendar = calendars.load(session)
    rows = reporting.wanting_return(session, unit_id)
    found = queries.last_words(session, [row.id for row in rows])
    due = [_due(row, found.get(row.id, []), now=now, calendar=calendar) for row in rows]
    today = china_day(now)
    tasks = my_tasks(session, actor, now=now)
    return Todo(
        due=tuple(item for item in due if item.row.state is not State.MISSED),
        missed=tuple(item for item in due if item.row.state is State.MISSED)[::-1],
        handed_in=tuple(reporting.handed_in_and_open(session, unit_id)),
        overdue=tasks.overdue(today),
        soon=tasks.due(today, today + SOON),
        unread=tuple(_unread(session, actor)),
        tasks=tasks,
    )


def my_tasks(session: Session, actor: Actor, *, now: datetime) -> MyTasks:
    """Every task of the unit.

    Raises:
        NotFound: the person belongs to no unit.

    """
    today = china_day(now)
    found = queries.all_unit_tasks(session, unit_of(actor), ledger.light_days(session, today))
    items = task_items(found, today=today)
    return MyTasks(
        tuple(item for item in items if item.is_open), tuple(item for item in items if not item.is_open)
    )


def task_items(tasks: Iterable[queries.UnitTask], *, today: date) -> list[TaskItem]:
    """Tasks with their light in words and their place in the document."""
    return [
        TaskItem(
            assignment=task.assignment,
            health=describe(task.rule, next_due_on=task.assignment.task.next_due_on, today=today),
            role=Role(task.assignment.role).label,
            where=_where(task),
        )
        for task in tasks
    ]


def _where(task: queries.UnitTask) -> str:
    """Where the task stands in its document: 二、（三）3."""
    if task.clause is None:
        return task.assignment.task.section
    return " ".join(filter(None, (*task.clause.headings[-1:], task.clause.number)))


def _due(
    row: ObligationRow, versions: Iterable[Return], *, now: datetime, calendar: WorkCalendar
) -> Due:
    back = [version for version in versions if version.state == "returned"]
    drafts = [version.saved_at for version in versions if version.state == queries.DRAFT]
    reason = back[-1].decision_reason if back and row.state is State.RETURNED else ""
    return Due(
        row, cutoff_of(row.due_at, now=now, calendar=calendar), reason, drafts[-1] if drafts else None
    )


def _unread(session: Session, actor: Actor) -> list[InboxItem]:
    if actor.desk_id is None:
        return []
    found = reminders.inbox(session, actor.desk_id, limit=50)
    return [item for item in found if item.read_at is None][:UNREAD_SHOWN]


def unit_of(actor: Actor) -> int:
    """The unit that a person belongs to.

    Raises:
        NotFound: the person belongs to none.

    """
    if actor.unit_id is None:
        raise NotFound
    return actor.unit_id


def _hours(left: timedelta) -> str:
    minutes = max(int(left.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{max(rest, 1)}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"
