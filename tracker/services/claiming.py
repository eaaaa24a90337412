"""Claims (认领): parts of work shared by 按职责分工, which their units take or decline by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import claim as rules
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.claim import ClaimState
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.services import auditing, calendars
from tracker.store.queries import receipts as queries
from tracker.store.tables import Claim


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A part that the unit is to claim, with its day."""

    claim: Claim
    state: ClaimState
    by: date | None


def open_missing(session: Session, plan_id: int, *, now: datetime) -> int:
    """See to it that each open part of shared work has a claim, and the plan a day for them.

    Whoever gives a plan tasks or units calls it; what is there already stays as it is. Plans of past years
    are history: nobody claims their work any more.
    """
    today = china_day(now)
    plan = queries.plan(session, plan_id)
    if plan is None or plan.year < today.year:
        return 0
    made = queries.add_claims(session, plan_id)
    if made and queries.claim_day(session, plan_id) is None:
        queries.add_claim_day(session, plan_id, rules.usual_day(today, calendars.load(session)))
    return made


def own(session: Session, actor: Actor, *, task_id: int | None = None) -> list[OwnClaim]:
    """The claims of the unit's open parts, what waits first; of one task when it is named."""
    if actor.unit_id is None:
        return []
    days = queries.claim_days(session)
    found = queries.claims(session, unit_id=actor.unit_id, task_id=task_id)
    items = [OwnClaim(claim, ClaimState(claim.state), days.get(claim.plan_id)) for claim in found]
    return sorted(items, key=lambda item: item.state is not ClaimState.WAITING)


def waiting(session: Session, actor: Actor) -> list[OwnClaim]:
    """Those of them that the unit has not answered."""
    return [item for item in own(session, actor) if item.state is ClaimState.WAITING]


def answer(
    session: Session, actor: Actor, *, claim_id: int, version: int, claims: bool, words: str, now: datetime
) -> Claim:
    """A unit takes its part, in words or without, or declines it with a reason.

    Raises:
        NotFound: it is no open part of this unit.
        VersionConflict: a colleague has answered meanwhile.
        InvalidInput: it declines without a reason, or the words are too long.
        SameAnswer: it has said so already.

    """
    claim = queries.claim_locked(session, claim_id, actor.unit_id) if actor.unit_id is not None else None
    if claim is None:
        raise NotFound
    if claim.version != version:
        raise VersionConflict
    was = ClaimState(claim.state)
    state, said = rules.answered(was, words, claims=claims, known=claim.words)
    claim.state, claim.words = state.value, said
    claim.decided_at, claim.account_id = now, actor.account_id
    session.flush()
    part = claim.assignment
    event = Event.CLAIM_TAKE if claims else Event.CLAIM_DECLINE
    summary = f"{part.unit.name}{event.label}" + (f"：{said}" if said else "")
    detail = {"unit": part.unit_id, "state": [was.value, state.value], "why": said}
    auditing.record(session, actor, event, ("task", part.task_id), summary, detail=detail, now=now)
    return claim


def take_all(session: Session, actor: Actor, *, now: datetime) -> int:
    """Claim every part of the unit that waits, without words; gives their number."""
    found = [item.claim for item in waiting(session, actor)]
    for claim in found:
        answer(session, actor, claim_id=claim.id, version=claim.version, claims=True, words="", now=now)
    return len(found)


def set_day(session: Session, actor: Actor, *, plan_id: int, version: int, by: date, now: datetime) -> None:
    """The office sets the day by which a plan's parts are to be claimed.

    Raises:
        NotFound: nothing of the plan is to be claimed.
        VersionConflict: a colleague has set another day meanwhile.
        ClaimDayPast: the day is over.

    """
    day = queries.claim_day(session, plan_id)
    if day is None:
        raise NotFound
    if day.version != version:
        raise VersionConflict
    if by < china_day(now):
        raise rules.ClaimDayPast
    if day.by == by:
        return
    was, day.by = day.by, by
    session.flush()
    summary = f"认领期限由{_words(was)}改为{_words(by)}"
    detail = {"by": [str(was), str(by)]}
    auditing.record(session, actor, Event.CLAIM_SCHEDULE, ("plan", plan_id), summary, detail=detail, now=now)


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
