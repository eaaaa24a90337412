"""Proposing supervision orders (督办建议): the facts, put to `tracker.domain.escalation`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from tracker.domain.escalation import (
    EscalationFacts,
    EscalationPolicy,
    Matter,
    MissedFact,
    MissedPeriod,
    OrderFact,
    OverdueFact,
    Proposal,
    graded,
    propose,
)
from tracker.domain.supervision import OrderColour, OrderState, number_words
from tracker.domain.work_calendar import ONE_DAY, WorkCalendar
from tracker.services import calendars
from tracker.store.queries import escalation as queries
from tracker.store.queries import reminders, supervision
from tracker.store.tables import SupervisionOrder

POLICY = EscalationPolicy()
FIRST_DAY = date(2000, 1, 1)


def proposals(session: Session, *, today: date, calendar: WorkCalendar | None = None) -> tuple[Proposal, ...]:
    """The orders that the facts call for today, the gravest first."""
    return propose(gather(session, today=today), POLICY, calendar or calendars.load(session), today)


def late_matters(session: Session, *, today: date) -> frozenset[tuple[int, int, str]]:
    """What is late today, as plan, unit and key: what of an order's matters still holds."""
    found = graded(gather(session, today=today), POLICY, calendars.load(session), today)
    return frozenset(_which(matter) for matter, _ in found)


def _which(matter: Matter) -> tuple[int, int, str]:
    return matter.plan_id, matter.unit_id, matter.key


def gather(session: Session, *, today: date) -> EscalationFacts:
    """What is late, and what was ordered about it."""
    return EscalationFacts(
        missed=tuple(_missed(session)),
        overdue=tuple(_overdue(session, today)),
        orders=tuple(map(order_fact, supervision.standing(session))),
    )


def order_fact(row: SupervisionOrder) -> OrderFact:
    """An order as the rule looks at it."""
    return OrderFact(
        order_id=row.id,
        number=number_words(row.year, row.number),
        plan_id=row.plan_id,
        unit_id=row.unit_id,
        colour=OrderColour(row.colour),
        state=OrderState(row.state),
        feedback_on=row.feedback_on,
        named=tuple((matter.key, frozenset(matter.named)) for matter in row.matters),
    )


def _missed(session: Session) -> Iterator[MissedFact]:
    for (unit_id, cadence_id), rows in groupby(
        queries.missed(session), key=lambda row: (row.unit_id, row.cadence_id)
    ):
        owed = list(rows)
        first = owed[0]
        yield MissedFact(
            plan_id=first.plan_id,
            plan_title=first.plan_title,
            unit_id=unit_id,
            cadence_id=cadence_id,
            cadence_name=first.cadence_name,
            missed=tuple(MissedPeriod(row.obligation_id, row.label, row.due_on) for row in owed),
            running=sum(row.in_run for row in owed),
        )


def _overdue(session: Session, today: date) -> Iterator[OverdueFact]:
    """Parts of tasks past their day, without what waits for the office and what was looked back on."""
    waiting, reviewed = queries.waiting_parts(session), queries.reviewed_plans(session)
    for fact in reminders.checkpoint_facts(session, from_day=FIRST_DAY, to_day=today - ONE_DAY):
        for unit_id in fact.unit_ids if fact.plan_id not in reviewed else ():
            if (fact.task_id, unit_id) not in waiting:
                yield OverdueFact(
                    fact.plan_id, fact.plan_title, unit_id, fact.task_id, fact.task_title, fact.due_on
                )
