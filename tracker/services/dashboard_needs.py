"""What waits for whoever looks at the dashboard (等我办): what leaders are told of, and the office's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.request import RequestState
from tracker.services.instruction_pages import InstructionFilter, InstructionPart
from tracker.store.queries import instructions, reporting, requests, supervision
from tracker.store.queries.reporting import ObligationFilter, Slice
from tracker.store.queries.requests import RequestFilter
from tracker.store.queries.supervision import OrderFilter, OrderPart


@dataclass(frozen=True, slots=True)
class Needs:
    """Each number is that of the list it opens; what is not this person's is 0."""

    escalated: int
    """Orders (督办单) that leaders were told of (上报) and that are not settled."""
    blocked: int
    """Open tasks with which a unit cannot go on by itself (受阻，请求协调)."""
    late_instructions: int
    """批示 that a unit has not answered by its day."""
    grave: int = 0
    """Orders of which the rule proposes to tell a leader."""
    instructions: int = 0
    """批示 that wait for the office."""
    requests: int = 0
    returns: int = 0

    @property
    def total(self) -> int:
        own = (self.grave, self.instructions, self.requests, self.returns)
        return self.escalated + self.blocked + self.late_instructions + sum(own)


def of_plan(session: Session, actor: Actor, *, plan_id: int, blocked: int, today: date) -> Needs:
    """What waits, of one plan; `blocked` was counted with the page's other lists."""
    orders = OrderFilter(OrderPart.ESCALATED, plan_id)
    escalated = supervision.count(session, actor, orders, today=today)
    late = InstructionFilter(plan_id=plan_id, part=InstructionPart.LATE)
    late_count = instructions.count(session, actor, late, today=today)
    if actor.role != UserRole.OFFICE.value:
        return Needs(escalated, blocked, late_count)
    grave = OrderFilter(OrderPart.GRAVE, plan_id)
    waiting = InstructionFilter(plan_id=plan_id, part=InstructionPart.OFFICE)
    unread = ObligationFilter(plan_id=plan_id, part=Slice.SUBMITTED, to_read=True)
    return Needs(
        escalated,
        blocked,
        late_count,
        grave=supervision.count(session, actor, grave, today=today),
        instructions=instructions.count(session, actor, waiting, today=today),
        requests=requests.count(session, RequestFilter(state=RequestState.WAITING, plan_id=plan_id)),
        returns=reporting.counts(session, unread).submitted,
    )
