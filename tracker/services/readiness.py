"""Whether a draft can be confirmed (能否确认): what must be settled first, and what a person must accept.

Undecided deadlines, names that lead nowhere and blocking findings stop an import. Rows without a unit, rows
without a time and findings that nobody has looked at do not, once a person says 仍然确认 for each class: some
plans name neither units nor days, and they too must run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tracker.domain.titled import Titled
from tracker.services.names import Meaning, Resolution, Resolver, printed_names
from tracker.store.tables import DraftRow, ImportDraft


class Obstacle(Titled):
    """What stops a confirmation."""

    NO_TASK = "no_task", "没有发现任务"
    NO_YEAR = "no_year", "没有年份"
    DEADLINE = "deadline", "完成时限有几种读法，请选定"
    NAME = "name", "单位名称还没有对应"
    EMPTY_GROUP = "empty_group", "集合称谓里还没有单位"
    BLOCKING = "blocking", "有必须先处理的存疑项"


class Concern(Titled):
    """What a person must accept by saying 仍然确认."""

    NO_UNIT = "no_unit", "没有责任单位"
    NO_DEADLINE = "no_deadline", "没有完成时限"
    UNREVIEWED = "unreviewed", "存疑项还没有核对"
    DOCUMENT = "document", "体检提出的问题"


EVERY_CONCERN = frozenset(Concern)


@dataclass(frozen=True, slots=True)
class Blocked:
    """One obstacle with the rows or names it is about."""

    obstacle: Obstacle
    row_ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.row_ids) or len(self.names) or 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """One class of concerns with its rows, or with how many findings it has about the whole document."""

    concern: Concern
    row_ids: tuple[int, ...]
    findings: int = 0

    @property
    def count(self) -> int:
        return len(self.row_ids) or self.findings


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a draft and its plan."""

    blocked: tuple[Blocked, ...]
    concerns: tuple[Accepted, ...]

    def row_ids(self, obstacle: Obstacle) -> tuple[int, ...]:
        """The rows that one obstacle is about."""
        return next((found.row_ids for found in self.blocked if found.obstacle is obstacle), ())

    def names(self, obstacle: Obstacle) -> tuple[str, ...]:
        """The names that one obstacle is about."""
        return next((found.names for found in self.blocked if found.obstacle is obstacle), ())


def readiness(draft: ImportDraft, rows: Iterable[DraftRow], answers: Resolver) -> Readiness:
    """What is left to do before this draft can be confirmed."""
    included = [row for row in rows if row.included]
    resolutions = {name: answers.of(name) for name in printed_names(row.reading for row in included)}
    undecided = tuple(row.id for row in included if not row.reading["deadline"].get("certain", True))
    blocking = tuple(row.id for row in included if not row.checked and _has(row.reading, "blocking"))
    open_names = tuple(name for name, found in resolutions.items() if found.meaning is Meaning.OPEN)
    hollow = tuple(
        name for name, found in resolutions.items() if found.meaning is Meaning.GROUP and not found.unit_ids
    )
    blocked = [
        Blocked(Obstacle.NO_TASK) if not included else None,
        Blocked(Obstacle.NO_YEAR) if draft.year is None else None,
        Blocked(Obstacle.DEADLINE, undecided) if undecided else None,
        Blocked(Obstacle.NAME, names=open_names) if open_names else None,
        Blocked(Obstacle.EMPTY_GROUP, names=hollow) if hollow else None,
        Blocked(Obstacle.BLOCKING, blocking) if blocking else None,
    ]
    concerns = {
        Concern.NO_UNIT: [
            row.id
            for row in included
            if not any(_may_owe(resolutions[part["unit"]]) for part in row.reading["assignments"])
        ],
        Concern.NO_DEADLINE: [row.id for row in included if row.reading["deadline"]["notation"] == "none"],
        Concern.UNREVIEWED: [row.id for row in included if not row.checked and _has(row.reading, "warning")],
    }
    accepted = [Accepted(concern, tuple(ids)) for concern, ids in concerns.items() if ids]
    severe = sum(finding["severity"] == "blocking" for finding in draft.draft["findings"])
    if severe and included:
        accepted.append(Accepted(Concern.DOCUMENT, (), severe))
    return Readiness(tuple(found for found in blocked if found is not None), tuple(accepted))


def _may_owe(found: Resolution) -> bool:
    """Whether a name leads to somebody, or may do so once it is settled."""
    return bool(found.unit_ids) or found.meaning is Meaning.OPEN


def is_doubtful(row: DraftRow) -> bool:
    """Whether a person should look at this row: an undecided deadline, or a finding that nobody has seen."""
    if not row.reading["deadline"].get("certain", True):
        return True
    return not row.checked and (_has(row.reading, "warning") or _has(row.reading, "blocking"))


def _has(reading: dict[str, Any], severity: str) -> bool:
    return any(
        finding["severity"] == severity and not finding.get("settled") for finding in reading["findings"]
    )
