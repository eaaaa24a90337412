"""Instructions (批示): the rows that a person may see, in the order in which they need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, false, func, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.instruction import InstructionState
from tracker.domain.titled import Titled
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import Account, AuditEvent, Instruction, Plan, Task

SETTLED = tuple(state.value for state in InstructionState if state.is_settled)


class InstructionPart(Titled):
    """A part of all instructions, as pages name it."""

    OPEN = "open", "没有了结"
    OFFICE = "office", "等公开办办理"
    UNIT = "unit", "等单位回复"
    LATE = "late", "逾期未回复"


@dataclass(frozen=True, slots=True)
class InstructionFilter:
    """Which instructions are meant; what is None does not narrow."""

    part: InstructionPart | None = None
    plan_id: int | None = None
    leader_id: int | None = None
    states: tuple[InstructionState, ...] = ()


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """What a person may see: everything for the office and leaders, for a unit what it was asked to do."""
    if sees_all(actor):
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    return Instruction.unit_id == actor.unit_id


def one(session: Session, instruction_id: int, actor: Actor) -> Instruction | None:
    """One with its plan, task and unit, when the person may see it."""
    wanted = _whole().where(Instruction.id == instruction_id, seen_by(actor))
    return session.scalars(wanted).one_or_none()


def by_fingerprint(session: Session, fingerprint: str) -> Instruction | None:
    """The one that says exactly this already."""
    return session.scalars(_whole().where(Instruction.fingerprint == fingerprint)).one_or_none()


def of_task(session: Session, task_id: int, actor: Actor) -> list[Instruction]:
    """What leaders wrote about one task, newest first."""
    wanted = _whole().where(Instruction.task_id == task_id, seen_by(actor))
    return list(session.scalars(wanted.order_by(Instruction.said_on.desc(), Instruction.id.desc())))


def listed(
    session: Session,
    actor: Actor,
    wanted: InstructionFilter,
    *,
    today: date,
    limit: int | None = None,
    offset: int = 0,
) -> list[Instruction]:
    """What a person may see: what is open first, by its day; then the newest."""
    query = _ordered(_whole().where(*_conditions(wanted, actor, today)))
    return list(session.scalars(query if limit is None else query.limit(limit).offset(offset)))


def first(
    session: Session, actor: Actor, wanted: InstructionFilter, *, today: date, limit: int
) -> tuple[list[Instruction], int]:
    """The first of them and how many there are, by one question."""
    query = _ordered(_whole().where(*_conditions(wanted, actor, today)))
    rows = session.execute(query.add_columns(func.count().over()).limit(limit)).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _ordered(wanted: Select[Instruction]) -> Select[Instruction]:
    settled = case((Instruction.state.in_(SETTLED), 1), else_=0)
    undated = case((Instruction.due_on.is_(None), 0), else_=1)
    return wanted.order_by(
        settled, undated, case((settled == 1, None), else_=Instruction.due_on), Instruction.id.desc()
    )


def count(session: Session, actor: Actor, wanted: InstructionFilter, *, today: date) -> int:
    """How many the filter meets."""
    query = select(func.count()).select_from(Instruction)
    return session.scalar(query.where(*_conditions(wanted, actor, today))) or 0


def events(session: Session, instruction: Instruction) -> list[AuditEvent]:
    """What happened to it, newest first: the events of its task or plan that name it."""
    about = ("task", instruction.task_id) if instruction.task_id else ("plan", instruction.plan_id)
    wanted = select(AuditEvent).where(
        AuditEvent.object_type == about[0],
        AuditEvent.object_id == about[1],
        AuditEvent.action.like("instruction:%"),
    )
    rows = session.scalars(wanted.order_by(AuditEvent.id.desc()))
    return [event for event in rows if event.detail.get("instruction") == instruction.id]


def plan(session: Session, plan_id: int) -> Plan | None:
    """The plan that words may be about."""
    return session.get(Plan, plan_id)


def task_unit_ids(session: Session, task_id: int) -> list[int]:
    """The units that owe a task now, in its order."""
    task = session.get(Task, task_id)
    return [part.unit_id for part in task.assignments] if task else []


def leaders(session: Session) -> list[Account]:
    """The leaders who can sign in, for the office to choose from."""
    wanted = select(Account).where(Account.role == UserRole.LEADER.value, Account.active)
    return list(session.scalars(wanted.order_by(Account.display_name, Account.id)))


def _whole() -> Select[Instruction]:
    return select(Instruction).options(
        joinedload(Instruction.plan), joinedload(Instruction.task), joinedload(Instruction.unit)
    )


def _conditions(wanted: InstructionFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found = [seen_by(actor)]
    if wanted.part is not None:
        found.append(Instruction.state.in_(_STATES[wanted.part]))
    if wanted.states:
        found.append(Instruction.state.in_([state.value for state in wanted.states]))
    if wanted.part is InstructionPart.LATE:
        found.append(Instruction.due_on < today)
    if wanted.plan_id is not None:
        found.append(Instruction.plan_id == wanted.plan_id)
    if wanted.leader_id is not None:
        found.append(Instruction.leader_id == wanted.leader_id)
    return found


_STATES = {
    InstructionPart.OPEN: tuple(state.value for state in InstructionState if not state.is_settled),
    InstructionPart.OFFICE: tuple(state.value for state in InstructionState if state.waits_for_office),
    InstructionPart.UNIT: (InstructionState.ASSIGNED.value,),
    InstructionPart.LATE: (InstructionState.ASSIGNED.value,),
}
