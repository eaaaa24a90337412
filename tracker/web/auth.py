"""Who asks: the signed cookie holds a token, the table `sign_in` says whose it is.

Nothing else in the cookie is believed, so a cookie that was copied before signing out opens nothing after.
Whether a person acts for another (代办) stands beside the sign-in, and the day is looked at each time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import g
from flask import session as cookie
from sqlalchemy.exc import OperationalError

from tracker.domain.actor import Actor
from tracker.services import accounts, deputies
from tracker.web.edge import config, now, session, writing

TOKEN = "token"  # noqa: S105 - the cookie's key, not a secret
EXPECTED = "expected"
TOUCH_EVERY = timedelta(minutes=1)


def recognise() -> None:
    """Set `g.actor` to the signed-in person or None, with one query; a deputy acts in another's place.

    `g.oneself` is the person without that, and `g.lapsed` says that it has just ended by itself.
    """
    g.actor = g.person = g.oneself = None
    g.lapsed = False
    token = cookie.get(TOKEN)
    if not isinstance(token, str):
        return
    person = accounts.recognise(session(), token, limits=limits(), now=now())
    if person is None:
        cookie.pop(TOKEN, None)
        return
    g.person = person
    g.oneself = g.actor = Actor(person.account_id, person.name, person.role, person.unit_id)
    if person.principal is not None:
        other = person.principal
        g.actor = g.oneself.in_place_of(other.account_id, other.name, other.role, other.unit_id)
    elif person.lapsed:
        _lapse(person.sign_in_id)
    if now() - person.last_seen_at >= TOUCH_EVERY:
        _touch(person.sign_in_id)


def _touch(sign_in_id: int) -> None:
    """Note the use; a busy database loses this note rather than the page."""
    try:
        with writing() as writer:
            accounts.touch(writer, sign_in_id, now=now())
    except OperationalError:
        session().rollback()


def _lapse(sign_in_id: int) -> None:
    """The deputy is himself again; no form of the time before may go through in his own name."""
    with writing() as writer:
        deputies.lapse(writer, g.oneself, sign_in_id=sign_in_id, now=now())
    renew_forms()
    g.lapsed = True


def oneself() -> Actor:
    """The signed-in person alone, whomever he acts for."""
    return cast("Actor", g.oneself)


def renew_forms() -> None:
    """Take back the key of all open forms: another tab must not act as whom it did not show."""
    cookie.pop("csrf_token", None)
    g.pop("csrf_token", None)


def limits() -> accounts.Limits:
    """How long a sign-in lives, as configured."""
    hours = config()
    return accounts.Limits(
        idle=timedelta(hours=hours.session_idle_hours), whole=timedelta(hours=hours.session_hours)
    )


def remember(token: str) -> None:
    """Give the browser its new token; nothing of the visitor before stays."""
    forget()
    cookie[TOKEN] = token


def expect(username: str) -> None:
    """Take the token from the browser; the sign-in page that follows knows the name already."""
    forget()
    cookie[EXPECTED] = username


def expected() -> str:
    """The name that `expect` was told, or nothing."""
    return str(cookie.get(EXPECTED, ""))


def forget() -> None:
    """Take the token from the browser, and with it the key of all forms it had open."""
    cookie.clear()
    g.pop("csrf_token", None)  # Flask-WTF remembers it for the rest of the request
