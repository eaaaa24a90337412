"""Editions (修订与转发): a document that is like a plan is said to be, compared with it, and confirmed.

The program proposes (`recognising`), a person decides (`choose`). A revision keeps the plan and its tasks
with their ids, returns, evidence and closed stages; it adds the clauses of the new edition, and what it
changes is a batch that can be undone (`tracker.services.revising`, `tracker.services.undoing`). See
docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.batch import ChangeKind
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.likeness import Relation
from tracker.services import auditing
from tracker.services.draft_rows import draft_of, open_draft
from tracker.services.edition_diff import DiffItem, diff
from tracker.services.names import resolver
from tracker.services.readiness import Readiness, readiness
from tracker.services.recognising import Proposed, proposals
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import editions as queries
from tracker.store.queries import imports
from tracker.store.tables import EditionChoice, ImportDraft, Plan, PlanEdition

PAGE_SIZE = 60
SHOWS = {
    "all": "全部改动",
    ChangeKind.WORDING.value: ChangeKind.WORDING.label,
    ChangeKind.UNITS.value: ChangeKind.UNITS.label,
    ChangeKind.DATE.value: ChangeKind.DATE.label,
    ChangeKind.NEW.value: ChangeKind.NEW.label,
    ChangeKind.REMOVED.value: ChangeKind.REMOVED.label,
    "unchanged": "没有变化",
}


class NoRevision(RuleViolated):
    """这份文件还没有认定为修订版，请先在核对页认定。"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a draft is to the plans that are known: decided, proposed, or neither."""

    choice: EditionChoice | None
    plan: Plan | None
    proposed: Proposed | None
    others: tuple[Plan, ...] = ()
    """The plans that a person may name where the program has proposed none, or another one."""

    @property
    def relation(self) -> Relation | None:
        return Relation(self.choice.relation) if self.choice else None

    @property
    def words(self) -> str:
        """The same in a few words for a list."""
        if self.proposed is not None:
            return f"像是《{self.proposed.plan.title}》的{self.proposed.relation.label}，请认定"
        if self.plan is None or self.relation in {None, Relation.SEPARATE}:
            return ""
        return f"《{self.plan.title}》的{self.relation.label if self.relation else ''}"

    @property
    def is_revision(self) -> bool:
        return self.relation is Relation.REVISION and self.plan is not None


def standing(session: Session, draft: ImportDraft) -> Standing:
    """What was decided of a draft, else what is proposed; an ended draft is asked nothing."""
    return standings(session, [draft.id]).get(draft.id, Standing(None, None, None))


def standings(session: Session, draft_ids: Iterable[int]) -> dict[int, Standing]:
    """The same of the drafts of a list; only those that are open are compared with the plans."""
    wanted = list(draft_ids)
    found = {}
    for draft_id, choice in queries.choices(session, wanted).items():
        plan = session.get(Plan, choice.plan_id) if choice.plan_id else None
        found[draft_id] = Standing(choice, plan, None)
    drafts = imports.open_drafts(session, [each for each in wanted if each not in found])
    for draft_id, (proposed, near) in proposals(session, drafts).items():
        others = tuple(each.plan for each in near if proposed is None or each.plan.id != proposed.plan.id)
        found[draft_id] = Standing(None, None, proposed, others)
    return found


