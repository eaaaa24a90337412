"""文稿 as pages: the list, what can be made, one document beside the facts of now, its figures' lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.access import Permission, UserRole, allows
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.report import Figure, Part, Report, ReportKind, from_json
from tracker.domain.report_text import ADDRESSEE, TITLE, Reading, as_it_reads, read
from tracker.services import plan_choice, report_kinds
from tracker.store.queries import report_drafts as queries
from tracker.store.queries import report_facts as facts
from tracker.store.queries import reporting
from tracker.store.queries.report_drafts import DraftFilter
from tracker.store.queries.report_facts import (
    Happened,
    HappenedFilter,
    HappenedRow,
    LineRow,
    Said,
)
from tracker.store.tables import AuditEvent, Period, Plan, ReportDraft, ReportPastText

PAGE = 50
LINES_A_PAGE = 100
A_LINE = 34
"""Characters that a line of a field holds."""
FEWEST_ROWS, MOST_ROWS = 3, 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind that can be made of a plan: its subjects as (key, label), the id of what is there already."""

    kind: ReportKind
    subjects: Sequence[tuple[str, str]]
    made: Mapping[str, tuple[int, datetime | None]]


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents that a filter meets, how many of each kind there are, and what can be made."""

    wanted: DraftFilter
    rows: Sequence[ReportDraft]
    kinds: Mapping[ReportKind, int]
    total: int
    page: int
    pages: int
    plans: Sequence[tuple[int, int, str]]
    plan_id: int | None
    """The plan of which something can be made."""
    offers: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as it is edited: what was made, what stands in the field, and how the two agree."""

    part: Part
    text: str
    edited: bool
    reading: Reading | None
    other: str | None
    """What is saved, where the text in the field was refused and differs from it."""

    @property
    def rows(self) -> int:
        """How high its field is."""
        lines = sum(1 + len(line) // A_LINE for line in self.text.split("\n"))
        return min(max(lines, FEWEST_ROWS), MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure whose list has another length now."""

    figure: Figure
    now: Figure


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One document; `present` holds its figures as they would be made now, where they still would be."""

    row: ReportDraft
    made: Report
    final: Report
    title: str
    addressee: str
    parts: Sequence[PartView]
    present: Mapping[str, Figure]
    moved: Sequence[Moved]
    past: Sequence[ReportPastText]
    events: Sequence[AuditEvent]
    editable: bool
    edited: int
    """How many of its parts a person has written."""

    @property
    def kind(self) -> ReportKind:
        return self.made.kind


def listing(session: Session, actor: Actor, wanted: DraftFilter, *, page: int, today: date) -> Listing:
    """The documents that a person may see, drafts first; who may write is offered what can be made."""
    writes = _writes(actor)
    kinds = queries.counts_by_kind(
        session, DraftFilter(None, wanted.plan_id, wanted.state), issued_only=not writes
    )
    total = kinds[wanted.kind] if wanted.kind else sum(kinds.values())
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.listed(session, wanted, issued_only=not writes, limit=PAGE, offset=(page - 1) * PAGE)
    known = queries.plans(session)
    plan_id = wanted.plan_id or plan_choice.usual(session, known)
    offers = _offers(session, plan_id, today) if writes and plan_id else ()
    return Listing(wanted, rows, kinds, total, page, pages, known, plan_id, offers)


def _offers(session: Session, plan_id: int, today: date) -> tuple[Offer, ...]:
    return tuple(
        Offer(kind, one.subjects(session, plan_id, today), queries.subjects_made(session, plan_id, kind))
        for kind, one in report_kinds.KINDS.items()
    )


def view(
    session: Session, actor: Actor, *, draft_id: int, typed: Mapping[str, str] | None = None, now: datetime
) -> ReportPage:
    """One document; `typed` stands in its fields where it was refused.

    Raises:
        NotFound: there is none, or it is a draft and not this person's to read.

    """
    row = _seen(session, actor, draft_id)
    made = from_json(row.facts)
    present = _present(session, actor, row, now=now)
    saved = dict(row.edited)
    moved = [
        Moved(figure, present[figure.key])
        for figure in dict.fromkeys(made.figures())
        if figure.key in present and present[figure.key].address == figure.address
        if present[figure.key].value != figure.value
    ]
    parts = tuple(_part(part, saved, typed or {}) for part in made.parts)
    return ReportPage(
        row=row,
        made=made,
        final=as_it_reads(made, saved),
        title=(typed or {}).get(TITLE, saved.get(TITLE, made.title)),
        addressee=(typed or {}).get(ADDRESSEE, saved.get(ADDRESSEE, made.addressee)),
        parts=parts,
        present=present,
        moved=moved,
        past=queries.past_texts(session, row.id),
        events=queries.events(session, row.id),
        editable=_writes(actor) and row.state == queries.DRAFT,
        edited=len(saved),
    )


def _part(part: Part, saved: Mapping[str, str], typed: Mapping[str, str]) -> PartView:
    kept = saved.get(part.key, part.text)
    text = typed.get(part.key, kept)
    edited = text != part.text
    other = kept if part.key in typed and text != kept else None
    return PartView(part, text, edited, read(part, text) if edited else None, other)


def _present(session: Session, actor: Actor, row: ReportDraft, *, now: datetime) -> dict[str, Figure]:
    kind = ReportKind(row.kind)
    try:
        report = report_kinds.write(session, actor, kind, plan_id=row.plan_id, subject=row.subject, now=now)
    except RuleViolated:
        return {}  # what it tells of is gone, or cannot be told now
    return {figure.key: figure for figure in report.figures()}


def final(session: Session, actor: Actor, *, draft_id: int) -> Report:
    """One document as it reads, for a file.

    Raises:
        NotFound: there is none, or it is a draft and not this person's to read.

    """
    row = _seen(session, actor, draft_id)
    return as_it_reads(from_json(row.facts), row.edited)


def issued_at(session: Session, actor: Actor, *, draft_id: int) -> datetime | None:
    """When a document was issued (定稿); None for a draft.

    Raises:
        NotFound: there is none, or it is not this person's to read.

    """
    return _seen(session, actor, draft_id).issued_at


def _seen(session: Session, actor: Actor, draft_id: int) -> ReportDraft:
    row = queries.one(session, draft_id, issued_only=not _writes(actor))
    if row is None:
        raise NotFound
    return row


def _writes(actor: Actor) -> bool:
    return allows(UserRole(actor.role), Permission.REPORT_WRITE)


@dataclass(frozen=True, slots=True)
class LineList:
    """The lines of a period's returns that say something."""

    plan: Plan
    periods: Sequence[Period]
    said: Said
    rows: Sequence[LineRow]
    counts: Mapping[Said, int]
    page: int
    pages: int

    @property
    def total(self) -> int:
        return self.counts[self.said]


def lines(
    session: Session, *, plan_id: int, cadence: str, period: str, together: bool, said: Said, page: int
) -> LineList:
    """The list behind a figure of what units said in a period, or in all that are taken together with it.

    Raises:
        NotFound: there is no such period.

    """
    plan = reporting.plan(session, plan_id)
    rhythm = reporting.cadence_of(session, plan_id, cadence) if plan else None
    found = reporting.period_by_key(session, rhythm.id, period) if rhythm else None
    if plan is None or found is None:
        raise NotFound
    periods = reporting.taken_together(session, found) if together else [found]
    returned = facts.newest_returns(session, [each.id for each in periods])
    counts = facts.line_counts(session, returned)
    pages = max(1, -(-counts[said] // LINES_A_PAGE))
    page = min(max(page, 1), pages)
    before = (page - 1) * LINES_A_PAGE
    rows = facts.lines(session, returned, said, plan_id=plan_id, limit=LINES_A_PAGE, offset=before)
    return LineList(plan, periods, said, rows, counts, page, pages)


@dataclass(frozen=True, slots=True)
class HappenedList:
    """What happened to a plan between two days."""

    plan: Plan
    wanted: HappenedFilter
    rows: Sequence[HappenedRow]
    total: int
    page: int
    pages: int


def happened(session: Session, wanted: HappenedFilter, *, page: int) -> HappenedList:
    """The list behind a figure of what happened.

    Raises:
        NotFound: there is no such plan.

    """
    plan = reporting.plan(session, wanted.plan_id)
    if plan is None:
        raise NotFound
    total = facts.happened_count(session, wanted)
    pages = max(1, -(-total // LINES_A_PAGE))
    page = min(max(page, 1), pages)
    rows = facts.happened(session, wanted, limit=LINES_A_PAGE, offset=(page - 1) * LINES_A_PAGE)
    return HappenedList(plan, wanted, rows, total, page, pages)


__all__ = ["DraftFilter", "Happened", "HappenedFilter", "Said"]
