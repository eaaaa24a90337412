"""A plan of 青溪市 with the rhythm 一月一例会, two units, and the people around a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tracker.domain.actor import Actor
from tracker.domain.asking import STANDING_KINDS, Requirement
from tracker.domain.china_time import instant
from tracker.services import attending, form_returns, handing_in, meetings, minutes
from tracker.services.cadences import write_requirement
from tracker.services.meetings import Arrangement
from tracker.services.minutes import Proposed
from tracker.store.tables import AuditEvent, Cadence, Meeting, MeetingDecision, Obligation, Period, Plan, Unit

NOW, TODAY = factories.NOW, factories.TODAY
HELD_ON = TODAY + timedelta(days=1)
STARTS = instant(HELD_ON, time(9))
AFTER = STARTS + timedelta(hours=3)
LATER = HELD_ON + timedelta(days=14)
ROLES = ("分管领导", "政务公开负责人")


@dataclass(frozen=True)
class City:
    plan: Plan
    cadence: Cadence
    period: Period
    justice: Unit
    health: Unit
    office: Actor

    def contact(self, unit: Unit) -> Actor:
        return Actor(None, f"{unit.name}联系人", "unit", unit.id)

    @property
    def both(self) -> tuple[int, int]:
        return self.justice.id, self.health.id


def built(session: Session) -> City:
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    plan = factories.make_plan(session)
    plan.confirmed_at = NOW - timedelta(days=60)
    cadence = factories.make_cadence(session, plan)
    standing = STANDING_KINDS["monthly"]
    cadence.kind, cadence.name, cadence.step, cadence.day = "monthly", standing.name, "month", 25
    write_requirement(cadence, Requirement(standing.answer, standing.parts))
    period = monthly(session, cadence, 9)
    for unit in (justice, health):
        factories.make_obligation(session, period, unit)
    office = factories.make_account(session)
    return City(plan, cadence, period, justice, health, Actor(office.id, "陈雨", "office"))


def monthly(session: Session, cadence: Cadence, month: int, *, state: str = "open") -> Period:
    due_on = date(2026, month, 25)
    period = Period(
        plan_id=cadence.plan_id, cadence_id=cadence.id, cadence=cadence, key=f"2026-{month:02d}",
        label=f"{month}月", starts_on=date(2026, month, 1), ends_on=date(2026, month, 28), due_on=due_on,
        due_at=instant(due_on, time(17, 30)), state=state, opened_at=instant(date(2026, month, 1), time(0)),
    )  # fmt: skip
    session.add(period)
    session.flush()
    return period


def arrangement(city: City, starts_at: datetime = STARTS, **other: object) -> Arrangement:
    facts: dict[str, object] = {
        "title": "9月例会", "starts_at": starts_at, "place": "三楼会议室", "roles": ROLES, "unit_ids": city.both,
    }  # fmt: skip
    return Arrangement(**facts | other)  # type: ignore[arg-type]


def called(session: Session, city: City, *, free: bool = False, starts_at: datetime = STARTS) -> Meeting:
    return meetings.call(
        session, city.office, plan_id=city.plan.id, period_id=None if free else city.period.id,
        wanted=arrangement(city, starts_at), now=NOW,
    )  # fmt: skip


def tell(session: Session, city: City, unit: Unit, *, request: str = "", now: datetime = NOW) -> Obligation:
    owed = obligation_of(session, city.period, unit)
    token = handing_in.versions_of(session, owed.id).token
    values = {"attendee": "韩立", "report": "专栏已上线。", "request": request}
    form_returns.submit(
        session, city.contact(unit), obligation_id=owed.id, token=token, values=values, now=now
    )
    return owed


def propose(
    session: Session, city: City, meeting: Meeting, words: str = "开放数据接口", *, unit: Unit | None = None,
    due_on: date | None = LATER,
) -> MeetingDecision:  # fmt: skip
    wanted = Proposed(words, (unit or city.justice).id, due_on)
    return minutes.propose(session, city.office, meeting_id=meeting.id, wanted=wanted, now=AFTER)


def close(session: Session, city: City, meeting: Meeting, *, now: datetime = AFTER) -> Meeting:
    attending.all_present(session, city.office, meeting_id=meeting.id, now=now)
    return minutes.close(session, city.office, meeting_id=meeting.id, version=meeting.version, now=now)


def agreed(session: Session, city: City) -> MeetingDecision:
    """A decision of a meeting whose minutes are closed."""
    meeting = called(session, city)
    row = propose(session, city, meeting)
    close(session, city, meeting)
    return row


def obligation_of(session: Session, period: Period, unit: Unit) -> Obligation:
    wanted = select(Obligation).where(Obligation.period_id == period.id, Obligation.unit_id == unit.id)
    return session.scalars(wanted).one()


def told(session: Session, *actions: str) -> list[AuditEvent]:
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [event for event in events if not actions or event.action in actions]
