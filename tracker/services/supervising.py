"""Supervision orders (督办单): the office sends, the unit answers, the office accepts or sends back.

What an order says is taken from the facts of the moment, not from a page: what no longer holds, or has grown
graver, is refused. Each later step names the version it was decided on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import supervision as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.answering import linked, worded
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.escalation import Proposal
from tracker.domain.events import Event
from tracker.domain.notices import WITH_HEAD
from tracker.domain.outbox import ORDERED
from tracker.domain.supervision import OrderColour, OrderState, Step, number_words
from tracker.services import auditing, proposing, reminder_policies
from tracker.services.addressing import Target, address
from tracker.store.insert import insert_missing
from tracker.store.queries import supervision as queries
from tracker.store.queries import units
from tracker.store.tables import Notice, SupervisionMatter, SupervisionOrder

SUBJECT = "supervision_order"
TITLE_LENGTH = 300


class ProposalsChanged(RuleViolated):
    """情况有变化：有的事项已经办结，或已有人发出督办单。请刷新页面后再发。"""


class NothingChosen(InvalidInput):
    """请至少选一件。"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order as a person sends it: which proposal, what of it, the words and the day."""

    proposal: str
    matters: frozenset[str]
    asked: str
    feedback_on: date


def named(row: SupervisionOrder) -> str:
    """An order's number with its colour: 〔2026〕1号红色督办单."""
    return f"{number_words(row.year, row.number)}{OrderColour(row.colour).label}督办单"


def send(
    session: Session, actor: Actor, *, wanted: Sequence[Wanted], now: datetime
) -> list[SupervisionOrder]:
    """Send orders, all or none; each gets the next number of the year.

    An order of a graver colour takes the place of an open one whose matters it has (撤回, 已升级), so that a
    unit answers once.

    Raises:
        InvalidInput: nothing is chosen, the words are missing, or a day has passed.
        ProposalsChanged: something that was chosen is not proposed any more.

    """
    today = china_day(now)
    if not wanted or not all(each.matters for each in wanted):
        raise NothingChosen
    for each in wanted:
        worded(each.asked)
        rules.day_given(each.feedback_on, today=today)
    # The count is held first: whoever sends stands behind it, and then looks at the facts.
    count = queries.hold_numbers(session, today.year)
    offered = {each.key: each for each in proposing.proposals(session, today=today)}
    names = {
        unit.id: unit.name for unit in units.existing(session, {each.unit_id for each in offered.values()})
    }
    sent = []
    for each in wanted:
        proposal = offered.pop(each.proposal, None)
        if proposal is None or not each.matters <= {matter.key for matter in proposal.matters}:
            raise ProposalsChanged
        count.last += 1
        row = _row(actor, proposal, each, (today.year, count.last), now=now)
        row.unit_name = names[proposal.unit_id]
        session.add(row)
        session.flush()
        sent.append(row)
    _tell(session, sent, now=now)
    for row in sent:
        about = "、".join(matter.title for matter in row.matters)
        summary = f"向{row.unit_name}发出{named(row)}，{month_day(row.feedback_on)}前反馈：{about}"
        detail = {"matters": [matter.key for matter in row.matters], "asked": row.asked}
        _record(session, actor, row, (Event.SUPERVISION_SEND, summary, detail), now=now)
    _replace(session, actor, sent, now=now)
    return sent


def _row(
    actor: Actor, proposal: Proposal, wanted: Wanted, number: tuple[int, int], *, now: datetime
) -> SupervisionOrder:
    chosen = [matter for matter in proposal.matters if matter.key in wanted.matters]
    return SupervisionOrder(
        year=number[0],
        number=number[1],
        colour=proposal.colour.value,
        plan_id=proposal.plan_id,
        unit_id=proposal.unit_id,
        asked=worded(wanted.asked),
        feedback_on=wanted.feedback_on,
        sent_at=now,
        sent_by_id=actor.account_id,
        sent_by_name=actor.name,
        state=OrderState.SENT.value,
        matters=[
            SupervisionMatter(
                position=position,
                key=matter.key,
                kind=matter.kind.value,
                task_id=matter.task_id,
                title=matter.title[:TITLE_LENGTH],
                due_on=matter.due_on,
                named=sorted(matter.named),
                reasons=list(matter.reasons),
            )
            for position, matter in enumerate(chosen, start=1)
        ],
    )


