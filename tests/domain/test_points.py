"""Schemes of points as values: what earns, who is assessed, how points are written, what is wrong in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.points import (
    ACTIVITY,
    Band,
    Fact,
    FactKind,
    Group,
    Indicator,
    Rule,
    Scheme,
    earns,
    group_of,
    in_points,
    signed,
)
from tracker.domain.points_data import as_data, doubts, faults, from_data
from tracker.domain.points_presets import PRESETS

K = FactKind
DAY = date(2026, 3, 5)
LATE = Rule("r1", "1.1", K.RETURN_LATE, "迟报，每期扣2分", -200, cap=600)
SHOWN = Rule("r2", "2", K.EXPERIENCE_SHOWN, "采用并展示，每篇加1分", 100, cap=500)
SCHEME = Scheme(
    "积分办法",
    10500,
    (Indicator("1", "报送"), Indicator("1.1", "及时", 10000), Indicator("2", "加分", 0, most_added=500)),
    (LATE, SHOWN),
    bands=(Band("优秀", 9000), Band("合格", 6000)),
)


def fact(kind: FactKind, *, unit: int = 1, about: str = "", evidence: str = "", plan: int | None = 1) -> Fact:
    return Fact(f"{kind.value}:7", kind, unit, DAY, "一件事", evidence=evidence, plan_id=plan, about=about)


@pytest.mark.parametrize(
    ("hundredths", "words", "change"),
    [
        (0, "0", "0"),
        (500, "5", "+5"),
        (-50, "-0.5", "-0.5"),
        (4, "0.04", "+0.04"),
        (-10800, "-108", "-108"),
        (150, "1.5", "+1.5"),
    ],
)
def test_points_are_written_without_needless_noughts(hundredths: int, words: str, change: str) -> None:
    assert (in_points(hundredths), signed(hundredths)) == (words, change)


def test_no_kind_of_fact_counts_signing_in_or_clicking() -> None:
    words = "".join(f"{kind.value}{kind.label}" for kind in FactKind)

    assert not any(word in words for word in ("login", "sign_in", "click", "登录", "点击", "在线"))
    assert {K.RETURN_ON_TIME, K.EVENT_COUNTED} == ACTIVITY


def test_a_rule_takes_its_kind_of_fact_and_no_other() -> None:
    assert earns(SCHEME, LATE, fact(K.RETURN_LATE), "")
    assert not earns(SCHEME, LATE, fact(K.RETURN_MISSED), "")


def test_a_rule_can_be_narrowed_to_one_rhythm() -> None:
    weekly = replace(LATE, only="weekly")

    assert earns(SCHEME, weekly, fact(K.RETURN_LATE, about="weekly"), "")
    assert not earns(SCHEME, weekly, fact(K.RETURN_LATE, about="quarterly"), "")


@pytest.mark.parametrize("evidence", ["", "   ", "省政务公开简报第3期", "javascript:alert(1)"])
def test_an_adoption_without_a_link_cannot_earn(evidence: str) -> None:
    assert not earns(SCHEME, SHOWN, fact(K.EXPERIENCE_SHOWN, evidence=evidence), "")
    assert earns(SCHEME, SHOWN, fact(K.EXPERIENCE_SHOWN, evidence="https://www.qingxi.gov.cn/1.html"), "")


def test_a_scheme_of_one_plan_passes_over_the_facts_of_others() -> None:
    narrowed = replace(SCHEME, plan_ids=(2,))

    assert not earns(narrowed, LATE, fact(K.RETURN_LATE, plan=1), "")
    assert not earns(narrowed, LATE, fact(K.RETURN_LATE, plan=None), "")
    assert earns(narrowed, LATE, fact(K.RETURN_LATE, plan=2), "")


def test_an_indicator_of_one_group_is_no_business_of_the_other() -> None:
    groups = (Group("A", "乡镇"), Group("B", "部门"))
    only_a = tuple(replace(each, groups=("A",)) if each.key == "1" else each for each in SCHEME.indicators)
    scheme = replace(SCHEME, groups=groups, indicators=only_a)

    assert earns(scheme, LATE, fact(K.RETURN_LATE), "A")
    assert not earns(scheme, LATE, fact(K.RETURN_LATE), "B"), "1.1 stands under 1"


def test_a_unit_named_in_a_list_is_of_that_group_whatever_its_class() -> None:
    groups = (Group("A", "乡镇", class_ids=(1,)), Group("B", "部门", class_ids=(2,), unit_ids=(7,)))

    assert group_of(groups, 7, 1) == "B"
    assert group_of(groups, 8, 1) == "A"
    assert group_of(groups, 9, 3) is None
    assert group_of(groups, 9, None) is None
    assert group_of((), 9, None) == "", "without groups everybody is assessed"


@pytest.mark.parametrize(
    ("score", "grade"), [(10500, "优秀"), (9000, "优秀"), (8999, "合格"), (6000, "合格"), (5999, "")]
)
def test_a_grade_begins_with_its_points(score: int, grade: str) -> None:
    assert SCHEME.grade(score) == grade


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_scheme_outlives_json(preset: object) -> None:
    scheme = preset.scheme  # type: ignore[attr-defined]

    assert from_data(as_data(scheme)) == scheme


def test_data_that_is_no_scheme_is_refused() -> None:
    data = as_data(SCHEME)
    data["rules"][0]["kind"] = "logged_in"

    with pytest.raises(ValueError, match="logged_in"):
        from_data(data)
    with pytest.raises(ValueError, match="not a scheme"):
        from_data({"name": "积分办法"})


def test_a_good_scheme_has_nothing_wrong_with_it() -> None:
    assert faults(SCHEME) == ()
    assert doubts(SCHEME) == ()


CASES = {
    "no name": (replace(SCHEME, name=" "), "办法名称"),
    "no maximum": (replace(SCHEME, maximum=0), "满分"),
    "a floor above the maximum": (replace(SCHEME, floor=10500), "最低分"),
    "no window": (replace(SCHEME, objection_days=0), "异议期"),
    "no rule": (replace(SCHEME, rules=()), "至少要有一条"),
    "no indicator": (replace(SCHEME, indicators=()), "至少要有一项指标"),
    "a number that is none": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("一", "其他"))), "不是指标编号"),
    "a number twice": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("2", "其他"))), "编号不能重复"),
    "a parent that is not there": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3.1", "其他"))), "上级 3 不在表里"),
    "base points above the maximum": (replace(SCHEME, maximum=9900, bands=()), "基础分合计 100，超过满分 99"),
    "a group that is not there": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3", "其他", groups=("C",)))), "类别“C”"),
    "a class in two groups": (replace(SCHEME, groups=(Group("A", "甲", (1,)), Group("B", "乙", (1,)))), "只留一处"),
    "a rule without an indicator": (replace(SCHEME, rules=(replace(LATE, indicator="9"),)), "“9”不在表里"),
    "a rule without words": (replace(SCHEME, rules=(replace(LATE, clause=""),)), "没有写依据"),
    "a rule worth nothing": (replace(SCHEME, rules=(replace(LATE, points=0),)), "分值不能是 0"),
    "a reward for being late": (replace(SCHEME, rules=(replace(LATE, points=200),)), "只能扣分"),
    "a deduction for an adopted article": (replace(SCHEME, rules=(replace(SHOWN, points=-100),)), "只能加分"),
    "a rule twice": (replace(SCHEME, rules=(LATE, LATE)), "代号重复"),
    "two grades from the same points": (replace(SCHEME, bands=(Band("优", 9000), Band("良", 9000))), "两个等次都从 90"),
    "too high a maximum": (replace(SCHEME, maximum=1000_01), "满分"),
    "more rules than a page holds": (replace(SCHEME, rules=tuple(replace(LATE, key=f"r{n}") for n in range(101))), "不超过 100 行"),
    "a group without a key": (replace(SCHEME, groups=(Group("", "甲"),)), "没有代号"),
    "a group twice": (replace(SCHEME, groups=(Group("A", "甲"), Group("A", "乙"))), "“A”重复"),
    "an indicator without a name": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3", " "))), "指标 3没有名称"),
    "base points below nothing": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3", "其他", -1))), "基础分请填"),
    "a limit below nothing": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3", "其他", most_added=-1))), "指标 3的上限请填"),
    "deductions without sense": (replace(SCHEME, indicators=(*SCHEME.indicators, Indicator("3", "其他", most_deducted=1000_01))), "指标 3的上限请填"),
    "a cap of nothing": (replace(SCHEME, rules=(replace(LATE, cap=0),)), "上限要大于 0"),
    "a cap beyond all points": (replace(SCHEME, rules=(replace(LATE, cap=1000_01),)), "上限要大于 0"),
    "a grade nobody reaches": (replace(SCHEME, bands=(Band("优", 10600),)), "不在 0 到满分之间"),
}  # fmt: skip


@pytest.mark.parametrize(("scheme", "words"), CASES.values(), ids=CASES.keys())
def test_what_is_wrong_is_said_in_words(scheme: Scheme, words: str) -> None:
    assert any(words in each for each in faults(scheme)), faults(scheme)


def test_a_bonus_needs_a_limit_of_its_own_or_of_its_indicator() -> None:
    endless = replace(SHOWN, cap=None)

    assert faults(replace(SCHEME, rules=(LATE, endless))) == (), "its indicator has one"
    unlimited = tuple(replace(each, most_added=None) for each in SCHEME.indicators)
    assert "设上限" in faults(replace(SCHEME, rules=(LATE, endless), indicators=unlimited))[0]


@pytest.mark.parametrize("kind", sorted(ACTIVITY))
def test_points_for_activity_need_the_offices_word_and_are_told_as_a_burden(kind: FactKind) -> None:
    counting = Rule("r3", "2", kind, "每次0.1分", 10, cap=100)
    scheme = replace(SCHEME, rules=(*SCHEME.rules, counting))

    assert any("国办函〔2026〕12号" in each for each in faults(scheme))
    wanted = replace(scheme, activity=True)
    assert faults(wanted) == ()
    assert any("再想一想" in each.words for each in doubts(wanted))


def test_who_lets_activity_count_and_has_no_such_rule_is_not_warned() -> None:
    assert doubts(replace(SCHEME, activity=True)) == ()


def test_an_indicator_that_no_rule_touches_is_told_and_one_with_a_rule_below_it_is_not() -> None:
    untouched = Indicator("3", "组织领导", 1000)
    scheme = replace(SCHEME, indicators=(*SCHEME.indicators, untouched), maximum=11500)

    assert [each.words for each in doubts(scheme)] == ["指标 3 没有记分规则，基础分会一直在。"]


def test_each_group_is_added_up_by_itself() -> None:
    """What may be added is the indicator's limit, or else what its rules and all below it may add."""
    open_ended = (
        Indicator("1", "报送", 10000),
        Indicator("2", "加分"),
        Indicator("2.1", "乡镇加分", groups=("A",)),
    )
    rules = (replace(LATE, indicator="1"), SHOWN, replace(SHOWN, key="r3", indicator="2.1", cap=300))
    groups = (Group("A", "乡镇", (1,)), Group("B", "部门", (2,)))
    scheme = replace(SCHEME, indicators=open_ended, rules=rules, groups=groups)

    assert [each.words for each in doubts(scheme)] == ["A类单位基础分加上加分上限是 108，满分是 105，请核对。"]


def test_a_full_mark_that_nobody_can_reach_is_told_but_does_not_hinder() -> None:
    scheme = replace(SCHEME, maximum=12000)

    assert faults(scheme) == ()
    assert "105，满分是 120" in doubts(scheme)[0].words
