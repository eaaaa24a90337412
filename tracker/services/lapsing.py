"""What waits on a task that is closed, or of a unit whose part is gone, waits no more (申请终止).

Nothing may wait for a decision that would change nothing: whoever closes a task or takes a part away calls
`lock` after the flush and before the trail is written, and `lapse` after it. A request to be signed off is
granted by the sign-off of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import request as rules
from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.domain.request import Decision, RequestKind, RequestState
from tracker.domain.task import TaskState
from tracker.services import auditing
from tracker.store.queries import requests as queries
from tracker.store.tables import TaskRequest

Stranded = Sequence[tuple[TaskRequest, bool]]
"""Requests, each with whether its unit's part is signed off."""


def lock(session: Session, task_ids: Iterable[int]) -> Stranded:
    """The waiting requests of these tasks that nothing depends on any more, held to the transaction's end."""
    return queries.stranded(session, list(task_ids))


def lapse(session: Session, actor: Actor, stranded: Stranded, *, now: datetime) -> None:
    """Settle what was found to wait for nothing; one event each."""
    if not stranded:
        return
    for request, part_done in stranded:
        state = TaskState(request.task.state)
        signed_off = part_done or state is TaskState.SIGNED_OFF
        granted = signed_off and request.kind == RequestKind.SIGN_OFF
        decision = Decision.GRANT if granted else Decision.LAPSE
        request.state = rules.decide(RequestState(request.state), decision).value
        request.decision = _why(state, signed_off=signed_off)
        request.decided_at, request.decided_by_id = now, actor.account_id
        request.decided_by_name = actor.name[:120]
    session.flush()
    auditing.record_all(session, actor, [_told(request) for request, _ in stranded], now=now)


def _why(state: TaskState, *, signed_off: bool) -> str:
    if signed_off:
        return "已销号"
    return "任务已取消" if state is TaskState.CANCELLED else "本单位不再承担这项任务"


def _told(request: TaskRequest) -> auditing.Said:
    kind, state = RequestKind(request.kind), RequestState(request.state)
    event = Event.REQUEST_GRANT if state is RequestState.GRANTED else Event.REQUEST_LAPSE
    summary = f"{request.unit.name}的{kind.label}申请{state.label}：{request.decision}"
    detail = {
        "request": request.id, "unit": request.unit_id, "kind": kind.value, "why": request.decision,
        "state": [RequestState.WAITING.value, state.value],
    }  # fmt: skip
    return auditing.Said(event, ("task", request.task_id), summary, detail)
