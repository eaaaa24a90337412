"""Holding a look-back (回头看) while something is written into it: what one sees, another cannot change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.look_back_steps import AlreadyFinal, LookBackState, LookBackStep, take
from tracker.store.queries import reviews
from tracker.store.tables import LookBack, Plan, Verdict


class AlreadySettled(AlreadyFinal):
    """这一项在上次定稿时已经定了，不能再改。"""


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


def is_settled(look_back: LookBack, verdict: Verdict) -> bool:
    """Whether a verdict was made final before its look-back was opened again for tasks that came later."""
    ended, said = look_back.finished_at, verdict.confirmed_at
    return ended is not None and said is not None and said <= ended


def after_the_end(look_back: LookBack, now: datetime) -> datetime:
    """The moment of a word that is said after an earlier 定稿: later than that, even on a clock that is not.

    Whether a verdict is settled is told by these two moments, and a clock may have been set back.
    """
    ended = look_back.finished_at
    return now if ended is None else max(now, ended + timedelta(microseconds=1))


def after_all_words(verdicts: Iterable[Verdict], now: datetime) -> datetime:
    """The moment of 定稿: not before any word that was said for it."""
    return max([now, *(each.confirmed_at for each in verdicts if each.confirmed_at is not None)])


def unsettled(look_back: LookBack, verdict: Verdict | None) -> Verdict:
    """A verdict that can still be changed.

    Raises:
        NotFound: there is none.
        AlreadySettled: it was made final before.

    """
    if verdict is None:
        raise NotFound
    if is_settled(look_back, verdict):
        raise AlreadySettled
    return verdict


def still_open(session: Session, plan_id: int) -> LookBack:
    """The same, as long as it is being written.

    Raises:
        NotFound: none was begun.
        AlreadyFinal: it is final.

    """
    look_back = held(session, plan_id)
    take(LookBackState(look_back.state), LookBackStep.WRITE)
    return look_back
