"""老大难: which open tasks are among them, and the reasons in words."""

from __future__ import annotations

import pytest

from tracker.domain.hard_case import TaskFacts, reasons


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (TaskFacts(), ()),
        (TaskFacts(put_off=1, missed=2), ()),
        (TaskFacts(put_off=2), ("已延期2次",)),
        (TaskFacts(missed=3), ("3个节点到期没有完成",)),
        (TaskFacts(years_unfinished=1), ("上年未完成",)),
        (TaskFacts(3, 4, 2), ("连续2年未完成", "已延期3次", "4个节点到期没有完成")),
    ],
)
def test_a_task_is_hard_for_reasons_that_are_said(facts: TaskFacts, said: tuple[str, ...]) -> None:
    assert reasons(facts) == said
