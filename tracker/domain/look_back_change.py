"""What has changed since a verdict was confirmed (确认后情况有变化): the facts go on, a person's word stands.

Told is what a person would decide anew about: another verdict, a contradiction that has come or gone, a new
fact of one that was known. That a sum has grown (未报3期 → 未报4期) is no news.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.china_time import year_month_day
from tracker.domain.contradictions import Contradiction, ContradictionKind
from tracker.domain.look_back import Proposal, VerdictKind
from tracker.domain.rhythm import in_words

_SUMS = frozenset(
    {
        ContradictionKind.DONE_WITHOUT_EVIDENCE,
        ContradictionKind.SIGNED_OFF_WITHOUT_EVIDENCE,
        ContradictionKind.QUOTA_NOT_MET,
        ContradictionKind.SAME_TEXT,
        ContradictionKind.PLAN_REPEATED,
        ContradictionKind.MISSED_OFTEN,
        ContradictionKind.UNIT_SILENT,
        ContradictionKind.STANDING_SILENT,
    }
)
"""Kinds whose facts say how much of it there is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw when confirming; kinds that this release does not know are left out."""

    verdict: VerdictKind
    contradictions: tuple[Contradiction, ...]


def changes(seen: Seen, found: Proposal) -> tuple[str, ...]:
    """What is otherwise now, one line each; nothing where the person's word rests on the same facts."""
    told = []
    if found.verdict is not seen.verdict:
        told.append(f"系统建议由“{seen.verdict.label}”变为“{found.verdict.label}”：{found.reason}")
    before = {each.kind: each for each in seen.contradictions}
    after = {each.kind: each for each in found.contradictions}
    told += [
        f"新出现“{kind.label}”：{'；'.join(new)}"
        for kind, each in after.items()
        if (new := _new(before.get(kind), each))
    ]
    told += [f"不再有“{kind.label}”" for kind in before if kind not in after]
    return tuple(told)


def _new(before: Contradiction | None, after: Contradiction) -> Sequence[str]:
    if before is None:
        return after.facts
    if after.kind in _SUMS:
        return []
    known = {_reworded(fact) for fact in before.facts}
    return [fact for fact in after.facts if _reworded(fact) not in known]


_DAY = re.compile(r"(?<![!-~])(\d{4}-\d\d-\d\d)(?![!-~])")
_PERIOD = re.compile(r"(?<![!-~])(\d{4}-(?:[WQHM]\d{1,2}(?:-[WM]\d\d)?|\d\d))(?![!-~])")
_DONE_FIRST = re.compile(r"^完成(\d+年\d+月\d+日)")


def _reworded(fact: str) -> str:
    """A fact with its days and periods in words: what was confirmed in an earlier release says 2026-W38."""
    with contextlib.suppress(ValueError):  # a unit's own words may quote a day that does not exist
        fact = _DAY.sub(lambda found: year_month_day(date.fromisoformat(found[1])), fact)
    return _DONE_FIRST.sub(r"\1完成", _PERIOD.sub(lambda found: in_words(found[1]), fact))
