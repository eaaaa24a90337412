"""What people see of supervision orders (督办单): proposals, orders and their steps, lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import supervision as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.escalation import Proposal, ask_of, feedback_day
from tracker.domain.notices import Addressee
from tracker.domain.outbox import OutboxState
from tracker.domain.supervision import OrderColour, OrderState, Step, number_words
from tracker.services import calendars, escalating, proposing
from tracker.services.supervising import named
from tracker.store.queries import audience, instructions, tasks, units
from tracker.store.queries import supervision as queries
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import Account, AuditEvent, Notice, SupervisionOrder, Unit

__all__ = ["OrderFilter", "OrderPart"]

SHOWN = 6
PAGE = 50
OFFICE_STEPS = frozenset(Step) - {Step.ANSWER}
TAG = {OrderColour.BLUE: "info", OrderColour.YELLOW: "soon", OrderColour.RED: "late"}


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom of a unit an order reaches in the system, by name."""

    contacts: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def anybody(self) -> bool:
        """Whether it reaches anybody; where it does not, it has to go on paper."""
        return bool(self.contacts or self.heads)


@dataclass(frozen=True, slots=True)
class Offered:
    """A proposal with its unit, and whom an order would reach."""

    proposal: Proposal
    unit: Unit
    reach: Reach
    asked: str
    feedback_on: date

    @property
    def colour(self) -> OrderColour:
        return self.proposal.colour

    @property
    def kind(self) -> str:
        """How the tag of its colour looks."""
        return TAG[self.proposal.colour]


@dataclass(frozen=True, slots=True)
class Offers:
    """The proposals of one colour or of all, and how many there are of each."""

    lines: tuple[Offered, ...]
    counts: Mapping[OrderColour, int]
    colour: OrderColour | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One order in a list."""

    row: SupervisionOrder
    state: OrderState
    colour: OrderColour
    overdue: bool

    @property
    def number(self) -> str:
        return number_words(self.row.year, self.row.number)

    @property
    def colour_kind(self) -> str:
        """How the tag of its colour looks."""
        return TAG[self.colour]

    @property
    def kind(self) -> str:
        """How the tag of its state looks."""
        if self.overdue:
            return "late"
        if self.state.is_settled:
            return "ok" if self.state is OrderState.ACCEPTED else "none"
        return "soon" if self.state is OrderState.ANSWERED else "info"

    @property
    def word(self) -> str:
        """The state in a word or two; late is said before everything else."""
        return "逾期未反馈" if self.overdue else self.state.label

    @property
    def about(self) -> str:
        """What it is about, in one line."""
        return "、".join(matter.title for matter in self.row.matters)


@dataclass(frozen=True, slots=True)
class Few:
    """The first of a list, and how many there are."""

    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the orders that a filter meets, with the size of every part."""

    lines: tuple[Line, ...]
    total: int
    wanted: OrderFilter
    parts: Mapping[OrderPart | None, int]
    unit: Unit | None
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a leader was told of an order, and what became of the letters."""

    notice: Notice
    name: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order, what happened to it, and what may be done next."""

    line: Line
    steps: frozenset[Step]
    events: tuple[AuditEvent, ...]
    told: tuple[Told, ...]
    leaders: tuple[Account, ...]
    """The leaders who have not been told; empty for whoever tells nobody."""
    reach: Reach | None
    open_tasks: frozenset[int]
    """The tasks of it that the person may open."""
    again_on: date
    """The 反馈 day that is proposed where it is sent back."""

    @property
    def row(self) -> SupervisionOrder:
        return self.line.row

    @property
    def only_task(self) -> int | None:
        """The task it is about, where it is about one and nothing else."""
        (first, *rest) = self.row.matters
        return None if rest else first.task_id

    @property
    def propose_leaders(self) -> bool:
        """Whether the rule proposes to tell a leader: red, or yellow and past its day without an answer."""
        grave = self.line.colour is OrderColour.RED or (
            self.line.colour is OrderColour.YELLOW and self.line.overdue
        )
        return grave and not self.line.state.is_settled and not self.told


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What the office's desk says: each number is that of the list that it opens."""

    proposals: Mapping[OrderColour, int]
    orders: Mapping[OrderPart, int]

    @property
    def anything(self) -> bool:
        return any(self.proposals.values()) or any(self.orders.values())


def offers(session: Session, *, colour: OrderColour | None = None, today: date) -> Offers:
    """What the rule proposes today, of one colour or of all."""
    found = proposing.proposals(session, today=today)
    shown = [each for each in found if colour in {None, each.colour}]
    return Offers(_offered(session, shown, today), _by_colour(found), colour)


def chosen(session: Session, keys: Sequence[str], *, today: date) -> tuple[Offered, ...]:
    """The proposals that were ticked, in the order of the list; what is none any more is left out."""
    found = [each for each in proposing.proposals(session, today=today) if each.key in set(keys)]
    return _offered(session, found, today)


def listing(session: Session, actor: Actor, wanted: OrderFilter, *, page: int, today: date) -> Listing:
    """The orders that a filter meets; a page beyond the last shows the last."""
    total = queries.count(session, actor, wanted, today=today)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.listed(session, actor, wanted, today=today, limit=PAGE, offset=(page - 1) * PAGE)
    parts = {
        part: queries.count(
            session, actor, OrderFilter(part, wanted.plan_id, wanted.unit_id, wanted.colour), today=today
        )
        for part in (None, *OrderPart)
    }
    named = units.existing(session, {wanted.unit_id} if wanted.unit_id is not None else set())
    return Listing(lines(rows, today), total, wanted, parts, next(iter(named), None), page, pages)


