"""Correcting a draft (更正识别结果) before it is confirmed: its head, its rows, its deadlines.

The importer's own draft is never edited. Each row keeps its reading as it now stands, and a version, so that
two people at one row do not overwrite each other; two people at two rows do not meet.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import group as groups_domain
from tracker.domain.actor import Actor
from tracker.domain.deadline import parse_notation
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.passages import Passage
from tracker.domain.reading_words import in_words
from tracker.domain.task import Role
from tracker.services import auditing
from tracker.services.draft_rows import first_start, open_draft, others, readings_of, row_of
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
    _record(session, actor, draft_id, "更正文件信息", now=now)
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
        _choose(reading, change.notation)
    row.reading = reading
    row.included = change.included
    row.edited = True
    row.checked = True
    session.flush()
    queries.touch(session, draft_id)
    words = "更正" if change.included else "放回其他段落："
    _record(session, actor, draft_id, f"{words}{_label(row)}", now=now)
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


def choose_reading(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_id: int,
    version: int,
    notation: str,
    everywhere: bool = False,
    now: datetime,
) -> int:
    """Take one of the readings that a deadline offers; gives back how many rows were decided.

    `everywhere` takes the same kind of reading for every undecided deadline of the document that is printed
    alike (本文件里都这样读): who reads 12月前 as the end of December reads 6月前 so too.

    Raises:
        VersionConflict: somebody else changed the row since `version`.
        InvalidInput: the deadline offers no such reading.

    """
    open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    offered = readings_of(row.reading)
    if notation not in offered:
        raise InvalidInput("没有这种读法，请打开这一项修改时限。")
    place = offered.index(notation)
    shape = _shape(row.reading)
    decided = [row]
    if everywhere:
        others = (other for other in queries.rows(session, draft_id) if other.id != row.id and other.included)
        decided += [
            other
            for other in others
            if not other.reading["deadline"].get("certain", True)
            and _shape(other.reading) == shape
            and len(readings_of(other.reading)) == len(offered)
        ]
    for each in decided:
        reading = copy.deepcopy(each.reading)
        _choose(reading, readings_of(reading)[place])
        each.reading = reading
        each.edited = True
    session.flush()
    queries.touch(session, draft_id)
    words = f"{_label(row)}时限选定为{in_words(notation)}"
    if len(decided) > 1:
        words += f"，同样写法的共{len(decided)}项"
    _record(session, actor, draft_id, words, now=now)
    return len(decided)


def _shape(reading: Mapping[str, Any]) -> str:
    """The printed phrase without its figures: 12月前 and 6月前 are printed alike."""
    return re.sub(r"[0-9０-９]+|[一二三四五六七八九十]+", "#", reading.get("deadline_text") or "")


def _choose(reading: dict[str, Any], notation: str) -> None:
    """Let a person's reading stand, with the reason, and keep the other readings to choose from."""
    try:
        parse_notation(notation)
    except ValueError as error:
        raise InvalidInput("完成时限没有看懂，请选一种读法，或填一个日期。") from error
    offered = readings_of(reading)
    deadline = reading["deadline"]
    phrase = reading.get("deadline_text") or ""
    if notation != deadline["notation"] or not deadline.get("certain", True):
        printed = f"原文“{phrase}”，" if phrase else "原文没有写明，"
        deadline["reason"] = f"{printed}核对时选定为{in_words(notation)}。"
    deadline["notation"] = notation
    deadline["certain"] = True
    deadline["other_readings"] = [other for other in offered if other not in {notation, "none"}]


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
    session.flush()
    queries.touch(session, draft_id)
    words = "核对" if checked else "取消核对"
    _record(session, actor, draft_id, f"{words}{_label(row)}", now=now)
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
    row.included = included
    row.edited = True
    session.flush()
    queries.touch(session, draft_id)
    words = "从其他段落取回" if included else "放回其他段落："
    _record(session, actor, draft_id, f"{words}{_label(row)}", now=now)
    return row


def make_task(session: Session, actor: Actor, *, draft_id: int, start: int, now: datetime) -> DraftRow:
    """Make the passage of 其他段落 that begins at `start` a task; a row that was put back returns as it was.

    Raises:
        NotFound: no such passage.
        RuleViolated: the document has no task at all; it is no plan, and nothing is made of it.

    """
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
    row = DraftRow(
        import_draft_id=draft_id,
        position=queries.last_position(session, draft_id) + 1,
        reading=_reading_of(draft, rows, passage),
        edited=True,
    )
    session.add(row)
    session.flush()
    queries.touch(session, draft_id)
    _record(session, actor, draft_id, f"把一个段落定为任务：{_label(row)}", now=now)
    return row


def _reading_of(draft: ImportDraft, rows: Iterable[DraftRow], passage: Passage) -> dict[str, Any]:
    """A passage as a task of the schema, under the headings of the row before it."""
    before = [row for row in rows if first_start(row) <= passage.start]
    headings = before[-1].reading["headings"] if before else []
    line = draft.draft["text"].count("\n", 0, passage.start) + 1
    return {
        "number": None,
        "headings": list(headings),
        "text": passage.text,
        "units_text": None,
        "assignments": [],
        "qualifier": None,
        "deadline_text": None,
        "deadline": {"notation": "none", "reason": "由核对人定为任务，原文没有单独写明时限。"},
        "findings": [],
        "source": {"ref": f"第{line}行", "spans": [[passage.start, passage.end]]},
    }


def _label(row: DraftRow) -> str:
    text: str = row.reading["text"]
    return f"第{row.position + 1}项“{text[:20]}{'…' if len(text) > 20 else ''}”"


def _record(session: Session, actor: Actor, draft_id: int, summary: str, *, now: datetime) -> None:
    auditing.record(session, actor, Event.DRAFT_CHANGE, ("import_draft", draft_id), summary, now=now)
