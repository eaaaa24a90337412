"""Clerks, units and a closing hand act on one meeting in the same moment: one wins, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.services import meeting_city as town
from tests.services.meeting_city import AFTER, LATER, ROLES
from tests.support.at_once import Act, at_once
from tests.support.databases import opened
from tracker.domain.meeting import Attendance, Presence
from tracker.services import attending, auditing, decisions, meetings, minutes
from tracker.services.decisions import Seen
from tracker.services.minutes import Proposed
from tracker.store.queries import meetings as queries
from tracker.store.tables import (
    AuditEvent,
    Meeting,
    MeetingAttendance,
    MeetingDecision,
    MeetingHearing,
    Obligation,
    Task,
)


@dataclass(frozen=True)
class Room:
    """A meeting over which everybody has the page open; all are marked as present, one item is agreed on."""

    engine: Engine
    city: town.City
    meeting_id: int = 0
    version: int = 0
    token: str = ""
    decision: Seen = field(default_factory=lambda: Seen(0, 0))

    def call(self) -> Act:
        wanted = town.arrangement(self.city)
        return lambda session: meetings.call(
            session, self.city.office, plan_id=self.city.plan.id, period_id=self.city.period.id,
            wanted=wanted, now=town.NOW,
        )  # fmt: skip

    def close(self) -> Act:
        return lambda session: minutes.close(
            session, self.city.office, meeting_id=self.meeting_id, version=self.version, now=AFTER
        )

    def enter(self, who: str) -> Act:
        """A clerk puts down that somebody else came for justice."""
        entered = {(self.city.justice.id, ROLES[0]): Attendance(ROLES[0], Presence.DEPUTY, who)}
        return lambda session: attending.enter(
            session, self.city.office, meeting_id=self.meeting_id, token=self.token, entered=entered, now=AFTER
        )

    def propose(self) -> Act:
        return lambda session: minutes.propose(
            session, self.city.office, meeting_id=self.meeting_id, wanted=Proposed("另议一事"), now=AFTER
        )

    def cancel(self) -> Act:
        return lambda session: meetings.cancel(
            session, self.city.office, meeting_id=self.meeting_id, version=self.version, why="撞会", now=AFTER
        )

    def report(self) -> Act:
        contact = self.city.contact(self.city.justice)
        return lambda session: decisions.report(session, contact, self.decision, words="已开放", now=AFTER)

    def finish(self) -> Act:
        return lambda session: decisions.finish(session, self.city.office, self.decision, words="已办", now=AFTER)

    def move(self) -> Act:
        return lambda session: decisions.move(
            session, self.city.office, self.decision, unit_id=self.city.health.id, due_on=LATER, why="改由卫健",
            now=AFTER,
        )  # fmt: skip

    def transfer(self) -> Act:
        return lambda session: decisions.transfer(session, self.city.office, self.decision, now=AFTER)

    def told(self) -> Counter[str]:
        """What the trail says, which holds."""
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None
            return Counter(session.scalars(select(AuditEvent.action)))


@pytest.fixture
def empty(engine_url: str) -> Iterator[Room]:
    """No meeting has been called yet."""
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session:
            city = town.built(session)
            session.commit()
        yield Room(engine, city)


@pytest.fixture
def room(empty: Room) -> Room:
    with Session(empty.engine) as session:
        meeting = town.called(session, empty.city)
        town.propose(session, empty.city, meeting)
        attending.all_present(session, empty.city.office, meeting_id=meeting.id, now=AFTER)
        session.commit()
        return replace(
            empty, meeting_id=meeting.id, version=meeting.version, token=attending.token_of(meeting)
        )


@pytest.fixture
def agreed(room: Room) -> Room:
    """The minutes are closed; the decision is the unit's to do."""
    with Session(room.engine) as session:
        room.close()(session)
        session.commit()
        row = session.scalars(select(MeetingDecision)).one()
        return replace(room, decision=Seen(row.id, row.version))


def test_a_period_that_two_call_to_at_once_has_one_meeting(empty: Room) -> None:
    came = at_once(empty.engine, empty.call(), empty.call(), empty.call())

    assert sorted(each.done for each in came) == [False, False, True]
    assert {type(each.refused) for each in came if not each.done} == {meetings.AlreadyCalled}
    with Session(empty.engine) as session:
        assert len(session.scalars(select(Meeting)).all()) == 1
    assert empty.told()["meeting:call"] == 1


