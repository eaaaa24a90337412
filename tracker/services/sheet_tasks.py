"""The tasks of a plan as a task sheet (任务表) shows them."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part
from tracker.domain.checkpoint import CheckpointKind
from tracker.domain.task import Role, TaskState
from tracker.domain.task_sheet import KnownTask
from tracker.store.queries import ledger
from tracker.store.queries import sheets as queries
from tracker.store.queries.ledger import LatestReport
from tracker.store.tables import Task

_SET_DAYS = frozenset({CheckpointKind.FINAL, CheckpointKind.STAGE})


def known_tasks(
    session: Session, plan_id: int, actor: Actor, *, cancelled: bool
) -> tuple[KnownTask, ...]:
    """Every task of the plan that the person may see, in their order; a few queries, however many."""
    tasks = queries.tasks(session, plan_id, actor, cancelled=cancelled)
    latest = ledger.latest_reports(session, [task.id for task in tasks], actor)
    return tuple(_known(task, latest.get(task.id)) for task in tasks)


def _known(task: Task, latest: LatestReport | None) -> KnownTask:
    state = TaskState(task.state)
    return KnownTask(
        id=task.id,
        serial=task.serial,
        version=task.version,
        state=state.label,
        open=state.is_open,
        text=task.text,
        section=task.section,
        phrase=task.deadline_phrase,
        notation=task.deadline_notation,
        days=_days(task),
        parts=tuple(
            Part(part.unit_id, Role(part.role), part.unit.name, part.group_name) for part in task.assignments
        ),
        qualifier=task.qualifier,
        progress=f"{latest.unit_name}：{latest.words}" if latest and latest.words else "",
    )


def _days(task: Task) -> tuple[date, ...]:
    """The days that a cell can say: those of a rhythm (每季度) are what its phrase says already."""
    kinds = {point.kind for point in task.checkpoints}
    if CheckpointKind.RECURRING in kinds:
        return ()
    return tuple(sorted({point.due_on for point in task.checkpoints if point.kind in _SET_DAYS}))
