"""Where tasks come from: the trees behind them, and what may be proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import CTE, ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.lineage import Chain, LineageKind, Node, chain_of
from tracker.domain.look_back import VerdictKind
from tracker.store.tables import Assignment, Plan, Rectification, Task, TaskLineage, Verdict

_RELATED = TaskLineage.kind != LineageKind.OTHER.value


def _behind(*roots: ColumnElement[bool]) -> CTE:
    """Every link that can be reached from some tasks, as far back as they go."""
    first = select(TaskLineage.task_id, TaskLineage.earlier_task_id, TaskLineage.kind)
    reached = (
        first.join(Task, Task.id == TaskLineage.task_id).where(_RELATED, *roots).cte("behind", recursive=True)
    )
    further = first.join(reached, reached.c.earlier_task_id == TaskLineage.task_id).where(_RELATED)
    return reached.union(further)


def chains(
    session: Session,
    *,
    plan_id: int | None = None,
    task_id: int | None = None,
    task_ids: Collection[int] | None = None,
) -> dict[int, Chain]:
    """By task that goes on with an earlier one, of a plan, of some tasks or of one: the tree behind it."""
    roots = [Task.plan_id == plan_id] if plan_id is not None else []
    roots += [Task.id == task_id] if task_id is not None else []
    roots += [Task.id.in_(task_ids)] if task_ids is not None else []
    behind = _behind(*roots)
    links: dict[int, list[tuple[int, LineageKind]]] = defaultdict(list)
    for later, earlier, kind in session.execute(select(behind).order_by(behind.c.earlier_task_id)):
        links[later].append((earlier, LineageKind(kind)))
    if not links:
        return {}
    nodes = _nodes(session, {*links, *(earlier for found in links.values() for earlier, _ in found)})
    wanted = [
        later
        for later in links
        if (plan_id is None or nodes[later].plan_id == plan_id)
        and (task_id is None or later == task_id)
        and (task_ids is None or later in task_ids)
    ]
    return {later: chain_of(later, nodes, links) for later in sorted(wanted)}


def _nodes(session: Session, task_ids: Collection[int]) -> dict[int, Node]:
    rows = session.execute(
        select(Task.id, Task.plan_id, Plan.year, Task.title, Task.serial, Verdict.confirmed)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Verdict, Verdict.task_id == Task.id)
        .where(Task.id.in_(task_ids))
    )
    return {
        row[0]: Node(row[0], row[1], row[2], row[3], row[4], VerdictKind(row[5]) if row[5] else None)
        for row in rows
    }


def links_of(session: Session, plan_id: int) -> list[TaskLineage]:
    """What was said of a plan's tasks and earlier ones, in the order of the plan."""
    wanted = (
        select(TaskLineage)
        .join(Task, Task.id == TaskLineage.task_id)
        .where(Task.plan_id == plan_id)
        .options(joinedload(TaskLineage.task), joinedload(TaskLineage.earlier_task).joinedload(Task.plan))
        .order_by(Task.serial, TaskLineage.earlier_task_id)
    )
    return list(session.scalars(wanted))


def link(session: Session, lineage_id: int) -> TaskLineage | None:
    """One of them, as it stands now."""
    wanted = select(TaskLineage).where(TaskLineage.id == lineage_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def between(session: Session, task_id: int, earlier_task_id: int) -> TaskLineage | None:
    """What was said of two tasks, held until the transaction ends."""
    wanted = select(TaskLineage).where(
        TaskLineage.task_id == task_id, TaskLineage.earlier_task_id == earlier_task_id
    )
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def tasks_of(session: Session, plan_id: int) -> list[Task]:
    """A plan's tasks that were not cancelled, in its order, with their units."""
    wanted = select(Task).where(Task.plan_id == plan_id, Task.state != "cancelled").order_by(Task.serial)
    return list(session.scalars(wanted.options(selectinload(Task.assignments).joinedload(Assignment.unit))))


def earlier_tasks(session: Session, year: int) -> list[Task]:
    """What a plan of `year` may go on with: the tasks of the last year before it that has a plan.

    Besides these, tasks of any year before that are still being mended.
    """
    last = select(func.max(Plan.year)).where(Plan.year < year).scalar_subquery()
    still = (Rectification.task_id == Task.id, Rectification.state == "open")
    mended = select(Rectification.id).where(*still).exists()
    wanted = (
        select(Task)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.state != "cancelled", Plan.year < year, (Plan.year == last) | mended)
        .options(selectinload(Task.assignments).joinedload(Assignment.unit), joinedload(Task.plan))
        .order_by(Plan.year.desc(), Plan.id, Task.serial)
    )
    return list(session.scalars(wanted))


def unfinished(session: Session, year: int) -> set[int]:
    """The tasks of the years before `year` that were found unfinished, or are still being mended."""
    kinds = [kind.value for kind in VerdictKind if kind.is_unfinished]
    found = (
        select(Verdict.task_id)
        .join(Task, Task.id == Verdict.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Verdict.confirmed.in_(kinds), Plan.year < year)
    )
    mended = select(Rectification.task_id).where(Rectification.state == "open", Rectification.year <= year)
    return {*session.scalars(found), *session.scalars(mended)}


def task(session: Session, task_id: int) -> Task | None:
    """A task with its plan."""
    return session.scalar(select(Task).where(Task.id == task_id).options(joinedload(Task.plan)))


def went_on(session: Session, task_ids: Collection[int]) -> dict[int, list[Task]]:
    """By earlier task, the tasks that go on with it."""
    wanted = (
        select(TaskLineage)
        .where(TaskLineage.earlier_task_id.in_(task_ids), _RELATED)
        .options(joinedload(TaskLineage.task).joinedload(Task.plan))
        .order_by(TaskLineage.id)
    )
    found: dict[int, list[Task]] = defaultdict(list)
    for each in session.scalars(wanted):
        found[each.earlier_task_id].append(each.task)
    return found
