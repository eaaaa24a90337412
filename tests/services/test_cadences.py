"""Several cadences of one plan: each is switched on by itself, asks whom it says, and goes its own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_plan, make_task, make_unit
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.asking import OWN, STANDING, STANDING_KINDS, Answer, Audience, Part, Requirement
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Months, Weeks
from tracker.domain.task import Role
from tracker.domain.work_calendar import DayKind
from tracker.services import advancing, cadences, calendar_changes, laying_out, plans, regime, settings, tasks
from tracker.store import tables
from tracker.store.queries import reporting
from tracker.store.tables import ImportDraft, Obligation, Period, Plan, SourceFile, Unit, UnitClass

OFFICE = Actor(account_id=None, name="陈雨", role="office")
YEAR_END = date(2026, 12, 31)


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA).astimezone(UTC)


NOW = china("09-24T15:00")


@pytest.fixture(autouse=True)
def year(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))


@pytest.fixture
def units(session: Session) -> dict[str, Unit]:
    county, bureau = (UnitClass(name=name) for name in ("县（市、区）", "市政府部门"))
    session.add_all([county, bureau])
    session.flush()
    found = {name: make_unit(session, name) for name in ("清河区", "市教育局", "市司法局", "市档案馆")}
    found["清河区"].unit_class_id = county.id
    found["市教育局"].unit_class_id = found["市司法局"].unit_class_id = bureau.id
    session.flush()
    return found


@pytest.fixture
def plan(session: Session, units: dict[str, Unit]) -> Plan:
    """A plan with work for three units; the fourth has none."""
    plan = make_plan(session)
    make_task(
        session, plan, units=[(units["清河区"], "support"), (units["市教育局"], "lead"), (units["市司法局"], "responsible")]
    )
    return plan


def cadence(kind: str, starts_on: str = "2026-07-01", **changes: Any) -> Cadence:
    """One of the common cadences from a day to the year's end."""
    standing = STANDING_KINDS.get(kind, OWN)
    wanted = Cadence(
        standing.rhythm, time(17, 30), date.fromisoformat(starts_on), YEAR_END, kind=kind, name=standing.name
    )
    return replace(wanted, **changes)


def switched_on(
    session: Session, plan: Plan, kind: str, *, now: datetime = NOW, requirement: Requirement | None = None, version: int = 0, **changes: Any
) -> tables.Cadence:
    return regime.switch_on(
        session, OFFICE, plan_id=plan.id, wanted=cadence(kind, **changes), version=version, requirement=requirement, now=now
    )


def asked(session: Session, row: tables.Cadence) -> list[tuple[str, str, str]]:
    """(period, unit, state) of all that a cadence has asked for."""
    query = (
        select(Period.key, Unit.name, Obligation.state)
        .join(Obligation, Obligation.period_id == Period.id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Period.cadence_id == row.id)
        .order_by(Period.starts_on, Unit.id)
    )
    return [(key, name, state) for key, name, state in session.execute(query)]


def keys(session: Session, row: tables.Cadence) -> list[str]:
    return list(session.scalars(select(Period.key).where(Period.cadence_id == row.id).order_by(Period.starts_on)))


def test_the_five_cadences_of_a_plan_stand_side_by_side(session: Session, plan: Plan) -> None:
    rows = {each.kind: switched_on(session, plan, each.kind) for each in STANDING}

    assert keys(session, rows["weekly"])[:2] == ["2026-W39", "2026-W40"]
    assert keys(session, rows["biweekly"])[:2] == ["2026-W39-W40", "2026-W41-W42"]
    assert keys(session, rows["monthly"]) == ["2026-09", "2026-10", "2026-11", "2026-12"]
    assert keys(session, rows["quarterly"]) == ["2026-Q3", "2026-Q4"]
    assert keys(session, rows["half_year"]) == ["2026-H2"]
    opened = {
        kind: [period.key for period in reporting.recent_periods(session, row.id)] for kind, row in rows.items()
    }
    assert opened == {
        "weekly": ["2026-W39"], "biweekly": ["2026-W39-W40"], "monthly": ["2026-09"], "quarterly": [], "half_year": [],
    }


