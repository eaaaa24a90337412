"""Naming units for many rows of a draft in one step (批量指定).

Some plans print their units once for many clauses, or not at all. Units are only added, never taken away, so
nothing that a person has corrected is lost, and two people may do it at once.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import group as groups_domain
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput
from tracker.domain.task import Role
from tracker.services import draft_acts
from tracker.services.draft_rows import draft_of, open_draft
from tracker.services.names import Meaning, resolver
from tracker.services.readiness import Concern, readiness
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What can be named in one step: how many rows there are, and what earlier rules of the document owe."""

    draft: ImportDraft
    rows: int
    lacking: tuple[tuple[int, int, str], ...]
    """The rows without a unit: id, number on the check page, text."""
    owed_rows: int
    owed_names: tuple[str, ...]


def bulk_page(session: Session, *, draft_id: int) -> BulkPage:
    """The facts of the page."""
    draft = draft_of(session, draft_id)
    included = _included(session, draft_id)
    left = readiness(draft, included, resolver(session, draft_id))
    lacking = {
        row_id for found in left.concerns if found.concern is Concern.NO_UNIT for row_id in found.row_ids
    }
    owed = [_owed(row) for row in included]
    names = dict.fromkeys(part["unit"] for parts in owed for part in parts)
    return BulkPage(
        draft=draft,
        rows=len(included),
        lacking=tuple(
            (row.id, serial, row.reading["text"])
            for serial, row in enumerate(included, start=1)
            if row.id in lacking
        ),
        owed_rows=sum(bool(parts) for parts in owed),
        owed_names=tuple(names),
    )


def assign_range(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    first: int,
    last: int,
    role: Role,
    names: Iterable[str],
    now: datetime,
) -> int:
    """Add these names to the rows numbered `first` to `last` on the check page; gives back how many changed.

    Raises:
        InvalidInput: no name, or no such rows.

    """
    included = _included(session, draft_id)
    if not 1 <= first <= last <= len(included):
        raise InvalidInput(f"项号请在1至{len(included)}之间，前一个不大于后一个。")
    chosen = [row.id for row in included[first - 1 : last]]
    return assign_rows(session, actor, draft_id=draft_id, row_ids=chosen, role=role, names=names, now=now)


def assign_rows(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_ids: Collection[int],
    role: Role,
    names: Iterable[str],
    now: datetime,
) -> int:
    """Add these names to the rows that a person has ticked; gives back how many changed.

    Raises:
        InvalidInput: no name, or no row.

    """
    open_draft(session, draft_id)
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InvalidInput("请填写单位名称。")
    chosen = [row for row in _numbered(session, draft_id) if row[1].id in set(row_ids)]
    if not chosen:
        raise InvalidInput("请至少勾选一项任务。")
    parts = [
        {"unit": name, "role": role.value, "collective": groups_domain.is_collective(name)} for name in wanted
    ]
    changed = sum(_add(row, parts) for _, row in chosen)
    serials = "、".join(str(serial) for serial, _ in chosen)
    summary = f"给第{serials}项指定{role.label}单位：{'、'.join(wanted)}"
    _finish(session, actor, draft_id, summary, now=now)
    return changed


def waiting(session: Session, *, draft_id: int, names: Iterable[str]) -> tuple[str, ...]:
    """Those of these names that lead to nobody yet, so that a person has to say whom they mean."""
    answers = resolver(session, draft_id)
    return tuple(name for name in dict.fromkeys(names) if answers.of(name).meaning is Meaning.OPEN)


def add_owed(session: Session, actor: Actor, *, draft_id: int, now: datetime) -> int:
    """Add to each row the units that an earlier rule of the document owes for it (承前); gives back how many.

    以下各条均需各区政府落实，不再列出: the importer offers them, a person says that they are meant.
    """
    open_draft(session, draft_id)
    changed = sum(_add(row, _owed(row)) for row in _included(session, draft_id))
    _finish(session, actor, draft_id, f"把承前的单位列入{changed}项任务", now=now)
    return changed


def _included(session: Session, draft_id: int) -> list[DraftRow]:
    return [row for row in queries.rows(session, draft_id) if row.included]


def _numbered(session: Session, draft_id: int) -> list[tuple[int, DraftRow]]:
    return list(enumerate(_included(session, draft_id), start=1))


def _owed(row: DraftRow) -> list[dict[str, Any]]:
    """The units owed by an earlier rule that the row does not name yet."""
    named = {part["unit"] for part in row.reading["assignments"]}
    return [
        {**part, "inherited": True}
        for part in row.reading.get("owed_units") or ()
        if part["unit"] not in named
    ]


def _add(row: DraftRow, parts: Iterable[dict[str, Any]]) -> bool:
    """Add parts for names that the row does not have; whether there were any."""
    named = {part["unit"] for part in row.reading["assignments"]}
    added = [part for part in parts if part["unit"] not in named]
    if not added:
        return False
    reading = copy.deepcopy(row.reading)
    reading["assignments"] += added
    row.reading = reading
    row.edited = True
    return True


def _finish(session: Session, actor: Actor, draft_id: int, summary: str, *, now: datetime) -> None:
    draft_acts.done(session, actor, draft_id, summary[:500], now=now)
