"""The check page (核对): the source beside the reading, what is doubtful, what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import InvalidInput
from tracker.domain.passages import Kind, Line, Passage, by_kind, source_lines
from tracker.domain.reading_words import in_words, sharing_words
from tracker.domain.task import Role
from tracker.services import check_up
from tracker.services.check_up import Noticed
from tracker.services.draft_deadlines import Card, cards, is_remembered, is_undecided, offered
from tracker.services.draft_parts import Part, parts_of
from tracker.services.draft_rows import draft_of, is_absorbed, others, row_of, segments_of
from tracker.services.names import Meaning, Resolution, Resolver, resolver
from tracker.services.readiness import Concern, Obstacle, Readiness, is_doubtful, readiness
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft

PAGE_SIZE = 60
SHOWS = {
    "all": "全部任务",
    "doubtful": "需要确认",
    "deadline": "时限待定",
    "unchecked": "还没核对",
    "no-unit": "没有责任单位",
    "no-deadline": "没有时限",
    "others": "其他段落",
    "findings": "体检",
}
_PRECISIONS = {"month": "月", "quarter": "季度", "year": "年"}
NEIGHBOURS = 2
"""How many lines stand around a row's own on its page."""


@dataclass(frozen=True, slots=True)
class NamedPart:
    """One printed name of a row and what it leads to."""

    printed: str
    inherited: bool
    resolution: Resolution

    @property
    def is_open(self) -> bool:
        return self.resolution.meaning is Meaning.OPEN


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as the check page shows it."""

    row: DraftRow
    serial: int
    parts: tuple[tuple[Role, tuple[NamedPart, ...]], ...]
    choices: tuple[tuple[str, str], ...]
    """The readings of the deadline in the importer's order, as (notation, words)."""
    doubtful: bool

    @property
    def open_names(self) -> int:
        """How many of its names still lead nowhere."""
        return sum(part.is_open for _, parts in self.parts for part in parts)

    @property
    def reading(self) -> Mapping[str, Any]:
        return self.row.reading

    @property
    def qualifier(self) -> str:
        """How the work is shared, where the document says so."""
        return sharing_words(self.row.reading.get("qualifier"))

    @property
    def decided(self) -> bool:
        """Whether the deadline has one reading that stands."""
        return bool(self.row.reading["deadline"].get("certain", True))

    @property
    def remembered(self) -> bool:
        """Whether the deadline stands because the office has read such a phrase so before."""
        return is_remembered(self.row.reading)

    @property
    def deadline(self) -> str:
        """What stands, in words; precision and softness as far as the reading has them."""
        said = self.row.reading["deadline"]
        soft = "力争" if said.get("soft") else ""
        return f"{soft}{in_words(said['notation']).removeprefix(soft)}"

    @property
    def precision(self) -> str:
        """How exactly the document prints the day, where that is not the day itself: 月, 季度, 年."""
        return _PRECISIONS.get(self.row.reading["deadline"].get("precision") or "", "")

    @property
    def findings(self) -> tuple[Mapping[str, Any], ...]:
        """What is still to be looked at."""
        found = self.row.reading["findings"]
        return () if self.row.checked else tuple(each for each in found if not each.get("settled"))


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A draft with its source, one page of its rows, and what is left before it can be confirmed."""

    draft: ImportDraft
    show: str
    page: int
    pages: int
    rows: tuple[RowView, ...]
    lines: tuple[Line, ...]
    others: tuple[tuple[Kind, tuple[Passage, ...]], ...]
    findings: tuple[Noticed, ...]
    """The check-up (体检); what was put aside comes last."""
    cards: tuple[Card, ...]
    """The queue of deadlines to decide, each kind of phrase once."""
    counts: Mapping[str, int]
    checked: int
    left: Readiness

    @property
    def is_plan(self) -> bool:
        """Whether the importer found a task at all."""
        return bool(self.draft.draft["tasks"])

    @property
    def serials(self) -> tuple[Passage, ...]:
        """Passages that are a number alone; they are folded, for there may be one a row."""
        return tuple(passage for _, passages in self.others for passage in passages if passage.is_serial)

    @property
    def open_names(self) -> int:
        return len(self.left.names(Obstacle.NAME))


def check_page(session: Session, *, draft_id: int, show: str = "all", page: int = 1) -> CheckPage:
    """A draft for checking; `show` is one of `SHOWS`.

    Raises:
        NotFound: there is no such draft.
        InvalidInput: there is no such view.

    """
    if show not in SHOWS:
        raise InvalidInput("没有这种筛选。")
    draft = draft_of(session, draft_id)
    rows = queries.rows(session, draft_id)
    answers = resolver(session, draft_id)
    left = readiness(draft, rows, answers)
    included = [row for row in rows if row.included]
    wanted = _wanted(show, included, left)
    pages = max(-(-len(wanted) // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    serials = {row.id: serial for serial, row in enumerate(included, start=1)}
    shown = wanted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    passages = others(draft, rows)
    findings = check_up.check_up(session, draft, rows)
    concerns = {_show_of(found.concern): found.count for found in left.concerns}
    return CheckPage(
        draft=draft,
        show=show,
        page=page,
        pages=pages,
        rows=tuple(_row_view(row, serials[row.id], answers) for row in shown),
        lines=source_lines(draft.draft["text"], segments_of(draft, included)),
        others=by_kind(passages),
        findings=findings,
        cards=cards(enumerate(included, start=1)),
        counts={
            "all": len(included),
            "doubtful": sum(is_doubtful(row) for row in included),
            "deadline": sum(is_undecided(row.reading) for row in included),
            "unchecked": sum(not row.checked for row in included),
            "no-unit": concerns.get("no-unit", 0),
            "no-deadline": concerns.get("no-deadline", 0),
            "others": len(passages),
            "findings": sum(not found.seen for found in findings),
        },
        checked=sum(row.checked for row in included),
        left=left,
    )


def _wanted(show: str, included: Sequence[DraftRow], left: Readiness) -> list[DraftRow]:
    if show == "doubtful":
        return [row for row in included if is_doubtful(row)]
    if show == "unchecked":
        return [row for row in included if not row.checked]
    for found in left.concerns:
        if show == _show_of(found.concern):
            return [row for row in included if row.id in set(found.row_ids)]
    return list(included) if show == "all" else []


def open_deadlines(session: Session, *, draft_id: int) -> int:
    """How many deadlines of a draft still have to be decided."""
    return sum(row.included and is_undecided(row.reading) for row in queries.rows(session, draft_id))


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the check goes on: a row, and the page of a view on which it stands."""

    row_id: int
    show: str
    page: int


