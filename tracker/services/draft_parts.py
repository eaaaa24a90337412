"""Cutting rows to shape (拆分、合并): one task into two, two into one, several passages into tasks at once.

The text of the document is divided exactly: what a row owned before, the two parts own afterwards, and each
character still belongs to one row or to 其他段落.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from importers import quota_text
from tracker.domain import row_pieces
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.domain.passages import Kind, Passage
from tracker.domain.reading_words import in_words
from tracker.domain.task import Role
from tracker.services import draft_acts, drafts
from tracker.services.draft_rows import as_pieces, open_draft, others, readings_of, row_of, segments_of
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft

_STRENGTH = [role.value for role in (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)]
_NO_DEADLINE = {
    "notation": "none",
    "reason": "分开后这一部分没有写明时限。",
    "other_readings": [],
    "certain": True,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a row's text that can be parted from the one before it, at the place `at`."""

    text: str
    at: int | None
    """Where the document is cut before this part; None for the first."""


def parts_of(draft: ImportDraft, row: DraftRow) -> tuple[Part, ...]:
    """The text of a row, part by part, as it is printed; one part where it cannot be parted."""
    text, spans = draft.draft["text"], _spans(row)
    found = row_pieces.parts(text, spans, row_pieces.places(text, spans))
    return tuple(Part(words, at) for at, words in found)


def _spans(row: DraftRow) -> list[tuple[int, int]]:
    return [(start, end) for start, end in row.reading["source"]["spans"]]


def split_row(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_id: int,
    version: int,
    at: int,
    for_both: bool = True,
    now: datetime,
) -> tuple[DraftRow, DraftRow]:
    """Part a task in two before the place `at`; units and deadline stand with both, or with the second only.

    Raises:
        VersionConflict: somebody else changed the row since `version`.
        InvalidInput: the text cannot be parted there.

    """
    draft = open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    text, spans = draft.draft["text"], _spans(row)
    if not row.included or at not in row_pieces.places(text, spans):
        raise InvalidInput("这里不能分开，请在句子之间选一处。")
    rows = queries.rows(session, draft_id)
    own = [segment for segment in segments_of(draft, rows) if segment.row == row.id]
    pieces = row_pieces.cut(own, at)
    both_spans = row_pieces.cut_spans(spans, at)
    texts = _texts(row.reading["text"], [row_pieces.printed(text, side) for side in both_spans])
    first, second = (
        _part(row.reading, words, side, as_pieces(piece))
        for words, side, piece in zip(texts, both_spans, pieces, strict=True)
    )
    second["number"] = None
    if not for_both:
        _leave_to_the_second(first, second)
    serial = draft_acts.serial_of(session, row)
    words = f"把{draft_acts.label(row, serial)}分成两项"
    row.reading, row.edited = first, True
    session.flush()
    made = drafts.new_row(session, draft_id, second)
    draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)
    return row, made


def _texts(words: str, printed: Sequence[str]) -> Sequence[str]:
    """The two texts: what a person has corrected stays where it can be told apart, else it is as printed."""
    first, second = printed
    if words.endswith(second) and len(words) > len(second):
        return words[: -len(second)].strip(), second
    if words.startswith(first) and len(words) > len(first):
        return first, words[len(first) :].strip()
    return printed


def _part(
    reading: Mapping[str, Any], words: str, spans: Sequence[tuple[int, int]], pieces: list[list[int | str]]
) -> dict[str, Any]:
    made = copy.deepcopy(dict(reading))
    made["text"] = words
    made["source"] = made["source"] | {"spans": [list(span) for span in spans]}
    made["pieces"] = pieces
    made["quotas"] = [asdict(quota) for quota in quota_text.find(words)]
    made["clocks"] = [asdict(clock) for clock in quota_text.clocks(words)]
    return made


