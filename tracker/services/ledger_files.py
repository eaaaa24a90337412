"""The ledger (台账) as a file, in the office's layout or as a government publishes it.

Both hold what the list on the screen holds, in its order. The office's layout of one plan comes back as a
task sheet (`services.task_sheets`); either is read by the importer as the plan that it was made of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.documents import public_ledger, task_sheet
from tracker.documents.public_ledger import PublicLedger, PublicRow
from tracker.documents.task_sheet import LedgerRow, LedgerSheet
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day
from tracker.domain.errors import NotFound
from tracker.domain.task import TaskState
from tracker.domain.task_sheet import KnownTask
from tracker.domain.titled import Titled
from tracker.services import ledger
from tracker.services.ledger import (
    SHAPES,
    ExportedFile,
    LedgerFilter,
    LedgerLine,
    LedgerPage,
    LedgerQuery,
    filter_words,
)
from tracker.services.sheet_tasks import known_tasks
from tracker.store.queries import plans as plan_queries
from tracker.store.queries import report_facts
from tracker.store.queries import units as unit_queries


class Layout(Titled):
    """What a ledger is wanted for."""

    OFFICE = "office", "台账"
    PUBLIC = "public", "任务清单"
    PUBLIC_PROGRESS = "progress", "任务完成情况"


_STANDING = tuple(state for state in TaskState if state is not TaskState.CANCELLED)


def export(
    session: Session,
    actor: Actor,
    query: LedgerQuery,
    *,
    layout: Layout = Layout.OFFICE,
    today: date,
    now: datetime,
) -> ExportedFile:
    """What the list shows, all pages of it, as an Excel file; a public one leaves cancelled tasks out."""
    page = ledger.view(session, actor, replace(query, size=0, page=1), today=today)
    known = _known(session, actor, page.lines)
    title = _title(page)
    if layout is Layout.OFFICE:
        content = _of_office(session, actor, page, known, title, now=now)
    else:
        with_progress = layout is Layout.PUBLIC_PROGRESS
        shown = [line for line in page.lines if line.task.state is not TaskState.CANCELLED]
        said = _accepted(session, actor, shown) if with_progress else {}
        rows = [PublicRow(known[line.task.id], _public_words(line, said)) for line in shown]
        content = public_ledger.as_xlsx(PublicLedger(title, with_progress, tuple(rows), now))
    return ExportedFile(f"{title}{layout.label}（{today:%Y%m%d}）.xlsx", content)


def of_plan(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> ExportedFile:
    """A plan's tasks, without those that are cancelled, as a sheet that can be filled in and brought back.

    Raises:
        NotFound: there is no such plan, or the person has no task in it.

    """
    if plan_queries.one(session, plan_id, actor) is None:
        raise NotFound
    query = LedgerQuery(LedgerFilter(plan_id=plan_id, states=_STANDING))
    return export(session, actor, query, today=china_day(now), now=now)


def words(session: Session, tasks: Collection[KnownTask] = ()) -> task_sheet.Words:
    """What the drop-downs of a sheet offer: every unit, every group and what these tasks call theirs."""
    units = [unit.name for unit in unit_queries.active(session)]
    groups = [named.group_name for named in unit_queries.group_names(session)]
    printed = [part.group for task in tasks for part in task.parts if part.group]
    sections = (task.section for task in tasks)
    return task_sheet.Words(
        tuple(dict.fromkeys((*units, *groups, *printed))),
        tuple(section for section in dict.fromkeys(sections) if section),
    )


def _of_office(
    session: Session,
    actor: Actor,
    page: LedgerPage,
    known: dict[int, KnownTask],
    title: str,
    *,
    now: datetime,
) -> bytes:
    plan_id = _only_plan(page)
    plan = plan_queries.one(session, plan_id, actor) if plan_id is not None else None
    narrowed = filter_words(page) if page.query.wanted.states != _STANDING else "全部任务"
    sheet = LedgerSheet(
        title=title,
        remark=f"{narrowed}　共{page.total}项　{china_clock(now):%Y年%m月%d日 %H:%M}导出",
        rows=tuple(_office_row(line, known, named=plan is None) for line in page.lines),
        made_at=now,
        plan=(plan.id, plan.source_sha256) if plan is not None else None,
    )
    return task_sheet.as_xlsx(sheet, words(session, [row.task for row in sheet.rows]))


def _known(session: Session, actor: Actor, lines: Sequence[LedgerLine]) -> dict[int, KnownTask]:
    """The tasks of the list as a sheet shows them, by number; a few queries for each plan in it."""
    plan_ids = dict.fromkeys(line.task.plan_id for line in lines)
    return {
        task.id: task
        for plan_id in plan_ids
        for task in known_tasks(session, plan_id, actor, cancelled=True)
    }


def _office_row(line: LedgerLine, known: dict[int, KnownTask], *, named: bool) -> LedgerRow:
    latest = line.latest
    return LedgerRow(
        task=known[line.task.id],
        light=f"{SHAPES[line.health.colour]} {line.health.word}",
        reason=f"{line.health.reason}；待销号" if line.awaits_sign_off else line.health.reason,
        reported_on=china_clock(latest.reported_at).date() if latest and latest.reported_at else None,
        first_due_on=line.task.first_due_on,
        plan=line.task.plan_title if named else "",
    )


def _accepted(session: Session, actor: Actor, lines: Sequence[LedgerLine]) -> dict[int, str]:
    return report_facts.accepted_words(session, [line.task.id for line in lines], actor)


def _public_words(line: LedgerLine, accepted: Mapping[int, str]) -> str:
    """What the public reads of a task: that it is done, and the newest words that the office has accepted.

    A sheet that is published speaks for the office. What it has not read yet, or has sent back to the unit,
    it cannot answer for; and what units still have to solve is not for the public at all.
    """
    done = "已完成" if line.task.state is TaskState.SIGNED_OFF else ""
    said = accepted.get(line.task.id, "").strip()
    return "。".join(part.rstrip("。") for part in (done, said) if part)


def _only_plan(page: LedgerPage) -> int | None:
    """The plan that every row of the list is of."""
    if page.query.wanted.plan_id is not None:
        return page.query.wanted.plan_id
    return page.plans[0][0] if len(page.plans) == 1 else None


def _title(page: LedgerPage) -> str:
    titles = {plan_id: title for plan_id, _, title in page.plans}
    wanted = page.query.wanted
    of_year = f"{wanted.year}年政务公开工作" if wanted.year else "政务公开工作"
    return titles.get(_only_plan(page) or 0, of_year)
