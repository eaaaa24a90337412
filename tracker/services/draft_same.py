"""Correcting once for all rows with the same phrase (同样写法一并改).

What a person has just corrected in one row is compared with what the importer read there. Where other rows
print the same units, the same deadline, or the same misread name, they are offered to be corrected alike.
What somebody has corrected already in such a row is left as it is, and the row is named.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated
from tracker.domain.reading_words import in_words
from tracker.domain.titled import Titled
from tracker.services import draft_acts
from tracker.services.draft_deadlines import choose
from tracker.services.draft_rows import draft_of, open_draft, original_of, row_of
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft

Reading = Mapping[str, Any]


class Sameness(Titled):
    """In what rows are alike."""

    UNITS = "units", "责任单位"
    DEADLINE = "deadline", "完成时限"
    NAME = "name", "单位名称"


@dataclass(frozen=True, slots=True)
class Same:
    """Rows that can be corrected like one that was just corrected."""

    what: Sameness
    row: DraftRow
    words: str
    """What would be done, as the button's sentence begins."""
    rows: tuple[tuple[int, DraftRow], ...]
    left: tuple[int, ...]
    """The numbers of rows printed alike that a person has corrected already."""
    change: Callable[[dict[str, Any]], None]

    @property
    def serials(self) -> tuple[int, ...]:
        return tuple(serial for serial, _ in self.rows)

    @property
    def numbers(self) -> str:
        return in_runs(self.serials)


def in_runs(serials: Iterable[int]) -> str:
    """Numbers of rows in a few words: 2、4–7、9."""
    runs: list[list[int]] = []
    for serial in serials:
        if runs and serial == runs[-1][-1] + 1:
            runs[-1].append(serial)
        else:
            runs.append([serial])
    return "、".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(str(serial) for serial in run) for run in runs
    )


def same_rows(session: Session, *, draft_id: int, row_id: int) -> tuple[Same, ...]:
    """What can be corrected together after a row was corrected; empty where there is nothing.

    Raises:
        NotFound: there is no such row.

    """
    draft = draft_of(session, draft_id)
    row = row_of(session, draft_id, row_id)
    read = original_of(draft, row)
    if read is None or draft.state != "open" or not row.included:
        return ()
    included = [each for each in queries.rows(session, draft_id) if each.included]
    numbered = [pair for pair in enumerate(included, start=1) if pair[1].id != row.id]
    found = [_units(draft, row, read, numbered), _name(draft, row, read, numbered)]
    if found[1] and _renamed_only(row.reading, read):
        found.pop(0)  # the name's rows are all of those, and more
    found.append(_deadline(draft, row, read, numbered))
    return tuple(same for same in found if same and same.rows)


def correct_alike(
    session: Session, actor: Actor, *, draft_id: int, row_id: int, version: int, what: str, now: datetime
) -> Same:
    """Correct every row that is printed like one that was corrected, each with its own trace.

    Raises:
        VersionConflict: somebody changed the corrected row since the offer was shown.
        RuleViolated: there is nothing left to correct.

    """
    open_draft(session, draft_id)
    row_of(session, draft_id, row_id, version=version)
    offers = same_rows(session, draft_id=draft_id, row_id=row_id)
    same = next((offer for offer in offers if offer.what.value == what), None)
    if same is None:
        raise RuleViolated("没有同样写法的任务要改了，可能有同事刚刚改过。")
    for _, row in same.rows:
        reading = copy.deepcopy(row.reading)
        same.change(reading)
        row.reading, row.edited = reading, True
    # All rows before the draft itself, as everybody does: two people must not wait for each other.
    session.flush()
    for serial, row in same.rows:
        words = f"按同样写法更正{draft_acts.label(row, serial)}的{same.what.label}"
        draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)
    return same


def _units(
    draft: ImportDraft, row: DraftRow, read: Reading, numbered: Iterable[tuple[int, DraftRow]]
) -> Same | None:
    wanted = row.reading["assignments"]
    if _parts(row.reading) == _parts(read) or not _bare(read.get("units_text")):
        return None

    def change(reading: dict[str, Any]) -> None:
        reading["assignments"] = copy.deepcopy(wanted)

    alike = [
        (serial, other)
        for serial, other in numbered
        if _bare(other.reading.get("units_text")) == _bare(read.get("units_text"))
        and _parts(other.reading) != _parts(row.reading)
    ]
    names = "、".join(part["unit"] for part in wanted) or "没有单位"
    return _same(
        draft,
        (Sameness.UNITS, f"责任单位都改为{names}"),
        row,
        alike,
        change=change,
        is_untouched=_units_untouched,
    )


