"""The drill of a year: its short form on either engine, what it works out by itself, and that it sees faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.domain.calendars import real
from tests.support.databases import Databases, SqliteDatabases
from tests.test_cli import data  # noqa: F401 - a fixture
from tracker import cli
from tracker.adapters.files import FolderFiles
from tracker.domain.china_time import instant
from tracker.domain.reminders import PlannedNotice, plan_reminders
from tracker.services import reminding
from tracker.year_drill import disturbances, drilling, running
from tracker.year_drill.city import Size, Span
from tracker.year_drill.disturbances import Timetable
from tracker.year_drill.oracle import Oracle
from tracker.year_drill.running import Account, Week
from tracker.year_drill.world import Answered, Asking, Count, Day, Duty, DutyKind, Given, Work, World

QUIET_WEEK = Timetable(Span(date(2026, 3, 2), 1), (), (), (), hours=frozenset({10}))
DUE = date(2026, 3, 20)
LATE = instant(date(2026, 3, 26), time(17, 30))


def lived(url: str, folder: Path, timetable: Timetable, size: Size, seed: int = 7) -> tuple[list[Week], Account]:
    account = Account()
    weeks = running.run(url, timetable, account, size, files=FolderFiles(folder / "files"), seed=seed)
    return list(weeks), account


@pytest.fixture
def file_url(databases: Databases, engine_name: str, tmp_path: Path) -> Iterator[str]:
    """A migrated SQLite database whatever the engine: the drill's own eyes are the same on both."""
    files = databases if engine_name == "sqlite" else SqliteDatabases(tmp_path)
    with files.migrated(tmp_path) as url:
        yield url


def test_through_downtimes_jumps_and_a_new_calendar_what_was_said_is_what_should_have_been(
    engine_url: str, tmp_path: Path
) -> None:
    weeks, account = lived(engine_url, tmp_path, disturbances.SHORT, drilling.SMALL)

    assert [(week.number, sorted(week.lacking), sorted(week.beyond)) for week in weeks if week.difference] == []
    assert (account.doubled, account.is_clean) == (0, True)
    assert account.said > 100
    assert account.letters > 50
    downtime = [week for week in weeks if date(2026, 11, 16) <= week.ends_on < date(2026, 12, 26)]
    assert {(week.said, week.arrived) for week in downtime} == {(0, 0)}
    assert account.again > 0


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        pytest.param(lambda said: [each for each in said if not each.key.endswith(":opens")], "lacking", id="a rung left out"),
        pytest.param(lambda said: said[:-1], "lacking", id="one forgotten"),
    ],
)
def test_a_planner_that_forgets_is_seen(
    fault: Any, seen: str, file_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def forgetful(*facts: Any) -> list[PlannedNotice]:
        return list(fault(plan_reminders(*facts)))

    monkeypatch.setattr(reminding, "plan_reminders", forgetful)
    [week], account = lived(file_url, tmp_path, QUIET_WEEK, Size(2, 2))

    assert week.difference > 0
    assert getattr(week, seen).total() == week.difference
    assert not account.is_clean


def said(world: World, now: datetime) -> list[str]:
    return sorted(Oracle(real().is_workday).should_hold(world, now))


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("03-05 10:00", ""),
        ("03-06 08:59", ""),
        ("03-06 09:00", "soon10"),
        ("03-17 09:00", "soon3"),
        ("03-20 09:00", "due"),
        ("03-23 09:00", "overdue1"),
        ("03-29 12:00", "overdue5"),
        ("04-02 23:00", "overdue5"),
        ("04-03 09:00", "overdue10"),
        ("05-03 09:00", "overdue10"),
        ("05-03 10:00", ""),
    ],
)
def test_the_days_of_a_task_are_counted_one_by_one(now: str, rung: str) -> None:
    work = Work(1, date(2026, 1, 9), [Day(1, DUE)], {4: False, 5: True})

    assert said(World(works={1: work}), at(now)) == ([f"task:t1:2026-03-20:u4:{rung}"] if rung else [])


def test_a_rung_that_lies_before_a_task_was_known_is_left_out() -> None:
    work = Work(1, date(2026, 3, 6), [Day(1, DUE)], {4: False})

    assert said(World(works={1: work}), at("03-16 09:00")) == []
    assert said(World(works={1: work}), at("03-17 09:00")) == ["task:t1:2026-03-20:u4:soon3"]


