"""Clocks are started, stopped, go on, begin anew and are closed; each has its sheet and its articles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.counting import LINK, OFFICE, contact_of
from tests.support.databases import opened
from tests.support.qingxi import MemoryFiles
from tracker.adapters import work_calendar
from tracker.domain.clock import PERSONNEL, PUBLISH, PUBLISH_ISSUED, DayUnit, Restart, Stop
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.proof import Proof
from tracker.services import clock_acts, clock_rules, clocks
from tracker.services import settings as office_settings
from tracker.services.clock_acts import ClockFacts
from tracker.services.clock_rules import RuleFacts
from tracker.store.database import transaction
from tracker.store.tables import EventClock, Unit

FILES = MemoryFiles()


@pytest.fixture
def unit(session: Session) -> Unit:
    office_settings.seed_calendar(session, work_calendar.official_days([2026]))
    return make_unit(session, "市教育局")


def started(session: Session, unit: Unit, day: str = "2026-09-21", *, key: str = PUBLISH.key, **more: Any) -> EventClock:
    facts = ClockFacts(key, unit.id, more.pop("title", "招生办法"), date.fromisoformat(day), **more)
    return clock_acts.start(session, contact_of(unit), facts=facts, now=NOW)


def shown(session: Session, clock: EventClock, today: date = TODAY) -> clocks.ClockPage:
    return clocks.page(session, OFFICE, clock_id=clock.id, today=today)


def test_twenty_workdays_over_the_national_holiday(session: Session, unit: Unit) -> None:
    page = shown(session, started(session, unit))

    assert page.clock.standing.due_on == date(2026, 10, 26)
    assert (page.clock.left, page.clock.state) == ("还剩17个工作日", "计时中")
    assert [line.number for line in page.lines if line.day in {date(2026, 9, 22), date(2026, 10, 1), date(2026, 10, 26)}] == [1, None, 20]
    assert page.articles[0].name == "《政府信息公开条例》第二十六条"


def test_the_overdue_stand_first_and_those_that_rest_last(session: Session, unit: Unit) -> None:
    late = started(session, unit, "2026-08-03", title="逾期的")
    soon = started(session, unit, "2026-09-18", key=PERSONNEL.key, title="快到的")
    rests = started(session, unit, "2026-09-22", key=PERSONNEL.key, title="停着的")
    far = started(session, unit, "2026-09-23", title="还早的")
    clock_acts.stop(session, OFFICE, clock_id=rests.id, version=1, since=TODAY, why="征求第三方意见", now=NOW)

    found = clocks.listing(session, OFFICE, today=TODAY)

    assert [clock.row for clock in found.clocks] == [late, soon, far, rests]
    assert (found.overdue, found.stopped, found.clocks[0].state) == (1, 1, "已逾期")
    assert [clock.state for clock in found.clocks][-1] == "中止中"


def test_the_same_is_not_counted_twice(session: Session, unit: Unit) -> None:
    clock = started(session, unit)

    with pytest.raises(clock_acts.AlreadyStarted):
        started(session, unit)
    others = [started(session, unit, "2026-09-22"), started(session, unit, key=PERSONNEL.key)]
    others.append(started(session, unit, title="收费办法"))
    others.append(started(session, make_unit(session)))
    clock_acts.void(session, OFFICE, clock_id=clock.id, version=1, reason="填错了", now=NOW)

    assert len({one.id for one in [*others, started(session, unit)]}) == 5


def test_from_the_issue_both_days_are_kept_and_the_law_s_is_warned_of(session: Session, unit: Unit) -> None:
    clock = started(session, unit, key=PUBLISH_ISSUED.key, formed_on=date(2026, 9, 1))

    page = shown(session, clock)

    assert (clock.started_on, clock.formed_on) == (date(2026, 9, 21), date(2026, 9, 1))
    assert page.clock.legal_day == date(2026, 9, 29)
    assert "最晚是2026年9月29日，早于从印发起算的最后一天" in page.clock.legal_warning
    over = shown(session, clock, date(2026, 10, 9)).clock.legal_warning
    assert "最后一天2026年9月29日已过，请马上公开" in over
    late = shown(session, clock, date(2026, 10, 9)).clock
    assert (late.state, late.soon, late.late, late.standing.overdue) == ("已过法定期限", False, True, False)
    found = clocks.listing(session, OFFICE, today=date(2026, 10, 9))
    assert (found.overdue, found.soon) == (1, 0), "what the law calls late is nowhere 快到期"
    same = started(session, unit, key=PUBLISH_ISSUED.key, formed_on=date(2026, 9, 21), title="同一天")
    assert shown(session, same).clock.legal_warning == ""


@pytest.mark.parametrize(("closed", "said"), [("2026-09-29", False), ("2026-09-30", True)])
def test_closed_in_time_by_the_issue_and_late_by_the_law_is_said(
    session: Session, unit: Unit, closed: str, *, said: bool
) -> None:
    clock = started(session, unit, key=PUBLISH_ISSUED.key, formed_on=date(2026, 9, 1))
    clock.closed_on = date.fromisoformat(closed)

    page = shown(session, clock, date(2026, 10, 9)).clock

    assert page.state == ("已过法定期限办结" if said else "按时办结")
    assert ("最晚是2026年9月29日，办结时已过这一天" in page.legal_warning) is said


def test_stops_and_restarts_stand_on_the_sheet(session: Session, unit: Unit) -> None:
    clock = started(session, unit, "2026-09-14", key=PERSONNEL.key)
    who = contact_of(unit)
    clock_acts.stop(session, who, clock_id=clock.id, version=1, since=date(2026, 9, 15), why="征求意见", now=NOW)
    with pytest.raises(clock_acts.AlreadyStopped):
        clock_acts.stop(session, who, clock_id=clock.id, version=2, since=TODAY, why="再停", now=NOW)
    clock_acts.go_on(session, who, clock_id=clock.id, version=2, until=date(2026, 9, 17), now=NOW)
    with pytest.raises(clock_acts.NotStopped):
        clock_acts.go_on(session, who, clock_id=clock.id, version=3, until=TODAY, now=NOW)
    assert shown(session, clock).clock.standing.due_on == date(2026, 9, 22)
    clock_acts.restart(session, who, clock_id=clock.id, version=3, day=date(2026, 9, 21), why="收到补正", now=NOW)

    page = shown(session, clock)

    assert clocks.course_of(clock).restarts == (Restart(date(2026, 9, 21), "收到补正"),)
    assert page.clock.standing.due_on == date(2026, 9, 29)
    assert "收到补正，此前的不算" in page.lines[0].why
    assert [article.name for article in page.articles][-2:] == ["《政府信息公开条例》第三十三条", "《政府信息公开条例》第三十条"]
    assert len(page.events) == 4


def test_a_restart_ends_the_stop_that_holds(session: Session, unit: Unit) -> None:
    clock = started(session, unit, "2026-09-14", key=PERSONNEL.key)
    clock_acts.stop(session, OFFICE, clock_id=clock.id, version=1, since=date(2026, 9, 15), why="要求补正", now=NOW)

    clock_acts.restart(session, OFFICE, clock_id=clock.id, version=2, day=date(2026, 9, 18), why="收到补正", now=NOW)

    assert clocks.course_of(clock).stops == (Stop(date(2026, 9, 15), date(2026, 9, 18), "要求补正"),)
    assert shown(session, clock).clock.stopped is None


def test_a_clock_is_closed_with_what_proves_it(session: Session, unit: Unit) -> None:
    clock = started(session, unit, "2026-08-03")
    facts: dict[str, Any] = {"clock_id": clock.id, "version": 1, "files": FILES, "now": NOW}
    with pytest.raises(clock_acts.ProofNeeded):
        clock_acts.close(session, OFFICE, closed_on=TODAY, proof=Proof(), **facts)

    clock_acts.close(session, OFFICE, closed_on=TODAY, proof=Proof(LINK), **facts)

    assert shown(session, clock, date(2026, 12, 1)).clock.state == "逾期办结"
    assert shown(session, clock, date(2026, 12, 1)).clock.left == "逾期19个工作日"
    assert clocks.listing(session, OFFICE, today=TODAY).clocks == ()
    assert [each.row for each in clocks.listing(session, OFFICE, show=clocks.Shown.ENDED, today=TODAY).clocks] == [clock]
    with pytest.raises(clock_acts.AlreadyEnded):
        clock_acts.stop(session, OFFICE, clock_id=clock.id, version=2, since=TODAY, why="停", now=NOW)


def test_a_stopped_clock_that_is_closed_stands_still_no_more(session: Session, unit: Unit) -> None:
    clock = started(session, unit)
    clock_acts.stop(session, OFFICE, clock_id=clock.id, version=1, since=date(2026, 9, 22), why="征求意见", now=NOW)

    clock_acts.close(
        session, OFFICE, clock_id=clock.id, version=2, closed_on=TODAY, proof=Proof("", (b"%PDF-1.7", "文件.pdf")), files=FILES, now=NOW
    )

    assert (shown(session, clock).clock.state, clock.file_name) == ("按时办结", "文件.pdf")


def test_a_clock_that_was_started_wrongly_is_voided_and_stays_readable(session: Session, unit: Unit) -> None:
    clock = started(session, unit)

    clock_acts.void(session, OFFICE, clock_id=clock.id, version=1, reason="重复", now=NOW)

    assert (shown(session, clock).clock.state, clocks.listing(session, OFFICE, today=TODAY).clocks) == ("已作废", ())
    with pytest.raises(clock_acts.AlreadyEnded):
        clock_acts.void(session, OFFICE, clock_id=clock.id, version=2, reason="再", now=NOW)


TOMORROW = date(2026, 9, 25)
BEFORE = date(2026, 9, 20)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda s, **k: clock_acts.stop(s, OFFICE, since=TOMORROW, why="停", **k), clock_acts.NotYet),
        (lambda s, **k: clock_acts.stop(s, OFFICE, since=BEFORE, why="停", **k), clock_acts.DayBefore),
        (lambda s, **k: clock_acts.stop(s, OFFICE, since=TODAY, why=" ", **k), clock_acts.WhyNeeded),
        (lambda s, **k: clock_acts.restart(s, OFFICE, day=BEFORE, why="补正", **k), clock_acts.DayBefore),
        (lambda s, **k: clock_acts.close(s, OFFICE, closed_on=BEFORE, proof=Proof(LINK), files=FILES, **k), clock_acts.DayBefore),
        (lambda s, **k: clock_acts.close(s, OFFICE, closed_on=TOMORROW, proof=Proof(LINK), files=FILES, **k), clock_acts.NotYet),
        (lambda s, **k: clock_acts.close(s, OFFICE, closed_on=TODAY, proof=Proof("见附件"), files=FILES, **k), InvalidInput),
        (lambda s, **k: clock_acts.void(s, OFFICE, reason="", **k), clock_acts.WhyNeeded),
        (lambda s, **k: clock_acts.stop(s, OFFICE, since=TODAY, why="停", **{**k, "version": 9}), VersionConflict),
        (lambda s, **k: clock_acts.void(s, OFFICE, reason="错", **{**k, "version": 9}), VersionConflict),
    ],
)  # fmt: skip
def test_what_cannot_be_done_to_a_clock(
    session: Session, unit: Unit, act: Callable[..., object], error: type[Exception]
) -> None:
    clock = started(session, unit)

    with pytest.raises(error):
        act(session, clock_id=clock.id, version=1, now=NOW)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"day": "2026-09-25"}, clock_acts.NotYet),
        ({"title": " "}, InvalidInput),
        ({"key": "own-99"}, NotFound),
        ({"key": PUBLISH_ISSUED.key}, clock_acts.FormedNeeded),
        ({"key": PUBLISH_ISSUED.key, "formed_on": date(2026, 9, 22)}, clock_acts.FormedLater),
        ({"task_id": 99}, NotFound),
    ],
)
def test_what_cannot_be_started(session: Session, unit: Unit, more: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        started(session, unit, **more)


def test_a_unit_s_person_sees_and_starts_the_own_unit_s_only(session: Session, unit: Unit) -> None:
    other = make_unit(session)
    clock = started(session, unit)

    assert clocks.listing(session, contact_of(other), today=TODAY).clocks == ()
    assert len(clocks.listing(session, contact_of(unit), today=TODAY).clocks) == 1
    with pytest.raises(NotFound):
        clocks.page(session, contact_of(other), clock_id=clock.id, today=TODAY)
    with pytest.raises(NotFound):
        clock_acts.void(session, contact_of(other), clock_id=clock.id, version=1, reason="错", now=NOW)
    with pytest.raises(NotFound):
        clock_acts.start(
            session, contact_of(other), facts=ClockFacts(PUBLISH.key, unit.id, "通知", TODAY), now=NOW
        )


def test_a_clock_of_a_task_belongs_to_its_plan(session: Session, unit: Unit) -> None:
    task = make_task(session, make_plan(session), units=[unit])

    clock = started(session, unit, task_id=task.id)

    assert (clock.plan_id, clock.task_id) == (task.plan_id, task.id)
    with pytest.raises(NotFound, match="没有这项任务"):
        started(session, unit, task_id=make_task(session, task.plan).id)


def own(count: int = 3, **more: Any) -> RuleFacts:
    return RuleFacts(**{"name": "信访转办", "event": "收到来信", "count": count, "unit": DayUnit.DAYS, "basis": "内部规定", **more})


def test_own_rules_are_added_corrected_and_ended_and_a_running_clock_keeps_its_own(session: Session, unit: Unit) -> None:
    rule = clock_rules.add(session, OFFICE, facts=own(), now=NOW)
    clock = started(session, unit, key=f"own-{rule.id}")
    clock_rules.change(session, OFFICE, rule_id=rule.id, version=1, facts=own(7), now=NOW)
    with pytest.raises(VersionConflict):
        clock_rules.change(session, OFFICE, rule_id=rule.id, version=1, facts=own(8), now=NOW)

    assert shown(session, clock).clock.standing.due_on == date(2026, 9, 24)
    assert [each.rule.words for each in clocks.rules(session) if each.source == "公开办自定"] == ["自收到来信之日起7日内"]
    clock_rules.end(session, OFFICE, rule_id=rule.id, version=2, now=NOW)
    with pytest.raises(NotFound):
        started(session, unit, key=f"own-{rule.id}")
    with pytest.raises(NotFound):
        clock_rules.one(session, rule_id=rule.id)


@pytest.mark.parametrize("facts", [own(name=" "), own(event=""), own(0), own(99999)])
def test_a_rule_needs_a_name_an_event_and_a_count(session: Session, facts: RuleFacts) -> None:
    with pytest.raises(InvalidInput):
        clock_rules.add(session, OFFICE, facts=facts, now=NOW)


def test_two_who_stop_a_clock_at_once_stop_it_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            unit = make_unit(session)
            clock_id = started(session, unit).id

        def stop(session: Session) -> None:
            clock_acts.stop(session, OFFICE, clock_id=clock_id, version=1, since=TODAY, why="征求意见", now=NOW)

        def second() -> type[Exception] | None:
            with Session(engine, expire_on_commit=False) as session:
                try:
                    with transaction(session):
                        stop(session)
                except (VersionConflict, clock_acts.AlreadyStopped) as error:
                    return type(error)
            return None

        with ThreadPoolExecutor(1) as pool, Session(engine, expire_on_commit=False) as session:
            with transaction(session):
                stop(session)
                told = pool.submit(second)
                wait([told], timeout=0.5)
            assert told.result(timeout=20) in {VersionConflict, clock_acts.AlreadyStopped}




def test_the_day_in_china_counts(session: Session, unit: Unit) -> None:
    """Late in the evening of London it is tomorrow in China already."""
    evening = datetime(2026, 9, 24, 17, 0, tzinfo=UTC)
    facts = ClockFacts(PUBLISH.key, unit.id, "通知", date(2026, 9, 25))

    assert clock_acts.start(session, OFFICE, facts=facts, now=evening).started_on == date(2026, 9, 25)


def test_by_a_rule_without_stops_a_clock_neither_stops_nor_begins_anew(session: Session, unit: Unit) -> None:
    facts = RuleFacts("来信转办", "收到来信", 3, DayUnit.DAYS, "内部规定第二条", may_stop=False)
    rule = clock_rules.add(session, OFFICE, facts=facts, now=NOW)
    clock = started(session, unit, key=f"{clocks.OWN}{rule.id}")

    one: dict[str, Any] = {"clock_id": clock.id, "version": 1, "now": NOW}
    with pytest.raises(clock_acts.MayNotStop):
        clock_acts.stop(session, OFFICE, since=TODAY, why="征求意见", **one)
    with pytest.raises(clock_acts.MayNotStop):
        clock_acts.restart(session, OFFICE, day=TODAY, why="收到补正", **one)
    changed = RuleFacts("来信转办", "收到来信", 3, DayUnit.DAYS, "内部规定第二条")
    clock_rules.change(session, OFFICE, rule_id=rule.id, version=1, facts=changed, now=NOW)
    assert shown(session, clock).clock.rule.may_stop is False
    assert shown(session, started(session, unit, key=f"{clocks.OWN}{rule.id}", title="又一封")).clock.rule.may_stop
