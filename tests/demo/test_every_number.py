"""Every number on every page of the demonstration opens a list of exactly so many rows.

The demonstration is filled once. Then every role walks it by its links as a person would; of pages whose
addresses differ only in numbers or in the values of their query a few are looked at, and of each of these
every number is opened, and the rows of its list are counted on all its pages.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.demo.conftest import AUTUMN, Demonstration
from tests.support.clock import SettableClock
from tests.support.lists import open_list, rows_of
from tests.support.pages import PageClient
from tracker.app import create_app
from tracker.domain.access import UserRole
from tracker.store.database import db
from tracker.store.tables import Account
from tracker.web.edge import CLOCK_KEY

COUNT = re.compile(r"(?<![\d第.:：/-])(\d+)\s*(?:项|件|家|条|篇|份|处|次|人|个|期)(?![月日])")
NUMBER = re.compile(r"(?<![\d第年月./:：-])(\d+)(?![\d年月日周./:：%-])")
NO_COUNTS = ("序号", "年度", "版本")
"""Heads of columns whose numbers count nothing that could be listed."""
FROZEN = "截止时"
"""A figure as it stood at a cut-off stands beside today's, whose list it is no more the length of."""
NO_COUNT = {
    "a span of time": re.compile(r"\d+\s*(?:个工作日|天|小时|分钟|个月)"),
    "a deadline or a quota as it is asked for": re.compile(r"不少于|前|每(?:年|季|月|周|期)"),
    "a running number": re.compile(r"第\s*\d+\s*(?:项|条|期|稿|周|季度|版|页)|[〔（(]\d{4}[〕）)]"),
}
NO_LEDGER = {
    "/imports": "rows of a draft stand on the page that its line opens; they are no tasks yet",
    "/groups": "members are named on the group's line, and ticked on its page",
    "/units": "who can sign in is the administrators' to list",
    "/settings": "days of the calendar stand on the year's page",
    "/reminder-rules": "a forecast of what would be said is told beneath, by unit",
    "/deliveries": "units without an address are named in the fold beneath",
    "/points": "points (分) are scores, not counts",
    "/documents/templates": "the fields that a template may name stand in the fold beneath",
    "/reporting/N/regime": "a preview counts what a rule would ask for",
}
"""Pages whose bare numbers count nothing of the ledger, and why; their numbers with a list are walked as well."""
FILE = re.compile(r"[.](?:pdf|docx|xlsx|zip|txt|ics|csv)$")
"""A file has no numbers with lists; its making is tested elsewhere, and takes seconds."""
LISTS = ".//table|.//ol|.//ul|descendant-or-self::*[@data-count]"
QUERIES_OF_A_PATH = 2
"""So many kinds of query are walked for one path: the dashboard alone can be narrowed in dozens of ways."""
LEAST = {
    UserRole.OFFICE: 300,
    UserRole.LEADER: 300,
    UserRole.UNIT: 2,
    UserRole.ADMINISTRATOR: 0,
    UserRole.AUDITOR: 0,
}
"""So many numbers each role meets at least: a walk that finds none would prove nothing."""


class Visitor(PageClient):
    """Signs in as other visitors do, and leaves the judging of pages to `test_every_page`: there are thousands."""

    def open(self, *args: Any, with_token: bool = True, **kwargs: Any) -> TestResponse:  # noqa: ARG002 - as there
        return FlaskClient.open(self, *args, **kwargs)


@pytest.fixture
def city(demonstration: Demonstration) -> Iterator[Flask]:
    """The application over the demonstration."""
    clock = SettableClock(AUTUMN)
    app = create_app(demonstration.config)
    app.extensions[CLOCK_KEY] = clock
    app.test_client_class = Visitor
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class Walk:
    """One person's way through the pages, and what was found on it."""

    client: FlaskClient
    opened: dict[str, int | None] = field(default_factory=dict)
    """By address: the rows of a list, None where its own statement differs from them."""
    wrong: list[str] = field(default_factory=list)
    numbers: int = 0
    bare: set[str] = field(default_factory=set)
    """Counts that lead to no list, as `where: words`."""

    def go(self) -> None:
        seen, taken, waiting = {"/"}, Counter[str](), deque(["/"])
        queries: dict[str, set[str]] = {}
        while waiting:
            address = waiting.popleft()
            answer = self.client.get(address, follow_redirects=True)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            here = answer.request.full_path.rstrip("?")
            page: Any = html.document_fromstring(answer.get_data(as_text=True))
            self._look(page, here)
            for link in links(page, here):
                path, query = pattern(link)
                if FILE.search(path):
                    continue
                kinds = queries.setdefault(path, set())
                if link in seen or query in kinds or len(kinds) >= QUERIES_OF_A_PATH:
                    continue
                seen.add(link)
                kinds.add(query)
                taken[path] += 1
                waiting.append(link)

    def _look(self, page: Any, here: str) -> None:
        where = pattern(here)[0]
        if not where.startswith(tuple(NO_LEDGER)):
            self.bare |= {f"{where}: {words}" for words in bare_counts(page)}
        for link in page.xpath("//main//a[@data-count]"):
            self.numbers += 1
            number, address = int(link.get("data-count")), in_order(urljoin(here, link.get("href")))
            if address not in self.opened:
                self.opened[address] = self._open(address)
            if self.opened[address] != number:
                self.wrong.append(f"{here}: {number} → {address}: {self.opened[address]}")

    def _open(self, address: str) -> int | None:
        found = open_list(self.client, address)
        return found.rows if found.is_of(found.rows) else None


