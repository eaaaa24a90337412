"""Minutes (会议纪要): what was said of each unit, what was agreed on (议定事项), and closing them.

Until they close everything can be changed; then decisions are agreed on, what came back unresolved is carried
to the next meeting, and attendance answers the obligations. Afterwards only a remark can stand beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import decision as rules
from tracker.domain import meeting as meeting_rules
from tracker.domain.actor import Actor
from tracker.domain.answering import fitting, worded
from tracker.domain.china_time import month_day
from tracker.domain.decision import DecisionState
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.meeting import Item, MeetingState, MinutesIncomplete, Step, TextTooLong
from tracker.services import attending, auditing, meeting_pack
from tracker.services.auditing import Said
from tracker.services.meetings import held
from tracker.store.queries import decisions as queries
from tracker.store.queries import meetings
from tracker.store.queries import units as directory
from tracker.store.tables import Meeting, MeetingDecision, MeetingHearing, MeetingRemark, Unit


class MinutesChanged(VersionConflict):
    """同事刚改过会议记录。您写的还在，与已存的不同之处已标出，请对照后再保存。"""


class UnitNeeded(InvalidInput):
    """请选择责任单位。"""


class NotClosed(InvalidInput):
    """纪要还没有定稿，可以直接修改。"""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One 议定事项 as it is typed; owner and day may still be open."""

    words: str
    unit_id: int | None = None
    due_on: date | None = None


def write(
    session: Session,
    actor: Actor,
    *,
    meeting_id: int,
    token: str,
    notes: Mapping[int, str],
    text: str,
    now: datetime,
) -> Meeting:
    """Keep what was said: `notes` by unit, and the rest as free text.

    Raises:
        NotFound: there is no such meeting.
        MinutesChanged: somebody else has written meanwhile.
        RuleViolated: the minutes are closed, or a text does not fit.

    """
    row = held(session, meeting_id, Step.CHANGE)
    if token_of(row) != token:
        raise MinutesChanged
    text = text.strip()
    if len(text) > meeting_rules.MINUTES_LENGTH:
        raise TextTooLong
    changed = [] if text == row.minutes else ["正文"]
    row.minutes = text
    for each in row.units:
        note = notes.get(each.unit_id, each.note).strip()
        if len(note) > meeting_rules.NOTE_LENGTH:
            raise TextTooLong
        if note != each.note:
            each.note = note
            changed.append(each.unit.name)
    if changed:
        flag_modified(row, "minutes")
        session.flush()
        summary = f"记{row.title}纪要：{'、'.join(changed)}"
        auditing.record(session, actor, Event.MEETING_WRITE, ("meeting", row.id), summary, now=now)
    return row


def token_of(row: Meeting) -> str:
    """What the form of the minutes carries: a digest of all that is written in it."""
    said = (row.minutes, *((each.unit_id, each.note) for each in row.units))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def propose(
    session: Session, actor: Actor, *, meeting_id: int, wanted: Proposed, now: datetime
) -> MeetingDecision:
    """Write a 议定事项 down; who does it and by when may come later, but before the minutes close.

    The same one with the same owner and day is written once: the button was pressed twice.

    Raises:
        NotFound: there is no such meeting.
        RuleViolated: the minutes are closed, or it says nothing.

    """
    meeting = held(session, meeting_id, Step.CHANGE)
    row = MeetingDecision(plan_id=meeting.plan_id, meeting_id=meeting.id, state=DecisionState.DRAFTED.value)
    with session.no_autoflush:
        _put(session, row, wanted)
    for known in queries.drafted(session, meeting.id):
        if facts(known) == facts(row):
            return known
    session.add(row)
    flag_modified(meeting, "state")
    session.flush()
    detail = {"decision": row.id, **facts(row)}
    summary = f"拟议定事项：{row.words}"
    auditing.record(
        session, actor, Event.DECISION_DRAFT, ("decision", row.id), summary, detail=detail, now=now
    )
    return row


def change(
    session: Session, actor: Actor, *, decision_id: int, version: int, wanted: Proposed, now: datetime
) -> MeetingDecision:
    """Change it while the minutes are open.

    Raises:
        NotFound: there is none.
        VersionConflict: somebody else was faster.
        RuleViolated: the minutes are closed, or it says nothing.

    """
    row, meeting = _drafted(session, actor, decision_id, version)
    before = facts(row)
    _put(session, row, wanted)
    flag_modified(meeting, "state")
    session.flush()
    after = facts(row)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changed:
        summary = f"修改议定事项：{row.words}"
        auditing.record(
            session, actor, Event.DECISION_CHANGE, ("decision", row.id), summary, detail=changed, now=now
        )
    return row


