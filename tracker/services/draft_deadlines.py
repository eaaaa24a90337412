"""Deciding deadlines that can be read in several ways (时限待定): one choice for every phrase printed alike.

A decided deadline keeps `offered`, its readings in the importer's own order, and `decided`: which place among
them was chosen and whether a person chose it or an earlier choice was taken over (`by`: person or memory).
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.deadline import parse_notation
from tracker.domain.errors import InvalidInput
from tracker.domain.reading_words import in_words
from tracker.services import draft_acts
from tracker.services.draft_rows import open_draft, readings_of, row_of
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow

_FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十]+")


def shape(reading: Mapping[str, Any]) -> str:
    """The printed phrase without its figures: 12月前 and 6月前 are printed alike."""
    phrase = unicodedata.normalize("NFKC", reading.get("deadline_text") or "")
    return _FIGURES.sub("#", "".join(phrase.split()))


def offered(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """The readings of a phrase in the importer's own order, whichever stands."""
    kept = reading["deadline"].get("offered")
    return tuple(kept) if kept else readings_of(reading)


def is_undecided(reading: Mapping[str, Any]) -> bool:
    """Whether a person has to choose."""
    return not reading["deadline"].get("certain", True)


def is_remembered(reading: Mapping[str, Any]) -> bool:
    """Whether an earlier choice of the office was taken over, and nobody has chosen since."""
    return (reading["deadline"].get("decided") or {}).get("by") == "memory"


def choose(reading: dict[str, Any], notation: str) -> None:
    """Let a person's reading stand, with the reason, and keep the other readings to choose from.

    Raises:
        InvalidInput: the notation cannot be read.

    """
    phrase = reading.get("deadline_text") or ""
    printed = f"原文“{phrase}”，" if phrase else "原文没有写明，"
    _decide(reading, notation, by="person", reason=f"{printed}核对时选定为{in_words(notation)}。")


def take_over(reading: dict[str, Any], place: int, reason: str) -> None:
    """Let the reading stand that the office has chosen earlier for phrases printed alike."""
    _decide(reading, offered(reading)[place], by="memory", reason=reason)


def _decide(reading: dict[str, Any], notation: str, *, by: str, reason: str) -> None:
    try:
        parse_notation(notation)
    except ValueError as error:
        raise InvalidInput("完成时限没有看懂，请选一种读法，或填一个日期。") from error
    deadline = reading["deadline"]
    readings = readings_of(reading)
    known = offered(reading)
    if is_undecided(reading) or "decided" in deadline:
        deadline["offered"] = list(known)
        deadline["decided"] = {"place": known.index(notation) if notation in known else None, "by": by}
    if notation != deadline["notation"] or is_undecided(reading) or by == "memory" or is_remembered(reading):
        deadline["reason"] = reason
    deadline["notation"] = notation
    deadline["certain"] = True
    deadline["other_readings"] = [other for other in readings if other not in {notation, "none"}]
    for finding in reading["findings"]:
        if finding.get("field") == "deadline":
            finding["settled"] = True


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
    alike (本文件里都这样读): who reads 12月前 as the end of December reads 6月前 so too. What was taken over
    from an earlier import is decided anew with them.

    Raises:
        VersionConflict: somebody else changed the row since `version`.
        InvalidInput: the deadline offers no such reading.

    """
    open_draft(session, draft_id)
    row = row_of(session, draft_id, row_id, version=version)
    known = offered(row.reading)
    if notation not in known:
        raise InvalidInput("没有这种读法，请打开这一项修改时限。")
    place = known.index(notation)
    decided = [row]
    if everywhere:
        rows = (other for other in queries.rows(session, draft_id) if other.id != row.id and other.included)
        decided += [other for other in rows if _is_alike(other, row) and _waits(other)]
    serial = draft_acts.serial_of(session, row)
    for each in decided:
        reading = copy.deepcopy(each.reading)
        choose(reading, offered(reading)[place])
        each.reading = reading
        each.edited = True
    words = f"{draft_acts.label(row, serial)}时限选定为{in_words(notation)}"
    if len(decided) > 1:
        words += f"，同样写法的共{len(decided)}项"
    draft_acts.done(session, actor, draft_id, words, serial=serial, now=now)
    return len(decided)


def _waits(row: DraftRow) -> bool:
    return is_undecided(row.reading) or is_remembered(row.reading)


def _is_alike(row: DraftRow, other: DraftRow) -> bool:
    """Whether two deadlines are printed alike and offer as many readings."""
    return kind_of(row.reading) == kind_of(other.reading) and bool(shape(row.reading))


def kind_of(reading: Mapping[str, Any]) -> tuple[str, int]:
    """What is decided alike: the shape of the phrase, and how many readings it offers."""
    return shape(reading), len(offered(reading))


@dataclass(frozen=True, slots=True)
class Offer:
    """One reading of a card: what is sent to choose it, and what it means for each row, in words."""

    notation: str
    meanings: tuple[tuple[str, tuple[int, ...]], ...]
    """(words, numbers of the rows), one for each day that comes out."""


@dataclass(frozen=True, slots=True)
class Card:
    """The deadlines of a draft that are printed alike, to be decided with one choice."""

    row: DraftRow
    """The first of the rows; a choice is sent for it, and holds for all."""
    rows: tuple[tuple[int, DraftRow], ...]
    phrases: tuple[tuple[str, int], ...]
    """What is printed, and how often."""
    reason: str
    offers: tuple[Offer, ...]
    remembered: bool

    @property
    def serials(self) -> tuple[int, ...]:
        return tuple(serial for serial, _ in self.rows)


def cards(numbered: Iterable[tuple[int, DraftRow]]) -> tuple[Card, ...]:
    """The queue of deadlines to decide (时限待定), then what was taken over from earlier imports."""
    found: dict[tuple[bool, tuple[str, int], int], list[tuple[int, DraftRow]]] = {}
    for serial, row in numbered:
        if _waits(row):
            alone = 0 if shape(row.reading) else serial
            key = (is_remembered(row.reading), kind_of(row.reading), alone)
            found.setdefault(key, []).append((serial, row))
    made = [_card(rows, remembered=key[0]) for key, rows in found.items()]
    return tuple(sorted(made, key=lambda card: (card.remembered, card.serials)))


def _card(rows: list[tuple[int, DraftRow]], *, remembered: bool) -> Card:
    phrases: dict[str, int] = {}
    for _, row in rows:
        phrase = row.reading.get("deadline_text") or ""
        phrases[phrase] = phrases.get(phrase, 0) + 1
    first = rows[0][1]
    offers = []
    for place, notation in enumerate(offered(first.reading)):
        meanings: dict[str, list[int]] = {}
        for serial, row in rows:
            meanings.setdefault(in_words(offered(row.reading)[place]), []).append(serial)
        offers.append(Offer(notation, tuple((words, tuple(serials)) for words, serials in meanings.items())))
    reason = first.reading["deadline"]["reason"]
    return Card(first, tuple(rows), tuple(phrases.items()), reason, tuple(offers), remembered)
