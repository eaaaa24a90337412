"""Failed sign-ins and the locks that follow (登录失败处理); the rules are `tracker.domain.lockout`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import lockout
from tracker.domain.access import tidy_username
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.services.auditing import record
from tracker.store.queries import accounts
from tracker.store.tables import Account, SignInFailure


class TooManyFailures(RuleViolated):
    """这个网络地址登录失败的次数太多，请过15分钟再试。着急用，请联系系统管理员。"""


@dataclass(frozen=True, slots=True)
class Lock:
    """Until when an account cannot be signed in to: everywhere, or from an address where it was tried."""

    until: datetime
    everywhere: bool


def require_calm(session: Session, *, address: str, now: datetime) -> None:
    """See to it that an address does not try one name after another.

    Raises:
        TooManyFailures: it has failed too often, whatever the names were.

    """
    if lockout.is_one_computer(address):
        failures = accounts.failures(session, limit=lockout.ADDRESS_LIMIT, address=address[:64])
        if _lasts(lockout.locked_until(failures, lockout.ADDRESS_LIMIT), now):
            raise TooManyFailures


def note_failure(session: Session, account_id: int | None, address: str, now: datetime) -> None:
    """Count a sign-in that was refused; what counts for nothing any more is forgotten."""
    accounts.forget_old_failures(session, before=now - lockout.WINDOW - lockout.LOCK)
    session.add(SignInFailure(account_id=account_id, address=address, at=now))
    session.flush()


def lock_of(session: Session, account: Account, address: str, now: datetime) -> Lock | None:
    """The lock that somebody meets who signs in to an account from an address, the widest one first."""
    everywhere = accounts.failures(session, limit=lockout.ACCOUNT_LIMIT, account_id=account.id)
    here = accounts.failures(session, limit=lockout.PAIR_LIMIT, account_id=account.id, address=address)
    for failures, limit in ((everywhere, lockout.ACCOUNT_LIMIT), (here, lockout.PAIR_LIMIT)):
        until = lockout.locked_until(failures, limit)
        if until is not None and _lasts(until, now):
            return Lock(until, everywhere=failures is everywhere)
    return None


def _lasts(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until


def current(session: Session, *, now: datetime) -> dict[int, Lock]:
    """Which accounts are locked, for the list of people: the widest lock of each."""
    of_account: dict[int, list[datetime]] = {}
    of_pair: dict[tuple[int, str], list[datetime]] = {}
    since = now - lockout.WINDOW - lockout.LOCK
    for account_id, address, at in accounts.failures_of_accounts(session, since=since):
        of_account.setdefault(account_id, []).append(at)
        of_pair.setdefault((account_id, address), []).append(at)
    found: dict[int, Lock] = {}
    for (account_id, _), failures in of_pair.items():
        until = lockout.locked_until(failures, lockout.PAIR_LIMIT)
        if until is not None and _lasts(until, now):
            known = found.get(account_id)
            found[account_id] = Lock(max(until, known.until) if known else until, everywhere=False)
    for account_id, failures in of_account.items():
        until = lockout.locked_until(failures, lockout.ACCOUNT_LIMIT)
        if until is not None and _lasts(until, now):
            found[account_id] = Lock(until, everywhere=True)
    return found


def unlock(session: Session, actor: Actor, *, username: str, now: datetime) -> Account:
    """Forget the failed sign-ins of an account, so that its person need not wait.

    Raises:
        NotFound: nobody has this name.

    """
    account = accounts.by_username(session, tidy_username(username))
    if account is None:
        raise NotFound("没有这个用户名，请核对后再试。")
    accounts.forget_failures(session, account.id)
    said = f"解除账号“{account.display_name}”的登录锁定"
    record(session, actor, Event.ACCOUNT_CHANGE, ("account", account.id), said, now=now)
    return account
