"""Sub-items lie inside the time of the task they belong to."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain import sub_item as rules
from tracker.domain.sub_item import Step

UNTIL = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        (Step(" 梳理清单 ", " 王芳 ", date(2026, 10, 31)), Step("梳理清单", "王芳", date(2026, 10, 31))),
        (Step("梳理清单"), Step("梳理清单")),
        (Step("梳理清单", due_on=date(2026, 11, 1)), rules.BeyondParent),
        (Step("字" * 200, "字" * 60), Step("字" * 200, "字" * 60)),
        (Step(" "), rules.StepNeeded),
        (Step("字" * 201), rules.StepTooLong),
        (Step("清单", "字" * 61), rules.StepTooLong),
    ],
)
def test_a_step(step: Step, kept: Step | type[Exception]) -> None:
    if isinstance(kept, type):
        with pytest.raises(kept):
            rules.planned(step, until=UNTIL)
        return
    assert rules.planned(step, until=UNTIL) == kept


def test_a_task_without_a_day_sets_no_limit_and_the_sentence_names_one_that_does() -> None:
    late = Step("清单", due_on=date(2030, 1, 1))
    assert rules.planned(late, until=None) == late
    with pytest.raises(rules.BeyondParent, match="10月31日"):
        rules.planned(late, until=UNTIL)
