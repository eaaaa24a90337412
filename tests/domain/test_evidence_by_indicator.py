"""An evidence package by indicators: what stands for each of them, and what is said where nothing does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.test_evidence_package import package, task
from tracker.domain.evidence_by_indicator import (
    NOTHING,
    Grounds,
    IndexedIndicator,
    IndexedLine,
    Returned,
    ground_of,
    index_of,
)
from tracker.domain.evidence_package import Lack, missing
from tracker.domain.points import FactKind, Indicator, Rule, Scheme

K = FactKind
WEEKLY, MONTHLY = (Returned("市教育局", 40, 2, 1), Returned("市司法局", 43, 0, 0)), (Returned("市教育局", 9, 1, 0),)
GROUNDS = Grounds(
    {1: True, 2: False, 3: True},
    {"P3M": frozenset({2}), "P1Y": frozenset({3})},
    {"publish": frozenset({3})},
    {"weekly": WEEKLY, "monthly": MONTHLY},
)
LINE = IndexedLine(7, "市教育局", date(2026, 9, 2), "一件事", -100)


def indexed(kind: FactKind, only: str = "", *lines: IndexedLine, grounds: Grounds = GROUNDS) -> IndexedIndicator:
    rule = Rule("r1", "1", kind, "规则", -100, only=only)
    scheme = Scheme("办法", 10000, (Indicator("1", "指标", 10000),), (rule,))
    (found,) = index_of(scheme, "办法", grounds, {"r1": lines}).indicators
    return found


@pytest.mark.parametrize(
    ("kind", "only", "tasks", "lack"),
    [
        (K.TASK_OVERDUE, "", (1, 2, 3), ""),
        (K.DONE_BARE, "", (1, 2, 3), ""),
        (K.QUOTA_UNMET, "", (2, 3), ""),
        (K.QUOTA_UNMET, "P3M", (2,), "归到这里的1项任务都没有佐证"),
        (K.QUOTA_SURPLUS, "P1Y", (3,), ""),
        (K.EVENT_COUNTED, "P1M", (), NOTHING),
        (K.CLOCK_OVERDUE, "publish", (3,), ""),
        (K.CLOCK_OVERDUE, "reply", (), NOTHING),
        (K.BY_HAND, "", (), NOTHING),
        (K.ORDER_ISSUED, "red", (), NOTHING),
    ],
)
def test_a_rule_says_which_tasks_stand_for_its_indicator(
    kind: FactKind, only: str, tasks: tuple[int, ...], lack: str
) -> None:
    found = indexed(kind, only)

    assert (found.task_ids, found.lack) == (tasks, lack)
    assert found.evidenced == len({1, 3} & set(tasks))


@pytest.mark.parametrize("kind", [K.RETURN_MISSED, K.RETURN_LATE, K.RETURN_SENT_BACK, K.RETURN_ON_TIME])
def test_returns_stand_for_an_indicator_about_returns(kind: FactKind) -> None:
    assert indexed(kind, "weekly").returned == WEEKLY
    assert indexed(kind).returned == (Returned("市教育局", 49, 3, 1), WEEKLY[1]), "all rhythms added up"
    assert indexed(kind, "biweekly").lack == NOTHING
    assert indexed(kind).lack == ""


@pytest.mark.parametrize("kind", [kind for kind in K if ground_of(kind).value == "lines"])
def test_where_nothing_but_lines_can_stand_a_line_does(kind: FactKind) -> None:
    assert indexed(kind, "", LINE).lack == ""
    assert indexed(kind, "", LINE).lines == (LINE,)


def test_a_line_without_evidence_does_not_hide_that_its_tasks_have_none() -> None:
    bare = Grounds({1: False})

    assert indexed(K.TASK_OVERDUE, "", LINE, grounds=bare).lack == "归到这里的1项任务都没有佐证"
    proved = replace(LINE, evidence="通报〔2026〕3号")
    assert indexed(K.TASK_OVERDUE, "", proved, grounds=bare).lack == ""


def test_an_indicator_that_only_heads_others_lacks_nothing_and_one_without_rules_does() -> None:
    scheme = Scheme(
        "办法",
        10000,
        (Indicator("1", "公开"), Indicator("1.1", "主动公开", 5000), Indicator("2", "保密审查", 5000)),
        (Rule("r1", "1.1", K.TASK_OVERDUE, "规则", -100),),
    )

    made = index_of(scheme, "办法", GROUNDS, {})

    assert [(each.name, each.lack) for each in made.indicators] == [
        ("1 公开", ""), ("1.1 主动公开", ""), ("2 保密审查", NOTHING),
    ]  # fmt: skip
    assert made.lacking == made.indicators[2:]


def test_what_an_indicator_misses_is_told_before_what_tasks_miss() -> None:
    made = index_of(Scheme("办法", 10000, (Indicator("2", "保密审查", 5000),), ()), "办法", GROUNDS, {})

    found = missing(replace(package(task(number=2)), by_indicator=made))

    assert [(each.lack, each.words) for each in found] == [(Lack.INDICATOR_BARE, NOTHING), (Lack.DONE_WITHOUT, "")]
    assert [each.indicator.name if each.indicator else "" for each in found] == ["2 保密审查", ""]
