"""Attendance (到会): entered by the office, one press for all and then the exceptions; what it answers.

Entries carry a token of what stood when the page was opened, so that two clerks at the door do not overwrite
each other. As the minutes close, attendance answers the obligations of the meeting's period.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import meeting as rules
from tracker.domain import obligation
from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.meeting import Attendance, Presence, Step, Turnout
from tracker.domain.obligation import ObligationState
from tracker.services import auditing
from tracker.services.auditing import Said
from tracker.services.meetings import held
from tracker.store.queries import meetings as queries
from tracker.store.queries import returns
from tracker.store.tables import Meeting, MeetingAttendance, MeetingUnit, Obligation

Place = tuple[int, str]
"""A unit's id and a role."""


class AttendanceChanged(VersionConflict):
    """同事刚登记过到会情况。您填的还在，与已存的不同之处已标出，请对照后再保存。"""


class WrongRows(RuleViolated):
    """有几处需要改，已在下面标出。"""

    def __init__(self, found: Mapping[Place, str]) -> None:
        super().__init__()
        self.faults = found


def enter(
    session: Session,
    actor: Actor,
    *,
    meeting_id: int,
    token: str,
    entered: Mapping[Place, Attendance],
    now: datetime,
) -> int:
    """Keep how people took part; what is not named stays as it is. Gives how many entries changed.

    Raises:
        NotFound: there is no such meeting.
        AttendanceChanged: somebody else has entered meanwhile.
        WrongRows: somebody came instead and is not named, or a leave has no reason.
        RuleViolated: the minutes are closed.

    """
    meeting = held(session, meeting_id, Step.CHANGE)
    if token_of(meeting) != token:
        raise AttendanceChanged
    rows = _rows(meeting)
    kept, wrong = {}, {}
    for place, typed in entered.items():
        try:
            kept[place] = rules.attended(typed)
        except RuleViolated as error:
            wrong[place] = error.message
    if wrong:
        raise WrongRows(wrong)
    changed = [place for place in kept if place in rows and as_domain(rows[place][1]) != kept[place]]
    for place in changed:
        _write(rows[place][1], kept[place])
    _told(session, actor, meeting, {place: rows[place] for place in changed}, now=now)
    return len(changed)


def all_present(session: Session, actor: Actor, *, meeting_id: int, now: datetime) -> int:
    """Everybody of whom nobody has said anything is there (全部到会); gives how many.

    Raises:
        NotFound: there is no such meeting.
        RuleViolated: the minutes are closed.

    """
    meeting = held(session, meeting_id, Step.CHANGE)
    waiting = {
        place: row for place, row in _rows(meeting).items() if row[1].presence == Presence.EXPECTED.value
    }
    for _, row in waiting.values():
        row.presence = Presence.PRESENT.value
    _told(session, actor, meeting, waiting, now=now)
    return len(waiting)


def token_of(meeting: Meeting) -> str:
    """What an attendance form carries: a digest of all that is entered."""
    said = [(unit_id, role, *_values(row)) for (unit_id, role), (_, row) in _rows(meeting).items()]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def as_domain(row: MeetingAttendance) -> Attendance:
    """An entry as the rules see it."""
    return Attendance(row.role, Presence(row.presence), row.who, row.why)


def unmarked(meeting: Meeting) -> list[str]:
    """The units of which somebody is neither there nor said to be away."""
    return [
        each.unit.name
        for each in meeting.units
        if any(row.presence == Presence.EXPECTED.value for row in each.attendance)
    ]


def settle(session: Session, actor: Actor, meeting: Meeting, *, now: datetime) -> list[Said]:
    """Let attendance answer the obligations of the meeting's period; what the trail is to say of it.

    What is settled already (免报, or accepted before the meeting was called) stays.
    """
    if meeting.period_id is None:
        return []
    owed = queries.obligations_for_writing(session, meeting.period_id)
    told = [
        said
        for each in meeting.units
        if (one := owed.get(each.unit_id)) and (said := _answer(one, each, actor, session, now=now))
    ]
    session.flush()
    return told


def _answer(
    owed: Obligation, each: MeetingUnit, actor: Actor, session: Session, *, now: datetime
) -> Said | None:
    rows = [as_domain(row) for row in each.attendance]
    before = ObligationState(owed.state)
    if (before, obligation.Step.ATTEND) not in obligation.TRANSITIONS:
        return None
    match rules.turnout(rows):
        case Turnout.ATTENDED:
            # Whoever came is on time: what counts is the meeting, not the note before it.
            owed.state, owed.late = obligation.attend(before).value, False
            _accept_note(session, owed, actor, now=now)
            event, words = Event.RETURN_ACCEPT, "到会"
        case Turnout.EXCUSED:
            why = rules.excuse(rows)
            owed.state, owed.note = obligation.excuse(before, reason=why).value, why
            event, words = Event.OBLIGATION_WAIVE, f"免报：{why}"
        case Turnout.ABSENT:
            owed.state = obligation.be_absent(before).value
            event, words = Event.MEETING_ATTEND, "缺席"
    owed.decided_at = now
    summary = f"{owed.unit.name}{owed.period.cadence.name}{owed.period.label}{words}"
    return Said(event, ("obligation", owed.id), summary, {"state": [before.value, owed.state]})


def _accept_note(session: Session, owed: Obligation, actor: Actor, *, now: datetime) -> None:
    """What the unit told beforehand is read with its coming."""
    newest = returns.newest_versions(session, [owed.id]).get(owed.id)
    if newest is not None:
        newest[0].state, newest[0].decided_at = "accepted", now
        newest[0].decided_by_id = actor.account_id


def _rows(meeting: Meeting) -> dict[Place, tuple[MeetingUnit, MeetingAttendance]]:
    return {(each.unit_id, row.role): (each, row) for each in meeting.units for row in each.attendance}


def _values(row: MeetingAttendance) -> tuple[str, str, str]:
    return row.presence, row.who, row.why


def _write(row: MeetingAttendance, entry: Attendance) -> None:
    row.presence, row.who, row.why = entry.presence.value, entry.who, entry.why


def _told(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    changed: Mapping[Place, tuple[MeetingUnit, MeetingAttendance]],
    *,
    now: datetime,
) -> None:
    if not changed:
        return
    # Whoever is about to close the minutes must see that attendance has changed.
    flag_modified(meeting, "state")
    session.flush()
    detail = {"entered": [[each.unit.name, *_line(row)] for each, row in changed.values()]}
    summary = f"登记{meeting.title}到会情况{len(changed)}人"
    auditing.record(
        session, actor, Event.MEETING_ATTEND, ("meeting", meeting.id), summary, detail=detail, now=now
    )


def _line(row: MeetingAttendance) -> tuple[str, str, str]:
    return row.role, Presence(row.presence).label, row.who or row.why
