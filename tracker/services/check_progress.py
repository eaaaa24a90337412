"""How far the checking of open drafts has come, for the list of imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.services.readiness import is_doubtful
from tracker.store.queries import checking
from tracker.store.tables import DraftVisit


@dataclass(frozen=True, slots=True)
class Progress:
    """What is left to look at in one draft, and the last act of anybody in it."""

    left: int
    last: DraftVisit | None


def of_drafts(session: Session, draft_ids: Iterable[int]) -> dict[int, Progress]:
    """The progress of each of these drafts."""
    ids = list(draft_ids)
    left = Counter(
        row.import_draft_id for row in checking.rows_of(session, ids) if row.included and is_doubtful(row)
    )
    last: dict[int, DraftVisit] = {}
    for visit in checking.visits(session, ids):
        last.setdefault(visit.import_draft_id, visit)
    return {draft_id: Progress(left[draft_id], last.get(draft_id)) for draft_id in ids}
