"""A year's statistics (统计年度) and its sheets (统计表): their states, and the steps they may take.

    sheet   open      --submit-->     submitted   (报送, by the unit)
            submitted --submit-->     submitted   (a correction, until the year is final)
            submitted --send_back-->  open        (退回: until it comes again its figures count nowhere)

    year    open      --close-->      closed      (定稿: every figure is frozen)
            closed    --reopen-->     open        (重新打开, with a reason: what is taken is counted afresh)

While a year is closed no sheet takes any step.
"""

from __future__ import annotations

from tracker.domain.errors import RuleViolated
from tracker.domain.steps import StepTable, said_by
from tracker.domain.titled import Titled


class SheetState(Titled):
    OPEN = "open", "未报"
    SUBMITTED = "submitted", "已报"


class SheetStep(Titled):
    SUBMIT = "submit", "报送"
    SEND_BACK = "send_back", "退回"


class YearState(Titled):
    OPEN = "open", "未定稿"
    CLOSED = "closed", "已定稿"


class YearStep(Titled):
    CLOSE = "close", "定稿"
    REOPEN = "reopen", "重新打开"


class NotSubmitted(RuleViolated):
    """这家单位还没有报，不用退回。"""


class YearClosed(RuleViolated):
    """这一年的统计已经定稿，不能再改。"""


class YearOpen(RuleViolated):
    """这一年的统计还没有定稿，可以直接改。"""


_SHEETS = StepTable(
    {
        (SheetState.OPEN, SheetStep.SUBMIT): SheetState.SUBMITTED,
        (SheetState.SUBMITTED, SheetStep.SUBMIT): SheetState.SUBMITTED,
        (SheetState.SUBMITTED, SheetStep.SEND_BACK): SheetState.OPEN,
    },
    said_by({}, NotSubmitted),
)
_YEARS = StepTable(
    {
        (YearState.OPEN, YearStep.CLOSE): YearState.CLOSED,
        (YearState.CLOSED, YearStep.REOPEN): YearState.OPEN,
    },
    said_by({(YearState.CLOSED, YearStep.CLOSE): YearClosed}, YearOpen),
)
after = _SHEETS.take
of_year = _YEARS.take
