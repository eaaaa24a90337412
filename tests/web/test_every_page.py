"""Every page that a role can reach by following links opens, and passes the checks of `tests.support.pages`.

Nobody is shown a link that leads to a closed door or to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests import factories
from tests.support import counting
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.access import UserRole
from tracker.domain.clock import PUBLISH
from tracker.services import clock_acts, settings
from tracker.services.clock_acts import ClockFacts
from tracker.store.tables import Unit

MOST = 250
"""Pages a crawl looks at; addresses that differ only in the values of their query count as one page."""


@pytest.fixture
def city(app_session: Session) -> Unit:
    """A year under way: a plan with lights of every colour, a closed and an open week, returns in every state."""
    session = app_session
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan = factories.make_plan(session)
    found = [factories.make_unit(session) for _ in range(6)]
    tasks = [
        factories.make_task(
            session, plan, units=[found[0], (found[1], "support")], due=factories.TODAY + timedelta(days=days)
        )
        for days in (-30, 2, 90)
    ]
    factories.make_task(session, plan, units=[found[0]], section="二、平台建设", state="signed_off")
    factories.make_task(session, plan, units=[(found[2], "lead")])
    cadence = factories.make_cadence(session, plan)
    for key, state in (("2026-W38", "closed"), ("2026-W39", "open")):
        period = factories.make_period(session, cadence, key, state=state)
        for unit, stands in zip(
            found, ("submitted", "returned", "accepted", "open", "missed", "waived"), strict=True
        ):
            handed_in = factories.NOW if stands in {"submitted", "returned", "accepted"} else None
            owed = factories.make_obligation(session, period, unit, state=stands, submitted_at=handed_in)
            if handed_in:
                lines = [(tasks[0].assignments[0], "in_progress", "完成<14>件")] if unit is found[0] else []
                factories.make_return(session, owed, lines, state=stands)
    target = counting.make_target(session, tasks[0])
    counting.enter(session, target, found[0], "2026-03-01")
    counting.enter(session, target, found[0], "2026-04-01")
    counting.make_target(session, tasks[1], scope="open", settled=False, printed="有关单位")
    facts = ClockFacts(PUBLISH.key, found[0].id, "一份文件", factories.TODAY, task_id=tasks[0].id)
    clock_acts.start(session, counting.OFFICE, facts=facts, now=factories.NOW)
    session.commit()
    return found[0]


@pytest.mark.parametrize("role", list(UserRole), ids=lambda role: str(role.value))
def test_every_link_opens_a_good_page(app: Flask, app_session: Session, city: Unit, role: UserRole) -> None:
    account = factories.make_account(app_session, role.value, unit=city if role is UserRole.UNIT else None)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)

    closed, seen, waiting = [], {"/"}, [("/", "the beginning")]
    while waiting and len(seen) < MOST:
        address, origin = waiting.pop(0)
        with client.get(address, follow_redirects=True) as answer:
            if answer.status_code != 200:
                closed.append(f"{origin} → {address}: {answer.status_code}")
            if answer.mimetype != "text/html":
                continue
            for link in links(answer.get_data(as_text=True), address):
                if pattern(link) not in seen:
                    seen.add(pattern(link))
                    waiting.append((link, address))

    assert closed == []
    assert len(seen) > 2, "a role has more than its first page"


def links(text: str, address: str) -> Iterator[str]:
    """The addresses of this program that a page leads to."""
    tree: Any = html.document_fromstring(text)
    tree.make_links_absolute(f"http://localhost{address}")
    for href in tree.xpath("//a/@href"):
        parts = urlsplit(href)
        if parts.netloc == "localhost" and not parts.path.startswith("/static"):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def pattern(address: str) -> str:
    """An address without numbers and without the values of its query."""
    parts = urlsplit(address)
    path = "/".join("N" if part.isdecimal() else part for part in parts.path.split("/"))
    return f"{path}?{'&'.join(sorted({name for name, _ in parse_qsl(parts.query)}))}"
