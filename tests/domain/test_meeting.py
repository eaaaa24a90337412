"""Meetings: when minutes may be closed, and what attendance makes of a unit's obligation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import meeting as rules
from tracker.domain.decision import DecisionState
from tracker.domain.meeting import Attendance, Item, MeetingState, Presence, Step, Turnout

STARTS = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)  # nine o'clock in China
AFTER = STARTS + timedelta(hours=2)
DAY = date(2026, 10, 10)
PRESENT, DEPUTY = Presence.PRESENT, Presence.DEPUTY
LEAVE, ABSENT, EXPECTED = Presence.LEAVE, Presence.ABSENT, Presence.EXPECTED


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", MeetingState)
def test_only_a_called_meeting_can_still_be_changed(state: MeetingState, step: Step) -> None:
    after = {
        Step.CHANGE: MeetingState.CALLED,
        Step.CLOSE: MeetingState.CLOSED,
        Step.CANCEL: MeetingState.CANCELLED,
    }
    if step is Step.CLEAR and state is not MeetingState.CLOSED:
        assert rules.take(state, step) is state
    elif state is MeetingState.CALLED:
        assert rules.take(state, step) is after[step]
    else:
        error = rules.MinutesClosed if state is MeetingState.CLOSED else rules.MeetingCancelled
        with pytest.raises(error):
            rules.take(state, step)


@pytest.mark.parametrize(
    ("presences", "came"),
    [
        ((PRESENT, PRESENT), Turnout.ATTENDED),
        ((LEAVE, PRESENT), Turnout.ATTENDED),
        ((DEPUTY, ABSENT), Turnout.ATTENDED),
        ((LEAVE, LEAVE), Turnout.EXCUSED),
        ((LEAVE,), Turnout.EXCUSED),
        ((LEAVE, ABSENT), Turnout.ABSENT),
        ((ABSENT, ABSENT), Turnout.ABSENT),
        ((EXPECTED, LEAVE), Turnout.ABSENT),
        ((), Turnout.ABSENT),
    ],
)
def test_a_unit_was_there_excused_or_absent(presences: tuple[Presence, ...], came: Turnout) -> None:
    assert rules.turnout([Attendance(f"角色{n}", each) for n, each in enumerate(presences)]) is came


@given(st.lists(st.sampled_from(Presence), max_size=6), st.randoms())
def test_the_order_of_roles_decides_nothing(presences: list[Presence], luck: object) -> None:
    rows = [Attendance("", each) for each in presences]
    assert rules.turnout(rows) is rules.turnout(rows[::-1])
    assert rules.turnout([*rows, Attendance("", PRESENT)]) is Turnout.ATTENDED


def test_an_excuse_names_each_role_on_leave() -> None:
    rows = [Attendance("分管领导", LEAVE, why="赴省开会"), Attendance("政务公开负责人", LEAVE, why="病假")]
    assert rules.excuse(rows) == "例会请假：分管领导赴省开会；政务公开负责人病假"
    assert rules.excuse([*rows, Attendance("联络员", ABSENT, why="没有说")]) == rules.excuse(rows)


def test_an_entry_keeps_what_its_presence_asks_for() -> None:
    assert rules.attended(Attendance("甲", DEPUTY, " 王芳 ", "x")) == Attendance("甲", DEPUTY, "王芳", "")
    assert rules.attended(Attendance("甲", PRESENT, "王芳", "x")) == Attendance("甲", PRESENT, "王芳", "")
    assert rules.attended(Attendance("甲", LEAVE, "王芳", " 病假 ")) == Attendance("甲", LEAVE, "", "病假")
    assert rules.attended(Attendance("甲", ABSENT, "王芳", "病假")) == Attendance("甲", ABSENT)
    for plain in (Attendance("甲", PRESENT), Attendance("甲", DEPUTY, "字" * 60), Attendance("甲", LEAVE, why="字" * 200)):
        assert rules.attended(plain) == plain
    with pytest.raises(rules.WhoNeeded):
        rules.attended(Attendance("甲", DEPUTY, " "))
    with pytest.raises(rules.WhyNeeded):
        rules.attended(Attendance("甲", LEAVE, "王芳"))
    for row in (Attendance("甲", PRESENT, "字" * 61), Attendance("甲", LEAVE, why="字" * 201)):
        with pytest.raises(rules.TextTooLong):
            rules.attended(row)


def test_roles_are_typed_one_a_line() -> None:
    assert rules.roles_of(" 分管领导 \n\n政务公开负责人\n分管领导") == rules.DEFAULT_ROLES
    for text in ("", " \n ", "\n".join(f"角色{n}" for n in range(7)), "字" * 21):
        with pytest.raises(rules.RolesNeeded):
            rules.roles_of(text)
    assert len(rules.roles_of("\n".join(f"角色{n}" for n in range(6)))) == 6
    assert rules.roles_of("字" * 20) == ("字" * 20,)


def test_that_nobody_has_said_anything_is_not_entered() -> None:
    assert set(rules.ENTERED) == set(Presence) - {EXPECTED}


OK = Item("开放接口", has_owner=True, due_on=DAY)


@pytest.mark.parametrize(
    ("item", "sentences"),
    [
        (OK, ()),
        (Item("开放接口", has_owner=False, due_on=DAY), ("“开放接口”没有责任单位。",)),
        (Item("开放接口", has_owner=True, due_on=None), ("“开放接口”没有完成日期。",)),
        (Item("开放接口", has_owner=False, due_on=None), ("“开放接口”没有责任单位和完成日期。",)),
        (Item("开放接口", has_owner=True, due_on=date(2026, 9, 24)), ()),
        (
            Item("开放接口", has_owner=True, due_on=date(2026, 9, 23)),
            ("“开放接口”的完成日期早于开会日期，请填新的日期。",),
        ),
        (
            Item("开放接口", has_owner=True, due_on=date(2026, 9, 1), state=DecisionState.OPEN, number=2),
            ("第2次上会“开放接口”的完成日期早于开会日期，请填新的日期。",),
        ),
        (
            Item("开放接口", has_owner=True, due_on=date(2026, 9, 1), state=DecisionState.REPORTED, number=2),
            ("第2次上会“开放接口”单位已报完成，请先确认办结或退回。",),
        ),
        (Item("开放接口", has_owner=True, due_on=date(2026, 9, 1), state=DecisionState.DONE, number=2), ()),
        (Item("字" * 30, has_owner=False, due_on=DAY), (f"“{'字' * 23}…”没有责任单位。",)),
        (Item("字" * 24, has_owner=False, due_on=DAY), (f"“{'字' * 24}”没有责任单位。",)),
    ],
)
def test_each_item_without_owner_or_day_is_named(item: Item, sentences: tuple[str, ...]) -> None:
    assert rules.faults([OK, item], [], starts_at=STARTS, now=AFTER) == sentences


def test_minutes_wait_for_the_meeting_and_for_everybodys_attendance() -> None:
    assert rules.faults([OK], [], starts_at=STARTS, now=STARTS) == ()
    assert rules.faults([], [], starts_at=STARTS, now=STARTS - timedelta(seconds=1)) == (
        str(rules.NotHeldYet()),
    )
    assert rules.faults([], ["市司法局"], starts_at=STARTS, now=AFTER) == ("市司法局还没有登记到会情况。",)
    assert rules.faults([], ["市司法局", "市教育局"], starts_at=STARTS, now=AFTER) == (
        "市司法局等2家还没有登记到会情况。",
    )


@given(st.lists(st.builds(Item, st.text(max_size=40), st.booleans(), st.none() | st.dates())))
def test_minutes_close_only_when_every_item_has_an_owner_and_a_day(items: list[Item]) -> None:
    closes = not rules.faults(items, [], starts_at=STARTS, now=AFTER)
    held_on = date(2026, 9, 24)
    assert closes is all(
        item.has_owner and item.due_on is not None and item.due_on >= held_on for item in items
    )


@pytest.mark.parametrize("hours", [-2, 0, 30])
def test_a_unit_tells_until_its_meeting_begins_and_until_the_cut_off_while_none_is_called(hours: int) -> None:
    due_at = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    starts_at = due_at + timedelta(hours=hours)
    assert rules.tell_by(due_at, starts_at) == starts_at
    assert rules.tell_by(due_at, None) == due_at
