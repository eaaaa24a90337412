"""Who was told of a meeting hears at once that it is moved or called off; who was not told hears nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tests.services import meeting_city as town
from tests.services.meeting_city import City
from tests.services.test_reminding import deliver_all, inbox_of
from tracker.services import meetings, reminding
from tracker.store.tables import Account, Meeting

LATER = NOW + timedelta(hours=1)
OTHER_DAY = town.STARTS + timedelta(days=3, hours=1)


@pytest.fixture
def city(session: Session) -> City:
    return town.built(session)


@pytest.fixture
def contact(session: Session, city: City) -> Account:
    return make_account(session, "unit", unit=city.justice)


@pytest.fixture
def meeting(session: Session, city: City, contact: Account) -> Meeting:
    """Tomorrow at nine."""
    assert contact.unit_id == city.justice.id
    return town.called(session, city)


def cancel(session: Session, city: City, meeting: Meeting) -> None:
    meetings.cancel(
        session, city.office, meeting_id=meeting.id, version=meeting.version, why="改为书面。", now=LATER
    )


def change(session: Session, city: City, meeting: Meeting, **facts: object) -> None:
    wanted = town.arrangement(city, **facts)  # type: ignore[arg-type]
    meetings.change(
        session, city.office, meeting_id=meeting.id, version=meeting.version, wanted=wanted, now=LATER
    )


def hears(session: Session, account: Account, spool: Path, now: object = LATER) -> list[tuple[str, str]]:
    """What a person is told of meetings, from the first on; twice said it would stand there twice."""
    for _ in range(2):
        reminding.plan(session, now=now)  # type: ignore[arg-type]
        deliver_all(session, spool, now)  # type: ignore[arg-type]
    items = sorted(inbox_of(session, account), key=lambda item: item.id)
    return [(item.subject, item.body) for item in items if item.subject.startswith("例会")]


def test_who_was_told_hears_that_it_is_cancelled_and_why(
    session: Session, city: City, meeting: Meeting, contact: Account, tmp_path: Path
) -> None:
    [called] = hears(session, contact, tmp_path, NOW)

    cancel(session, city, meeting)
    told = hears(session, contact, tmp_path)

    off = "原定9月25日（周五）09:00的“9月例会”取消，请不要到会。原因：改为书面。"
    assert told == [called, ("例会变动：9月例会", off)]


def test_who_was_not_told_yet_hears_nothing_of_either(
    session: Session, city: City, meeting: Meeting, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=NOW)
    cancel(session, city, meeting)

    assert hears(session, contact, tmp_path) == []


def test_a_moved_meeting_is_told_once_with_the_moment_it_was_to_be(
    session: Session, city: City, meeting: Meeting, contact: Account, tmp_path: Path
) -> None:
    hears(session, contact, tmp_path, NOW)

    change(session, city, meeting, starts_at=OTHER_DAY)
    told = hears(session, contact, tmp_path)

    assert len(told) == 2
    assert told[1][1].startswith("请参加“9月例会”，时间：9月28日（周一）10:00，地点：三楼会议室。")
    assert "原定9月25日（周五）09:00，已改期。" in told[1][1]


def test_a_unit_that_need_not_come_any_more_hears_so_unless_it_is_asked_again(
    session: Session, city: City, meeting: Meeting, contact: Account, tmp_path: Path
) -> None:
    hears(session, contact, tmp_path, NOW)
    change(session, city, meeting, unit_ids=(city.health.id,))
    reminding.plan(session, now=LATER)
    change(session, city, meeting)
    asked_again = hears(session, contact, tmp_path)

    change(session, city, meeting, unit_ids=(city.health.id,))
    told = hears(session, contact, tmp_path)

    assert len(asked_again) == 1
    assert told[1] == ("例会变动：9月例会", "原定9月25日（周五）09:00的“9月例会”不用贵单位参加了。")


def test_nobody_hears_of_it_when_the_hour_has_passed(
    session: Session, city: City, meeting: Meeting, contact: Account, tmp_path: Path
) -> None:
    hears(session, contact, tmp_path, NOW)
    cancel(session, city, meeting)

    assert len(hears(session, contact, tmp_path, town.STARTS)) == 1
