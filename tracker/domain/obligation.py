"""Obligation (应报): one unit's return for one period, and the steps it may take.

    open      --submit-->  submitted   --accept-->  accepted
    open      --miss--->   missed       (at the cut-off, by the worker)
    open      --waive-->   waived
    submitted --return-->  returned    --submit-->  submitted
    missed    --submit-->  submitted    (late: it belongs to the missed period, not to the next)
    missed    --waive-->   waived

A meeting (例会) is answered by being there; telling beforehand who comes is submitting. As the minutes close:

    open, submitted, returned   --attend-->  accepted   (到会、代会)
    open, submitted, returned   --excuse-->  waived     (请假, with its reason)
    open, submitted, returned   --absent-->  missed     (缺席)

Everything else is refused with a sentence. A return before its cut-off is on time however early it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import RuleViolated
from tracker.domain.steps import StepTable, said_by
from tracker.domain.titled import Titled


class ObligationState(Titled):
    OPEN = "open", "待报"
    SUBMITTED = "submitted", "已报待审"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"
    MISSED = "missed", "未报"
    WAIVED = "waived", "免报"

    @property
    def wants_return(self) -> bool:
        """Whether the unit still has something to hand in."""
        return self in _WANTING


class Step(Titled):
    SUBMIT = "submit", "报送"
    ACCEPT = "accept", "通过"
    RETURN = "return", "退回"
    MISS = "miss", "到期未报"
    WAIVE = "waive", "免报"
    ATTEND = "attend", "到会"
    EXCUSE = "excuse", "请假"
    ABSENT = "absent", "缺席"


class AlreadySubmitted(RuleViolated):
    """本期已经报送，公开办正在审核；要修改请先请公开办退回。"""


class AlreadyAccepted(RuleViolated):
    """本期报送已审核通过，不能再改；如有更正请联系公开办。"""


class AlreadyWaived(RuleViolated):
    """本期已定为免报，不用报送。"""


class NothingSubmitted(RuleViolated):
    """本期还没有收到报送，不能审核。"""


class ReasonNeeded(RuleViolated):
    """请写明理由，让对方知道该怎么改。"""


class NotDueYet(RuleViolated):
    """还没到截止时间，不能记为未报。"""


class StepNotAllowed(RuleViolated):
    """这一期现在不能这样处理，请刷新页面看最新状态。"""


_WANTING = frozenset({ObligationState.OPEN, ObligationState.RETURNED, ObligationState.MISSED})

TRANSITIONS: dict[tuple[ObligationState, Step], ObligationState] = {
    (ObligationState.OPEN, Step.SUBMIT): ObligationState.SUBMITTED,
    (ObligationState.OPEN, Step.MISS): ObligationState.MISSED,
    (ObligationState.OPEN, Step.WAIVE): ObligationState.WAIVED,
    (ObligationState.SUBMITTED, Step.ACCEPT): ObligationState.ACCEPTED,
    (ObligationState.SUBMITTED, Step.RETURN): ObligationState.RETURNED,
    (ObligationState.RETURNED, Step.SUBMIT): ObligationState.SUBMITTED,
    (ObligationState.MISSED, Step.SUBMIT): ObligationState.SUBMITTED,
    (ObligationState.MISSED, Step.WAIVE): ObligationState.WAIVED,
    (ObligationState.OPEN, Step.ATTEND): ObligationState.ACCEPTED,
    (ObligationState.OPEN, Step.EXCUSE): ObligationState.WAIVED,
    (ObligationState.OPEN, Step.ABSENT): ObligationState.MISSED,
    (ObligationState.SUBMITTED, Step.ATTEND): ObligationState.ACCEPTED,
    (ObligationState.SUBMITTED, Step.EXCUSE): ObligationState.WAIVED,
    (ObligationState.SUBMITTED, Step.ABSENT): ObligationState.MISSED,
    (ObligationState.RETURNED, Step.ATTEND): ObligationState.ACCEPTED,
    (ObligationState.RETURNED, Step.EXCUSE): ObligationState.WAIVED,
    (ObligationState.RETURNED, Step.ABSENT): ObligationState.MISSED,
}

# What a person is told when a step is refused; the rest hear StepNotAllowed.
_REFUSALS: dict[tuple[ObligationState, Step], type[RuleViolated]] = {
    (ObligationState.SUBMITTED, Step.SUBMIT): AlreadySubmitted,
    (ObligationState.ACCEPTED, Step.SUBMIT): AlreadyAccepted,
    (ObligationState.ACCEPTED, Step.RETURN): AlreadyAccepted,
    (ObligationState.ACCEPTED, Step.ACCEPT): AlreadyAccepted,
    (ObligationState.WAIVED, Step.SUBMIT): AlreadyWaived,
    (ObligationState.OPEN, Step.ACCEPT): NothingSubmitted,
    (ObligationState.OPEN, Step.RETURN): NothingSubmitted,
    (ObligationState.MISSED, Step.ACCEPT): NothingSubmitted,
    (ObligationState.MISSED, Step.RETURN): NothingSubmitted,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What handing in makes of an obligation; `late` is kept for ever."""

    state: ObligationState
    late: bool


_TABLE = StepTable(TRANSITIONS, said_by(_REFUSALS, StepNotAllowed))
take = _TABLE.take


def submit(state: ObligationState, *, due_at: datetime, now: datetime, late: bool = False) -> Submission:
    """Hand in at `now`; the instant of the cut-off itself is still on time.

    A first version decides lateness; mending a returned one keeps what it was (`late`): the office's reading
    time is not the unit's delay.

    Raises:
        RuleViolated: the obligation takes no return now.

    """
    after = take(state, Step.SUBMIT)
    return Submission(after, late if state is ObligationState.RETURNED else now > due_at)


def accept(state: ObligationState) -> ObligationState:
    """The office finds the return good.

    Raises:
        RuleViolated: nothing is waiting to be read.

    """
    return take(state, Step.ACCEPT)


def send_back(state: ObligationState, *, reason: str) -> ObligationState:
    """The office returns it with a reason.

    Raises:
        RuleViolated: nothing is waiting to be read, or no reason is given.

    """
    after = take(state, Step.RETURN)
    if not reason.strip():
        raise ReasonNeeded
    return after


def miss(state: ObligationState, *, due_at: datetime, now: datetime) -> ObligationState:
    """The cut-off has passed and nothing came.

    Raises:
        RuleViolated: it has not passed, or the obligation is not open.

    """
    after = take(state, Step.MISS)
    if now <= due_at:
        raise NotDueYet
    return after


def waive(state: ObligationState, *, reason: str) -> ObligationState:
    """The office asks for no return this time, and says why.

    Raises:
        RuleViolated: a return is already there, or no reason is given.

    """
    after = take(state, Step.WAIVE)
    if not reason.strip():
        raise ReasonNeeded
    return after


def attend(state: ObligationState) -> ObligationState:
    """Somebody came to the meeting for the unit.

    Raises:
        RuleViolated: it is settled already.

    """
    return take(state, Step.ATTEND)


def excuse(state: ObligationState, *, reason: str) -> ObligationState:
    """Everybody the meeting expected of the unit was on leave, and it is said why.

    Raises:
        RuleViolated: it is settled already, or no reason is given.

    """
    after = take(state, Step.EXCUSE)
    if not reason.strip():
        raise ReasonNeeded
    return after


def be_absent(state: ObligationState) -> ObligationState:
    """Nobody came, and not everybody was on leave.

    Raises:
        RuleViolated: it is settled already.

    """
    return take(state, Step.ABSENT)
