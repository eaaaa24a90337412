"""The returns of a period that wait to be read (待审): what each says first, and what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.obligation import ObligationState as State
from tracker.domain.repeating import SHORTEST_TELLING
from tracker.domain.task import LineStatus
from tracker.store.queries import experience, returns
from tracker.store.queries.board import GridCell
from tracker.store.tables import Period, Return

LOOKED_BACK = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A return that waits to be read, with its beginning and what is unusual about it."""

    cell: GridCell
    unit_name: str
    submitted_at: datetime | None
    number: int
    changed: int
    lines: int
    excerpt: str
    """The beginning of what it says; of a form, of its first text."""
    evidence: int
    blocked: int
    problems: int
    repeated: tuple[str, ...]
    """Keys of earlier periods with the very same words."""

    @property
    def clean(self) -> bool:
        """Nothing that a person would have to look at."""
        return not (self.cell.late or self.blocked or self.problems or self.repeated)


def waiting_in(
    session: Session, period: Period, cells: Iterable[GridCell], names: Mapping[int, str]
) -> Iterable[Waiting]:
    """The returns of a period's cells that wait to be read, in the order of the cells."""
    here = [cell for cell in cells if cell.state is State.SUBMITTED]
    versions = returns.newest_versions(session, [cell.obligation_id for cell in here])
    changed = returns.changed_lines(session, [version.id for version, _ in versions.values()])
    repeated = _repeated(session, period, changed)
    newest = {cell.unit_id: versions[cell.obligation_id][0] for cell in here}
    said_again = _said_again(session, period, newest)
    articles = experience.heads(session, versions) if period.cadence.answer == Answer.MATERIAL else {}
    for cell in here:
        lines = [line for line in changed if line.obligation_id == cell.obligation_id]
        version, answered = versions[cell.obligation_id]
        said = [line.progress or line.problem for line in lines if line.progress or line.problem]
        written = articles.get(cell.obligation_id, (version.parts or {}).values())
        said += filter(None, ["；".join(filter(None, written))])
        again = {key for line in lines for key in repeated.get(line.assignment_id, ())}
        yield Waiting(
            cell=cell,
            unit_name=names.get(cell.unit_id, ""),
            submitted_at=version.submitted_at,
            number=version.number,
            changed=len(lines),
            lines=answered,
            excerpt=said[0] if said else "",
            evidence=sum(bool(line.evidence_url) for line in lines),
            blocked=sum(line.status == LineStatus.BLOCKED for line in lines),
            problems=sum(bool(line.problem) for line in lines),
            repeated=tuple(sorted(again | said_again.get(cell.unit_id, set()))),
        )


def _said_again(
    session: Session, period: Period, versions: dict[int, Return]
) -> dict[int, set[str]]:
    """Keys of the earlier periods in which a unit's form had the very same words in one of its parts."""
    words = {unit_id: set(_telling(version.parts)) for unit_id, version in versions.items()}
    asked = [unit_id for unit_id, told in words.items() if told]
    found: dict[int, set[str]] = {}
    if not asked:
        return found
    for unit_id, key, parts in returns.earlier_parts(
        session, period.cadence_id, asked, before=period.starts_on
    ):
        if words[unit_id] & set(_telling(parts)):
            found.setdefault(unit_id, set()).add(key)
    return found


def _telling(parts: dict[str, str] | None) -> Iterable[tuple[str, str]]:
    return ((key, text) for key, text in (parts or {}).items() if len(text) >= SHORTEST_TELLING)


def _repeated(session: Session, period: Period, lines: list[returns.WaitingLine]) -> dict[int, list[str]]:
    """Keys of the last weeks in which a task's progress had the very same words (照抄上周)."""
    words = {line.assignment_id: line.progress for line in lines if len(line.progress) >= SHORTEST_TELLING}
    if not words:
        return {}
    earlier = returns.earlier_words(
        session, period.cadence_id, words, before=period.starts_on, last_from=period.starts_on - LOOKED_BACK
    )
    found: dict[int, list[str]] = {}
    for assignment_id, said, key in earlier:
        if said == words[assignment_id]:
            found.setdefault(assignment_id, []).append(key)
    return found
