"""After hours, days or weeks without a worker: exactly what still holds is said, in one letter, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tests.factories import make_account, make_cadence, make_period, make_plan, make_task, make_unit
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.work_calendar import DayKind
from tracker.services import calendar_changes, settings
from tracker.store.database import session_factory, transaction
from tracker.store.tables import InboxItem, Notice, OutboxItem
from tracker.ticking import run_tick

STOPPED = date(2026, 9, 22)
"""The first day without a tick; a Tuesday. 24 September is a cut-off, the 25th begins a holiday."""
MORNING = time(9, 5)


@dataclass
class Town:
    """One unit with tasks due on four days and a return each Thursday, whose worker ticked each morning."""

    sessions: sessionmaker[Session]
    config: Config
    clock: SettableClock

    def tick(self, moment: datetime | None = None) -> None:
        if moment is not None:
            self.clock.set(moment)
        run_tick(self.sessions, self.config, self.clock, anew=True)

    def said(self) -> set[str]:
        """The keys of what has reached the unit, without the numbers of rows."""
        with self.sessions() as session:
            sent = select(Notice.key).join(OutboxItem).where(OutboxItem.state == "sent", OutboxItem.channel == "mail")
            return {words(key) for key in session.scalars(sent)}

    def letters(self) -> set[str]:
        return {path.name for path in self.config.spool_dir.glob("*.eml")}


def words(key: str) -> str:
    """`task:t2:2026-09-29:u1:soon3` as `2026-09-29 soon3`."""
    parts = key.split(":")
    return f"{parts[2]} {parts[-1]}"


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    with opened(engine_url) as made:
        yield made


@pytest.fixture
def town(engine: Engine, config: Config, clock: SettableClock) -> Town:
    sessions = session_factory(engine)
    with sessions() as session:
        settings.seed_calendar(session, work_calendar.official_days([2026]))
        plan = make_plan(session)
        plan.confirmed_at = datetime(2026, 3, 1, tzinfo=CHINA)
        unit = make_unit(session, "市教育局")
        make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
        for day in (date(2026, 9, 18), date(2026, 9, 29), date(2026, 10, 15), date(2026, 12, 25)):
            make_task(session, plan, units=[unit], due=day)
        cadence = make_cadence(session, plan)
        for week in range(37, 48):
            make_period(session, cadence, f"2026-W{week}", state="upcoming")
        session.commit()
    town = Town(sessions, config, clock)
    for before in range(8, 0, -1):
        town.tick(datetime.combine(STOPPED - timedelta(days=before), MORNING, CHINA))
    return town


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(0, set(), id="none: nothing new is reached on that day"),
        pytest.param(1, {"2026-09-29 soon3"}, id="a day"),
        pytest.param(
            8,
            {
                "2026-09-18 overdue5", "2026-09-29 overdue1", "2026-10-15 soon10", "2026-W39 missed",
                "2026-W40 opens",
            },
            id="eight days: the latest rung of each, and one missed week",
        ),
        pytest.param(
            45,
            {"2026-09-18 overdue10", "2026-09-29 overdue10", "2026-10-15 overdue10", "2026-W45 missed"},
            id="forty-five days: weeks that were missed long ago are said no more",
        ),
    ],
)  # fmt: skip
def test_after_a_time_without_a_worker_just_what_holds_is_said_in_one_letter(
    town: Town, days: int, expected: set[str]
) -> None:
    before, letters = town.said(), town.letters()

    resumed = datetime.combine(STOPPED + timedelta(days=days), MORNING, CHINA)
    for minutes in (0, 0, 1, 30):
        town.tick(resumed + timedelta(minutes=minutes))

    assert town.said() - before == expected
    assert len(town.letters() - letters) == bool(expected)
    with town.sessions() as session:
        waiting = session.scalars(select(OutboxItem.id).where(OutboxItem.state == "due")).all()
        assert waiting == []
        laid = session.scalars(select(InboxItem.outbox_id)).all()
        assert len(laid) == len(set(laid)) == len(town.said())


def a_local_workday(town: Town, day: date, *, works: bool = True) -> None:
    """The office says that a day is (not) a workday here."""
    with town.sessions() as session, transaction(session):
        kind = DayKind.WORK if works else DayKind.OFF
        now = town.clock()
        proposal = calendar_changes.from_local_rule(session, first=day, last=day, kind=kind, name="本地安排", now=now)
        office = Actor(None, "陈雨", "office")
        calendar_changes.apply(session, office, proposal=proposal, seen=proposal.digest, now=now)


def test_what_a_changed_calendar_puts_off_is_taken_back_and_said_once_on_its_new_day(town: Town) -> None:
    """Three workdays before the 29th are the 23rd; with work on the 25th they are the 24th."""
    early = datetime(2026, 9, 23, 8, 30, tzinfo=CHINA)
    town.tick(early)
    assert "2026-09-29 soon3" not in town.said(), "it waits until nine"

    a_local_workday(town, date(2026, 9, 25))
    town.tick(early.replace(hour=9, minute=5))
    assert "2026-09-29 soon3" not in town.said()

    for hour in (9, 10, 15):
        town.tick(datetime(2026, 9, 24, hour, 5, tzinfo=CHINA))
    assert "2026-09-29 soon3" in town.said()
    with town.sessions() as session:
        laid = select(Notice.key).join(OutboxItem).join(InboxItem)
        keys = [words(key) for key in session.scalars(laid)]
        assert keys.count("2026-09-29 soon3") == 1


def test_what_was_said_by_the_old_calendar_is_not_said_again_by_the_new_one(town: Town) -> None:
    town.tick(datetime(2026, 9, 23, 9, 5, tzinfo=CHINA))
    said, letters = town.said(), town.letters()
    assert "2026-09-29 soon3" in said

    a_local_workday(town, date(2026, 9, 25))
    town.tick(datetime(2026, 9, 23, 10, 5, tzinfo=CHINA))
    a_local_workday(town, date(2026, 9, 24), works=False)
    town.tick(datetime(2026, 9, 23, 11, 5, tzinfo=CHINA))

    assert (town.said(), town.letters()) == (said, letters)


def test_what_a_changed_calendar_brings_forward_is_said_at_the_next_tick(town: Town) -> None:
    """Without work on the 28th, three workdays before the 29th are the 22nd."""
    town.tick(datetime.combine(STOPPED, MORNING, CHINA))
    assert "2026-09-29 soon3" not in town.said()

    a_local_workday(town, date(2026, 9, 28), works=False)
    town.tick(datetime(2026, 9, 23, 9, 5, tzinfo=CHINA))

    assert "2026-09-29 soon3" in town.said()
