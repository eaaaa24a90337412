"""A small 青溪市 with its people signed in, and what they see of the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, make_city
from tests.support.pages import PageClient


@dataclass(frozen=True)
class Town:
    """Justice lost 3 points: a return was missed and a task is late; health lost none."""

    city: City
    office: PageClient
    contact: PageClient
    stranger: PageClient
    leader: PageClient


def make_town(app: Flask, session: Session) -> Town:
    city = make_city(session)
    people = [
        factories.make_account(session, role, unit=unit)
        for role, unit in (("office", None), ("unit", city.justice), ("unit", city.health), ("leader", None))
    ]
    session.commit()
    return Town(city, *(cast("PageClient", app.test_client()).as_account(one) for one in people))


def text(client: PageClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def parsed(client: PageClient, address: str) -> Any:
    return html.fromstring(text(client, address))


def filled(page: Any, action: str = "") -> dict[str, Any]:
    """The form of a page as a browser would send it."""
    ours = page.xpath("//main//form[@method='post']")
    (form,) = [one for one in ours if (one.action or "").endswith(action)] if action else ours
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found[name] = (
            [*found[name], value]
            if isinstance(found.get(name), list)
            else ([found[name], value] if name in found else value)
        )
    return found
