"""Addresses for screens on a wall (大屏): a screen shows a plan's figures for months, with nobody signed in.

A sign-in ends after some hours, and on an unattended screen it would leave somebody's desk open to whoever
passes. So a screen has an address of its own: the address is the key, it opens that one page and nothing
else, is shown once, kept as a hash, ends on a day, and can be taken back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.queries import instructions, ledger
from tracker.store.queries import walls as queries
from tracker.store.tables import WallScreen

LIFE = timedelta(days=366)
"""How long an address lives; whoever hung the screen up may be gone by then."""


class NoName(InvalidInput):
    """请写明这块屏在哪里，例如“三楼会议室”。"""


def in_use(session: Session, *, today: date) -> list[WallScreen]:
    """The screens whose addresses open something."""
    return queries.in_use(session, today=today)


def plans(session: Session, actor: Actor) -> list[tuple[int, int, str]]:
    """(id, year, title) of the plans that a screen can show."""
    return ledger.plan_choices(session, actor)


def make(
    session: Session, actor: Actor, *, name: str, plan_id: int | None, now: datetime
) -> tuple[WallScreen, str]:
    """A new screen, and the token of its address, which nobody can read again.

    Raises:
        NoName: nothing says where it hangs.
        NotFound: the plan does not exist.

    """
    name = " ".join(name.split())
    if not name:
        raise NoName
    if plan_id is not None and instructions.plan(session, plan_id) is None:
        raise NotFound
    token = token_urlsafe(32)
    screen = WallScreen(
        name=name, plan_id=plan_id, token_hash=_digest(token), made_at=now, made_by_name=actor.name,
        ends_on=china_day(now) + LIFE,
    )  # fmt: skip
    session.add(screen)
    session.flush()
    said = f"{actor.name}给大屏“{name}”设了地址"
    auditing.record(session, actor, Event.SCREEN_MAKE, ("wall_screen", screen.id), said, now=now)
    return screen, token


def end(session: Session, actor: Actor, *, screen_id: int, now: datetime) -> WallScreen:
    """The screen's address opens nothing from now on; ended twice, it stays as it was.

    Raises:
        NotFound: there is no such screen.

    """
    screen = queries.one(session, screen_id)
    if screen is None:
        raise NotFound
    if screen.ended_at is None:
        screen.ended_at = now
        said = f"{actor.name}停用了大屏“{screen.name}”的地址"
        auditing.record(session, actor, Event.SCREEN_END, ("wall_screen", screen.id), said, now=now)
    return screen


def opened_by(session: Session, token: str, *, today: date) -> WallScreen | None:
    """The screen that this token opens; wrong, ended and run out cannot be told apart."""
    return queries.opened_by(session, _digest(token), today=today)


def note_use(session: Session, screen_id: int, *, today: date) -> None:
    """Note that a screen has asked today."""
    queries.note_use(session, screen_id, today)


def _digest(token: str) -> str:
    """What the store keeps of a token; tokens are long and random, so a plain digest is enough."""
    return sha256(token.encode()).hexdigest()
