"""What one task wants counted and timed, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.services import clocks, quotas
from tracker.services.clocks import Clock, OfferedRule
from tracker.services.quotas import Target


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
