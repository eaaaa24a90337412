"""The one page (填报页) on which a unit fills in a return: what is known of each task, and what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Colour
from tracker.domain.obligation import ObligationState as State
from tracker.services import calendars, ledger, quotas
from tracker.services.handing_in import Versions, may_edit, versions_of
from tracker.services.known_facts import Known, known_facts, said_before
from tracker.services.quotas import Target
from tracker.services.return_lines import (
    Baseline,
    Faults,
    LineInput,
    PlannedItem,
    faults,
    offered,
    wants_evidence,
)
from tracker.services.return_pages import CutOff, TaskItem, cutoff_of, task_items, unit_of
from tracker.services.returns import as_input, baselines, planned_items
from tracker.store.queries import evidence, reporting
from tracker.store.queries import quotas as quota_queries
from tracker.store.queries import returns as queries
from tracker.store.queries.known_facts import Remarked
from tracker.store.tables import EvidenceFile, Obligation, Period, Plan, ReturnLine


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task on the return's page: what is known, what was planned, what is typed."""

    item: TaskItem
    typed: LineInput
    saved: LineInput
    """What the store has; differs from `typed` after an error or in a second tab."""
    planned: tuple[PlannedItem, ...]
    remark: str
    """What the office says of the version that was sent back or is being read."""
    known: Known
    files: tuple[EvidenceFile, ...]
    counts: tuple[Target, ...]
    """The quotas (次数指标) that the unit owes with this task."""
    changed: bool
    attention: bool
    """Open on the page from the start: it is late or nearly due, or the office has said something."""

    @property
    def hint(self) -> str:
        """A gentle word beside what was typed; never a refusal."""
        if wants_evidence(self.typed) and not self.files:
            return "报“已完成”最好附上公开链接，公开办销号时要看；没有也可以先报。"
        return ""

    @property
    def repeat(self) -> str:
        """That the words were said before; noted, never refused."""
        found = self.known.repeats(self.typed.progress)
        return f"{found.sentence}。没有新进展的可以不填；确实如此，照报就行。" if found else ""

    @property
    def earlier_remark(self) -> Remarked | None:
        """The office's last remark, where it was made of an earlier return."""
        return self.known.remark if not self.remark else None


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing that has to be mended: which field of which task, and why, in page order."""

    assignment_id: int
    field: str
    serial: int
    sentence: str

    @property
    def key(self) -> tuple[int, str]:
        """How the rules name it."""
        return self.assignment_id, self.field


FIELDS = ("no_change", "status", "planned", "progress", "next_plan", "problem", "evidence_url", "evidence_on")
"""The fields of a line in the order in which the page shows them."""


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """The page on which a unit fills in one return."""

    owed: Obligation
    plan: Plan
    state: State
    versions: Versions
    cutoff: CutOff
    editable: bool
    reason: str
    """Why the office sent it back; empty otherwise."""
    reason_at: datetime | None
    lines: tuple[TaskLine, ...]
    faults: Faults
    """What has to be mended before what is shown can be handed in."""

    @property
    def mends(self) -> tuple[Mend, ...]:
        """The faults as a person meets them: line by line, field by field."""
        return tuple(
            Mend(key, field, line.item.assignment.task.serial, self.faults[key, field])
            for line in self.lines
            for key in (line.typed.assignment_id,)
            for field in FIELDS
            if (key, field) in self.faults
        )

    @property
    def period(self) -> Period:
        return self.owed.period

    @property
    def changed(self) -> int:
        """How many lines say something."""
        return sum(line.changed for line in self.lines)


def page(
    session: Session,
    actor: Actor,
    obligation_id: int,
    *,
    typed: Iterable[LineInput] | None = None,
    now: datetime,
) -> ReturnPage:
    """The page of one return; `typed` is what a person has in the form when it could not be kept.

    Raises:
        NotFound: it is not this unit's.

    """
    owed = queries.obligation(session, obligation_id, unit_id=unit_of(actor))
    plan = reporting.plan(session, owed.plan_id) if owed else None
    if owed is None or plan is None:
        raise NotFound
    versions = versions_of(session, owed.id)
    before = baselines(session, owed)
    today = china_day(now)
    shown = versions.draft or versions.newest
    kept = {line.assignment_id: line for line in (shown.lines if shown else ())}
    state = State(owed.state)
    editable = may_edit(state, due_at=owed.period.due_at, now=now)
    also = _spoken_of(versions) if editable else kept.keys()
    tasks = queries.unit_tasks(
        session, owed.plan_id, owed.unit_id, ledger.light_days(session, today), also=also
    )
    in_form = {line.assignment_id: line for line in typed or ()}
    remarks = _remarks(versions)
    known = known_facts(session, owed, [task.assignment for task in tasks])
    files = evidence.files_of(session, owed.id)
    counts = _counts(session, actor, tasks, today=today)
    lines = [
        _line(
            item,
            kept.get(key),
            in_form=in_form,
            before=before,
            remarks=remarks,
            known=known[key],
            files=tuple(files.get(key, ())),
            counts=counts.get(item.assignment.task_id, ()),
        )
        for item in task_items(tasks, today=today)
        for key in (item.assignment.id,)
    ]
    back = versions.newest if state is State.RETURNED else None
    return ReturnPage(
        owed=owed,
        plan=plan,
        state=state,
        versions=versions,
        cutoff=cutoff_of(owed.period.due_at, now=now, calendar=calendars.load(session)),
        editable=editable,
        reason=back.decision_reason if back else "",
        reason_at=back.decided_at if back else None,
        lines=tuple(sorted(lines, key=lambda line: not line.remark)),
        faults=faults([line.typed for line in lines], today=today, before=before),
    )


def _line(
    item: TaskItem,
    kept: ReturnLine | None,
    *,
    in_form: Mapping[int, LineInput],
    before: Mapping[int, Baseline],
    remarks: Mapping[int, str],
    known: Known,
    files: tuple[EvidenceFile, ...],
    counts: tuple[Target, ...],
) -> TaskLine:
    key = item.assignment.id
    base = before.get(key, Baseline())
    saved = as_input(kept, base) if kept else LineInput(key, status=offered(base.status))
    typed = in_form.get(key, saved)
    changed = not typed.no_change and typed.changes(base)
    planned = planned_items(kept, base)
    pressing = item.health.colour in {Colour.RED, Colour.YELLOW}
    return TaskLine(
        item=item,
        typed=typed,
        saved=saved,
        planned=planned,
        remark=remarks.get(key, ""),
        known=known,
        files=files,
        counts=counts,
        changed=changed,
        attention=changed or bool(files) or bool(planned) or pressing or key in remarks,
    )


def _counts(
    session: Session, actor: Actor, tasks: Iterable[queries.UnitTask], *, today: date
) -> dict[int, tuple[Target, ...]]:
    """The quotas of the unit's tasks as they stand, by task; most tasks have none."""
    rows = quota_queries.asked_for(session, task_ids={task.assignment.task_id for task in tasks})
    found: dict[int, tuple[Target, ...]] = {}
    for target in quotas.look(session, actor, rows, today=today) if rows else ():
        found[target.row.task_id] = (*found.get(target.row.task_id, ()), target)
    return found