def remove(session: Session, actor: Actor, *, decision_id: int, version: int, now: datetime) -> Meeting:
    """Take it out of minutes that are still open, or of a cancelled meeting; the trail keeps what it said.

    Raises:
        NotFound: there is none.
        VersionConflict: somebody else was faster.
        RuleViolated: the minutes are closed.

    """
    row, meeting = _drafted(session, actor, decision_id, version, Step.CLEAR)
    said, words = facts(row), row.words
    session.delete(row)
    flag_modified(meeting, "state")
    session.flush()
    summary = f"删去议定事项：{words}"
    auditing.record(
        session, actor, Event.DECISION_REMOVE, ("decision", decision_id), summary, detail=said, now=now
    )
    return meeting


def hear(
    session: Session,
    actor: Actor,
    *,
    meeting_id: int,
    decision_id: int,
    said: str,
    unit_id: int,
    due_on: date,
    version: int,
    now: datetime,
) -> MeetingHearing:
    """What a meeting says of a decision that came back, and its new owner and day; they hold from closing on.

    `version` is the decision's.

    Raises:
        NotFound: the meeting's plan has no such unresolved decision.
        VersionConflict: somebody else was faster.
        RuleViolated: the minutes are closed, or the unit has reported and the office has to decide first.

    """
    meeting = held(session, meeting_id, Step.CHANGE)
    row = queries.one(session, decision_id, actor, lock=True)
    if row is None or row.plan_id != meeting.plan_id:
        raise NotFound
    rules.take(DecisionState(row.state), rules.Step.CARRY)
    if row.version != version:
        raise VersionConflict
    unit = _unit(session, unit_id)
    known = queries.hearing(session, meeting_id, decision_id)
    hearing = known or MeetingHearing(meeting_id=meeting_id, decision_id=decision_id)
    hearing.number, hearing.said = row.number + 1, fitting(said)
    hearing.unit_id, hearing.unit, hearing.due_on = unit.id, unit, due_on
    session.add(hearing)
    flag_modified(row, "state")
    flag_modified(meeting, "state")
    session.flush()
    also = f"；{hearing.said}" if hearing.said else ""
    summary = f"再议“{row.words}”：{unit.name}，{month_day(due_on)}前{also}"
    detail = {"meeting": meeting_id, "unit_id": unit.id, "due_on": due_on, "said": hearing.said}
    auditing.record(
        session, actor, Event.DECISION_HEAR, ("decision", row.id), summary, detail=detail, now=now
    )
    return hearing


def faults(session: Session, meeting: Meeting, *, now: datetime) -> tuple[str, ...]:
    """What keeps the minutes from being closed, a sentence each."""
    items = [
        Item(row.words, has_owner=row.unit_id is not None, due_on=row.due_on, number=1)
        for row in queries.drafted(session, meeting.id)
    ]
    heard = {each.decision_id: each for each in queries.hearings(session, meeting.id)}
    for row in queries.unresolved(session, meeting.plan_id):
        hearing = heard.get(row.id)
        due_on = hearing.due_on if hearing else row.due_on
        state = DecisionState(row.state)
        items.append(Item(row.words, has_owner=True, due_on=due_on, state=state, number=row.number + 1))
    unmarked = attending.unmarked(meeting)
    return meeting_rules.faults(items, unmarked, starts_at=meeting.starts_at, now=now)


def close(session: Session, actor: Actor, *, meeting_id: int, version: int, now: datetime) -> Meeting:
    """Close the minutes (定稿): each 议定事项 has an owner and a day, or they do not close.

    Raises:
        NotFound: there is no such meeting.
        VersionConflict: something has changed since they were read.
        MinutesIncomplete: it names each item that lacks something.
        RuleViolated: they are closed already, or the meeting was cancelled.

    """
    meeting = held(session, meeting_id, Step.CLOSE, version)
    if found := faults(session, meeting, now=now):
        raise MinutesIncomplete("".join(found))
    order = meeting_pack.agenda(session, actor, meeting, now=now)
    meeting.agenda = [
        {"unit_id": line.unit.id, "score": line.need.score, "reasons": list(line.need.reasons)}
        for line in order
    ]
    told = attending.settle(session, actor, meeting, now=now)
    told += _agree(session, meeting, now=now)
    meeting.state = meeting_rules.take(MeetingState(meeting.state), Step.CLOSE).value
    meeting.closed_at, meeting.closed_by_name = now, actor.name
    session.flush()
    words = f"{meeting.title}纪要定稿"
    told.append(Said(Event.MEETING_CLOSE, ("meeting", meeting.id), words, {"acts": len(told)}))
    auditing.record_all(session, actor, told, now=now)
    return meeting


