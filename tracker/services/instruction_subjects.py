"""What a leader's words (批示) are about: a task, a unit, an order, a decision, or the whole plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.instruction import About, AboutKind
from tracker.services.supervising import named
from tracker.store.queries import decisions, instructions, supervision, tasks, units

LENGTH = 300


@dataclass(frozen=True, slots=True)
class Subject:
    """What words are about, and the plan that they belong to."""

    plan_id: int
    plan_title: str
    words: str
    """What it is called today."""
    task_id: int | None = None
    about: About | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    plan_id: int | None
    """None where the thing is of no plan; then the address names one."""
    words: str
    unit_id: int | None = None


def subject_of(
    session: Session, actor: Actor, *, plan_id: int | None, task_id: int | None, about: About | None = None
) -> Subject:
    """What is meant; a task's own plan, or an order's, whatever else was sent.

    Raises:
        NotFound: there is no such task, plan or thing.

    """
    if task_id is not None:
        task = tasks.one(session, task_id, actor)
        if task is None:
            raise NotFound
        return Subject(task.plan_id, task.plan.title, task.title, task.id)
    found = _NAMED[about.kind](session, actor, about.id) if about else None
    plan_id = found.plan_id or plan_id if found else plan_id
    plan = instructions.plan(session, plan_id) if plan_id is not None else None
    if plan is None:
        raise NotFound
    words = found.words[:LENGTH] if found else plan.title
    return Subject(plan.id, plan.title, words, about=about)


def unit_of(session: Session, actor: Actor, about: About) -> int | None:
    """The unit that it is about, to be asked first; None where it has gone or has none."""
    try:
        return _NAMED[about.kind](session, actor, about.id).unit_id
    except NotFound:
        return None


def _unit(session: Session, _actor: Actor, unit_id: int) -> _Named:
    unit = units.get(session, unit_id)
    if unit is None:
        raise NotFound
    return _Named(None, unit.name, unit.id)


def _order(session: Session, actor: Actor, order_id: int) -> _Named:
    order = supervision.one(session, order_id, actor)
    if order is None:
        raise NotFound
    return _Named(order.plan_id, f"{named(order)}（{order.unit_name}）", order.unit_id)


def _decision(session: Session, actor: Actor, decision_id: int) -> _Named:
    decision = decisions.one(session, decision_id, actor)
    if decision is None:
        raise NotFound
    return _Named(decision.plan_id, f"议定事项：{decision.words}", decision.unit_id)


_NAMED: dict[AboutKind, Callable[[Session, Actor, int], _Named]] = {
    AboutKind.UNIT: _unit,
    AboutKind.ORDER: _order,
    AboutKind.DECISION: _decision,
}
