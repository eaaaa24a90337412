"""Accounts, sign-ins, one-time links and the count of unread notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.domain.access import UserRole
from tracker.domain.deputy import roles_for
from tracker.store.tables import (
    Account,
    Deputyship,
    InboxItem,
    OneTimeLink,
    SignIn,
    SignInDeputy,
    SignInFailure,
    Unit,
)

OWN_FACTS = 9
"""How many columns of `recognised` are about the signed-in person alone."""
HAVE_DEPUTIES = tuple(role.value for role in UserRole if roles_for(role))


@dataclass(frozen=True, slots=True)
class Principal:
    """In whose place a signed-in person acts at the moment (代办)."""

    account_id: int
    name: str
    role: str
    unit_id: int | None
    unit_name: str | None
    until: date


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whom a sign-in token belongs to; plain values, so that a later rollback expires nothing."""

    sign_in_id: int
    account_id: int
    name: str
    role: str
    unit_id: int | None
    unit_name: str | None
    last_seen_at: datetime
    expires_at: datetime
    """When the sign-in ends, however much it is used."""
    may_act_for: int
    """For how many others the person may act today."""
    principal: Principal | None
    lapsed: bool
    """The person acted for another when the last page was shown, and may not any more."""


def recognised(
    session: Session, token_hash: str, *, seen_after: datetime, now: datetime, today: date
) -> Recognised | None:
    """The person of a token that has neither expired nor lain idle; disabled accounts are nobody.

    A deputy is one between the two days of the arrangement only, whatever the browser says.
    """
    other, place = aliased(Account), aliased(Unit)
    row = session.execute(
        select(
            SignIn.id,
            Account.id,
            Account.display_name,
            Account.role,
            Account.unit_id,
            Unit.name,
            SignIn.last_seen_at,
            SignIn.expires_at,
            _arrangements(today),
            SignInDeputy.deputyship_id,
            other.id,
            other.display_name,
            other.role,
            other.unit_id,
            place.name,
            Deputyship.ends_on,
        )
        .join(Account, SignIn.account_id == Account.id)
        .outerjoin(Unit, Account.unit_id == Unit.id)
        .outerjoin(SignInDeputy, SignInDeputy.sign_in_id == SignIn.id)
        .outerjoin(
            Deputyship,
            (Deputyship.id == SignInDeputy.deputyship_id)
            & (Deputyship.by_id == Account.id)
            & Deputyship.ended_at.is_(None)
            & (Deputyship.starts_on <= today)
            & (Deputyship.ends_on >= today),
        )
        .outerjoin(
            other, (other.id == Deputyship.for_id) & other.active & other.role.in_(HAVE_DEPUTIES)
        )
        .outerjoin(place, other.unit_id == place.id)
        .where(
            SignIn.token_hash == token_hash,
            SignIn.expires_at > now,
            SignIn.last_seen_at > seen_after,
            Account.active,
        )
    ).one_or_none()
    if row is None:
        return None
    facts: list[Any] = list(row)
    acting, *others = facts[OWN_FACTS:]
    principal = None if others[0] is None else Principal(*others)
    lapsed = acting is not None and principal is None
    return Recognised(*[*facts[:OWN_FACTS], principal, lapsed])


def _arrangements(today: date) -> ScalarSelect[int]:
    """How many arrangements of today name the signed-in person as the deputy."""
    principal = aliased(Account)
    wanted = select(func.count(Deputyship.id)).join(principal, principal.id == Deputyship.for_id)
    return wanted.where(
        Deputyship.by_id == Account.id,
        Deputyship.ended_at.is_(None),
        Deputyship.starts_on <= today,
        Deputyship.ends_on >= today,
        principal.active,
    ).correlate(Account).scalar_subquery()


def touch(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that a sign-in was used just now."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def end_sign_in(session: Session, sign_in_id: int) -> None:
    """Forget one sign-in."""
    session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def end_sign_ins(session: Session, account_id: int) -> None:
    """Forget every sign-in of an account."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def end_old_sign_ins(session: Session, *, seen_before: datetime, now: datetime) -> None:
    """Forget the sign-ins that no longer open anything."""
    session.execute(delete(SignIn).where((SignIn.expires_at <= now) | (SignIn.last_seen_at <= seen_before)))


def by_username(session: Session, username: str) -> Account | None:
    """The account with this name, whether active or not."""
    return session.scalars(select(Account).where(Account.username == username)).one_or_none()


def locked_by_username(session: Session, username: str) -> Account | None:
    """The same, held until the transaction ends, so that parallel attempts are counted one by one."""
    wanted = select(Account).where(Account.username == username).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def failures(
    session: Session, *, limit: int, account_id: int | None = None, address: str | None = None
) -> list[datetime]:
    """The moments of the newest failed sign-ins of an account, an address, or both together."""
    wanted = select(SignInFailure.at).order_by(SignInFailure.at.desc()).limit(limit)
    if account_id is not None:
        wanted = wanted.where(SignInFailure.account_id == account_id)
    if address is not None:
        wanted = wanted.where(SignInFailure.address == address)
    return list(session.scalars(wanted))


def failures_of_accounts(session: Session, *, since: datetime) -> list[tuple[int, str, datetime]]:
    """Account, address and moment of the failed sign-ins since a moment, newest first."""
    wanted = select(SignInFailure.account_id, SignInFailure.address, SignInFailure.at)
    known = wanted.where(SignInFailure.account_id.is_not(None), SignInFailure.at > since)
    rows = session.execute(known.order_by(SignInFailure.at.desc()))
    return [(account_id, address, at) for account_id, address, at in rows if account_id is not None]


def forget_failures(session: Session, account_id: int, *, address: str | None = None) -> None:
    """Forget the failed sign-ins of an account, from one address or from everywhere."""
    of_account = delete(SignInFailure).where(SignInFailure.account_id == account_id)
    session.execute(of_account if address is None else of_account.where(SignInFailure.address == address))


def forget_old_failures(session: Session, *, before: datetime) -> None:
    """Forget the failed sign-ins that count for nothing any more."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < before))


def every(session: Session) -> list[Account]:
    """All accounts with their units: active first, then by role and name."""
    return list(
        session.scalars(
            select(Account)
            .options(joinedload(Account.unit))
            .order_by(Account.active.desc(), Account.role, Account.username)
        )
    )


def count_of_role(session: Session, role: str, *, with_password: bool = False) -> int:
    """How many active accounts have a role."""
    wanted = select(func.count()).select_from(Account).where(Account.role == role, Account.active)
    if with_password:
        wanted = wanted.where(Account.password_hash.is_not(None))
    return session.scalar(wanted) or 0


def link_by_hash(session: Session, token_hash: str, now: datetime) -> OneTimeLink | None:
    """A link that still works, held until the transaction ends."""
    works = (OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
    wanted = select(OneTimeLink).where(OneTimeLink.token_hash == token_hash, *works)
    return session.scalars(wanted.with_for_update()).one_or_none()


def drop_open_links(session: Session, *, account_id: int | None, purpose: str) -> None:
    """Take back the links that were handed out for the same end and not used."""
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.account_id.is_(None) if account_id is None else OneTimeLink.account_id == account_id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
        )
    )


def unread_count(session: Session, account_id: int) -> int:
    """How many notices a person has not opened."""
    wanted = select(func.count()).select_from(InboxItem)
    return session.scalar(wanted.where(InboxItem.account_id == account_id, InboxItem.read_at.is_(None))) or 0
