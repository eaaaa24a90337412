"""What a unit sees: its 待办, its tasks, and the one page on which it fills in a return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Colour, Health, describe
from tracker.domain.obligation import ObligationState as State
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.domain.work_calendar import WEEKDAYS, DayStatus, WorkCalendar, workdays_between
from tracker.services import calendars, ledger
from tracker.services.handing_in import Versions, may_edit, versions_of
from tracker.services.return_lines import (
    Baseline,
    Faults,
    LineInput,
    PlannedItem,
    faults,
    offered,
    wants_evidence,
)
from tracker.services.returns import as_input, baselines, planned_items
from tracker.store.queries import reminders, reporting
from tracker.store.queries import returns as queries
from tracker.store.queries.reporting import ObligationRow
from tracker.store.tables import Assignment, InboxItem, Obligation, Period, Plan, Return, ReturnLine

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
class TaskLine:
    """One task on the return's page: what is known, what was planned, what is typed."""

    item: TaskItem
    typed: LineInput
    saved: LineInput
    """What the store has; differs from `typed` after an error or in a second tab."""
    planned: tuple[PlannedItem, ...]
    remark: str
    changed: bool
    attention: bool
    """Open on the page from the start: it is late or nearly due, or the office has said something."""

    @property
    def hint(self) -> str:
        """A gentle word beside what was typed; never a refusal."""
        if wants_evidence(self.typed):
            return "报“已完成”最好附上公开链接，公开办销号时要看；没有也可以先报。"
        return ""


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing that has to be mended: which field of which task, and why, in page order."""

    assignment_id: int
    field: str
    serial: int
    sentence: str

    @property
    def key(self) -> tuple[int, str]:
        """How the rules name it."""
        return self.assignment_id, self.field


FIELDS = ("no_change", "status", "planned", "progress", "next_plan", "problem", "evidence_url", "evidence_on")
"""The fields of a line in the order in which the page shows them."""


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """The page on which a unit fills in one return."""

    owed: Obligation
    plan: Plan
    state: State
    versions: Versions
    cutoff: CutOff
    editable: bool
    reason: str
    """Why the office sent it back; empty otherwise."""
    reason_at: datetime | None
    lines: tuple[TaskLine, ...]
    faults: Faults
    """What has to be mended before what is shown can be handed in."""

    @property
    def mends(self) -> tuple[Mend, ...]:
        """The faults as a person meets them: line by line, field by field."""
        return tuple(
            Mend(key, field, line.item.assignment.task.serial, self.faults[key, field])
            for line in self.lines
            for key in (line.typed.assignment_id,)
            for field in FIELDS
            if (key, field) in self.faults
        )

    @property
    def period(self) -> Period:
        return self.owed.period

    @property
    def changed(self) -> int:
        """How many lines say something."""
        return sum(line.changed for line in self.lines)


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
    unit_id = _unit(actor)
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
    found = queries.all_unit_tasks(session, _unit(actor), ledger.light_days(session, today))
    items = _items(found, today=today)
    return MyTasks(
        tuple(item for item in items if item.is_open), tuple(item for item in items if not item.is_open)
    )


def page(
    session: Session,
    actor: Actor,
    obligation_id: int,
    *,
    typed: Iterable[LineInput] | None = None,
    now: datetime,
) -> ReturnPage:
    """The page of one return; `typed` is what a person has in the form when it could not be kept.

    Raises:
        NotFound: it is not this unit's.

    """
    owed = queries.obligation(session, obligation_id, unit_id=_unit(actor))
    plan = reporting.plan(session, owed.plan_id) if owed else None
    if owed is None or plan is None:
        raise NotFound
    versions = versions_of(session, owed.id)
    before = baselines(session, owed)
    today = china_day(now)
    shown = versions.draft or versions.newest
    kept = {line.assignment_id: line for line in (shown.lines if shown else ())}
    tasks = queries.unit_tasks(
        session, owed.plan_id, owed.unit_id, ledger.light_days(session, today), also=kept.keys()
    )
    in_form = {line.assignment_id: line for line in typed or ()}
    remarks = _remarks(versions)
    lines = [
        _line(item, kept.get(item.assignment.id), in_form, before, remarks)
        for item in _items(tasks, today=today)
    ]
    state = State(owed.state)
    back = versions.newest if state is State.RETURNED else None
    return ReturnPage(
        owed=owed,
        plan=plan,
        state=state,
        versions=versions,
        cutoff=cutoff_of(owed.period.due_at, now=now, calendar=calendars.load(session)),
        editable=may_edit(state, due_at=owed.period.due_at, now=now),
        reason=back.decision_reason if back else "",
        reason_at=back.decided_at if back else None,
        lines=tuple(sorted(lines, key=lambda line: not line.remark)),
        faults=faults([line.typed for line in lines], today=today, before=before),
    )


def _line(
    item: TaskItem,
    kept: ReturnLine | None,
    in_form: Mapping[int, LineInput],
    before: Mapping[int, Baseline],
    remarks: Mapping[int, str],
) -> TaskLine:
    key = item.assignment.id
    base = before.get(key, Baseline())
    saved = as_input(kept, base) if kept else LineInput(key, status=offered(base.status))
    typed = in_form.get(key, saved)
    changed = not typed.no_change and typed.changes(base)
    planned = planned_items(kept, base)
    pressing = item.health.colour in {Colour.RED, Colour.YELLOW}
    return TaskLine(
        item=item,
        typed=typed,
        saved=saved,
        planned=planned,
        remark=remarks.get(key, ""),
        changed=changed,
        attention=changed or bool(planned) or pressing or key in remarks,
    )


def _remarks(versions: Versions) -> dict[int, str]:
    """What the office has said of single lines of the newest version."""
    newest = versions.newest
    return {line.assignment_id: line.remark for line in newest.lines if line.remark} if newest else {}


def _items(tasks: Iterable[queries.UnitTask], *, today: date) -> list[TaskItem]:
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
    if actor.account_id is None:
        return []
    found = reminders.inbox(session, actor.account_id, limit=50)
    return [item for item in found if item.read_at is None][:UNREAD_SHOWN]


def _unit(actor: Actor) -> int:
    if actor.unit_id is None:
        raise NotFound
    return actor.unit_id


def _hours(left: timedelta) -> str:
    minutes = max(int(left.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{max(rest, 1)}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"
