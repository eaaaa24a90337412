"""Living through the year: people act, the clock is moved by hand, the worker ticks, weeks are compared."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from tracker import delivering, ticking
from tracker.delivering import WaysOut
from tracker.domain.china_time import china_day
from tracker.domain.delivery import BY_MAIL, MAIL
from tracker.domain.ports import Files
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import calendars
from tracker.store import migrating
from tracker.store.database import forget_at_power_cut, prepare_engine, session_factory, transaction
from tracker.store.queries import year_account
from tracker.year_drill import city as cities
from tracker.year_drill import disturbances
from tracker.year_drill.city import Size
from tracker.year_drill.disturbances import Timetable
from tracker.year_drill.mailroom import Mailroom
from tracker.year_drill.office_work import OfficeWork
from tracker.year_drill.oracle import Oracle
from tracker.year_drill.people import Agenda, Reporting
from tracker.year_drill.post import Post

SITE = "http://127.0.0.1"
REFUSED_FOR = timedelta(days=16)
SHOWN = 6


@dataclass(slots=True)
class Week:
    """One week held against what it should have been; the keys that differ, with how often."""

    number: int
    ends_on: date
    said: int
    arrived: int
    lacking: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)

    @property
    def difference(self) -> int:
        return self.lacking.total() + self.beyond.total()


@dataclass(slots=True)
class Account:
    """What the year came to."""

    weeks: list[Week] = field(default_factory=list)
    said: int = 0
    arrived: int = 0
    letters: int = 0
    again: int = 0
    """Notices said once more, for the clock had gone back behind the moment at which they were said."""
    repeated: int = 0
    """Letters that went twice, for nobody had answered the first time."""
    doubled: int = 0
    """Entries of one notice in one inbox beyond the first, and letters repeated beyond those unanswered."""
    most_inbox: int = 0
    most_letters: int = 0
    ticks: int = 0
    acts: int = 0
    longest_tick: float = 0.0
    seconds: float = 0.0

    @property
    def difference(self) -> int:
        return sum(week.difference for week in self.weeks)

    @property
    def is_clean(self) -> bool:
        return not self.difference and not self.doubled


class HandClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Year:
    """One run of the drill."""

    def __init__(self, sessions: sessionmaker[Session], timetable: Timetable, *, seed: int) -> None:
        self.sessions, self.timetable = sessions, timetable
        self.chances = Random(seed)  # noqa: S311 - a drill that can be repeated
        self.clock, self.agenda, self.post, self.account = HandClock(), Agenda(), Post(), Account()
        self._oracle: tuple[WorkCalendar, Oracle] | None = None

    def live(self, size: Size, files: Files) -> Iterator[Week]:
        """From the first Monday to the last Sunday, week by week."""
        span = self.timetable.span
        with self.sessions() as session, transaction(session):
            self.city = cities.settle(session, span, size, files=files, chances=self.chances)
        self.mailroom = Mailroom(self.city.world, Random(self.chances.random()))  # noqa: S311 - as above
        work = OfficeWork(self.city, self.agenda, self.chances, span)
        work.plan_year()
        self.reporting = Reporting(self.city, self.agenda, self.chances, work.finishes)
        for change in self.timetable.changes:
            self.agenda.add(change.at, partial(disturbances.change_calendar, change))
        self._let_addresses_fail()
        ways = WaysOut({MAIL: self.mailroom}, (BY_MAIL,))
        since = next(self.timetable.moments())
        week = 1
        for at in self.timetable.moments():
            if china_day(at) >= span.begins + timedelta(weeks=week):
                yield self._compare(week)
                week += 1
            down, wrong = self.timetable.down(at), self.timetable.wrong(at)
            if (down is not None and not down.people) or wrong is not None:
                since = at + timedelta(hours=1)
            else:
                self.account.acts += self.agenda.do_until(self.sessions, at, since=since)
            if down is None:
                self.clock.now = at + (wrong.off if wrong is not None else timedelta())
                self._tick(ways)
        yield self._compare(week)

    def _let_addresses_fail(self) -> None:
        """For some days in the year one person's address is wrong."""
        span = self.timetable.span
        for person in [each for each in self.city.world.people if each.email][1::7]:
            begins = datetime.combine(span.day(self.chances, 0.0, 0.9), datetime.min.time(), UTC)
            self.agenda.add(begins, partial(self.mailroom.close, person.email))
            self.agenda.add(begins + REFUSED_FOR, partial(self.mailroom.open, person.email))

    def _tick(self, ways: WaysOut) -> None:
        begun = time.perf_counter()
        with self.sessions() as session:
            ticking.bring_up_to_date(session, self.clock, ways.routes)
            spent = time.perf_counter() - begun
            with transaction(session):
                opened = cities.look_at_periods(session, self.city, now=self.clock.now)
                oracle = self._oracle_for(calendars.load(session))
            for asking in opened:
                self.reporting.asked(asking, self.clock.now)
            self.post.follow(self.city.world, oracle, self.clock.now)
            begun = time.perf_counter()
            delivering.deliver_waiting(session, ways, self.clock, owner="drill", site=SITE)
        self.account.ticks += 1
        self.account.longest_tick = max(self.account.longest_tick, spent + time.perf_counter() - begun)

    def _oracle_for(self, calendar: WorkCalendar) -> Oracle:
        if self._oracle is None or self._oracle[0] != calendar:
            self._oracle = calendar, Oracle(calendar.is_workday)
        return self._oracle[1]

    def _compare(self, number: int) -> Week:
        """Everything said and everything in an inbox since the beginning against what it should be."""
        self.post.note_urgings(self.city.world)
        with self.sessions() as session:
            there = Counter(_plain(key) for key in year_account.notice_keys(session))
            entries = [(_plain(key), account_id, at) for key, account_id, at in year_account.inbox(session)]
        there.update(f"{key} @{account_id}" for key, account_id, _ in entries)
        wanted = Counter(_plain(key) for key in self.post.said)
        wanted.update(f"{_plain(key)} @{account_id}" for key, account_id in self.post.inbox)
        week = Week(
            number,
            self.timetable.span.begins + timedelta(days=7 * number - 1),
            len(self.post.said) - self.account.said,
            len(self.post.inbox) - self.account.arrived,
            wanted - there,
            there - wanted,
        )
        account = self.account
        account.weeks.append(week)
        account.said, account.arrived = len(self.post.said), len(self.post.inbox)
        account.again, account.letters = self.post.again, self.mailroom.letters
        a_day = Counter((account_id, china_day(at)) for _, account_id, at in entries)
        account.most_inbox = max(a_day.values(), default=0)
        account.most_letters = max(self.mailroom.a_day.values(), default=0)
        lying = Counter((key, account_id) for key, account_id, _ in entries if not key.startswith("ahead"))
        account.doubled = sum(times - 1 for times in lying.values())
        account.repeated = self.mailroom.repeated
        account.doubled += max(0, self.mailroom.repeated - self.mailroom.unanswered)
        return week


def _plain(key: str) -> str:
    """A key as it is compared: what was said by a clock that was ahead has a running number before it."""
    head, _, rest = key.partition(":")
    return f"ahead:{rest}" if head.startswith("ahead") else key


def run(
    database_url: str, timetable: Timetable, account: Account, size: Size, *, files: Files, seed: int
) -> Iterator[Week]:
    """Live through the year on an empty database, week by week; `account` tells what it came to."""
    engine = create_engine(database_url)
    prepare_engine(engine)
    forget_at_power_cut(engine)
    begun = time.monotonic()
    try:
        migrating.upgrade(engine)
        year = Year(session_factory(engine), timetable, seed=seed)
        year.account = account
        yield from year.live(size, files)
    finally:
        account.seconds = time.monotonic() - begun
        engine.dispose()
