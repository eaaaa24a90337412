"""The unit's weekly return (报送件): keep a draft, hand in, change until the cut-off, answer the office.

One page answers for all tasks of a unit. Versions, drafts and tokens are those of
`tracker.services.handing_in`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.obligation import ObligationState as State
from tracker.domain.task import LineStatus, TaskState
from tracker.services import counted_lines, handing_in
from tracker.services.handing_in import Versions
from tracker.services.known_facts import repeat_of, said_before
from tracker.services.return_lines import (
    Baseline,
    InvalidLines,
    LineInput,
    PlannedItem,
    TypedMeanwhile,
    as_stored,
    carried_plan,
    draft_faults,
    faults,
    from_stored,
    offered,
    plan_items,
    ticked,
)
from tracker.services.tasks import apply_report
from tracker.store.queries import evidence
from tracker.store.queries import returns as queries
from tracker.store.tables import Assignment, Obligation, Return, ReturnLine


@dataclass(frozen=True, slots=True)
class Submitted:
    """What handing in has done."""

    number: int
    late: bool
    editable: bool
    """Whether it can still be changed: until the cut-off."""
    changed: int
    without_evidence: int
    """已完成 without a link or a file: worth a gentle word."""
    repeated: int = 0
    """Lines whose words were said before, or nearly so."""
    counted: int = 0
    """How many events (次数) its links have become that were not there before."""


def save_draft(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    token: str,
    lines: Sequence[LineInput],
    now: datetime,
) -> Versions:
    """Keep what is being typed, unfinished as it is.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: another tab has saved meanwhile.
        InvalidLines: a text does not fit, or a day is none.
        RuleViolated: the return takes no changes now.

    """
    owed, found = handing_in.opened(
        session, actor, obligation_id, token, progress=True, now=now
    )
    if wrong := draft_faults(lines):
        raise InvalidLines(wrong)
    allowed = queries.assignments(session, owed.plan_id, owed.unit_id)
    before = baselines(session, owed)
    written = [line for line in lines if line.assignment_id in allowed and _worth_keeping(line, before)]
    draft = handing_in.draft_of(session, owed, found, now=now)
    _write(draft, [_as_typed(line, allowed, before) for line in written])
    session.flush()
    return Versions(found.handed_in, draft)


def submit(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    token: str,
    lines: Sequence[LineInput],
    all_unchanged: bool = False,
    now: datetime,
) -> Submitted:
    """Hand in for all tasks; those left alone are 本周无变化. `all_unchanged` is the one-click form of it.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: another tab has saved meanwhile.
        InvalidLines: some lines have to be mended.
        TypedMeanwhile: everything is said to be unchanged, and yet something was typed.
        RuleViolated: the return takes no changes now.

    """
    owed, found = handing_in.opened(
        session, actor, obligation_id, token, progress=True, now=now
    )
    allowed = queries.assignments_for_writing(session, owed.plan_id, owed.unit_id)
    before = baselines(session, owed)
    typed = {line.assignment_id: line for line in lines if line.assignment_id in allowed}
    _check(typed.values(), before, all_unchanged=all_unchanged, now=now)

    answered = [item for item in allowed.values() if _belongs(item, typed)]
    version = handing_in.draft_of(session, owed, found, now=now)
    _write(version, [_for_good(item, typed.get(item.id), before) for item in answered])
    version.no_change = all(line.no_change for line in version.lines)
    handing_in.hand_in(session, actor, owed, version, now=now)
    session.flush()
    _follow(session, owed, version, found.newest, allowed=allowed, now=now)
    counted = counted_lines.follow(session, actor, owed, version, found.newest, now=now)
    changed = sum(not line.no_change for line in version.lines)
    words = f"{changed}项有变化" if changed else "全部无变化"
    handing_in.record(session, actor, owed, version, words, detail={"changed": changed}, now=now)
    filed = evidence.files_of(session, owed.id)
    unproven = sum(_unproven(line) and line.assignment_id not in filed for line in version.lines)
    editable = handing_in.may_edit(State(owed.state), due_at=owed.period.due_at, now=now)
    repeated = _repeated(session, owed, version)
    return Submitted(version.number, owed.late, editable, changed, unproven, repeated, counted)


def baselines(session: Session, owed: Obligation) -> dict[int, Baseline]:
    """What the unit said last before this period, by assignment; nothing where it has said nothing."""
    last = queries.handed_in_before(session, owed)
    return {
        line.assignment_id: Baseline(line.status, line.next_plan, line.problem, line.progress)
        for line in (last.lines if last else ())
    }


def planned_items(line: ReturnLine | None, before: Baseline) -> tuple[PlannedItem, ...]:
    """The checklist of a line: as it was ticked, else made from last period's plan."""
    if line is not None and line.planned:
        return from_stored(line.planned)
    return plan_items(before.next_plan)


