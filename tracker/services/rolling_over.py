"""Closing a year (年终结转) in one step: look-backs final, the unfinished under next year, the rest goes on.

What it will do stands on its page first. Nothing is moved that need not be: tasks, instructions, decisions
and clocks that are open simply go on. It can be pressed again: what is done is done, and what has come since
(a plan that was imported late) is closed then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.look_back_steps import LookBackState
from tracker.domain.rollover import Blocking, Standing, blocking, may_close, year_to_close
from tracker.services import auditing, clocks, lineage, regime, reviewing
from tracker.services.cadences import as_domain, requirement_of
from tracker.store.insert import insert_missing
from tracker.store.queries import decisions, instructions, reporting, reviews, supervision
from tracker.store.queries import rollovers as queries
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.instructions import InstructionFilter, InstructionPart
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import Cadence, Plan, Rectification, Rollover


class TooEarly(RuleViolated):
    """这一年还没有到12月，还不能结转。"""


class NoPlans(RuleViolated):
    """这一年没有工作要点，不用结转。"""


class StillBlocked(RuleViolated):
    """还有要点的回头看没有做完，见下。做完以后再结转。"""


class NothingToAdopt(RuleViolated):
    """上一年的报送制度都已在这份要点里，不用再启用。"""


@dataclass(frozen=True, slots=True)
class PlanEnd:
    """A plan of the year: what stands in its way, and what is left of it."""

    plan: Plan
    standing: Standing
    to_mend: int
    """How many of its items are carried over, or will be."""
    open_tasks: int
    instructions: int
    decisions: int
    orders: int

    @property
    def blocking(self) -> tuple[tuple[Blocking, int], ...]:
        return blocking(self.standing)


@dataclass(frozen=True, slots=True)
class NextPlan:
    """A plan of next year: what waits to be said of its past, and whether it asks for reports yet."""

    plan: Plan
    likely: int
    cadences: int


@dataclass(frozen=True, slots=True)
class RolloverPage:
    """All that closing a year means, before it is done and afterwards."""

    year: int
    years: list[int]
    may_close: bool
    ends: tuple[PlanEnd, ...]
    done: Rollover | None
    left_open: int
    """Rectification items of this year and before that are not closed."""
    running_clocks: int
    calendar_known: bool
    cadences: tuple[Cadence, ...]
    next_plans: tuple[NextPlan, ...]

    @property
    def blocked(self) -> bool:
        return any(end.blocking for end in self.ends)

    @property
    def to_mend(self) -> int:
        return sum(end.to_mend for end in self.ends)

    @property
    def waits(self) -> bool:
        """Whether something would be done by pressing the button."""
        return self.done is None or any(not end.standing.final for end in self.ends)

    def rule_of(self, cadence: Cadence) -> str:
        """每周四17:30前，遇节假日提前至前一工作日."""
        return as_domain(cadence).words


def page(session: Session, actor: Actor, *, year: int | None, today: date) -> RolloverPage:
    """What closing a year will do; without a year the one that people think of now."""
    chosen = year or year_to_close(today)
    plans = queries.plans_of(session, chosen)
    return RolloverPage(
        year=chosen,
        years=queries.years(session),
        may_close=may_close(chosen, today=today),
        ends=_ends(session, actor, plans, today),
        done=queries.rollover(session, chosen),
        left_open=queries.open_rectifications(session, chosen),
        running_clocks=len(clocks.listing(session, actor, today=today).clocks),
        calendar_known=queries.calendar_is_known(session, chosen + 1),
        cadences=tuple(queries.cadences_of(session, [plan.id for plan in plans])),
        next_plans=_next_plans(session, chosen + 1),
    )


def roll_over(session: Session, actor: Actor, *, year: int, now: datetime) -> list[Rectification]:
    """Close a year: make every look-back of it final, and note what goes on.

    Returns:
        What became rectification of next year by this; nothing when all was done before.

    Raises:
        TooEarly: the year has not come to its last month.
        NoPlans: the year has no plan.
        StillBlocked: some verdict is nobody's, or something unfinished has no lead or no day.
        ChangedSince: the facts have changed since a person confirmed them; `note_changes` keeps which.

    """
    today = china_day(now)
    if not may_close(year, today=today):
        raise TooEarly
    plans = queries.plans_of(session, year)
    if not plans:
        raise NoPlans
    # Whoever writes a verdict holds its look-back first, always in this order.
    held = {plan.id: reviews.look_back_of(session, plan.id, lock=True) for plan in plans}
    if any(end.blocking for end in _ends(session, actor, plans, today)):
        raise StillBlocked
    waiting = [plan_id for plan_id, each in held.items() if each and each.state != LookBackState.FINAL]
    carried = [
        item for plan_id in waiting for item in reviewing.finish(session, actor, plan_id=plan_id, now=now)
    ]
    if _note(session, actor, year, plans, now=now) or waiting:
        summary = f"{year}年结转：要点{len(plans)}份，{len(carried)}项转入{year + 1}年整改"
        detail = {"plans": waiting, "items": [item.id for item in carried]}
        subject = ("rollover", year)
        auditing.record(session, actor, Event.YEAR_ROLL_OVER, subject, summary, detail=detail, now=now)
    return carried


def note_changes(session: Session, *, year: int, now: datetime) -> int:
    """Note in the year's open look-backs where facts have changed since a person confirmed them; how many."""
    begun = queries.look_backs(session, [plan.id for plan in queries.plans_of(session, year)])
    return sum(reviewing.note_changes(session, plan_id=plan_id, now=now) for plan_id in sorted(begun))


