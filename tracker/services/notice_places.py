"""Where a notice leads (提醒的去处): whether the page behind its link is still its reader's to see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.access import Permission, UserRole, allows
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.services import clocks
from tracker.store.queries import (
    decisions,
    handovers,
    instructions,
    meetings,
    returns,
    statistics,
    supervision,
    tasks,
)

NOT_OPEN = "现在的账号打不开这一页，这条提醒不用再处理。"


@dataclass(frozen=True, slots=True)
class _Place:
    """A kind of page: its path with the number of what it shows, and who may see which."""

    path: str
    permission: Permission
    there: Callable[[Session, Actor, int], bool] | None = None
    gone: str = ""


def trouble(session: Session, actor: Actor, link: str) -> str:
    """Why a person cannot see the page of a link, in a sentence; empty where he can."""
    place = _place(link)
    if place is None:
        return ""
    if not allows(UserRole(actor.role), place.permission):
        return NOT_OPEN
    number = re.search(r"\d+", link.partition("?")[0])
    there = place.there is None or number is None or place.there(session, actor, int(number[0]))
    return "" if there else place.gone


def is_known(link: str) -> bool:
    """Whether it can be told who may see the page of a link."""
    return _place(link) is not None


def _place(link: str) -> _Place | None:
    path = link.partition("?")[0]
    return next((place for place in _PLACES if re.fullmatch(place.path, path)), None)


def _clock(session: Session, actor: Actor, clock_id: int) -> bool:
    try:
        clocks.visible(session, actor, clock_id)
    except NotFound:
        return False
    return True


def _return(session: Session, actor: Actor, obligation_id: int) -> bool:
    return returns.obligation(session, obligation_id, unit_id=actor.unit_id) is not None


def _task(session: Session, actor: Actor, task_id: int) -> bool:
    return tasks.one(session, task_id, actor) is not None


def _decision(session: Session, actor: Actor, decision_id: int) -> bool:
    return decisions.one(session, decision_id, actor) is not None


def _instruction(session: Session, actor: Actor, instruction_id: int) -> bool:
    return instructions.one(session, instruction_id, actor) is not None


def _order(session: Session, actor: Actor, order_id: int) -> bool:
    return supervision.one(session, order_id, actor) is not None


def _handover(session: Session, actor: Actor, handover_id: int) -> bool:
    return handovers.one(session, handover_id, actor) is not None


def _meeting(session: Session, actor: Actor, meeting_id: int) -> bool:
    return meetings.one(session, meeting_id, actor) is not None


def _statistic(session: Session, actor: Actor, year: int) -> bool:
    return actor.unit_id is not None and statistics.sheet_of(session, year, actor.unit_id) is not None


_NUMBER = r"\d{1,9}"
_NO_RETURN = "这一期现在不用报送，这条提醒不用再处理。"
_PLACES = (
    _Place(rf"/my/returns/{_NUMBER}", Permission.RETURN_SUBMIT, _return, _NO_RETURN),
    _Place(rf"/reporting/obligations/{_NUMBER}", Permission.RETURN_READ, _return, _NO_RETURN),
    _Place(
        rf"/tasks/{_NUMBER}", Permission.TASK_READ, _task, "这项任务现在不归本单位办理，这条提醒不用再处理。"
    ),
    _Place(
        rf"/clocks/{_NUMBER}", Permission.CLOCK_READ, _clock, "这项计时现在不归本单位，这条提醒不用再处理。"
    ),
    _Place(
        rf"/decisions/{_NUMBER}", Permission.MEETING_READ, _decision,
        "这件议定事项现在不归本单位办理，这条提醒不用再处理。",
    ),
    _Place(
        rf"/instructions/{_NUMBER}", Permission.INSTRUCTION_READ, _instruction,
        "这件批示现在不归本单位办理，这条提醒不用再处理。",
    ),
    _Place(
        rf"/supervision/orders/{_NUMBER}", Permission.SUPERVISION_READ, _order,
        "这份督办单现在不归本单位办理，这条提醒不用再处理。",
    ),
    _Place(
        rf"/handovers/{_NUMBER}", Permission.HANDOVER_WRITE, _handover,
        "这次交接现在不归本单位办理，这条提醒不用再处理。",
    ),
    _Place(
        rf"/meetings/{_NUMBER}", Permission.MEETING_READ, _meeting,
        "这次例会现在不用本单位参加，这条提醒不用再处理。",
    ),
    _Place(
        rf"/my/statistics/{_NUMBER}", Permission.STATISTIC_SUBMIT, _statistic,
        "这一年的统计表没有发给本单位，这条提醒不用再处理。",
    ),
    _Place("/documents/statistics/sheets", Permission.STATISTIC_READ),
    _Place("/my", Permission.RETURN_SUBMIT),
    _Place("/my/claims", Permission.TASK_CLAIM),
    _Place("/receipts", Permission.RECEIPT_READ),
    _Place("/requests", Permission.REQUEST_DECIDE),
    _Place("/deliveries", Permission.DELIVERY_READ),
    _Place("/quotas", Permission.QUOTA_READ),
)  # fmt: skip
