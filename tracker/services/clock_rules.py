"""The rules by which clocks are started (时限规则): the office adds its own, and completes a plan's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.clock import DayUnit
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.services.clocks import domain_rule
from tracker.store.queries import clocks as queries
from tracker.store.tables import PlanClockRule

MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a rule says."""

    name: str
    event: str
    count: int
    unit: DayUnit
    basis: str
    may_stop: bool = True
    """Whether a clock may be stopped, or begin anew, by it."""


def add(session: Session, actor: Actor, *, facts: RuleFacts, now: datetime) -> PlanClockRule:
    """Add a rule of the office's own.

    Raises:
        InvalidInput: a name, an event or a count is missing.

    """
    rule = PlanClockRule(made_by_id=actor.account_id)
    _fill(rule, facts)
    session.add(rule)
    session.flush()
    _tell(session, actor, Event.CLOCK_RULE_ADD, rule, "新增时限规则", now=now)
    return rule


def one(session: Session, *, rule_id: int) -> PlanClockRule:
    """A rule in force.

    Raises:
        NotFound: there is none.

    """
    rule = queries.rule(session, rule_id)
    if rule is None or rule.ended_at is not None:
        raise NotFound
    return rule


def change(
    session: Session, actor: Actor, *, rule_id: int, version: int, facts: RuleFacts, now: datetime
) -> PlanClockRule:
    """Correct a rule; clocks that run keep the rule as it was when they were started.

    Raises:
        NotFound: there is no such rule.
        VersionConflict: somebody has changed it since.
        InvalidInput: a name, an event or a count is missing.

    """
    rule = one(session, rule_id=rule_id)
    if rule.version != version:
        raise VersionConflict
    before = _told(rule)
    if rule.made_in_id is not None and rule.read_as is None:
        rule.read_as = {name: getattr(rule, name) for name in ("event", "count", "day_unit")}
    _fill(rule, facts)
    session.flush()
    detail = {"before": before, "after": _told(rule)}
    _tell(session, actor, Event.CLOCK_RULE_CHANGE, rule, "修改时限规则", detail=detail, now=now)
    return rule


def end(session: Session, actor: Actor, *, rule_id: int, version: int, now: datetime) -> PlanClockRule:
    """Start no clock by a rule any more; those that run go on.

    Raises:
        NotFound: there is no such rule.
        VersionConflict: somebody has changed it since.

    """
    rule = one(session, rule_id=rule_id)
    if rule.version != version:
        raise VersionConflict
    rule.ended_at = now
    session.flush()
    _tell(session, actor, Event.CLOCK_RULE_END, rule, "停用时限规则", now=now)
    return rule


def _fill(rule: PlanClockRule, facts: RuleFacts) -> None:
    if not facts.name.strip() or not facts.event.strip():
        raise InvalidInput("请写明规则名称和从什么事起算。")
    if not 1 <= facts.count <= MOST_DAYS:
        raise InvalidInput(f"天数请填 1 到 {MOST_DAYS}。")
    rule.name, rule.event = facts.name.strip()[:100], facts.event.strip()[:200]
    rule.count, rule.day_unit = facts.count, facts.unit.value
    rule.basis, rule.may_stop = facts.basis.strip()[:1000], facts.may_stop


def _told(rule: PlanClockRule) -> list[object]:
    return [rule.name, rule.event, rule.count, rule.day_unit, rule.basis, rule.may_stop is not False]


def _tell(
    session: Session,
    actor: Actor,
    what: Event,
    rule: PlanClockRule,
    words: str,
    *,
    detail: dict[str, list[object]] | None = None,
    now: datetime,
) -> None:
    summary = f"{words}“{rule.name}”：{domain_rule(rule).words}"
    auditing.record(session, actor, what, ("clock_rule", rule.id), summary, detail=detail, now=now)
