"""Lights: the first rule that holds decides, and says why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.health import RULES, Check, Colour, Column, HealthFacts, describe, light
from tracker.domain.task import TaskState

TODAY = date(2026, 9, 24)
SOON = date(2026, 10, 14)  # ten workdays ahead, over the national holiday
ASSIGNED = TaskState.ASSIGNED
LATE, NEAR, FAR = date(2026, 9, 12), date(2026, 10, 14), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("facts", "colour", "word", "reason"),
    [
        pytest.param(
            HealthFacts(TaskState.SIGNED_OFF, LATE, has_blocked=True),
            Colour.GREEN, "已销号", "公开办已确认完成并销号", id="signed off, whatever else",
        ),
        pytest.param(
            HealthFacts(TaskState.CANCELLED, LATE, has_blocked=True),
            Colour.GREY, "已取消", "任务已取消，不再催报", id="cancelled, whatever else",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, LATE, has_any_report=True, has_blocked=True),
            Colour.RED, "逾期12天", "9月12日到期，尚未销号，已过12天", id="overdue comes before blocked",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, TODAY - timedelta(days=1), standing=True),
            Colour.RED, "逾期1天", "9月23日到期，尚未销号，已过1天", id="a standing item's review can be overdue",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, TODAY), Colour.YELLOW, "临近", "9月24日到期，就在今天", id="due today is not overdue",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, date(2026, 9, 25)), Colour.YELLOW, "临近", "9月25日到期，还有1天", id="due tomorrow",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, NEAR, has_blocked=True),
            Colour.YELLOW, "临近", "10月14日到期，还有20天", id="the last day of soon",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, NEAR + timedelta(days=1), has_any_report=True),
            Colour.GREEN, "推进中", "10月15日到期，还有21天，已有进展报送", id="the day after soon",
        ),
        pytest.param(
            HealthFacts(TaskState.IN_PROGRESS, FAR, has_blocked=True, has_any_report=True),
            Colour.YELLOW, "受阻", "有单位报告受阻，需要协调", id="blocked",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, standing=True, has_any_report=True),
            Colour.GREEN, "推进中", "长期推进事项，已有进展报送", id="standing with reports",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, FAR, standing=True),
            Colour.GREY, "尚无进展", "长期推进事项，还没有单位报过进展", id="standing without reports",
        ),
        pytest.param(
            HealthFacts(ASSIGNED),
            Colour.GREY, "未定时限", "原文没有写明时限，也还没有进展，请公开办明确", id="no day and no report",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, has_any_report=True),
            Colour.GREEN, "推进中", "没有待办节点，已有进展报送", id="no day but a report",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, FAR), Colour.GREEN, "未到期", "12月31日到期，还有98天，还没有进展报送", id="far ahead",
        ),
        pytest.param(
            HealthFacts(ASSIGNED, date(2027, 1, 31)),
            Colour.GREEN, "未到期", "2027年1月31日到期，还有129天，还没有进展报送", id="next year is named",
        ),
    ],
)
def test_light(facts: HealthFacts, colour: Colour, word: str, reason: str) -> None:
    found = light(facts, today=TODAY, soon_until=SOON)

    assert (found.colour, found.word, found.reason) == (colour, word, reason)


FACTS = st.builds(
    HealthFacts,
    state=st.sampled_from(TaskState),
    next_due_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    has_blocked=st.booleans(),
    has_any_report=st.booleans(),
    standing=st.booleans(),
)


@given(FACTS)
def test_every_task_has_a_light_with_all_its_words_filled_in(facts: HealthFacts) -> None:
    found = light(facts, today=TODAY, soon_until=SOON)

    assert found.word
    assert found.reason
    assert "{" not in found.word + found.reason
    assert found == describe(found.rule, next_due_on=facts.next_due_on, today=TODAY)


@given(FACTS, st.integers(0, 400))
def test_time_alone_never_turns_a_red_light_back(facts: HealthFacts, days: int) -> None:
    passed = timedelta(days=days)
    now = light(facts, today=TODAY, soon_until=SOON)

    later = light(facts, today=TODAY + passed, soon_until=SOON + passed)

    assert now.colour is not Colour.RED or later.colour is Colour.RED


def test_the_rule_table_can_be_written_as_a_case() -> None:
    assert RULES[-1].conditions == (), "the last row is the ELSE"
    assert all(rule.conditions for rule in RULES[:-1])
    for rule in RULES:
        for condition in rule.conditions:
            assert (condition.check is Check.IS) == (condition.value is not None)
            assert (condition.check is Check.IS) == (condition.column is not Column.NEXT_DUE_ON)


def test_columns_are_the_fields_of_the_facts() -> None:
    assert {column.value for column in Column} == set(HealthFacts.__dataclass_fields__)


def test_rule_codes_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
