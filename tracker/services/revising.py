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
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import editions as queries
from tracker.store.queries import imports
from tracker.store.tables import Clause, ImportBatch, ImportDraft, Plan, PlanEdition


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

    Raises:
        KnownFile: it is confirmed already, by this draft or another of the same bytes.
        VersionConflict: somebody changed the draft since `version` was shown.
        NoRevision: nobody has said that it is a revision.
        NotReady: something is left to settle or to accept; says what.

    """
    draft = imports.lock_draft(session, draft_id)
    if draft is None or draft.state == "confirmed":
        draft = draft_of(session, draft_id)
        raise KnownFile(plan_id=draft.plan_id, draft_id=None)
    open_draft(session, draft_id)
    choice, plan = revision_of(session, draft_id)
    known = imports.plan_of(session, draft.source_file.sha256)
    if known is not None and known.id != plan.id:
        raise KnownFile(plan_id=known.id, draft_id=None)
    rows, answers = settled(session, draft, version=version, accepted=accepted)
    batch = batches.begin(
        session,
        actor,
        plan_id=plan.id,
        kind=BatchKind.REVISION,
        source_file_id=draft.source_file_id,
        draft_id=draft.id,
        now=now,
    )
    tasks = batch_queries.lock_tasks(session, plan.id)
    found = diff(session, plan=plan, tasks=tasks, rows=rows, answers=answers, ticks=choice.ticks)
    edition = _add_edition(session, actor, plan, draft, batch.id, now=now)
    clauses = planning.add_clauses(session, plan.id, draft, rows, edition=edition.number)
    reason = f"修订版（{draft.document_number}）" if draft.document_number else "修订版"
    made = _apply(session, actor, batch, found, clauses, reason, now=now)
    _place(session, edition, found, clauses)
    put_in_force(plan, edition)
    remembered.remember(session, actor, draft=draft, rows=rows, now=now)
    mark_confirmed(draft, actor, plan, now=now)
    session.flush()
    done = Revised(plan, made, sum(item.is_change and not item.ticked for item in found.items))
    auditing.record(
        session, actor, Event.PLAN_REVISE, ("plan", plan.id), f"《{plan.title}》{done.words}",
        detail={"edition": edition.number, **{kind.value: count for kind, count in made.items()}}, now=now,
    )  # fmt: skip
    return done


def _apply(  # noqa: PLR0917 - what a confirmation works with
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    found: Diff,
    clauses: Mapping[tuple[int, int], Clause],
    reason: str,
    *,
    now: datetime,
) -> dict[ChangeKind, int]:
    made = dict.fromkeys(ChangeKind, 0)
    for item in found.items:
        if not item.ticked:
            continue
        for kind in item.kinds:
            made[kind] += 1
        if item.task is None and item.row is not None and item.facts is not None:
            clause = clauses[first_start(item.row), item.row.id]
            batches.create_task(
                session, actor, batch, facts=item.facts, clause_id=clause.id, reason=reason, now=now
            )
        elif item.task is not None and item.facts is None:
            batches.cancel_task(session, actor, batch, item.task, reason=f"{reason}删去", now=now)
        elif item.task is not None and item.facts is not None:
            facts = item.facts
            batches.change_task(
                session,
                actor,
                batch,
                item.task,
                text=facts.text if ChangeKind.WORDING in item.kinds else None,
                units=facts.parts if ChangeKind.UNITS in item.kinds else None,
                deadline=batches.DeadlineChange(facts.notation, facts.phrase, facts.reason)
                if ChangeKind.DATE in item.kinds
                else None,
                reason=reason,
                now=now,
            )
    return made


def _place(
    session: Session, edition: PlanEdition, found: Diff, clauses: Mapping[tuple[int, int], Clause]
) -> None:
    """Let every task that the new edition still has stand where it stands there."""
    pairs = [
        (item.task, item.row, item.facts) for item in found.items if item.task and item.row and item.facts
    ]
    edition.places = {str(task.id): [task.clause_id, task.section, task.qualifier] for task, _, _ in pairs}
    session.flush()
    places = [
        {
            "task": task.id,
            "clause": clauses[first_start(row), row.id].id,
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
