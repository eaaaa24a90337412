"""Switching the weekly return on, changing it, switching it off, and letting time pass."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_plan, make_task, make_unit
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.asking import Audience, Requirement
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.period import Cadence, HolidayRule
from tracker.domain.rhythm import Weeks
from tracker.services import advancing, laying_out, regime, regime_proposal
from tracker.store import tables
from tracker.store.queries import audit, reporting
from tracker.store.queries import regime as queries
from tracker.store.tables import (
    AuditEvent,
    CalendarDay,
    ImportDraft,
    Obligation,
    Period,
    PeriodFact,
    Plan,
    SourceFile,
    Unit,
)

OFFICE = Actor(account_id=None, name="陈雨", role="office")
WEEKLY = Cadence(Weeks(3), cutoff=time(17, 30), starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))


def china(text: str) -> datetime:
    """`2026-09-24T15:00` on clocks in China."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


THURSDAY_AFTERNOON = china("2026-09-24T15:00")


@pytest.fixture(autouse=True)
def national_day(session: Session) -> None:
    """1 to 7 October 2026 are off, with the make-up days of the official notice."""
    session.add_all(
        CalendarDay(day=date(2026, 10, day), kind="off", name="国庆节", status="official") for day in range(1, 8)
    )
    session.add(CalendarDay(day=date(2026, 9, 20), kind="work", name="调休上班", status="official"))
    session.flush()


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan with work for two units; a third has only finished work."""
    plan = make_plan(session)
    education, justice, idle = (make_unit(session, name) for name in ("市教育局", "市司法局", "市档案馆"))
    make_task(session, plan, "公开招生政策", units=[education, justice], due=date(2026, 10, 20))
    make_task(session, plan, "已了结的事", units=[idle], state="signed_off")
    return plan


def switched_on(session: Session, plan: Plan, now: datetime = THURSDAY_AFTERNOON, wanted: Cadence = WEEKLY) -> tables.Cadence:
    return regime.switch_on(session, OFFICE, plan_id=plan.id, wanted=wanted, version=0, now=now)


def without(*units: Unit) -> Requirement:
    """All with work but these."""
    return Requirement(audience=Audience(excused=frozenset(unit.id for unit in units)))


def periods(session: Session, plan: Plan) -> dict[str, Period]:
    found = session.scalars(select(Period).where(Period.plan_id == plan.id).order_by(Period.starts_on))
    return {period.key: period for period in found}


def states(session: Session, plan: Plan) -> dict[str, dict[str, int]]:
    """State counts by period key."""
    found: dict[str, dict[str, int]] = {}
    for key, state, number in session.execute(
        select(Period.key, Obligation.state, func.count())
        .join(Obligation, Obligation.period_id == Period.id)
        .where(Period.plan_id == plan.id)
        .group_by(Period.key, Obligation.state)
    ):
        found.setdefault(key, {})[state] = number
    return found


def test_switching_on_lays_out_the_rest_of_the_year_and_opens_the_running_week(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    laid_out = periods(session, plan)
    assert next(iter(laid_out)) == "2026-W39", "weeks whose cut-off has passed are not asked for"
    assert list(laid_out)[-1] == "2026-W53"
    assert laid_out["2026-W39"].state == "open"
    assert laid_out["2026-W40"].state == "upcoming"
    assert states(session, plan) == {"2026-W39": {"open": 2}}, "only units with unfinished work owe a return"


def test_a_cut_off_on_a_holiday_moves_with_its_reason(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    week = periods(session, plan)["2026-W40"]
    assert week.due_on == date(2026, 9, 30)
    assert week.due_at == china("2026-09-30T17:30")
    assert week.why == "周四（10月1日）放假，截止提前到9月30日"


@pytest.mark.parametrize(
    ("rule", "waived", "due_on"),
    [
        pytest.param(HolidayRule.ADVANCE, False, date(2026, 9, 30), id="advanced to the workday before"),
        pytest.param(HolidayRule.POSTPONE, True, date(2026, 10, 1), id="merged when it meets the next cut-off"),
        pytest.param(HolidayRule.WAIVE, True, date(2026, 10, 1), id="waived"),
    ],
)
def test_the_holiday_rule_of_the_regime_decides(session: Session, plan: Plan, rule: HolidayRule, waived: bool, due_on: date) -> None:
    wanted = Cadence(Weeks(3), time(17, 30), date(2026, 9, 1), date(2026, 12, 31), rule)
    switched_on(session, plan, wanted=wanted)

    week = periods(session, plan)["2026-W40"]
    assert (week.waived, week.due_on) == (waived, due_on)


def test_units_of_a_waived_week_are_waived_with_its_reason(session: Session, plan: Plan) -> None:
    switched_on(session, plan, wanted=Cadence(Weeks(3), time(17, 30), date(2026, 9, 1), None, HolidayRule.WAIVE))

    advancing.advance(session, now=china("2026-09-28T00:00"))

    assert states(session, plan)["2026-W40"] == {"waived": 2}
    notes = set(session.scalars(select(Obligation.note).where(Obligation.state == "waived")))
    assert notes == {"周四（10月1日）放假，本周免报"}


def test_a_week_opens_on_monday_at_midnight_in_china(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    assert advancing.advance(session, now=china("2026-09-27T23:59")).opened == 0
    assert advancing.advance(session, now=china("2026-09-28T00:00")).opened == 1


def test_the_instant_of_the_cut_off_is_still_on_time(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    assert advancing.advance(session, now=china("2026-09-24T17:30")).missed == 0
    assert states(session, plan) == {"2026-W39": {"open": 2}}

    assert advancing.advance(session, now=china("2026-09-24T17:30") + timedelta(seconds=1)).missed == 2
    assert states(session, plan) == {"2026-W39": {"missed": 2}}


def test_advancing_again_changes_nothing(session: Session, plan: Plan) -> None:
    switched_on(session, plan)
    after = china("2026-10-09T09:00")
    first = advancing.advance(session, now=after)
    seen = (states(session, plan), session.scalar(select(func.count()).select_from(AuditEvent)))

    again = [advancing.advance(session, now=after) for _ in range(3)]

    assert first.closed == 3
    assert set(again) == {advancing.Advanced()}
    assert (states(session, plan), session.scalar(select(func.count()).select_from(AuditEvent))) == seen


def test_after_a_long_downtime_every_passed_week_is_handled_in_order(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    done = advancing.advance(session, now=china("2026-10-22T18:00"))

    assert (done.opened, done.closed, done.missed) == (4, 5, 10)
    assert states(session, plan) == {f"2026-W{week}": {"missed": 2} for week in range(39, 44)}
    closings = [event.object_id for event in audit.all_events(session) if event.action == "period:close"]
    ids = [period.id for period in periods(session, plan).values()]
    assert closings == ids[:5]


def test_a_closed_week_freezes_its_figures(session: Session, plan: Plan) -> None:
    switched_on(session, plan)
    one = session.scalars(select(Obligation).where(Obligation.plan_id == plan.id).limit(1)).one()
    one.state, one.submitted_at = "submitted", THURSDAY_AFTERNOON
    session.flush()

    advancing.advance(session, now=china("2026-09-24T18:00"))

    week = periods(session, plan)["2026-W39"]
    facts = dict(session.execute(select(PeriodFact.name, PeriodFact.value).where(PeriodFact.period_id == week.id)).all())
    assert facts == {
        "due": 2, "on_time": 1, "late": 0, "missed": 1, "waived": 0, "green": 2, "yellow": 0, "red": 0, "grey": 0,
    }
    assert reporting.frozen_figures(session, [week.id]) == {week.id: facts}


def test_making_obligations_again_adds_none(session: Session, plan: Plan) -> None:
    switched_on(session, plan)
    week = periods(session, plan)["2026-W39"]

    again = advancing.make_obligations(session, [week])

    assert again == {week.id: 0}
    assert states(session, plan) == {"2026-W39": {"open": 2}}


def test_a_change_moves_only_weeks_that_have_not_opened(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)
    before = {key: (period.id, period.due_at) for key, period in periods(session, plan).items()}
    tuesday = Cadence(Weeks(1), time(12, 0), date(2026, 9, 1), date(2026, 11, 30))

    regime.switch_on(
        session, OFFICE, plan_id=plan.id, wanted=tuesday, version=cadence.version, now=THURSDAY_AFTERNOON
    )

    after = {key: (period.id, period.due_at) for key, period in periods(session, plan).items()}
    assert after["2026-W39"] == before["2026-W39"]
    assert after["2026-W41"] == (before["2026-W41"][0], china("2026-10-08T12:00")), "Tuesday is off: moved"
    assert after["2026-W42"] == (before["2026-W42"][0], china("2026-10-13T12:00"))
    assert max(after) == "2026-W48", "weeks after the new end are gone"


def test_a_change_from_an_old_page_is_a_conflict(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)

    with pytest.raises(VersionConflict):
        regime.switch_on(
            session, OFFICE, plan_id=plan.id, wanted=WEEKLY, version=cadence.version + 1, now=THURSDAY_AFTERNOON
        )


def test_switching_off_keeps_the_past_and_the_running_week(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)

    regime.switch_off(session, OFFICE, plan_id=plan.id, version=cadence.version, now=THURSDAY_AFTERNOON)
    advancing.advance(session, now=china("2026-12-01T09:00"))

    assert {key: period.state for key, period in periods(session, plan).items()} == {"2026-W39": "closed"}
    assert states(session, plan) == {"2026-W39": {"missed": 2}}


def test_switching_on_again_goes_on_where_it_stopped(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)
    regime.switch_off(session, OFFICE, plan_id=plan.id, version=cadence.version, now=THURSDAY_AFTERNOON)
    session.flush()

    regime.switch_on(
        session, OFFICE, plan_id=plan.id, wanted=WEEKLY, version=cadence.version, now=THURSDAY_AFTERNOON
    )

    laid_out = periods(session, plan)
    assert (laid_out["2026-W39"].state, laid_out["2026-W40"].state) == ("open", "upcoming")
    assert states(session, plan) == {"2026-W39": {"open": 2}}


def test_a_regime_without_any_week_left_is_refused(session: Session, plan: Plan) -> None:
    past = Cadence(Weeks(3), time(17, 30), date(2026, 1, 1), date(2026, 3, 1))

    with pytest.raises(InvalidInput, match="没有可以报送的一周"):
        switched_on(session, plan, wanted=past)


def test_an_unknown_plan_has_no_regime(session: Session) -> None:
    with pytest.raises(NotFound):
        regime.view(session, 404, now=THURSDAY_AFTERNOON)


def test_the_preview_names_passed_and_fixed_weeks(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    weeks = {week.period.key: week for week in laying_out.preview(session, plan.id, WEEKLY, now=THURSDAY_AFTERNOON)}

    assert (weeks["2026-W38"].passed, weeks["2026-W38"].fixed) == (True, False)
    assert (weeks["2026-W39"].passed, weeks["2026-W39"].fixed) == (False, True)
    assert (weeks["2026-W40"].passed, weeks["2026-W40"].fixed) == (False, False)
    assert weeks["2026-W40"].period.moved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            {"weekly": {"start": "2026-07-01", "weekday": "thursday", "time": "end of working day"}},
            (Weeks(3), time(17, 30), date(2026, 7, 1), date(2026, 12, 31)),
            id="as the document says",
        ),
        pytest.param(
            {"weekly": {"weekday": "周五", "time": "12:00"}},
            (Weeks(4), time(12, 0), date(2026, 9, 24), date(2026, 12, 31)),
            id="no start printed: from today",
        ),
        pytest.param({}, (Weeks(3), time(17, 30), date(2026, 9, 24), date(2026, 12, 31)), id="nothing said: Thursdays"),
    ],
)
def test_the_proposal_is_read_from_the_document(text: dict[str, object], expected: tuple[object, ...]) -> None:
    found = regime_proposal.proposal(text, plan_year=2026, today=date(2026, 9, 24))

    assert (found.rhythm, found.cutoff, found.starts_on, found.ends_on) == expected


def test_a_plan_of_a_past_year_is_proposed_from_today() -> None:
    text = {"weekly": {"start": "2020-07-01", "weekday": "thursday"}}

    found = regime_proposal.proposal(text, plan_year=2020, today=date(2026, 9, 24))

    assert (found.starts_on, found.ends_on) == (date(2026, 9, 24), date(2026, 12, 31))


def test_the_page_tells_what_the_document_asks_for(session: Session, plan: Plan) -> None:
    source = SourceFile(sha256="0" * 64, filename="要点.docx", format="docx", size=1, uploaded_at=THURSDAY_AFTERNOON)
    session.add(source)
    session.flush()
    said = {"weekly": {"weekday": "thursday", "content": ["本周进展", "下周计划"]}, "monthly": {"content": "月例会"}}
    session.add(
        ImportDraft(
            source_file_id=source.id, title="要点", draft={"regime": said}, plan_id=plan.id,
            created_at=THURSDAY_AFTERNOON, state="confirmed",
        )
    )
    session.flush()

    found = regime.view(session, plan.id, now=THURSDAY_AFTERNOON)

    assert found.duties == ("一周一进度：本周进展、下周计划", "一月一例会：月例会")
    assert found.proposed_by_text
    assert (found.active, found.version, regime.asked(session, plan.id, found.requirement)) == (False, 0, 2)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param("制度，即自7月1日开始,每周四下班前将本周进展报送市府办。", "自7月1日开始，每周四下班前", id="in full"),
        pytest.param("实行每周四调度。从2026年5月6日起，各单位每周四16:00前报送。", "从2026年5月6日起，各单位每周四16:00前", id="with an echo"),
        pytest.param("各单位每周五上报进展。", "每周五", id="the day alone"),
    ],
)  # fmt: skip
def test_the_rule_is_quoted_as_it_is_printed(document: str, words: str) -> None:
    said = {"weekly": {"weekday": "thursday", "start": "2026-07-01", "content": "进展"}}

    assert regime_proposal.printed(said, document) == regime_proposal.Printed(words, date(2026, 7, 1))


@pytest.mark.parametrize(
    "said", [{}, {"weekly": {"weekday": None, "start": None, "content": "进度"}}], ids=["nothing", "a slogan"]
)
def test_no_rule_in_full_is_no_quotation(said: dict[str, object]) -> None:
    assert regime_proposal.printed(said, "实行一周一进度。每周四研究一次。") is None


def test_only_the_units_that_the_office_leaves_ticked_are_asked(session: Session, plan: Plan) -> None:
    education, justice = queries.units_with_work(session, plan.id)
    facts: dict[str, Any] = {"plan_id": plan.id, "wanted": WEEKLY, "now": THURSDAY_AFTERNOON}

    cadence = regime.switch_on(session, OFFICE, version=0, requirement=without(justice), **facts)
    first = session.scalars(select(Obligation.unit_id)).all()
    regime.switch_on(session, OFFICE, version=cadence.version, requirement=without(education), **facts)
    running = session.scalars(select(Obligation.unit_id)).all()
    advancing.advance(session, now=china("2026-09-28T09:00"))
    regime.switch_on(session, OFFICE, version=cadence.version, **facts | {"now": china("2026-09-29T09:00")})

    assert first == running == [education.id], "the week that has opened asks whom it asked"
    later = select(Obligation.unit_id).join(Period, Period.id == Obligation.period_id).where(Period.key == "2026-W40")
    assert session.scalars(later).all() == [justice.id]
    assert cadence.excused_unit_ids == [education.id], "kept when nothing is said"
    found = regime.view(session, plan.id, now=THURSDAY_AFTERNOON)
    assert (regime.asked(session, plan.id, found.requirement), found.excused) == (1, frozenset({education.id}))


def test_somebody_has_to_report(session: Session, plan: Plan) -> None:
    everybody = queries.units_with_work(session, plan.id)

    with pytest.raises(InvalidInput, match="至少勾选一个"):
        regime.switch_on(
            session, OFFICE, plan_id=plan.id, wanted=WEEKLY, version=0, requirement=without(*everybody),
            now=THURSDAY_AFTERNOON,
        )


def test_a_week_that_runs_keeps_its_cut_off_under_a_new_rule(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)
    friday = Cadence(Weeks(4), time(12, 0), date(2026, 9, 1), date(2026, 12, 31))

    regime.switch_on(
        session, OFFICE, plan_id=plan.id, wanted=friday, version=cadence.version, now=THURSDAY_AFTERNOON
    )

    weeks = periods(session, plan)
    assert weeks["2026-W39"].due_at == china("2026-09-24T17:30")
    assert weeks["2026-W42"].due_at == china("2026-10-16T12:00")


def test_a_regime_that_is_switched_off_says_so(session: Session, plan: Plan) -> None:
    cadence = switched_on(session, plan)
    assert regime.view(session, plan.id, now=THURSDAY_AFTERNOON).active

    regime.switch_off(session, OFFICE, plan_id=plan.id, version=cadence.version, now=THURSDAY_AFTERNOON)

    assert not regime.view(session, plan.id, now=THURSDAY_AFTERNOON).active


def test_a_unit_that_is_out_of_use_owes_nothing(session: Session, plan: Plan) -> None:
    session.scalars(select(Unit).where(Unit.name == "市司法局")).one().active = False

    switched_on(session, plan)

    found = regime.view(session, plan.id, now=THURSDAY_AFTERNOON)
    assert regime.asked(session, plan.id, found.requirement) == 1
    assert states(session, plan) == {"2026-W39": {"open": 1}}


def test_closing_a_week_makes_what_was_read_before_out_of_date(session: Session, plan: Plan) -> None:
    switched_on(session, plan)
    missed, answered = session.scalars(select(Obligation).order_by(Obligation.id))
    answered.state, answered.submitted_at = "submitted", THURSDAY_AFTERNOON
    session.flush()
    read = (missed.version, answered.version)

    advancing.advance(session, now=china("2026-09-24T18:00"))

    session.refresh(missed)
    assert (missed.state, missed.version, answered.version) == ("missed", read[0] + 1, read[1])


def test_the_trail_says_that_the_regime_began_before_it_says_that_a_week_did(session: Session, plan: Plan) -> None:
    switched_on(session, plan)

    told = [event.action for event in audit.all_events(session)]
    assert told == ["cadence:switch_on", "period:open"]
