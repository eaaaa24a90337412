"""Entering the events (佐证事项) of a quota, editing them, striking them out; and saying who owes a quota.

An event is entered once: who enters holds the quota, so that of two people with the same event at the same
moment the second is told that it is there. Nothing is deleted; what was struck out says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.ports import Files
from tracker.domain.proof import NOTHING_YET, Proof
from tracker.domain.quota_scope import Scope
from tracker.services import auditing
from tracker.services.quotas import evidence_of, owners_of
from tracker.store.queries import quotas as queries
from tracker.store.queries import units as directory
from tracker.store.tables import CountedEvent, QuotaTarget


class AlreadyEntered(RuleViolated):
    """这一次已经登记过，不用再登。"""


class NotYetHeld(InvalidInput):
    """日期还没有到，办完以后再登记。"""


class TargetEnded(RuleViolated):
    """修订后的文件不再要求这项次数，不能再登记。"""


class AlreadyStruck(RuleViolated):
    """这一次已经划去，要改请重新登记。"""


class StrikeReasonNeeded(InvalidInput):
    """请写明为什么划去，以后查得到。"""


class TitleNeeded(InvalidInput):
    """请写明做了什么，比如活动名称。"""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What a person says of an event."""

    held_on: date
    title: str
    proof: Proof = NOTHING_YET


def enter(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    unit_id: int,
    facts: EventFacts,
    files: Files | None = None,
    now: datetime,
) -> CountedEvent:
    """Enter an event of a unit; a unit's contact does so for the own unit. A link alone needs no `files`.

    Raises:
        NotFound: there is no such quota, the unit does not owe it, or it is not the person's to speak for.
        TargetEnded: a later edition does not ask for it any more.
        NotYetHeld: the day lies in the future.
        NoWebAddress: the link is none.
        AlreadyEntered: the unit has an event of that day with the same evidence.

    """
    target = _held(session, actor, target_id, unit_id)
    event = CountedEvent(
        target_id=target_id, unit_id=unit_id, made_by_id=actor.account_id, made_at=now, struck_reason=""
    )
    _fill(session, event, facts, files, now)
    session.add(event)
    session.flush()
    summary = f"登记“{target.counted}”1次：{event.title}（{month_day(event.held_on)}）"
    _record(session, actor, Event.COUNTED_EVENT_ENTER, event, summary, now=now)
    return event


def change(
    session: Session,
    actor: Actor,
    *,
    event_id: int,
    version: int,
    facts: EventFacts,
    files: Files,
    now: datetime,
) -> CountedEvent:
    """Correct an event; a file that is not given anew stays.

    Raises:
        NotFound: there is no such event, or it is another unit's.
        VersionConflict: somebody has changed it since.
        AlreadyStruck: it is struck out.
        NotYetHeld: the day lies in the future.
        AlreadyEntered: the unit has another event of that day with the same evidence.

    """
    event = _own(session, actor, event_id, version)
    _held(session, actor, event.target_id, event.unit_id)
    before = _told(event)
    _fill(session, event, facts, files, now)
    session.flush()
    detail = {"before": before, "after": _told(event)}
    summary = f"修改登记：{event.title}（{month_day(event.held_on)}）"
    _record(session, actor, Event.COUNTED_EVENT_CHANGE, event, summary, detail=detail, now=now)
    return event


def strike(
    session: Session, actor: Actor, *, event_id: int, version: int, reason: str, now: datetime
) -> CountedEvent:
    """Strike an event out: it stays on the page with the reason, and counts no more.

    Raises:
        NotFound: there is no such event, or it is another unit's.
        VersionConflict: somebody has changed it since.
        AlreadyStruck: it is struck out.
        StrikeReasonNeeded: no reason is given.

    """
    event = _own(session, actor, event_id, version)
    if not reason.strip():
        raise StrikeReasonNeeded
    event.struck_at, event.struck_by_id = now, actor.account_id
    event.struck_reason = reason.strip()
    session.flush()
    summary = f"划去登记：{event.title}（{month_day(event.held_on)}），{event.struck_reason}"
    _record(session, actor, Event.COUNTED_EVENT_STRIKE, event, summary, now=now)
    return event


