"""Points (积分): schemes with their editions, the ledger, objections; one filter for all lists of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.points_ledger import Line, Origin
from tracker.domain.points_steps import ObjectionState, SchemeState
from tracker.store.tables import Plan, ScoreEdition, ScoreLine, ScoreObjection, ScoreScheme, Unit

_IS_ON = ScoreScheme.state == SchemeState.ON.value
_WAITS = ScoreObjection.state == ObjectionState.WAITING.value


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines are meant; what is None does not narrow."""

    scheme_id: int | None = None
    unit_id: int | None = None
    rule_key: str = ""
    day: date | None = None
    """Lines that were in the ledger by the end of this day."""
    objected: bool = False
    """Just those against which an objection waits."""


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The office sees all lines, a unit its own; nobody else sees a single line."""
    if actor.role == UserRole.OFFICE.value:
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    return ScoreLine.unit_id == actor.unit_id


def schemes(session: Session) -> list[ScoreScheme]:
    """Every scheme with its editions, newest year first."""
    wanted = select(ScoreScheme).options(selectinload(ScoreScheme.editions))
    return list(session.scalars(wanted.order_by(ScoreScheme.year.desc(), ScoreScheme.id.desc())))


def running(session: Session) -> list[ScoreScheme]:
    """The schemes that are switched on, oldest first."""
    wanted = select(ScoreScheme).where(_IS_ON).options(selectinload(ScoreScheme.editions))
    return list(session.scalars(wanted.order_by(ScoreScheme.id)))


def any_running(session: Session) -> bool:
    """Whether any scheme is switched on."""
    return session.scalar(select(select(ScoreScheme.id).where(_IS_ON).exists())) is True


def scheme(session: Session, scheme_id: int, *, lock: bool = False) -> ScoreScheme | None:
    """One scheme with its editions; `lock` holds it until the transaction ends, as it then stands."""
    wanted = (
        select(ScoreScheme).where(ScoreScheme.id == scheme_id).options(selectinload(ScoreScheme.editions))
    )
    if lock:
        wanted = wanted.with_for_update(of=ScoreScheme).execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def ledger(session: Session, scheme_id: int, *, unit_id: int | None = None) -> list[Line]:
    """The lines of a scheme as the rules look at them; of one unit where it is named."""
    wanted = (
        select(
            ScoreLine.id, ScoreLine.unit_id, ScoreEdition.number, ScoreLine.rule_key, ScoreLine.fact_key,
            ScoreLine.points, ScoreLine.entered_on, ScoreLine.origin, ScoreLine.reverses_id,
        )
        .join(ScoreEdition, ScoreEdition.id == ScoreLine.edition_id)
        .where(ScoreLine.scheme_id == scheme_id)
        .order_by(ScoreLine.id)
    )  # fmt: skip
    if unit_id is not None:
        wanted = wanted.where(ScoreLine.unit_id == unit_id)
    rows = session.execute(wanted)
    return [
        Line(number, unit, edition, rule, fact, points, on, Origin(origin), reverses)
        for number, unit, edition, rule, fact, points, on, origin, reverses in rows
    ]


def entered(session: Session, scheme_id: int) -> list[ScoreLine]:
    """Every line of a scheme as it was entered, oldest first."""
    return list(session.scalars(_whole().where(ScoreLine.scheme_id == scheme_id).order_by(ScoreLine.id)))


def count(session: Session, actor: Actor, wanted: LineFilter) -> int:
    """How many lines the filter meets."""
    query = select(func.count()).select_from(ScoreLine).where(*_conditions(actor, wanted))
    return session.scalar(query) or 0


def listed(
    session: Session, actor: Actor, wanted: LineFilter, *, limit: int | None = None, offset: int = 0
) -> list[ScoreLine]:
    """The lines that the filter meets, newest first."""
    query = _whole().where(*_conditions(actor, wanted)).order_by(ScoreLine.id.desc())
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return list(session.scalars(query))


def _conditions(actor: Actor, wanted: LineFilter) -> list[ColumnElement[bool]]:
    found = [seen_by(actor)]
    for column, value in (
        (ScoreLine.scheme_id, wanted.scheme_id),
        (ScoreLine.unit_id, wanted.unit_id),
        (ScoreLine.rule_key, wanted.rule_key or None),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.day is not None:
        found.append(ScoreLine.entered_on <= wanted.day)
    if wanted.objected:
        waiting = select(ScoreObjection.line_id).where(_WAITS)
        found.append(ScoreLine.id.in_(waiting))
    return found


def line(session: Session, actor: Actor, line_id: int, *, lock: bool = False) -> ScoreLine | None:
    """One line that the person may see; `lock` holds its scheme: of two who reverse it one is first."""
    found = session.scalars(_whole().where(ScoreLine.id == line_id, seen_by(actor))).one_or_none()
    if found is not None and lock:
        scheme(session, found.scheme_id, lock=True)
    return found


def chain(session: Session, row: ScoreLine) -> list[ScoreLine]:
    """The line of a fact and whatever reversed it, in the order in which they came."""
    same = (
        ScoreLine.scheme_id == row.scheme_id, ScoreLine.unit_id == row.unit_id,
        ScoreLine.rule_key == row.rule_key, ScoreLine.fact_key == row.fact_key,
    )  # fmt: skip
    return list(session.scalars(_whole().where(*same).order_by(ScoreLine.id)))


def has_key(session: Session, scheme_id: int, key: str) -> bool:
    """Whether the ledger has this line already."""
    same = select(ScoreLine.id).where(ScoreLine.scheme_id == scheme_id, ScoreLine.key == key)
    return session.scalar(select(same.exists())) is True


def objections(session: Session, line_ids: Iterable[int]) -> dict[int, ScoreObjection]:
    """By line: what its unit said against it."""
    wanted = select(ScoreObjection).where(ScoreObjection.line_id.in_(list(line_ids)))
    return {row.line_id: row for row in session.scalars(wanted)}


def objection_of(session: Session, line_id: int, *, lock: bool = False) -> ScoreObjection | None:
    """What the unit said against one line."""
    wanted = select(ScoreObjection).where(ScoreObjection.line_id == line_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def waiting_objections(session: Session, *, scheme_id: int | None = None) -> int:
    """How many objections wait for the office; the list is `LineFilter(objected=True)`."""
    wanted = (
        select(func.count())
        .select_from(ScoreObjection)
        .join(ScoreLine, ScoreLine.id == ScoreObjection.line_id)
        .where(_WAITS)
    )
    if scheme_id is not None:
        wanted = wanted.where(ScoreLine.scheme_id == scheme_id)
    return session.scalar(wanted) or 0


def units(session: Session) -> list[Unit]:
    """Every active unit in the office's order."""
    wanted = select(Unit).where(Unit.active).order_by(Unit.position, Unit.id)
    return list(session.scalars(wanted.options(joinedload(Unit.unit_class))))


def plan_years(session: Session) -> list[int]:
    """The years that have plans, newest first."""
    return list(session.scalars(select(Plan.year).distinct().order_by(Plan.year.desc())))


def line_counts(session: Session, scheme_id: int) -> Mapping[int, int]:
    """How many lines each unit has in a scheme."""
    wanted = select(ScoreLine.unit_id, func.count()).where(ScoreLine.scheme_id == scheme_id)
    return dict(session.execute(wanted.group_by(ScoreLine.unit_id)).all())


def _whole() -> Select[ScoreLine]:
    return select(ScoreLine).options(
        joinedload(ScoreLine.unit), joinedload(ScoreLine.scheme), joinedload(ScoreLine.edition)
    )
