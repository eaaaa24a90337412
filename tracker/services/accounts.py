"""Accounts: signing in and out, one-time links, and keeping the list of people.

Digests of passwords are made and compared at the edge (`tracker.adapters.passwords`), outside of any
transaction, because that takes long by intent; here stands what follows from the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole, tidy_username
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NameTaken, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.notices import duty_kept
from tracker.services import locks
from tracker.services.auditing import record
from tracker.services.units import tidied
from tracker.store.queries import accounts, feeds, units
from tracker.store.queries.accounts import Recognised
from tracker.store.tables import Account, OneTimeLink, SignIn

LINK_LIFE = timedelta(days=7)
FIRST = "first_administrator"
CHANGEABLE = ("display_name", "email", "phone", "unit_id", "duty")
PASSWORD = "set_password"  # noqa: S105 - what a link is for


class LinkUsedUp(NotFound):
    """这个链接已经用过或已过期，请向管理员要一个新的。"""


class FirstLinkReplaced(LinkUsedUp):
    """这个链接已失效。请看启动窗口里最新的一条链接。"""


class LastAdministrator(RuleViolated):
    """这是最后一个可用的系统管理员账号，不能停用。请先建立另一个管理员。"""


class UsernameTaken(NameTaken):
    """这个用户名已有人使用，请换一个。"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lives: without use, and at all."""

    idle: timedelta
    whole: timedelta


def recognise(session: Session, token: str, *, limits: Limits, now: datetime) -> Recognised | None:
    """Whose token this is, or None when it opens nothing (any more)."""
    seen_after = now - limits.idle
    return accounts.recognised(session, _digest(token), seen_after=seen_after, now=now, today=china_day(now))


