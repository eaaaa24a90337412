"""The one check before every request."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories
from tests.support.pages import PageClient
from tracker.domain.access import Permission, UserRole
from tracker.store.database import db
from tracker.web import navigation, policy


def person(app: Flask, session: Session, role: str) -> PageClient:
    unit = factories.make_unit(session) if role == "unit" else None
    account = factories.make_account(session, role, unit=unit)
    session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


def test_an_application_with_an_unmarked_route_does_not_start() -> None:
    app = Flask("unmarked")
    app.add_url_rule("/open", "open", lambda: "open to whom?")

    with pytest.raises(policy.UnmarkedRoute, match="open"):
        policy.install(app)


def test_a_mark_survives_a_route_and_says_what_is_needed(app: Flask) -> None:
    assert policy.required(app, "settings.index") is Permission.SETTING_READ
    assert policy.required(app, "accounts.sign_in") == policy.PUBLIC
    assert policy.required(app, "static") == policy.PUBLIC


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("office", "/accounts", 403),
        ("unit", "/settings", 403),
        ("unit", "/desk", 403),
        ("leader", "/settings", 403),
        ("administrator", "/desk", 403),
        ("administrator", "/accounts", 200),
        ("administrator", "/accounts/999999", 404),
        ("office", "/accounts/999999", 403),
        ("auditor", "/audit", 200),
        ("auditor", "/audit/verification", 200),
        ("administrator", "/audit", 403),
        ("office", "/desk", 200),
    ],
)
def test_who_gets_what(app: Flask, app_session: Session, role: str, path: str, status: int) -> None:
    assert person(app, app_session, role).get(path).status_code == status


@pytest.mark.parametrize("role", list(UserRole), ids=lambda role: str(role.value))
def test_every_role_has_a_home_that_opens(app: Flask, app_session: Session, role: UserRole) -> None:
    client = person(app, app_session, role.value)

    home = client.get("/").headers["Location"]

    assert home == navigation.home_of(role)
    assert client.get(home, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("role", list(UserRole), ids=lambda role: str(role.value))
def test_every_word_in_a_bar_opens_its_page(app: Flask, app_session: Session, role: UserRole) -> None:
    client = person(app, app_session, role.value)
    known = app.extensions[navigation.KNOWN_PATHS]

    for label, path in navigation.BARS[role]:
        assert path in known, f"{label}: no page answers at {path}"
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, label
        assert 'aria-current="page"' in answer.text, label


def test_a_form_without_a_token_changes_nothing(app: Flask, app_session: Session) -> None:
    client = person(app, app_session, "office")

    answer = client.post("/settings", data={"office_name": "改掉"}, with_token=False)

    assert answer.status_code == 400
    assert "改掉</small>" not in client.get("/settings").text


def test_knowing_who_asks_costs_three_questions_a_page(app: Flask, app_session: Session) -> None:
    client = person(app, app_session, "office")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(*facts: object) -> None:
        if not str(facts[2]).startswith(("BEGIN", "PRAGMA")):
            asked.append(str(facts[2]))

    client.get("/no-such-page")

    assert len(asked) <= 3, asked
