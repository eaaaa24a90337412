"""A small 青溪市 whose points can be counted on the fingers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tracker.adapters import work_calendar
from tracker.domain.points_ledger import standings
from tracker.services import scoring, settings
from tracker.services.point_lines import Happened
from tracker.store.queries import points as queries
from tracker.store.tables import Obligation, Plan, ScoreLine, ScoreScheme, Task, Unit

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)
LEAK = "信息泄密一起"


@dataclass(frozen=True)
class City:
    """Justice missed a week and has a task past its day; health has nothing against it."""

    plan: Plan
    justice: Unit
    health: Unit
    missed: Obligation
    task: Task


def make_city(session: Session) -> City:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan = factories.make_plan(session)
    plan.confirmed_at = NOW - 200 * DAY
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    period = factories.make_period(session, factories.make_cadence(session, plan), "2026-W38", state="closed")
    missed = factories.make_obligation(session, period, justice, state="missed")
    task = factories.make_task(session, plan, "清理文件", units=[justice], due=date(2026, 9, 1))
    return City(plan, justice, health, missed, task)


def lines(session: Session, unit: Unit | None = None) -> list[ScoreLine]:
    wanted = select(ScoreLine).order_by(ScoreLine.id)
    return [row for row in session.scalars(wanted) if unit is None or row.unit_id == unit.id]


def score(session: Session, scheme: ScoreScheme, unit: Unit, day: date = TODAY) -> int:
    found = standings(scoring.editions_of(scheme), queries.ledger(session, scheme.id), day=day)
    return found[unit.id].score


def happened(unit: Unit, **facts: object) -> Happened:
    plain = {
        "rule_key": "r13",
        "unit_id": unit.id,
        "on": TODAY,
        "words": LEAK,
        "evidence": "保密局通报〔2026〕3号",
    }
    return Happened(**{**plain, **facts})  # type: ignore[arg-type]
