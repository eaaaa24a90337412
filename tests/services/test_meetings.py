"""Meetings: called once a period, attendance answers the obligations, minutes close only when they are whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.services import meeting_city as town
from tests.services.meeting_city import AFTER, LATER, NOW, STARTS, City
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.meeting import Attendance, MinutesClosed, MinutesIncomplete, NotHeldYet, Presence
from tracker.domain.obligation import ReasonNeeded
from tracker.services import (
    advancing,
    attending,
    auditing,
    form_returns,
    handing_in,
    meetings,
    minutes,
    reporting,
    return_pages,
)
from tracker.services.attending import AttendanceChanged, WrongRows
from tracker.services.minutes import MinutesChanged, Proposed
from tracker.services.reporting import Decision
from tracker.store.queries import decisions as decision_queries
from tracker.store.queries import meetings as queries
from tracker.store.queries import reminders
from tracker.store.tables import Meeting, MeetingDecision


@pytest.fixture
def city(session: Session) -> City:
    return town.built(session)


def marked(session: Session, city: City, meeting: Meeting, *rows: tuple[int, str, Presence, str, str]) -> int:
    entered = {(unit, role): Attendance(role, presence, who, why) for unit, role, presence, who, why in rows}
    token = attending.token_of(meeting)
    return attending.enter(
        session, city.office, meeting_id=meeting.id, token=token, entered=entered, now=AFTER
    )


def test_a_meeting_is_proposed_from_its_period_and_from_last_time(session: Session, city: City) -> None:
    first = meetings.propose(session, plan_id=None, period_id=city.period.id, now=NOW)
    assert first.arrangement.title == "9月例会"
    assert first.arrangement.starts_at.date() == city.period.due_on
    assert first.arrangement.roles == town.ROLES
    assert first.arrangement.unit_ids == city.both

    town.called(session, city)
    again = meetings.propose(session, plan_id=city.plan.id, period_id=None, now=NOW)
    assert again.period is None
    assert again.arrangement.place == "三楼会议室"
    with pytest.raises(NotFound):
        meetings.propose(session, plan_id=None, period_id=10**6, now=NOW)


def test_a_period_has_one_meeting_unless_it_was_cancelled(session: Session, city: City) -> None:
    assert [period.id for period in queries.periods_waiting(session)] == [city.period.id]
    meeting = town.called(session, city)
    assert queries.periods_waiting(session) == []
    with pytest.raises(meetings.AlreadyCalled):
        town.called(session, city)
    with pytest.raises(ReasonNeeded):
        meetings.cancel(
            session, city.office, meeting_id=meeting.id, version=meeting.version, why=" ", now=NOW
        )
    meetings.cancel(session, city.office, meeting_id=meeting.id, version=meeting.version, why="防汛", now=NOW)
    assert town.called(session, city).id != meeting.id
    assert [event.action for event in town.told(session)] == [
        "meeting:call",
        "meeting:cancel",
        "meeting:call",
    ]


def test_a_meeting_needs_units_a_name_and_an_open_period(session: Session, city: City) -> None:
    for other, error in (
        ({"unit_ids": ()}, meetings.UnitsNeeded),
        ({"title": " "}, meetings.TitleNeeded),
        ({"place": "字" * 121}, meetings.PlaceTooLong),
    ):
        with pytest.raises(error):
            meetings.call(
                session, city.office, plan_id=city.plan.id, wanted=town.arrangement(city, **other), now=NOW
            )
    closed = town.monthly(session, city.cadence, 8, state="closed")
    with pytest.raises(meetings.PeriodNotOpen):
        meetings.call(
            session, city.office, plan_id=city.plan.id, period_id=closed.id, wanted=town.arrangement(city),
            now=NOW,
        )  # fmt: skip


def test_a_change_keeps_what_was_entered_of_the_units_that_stay(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    marked(session, city, meeting, (city.health.id, town.ROLES[0], Presence.PRESENT, "白薇", ""))
    version = meeting.version
    wanted = town.arrangement(city, unit_ids=(city.health.id,), roles=(town.ROLES[0], "联络员"))
    meetings.change(session, city.office, meeting_id=meeting.id, version=version, wanted=wanted, now=NOW)

    assert [(row.role, row.who) for row in meeting.units[0].attendance] == [
        (town.ROLES[0], "白薇"),
        ("联络员", ""),
    ]
    assert town.told(session)[-1].detail["units"] == [list(city.both), [city.health.id]]
    with pytest.raises(VersionConflict):
        meetings.change(session, city.office, meeting_id=meeting.id, version=version, wanted=wanted, now=NOW)


def test_one_press_for_all_and_then_the_exceptions(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    assert attending.unmarked(meeting) == ["市司法局", "市卫健委"]
    assert attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER) == 4
    assert marked(session, city, meeting, (city.health.id, town.ROLES[0], Presence.DEPUTY, "王芳", "")) == 1
    assert attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER) == 0
    assert len(town.told(session, "meeting:attend")) == 2


def test_what_is_entered_again_or_of_nobody_who_was_asked_changes_nothing(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    came = (city.health.id, town.ROLES[0], Presence.DEPUTY, "王芳", "")
    assert marked(session, city, meeting, came, (city.justice.id, town.ROLES[0], Presence.LEAVE, "", "病假")) == 2
    version = meeting.version
    strangers = [(10**6, town.ROLES[0], Presence.PRESENT, "", ""), (city.health.id, "局长", Presence.PRESENT, "", "")]
    assert marked(session, city, meeting, came, *strangers) == 0
    assert meeting.version == version, "whoever is about to close the minutes is not sent back for nothing"
    (told,) = town.told(session, "meeting:attend")
    assert told.summary == "登记9月例会到会情况2人"
    assert sorted(told.detail["entered"]) == [
        ["市卫健委", "分管领导", "代会", "王芳"], ["市司法局", "分管领导", "请假", "病假"],
    ]  # fmt: skip


def test_the_slower_of_two_clerks_at_the_door_is_told(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    token = attending.token_of(meeting)
    marked(session, city, meeting, (city.health.id, town.ROLES[0], Presence.PRESENT, "", ""))
    with pytest.raises(AttendanceChanged):
        attending.enter(session, city.office, meeting_id=meeting.id, token=token, entered={}, now=AFTER)
    with pytest.raises(WrongRows) as wrong:
        marked(session, city, meeting, (city.health.id, town.ROLES[1], Presence.LEAVE, "", ""))
    assert list(wrong.value.faults) == [(city.health.id, town.ROLES[1])]


@pytest.mark.parametrize("telling", [False, True])
@pytest.mark.parametrize(
    ("presences", "state", "note"),
    [
        ((Presence.PRESENT, Presence.ABSENT), "accepted", ""),
        ((Presence.DEPUTY, Presence.LEAVE), "accepted", ""),
        ((Presence.LEAVE, Presence.LEAVE), "waived", "例会请假：分管领导病假；政务公开负责人病假"),
        ((Presence.LEAVE, Presence.ABSENT), "missed", ""),
    ],
)
def test_attendance_answers_the_obligation(
    session: Session,
    city: City,
    presences: tuple[Presence, Presence],
    state: str,
    note: str,
    *,
    telling: bool,
) -> None:
    meeting = town.called(session, city)
    owed = town.obligation_of(session, city.period, city.justice)
    if telling:
        town.tell(session, city, city.justice)
        assert owed.state == "submitted"
    rows = zip(town.ROLES, presences, strict=True)
    marked(session, city, meeting, *((city.justice.id, role, each, "王芳", "病假") for role, each in rows))
    town.close(session, city, meeting)

    session.refresh(owed)
    assert (owed.state, owed.note, owed.late) == (state, note, False)
    assert town.obligation_of(session, city.period, city.health).state == "accepted"
    about = [
        event
        for event in town.told(session)
        if event.object_id == owed.id and event.object_type == "obligation"
    ]
    assert about[-1].detail["state"] == ["submitted" if telling else "open", state]


def test_what_was_excused_before_the_meeting_stays_excused(session: Session, city: City) -> None:
    owed = town.obligation_of(session, city.period, city.justice)
    reporting.waive(
        session, city.office, obligation_id=owed.id, version=owed.version, reason="刚换人", now=NOW
    )
    town.close(session, city, town.called(session, city))
    assert (owed.state, owed.note) == ("waived", "刚换人")


def test_until_the_minutes_close_the_period_waits_and_then_it_is_settled(
    session: Session, city: City
) -> None:
    meeting = town.called(session, city)
    late = STARTS + timedelta(days=3)
    assert advancing.advance(session, now=late).closed == 0
    town.close(session, city, meeting, now=late)
    assert advancing.advance(session, now=late).closed == 1
    session.refresh(city.period)
    assert city.period.state == "closed"
    assert town.obligation_of(session, city.period, city.justice).state == "accepted"


def test_nobody_misses_a_meeting_that_was_not_called_or_not_meant_for_it(
    session: Session, city: City
) -> None:
    other = town.monthly(session, city.cadence, 8)
    factories.make_obligation(session, other, city.justice)
    meeting = town.called(session, city)
    meetings.change(
        session, city.office, meeting_id=meeting.id, version=meeting.version,
        wanted=town.arrangement(city, unit_ids=(city.justice.id,)), now=NOW,
    )  # fmt: skip
    town.close(session, city, meeting)
    advancing.advance(session, now=STARTS + timedelta(days=3))

    def said(period: object, unit: object) -> tuple[str, str]:
        owed = town.obligation_of(session, period, unit)  # type: ignore[arg-type]
        session.refresh(owed)
        return owed.state, owed.note

    assert said(other, city.justice) == ("waived", advancing.NOT_HELD)
    assert said(city.period, city.health) == ("waived", advancing.NOT_ASKED)
    assert said(city.period, city.justice)[0] == "accepted"


def test_what_is_told_beforehand_is_not_accepted_one_by_one(session: Session, city: City) -> None:
    town.called(session, city)
    owed = town.tell(session, city, city.justice)
    with pytest.raises(reporting.MeetingDecides):
        reporting.accept(session, city.office, Decision(owed.id, owed.version), now=NOW)
    done = reporting.accept_several(session, city.office, seen=[(owed.id, owed.version)], now=NOW)
    assert (done.accepted, done.left) == (0, 1)


def test_after_the_minutes_nobody_can_tell_any_more_and_nothing_is_asked(
    session: Session, city: City
) -> None:
    meeting = town.called(session, city)
    for role in town.ROLES:
        marked(session, city, meeting, (city.justice.id, role, Presence.ABSENT, "", ""))
    town.close(session, city, meeting)
    owed = town.obligation_of(session, city.period, city.justice)
    assert owed.state == "missed"
    with pytest.raises(handing_in.MeetingOver):
        town.tell(session, city, city.justice, now=AFTER)
    assert not form_returns.page(session, city.contact(city.justice), owed.id, now=AFTER).editable
    assert return_pages.todo(session, city.contact(city.justice), now=AFTER).missed == ()


def test_who_comes_is_filled_in_from_last_time(session: Session, city: City) -> None:
    before = town.monthly(session, city.cadence, 8)
    owed = factories.make_obligation(session, before, city.justice)
    values = {"attendee": "韩立", "report": "已完成核对。", "request": "无"}
    form_returns.submit(
        session, city.contact(city.justice), obligation_id=owed.id, token="1.0", values=values, now=NOW
    )
    now_owed = town.obligation_of(session, city.period, city.justice)
    page = form_returns.page(session, city.contact(city.justice), now_owed.id, now=NOW)
    assert {each.part.key: each.typed for each in page.fields} == values


def test_minutes_name_each_item_that_lacks_an_owner_or_a_day(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    town.propose(session, city, meeting, "开放接口", due_on=None)
    minutes.propose(session, city.office, meeting_id=meeting.id, wanted=Proposed("培训"), now=AFTER)
    attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER)
    with pytest.raises(MinutesIncomplete) as refused:
        minutes.close(session, city.office, meeting_id=meeting.id, version=meeting.version, now=AFTER)
    assert refused.value.message == "“开放接口”没有完成日期。“培训”没有责任单位和完成日期。"
    with pytest.raises(MinutesIncomplete, match=str(NotHeldYet())):
        minutes.close(
            session,
            city.office,
            meeting_id=meeting.id,
            version=meeting.version,
            now=STARTS - timedelta(hours=1),
        )
    assert meeting.state == "called"


def test_closed_minutes_are_not_edited_a_correction_stands_beside_them(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    row = town.propose(session, city, meeting)
    town.close(session, city, meeting)
    assert [(each["unit_id"], each["score"]) for each in meeting.agenda or []] == [
        (unit, 0) for unit in city.both
    ]

    one: dict[str, Any] = {"meeting_id": meeting.id, "now": AFTER}
    with pytest.raises(MinutesClosed):
        minutes.write(session, city.office, **one, token=minutes.token_of(meeting), notes={}, text="改")
    with pytest.raises(MinutesClosed):
        attending.all_present(session, city.office, **one)
    with pytest.raises(MinutesClosed):
        town.propose(session, city, meeting)
    with pytest.raises(MinutesClosed):
        minutes.remove(session, city.office, decision_id=row.id, version=row.version, now=AFTER)
    minutes.remark(session, city.office, **one, words=" 地点应为二楼 ")
    assert [each.words for each in queries.remarks(session, meeting.id)] == ["地点应为二楼"]
    assert town.told(session)[-1].action == "meeting:remark"


def test_minutes_keep_what_was_said_and_tell_two_writers_apart(session: Session, city: City) -> None:
    meeting = town.called(session, city)
    with pytest.raises(minutes.NotClosed):
        minutes.remark(session, city.office, meeting_id=meeting.id, words="x", now=AFTER)
    token = minutes.token_of(meeting)
    minutes.write(
        session, city.office, meeting_id=meeting.id, token=token, notes={city.justice.id: " 进展正常 "}, text="会议",
        now=AFTER,
    )  # fmt: skip
    assert (meeting.minutes, [each.note for each in meeting.units]) == ("会议", ["进展正常", ""])
    attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER)
    fresh = minutes.token_of(meeting)
    with pytest.raises(MinutesChanged):
        minutes.write(session, city.office, meeting_id=meeting.id, token=token, notes={}, text="", now=AFTER)
    minutes.write(session, city.office, meeting_id=meeting.id, token=fresh, notes={}, text="会议", now=AFTER)
    assert len(town.told(session, "meeting:write")) == 1


def test_an_item_can_be_changed_and_taken_out_while_the_minutes_are_open(
    session: Session, city: City
) -> None:
    meeting = town.called(session, city)
    row = town.propose(session, city, meeting, due_on=None)
    seen = row.version
    wanted = Proposed("开放两个接口", city.health.id, LATER)
    minutes.change(session, city.office, decision_id=row.id, version=seen, wanted=wanted, now=AFTER)
    assert town.told(session)[-1].detail["words"] == ["开放数据接口", "开放两个接口"]
    with pytest.raises(VersionConflict):
        minutes.change(session, city.office, decision_id=row.id, version=seen, wanted=wanted, now=AFTER)
    minutes.remove(session, city.office, decision_id=row.id, version=row.version, now=AFTER)
    assert session.scalars(select(MeetingDecision)).all() == []
    assert town.told(session)[-1].detail["words"] == "开放两个接口"


def test_a_unit_sees_its_own_meetings_and_agreed_decisions_only(session: Session, city: City) -> None:
    stranger = city.contact(factories.make_unit(session, "市档案馆"))
    meeting = town.called(session, city)
    row = town.propose(session, city, meeting)
    assert queries.one(session, meeting.id, city.contact(city.health)) is not None
    assert queries.one(session, meeting.id, stranger) is None
    assert decision_queries.one(session, row.id, city.contact(city.justice)) is None
    town.close(session, city, meeting)
    assert decision_queries.one(session, row.id, city.contact(city.justice)) is not None
    assert decision_queries.one(session, row.id, city.contact(city.health)) is None
    assert auditing.first_broken(session) is None
    assert row.due_on == LATER != date.min


def test_nobody_is_dunned_for_a_meeting_that_is_called_or_over(session: Session, city: City) -> None:
    owed = town.obligation_of(session, city.period, city.justice)

    def asked(*ids: int) -> list[int]:
        facts = reminders.obligation_facts(session, ids=ids or None)
        return [fact.obligation_id for fact in facts if fact.unit_id == city.justice.id]

    assert asked() == [owed.id]
    meeting = town.called(session, city)
    assert asked() == []
    assert asked(owed.id) == [owed.id], "the office may still ask by hand"
    for role in town.ROLES:
        marked(session, city, meeting, (city.justice.id, role, Presence.ABSENT, "", ""))
    town.close(session, city, meeting)
    assert asked() == asked(owed.id) == []
