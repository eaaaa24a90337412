"""Instructions (批示): a leader writes, the office makes an item of it, the unit answers, the office closes.

They are about a task, or about a plan and what of it they name: a unit, an order, a meeting's decision. The
words are never edited. Each step names the version it was decided on; whoever was slower gets
`VersionConflict`. Events stand in the history of the task, or of the plan where it is about no task.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import instruction as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.answering import linked, worded
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.instruction import About, InstructionState, Step
from tracker.services import auditing, instruction_subjects
from tracker.services.units import tidied
from tracker.store.queries import instructions as queries
from tracker.store.queries import units as directory
from tracker.store.tables import Instruction, Unit

NAME_LENGTH = 30


class LeaderNeeded(InvalidInput):
    """请选择或填写作批示的领导。"""


class LaterThanToday(InvalidInput):
    """批示日期不能晚于今天。"""


class UnitNeeded(InvalidInput):
    """请选择承办单位。"""


class NothingMoved(InvalidInput):
    """单位和日期都没有变，不用改交办。"""


@dataclass(frozen=True, slots=True)
class Leader:
    """Whose words they are: a leader's account, or a name where the leader has none."""

    account_id: int | None = None
    name: str = ""


def write(
    session: Session,
    actor: Actor,
    *,
    plan_id: int | None,
    task_id: int | None,
    words: str,
    about: About | None = None,
    leader: Leader | None = None,
    said_on: date | None = None,
    now: datetime,
) -> Instruction:
    """Keep a leader's words about a task, about something else of a plan, or about the plan as a whole.

    A leader writes in his own name (or his deputy does, in his); the office names the leader. The same words
    of one leader about one thing on one day are one instruction, however often the button is pressed.

    Raises:
        NotFound: there is no such task, plan or thing.
        InvalidInput: the words or the leader are missing, or the day is still to come.

    """
    what = instruction_subjects.subject_of(session, actor, plan_id=plan_id, task_id=task_id, about=about)
    plan_id, about = what.plan_id, what.about
    words, by = worded(words), _leader(session, actor, leader)
    today = china_day(now)
    said_on = said_on or today
    if said_on > today:
        raise LaterThanToday
    fingerprint = _fingerprint((plan_id, task_id, *(astuple(about) if about else ())), by, words, said_on)
    known = queries.by_fingerprint(session, fingerprint)
    if known is not None:
        return known
    row = Instruction(
        fingerprint=fingerprint,
        plan_id=plan_id,
        task_id=task_id,
        about_kind=about.kind.value if about else None,
        about_id=about.id if about else None,
        about_words=what.words if about else None,
        leader_id=by.account_id,
        leader_name=by.name,
        words=words,
        said_on=said_on,
        written_by_id=actor.account_id,
        written_by_name=actor.name,
        written_at=now,
        state=InstructionState.REMARK.value,
    )
    session.add(row)
    session.flush()
    said = f"{by.name}批示{f'（关于{what.words}）' if about else ''}：{words}"
    told = _Told(Event.INSTRUCTION_WRITE, said, {"words": words, "said_on": said_on})
    _record(session, actor, row, told, now=now)
    return row


def assign(
    session: Session,
    actor: Actor,
    *,
    instruction_id: int,
    version: int,
    unit_id: int,
    due_on: date,
    asked: str = "",
    now: datetime,
) -> Instruction:
    """Make an item of it (交办): a unit, and the day by which it answers.

    Raises:
        NotFound: there is no such instruction.
        VersionConflict: somebody else was faster.
        RuleViolated: it is assigned already, the unit is unknown, or the day is over.

    """
    row, _ = _held(session, actor, instruction_id, version, Step.ASSIGN)
    unit, due_on = _unit(session, unit_id), rules.day_given(due_on, today=china_day(now))
    asked = worded(asked) if asked.strip() else ""
    row.unit_id, row.unit, row.due_on, row.asked, row.assigned_at = unit.id, unit, due_on, asked, now
    row.kept_because = ""
    said = f"批示交{unit.name}办理，{_day(due_on, now)}前回复" + (f"：{asked}" if asked else "")
    detail = _step(row, Step.ASSIGN) | {"unit": [None, unit.name], "due_on": [None, due_on], "asked": asked}
    _record(session, actor, row, _Told(Event.INSTRUCTION_ASSIGN, said, detail), now=now)
    return row


def keep(
    session: Session, actor: Actor, *, instruction_id: int, version: int, why: str, now: datetime
) -> Instruction:
    """Leave it a remark (留作批注), and say why nobody is asked to do anything.

    Raises:
        NotFound: there is no such instruction.
        VersionConflict: somebody else was faster.
        RuleViolated: it is an item already, or there is no reason.

    """
    row, _ = _held(session, actor, instruction_id, version, Step.KEEP)
    row.kept_because = worded(why)
    detail = _step(row, Step.KEEP) | {"why": row.kept_because}
    told = _Told(Event.INSTRUCTION_KEEP, f"批示留作批注：{row.kept_because}", detail)
    _record(session, actor, row, told, now=now)
    return row


