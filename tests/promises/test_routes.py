"""Every address: it names who may open it, and answers each role as the policy table says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests import factories
from tests.promises import project
from tests.support.pages import PageClient
from tracker.domain.access import Permission, UserRole, allows
from tracker.web import policy

ENDPOINT = re.compile(r"url_for\(\s*['\"]([\w.]+)['\"]")


def _open_to_get(app: Flask) -> Iterator[tuple[Rule, Permission | str | None]]:
    """The addresses that can be asked for without knowing an object's number."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule, policy.required(app, rule.endpoint)


def _visit_as(app: Flask, session: Session, role: UserRole) -> PageClient:
    unit = factories.make_unit(session) if role is UserRole.UNIT else None
    account = factories.make_account(session, role.value, unit=unit)
    session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


def test_every_route_names_who_may_open_it(app: Flask) -> None:
    unnamed = [str(rule) for rule in app.url_map.iter_rules() if policy.required(app, rule.endpoint) is None]

    project.none(unnamed)


def test_every_permission_opens_something(app: Flask) -> None:
    named = {policy.required(app, endpoint) for endpoint in app.view_functions}
    in_code = "".join(project.read(path) for path in project.under("tracker/web", "templates"))
    unused = [one.name for one in Permission if one not in named and f".{one.name}" not in in_code]

    project.none(unused, "take what nobody asks for out of the policy table")


@pytest.mark.parametrize("role", list(UserRole), ids=lambda role: str(role.value))
def test_each_role_is_let_in_and_kept_out_as_the_policy_says(
    app: Flask, app_session: Session, role: UserRole
) -> None:
    client = _visit_as(app, app_session, role)

    wrong = []
    for rule, wanted in _open_to_get(app):
        status = client.get(rule.rule).status_code
        welcome = not isinstance(wanted, Permission) or allows(role, wanted)
        if status >= 500 or (status == 403) is welcome:
            wrong.append(f"{rule.rule}: {status}, though the policy {'allows' if welcome else 'forbids'} it")

    project.none(wrong)


def test_a_stranger_is_led_to_the_sign_in_page(app: Flask) -> None:
    client = app.test_client()

    for rule, wanted in _open_to_get(app):
        answer = client.get(rule.rule)
        if isinstance(wanted, Permission):
            assert answer.status_code == 302, rule.rule
            assert answer.headers["Location"].startswith("/sign-in"), rule.rule
        else:
            assert answer.status_code < 500, rule.rule


def test_nothing_changes_by_following_a_link(app: Flask) -> None:
    """A POST route never answers GET under the same name, unless it shows the form it takes."""
    unsafe = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.methods and {"PUT", "PATCH", "DELETE"} & rule.methods
    ]

    project.none(unsafe, "forms know GET and POST only")


def test_templates_name_routes_that_exist(app: Flask) -> None:
    wrong = [
        f"{path}: {endpoint}"
        for path in project.under("templates", "tracker/web")
        if path.suffix in {".html", ".py"}
        for endpoint in ENDPOINT.findall(project.read(path))
        if endpoint not in app.view_functions
    ]

    project.none(wrong)


def test_a_page_that_does_not_exist_is_a_kind_one(app: Flask, app_session: Session) -> None:
    answer = _visit_as(app, app_session, UserRole.OFFICE).get("/no-such-page")

    assert answer.status_code == 404
    assert re.search("[一-鿿]", answer.get_data(as_text=True))
