"""Escalation (督办建议): the supervision orders (督办单) that the facts call for; a person sends them.

    colour     a return (应报)                  a task (任务)           an order on the matter
    蓝 blue    the newest period is missed      past its day            -
    黄 yellow  two periods missed running       5 workdays past it      a blue one unanswered past its day
    红 red     three periods missed and owed    20 workdays past it     a yellow one unanswered past its day

The gravest column decides. A matter is one unit's part in one task, or its returns of one rhythm (报送节奏);
the matters of one unit, plan and colour are one proposal, and would be one order. A return handed in late is
missed no more, and who has handed in the newest one is not proposed for older ones. What waits for the office
(a request, a part reported as done) is not the unit's delay and is not among the facts; nor is a plan whose
look-back (回头看) is final.

What was ordered is not proposed again: a matter under an open order only for a graver colour, and one whose
order was accepted (销单) only for a graver colour or for what that order did not name. Nothing of this is
stored, and nothing is sent by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain.china_time import month_day
from tracker.domain.supervision import MatterKind, OrderColour, OrderState, is_overdue
from tracker.domain.work_calendar import WorkCalendar, workdays_after, workdays_between

MOST_NAMED = 4
"""Periods that a reason names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """The thresholds: periods missed, workdays past the day, and workdays until the unit answers."""

    missed_yellow: int = 2
    missed_red: int = 3
    overdue_yellow: int = 5
    overdue_red: int = 20
    feedback_blue: int = 10
    feedback_yellow: int = 5
    feedback_red: int = 3

    def feedback_workdays(self, colour: OrderColour) -> int:
        """How many workdays a unit has to answer."""
        known = {
            OrderColour.BLUE: self.feedback_blue,
            OrderColour.YELLOW: self.feedback_yellow,
            OrderColour.RED: self.feedback_red,
        }
        return known[colour]


@dataclass(frozen=True, slots=True)
class MissedPeriod:
    """One period that a unit let pass and has not made up for."""

    obligation_id: int
    label: str
    due_on: date


@dataclass(frozen=True, slots=True)
class MissedFact:
    """What a unit owes of one rhythm of a plan, the oldest first.

    `running` is how many of the newest were missed one after the other; excused periods neither count nor
    end a run.
    """

    plan_id: int
    plan_title: str
    unit_id: int
    cadence_id: int
    cadence_name: str
    missed: tuple[MissedPeriod, ...]
    running: int


