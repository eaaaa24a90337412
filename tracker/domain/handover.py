"""Hand-over (交接): a unit's contact leaves from a day on, and another one takes over.

    waiting --file-----> filed    (the new contact is known; until the day the old one goes on working)
    filed   --file-----> filed    (another one after all)
    filed   --finish---> done     (the day has come: the old account is closed, its open items have moved)
    waiting, filed --withdraw--> withdrawn   (with a reason)

The new contact is to be filed within five workdays from the change of personnel (`clock.PERSONNEL`); the day
itself is not counted.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.domain import clock
from tracker.domain.clock import Course, Standing
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import CountingLine, WorkCalendar

FURTHEST = timedelta(days=366)
WORDS_LENGTH = 200


class HandoverState(Titled):
    WAITING = "waiting", "待备案"
    FILED = "filed", "已备案，到日交接"
    DONE = "done", "已交接"
    WITHDRAWN = "withdrawn", "已撤销"

    @property
    def is_running(self) -> bool:
        """Whether something is still to come."""
        return self in {HandoverState.WAITING, HandoverState.FILED}


class Step(Titled):
    FILE = "file", "备案"
    FINISH = "finish", "交接"
    WITHDRAW = "withdraw", "撤销"


class AlreadyReported(RuleViolated):
    """这位联系人的变动已经报过，请打开那一条办理。"""


class AlreadyOver(RuleViolated):
    """这次交接已经了结，请刷新页面看结果。"""


class NotFiledYet(RuleViolated):
    """还没有备案新联系人，不能交接。"""


class DayTooFar(InvalidInput):
    """变动日期请填前后一年之内的日期。"""


class SuccessorIsLeaving(InvalidInput):
    """新联系人不能是要离开的这一位，请另选一位。"""


class WhyNeeded(InvalidInput):
    """请写明撤销的理由。"""


class WordsTooLong(InvalidInput):
    """说明请写在200字以内。"""


_S = HandoverState
_AFTER: dict[tuple[HandoverState, Step], HandoverState] = {
    (_S.WAITING, Step.FILE): _S.FILED,
    (_S.FILED, Step.FILE): _S.FILED,
    (_S.FILED, Step.FINISH): _S.DONE,
    (_S.WAITING, Step.WITHDRAW): _S.WITHDRAWN,
    (_S.FILED, Step.WITHDRAW): _S.WITHDRAWN,
}


def _refusal(state: HandoverState, _step: Step) -> type[RuleViolated]:
    """There is nobody to hand over to yet, or it is done or withdrawn."""
    return NotFiledYet if state is HandoverState.WAITING else AlreadyOver


take = StepTable(_AFTER, _refusal).take


def reported(changed_on: date, why: str, *, today: date) -> str:
    """Hold a report against the rules and give its remark back as it is kept.

    Raises:
        InvalidInput: the day is a slip of the pen, or the remark is too long.

    """
    if abs(changed_on - today) > FURTHEST:
        raise DayTooFar
    return _short(why)


def withdrawn(why: str) -> str:
    """Why it is taken back.

    Raises:
        InvalidInput: there is no reason, or it is too long.

    """
    if not why.strip():
        raise WhyNeeded
    return _short(why)


def standing(changed_on: date, calendar: WorkCalendar, *, today: date) -> Standing:
    """How much of the five workdays is left to file the new contact."""
    return clock.standing(clock.PERSONNEL, Course(changed_on), calendar, today=today)


def counting_sheet(changed_on: date, calendar: WorkCalendar, *, today: date) -> tuple[CountingLine, ...]:
    """The five workdays, day by day."""
    return clock.counting_sheet(clock.PERSONNEL, Course(changed_on), calendar, today=today)


def is_due(state: HandoverState, changed_on: date, *, today: date) -> bool:
    """Whether the old account closes now: somebody has taken over, and the day has come."""
    return state is HandoverState.FILED and changed_on <= today


def _short(words: str) -> str:
    words = words.strip()
    if len(words) > WORDS_LENGTH:
        raise WordsTooLong
    return words