def _leave_to_the_second(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Take units and deadline from the first part; a deadline that is printed in its own text stays there."""
    first["units_text"], first["assignments"], first["qualifier"] = None, [], None
    first["findings"] = [each for each in first["findings"] if each.get("field") != "units"]
    phrase = first.get("deadline_text") or ""
    if not phrase or phrase not in first["text"]:
        _without_deadline(first)
    elif phrase not in second["text"]:
        _without_deadline(second)


def _without_deadline(reading: dict[str, Any]) -> None:
    reading["deadline_text"], reading["deadline"] = None, copy.deepcopy(_NO_DEADLINE)
    reading["findings"] = [each for each in reading["findings"] if each.get("field") != "deadline"]


def join_row(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    row_id: int,
    version: int,
    other_id: int,
    other_version: int,
    now: datetime,
) -> DraftRow:
    """Make one task of a row and the row after it; the other one owns nothing any more.

    Units are united, each in its stronger role. Where both have a deadline and they differ, both are offered
    and a person has to choose.

    Raises:
        VersionConflict: somebody else changed one of the two since it was shown.
        RuleViolated: the other row is not the next one any more.

    """
    draft = open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    other = row_of(session, draft_id, other_id, version=other_version)
    rows = queries.rows(session, draft_id)
    included = [each.id for each in rows if each.included]
    if row.id not in included or included[included.index(row.id) + 1 :][:1] != [other.id]:
        raise RuleViolated("下一项已经变了，请重新打开这一项再合并。")
    serial = included.index(row.id) + 1
    own = [segment for segment in segments_of(draft, rows) if segment.row in {row.id, other.id}]
    words = f"把{draft_acts.label(other, serial + 1)}并入第{serial}项"
    row.reading = _joined(row.reading, other.reading) | {"pieces": as_pieces(own)}
    row.edited, row.checked = True, False
    _empty(other)
    draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)
    return row


def _empty(row: DraftRow) -> None:
    """Let a row own nothing: it stays for its history, and cannot come back."""
    reading = copy.deepcopy(row.reading)
    reading["pieces"], reading["source"]["spans"] = [], []
    row.reading, row.included, row.edited, row.checked = reading, False, True, False


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(dict(one))
    between = "" if one["text"][-1:] in "。！？；;，,、：:" else "\n"
    made["text"] = one["text"] + between + other["text"]
    made["source"] = made["source"] | {"spans": sorted([*one["source"]["spans"], *other["source"]["spans"]])}
    made["assignments"] = _united([*one["assignments"], *other["assignments"]])
    for name in ("units_text", "deadline_text", "qualifier"):
        made[name] = "；".join(dict.fromkeys(filter(None, (one.get(name), other.get(name))))) or None
    for name in ("quotas", "clocks", "findings"):
        made[name] = [
            *one.get(name, ()),
            *(each for each in other.get(name, ()) if each not in one.get(name, ())),
        ]
    owed = [*one.get("owed_units", ()), *other.get("owed_units", ())]
    made["owed_units"] = list({part["unit"]: part for part in owed}.values())
    made["deadline"] = _one_deadline(made, one["deadline"], other["deadline"])
    return made


def _united(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each name once, in its stronger role, in the printed order."""
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        known = found.setdefault(part["unit"], dict(part))
        known["role"] = min(known["role"], part["role"], key=_STRENGTH.index)
    return list(found.values())


def _one_deadline(made: dict[str, Any], one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    if other["notation"] == "none" or one["notation"] == other["notation"]:
        return copy.deepcopy(dict(one))
    if one["notation"] == "none":
        return copy.deepcopy(dict(other))
    readings = dict.fromkeys([*readings_of({"deadline": one}), *readings_of({"deadline": other})])
    said = f"并成一项的两处时限不同：{in_words(one['notation'])}，{in_words(other['notation'])}"
    finding = {"severity": "warning", "code": "deadlines-differ", "field": "deadline"}
    ref = made["source"]["ref"]
    made["findings"] = [*made["findings"], finding | {"message": f"{said}，请选定一个。", "ref": ref}]
    return {
        "notation": one["notation"],
        "reason": f"{said}。",
        "other_readings": [notation for notation in readings if notation != one["notation"]],
        "certain": False,
    }


def make_tasks(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    starts: Collection[int],
    together: bool = False,
    now: datetime,
) -> list[DraftRow]:
    """Make tasks of the passages of 其他段落 that begin at `starts`: one each, or one of all of them.

    A row that was put back comes back as it was, unless its passage goes into a common task.

    Raises:
        InvalidInput: no passage was chosen.
        NotFound: one of them is no passage any more.
        RuleViolated: the document has no task at all; it is no plan, and nothing is made of it.

    """
    queries.lock_draft(session, draft_id)  # nobody else takes the same passage meanwhile
    draft = open_draft(session, draft_id)
    if not starts:
        raise InvalidInput("请先勾选要定为任务的段落。")
    if not draft.draft["tasks"]:
        raise RuleViolated("这份文件没有发现任务，请换一份工作要点或分工方案再导入。")
    rows = queries.rows(session, draft_id)
    passages = [found for found in others(draft, rows) if found.start in set(starts)]
    if len(passages) != len(set(starts)):
        raise NotFound("有的段落已经变了，请重新打开这一页再选。")
    if together:
        _give_up(draft, rows, passages)
        made = [drafts.add_row(session, draft, rows, passages)]
    else:
        made = _one_each(session, draft, rows, passages)
    serial = draft_acts.serial_of(session, made[0])
    words = f"把{len(passages)}个段落定为{len(made)}项任务，从{draft_acts.label(made[0], serial)}起"
    draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)
    return made


def _one_each(
    session: Session, draft: ImportDraft, rows: Sequence[DraftRow], passages: Sequence[Passage]
) -> list[DraftRow]:
    by_id = {row.id: row for row in rows}
    made: dict[int, DraftRow] = {}
    for passage in passages:
        row = by_id.get(passage.row or 0)
        if row is None:
            row = drafts.add_row(session, draft, rows, [passage])
        row.included, row.edited = True, True
        made[row.id] = row
    return list(made.values())


def _give_up(draft: ImportDraft, rows: Sequence[DraftRow], passages: Sequence[Passage]) -> None:
    """Take passages from the rows that were put back and owned them."""
    segments = segments_of(draft, rows)
    taken = [(passage.start, passage.end) for passage in passages]
    owners = {passage.row for passage in passages if passage.row}
    for row in (row for row in rows if row.id in owners):
        left = row_pieces.without([each for each in segments if each.row == row.id], taken)
        spans = [[each.start, each.end] for each in left if each.kind is Kind.TASK]
        if not left or not spans:
            _empty(row)
            continue
        reading = copy.deepcopy(row.reading)
        reading["pieces"], reading["source"]["spans"] = as_pieces(left), spans
        row.reading = reading
