"""Looking at a draft (导入草稿): its rows, the passages that are no task, names in a text field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import row_pieces
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.passages import Kind, Passage, Segment, other_passages
from tracker.domain.task_sheet import names_in
from tracker.services.units import tidied
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft


def draft_of(session: Session, draft_id: int) -> ImportDraft:
    """One draft, open or not.

    Raises:
        NotFound: there is none.

    """
    found = queries.draft(session, draft_id)
    if found is None:
        raise NotFound
    return found


def open_draft(session: Session, draft_id: int) -> ImportDraft:
    """One draft that may still be changed.

    Raises:
        NotFound: there is none.
        RuleViolated: it is confirmed or discarded.

    """
    found = draft_of(session, draft_id)
    if found.state != "open":
        raise RuleViolated("这份导入已经结束，不能再改。")
    return found


def row_of(session: Session, draft_id: int, row_id: int, *, version: int | None = None) -> DraftRow:
    """One row of one draft.

    Raises:
        NotFound: there is none.
        VersionConflict: somebody else changed it since `version`.

    """
    found = queries.row(session, draft_id, row_id)
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise VersionConflict
    return found


def readings_of(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """The readings that a deadline offers, the one that stands first."""
    deadline = reading["deadline"]
    return tuple(dict.fromkeys([deadline["notation"], *deadline.get("other_readings", ())]))


def segments_of(draft: ImportDraft, rows: Iterable[DraftRow]) -> tuple[Segment, ...]:
    """The draft's segments, each with the id of the row it belongs to."""
    known = list(rows)
    by_position = {row.position: row.id for row in known}
    own = {row.id: pieces for row in known if (pieces := _own_pieces(draft, row)) is not None}
    segments = (
        Segment(raw["start"], raw["end"], Kind(raw["kind"]), by_position.get(raw.get("task", -1)))
        for raw in draft.draft["segments"]
    )
    over = [piece for pieces in own.values() for piece in pieces]
    return row_pieces.laid_over(segments, over, own) if own else tuple(segments)


def _own_pieces(draft: ImportDraft, row: DraftRow) -> list[Segment] | None:
    """The stretches that a person gave a row; None for a row that stands as the importer read it."""
    pieces = row.reading.get("pieces")
    if pieces is not None:
        return [Segment(start, end, Kind(kind), row.id) for start, end, kind in pieces]
    if row.position < len(draft.draft["tasks"]):
        return None
    return [Segment(start, end, Kind.TASK, row.id) for start, end in row.reading["source"]["spans"]]


def as_pieces(segments: Iterable[Segment]) -> list[list[int | str]]:
    """Segments as a row keeps them."""
    return [[segment.start, segment.end, segment.kind.value] for segment in segments]


def original_of(draft: ImportDraft, row: DraftRow) -> Mapping[str, Any] | None:
    """What the importer read for a row; None for a row that a person has made or cut to shape."""
    if "pieces" in row.reading or row.position >= len(draft.draft["tasks"]):
        return None
    read: Mapping[str, Any] = draft.draft["tasks"][row.position]
    return read


def is_absorbed(row: DraftRow) -> bool:
    """Whether the row's text has gone to another row, so that nothing is left of it."""
    return row.reading.get("pieces") == []


def others(draft: ImportDraft, rows: Iterable[DraftRow]) -> tuple[Passage, ...]:
    """其他段落: everything of the document that is no task."""
    known = list(rows)
    included = frozenset(row.id for row in known if row.included)
    return other_passages(draft.draft["text"], segments_of(draft, known), included)


def first_start(row: DraftRow) -> int:
    """Where a row begins in the text."""
    spans: list[list[int]] = row.reading["source"]["spans"]
    return spans[0][0] if spans else 0


def split_names(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Names from a text field: one a line, or with 、，； between; names in `known` and brackets stay whole.

    各县(市、区)政府 and 各市、县〔市、区〕政府 contain a list mark and are one name each.
    """
    whole = set(known)
    lines = [tidied(line) for line in text.splitlines()]
    found = [name for line in lines for name in ([line] if line in whole else names_in(line))]
    return tuple(dict.fromkeys(name for name in found if name))