def asking(due_at: datetime = LATE, **answers: Answered) -> Asking:
    monday = date(2026, 3, 23)
    made = Asking("weekly", 1, f"{due_at:%m%d}", 1, monday, due_at, waived=False, asks_progress=True)
    made.opened_at, made.units = instant(monday, time(0)), (4,)
    made.answers = {int(unit.removeprefix("u")): answer for unit, answer in answers.items()}
    return made


def test_a_return_is_asked_for_until_it_comes_and_again_when_it_is_sent_back() -> None:
    open_ = World(askings={1: asking()})
    handed_in = World(askings={1: asking(u4=Answered(Given.HANDED_IN, at("03-24 10:00")))})
    back = World(askings={1: asking(u4=Answered(Given.BACK, at("03-26 10:00"), 1))})

    moments = ("03-23 09:00", "03-25 15:00", "03-26 15:30", "03-26 17:31")
    assert [said(open_, at(now))[0].split(":")[-1] for now in moments] == ["opens", "before", "hours", "missed"]
    assert said(handed_in, at("03-26 17:31")) == []
    assert said(back, at("03-26 10:00")) == ["return:c1:0326:u4:v1:returned"]
    assert said(back, at("03-26 17:31")) == ["return:c1:0326:u4:v1:past"]


def test_the_head_hears_of_two_periods_missed_one_after_the_other_alone() -> None:
    before, between, latest = asking(LATE - timedelta(weeks=2)), asking(LATE - timedelta(weeks=1)), asking()
    oracle = Oracle(real().is_workday)

    both = oracle.should_hold(World(askings={1: between, 2: latest}), at("03-27 10:00"))
    between.answers[4] = Answered(Given.ACCEPTED, at("03-18 10:00"))
    apart = oracle.should_hold(World(askings={1: before, 2: between, 3: latest}), at("03-27 10:00"))

    assert [(each.key, each.to) for each in both.values()] == [("weekly:c1:0326:u4:missed", ("unit", "head"))]
    assert [(each.key, each.to) for each in apart.values()] == [("weekly:c1:0326:u4:missed", ("unit",))]


def test_a_clock_that_stood_still_is_due_so_much_later() -> None:
    clock = Duty(DutyKind.CLOCK, 3, 4, date(2026, 3, 2), workdays=10)
    stopped = Duty(DutyKind.CLOCK, 3, 4, date(2026, 3, 2), workdays=10, idle=[(date(2026, 3, 4), date(2026, 3, 6))])

    assert said(World(duties=[clock]), at("03-16 09:00")) == ["clock:3:2026-03-16:u4:due"]
    assert said(World(duties=[stopped]), at("03-18 09:00")) == ["clock:3:2026-03-18:u4:due"]


def test_of_a_quota_the_pace_is_looked_at_month_by_month() -> None:
    work = Work(1, date(2026, 1, 9), [], {4: False})
    count = Count(2, work, 4, 3, date(2026, 1, 9), ((1, date(2026, 1, 1), date(2026, 3, 31)),), [date(2026, 2, 3)])

    moments = ("02-09 10:00", "03-05 10:00", "03-17 09:00", "04-01 09:00")
    found = [said(World(counts=[count]), at(now)) for now in moments]

    assert found == [
        [], ["quota:q2:1:u4:lags-2026-03"], ["quota:q2:1:u4:ends"], ["quota:q2:1:u4:missed"],
    ]  # fmt: skip


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("lacking", "code"), [(Counter[str](), 0), (Counter({"task:t1:2026-03-20:u4:due": 1}), 1)])
def test_the_command_tells_each_week_and_fails_when_one_differs(
    lacking: Counter[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_url: str, _timetable: Timetable, account: Account, *_: Any, **__: Any) -> Iterator[Week]:
        week = Week(1, date(2026, 1, 18), 181, 207, lacking)
        account.weeks.append(week)
        account.said, account.arrived, account.most_inbox = 181, 207, 3
        yield week

    monkeypatch.setattr(running, "run", run)

    assert cli.main(["drill", "year", "--seed", "3", "--short"]) == code

    told = capsys.readouterr()
    assert f"第  1 周（到 2026-01-18）：提醒  181 条，进站内  207 份，差异 {code}" in told.out
    assert ("少：task:t1:2026-03-20:u4:due" in told.out) is bool(code)
    assert "一人一天最多：站内 3 份" in told.out
    assert ("演练通过" in told.out, "演练未通过" in told.err) == (code == 0, code == 1)


def at(words: str) -> datetime:
    return instant(datetime.strptime(f"2026-{words}", "%Y-%m-%d %H:%M").date(), time.fromisoformat(words[-5:]))
