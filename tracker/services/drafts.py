"""Correcting a draft (更正识别结果) before it is confirmed: its head, its rows, its deadlines.

The importer's own draft is never edited. Each row keeps its reading as it now stands, and a version, so that
two people at one row do not overwrite each other; two people at two rows do not meet.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import group as groups_domain
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.passages import Kind, Passage
from tracker.domain.task import Role
from tracker.services import draft_acts
from tracker.services.draft_deadlines import choose, choose_reading
from tracker.services.draft_rows import first_start, is_absorbed, open_draft, others, row_of
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft

YEARS = range(2000, 2101)


def change_about(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    version: int,
    title: str,
    year: int,
    issuer: str,
    document_number: str,
    issued_on: date | None,
    now: datetime,
) -> ImportDraft:
    """Correct the head of the document: title, year, issuer (发文机关), number (文号), issue day.

    Raises:
        VersionConflict: somebody else changed the draft since `version`.
        InvalidInput: the title is empty or the year is none.

    """
    draft = open_draft(session, draft_id)
    if draft.version != version:
        raise VersionConflict
    if not title.strip():
        raise InvalidInput("请填写文件标题。")
    if year not in YEARS:
        raise InvalidInput(f"年份请填 {YEARS[0]} 至 {YEARS[-1]} 之间的四位数。")
    draft.title = " ".join(title.split())[:300]
    draft.year = year
    draft.issuer = issuer.strip()[:200]
    draft.document_number = document_number.strip()[:100]
    draft.issued_on = issued_on
    session.flush()
    draft_acts.done(session, actor, draft_id, "更正文件信息", now=now)
    return draft


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row as a person wants it; `units` maps a role to printed names."""

    text: str
    units: Mapping[Role, tuple[str, ...]]
    notation: str
    included: bool = True


def change_row(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_id: int,
    version: int,
    change: RowChange,
    now: datetime,
) -> DraftRow:
    """Correct a row; saving it is also saying that it was looked at.

    Raises:
        VersionConflict: somebody else changed the row since `version`.
        InvalidInput: the text is empty, or the deadline cannot be read.

    """
    open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    text = change.text.replace("\0", "").strip()
    if not text:
        raise InvalidInput("任务内容不能为空；如果它不是任务，请放回其他段落。")
    reading = copy.deepcopy(row.reading)
    reading["text"] = text
    reading["assignments"] = _assignments(reading["assignments"], change.units)
    if change.notation != reading["deadline"]["notation"] or not reading["deadline"].get("certain", True):
        choose(reading, change.notation)
    row.reading = reading
    if change.included:
        _refuse_absorbed(row)
    row.included = change.included
    row.edited = True
    row.checked = True
    _done(session, actor, row, "更正" if change.included else "放回其他段落：", now=now)
    return row


def _assignments(
    known: Iterable[dict[str, Any]], wanted: Mapping[Role, Iterable[str]]
) -> list[dict[str, Any]]:
    """The parts of units as wanted; what is known of a name (inherited, collective) stays with it."""
    by_name = {part["unit"]: part for part in known}
    parts: dict[str, dict[str, Any]] = {}
    for role in (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT):
        for name in wanted.get(role, ()):
            collective = by_name.get(name, {}).get("collective", groups_domain.is_collective(name))
            part = {"unit": name, "role": role.value, "collective": collective}
            if by_name.get(name, {}).get("inherited"):
                part["inherited"] = True
            # The stronger role comes first and stands; a name is owed once.
            parts.setdefault(name, part)
    return list(parts.values())


def mark_checked(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_id: int,
    version: int,
    checked: bool = True,
    now: datetime,
) -> DraftRow:
    """标记已核对, or take the mark away.

    Raises:
        VersionConflict: somebody else changed the row since `version`.

    """
    open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    row.checked = checked
    _done(session, actor, row, "核对" if checked else "取消核对", now=now)
    return row


def include(
    session: Session, actor: Actor, *, draft_id: int, row_id: int, version: int, included: bool, now: datetime
) -> DraftRow:
    """Put a row back to 其他段落, or take it from there again.

    Raises:
        VersionConflict: somebody else changed the row since `version`.

    """
    open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    if included:
        _refuse_absorbed(row)
    row.included = included
    row.edited = True
    _done(session, actor, row, "从其他段落取回" if included else "放回其他段落：", now=now)
    return row


def make_task(session: Session, actor: Actor, *, draft_id: int, start: int, now: datetime) -> DraftRow:
    """Make the passage of 其他段落 that begins at `start` a task; a row that was put back returns as it was.

    Raises:
        NotFound: no such passage.
        RuleViolated: the document has no task at all; it is no plan, and nothing is made of it.

    """
    queries.lock_draft(session, draft_id)  # nobody else takes the same passage meanwhile
    draft = open_draft(session, draft_id)
    if not draft.draft["tasks"]:
        raise RuleViolated("这份文件没有发现任务，请换一份工作要点或分工方案再导入。")
    rows = queries.rows(session, draft_id)
    passage = next((found for found in others(draft, rows) if found.start == start), None)
    if passage is None:
        raise NotFound
    back = next((row for row in rows if row.id == passage.row), None)
    if back is not None:
        return include(
            session, actor, draft_id=draft_id, row_id=back.id, version=back.version, included=True, now=now
        )
    row = add_row(session, draft, rows, [passage])
    _done(session, actor, row, "把一个段落定为任务：", now=now)
    return row


def add_row(
    session: Session, draft: ImportDraft, rows: Iterable[DraftRow], passages: Sequence[Passage]
) -> DraftRow:
    """Make one row of some passages, under the headings of the row before them; flushed, without a trace."""
    start = passages[0].start
    before = [row for row in rows if row.included and first_start(row) <= start]
    line = draft.draft["text"].count("\n", 0, start) + 1
    reading = {
        "number": None,
        "headings": list(before[-1].reading["headings"]) if before else [],
        "text": "\n".join(passage.text for passage in passages),
        "units_text": None,
        "assignments": [],
        "qualifier": None,
        "deadline_text": None,
        "deadline": {"notation": "none", "reason": "由核对人定为任务，原文没有单独写明时限。"},
        "quotas": [],
        "clocks": [],
        "findings": [],
        "source": {"ref": f"第{line}行", "spans": [[passage.start, passage.end] for passage in passages]},
        "pieces": [[passage.start, passage.end, Kind.TASK.value] for passage in passages],
    }
    return new_row(session, draft.id, reading)


def new_row(session: Session, draft_id: int, reading: dict[str, Any]) -> DraftRow:
    """One more row of a draft, flushed; two people who add one at once stand one behind the other."""
    queries.lock_draft(session, draft_id)
    place = queries.last_position(session, draft_id) + 1
    row = DraftRow(import_draft_id=draft_id, position=place, reading=reading, edited=True)
    session.add(row)
    session.flush()
    return row


def _refuse_absorbed(row: DraftRow) -> None:
    if is_absorbed(row):
        raise RuleViolated("这一项的文字已经并到别的任务里。需要时请打开那一项，在原处分开。")


def _done(session: Session, actor: Actor, row: DraftRow, words: str, *, now: datetime) -> None:
    session.flush()
    serial = draft_acts.serial_of(session, row)
    draft_id = row.import_draft_id
    words = f"{words}{draft_acts.label(row, serial)}"
    draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)


__all__ = [
    "RowChange",
    "add_row",
    "change_about",
    "change_row",
    "choose_reading",
    "include",
    "make_task",
    "mark_checked",
    "new_row",
]
