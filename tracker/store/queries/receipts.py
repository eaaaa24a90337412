"""Who has received the work of a plan (签收), and which shared parts are claimed (认领)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from tracker.domain.claim import SHARING_WORDS, ClaimState
from tracker.domain.task import OPEN_STATES
from tracker.store.insert import insert_missing
from tracker.store.tables import Acknowledgement, Assignment, Claim, ClaimDay, Plan, Task, Unit

OWED = and_(Assignment.ended_at.is_(None), Assignment.signed_off_at.is_(None), Task.state.in_(OPEN_STATES))
"""A part that asks for something: the unit's, not signed off, of an open task."""


@dataclass(frozen=True, slots=True)
class PlanToReceive:
    """A plan that a unit has not acknowledged, with how many tasks it gives the unit."""

    plan_id: int
    title: str
    tasks: int


def to_acknowledge(session: Session, unit_id: int, *, since_year: int) -> list[PlanToReceive]:
    """The plans with work for a unit that it has not acknowledged; those of past years are history."""
    known = select(Acknowledgement.plan_id).where(Acknowledgement.unit_id == unit_id)
    wanted = (
        select(Plan.id, Plan.title, func.count())
        .join(Task, Task.plan_id == Plan.id)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Assignment.unit_id == unit_id, OWED, Plan.year >= since_year, Plan.id.not_in(known))
        .group_by(Plan.id, Plan.title)
        .order_by(Plan.id)
    )
    return [PlanToReceive(row[0], row[1], row[2]) for row in session.execute(wanted)]


def acknowledge(
    session: Session, *, plan_id: int, unit_id: int, account_id: int | None, by_name: str, at: datetime
) -> bool:
    """Note that a unit has received a plan's work; False when that is noted already."""
    row = {
        "plan_id": plan_id, "unit_id": unit_id, "account_id": account_id, "by_name": by_name, "at": at,
    }  # fmt: skip
    return bool(insert_missing(session, Acknowledgement, [row], keys=("plan_id", "unit_id")))


def units_with_work(session: Session, plan_id: int) -> list[Unit]:
    """The units that have an open part in a plan, in their order."""
    wanted = (
        select(Unit)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.plan_id == plan_id, OWED)
        .group_by(Unit.id)
        .order_by(Unit.position, Unit.id)
    )
    return list(session.scalars(wanted))


def acknowledgements(session: Session, plan_id: int) -> list[Acknowledgement]:
    """Who has acknowledged a plan's work, newest first."""
    wanted = select(Acknowledgement).where(Acknowledgement.plan_id == plan_id)
    wanted = wanted.options(joinedload(Acknowledgement.unit))
    return list(session.scalars(wanted.order_by(Acknowledgement.at.desc(), Acknowledgement.id.desc())))


