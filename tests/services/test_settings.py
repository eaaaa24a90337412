"""The office's name and the calendar it starts with."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tracker.adapters import work_calendar
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput
from tracker.domain.work_calendar import DayStatus
from tracker.services import calendars, settings
from tracker.store import tables
from tracker.store.tables import AuditEvent

NOW = factories.NOW


def test_the_calendar_is_seeded_once_and_keeps_what_the_office_entered(session: Session) -> None:
    local = tables.CalendarDay(day=date(2026, 10, 1), kind="work", name="值班", status="local", source="本地")
    session.add(local)
    session.flush()

    added = settings.seed_calendar(session, work_calendar.official_days([2025, 2026]))

    assert added > 50
    assert settings.seed_calendar(session, work_calendar.official_days([2025, 2026])) == 0
    calendar = calendars.load(session)
    assert calendar.is_workday(date(2026, 10, 1)), "the office's own word stands"
    assert calendar.is_official(2025)


def test_a_new_notice_comes_in_beside_the_old_ones(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2025]))
    assert not calendars.load(session).is_official(2026)

    settings.seed_calendar(session, work_calendar.official_days([2026]))

    assert calendars.load(session).is_official(2026), "the calendar that was read before is forgotten"


def test_the_overview_says_which_years_are_guessed(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2025, 2026]))

    shown = settings.overview(session, today=date(2026, 11, 21), now=NOW)

    assert [(year.year, year.official) for year in shown.years] == [(2025, True), (2026, True), (2027, False)]
    assert [year.workdays for year in shown.years[:2]] == [248, 248]
    assert shown.years[0].source == "国务院办公厅放假通知"
    assert shown.beat_is_late
    assert calendars.load(session).certainty(date(2027, 3, 1)) is DayStatus.PROVISIONAL


def test_the_name_is_changed_with_a_trace_and_only_when_it_changes(session: Session) -> None:
    assert settings.office_name(session) == "政务公开办"

    settings.rename_office(session, SYSTEM, name=" 青溪市政务公开办 ", now=NOW)
    settings.rename_office(session, SYSTEM, name="青溪市政务公开办", now=NOW)

    assert settings.office_name(session) == "青溪市政务公开办"
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1


@pytest.mark.parametrize("name", ["", "   ", "长" * 61])
def test_a_name_must_be_a_name(session: Session, name: str) -> None:
    with pytest.raises(InvalidInput):
        settings.rename_office(session, SYSTEM, name=name, now=NOW)
