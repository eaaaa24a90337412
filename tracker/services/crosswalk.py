"""The crosswalk (上下对照) as its page shows it, and what people decide about an upper document's clauses.

Every decision holds the document first, so that of two people who decide about one clause the second sees
what the first has done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.crosswalk import Proposed, Stand, Tally, WaivedAndCovered, proposals, stand_of
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.events import Event
from tracker.domain.task import TaskState
from tracker.services import auditing
from tracker.services.look_back_report import units_in_words
from tracker.store.insert import insert_missing
from tracker.store.queries import crosswalk as queries
from tracker.store.tables import Plan, Task, UpperClause, UpperDocument, UpperLink

PAGE_SIZE = 50
LONGEST_REASON = 500
NAMED = 10
"""So many clauses are named in a sentence of the trail."""


class NothingChosen(InvalidInput):
    """请先勾选条目。"""


class ReasonNeeded(InvalidInput):
    """标为不对应要写明理由，例如“属省级部门职责”。"""


class UndoingNeedsReason(InvalidInput):
    """解除对应、取消不对应要写明理由，例如“对应错了任务”。"""


class UnknownSerial(InvalidInput):
    """本级要点里没有这个序号的任务，或已取消。"""


class ClauseIsWaived(InvalidInput):
    """这一条已标为不对应，请先取消“不对应”，再对应任务。"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A task that answers a clause, with what was reported of it last."""

    link_id: int
    task_id: int
    serial: int
    title: str
    state: TaskState
    units: str
    progress: str
    reported_by: str
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A task that may answer a clause, and the words that speak for it."""

    task_id: int
    serial: int
    title: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One clause beside its tasks; `lost` are answers whose task was cancelled since."""

    clause: UpperClause
    stand: Stand
    answers: tuple[Answer, ...]
    lost: tuple[Answer, ...]
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """An upper document side by side with the own plan; `rows` are one page of those that stand so."""

    document: UpperDocument
    plan: Plan
    tally: Tally
    stand: Stand | None
    rows: tuple[Row, ...]
    page: int = 1
    pages: int = 1
    total: int = 0


def counts_words(session: Session, *, document_id: int) -> str:
    """How the clauses of a document stand now: 现在已对应3条，不对应1条，漏接5条。"""
    counts = queries.tallies(session, [document_id])[document_id]
    said = "，".join(f"{stand.label}{counts.of(stand)}条" for stand in Stand)
    return f"现在{said}。"


