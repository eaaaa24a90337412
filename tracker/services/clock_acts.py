"""What happens to a clock (时限): it is started, stopped, goes on, begins anew, is closed or voided.

Each act holds the clock, so that of two people at one clock the second sees what the first has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.ports import Files
from tracker.domain.proof import Proof
from tracker.services import auditing, clocks
from tracker.store.queries import clocks as queries
from tracker.store.queries import tasks
from tracker.store.queries import units as directory
from tracker.store.tables import ClockRestart, ClockStop, EventClock


class NotYet(InvalidInput):
    """日期还没有到，到了再填。"""


class DayBefore(InvalidInput):
    """日期不能早于起算的那一天。"""


class FormedNeeded(InvalidInput):
    """请填形成之日：从印发起算的，条例仍从形成之日算。同一天就填同一天。"""


class FormedLater(InvalidInput):
    """形成之日不能晚于印发之日。"""


class AlreadyStarted(RuleViolated):
    """这件事从同一天起已经在计时，不用再启动；在全部时限里可以找到。"""


class WhyNeeded(InvalidInput):
    """请写明原因，计时表上会写出来。"""


class ProofNeeded(InvalidInput):
    """请填公开的链接，或上传附件，再办结。"""


class AlreadyStopped(RuleViolated):
    """这个时限已经中止，请先继续计时。"""


class MayNotStop(RuleViolated):
    """这条规则不能中止，也不能重新起算。"""


class NotStopped(RuleViolated):
    """这个时限没有中止，不用继续。"""


class AlreadyEnded(RuleViolated):
    """这个时限已经办结或作废。"""


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What a person says of an event that starts a clock."""

    rule_key: str
    unit_id: int
    title: str
    started_on: date
    formed_on: date | None = None
    task_id: int | None = None


def start(session: Session, actor: Actor, *, facts: ClockFacts, now: datetime) -> EventClock:
    """Start a clock; a unit's contact does so for the own unit.

    Raises:
        NotFound: there is no such rule, unit or task, or it is not the person's to speak for.
        InvalidInput: a day lies in the future, or 形成之日 is missing or after 印发.
        AlreadyStarted: the same was started before; a button was pressed twice.

    """
    offered = next((each for each in clocks.rules(session) if each.rule.key == facts.rule_key), None)
    if offered is None or actor.unit_id not in {None, facts.unit_id}:
        raise NotFound
    if not directory.existing(session, [facts.unit_id]):
        raise NotFound
    task = tasks.one(session, facts.task_id, actor) if facts.task_id is not None else None
    if facts.task_id is not None and task is None:
        raise NotFound("没有这项任务，或它不属于本单位。")
    if not facts.title.strip():
        raise InvalidInput("请写明是什么事，比如文件名称。")
    _not_later(facts.started_on, now)
    rule, row = offered.rule, offered.row
    if rule.asks_formed and facts.formed_on is None:
        raise FormedNeeded
    if rule.asks_formed and facts.formed_on is not None and facts.formed_on > facts.started_on:
        raise FormedLater
    clock = EventClock(
        plan_id=task.plan_id if task is not None else row.plan_id if row is not None else None,
        task_id=facts.task_id,
        unit_id=facts.unit_id,
        rule_key=rule.key,
        rule_name=rule.name,
        rule_event=rule.event,
        count=rule.count,
        day_unit=rule.unit.value,
        basis=rule.basis,
        may_stop=rule.may_stop,
        title=facts.title.strip()[:200],
        started_on=facts.started_on,
        formed_on=facts.formed_on if rule.asks_formed else None,
        made_by_id=actor.account_id,
        made_at=now,
        void_reason="",
    )
    if queries.alike(session, clock):
        raise AlreadyStarted
    session.add(clock)
    session.flush()
    said = f"从{month_day(facts.started_on)}起算，{rule.words}"
    _tell(session, actor, Event.CLOCK_START, clock, said, now=now)
    return clock


def stop(
    session: Session, actor: Actor, *, clock_id: int, version: int, since: date, why: str, now: datetime
) -> EventClock:
    """Stop a clock (中止): the days after `since` do not count until it goes on.

    Raises:
        NotFound: there is no such clock, or it is another unit's.
        VersionConflict: somebody has acted since.
        AlreadyEnded: it is closed or voided.
        AlreadyStopped: it stands still.
        MayNotStop: its rule allows no stops.
        InvalidInput: no reason, or a day that cannot be.

    """
    clock = _stoppable(session, actor, clock_id, version)
    if _standing_still(clock) is not None:
        raise AlreadyStopped
    _fits(clock, since, now)
    reason = _reason(why)
    clock.stops.append(ClockStop(since=since, why=reason, made_by_id=actor.account_id))
    return _done(session, actor, Event.CLOCK_STOP, clock, f"从{month_day(since)}中止计时：{reason}", now=now)


