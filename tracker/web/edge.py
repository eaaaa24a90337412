"""What every view takes from the edge: the session, the time, and who asks.

A view reads with `session()`, writes inside `with writing() as session:` and ends with one render or
redirect. Services get the actor and the moment from here and know nothing of Flask.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from config import Config
from tracker.clock import CHINA, Clock
from tracker.domain.actor import Actor
from tracker.domain.delivery import Route
from tracker.store.database import db, transaction

CLOCK_KEY = "taizhang.clock"
CONFIG_KEY = "taizhang.config"
ROUTES_KEY = "taizhang.routes"


def session() -> Session:
    """The request's session, for reading."""
    return cast("Session", db.session())


def writing(*, reads_first: bool = False) -> AbstractContextManager[Session]:
    """The request's session inside one transaction: all is kept, or nothing.

    What works thousands of tasks out before it writes `reads_first`, and does not keep others waiting for it.
    """
    return transaction(session(), reads_first=reads_first)


def now() -> datetime:
    """The moment of this request, in UTC; the same for all that the request does."""
    if "moment" not in g:
        clock: Clock = current_app.extensions[CLOCK_KEY]
        g.moment = clock()
    return cast("datetime", g.moment)


def today() -> date:
    """The day of this request in China."""
    return now().astimezone(CHINA).date()


def actor() -> Actor:
    """The signed-in person; routes that name a permission always have one."""
    return cast("Actor", g.actor)


def config() -> Config:
    """The configuration of this run."""
    return cast("Config", current_app.extensions[CONFIG_KEY])


def routes() -> tuple[Route, ...]:
    """The ways by which notices leave in this run."""
    return cast("tuple[Route, ...]", current_app.extensions[ROUTES_KEY])
