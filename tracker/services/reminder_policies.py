"""Reminder policies (提醒规则): the house's and each plan's own, read for planning and set by the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.notices import ReminderPolicy, not_before
from tracker.domain.reminder_policy import (
    LABELS,
    Kept,
    ReminderPolicies,
    as_settings,
    faults,
    from_settings,
    in_words,
)
from tracker.domain.reminders import known_until
from tracker.services import auditing, calendars
from tracker.store import tables
from tracker.store.queries import reminder_policies as queries
from tracker.store.queries import resting

CACHE = "taizhang.reminder_policies"


class PolicyChanged(VersionConflict):
    """提醒规则刚被他人修改。您填的都还在，请对照后再保存。"""


class PolicyRefused(InvalidInput):
    """提醒规则有几处要改。"""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A plan in the list, and whether it has a policy of its own."""

    plan: tables.Plan
    own: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """What the page 提醒规则 shows: the house's policy, or with a plan what holds for that plan."""

    plan: tables.Plan | None
    policies: ReminderPolicies
    version: int
    lines: tuple[PolicyLine, ...]

    @property
    def plan_id(self) -> int | None:
        return self.plan.id if self.plan else None

    @property
    def own(self) -> bool:
        """Whether it is the plan's own."""
        return self.plan_id in self.policies.own

    @property
    def policy(self) -> ReminderPolicy:
        return self.policies.of(self.plan_id)


def load(session: Session) -> ReminderPolicies:
    """The policies that hold, in one query; read once for a session, which lives for a request or a tick."""
    known = session.info.get(CACHE)
    if isinstance(known, ReminderPolicies):
        return known
    policies = session.info[CACHE] = _kept(queries.every(session))
    return policies


def at_once(session: Session, plan_id: int | None, *, now: datetime) -> datetime:
    """When what a person wants said now may go: quiet hours hold for it, days off do not."""
    policy, calendar = load(session).of(plan_id), calendars.load(session)
    return not_before(now, urgent=True, policy=policy, calendar=calendar)


def page(session: Session, *, plan_id: int | None) -> PolicyPage:
    """The policy of a plan, or the house's, as it stands in the tables at this moment.

    Raises:
        NotFound: there is no such plan, or nothing is said of it any more.

    """
    rows, plans = queries.every(session), queries.plans(session)
    plan = next((each for each in plans if each.id == plan_id), None)
    if plan is None and plan_id is not None:
        raise NotFound
    policies = _kept(rows)
    return PolicyPage(
        plan,
        policies,
        next((row.version for row in rows if row.plan_id == plan_id), queries.UNTOUCHED),
        tuple(PolicyLine(each, each.id in policies.own) for each in plans),
    )


def save(
    session: Session,
    actor: Actor,
    *,
    plan_id: int | None,
    policy: ReminderPolicy | None,
    version: int,
    now: datetime,
) -> None:
    """Let a policy hold for a plan, or for the house; without one a plan follows the house again.

    What was reached before under the old one is not said a second time: it is kept with its end. The next
    tick plans by the new one.

    Raises:
        NotFound: there is no such plan.
        PolicyChanged: somebody has changed it since the person saw it.
        PolicyRefused: one of its choices cannot be kept.

    """
    plan = session.get(tables.Plan, plan_id) if plan_id is not None else None
    if plan is None and plan_id is not None:
        raise NotFound
    if policy is not None and (wrong := faults(policy)):
        raise PolicyRefused("".join(wrong.values()))
    row = queries.hold(session, plan_id)
    if row.version != version:
        raise PolicyChanged
    settings = as_settings(policy) if policy is not None else None
    held = _kept(queries.every(session)).of(plan_id)
    if row.settings == settings or (plan is None and policy == held):
        return
    before = {"until": now.isoformat(), "settings": row.settings}
    stamp = resting.stamp(session)
    recent = known_until(stamp.planned_at if stamp else None, now) - held.stale_after
    row.former = [each for each in row.former if datetime.fromisoformat(each["until"]) > recent] + [before]
    row.settings = settings
    session.flush()
    forget(session)
    words, detail = _told(plan, policy, held, load(session).of(plan_id))
    subject = ("plan", plan.id) if plan else ("setting", None)
    auditing.record(session, actor, Event.REMINDER_RULE, subject, words, detail=detail, now=now)


def forget(session: Session) -> None:
    """Read the table again next time; for whoever has changed it."""
    session.info.pop(CACHE, None)


def _kept(rows: list[tables.ReminderPolicy]) -> ReminderPolicies:
    known = {row.plan_id: _as_kept(row) for row in rows}
    house = known.pop(None, Kept())
    return ReminderPolicies.kept(house, {plan_id: each for plan_id, each in known.items() if plan_id})


def _as_kept(row: tables.ReminderPolicy) -> Kept:
    before = tuple((datetime.fromisoformat(each["until"]), _read(each["settings"])) for each in row.former)
    return Kept(_read(row.settings), before)


def _read(settings: dict[str, Any] | None) -> ReminderPolicy | None:
    return from_settings(settings) if settings is not None else None


def _told(
    plan: tables.Plan | None, chosen: ReminderPolicy | None, before: ReminderPolicy, after: ReminderPolicy
) -> tuple[str, dict[str, Any]]:
    """What was changed, in a sentence and in figures."""
    old, new = as_settings(before), as_settings(after)
    changed = [name for name in new if new[name] != old[name]]
    whose = f"《{plan.title}》" if plan else "默认"
    kind = "改用默认提醒规则" if plan and chosen is None else "提醒规则"
    words = "；".join(
        f"{LABELS[name]}由{in_words(before, name)}改为{in_words(after, name)}" for name in changed
    )
    detail = {name: [old[name], new[name]] for name in changed}
    return f"{whose}{kind}：{words or '内容不变'}", detail
