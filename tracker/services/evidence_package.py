"""The evidence package (考核佐证包) of a plan, or of one of its tasks: seen first, then made and told.

It holds files that units gave for the office to see, so the office alone makes it; who made one, of what, and
the digest that stands for it are kept in the trail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from tracker.documents import evidence_package as document
from tracker.documents.evidence_package import Packed
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound, StorageFailed
from tracker.domain.events import Event
from tracker.domain.evidence_package import Given, Missing, Package, PackedTask, by_lack, missing
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_facts import LookBackFacts
from tracker.domain.ports import OpenFiles
from tracker.domain.task import LineStatus, TaskState
from tracker.services import auditing, evidence_schemes, settings
from tracker.services.evidence_schemes import BY_TASKS, Indexing
from tracker.services.look_back_hold import plan_of
from tracker.services.look_back_report import units_in_words
from tracker.store.queries import evidence_package as queries
from tracker.store.queries import reviews
from tracker.store.queries.look_back_facts import facts_of
from tracker.store.tables import Task, Verdict

__all__ = [
    "BY_TASKS",
    "Indexing",
    "Missing",
    "Package",
    "Packed",
    "by_lack",
    "file_name",
    "missing",
    "of_plan",
    "record",
    "write",
]


def of_plan(
    session: Session,
    *,
    plan_id: int,
    task_id: int | None = None,
    scheme_id: int | None = None,
    now: datetime,
) -> tuple[Package, Indexing]:
    """What a package of the plan would hold, or one of a single task; and by what it is indexed.

    `scheme_id` is the scheme of points whose indicators make the index, 0 for none; without a word it is the
    one that is on. A single task has no such index.

    Raises:
        NotFound: there is no such plan, the task is not of it, or the scheme is not about it.

    """
    plan = plan_of(session, plan_id)
    scheme, indexing = evidence_schemes.chosen(session, plan, scheme_id)
    facts = facts_of(session, plan, ended_on=china_day(now))
    given = queries.given(session, plan.id)
    look_back = reviews.look_back_of(session, plan.id)
    rows = reviews.verdicts(session, look_back.id) if look_back is not None else []
    said = {verdict.task_id: verdict for verdict in rows}
    tasks = [
        _packed(task, facts[task.id], given.get(task.id, []), said.get(task.id))
        for task in reviews.tasks_of(session, plan.id)
        if task_id in {None, task.id} and task.id in facts  # not one that came while we were reading
    ]
    if task_id is not None and not tasks:
        raise NotFound
    package = Package(
        plan.title, plan.year, settings.office_name(session), now, tuple(tasks), one_task=task_id is not None
    )
    if scheme is None or package.one_task:
        return package, indexing
    index = evidence_schemes.index(session, plan, scheme, tasks, today=china_day(now))
    return replace(package, by_indicator=index), indexing


def _packed(task: Task, facts: LookBackFacts, given: list[Given], verdict: Verdict | None) -> PackedTask:
    proved = {each.unit for each in given}
    silent = (
        part.unit_name
        for part in facts.parts
        if part.status is LineStatus.DONE and part.unit_name not in proved
    )
    return PackedTask(
        id=task.id,
        serial=task.serial,
        title=task.title,
        section=task.section,
        units=units_in_words(task),
        due=task.deadline_phrase or (task.due_on.isoformat() if task.due_on else "未写明"),
        state=TaskState(task.state).label,
        verdict=_verdict(verdict),
        cancelled=task.state == TaskState.CANCELLED.value,
        done=facts.is_done,
        evidenced=facts.is_evidenced,
        silent=tuple(silent) if facts.is_evidenced else (),
        given=tuple(given),
    )


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    if verdict.confirmed is None:
        return f"{VerdictKind(verdict.proposed).label}（系统建议，未确认）"
    return VerdictKind(verdict.confirmed).label


def write(package: Package, *, files: OpenFiles, out: BinaryIO) -> Packed:
    """Write the package into a file; it takes as long as the disk takes to read all that is in it.

    Raises:
        StorageFailed: the disk is full.

    """
    try:
        return document.write(package, files, out)
    except OSError as error:
        raise StorageFailed("磁盘已满或不可写，佐证包没有做成。请告诉管理员。") from error


def record(
    session: Session, actor: Actor, *, plan_id: int, package: Package, packed: Packed, now: datetime
) -> None:
    """Tell the trail that a package went out: of what, how much, and the digest that stands for it."""
    of_what = f"第{package.tasks[0].serial}项" if package.one_task else f"{len(package.tasks)}项任务"
    held = f"文件{packed.files}份，缺{len(packed.missing)}处"
    by = f"，按{package.by_indicator.title}编目" if package.by_indicator is not None else ""
    summary = f"导出《{package.plan_title}》{of_what}的考核佐证包{by}，{held}"
    detail = {"sums_sha256": packed.sums_sha256, "size": packed.size, "files": packed.files}
    subject = ("task", package.tasks[0].id) if package.one_task else ("plan", plan_id)
    auditing.record(session, actor, Event.EVIDENCE_PACK, subject, summary[:500], detail=detail, now=now)


def file_name(package: Package) -> str:
    """The name under which it is handed out."""
    of_what = f"第{package.tasks[0].serial}项" if package.one_task else ""
    return f"{package.plan_title}{of_what}考核佐证包（{china_day(package.made_at):%Y%m%d}）.zip"