def unsigned_counts(session: Session, *, since_year: int) -> dict[int, int]:
    """By plan: how many units with work in it have not acknowledged it."""
    known = select(Acknowledgement.id).where(
        Acknowledgement.plan_id == Assignment.plan_id, Acknowledgement.unit_id == Assignment.unit_id
    )
    wanted = (
        select(Assignment.plan_id, func.count(Assignment.unit_id.distinct()))
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(OWED, Plan.year >= since_year, ~known.correlate(Assignment).exists())
        .group_by(Assignment.plan_id)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def unsigned_of(session: Session, plan_id: int) -> list[tuple[str, int]]:
    """The plan's title with each unit that has work in it and has not acknowledged it."""
    known = {each.unit_id for each in acknowledgements(session, plan_id)}
    found = plan(session, plan_id)
    units = units_with_work(session, plan_id) if found is not None else []
    return [(found.title, unit.id) for unit in units if found is not None and unit.id not in known]


def plans(session: Session, *, since_year: int) -> list[Plan]:
    """The plans whose work is received and claimed, newest first."""
    return list(session.scalars(select(Plan).where(Plan.year >= since_year).order_by(Plan.id.desc())))


def plan(session: Session, plan_id: int) -> Plan | None:
    """One plan."""
    return session.get(Plan, plan_id)


def _shared() -> ColumnElement[bool]:
    return or_(*(Task.qualifier.contains(word) for word in SHARING_WORDS))


def add_claims(session: Session, plan_id: int) -> int:
    """A claim to be answered for each open part of shared work that has none; gives their number."""
    missing = (
        select(literal(plan_id), Assignment.id, literal(ClaimState.WAITING.value), literal(""), literal(1))
        .join(Task, Task.id == Assignment.task_id)
        .outerjoin(Claim, Claim.assignment_id == Assignment.id)
        .where(Assignment.plan_id == plan_id, OWED, _shared(), Claim.id.is_(None))
        .order_by(Assignment.id)
    )
    columns = ("plan_id", "assignment_id", "state", "words", "version")
    return len(session.scalars(insert(Claim).from_select(columns, missing).returning(Claim.id)).all())


def add_claim_day(session: Session, plan_id: int, by: date) -> None:
    """The day by which a plan's parts are to be claimed, where it has none."""
    insert_missing(session, ClaimDay, [{"plan_id": plan_id, "by": by, "version": 1}], keys=("plan_id",))


def claim_day(session: Session, plan_id: int) -> ClaimDay | None:
    """The day by which a plan's parts are to be claimed."""
    return session.scalars(select(ClaimDay).where(ClaimDay.plan_id == plan_id)).one_or_none()


def claim_days(session: Session) -> dict[int, date]:
    """The same of every plan."""
    return {row[0]: row[1] for row in session.execute(select(ClaimDay.plan_id, ClaimDay.by))}


def claims(
    session: Session,
    *,
    plan_id: int | None = None,
    unit_id: int | None = None,
    task_id: int | None = None,
    states: Sequence[ClaimState] = (),
) -> list[Claim]:
    """The claims of open parts that fit, by plan, task and unit."""
    wanted = (
        select(Claim)
        .join(Claim.assignment)
        .join(Assignment.task)
        .join(Assignment.unit)
        .options(
            contains_eager(Claim.assignment).options(
                contains_eager(Assignment.task).joinedload(Task.plan), contains_eager(Assignment.unit)
            )
        )
        .where(OWED)
        .order_by(Claim.plan_id, Task.serial, Assignment.position, Assignment.id)
    )
    if plan_id is not None:
        wanted = wanted.where(Claim.plan_id == plan_id)
    if unit_id is not None:
        wanted = wanted.where(Assignment.unit_id == unit_id)
    if task_id is not None:
        wanted = wanted.where(Assignment.task_id == task_id)
    if states:
        wanted = wanted.where(Claim.state.in_([state.value for state in states]))
    return list(session.scalars(wanted))


def claim_counts(
    session: Session, *, unit_id: int | None = None
) -> dict[tuple[int, ClaimState], int]:
    """How many claims of open parts there are, by plan and state; of one unit when it is named."""
    wanted = (
        select(Claim.plan_id, Claim.state, func.count())
        .join(Assignment, Assignment.id == Claim.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(OWED)
        .group_by(Claim.plan_id, Claim.state)
    )
    if unit_id is not None:
        wanted = wanted.where(Assignment.unit_id == unit_id)
    return {(row[0], ClaimState(row[1])): row[2] for row in session.execute(wanted)}


def claim_locked(session: Session, claim_id: int, unit_id: int) -> Claim | None:
    """The claim of a unit's own open part, held until the transaction ends."""
    held = select(Claim.id).where(Claim.id == claim_id).with_for_update(key_share=True)
    if session.scalars(held).one_or_none() is None:
        return None
    wanted = (
        select(Claim)
        .join(Claim.assignment)
        .join(Assignment.task)
        .join(Assignment.unit)
        .options(
            contains_eager(Claim.assignment).options(
                contains_eager(Assignment.task), contains_eager(Assignment.unit)
            )
        )
        .where(Claim.id == claim_id, Assignment.unit_id == unit_id, OWED)
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()
