"""Arranging rectification (整改安排): who mends what is unfinished and by when, before it is final."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.look_back import VerdictKind
from tracker.domain.task import Role
from tracker.services import auditing
from tracker.services.look_back_hold import still_open, unsettled
from tracker.store.queries import reviews
from tracker.store.queries import units as directory
from tracker.store.tables import RectificationTerms, Task, Verdict


class PastDay(InvalidInput):
    """整改时限不能早于今天。"""


class TermsIncomplete(InvalidInput):
    """请选择牵头单位，并填写整改时限。"""


def lead_of(task: Task) -> int | None:
    """The unit that answers for the task: its lead, or the only one; of several nobody is picked."""
    leads = [part for part in task.assignments if part.role == Role.LEAD.value]
    answering = leads or task.assignments
    return answering[0].unit_id if len(answering) == 1 or leads else None


def wants_terms(verdict: Verdict) -> bool:
    """Whether a person has found it unfinished, so that somebody has to mend it."""
    return verdict.confirmed is not None and VerdictKind(verdict.confirmed).wants_rectification


def lacking(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What is to be mended and has no lead or no day yet."""
    return [verdict for verdict in verdicts if wants_terms(verdict) and not _complete(verdict.terms)]


def arrange(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    verdict_id: int,
    version: int,
    lead_unit_id: int | None,
    due_on: date | None,
    now: datetime,
) -> RectificationTerms:
    """Say who mends one of them and by when; `version` is that of what was seen, 0 where nothing was said.

    Raises:
        NotFound: there is no such verdict or unit.
        AlreadyFinal: the look-back is final, or was when this was said: it is arranged in 整改台账.
        VersionConflict: somebody else was faster.
        InvalidInput: something is missing, or the day has passed.

    """
    look_back = still_open(session, plan_id)
    verdict = unsettled(look_back, reviews.verdict(session, look_back.id, verdict_id))
    if (verdict.terms.version if verdict.terms else 0) != version:
        raise VersionConflict
    if lead_unit_id is None or due_on is None:
        raise TermsIncomplete
    if due_on < china_day(now):
        raise PastDay
    if not directory.existing(session, [lead_unit_id]):
        raise NotFound
    terms = _keep(actor, verdict, lead_unit_id, due_on, now=now)
    session.flush()
    summary = f"整改安排：{verdict.task.title}，时限{due_on}"
    subject = ("task", verdict.task_id)
    detail = {"unit": lead_unit_id, "due_on": due_on.isoformat()}
    auditing.record(session, actor, Event.RECTIFICATION_SCHEDULE, subject, summary, detail=detail, now=now)
    return terms


def arrange_all(session: Session, actor: Actor, *, plan_id: int, due_on: date | None, now: datetime) -> int:
    """Give the same day to all that is to be mended and has none; the lead is the task's own.

    Returns:
        How many got one.

    Raises:
        NotFound: no look-back was begun.
        AlreadyFinal: it is final.
        InvalidInput: there is no day, or it has passed.

    """
    look_back = still_open(session, plan_id)
    if due_on is None:
        raise TermsIncomplete("请填写整改时限。")
    if due_on < china_day(now):
        raise PastDay
    open_ones = [
        verdict
        for verdict in reviews.verdicts(session, look_back.id)
        if wants_terms(verdict) and (verdict.terms is None or verdict.terms.due_on is None)
    ]
    for verdict in open_ones:
        lead = verdict.terms.lead_unit_id if verdict.terms else None
        _keep(actor, verdict, lead or lead_of(verdict.task), due_on, now=now)
    session.flush()
    if open_ones:
        summary = f"整改安排：{len(open_ones)}项，时限{due_on}"
        detail = {"tasks": [verdict.task_id for verdict in open_ones], "due_on": due_on.isoformat()}
        subject = ("look_back", look_back.id)
        auditing.record(
            session, actor, Event.RECTIFICATION_SCHEDULE, subject, summary, detail=detail, now=now
        )
    return len(open_ones)


def _keep(
    actor: Actor, verdict: Verdict, lead_unit_id: int | None, due_on: date, *, now: datetime
) -> RectificationTerms:
    terms = verdict.terms
    if terms is None:
        terms = verdict.terms = RectificationTerms()
    terms.lead_unit_id, terms.due_on = lead_unit_id, due_on
    terms.arranged_by_id, terms.arranged_at = actor.account_id, now
    return terms


def _complete(terms: RectificationTerms | None) -> bool:
    return terms is not None and terms.lead_unit_id is not None and terms.due_on is not None
