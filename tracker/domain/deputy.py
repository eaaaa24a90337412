"""Deputy (代办): an account acts for another from one day to another, both included, in China's days.

Who may stand in for whom follows from what the two are, so that nobody reviews what he hands in:

    责任单位 ← 责任单位      公开办 ← 公开办      领导 ← 领导, 公开办

Administrators and auditors neither have nor are deputies (三员分立). Nobody is a deputy of a deputy: whoever
has a deputy is away, and whoever is one has work enough; so the two never overlap. A deputy may do what the
other may do and nothing else, and what he does is recorded as 「王晓 代 李明」. While it runs, the deputy is
reminded of what the other is reminded of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.access import UserRole
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.titled import Titled

REASON_LENGTH = 200
LONGEST = timedelta(days=366)


class DeputyState(Titled):
    UPCOMING = "upcoming", "还没开始"
    RUNNING = "running", "代办中"
    OVER = "over", "已到期"
    TAKEN_BACK = "taken_back", "已提前结束"


class RolesDoNotFit(RuleViolated):
    """只能请同一身份的同事代办；领导也可以请公开办代办。"""


class OneselfNamed(InvalidInput):
    """请选另一位同事，不能请自己代办。"""


class ReasonNeeded(InvalidInput):
    """请写明为什么要代办，例如出差、休假。"""


class ReasonTooLong(InvalidInput):
    """理由请写在200字以内。"""


class PastStart(InvalidInput):
    """代办不能从过去的日期开始。"""


class EndsBeforeStart(InvalidInput):
    """结束日期不能早于开始日期。"""


class TooLong(InvalidInput):
    """代办最长一年；时间更长请办理联系人交接。"""


class AlreadyDeputy(RuleViolated):
    """这段时间已经请这位同事代办，不用再设。"""


class DeputyIsAway(RuleViolated):
    """这位同事自己在这段时间也请人代办，请换一位。"""


class PrincipalIsDeputy(RuleViolated):
    """本人在这段时间正在代别人办理，不能再请人代办；请先结束那一段。"""


class ActingAlready(RuleViolated):
    """代办期间不能再请别人代办，也不能替本人改动代办安排；请先回到本人。"""


@dataclass(frozen=True, slots=True)
class Span:
    """Who acts for whom, from and up to which day."""

    for_id: int
    by_id: int
    starts_on: date
    ends_on: date

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


_MAY_STAND_IN: dict[UserRole, frozenset[UserRole]] = {
    UserRole.UNIT: frozenset({UserRole.UNIT}),
    UserRole.OFFICE: frozenset({UserRole.OFFICE}),
    UserRole.LEADER: frozenset({UserRole.LEADER, UserRole.OFFICE}),
}


def roles_for(role: UserRole) -> frozenset[UserRole]:
    """Who may stand in for a person of this role; nobody for administrators and auditors."""
    return _MAY_STAND_IN.get(role, frozenset())


def arranged(span: Span, reason: str, *, known: Iterable[Span], today: date) -> str:
    """Hold a new arrangement against the rules and give its reason back as it is kept.

    `known` are the arrangements of both people that have not been taken back.

    Raises:
        RuleViolated: a day, the reason or another arrangement stands against it.

    """
    if span.for_id == span.by_id:
        raise OneselfNamed
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    if len(reason) > REASON_LENGTH:
        raise ReasonTooLong
    if span.starts_on < today:
        raise PastStart
    if span.ends_on < span.starts_on:
        raise EndsBeforeStart
    if span.ends_on - span.starts_on >= LONGEST:
        raise TooLong
    for other in known:
        if not span.overlaps(other):
            continue
        if (other.for_id, other.by_id) == (span.for_id, span.by_id):
            raise AlreadyDeputy
        if other.for_id == span.by_id:
            raise DeputyIsAway
        if other.by_id == span.for_id:
            raise PrincipalIsDeputy
    return reason


def state_of(starts_on: date, ends_on: date, *, taken_back: bool, today: date) -> DeputyState:
    """Where an arrangement stands today; it begins and ends by the calendar, nobody has to do anything."""
    if taken_back:
        return DeputyState.TAKEN_BACK
    if today < starts_on:
        return DeputyState.UPCOMING
    return DeputyState.OVER if today > ends_on else DeputyState.RUNNING