def next_doubt(
    session: Session, *, draft_id: int, after: int = 0, before: int = 0, show: str = "all"
) -> Stop | None:
    """The next row that a person should look at, after or before one; round the end to the beginning.

    It is shown in the view `show` where that has it, else among the doubtful ones. None: nothing is left.

    Raises:
        NotFound: there is no such draft.

    """
    draft = draft_of(session, draft_id)
    rows = queries.rows(session, draft_id)
    included = [row for row in rows if row.included]
    order = {row.id: place for place, row in enumerate(rows)}
    doubts = [row for row in included if is_doubtful(row)]
    if not doubts or draft.state != "open":
        return None
    if before:
        earlier = [row for row in doubts if order[row.id] < order.get(before, 0)]
        found = (earlier or doubts)[-1]
    else:
        here = order.get(after, -1)
        found = next((row for row in doubts if order[row.id] > here), doubts[0])
    shown = included if show == "all" else doubts
    place = [row.id for row in shown].index(found.id)
    return Stop(found.id, "all" if show == "all" else "doubtful", place // PAGE_SIZE + 1)


def _show_of(concern: Concern) -> str:
    return concern.value.replace("_", "-")


def _row_view(row: DraftRow, serial: int, answers: Resolver) -> RowView:
    return RowView(
        row=row,
        serial=serial,
        parts=_parts(row.reading["assignments"], answers),
        choices=tuple((notation, in_words(notation)) for notation in _choices(row.reading)),
        doubtful=is_doubtful(row),
    )


def _choices(reading: Mapping[str, Any]) -> Iterable[str]:
    """The readings that are offered, and the one that stands where a person has set it freely."""
    stands = reading["deadline"]["notation"]
    known = offered(reading)
    return known if stands in known else (stands, *known)


def _parts(
    assignments: Iterable[Mapping[str, Any]], answers: Resolver
) -> tuple[tuple[Role, tuple[NamedPart, ...]], ...]:
    by_role: dict[Role, list[NamedPart]] = {}
    for part in assignments:
        named = NamedPart(part["unit"], bool(part.get("inherited")), answers.of(part["unit"]))
        by_role.setdefault(Role(part["role"]), []).append(named)
    order = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
    return tuple((role, tuple(by_role[role])) for role in order if role in by_role)


@dataclass(frozen=True, slots=True)
class RowPage:
    """One row to correct, with the lines of the source around it and the rows before and after."""

    draft: ImportDraft
    view: RowView
    lines: tuple[Line, ...]
    owed: tuple[str, ...]
    """Units that an earlier rule of the document owes for it; offered, not assigned."""
    before: int | None
    after: int | None
    parts: tuple[Part, ...]
    """Its text as it can be parted."""
    following: DraftRow | None
    """The task after it, with which it can be made one."""
    absorbed: bool


def row_page(session: Session, *, draft_id: int, row_id: int) -> RowPage:
    """One row of a draft.

    Raises:
        NotFound: there is no such row.

    """
    draft = draft_of(session, draft_id)
    row = row_of(session, draft_id, row_id)
    rows = [each for each in queries.rows(session, draft_id) if each.included or each.id == row_id]
    place = [each.id for each in rows].index(row_id)
    named = {part["unit"] for part in row.reading["assignments"]}
    following = rows[place + 1] if place + 1 < len(rows) else None
    return RowPage(
        draft=draft,
        view=_row_view(row, place + 1, resolver(session, draft_id)),
        lines=_around(source_lines(draft.draft["text"], segments_of(draft, rows)), row_id),
        owed=tuple(part["unit"] for part in row.reading.get("owed_units") or () if part["unit"] not in named),
        before=rows[place - 1].id if place else None,
        after=following.id if following else None,
        parts=parts_of(draft, row) if row.included else (),
        following=following if row.included else None,
        absorbed=is_absorbed(row),
    )


def _around(lines: Sequence[Line], row_id: int) -> tuple[Line, ...]:
    """The lines of one row, and a few before and after."""
    own = [number for number, line in enumerate(lines) if any(piece.row == row_id for piece in line.pieces)]
    if not own:
        return ()
    return tuple(lines[max(own[0] - NEIGHBOURS, 0) : own[-1] + NEIGHBOURS + 1])


__all__ = [
    "SHOWS",
    "CheckPage",
    "ImportDraft",
    "RowPage",
    "RowView",
    "Stop",
    "check_page",
    "draft_of",
    "next_doubt",
    "open_deadlines",
    "row_page",
]