def view(session: Session, actor: Actor, *, order_id: int, today: date) -> OrderPage:
    """One order.

    Raises:
        NotFound: there is none, or it is not this unit's.

    """
    row = queries.one(session, order_id, actor)
    if row is None:
        raise NotFound
    line, office = _line(row, today), actor.role == UserRole.OFFICE.value
    told = () if actor.role == UserRole.UNIT.value else tuple(_told(session, row.id))
    before = {notice.key for notice in queries.escalations(session, row.id)} if office else set()
    leaders = instructions.leaders(session) if office and not line.state.is_settled else []
    task_ids = {matter.task_id for matter in row.matters if matter.task_id is not None}
    return OrderPage(
        line=line,
        steps=rules.open_steps(line.state) & _own_steps(actor),
        events=() if actor.role == UserRole.UNIT.value else tuple(queries.events(session, row.id)),
        told=told,
        leaders=tuple(one for one in leaders if escalating.key_of(row.id, one.id) not in before),
        reach=_reaches(session, {row.unit_id}, today)[row.unit_id] if office else None,
        open_tasks=frozenset(each for each in task_ids if tasks.one(session, each, actor) is not None),
        again_on=feedback_day(line.colour, proposing.POLICY, calendars.load(session), today),
    )


def for_desk(session: Session, actor: Actor, *, today: date) -> DeskCounts:
    """What waits for the office."""
    shown = (OrderPart.ANSWERED, OrderPart.OVERDUE, OrderPart.GRAVE, OrderPart.OPEN)
    counts = {part: queries.count(session, actor, OrderFilter(part), today=today) for part in shown}
    return DeskCounts(_by_colour(proposing.proposals(session, today=today)), counts)


def for_unit(session: Session, actor: Actor, *, today: date) -> Few:
    """What the unit has to answer."""
    rows = queries.listed(session, actor, OrderFilter(OrderPart.OPEN), today=today)
    found = [line for line in lines(rows, today) if line.state.waits_for_unit]
    return Few(tuple(found), len(found))


def of_task(session: Session, actor: Actor, *, task_id: int, today: date) -> tuple[Line, ...]:
    """The orders about a task; a unit sees its own."""
    return lines(queries.of_task(session, task_id, actor), today)


def about(session: Session, actor: Actor, *, order_id: int | None) -> str:
    """How a leader's words about an order begin; nothing where none is meant."""
    row = queries.one(session, order_id, actor) if order_id is not None else None
    return f"关于{named(row)}（{row.unit_name}）：" if row is not None else ""


def open_of_unit(session: Session, actor: Actor, *, unit_id: int, today: date) -> int:
    """How many orders of a unit are open; the list is `OrderFilter(OPEN, unit_id=…)`."""
    return queries.count(session, actor, OrderFilter(OrderPart.OPEN, unit_id=unit_id), today=today)


def lines(rows: Iterable[SupervisionOrder], today: date) -> tuple[Line, ...]:
    """Rows as lists show them."""
    return tuple(_line(row, today) for row in rows)


def _line(row: SupervisionOrder, today: date) -> Line:
    state = OrderState(row.state)
    overdue = rules.is_overdue(state, row.feedback_on, today=today)
    return Line(row, state, OrderColour(row.colour), overdue)


def _own_steps(actor: Actor) -> frozenset[Step]:
    if actor.role == UserRole.OFFICE.value:
        return OFFICE_STEPS
    return frozenset({Step.ANSWER}) if actor.role == UserRole.UNIT.value else frozenset()


def _by_colour(found: Iterable[Proposal]) -> dict[OrderColour, int]:
    counts = dict.fromkeys(reversed(OrderColour), 0)
    for each in found:
        counts[each.colour] += 1
    return counts


def _offered(session: Session, found: Sequence[Proposal], today: date) -> tuple[Offered, ...]:
    wanted = {each.unit_id for each in found}
    named, calendar = {unit.id: unit for unit in units.existing(session, wanted)}, calendars.load(session)
    reached = _reaches(session, wanted, today)
    return tuple(
        Offered(
            proposal=each,
            unit=named[each.unit_id],
            reach=reached[each.unit_id],
            asked=ask_of((matter.kind for matter in each.matters), each.colour),
            feedback_on=feedback_day(each.colour, proposing.POLICY, calendar, today),
        )
        for each in found
    )


def _reaches(session: Session, unit_ids: set[int], today: date) -> dict[int, Reach]:
    people = audience.of_units(session, unit_ids, today=today)
    return {
        unit_id: Reach(
            *(
                tuple(account.display_name for account in people.people.get((unit_id, to), {}).values())
                for to in (Addressee.CONTACT, Addressee.HEAD)
            )
        )
        for unit_id in unit_ids
    }


def _told(session: Session, order_id: int) -> Iterable[Told]:
    names = {one.id: one.display_name for one in instructions.leaders(session)}
    for notice in queries.escalations(session, order_id):
        states = tuple(OutboxState(each.state).label for each in notice.deliveries)
        whom = next(
            (names[each.account_id] for each in notice.deliveries if each.account_id in names), "领导"
        )
        yield Told(notice, whom, states)
