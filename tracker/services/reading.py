"""The office reads one return (审阅): as it was handed in, and what changed since the version before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.compared import Piece, compare
from tracker.domain.errors import NotFound
from tracker.domain.obligation import ObligationState as State
from tracker.domain.task import LineStatus
from tracker.services import calendars
from tracker.services.cadences import parts_asked
from tracker.services.counted_lines import targets_of
from tracker.services.handing_in import versions_of
from tracker.services.known_facts import repeat_of, said_before
from tracker.services.return_lines import PlannedItem, from_stored
from tracker.services.return_pages import CutOff, cutoff_of
from tracker.store.queries import answer_times, audit, evidence, quotas, reporting
from tracker.store.queries import returns as queries
from tracker.store.queries.known_facts import SaidLine
from tracker.store.tables import AuditEvent, EvidenceFile, Obligation, Plan, Return, ReturnLine, Task


@dataclass(frozen=True, slots=True)
class ReadField:
    """One text of a line, in pieces that show what differs from the version before."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        return any(kind != "same" for kind, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One task's line as it was handed in."""

    line: ReturnLine
    task: Task
    status: str
    planned: tuple[PlannedItem, ...]
    texts: tuple[ReadField, ...]
    before: tuple[str, ...] = ()
    """What the version before said instead, apart from the texts; nothing in the first."""
    repeat: str = ""
    """That its words were said in an earlier period, or nearly so."""
    files: tuple[EvidenceFile, ...] = ()
    counted: tuple[tuple[int, str], ...] = ()
    """The quotas (次数指标) towards which its link counts, each with what is counted."""

    @property
    def differs(self) -> bool:
        """Not as in the version before."""
        return bool(self.before) or any(text.differs for text in self.texts)


@dataclass(frozen=True, slots=True)
class Reading:
    """One return, at one of its versions."""

    owed: Obligation
    plan: Plan
    state: State
    cutoff: CutOff
    versions: tuple[Return, ...]
    shown: Return | None
    changed: tuple[ReadLine, ...]
    unchanged: tuple[ReadLine, ...]
    parts: tuple[ReadField, ...]
    """What a form says, part by part; empty where a return has lines."""
    events: tuple[AuditEvent, ...]

    @property
    def newest_shown(self) -> bool:
        return bool(self.versions) and self.shown is self.versions[-1]

    @property
    def to_decide(self) -> bool:
        """Whether the shown version waits for 通过 or 退回."""
        return self.state is State.SUBMITTED and self.newest_shown

    @property
    def may_waive(self) -> bool:
        return self.state in {State.OPEN, State.MISSED}


def read(
    session: Session, actor: Actor, obligation_id: int, *, number: int | None = None, now: datetime
) -> Reading:
    """One obligation with the version `number`, the newest unless told; drafts are the unit's own.

    Raises:
        NotFound: there is none, or it is not for this person's eyes.

    """
    unit_id = actor.unit_id if actor.role == "unit" else None
    owed = queries.obligation(session, obligation_id, unit_id=unit_id)
    plan = reporting.plan(session, owed.plan_id) if owed else None
    if owed is None or plan is None:
        raise NotFound
    versions = versions_of(session, owed.id).handed_in
    by_number = {version.number: version for version in versions}
    shown = by_number.get(number) if number else (versions[-1] if versions else None)
    if number and shown is None:
        raise NotFound
    earlier = [version for version in versions if shown and version.number < shown.number]
    lines = _lines(session, owed, shown, earlier[-1] if earlier else None) if shown else []
    due_at = answer_times.of_period(session, owed.period)
    return Reading(
        owed=owed,
        plan=plan,
        state=State(owed.state),
        cutoff=cutoff_of(due_at, now=now, calendar=calendars.load(session)),
        versions=versions,
        shown=shown,
        changed=tuple(line for line in lines if not line.line.no_change or line.differs or line.files),
        unchanged=tuple(line for line in lines if line.line.no_change and not (line.differs or line.files)),
        parts=_parts(owed, shown, earlier[-1] if earlier else None) if shown else (),
        events=tuple(audit.history(session, "obligation", owed.id)),
    )


def _parts(owed: Obligation, shown: Return, before: Return | None) -> tuple[ReadField, ...]:
    if shown.parts is None:
        return ()
    old = before.parts if before else None
    return tuple(
        ReadField(part.label, _pieces(shown.parts.get(part.key, ""), old.get(part.key, "") if old else None))
        for part in parts_asked(shown, owed.period.cadence)
    )


_TEXTS = (("progress", "进展"), ("next_plan", "下一步计划"), ("problem", "问题"))


def _lines(
    session: Session, owed: Obligation, shown: Return, before: Return | None
) -> list[ReadLine]:
    tasks = queries.tasks_of(session, shown.id)
    old = {line.assignment_id: line for line in before.lines} if before else {}
    spoken = [line.assignment_id for line in shown.lines if line.progress]
    said = said_before(session, owed, spoken) if spoken else {}
    files = evidence.files_of(session, owed.id)
    asked = {target for line in shown.lines for target in targets_of(line)}
    names = {row.id: row.counted for row in quotas.of_ids(session, asked)} if asked else {}
    found = [
        replace(
            _line(line, tasks[line.task_id], old.get(key), said.get(key, ())),
            files=tuple(files.get(key, ())),
            counted=tuple((each, names[each]) for each in sorted(targets_of(line) & names.keys())),
        )
        for line in shown.lines
        for key in (line.assignment_id,)
    ]
    return sorted(found, key=lambda item: (_rank(item), item.task.serial))


def _rank(item: ReadLine) -> int:
    """What needs an eye first: blocked, then claims of completion, then the rest."""
    order = (LineStatus.BLOCKED, LineStatus.DONE)
    return order.index(LineStatus(item.line.status)) if item.line.status in order else len(order)


def _line(
    line: ReturnLine, task: Task, before: ReturnLine | None, said: Sequence[SaidLine]
) -> ReadLine:
    texts = tuple(
        ReadField(label, pieces)
        for name, label in _TEXTS
        if (pieces := _pieces(getattr(line, name), getattr(before, name) if before else None))
    )
    repeat = repeat_of(line.progress, said)
    return ReadLine(
        line=line,
        task=task,
        status=LineStatus(line.status).label,
        planned=from_stored(line.planned),
        texts=texts,
        before=_said_instead(line, before) if before else (),
        repeat=repeat.sentence if repeat else "",
    )


def _said_instead(line: ReturnLine, before: ReturnLine) -> tuple[str, ...]:
    """What was chosen or linked otherwise in the version before, each with its name."""
    day = before.evidence_on
    said = {
        "状态": (line.status, before.status, LineStatus(before.status).label),
        "佐证链接": (line.evidence_url, before.evidence_url, before.evidence_url),
        "计入次数": (targets_of(line), targets_of(before), "勾了" if targets_of(before) else "没有勾"),
        "发布日期": (line.evidence_on, day, f"{day.year}年{day.month}月{day.day}日" if day else ""),
    }
    told = [f"{name}：{words or '没有填'}" for name, (now, then, words) in said.items() if now != then]
    items = zip(from_stored(line.planned), from_stored(before.planned), strict=False)
    told += [f"“{then.words}”：{then.outcome.label}" for now, then in items if now.outcome != then.outcome]
    return tuple(told)


def _pieces(after: str, before: str | None) -> tuple[Piece, ...]:
    if before is None:
        return (("same", after),) if after else ()
    return compare(before, after)
