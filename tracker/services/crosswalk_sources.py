"""Where an upper document (上级文件) comes from: a file, a plan in the ledger, or a draft that waits.

It is kept to compare with and makes nothing that anybody owes: no tasks, no days, no returns. Only what the
importer takes for a task is a clause here; preambles, headings and notes are not counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.crosswalk import Tally
from tracker.domain.errors import AlreadyImported, InvalidInput, NotFound
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.services.draft_rows import open_draft
from tracker.store.bulk import insert_all
from tracker.store.queries import crosswalk as queries
from tracker.store.queries import imports
from tracker.store.tables import ImportDraft, Plan, Task, UpperClause, UpperDocument


class SameDocument(AlreadyImported):
    """这份文件已经在对照里，不用再加。"""


class NoClauses(InvalidInput):
    """这份文件里没有读出任务条目，无从对照。请换一份有条目的文件。"""


class ItsOwn(InvalidInput):
    """上级文件和本级要点不能是同一份。"""


@dataclass(frozen=True, slots=True)
class Listing:
    """Every upper document with its counts, and what one may be made from."""

    lines: tuple[tuple[UpperDocument, Tally], ...]
    plans: tuple[Plan, ...]
    drafts: tuple[ImportDraft, ...]

    @property
    def only_plan(self) -> int | None:
        """The plan that is meant where there is but one."""
        return self.plans[0].id if len(self.plans) == 1 else None


def listing(session: Session) -> Listing:
    """All there is; of the plans those first that such a comparison is mostly made for: 要点."""
    documents = queries.documents(session)
    counts = queries.tallies(session, [document.id for document in documents])
    lines = tuple((document, counts[document.id]) for document in documents)
    plans = sorted(queries.plans(session), key=lambda plan: "要点" not in plan.title)
    return Listing(lines, tuple(plans), tuple(queries.open_drafts(session)))


def add_file(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    data: bytes,
    filename: str,
    proposal: Mapping[str, Any],
    now: datetime,
) -> UpperDocument:
    """Keep a file as an upper document beside a plan; `proposal` is what the importer read in it.

    Raises:
        NotFound: there is no such plan.
        SameDocument: these bytes stand beside the plan already.
        NoClauses: nothing in it is a task.
        ItsOwn: it is the plan's own document.

    """
    document = UpperDocument(
        title=(proposal["title"] or filename)[:300],
        issuer=(proposal.get("issuer") or "")[:200],
        document_number=(proposal.get("document_number") or "")[:100],
        source_filename=filename[-255:],
        source_sha256=hashlib.sha256(data).hexdigest(),
    )
    return _keep(session, actor, plan_id, document, map(_of_reading, proposal["tasks"]), now=now)


def add_draft(
    session: Session, actor: Actor, *, plan_id: int, draft_id: int, now: datetime
) -> UpperDocument:
    """Keep a draft that waits to be checked as an upper document, as it stands now; the draft stays open.

    Raises: as `add_file`, and RuleViolated where the draft is no longer open.

    """
    draft = open_draft(session, draft_id)
    document = UpperDocument(
        title=draft.title,
        issuer=draft.issuer,
        document_number=draft.document_number,
        source_filename=draft.source_file.filename,
        source_sha256=draft.source_file.sha256,
    )
    rows = [row.reading for row in imports.rows(session, draft_id) if row.included]
    return _keep(session, actor, plan_id, document, map(_of_reading, rows), now=now)


def add_plan(
    session: Session, actor: Actor, *, plan_id: int, from_plan_id: int, now: datetime
) -> UpperDocument:
    """Take a plan of the ledger as the upper document of another; what is cancelled there is left out.

    Raises: as `add_file`.

    """
    source = session.get(Plan, from_plan_id)
    if source is None:
        raise NotFound
    document = UpperDocument(
        title=source.title,
        issuer=source.issuer,
        document_number=source.document_number,
        source_filename=source.source_filename,
        source_sha256=source.source_sha256,
    )
    found = queries.tasks_with_clauses(session, from_plan_id)
    return _keep(session, actor, plan_id, document, map(_of_task, found), now=now)


def remove(session: Session, actor: Actor, *, document_id: int, now: datetime) -> UpperDocument:
    """Take an upper document away with all that was decided about it: it was the wrong one.

    Raises:
        NotFound: there is none.

    """
    document = queries.document(session, document_id, lock=True)
    if document is None:
        raise NotFound
    counts = queries.tallies(session, [document_id])[document_id]
    session.delete(document)
    session.flush()
    summary = f"移除上级文件《{document.title}》及其{counts.total}条对照"
    subject = ("plan", document.plan_id)
    auditing.record(session, actor, Event.CROSSWALK_REMOVE, subject, summary, now=now)
    return document


def _keep(
    session: Session,
    actor: Actor,
    plan_id: int,
    document: UpperDocument,
    clauses: Iterable[UpperClause],
    *,
    now: datetime,
) -> UpperDocument:
    plan = queries.hold_plan(session, plan_id)
    if plan is None:
        raise NotFound
    if plan.source_sha256 == document.source_sha256:
        raise ItsOwn
    if queries.same_file(session, plan_id, document.source_sha256) is not None:
        raise SameDocument
    rows = list(clauses)
    if not rows:
        raise NoClauses
    document.plan_id, document.added_by_id, document.added_at = plan_id, actor.account_id, now
    session.add(document)
    session.flush()
    for place, row in enumerate(rows, start=1):
        row.position = place
    insert_all(session, rows, upper_document_id=document.id)
    summary = f"把《{document.title}》作为《{plan.title}》的上级文件，共{len(rows)}条"
    subject = ("upper_document", document.id)
    auditing.record(session, actor, Event.CROSSWALK_ADD, subject, summary, now=now)
    return document


def _of_reading(task: Mapping[str, Any]) -> UpperClause:
    return UpperClause(
        number=(task.get("number") or "")[:40],
        headings=list(task.get("headings") or ()),
        text=task["text"],
        units_text=task.get("units_text") or "",
        deadline_text=task.get("deadline_text") or "",
    )


def _of_task(task: Task) -> UpperClause:
    clause = task.clause
    return UpperClause(
        number=clause.number if clause else str(task.serial),
        headings=list(clause.headings) if clause else [task.section] if task.section else [],
        text=task.text,
        units_text=clause.units_text if clause else "",
        deadline_text=task.deadline_phrase,
    )