def go_on(
    session: Session, actor: Actor, *, clock_id: int, version: int, until: date, now: datetime
) -> EventClock:
    """Let a clock go on: `until` is the last day that does not count.

    Raises:
        NotFound: there is no such clock, or it is another unit's.
        VersionConflict: somebody has acted since.
        AlreadyEnded: it is closed or voided.
        NotStopped: it runs.
        InvalidInput: a day before the stop, or one that has not come.

    """
    clock = _open(session, actor, clock_id, version)
    standing_still = _standing_still(clock)
    if standing_still is None:
        raise NotStopped
    _not_later(until, now)
    if until < standing_still.since:
        raise DayBefore("继续的日期不能早于中止的那一天。")
    standing_still.until = until
    return _done(session, actor, Event.CLOCK_GO_ON, clock, f"{month_day(until)}以后继续计时", now=now)


def restart(
    session: Session, actor: Actor, *, clock_id: int, version: int, day: date, why: str, now: datetime
) -> EventClock:
    """Begin the count anew after `day` (重新起算, as 收到补正 asks); a stop that holds ends with it.

    Raises:
        NotFound: there is no such clock, or it is another unit's.
        VersionConflict: somebody has acted since.
        AlreadyEnded: it is closed or voided.
        MayNotStop: its rule allows no new beginning.
        InvalidInput: no reason, or a day that cannot be.

    """
    clock = _stoppable(session, actor, clock_id, version)
    _fits(clock, day, now)
    reason = _reason(why)
    standing_still = _standing_still(clock)
    if standing_still is not None:
        if day < standing_still.since:
            raise DayBefore("重新起算的日期不能早于中止的那一天。")
        standing_still.until = day
    clock.restarts.append(ClockRestart(day=day, why=reason, made_by_id=actor.account_id))
    return _done(session, actor, Event.CLOCK_RESTART, clock, f"从{month_day(day)}重新起算：{reason}", now=now)


def close(
    session: Session,
    actor: Actor,
    *,
    clock_id: int,
    version: int,
    closed_on: date,
    proof: Proof,
    files: Files,
    now: datetime,
) -> EventClock:
    """Close a clock (办结) with what proves it.

    Raises:
        NotFound: there is no such clock, or it is another unit's.
        VersionConflict: somebody has acted since.
        AlreadyEnded: it is closed or voided.
        ProofNeeded: there is neither link nor file.
        InvalidInput: a day that cannot be, or a link that is none.

    """
    clock = _open(session, actor, clock_id, version)
    _not_later(closed_on, now)
    if closed_on < clock.started_on:
        raise DayBefore
    if not proof:
        raise ProofNeeded
    clock.evidence_url = proof.address[:1000]
    clock.file_sha256, clock.file_name = proof.keep(files)
    clock.closed_on = closed_on
    standing_still = _standing_still(clock)
    if standing_still is not None:
        standing_still.until = max(closed_on, standing_still.since)
    return _done(session, actor, Event.CLOCK_CLOSE, clock, f"{month_day(closed_on)}办结", now=now)


def void(
    session: Session, actor: Actor, *, clock_id: int, version: int, reason: str, now: datetime
) -> EventClock:
    """Void a clock that was started or led wrongly (作废); it stays readable.

    Raises:
        NotFound: there is no such clock, or it is another unit's.
        VersionConflict: somebody has acted since.
        AlreadyEnded: it is voided.
        WhyNeeded: no reason is given.

    """
    clock = clocks.visible(session, actor, clock_id, lock=True)
    if clock.voided_at is not None:
        raise AlreadyEnded
    if clock.version != version:
        raise VersionConflict
    clock.void_reason, clock.voided_at = _reason(reason), now
    return _done(session, actor, Event.CLOCK_VOID, clock, f"作废：{clock.void_reason}", now=now)


def _open(session: Session, actor: Actor, clock_id: int, version: int) -> EventClock:
    clock = clocks.visible(session, actor, clock_id, lock=True)
    if clock.closed_on is not None or clock.voided_at is not None:
        raise AlreadyEnded
    if clock.version != version:
        raise VersionConflict
    return clock


def _stoppable(session: Session, actor: Actor, clock_id: int, version: int) -> EventClock:
    clock = _open(session, actor, clock_id, version)
    if clock.may_stop is False:
        raise MayNotStop
    return clock


def _standing_still(clock: EventClock) -> ClockStop | None:
    return next((each for each in clock.stops if each.until is None), None)


def _not_later(day: date, now: datetime) -> None:
    if day > china_day(now):
        raise NotYet


def _fits(clock: EventClock, day: date, now: datetime) -> None:
    """A stop or a restart happens after the clock began, or began anew, and not in the future."""
    _not_later(day, now)
    if day < clocks.course_of(clock).counts_from:
        raise DayBefore


def _reason(text: str) -> str:
    if not text.strip():
        raise WhyNeeded
    return text.strip()[:200]


def _done(
    session: Session, actor: Actor, what: Event, clock: EventClock, words: str, *, now: datetime
) -> EventClock:
    flag_modified(clock, "title")  # its stops stand in their own table; the clock's version moves with them
    session.flush()
    _tell(session, actor, what, clock, words, now=now)
    return clock


def _tell(
    session: Session, actor: Actor, what: Event, clock: EventClock, words: str, *, now: datetime
) -> None:
    auditing.record(session, actor, what, ("event_clock", clock.id), f"{clock.title}：{words}", now=now)