def _tell(session: Session, sent: Sequence[SupervisionOrder], *, now: datetime) -> None:
    """Say it to the unit's contacts and heads at once."""
    rows, targets = [], []
    for row in sent:
        titles = "".join(f"“{matter.title}”" for matter in row.matters)
        body = f"公开办发出{named(row)}：{titles}。{row.asked}请在{month_day(row.feedback_on)}前反馈。"
        cause = {
            "kind": ORDERED, "about_id": row.id, "due_on": row.feedback_on.isoformat(), "urgent": True,
            "by": row.sent_by_name, "to": [each.value for each in WITH_HEAD],
        }  # fmt: skip
        key = f"{ORDERED}:{row.id}:{row.feedback_on.isoformat()}"
        subject = f"督办单{number_words(row.year, row.number)}（{OrderColour(row.colour).label}），请反馈"
        rows.append({
            "key": key, "plan_id": row.plan_id, "kind": ORDERED, "unit_id": row.unit_id, "task_id": None,
            "obligation_id": None, "subject": subject, "body": body, "cause": cause, "state": "planned",
            "planned_at": now,
        })  # fmt: skip
        at = reminder_policies.at_once(session, row.plan_id, now=now)
        targets.append(Target(key, row.unit_id, at, urgent=True, to=WITH_HEAD))
    insert_missing(session, Notice, rows, keys=("key",))
    address(session, targets, now=now)


def _replace(session: Session, actor: Actor, sent: Sequence[SupervisionOrder], *, now: datetime) -> None:
    """Withdraw milder open orders whose matters, as far as they are late still, stand on one just sent."""
    new = {row.id for row in sent}
    older = [
        row for row in queries.open_of_units(session, {row.unit_id for row in sent}) if row.id not in new
    ]
    if not older:
        return
    late = proposing.late_matters(session, today=china_day(now))
    for graver in sent:
        whole = {matter.key for matter in graver.matters}
        for row in older:
            same = (row.plan_id, row.unit_id) == (graver.plan_id, graver.unit_id)
            keys = {m.key for m in row.matters if (row.plan_id, row.unit_id, m.key) in late}
            milder = OrderColour(row.colour).rank < OrderColour(graver.colour).rank
            if same and milder and keys and keys <= whole and OrderState(row.state).waits_for_unit:
                _withdraw(session, actor, row, f"升级为{named(graver)}，请按新的督办单反馈。", now=now)


def answer(
    session: Session,
    actor: Actor,
    *,
    order_id: int,
    version: int,
    words: str,
    evidence_url: str = "",
    now: datetime,
) -> SupervisionOrder:
    """The unit says what it has done (反馈); late is still welcome.

    Raises:
        NotFound: there is no such order, or it is another unit's.
        VersionConflict: the office changed it meanwhile.
        RuleViolated: it has been answered or is settled, or the words are missing.

    """
    row = _held(session, actor, order_id, version, Step.ANSWER)
    if actor.role != UserRole.UNIT.value or actor.unit_id != row.unit_id:
        raise NotFound
    row.answer, row.evidence_url = worded(words), linked(evidence_url)
    row.answered_at, row.answered_by_name, row.returned_because = now, actor.name, ""
    detail = _step(row, Step.ANSWER) | {"answer": row.answer, "evidence_url": row.evidence_url}
    summary = f"{row.unit_name}反馈{named(row)}：{row.answer}"
    return _record(session, actor, row, (Event.SUPERVISION_ANSWER, summary, detail), now=now)


