"""A calendar is told of a change as one: the same event, a higher sequence, a cancellation that ends."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.feed import (
    KEPT_FOR,
    LONGEST_SUMMARY,
    DayItem,
    DayKind,
    FeedEntry,
    FeedEvent,
    all_day,
    by_day,
    each,
    kept,
    read_back,
    renewed,
    scope_of,
)

NOW = datetime(2026, 9, 24, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
DAY = date(2026, 9, 30)


def event(uid: str = "a", day: date = DAY, summary: str = "节点", called_off: str = "") -> FeedEvent:
    return all_day(uid, day, summary, "/tasks/1", called_off=called_off)


def told(*events: FeedEvent, now: datetime = NOW, after: tuple[FeedEntry, ...] = ()) -> tuple[FeedEntry, ...]:
    return renewed({entry.event.uid: entry for entry in after}, events, now=now)


def test_what_is_new_begins_at_nought() -> None:
    assert told(event()) == (FeedEntry(event(), 0, NOW),)


def test_what_holds_as_before_is_told_word_for_word_as_before() -> None:
    first = told(event())

    assert told(event(), now=LATER, after=first) == first


def test_a_changed_event_rises() -> None:
    [entry] = told(event(day=DAY + timedelta(days=9)), now=LATER, after=told(event()))

    assert (entry.sequence, entry.changed_at, entry.called_off_at) == (1, LATER, None)
    assert entry.event.starts == DAY + timedelta(days=9)


@pytest.mark.parametrize(
    ("now_said", "word"),
    [
        pytest.param((), "已取消", id="it is not there any more"),
        pytest.param((event(called_off="免报"),), "免报", id="it says why"),
    ],
)
def test_what_is_called_off_is_cancelled_once_and_for_sixty_days(now_said: tuple[FeedEvent, ...], word: str) -> None:
    far = event(day=DAY + timedelta(days=300))
    now_said = tuple(event(day=far.starts, called_off=word) for _ in now_said)

    first = told(*now_said, now=LATER, after=told(far))
    again = told(*now_said, now=LATER + timedelta(days=59), after=first)
    gone = told(*now_said, now=LATER + timedelta(days=60), after=again)

    [entry] = first
    assert (entry.sequence, entry.called_off_at, entry.event.called_off) == (1, LATER, word)
    assert entry.event.starts == far.starts
    assert (again, gone) == (first, ())


def test_what_is_called_off_before_anybody_was_told_is_not_told() -> None:
    assert told(event(called_off="已取消")) == ()


def test_what_comes_true_again_rises_once_more() -> None:
    cancelled = told(now=LATER, after=told(event()))

    [entry] = told(event(), now=LATER, after=cancelled)

    assert (entry.sequence, entry.called_off_at, entry.event.called_off) == (2, None, "")


@pytest.mark.parametrize(("days", "shown"), [(60, 1), (61, 0)])
def test_what_is_over_stays_for_sixty_days(days: int, shown: int) -> None:
    past = event(day=NOW.date() - timedelta(days=days))

    assert len(told(past)) == len(told(after=told(past, now=NOW - KEPT_FOR))) == shown


@pytest.mark.parametrize(
    ("role", "unit_id", "scope"),
    [
        ("unit", 7, "unit-7"), ("unit", None, ""), ("office", None, "office"), ("leader", None, "leader"),
        ("administrator", None, ""), ("auditor", None, ""),
    ],
)  # fmt: skip
def test_each_role_has_its_own_days(role: str, unit_id: int | None, scope: str) -> None:
    assert scope_of(role, unit_id) == scope


def item(number: int, *, kind: DayKind = DayKind.CHECKPOINT, day: date = DAY, done: str = "", plan: int = 3) -> DayItem:
    return DayItem(kind, f"{kind.value}-{number}", day, f"第{number}件", f"/tasks/{number}", done=done, plan_id=plan, plan_title="要点")


def test_the_office_gets_one_event_a_plan_and_day_however_much_falls_due() -> None:
    items = [item(number, done="已完成" if number % 3 == 0 else "") for number in range(1, 41)]
    items += [item(1, kind=DayKind.CLOCK), item(2, plan=4), item(3, day=DAY + timedelta(days=1), done="已完成")]

    events = {each.uid: each for each in by_day(items)}

    assert set(events) == {"day-3-20260930", "day-4-20260930", "day-3-20261001"}
    crowded = events["day-3-20260930"]
    assert crowded.summary == "节点40项，还剩27项、时限1项：要点"
    assert crowded.lines[-1] == "……共41项"
    assert not any("已完成" in line for line in crowded.lines), "what is open stands first"
    assert events["day-3-20261001"].summary == "节点1项，都已办完：要点"
    assert events["day-4-20260930"].path == "/tasks/2"


def test_what_is_called_off_counts_for_nothing() -> None:
    off = DayItem(DayKind.DECISION, "decision-1", DAY, "开放数据", "/decisions/1", called_off="不再办理", plan_id=3)

    assert list(by_day([off])) == []


def test_a_unit_gets_one_event_for_each_thing_with_its_end_in_sight() -> None:
    [shown] = each([DayItem(DayKind.CHECKPOINT, "x", DAY, "很长的题目" * 40, "/tasks/1", done="已完成", detail="完成（9月30日）")])

    assert len(shown.summary) == LONGEST_SUMMARY
    assert shown.summary.startswith("节点：很长的")
    assert shown.summary.endswith("…（已完成）")
    assert shown.lines == ("完成（9月30日）",)


days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # fmt: skip


@given(uid=st.text(), words=st.text(), lines=st.lists(st.text()), starts=st.one_of(days, moments), busy=st.booleans())
def test_an_event_is_kept_and_read_back_whole(uid: str, words: str, lines: list[str], starts: date, busy: bool) -> None:
    whole = FeedEvent(uid, words, starts, starts + timedelta(days=1), "/my", tuple(lines), words, busy, words)

    assert read_back(json.loads(json.dumps(kept(whole)))) == whole


facts = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.dates(date(2026, 8, 1), date(2028, 1, 1)), st.text(max_size=2)))


@given(st.lists(st.tuples(facts, st.integers(0, 40)), max_size=8))
def test_sequences_only_rise_and_every_change_is_told(course: list[tuple[dict[str, tuple[date, str]], int]]) -> None:
    now = NOW
    known: dict[str, FeedEntry] = {}
    for wanted, wait in course:
        now += timedelta(days=wait)
        entries = renewed(known, [event(uid, day, words) for uid, (day, words) in wanted.items()], now=now)
        for entry in entries:
            before = known.get(entry.event.uid)
            if before is not None:
                changed = before != entry
                assert entry.sequence == before.sequence + changed
                assert (entry.changed_at == now) is changed or before.changed_at == now
            assert (entry.called_off_at is None) is (entry.event.uid in wanted)
        known = {entry.event.uid: entry for entry in entries}