def as_input(line: ReturnLine, before: Baseline) -> LineInput:
    """A kept line as the form shows it again; a line without change shows an empty form."""
    if line.no_change and not line.progress and line.return_.state != queries.DRAFT:
        return LineInput(line.assignment_id, status=offered(before.status))
    items = from_stored(line.planned)
    return LineInput(
        assignment_id=line.assignment_id,
        no_change=line.no_change,
        status=offered(line.status),
        progress=line.progress,
        next_plan=line.next_plan,
        problem=line.problem,
        evidence_url=line.evidence_url,
        evidence_on=line.evidence_on.isoformat() if line.evidence_on else "",
        done_items=frozenset(place for place, item in enumerate(items) if item.done),
        dropped_items={place: item.why for place, item in enumerate(items) if item.dropped},
        counted=counted_lines.targets_of(line),
    )


def _check(
    lines: Iterable[LineInput], before: Mapping[int, Baseline], *, all_unchanged: bool, now: datetime
) -> None:
    typed = list(lines)
    if all_unchanged and any(line.changes(before.get(line.assignment_id, Baseline())) for line in typed):
        raise TypedMeanwhile
    if wrong := faults(typed, today=china_day(now), before=before):
        raise InvalidLines(wrong)


def _belongs(assignment: Assignment, typed: Mapping[int, LineInput]) -> bool:
    """An open task is always answered for; a closed one only when something was typed."""
    line = typed.get(assignment.id)
    return TaskState(assignment.task.state).is_open or (line is not None and line.has_words)


def _worth_keeping(line: LineInput, before: Mapping[int, Baseline]) -> bool:
    return line.no_change or line.changes(before.get(line.assignment_id, Baseline()))


def _as_typed(
    line: LineInput, allowed: Mapping[int, Assignment], before: Mapping[int, Baseline]
) -> ReturnLine:
    base = before.get(line.assignment_id, Baseline())
    return ReturnLine(
        assignment_id=line.assignment_id,
        task_id=allowed[line.assignment_id].task_id,
        no_change=line.no_change,
        status=line.status if line.status in set(LineStatus) - {LineStatus.CARRIED} else base.status,
        planned=as_stored(ticked(plan_items(base.next_plan), line)),
        progress=line.progress,
        next_plan=line.next_plan,
        plan_typed=line.next_plan,
        problem=line.problem,
        evidence_url=line.evidence_url.strip(),
        evidence_on=line.evidence_day,
        counted=counted_lines.as_stored(line.counted),
    )


