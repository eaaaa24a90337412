"""The figures of a plan for a screen on the wall (大屏): few, large, and no person's name among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.health import Colour
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.services import plan_choice
from tracker.services.dashboard import AHEAD
from tracker.services.ledger import LedgerQuery, light_days
from tracker.store.queries import ledger as tasks
from tracker.store.queries import reporting, supervision
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.reporting import ObligationCounts
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import Period


@dataclass(frozen=True, slots=True)
class Returns:
    """The newest period of the returns on progress, and what it stands at."""

    period: Period
    counts: ObligationCounts


@dataclass(frozen=True, slots=True)
class Wall:
    """The page."""

    plan_id: int
    title: str
    lights: dict[Colour, int]
    signed_off: int
    due_soon: int
    soon: LedgerQuery
    """The query whose list has `due_soon` rows."""
    returns: Returns | None
    orders_open: int

    @property
    def tasks(self) -> int:
        return sum(self.lights.values())


def view(session: Session, actor: Actor, *, plan_id: int | None, now: datetime) -> Wall | None:
    """The figures of one plan; without a name of the newest that units report on, or else the newest.

    None when there is no plan at all.

    Raises:
        NotFound: the plan does not exist.

    """
    plans = tasks.plan_choices(session, actor)
    if not plans and plan_id is None:
        return None
    plan = plan_choice.shown(session, plans, plan_id)
    plan_id, today = plan.id, china_day(now)
    days = light_days(session, today)
    states = tasks.counts_by_state(session, LedgerFilter(plan_id=plan_id), days, actor)
    soon = LedgerFilter(plan_id=plan_id, states=OPEN_STATES, due_from=today, due_to=today + AHEAD)
    (due_soon,) = tasks.counts(session, [soon], days, actor)
    open_orders = OrderFilter(OrderPart.OPEN, plan_id)
    return Wall(
        plan_id=plan_id,
        title=plan.title,
        lights={light: sum(n for (at, _), n in states.items() if at is light) for light in Colour},
        signed_off=sum(n for (_, state), n in states.items() if state is TaskState.SIGNED_OFF),
        due_soon=due_soon,
        soon=LedgerQuery(soon, Sort.DUE),
        returns=_returns(session, plan_id),
        orders_open=supervision.count(session, actor, open_orders, today=today),
    )


def _returns(session: Session, plan_id: int) -> Returns | None:
    cadence = reporting.progress_cadence(session, plan_id)
    periods = reporting.recent_periods(session, cadence.id, last=1) if cadence else []
    if not periods:
        return None
    return Returns(periods[0], reporting.period_counts(session, periods[0].id))
