"""Instruction (批示): a leader's words about anything of a plan, and the steps they may take.

    remark   --assign-->  assigned    (the office names a unit and a day)
    remark   --keep---->  kept        (it stays a remark, and the office says why)
    kept     --assign-->  assigned
    assigned --move---->  assigned    (another unit or day, with a reason)
    assigned --answer-->  answered    (by the unit, once)
    answered --move---->  assigned    (the answer showed that another unit has to do it)
    answered --close--->  closed
    assigned --close--->  closed      (without an answer: the office says what became of it)

The leader's words never change, whatever becomes of them. Everything else is refused with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.answering import worded
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable, said_by
from tracker.domain.titled import Titled


class InstructionState(Titled):
    REMARK = "remark", "待公开办办理"
    KEPT = "kept", "留作批注"
    ASSIGNED = "assigned", "待单位回复"
    ANSWERED = "answered", "已回复，待办结"
    CLOSED = "closed", "已办结"

    @property
    def waits_for_office(self) -> bool:
        """Whether the next step is the office's."""
        return self in {InstructionState.REMARK, InstructionState.ANSWERED}

    @property
    def is_settled(self) -> bool:
        """Whether nobody has anything left to do about it."""
        return self in {InstructionState.KEPT, InstructionState.CLOSED}


class AboutKind(Titled):
    """What of a plan words may be about besides a task or the plan as a whole."""

    UNIT = "unit", "单位"
    ORDER = "order", "督办单"
    DECISION = "decision", "议定事项"


@dataclass(frozen=True, slots=True)
class About:
    """What words are about, by its kind and number."""

    kind: AboutKind
    id: int


class Step(Titled):
    ASSIGN = "assign", "交办"
    KEEP = "keep", "留作批注"
    MOVE = "move", "改交办"
    ANSWER = "answer", "回复"
    CLOSE = "close", "办结"


class AlreadyAssigned(RuleViolated):
    """这条批示已经交办，请刷新页面看最新情况。"""


class AlreadyAnswered(RuleViolated):
    """本单位已经回复过，不用再报；需要补充请联系公开办。"""


class AlreadySettled(RuleViolated):
    """这条批示已经了结，请刷新页面看结果。"""


class NotAssigned(RuleViolated):
    """这条批示还没有交办，请先选定单位和日期。"""


class StepNotAllowed(RuleViolated):
    """这条批示现在不能这样处理，请刷新页面看最新情况。"""


class DayIsOver(InvalidInput):
    """办理时限不能早于今天。"""


_S = InstructionState
TRANSITIONS: dict[tuple[InstructionState, Step], InstructionState] = {
    (_S.REMARK, Step.ASSIGN): _S.ASSIGNED,
    (_S.REMARK, Step.KEEP): _S.KEPT,
    (_S.KEPT, Step.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, Step.MOVE): _S.ASSIGNED,
    (_S.ASSIGNED, Step.ANSWER): _S.ANSWERED,
    (_S.ASSIGNED, Step.CLOSE): _S.CLOSED,
    (_S.ANSWERED, Step.MOVE): _S.ASSIGNED,
    (_S.ANSWERED, Step.CLOSE): _S.CLOSED,
}

# What a person is told when a step is refused; the rest hear StepNotAllowed.
_REFUSALS: dict[tuple[InstructionState, Step], type[RuleViolated]] = {
    (_S.ASSIGNED, Step.ASSIGN): AlreadyAssigned,
    (_S.ASSIGNED, Step.KEEP): AlreadyAssigned,
    (_S.ANSWERED, Step.ASSIGN): AlreadyAssigned,
    (_S.ANSWERED, Step.KEEP): AlreadyAssigned,
    (_S.ANSWERED, Step.ANSWER): AlreadyAnswered,
    (_S.REMARK, Step.ANSWER): NotAssigned,
    (_S.REMARK, Step.MOVE): NotAssigned,
    (_S.REMARK, Step.CLOSE): NotAssigned,
    (_S.KEPT, Step.KEEP): AlreadySettled,
    **{(_S.CLOSED, step): AlreadySettled for step in Step},
}


_TABLE = StepTable(TRANSITIONS, said_by(_REFUSALS, StepNotAllowed))
take = _TABLE.take
open_steps = _TABLE.open_steps


def closing(state: InstructionState, words: str) -> str:
    """The office's last words; after an answer they may be left out, for the answer speaks.

    Raises:
        InvalidInput: they are needed and not there, or too long.

    """
    if state is InstructionState.ANSWERED and not words.strip():
        return ""
    return worded(words)


def day_given(due_on: date, *, today: date) -> date:
    """The day by which the unit answers.

    Raises:
        DayIsOver: it has passed already.

    """
    if due_on < today:
        raise DayIsOver
    return due_on


def is_overdue(state: InstructionState, due_on: date | None, *, today: date) -> bool:
    """Whether the unit should have answered by now; waiting for the office is not the unit's delay."""
    return state is InstructionState.ASSIGNED and due_on is not None and due_on < today
