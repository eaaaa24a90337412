"""What units owe at the moment and may be urged to do (可催的事项), from the queries that the pages show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import china_day
from tracker.domain.claim import ClaimState
from tracker.domain.reminder_words import receipt_words, urging_words
from tracker.domain.urging import (
    CLAIM,
    DECISION,
    RECEIPT,
    RETURN,
    TASKS,
    LateTask,
    Owed,
    UrgeKind,
    UrgeScope,
    claim_words,
    decision_words,
    ref_of,
    short,
    tasks_words,
)
from tracker.services.ledger import light_days
from tracker.store.queries import decisions, ledger, receipts, reminders, reporting
from tracker.store.queries import urging as queries
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.ledger import LedgerFilter, Sort, TaskRow
from tracker.store.queries.reporting import ObligationFilter, Slice
from tracker.store.tables import Notice


def owed(session: Session, scope: UrgeScope, *, unit_id: int | None = None, now: datetime) -> list[Owed]:
    """What there is to urge, of all units or one; what is settled is not in it."""
    return list(_LISTS[scope.kind](session, scope, unit_id, now))


def still_owed(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Whether what a unit was urged to do is still to be done."""
    scope = UrgeScope(UrgeKind(notice.cause["what"]), plan_id=notice.plan_id)
    found = owed(session, scope, unit_id=notice.unit_id, now=now)
    return any(each.ref == notice.cause["ref"] for each in found)


def _returns(session: Session, scope: UrgeScope, unit_id: int | None, _: datetime) -> Iterator[Owed]:
    """Nothing handed in: what was sent back waits for the unit anyway, and is said by itself."""
    wanted = ObligationFilter(
        scope.plan_id, period_id=scope.period_id, unit_id=unit_id, part=Slice.OUTSTANDING
    )
    ids = [row.id for row in reporting.list_obligations(session, wanted)]
    place = {obligation_id: number for number, obligation_id in enumerate(ids)}
    facts = reminders.obligation_facts(session, ids=ids)
    for fact in sorted(facts, key=lambda fact: place[fact.obligation_id]):
        subject, body = urging_words(fact)
        yield Owed(
            ref_of(RETURN, fact.obligation_id, fact.unit_id), fact.unit_id, fact.plan_id,
            f"{fact.cadence_name}{fact.period_label}", subject, body, f"/my/returns/{fact.obligation_id}",
            obligation_id=fact.obligation_id,
        )  # fmt: skip


def _receipts(session: Session, scope: UrgeScope, unit_id: int | None, _: datetime) -> Iterator[Owed]:
    if scope.plan_id is None:
        return
    for title, unit in receipts.unsigned_of(session, scope.plan_id):
        if unit_id in {None, unit}:
            words = receipt_words(title)
            yield Owed(
                ref_of(RECEIPT, scope.plan_id, unit), unit, scope.plan_id, f"签收《{title}》", *words, "/my"
            )


def _claims(session: Session, scope: UrgeScope, unit_id: int | None, _: datetime) -> Iterator[Owed]:
    """What waits to be claimed, of one plan and unit together."""
    days = receipts.claim_days(session)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    titles: dict[int, str] = {}
    waiting = (ClaimState.WAITING,)
    for claim in receipts.claims(session, plan_id=scope.plan_id, unit_id=unit_id, states=waiting):
        counts[claim.plan_id, claim.assignment.unit_id] += 1
        titles[claim.plan_id] = claim.assignment.task.plan.title
    for (plan_id, unit), count in counts.items():
        words = claim_words(titles[plan_id], count, days.get(plan_id))
        what = f"认领{count}项任务"
        yield Owed(ref_of(CLAIM, plan_id, unit), unit, plan_id, what, *words, "/my/claims", count=count)


def _tasks(session: Session, scope: UrgeScope, unit_id: int | None, now: datetime) -> Iterator[Owed]:
    """The overdue tasks of the ledger, of one plan and unit together, while the unit's part is not done."""
    today = china_day(now)
    wanted = LedgerFilter(plan_id=scope.plan_id, unit_id=unit_id, overdue=True, every_year=True)
    rows = ledger.rows(session, wanted, light_days(session, today), SYSTEM, sort=Sort.DUE)
    left = queries.units_left(session, [row.id for row in rows])
    of: dict[tuple[int, int], list[TaskRow]] = defaultdict(list)
    for row in rows:
        for unit in left.get(row.id, ()):
            if unit_id in {None, unit}:
                of[row.plan_id, unit].append(row)
    for (plan_id, unit), tasks in of.items():
        late = [LateTask(task.title, task.next_due_on) for task in tasks if task.next_due_on is not None]
        words = tasks_words(tasks[0].plan_title, late)
        what = f"逾期任务{len(late)}项（《{tasks[0].plan_title}》）"
        link = "/my/tasks?part=open"
        yield Owed(ref_of(TASKS, plan_id, unit), unit, plan_id, what, *words, link, count=len(late))


def _decisions(session: Session, scope: UrgeScope, unit_id: int | None, now: datetime) -> Iterator[Owed]:
    wanted = DecisionFilter(DecisionPart.OVERDUE, scope.plan_id, unit_id)
    for row in decisions.listed(session, SYSTEM, wanted, today=china_day(now)):
        if row.unit_id is not None:
            words = decision_words(row.words, row.due_on)
            link = f"/decisions/{row.id}"
            ref = ref_of(DECISION, row.id, row.unit_id)
            yield Owed(ref, row.unit_id, row.plan_id, f"议定事项“{short(row.words)}”", *words, link)


_LISTS: dict[UrgeKind, Callable[[Session, UrgeScope, int | None, datetime], Iterator[Owed]]] = {
    UrgeKind.RETURNS: _returns,
    UrgeKind.RECEIPTS: _receipts,
    UrgeKind.CLAIMS: _claims,
    UrgeKind.TASKS: _tasks,
    UrgeKind.DECISIONS: _decisions,
}
