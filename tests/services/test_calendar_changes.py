"""A change of the work calendar: shown first, then made; only what is not closed moves."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.domain.test_holiday_notice import written
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import instant
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Weeks
from tracker.domain.work_calendar import DayKind, DayStatus
from tracker.services import calendar_changes, calendars, regime, settings
from tracker.store import tables
from tracker.store.tables import AuditEvent, Plan

NOW = factories.NOW
OFFICE = Actor(account_id=None, name="王主任", role="office")


def notice(year: int) -> str:
    """The published days of a known year, in the form of a notice."""
    return written(year, work_calendar.official_days([year - 1, year]))[0]


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan with one unit's task, reported on Thursdays from September to December; no notice is known."""
    made = factories.make_plan(session)
    factories.make_task(session, made, units=[factories.make_unit(session)], due=date(2026, 10, 2))
    wanted = Cadence(Weeks(3), cutoff=time(17, 30), starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))
    office = OFFICE
    regime.switch_on(session, office, plan_id=made.id, wanted=wanted, version=0, now=NOW)
    return made


def cutoffs(session: Session) -> dict[str, date]:
    return {row.key: row.due_on for row in session.scalars(select(tables.Period))}


def test_a_notice_moves_the_cutoffs_that_rested_on_a_guess(session: Session, plan: Plan) -> None:
    before = cutoffs(session)
    assert before["2026-W40"] == date(2026, 9, 30), (
        "1 October is off by law; Wednesday was guessed to be worked"
    )

    proposal = calendar_changes.from_notice(session, text=notice(2026), now=NOW)
    assert cutoffs(session) == before, "a proposal changes nothing"
    calendar_changes.apply(session, OFFICE, proposal=proposal, seen=proposal.digest, now=NOW)

    assert proposal.notice_year == 2026
    assert calendars.load(session).is_official(2026)
    session.expire_all()
    periods = {row.key: row for row in session.scalars(select(tables.Period))}
    assert not periods["2026-W40"].provisional
    point = session.scalars(select(tables.Checkpoint)).one()
    assert (point.due_on, point.provisional) == (date(2026, 10, 2), False), "the printed day stays"
    assert "国庆节放假，此前最后一个工作日是9月30日" in point.label
    told = session.scalars(select(AuditEvent).where(AuditEvent.action == "calendar:change")).one()
    assert "2026年放假安排" in told.summary


def test_the_same_notice_again_has_nothing_to_say(session: Session, plan: Plan) -> None:
    office = OFFICE
    first = calendar_changes.from_notice(session, text=notice(2026), now=NOW)
    calendar_changes.apply(session, office, proposal=first, seen=first.digest, now=NOW)

    again = calendar_changes.from_notice(session, text=notice(2026), now=NOW)

    assert again.is_empty
    with pytest.raises(InvalidInput):
        calendar_changes.apply(session, office, proposal=again, seen=again.digest, now=NOW)


def test_a_local_day_moves_only_what_has_not_opened_and_can_be_taken_back(
    session: Session, plan: Plan
) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    office = OFFICE
    catch_up = calendar_changes.pending(session, now=NOW)
    calendar_changes.apply(session, office, proposal=catch_up, seen=catch_up.digest, now=NOW)
    before = cutoffs(session)

    rule = calendar_changes.from_local_rule(
        session, first=date(2026, 9, 24), last=date(2026, 10, 15), kind=DayKind.OFF, name="停工令", now=NOW
    )
    calendar_changes.apply(session, office, proposal=rule, seen=rule.digest, now=NOW)

    after = cutoffs(session)
    assert after["2026-W39"] == before["2026-W39"], "the running week has opened and stays"
    assert after["2026-W42"] == date(2026, 10, 16), "15 October is off, and the week has only its Friday"
    assert after["2026-W43"] == before["2026-W43"]
    waived = {row.key for row in session.scalars(select(tables.Period)) if row.waived}
    assert {"2026-W40", "2026-W41"} <= waived
    assert not calendars.load(session).is_workday(date(2026, 10, 10))

    for offset in range(24, 31):
        back = calendar_changes.from_dropped_day(session, day=date(2026, 9, offset), now=NOW)
        calendar_changes.apply(session, office, proposal=back, seen=back.digest, now=NOW)
    calendar = calendars.load(session)
    assert calendar.is_workday(date(2026, 9, 30)), "a plain weekday again"
    assert cutoffs(session)["2026-W40"] == before["2026-W40"]


