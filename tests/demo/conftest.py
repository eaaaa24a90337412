"""The demonstration, filled once for all that looks at it: nobody here changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from config import Config, load
from tests.factories import make_account
from tests.support.databases import Databases, opened
from tracker import demo
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.domain.access import UserRole
from tracker.services import settings

AUTUMN = datetime(2026, 11, 20, 15, tzinfo=CHINA)


@dataclass(frozen=True)
class Demonstration:
    """The city as it stands on a day in November, and what was said while it was filled."""

    config: Config
    url: str
    said: tuple[str, ...]


@pytest.fixture(scope="session")
def demonstration(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration, and with it one administrator and one auditor."""
    folder = tmp_path_factory.mktemp("demonstration")
    with databases.migrated(folder) as url:
        config = load(folder, {"TRACKER_DATABASE_URL": url})
        with opened(url) as engine, Session(engine) as session:
            settings.seed_calendar(session, work_calendar.official_days([2025, 2026]))
            said = []
            for words in demo.fill(session, config, now=AUTUMN):
                session.flush()
                said.append(words)
            for role in (UserRole.ADMINISTRATOR, UserRole.AUDITOR):
                make_account(session, role.value, username=role.value)
            session.commit()
        yield Demonstration(config, url, tuple(said))
