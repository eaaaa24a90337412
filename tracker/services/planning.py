"""Making a plan of a confirmed draft: clauses, tasks, assignments, checkpoints (建立台账)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part, merged
from tracker.domain.batch import BatchKind
from tracker.domain.likeness import Relation
from tracker.domain.passages import Kind
from tracker.domain.reading_words import sharing_words
from tracker.domain.task import Role
from tracker.services import batches
from tracker.services.draft_rows import first_start, others
from tracker.services.names import Meaning, Resolver
from tracker.services.task_making import TaskFacts, new_task
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import editions as edition_queries
from tracker.store.tables import Clause, DraftRow, ImportDraft, Plan


def make_plan(
    session: Session,
    actor: Actor,
    *,
    draft: ImportDraft,
    rows: Sequence[DraftRow],
    answers: Resolver,
    now: datetime,
) -> Plan:
    """The plan of a draft that is ready, flushed; the caller has checked that it is.

    Raises:
        ValueError: the draft has no year.

    """
    if draft.year is None:
        raise ValueError("a plan needs a year")
    proposal = draft.draft
    plan = Plan(
        id=batch_queries.fresh_plan_id(session),
        title=draft.title,
        year=draft.year,
        issuer=draft.issuer,
        document_number=draft.document_number,
        issued_on=draft.issued_on,
        basis=basis_of(session, draft),
        source_sha256=draft.source_file.sha256,
        source_filename=draft.source_file.filename,
        text=proposal["text"],
        confirmed_by_id=actor.account_id,
        confirmed_at=now,
    )
    session.add(plan)
    session.flush()
    clauses = add_clauses(session, plan.id, draft, rows)
    rhythm = batches.rhythm_of(session, plan, now)
    tasks = []
    for serial, row in enumerate((row for row in rows if row.included), start=1):
        task = new_task(plan.id, serial, facts_of(row.reading, answers), rhythm, now=now)
        task.clause = clauses[first_start(row), row.id]
        tasks.append(task)
    batches.add_tasks(session, tasks)
    batch = batches.begin(
        session,
        actor,
        plan_id=plan.id,
        kind=BatchKind.IMPORT,
        source_file_id=draft.source_file_id,
        draft_id=draft.id,
        now=now,
    )
    batches.note_new(session, batch, tasks)
    return plan


def basis_of(session: Session, draft: ImportDraft) -> list[str]:
    """The upper-level documents of a draft; what a person said it forwards is one of them."""
    basis: list[str] = list(draft.draft.get("basis") or ())
    choice = edition_queries.choice(session, draft.id)
    if choice is not None and choice.relation == Relation.FORWARDED and choice.plan_id is not None:
        plan = session.get(Plan, choice.plan_id)
        if plan is not None:
            named = f"《{plan.title}》" + (f"（{plan.document_number}）" if plan.document_number else "")
            known = any(plan.title in each or (plan.document_number or named) in each for each in basis)
            basis += [] if known else [named]
    return basis


def add_clauses(
    session: Session, plan_id: int, draft: ImportDraft, rows: Sequence[DraftRow], *, edition: int = 1
) -> dict[tuple[int, int], Clause]:
    """Every passage of the document in its order, by where it begins and its row (0 for no task).

    The clauses of a later edition stand behind those of the former ones, which are never edited.
    """
    found: dict[tuple[int, int], Clause] = {}
    for row in rows:
        if row.included:
            found[first_start(row), row.id] = _clause_of(plan_id, row, draft.draft["text"])
    for passage in others(draft, rows):
        found[passage.start, 0] = Clause(
            plan_id=plan_id,
            kind=passage.kind.value,
            text=passage.text,
            span_start=passage.start,
            span_end=passage.end,
        )
    ordered = dict(sorted(found.items()))
    first = batch_queries.last_position(session, plan_id) + 1
    for position, clause in enumerate(ordered.values(), start=first):
        clause.position, clause.edition = position, edition
    session.add_all(ordered.values())
    session.flush()
    return ordered


def _clause_of(plan_id: int, row: DraftRow, source: str) -> Clause:
    """The passage as it is printed, whatever a person has corrected in the task made from it."""
    reading = row.reading
    spans = reading["source"]["spans"] or [[0, 0]]
    printed = "\n".join(source[start:end] for start, end in spans) if row.edited else reading["text"]
    return Clause(
        plan_id=plan_id,
        kind=Kind.TASK.value,
        number=(reading.get("number") or "")[:40],
        headings=list(reading["headings"]),
        text=printed or reading["text"],
        units_text=reading.get("units_text") or "",
        deadline_text=reading.get("deadline_text") or "",
        source_ref=reading["source"]["ref"][:100],
        span_start=spans[0][0],
        span_end=spans[0][1],
    )


def facts_of(reading: dict[str, Any], answers: Resolver) -> TaskFacts:
    """What a row's reading says of its task, the names led to their units."""
    deadline = reading["deadline"]
    headings = reading["headings"]
    return TaskFacts(
        text=reading["text"],
        section=headings[0][:200] if headings else "",
        qualifier=sharing_words(reading.get("qualifier"))[:60],
        phrase=reading.get("deadline_text") or "",
        notation=deadline["notation"],
        reason=deadline["reason"],
        parts=merged(_parts(reading, answers)),
    )


def _parts(reading: dict[str, Any], answers: Resolver) -> Iterator[Part]:
    for part in reading["assignments"]:
        printed = part["unit"]
        found = answers.of(printed)
        group = printed if found.meaning is Meaning.GROUP else ""
        for unit_id in found.unit_ids:
            yield Part(unit_id, Role(part["role"]), printed, group)