def test_a_local_day_on_a_published_one_gives_it_back(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    office = OFFICE
    day = date(2026, 10, 2)
    rule = calendar_changes.from_local_rule(
        session, first=day, last=day, kind=DayKind.WORK, name="值班", now=NOW
    )
    calendar_changes.apply(session, office, proposal=rule, seen=rule.digest, now=NOW)
    assert calendars.load(session).is_workday(day)

    back = calendar_changes.from_dropped_day(session, day=day, now=NOW)
    calendar_changes.apply(session, office, proposal=back, seen=back.digest, now=NOW)

    calendar = calendars.load(session)
    assert not calendar.is_workday(day)
    assert calendar.certainty(day) is DayStatus.OFFICIAL


def test_what_was_seen_is_what_is_done(session: Session, plan: Plan) -> None:
    seen = calendar_changes.from_notice(session, text=notice(2026), now=NOW).digest
    regime.switch_off(session, OFFICE, plan_id=plan.id, version=1, now=NOW)

    proposal = calendar_changes.from_notice(session, text=notice(2026), now=NOW)

    with pytest.raises(VersionConflict):
        calendar_changes.apply(session, OFFICE, proposal=proposal, seen=seen, now=NOW)


def test_a_due_day_that_came_meanwhile_is_shown_before_it_is_done(session: Session, plan: Plan) -> None:
    seen = calendar_changes.from_notice(session, text=notice(2026), now=NOW).digest
    factories.make_task(session, plan, due=date(2026, 10, 3))

    proposal = calendar_changes.from_notice(session, text=notice(2026), now=NOW)

    with pytest.raises(VersionConflict):
        calendar_changes.apply(session, OFFICE, proposal=proposal, seen=seen, now=NOW)


@pytest.mark.parametrize(("today", "moves"), [(date(2026, 10, 14), True), (date(2026, 10, 20), False)])
def test_no_cutoff_moves_into_the_past(session: Session, plan: Plan, today: date, moves: bool) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    thursday = date(2026, 10, 15)

    rule = calendar_changes.from_local_rule(
        session, first=thursday, last=thursday, kind=DayKind.OFF, name="停工令", now=instant(today, time(9))
    )

    assert ("2026-W42" in {move.row.key for move in rule.cutoffs}) is moves


def test_a_pasted_year_is_left_alone_by_the_package(session: Session) -> None:
    text = notice(2026).replace("五、端午节", "五、端午节").replace("共3天", "共3天")
    proposal = calendar_changes.from_notice(session, text=text, now=NOW)
    calendar_changes.apply(session, OFFICE, proposal=proposal, seen=proposal.digest, now=NOW)

    assert settings.seed_calendar(session, work_calendar.official_days([2026])) == 0


def test_a_corrected_notice_takes_days_away_but_not_those_of_the_next_year(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2022, 2023]))
    days = work_calendar.official_days([2021, 2022])
    text, _ = written(2022, tuple(day for day in days if day.day != date(2022, 4, 2)))

    proposal = calendar_changes.from_notice(session, text=text, now=NOW)

    assert [(change.day, change.after) for change in proposal.days if change.after is None] == [
        (date(2022, 4, 2), None)
    ]
    assert all(change.day != date(2022, 12, 31) for change in proposal.days), "it belongs to 2023's notice"


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        pytest.param(date(2026, 4, 3), date(2026, 4, 2), "三月三", id="the end before the beginning"),
        pytest.param(date(2026, 1, 1), date(2026, 12, 31), "三月三", id="a year"),
        pytest.param(date(2026, 4, 3), date(2026, 4, 3), " ", id="nobody says why"),
    ],
)
def test_a_local_rule_that_makes_no_sense_is_refused(
    session: Session, first: date, last: date, name: str
) -> None:
    with pytest.raises(InvalidInput):
        calendar_changes.from_local_rule(
            session, first=first, last=last, kind=DayKind.OFF, name=name, now=NOW
        )


def test_only_a_local_day_can_be_taken_out(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))

    with pytest.raises(NotFound):
        calendar_changes.from_dropped_day(session, day=date(2026, 10, 1), now=NOW)


def test_days_in_a_row_that_change_alike_are_shown_as_one(session: Session) -> None:
    rule = calendar_changes.from_local_rule(
        session, first=date(2026, 9, 24), last=date(2026, 9, 29), kind=DayKind.OFF, name="停工令", now=NOW
    )

    (run,) = rule.runs

    assert (run.first.day, run.last) == (date(2026, 9, 24), date(2026, 9, 29))