def move(
    session: Session,
    actor: Actor,
    *,
    instruction_id: int,
    version: int,
    unit_id: int,
    due_on: date,
    why: str,
    now: datetime,
) -> Instruction:
    """Give it to another unit or another day (改交办); what was answered stays in the history.

    Raises:
        NotFound: there is no such instruction.
        VersionConflict: somebody else was faster.
        RuleViolated: it is no open item, nothing is changed, or there is no reason.

    """
    row, before = _held(session, actor, instruction_id, version, Step.MOVE)
    unit, why = _unit(session, unit_id), worded(why)
    if (unit.id, due_on) == (row.unit_id, row.due_on) and before is InstructionState.ASSIGNED:
        raise NothingMoved
    due_on = rules.day_given(due_on, today=china_day(now))
    was = row.unit.name if row.unit else ""
    detail = _step(row, Step.MOVE) | {"unit": [was, unit.name], "due_on": [row.due_on, due_on], "why": why}
    if row.answer:
        detail["answer"] = row.answer
    row.unit_id, row.unit, row.due_on, row.assigned_at = unit.id, unit, due_on, now
    row.answer, row.evidence_url, row.answered_at, row.answered_by_name = "", "", None, ""
    said = f"批示改由{unit.name}办理，{_day(due_on, now)}前回复：{why}"
    _record(session, actor, row, _Told(Event.INSTRUCTION_MOVE, said, detail), now=now)
    return row


def answer(
    session: Session,
    actor: Actor,
    *,
    instruction_id: int,
    version: int,
    words: str,
    evidence_url: str = "",
    now: datetime,
) -> Instruction:
    """The unit says what it has done; it is asked once, late is still welcome.

    Raises:
        NotFound: there is no such instruction, or it is another unit's.
        VersionConflict: the office changed it meanwhile.
        RuleViolated: it has been answered or closed, or the words are missing.

    """
    row, _ = _held(session, actor, instruction_id, version, Step.ANSWER)
    if actor.role != UserRole.UNIT.value or actor.unit_id != row.unit_id:
        raise NotFound
    row.answer, row.evidence_url = worded(words), linked(evidence_url)
    row.answered_at, row.answered_by_name = now, actor.name
    detail = _step(row, Step.ANSWER) | {"answer": row.answer, "evidence_url": row.evidence_url}
    said = f"{row.unit.name if row.unit else ''}回复批示：{row.answer}"
    _record(session, actor, row, _Told(Event.INSTRUCTION_ANSWER, said, detail), now=now)
    return row


def close(
    session: Session, actor: Actor, *, instruction_id: int, version: int, words: str = "", now: datetime
) -> Instruction:
    """The item is done (办结); without an answer of the unit the office says what became of it.

    Raises:
        NotFound: there is no such instruction.
        VersionConflict: somebody else was faster.
        RuleViolated: it is no item, is closed already, or words are needed.

    """
    row, before = _held(session, actor, instruction_id, version, Step.CLOSE)
    row.closing, row.closed_at = rules.closing(before, words), now
    said = "批示办结" + (f"：{row.closing}" if row.closing else "")
    told = _Told(Event.INSTRUCTION_CLOSE, said, _step(row, Step.CLOSE) | {"why": row.closing})
    _record(session, actor, row, told, now=now)
    return row


def _leader(session: Session, actor: Actor, leader: Leader | None) -> Leader:
    if actor.role == UserRole.LEADER.value:
        return Leader(actor.desk_id, actor.acts_for or actor.name)
    leader = leader or Leader()
    if leader.account_id is not None:
        named = {one.id: one.display_name for one in queries.leaders(session)}
        if leader.account_id not in named:
            raise NotFound
        return Leader(leader.account_id, named[leader.account_id])
    name = tidied(leader.name)[:NAME_LENGTH]
    if not name:
        raise LeaderNeeded
    return Leader(None, name)


def _fingerprint(what: tuple[object, ...], leader: Leader, words: str, said_on: date) -> str:
    said = (*what, leader.account_id, leader.name, words, said_on.isoformat())
    return sha256(repr(said).encode()).hexdigest()


def _held(
    session: Session, actor: Actor, instruction_id: int, version: int, step: Step
) -> tuple[Instruction, InstructionState]:
    """The row, when the step is open to it, and the state it is in."""
    row = queries.one(session, instruction_id, actor)
    if row is None:
        raise NotFound
    before = InstructionState(row.state)
    rules.take(before, step)
    if row.version != version:
        raise VersionConflict
    return row, before


def _day(day: date, now: datetime) -> str:
    """A day as the history tells it, with its year where that is not this one."""
    return month_day(day) if day.year == china_day(now).year else f"{day.year}年{month_day(day)}"


def _step(row: Instruction, step: Step) -> dict[str, Any]:
    """Take the step, once everything it needs is known; gives back what the event says of it."""
    before = InstructionState(row.state)
    row.state = rules.take(before, step).value
    return {"state": [before.value, row.state]}


def _unit(session: Session, unit_id: int) -> Unit:
    unit = directory.get(session, unit_id)
    if unit is None or not unit.active:
        raise UnitNeeded
    return unit


@dataclass(frozen=True, slots=True)
class _Told:
    """What the history says of one step."""

    event: Event
    summary: str
    detail: dict[str, Any]


def _record(session: Session, actor: Actor, row: Instruction, told: _Told, *, now: datetime) -> None:
    session.flush()
    about = ("task", row.task_id) if row.task_id is not None else ("plan", row.plan_id)
    detail = told.detail | {"instruction": row.id}
    auditing.record(session, actor, told.event, about, told.summary, detail=detail, now=now)
