"""Request (申请): what a unit asks of the office about its part in a task, and what becomes of it.

    waiting --grant--->   granted
    waiting --refuse-->   refused     (with a reason)
    waiting --withdraw--> withdrawn   (by the unit)
    waiting --lapse--->   lapsed      (its task is closed, or the part is the unit's no more)

Three kinds: 延期 asks for a later day, 销号 asks to be done, 异议 says that the part is not this unit's. A
decision is final; a unit that sees it otherwise asks anew, and both stand in the history.
"""

from __future__ import annotations

from datetime import date

from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.titled import Titled
from tracker.domain.web_address import is_web_address

REASON_LENGTH = 1000


class RequestKind(Titled):
    EXTENSION = "extension", "延期"
    SIGN_OFF = "sign_off", "销号"
    OBJECTION = "objection", "异议"


class RequestState(Titled):
    WAITING = "waiting", "待公开办处理"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已终止"


class Decision(Titled):
    GRANT = "grant", "同意"
    REFUSE = "refuse", "不同意"
    WITHDRAW = "withdraw", "撤回"
    LAPSE = "lapse", "终止"


class AlreadyDecided(RuleViolated):
    """这份申请已经处理过，请刷新页面看结果。"""


class RequestWaiting(RuleViolated):
    """同一事项已有一份申请在等公开办处理，不用再报。"""


class NothingToAsk(RuleViolated):
    """任务已经了结，或本单位的部分已经销号，不用再申请。"""


class WhyNeeded(InvalidInput):
    """请写明理由。"""


class WhyTooLong(InvalidInput):
    """理由请写在1000字以内。"""


class LaterDayNeeded(InvalidInput):
    """延期后的日期要晚于现在的完成时限。"""


class PastDay(InvalidInput):
    """延期后的日期不能早于今天。"""


class NoDayToMove(InvalidInput):
    """请选择要延期的时限；已经办结的不能再延。"""


class EvidenceNeeded(InvalidInput):
    """申请销号请附上公开链接，或写明办结的文件。"""


class NoLink(InvalidInput):
    """链接要以 http:// 或 https:// 开头，请从浏览器地址栏复制。"""


class PublishedLater(InvalidInput):
    """发布日期不能晚于今天。"""


_AFTER = {
    Decision.GRANT: RequestState.GRANTED,
    Decision.REFUSE: RequestState.REFUSED,
    Decision.WITHDRAW: RequestState.WITHDRAWN,
    Decision.LAPSE: RequestState.LAPSED,
}


def decide(state: RequestState, decision: Decision, *, reason: str = "") -> RequestState:
    """The state after a decision.

    Raises:
        AlreadyDecided: it is not waiting any more.
        WhyNeeded: a refusal without a reason.

    """
    if state is not RequestState.WAITING:
        raise AlreadyDecided
    if decision is Decision.REFUSE:
        worded(reason)
    return _AFTER[decision]


def worded(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        InvalidInput: there is none, or it is too long.

    """
    reason = reason.strip()
    if not reason:
        raise WhyNeeded
    if len(reason) > REASON_LENGTH:
        raise WhyTooLong
    return reason


def later_day(wanted: date, *, present: date, today: date) -> date:
    """The day asked for instead of the present one (延期).

    Raises:
        InvalidInput: it is not later, or over already.

    """
    if wanted <= present:
        raise LaterDayNeeded
    if wanted < today:
        raise PastDay
    return wanted


def proven(reason: str, url: str) -> tuple[str, str]:
    """Words and link of a request to be signed off; one of the two is enough.

    Raises:
        InvalidInput: neither is there, or the link is none.

    """
    reason, url = reason.strip(), url.strip()
    if not (reason or url):
        raise EvidenceNeeded
    if len(reason) > REASON_LENGTH:
        raise WhyTooLong
    if url and not is_web_address(url):
        raise NoLink
    return reason, url
