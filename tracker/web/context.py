"""What every template knows besides its own facts: who reads, the office's name, unread notices."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from sqlalchemy.exc import SQLAlchemyError

from tracker.domain.access import Permission, UserRole
from tracker.services import accounts
from tracker.services.settings import DEFAULT_OFFICE_NAME, office_name
from tracker.web import printing
from tracker.web.edge import now, session, today
from tracker.web.policy import may

CARE_COOKIE = "care"
ROLE_WORDS = {role.value: role.label for role in UserRole}


def install(app: Flask) -> None:
    """Give every template the common facts; each is asked for once a page, and only where it is shown."""
    app.context_processor(_facts)
    app.jinja_env.globals.update(office_name=_office_name, unread=_unread)
    app.jinja_env.globals.update(pdf_notice=printing.notice)
    app.jinja_env.globals.update(may=may, P=Permission, role_words=ROLE_WORDS)


def _facts() -> dict[str, Any]:
    person = g.get("person")
    return {
        "person": person,
        "role_label": ROLE_WORDS[person.role] if person else "",
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
        return accounts.unread_count(session(), g.actor.desk_id) if person else 0
    except SQLAlchemyError:
        return 0
