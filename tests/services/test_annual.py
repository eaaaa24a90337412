"""The annual paragraph: each task named with its result, figures that agree, or a refusal that says what does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import factories
from tracker.domain.actor import Actor
from tracker.domain.balance import Flow, Stretch
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Report, ReportKind, plain
from tracker.services import annual, annual_items, arranging, report_annual, report_drafts, reviewing
from tracker.services.annual_items import Part
from tracker.store.queries import reviews
from tracker.store.tables import EventClock, Plan, Rectification, Task, Unit

OFFICE = Actor(None, "陈雨", "office")
SPRING = datetime(2027, 2, 10, 2, tzinfo=UTC)
FOI = {("received", "person"): 20, ("carried_in", "person"): 2, ("granted", "person"): 21, ("carried_out", "person"): 1}


@dataclass(frozen=True)
class City:
    session: Session
    plan: Plan
    unit: Unit
    tasks: tuple[Task, ...]


@pytest.fixture
def city(session: Session) -> City:
    return city_of(session)


def city_of(session: Session, number: int = 4) -> City:
    plan, unit = factories.make_plan(session), factories.make_unit(session)
    tasks = tuple(
        factories.make_task(session, plan, f"第{place}件事", units=[(unit, "lead")], due=date(2026, 6, 30))
        for place in range(1, number + 1)
    )
    return City(session, plan, unit, tasks)


def look_back(city: City, said: list[VerdictKind], *, finish: bool = True, plan: Plan | None = None) -> None:
    """A person confirms the verdicts in the order of the tasks; those beyond the list stay open."""
    plan = plan or city.plan
    held = reviewing.start(city.session, OFFICE, plan_id=plan.id, now=SPRING)
    for verdict, kind in zip(reviews.verdicts(city.session, held.id), said, strict=False):
        reviewing.confirm(
            city.session, OFFICE, plan_id=plan.id, verdict_id=verdict.id, version=verdict.version,
            said=kind.value, note="核实过", now=SPRING,
        )  # fmt: skip
    if finish:
        day = date(2027, 6, 30)
        arranging.arrange_all(city.session, OFFICE, plan_id=plan.id, due_on=day, now=SPRING)
        reviewing.finish(city.session, OFFICE, plan_id=plan.id, now=SPRING)


def finished(city: City, plan: Plan) -> None:
    """定稿 as it may never be: whatever is confirmed or not."""
    held = reviews.look_back_of(city.session, plan.id)
    assert held is not None
    held.state, held.finished_at = "final", SPRING
    city.session.add_all(
        Rectification(
            verdict_id=verdict.id, task_id=verdict.task_id, year=plan.year + 1, title=verdict.task.title,
            lead_unit_id=city.unit.id, due_on=date(plan.year + 1, 6, 30), created_at=SPRING,
        )
        for verdict in reviews.verdicts(city.session, held.id)
        if verdict.confirmed and VerdictKind(verdict.confirmed).wants_rectification
    )  # fmt: skip
    city.session.flush()


def written(city: City, now: datetime = SPRING) -> Report:
    return report_annual.write(city.session, OFFICE, plan_id=city.plan.id, subject="2026", now=now)


def faults(city: City) -> str:
    with pytest.raises(report_annual.NotAgreed) as refused:
        written(city)
    return refused.value.message


K = VerdictKind
DONE = [K.DONE_WITH_EVIDENCE, K.DONE_LATE, K.STANDING_KEPT, K.UNFINISHED]


def test_the_paragraph_names_each_task_and_its_result_and_its_figures_agree(city: City) -> None:
    look_back(city, DONE)

    report = written(city)

    said = "".join(part.text for part in report.parts)
    for task, kind in zip(city.tasks, DONE, strict=True):
        assert f"{task.serial}．{task.title}（{city.unit.name}牵头）：{kind.label}。" in said
    assert "分解为4项任务。截至2026年12月31日，办结3项，结转下年继续整改1项。" in said
    assert "核实过" not in said, "what a person noted is the office's own"
    assert report.kind is ReportKind.ANNUAL_PARAGRAPH
    early = written(city, datetime(2026, 12, 20, 2, tzinfo=UTC)).parts[0].text
    assert "截至2026年12月20日，办结3项" in early, "a day that has not come yet is not spoken of"


def test_a_cancelled_task_leaves_the_year_and_is_named(city: City) -> None:
    city.tasks[0].state = "cancelled"
    look_back(city, [K.CANCELLED, K.DONE_LATE, K.DONE_LATE, K.DONE_LATE])

    assert "办结3项，经批准取消1项，结转下年继续整改0项" in plain(written(city).parts[0].paragraphs[0])


def test_what_earlier_years_left_comes_in_and_goes_out(city: City) -> None:
    before = factories.make_plan(city.session, "青溪市2025年政务公开工作要点", year=2025)
    for title in ("旧事一", "旧事二", "旧事三"):
        factories.make_task(city.session, before, title, units=[city.unit])
    look_back(city, [K.UNFINISHED, K.UNFINISHED, K.UNFINISHED], plan=before)
    first, second, third = city.session.query(Rectification).order_by(Rectification.id)
    close(first, datetime(2026, 12, 31, 15, 59, tzinfo=UTC))  # one minute before the year ends in China
    close(second, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    close(third, datetime(2025, 12, 30, tzinfo=UTC))
    look_back(city, DONE)

    account = annual_items.account(city.session, plan_id=city.plan.id)
    assert account.flow == Flow(2, 4, 4, 2)
    text = "\n".join(part.text for part in written(city).parts)
    assert "另有上年结转整改2项" in text
    assert f"《{before.title}》旧事一（{city.unit.name}牵头）：整改完成。" in text
    assert f"《{before.title}》旧事二（{city.unit.name}牵头）：继续整改。" in text
    assert "旧事三" not in text, "it was mended before the year began"


def close(row: Rectification, moment: datetime) -> None:
    row.state, row.closed_at = "closed", moment


def test_without_a_look_back_nothing_goes_out(city: City) -> None:
    assert "还没有开展回头看，4项任务都没有结论" in faults(city)


def test_what_nobody_has_confirmed_is_named(city: City) -> None:
    look_back(city, DONE[:2], finish=False)

    said = faults(city)
    assert f"还有2项没有确认结论：第{city.tasks[2].serial}、{city.tasks[3].serial}项" in said
    assert "回头看还没有定稿" in said


def test_a_difference_is_named_with_both_sides(city: City) -> None:
    look_back(city, DONE)
    city.session.query(Rectification).delete()

    said = faults(city)
    assert f"1项结论是没有完成，却没有转入整改：第{city.tasks[3].serial}项" in said
    assert "上年结转整改0项＋本年新列4项＝4项，办结和取消3项＋结转下年0项＝3项，相差1项" in said


def test_a_task_that_came_after_the_look_back_is_a_difference(city: City) -> None:
    look_back(city, DONE)
    factories.make_task(city.session, city.plan, units=[city.unit])

    assert "相差1项" in faults(city)


def enter(city: City, cells: dict[tuple[str, str], int], **change: Any) -> None:
    facts = {"year": 2026, "version": annual.entered(city.session, year=2026).version, "counted_from": "table"}
    annual.enter(city.session, OFFICE, cells=cells, now=SPRING, **{**facts, **change})


def test_applications_are_said_as_the_table_has_them(city: City) -> None:
    look_back(city, DONE)
    enter(city, FOI)

    text = written(city).parts[-1].text
    assert text == "2026年，新收政府信息公开申请20件，上年结转2件；办结21件，结转下年度继续办理1件。"


def test_a_table_that_does_not_balance_stands_in_the_way(city: City) -> None:
    look_back(city, DONE)
    enter(city, {**FOI, ("granted", "person"): 19})

    assert (
        "依申请公开“自然人”一列：上年结转2件＋本年新收20件＝22件，办理结果19件＋结转下年1件＝20件，相差2件。"
        in faults(city)
    )


def make_clock(city: City, started: date, closed: date | None = None, **change: Any) -> EventClock:
    facts = {"rule_key": "reply", "rule_name": "依申请公开答复", "rule_event": "收到公开申请"}
    row = EventClock(
        unit_id=city.unit.id, count=20, day_unit="workdays", title="关于补偿标准的申请", started_on=started,
        closed_on=closed, made_at=SPRING, **{**facts, **change},
    )  # fmt: skip
    city.session.add(row)
    city.session.flush()
    return row


def test_where_clocks_ran_the_numbers_are_theirs_and_each_opens_its_applications(city: City) -> None:
    look_back(city, DONE)
    make_clock(city, date(2025, 12, 20), date(2026, 1, 5))
    make_clock(city, date(2025, 11, 1), date(2025, 12, 1))
    make_clock(city, date(2026, 3, 1), date(2026, 3, 9))
    make_clock(city, date(2026, 12, 20), date(2027, 1, 4), rule_key="own-3", rule_name="申请公开答复")
    make_clock(city, date(2026, 5, 1), rule_key="publish", rule_name="主动公开", rule_event="形成或者变更")
    voided = make_clock(city, date(2026, 6, 1))
    voided.voided_at, voided.void_reason = SPRING, "登记重复"

    known = annual.applications(city.session, 2026)

    assert known.flow == Flow(1, 2, 2, 1)
    found = report_annual.application_figures(known, 2026)
    for stretch, each in found.items():
        assert each.rows == len(annual.clocks(city.session, year=2026, stretch=stretch))


def test_a_table_that_tells_other_numbers_than_the_clocks_is_told_so(city: City) -> None:
    look_back(city, DONE)
    make_clock(city, date(2026, 3, 1), date(2026, 3, 9))
    enter(city, FOI, counted_from="clocks")

    assert "依申请公开本年新收：时限台账有1件，年报表里填的是20件，相差19件" in faults(city)

    enter(city, FOI, counted_from="table")
    assert "新收政府信息公开申请20件" in written(city).parts[-1].text


def test_where_nothing_is_known_of_applications_nothing_is_said(city: City) -> None:
    look_back(city, DONE)

    assert "依申请" not in "".join(part.heading + part.text for part in written(city).parts)


def test_a_stale_table_is_refused(city: City) -> None:
    enter(city, FOI)

    with pytest.raises(VersionConflict):
        enter(city, FOI, version=0)
    with pytest.raises(VersionConflict):
        enter(city, FOI, year=2025, version=3)


@pytest.mark.parametrize("cells", [{("nobody", "person"): 1}, {("rules", "charged"): 1}])
def test_a_cell_that_no_table_has_is_refused(city: City, cells: dict[tuple[str, str], int]) -> None:
    with pytest.raises(NotFound):
        enter(city, cells)


@pytest.mark.parametrize("value", [-1, 10**13])
def test_a_number_that_no_office_has_is_refused(city: City, value: int) -> None:
    with pytest.raises(annual.TooLarge):
        enter(city, {("received", "person"): value})


def test_a_cell_that_was_emptied_is_gone(city: City) -> None:
    enter(city, FOI)
    enter(city, {("received", "person"): 3})

    assert annual.entered(city.session, year=2026).cells == {("received", "person"): 3}


def test_what_the_year_before_carried_out_is_carried_in(city: City) -> None:
    enter(city, {("received", "person"): 5, ("carried_out", "person"): 5}, year=2025, version=0)
    enter(city, FOI)

    assert annual.entered(city.session, year=2026).faults == (
        "“自然人”一列：上年报的结转下年5件，今年填的上年结转2件，相差3件。",
    )


def test_the_legal_days_stay_and_a_day_off_is_answered_with_advice(city: City) -> None:
    first, second = annual.legal_days(city.session, 2026)

    assert (first.day, first.advised) == (date(2027, 1, 31), date(2027, 1, 29))
    assert "建议提前到1月29日（周五）" in first.words
    assert (second.day, second.advised) == (date(2027, 3, 31), date(2027, 3, 31))
    assert "不上班" not in second.words


def test_the_paragraph_is_kept_as_a_document_like_any_other(city: City) -> None:
    look_back(city, DONE)

    row, is_new = report_drafts.make(
        city.session, OFFICE, kind=ReportKind.ANNUAL_PARAGRAPH, plan_id=city.plan.id, subject="2026", now=SPRING
    )

    assert is_new
    assert row.title == f"《{city.plan.title}》落实情况"


KINDS = st.lists(st.one_of(st.none(), st.sampled_from(list(VerdictKind))), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=KINDS, final=st.booleans())
def test_it_goes_out_exactly_where_all_is_confirmed_final_and_balanced(
    session: Session, said: list[VerdictKind | None], final: bool
) -> None:
    with session.begin_nested() as nested:
        city = city_of(session, len(said))
        held = reviewing.start(session, OFFICE, plan_id=city.plan.id, now=SPRING)
        for verdict, kind in zip(reviews.verdicts(session, held.id), said, strict=True):
            verdict.confirmed = kind.value if kind else None
        session.flush()
        if final:
            finished(city, city.plan)
        account = annual_items.account(session, plan_id=city.plan.id)

        assert account.count(Part.NEW) == len(said)
        if final and None not in said:
            assert account.flow.balances
            assert account.faults == ()
            assert account.count(Part.DONE) == sum(
                kind is not None and kind is not K.CANCELLED and not kind.wants_rectification for kind in said
            )
        else:
            assert account.faults
        nested.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(
        st.tuples(
            st.dates(date(2024, 6, 1), date(2028, 6, 1)), st.one_of(st.none(), st.integers(0, 900))
        ),
        max_size=8,
    )
)
def test_clocks_balance_in_every_year_whatever_they_did(
    session: Session, spans: list[tuple[date, int | None]]
) -> None:
    with session.begin_nested() as nested:
        city = city_of(session, 0)
        for started, days in spans:
            closed = None if days is None else date.fromordinal(started.toordinal() + days)
            make_clock(city, started, closed)
        flows = {year: annual.clock_flow(session, year) for year in range(2024, 2032)}
        nested.rollback()

    for year, flow in flows.items():
        assert flow.balances
        if year + 1 in flows:
            assert flow.carried_out == flows[year + 1].carried_in
    assert sum(flow.received for flow in flows.values()) == len(spans)


def test_every_figure_has_as_many_rows_as_its_list(city: City) -> None:
    look_back(city, DONE)
    account = annual_items.account(city.session, plan_id=city.plan.id)

    for each in written(city).figures():
        if each.address.startswith(report_annual.ITEMS):
            assert each.rows == len(account.lists[Part(each.key)])
    assert {stretch.value for stretch in Stretch} == {"carried_in", "received", "done", "carried_out"}
