"""Holding a look-back (回头看) while something is written into it: what one sees, another cannot change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound, RuleViolated
from tracker.store.queries import reviews
from tracker.store.tables import LookBack, Plan


class AlreadyFinal(RuleViolated):
    """回头看已经定稿，不能再改。"""


def plan_of(session: Session, plan_id: int) -> Plan:
    """The plan.

    Raises:
        NotFound: there is no such plan.

    """
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound
    return plan


def held(session: Session, plan_id: int) -> LookBack:
    """A plan's look-back, held until the transaction ends.

    Raises:
        NotFound: none was begun.

    """
    look_back = reviews.look_back_of(session, plan_id, lock=True)
    if look_back is None:
        raise NotFound
    return look_back


def still_open(session: Session, plan_id: int) -> LookBack:
    """The same, as long as it is being written.

    Raises:
        NotFound: none was begun.
        AlreadyFinal: it is final.

    """
    look_back = held(session, plan_id)
    if look_back.state == "final":
        raise AlreadyFinal
    return look_back