def view(session: Session, *, document_id: int, stand: Stand | None = None, page: int = 1) -> View:
    """One page of the clauses that stand so, with what may answer them; a page beyond the end is the last.

    Raises:
        NotFound: there is no such document.

    """
    whole = compared(session, document_id=document_id, stand=stand)
    pages = max(-(-len(whole.rows) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    shown = whole.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = _with_offers(session, whole.document, shown)
    return View(
        whole.document, whole.plan, whole.tally, stand, rows, page=page, pages=pages, total=len(whole.rows)
    )


def compared(session: Session, *, document_id: int, stand: Stand | None = None) -> View:
    """All clauses that stand so, without proposals: what a file holds.

    Raises:
        NotFound: there is no such document.

    """
    document = _document(session, document_id)
    rows = tuple(_row(clause) for clause in queries.clauses(session, document_id, stand=stand))
    counts = queries.tallies(session, [document_id])[document_id]
    return View(document, document.plan, counts, stand, rows, total=len(rows))


def link(
    session: Session,
    actor: Actor,
    *,
    document_id: int,
    pairs: Collection[tuple[int, int]],
    now: datetime,
) -> int:
    """Confirm that tasks answer clauses, each pair (clause, task); returns how many pairs are new.

    Raises:
        NotFound: there is no such document or clause, or a task is not the plan's or is cancelled.
        NothingChosen: no pair is given.
        ClauseIsWaived: a person has said that one of the clauses need not be answered.

    """
    document = _document(session, document_id, lock=True)
    if not pairs:
        raise NothingChosen
    clauses = _chosen(session, document_id, {clause_id for clause_id, _ in pairs})
    if any(clause.waived for clause in clauses.values()):
        raise ClauseIsWaived
    tasks = {task.id: task for task in queries.tasks(session, document.plan_id)}
    if not {task_id for _, task_id in pairs} <= set(tasks):
        raise NotFound
    rows = [
        {
            "clause_id": clause_id, "clause_waived": False, "task_id": task_id,
            "linked_by_id": actor.account_id, "linked_at": now,
        }
        for clause_id, task_id in sorted(pairs)
    ]  # fmt: skip
    made = len(insert_missing(session, UpperLink, rows, keys=("clause_id", "task_id")))
    if made:
        told = [f"{_name(clauses[clause])}→{tasks[task].serial}" for clause, task in sorted(pairs)]
        _record(session, actor, Event.CROSSWALK_LINK, document, f"对应{made}处：{'，'.join(told)}", now=now)
    return made


def link_serials(
    session: Session,
    actor: Actor,
    *,
    document_id: int,
    clause_ids: Collection[int],
    serials: str,
    now: datetime,
) -> int:
    """The same, with the running numbers of the tasks as a person writes them: 3、5.

    Raises: as `link`, and
        UnknownSerial: the plan has no such task.

    """
    document = _document(session, document_id)
    if not clause_ids:
        raise NothingChosen
    numbers = {int(number) for number in re.findall(r"\d{1,6}", serials)}
    known = {task.serial: task.id for task in queries.tasks(session, document.plan_id)}
    missing = sorted(numbers - set(known))
    if missing or not numbers:
        named = f"本级要点里没有第{'、'.join(map(str, missing))}项，或已取消。"
        raise UnknownSerial(named if missing else "请填任务的序号，例如 3、5。")
    pairs = {(clause, known[number]) for clause in clause_ids for number in numbers}
    return link(session, actor, document_id=document_id, pairs=pairs, now=now)


def unlink(
    session: Session, actor: Actor, *, document_id: int, link_ids: Collection[int], reason: str, now: datetime
) -> int:
    """Take links away that were wrong, with a reason; returns how many there were.

    A clause that no task answers any more is a gap again.

    Raises:
        NotFound: there is no such document.
        NothingChosen: none of these links is there.
        UndoingNeedsReason: no reason is given.

    """
    document = _document(session, document_id, lock=True)
    found = {
        each.id: (clause, each)
        for clause in queries.clauses(session, document_id)
        for each in clause.links
        if each.id in set(link_ids)
    }
    if not found:
        raise NothingChosen
    reason = _undoing(reason)
    told = [f"{_name(clause)}→{each.task.serial}" for clause, each in found.values()]
    queries.remove_links(session, found)
    summary = f"解除对应{len(found)}处（{_listed(told)}）：{reason}"
    detail = {"undone": told, "reason": reason}
    _record(session, actor, Event.CROSSWALK_UNLINK, document, summary, detail=detail, now=now)
    return len(found)


def waive(
    session: Session, actor: Actor,
    *, document_id: int, clause_ids: Collection[int], reason: str, now: datetime,
) -> int:  # fmt: skip
    """Say with a reason that the own plan need not answer clauses; returns how many are new.

    Raises:
        NotFound: there is no such document or clause.
        NothingChosen: no clause is given.
        ReasonNeeded: no reason is given.
        WaivedAndCovered: a task answers one of them.

    """
    document = _document(session, document_id, lock=True)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonNeeded
    clauses = list(_chosen(session, document_id, clause_ids).values())
    for clause in clauses:
        if _row(clause).answers:
            said = f"{_name(clause)}已有对应任务，请先解除对应，再标为不对应。"
            raise WaivedAndCovered(said)
    queries.remove_links(session, [each.id for clause in clauses for each in clause.links])
    session.flush()
    fresh = [clause for clause in clauses if not clause.waived]
    for clause in clauses:
        session.expire(clause, ["links"])
        clause.waived, clause.waived_reason = True, reason
        clause.waived_by_id, clause.waived_at = actor.account_id, now
    session.flush()
    summary = f"{len(clauses)}条标为不对应（{_listed([*map(_name, clauses)])}）：{reason}"
    _record(session, actor, Event.CROSSWALK_WAIVE, document, summary, now=now)
    return len(fresh)


def unwaive(
    session: Session, actor: Actor,
    *, document_id: int, clause_ids: Collection[int], reason: str, now: datetime,
) -> int:  # fmt: skip
    """Take that back with a reason: the clauses are gaps again; returns how many there were.

    Raises:
        NotFound: there is no such document or clause.
        NothingChosen: none of these is waived.
        UndoingNeedsReason: no reason is given.

    """
    document = _document(session, document_id, lock=True)
    clauses = [each for each in _chosen(session, document_id, clause_ids).values() if each.waived]
    if not clauses:
        raise NothingChosen("勾选的条目里没有标为不对应的。")
    reason = _undoing(reason)
    for clause in clauses:
        clause.waived, clause.waived_reason = False, ""
        clause.waived_by_id = clause.waived_at = None
    session.flush()
    told = [*map(_name, clauses)]
    summary = f"{len(clauses)}条取消不对应（{_listed(told)}）：{reason}"
    detail = {"undone": told, "reason": reason}
    _record(session, actor, Event.CROSSWALK_UNWAIVE, document, summary, detail=detail, now=now)
    return len(clauses)


def _undoing(reason: str) -> str:
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise UndoingNeedsReason
    return reason


def _document(session: Session, document_id: int, *, lock: bool = False) -> UpperDocument:
    document = queries.document(session, document_id, lock=lock)
    if document is None:
        raise NotFound
    return document


def _chosen(session: Session, document_id: int, clause_ids: Collection[int]) -> dict[int, UpperClause]:
    if not clause_ids:
        raise NothingChosen
    known = {clause.id: clause for clause in queries.clauses(session, document_id)}
    if not set(clause_ids) <= set(known):
        raise NotFound
    return {clause_id: known[clause_id] for clause_id in sorted(clause_ids)}


def _name(clause: UpperClause) -> str:
    return f"第{clause.position}条"


def _listed(told: Sequence[str]) -> str:
    """The first few by name, so that a sentence that is cut keeps its reason."""
    return "，".join(told[:NAMED]) + ("等" if len(told) > NAMED else "")


def _record(
    session: Session, actor: Actor, event: Event, document: UpperDocument, summary: str,
    *, detail: dict[str, Any] | None = None, now: datetime,
) -> None:  # fmt: skip
    subject = ("upper_document", document.id)
    auditing.record(session, actor, event, subject, f"《{document.title}》{summary}", detail=detail, now=now)


def _row(clause: UpperClause) -> Row:
    answers = [_answer(each) for each in clause.links]
    living = tuple(each for each in answers if each.state is not TaskState.CANCELLED)
    lost = tuple(each for each in answers if each.state is TaskState.CANCELLED)
    return Row(clause, stand_of(waived=clause.waived, answered_by=len(living)), living, lost)


def _answer(each: UpperLink) -> Answer:
    task = each.task
    said = [part for part in task.assignments if part.reported_at and part.progress.strip()]
    last = max(said, key=lambda part: (part.reported_at, -part.position), default=None)
    return Answer(
        each.id,
        task.id,
        task.serial,
        task.title,
        TaskState(task.state),
        units_in_words(task),
        last.progress.strip() if last else "",
        last.unit.name if last else "",
        china_day(last.reported_at) if last and last.reported_at else None,
    )


def _with_offers(session: Session, document: UpperDocument, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Each clause that is not waived with what may answer it besides what does."""
    clauses = queries.clauses(session, document.id)
    tasks = {task.id: task for task in queries.tasks(session, document.plan_id)}
    likely = proposals(
        {clause.id: clause.text for clause in clauses},
        {key: task.text for key, task in tasks.items()},
        wanted={row.clause.id for row in rows if row.stand is not Stand.WAIVED},
    )
    return tuple(
        row if row.stand is Stand.WAIVED else _offering(row, tasks, likely[row.clause.id]) for row in rows
    )


def _offering(row: Row, tasks: dict[int, Task], likely: Iterable[Proposed]) -> Row:
    known = {answer.task_id for answer in row.answers}
    offers = tuple(
        Offer(each.task_id, tasks[each.task_id].serial, tasks[each.task_id].title, each.shared)
        for each in likely
        if each.task_id not in known
    )
    return replace(row, offers=offers)
