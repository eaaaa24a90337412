"""Importing (导入): upload or paste, then check, then confirm; or discard.

A file is known by the digest of its bytes: the same bytes twice are 已导入过. Confirming makes the plan, its
clauses, tasks, assignments and checkpoints in the caller's one transaction: all of them, or none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

import importers
from tracker.domain.actor import Actor
from tracker.domain.errors import AlreadyImported, InvalidInput, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.likeness import Relation
from tracker.domain.ports import Files
from tracker.services import auditing, planning, remembered
from tracker.services.draft_rows import draft_of, open_draft
from tracker.services.names import Resolver, resolver
from tracker.services.readiness import EVERY_CONCERN, Concern, Readiness, readiness
from tracker.services.reading_first import read_then_lock
from tracker.services.units import tidied
from tracker.store.queries import editions, standing
from tracker.store.queries import imports as queries
from tracker.store.queries.imports import ListedDraft
from tracker.store.tables import DraftRow, ImportDraft, Plan

PAGE_SIZE = 50
Proposal = dict[str, Any]
"""A draft plan as draft-plan.schema.json describes it."""


class KnownFile(AlreadyImported):
    """这份文件已导入过。"""

    def __init__(self, *, plan_id: int | None, draft_id: int | None, earlier: bool = False) -> None:
        done = "这份文件已导入过。" if plan_id else "这份文件已经上传，正等着核对。"
        super().__init__("这份文件已导入过（旧版），台账用的是它的修订版。" if earlier else done)
        self.plan_id = plan_id
        self.draft_id = draft_id
        self.earlier = earlier


class RevisionChosen(RuleViolated):
    """这份文件已认定为修订版，请到“与原版对比”页确认。"""


class NotReady(RuleViolated):
    """还有没处理完的地方，暂时不能确认。"""

    def __init__(self, left: Readiness, unaccepted: frozenset[Concern]) -> None:
        said = [f"{found.obstacle.label}（{found.count}处）" for found in left.blocked]
        said += [
            f"{found.concern.label}（{found.count}项）"
            for found in left.concerns
            if found.concern in unaccepted
        ]
        super().__init__(f"暂时不能确认：{'；'.join(said)}。")
        self.left = left


def refuse_known(session: Session, *, data: bytes) -> None:
    """See to it that these bytes are new.

    Raises:
        KnownFile: they were imported, or wait in an open draft.

    """
    digest = hashlib.sha256(data).hexdigest()
    if (draft_id := queries.open_draft_of(session, digest)) is not None:
        raise KnownFile(plan_id=None, draft_id=draft_id)  # a batch that was undone may have left its plan
    if (plan := queries.plan_of(session, digest)) is not None:
        raise KnownFile(plan_id=plan.id, draft_id=None)
    if (plan := queries.plan_of_earlier(session, digest)) is not None:
        raise KnownFile(plan_id=plan.id, draft_id=None, earlier=True)


def read(*, data: bytes, filename: str, year: int | None = None) -> Proposal:
    """Read a document in a process of its own; takes seconds, so callers do it before they begin to write.

    Raises:
        UnreadableFile: the bytes are no document that the program reads; says why.

    """
    proposal: Proposal = json.loads(importers.read_safely(data, filename, year).to_json())
    return proposal


def upload(
    session: Session,
    actor: Actor,
    *,
    data: bytes,
    filename: str,
    year: int | None = None,
    files: Files,
    proposal: Proposal | None = None,
    now: datetime,
) -> ImportDraft:
    """Keep a document and what the importer reads in it as an open draft.

    `proposal` is what `read` gave, when the caller has read the bytes already.

    Raises:
        KnownFile: the same bytes were imported, or wait in an open draft.
        UnreadableFile: the bytes are no document that the program reads.

    """
    refuse_known(session, data=data)
    proposal = proposal or read(data=data, filename=filename, year=year)
    file = queries.lock_file(
        session,
        sha256=hashlib.sha256(data).hexdigest(),
        filename=tidied(filename)[-255:],
        format=proposal["source"]["format"],
        size=len(data),
        uploaded_by_id=actor.account_id,
        uploaded_at=now,
    )
    refuse_known(session, data=data)  # once more: a colleague may have kept the same file meanwhile
    files.keep(data)
    draft = ImportDraft(
        source_file=file,
        title=(proposal["title"] or filename)[:300],
        year=proposal["year"] or year,
        issuer=(proposal.get("issuer") or "")[:200],
        document_number=(proposal.get("document_number") or "")[:100],
        issued_on=_day(proposal.get("issued_on")),
        draft=proposal,
        created_by_id=actor.account_id,
        created_at=now,
    )
    tasks = remembered.taken_over(session, proposal["tasks"])
    draft.rows = [DraftRow(position=place, reading=task) for place, task in enumerate(tasks)]
    session.add(draft)
    session.flush()
    summary = f"上传“{file.filename}”，识别出{len(draft.rows)}项任务"
    auditing.record(session, actor, Event.DRAFT_CREATE, ("import_draft", draft.id), summary, now=now)
    return draft


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def confirm(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    version: int,
    accepted: Collection[Concern] = frozenset(),
    now: datetime,
) -> Plan:
    """Make the plan of a draft; `accepted` holds the classes for which a person said 仍然确认.

    It is drawn up before the draft is locked.

    Raises:
        KnownFile: it is confirmed already, by this draft or another of the same bytes.
        VersionConflict: somebody changed the draft since `version` was shown.
        NotReady: something is left to settle or to accept; says what.

    """

    def drawn_up() -> tuple[ImportDraft, list[DraftRow], planning.Drawn]:
        draft = draft_of(session, draft_id)
        if (known := queries.plan_of(session, draft.source_file.sha256)) is not None:
            raise KnownFile(plan_id=known.id, draft_id=None)
        open_draft(session, draft_id)
        choice = editions.choice(session, draft_id)
        if choice is not None and choice.relation == Relation.REVISION:
            raise RevisionChosen
        rows, answers = settled(session, draft, version=version, accepted=accepted)
        return draft, rows, planning.draw_up(session, draft=draft, rows=rows, answers=answers, now=now)

    draft, rows, drawn = read_then_lock(
        session,
        standing=lambda: standing.of_draft(session, draft_id),
        read=drawn_up,
        lock=lambda: queries.lock_draft_only(session, draft_id),
    )
    plan = planning.make_plan(session, actor, draft=draft, drawn=drawn, now=now)
    remembered.remember(session, actor, draft=draft, rows=rows, now=now)
    mark_confirmed(draft, actor, plan, now=now)
    session.flush()
    summary = f"确认导入《{plan.title}》，建立{queries.tasks_of(session, plan.id)}项任务"
    auditing.record(session, actor, Event.PLAN_CONFIRM, ("plan", plan.id), summary, now=now)
    return plan


def settled(
    session: Session, draft: ImportDraft, *, version: int, accepted: Collection[Concern]
) -> tuple[list[DraftRow], Resolver]:
    """The rows of a draft that may be confirmed, and what its names mean.

    Raises:
        VersionConflict: somebody changed the draft since `version` was shown.
        NotReady: something is left to settle or to accept; says what.

    """
    if draft.version != version:
        raise VersionConflict("核对期间有人改过这份草稿，请看过最新内容再确认。")
    rows = queries.rows(session, draft.id)
    answers = resolver(session, draft.id)
    left = readiness(draft, rows, answers)
    unaccepted = frozenset(found.concern for found in left.concerns) - frozenset(accepted)
    if left.blocked or unaccepted:
        raise NotReady(left, unaccepted)
    return rows, answers


def mark_confirmed(draft: ImportDraft, actor: Actor, plan: Plan, *, now: datetime) -> None:
    """Let a draft have led to a plan."""
    draft.state, draft.plan_id = "confirmed", plan.id
    draft.confirmed_by_id, draft.confirmed_at = actor.account_id, now


def outcome(session: Session, plan: Plan) -> str:
    """What a confirmation has made, in one sentence."""
    made = queries.outcome(session, plan.id)
    return (
        f"已建立台账：{made.tasks}项任务，{made.units}家责任单位，{made.dated}项有时限，"
        f"{made.checkpoints}个节点。"
    )


def discard(session: Session, actor: Actor, *, draft_id: int, version: int, now: datetime) -> ImportDraft:
    """Give an open draft up (放弃导入); nothing was made of it, and the same file may come again.

    Raises:
        VersionConflict: somebody changed the draft since `version` was shown.

    """
    draft = open_draft(session, draft_id)
    if draft.version != version:
        raise VersionConflict
    draft.state = "discarded"
    session.flush()
    summary = f"放弃导入“{draft.title}”"[:500]
    auditing.record(session, actor, Event.DRAFT_DISCARD, ("import_draft", draft_id), summary, now=now)
    return draft


@dataclass(frozen=True, slots=True)
class ImportList:
    """One page of the list of imports, with how many there are in each state."""

    lines: tuple[ListedDraft, ...]
    counts: dict[str, int]
    total: int


STATES = {"open": "待核对", "confirmed": "已确认", "discarded": "已放弃"}


def listing(session: Session, *, state: str = "", page: int = 1) -> ImportList:
    """Imports, newest first; `state` is one of `STATES`, or empty for those that were not given up.

    Raises:
        InvalidInput: there is no such state.

    """
    if state and state not in STATES:
        raise InvalidInput("没有这种状态。")
    counts = queries.count_by_state(session)
    states = (state,) if state else ("open", "confirmed")
    lines = queries.listed(session, states=states, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return ImportList(tuple(lines), counts, sum(counts.get(each, 0) for each in states))


__all__ = [
    "EVERY_CONCERN",
    "Concern",
    "ImportList",
    "KnownFile",
    "NotReady",
    "confirm",
    "discard",
    "listing",
    "outcome",
    "read",
    "refuse_known",
    "upload",
]
