"""Look-backs, their verdicts, and rectification items."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.look_back import VerdictKind
from tracker.store.insert import insert_missing
from tracker.store.tables import (
    Assignment,
    LookBack,
    Plan,
    Rectification,
    RectificationTerms,
    Task,
    Verdict,
)


def look_back_of(session: Session, plan_id: int, *, lock: bool = False) -> LookBack | None:
    """The look-back of a plan, if one was begun.

    `lock` holds it until the transaction ends and reads it as it then stands. Whoever writes a verdict or
    makes it final takes this lock first: what one sees, the other can no longer change.
    """
    query = select(LookBack).where(LookBack.plan_id == plan_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def ended_plans() -> Select[int]:
    """The plans whose look-back was made final: what was left of them is a rectification (整改) now.

    One that is open again for tasks that came later has ended too: it asks for nothing else anew.
    """
    return select(LookBack.plan_id).where(LookBack.finished_at.is_not(None))


def begin(session: Session, plan_id: int, *, account_id: int | None, now: datetime) -> bool:
    """Make the look-back of a plan; False when a colleague's is there already, or was faster."""
    row = {"plan_id": plan_id, "started_by_id": account_id, "started_at": now}
    return bool(insert_missing(session, LookBack, [row], keys=("plan_id",)))


def plans(session: Session) -> list[tuple[Plan, LookBack | None, int]]:
    """Every plan, newest year first, with its look-back and how many verdicts are confirmed."""
    confirmed = (
        select(Verdict.look_back_id, func.count().label("count"))
        .where(Verdict.confirmed.is_not(None))
        .group_by(Verdict.look_back_id)
        .subquery()
    )
    rows = session.execute(
        select(Plan, LookBack, func.coalesce(confirmed.c.count, 0))
        .outerjoin(LookBack, LookBack.plan_id == Plan.id)
        .outerjoin(confirmed, confirmed.c.look_back_id == LookBack.id)
        .order_by(Plan.year.desc(), Plan.id.desc())
    )
    return [(plan, look_back, count) for plan, look_back, count in rows]


def verdict(session: Session, look_back_id: int, verdict_id: int) -> Verdict | None:
    """One verdict of a look-back with its task, as it stands now."""
    wanted = select(Verdict).where(Verdict.id == verdict_id, Verdict.look_back_id == look_back_id)
    wanted = wanted.options(joinedload(Verdict.task), joinedload(Verdict.terms))
    wanted = wanted.execution_options(populate_existing=True)
    return session.scalar(wanted)


_TO_MEND = [kind.value for kind in VerdictKind if kind.wants_rectification]
_ARRANGED = (
    select(RectificationTerms.verdict_id)
    .where(RectificationTerms.verdict_id == Verdict.id)
    .where(RectificationTerms.lead_unit_id.is_not(None), RectificationTerms.due_on.is_not(None))
    .correlate(Verdict)
    .exists()
)
_LACKING = Verdict.confirmed.in_(_TO_MEND) & ~_ARRANGED


def _filtered(
    look_back_id: int,
    proposed: str | None,
    confirmed: str | None,
    *,
    contradicted: bool,
    lacking: bool,
    changed: bool,
) -> Select[Verdict]:
    wanted = select(Verdict).join(Verdict.task).where(Verdict.look_back_id == look_back_id)
    if proposed:
        wanted = wanted.where(Verdict.proposed == proposed)
    if confirmed == "yes":
        wanted = wanted.where(Verdict.confirmed.is_not(None))
    elif confirmed == "no":
        wanted = wanted.where(Verdict.confirmed.is_(None))
    elif confirmed:
        wanted = wanted.where(Verdict.confirmed == confirmed)
    if contradicted:
        wanted = wanted.where(Verdict.contradiction_count > 0)
    if lacking:
        wanted = wanted.where(_LACKING)
    if changed:
        wanted = wanted.where(Verdict.since_confirmed.is_not(None))
    return wanted


