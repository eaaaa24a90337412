"""Periods missed running: who hears of the latest, and what a notice of a return knows of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.reminder_facts import POLICY, RETURNED, WEEK_39, at, said
from tracker.domain.notices import CONTACT, WITH_HEAD, Addressee
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import ObligationFact

WEEK = timedelta(weeks=1)


def week(number: int, *, after_kept: bool = False) -> ObligationFact:
    return replace(
        WEEK_39, obligation_id=number, period_key=f"2026-W{number}", due_at=WEEK_39.due_at + (number - 39) * WEEK,
        state=ObligationState.MISSED, after_kept=after_kept,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("weeks", "to"),
    [
        ((week(39),), CONTACT),
        ((week(38), week(39)), WITH_HEAD),
        ((week(39), week(38)), WITH_HEAD),
        ((week(38), week(39, after_kept=True)), CONTACT),
        ((week(37), week(38, after_kept=True), week(39)), WITH_HEAD),
    ],
)
def test_the_head_hears_of_what_is_missed_running_and_not_of_an_old_gap(
    weeks: tuple[ObligationFact, ...], to: tuple[Addressee, ...]
) -> None:
    (notice,) = said("09-25 09:00", *weeks)

    assert (notice.obligation_id, notice.to, notice.earlier_missed) == (39, to, len(weeks) - 1)


def test_what_is_said_again_of_a_missed_period_is_said_to_the_same_people() -> None:
    again = replace(POLICY, again_after=5)

    (notice,) = said("10-12 09:00", week(38), week(39), policy=again)

    assert notice.key.endswith(":missed5")
    assert notice.to == WITH_HEAD


def test_a_rhythm_speaks_for_itself() -> None:
    other = replace(week(39), cadence_id=4, obligation_id=90)

    assert [notice.earlier_missed for notice in said("09-25 09:00", week(39), other)] == [0, 0]


@pytest.mark.parametrize(("returned_at", "rung"), [("09-24 17:29", "past"), ("09-24 17:30", "returned"), ("09-24 18:00", "returned")])
def test_what_is_sent_back_at_its_cut_off_or_later_is_not_past_as_well(returned_at: str, rung: str) -> None:
    (notice,) = said("09-25 09:00", replace(RETURNED, returned_at=at(returned_at)))

    assert notice.key.endswith(f":{rung}")


def test_a_notice_of_a_return_knows_what_it_is_about() -> None:
    moved = replace(WEEK_39, why="因中秋节提前", asks_progress=False, cadence_name="一周一进度")

    (opens,), (back,) = said("09-21 09:00", moved), said("09-22 10:00", RETURNED)

    assert (opens.due_at, opens.report, opens.period_key) == (at("09-24 17:30"), "一周一进度", "2026-W39")
    assert (opens.asks_progress, opens.detail, opens.earlier_missed) == (False, "因中秋节提前", 0)
    assert back.detail == "请附链接"
