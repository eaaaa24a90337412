"""老大难: which open tasks are among them, and the reasons in words."""

from __future__ import annotations

import pytest

from tracker.domain.hard_case import TaskFacts, puts_off, reasons


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (TaskFacts(), ()),
        (TaskFacts(granted=1, missed=2), ()),
        (TaskFacts(moved=1), ()),
        (TaskFacts(granted=2), ("已延期2次",)),
        (TaskFacts(granted=1, moved=1), ("已延期2次（其中公开办改期1次）",)),
        (TaskFacts(moved=3), ("已延期3次（其中公开办改期3次）",)),
        (TaskFacts(missed=3), ("3个节点到期没有完成",)),
        (TaskFacts(years_unfinished=1), ("上年未完成",)),
        (TaskFacts(3, 0, 4, 2), ("连续2年未完成", "已延期3次", "4个节点到期没有完成")),
    ],
)
def test_a_task_is_hard_for_reasons_that_are_said(facts: TaskFacts, said: tuple[str, ...]) -> None:
    assert reasons(facts) == said


@pytest.mark.parametrize(
    ("before", "after", "is_put_off"),
    [
        (["2026-09-30"], ["2026-10-31"], True),
        (["2026-09-30"], ["2026-08-31"], False),
        (["2026-06-30", "2026-09-30"], ["2026-07-31", "2026-10-31"], True),
        (["2026-06-30", "2026-09-30"], ["2026-06-30", "2026-08-31"], False),
        (["2026-09-30"], ["2026-09-30", "2026-12-31"], False),
        ([], ["2026-12-31"], False),
        (["2026-09-30"], [], False),
    ],
)
def test_a_change_puts_off_where_a_day_gives_way_to_a_later_one(before: list[str], after: list[str], is_put_off: bool) -> None:
    assert puts_off(before, after) is is_put_off
