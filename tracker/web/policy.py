"""Who may open which address: every view names one permission, and whatever names none stays closed.

    @blueprint.get("/ledger")
    @permit(Permission.TASK_READ)
    def index() -> str: ...

One check before each request asks `tracker.domain.access.allows`. A visitor who is not signed in is led to
the sign-in page and back; a person whose role lacks the permission gets 403. Which rows a person may see is
a question of scope, answered by queries with 404. An application with an unmarked route does not start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission, UserRole, allows
from tracker.domain.errors import NotAllowed
from tracker.services.deputies import DeputyEnded
from tracker.web import auth

View = TypeVar("View", bound=Callable[..., Any])

MARK = "required_permission"
PUBLIC = "public"
# Routes that Flask and Bootstrap-Flask register themselves: files without any content of the office.
STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})


class UnmarkedRoute(RuntimeError):
    """A route carries neither @permit(...) nor @public; name one above its view."""


def permit(permission: Permission) -> Callable[[View], View]:
    """Open a view to the roles that have `permission`; stands directly above the function."""

    def mark(view: View) -> View:
        setattr(view, MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    setattr(view, MARK, PUBLIC)
    return view


def required(app: Flask, endpoint: str) -> Permission | str | None:
    """What an endpoint asks for: a permission, `PUBLIC`, or None when nobody has marked it."""
    if endpoint in STATIC_ENDPOINTS:
        return PUBLIC
    return getattr(app.view_functions[endpoint], MARK, None)


def install(app: Flask) -> None:
    """Put the one check before every request; call after all blueprints are registered.

    Raises:
        UnmarkedRoute: a route has no mark.

    """
    unmarked = sorted(endpoint for endpoint in app.view_functions if required(app, endpoint) is None)
    if unmarked:
        raise UnmarkedRoute(f"{UnmarkedRoute.__doc__} ({', '.join(unmarked)})")
    app.before_request(_check)


def may(permission: Permission) -> bool:
    """Whether the person of this request has a permission; for showing or leaving out a button."""
    person = g.get("actor")
    return person is not None and allows(UserRole(person.role), permission)


def _check() -> ResponseReturnValue | None:
    if request.endpoint in STATIC_ENDPOINTS:
        return None
    auth.recognise()
    if request.endpoint is None:
        return None  # the address does not exist; the error page follows
    wanted = required(current_app, request.endpoint)
    if wanted == PUBLIC:
        return None
    if g.actor is None:
        return _to_sign_in()
    if g.lapsed:
        return _to_oneself()
    if not isinstance(wanted, Permission) or not may(wanted):
        raise NotAllowed
    return None


def _to_oneself() -> ResponseReturnValue:
    """The time as a deputy is over: lead home, and do nothing in the person's own name that was not meant so.

    Raises:
        DeputyEnded: a form was sent; its text stays readable.

    """
    if request.method not in {"GET", "HEAD"}:
        raise DeputyEnded
    flash("代办已经结束，现在是您本人。", "blue")
    return redirect(url_for("desk.home"))


def _to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page; a form that was sent keeps its text there (the CSRF check has passed)."""
    if request.method in {"GET", "HEAD"}:
        here = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", next=here if here != "/" else None))
    from tracker.web.kept import interrupted  # late: the page family imports this module

    return interrupted()
