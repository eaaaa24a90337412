"""What an answer makes of a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.outbox import (
    LONGEST_WAIT,
    MOST_TRIES,
    SETTLED_BY_HAND,
    SPREAD,
    NextStep,
    OutboxState,
    Outcome,
    after_try,
    backoff,
    jittered,
    outcome_words,
)

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (12, 30), (10**6, 30)]
)
def test_the_wait_doubles_up_to_half_an_hour(tries: int, minutes: int) -> None:
    assert backoff(tries) == timedelta(minutes=minutes)


def test_there_is_no_wait_before_the_first_try() -> None:
    with pytest.raises(ValueError, match="from 1"):
        backoff(0)


@pytest.mark.parametrize(
    ("outcome", "tries", "resend", "state", "minutes"),
    [
        (Outcome.ACCEPTED, 1, True, OutboxState.SENT, None),
        (Outcome.ACCEPTED, 99, False, OutboxState.SENT, None),
        (Outcome.REFUSED, 1, True, OutboxState.DEAD, None),
        (Outcome.RETRY, 1, True, OutboxState.DUE, 1),
        (Outcome.RETRY, 1, False, OutboxState.DUE, 1),
        (Outcome.RETRY, 11, True, OutboxState.DUE, 30),
        (Outcome.RETRY, 12, True, OutboxState.DEAD, None),
        (Outcome.AMBIGUOUS, 1, True, OutboxState.DUE, 1),
        (Outcome.AMBIGUOUS, 12, True, OutboxState.UNCONFIRMED, None),
        (Outcome.AMBIGUOUS, 1, False, OutboxState.UNCONFIRMED, None),
    ],
)
def test_next_step(outcome: Outcome, tries: int, resend: bool, state: OutboxState, minutes: int | None) -> None:
    found = after_try(outcome, tries=tries, now=NOW, resend_when_unsure=resend)

    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert found == NextStep(state, expected)


@given(st.sampled_from([Outcome.RETRY, Outcome.AMBIGUOUS]))
def test_trying_ends(outcome: Outcome) -> None:
    states = [after_try(outcome, tries=tries, now=NOW).state for tries in range(1, MOST_TRIES + 1)]

    assert states[:-1] == [OutboxState.DUE] * (MOST_TRIES - 1)
    assert states[-1] in {OutboxState.DEAD, OutboxState.UNCONFIRMED}


KEYS = st.text(min_size=1, max_size=60)
TRIES = st.integers(min_value=1, max_value=MOST_TRIES - 1)


@given(KEYS, TRIES)
def test_a_letters_wait_is_a_fifth_shorter_or_longer_at_most_and_always_the_same(letter: str, tries: int) -> None:
    plain, found = backoff(tries), jittered(backoff(tries), letter, tries=tries)

    assert plain * (1 - SPREAD) <= found <= plain * (1 + SPREAD)
    assert found == jittered(plain, letter, tries=tries)
    assert after_try(Outcome.RETRY, tries=tries, now=NOW, letter=letter).not_before == NOW + found


@given(KEYS, TRIES)
def test_a_letter_never_waits_shorter_for_a_later_try_before_the_longest_wait(letter: str, tries: int) -> None:
    if backoff(tries + 1) < LONGEST_WAIT:
        assert jittered(backoff(tries), letter, tries=tries) < jittered(backoff(tries + 1), letter, tries=tries + 1)


@pytest.mark.parametrize("tries", [1, 6, 11])
def test_sixty_letters_that_failed_together_come_back_one_after_another(tries: int) -> None:
    steps = [after_try(Outcome.RETRY, tries=tries, now=NOW, letter=f"letter-{number}") for number in range(60)]
    moments = [step.not_before for step in steps if step.not_before is not None]

    by_second = [moment.replace(microsecond=0) for moment in moments]
    assert len(set(moments)) == 60
    assert max(by_second.count(second) for second in by_second) <= 60 // 6


def test_a_try_that_was_none_is_told_from_how_a_channel_answered() -> None:
    assert outcome_words(SETTLED_BY_HAND) == "人工核实"
    assert [outcome_words(each.value) for each in Outcome] == ["对方已接收", "对方拒收", "暂时失败", "没有回音"]
