"""A unit whose last task of a plan is taken away owes the running week nothing (免报).

Nobody owes a return for a plan without an open task in it, and what is asked for already is no exception: the
form would be empty, and at the cut-off it would say 未报 of a unit that had nothing to report. Signing off is
different: the week's return then tells how the work was done, so it is still asked for. So is a form from a
unit that is named for it: it owes that without any task.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import obligation as rules
from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.domain.obligation import ObligationState as State
from tracker.services import auditing, experience_steps
from tracker.services.cadences import requirement_of
from tracker.store.queries import regime
from tracker.store.queries import returns as queries
from tracker.store.tables import Obligation

NO_TASK_LEFT = "任务已调整，贵单位在这份文件里没有办理中的任务"


def lock_open(session: Session, plan_id: int, unit_ids: Iterable[int]) -> Sequence[Obligation]:
    """What these units have not answered yet, locked.

    Call it before a task is written: a unit that hands in locks its obligation first and its tasks second.
    """
    return queries.open_for_writing(session, plan_id, unit_ids)


def _is_named(owed: Obligation) -> bool:
    wanted = requirement_of(owed.period.cadence)
    return not wanted.is_progress and owed.unit_id in wanted.audience.unit_ids


def waive_idle(
    session: Session, actor: Actor, plan_id: int, waiting: Sequence[Obligation], *, now: datetime
) -> None:
    """Waive those whose unit has no open task in the plan any more; the trail says why."""
    if not waiting:
        return
    busy = {unit.id for unit in regime.units_with_work(session, plan_id)}
    idle = [owed for owed in waiting if owed.unit_id not in busy and not _is_named(owed)]
    for owed in idle:
        owed.state = rules.waive(State(owed.state), reason=NO_TASK_LEFT).value
        owed.note = NO_TASK_LEFT
        owed.decided_at = now
    experience_steps.set_free(session, [owed.id for owed in idle])
    session.flush()
    for owed in idle:
        summary = f"{owed.unit.name}{owed.period.label}免报：{NO_TASK_LEFT}"
        auditing.record(session, actor, Event.OBLIGATION_WAIVE, ("obligation", owed.id), summary, now=now)
