"""What one task wants counted and timed, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.quota import Pace
from tracker.services import clocks, quotas
from tracker.services.clocks import Clock, OfferedRule
from tracker.services.quotas import Target


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