def adopt_regime(
    session: Session, actor: Actor, *, plan_id: int, from_plan_id: int, now: datetime
) -> list[Cadence]:
    """Let a plan ask for reports in the rhythms of one of the year before, from now (or its year) on.

    Raises:
        NotFound: one of the plans is not there, or not of the year before.
        NothingToAdopt: it has all of them already.

    """
    plan, last = session.get(Plan, plan_id), session.get(Plan, from_plan_id)
    if plan is None or last is None or last.year != plan.year - 1:
        raise NotFound
    known = {each.kind for each in reporting.cadences(session, [plan_id])[plan_id]}
    wanted = [each for each in queries.cadences_of(session, [from_plan_id]) if each.kind not in known]
    if not wanted:
        raise NothingToAdopt
    return [_adopt(session, actor, plan, each, now=now) for each in wanted]


def _adopt(session: Session, actor: Actor, plan: Plan, row: Cadence, *, now: datetime) -> Cadence:
    starts_on = max(date(plan.year, 1, 1), china_day(now))
    asked = as_domain(row)
    wanted = replace(asked, starts_on=starts_on, ends_on=date(max(plan.year, starts_on.year), 12, 31))
    return regime.switch_on(
        session, actor, plan_id=plan.id, wanted=wanted, version=0, requirement=requirement_of(row), now=now
    )


def _note(session: Session, actor: Actor, year: int, plans: list[Plan], *, now: datetime) -> bool:
    """Keep that the year is closed, and what went on; whether it was not before."""
    rhythms = queries.cadences_of(session, [plan.id for plan in plans])
    row = {
        "year": year, "rolled_by_id": actor.account_id, "rolled_at": now,
        "carried": {
            "rectifications": queries.open_rectifications(session, year + 1),
            "tasks": sum(queries.open_tasks(session, [plan.id for plan in plans]).values()),
        },
        "regimes": [
            {"plan": each.plan_id, "cadence": each.id, "words": as_domain(each).words} for each in rhythms
        ],
    }  # fmt: skip
    return bool(insert_missing(session, Rollover, [row], keys=("year",)))


def _ends(session: Session, actor: Actor, plans: Iterable[Plan], today: date) -> tuple[PlanEnd, ...]:
    plans = list(plans)
    ids = [plan.id for plan in plans]
    begun, still_open = queries.look_backs(session, ids), queries.open_tasks(session, ids)
    found = []
    for plan in plans:
        look_back = begun.get(plan.id)
        counts = reviews.verdict_counts(session, look_back.id) if look_back else None
        standing = Standing(None)
        if look_back is not None and counts is not None:
            final = look_back.state == LookBackState.FINAL
            lacking = 0 if final else counts.lacking
            standing = Standing(
                counts.total, counts.confirmed, lacking, final,
                changed=counts.changed, late=reviews.not_looked_at(session, look_back),
            )  # fmt: skip
        orders = OrderFilter(OrderPart.OPEN, plan.id, None, None)
        found.append(
            PlanEnd(
                plan,
                standing,
                to_mend=counts.to_mend if counts else 0,
                open_tasks=still_open.get(plan.id, 0),
                instructions=instructions.count(
                    session, actor, InstructionFilter(InstructionPart.OPEN, plan.id), today=today
                ),
                decisions=decisions.count(
                    session, actor, DecisionFilter(DecisionPart.UNRESOLVED, plan.id), today=today
                ),
                orders=supervision.count(session, actor, orders, today=today),
            )
        )
    return tuple(found)


def _next_plans(session: Session, year: int) -> tuple[NextPlan, ...]:
    plans = queries.plans_of(session, year)
    known = reporting.cadences(session, [plan.id for plan in plans])
    return tuple(
        NextPlan(
            plan,
            len(lineage.proposals(session, plan_id=plan.id)),
            sum(each.active for each in known[plan.id]),
        )
        for plan in plans
    )