def remark(session: Session, actor: Actor, *, meeting_id: int, words: str, now: datetime) -> MeetingRemark:
    """Say beside closed minutes what was wrong in them (更正说明); they themselves stay.

    Raises:
        NotFound: there is no such meeting.
        InvalidInput: the minutes are open, or there are no words.

    """
    meeting = meetings.locked(session, meeting_id)
    if meeting is None:
        raise NotFound
    if meeting.state != MeetingState.CLOSED:
        raise NotClosed
    row = MeetingRemark(
        meeting_id=meeting_id, words=worded(words), made_at=now, made_by_name=actor.name
    )
    session.add(row)
    session.flush()
    summary = f"{meeting.title}纪要更正说明：{row.words}"
    auditing.record(session, actor, Event.MEETING_REMARK, ("meeting", meeting_id), summary, now=now)
    return row


def facts(row: MeetingDecision) -> dict[str, object]:
    """What may be changed, in a form that the trail can keep."""
    return {"words": row.words, "unit_id": row.unit_id, "due_on": str(row.due_on or "")}


def _agree(session: Session, meeting: Meeting, *, now: datetime) -> list[Said]:
    """The new decisions are agreed on, the unresolved ones carried; each gets its row of these minutes."""
    heard = {each.decision_id: each for each in queries.hearings(session, meeting.id)}
    carried = queries.unresolved(session, meeting.plan_id, lock=True)
    told = []
    for row in carried:
        hearing = heard.pop(row.id, None) or _hearing(meeting, row)
        session.add(hearing)
        if (row.unit_id, row.due_on) != (hearing.unit_id, hearing.due_on):
            row.unit_id, row.due_on, row.given_at = hearing.unit_id, hearing.due_on, now
        told.append(_entered(row, hearing, rules.Step.CARRY, Event.DECISION_CARRY))
    for row in queries.drafted(session, meeting.id):
        hearing = _hearing(meeting, row)
        session.add(hearing)
        told.append(_entered(row, hearing, rules.Step.AGREE, Event.DECISION_AGREE))
    for hearing in heard.values():  # settled after its turn, before the minutes closed
        hearing.outcome = hearing.decision.state
    session.flush()
    for row in carried:
        session.expire(row, ["unit"])
    return told


def _hearing(meeting: Meeting, row: MeetingDecision) -> MeetingHearing:
    return MeetingHearing(
        meeting_id=meeting.id, decision_id=row.id, number=row.number, unit_id=row.unit_id, due_on=row.due_on
    )


def _entered(row: MeetingDecision, hearing: MeetingHearing, step: rules.Step, event: Event) -> Said:
    before = row.state
    row.state = rules.take(DecisionState(before), step).value
    row.number += 1
    hearing.number, hearing.outcome = row.number, row.state
    day = f"{month_day(row.due_on)}前" if row.due_on else ""
    summary = f"{rules.heard_words(row.number)}议定：{row.words}（{day}完成）"
    return Said(event, ("decision", row.id), summary, {"state": [before, row.state], **facts(row)})


def _drafted(
    session: Session, actor: Actor, decision_id: int, version: int, step: Step = Step.CHANGE
) -> tuple[MeetingDecision, Meeting]:
    known = queries.one(session, decision_id, actor)
    if known is None:
        raise NotFound
    meeting = held(session, known.meeting_id, step)
    row = queries.one(session, decision_id, actor, lock=True)
    if row is None:
        raise NotFound
    rules.take(DecisionState(row.state), rules.Step.CHANGE)
    if row.version != version:
        raise VersionConflict
    return row, meeting


def _put(session: Session, row: MeetingDecision, wanted: Proposed) -> None:
    row.words = worded(wanted.words)
    unit = _unit(session, wanted.unit_id) if wanted.unit_id else None
    row.unit_id, row.unit, row.due_on = unit.id if unit else None, unit, wanted.due_on


def _unit(session: Session, unit_id: int) -> Unit:
    unit = directory.get(session, unit_id)
    if unit is None or not unit.active:
        raise UnitNeeded
    return unit
