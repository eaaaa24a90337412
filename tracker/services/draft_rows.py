"""Looking at a draft (导入草稿): its rows, the passages that are no task, names in a text field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.passages import Kind, Passage, Segment, other_passages, with_own_rows
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
    """The readings that a deadline offers, the importer's own first."""
    deadline = reading["deadline"]
    return tuple(dict.fromkeys([deadline["notation"], *deadline.get("other_readings", ())]))


def segments_of(draft: ImportDraft, rows: Iterable[DraftRow]) -> tuple[Segment, ...]:
    """The draft's segments, each with the id of the row it belongs to."""
    by_position = {row.position: row for row in rows}
    read = len(draft.draft["tasks"])
    segments: list[Segment] = []
    for raw in draft.draft["segments"]:
        task = raw.get("task")
        row = by_position.get(task) if task is not None else None
        segments.append(Segment(raw["start"], raw["end"], Kind(raw["kind"]), row.id if row else None))
    own = [
        (start, end, row.id)
        for row in by_position.values()
        if row.position >= read
        for start, end in row.reading["source"]["spans"]
    ]
    return with_own_rows(segments, own) if own else tuple(segments)


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
    found: list[str] = []
    for line in text.splitlines():
        line = tidied(line)
        found += [line] if line in whole else _split(line)
    return tuple(dict.fromkeys(name for name in found if name))


def _split(line: str) -> list[str]:
    parts = [""]
    depth = 0
    for character in line:
        if character in "(（[［〔【":
            depth += 1
        elif character in ")）]］〕】":
            depth = max(depth - 1, 0)
        if depth == 0 and character in "、，,；;":
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
