"""The published schemes as data, each with an example that was added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.domain.clock import PUBLISH
from tracker.domain.points import Fact, FactKind, Group, Indicator, Scheme, in_points
from tracker.domain.points_data import doubts, faults
from tracker.domain.points_ledger import Edition, Line, Origin, Standing, simulated, standings
from tracker.domain.points_presets import ADOPTING, DEDUCTING, GRADED, PRESETS, UPDATING, Preset

K = FactKind
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LINK = "https://www.qingxi.gov.cn/1.html"


def facts(kind: FactKind, times: int, *, about: str = "", evidence: str = LINK) -> list[Fact]:
    """So many of a kind, one a day."""
    return [
        Fact(
            f"{kind.value}:{about}:{evidence}:{number}",
            kind,
            1,
            FIRST + timedelta(days=number),
            "一件事",
            evidence=evidence,
            about=about,
        )
        for number in range(times)
    ]


def judged(scheme: Scheme, *found: list[Fact]) -> Standing:
    edition = Edition(1, FIRST, scheme, {1: ""})
    return simulated(edition, [fact for each in found for fact in each], until=LAST)[1]


def by_hand(scheme: Scheme, **times: int) -> Standing:
    """What a person has entered, by the keys of the rules."""
    entered = [scheme.rule(key) for key, many in times.items() for _ in range(many)]
    lines = [
        Line(number, 1, 1, rule.key, f"by-hand:{number}", rule.points, FIRST, Origin.BY_HAND)
        for number, rule in enumerate(entered, start=1)
        if rule is not None
    ]
    return standings([Edition(1, FIRST, scheme, {1: ""})], lines, day=LAST)[1]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_in_order_but_for_the_offices_word_on_activity(preset: Preset) -> None:
    wrong = faults(preset.scheme)

    assert not preset.scheme.activity, "nobody gets points for activity without having asked for it"
    assert all("允许按次数给分" in each for each in wrong)
    assert (not wrong) == (preset is not UPDATING)


UPDATED = replace(UPDATING.scheme, activity=True)


def test_108_points_are_100_of_base_and_8_for_200_items() -> None:
    full = judged(UPDATED, facts(K.EVENT_COUNTED, 200))

    assert (full.start, full.score) == (10000, 10800)
    assert UPDATED.maximum == 10800
    assert [each.words for each in doubts(UPDATED) if "满分" in each.words] == []


def test_items_beyond_200_earn_nothing_and_fewer_earn_their_part() -> None:
    assert judged(UPDATED, facts(K.EVENT_COUNTED, 250)).score == 10800
    assert judged(UPDATED, facts(K.EVENT_COUNTED, 125)).score == 10500, "125 × 0.04 = 5"


def test_three_rhythms_of_updating_lose_by_the_span() -> None:
    # 常规类 two quarters: 2 × 5; 固定类 one half: 5; two tasks overdue: 2 × 2; 50 items: 50 × 0.04 = 2.
    # 100 - 10 - 5 - 4 + 2 = 83
    found = judged(
        UPDATED,
        facts(K.QUOTA_UNMET, 2, about="P3M"),
        facts(K.QUOTA_UNMET, 1, about="P6M"),
        facts(K.TASK_OVERDUE, 2),
        facts(K.EVENT_COUNTED, 50),
    )

    assert in_points(found.score) == "83"
    # 动态类 is entered by a person, by the half month: three times 1 of 30.
    assert by_hand(UPDATED, r1=3).score == 9700


def test_deductions_by_occurrence_with_the_published_figures() -> None:
    # Late publication 2 × 5, missing elements 3 × 1, a late answer 6, a leak 6: 100 - 10 - 3 - 6 - 6 = 75.
    late = facts(K.CLOCK_OVERDUE, 2, about=PUBLISH.key)
    of_facts = judged(DEDUCTING.scheme, late).score
    of_hand = by_hand(DEDUCTING.scheme, r2=3, r6=1, r7=1).score

    assert of_facts == 9000
    assert of_hand == 8500
    assert in_points(of_facts + of_hand - 10000) == "75"


def test_an_annual_report_can_lose_five_points_for_each_of_three_things() -> None:
    # Not filed, not published, alike: 3 × 5 of the 15 that the indicator has.
    assert by_hand(DEDUCTING.scheme, r3=1, r4=1, r5=1).score == 8500
    assert by_hand(DEDUCTING.scheme, r3=2, r4=2).score == 8500, "no more than its indicator has"


def test_other_clocks_are_not_late_publication() -> None:
    assert judged(DEDUCTING.scheme, facts(K.CLOCK_OVERDUE, 3, about="upload")).score == 10000


@pytest.mark.parametrize(
    ("overdue", "late", "score", "grade"),
    # Each task overdue is 5, each late return 0.5.
    [(0, 0, "100", "优秀"), (2, 0, "90", "优秀"), (2, 1, "89.5", "良好"), (4, 0, "80", "良好"), (4, 1, "79.5", "合格"), (8, 0, "60", "合格"), (8, 1, "59.5", "不合格")],
)  # fmt: skip
def test_grades_begin_at_90_80_and_60(overdue: int, late: int, score: str, grade: str) -> None:
    found = judged(GRADED.scheme, facts(K.TASK_OVERDUE, overdue), facts(K.RETURN_LATE, late))

    assert (in_points(found.score), found.grade) == (score, grade)


def test_weekly_and_biweekly_returns_lose_and_adopted_experience_earns() -> None:
    # Weekly: missed 3 × 1, late 2 × 0.5; biweekly missed 1; shown 2 × 1; taken up by the province 1 × 3.
    # 100 - 3 - 1 - 1 + 2 + 3 = 100
    found = judged(
        ADOPTING.scheme,
        facts(K.RETURN_MISSED, 3, about="weekly"),
        facts(K.RETURN_LATE, 2, about="weekly"),
        facts(K.RETURN_MISSED, 1, about="biweekly"),
        facts(K.EXPERIENCE_SHOWN, 2),
        facts(K.EXPERIENCE_TAKEN_UP, 1),
    )

    assert in_points(found.score) == "100"


def test_an_adopted_article_without_a_page_that_shows_it_earns_nothing() -> None:
    assert judged(ADOPTING.scheme, facts(K.EXPERIENCE_SHOWN, 4, evidence="")).score == 10000


def test_bonuses_end_at_their_caps() -> None:
    # Shown ends at 5, taken up at 9, the indicator at 10.
    assert judged(ADOPTING.scheme, facts(K.EXPERIENCE_SHOWN, 9)).score == 10500
    assert (
        judged(ADOPTING.scheme, facts(K.EXPERIENCE_SHOWN, 9), facts(K.EXPERIENCE_TAKEN_UP, 5)).score == 11000
    )


def test_handing_in_often_earns_nothing_in_any_preset() -> None:
    busy = facts(K.RETURN_ON_TIME, 52, about="weekly")

    for preset in PRESETS:
        found = judged(preset.scheme, busy)
        assert found.score == found.start, preset.key


def test_two_groups_have_points_of_their_own() -> None:
    """A: 60 of reporting and 40 of tasks; B: 100 of tasks alone."""
    scheme = replace(
        GRADED.scheme,
        groups=(Group("A", "乡镇"), Group("B", "部门")),
        indicators=(
            Indicator("1", "报送", 6000, groups=("A",)),
            Indicator("2", "任务（乡镇）", 4000, groups=("A",)),
            Indicator("3", "任务（部门）", 10000, groups=("B",)),
        ),
        rules=tuple(
            replace(rule, indicator=where, key=f"{rule.key}-{where}")
            for rule in GRADED.scheme.rules
            if rule.kind in {K.RETURN_MISSED, K.TASK_OVERDUE}
            for where in (("1",) if rule.kind is K.RETURN_MISSED else ("2", "3"))
        ),
    )
    assert faults(scheme) == ()
    edition = Edition(1, FIRST, scheme, {1: "A", 2: "B"})
    found = [fact for kind in (K.RETURN_MISSED, K.TASK_OVERDUE) for fact in facts(kind, 2)]
    both = [replace(fact, unit_id=unit) for unit in (1, 2) for fact in found]

    told = simulated(edition, both, until=LAST)

    assert (told[1].score, told[2].score) == (8800, 9000), "A: 100 - 2×1 - 2×5; B: 100 - 2×5"
