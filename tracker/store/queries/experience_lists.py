"""Lists of articles of experience (经验材料): one filter for every count and every list.

A number on a page and the list it opens are made from the same `ArticleFilter`, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.experience import ExperienceState as State
from tracker.domain.titled import Titled
from tracker.store.queries.experience import ADOPTED
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    Experience,
    ExperienceVersion,
    Obligation,
    Period,
    Plan,
    Unit,
)


class Part(Titled):
    """A part of what was handed in, as lists and figures name it."""

    HANDED_IN = "handed_in", "已报送"
    WAITING = "waiting", "待审"
    RETURNED = "returned", "退改中"
    KEPT = "kept", "收下未采用"
    ADOPTED = "adopted", "采用"
    SHOWN = "shown", "展示"
    SENT_UP = "sent_up", "报省"
    TAKEN_UP = "taken_up", "省采用"


_STATES: dict[Part, frozenset[State]] = {
    Part.HANDED_IN: frozenset(State) - {State.DRAFT},
    Part.WAITING: frozenset({State.SUBMITTED}),
    Part.RETURNED: frozenset({State.RETURNED}),
    Part.KEPT: frozenset({State.KEPT}),
    Part.ADOPTED: frozenset(state for state in State if state.is_adopted),
    # Shown or not is a fact of its own: what was sent up may stand on a page as well.
    Part.SHOWN: frozenset(state for state in State if state.is_adopted),
    Part.SENT_UP: frozenset({State.SENT_UP, State.TAKEN_UP}),
    Part.TAKEN_UP: frozenset({State.TAKEN_UP}),
}


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles are meant; what is None does not narrow."""

    plan_id: int | None = None
    unit_id: int | None = None
    period_id: int | None = None
    part: Part = Part.HANDED_IN


@dataclass(frozen=True, slots=True)
class ArticleCounts:
    """How many there are of each state, shown and not shown."""

    by: dict[tuple[State, bool], int] = field(default_factory=dict)

    def of(self, part: Part) -> int:
        """How many rows the list of this part has."""
        return sum(
            count
            for (state, shown), count in self.by.items()
            if state in _STATES[part] and (shown or part is not Part.SHOWN)
        )


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article as a list shows it."""

    article: Experience
    title: str
    angle: str
    written_at: datetime
    """When the version that is shown was handed in, or saved where nothing was."""
    unit_name: str
    plan_title: str
    period_label: str
    """Of the period that it answers; empty where it was written freely."""
    late: bool
    begun: bool = False
    """Whether a version is being typed that is not handed in."""

    @property
    def state(self) -> State:
        return State(self.article.state)


def counts(session: Session, actor: Actor, wanted: ArticleFilter) -> ArticleCounts:
    """How many articles that a person may read fit, by state; `wanted.part` does not narrow."""
    shown = case((Experience.shown_on.is_not(None), 1), else_=0)
    query = select(Experience.state, shown, func.count()).group_by(Experience.state, shown)
    query = _narrowed(query, actor, replace(wanted, part=Part.HANDED_IN))
    return ArticleCounts({(State(state), bool(is_shown)): n for state, is_shown, n in session.execute(query)})


def listed(
    session: Session, actor: Actor, wanted: ArticleFilter, *, limit: int, offset: int = 0
) -> list[ArticleRow]:
    """The articles that fit: what waits longest first, else the newest first."""
    query = _narrowed(_rows(ExperienceVersion.number == Experience.number), actor, wanted)
    newest_first = (Experience.submitted_at.desc(), Experience.id.desc())
    order = (ExperienceVersion.handed_in_at, Experience.id) if wanted.part is Part.WAITING else newest_first
    return [_row(row) for row in session.execute(query.order_by(*order).limit(limit).offset(offset))]


def own(session: Session, unit_id: int) -> list[ArticleRow]:
    """All of a unit's articles, what it has to do something about first, then the newest.

    Each with the title of what is being typed, where something is.
    """
    last = aliased(ExperienceVersion)
    highest = select(func.max(last.number)).where(last.experience_id == Experience.id).correlate(Experience)
    query = _rows(ExperienceVersion.number == highest.scalar_subquery())
    query = query.where(Experience.unit_id == unit_id)
    rank = case(
        (Experience.state == State.RETURNED.value, 0), (Experience.state == State.DRAFT.value, 1), else_=2
    )
    query = query.order_by(rank, func.coalesce(Experience.submitted_at, Experience.created_at).desc())
    return [_row(row) for row in session.execute(query.order_by(Experience.id.desc()))]


def free_returned(session: Session, unit_id: int) -> list[ArticleRow]:
    """What came back to a unit and answers no obligation, which would bring it before the unit by itself."""
    query = _rows(ExperienceVersion.number == Experience.number).where(
        Experience.unit_id == unit_id,
        Experience.state == State.RETURNED.value,
        Experience.obligation_id.is_(None),
    )
    return [_row(row) for row in session.execute(query.order_by(Experience.id))]


def rows_by_id(session: Session, article_ids: Sequence[int]) -> dict[int, tuple[ArticleRow, str]]:
    """Some articles with their text, by id."""
    query = _rows(ExperienceVersion.number == Experience.number).add_columns(ExperienceVersion.body)
    found = session.execute(query.where(Experience.id.in_(article_ids)))
    return {row[0].id: (_row(row[:-1]), row[-1]) for row in found}


def filters(
    session: Session, actor: Actor, wanted: ArticleFilter
) -> tuple[list[Plan], list[Unit], list[Period]]:
    """What can be chosen in a list: plans, units and periods that have articles, narrowed by the plan."""
    seen = ArticleFilter(plan_id=wanted.plan_id)
    plans = _narrowed(select(Experience.plan_id).distinct(), actor, ArticleFilter())
    units = _narrowed(select(Experience.unit_id).distinct(), actor, seen)
    answered = _narrowed(select(Experience.obligation_id), actor, seen)
    periods = select(Obligation.period_id).where(Obligation.id.in_(answered))
    by_year, by_place = (Plan.year.desc(), Plan.id.desc()), (Unit.position, Unit.id)
    by_day = (Period.starts_on.desc(), Period.id)
    return (
        list(session.scalars(select(Plan).where(Plan.id.in_(plans)).order_by(*by_year))),
        list(session.scalars(select(Unit).where(Unit.id.in_(units)).order_by(*by_place))),
        list(session.scalars(select(Period).where(Period.id.in_(periods)).order_by(*by_day))),
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same as `may_read` of what was handed in, for lists: a unit's is what was adopted, and its own."""
    if actor.role == UserRole.UNIT.value and actor.unit_id is not None:
        return or_(Experience.unit_id == actor.unit_id, Experience.state.in_(ADOPTED))
    return Experience.number > 0 if sees_all(actor) else false()


