"""When a delivery leaves the house: one letter a person a day, nothing before its moment, nothing dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import at
from tracker.domain.china_time import china_day
from tracker.domain.digest import DEFAULT, HOURS, MUTED_KINDS, Choice, Post, goes_at_once
from tracker.domain.notices import NoticeKind, ReminderPolicy, not_before
from tracker.domain.outbox import ESCALATED, ORDERED, URGED

POLICY = ReminderPolicy()
POST = Post(real(), POLICY)
AT_TWO = Choice(at=time(14))
NO_DIGEST = Choice(digest=False)
BY_A_PERSON = (URGED, ORDERED, ESCALATED)


@pytest.mark.parametrize(
    ("ready", "choice", "deadline", "goes"),
    [
        pytest.param("09-24 09:00", DEFAULT, None, "09-24 09:00", id="ready at the hour itself"),
        pytest.param("09-24 08:00", DEFAULT, None, "09-24 09:00", id="ready earlier that morning"),
        pytest.param("09-24 09:01", DEFAULT, None, "09-28 09:00", id="a minute late, and the Mid-Autumn days come"),
        pytest.param("09-24 09:01", AT_TWO, None, "09-24 14:00", id="another hour"),
        pytest.param("09-26 11:00", DEFAULT, None, "09-28 09:00", id="a day off has no digest"),
        pytest.param("09-30 15:00", DEFAULT, None, "10-08 09:00", id="the National Day holidays have none"),
        pytest.param("09-23 15:00", DEFAULT, "09-24 17:30", "09-24 09:00", id="the hour leaves the day to deal with it"),
        pytest.param("09-23 15:00", DEFAULT, "09-24 10:00", None, id="the hour would come too late"),
        pytest.param("09-23 15:00", NO_DIGEST, "09-24 10:00", None, id="so would the next day's letter"),
        pytest.param("09-23 10:00", Choice(digest=False, at=time(14)), "09-23 19:00", None, id="its hour is nobody's then"),
        pytest.param("09-23 15:00", DEFAULT, "09-24 13:00", "09-24 09:00", id="four hours before are in time"),
        pytest.param("09-24 09:01", NO_DIGEST, None, "09-24 09:01", id="who wants no digest hears when it is ready"),
    ],
)  # fmt: skip
def test_what_is_not_urgent_waits_for_its_persons_hour(
    ready: str, choice: Choice, deadline: str | None, goes: str | None
) -> None:
    moment = POST.waits_until(at(ready), choice, deadline=at(deadline) if deadline else None)

    assert moment == (at(goes) if goes else None)


@pytest.mark.parametrize(
    ("now", "choice", "letters", "goes"),
    [
        pytest.param("09-24 09:00", DEFAULT, 0, "09-24 09:00", id="at the hour"),
        pytest.param("09-24 14:20", DEFAULT, 0, "09-24 14:20", id="late, and nothing went today"),
        pytest.param("09-24 14:20", DEFAULT, 1, "09-28 09:00", id="late, and today has had its letter"),
        pytest.param("09-24 08:20", DEFAULT, 0, "09-24 09:00", id="late from yesterday: with what comes at nine"),
        pytest.param("09-24 22:00", DEFAULT, 0, "09-28 09:00", id="late at night"),
        pytest.param("09-26 10:00", DEFAULT, 0, "09-28 09:00", id="late on a day off"),
        pytest.param("09-22 10:00", NO_DIGEST, 2, "09-22 10:00", id="the third letter of a day"),
        pytest.param("09-22 10:00", NO_DIGEST, 3, "09-23 08:00", id="the fourth waits for the next morning"),
        pytest.param("09-24 22:00", NO_DIGEST, 0, "09-28 08:00", id="at night"),
    ],
)  # fmt: skip
def test_what_has_come_to_its_moment_is_looked_at_once_more(now: str, choice: Choice, letters: int, goes: str) -> None:
    assert POST.goes_now(at(now), choice, letters=letters) == at(goes)


def test_what_an_urgent_letter_takes_along_makes_no_letter_of_its_own() -> None:
    assert POST.goes_now(at("09-24 14:20"), DEFAULT, letters=1, beside_urgent=True) == at("09-24 14:20")
    assert POST.goes_now(at("09-26 10:00"), DEFAULT, letters=0, beside_urgent=True) > at("09-26 10:00")


def test_an_hour_that_has_become_a_quiet_one_is_the_first_that_is_not() -> None:
    short = Post(real(), replace(POLICY, quiet_from=time(17), quiet_until=time(10)))

    assert short.next_digest(at("09-24 00:00"), Choice(at=time(18))) == at("09-24 10:00")
    assert short.next_digest(at("09-24 00:00"), Choice(at=time(17))) == at("09-24 10:00")
    assert short.next_digest(at("09-24 00:00"), Choice(at=time(16))) == at("09-24 16:00")
    assert short.next_digest(at("09-24 00:00"), DEFAULT) == at("09-24 10:00")
    assert short.goes_now(at("09-24 10:00"), Choice(at=time(18)), letters=0) == at("09-24 10:00")


def test_no_hour_that_can_be_chosen_is_a_quiet_one_or_comes_before_what_the_morning_says() -> None:
    assert min(HOURS) == POLICY.morning.hour
    assert max(HOURS) + 1 == POLICY.quiet_from.hour


@pytest.mark.parametrize("kind", [*NoticeKind, *BY_A_PERSON])
def test_who_has_muted_a_task_is_spared_what_is_said_up_to_its_day_and_nothing_past_it(kind: str) -> None:
    assert (kind in MUTED_KINDS) == (kind in {"task_soon", "task_due", "quota_lags", "quota_ends"})


@pytest.mark.parametrize("kind", [*NoticeKind, *BY_A_PERSON])
def test_what_people_decide_waits_for_no_hour(kind: str) -> None:
    assert goes_at_once(kind, urgent=True)
    assert goes_at_once(kind, urgent=False) == (kind in {"urged", "ordered", "escalated", "returned"})


@dataclass
class House:
    """A worker that ticks when it can, over deliveries for one person by one channel."""

    choice: Choice
    waiting: list[tuple[datetime, datetime]] = field(default_factory=list)
    """(ready, not before)"""
    letters: list[tuple[datetime, list[datetime]]] = field(default_factory=list)

    def add(self, ready: datetime) -> None:
        self.waiting.append((ready, POST.waits_until(ready, self.choice) or ready))

    def tick(self, now: datetime) -> None:
        due = [each for each in self.waiting if each[1] <= now]
        if not due:
            return
        letters = sum(china_day(when) == china_day(now) for when, _ in self.letters)
        goes = POST.goes_now(now, self.choice, letters=letters)
        self.waiting = [each for each in self.waiting if each not in due]
        if goes > now:
            self.waiting += [(ready, goes) for ready, _ in due]
        else:
            self.letters.append((now, [ready for ready, _ in due]))


FIRST = at("09-14 00:00")
MINUTES = st.integers(0, 14 * 24 * 60)
CHOICES = st.builds(
    Choice, digest=st.booleans(), at=st.sampled_from(HOURS).map(time), declined=st.just(frozenset[str]())
)


@settings(max_examples=300)
@given(st.lists(MINUTES, min_size=1, max_size=30), st.lists(MINUTES, max_size=60), CHOICES)
def test_however_ticks_are_spaced_each_delivery_goes_in_one_letter_of_its_time(
    reached: list[int], ticks: list[int], choice: Choice
) -> None:
    house = House(choice)
    moments = sorted({FIRST + timedelta(minutes=each) for each in ticks})
    facts = sorted(
        not_before(FIRST + timedelta(minutes=each), urgent=False, policy=POLICY, calendar=real()) for each in reached
    )
    end = facts[-1] + timedelta(days=21)
    moments += [max([FIRST, *moments]) + timedelta(minutes=30 * step) for step in range(1, 3000)]
    left = list(facts)
    for now in moments:
        while left and left[0] <= now:
            house.add(left.pop(0))
        house.tick(now)
        if now > end:
            break

    gone = [(ready, when) for when, several in house.letters for ready in several]
    assert house.waiting == []
    assert Counter(ready for ready, _ in gone) == Counter(facts)
    a_day = Counter(china_day(when) for when, _ in house.letters)
    assert max(a_day.values()) <= choice.most_letters(POLICY)
    for ready, when in gone:
        assert when >= (POST.waits_until(ready, choice) or ready)
        assert when <= _tick_after(_second(ready, choice), moments, choice)


def _second(ready: datetime, choice: Choice) -> datetime:
    """The second moment for a digest from `ready` on; who wants none has the next day's first letter."""
    if choice.digest:
        return POST.next_digest(POST.next_digest(ready, choice) + timedelta(seconds=1), choice)
    tomorrow = not_before(ready, urgent=False, policy=POLICY, calendar=real()) + timedelta(days=1)
    return not_before(tomorrow.replace(hour=0), urgent=False, policy=POLICY, calendar=real())


def _tick_after(moment: datetime, ticks: list[datetime], choice: Choice) -> datetime:
    """The first tick from `moment` on at which a letter could go."""
    for tick in ticks:
        awake = not_before(tick, urgent=False, policy=POLICY, calendar=real()) == tick
        if tick >= moment and awake and (not choice.digest or tick.time() >= choice.at):
            return tick
    raise AssertionError(moment)


def test_a_year_has_a_digest_on_each_workday_and_on_no_other() -> None:
    days = [date(2026, 1, 1) + timedelta(days=shift) for shift in range(365)]

    found = {POST.next_digest(at("01-01 00:00") + timedelta(days=shift), DEFAULT) for shift in range(365)}

    assert {china_day(each) for each in found if each < at("12-31 23:59")} == {day for day in days if real().is_workday(day)}