def with_last_words(
    session: Session, actor: Actor, obligation_id: int, lines: Iterable[LineInput], assignment_id: int
) -> list[LineInput]:
    """The typed lines, one of them with the words of the last period (沿用上期) where it has none of its own.

    Raises:
        NotFound: it is not this unit's.

    """
    owed = queries.obligation(session, obligation_id, unit_id=unit_of(actor))
    if owed is None:
        raise NotFound
    typed = {line.assignment_id: line for line in lines}
    part = queries.assignments(session, owed.plan_id, owed.unit_id).get(assignment_id)
    last = said_before(session, owed, [part.id]).get(part.id) if part else None
    if part is None or not last:
        return list(typed.values())
    base = baselines(session, owed).get(part.id, Baseline())
    line = typed.get(part.id) or LineInput(part.id, status=offered(base.status))
    if not line.progress.strip():
        typed[part.id] = replace(line, progress=last[-1].progress, no_change=False)
    return list(typed.values())


def _spoken_of(versions: Versions) -> set[int]:
    """The assignments that stand on the page though they are settled.

    The draft or the newest version says something of them, or the office does of the latter; saving a draft
    changes nothing of that. A page that takes no changes any more shows all that was handed in.
    """
    draft, newest = ((each.lines if each else ()) for each in (versions.draft, versions.newest))
    said = {line.assignment_id for line in (*draft, *newest) if not line.no_change}
    return said | _remarks(versions).keys()


def _remarks(versions: Versions) -> dict[int, str]:
    """What the office has said of single lines of the newest version."""
    newest = versions.newest
    return {line.assignment_id: line.remark for line in newest.lines if line.remark} if newest else {}
