"""Everything that was given as evidence for the tasks of a plan, with whom and when it came from.

The same links and files as a look-back judges by (`look_back_facts.facts_of`), told more fully; a test holds
the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day
from tracker.domain.evidence_package import Given
from tracker.domain.request import RequestKind, RequestState
from tracker.store.queries.look_back_facts import newest_handed_in
from tracker.store.tables import (
    Assignment,
    CountedEvent,
    EventClock,
    EvidenceFile,
    Obligation,
    Period,
    QuotaTarget,
    Return,
    ReturnLine,
    TaskRequest,
    Unit,
)


def given(session: Session, plan_id: int) -> dict[int, list[Given]]:
    """By task: its links and files, unit by unit in the order of units, then by day."""
    found: list[tuple[int, Given]] = []
    for rows in (_lines, _files, _sign_offs, _events, _clocks):
        found += rows(session, plan_id)
    # The order of the sources above settles what came on one day.
    found.sort(key=lambda pair: (pair[0], pair[1].given_on))
    by_task: dict[int, list[Given]] = {}
    known: set[tuple[int, str, str, str]] = set()
    for _, each in found:
        # A link of a return that also counts towards a quota was given once.
        same = (each.task_id, each.unit, each.url.strip(), each.sha256)
        if same not in known:
            known.add(same)
            by_task.setdefault(each.task_id, []).append(each)
    return by_task


_Rows = Iterator[tuple[int, Given]]
_PLACE = (Unit.position * 100_000 + Unit.id).label("place")


def _lines(session: Session, plan_id: int) -> _Rows:
    """The links of the newest handed-in version of every return."""
    newest = newest_handed_in(plan_id)
    wanted = (
        select(
            _PLACE, ReturnLine.task_id, Unit.name, Period.label, Return.submitted_at, ReturnLine.evidence_url,
            ReturnLine.evidence_on,
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(newest, (newest.c.obligation_id == Return.obligation_id) & (newest.c.number == Return.number))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Return.submitted_at.is_not(None), func.trim(ReturnLine.evidence_url) != "")
        .order_by(Period.starts_on, ReturnLine.id)
    )  # fmt: skip
    for place, task_id, unit, period, at, url, on in session.execute(wanted):
        if at is not None:
            yield place, Given(task_id, unit, f"{period}报送", china_day(at), url, on)


def _files(session: Session, plan_id: int) -> _Rows:
    """The files beside lines of returns that were handed in."""
    wanted = (
        select(
            _PLACE, Assignment.task_id, Unit.name, Period.label, EvidenceFile.uploaded_at,
            EvidenceFile.sha256, EvidenceFile.filename,
        )
        .join(Assignment, Assignment.id == EvidenceFile.assignment_id)
        .join(Obligation, Obligation.id == EvidenceFile.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.plan_id == plan_id, Obligation.submitted_at.is_not(None))
        .where(EvidenceFile.removed_at.is_(None))
        .order_by(EvidenceFile.id)
    )  # fmt: skip
    for place, task_id, unit, period, at, sha256, name in session.execute(wanted):
        yield place, Given(task_id, unit, f"{period}报送", china_day(at), sha256=sha256, filename=name)


def _sign_offs(session: Session, plan_id: int) -> _Rows:
    """The links by which units' parts were signed off."""
    wanted = (
        select(
            _PLACE, TaskRequest.task_id, Unit.name, TaskRequest.made_at, TaskRequest.evidence_url,
            TaskRequest.evidence_on,
        )
        .join(Unit, Unit.id == TaskRequest.unit_id)
        .where(TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.SIGN_OFF.value)
        .where(TaskRequest.state == RequestState.GRANTED.value, func.trim(TaskRequest.evidence_url) != "")
        .order_by(TaskRequest.id)
    )  # fmt: skip
    for place, task_id, unit, at, url, on in session.execute(wanted):
        yield place, Given(task_id, unit, "销号申请", china_day(at), url, on)


def _events(session: Session, plan_id: int) -> _Rows:
    """What events of quotas were proved with; the day of the event is the day of its page."""
    proved = (
        select(
            _PLACE, QuotaTarget.task_id, Unit.name, CountedEvent.title, CountedEvent.made_at,
            CountedEvent.evidence_url, CountedEvent.held_on, CountedEvent.file_sha256, CountedEvent.file_name,
        )
        .join(QuotaTarget, QuotaTarget.id == CountedEvent.target_id)
        .join(Unit, Unit.id == CountedEvent.unit_id)
        .where(QuotaTarget.plan_id == plan_id, CountedEvent.struck_at.is_(None))
        .where(or_(func.trim(CountedEvent.evidence_url) != "", CountedEvent.file_sha256 != ""))
        .order_by(CountedEvent.id)
    )  # fmt: skip
    for place, task_id, unit, title, at, url, on, sha256, name in session.execute(proved):
        yield place, Given(task_id, unit, f"次数登记：{title}", china_day(at), url, on, sha256, name)


def _clocks(session: Session, plan_id: int) -> _Rows:
    """What closed clocks were proved with."""
    proved = (
        select(
            _PLACE, EventClock.task_id, Unit.name, EventClock.title, EventClock.closed_on,
            EventClock.evidence_url, EventClock.file_sha256, EventClock.file_name,
        )
        .join(Unit, Unit.id == EventClock.unit_id)
        .where(EventClock.plan_id == plan_id, EventClock.task_id.is_not(None))
        .where(EventClock.closed_on.is_not(None), EventClock.voided_at.is_(None))
        .where(or_(func.trim(EventClock.evidence_url) != "", EventClock.file_sha256 != ""))
        .order_by(EventClock.id)
    )  # fmt: skip
    for place, task_id, unit, title, on, url, sha256, name in session.execute(proved):
        if task_id is not None and on is not None:
            yield place, Given(task_id, unit, f"时限办结：{title}", on, url, on, sha256, name)
