"""Articles of experience (经验材料) of 青溪市: a fortnight that asks for one, and short ways to write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests import factories
from tracker.domain.actor import Actor
from tracker.domain.experience import Written
from tracker.services import experience_articles, experience_writing
from tracker.services.experience_articles import Place
from tracker.services.experience_writing import HandedIn
from tracker.store.tables import Cadence, Experience, Obligation, Plan, Unit

NOW = factories.NOW
OFFICE = Actor(None, "陈雨", "office")
LEADER = Actor(None, "周市长", "leader")
WORDS = Written(
    "专区搬到家门口",
    "一、做法。把公开专区搬进便民服务中心，群众取号时就能查到办事指南。\n二、成效。两周接待咨询一百二十人次。",
)


@dataclass(frozen=True)
class Fortnight:
    """A plan that asks three units for an article; education has not handed in."""

    plan: Plan
    cadence: Cadence
    education: Unit
    health: Unit
    justice: Unit
    owed: Obligation

    @property
    def place(self) -> Place:
        return Place(obligation_id=self.owed.id)


def make_fortnight(session: Session) -> Fortnight:
    """The running period closes on the day of `factories.NOW` at 17:30."""
    units = [factories.make_unit(session, name) for name in ("市教育局", "市卫健委", "市司法局")]
    plan = factories.make_plan(session)
    factories.make_task(session, plan, units=units)
    cadence = factories.make_cadence(session, plan)
    cadence.kind, cadence.name, cadence.answer = "biweekly", "两周一经验", "material"
    period = factories.make_period(session, cadence)
    owed = [factories.make_obligation(session, period, unit) for unit in units]
    education, health, justice = units
    return Fortnight(plan, cadence, education, health, justice, owed[0])


def contact(unit: Unit) -> Actor:
    """The unit's person."""
    return Actor(None, f"{unit.name}联系人", "unit", unit.id)


def token_of(session: Session, actor: Actor, place: Place) -> str:
    """What the page of a place carries now."""
    return experience_articles.read(session, actor, place).token


def hand_in(
    session: Session, actor: Actor, place: Place, written: Written = WORDS, *, now: datetime = NOW
) -> HandedIn:
    """Hand in what is written, as the page would."""
    token = token_of(session, actor, place)
    return experience_writing.hand_in(session, actor, place, token=token, written=written, now=now)


def free(session: Session, unit: Unit, plan: Plan, *, now: datetime = NOW) -> Place:
    """A draft that answers nothing."""
    row = Experience(plan_id=plan.id, unit_id=unit.id, state="draft", number=0, created_at=now)
    session.add(row)
    session.flush()
    return Place(article_id=row.id)


def article(session: Session, done: HandedIn) -> Experience:
    """The row of what was handed in, as the store has it."""
    session.flush()
    row = session.get_one(Experience, done.article_id)
    session.refresh(row)
    return row


def later(minutes: int = 1) -> datetime:
    """So long after `NOW`."""
    return NOW + timedelta(minutes=minutes)
