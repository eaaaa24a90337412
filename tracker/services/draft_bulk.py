"""Naming units for many rows of a draft in one step (批量指定).

Some plans print their units once for many clauses, or not at all. Units are only added, never taken away, so
nothing that a person has corrected is lost, and two people may do it at once.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import group as groups_domain
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput
from tracker.domain.events import Event
from tracker.domain.task import Role
from tracker.services import auditing
from tracker.services.draft_rows import draft_of, open_draft
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What can be named in one step: how many rows there are, and what earlier rules of the document owe."""

    draft: ImportDraft
    rows: int
    without_units: int
    owed_rows: int
    owed_names: tuple[str, ...]


def bulk_page(session: Session, *, draft_id: int) -> BulkPage:
    """The facts of the page."""
    draft = draft_of(session, draft_id)
    included = _included(session, draft_id)
    owed = [_owed(row) for row in included]
    names = dict.fromkeys(part["unit"] for parts in owed for part in parts)
    return BulkPage(
        draft=draft,
        rows=len(included),
        without_units=sum(not row.reading["assignments"] for row in included),
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
    open_draft(session, draft_id)
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InvalidInput("请填写单位名称。")
    included = _included(session, draft_id)
    if not 1 <= first <= last <= len(included):
        raise InvalidInput(f"项号请在1至{len(included)}之间，前一个不大于后一个。")
    parts = [
        {"unit": name, "role": role.value, "collective": groups_domain.is_collective(name)} for name in wanted
    ]
    changed = sum(_add(row, parts) for row in included[first - 1 : last])
    summary = f"给第{first}至{last}项指定{role.label}单位：{'、'.join(wanted)}"
    _finish(session, actor, draft_id, summary, now=now)
    return changed


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
    session.flush()
    queries.touch(session, draft_id)
    subject = ("import_draft", draft_id)
    auditing.record(session, actor, Event.DRAFT_CHANGE, subject, summary[:500], now=now)
