"""Reading what was uploaded and how it stands: files, drafts, rows, decided names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func, select, update
from sqlalchemy.orm import Session, defer, joinedload

from tracker.store.insert import insert_missing
from tracker.store.tables import (
    Account,
    Assignment,
    Checkpoint,
    DraftRow,
    ImportDraft,
    NameDecision,
    Plan,
    PlanEdition,
    SourceFile,
    Task,
)


def lock_file(session: Session, *, sha256: str, **facts: Any) -> SourceFile:
    """The file of these bytes, made from `facts` when it is new, and locked.

    Two uploads of one file stand one behind the other: the second waits here for what the first has kept.
    """
    insert_missing(session, SourceFile, [{"sha256": sha256, **facts}], keys=("sha256",))
    return session.scalars(select(SourceFile).where(SourceFile.sha256 == sha256).with_for_update()).one()


def open_draft_of(session: Session, sha256: str) -> int | None:
    """The draft of these bytes that still waits for a person."""
    wanted = (
        select(ImportDraft.id)
        .join(ImportDraft.source_file)
        .where(SourceFile.sha256 == sha256, ImportDraft.state == "open")
        .order_by(ImportDraft.id)
    )
    return session.scalars(wanted).first()


def plan_of(session: Session, sha256: str) -> Plan | None:
    """The plan whose document these bytes are, in the edition that is in force."""
    return session.scalars(select(Plan).where(Plan.source_sha256 == sha256)).one_or_none()


def plan_of_earlier(session: Session, sha256: str) -> Plan | None:
    """The plan of which these bytes are a former edition (旧版)."""
    wanted = (
        select(Plan)
        .join(PlanEdition, PlanEdition.plan_id == Plan.id)
        .where(PlanEdition.source_sha256 == sha256, PlanEdition.undone_at.is_(None))
        .order_by(Plan.id)
    )
    return session.scalars(wanted.limit(1)).first()


def draft(session: Session, draft_id: int) -> ImportDraft | None:
    """One draft with its file."""
    wanted = (
        select(ImportDraft).where(ImportDraft.id == draft_id).options(joinedload(ImportDraft.source_file))
    )
    return session.scalars(wanted).one_or_none()


def open_drafts(session: Session, draft_ids: Sequence[int]) -> list[ImportDraft]:
    """Those of some drafts that still wait for a person, without their texts."""
    wanted = select(ImportDraft).where(ImportDraft.id.in_(draft_ids), ImportDraft.state == "open")
    return list(session.scalars(wanted.options(defer(ImportDraft.draft))))


def lock_draft(session: Session, draft_id: int) -> ImportDraft | None:
    """One draft as it stands now, locked until the transaction ends."""
    wanted = (
        select(ImportDraft)
        .where(ImportDraft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()


def lock_draft_only(session: Session, draft_id: int) -> None:
    """Lock a draft until the transaction ends, without reading its document once more."""
    session.execute(select(ImportDraft.id).where(ImportDraft.id == draft_id).with_for_update())


def touch(session: Session, draft_id: int) -> None:
    """Move the draft's version on, because one of its rows or names changed.

    In the database itself: two people who correct two rows at once must not conflict, and whoever confirms
    afterwards must see that something moved.
    """
    moved = update(ImportDraft).where(ImportDraft.id == draft_id).values(version=ImportDraft.version + 1)
    session.execute(moved, execution_options={"synchronize_session": False})
    known = session.identity_map.get(session.identity_key(ImportDraft, draft_id))
    if known is not None:
        session.refresh(known, attribute_names=["version"])


def rows(session: Session, draft_id: int) -> list[DraftRow]:
    """The rows of a draft in the order of the document."""
    found = session.scalars(select(DraftRow).where(DraftRow.import_draft_id == draft_id))
    return sorted(found, key=lambda row: (_start(row), row.position))


def texts_of(session: Session, draft_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The texts of what is a task in some drafts, in the order of their rows."""
    wanted = (
        select(DraftRow.import_draft_id, DraftRow.reading["text"].as_string())
        .where(DraftRow.import_draft_id.in_(draft_ids), DraftRow.included)
        .order_by(DraftRow.import_draft_id, DraftRow.position)
    )
    found: dict[int, list[str]] = {draft_id: [] for draft_id in draft_ids}
    for draft_id, text in session.execute(wanted):
        found[draft_id].append(text)
    return {draft_id: tuple(texts) for draft_id, texts in found.items()}


