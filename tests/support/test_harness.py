"""The harness itself: databases are migrated and apart from each other, the clock stands, bad pages are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from tests.support.clock import SettableClock
from tests.support.databases import Databases, opened
from tests.support.pages import faults
from tracker.store import migrating

GOOD = (
    '<!doctype html><html lang="zh-CN"><head><title>台账</title></head><body><main><h1>台账</h1>'
    '<label for="q">查找</label><input id="q" name="q"><button>查</button></main></body></html>'
)


def test_a_test_gets_a_migrated_database(engine_url: str, engine_name: str) -> None:
    with opened(engine_url) as engine:
        assert engine.dialect.name == engine_name
        assert migrating.is_current(engine)


def test_two_databases_do_not_see_each_other(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")

    with databases.migrated(one) as first, databases.migrated(two) as second, opened(first) as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE only_here (id INTEGER)"))

        with opened(second) as other:
            assert "only_here" not in inspect(other).get_table_names()


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_commits_is_gone_afterwards(session: Session, time: str) -> None:
    found = session.execute(text("SELECT count(*) FROM alembic_version")).scalar_one()
    assert found == 1, f"the {time} test sees what the other one deleted"

    session.execute(text("DELETE FROM alembic_version"))
    session.commit()


def test_the_clock_stands_until_it_is_moved(clock: SettableClock) -> None:
    assert clock() == clock() == datetime(2026, 9, 24, 7, 0, tzinfo=UTC)

    clock.advance(days=1)
    assert clock() == datetime(2026, 9, 25, 7, 0, tzinfo=UTC)

    clock.set("2026-12-31T09:00")
    assert clock() == datetime(2026, 12, 31, 1, 0, tzinfo=UTC)


def test_a_good_page_has_no_faults() -> None:
    assert list(faults(GOOD)) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        pytest.param("<title>台账</title>", "", "<title>", id="a page without a title"),
        pytest.param("<h1>台账</h1>", "<h1>一</h1><h1>二</h1>", "<h1>", id="two headings"),
        pytest.param(' lang="zh-CN"', "", "lang", id="a page that hides its language"),
        pytest.param(' for="q"', "", "no label", id="a field without a label"),
        pytest.param("<button>查</button>", "<button></button>", "no name", id="a button without a name"),
        pytest.param("</main>", "<script>1</script></main>", "inline <script>", id="an inline script"),
        pytest.param("<main>", '<main onclick="x()">', "onclick", id="an inline handler"),
        pytest.param("<main>", '<main style="color:red">', "style", id="an inline style"),
        pytest.param(
            "</main>", '<img src="//cdn.example/a.png" alt="图"></main>', "another host", id="a foreign image"
        ),
        pytest.param("</main>", '<i id="q"></i></main>', "2 times", id="an id used twice"),
        pytest.param("</main>", "{{ task }}</main>", "{{", id="template marks"),
    ],
)
def test_a_bad_page_is_refused_because_of(before: str, after: str, fault: str) -> None:
    found = list(faults(GOOD.replace(before, after)))

    assert any(fault in sentence for sentence in found), found
