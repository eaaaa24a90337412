"""What every template knows besides its own facts: who reads, the office's name, unread notices."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from sqlalchemy.exc import SQLAlchemyError

from tracker.domain.access import Permission, Role
from tracker.services.settings import DEFAULT_OFFICE_NAME, office_name
from tracker.store.queries import accounts
from tracker.web.edge import now, session, today
from tracker.web.policy import may

CARE_COOKIE = "care"


def install(app: Flask) -> None:
    """Give every template the common facts; each is asked for once a page, and only where it is shown."""
    app.context_processor(_facts)
    app.jinja_env.globals.update(office_name=_office_name, unread=_unread, may=may, P=Permission)


def _facts() -> dict[str, Any]:
    person = g.get("person")
    return {
        "person": person,
        "role_label": Role(person.role).label if person else "",
        "care": request.cookies.get(CARE_COOKIE) == "1",
        "today": today(),
        "now": now(),
    }


def _office_name() -> str:
    try:
        return office_name(session())
    except SQLAlchemyError:
        return DEFAULT_OFFICE_NAME  # an error page about the database must not need the database


def _unread() -> int:
    person = g.get("person")
    try:
        return accounts.unread_count(session(), person.account_id) if person else 0
    except SQLAlchemyError:
        return 0