def _start(row: DraftRow) -> int:
    spans: list[list[int]] = row.reading.get("source", {}).get("spans") or [[0, 0]]
    return spans[0][0]


def row(session: Session, draft_id: int, row_id: int) -> DraftRow | None:
    """One row of one draft."""
    wanted = select(DraftRow).where(DraftRow.id == row_id, DraftRow.import_draft_id == draft_id)
    return session.scalars(wanted).one_or_none()


def last_position(session: Session, draft_id: int) -> int:
    """The highest place among the rows of a draft; -1 when it has none."""
    wanted = select(func.coalesce(func.max(DraftRow.position), -1)).where(
        DraftRow.import_draft_id == draft_id
    )
    return session.scalars(wanted).one()


def decisions(session: Session, draft_id: int) -> dict[str, NameDecision]:
    """What was decided about printed names in this draft, by name."""
    found = session.scalars(select(NameDecision).where(NameDecision.import_draft_id == draft_id))
    return {decision.printed: decision for decision in found}


def tasks_of(session: Session, plan_id: int) -> int:
    """How many tasks a plan has."""
    return session.scalars(select(func.count()).where(Task.plan_id == plan_id)).one()


@dataclass(frozen=True, slots=True)
class PlanSize:
    """What a confirmed plan consists of."""

    tasks: int
    units: int
    dated: int
    checkpoints: int


def outcome(session: Session, plan_id: int) -> PlanSize:
    """The counts of one plan."""
    units = select(func.count(distinct(Assignment.unit_id))).where(
        Assignment.plan_id == plan_id, Assignment.ended_at.is_(None)
    )
    dated = select(func.count()).where(Task.plan_id == plan_id, Task.due_on.is_not(None))
    checkpoints = select(func.count()).where(Checkpoint.plan_id == plan_id)
    return PlanSize(
        tasks=tasks_of(session, plan_id),
        units=session.scalars(units).one(),
        dated=session.scalars(dated).one(),
        checkpoints=session.scalars(checkpoints).one(),
    )


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """One line of the list of imports."""

    id: int
    title: str
    filename: str
    state: str
    created_at: datetime
    created_by: str
    confirmed_at: datetime | None
    plan_id: int | None
    rows: int
    checked: int


def listed(session: Session, *, states: Iterable[str], limit: int, offset: int) -> list[ListedDraft]:
    """Imports in these states, newest first, without their texts."""
    counts = (
        select(
            DraftRow.import_draft_id,
            func.count().label("rows"),
            func.count().filter(DraftRow.checked).label("checked"),
        )
        .where(DraftRow.included)
        .group_by(DraftRow.import_draft_id)
        .subquery()
    )
    wanted = (
        select(ImportDraft, Account.display_name, counts.c.rows, counts.c.checked)
        .join(ImportDraft.source_file)
        .options(defer(ImportDraft.draft), joinedload(ImportDraft.source_file))
        .outerjoin(Account, Account.id == ImportDraft.created_by_id)
        .outerjoin(counts, counts.c.import_draft_id == ImportDraft.id)
        .where(ImportDraft.state.in_(list(states)))
        .order_by(ImportDraft.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        ListedDraft(
            id=draft_.id,
            title=draft_.title,
            filename=draft_.source_file.filename,
            state=draft_.state,
            created_at=draft_.created_at,
            created_by=who or "系统",
            confirmed_at=draft_.confirmed_at,
            plan_id=draft_.plan_id,
            rows=count or 0,
            checked=checked or 0,
        )
        for draft_, who, count, checked in session.execute(wanted)
    ]


def count_by_state(session: Session) -> dict[str, int]:
    """How many imports are in each state."""
    wanted = select(ImportDraft.state, func.count()).group_by(ImportDraft.state)
    counts: dict[str, int] = dict(session.execute(wanted).all())
    return counts