def test_a_quarter_is_asked_for_when_it_is_over_and_not_before(session: Session, plan: Plan) -> None:
    row = switched_on(session, plan, "quarterly")

    assert advancing.advance(session, now=china("09-30T23:59")).opened == 0
    done = advancing.advance(session, now=china("10-01T00:00"))

    assert (done.opened, done.obligations) == (1, 3)
    [period] = reporting.recent_periods(session, row.id)
    assert (period.label, period.starts_on, period.opens_on, period.due_on) == (
        "第三季度", date(2026, 7, 1), date(2026, 10, 1), date(2026, 10, 10),
    )
    assert advancing.advance(session, now=china("10-10T17:31")).missed == 3


AUDIENCES = [
    ({}, ["清河区", "市教育局", "市司法局"]),
    ({"roles": frozenset({Role.LEAD, Role.RESPONSIBLE})}, ["市教育局", "市司法局"]),
    ({"class_ids": "市政府部门"}, ["市教育局", "市司法局"]),
    ({"class_ids": "市政府部门", "roles": frozenset({Role.LEAD})}, ["市教育局"]),
    ({"unit_ids": ("市教育局", "市档案馆")}, ["市教育局", "市档案馆"]),
    ({"excused": ("清河区",)}, ["市教育局", "市司法局"]),
]


def audience(session: Session, units: dict[str, Unit], facts: dict[str, Any]) -> Audience:
    def resolved(value: Any) -> frozenset[Any]:
        if isinstance(value, str):
            return frozenset(session.scalars(select(UnitClass.id).where(UnitClass.name == value)))
        return frozenset(units[each].id if each in units else each for each in value)

    return Audience(**{name: resolved(value) for name, value in facts.items()})


@pytest.mark.parametrize(("facts", "expected"), AUDIENCES, ids=["all", "roles", "a class", "both", "named", "excused"])
def test_those_are_asked_whom_the_cadence_says(
    session: Session, plan: Plan, units: dict[str, Unit], facts: dict[str, Any], expected: list[str]
) -> None:
    wanted = Requirement(Answer.FORM, (Part("content", "情况"),), audience(session, units, facts))

    row = switched_on(session, plan, "monthly", requirement=wanted)

    assert [name for _, name, _ in asked(session, row)] == expected
    assert cadences.requirement_of(row) == wanted
    assert regime.asked(session, plan.id, wanted) == len(expected)


def test_making_a_years_obligations_again_adds_none(session: Session, plan: Plan) -> None:
    for each in STANDING:
        switched_on(session, plan, each.kind, starts_on="2026-01-01", now=china("01-01T08:00"))
    periods = session.scalars(select(Period).order_by(Period.id)).all()

    made = advancing.make_obligations(session, periods)
    rows = session.scalar(select(func.count()).select_from(Obligation))
    again = advancing.make_obligations(session, periods)

    assert sum(made.values()) > 200
    assert rows == 3 * len(periods)
    assert set(again.values()) == {0}
    assert session.scalar(select(func.count()).select_from(Obligation)) == rows


def test_a_change_moves_only_what_has_not_opened_and_leaves_the_others_alone(session: Session, plan: Plan) -> None:
    weekly, monthly = (switched_on(session, plan, kind) for kind in ("weekly", "monthly"))
    before = {period.key: period.due_at for period in session.scalars(select(Period).where(Period.cadence_id == weekly.id))}

    switched_on(session, plan, "monthly", version=monthly.version, rhythm=Months(10))

    after = {period.key: period.due_at for period in session.scalars(select(Period).where(Period.cadence_id == weekly.id))}
    days = {period.key: period.due_on for period in session.scalars(select(Period).where(Period.cadence_id == monthly.id))}
    assert after == before
    assert days == {
        "2026-09": date(2026, 9, 24),  # opened: the 25th is 中秋节
        "2026-10": date(2026, 10, 10), "2026-11": date(2026, 11, 10), "2026-12": date(2026, 12, 10),
    }  # fmt: skip


