"""Meeting (例会): called, held, its minutes closed; who came (到会), and what that makes of the obligation.

    called --change--> called
    called --close---> closed      (the minutes are final; a correction is a remark beside them)
    called --cancel--> cancelled   (with a reason)
    called, cancelled --clear--> the same   (what was written down to be agreed on is taken out)

Each invited unit is expected by role (分管领导、政务公开负责人). A unit was there when anybody came for it,
the one expected or another in his place (代会); it is excused when everybody it owed was on leave (请假);
otherwise it was absent (缺席).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.china_time import china_day
from tracker.domain.decision import DecisionState, heard_words
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.steps import StepTable
from tracker.domain.titled import Titled

DEFAULT_ROLES = ("分管领导", "政务公开负责人")
MOST_ROLES = 6
ROLE_LENGTH = 20
NAME_LENGTH = 60
WHY_LENGTH = 200
NOTE_LENGTH = 2000
MINUTES_LENGTH = 10_000
_QUOTED = 24


class MeetingState(Titled):
    CALLED = "called", "已召集"
    CLOSED = "closed", "纪要已定稿"
    CANCELLED = "cancelled", "已取消"


class Step(Titled):
    CHANGE = "change", "修改"
    CLOSE = "close", "纪要定稿"
    CANCEL = "cancel", "取消"
    CLEAR = "clear", "删去没有议定的事项"


class MinutesClosed(RuleViolated):
    """会议纪要已经定稿，不能再改；需要更正请在下面写更正说明。"""


class MeetingCancelled(RuleViolated):
    """这次例会已经取消。"""


class NotHeldYet(RuleViolated):
    """还没有到开会时间，会后再定稿。"""


class MinutesIncomplete(RuleViolated):
    """纪要还不能定稿。"""


class RolesNeeded(InvalidInput):
    """请至少写一种参会人员，例如“分管领导”，最多6种，每种20字以内。"""


class WhoNeeded(InvalidInput):
    """代会的请写明由谁代会。"""


class WhyNeeded(InvalidInput):
    """请假的请写明原因。"""


class TextTooLong(InvalidInput):
    """内容太长，请缩短：姓名60字、请假原因200字、每家记录2000字、纪要正文10000字以内。"""


_S = MeetingState
TRANSITIONS: dict[tuple[MeetingState, Step], MeetingState] = {
    (_S.CALLED, Step.CHANGE): _S.CALLED,
    (_S.CALLED, Step.CLOSE): _S.CLOSED,
    (_S.CALLED, Step.CANCEL): _S.CANCELLED,
    (_S.CALLED, Step.CLEAR): _S.CALLED,
    (_S.CANCELLED, Step.CLEAR): _S.CANCELLED,
}


def _refusal(state: MeetingState, _step: Step) -> type[RuleViolated]:
    """The minutes are final, or it does not take place."""
    return MinutesClosed if state is MeetingState.CLOSED else MeetingCancelled


take = StepTable(TRANSITIONS, _refusal).take


def tell_by(due_at: datetime, starts_at: datetime | None) -> datetime:
    """By when a unit tells beforehand who comes: the start of the meeting, once it is called.

    The cut-off of the period (`due_at`) stands only while no meeting is called: telling is of no use to a
    meeting that has begun, and is in time for one that begins after the cut-off.
    """
    return due_at if starts_at is None else starts_at


class Presence(Titled):
    """How one who was expected took part."""

    EXPECTED = "expected", "待登记"
    PRESENT = "present", "到会"
    DEPUTY = "deputy", "代会"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


ENTERED = tuple(each for each in Presence if each is not Presence.EXPECTED)
"""What can be entered."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """How one unit's person of a role took part: `who` came instead, `why` nobody of the role came."""

    role: str
    presence: Presence = Presence.EXPECTED
    who: str = ""
    why: str = ""


def attended(row: Attendance) -> Attendance:
    """An entry as it is kept; what its presence does not ask for is left out.

    Raises:
        WhoNeeded: nobody is named who came instead.
        WhyNeeded: no reason is given for the leave.
        TextTooLong: a name or reason does not fit.

    """
    who, why = row.who.strip(), row.why.strip()
    if len(who) > NAME_LENGTH or len(why) > WHY_LENGTH:
        raise TextTooLong
    if row.presence is Presence.DEPUTY and not who:
        raise WhoNeeded
    if row.presence is Presence.LEAVE and not why:
        raise WhyNeeded
    came = row.presence in {Presence.PRESENT, Presence.DEPUTY}
    excused = row.presence is Presence.LEAVE
    return Attendance(row.role, row.presence, who if came else "", why if excused else "")


class Turnout(Titled):
    """What attendance makes of a unit's obligation."""

    ATTENDED = "attended", "到会"
    EXCUSED = "excused", "请假"
    ABSENT = "absent", "缺席"


def turnout(rows: Sequence[Attendance]) -> Turnout:
    """Whether a unit was there, excused or absent."""
    seen = {row.presence for row in rows}
    if seen & {Presence.PRESENT, Presence.DEPUTY}:
        return Turnout.ATTENDED
    return Turnout.EXCUSED if seen == {Presence.LEAVE} else Turnout.ABSENT


def excuse(rows: Iterable[Attendance]) -> str:
    """Why a unit was excused, in words."""
    return "例会请假：" + "；".join(f"{row.role}{row.why}" for row in rows if row.presence is Presence.LEAVE)


def roles_of(text: str) -> tuple[str, ...]:
    """The roles that a person has typed, one a line, each once.

    Raises:
        RolesNeeded: there is none, too many, or one that is too long.

    """
    roles = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not 1 <= len(roles) <= MOST_ROLES or any(len(role) > ROLE_LENGTH for role in roles):
        raise RolesNeeded
    return roles


@dataclass(frozen=True, slots=True)
class Item:
    """One 议定事项 as the minutes have it; `number` says at how many meetings it has stood with this one."""

    words: str
    has_owner: bool
    due_on: date | None
    state: DecisionState = DecisionState.DRAFTED
    number: int = 1


def faults(
    items: Iterable[Item], unmarked: Sequence[str], *, starts_at: datetime, now: datetime
) -> tuple[str, ...]:
    """What keeps the minutes from being closed: a sentence each; none when they can be.

    `unmarked` names the units of which nobody has said whether they came.
    """
    held_on = china_day(starts_at)
    found = [] if now >= starts_at else [str(NotHeldYet())]
    if unmarked:
        more = f"等{len(unmarked)}家" if len(unmarked) > 1 else ""
        found.append(f"{unmarked[0]}{more}还没有登记到会情况。")
    found.extend(sentence for item in items if (sentence := _fault(item, held_on)))
    return tuple(found)


def _fault(item: Item, held_on: date) -> str:
    if item.state.is_settled:
        return ""
    named = f"{heard_words(item.number)}“{_shortened(item.words)}”"
    if item.state is DecisionState.REPORTED:
        return f"{named}单位已报完成，请先确认办结或退回。"
    missing = [word for word, there in (("责任单位", item.has_owner), ("完成日期", item.due_on)) if not there]
    if missing:
        return f"{named}没有{'和'.join(missing)}。"
    if item.due_on is not None and item.due_on < held_on:
        return f"{named}的完成日期早于开会日期，请填新的日期。"
    return ""


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"
