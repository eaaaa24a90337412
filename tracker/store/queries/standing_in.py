"""Deputies (代办) and hand-overs (交接): who stands in for whom, and what moves with a contact."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.deputy import Span
from tracker.store.tables import Account, Deputyship, SignInDeputy

MOST = 200


def locked_accounts(session: Session, account_ids: Collection[int]) -> dict[int, Account]:
    """Accounts by id, held until the transaction ends; always taken in one order."""
    wanted = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    held = wanted.with_for_update(of=Account).execution_options(populate_existing=True)
    found = session.scalars(held)
    return {account.id: account for account in found}


def spans(session: Session, account_ids: Collection[int], *, since: date) -> list[Span]:
    """The arrangements of these people that are not over and were not taken back."""
    wanted = select(Deputyship.for_id, Deputyship.by_id, Deputyship.starts_on, Deputyship.ends_on).where(
        or_(Deputyship.for_id.in_(account_ids), Deputyship.by_id.in_(account_ids)),
        Deputyship.ended_at.is_(None),
        Deputyship.ends_on >= since,
    )
    return [Span(for_id, by_id, first, last) for for_id, by_id, first, last in session.execute(wanted)]


def deputyship(session: Session, deputyship_id: int) -> Deputyship | None:
    """One arrangement with its two people."""
    return session.scalars(_arrangements().where(Deputyship.id == deputyship_id)).one_or_none()


def acting_for(session: Session, by_id: int, *, today: date) -> list[Deputyship]:
    """For whom a person may act today, the first to end first."""
    wanted = _arrangements().where(
        Deputyship.by_id == by_id,
        Deputyship.ended_at.is_(None),
        Deputyship.starts_on <= today,
        Deputyship.ends_on >= today,
    )
    rows = session.scalars(wanted.order_by(Deputyship.ends_on, Deputyship.id))
    return [row for row in rows if row.principal.active]


def arrangements(session: Session, *, account_id: int | None) -> list[Deputyship]:
    """The arrangements of one person, on either side; of everybody without a name. The latest first."""
    wanted = _arrangements()
    if account_id is not None:
        wanted = wanted.where(or_(Deputyship.for_id == account_id, Deputyship.by_id == account_id))
    return list(session.scalars(wanted.order_by(Deputyship.ends_on.desc(), Deputyship.id.desc()).limit(MOST)))


def people(
    session: Session, roles: Sequence[UserRole], *, unit_id: int | None = None, without: int | None = None
) -> list[Account]:
    """The active accounts of some roles with their units, of one unit when it is named."""
    wanted = select(Account).where(Account.role.in_([role.value for role in roles]), Account.active)
    if unit_id is not None:
        wanted = wanted.where(Account.unit_id == unit_id)
    if without is not None:
        wanted = wanted.where(Account.id != without)
    named = wanted.options(joinedload(Account.unit))
    return list(session.scalars(named.order_by(Account.role, Account.display_name, Account.id)))


def act(session: Session, sign_in_id: int, deputyship_id: int) -> None:
    """Let a browser act for another from now on; it acts for one at a time."""
    stop_acting(session, sign_in_id)
    session.add(SignInDeputy(sign_in_id=sign_in_id, deputyship_id=deputyship_id))
    session.flush()


def stop_acting(session: Session, sign_in_id: int) -> bool:
    """Let a browser act for its own person again; whether it did otherwise."""
    stopped = delete(SignInDeputy).where(SignInDeputy.sign_in_id == sign_in_id)
    return bool(session.scalars(stopped.returning(SignInDeputy.sign_in_id)).all())


def _arrangements() -> Select[Deputyship]:
    return select(Deputyship).options(
        joinedload(Deputyship.principal).joinedload(Account.unit),
        joinedload(Deputyship.deputy).joinedload(Account.unit),
    )