def test_switching_one_off_leaves_the_others_on(session: Session, plan: Plan) -> None:
    weekly, monthly = (switched_on(session, plan, kind) for kind in ("weekly", "monthly"))

    regime.switch_off(session, OFFICE, plan_id=plan.id, kind="monthly", version=monthly.version, now=NOW)
    session.flush()

    assert keys(session, monthly) == ["2026-09"], "what has opened is finished as usual"
    assert len(keys(session, weekly)) == 15
    assert {line.kind: line.active for line in regime.view(session, plan.id, now=NOW).lines if line.row} == {
        "weekly": True, "monthly": False,
    }


def test_an_office_adds_reports_of_its_own(session: Session, plan: Plan) -> None:
    form = Requirement(Answer.FORM, (Part("part1", "公开件数"),))
    first = switched_on(session, plan, "own", requirement=form, name="舆情月报")
    second = switched_on(session, plan, "own", requirement=form, name="专区巡查", rhythm=Weeks(0, 2))

    assert (first.kind, second.kind) == ("own1", "own2")
    assert [line.name for line in regime.view(session, plan.id, now=NOW).lines][-2:] == ["舆情月报", "专区巡查"]
    found = regime.view(session, plan.id, kind="own2", now=NOW)
    assert (found.wanted.name, found.wanted.rhythm, found.requirement) == ("专区巡查", Weeks(0, 2), form)
    with pytest.raises(InvalidInput, match="舆情月报"):
        switched_on(session, plan, "own", name="舆情月报")
    with pytest.raises(NotFound):
        regime.view(session, plan.id, kind="own3", now=NOW)


def test_the_year_shows_all_reports_together(session: Session, plan: Plan) -> None:
    switched_on(session, plan, "weekly")
    wanted = cadence("quarterly")

    shown = laying_out.preview(session, plan.id, wanted, now=NOW)
    months = regime.year(session, plan.id, wanted, shown, now=NOW)

    assert [(month.year, month.month, month.asked) for month in months] == [
        (2026, 9, 2), (2026, 10, 5), (2026, 11, 4), (2026, 12, 5), (2027, 1, 1),
    ]
    october = next(month for month in months if month.month == 10)
    assert [(day.due_on.day, day.name, day.here) for day in october.days][:2] == [
        (8, "一周一进度", False), (10, "季度报送", True),
    ]


def said_by_the_document(session: Session, plan: Plan, regime_facts: dict[str, Any]) -> None:
    source = SourceFile(sha256="0" * 64, filename="要点.docx", format="docx", size=1, uploaded_at=NOW)
    session.add(source)
    session.flush()
    draft = ImportDraft(
        source_file_id=source.id, title="要点", draft={"regime": regime_facts}, plan_id=plan.id, created_at=NOW, state="confirmed"
    )
    session.add(draft)
    session.flush()


def test_what_the_document_asks_for_is_proposed(session: Session, plan: Plan) -> None:
    said_by_the_document(
        session,
        plan,
        {
            "weekly": {"weekday": "friday", "start": "2026-10-09", "content": "本周进展"},
            "quarterly": {"content": "文件制发目录"},
            "half_year": {"content": "半年总结"},
        },
    )

    lines = {line.kind: line.proposed for line in regime.view(session, plan.id, now=NOW).lines}
    weekly = regime.view(session, plan.id, now=NOW)
    quarterly = regime.view(session, plan.id, kind="quarterly", now=NOW)
    half_year = regime.view(session, plan.id, kind="half_year", now=NOW)

    assert lines == {"weekly": True, "biweekly": False, "monthly": False, "quarterly": True, "half_year": True}
    assert (weekly.wanted.rhythm, weekly.wanted.starts_on) == (Weeks(4), date(2026, 10, 9))
    assert quarterly.wanted.rhythm == Months(10, 3, 1)
    assert [part.label for part in quarterly.requirement.parts] == ["文件制发目录"]
    assert [part.label for part in half_year.requirement.parts] == ["工作总结", "存在问题", "下一步打算"]
    assert quarterly.proposed_by_text
    assert quarterly.printed is None