@dataclass(frozen=True, slots=True)
class OverdueFact:
    """One unit's part in a task whose day has passed."""

    plan_id: int
    plan_title: str
    unit_id: int
    task_id: int
    task_title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class OrderFact:
    """An order that is open or accepted: what it named, as `key → what of it`."""

    order_id: int
    number: str
    plan_id: int
    unit_id: int
    colour: OrderColour
    state: OrderState
    feedback_on: date
    named: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """Everything that proposals are made from."""

    missed: tuple[MissedFact, ...] = ()
    overdue: tuple[OverdueFact, ...] = ()
    orders: tuple[OrderFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that an order would be about, with the reasons in sentences that follow its title."""

    key: str
    """`task:12` or `returns:3`; with unit and plan it is one thing."""
    kind: MatterKind
    plan_id: int
    plan_title: str
    unit_id: int
    title: str
    due_on: date
    """The day it was due; of several missed periods the oldest."""
    reasons: tuple[str, ...]
    task_id: int | None = None
    cadence_id: int | None = None
    obligation_ids: tuple[int, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """What exactly it is about: the periods, or the day."""
        if self.kind is MatterKind.RETURNS:
            return frozenset(str(each) for each in self.obligation_ids)
        return frozenset({self.due_on.isoformat()})


@dataclass(frozen=True, slots=True)
class Proposal:
    """One order that the facts call for."""

    plan_id: int
    plan_title: str
    unit_id: int
    colour: OrderColour
    matters: tuple[Matter, ...]

    @property
    def key(self) -> str:
        """Which proposal it is, as addresses and forms name it."""
        return f"{self.plan_id}-{self.unit_id}-{self.colour.value}"


@dataclass(frozen=True, slots=True)
class _Known:
    """The orders of one matter."""

    orders: list[tuple[OrderFact, frozenset[str]]] = field(default_factory=list)

    def unanswered(self, today: date) -> OrderFact | None:
        """The gravest order that the unit has left without an answer past its day."""
        late = [each for each, _ in self.orders if is_overdue(each.state, each.feedback_on, today=today)]
        return max(late, key=lambda each: (each.colour.rank, each.order_id), default=None)

    def covers(self, colour: OrderColour, named: frozenset[str]) -> bool:
        """Whether an order says this already."""
        return any(
            order.colour.rank >= colour.rank and (not order.state.is_settled or named <= told)
            for order, told in self.orders
        )


def propose(
    facts: EscalationFacts, policy: EscalationPolicy, calendar: WorkCalendar, today: date
) -> tuple[Proposal, ...]:
    """The orders that the facts call for, the gravest first, then by plan and unit."""
    known: dict[tuple[int, int, str], _Known] = {}
    for order in facts.orders:
        for key, named in order.named:
            known.setdefault((order.plan_id, order.unit_id, key), _Known()).orders.append((order, named))
    found: dict[tuple[int, int, OrderColour], list[Matter]] = {}
    for matter, by_itself in graded(facts, policy, calendar, today):
        told = known.get((matter.plan_id, matter.unit_id, matter.key), _Known())
        colour, late = by_itself, told.unanswered(today)
        if late is not None:
            colour = max(by_itself, late.colour.graver, key=lambda each: each.rank)
            matter = replace(matter, reasons=(*matter.reasons, _unanswered(late)))
        if not told.covers(colour, matter.named):
            found.setdefault((matter.plan_id, matter.unit_id, colour), []).append(matter)
    proposals = (
        Proposal(plan_id, matters[0].plan_title, unit_id, colour, tuple(sorted(matters, key=_place)))
        for (plan_id, unit_id, colour), matters in found.items()
    )
    return tuple(sorted(proposals, key=lambda each: (-each.colour.rank, each.plan_id, each.unit_id)))


def graded(
    facts: EscalationFacts, policy: EscalationPolicy, calendar: WorkCalendar, today: date
) -> Iterator[tuple[Matter, OrderColour]]:
    """Every matter that is late today with the colour it has by itself, whatever was ordered about it."""
    for missed in facts.missed:
        if missed.running > 0 and missed.missed:
            yield (
                _returns(missed),
                _colour(
                    red=len(missed.missed) >= policy.missed_red, yellow=missed.running >= policy.missed_yellow
                ),
            )
    for overdue in facts.overdue:
        past = workdays_between(overdue.due_on, today, calendar)
        if overdue.due_on < today:
            yield (
                _task(overdue, past),
                _colour(red=past >= policy.overdue_red, yellow=past >= policy.overdue_yellow),
            )


def _colour(*, red: bool, yellow: bool) -> OrderColour:
    return OrderColour.RED if red else OrderColour.YELLOW if yellow else OrderColour.BLUE


def _returns(fact: MissedFact) -> Matter:
    labels = [each.label for each in fact.missed]
    named = "、".join(labels[-MOST_NAMED:])
    whole = "" if len(labels) <= MOST_NAMED else f"{named}等"  # the title names fewer
    if len(labels) == 1:
        said = [f"{month_day(fact.missed[0].due_on)}截止，至今没有报送。"]
    elif len(labels) == fact.running:
        said = [f"{whole}连续{len(labels)}期没有报送。"]
    else:
        said = [f"{whole}共{len(labels)}期没有报送。"]
        if fact.running > 1:
            said.append(f"最近连续{fact.running}期没有按时报送。")
    return Matter(
        key=f"{MatterKind.RETURNS.value}:{fact.cadence_id}",
        kind=MatterKind.RETURNS,
        plan_id=fact.plan_id,
        plan_title=fact.plan_title,
        unit_id=fact.unit_id,
        title=fact.cadence_name + (named if len(labels) <= MOST_NAMED else f"所缺{len(labels)}期"),
        due_on=fact.missed[0].due_on,
        reasons=tuple(said),
        cadence_id=fact.cadence_id,
        obligation_ids=tuple(each.obligation_id for each in fact.missed),
    )


def _task(fact: OverdueFact, past: int) -> Matter:
    day = f"{fact.due_on.year}年{month_day(fact.due_on)}"
    since = f"，已过{past}个工作日" if past else "，已过期限"
    return Matter(
        key=f"{MatterKind.TASK.value}:{fact.task_id}",
        kind=MatterKind.TASK,
        plan_id=fact.plan_id,
        plan_title=fact.plan_title,
        unit_id=fact.unit_id,
        title=fact.task_title,
        due_on=fact.due_on,
        reasons=(f"{day}到期{since}，还没有办结。",),
        task_id=fact.task_id,
    )


def _unanswered(order: OrderFact) -> str:
    day = month_day(order.feedback_on)
    return f"{order.number}{order.colour.label}督办单要求{day}前反馈，至今没有反馈。"


def _place(matter: Matter) -> tuple[date, str]:
    return matter.due_on, matter.key


def feedback_day(colour: OrderColour, policy: EscalationPolicy, calendar: WorkCalendar, today: date) -> date:
    """The day by which a unit would answer an order sent today."""
    return workdays_after(today, policy.feedback_workdays(colour), calendar)


def ask_of(kinds: Iterable[MatterKind], colour: OrderColour) -> str:
    """What an order asks, as it is proposed; the person who sends it writes it anew."""
    asked = set(kinds)
    parts = []
    if MatterKind.RETURNS in asked:
        parts.append("补报所缺各期，并说明没有按时报送的原因。")
    if MatterKind.TASK in asked:
        parts.append("说明逾期任务的进展和原因，明确完成日期和责任人，已完成的附佐证。")
    if colour is OrderColour.RED:
        parts.append("由本单位主要负责人审签后反馈。")
    return "请" + parts[0] + "".join(parts[1:]) if parts else ""
