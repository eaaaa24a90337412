"""The list of plans, and a plan's text as printed with its clauses in place."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import takewhile

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.services.cadences import as_domain
from tracker.services.ledger import light_days
from tracker.store import tables
from tracker.store.queries import editions as edition_queries
from tracker.store.queries import plans as queries
from tracker.store.queries.plans import PlanSummary

_NUMBER = "[一二三四五六七八九十]+"
_HEADING = re.compile(rf"\s*(?:{_NUMBER}、|[（(]{_NUMBER}[)）]|第{_NUMBER}[章节])")
_LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in the list, with its reporting regime in words; empty when nothing is switched on."""

    plan: PlanSummary
    regime: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: of a clause, or between clauses.

    `anchor` is set on the first piece of a clause; `tasks` (id, running number) on its last.
    """

    text: str
    clause_id: int | None = None
    is_task: bool = False
    anchor: str = ""
    tasks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the document."""

    pieces: tuple[Piece, ...]
    heading: bool


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A document with its clauses in place; `marked` is the clause that was asked for.

    `document` is the edition that is shown: the plan itself, or a former (or undone) one of `editions`.
    """

    plan: tables.Plan
    paragraphs: tuple[Paragraph, ...]
    marked: int | None
    document: tables.Plan | tables.PlanEdition
    editions: tuple[tables.PlanEdition, ...] = ()
    number: int = 1
    in_force: int = 1

    @property
    def is_former(self) -> bool:
        return self.number != self.in_force


def listing(session: Session, actor: Actor, *, today: date) -> list[PlanLine]:
    """Every plan a person may see, newest first."""
    found = queries.summaries(session, light_days(session, today), actor)
    return [PlanLine(plan, _regime(plan.cadences)) for plan in found]


def _regime(rows: Sequence[tables.Cadence]) -> str:
    """The first cadence in full, the others by name."""
    if not rows:
        return ""
    others = "、".join(row.name for row in rows[1:])
    return as_domain(rows[0]).words + (f"；另有{others}" if others else "")


def source(
    session: Session, actor: Actor, *, plan_id: int, clause_id: int | None, edition: int | None = None
) -> SourcePage:
    """The document with every clause in place: the edition that was asked for, or that the clause stands in.

    Raises:
        NotFound: there is no such plan or edition, or the person has no task in it.

    """
    plan = queries.one(session, plan_id, actor)
    if plan is None:
        raise NotFound
    editions = tuple(edition_queries.editions(session, plan_id))
    in_force = max((each.number for each in editions if each.undone_at is None), default=1)
    if edition is None and clause_id is not None:
        edition = queries.edition_of(session, plan_id, clause_id)
    number = edition or in_force
    document: tables.Plan | tables.PlanEdition = plan
    if number != in_force:
        former = next((each for each in editions if each.number == number), None)
        if former is None:
            raise NotFound
        document = former
    clauses = queries.clauses(session, plan_id, number)
    marked = clause_id if clause_id in {clause.id for clause in clauses} else None
    spans = _without_overlap(clauses, marked)
    numbers = queries.tasks_of_clauses(session, plan_id, actor)
    paragraphs = tuple(_paragraphs(document.text, spans, numbers))
    return SourcePage(plan, paragraphs, marked, document, editions, number, in_force)


def anchor_of(clause: tables.Clause) -> str:
    """The name of the clause's place on the page of the document."""
    return f"offset-{clause.span_start}"


def _without_overlap(clauses: Sequence[tables.Clause], marked: int | None) -> list[tables.Clause]:
    """Clauses may share text: the one that was asked for is shown whole, else the one that begins first."""
    wanted = next((clause for clause in clauses if clause.id == marked), None)
    kept: list[tables.Clause] = []
    end = 0
    for clause in clauses:
        if wanted is not None and clause is not wanted and _overlap(clause, wanted):
            continue
        if clause.span_start >= end and clause.span_end > clause.span_start:
            kept.append(clause)
            end = clause.span_end
    return kept


def _overlap(one: tables.Clause, other: tables.Clause) -> bool:
    return one.span_start < other.span_end and other.span_start < one.span_end


def _begins_before(end: int, clause: tables.Clause) -> bool:
    return clause.span_start < end


def _paragraphs(
    text: str, spans: Sequence[tables.Clause], numbers: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[Paragraph]:
    """Each line of the text, cut where a clause begins or ends."""
    ahead = deque(spans)
    begin = 0
    for line in text.splitlines(keepends=True):
        end = begin + len(line)
        pieces: list[Piece] = []
        cursor = begin
        while ahead and ahead[0].span_end <= begin:
            ahead.popleft()
        for clause in takewhile(partial(_begins_before, end), ahead):
            start, stop = max(clause.span_start, begin), min(clause.span_end, end)
            pieces.append(Piece(text[cursor:start]))
            first = clause.span_start >= begin
            last = clause.span_end <= end
            pieces.append(
                Piece(
                    text[start:stop].rstrip("\r\n"),
                    clause.id,
                    clause.id in numbers,
                    anchor_of(clause) if first else "",
                    tuple(numbers.get(clause.id, ())) if last else (),
                )
            )
            cursor = stop
        pieces.append(Piece(text[cursor:end].rstrip("\r\n")))
        shown = tuple(piece for piece in pieces if piece.text)
        if shown:
            yield Paragraph(shown, heading=len(line) < _LONGEST_HEADING and bool(_HEADING.match(line)))
        begin = end