def test_every_number_opens_a_list_of_so_many_rows(city: Flask) -> None:
    # One test for all roles: shared out between processes, each would fill a demonstration of its own.
    walks = {role: Walk(signed_in(city, role)) for role in UserRole}
    leader, office = walks[UserRole.LEADER], walks[UserRole.OFFICE]

    leader.go()
    # Both see the same tasks (`sees_all`), so what the leader has opened need not be opened twice; drafts of
    # documents are the office's alone.
    office.opened = {link: rows for link, rows in leader.opened.items() if not link.startswith("/documents")}
    for role in UserRole:
        if role is not UserRole.LEADER:
            walks[role].go()

    assert [wrong for walk in walks.values() for wrong in walk.wrong] == []
    assert {role for role, walk in walks.items() if walk.numbers < LEAST[role]} == set()
    assert sorted(set().union(*(walk.bare for walk in walks.values()))) == []


def signed_in(app: Flask, role: UserRole) -> FlaskClient:
    """Somebody of this role; of the units the one that the demonstration has the most to tell of."""
    with app.app_context():
        wanted = select(Account).where(Account.role == role.value, Account.active).order_by(Account.id)
        account = db.session.scalars(wanted).first()
    assert account
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client.as_account(account)


def links(page: Any, here: str) -> Iterator[str]:
    """The addresses of this program that a page leads to."""
    for href in page.xpath("//a/@href"):
        parts = urlsplit(urljoin(f"http://localhost{here}", str(href)))
        if parts.netloc == "localhost" and not parts.path.startswith("/static"):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def in_order(address: str) -> str:
    """The same address with its query in order: one list is opened once, however its links are written."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))))


def pattern(address: str) -> tuple[str, str]:
    """An address without numbers, and the names in its query."""
    parts = urlsplit(address)
    path = "/".join("N" if part.isdecimal() else part for part in parts.path.split("/"))
    return path, "&".join(sorted({name for name, _ in parse_qsl(parts.query)}))


def bare_counts(page: Any) -> Iterator[str]:
    """Counts in headings, figures and columns of numbers that neither lead to a list nor stand over one."""
    (main,) = page.iter("main")
    for place in main.xpath(
        ".//h1|.//h2|.//h3|.//summary|.//b|.//td[contains(@class, 'n') and @class != 'keep']"
    ):
        own = " ".join("".join(place.xpath(".//text()[not(ancestor::a)]")).split())
        if place.tag in {"b", "td"} and place.xpath(
            "ancestor::*[self::a or self::h1 or self::h2 or self::nav]"
        ):
            continue
        counts = NUMBER.findall(own) if place.tag in {"b", "td"} else COUNT.findall(own)
        if counts and not _is_no_count(place, own) and not all(_stands_over(place, int(n)) for n in counts):
            yield f"<{place.tag}> {own[:60]}"


def _is_no_count(place: Any, own: str) -> bool:
    """A span of time, a deadline as printed, a running number: see the kinds by name."""
    if place.tag == "td":
        column = len(place.xpath("preceding-sibling::td|preceding-sibling::th"))
        heads = place.xpath("ancestor::table[1]/thead/tr[last()]/*")
        head = heads[column].text_content().strip() if column < len(heads) else ""
        return head.startswith(NO_COUNTS) or own.startswith(FROZEN)
    return any(kind.search(own) for kind in NO_COUNT.values())


def _stands_over(place: Any, number: int) -> bool:
    """Whether a list of so many rows stands in the same section, or is what the whole page shows."""
    around = place.xpath("ancestor::*[self::section or self::details or self::main]")
    lists = [found for each in around for found in each.xpath(LISTS)]
    said = {int(found.get("data-count")) for found in lists if found.get("data-count") and found.tag != "a"}
    return number == 0 or number in said or number in {rows_of(found) for found in lists}
