"""What filling a demonstration asks of the database."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.store.tables import (
    Account,
    ImportDraft,
    Obligation,
    Period,
    Plan,
    PlanClockRule,
    QuotaTarget,
    Unit,
)


def has_data(session: Session) -> bool:
    """Whether anybody has put something in: a unit, an import, a plan or an account."""
    tables = (Unit, ImportDraft, Plan, Account)
    return any(session.scalar(select(func.count()).select_from(table)) for table in tables)


def all_periods(session: Session) -> list[Period]:
    """Every period, by cut-off."""
    return list(session.scalars(select(Period).order_by(Period.due_at, Period.id)))


def obligations(session: Session, period_id: int, state: str) -> list[Obligation]:
    """What is in one state for one period, by unit."""
    wanted = select(Obligation).where(Obligation.period_id == period_id, Obligation.state == state)
    return list(session.scalars(wanted.order_by(Obligation.unit_id)))


def unit_id_named(session: Session, name: str) -> int:
    """The id of the unit of this name."""
    return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def accounts_by_username(session: Session, usernames: Iterable[str]) -> dict[str, Account]:
    """The accounts of these sign-in names."""
    wanted = select(Account).where(Account.username.in_(list(usernames)))
    return {account.username: account for account in session.scalars(wanted)}


def units_by_name(session: Session) -> dict[str, Unit]:
    """Every unit."""
    return {unit.name: unit for unit in session.scalars(select(Unit))}


def quota_targets(session: Session, plan_id: int) -> list[QuotaTarget]:
    """A plan's quotas in force, in the document's order."""
    wanted = select(QuotaTarget).where(QuotaTarget.plan_id == plan_id, QuotaTarget.ended_at.is_(None))
    return list(session.scalars(wanted.order_by(QuotaTarget.task_id, QuotaTarget.position)))


def clock_rules(session: Session, plan_id: int) -> list[PlanClockRule]:
    """A plan's rules for clocks, in the document's order."""
    wanted = select(PlanClockRule).where(PlanClockRule.plan_id == plan_id, PlanClockRule.ended_at.is_(None))
    return list(session.scalars(wanted.order_by(PlanClockRule.id)))
