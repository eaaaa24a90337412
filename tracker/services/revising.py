"""Confirming a revision (确认修订): the plan and its tasks stay, the new edition of the document counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.events import Event
from tracker.services import auditing, batches, planning, remembered
from tracker.services.draft_rows import draft_of, first_start, open_draft
from tracker.services.edition_diff import Diff, diff
from tracker.services.editions import put_in_force, revision_of
from tracker.services.importing import KnownFile, mark_confirmed, settled
from tracker.services.readiness import Concern
from tracker.services.reading_first import read_then_lock
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import editions as queries
from tracker.store.queries import imports, standing
from tracker.store.tables import DraftRow, ImportDraft, Plan, PlanEdition

_COUNTING = frozenset({ChangeKind.WORDING, ChangeKind.DATE})
"""The changes that may change what a task wants counted and timed."""


@dataclass(frozen=True, slots=True)
class Revised:
    """What a confirmed revision has done."""

    plan: Plan
    made: Mapping[ChangeKind, int]
    left: int
    """Changes that were not made because nobody ticked them, or because the task is closed."""

    @property
    def words(self) -> str:
        """The same in a sentence."""
        said = "、".join(f"{kind.label}{count}项" for kind, count in self.made.items() if count)
        kept = f"；{self.left}项改动没有采用，保留原样" if self.left else ""
        return f"已按修订版更新：{said or '没有改动任务'}{kept}。原有报送、佐证都在。"


def confirm(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    version: int,
    accepted: Collection[Concern] = frozenset(),
    now: datetime,
) -> Revised:
    """Make the ticked changes (确认修订): the plan and its tasks stay, the document's new edition counts.

    What it changes is worked out before the plan is locked.

    Raises:
        KnownFile: it is confirmed already, by this draft or another of the same bytes.
        VersionConflict: somebody changed the draft since `version` was shown.
        NoRevision: nobody has said that it is a revision.
        NotReady: something is left to settle or to accept; says what.

    """
    read = read_then_lock(
        session,
        standing=lambda: _stands(session, draft_id),
        read=lambda: _read(session, draft_id, version, accepted),
        lock=lambda: _lock(session, draft_id),
    )
    draft, plan = read.draft, read.plan
    batch = batches.begin(
        session,
        actor,
        plan_id=plan.id,
        kind=BatchKind.REVISION,
        source_file_id=draft.source_file_id,
        draft_id=draft.id,
        now=now,
    )
    edition = _add_edition(session, actor, plan, draft, batch.id, now=now)
    planning.add_clauses(session, plan.id, read.clauses, edition=edition.number)
    reason = f"修订版（{draft.document_number}）" if draft.document_number else "修订版"
    changes = batches.Changes(session, actor, batch, reason, now=now)
    made = _make(changes, read)
    changes.write()
    _place(session, edition, read)
    put_in_force(plan, edition)
    remembered.remember(session, actor, draft=draft, rows=read.rows, now=now)
    mark_confirmed(draft, actor, plan, now=now)
    session.flush()
    done = Revised(plan, made, sum(item.is_change and not item.ticked for item in read.found.items))
    auditing.record(
        session, actor, Event.PLAN_REVISE, ("plan", plan.id), f"《{plan.title}》{done.words}",
        detail={"edition": edition.number, **{kind.value: count for kind, count in made.items()}}, now=now,
    )  # fmt: skip
    return done


@dataclass(frozen=True, slots=True)
class _Read:
    """A revision as it is worked out, before anything of it is written."""

    draft: ImportDraft
    plan: Plan
    rows: list[DraftRow]
    found: Diff
    clauses: planning.Clauses

    def clause_of(self, row: DraftRow) -> int:
        """The clause of the new edition that a row stands in."""
        return self.clauses[first_start(row), row.id].id


def _read(session: Session, draft_id: int, version: int, accepted: Collection[Concern]) -> _Read:
    draft = draft_of(session, draft_id)
    if draft.state == "confirmed":
        raise KnownFile(plan_id=draft.plan_id, draft_id=None)
    open_draft(session, draft_id)
    choice, plan = revision_of(session, draft_id)
    known = imports.plan_of(session, draft.source_file.sha256)
    if known is not None and known.id != plan.id:
        raise KnownFile(plan_id=known.id, draft_id=None)
    rows, answers = settled(session, draft, version=version, accepted=accepted)
    tasks = batch_queries.tasks(session, plan.id)
    found = diff(session, plan=plan, tasks=tasks, rows=rows, answers=answers, ticks=choice.ticks)
    return _Read(draft, plan, rows, found, planning.clauses_of(draft, rows))


def _stands(session: Session, draft_id: int) -> tuple[object, ...]:
    plan_id = queries.plan_chosen(session, draft_id)
    facts = standing.of_draft(session, draft_id)
    return (*facts, *standing.of_plan(session, plan_id)) if plan_id is not None else facts


def _lock(session: Session, draft_id: int) -> None:
    imports.lock_draft_only(session, draft_id)
    plan_id = queries.plan_chosen(session, draft_id)
    if plan_id is not None:
        batches.lock(session, plan_id)


def _make(changes: batches.Changes, read: _Read) -> dict[ChangeKind, int]:
    """Make the ticked changes, and count them."""
    made = dict.fromkeys(ChangeKind, 0)
    for item in read.found.items:
        if not item.ticked:
            continue
        for kind in item.kinds:
            made[kind] += 1
        if item.task is None and item.row is not None and item.facts is not None:
            changes.create(item.facts, clause_id=read.clause_of(item.row))
        elif item.task is not None and item.facts is None:
            changes.cancel(item.task, reason=f"{changes.reason}删去")
        elif item.task is not None and item.facts is not None:
            facts = item.facts
            changes.change(
                item.task,
                text=facts.text if ChangeKind.WORDING in item.kinds else None,
                units=facts.parts if ChangeKind.UNITS in item.kinds else None,
                deadline=batches.DeadlineChange(facts.notation, facts.phrase, facts.reason)
                if ChangeKind.DATE in item.kinds
                else None,
                counts=facts.counts if _COUNTING & set(item.kinds) else None,
            )
    return made


def _place(session: Session, edition: PlanEdition, read: _Read) -> None:
    """Let every task that the new edition still has stand where it stands there."""
    items = read.found.items
    pairs = [(item.task, item.row, item.facts) for item in items if item.task and item.row and item.facts]
    edition.places = {str(task.id): [task.clause_id, task.section, task.qualifier] for task, _, _ in pairs}
    session.flush()
    places = [
        {
            "task": task.id,
            "clause": read.clause_of(row),
            "section": facts.section,
            "qualifier": facts.qualifier,
        }
        for task, row, facts in pairs
    ]
    queries.place_tasks(session, places)


def _add_edition(
    session: Session, actor: Actor, plan: Plan, draft: ImportDraft, batch_id: int, *, now: datetime
) -> PlanEdition:
    """The new edition's row; the first time, also that of the edition the plan was made from."""
    known = queries.editions(session, plan.id)
    if not known:
        known = [
            PlanEdition(
                plan_id=plan.id,
                number=1,
                title=plan.title,
                issuer=plan.issuer,
                document_number=plan.document_number,
                issued_on=plan.issued_on,
                basis=list(plan.basis),
                source_sha256=plan.source_sha256,
                source_filename=plan.source_filename,
                text=plan.text,
                confirmed_by_id=plan.confirmed_by_id,
                confirmed_at=plan.confirmed_at,
            )
        ]
        session.add_all(known)
    edition = PlanEdition(
        plan_id=plan.id,
        number=known[-1].number + 1,
        title=draft.title,
        issuer=draft.issuer,
        document_number=draft.document_number,
        issued_on=draft.issued_on,
        basis=list(draft.draft.get("basis") or plan.basis),
        source_sha256=draft.source_file.sha256,
        source_filename=draft.source_file.filename,
        text=draft.draft["text"],
        confirmed_by_id=actor.account_id,
        confirmed_at=now,
        batch_id=batch_id,
    )
    session.add(edition)
    session.flush()
    return edition