def accept(
    session: Session, actor: Actor, *, order_id: int, version: int, words: str = "", now: datetime
) -> SupervisionOrder:
    """The office is content (销单); without an answer of the unit it says what became of it.

    Raises:
        NotFound: there is no such order.
        VersionConflict: somebody else was faster.
        RuleViolated: it is settled, or words are needed.

    """
    row = _held(session, actor, order_id, version, Step.ACCEPT)
    row.settling, row.settled_at = rules.closing(OrderState(row.state), words), now
    row.returned_because = ""
    summary = f"{named(row)}销单" + (f"：{row.settling}" if row.settling else "")
    detail = _step(row, Step.ACCEPT) | {"why": row.settling}
    return _record(session, actor, row, (Event.SUPERVISION_ACCEPT, summary, detail), now=now)


def send_back(
    session: Session,
    actor: Actor,
    *,
    order_id: int,
    version: int,
    why: str,
    feedback_on: date,
    now: datetime,
) -> SupervisionOrder:
    """What was answered is not enough (退回补充): the unit is told what is missing and by when.

    Raises:
        NotFound: there is no such order.
        VersionConflict: somebody else was faster.
        RuleViolated: nothing was answered, there is no reason, or the day has passed.

    """
    row = _held(session, actor, order_id, version, Step.SEND_BACK)
    row.returned_because = worded(why)
    was, row.feedback_on = row.feedback_on, rules.day_given(feedback_on, today=china_day(now))
    row.given_at = now
    detail = _step(row, Step.SEND_BACK) | {
        "why": row.returned_because, "answer": row.answer, "feedback_on": [was, row.feedback_on],
    }  # fmt: skip
    summary = f"{named(row)}退回补充，{month_day(row.feedback_on)}前再反馈：{row.returned_because}"
    return _record(session, actor, row, (Event.SUPERVISION_SEND_BACK, summary, detail), now=now)


def withdraw(
    session: Session, actor: Actor, *, order_id: int, version: int, why: str, now: datetime
) -> SupervisionOrder:
    """Take an order back that should not have been sent (撤回); its number stays given.

    Raises:
        NotFound: there is no such order.
        VersionConflict: somebody else was faster.
        RuleViolated: it is answered or settled, or there is no reason.

    """
    row = _held(session, actor, order_id, version, Step.WITHDRAW)
    return _withdraw(session, actor, row, worded(why), now=now)


def _withdraw(
    session: Session, actor: Actor, row: SupervisionOrder, why: str, *, now: datetime
) -> SupervisionOrder:
    row.settling, row.settled_at = why, now
    detail = _step(row, Step.WITHDRAW) | {"why": why}
    summary = f"撤回{named(row)}：{why}"
    return _record(session, actor, row, (Event.SUPERVISION_WITHDRAW, summary, detail), now=now)


def _held(session: Session, actor: Actor, order_id: int, version: int, step: Step) -> SupervisionOrder:
    """The row, when the step is open to it."""
    row = queries.one(session, order_id, actor, lock=True)
    if row is None:
        raise NotFound
    rules.take(OrderState(row.state), step)
    if row.version != version:
        raise VersionConflict
    return row


def _step(row: SupervisionOrder, step: Step) -> dict[str, Any]:
    """Take the step, once everything it needs is known; gives back what the event says of it."""
    before = OrderState(row.state)
    row.state = rules.take(before, step).value
    return {"state": [before.value, row.state]}


def _record(
    session: Session,
    actor: Actor,
    row: SupervisionOrder,
    told: tuple[Event, str, dict[str, Any]],
    *,
    now: datetime,
) -> SupervisionOrder:
    event, summary, detail = told
    session.flush()
    auditing.record(session, actor, event, (SUBJECT, row.id), summary, detail=detail, now=now)
    return row
