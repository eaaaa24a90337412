"""Deputies: who may stand in for whom, which days do not fit, and how a deputy is named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import deputy as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.deputy import DeputyState, Span
from tracker.domain.errors import RuleViolated

TODAY = date(2026, 6, 15)
LI, WANG, CHEN = 1, 2, 3


def span(
    starts_on: str = "06-20", ends_on: str = "06-30", *, for_id: int = LI, by_id: int = WANG
) -> Span:
    return Span(for_id, by_id, date.fromisoformat(f"2026-{starts_on}"), date.fromisoformat(f"2026-{ends_on}"))


@pytest.mark.parametrize(
    ("role", "deputies"),
    [
        (UserRole.UNIT, {UserRole.UNIT}),
        (UserRole.OFFICE, {UserRole.OFFICE}),
        (UserRole.LEADER, {UserRole.LEADER, UserRole.OFFICE}),
        (UserRole.ADMINISTRATOR, set()),
        (UserRole.AUDITOR, set()),
    ],
)
def test_who_may_stand_in_for_whom(role: UserRole, deputies: set[UserRole]) -> None:
    assert rules.roles_for(role) == deputies


@pytest.mark.parametrize(
    ("wanted", "reason", "known", "error"),
    [
        (span(), "出差", [], None),
        (span("06-15", "06-15"), "请假", [], None),
        (span(by_id=LI), "出差", [], rules.OneselfNamed),
        (span(), "  ", [], rules.ReasonNeeded),
        (span(), "字" * 200, [], None),
        (span(), "字" * 201, [], rules.ReasonTooLong),
        (span("06-14"), "出差", [], rules.PastStart),
        (span("06-30", "06-29"), "出差", [], rules.EndsBeforeStart),
        (Span(LI, WANG, TODAY, TODAY + timedelta(days=366)), "出差", [], rules.TooLong),
        (Span(LI, WANG, TODAY, TODAY + timedelta(days=365)), "出差", [], None),
        (span(), "出差", [span("06-30", "07-01")], rules.AlreadyDeputy),
        (span(), "出差", [span("07-01", "07-02")], None),
        (span(), "出差", [span(by_id=CHEN)], None),
        (span(), "出差", [span(for_id=CHEN)], None),
        (span(), "出差", [span(for_id=WANG, by_id=CHEN)], rules.DeputyIsAway),
        (span(), "出差", [span("07-01", "07-05", for_id=WANG, by_id=CHEN)], None),
        (span(), "出差", [span(for_id=CHEN, by_id=LI)], rules.PrincipalIsDeputy),
        (span(), "出差", [span("06-01", "06-19", for_id=CHEN, by_id=LI)], None),
    ],
)
def test_an_arrangement_is_held_against_the_rules(
    wanted: Span, reason: str, known: list[Span], error: type[RuleViolated] | None
) -> None:
    if error is None:
        assert rules.arranged(wanted, f" {reason} ", known=known, today=TODAY) == reason
    else:
        with pytest.raises(error):
            rules.arranged(wanted, reason, known=known, today=TODAY)


days = st.dates(TODAY, TODAY + timedelta(days=60))
spans = st.builds(
    lambda people, first, last: Span(people[0], people[1], min(first, last), max(first, last)),
    st.permutations([LI, WANG, CHEN]),
    days,
    days,
)


@given(st.lists(spans, max_size=12))
def test_no_deputy_has_a_deputy_on_any_day_whatever_is_arranged_in_which_order(wanted: list[Span]) -> None:
    made: list[Span] = []
    for one in wanted:
        try:
            rules.arranged(one, "出差", known=made, today=TODAY)
        except RuleViolated:
            continue
        made.append(one)

    for offset in range(61):
        day = TODAY + timedelta(days=offset)
        today = [one for one in made if one.starts_on <= day <= one.ends_on]
        assert not {one.by_id for one in today} & {one.for_id for one in today}


@pytest.mark.parametrize(
    ("today", "taken_back", "state"),
    [
        (date(2026, 6, 19), False, DeputyState.UPCOMING),
        (date(2026, 6, 20), False, DeputyState.RUNNING),
        (date(2026, 6, 30), False, DeputyState.RUNNING),
        (date(2026, 7, 1), False, DeputyState.OVER),
        (date(2026, 6, 25), True, DeputyState.TAKEN_BACK),
    ],
)
def test_it_begins_and_ends_by_the_calendar(today: date, taken_back: bool, state: DeputyState) -> None:
    assert rules.state_of(date(2026, 6, 20), date(2026, 6, 30), taken_back=taken_back, today=today) is state


def test_a_deputy_stays_himself_and_may_what_the_other_may() -> None:
    wang = Actor(WANG, "王晓", "office")

    acting = wang.in_place_of(LI, "李明", "leader", None)

    assert acting.name == "王晓 代 李明"
    assert (acting.account_id, acting.role, acting.unit_id) == (WANG, "leader", None)
    assert (acting.acts_for_id, acting.acts_for, acting.desk_id) == (LI, "李明", LI)
    assert wang.desk_id == WANG