def settle(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    version: int,
    scope: Scope,
    class_id: int | None = None,
    now: datetime,
) -> QuotaTarget:
    """Say who owes a quota.

    Raises:
        NotFound: there is no such quota or class.
        VersionConflict: somebody has said so since.
        InvalidInput: nothing is chosen.

    """
    target = queries.lock(session, target_id)
    if target is None:
        raise NotFound
    if target.version != version:
        raise VersionConflict
    known = {each.id: each.name for each in directory.classes(session)}
    if scope is Scope.CLASS and class_id not in known:
        raise NotFound
    if scope is Scope.OPEN or (scope is Scope.UNIT and target.unit_id is None):
        raise InvalidInput("请选定由谁完成。")
    before = [target.scope, target.unit_class_id]
    target.scope, target.settled = scope.value, True
    target.unit_class_id = class_id if scope is Scope.CLASS else None
    target.unit_id = target.unit_id if scope is Scope.UNIT else None
    session.flush()
    who = f"{known[class_id]}，每家都要" if scope is Scope.CLASS and class_id else scope.label
    detail = {"before": before, "after": [target.scope, target.unit_class_id]}
    summary = f"“{target.counted}”的次数由谁完成：{who}"
    auditing.record(
        session, actor, Event.QUOTA_SETTLE, ("task", target.task_id), summary, detail=detail, now=now
    )
    return target


def readable(session: Session, actor: Actor, *, event_id: int) -> CountedEvent:
    """An event whose file a person may open: the own unit's, that of a shared quota, or any for the office.

    Raises:
        NotFound: there is none, or it is not the person's to see.

    """
    event = queries.event(session, event_id)
    if event is None:
        raise NotFound
    if actor.unit_id in {None, event.unit_id}:
        return event
    target = queries.one(session, event.target_id)
    shared = target is not None and Scope(target.scope) is Scope.TOGETHER
    if target is None or not shared or actor.unit_id not in _owners(session, target):
        raise NotFound
    return event


def _held(session: Session, actor: Actor, target_id: int, unit_id: int) -> QuotaTarget:
    """The quota, locked, after it is known that this person may enter an event of this unit."""
    target = queries.lock(session, target_id)
    if target is None or actor.unit_id not in {None, unit_id} or unit_id not in _owners(session, target):
        raise NotFound
    if target.ended_at is not None:
        raise TargetEnded
    return target


def _owners(session: Session, target: QuotaTarget) -> set[int]:
    return {unit.id for unit in owners_of(session, [target])[target.id]}


def _own(session: Session, actor: Actor, event_id: int, version: int) -> CountedEvent:
    event = queries.event(session, event_id)
    if event is None or actor.unit_id not in {None, event.unit_id}:
        raise NotFound
    if event.struck_at is not None:
        raise AlreadyStruck
    if event.version != version:
        raise VersionConflict
    return event


def _fill(
    session: Session, event: CountedEvent, facts: EventFacts, files: Files | None, now: datetime
) -> None:
    if facts.held_on > china_day(now):
        raise NotYetHeld
    if not facts.title.strip():
        raise TitleNeeded
    address = facts.proof.address
    digest, name = facts.proof.keep(files)
    with session.no_autoflush:  # one change, one version
        event.held_on, event.title = facts.held_on, facts.title.strip()[:200]
        event.evidence_url = address[:1000]
        event.file_sha256 = digest or event.file_sha256 or ""
        event.file_name = name or event.file_name or ""
        known = queries.same_day(session, event.target_id, event.unit_id, event.held_on)
    if any(each is not event and _same(each, event) for each in known):
        raise AlreadyEntered


def _same(known: CountedEvent, event: CountedEvent) -> bool:
    """Events of one day are the same with the same evidence; without any, with the same name."""
    return evidence_of(known) == evidence_of(event) and (
        bool(evidence_of(event)) or known.title == event.title
    )


def _told(event: CountedEvent) -> list[str]:
    return [event.held_on.isoformat(), event.title, event.evidence_url, event.file_name]


def _record(
    session: Session,
    actor: Actor,
    what: Event,
    event: CountedEvent,
    summary: str,
    *,
    detail: dict[str, list[str]] | None = None,
    now: datetime,
) -> None:
    unit = event.unit or directory.get(session, event.unit_id)
    said = f"{unit.name}：{summary}" if unit is not None else summary
    subject = ("counted_event", event.id)
    auditing.record(session, actor, what, subject, said, detail=detail, now=now)
