"""The history of what came into the ledger by files (导入历史)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tracker.domain.batch import BatchKind, ChangeKind
from tracker.services.undoing import Undone
from tracker.store.queries import batches as queries
from tracker.store.tables import ImportBatch

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of the history, with how many changes of each kind it made."""

    batch: ImportBatch
    counts: Mapping[str, int]
    plan_exists: bool

    @property
    def kind(self) -> BatchKind:
        return BatchKind(self.batch.kind)

    @property
    def may_undo(self) -> bool:
        return self.batch.state == "applied" and self.plan_exists


@dataclass(frozen=True, slots=True)
class History:
    """One page of all batches (导入历史)."""

    lines: tuple[BatchLine, ...]
    total: int
    page: int
    pages: int


def history(session: Session, *, page: int = 1) -> History:
    """Every batch, newest first; a page beyond the end is the last one."""
    total = queries.count(session)
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    found = queries.listed(session, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    counts = queries.kinds(session, [batch.id for batch in found])
    plans = queries.plan_ids(session, {batch.plan_id for batch in found})
    lines = tuple(BatchLine(batch, counts.get(batch.id, {}), batch.plan_id in plans) for batch in found)
    return History(lines, total, page, pages)


def kinds(batch: Undone) -> Mapping[ChangeKind, int]:
    """How many tasks of a batch were changed in each way; a task can be changed in several."""
    counted = Counter(kind for touched in batch.touched for kind in touched.kinds)
    return {kind: counted[kind] for kind in ChangeKind if counted[kind]}


def of_kind(batch: Undone, kind: str) -> Undone:
    """The tasks of a batch that were changed in this way; all of them where it is no way."""
    if kind not in set(ChangeKind):
        return batch
    return replace(
        batch,
        reversed=tuple(touched for touched in batch.reversed if kind in touched.kinds),
        kept=tuple((touched, why) for touched, why in batch.kept if kind in touched.kinds),
    )
