"""What a draft's task wants counted and timed."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.domain.clock import DayUnit
from tracker.domain.counts import ClockWish, QuotaWish, counts_of, sentence_with


def reading(text: str = "做好公开。", *, deadline: str = "none", **more: Any) -> dict[str, Any]:
    return {"text": text, "deadline": {"notation": deadline}, **more}


def test_a_quota_keeps_its_class_and_says_which_unit_it_names() -> None:
    quotas = [
        {"minimum": 5, "period": "P1Y", "unit_class": "各县(市、区)", "counted": "在线访谈"},
        {"minimum": 2, "period": "P1Y", "unit_class": "市教育局", "counted": None},
        {"minimum": 2, "period": "P1Y", "unit_class": "市教育局", "counted": None},
    ]

    made = counts_of(reading(quotas=quotas), {"市教育局": 7})

    assert made.quotas == (
        QuotaWish(5, "P1Y", "在线访谈", "各县(市、区)"), QuotaWish(2, "P1Y", "完成次数", "市教育局", 7),
    )  # fmt: skip


@pytest.mark.parametrize(("minimum", "period"), [(0, "P1Y"), (1, "P1D"), (1, "")])
def test_what_cannot_be_asked_is_no_quota(minimum: int, period: str) -> None:
    assert not counts_of(reading(quotas=[{"minimum": minimum, "period": period}]), {})


def test_a_clock_keeps_the_sentence_that_says_so() -> None:
    text = "加强统筹。文件印发后二十个工作日内上网；5个工作日内报备。"
    clocks = [{"days": 20, "workdays": True, "event": "文件印发"}, {"days": 5, "workdays": True, "event": ""}]

    made = counts_of(reading(text, clocks=clocks), {})

    assert [(clock.name, clock.basis) for clock in made.clocks] == [
        ("文件印发后20个工作日内", "文件印发后二十个工作日内上网"),
        ("5个工作日内", "5个工作日内报备"),
    ]


def test_a_deadline_that_an_event_starts_is_a_clock_unless_the_words_say_it_already() -> None:
    alone = reading(deadline="relative:10 days after 决策出台", deadline_text="决策出台后10日内")
    staged = reading(deadline="multi:date:2026-09-30|relative:20 workdays after 印发")
    twice = reading(
        deadline="relative:20 workdays after 印发", clocks=[{"days": 20, "workdays": True, "event": "文件印发"}]
    )

    assert counts_of(alone, {}).clocks == (ClockWish(10, DayUnit.DAYS, "决策出台", "决策出台后10日内"),)
    assert [clock.event for clock in counts_of(staged, {}).clocks] == ["印发"]
    assert [clock.event for clock in counts_of(twice, {}).clocks] == ["文件印发"]


def test_months_and_readings_that_are_none_start_no_clock() -> None:
    assert not counts_of(reading(deadline="relative:3 months after 印发"), {})
    assert not counts_of(reading(deadline="不是写法"), {})


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(15, "二、十五日内答复"), (5, "三、5天内报送"), (110, "四、110日内办结"), (99, "一、总则。二、十五日内答复。三、5天内报送。四、110日内办结。")],
)
def test_the_sentence_of_a_number(count: int, sentence: str) -> None:
    assert sentence_with("一、总则。二、十五日内答复。三、5天内报送。四、110日内办结。", count) == sentence