def verdicts(
    session: Session,
    look_back_id: int,
    *,
    proposed: str | None = None,
    confirmed: str | None = None,
    contradicted: bool = False,
    lacking: bool = False,
    changed: bool = False,
) -> list[Verdict]:
    """The verdicts that fit, in the order of the plan; `confirmed` is yes, no or a verdict's value.

    `lacking` are those that are to be mended and have no lead or no day, `changed` those whose facts have
    changed since they were confirmed.
    """
    wanted = _filtered(
        look_back_id, proposed, confirmed, contradicted=contradicted, lacking=lacking, changed=changed
    )
    parts = joinedload(Verdict.task).selectinload(Task.assignments).joinedload(Assignment.unit)
    terms = joinedload(Verdict.terms).joinedload(RectificationTerms.lead_unit)
    return list(session.scalars(wanted.order_by(Task.serial).options(parts, terms)))


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How the verdicts of a look-back stand; `by_proposed` and `by_confirmed` are keyed by value."""

    total: int
    confirmed: int
    contradicted: int
    lacking: int
    """What is to be mended and has no lead or no day."""
    to_mend: int
    """What a person has found unfinished, so that somebody is to mend it."""
    changed: int
    """What was confirmed and rests on other facts now."""
    by_proposed: dict[str, int]
    by_confirmed: dict[str, int]


def verdict_counts(session: Session, look_back_id: int) -> VerdictCounts:
    """The figures above the list; each is the length of the list that its filter opens."""
    # A label: PostgreSQL takes the same expression written twice, each with its own parameter, for two.
    contradicted = (Verdict.contradiction_count > 0).label("contradicted")
    rows = session.execute(
        select(Verdict.proposed, Verdict.confirmed, contradicted, func.count())
        .where(Verdict.look_back_id == look_back_id)
        .group_by(Verdict.proposed, Verdict.confirmed, contradicted)
    ).all()
    proposed: dict[str, int] = defaultdict(int)
    said: dict[str, int] = defaultdict(int)
    for value, decision, _, count in rows:
        proposed[value] += count
        if decision is not None:
            said[decision] += count
    return VerdictCounts(
        total=sum(proposed.values()),
        confirmed=sum(said.values()),
        contradicted=sum(count for _, _, doubtful, count in rows if doubtful),
        lacking=session.scalar(_count_lacking(look_back_id)) or 0,
        changed=session.scalar(
            select(func.count(Verdict.id)).where(
                Verdict.look_back_id == look_back_id, Verdict.since_confirmed.is_not(None)
            )
        )
        or 0,
        to_mend=sum(said[value] for value in _TO_MEND),
        by_proposed=dict(proposed),
        by_confirmed=dict(said),
    )


def not_looked_at(session: Session, look_back: LookBack) -> int:
    """How many tasks of the plan have come after the look-back was begun, and have no verdict."""
    known = select(Verdict.task_id).where(Verdict.look_back_id == look_back.id)
    wanted = select(func.count(Task.id)).where(Task.plan_id == look_back.plan_id, Task.id.not_in(known))
    return session.scalars(wanted).one()


def _count_lacking(look_back_id: int) -> Select[int]:
    return select(func.count(Verdict.id)).where(Verdict.look_back_id == look_back_id, _LACKING)


def rectifications(
    session: Session,
    year: int | None = None,
    *,
    plan_id: int | None = None,
    unit_id: int | None = None,
    carried: bool = False,
) -> list[Rectification]:
    """Rectification items of a year, of a plan, of a lead unit, open ones first, undated ones last.

    `carried` has those of earlier years too that are still open: they go on under every year until closed.
    """
    wanted = select(Rectification).join(Rectification.task)
    if year is not None:
        older = (Rectification.year < year) & (Rectification.state == "open")
        wanted = wanted.where((Rectification.year == year) | older if carried else Rectification.year == year)
    if plan_id is not None:
        wanted = wanted.where(Task.plan_id == plan_id)
    if unit_id is not None:
        wanted = wanted.where(Rectification.lead_unit_id == unit_id)
    # PostgreSQL and SQLite place NULL differently.
    undated = case((Rectification.due_on.is_(None), 1), else_=0)
    order = (Rectification.state.desc(), undated, Rectification.due_on, Rectification.id)
    options = (
        joinedload(Rectification.task).joinedload(Task.plan),
        joinedload(Rectification.lead_unit),
        joinedload(Rectification.verdict),
    )
    return list(session.scalars(wanted.order_by(*order).options(*options)))


def rectification(session: Session, rectification_id: int) -> Rectification | None:
    """One rectification item."""
    return session.get(Rectification, rectification_id)


def rectification_years(session: Session) -> list[int]:
    """The years that have rectification items, newest first."""
    return list(session.scalars(select(Rectification.year).distinct().order_by(Rectification.year.desc())))


def tasks_of(session: Session, plan_id: int) -> list[Task]:
    """The tasks of a plan in its order, with their units."""
    wanted = select(Task).where(Task.plan_id == plan_id).order_by(Task.serial)
    parts = selectinload(Task.assignments).joinedload(Assignment.unit)
    return list(session.scalars(wanted.options(parts)))
