"""Supervision order (督办单): what the office asks of a unit that is late, and the steps it may take.

    sent     --answer--->    answered   (反馈, by the unit)
    returned --answer--->    answered
    answered --accept--->    accepted   (销单)
    answered --send_back-->  returned   (the office says what is missing, and gives another day)
    sent     --accept--->    accepted   (without an answer: the office says what became of it)
    returned --accept--->    accepted
    sent     --withdraw-->   withdrawn  (撤回, with a reason; a graver order on the same matters does it too)
    returned --withdraw-->   withdrawn

Everything else is refused with a sentence. What a unit has answered waits for the office alone: it neither is
late nor is taken back. Number, colour, matters and words never change once it is sent.
"""

from __future__ import annotations

from datetime import date

from tracker.domain.answering import fitting, worded
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable
from tracker.domain.titled import Titled


class OrderColour(Titled):
    """How grave it is (蓝、黄、红), the least first."""

    BLUE = "blue", "蓝色"
    YELLOW = "yellow", "黄色"
    RED = "red", "红色"

    @property
    def rank(self) -> int:
        """Its place in the order of gravity, from 0."""
        return _GRAVITY.index(self)

    @property
    def graver(self) -> OrderColour:
        """The next colour; nothing is graver than red."""
        return _GRAVITY[min(self.rank + 1, len(_GRAVITY) - 1)]


_GRAVITY = tuple(OrderColour)


class MatterKind(Titled):
    """What an order can be about."""

    TASK = "task", "任务"
    RETURNS = "returns", "报送"


class OrderState(Titled):
    SENT = "sent", "待单位反馈"
    ANSWERED = "answered", "已反馈，待审"
    RETURNED = "returned", "退回补充"
    ACCEPTED = "accepted", "已销单"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def waits_for_unit(self) -> bool:
        """Whether the next step is the unit's."""
        return self in {OrderState.SENT, OrderState.RETURNED}

    @property
    def is_settled(self) -> bool:
        """Whether nobody has anything left to do about it."""
        return self in {OrderState.ACCEPTED, OrderState.WITHDRAWN}


class Step(Titled):
    ANSWER = "answer", "反馈"
    ACCEPT = "accept", "销单"
    SEND_BACK = "send_back", "退回补充"
    WITHDRAW = "withdraw", "撤回"


class AlreadyAnswered(RuleViolated):
    """本单位已经反馈，正等公开办审核，不用再报。"""


class OfficeHasToDecide(RuleViolated):
    """单位已经反馈，请先销单或退回补充。"""


class NothingAnswered(RuleViolated):
    """单位还没有反馈，请刷新页面看最新情况。"""


class AlreadySettled(RuleViolated):
    """这份督办单已经了结，请刷新页面看结果。"""


class DayIsOver(InvalidInput):
    """反馈日期不能早于今天。"""


_S = OrderState
TRANSITIONS: dict[tuple[OrderState, Step], OrderState] = {
    (_S.SENT, Step.ANSWER): _S.ANSWERED,
    (_S.RETURNED, Step.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, Step.ACCEPT): _S.ACCEPTED,
    (_S.ANSWERED, Step.SEND_BACK): _S.RETURNED,
    (_S.SENT, Step.ACCEPT): _S.ACCEPTED,
    (_S.RETURNED, Step.ACCEPT): _S.ACCEPTED,
    (_S.SENT, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, Step.WITHDRAW): _S.WITHDRAWN,
}


def _refusal(state: OrderState, step: Step) -> type[RuleViolated]:
    """What a person is told when a step is refused: what a state refuses it refuses for one reason."""
    if state.is_settled:
        return AlreadySettled
    if state is OrderState.ANSWERED:
        return AlreadyAnswered if step is Step.ANSWER else OfficeHasToDecide
    return NothingAnswered


_TABLE = StepTable(TRANSITIONS, _refusal)
take = _TABLE.take
open_steps = _TABLE.open_steps


def number_words(year: int, number: int) -> str:
    """An order's number as it is printed (GB/T 9704-2012, 7.2.5): the year in 〔〕, no leading nought."""
    return f"〔{year}〕{number}号"


def day_given(feedback_on: date, *, today: date) -> date:
    """The day by which the unit answers (反馈期限).

    Raises:
        DayIsOver: it has passed already.

    """
    if feedback_on < today:
        raise DayIsOver
    return feedback_on


def closing(state: OrderState, words: str) -> str:
    """The office's last words; after an answer they may be left out, for the answer speaks.

    Raises:
        InvalidInput: they are needed and not there, or too long.

    """
    return fitting(words) if state is OrderState.ANSWERED else worded(words)


def is_overdue(state: OrderState, feedback_on: date, *, today: date) -> bool:
    """Whether the unit should have answered by now; waiting for the office is not the unit's delay."""
    return state.waits_for_unit and feedback_on < today
