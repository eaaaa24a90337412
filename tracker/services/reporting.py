"""What the office does with a return: accept it, send it back with a reason, or ask for none (免报).

Each act names the obligation's version as the office saw it: a unit that hands in a newer version meanwhile
makes it a conflict, so that nobody accepts what nobody has read. What is answered by an article of experience
(经验材料) is decided together with it, see `tracker.services.experience_steps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import obligation as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.experience import KEPT_ON_BOARD, Step
from tracker.domain.obligation import ObligationState as State
from tracker.services import auditing, experience_steps
from tracker.services.auditing import Said
from tracker.store.queries import meetings
from tracker.store.queries import returns as queries
from tracker.store.tables import Obligation, Return

REASON_LENGTH = 1000


class NewerVersion(VersionConflict):
    """这一件刚有变动（单位可能又报了一稿，或同事已处理）。请看新的内容再决定；您写的意见还在。"""


class MeetingDecides(RuleViolated):
    """这一期是例会，到会情况登记后，纪要定稿时一并办结，不用单独通过。"""


class ReasonTooLong(InvalidInput):
    """意见最多1000字，请缩短。"""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting several at once has done."""

    accepted: int
    left: int
    """Not accepted: changed meanwhile, and to be read again."""
    kept: int = 0
    """Of those accepted, the articles of experience: they are kept (收下), none of them adopted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office says of the version it has read; `remarks` are words for single lines, by line id."""

    obligation_id: int
    version: int
    """The obligation's, as it was when read."""
    reason: str = ""
    remarks: Mapping[int, str] = field(default_factory=dict)


def accept(session: Session, actor: Actor, decision: Decision, *, now: datetime) -> Obligation:
    """The return is good.

    Raises:
        NotFound: there is no such obligation.
        VersionConflict: it has changed since it was read.
        RuleViolated: nothing waits to be read, or its meeting decides.

    """
    owed = _read(session, decision.obligation_id, decision.version)
    if meetings.periods_called(session, [owed.period_id]):
        raise MeetingDecides
    after = rules.accept(State(owed.state))
    if said := experience_steps.follow(session, actor, owed, Step.KEEP, KEPT_ON_BOARD, now=now):
        return _recorded(session, actor, owed, said, now=now)
    owed.state = after.value
    newest = _decide(session, actor, owed, "accepted", decision.remarks, now=now)
    summary = f"{owed.unit.name}{owed.period.label}第{newest.number}稿通过"
    _record(session, actor, Event.RETURN_ACCEPT, owed, summary, now=now)
    return owed


def send_back(session: Session, actor: Actor, decision: Decision, *, now: datetime) -> Obligation:
    """The unit is to mend it, for the decision's reason.

    Raises:
        NotFound: there is no such obligation.
        VersionConflict: it has changed since it was read.
        RuleViolated: nothing waits to be read, or no reason is given.

    """
    owed = _read(session, decision.obligation_id, decision.version)
    reason = _fitting(decision.reason)
    after = rules.send_back(State(owed.state), reason=reason)
    if said := experience_steps.follow(session, actor, owed, Step.RETURN, reason, now=now):
        return _recorded(session, actor, owed, said, now=now)
    owed.state = after.value
    newest = _decide(session, actor, owed, "returned", decision.remarks, now=now)
    newest.decision_reason = reason
    summary = f"{owed.unit.name}{owed.period.label}第{newest.number}稿退回：{reason}"
    _record(session, actor, Event.RETURN_SEND_BACK, owed, summary, now=now)
    return owed


def waive(
    session: Session, actor: Actor, *, obligation_id: int, version: int, reason: str, now: datetime
) -> Obligation:
    """No return is asked of this unit for this period, for this reason.

    Raises:
        NotFound: there is no such obligation.
        VersionConflict: it has changed since it was read.
        RuleViolated: a return is already there, or no reason is given.

    """
    owed = _read(session, obligation_id, version)
    reason = _fitting(reason)
    owed.state = rules.waive(State(owed.state), reason=reason).value
    owed.note = reason
    owed.decided_at = now
    experience_steps.set_free(session, [owed.id])
    summary = f"{owed.unit.name}{owed.period.label}免报：{reason}"
    _record(session, actor, Event.OBLIGATION_WAIVE, owed, summary, now=now)
    return owed


def accept_several(
    session: Session, actor: Actor, *, seen: Iterable[tuple[int, int]], now: datetime
) -> Accepted:
    """Accept the returns that were seen without anything unusual, as (obligation id, version).

    What has changed since is left for reading.
    """
    wanted = dict(seen)
    found = queries.obligations_for_writing(session, wanted)
    called = meetings.periods_called(session, {owed.period_id for owed in found.values()})
    fitting = [
        owed
        for owed in found.values()
        if owed.version == wanted[owed.id] and State(owed.state) is State.SUBMITTED
        if owed.period_id not in called
    ]
    told, kept = [], 0
    for owed in fitting:
        said = experience_steps.follow(session, actor, owed, Step.KEEP, KEPT_ON_BOARD, now=now)
        kept += said is not None
        if said is None:
            owed.state = State.ACCEPTED.value
            number = _decide(session, actor, owed, "accepted", {}, now=now).number
            summary = f"{owed.unit.name}{owed.period.label}第{number}稿通过（批量）"
            said = Said(Event.RETURN_ACCEPT, ("obligation", owed.id), summary)
        told.append(said)
    if told:
        session.flush()
        # The trail comes last: its one head is locked only after every obligation, as when a unit hands in.
        auditing.record_all(session, actor, told, now=now)
    return Accepted(len(fitting), len(wanted) - len(fitting), kept)


def _read(session: Session, obligation_id: int, version: int) -> Obligation:
    owed = queries.obligation(session, obligation_id, lock=True)
    if owed is None:
        raise NotFound
    if owed.version != version:
        raise NewerVersion
    return owed


def _decide(
    session: Session, actor: Actor, owed: Obligation, state: str, remarks: Mapping[int, str], *, now: datetime
) -> Return:
    """Mark the newest version and put the remarks beside its lines."""
    newest = next(
        version for version in reversed(queries.versions(session, owed.id)) if version.state != queries.DRAFT
    )
    newest.state = state
    newest.decided_at = owed.decided_at = now
    newest.decided_by_id = actor.account_id
    for line in newest.lines:
        if remark := remarks.get(line.id, "").strip():
            line.remark = _fitting(remark)
    return newest


def _fitting(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise ReasonTooLong
    return reason


def _recorded(
    session: Session, actor: Actor, owed: Obligation, said: Said, *, now: datetime
) -> Obligation:
    session.flush()
    auditing.record_all(session, actor, [said], now=now)
    return owed


def _record(
    session: Session, actor: Actor, event: Event, owed: Obligation, summary: str, *, now: datetime
) -> None:
    session.flush()
    # A history's line is short; the whole reason stands with the return.
    words = summary if len(summary) <= 500 else f"{summary[:499]}…"
    auditing.record(session, actor, event, ("obligation", owed.id), words, now=now)
