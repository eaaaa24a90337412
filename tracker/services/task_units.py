"""Who owes a task, as the office sets it (责任单位): units join, leave, come back or change their role."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.task import LineStatus, Role
from tracker.store.queries import batches
from tracker.store.queries import tasks as queries
from tracker.store.tables import Assignment, Task, Unit


class UnitHasReported(RuleViolated):
    """已有报送的单位不能移出，否则报送记录会丢失；可以把它改为配合单位。"""


def set_units(
    session: Session, task: Task, roles: Mapping[int, Role], *, ends: frozenset[int] = frozenset()
) -> list[Assignment]:
    """Let exactly these units owe the task, each in its role; gives the parts that ended and stay on record.

    A unit of `ends` leaves even when it has reported: its part goes into the past with what it said. Whoever
    calls this lets those parts end at the flush, and expires `task.assignments` afterwards.

    Raises:
        UnitHasReported: another one would be torn out of its returns.
        InvalidInput: a unit is not on the list any more.

    """
    leaving = [assignment for assignment in task.assignments if assignment.unit_id not in roles]
    ids = [assignment.id for assignment in leaving]
    on_record = queries.has_lines(session, ids)
    torn = [part.unit.name for part in leaving if part.id in on_record and part.unit_id not in ends]
    if torn:
        raise UnitHasReported(f"{'、'.join(torn)}：{UnitHasReported.__doc__}")
    on_record |= queries.has_sub_items(session, ids)
    for assignment in leaving:
        if assignment.id not in on_record:
            task.assignments.remove(assignment)
    present = {assignment.unit_id: assignment for assignment in task.assignments}
    known = queries.units_by_id(session, [unit_id for unit_id in roles if unit_id not in present])
    ended = batches.ended_parts(session, task.id) if known else {}
    for unit_id, role in roles.items():
        if unit_id in present:
            present[unit_id].role = role.value
        elif unit_id in ended and unit_id in known:
            task.assignments.append(ended[unit_id])  # it comes back to its returns
            ended[unit_id].role, ended[unit_id].ended_at = role.value, None
            ended[unit_id].signed_off_at = None
        elif unit_id in known:
            _add_unit(task, known[unit_id], role)
        else:
            raise InvalidInput("有一家单位已不在名单里，请重新选择。")
    return [part for part in leaving if part.id in on_record]


def _add_unit(task: Task, unit: Unit, role: Role) -> None:
    position = max((assignment.position for assignment in task.assignments), default=-1) + 1
    task.assignments.append(
        Assignment(
            plan_id=task.plan_id,
            unit_id=unit.id,
            unit=unit,
            role=role.value,
            position=position,
            status=LineStatus.NOT_STARTED.value,
            evidence_count=0,
        )
    )
