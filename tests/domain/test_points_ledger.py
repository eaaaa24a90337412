"""The ledger of points: one line a fact, reversals as lines, and a score that any past day gives again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.points import Fact, FactKind, Indicator, Rule, Scheme
from tracker.domain.points_ledger import (
    Due,
    Edition,
    Line,
    Origin,
    chained,
    due,
    entries,
    in_force,
    is_reversed,
    objection_ends_on,
    simulated,
    standings,
)

K = FactKind
FIRST = date(2026, 1, 1)
LATE = Rule("late", "1", K.RETURN_LATE, "迟报扣2分", -200, cap=500)
MISSED = Rule("missed", "1", K.RETURN_MISSED, "未报扣3分", -300)
OVERDUE = Rule("overdue", "2", K.TASK_OVERDUE, "逾期扣5分", -500, cap=1500)
SHOWN = Rule("shown", "3", K.EXPERIENCE_SHOWN, "展示加1分", 100, cap=300)
SURPLUS = Rule("surplus", "3", K.QUOTA_SURPLUS, "超出加0.5分", 50, cap=300)
LEAK = Rule("leak", "4", K.BY_HAND, "泄密扣6分", -600)
SCHEME = Scheme(
    "积分办法",
    10400,
    (
        Indicator("1", "报送", 1000),
        Indicator("2", "任务", 9000),
        Indicator("3", "加分", most_added=400),
        Indicator("4", "扣分项"),
    ),
    (LATE, MISSED, OVERDUE, SHOWN, SURPLUS, LEAK),
)
EDITION = Edition(1, FIRST, SCHEME, {1: "", 2: ""})
LINK = "https://www.qingxi.gov.cn/1.html"


def fact(key: str, kind: FactKind = K.RETURN_LATE, *, unit: int = 1, on: date = FIRST) -> Fact:
    return Fact(key, kind, unit, on, "一件事", evidence=LINK)


class Ledger:
    """A ledger as the store keeps it: whatever is due is entered, on the day it is found."""

    def __init__(self, *editions: Edition) -> None:
        self.editions = editions or (EDITION,)
        self.lines: list[Line] = []
        self.numbers = count(1)

    def look(self, *facts: Fact, day: date) -> Due:
        found = due(self.editions, facts, self.lines, until=day)
        for each in found.entries:
            self.lines.append(
                Line(
                    next(self.numbers),
                    each.unit_id,
                    each.edition,
                    each.rule.key,
                    each.fact.key,
                    each.rule.points,
                    day,
                    each.origin,
                )
            )
        for undoing in found.undoings:
            self.reverse(undoing.line, undoing.origin, day)
        return found

    def reverse(self, line: Line, origin: Origin, day: date) -> None:
        new = replace(
            line, id=next(self.numbers), points=-line.points, entered_on=day, origin=origin, reverses=line.id
        )
        self.lines.append(new)

    def score(self, day: date, unit: int = 1) -> int:
        return standings(self.editions, self.lines, day=day)[unit].score


def test_a_fact_gives_one_line_however_often_it_is_looked_at() -> None:
    ledger = Ledger()

    ledger.look(fact("a"), day=FIRST)
    again = ledger.look(fact("a"), day=FIRST + timedelta(days=1))

    assert again == Due()
    assert [line.points for line in ledger.lines] == [-200]


def test_a_fact_that_holds_no_longer_is_reversed_by_a_line_and_the_past_stays() -> None:
    ledger, later = Ledger(), FIRST + timedelta(days=9)
    ledger.look(fact("a"), day=FIRST)

    ledger.look(day=later)
    ledger.look(day=later)

    assert [(line.points, line.origin) for line in ledger.lines] == [
        (-200, Origin.FACT),
        (200, Origin.LAPSED),
    ]
    assert ledger.score(FIRST) == 9800
    assert ledger.score(later - timedelta(days=1)) == 9800
    assert ledger.score(later) == 10000


def test_a_fact_that_holds_again_reverses_the_reversal() -> None:
    ledger = Ledger()
    for facts in ((fact("a"),), (), (fact("a"),), (fact("a"),), ()):
        ledger.look(*facts, day=FIRST)

    assert [line.points for line in ledger.lines] == [-200, 200, -200, 200]
    assert len({line.reverses for line in ledger.lines}) == 4, "no line is reversed twice"
    assert is_reversed(chained(ledger.lines)[1, "late", "a"])


def test_what_a_person_has_decided_no_fact_changes() -> None:
    ledger = Ledger()
    ledger.look(fact("a"), day=FIRST)
    ledger.reverse(ledger.lines[0], Origin.OBJECTION, FIRST)

    assert ledger.look(fact("a"), day=FIRST) == Due()
    assert ledger.look(day=FIRST) == Due()
    assert ledger.score(FIRST) == 10000


def test_what_was_entered_by_hand_is_not_reversed_for_want_of_a_fact() -> None:
    ledger = Ledger()
    ledger.lines.append(Line(1, 1, 1, "leak", "by-hand:1", -600, FIRST, Origin.BY_HAND))

    assert ledger.look(day=FIRST) == Due()
    assert ledger.score(FIRST) == 9400, "an indicator without points of its own takes from the whole"


def test_facts_before_the_first_edition_and_of_tomorrow_are_worth_nothing() -> None:
    early, late = fact("a", on=FIRST - timedelta(days=1)), fact("b", on=FIRST + timedelta(days=1))

    assert list(entries([EDITION], [early, late], until=FIRST)) == []


def test_a_unit_that_is_not_in_the_list_has_no_lines() -> None:
    assert list(entries([EDITION], [fact("a", unit=3)], until=FIRST)) == []


def test_each_fact_is_judged_by_the_edition_of_its_day_and_old_lines_keep_theirs() -> None:
    june = date(2026, 6, 1)
    dearer = replace(SCHEME, rules=(replace(LATE, points=-400, cap=900), MISSED, OVERDUE, SHOWN, SURPLUS))
    ledger = Ledger(EDITION, Edition(2, june, dearer, {1: ""}))
    old, new = fact("a", on=date(2026, 5, 31)), fact("b", on=june)

    ledger.look(old, day=date(2026, 5, 31))
    found = ledger.look(old, new, day=june)

    assert [(each.edition, each.rule.points) for each in found.entries] == [(2, -400)]
    assert [line.points for line in ledger.lines] == [-200, -400]
    assert ledger.score(date(2026, 5, 31)) == 9800
    assert ledger.score(june) == 9400
    assert 2 not in standings(ledger.editions, ledger.lines, day=june), "the second edition has it no more"
    assert ledger.look(new, day=june).undoings[0].line.edition == 1


def test_lines_of_a_rule_that_was_dropped_still_count() -> None:
    june = date(2026, 6, 1)
    without = replace(SCHEME, rules=(MISSED,), indicators=SCHEME.indicators[:2])
    ledger = Ledger(EDITION, Edition(2, june, without, {1: ""}))
    ledger.look(fact("a"), fact("b", K.EXPERIENCE_SHOWN), day=FIRST)

    assert ledger.score(june) == 9900


def test_the_edition_of_a_day_is_the_newest_that_has_begun() -> None:
    second, third = Edition(2, date(2026, 3, 1), SCHEME, {}), Edition(3, date(2026, 3, 1), SCHEME, {})

    assert in_force([EDITION, second, third], date(2026, 2, 28)) is EDITION
    assert in_force([EDITION, third, second], date(2026, 3, 1)) is third
    assert in_force([second], FIRST) is None


def test_a_line_says_what_it_changed_where_a_cap_was_reached() -> None:
    ledger = Ledger()
    ledger.look(*(fact(name) for name in "abc"), day=FIRST)
    standing = standings(ledger.editions, ledger.lines, day=FIRST)[1]

    assert [each.line.points for each in standing.counted] == [-200, -200, -200]
    assert [each.points for each in standing.counted] == [-200, -200, -100], "the third meets the cap of 5"
    assert standing.start + sum(each.points for each in standing.counted) == standing.score == 9500

    ledger.reverse(ledger.lines[0], Origin.CORRECTION, FIRST)
    after = standings(ledger.editions, ledger.lines, day=FIRST)[1]
    assert (after.counted[-1].points, after.score) == (100, 9600), "what the cap had kept off counts now"
    assert (after.lost, after.gained) == (-400, 0), "less was deducted; nothing was earned"


def test_a_bonus_that_is_taken_back_was_never_earned_and_is_no_deduction() -> None:
    ledger = Ledger()
    ledger.look(fact("a", K.EXPERIENCE_SHOWN), day=FIRST)
    ledger.look(day=FIRST)
    gone = standings(ledger.editions, ledger.lines, day=FIRST)[1]
    ledger.look(fact("a", K.EXPERIENCE_SHOWN), day=FIRST)
    back = standings(ledger.editions, ledger.lines, day=FIRST)[1]

    assert [each.line.origin for each in back.counted] == [Origin.FACT, Origin.LAPSED, Origin.REVIVED]
    assert [(each.lost, each.gained) for each in (gone, back)] == [(0, 0), (0, 100)]


def test_deductions_end_at_the_indicators_base_points() -> None:
    ledger = Ledger()
    ledger.look(*(fact(str(number), K.RETURN_MISSED) for number in range(5)), day=FIRST)

    assert ledger.score(FIRST) == 9000, "five times 3 of 10 points"


def test_an_edition_of_later_changes_no_past_day() -> None:
    """Its caps hold from the day it begins."""
    june = date(2026, 6, 1)
    milder = replace(SCHEME, rules=(replace(LATE, cap=100), *SCHEME.rules[1:]))
    ledger = Ledger(EDITION, Edition(2, june, milder, {1: ""}))
    ledger.look(fact("a"), fact("b"), day=FIRST)

    assert ledger.score(date(2026, 5, 31)) == 9600
    assert ledger.score(june) == 9900


def test_who_is_no_business_of_an_indicator_does_not_begin_with_its_points() -> None:
    for_towns = replace(SCHEME, indicators=(Indicator("1", "报送", 1000), Indicator("2", "任务", 9000, groups=("A",))))
    edition = Edition(1, FIRST, for_towns, {1: "A", 2: "B"})

    found = standings([edition], [], day=FIRST)

    assert {unit: standing.start for unit, standing in found.items()} == {1: 10000, 2: 1000}


def test_what_is_added_and_deducted_below_an_indicator_meets_its_limits() -> None:
    """A list that may deduct nothing deducts nothing; what is added further down counts up to the limit above."""
    nested = (
        Indicator("1", "任务", 9000),
        Indicator("1.1", "报送", 0),
        Indicator("2", "加分", most_added=150),
        Indicator("2.1", "经验"),
        Indicator("3", "观察", most_deducted=0),
    )
    rules = (replace(LATE, indicator="1.1"), replace(SHOWN, indicator="2.1"), replace(MISSED, indicator="3"))
    ledger = Ledger(Edition(1, FIRST, replace(SCHEME, indicators=nested, rules=rules), {1: ""}))

    ledger.look(fact("a"), fact("b", K.RETURN_MISSED), fact("c", K.EXPERIENCE_SHOWN), day=FIRST)
    assert ledger.score(FIRST) == 9000 - 200 + 100
    ledger.look(*(fact(key, K.EXPERIENCE_SHOWN) for key in "cde"), fact("a"), day=FIRST)
    assert ledger.score(FIRST) == 9000 - 200 + 150


@pytest.mark.parametrize(
    ("above", "below", "score"),
    [
        (1, 0, 10000 - 300),
        (4, 0, 10000 - 1200),
        (6, 0, 10000 - 1500),
        (0, 4, 10000 - 500),
        (4, 4, 10000 - 1500),
    ],
)
def test_deductions_end_at_the_base_points_of_an_indicator_with_all_below_it(
    above: int, below: int, score: int
) -> None:
    """Ten points of its own and five below it: fifteen can go in all, and of those below just five."""
    nested = (Indicator("1", "任务", 1000), Indicator("1.1", "报送", 500), Indicator("2", "其他", 8500))
    rules = (replace(MISSED, indicator="1"), replace(OVERDUE, indicator="1.1", points=-300, cap=None))
    ledger = Ledger(Edition(1, FIRST, replace(SCHEME, indicators=nested, rules=rules), {1: ""}))
    assert ledger.score(FIRST) == 10000

    ledger.look(
        *(fact(f"a{number}", K.RETURN_MISSED) for number in range(above)),
        *(fact(f"b{number}", K.TASK_OVERDUE) for number in range(below)),
        day=FIRST,
    )

    assert ledger.score(FIRST) == score


def test_what_a_simulation_shows_is_what_switching_on_gives() -> None:
    facts = [
        fact("a"),
        fact("b", K.TASK_OVERDUE, on=FIRST + timedelta(days=3)),
        fact("c", K.EXPERIENCE_SHOWN),
    ]
    day = FIRST + timedelta(days=5)
    ledger = Ledger()
    ledger.look(*facts, day=day)

    tried = simulated(EDITION, facts, until=day)

    assert {unit: each.score for unit, each in tried.items()} == {
        unit: each.score for unit, each in standings([EDITION], ledger.lines, day=day).items()
    }
    assert tried[1].score == 9400 and tried[2].score == 10000  # noqa: PT018 - the two units of one answer


def test_the_window_ends_so_many_days_after_the_line() -> None:
    assert objection_ends_on(replace(SCHEME, objection_days=10), date(2026, 3, 1)) == date(2026, 3, 11)


KINDS = (K.RETURN_LATE, K.RETURN_MISSED, K.TASK_OVERDUE, K.EXPERIENCE_SHOWN, K.QUOTA_SURPLUS)
_facts = st.builds(
    lambda number, kind, unit, day: fact(f"{kind.value}:{number}", kind, unit=unit, on=FIRST + timedelta(days=day)),
    st.integers(1, 12), st.sampled_from(KINDS), st.sampled_from([1, 2]), st.integers(0, 9),
)  # fmt: skip
_looks = st.lists(
    st.lists(_facts, max_size=12, unique_by=lambda each: (each.key, each.unit_id)), min_size=1, max_size=6
)


def _lived(looks: list[list[Fact]]) -> tuple[Ledger, date]:
    """The facts as they were found one day after the other, from the tenth day on."""
    ledger, day = Ledger(), FIRST + timedelta(days=10)
    for facts in looks:
        ledger.look(*facts, day=day)
        day += timedelta(days=1)
    return ledger, day


@given(_looks)
def test_the_lines_of_any_past_day_add_up_to_its_score(looks: list[list[Fact]]) -> None:
    ledger, end = _lived(looks)
    shown: dict[date, dict[int, int]] = {}
    day = FIRST
    while day <= end:
        by_then = [line for line in ledger.lines if line.entered_on <= day]
        shown[day] = {unit: each.score for unit, each in standings(ledger.editions, by_then, day=day).items()}
        day += timedelta(days=1)

    for past, scores in shown.items():
        for unit, standing in standings(ledger.editions, ledger.lines, day=past).items():
            assert standing.score == scores[unit], "what came later changes no past day"
            assert standing.start + sum(each.points for each in standing.counted) == standing.score
            assert standing.start + standing.lost + standing.gained == standing.score


@given(_looks, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_facts_changes_no_score(looks: list[list[Fact]], chance: object) -> None:
    ledger, end = _lived(looks)
    mixed = list(ledger.lines)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    renumbered = [replace(line, id=place) for place, line in enumerate(mixed, start=1)]

    plain, other = (standings(ledger.editions, lines, day=end) for lines in (ledger.lines, renumbered))

    assert {unit: each.score for unit, each in plain.items()} == {
        unit: each.score for unit, each in other.items()
    }


@given(_looks)
def test_looking_twice_enters_nothing_and_lines_are_reversed_once(looks: list[list[Fact]]) -> None:
    ledger, end = _lived(looks)

    assert ledger.look(*looks[-1], day=end) == Due()
    undone = [line.reverses for line in ledger.lines if line.reverses is not None]
    assert len(undone) == len(set(undone))
    for chain in chained(ledger.lines).values():
        assert sum(line.points for line in chain) in {0, chain[0].points}


@given(_looks)
def test_what_the_ledger_says_in_the_end_is_what_the_last_facts_are_worth(looks: list[list[Fact]]) -> None:
    ledger, end = _lived(looks)
    fresh = Ledger()
    fresh.look(*looks[-1], day=end)

    for unit in (1, 2):
        assert ledger.score(end, unit) == fresh.score(end, unit)


@given(_looks)
def test_reversing_everything_leads_back_to_the_beginning_and_no_further(looks: list[list[Fact]]) -> None:
    ledger, end = _lived(looks)
    for chain in chained(ledger.lines).values():
        if not is_reversed(chain):
            ledger.reverse(chain[-1], Origin.CORRECTION, end)

    for standing in standings(ledger.editions, ledger.lines, day=end).values():
        assert standing.score == standing.start == 10000


@given(_looks)
def test_no_cap_is_ever_passed(looks: list[list[Fact]]) -> None:
    ledger, end = _lived(looks)

    for unit in (1, 2):
        for rule in SCHEME.rules:
            alone = [line for line in ledger.lines if line.rule_key == rule.key]
            moved = standings(ledger.editions, alone, day=end)[unit].score - 10000
            assert abs(moved) <= (rule.cap or 1000), rule.key
        for kinds, least, most in ((("late", "missed"), -1000, 0), (("shown", "surplus"), 0, 400)):
            alone = [line for line in ledger.lines if line.rule_key in kinds]
            moved = standings(ledger.editions, alone, day=end)[unit].score - 10000
            assert least <= moved <= most
        assert SCHEME.floor <= ledger.score(end, unit) <= SCHEME.maximum