def test_minutes_that_two_close_at_once_close_once(room: Room) -> None:
    came = at_once(room.engine, room.close(), room.close())

    assert sorted(each.done for each in came) == [False, True]
    assert all(each.sentence for each in came if not each.done)
    with Session(room.engine) as session:
        assert [(row.state, row.number) for row in session.scalars(select(MeetingDecision))] == [("open", 1)]
        assert [row.outcome for row in session.scalars(select(MeetingHearing))] == ["open"]
        assert set(session.scalars(select(Obligation.state))) == {"accepted"}
    told = room.told()
    assert (told["meeting:close"], told["decision:agree"], told["return:accept"]) == (1, 1, 2)


@pytest.mark.parametrize("other", ["enter", "propose", "cancel"])
def test_minutes_close_over_what_was_seen_or_not_at_all(room: Room, other: str) -> None:
    act = room.enter("李梅") if other == "enter" else getattr(room, other)()
    closed, changed = at_once(room.engine, room.close(), act)

    assert closed.done is not changed.done
    assert (closed.sentence or changed.sentence).endswith("。")
    with Session(room.engine) as session:
        meeting = session.get_one(Meeting, room.meeting_id)
        assert meeting.state == ("closed" if closed.done else "cancelled" if other == "cancel" else "called")
        deputies = session.scalars(select(MeetingAttendance.who).where(MeetingAttendance.who != "")).all()
        assert deputies == (["李梅"] if other == "enter" and changed.done else [])
        assert set(session.scalars(select(Obligation.state))) == {"accepted" if closed.done else "open"}
        assert len(session.scalars(select(MeetingDecision)).all()) == 1 + (other == "propose" and changed.done)
    room.told()


def test_of_two_clerks_at_the_door_the_slower_is_told(room: Room) -> None:
    came = at_once(room.engine, room.enter("李梅"), room.enter("张强"))

    assert sorted(each.done for each in came) == [False, True]
    assert {type(each.refused) for each in came if not each.done} == {attending.AttendanceChanged}
    with Session(room.engine) as session:
        meeting = queries.one(session, room.meeting_id, room.city.office)
        assert meeting is not None
        came_for = [row.who for each in meeting.units for row in each.attendance if row.who]
    assert came_for == ["李梅" if came[0].done else "张强"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("report", "report"), ("report", "finish"), ("report", "move"), ("finish", "transfer"), ("transfer", "transfer")],
)
def test_of_two_at_one_decision_one_wins(agreed: Room, one: str, other: str) -> None:
    came = at_once(agreed.engine, getattr(agreed, one)(), getattr(agreed, other)())

    assert sorted(each.done for each in came) == [False, True]
    assert all(each.sentence.endswith("。") for each in came if not each.done)
    winner = one if came[0].done else other
    stands = {"report": "reported", "finish": "done", "move": "open", "transfer": "task"}[winner]
    with Session(agreed.engine) as session:
        row = session.get_one(MeetingDecision, agreed.decision.decision_id)
        assert (row.state, row.version) == (stands, agreed.decision.version + 1)
        assert len(session.scalars(select(Task)).all()) == (winner == "transfer")
    told = agreed.told()
    assert {step: told[f"decision:{step}"] for step in {one, other}} == {
        step: int(step == winner) for step in {one, other}
    }


@pytest.mark.parametrize("other", ["report", "finish", "move", "transfer"])
def test_what_comes_back_and_is_answered_at_once_is_carried_or_decided(agreed: Room, other: str) -> None:
    """The next meeting closes over a decision while somebody acts on it: it is told once where it stands."""
    with Session(agreed.engine) as session:
        meeting = town.called(session, agreed.city, free=True)
        attending.all_present(session, agreed.city.office, meeting_id=meeting.id, now=AFTER)
        session.commit()
        room = replace(agreed, meeting_id=meeting.id, version=meeting.version)
    closed, acted = at_once(room.engine, room.close(), getattr(room, other)())

    assert closed.done or acted.done
    with Session(room.engine) as session:
        row = session.get_one(MeetingDecision, room.decision.decision_id)
        stood = session.scalars(select(MeetingHearing).where(MeetingHearing.meeting_id == room.meeting_id)).all()
        if not closed.done:  # 单位已报完成: the office decides first
            assert (row.state, other, stood) == ("reported", "report", [])
        elif acted.done and row.state != "carried":  # settled before the minutes closed: it did not come back
            assert (stood, row.number) == ([], 1)
        else:
            assert (row.state, row.number, [each.outcome for each in stood]) == ("carried", 2, ["carried"])
    told = room.told()
    assert told["meeting:close"] == 1 + closed.done
    assert told[f"decision:{other}"] == acted.done