def touch(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Note that a sign-in is in use."""
    accounts.touch(session, sign_in_id, now)


def known_password(session: Session, username: str) -> str | None:
    """The digest to compare a typed password with; None when this name cannot sign in."""
    account = accounts.by_username(session, tidy_username(username))
    return account.password_hash if account and account.active else None


def sign_in(
    session: Session, *, username: str, matched: str | None, address: str, limits: Limits, now: datetime
) -> str | None:
    """Open a sign-in and give back its token, or None when it is refused.

    `matched` is the digest that the typed password was found to belong to, or None. Five failures within
    fifteen minutes lock the account for fifteen at the address they came from, and very many lock it
    everywhere; while it is locked even the right password is refused and nothing more is counted, so that
    the lock ends by itself.
    """
    address = address[:64]
    account = accounts.locked_by_username(session, tidy_username(username))
    if account is None or not account.active:
        locks.note_failure(session, None, address, now)
        return None
    if locks.lock_of(session, account, address, now):
        return None
    person = Actor(account.id, account.display_name, account.role, account.unit_id)
    if matched is None or matched != account.password_hash:
        _count_failure(session, account, person, address, now)
        return None
    accounts.forget_failures(session, account.id, address=address)
    accounts.end_old_sign_ins(session, seen_before=now - limits.idle, now=now)
    token = token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=_digest(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + limits.whole,
            address=address,
        )
    )
    record(
        session,
        person,
        Event.SESSION_OPEN,
        ("account", account.id),
        f"{account.display_name}登录",
        detail={"address": address},
        now=now,
    )
    return token


def _count_failure(session: Session, account: Account, person: Actor, address: str, now: datetime) -> None:
    locks.note_failure(session, account.id, address, now)
    lock = locks.lock_of(session, account, address, now)
    outcome = ("，账号锁定15分钟" if lock.everywhere else "，账号在这个地址锁定15分钟") if lock else ""
    said = f"{account.display_name}登录失败{outcome}"
    detail = {"address": address, "locked": lock is not None}
    record(session, person, Event.SESSION_REFUSE, ("account", account.id), said, detail=detail, now=now)


def sign_out(session: Session, actor: Actor, *, sign_in_id: int, now: datetime) -> None:
    """End one sign-in; its token opens nothing from now on."""
    accounts.end_sign_in(session, sign_in_id)
    record(session, actor, Event.SESSION_CLOSE, ("account", actor.account_id), f"{actor.name}退出", now=now)


def first_link(session: Session, now: datetime) -> str | None:
    """The token with which the first administrator sets name and password.

    Only while no administrator can sign in; asking again takes the earlier link back.
    """
    if accounts.count_of_role(session, UserRole.ADMINISTRATOR, with_password=True):
        return None
    return _new_link(session, None, FIRST, now)


def open_link(session: Session, token: str, *, now: datetime) -> OneTimeLink:
    """The link of a token.

    Raises:
        FirstLinkReplaced: so, while nobody is there to ask for another: each start prints a new one.
        LinkUsedUp: it was used, has expired or never existed.

    """
    link = accounts.link_by_hash(session, _digest(token), now)
    if link is None:
        anybody = accounts.count_of_role(session, UserRole.ADMINISTRATOR, with_password=True)
        raise LinkUsedUp if anybody else FirstLinkReplaced
    return link


def username_of(session: Session, link: OneTimeLink) -> str | None:
    """Whose password the link sets; None when it makes the first administrator."""
    return None if link.account_id is None else one(session, link.account_id).username


def use_link(
    session: Session,
    *,
    token: str,
    password_hash: str,
    username: str = "",
    display_name: str = "",
    now: datetime,
) -> Account:
    """Set the password that the link allows, once; every earlier sign-in of the account ends.

    The names are those that the first administrator chooses; an account that exists keeps its own.

    Raises:
        LinkUsedUp: the link does not work any more.
        UsernameTaken: the first administrator chose a name that exists.

    """
    link = open_link(session, token, now=now)
    if link.account_id is None:
        if accounts.count_of_role(session, UserRole.ADMINISTRATOR, with_password=True):
            raise LinkUsedUp
        account = _add(
            session, username=username, display_name=display_name, role=UserRole.ADMINISTRATOR, now=now
        )
    else:
        account = one(session, link.account_id)
        if not account.active:
            raise LinkUsedUp
    link.used_at = now
    account.password_hash = password_hash
    accounts.forget_failures(session, account.id)
    accounts.end_sign_ins(session, account.id)
    person = Actor(account.id, account.display_name, account.role, account.unit_id)
    said = f"{account.display_name}设置口令"
    record(session, person, Event.ACCOUNT_SET_PASSWORD, ("account", account.id), said, now=now)
    return account


def change_password(session: Session, actor: Actor, *, password_hash: str, now: datetime) -> None:
    """Set one's own new password; every sign-in of the account ends, this one too."""
    account = one(session, actor.account_id)
    account.password_hash = password_hash
    accounts.end_sign_ins(session, account.id)
    said = f"{account.display_name}修改口令"
    record(session, actor, Event.ACCOUNT_SET_PASSWORD, ("account", account.id), said, now=now)


def create(
    session: Session,
    actor: Actor,
    *,
    username: str,
    display_name: str,
    role: UserRole,
    unit_id: int | None = None,
    email: str = "",
    phone: str = "",
    duty: str = "",
    password_hash: str | None = None,
    now: datetime,
) -> Account:
    """Make an account; without a password it waits for a link (`reset_link`).

    Raises:
        UsernameTaken: the user name is in use.
        InvalidInput: a unit's account names no unit.

    """
    known = {"username": username, "display_name": display_name, "email": email}
    account = _add(session, role=role, unit_id=unit_id, now=now, **known)
    account.password_hash, account.phone = password_hash, tidied(phone) or None
    account.duty = duty_kept(account.role, duty)
    said = f"建立账号“{account.display_name}”（{role.label}）"
    detail = {"username": account.username, "role": role.value}
    record(session, actor, Event.ACCOUNT_CREATE, ("account", account.id), said, detail=detail, now=now)
    return account


def change(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    display_name: str,
    unit_id: int | None,
    email: str,
    phone: str = "",
    duty: str = "",
    version: int,
    now: datetime,
) -> Account:
    """Correct what an account says about its person; name and role stay.

    Raises:
        VersionConflict: somebody changed the account meanwhile.
        InvalidInput: a unit's account names no unit.

    """
    account = one(session, account_id, version=version)
    if account.role == UserRole.UNIT and unit_id is None:
        raise InvalidInput("责任单位的账号要选一个单位。")
    before = {name: getattr(account, name) for name in CHANGEABLE}
    account.display_name, account.email = tidied(display_name), tidied(email)
    account.phone = tidied(phone) or None
    account.unit_id = unit_id if account.role == UserRole.UNIT else None
    account.duty = duty_kept(account.role, duty)
    after = {name: getattr(account, name) for name in CHANGEABLE}
    if before != after:
        detail = {"before": before, "after": after}
        said = f"修改账号“{account.display_name}”"
        record(session, actor, Event.ACCOUNT_CHANGE, ("account", account.id), said, detail=detail, now=now)
    return account


def every(session: Session) -> list[Account]:
    """All accounts, active first."""
    return accounts.every(session)


def unread_count(session: Session, account_id: int) -> int:
    """How many notices a person has not opened."""
    return accounts.unread_count(session, account_id)


def unit_choices(session: Session) -> list[tuple[int, str]]:
    """The units an account may belong to."""
    return [(unit.id, unit.name) for unit in units.active(session)]


def reset_link(session: Session, actor: Actor, *, account_id: int, now: datetime) -> str:
    """A link with which a person sets a (new) password; the old password works until then."""
    account = one(session, account_id)
    if not account.active:
        raise RuleViolated("这个账号已停用，请先启用再发链接。")
    token = _new_link(session, account.id, PASSWORD, now)
    said = f"为“{account.display_name}”生成设置口令的链接"
    record(session, actor, Event.ACCOUNT_CHANGE, ("account", account.id), said, now=now)
    return token


def set_active(
    session: Session, actor: Actor, *, account_id: int, active: bool, version: int, now: datetime
) -> Account:
    """Disable an account, which ends its sign-ins and its calendar at once, or let it in again.

    Raises:
        LastAdministrator: nobody else could keep the accounts.
        VersionConflict: somebody changed the account meanwhile.

    """
    account = one(session, account_id, version=version)
    if account.active == active:
        return account
    if not active and account.role == UserRole.ADMINISTRATOR:
        others = accounts.count_of_role(session, UserRole.ADMINISTRATOR, with_password=True)
        if others - (account.password_hash is not None) < 1:
            raise LastAdministrator
    account.active = active
    accounts.forget_failures(session, account.id)
    if not active:
        accounts.end_sign_ins(session, account.id)
        feeds.drop_token(session, account.id)
        accounts.drop_open_links(session, account_id=account.id, purpose=PASSWORD)
    said = f"{'启用' if active else '停用'}账号“{account.display_name}”"
    record(session, actor, Event.ACCOUNT_CHANGE, ("account", account.id), said, now=now)
    return account


def one(session: Session, account_id: int | None, *, version: int | None = None) -> Account:
    """An account, as it was seen at `version` when one is given.

    Raises:
        NotFound: there is no such account.
        VersionConflict: it was changed since.

    """
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None:
        raise NotFound
    if version is not None and account.version != version:
        raise VersionConflict
    return account


def _add(
    session: Session,
    *,
    username: str,
    display_name: str,
    role: UserRole,
    unit_id: int | None = None,
    email: str = "",
    now: datetime,
) -> Account:
    username = tidy_username(username)
    if role is UserRole.UNIT and unit_id is None:
        raise InvalidInput("责任单位的账号要选一个单位。")
    if accounts.by_username(session, username):
        raise UsernameTaken
    account = Account(
        username=username,
        display_name=tidied(display_name) or username,
        role=role.value,
        unit_id=unit_id if role is UserRole.UNIT else None,
        email=tidied(email),
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def _new_link(session: Session, account_id: int | None, purpose: str, now: datetime) -> str:
    accounts.drop_open_links(session, account_id=account_id, purpose=purpose)
    token = token_urlsafe(32)
    session.add(
        OneTimeLink(
            token_hash=_digest(token),
            account_id=account_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()
    return token


def _digest(token: str) -> str:
    """What the store keeps of a token; tokens are long and random, so a plain digest is enough."""
    return sha256(token.encode()).hexdigest()
