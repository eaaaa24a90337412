"""Who has received which plan's work (签收), and what of the shared work is claimed (认领)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.claim import ClaimState, is_late
from tracker.domain.errors import NotFound
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.queries import receipts as queries
from tracker.store.queries.receipts import PlanToReceive
from tracker.store.tables import Acknowledgement, Claim, ClaimDay, Plan, Unit


@dataclass(frozen=True, slots=True)
class PlanReceipts:
    """A plan with the numbers of what its units have not said yet."""

    plan: Plan
    unsigned: int
    waiting: int
    """Parts that nobody has answered for."""
    declined: int
    late: int
    """Those of them whose day is over."""
    by: date | None

    @property
    def wants_attention(self) -> bool:
        """Whether the office has anything to do or to ask about."""
        return bool(self.unsigned or self.late or self.declined)


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    """Everything that the page of one plan says."""

    plan: Plan
    unsigned: tuple[Unit, ...]
    signed: tuple[Acknowledgement, ...]
    waiting: tuple[Claim, ...]
    declined: tuple[Claim, ...]
    claimed: tuple[Claim, ...]
    day: ClaimDay | None
    late: bool


def to_acknowledge(session: Session, actor: Actor, *, now: datetime) -> list[PlanToReceive]:
    """The plans that the unit's person is asked to acknowledge."""
    if actor.unit_id is None:
        return []
    return queries.to_acknowledge(session, actor.unit_id, since_year=china_day(now).year)


def acknowledge(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> bool:
    """The unit has received its work of a plan; False when a colleague has said so already.

    Raises:
        NotFound: the unit has no work in such a plan.

    """
    plan = queries.plan(session, plan_id)
    if plan is None or actor.unit_id is None:
        raise NotFound
    working = {unit.id: unit for unit in queries.units_with_work(session, plan_id)}
    unit = working.get(actor.unit_id)
    if unit is None:
        raise NotFound
    made = queries.acknowledge(
        session, plan_id=plan_id, unit_id=unit.id, account_id=actor.account_id, by_name=actor.name[:120],
        at=now,
    )  # fmt: skip
    if made:
        summary = f"{unit.name}签收《{plan.title}》"
        detail = {"unit": unit.id}
        auditing.record(
            session, actor, Event.PLAN_ACKNOWLEDGE, ("plan", plan_id), summary, detail=detail, now=now
        )
    return made


def overview(session: Session, *, now: datetime) -> list[PlanReceipts]:
    """Every plan of this year and later, newest first."""
    today = china_day(now)
    unsigned = queries.unsigned_counts(session, since_year=today.year)
    counts, days = queries.claim_counts(session), queries.claim_days(session)
    found = []
    for plan in queries.plans(session, since_year=today.year):
        waiting, by = counts.get((plan.id, ClaimState.WAITING), 0), days.get(plan.id)
        late = waiting if by is not None and is_late(ClaimState.WAITING, by, today) else 0
        declined = counts.get((plan.id, ClaimState.DECLINED), 0)
        found.append(PlanReceipts(plan, unsigned.get(plan.id, 0), waiting, declined, late, by))
    return found


def view(session: Session, *, plan_id: int, now: datetime) -> ReceiptsPage:
    """The page of one plan.

    Raises:
        NotFound: there is no such plan.

    """
    plan = queries.plan(session, plan_id)
    if plan is None:
        raise NotFound
    signed = queries.acknowledgements(session, plan_id)
    known = {each.unit_id for each in signed}
    units = queries.units_with_work(session, plan_id)
    claims = queries.claims(session, plan_id=plan_id)
    by_state = {state: tuple(claim for claim in claims if claim.state == state) for state in ClaimState}
    day = queries.claim_day(session, plan_id)
    return ReceiptsPage(
        plan=plan,
        unsigned=tuple(unit for unit in units if unit.id not in known),
        signed=tuple(signed),
        waiting=by_state[ClaimState.WAITING],
        declined=by_state[ClaimState.DECLINED],
        claimed=by_state[ClaimState.CLAIMED],
        day=day,
        late=day is not None and is_late(ClaimState.WAITING, day.by, china_day(now)),
    )