def _for_good(
    assignment: Assignment, line: LineInput | None, before: Mapping[int, Baseline]
) -> ReturnLine:
    """The line that is handed in; what was left alone keeps status, plan and problem as they were."""
    base = before.get(assignment.id, Baseline())
    items = plan_items(base.next_plan)
    if line is None or line.no_change or not line.changes(base):
        return ReturnLine(
            assignment_id=assignment.id, task_id=assignment.task_id, no_change=True, status=base.status,
            planned=as_stored(items), progress="", next_plan=base.next_plan, plan_typed="",
            problem=base.problem,
            evidence_url="", evidence_on=None,
        )
    items = ticked(items, line)
    return ReturnLine(
        assignment_id=assignment.id, task_id=assignment.task_id, no_change=False, status=line.status,
        planned=as_stored(items), progress=line.progress.strip(), next_plan=carried_plan(line, items),
        plan_typed=line.next_plan.strip(),
        problem=line.problem.strip(), evidence_url=line.evidence_url.strip(), evidence_on=line.evidence_day,
        counted=counted_lines.as_stored(line.counted),
    )


_FIELDS = (
    "no_change", "status", "planned", "progress", "next_plan", "problem", "evidence_url", "evidence_on",
    "counted", "plan_typed",
)


def _write(version: Return, lines: Iterable[ReturnLine]) -> None:
    """Make the version's lines equal to these; a line that stays is changed in place."""
    known = {line.assignment_id: line for line in version.lines}
    wanted = {line.assignment_id: line for line in lines}
    for assignment_id, line in wanted.items():
        if assignment_id in known:
            for name in _FIELDS:
                setattr(known[assignment_id], name, getattr(line, name))
        else:
            version.lines.append(line)
    for assignment_id in known.keys() - wanted.keys():
        version.lines.remove(known[assignment_id])


def _follow(
    session: Session,
    owed: Obligation,
    version: Return,
    replaced: Return | None,
    *,
    allowed: Mapping[int, Assignment],
    now: datetime,
) -> None:
    """Let the present status of each assignment follow, unless a later period has been answered already."""
    old = {line.assignment_id: line for line in replaced.lines} if replaced else {}
    added = _evidence_added(session, owed, version, old)
    outdated = queries.handed_in_after(session, owed)
    dropped = [
        line.assignment_id
        for line in version.lines
        if line.no_change and line.assignment_id in old and not old[line.assignment_id].no_change
    ]
    said = said_before(session, owed, dropped) if dropped else {}
    for line in version.lines:
        assignment = allowed[line.assignment_id]
        evidence = added.get(assignment.id, 0)
        if outdated:
            assignment.evidence_count += evidence
            continue
        taken_back = assignment.id in dropped
        if line.no_change and not taken_back and assignment.reported_at is None:
            continue  # nothing has ever been said of it, and this return says nothing either
        if taken_back:  # its words go too, and the last ones before this period come back
            assignment.progress = said[assignment.id][-1].progress if assignment.id in said else ""
        apply_report(
            session,
            assignment,
            status=LineStatus.CARRIED.value if line.no_change and not taken_back else line.status,
            progress=line.progress,
            next_plan=line.next_plan,
            problem=line.problem,
            evidence_added=evidence,
            now=now,
        )


def _evidence_added(
    session: Session, owed: Obligation, version: Return, old: Mapping[int, ReturnLine]
) -> dict[int, int]:
    """By how much the count of different links grows (or shrinks, when a version takes one back)."""
    new = {line.assignment_id: line.evidence_url for line in version.lines if line.evidence_url}
    gone = {key: line.evidence_url for key, line in old.items() if line.evidence_url}
    touched = new.keys() | gone.keys()
    elsewhere = queries.evidence_elsewhere(session, owed.id, touched) if touched else set()

    def counts(links: Mapping[int, str], key: int) -> int:
        return int(key in links and (key, links[key]) not in elsewhere)

    return {key: counts(new, key) - counts(gone, key) for key in touched}


def _repeated(session: Session, owed: Obligation, version: Return) -> int:
    words = {line.assignment_id: line.progress for line in version.lines if line.progress}
    said = said_before(session, owed, list(words)) if words else {}
    return sum(repeat_of(text, said.get(key, ())) is not None for key, text in words.items())


def _unproven(line: ReturnLine) -> bool:
    return not line.no_change and line.status == LineStatus.DONE and not line.evidence_url
