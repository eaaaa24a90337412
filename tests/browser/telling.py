"""The office whose year the story tells: its server, and its people with a browser each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.people import Administrator, Clerk, Contact, Leader
from tests.support.serving import Office

MONDAY = "2026-09-07T09:00+08:00"


@dataclass
class Story:
    """The office's server, its people, and what a chapter leaves to the next."""

    office: Office
    folder: Path
    administrator: Administrator
    clerk: Clerk
    colleague: Clerk
    education: Contact
    justice: Contact
    civil_affairs: Contact
    leader: Leader
    plan: int = 0
    owed: str = ""

    def spool(self) -> Counter[str]:
        """The letters in the spool: how often each person was told the same."""
        found = Counter[str]()
        for path in self.office.data.glob("spool/*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            found[f"{letter['To']} {letter['Subject']} {body.get_content() if body else ''}"] += 1
        return found


@contextmanager
def told(browser: Browser, folder: Path, database_url: str) -> Iterator[Story]:
    """One server over one data folder, and seven people."""
    with Office(folder / "instance", MONDAY, database_url) as office:
        people = (
            Administrator(browser, office.url, "管理员"),
            Clerk(browser, office.url, "公开办"),
            Clerk(browser, office.url, "公开办"),
            Contact(browser, office.url, "教育局"),
            Contact(browser, office.url, "司法局"),
            Contact(browser, office.url, "民政局"),
            Leader(browser, office.url, "领导"),
        )
        yield Story(office, folder, *people)
        for person in people:
            person.leave()
