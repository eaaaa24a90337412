"""Decision (议定事项): what a meeting has agreed on, and the steps it may take.

    drafted  --change--->    drafted    (while the minutes are being written)
    drafted  --agree---->    open       (the minutes are closed: it has an owner and a day)
    open     --report--->    reported   (by the unit, once)
    carried  --report--->    reported
    reported --confirm-->    done
    reported --send_back-->  open       (the office says what is missing; the unit may report again)
    open     --finish--->    done       (without a report: the office says what became of it)
    carried  --finish--->    done
    open     --carry---->    carried    (unresolved when the next meeting of the plan closes: 第2次上会)
    carried  --carry---->    carried    (第3次上会, and so on)
    open     --move----->    open       (another unit or day, with a reason)
    carried  --move----->    carried
    open     --transfer-->   task       (转为任务: from then on the ledger carries it)
    carried  --transfer-->   task
    open     --drop----->    dropped    (不再办理, with a reason)
    carried  --drop----->    dropped

Everything else is refused with a sentence. What a unit has reported waits for the office alone: it neither is
late nor goes to another meeting undecided.
"""

from __future__ import annotations

from datetime import date

from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable
from tracker.domain.titled import Titled


class DecisionState(Titled):
    DRAFTED = "drafted", "纪要未定稿"
    OPEN = "open", "办理中"
    CARRIED = "carried", "继续办理"
    REPORTED = "reported", "已报完成，待确认"
    DONE = "done", "已办结"
    TASK = "task", "已转为任务"
    DROPPED = "dropped", "不再办理"

    @property
    def waits_for_unit(self) -> bool:
        """Whether the unit has something to do about it."""
        return self in {DecisionState.OPEN, DecisionState.CARRIED}

    @property
    def is_unresolved(self) -> bool:
        """Whether it comes back at the next meeting."""
        return self.waits_for_unit or self is DecisionState.REPORTED

    @property
    def is_settled(self) -> bool:
        """Whether nobody has anything left to do about it here."""
        return self in {DecisionState.DONE, DecisionState.TASK, DecisionState.DROPPED}


class Step(Titled):
    CHANGE = "change", "修改"
    AGREE = "agree", "议定"
    REPORT = "report", "报完成"
    CONFIRM = "confirm", "确认办结"
    SEND_BACK = "send_back", "退回"
    FINISH = "finish", "办结"
    CARRY = "carry", "继续上会"
    MOVE = "move", "改单位或日期"
    TRANSFER = "transfer", "转为任务"
    DROP = "drop", "不再办理"


class AlreadyAgreed(RuleViolated):
    """纪要已经定稿，议定事项不能再改；需要调整请在事项页改单位或日期。"""


class NotAgreedYet(RuleViolated):
    """纪要还没有定稿，定稿后再办理这件事项。"""


class AlreadyReported(RuleViolated):
    """本单位已经报过完成情况，正等公开办确认，不用再报。"""


class OfficeHasToDecide(RuleViolated):
    """单位已报完成，请先确认办结或退回。"""


class NothingReported(RuleViolated):
    """单位还没有报完成情况，请刷新页面看最新情况。"""


class AlreadySettled(RuleViolated):
    """这件事项已经了结，请刷新页面看结果。"""


class DayIsOver(InvalidInput):
    """完成日期不能早于今天。"""


_S = DecisionState
TRANSITIONS: dict[tuple[DecisionState, Step], DecisionState] = {
    (_S.DRAFTED, Step.CHANGE): _S.DRAFTED,
    (_S.DRAFTED, Step.AGREE): _S.OPEN,
    (_S.OPEN, Step.REPORT): _S.REPORTED,
    (_S.CARRIED, Step.REPORT): _S.REPORTED,
    (_S.REPORTED, Step.CONFIRM): _S.DONE,
    (_S.REPORTED, Step.SEND_BACK): _S.OPEN,
    (_S.OPEN, Step.FINISH): _S.DONE,
    (_S.CARRIED, Step.FINISH): _S.DONE,
    (_S.OPEN, Step.CARRY): _S.CARRIED,
    (_S.CARRIED, Step.CARRY): _S.CARRIED,
    (_S.OPEN, Step.MOVE): _S.OPEN,
    (_S.CARRIED, Step.MOVE): _S.CARRIED,
    (_S.OPEN, Step.TRANSFER): _S.TASK,
    (_S.CARRIED, Step.TRANSFER): _S.TASK,
    (_S.OPEN, Step.DROP): _S.DROPPED,
    (_S.CARRIED, Step.DROP): _S.DROPPED,
}


def _refusal(state: DecisionState, step: Step) -> type[RuleViolated]:
    """What a person is told when a step is refused: what a state refuses it refuses for one reason."""
    if state is DecisionState.DRAFTED:
        return NotAgreedYet
    if state.is_settled:
        return AlreadySettled
    if step in {Step.CHANGE, Step.AGREE}:
        return AlreadyAgreed
    if state is DecisionState.REPORTED:
        return AlreadyReported if step is Step.REPORT else OfficeHasToDecide
    return NothingReported


_TABLE = StepTable(TRANSITIONS, _refusal)
take = _TABLE.take
open_steps = _TABLE.open_steps


def day_given(due_on: date, *, today: date) -> date:
    """The day by which it is to be done.

    Raises:
        DayIsOver: it has passed already.

    """
    if due_on < today:
        raise DayIsOver
    return due_on


def is_overdue(state: DecisionState, due_on: date | None, *, today: date) -> bool:
    """Whether the unit should have done it by now; waiting for the office is not the unit's delay."""
    return state.waits_for_unit and due_on is not None and due_on < today


def heard_words(number: int) -> str:
    """How often it has stood before a meeting: nothing the first time, then 第2次上会."""
    return f"第{number}次上会" if number > 1 else ""