def test_each_cadence_has_its_own_current_period(session: Session, plan: Plan) -> None:
    rows = {kind: switched_on(session, plan, kind) for kind in ("weekly", "monthly", "quarterly")}

    found = reporting.current_periods(session, NOW)

    assert {kind: found[row.id].key for kind, row in rows.items() if row.id in found} == {
        "weekly": "2026-W39", "monthly": "2026-09",
    }
    assert reporting.period_by_key(session, rows["weekly"].id, "2026-09") is None


def test_a_calendar_change_moves_every_cadence_that_it_concerns(session: Session, plan: Plan) -> None:
    switched_on(session, plan, "weekly")
    switched_on(session, plan, "quarterly")

    change = calendar_changes.from_local_rule(
        session, first=date(2026, 10, 8), last=date(2026, 10, 10), kind=DayKind.OFF, name="停工", now=NOW
    )

    assert {(move.row.cadence.name, move.after.key, move.after.due_on) for move in change.cutoffs} == {
        ("一周一进度", "2026-W41", date(2026, 10, 8)),
        ("季度报送", "2026-Q3", date(2026, 10, 12)),
    }


def test_a_unit_that_is_named_still_owes_its_form_when_its_last_task_goes(
    session: Session, plan: Plan, units: dict[str, Unit]
) -> None:
    education = units["市教育局"]
    form = Requirement(Answer.FORM, (Part("content", "情况"),), Audience(unit_ids=frozenset({education.id})))
    monthly = switched_on(session, plan, "monthly", requirement=form)
    weekly = switched_on(session, plan, "weekly")

    task = session.scalars(select(tables.Task).where(tables.Task.plan_id == plan.id)).one()
    tasks.cancel(session, OFFICE, task_id=task.id, version=task.version, reason="并入其他任务", now=NOW)

    assert asked(session, monthly) == [("2026-09", "市教育局", "open")]
    assert {state for _, _, state in asked(session, weekly)} == {"waived"}


def test_no_day_is_asked_about_twice_when_the_rhythm_changes(session: Session, plan: Plan) -> None:
    weekly = switched_on(session, plan, "weekly")

    preview = laying_out.preview(session, plan.id, cadence("weekly", rhythm=Weeks(3, 2), starts_on="2026-09-21"), now=NOW)
    switched_on(session, plan, "weekly", version=weekly.version, rhythm=Weeks(3, 2), starts_on="2026-09-21")

    assert [(each.period.key, each.is_asked) for each in preview[:2]] == [("2026-W39-W40", False), ("2026-W41-W42", True)]
    assert keys(session, weekly)[:3] == ["2026-W39", "2026-W41-W42", "2026-W43-W44"]


def test_the_list_of_plans_names_what_is_asked_for(session: Session, plan: Plan) -> None:
    for kind in ("weekly", "quarterly", "half_year"):
        switched_on(session, plan, kind)

    [line] = plans.listing(session, OFFICE, today=date(2026, 9, 24))

    assert line.regime == "一周一进度：每周四17:30前，遇节假日提前至前一工作日；另有季度报送、半年总结"


def test_the_regime_page_opens_with_the_first_cadence_that_is_on(session: Session, plan: Plan) -> None:
    assert regime.view(session, plan.id, now=NOW).kind == "weekly"

    switched_on(session, plan, "monthly")

    assert regime.view(session, plan.id, now=NOW).kind == "monthly"


def names(rows: Iterable[tables.Cadence]) -> list[str]:
    return [row.name for row in rows]


def test_cadences_come_in_one_order_and_the_first_that_is_on_leads(session: Session, plan: Plan) -> None:
    for kind in ("half_year", "monthly", "biweekly"):
        switched_on(session, plan, kind)

    assert names(reporting.cadences(session, [plan.id])[plan.id]) == ["两周一经验", "一月一例会", "半年总结"]
    first = reporting.cadence_of(session, plan.id)
    assert first is not None
    assert first.kind == "biweekly"
    assert reporting.progress_cadence(session, plan.id) is None
    weekly = switched_on(session, plan, "weekly")
    assert reporting.progress_cadence(session, plan.id) is weekly