def choose(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    relation: Relation,
    plan_id: int | None,
    now: datetime,
) -> EditionChoice:
    """Say what a draft is; it may be said otherwise until the draft is confirmed.

    Raises:
        InvalidInput: a revision or a forwarding of no plan.
        NotFound: there is no such draft or plan.

    """
    draft = open_draft(session, draft_id)
    if relation is not Relation.SEPARATE and plan_id is None:
        raise InvalidInput("请选定是哪一份文件的修订版或转发件。")
    plan = session.get(Plan, plan_id) if plan_id is not None else None
    if plan_id is not None and plan is None:
        raise NotFound
    choice = queries.choice(session, draft_id)
    if choice is None:
        choice = EditionChoice(import_draft_id=draft_id)
        session.add(choice)
    elif choice.plan_id != plan_id:
        choice.ticks = {}
    choice.relation = relation.value
    choice.plan_id = plan_id
    choice.decided_by_id, choice.decided_at = actor.account_id, now
    session.flush()
    imports.touch(session, draft_id)
    to_what = (
        f"《{plan.title}》的{relation.label}" if plan and relation is not Relation.SEPARATE else "新计划"
    )
    summary = f"把“{draft.title}”认定为{to_what}"
    auditing.record(session, actor, Event.DRAFT_COMPARE, ("import_draft", draft_id), summary, now=now)
    return choice


@dataclass(frozen=True, slots=True)
class DiffPage:
    """One page of what an edition changes, and what is left before it can be confirmed."""

    draft: ImportDraft
    plan: Plan
    items: tuple[DiffItem, ...]
    counts: Mapping[str, int]
    taken: int
    show: str
    page: int
    pages: int
    left: Readiness


def diff_page(session: Session, *, draft_id: int, show: str = "all", page: int = 1) -> DiffPage:
    """What the draft changes in its plan; `show` is one of `SHOWS`.

    Raises:
        NotFound: there is no such draft.
        NoRevision: nobody has said that it is a revision.
        InvalidInput: there is no such view.

    """
    if show not in SHOWS:
        raise InvalidInput("没有这种筛选。")
    draft = draft_of(session, draft_id)
    choice, plan = revision_of(session, draft_id)
    rows = imports.rows(session, draft_id)
    answers = resolver(session, draft_id)
    tasks = batch_queries.tasks(session, plan.id)
    found = diff(session, plan=plan, tasks=tasks, rows=rows, answers=answers, ticks=choice.ticks)
    wanted = [item for item in found.items if _shown(item, show)]
    pages = max(-(-len(wanted) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    return DiffPage(
        draft,
        plan,
        tuple(wanted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        found.counts(),
        sum(item.ticked for item in found.items),
        show,
        page,
        pages,
        readiness(draft, rows, answers),
    )


def _shown(item: DiffItem, show: str) -> bool:
    if show == "unchanged":
        return not item.is_change
    return item.is_change if show == "all" else show in item.kinds


def tick(
    session: Session,
    actor: Actor,  # noqa: ARG001 - ticks are no act yet; the confirmation is, and the trail tells it
    *,
    draft_id: int,
    shown: Collection[str],
    taken: Collection[str],
    now: datetime,  # noqa: ARG001 - as every service
) -> None:
    """Keep which of the shown changes are to be made (勾选), so that nobody need tick them twice.

    Raises:
        NoRevision: nobody has said that it is a revision.

    """
    open_draft(session, draft_id)
    choice, _ = revision_of(session, draft_id)
    choice.ticks = {**choice.ticks, **{key: key in taken for key in shown}}
    session.flush()


def revision_of(session: Session, draft_id: int) -> tuple[EditionChoice, Plan]:
    """What a draft was said to be a revision of.

    Raises:
        NotFound: there is no such draft.
        NoRevision: nobody has said that it is a revision.

    """
    choice = queries.choice(session, draft_id)
    if choice is None or choice.relation != Relation.REVISION or choice.plan_id is None:
        draft_of(session, draft_id)  # says that there is none
        raise NoRevision
    plan = session.get(Plan, choice.plan_id)
    if plan is None:
        raise NoRevision
    return choice, plan


def put_in_force(plan: Plan, edition: PlanEdition) -> None:
    """Let the plan say what an edition says of itself; its year and its first confirmation stay."""
    plan.title = edition.title
    plan.issuer = edition.issuer
    plan.document_number = edition.document_number
    plan.issued_on = edition.issued_on
    plan.basis = list(edition.basis)
    plan.source_sha256 = edition.source_sha256
    plan.source_filename = edition.source_filename
    plan.text = edition.text
