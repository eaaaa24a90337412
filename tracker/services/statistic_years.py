"""A year's statistics from its closing on (统计定稿), and what opens it again.

Closing freezes every figure, those that are taken from records too; a mistake that is found afterwards is put
right where it is, by opening the year with a reason that stays on record.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.events import Event
from tracker.domain.statistic_sheet import SheetState, YearState, YearStep, of_year
from tracker.services import auditing, statistic_numbers
from tracker.services.statistic_sheets import ReasonNeeded, held, is_typed, last_event, reason_given
from tracker.store.queries import statistics as queries
from tracker.store.tables import AuditEvent, StatisticKind, StatisticValue, StatisticYear


def close(session: Session, actor: Actor, *, year: int, now: datetime) -> StatisticYear:
    """统计定稿: freeze every figure, the ones taken from records too; nothing changes any more.

    Raises:
        NotFound: no sheets were given out for the year.
        YearClosed: it is final already.

    """
    row = held(session, year)
    state = of_year(YearState(row.state), YearStep.CLOSE)
    kinds = queries.kinds(session)
    _forget_taken(session, row, kinds)
    for kind_id, by_unit in statistic_numbers.taken(session, year, kinds).items():
        session.add_all(
            StatisticValue(
                year_id=row.id, kind_id=kind_id, unit_id=unit_id, value=number.value,
                approximate=number.approximate, earlier=number.earlier,
            )
            for unit_id, number in by_unit.items()
        )  # fmt: skip
    open_ = {sheet.unit_id for sheet in queries.sheets(session, row.id) if sheet.state == SheetState.OPEN}
    typed = {kind.id for kind in kinds if is_typed(kind)}
    for value in queries.values(session, row.id):
        if value.unit_id in open_ and value.kind_id in typed:
            session.delete(value)  # what was sent back and never came again was never reported
    row.state, row.closed_at = state.value, now
    session.flush()
    summary = f"{year}年统计定稿"
    auditing.record(session, actor, Event.STATISTIC_CLOSE, ("statistic_year", row.id), summary, now=now)
    return row


def reopen(session: Session, actor: Actor, *, year: int, reason: str, now: datetime) -> StatisticYear:
    """Open a year again (重新打开): units may correct theirs, what is taken is counted afresh.

    What was handed in still counts; figures of kinds that are counted no more stay as they were published.

    Raises:
        NotFound: no sheets were given out for the year.
        YearOpen: it is not final.
        ReasonNeeded: no reason is given.

    """
    row = queries.year(session, year, lock=True)
    if row is None:
        raise NotFound
    state = of_year(YearState(row.state), YearStep.REOPEN)
    reason = reason_given(reason, str(ReasonNeeded()))
    _forget_taken(session, row, queries.kinds(session))
    row.state, row.closed_at = state.value, None
    session.flush()
    subject, detail = ("statistic_year", row.id), {"reason": reason}
    summary = f"重新打开{year}年统计：{reason}"
    auditing.record(session, actor, Event.STATISTIC_REOPEN, subject, summary, detail=detail, now=now)
    return row


def reopened(session: Session, row: StatisticYear | None) -> AuditEvent | None:
    """Who opened a year again last and why, while it is open."""
    if row is None or row.state != YearState.OPEN:
        return None
    return last_event(session, Event.STATISTIC_REOPEN, ("statistic_year", row.id))


def _forget_taken(session: Session, row: StatisticYear, kinds: Collection[StatisticKind]) -> None:
    """Leave of the kept figures of the kinds that are counted those that units have typed."""
    taken = {kind.id for kind in kinds if not is_typed(kind)}
    for value in queries.values(session, row.id):
        if value.kind_id in taken:
            session.delete(value)
    session.flush()
