"""Making a plan of a confirmed draft: clauses, tasks, assignments, checkpoints (建立台账)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part, merged
from tracker.domain.checkpoint import checkpoints
from tracker.domain.china_time import china_day
from tracker.domain.deadline import parse_notation
from tracker.domain.passages import Kind
from tracker.domain.reading_words import sharing_words
from tracker.domain.task import Role
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import calendars
from tracker.services.checkpoints import refresh_dates
from tracker.services.draft_rows import first_start, others
from tracker.services.names import Meaning, Resolver
from tracker.store.tables import Assignment, Checkpoint, Clause, DraftRow, ImportDraft, Plan, Task

TITLE_LENGTH = 60
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")


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
        title=draft.title,
        year=draft.year,
        issuer=draft.issuer,
        document_number=draft.document_number,
        issued_on=draft.issued_on,
        basis=list(proposal.get("basis") or ()),
        source_sha256=draft.source_file.sha256,
        source_filename=draft.source_file.filename,
        text=proposal["text"],
        confirmed_by_id=actor.account_id,
        confirmed_at=now,
    )
    session.add(plan)
    session.flush()
    clauses = _clauses(plan.id, draft, rows)
    session.add_all(clauses.values())
    session.flush()
    included = [row for row in rows if row.included]
    starts_on = first_day(draft.year, draft.issued_on, china_day(now))
    calendar = calendars.load(session)
    for serial, row in enumerate(included, start=1):
        task = _task(plan.id, serial, row.reading, now)
        task.clause = clauses[first_start(row), row.id]
        task.assignments = list(_assignments(plan.id, row.reading, answers))
        task.checkpoints = list(_checkpoints(plan, task, starts_on, calendar))
        refresh_dates(task)
        session.add(task)
    session.flush()
    return plan


def first_day(year: int, issued_on: date | None, today: date) -> date:
    """The day from which a plan's rhythms are asked for.

    A running year's plan that comes into the program in September owes no 季度 report of March; a plan of a
    past year is history, and keeps all of it from its issue on.
    """
    issued = issued_on or date(year, 1, 1)
    return max(issued, today) if today.year <= year else issued


def title_of(text: str) -> str:
    """The first sentence of a requirement, cut at 60 characters."""
    match = _SENTENCE.search(text)
    first = match[0].strip() if match else text.strip()
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def _clauses(plan_id: int, draft: ImportDraft, rows: Sequence[DraftRow]) -> dict[tuple[int, int], Clause]:
    """Every passage of the document in its order, by where it begins and its row (0 for no task)."""
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
    for position, clause in enumerate(ordered.values()):
        clause.position = position
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


def _task(plan_id: int, serial: int, reading: dict[str, Any], now: datetime) -> Task:
    deadline = reading["deadline"]
    headings = reading["headings"]
    return Task(
        plan_id=plan_id,
        serial=serial,
        title=title_of(reading["text"]),
        text=reading["text"],
        section=headings[0][:200] if headings else "",
        qualifier=sharing_words(reading.get("qualifier"))[:60],
        deadline_phrase=reading.get("deadline_text") or "",
        deadline_notation=deadline["notation"],
        deadline_reason=deadline["reason"],
        state="assigned",
        created_at=now,
    )


def _assignments(plan_id: int, reading: dict[str, Any], answers: Resolver) -> Iterator[Assignment]:
    for position, part in enumerate(merged(_parts(reading, answers))):
        yield Assignment(
            plan_id=plan_id,
            unit_id=part.unit_id,
            role=part.role.value,
            printed_name=part.printed[:200],
            group_name=part.group[:120],
            position=position,
        )


def _parts(reading: dict[str, Any], answers: Resolver) -> Iterator[Part]:
    for part in reading["assignments"]:
        printed = part["unit"]
        found = answers.of(printed)
        group = printed if found.meaning is Meaning.GROUP else ""
        for unit_id in found.unit_ids:
            yield Part(unit_id, Role(part["role"]), printed, group)


def _checkpoints(plan: Plan, task: Task, starts_on: date, calendar: WorkCalendar) -> Iterator[Checkpoint]:
    reading = parse_notation(task.deadline_notation)
    for point in checkpoints(reading, plan_year=plan.year, starts_on=starts_on, calendar=calendar):
        yield Checkpoint(
            plan_id=plan.id,
            due_on=point.due_on,
            kind=point.kind.value,
            label=point.label[:120],
            provisional=point.provisional,
        )
