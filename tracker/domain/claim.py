"""Claims (认领): where the document shares work by 按职责分工, each unit says which part it takes.

    waiting --claim---> claimed    (with words, or without)
    waiting --decline-> declined   (with a reason)

A unit may change its answer as long as its part is open: what it said before stands in the history. A claim
by itself moves nobody: who declines still has the part until the office changes the task.
"""

from __future__ import annotations

from datetime import date

from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import WorkCalendar, workdays_after

WORKDAYS_TO_CLAIM = 10
"""How long after the confirmation units have, unless the office sets a day."""
SHARING_WORDS = ("职责", "职能", "分工")
"""按职责分工负责, 按职能分工, 按各自职责: what a qualifier says of work that is to be claimed."""
WORDS_LENGTH = 500


class ClaimState(Titled):
    WAITING = "waiting", "待认领"
    CLAIMED = "claimed", "已认领"
    DECLINED = "declined", "不认领"


class WhyDeclined(InvalidInput):
    """不认领请写明理由，例如应由哪家单位承担。"""


class WordsTooLong(InvalidInput):
    """请写在500字以内。"""


class SameAnswer(RuleViolated):
    """已经这样答复过，不用再报。"""


class ClaimDayPast(InvalidInput):
    """认领期限不能早于今天。"""


def is_shared(qualifier: str) -> bool:
    """Whether a qualifier (按职责分工负责) says that each unit has a part of its own to name."""
    return any(word in qualifier for word in SHARING_WORDS)


def usual_day(confirmed_on: date, calendar: WorkCalendar) -> date:
    """The day by which work confirmed on a day is to be claimed."""
    return workdays_after(confirmed_on, WORKDAYS_TO_CLAIM, calendar)


def answered(state: ClaimState, words: str, *, claims: bool, known: str = "") -> tuple[ClaimState, str]:
    """What a claim becomes by a unit's answer, and the words as they are kept; `known` are those so far.

    Raises:
        WhyDeclined: it declines without a reason.
        WordsTooLong: there are too many words.
        SameAnswer: it is what the unit has said already.

    """
    words = words.strip()
    if len(words) > WORDS_LENGTH:
        raise WordsTooLong
    if not (claims or words):
        raise WhyDeclined
    after = ClaimState.CLAIMED if claims else ClaimState.DECLINED
    if (after, words) == (state, known):
        raise SameAnswer
    return after, words


def is_late(state: ClaimState, by: date, today: date) -> bool:
    """Whether a part stands unclaimed after its day; the day itself is in time."""
    return state is ClaimState.WAITING and today > by
