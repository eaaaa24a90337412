"""Making a plan of a confirmed draft: clauses, tasks, assignments, checkpoints (建立台账)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part, merged
from tracker.domain.batch import BatchKind
from tracker.domain.counts import Counts, counts_of
from tracker.domain.likeness import Relation
from tracker.domain.passages import Kind
from tracker.domain.reading_words import sharing_words
from tracker.domain.task import Role
from tracker.services import batches, claiming, counting
from tracker.services.draft_rows import first_start, others
from tracker.services.names import Meaning, Resolver
from tracker.services.task_making import TaskFacts, new_task
from tracker.store import bulk
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import editions as edition_queries
from tracker.store.tables import Clause, DraftRow, ImportDraft, Plan, Task

Clauses = dict[tuple[int, int], Clause]
"""Every passage of a document in its order, by where it begins and its row (0 for no task)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it is drawn up of a draft, not yet written: its passages, and each task with its place."""

    clauses: Clauses
    tasks: tuple[tuple[Task, tuple[int, int]], ...]
    counts: tuple[Counts, ...] = ()
    """What each of the tasks wants counted and timed, in their order."""


def draw_up(
    session: Session, *, draft: ImportDraft, rows: Sequence[DraftRow], answers: Resolver, now: datetime
) -> Drawn:
    """The plan of a draft that is ready; the caller has checked that it is.

    Raises:
        ValueError: the draft has no year.

    """
    if draft.year is None:
        raise ValueError("a plan needs a year")
    rhythm = batches.rhythm_of(session, draft.year, draft.issued_on, now)
    made = [(facts_of(row.reading, answers), (first_start(row), row.id)) for row in rows if row.included]
    tasks = [
        (new_task(0, serial, facts, rhythm, now=now), place)
        for serial, (facts, place) in enumerate(made, start=1)
    ]
    return Drawn(clauses_of(draft, rows), tuple(tasks), tuple(facts.counts for facts, _ in made))


def make_plan(session: Session, actor: Actor, *, draft: ImportDraft, drawn: Drawn, now: datetime) -> Plan:
    """Write a plan that was drawn up, flushed."""
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
    add_clauses(session, plan.id, drawn.clauses)
    for task, place in drawn.tasks:
        task.clause_id = drawn.clauses[place].id
    batch = batches.begin(
        session,
        actor,
        plan_id=plan.id,
        kind=BatchKind.IMPORT,
        source_file_id=draft.source_file_id,
        draft_id=draft.id,
        now=now,
    )
    tasks = [task for task, _ in drawn.tasks]
    batches.add_tasks(session, batch, tasks)
    counting.add(session, batch, list(zip(tasks, drawn.counts, strict=True)))
    claiming.open_missing(session, plan.id, now=now)
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


def clauses_of(draft: ImportDraft, rows: Sequence[DraftRow]) -> Clauses:
    """Every passage of the document, not yet written."""
    found: Clauses = {}
    for row in rows:
        if row.included:
            found[first_start(row), row.id] = _clause_of(row, draft.draft["text"])
    for passage in others(draft, rows):
        found[passage.start, 0] = Clause(
            kind=passage.kind.value,
            text=passage.text,
            span_start=passage.start,
            span_end=passage.end,
        )
    return dict(sorted(found.items()))


def add_clauses(session: Session, plan_id: int, clauses: Clauses, *, edition: int = 1) -> None:
    """Write the passages of an edition, which get their ids.

    Those of a later edition stand behind those of the former ones, which are never edited.
    """
    known = list(clauses.values())
    first = batch_queries.last_position(session, plan_id) + 1
    for position, clause in enumerate(known, start=first):
        clause.position = position
    ids = bulk.insert_numbered(session, known, plan_id=plan_id, edition=edition)
    for clause, number in zip(known, ids, strict=True):
        clause.id = number


def _clause_of(row: DraftRow, source: str) -> Clause:
    """The passage as it is printed, whatever a person has corrected in the task made from it."""
    reading = row.reading
    spans = reading["source"]["spans"] or [[0, 0]]
    printed = "\n".join(source[start:end] for start, end in spans) if row.edited else reading["text"]
    return Clause(
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
        counts=counts_of(reading, _named_units(reading, answers)),
    )


def _named_units(reading: dict[str, Any], answers: Resolver) -> dict[str, int]:
    """The classes of units that its quotas name and that are one unit's name."""
    printed = {quota.get("unit_class") or "" for quota in reading.get("quotas") or ()} - {""}
    found = ((name, answers.of(name)) for name in printed)
    return {name: each.unit_ids[0] for name, each in found if each.meaning is Meaning.UNIT}


def _parts(reading: dict[str, Any], answers: Resolver) -> Iterator[Part]:
    for part in reading["assignments"]:
        printed = part["unit"]
        found = answers.of(printed)
        group = printed if found.meaning is Meaning.GROUP else ""
        for unit_id in found.unit_ids:
            yield Part(unit_id, Role(part["role"]), printed, group)
