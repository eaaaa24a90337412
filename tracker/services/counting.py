"""The quotas (次数指标) and clock rules (时限规则) that a confirmation makes of its tasks' words.

They come and go with a batch: what a later edition no longer says is taken away, or ended where somebody has
entered an event; what an undone batch has made goes, and what it has ended comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.assigning import Part
from tracker.domain.counts import ClockWish, Counts, QuotaWish
from tracker.domain.quota_scope import proposed
from tracker.domain.task import Role
from tracker.store import bulk
from tracker.store.queries import counting as queries
from tracker.store.queries import units
from tracker.store.tables import ImportBatch, PlanClockRule, QuotaTarget, Task

Wanted = Sequence[tuple[Task, Counts]]
Classes = Sequence[tuple[int, str]]


def add(session: Session, batch: ImportBatch, wanted: Wanted) -> None:
    """Write what new tasks want counted and timed."""
    if not any(counts for _, counts in wanted):
        return
    classes = _classes(session)
    targets = [row for task, counts in wanted for row in _targets(batch, task, counts.quotas, classes)]
    rules = [row for task, counts in wanted for row in _rules(batch, task, counts.clocks)]
    bulk.insert_all(session, targets)
    bulk.insert_all(session, rules)


def follow(session: Session, batch: ImportBatch, wanted: Wanted, *, now: datetime) -> None:
    """Let tasks whose words have changed ask for what they say now; what is the same stays as it stands."""
    changed = {task.id: (task, counts) for task, counts in wanted}
    if not changed:
        return
    targets, rules = queries.targets_of(session, changed), queries.rules_of(session, changed)
    new: list[tuple[Task, Counts]] = []
    stays: set[QuotaTarget | PlanClockRule] = set()
    for task, counts in changed.values():
        asked = {_target_key(row): row for row in targets if row.task_id == task.id}
        timed = {_rule_key(row): row for row in rules if row.task_id == task.id}
        stays |= {asked[key] for wish in counts.quotas if (key := _quota_key(wish)) in asked}
        stays |= {timed[key] for wish in counts.clocks if (key := _clock_key(wish)) in timed}
        new.append(
            (
                task,
                Counts(
                    tuple(wish for wish in counts.quotas if _quota_key(wish) not in asked),
                    tuple(wish for wish in counts.clocks if _clock_key(wish) not in timed),
                ),
            )
        )
    asked_before: list[QuotaTarget | PlanClockRule] = [*targets, *rules]
    for row in asked_before:
        if row in stays or row.ended_at is not None or row.made_in_id is None:
            continue  # what the office has ended or added by hand is no edition's to end
        row.ended_at, row.ended_in_id = now, batch.id
    session.flush()
    add(session, batch, new)


def take_back(session: Session, batch: ImportBatch, task_ids: Collection[int]) -> None:
    """Undo for these tasks what a batch has made of their words; the caller keeps what has events."""
    made, ended = queries.of_batch(session, batch.id, task_ids)
    for row in ended:
        row.ended_at, row.ended_in_id = None, None
    session.flush()
    used = queries.with_events(session, [row.id for row in made if isinstance(row, QuotaTarget)])
    queries.remove(
        session, [row for row in made if not (isinstance(row, QuotaTarget) and row.id in used)]
    )


def _classes(session: Session) -> Classes:
    return [(each.id, each.name) for each in units.classes(session)]


def _targets(
    batch: ImportBatch, task: Task, wishes: Iterable[QuotaWish], classes: Classes
) -> Iterator[QuotaTarget]:
    parts = [
        Part(part.unit_id, Role(part.role), part.printed_name, part.group_name) for part in task.assignments
    ]
    for position, wish in enumerate(wishes):
        owed = proposed(wish.printed, parts, classes=classes, unit_id=wish.unit_id)
        yield QuotaTarget(
            plan_id=batch.plan_id,
            task_id=task.id,
            position=position,
            counted=wish.counted[:200],
            minimum=wish.minimum,
            period=wish.period,
            printed=wish.printed[:200],
            scope=owed.scope.value,
            unit_class_id=owed.class_id,
            unit_id=owed.unit_id,
            settled=owed.settled,
            made_in_id=batch.id,
            version=1,
        )


def _rules(batch: ImportBatch, task: Task, wishes: Iterable[ClockWish]) -> Iterator[PlanClockRule]:
    for wish in wishes:
        yield PlanClockRule(
            plan_id=batch.plan_id,
            task_id=task.id,
            name=wish.name[-100:],
            event=wish.event[-200:],
            count=wish.count,
            day_unit=wish.unit.value,
            basis=wish.basis[:1000],
            made_in_id=batch.id,
            version=1,
        )


def _quota_key(wish: QuotaWish) -> Hashable:
    return wish.counted[:200], wish.minimum, wish.period, wish.printed[:200]


def _target_key(row: QuotaTarget) -> Hashable:
    """What its clause was read to ask for, whatever the office has made of it since."""
    read = row.read_as
    if read is not None:
        return read["counted"], read["minimum"], read["period"], read["printed"]
    return row.counted, row.minimum, row.period, row.printed


def _clock_key(wish: ClockWish) -> Hashable:
    return wish.event[-200:], wish.count, wish.unit.value


def _rule_key(row: PlanClockRule) -> Hashable:
    read = row.read_as
    if read is not None:
        return read["event"], read["count"], read["day_unit"]
    return row.event, row.count, row.day_unit
