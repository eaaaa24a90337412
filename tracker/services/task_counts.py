"""What one task wants counted and timed, for its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.china_time import year_month_day
from tracker.domain.quota import Pace
from tracker.domain.quota_scope import Scope
from tracker.services import clocks, quotas
from tracker.services.clocks import Clock, OfferedRule
from tracker.services.quotas import Judgement, Target
from tracker.store.queries import quotas as queries
from tracker.store.tables import CountedEvent, QuotaTarget


def reached(session: Session, *, plan_id: int, today: date) -> dict[int, Pace]:
    """By task of a plan: what all its quotas ask for in all, and what there is of it, as a look-back reads.

    A unit's surplus makes up for no other unit's lack, nor a quarter's for another quarter's.
    """
    found: dict[int, Pace] = {}
    for target in quotas.page(session, SYSTEM, plan_id=plan_id, today=today).targets:
        for cell in (cell for line in target.lines for cell in line.cells):
            known, more = found.get(target.row.task_id, Pace(0, 0, 0)), cell.pace
            found[target.row.task_id] = Pace(
                known.minimum + more.minimum,
                known.expected + more.expected,
                known.counted + min(more.counted, more.minimum),
            )
    return found


def not_counted(session: Session, *, plan_id: int) -> dict[int, tuple[str, ...]]:
    """By task of a plan: the events that stand and count for none of its quotas, each with why."""
    rows = queries.asked_for(session, plan_id=plan_id)
    entered: dict[int, list[CountedEvent]] = defaultdict(list)
    for event in queries.events(session, [row.id for row in rows]):
        entered[event.target_id].append(event)
    by_task: dict[int, list[QuotaTarget]] = defaultdict(list)
    for row in rows:
        by_task[row.task_id].append(row)
    found: dict[int, list[str]] = defaultdict(list)
    for task_id, asked in by_task.items():
        judgement = Judgement(asked, entered)
        for row in asked:
            together = Scope(row.scope) is Scope.TOGETHER
            for unit_id in [None] if together else sorted({event.unit_id for event in entered[row.id]}):
                for event, said in judgement.of(row, unit_id):
                    if said.refused is not None:
                        named = f"{event.unit.name}“{event.title}”（{year_month_day(event.held_on)}）"
                        found[task_id].append(f"{named}：{said.refused.value}")
    return {task_id: tuple(words) for task_id, words in found.items()}


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """The quotas of a task, its clocks that run, and the rules of its own words."""

    targets: tuple[Target, ...]
    clocks: tuple[Clock, ...]
    rules: tuple[OfferedRule, ...]

    def __bool__(self) -> bool:
        return bool(self.targets or self.clocks or self.rules)


def of_task(session: Session, actor: Actor, *, task_id: int, today: date) -> TaskCounts:
    """What a person may see of it."""
    running = clocks.listing(session, actor, task_id=task_id, today=today)
    own = (each for each in clocks.rules(session) if each.row is not None and each.row.task_id == task_id)
    return TaskCounts(
        quotas.of_task(session, actor, task_id=task_id, today=today), running.clocks, tuple(own)
    )