def _name(
    draft: ImportDraft, row: DraftRow, read: Reading, numbered: Iterable[tuple[int, DraftRow]]
) -> Same | None:
    """One name was replaced by another: the same misread name may stand in other rows."""
    before, after = _names(read), _names(row.reading)
    gone, come = (
        [name for name in before if name not in after],
        [name for name in after if name not in before],
    )
    if len(gone) != 1 or len(come) != 1:
        return None
    (old,), (new,) = gone, come
    facts = next(part for part in row.reading["assignments"] if part["unit"] == new)

    def change(reading: dict[str, Any]) -> None:
        parts: dict[str, dict[str, Any]] = {}
        for part in reading["assignments"]:
            renamed = part | {"unit": new, "collective": facts["collective"]} if part["unit"] == old else part
            parts.setdefault(renamed["unit"], renamed)
        reading["assignments"] = list(parts.values())

    alike = [(serial, other) for serial, other in numbered if old in _names(other.reading)]
    return _same(
        draft,
        (Sameness.NAME, f"“{old}”都改为“{new}”"),
        row,
        alike,
        change=change,
        is_untouched=_units_untouched,
    )


def _renamed_only(reading: Reading, read: Reading) -> bool:
    """Whether the units are what was read, in the same roles, but for one name."""
    now, before = _parts(reading), _parts(read)
    return len(now) == len(before) and len(set(now) ^ set(before)) == 2 and _roles(now) == _roles(before)


def _roles(parts: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(role for _, role in parts)


def _deadline(
    draft: ImportDraft, row: DraftRow, read: Reading, numbered: Iterable[tuple[int, DraftRow]]
) -> Same | None:
    notation = row.reading["deadline"]["notation"]
    if _deadline_of(row.reading) == _deadline_of(read) or not _bare(read.get("deadline_text")):
        return None

    def change(reading: dict[str, Any]) -> None:
        choose(reading, notation)

    alike = [
        (serial, other)
        for serial, other in numbered
        if _bare(other.reading.get("deadline_text")) == _bare(read.get("deadline_text"))
        and _deadline_of(other.reading) != _deadline_of(row.reading)
    ]
    words = f"完成时限都改为{in_words(notation)}"
    return _same(
        draft, (Sameness.DEADLINE, words), row, alike, change=change, is_untouched=_deadline_untouched
    )


def _same(
    draft: ImportDraft,
    told: tuple[Sameness, str],
    row: DraftRow,
    alike: Iterable[tuple[int, DraftRow]],
    *,
    change: Callable[[dict[str, Any]], None],
    is_untouched: Callable[[Reading, Reading], bool],
) -> Same:
    free: list[tuple[int, DraftRow]] = []
    left: list[int] = []
    for serial, other in alike:
        read = original_of(draft, other)
        if read is not None and is_untouched(other.reading, read):
            free.append((serial, other))
        else:
            left.append(serial)
    what, words = told
    return Same(what, row, words, tuple(free), tuple(left), change)


def _units_untouched(reading: Reading, read: Reading) -> bool:
    return _parts(reading) == _parts(read)


def _deadline_untouched(reading: Reading, read: Reading) -> bool:
    decided: Mapping[str, Any] = reading["deadline"].get("decided") or {}
    return decided.get("by") == "memory" or _deadline_of(reading) == _deadline_of(read)


def _parts(reading: Reading) -> list[tuple[str, str]]:
    return [(part["unit"], part["role"]) for part in reading["assignments"]]


def _names(reading: Reading) -> list[str]:
    return list(dict.fromkeys(part["unit"] for part in reading["assignments"]))


def _deadline_of(reading: Reading) -> tuple[str, bool]:
    return reading["deadline"]["notation"], bool(reading["deadline"].get("certain", True))


def _bare(phrase: str | None) -> str:
    """A printed phrase as it is compared: without blanks and end marks, brackets of one kind."""
    return "".join(unicodedata.normalize("NFKC", phrase or "").split()).rstrip("。;,、")