def _rows(which: ColumnElement[bool]):  # type: ignore[no-untyped-def] # noqa: ANN202 - SQLAlchemy infers the row
    return (
        select(
            Experience,
            ExperienceVersion.title,
            ExperienceVersion.angle,
            func.coalesce(ExperienceVersion.handed_in_at, ExperienceVersion.saved_at),
            ExperienceVersion.number,
            Unit.name,
            Plan.title,
            Period.label,
            Obligation.late,
        )
        .select_from(Experience)
        .outerjoin(ExperienceVersion, and_(ExperienceVersion.experience_id == Experience.id, which))
        .join(Unit, Unit.id == Experience.unit_id)
        .join(Plan, Plan.id == Experience.plan_id)
        .outerjoin(Obligation, Obligation.id == Experience.obligation_id)
        .outerjoin(Period, Period.id == Obligation.period_id)
    )


def _row(found: Sequence[object]) -> ArticleRow:
    article, title, angle, at, number, unit, plan, period, late = found
    assert isinstance(article, Experience)
    return ArticleRow(
        article,
        str(title or ""),
        str(angle or ""),
        at if isinstance(at, datetime) else article.created_at,
        str(unit),
        str(plan),
        str(period or ""),
        bool(late),
        begun=isinstance(number, int) and number > article.number,
    )


def _narrowed(query, actor: Actor, wanted: ArticleFilter):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - any SELECT
    query = query.where(seen_by(actor), Experience.state.in_(sorted(_STATES[wanted.part])))
    if wanted.part is Part.SHOWN:
        query = query.where(Experience.shown_on.is_not(None))
    if wanted.plan_id is not None:
        query = query.where(Experience.plan_id == wanted.plan_id)
    if wanted.unit_id is not None:
        query = query.where(Experience.unit_id == wanted.unit_id)
    if wanted.period_id is not None:
        answers = select(Obligation.id).where(
            Obligation.id == Experience.obligation_id, Obligation.period_id == wanted.period_id
        )
        query = query.where(answers.correlate(Experience).exists())
    return query
