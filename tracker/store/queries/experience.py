"""Articles of experience (经验材料): single ones with their versions, who may read which, what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.experience import ExperienceState as State
from tracker.domain.obligation import ObligationState
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    Assignment,
    AuditEvent,
    Cadence,
    Experience,
    ExperienceVersion,
    Obligation,
    Period,
    Plan,
    Return,
)

ADOPTED = tuple(state.value for state in State if state.is_adopted)


def one(session: Session, article_id: int, *, lock: bool = False) -> Experience | None:
    """One article with its plan and unit, whoever asks."""
    return _only(session, Experience.id == article_id, lock=lock)


def of_obligation(session: Session, obligation_id: int, *, lock: bool = False) -> Experience | None:
    """The article that answers an obligation, or is going to."""
    return _only(session, Experience.obligation_id == obligation_id, lock=lock)


def of_obligations(session: Session, obligation_ids: Iterable[int]) -> dict[int, Experience]:
    """The articles that answer some obligations, locked, by obligation; the order of the locks is theirs."""
    wanted = select(Experience).where(Experience.obligation_id.in_(list(obligation_ids)))
    locked = wanted.order_by(Experience.obligation_id).with_for_update(of=Experience)
    found = session.scalars(locked.execution_options(populate_existing=True))
    return {article.obligation_id: article for article in found if article.obligation_id is not None}


def may_read(actor: Actor, article: Experience) -> bool:
    """What was handed in is for the office and leaders; a unit reads its own and whatever was adopted."""
    state = State(article.state)
    if actor.role == UserRole.UNIT.value and actor.unit_id is not None:
        return article.unit_id == actor.unit_id or state.is_adopted
    return sees_all(actor) and state is not State.DRAFT


def versions(session: Session, article_id: int) -> list[ExperienceVersion]:
    """All versions of an article, oldest first; a draft, if any, is the last."""
    wanted = select(ExperienceVersion).where(ExperienceVersion.experience_id == article_id)
    return list(session.scalars(wanted.order_by(ExperienceVersion.number)))


def newest(session: Session, article: Experience) -> ExperienceVersion:
    """The version that counts of an article that was handed in."""
    its = (ExperienceVersion.experience_id == article.id, ExperienceVersion.number == article.number)
    return session.scalars(select(ExperienceVersion).where(*its)).one()


def version_with_article(session: Session, version_id: int) -> ExperienceVersion | None:
    """One version with its article."""
    wanted = select(ExperienceVersion).where(ExperienceVersion.id == version_id)
    return session.scalars(wanted.options(joinedload(ExperienceVersion.experience))).one_or_none()


def envelope(session: Session, article: Experience) -> Return | None:
    """The return of the same number as the version that counts."""
    its = (Return.obligation_id == article.obligation_id, Return.number == article.number)
    return session.scalars(select(Return).where(*its)).one_or_none()


def events(session: Session, article_id: int) -> list[AuditEvent]:
    """What happened to an article, newest first."""
    wanted = select(AuditEvent).where(
        AuditEvent.object_type == "experience", AuditEvent.object_id == article_id
    )
    return list(session.scalars(wanted.order_by(AuditEvent.id.desc())))


def open_obligations(session: Session, unit_id: int, *, plan_id: int | None = None) -> list[Obligation]:
    """What a unit still owes an article for (待报 or 未报) and has handed in none, by cut-off."""
    return list(session.scalars(_asked(unit_id, plan_id)))


def running_for_writing(session: Session, unit_id: int, plan_id: int) -> Obligation | None:
    """The running obligation of a plan without a begun article, locked: that of the earliest cut-off."""
    begun = exists().where(Experience.obligation_id == Obligation.id)
    wanted = _asked(unit_id, plan_id).where(Obligation.state == ObligationState.OPEN.value, ~begun).limit(1)
    locked = wanted.with_for_update(of=Obligation).execution_options(populate_existing=True)
    return session.scalars(locked).first()


def _asked(unit_id: int, plan_id: int | None) -> Select[Obligation]:
    asked = (
        select(Obligation)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(Obligation.unit_id == unit_id, Cadence.answer == Answer.MATERIAL.value)
        .where(Obligation.state.in_((ObligationState.OPEN.value, ObligationState.MISSED.value)))
        .where(Period.state != "upcoming", Plan.state == "active")
        .options(joinedload(Obligation.period).joinedload(Period.cadence))
        .order_by(Period.due_at, Obligation.id)
    )
    return asked.where(Obligation.plan_id == plan_id) if plan_id is not None else asked


def plans_of_unit(session: Session, unit_id: int) -> list[Plan]:
    """The active plans an article of a unit can belong to: where one is asked for first, then the newest."""
    asked = exists().where(
        Obligation.plan_id == Plan.id,
        Obligation.unit_id == unit_id,
        Obligation.cadence_id == Cadence.id,
        Cadence.answer == Answer.MATERIAL.value,
    )
    working = exists().where(
        Assignment.plan_id == Plan.id, Assignment.unit_id == unit_id, Assignment.ended_at.is_(None)
    )
    wanted = select(Plan).where(Plan.state == "active", or_(asked, working))
    first = case((asked, 0), else_=1)
    return list(session.scalars(wanted.order_by(first, Plan.year.desc(), Plan.id.desc())))


def untouched_draft(session: Session, unit_id: int) -> Experience | None:
    """A draft of the unit, written freely, in which nobody has kept a word."""
    words = exists().where(ExperienceVersion.experience_id == Experience.id)
    wanted = select(Experience).where(
        Experience.unit_id == unit_id,
        Experience.obligation_id.is_(None),
        Experience.state == State.DRAFT.value,
        ~words,
    )
    return session.scalars(wanted.order_by(Experience.id).limit(1)).first()


def heads(session: Session, obligation_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Title and text of what answers some obligations, by obligation."""
    wanted = (
        select(Experience.obligation_id, ExperienceVersion.title, ExperienceVersion.body)
        .join(ExperienceVersion, _is_newest())
        .where(Experience.obligation_id.in_(list(obligation_ids)))
    )
    return {owed: (title, body) for owed, title, body in session.execute(wanted) if owed is not None}


def earlier_texts(
    session: Session, article: Experience, *, before: datetime, since: datetime | None
) -> list[tuple[int, str]]:
    """(article, text) of what was handed in before one: all of its unit, whatever was adopted, and what
    other units have handed in since a moment; without that moment just what its unit may read as well.
    """
    near = [Experience.unit_id == article.unit_id, Experience.state.in_(ADOPTED)]
    if since is not None:
        near.append(Experience.submitted_at >= since)
    wanted = (
        select(Experience.id, ExperienceVersion.body)
        .join(ExperienceVersion, _is_newest())
        .where(Experience.id != article.id, Experience.submitted_at < before, or_(*near))
        .order_by(Experience.submitted_at.desc(), Experience.id.desc())
    )
    return [(article_id, body) for article_id, body in session.execute(wanted)]


def _only(session: Session, which: ColumnElement[bool], *, lock: bool) -> Experience | None:
    wanted = select(Experience).where(which)
    wanted = wanted.options(joinedload(Experience.plan), joinedload(Experience.unit))
    if lock:
        wanted = wanted.with_for_update(of=Experience).execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def _is_newest() -> ColumnElement[bool]:
    return and_(
        ExperienceVersion.experience_id == Experience.id, ExperienceVersion.number == Experience.number
    )
