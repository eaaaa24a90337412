"""Statistics: what units reported or have on record, added up once, with the list behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tests.support.counting import contact_of, enter, make_target
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NameTaken, NotFound, VersionConflict
from tracker.domain.report import plain
from tracker.domain.statistic import Number, StatisticForm, StatisticSource
from tracker.domain.statistic_sheet import YearClosed, YearOpen
from tracker.services import statistic_kinds, statistic_sheets, statistic_years, statistics
from tracker.services.statistic_kinds import KindFacts
from tracker.services.statistic_sheets import WrongFigures
from tracker.store.tables import EventClock, StatisticKind, StatisticValue, Unit

OFFICE = Actor(None, "陈雨", "office")
YEAR = 2026


@dataclass(frozen=True)
class City:
    session: Session
    units: tuple[Unit, ...]

    def kind(self, name: str = "图片解读", **facts: Any) -> StatisticKind:
        return statistic_kinds.add(
            self.session, OFFICE, facts=KindFacts(name, **{"measure": "件", **facts}), now=NOW
        )

    def give_out(self, *units: Unit) -> None:
        chosen = [unit.id for unit in units or self.units]
        statistic_sheets.open_year(
            self.session, OFFICE, year=YEAR, unit_ids=chosen, due_on=None, today=TODAY, now=NOW
        )

    def report(self, unit: Unit, typed: dict[int, str], **earlier: str) -> None:
        page = statistic_sheets.page(self.session, contact_of(unit), year=YEAR)
        fields = {f"value-{kind}": text for kind, text in typed.items()} | earlier
        statistic_sheets.submit(
            self.session, contact_of(unit), year=YEAR, version=page.sheet.version, typed=fields, now=NOW
        )

    def line(self, kind: StatisticKind) -> statistics.Line:
        (found,) = (
            line for line in statistics.table(self.session, year=YEAR).lines() if line.kind.id == kind.id
        )
        return found


@pytest.fixture
def city(session: Session) -> City:
    return City(session, tuple(factories.make_unit(session) for _ in range(3)))


def test_a_figure_is_the_sum_of_what_units_reported_and_opens_their_values(city: City) -> None:
    kind = city.kind()
    city.give_out()
    one, two, three = city.units
    city.report(one, {kind.id: "430余"})
    city.report(two, {kind.id: "49"})

    assert city.line(kind).words == "479余件"
    found = statistics.detail(city.session, year=YEAR, kind_id=kind.id)
    assert [(value.unit, value.number.figure) for value in found.values] == [(one, "430余"), (two, "49")]
    assert found.waiting == (three,)


def test_an_empty_field_is_nothing_to_report_and_nought_is_nought(city: City) -> None:
    kind = city.kind()
    city.give_out()
    one, two, _ = city.units
    city.report(one, {kind.id: ""})
    city.report(two, {kind.id: "0"})

    assert city.line(kind).reported == 1
    assert city.line(kind).words == "0件"


def test_what_is_not_reported_by_anybody_is_none(city: City) -> None:
    assert city.line(city.kind()).words == "无"


def test_an_increment_keeps_what_was_there_before(city: City) -> None:
    kind = city.kind("服务信息公开事项", measure="项", form=StatisticForm.INCREMENT)
    city.give_out()
    one, two, _ = city.units
    city.report(one, {kind.id: "11"}, **{f"earlier-{kind.id}": "32"})
    city.report(two, {}, **{f"earlier-{kind.id}": "8"})

    assert city.line(kind).words == "原有40项，新增11项，共51项"


def test_a_rate_stands_beside_both_sides(city: City) -> None:
    done, owed = city.kind("办结"), city.kind("应办结")
    rate = city.kind(
        "答复率", measure="", form=StatisticForm.RATE, numerator_id=done.id, denominator_id=owed.id
    )
    assert city.line(rate).words == "无"
    city.give_out()
    for unit, (top, bottom) in zip(city.units, (("100", "102"), ("0", "0"), ("2", "2")), strict=True):
        city.report(unit, {done.id: top, owed.id: bottom})

    line = city.line(rate)
    assert line.words == "98.1%"
    assert line.sides is not None
    assert [side.name for side in line.sides] == ["办结", "应办结"]


def test_events_that_were_entered_are_never_typed_again(city: City) -> None:
    one, two, _ = city.units
    task = factories.make_task(city.session, factories.make_plan(city.session), units=[one, two])
    target = make_target(city.session, task)
    for day in ("2026-03-01", "2026-04-01"):
        enter(city.session, target, one, day)
    enter(city.session, target, two, "2026-05-01")
    struck = enter(city.session, target, two, "2026-06-01")
    struck.struck_at, struck.struck_reason = NOW, "重复"
    kind = city.kind("在线访谈", measure="次", taken=(StatisticSource.EVENTS, "在线访谈"))

    assert city.line(kind).words == "3次"
    for value in statistics.detail(city.session, year=YEAR, kind_id=kind.id).values:
        _, events, _ = statistics.rows_of(city.session, year=YEAR, kind_id=kind.id, unit_id=value.unit.id)
        assert len(events) == value.number.value
    city.give_out()
    (field,) = statistic_sheets.page(city.session, contact_of(one), year=YEAR).fields
    assert field.taken
    assert field.value == Number(2)


def clock(city: City, unit: Unit, started: str, closed: str | None) -> None:
    day = date.fromisoformat
    city.session.add(
        EventClock(
            unit_id=unit.id, rule_key="reply", rule_name="依申请公开答复", rule_event="收到公开申请", count=20,
            day_unit="days", title="申请", started_on=day(started), closed_on=day(closed) if closed else None,
            made_at=NOW,
        )
    )  # fmt: skip
    city.session.flush()


def test_applications_are_counted_from_their_clocks(city: City) -> None:
    one, two, _ = city.units
    statistic_kinds.add_presets(city.session, OFFICE, now=NOW)
    clock(city, one, "2025-12-25", "2026-01-10")
    clock(city, one, "2026-03-01", "2026-03-30")  # nine days late
    clock(city, two, "2026-04-01", None)  # never answered
    clock(city, two, "2026-12-25", "2027-01-05")  # not owed before the year ends

    said = {line.kind.name: line.words for line in statistics.table(city.session, year=YEAR).lines()}

    assert said["收到政府信息公开申请"] == "3件"
    assert said["办结政府信息公开申请"] == "2件"
    assert said["应答复政府信息公开申请"] == "3件"
    assert said["按时答复政府信息公开申请"] == "1件"
    assert said["答复率"] == "66.7%"
    assert said["按时答复率"] == "33.3%"


def test_numbers_of_forms_are_added_over_the_years_periods(city: City) -> None:
    unit, other, _ = city.units
    cadence = factories.make_cadence(city.session, factories.make_plan(city.session))
    cadence.answer = "form"
    cadence.parts = [{"key": "count", "label": "文件制发件数", "kind": "number", "required": True}]
    periods = {key: factories.make_period(city.session, cadence, key) for key in ("2025-W20", "2026-W10", "2026-W20")}
    for key, owner, state, number in (
        ("2026-W10", unit, "accepted", "1,200"), ("2026-W20", unit, "submitted", "5"),
        ("2026-W10", other, "returned", "7"), ("2026-W20", other, "draft", "9"),
        ("2025-W20", other, "accepted", "9"),
    ):  # fmt: skip
        owed = factories.make_obligation(city.session, periods[key], owner)
        factories.make_return(city.session, owed, state=state).parts = {"count": number}
    city.session.flush()
    kind = city.kind("规范性文件制发", taken=(StatisticSource.RETURNS, "文件制发件数"))

    assert (StatisticSource.RETURNS, "文件制发件数") in statistic_kinds.sources(city.session)
    assert city.line(kind).words == "1205件"


def test_a_sheet_that_was_sent_back_counts_nowhere_until_it_comes_again(city: City) -> None:
    kind, unit = city.kind(), city.units[0]
    city.give_out()
    city.report(unit, {kind.id: "5"})
    statistic_sheets.send_back(
        city.session, OFFICE, year=YEAR, unit_id=unit.id, reason="请核对图解数", now=NOW
    )

    assert city.line(kind).words == "无"
    (field,) = statistic_sheets.page(city.session, contact_of(unit), year=YEAR).fields
    assert field.typed == "5", "what was typed stays there"
    city.report(unit, {kind.id: "6"})
    assert city.line(kind).words == "6件"


def test_what_is_final_stays_whatever_happens_later(city: City) -> None:
    one, two, _ = city.units
    typed = city.kind()
    taken = city.kind("收到申请", taken=(StatisticSource.CLOCKS, "received"))
    city.give_out()
    city.report(one, {typed.id: "5"})
    city.report(two, {typed.id: "7"})
    statistic_sheets.send_back(city.session, OFFICE, year=YEAR, unit_id=two.id, reason="请核对", now=NOW)
    clock(city, one, "2026-03-01", None)
    statistic_years.close(city.session, OFFICE, year=YEAR, now=NOW)
    clock(city, one, "2026-04-01", None)
    statistic_kinds.end(city.session, OFFICE, kind_id=typed.id, version=typed.version, now=NOW)

    assert (city.line(typed).words, city.line(taken).words) == ("5件", "1件")
    assert city.session.query(StatisticValue).count() == 2
    with pytest.raises(YearClosed):
        city.report(two, {typed.id: "8"})
    with pytest.raises(YearClosed):
        city.give_out()


def test_a_final_year_is_opened_again_with_a_reason_and_counts_afresh(city: City) -> None:
    one, two, _ = city.units
    typed = city.kind()
    taken = city.kind("收到申请", taken=(StatisticSource.CLOCKS, "received"))
    gone = city.kind("办结申请", taken=(StatisticSource.CLOCKS, "done"))
    city.give_out()
    city.report(one, {typed.id: "5"})
    clock(city, one, "2026-03-01", "2026-03-10")
    statistic_years.close(city.session, OFFICE, year=YEAR, now=NOW)
    statistic_kinds.end(city.session, OFFICE, kind_id=gone.id, version=gone.version, now=NOW)
    clock(city, one, "2026-04-01", None)

    statistic_years.reopen(city.session, OFFICE, year=YEAR, reason=" 漏报一件 ", now=NOW)

    assert (city.line(typed).words, city.line(taken).words) == ("5件", "2件")
    known = statistics.table(city.session, year=YEAR)
    assert not known.closed
    assert known.reopened is not None
    assert known.reopened.detail == {"reason": "漏报一件"}
    city.report(two, {typed.id: "7"})
    statistic_years.close(city.session, OFFICE, year=YEAR, now=NOW)
    assert (city.line(typed).words, city.line(taken).words, city.line(gone).words) == ("12件", "2件", "1件")
    assert statistics.table(city.session, year=YEAR).reopened is None


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_year_is_not_opened_again_without_a_fitting_reason(city: City, reason: str) -> None:
    city.kind()
    city.give_out()
    with pytest.raises(YearOpen):
        statistic_years.reopen(city.session, OFFICE, year=YEAR, reason="有错", now=NOW)
    statistic_years.close(city.session, OFFICE, year=YEAR, now=NOW)

    with pytest.raises(InvalidInput):
        statistic_years.reopen(city.session, OFFICE, year=YEAR, reason=reason, now=NOW)

    assert statistics.table(city.session, year=YEAR).closed


def test_a_kind_that_is_taken_from_records_since_is_frozen_as_it_is_counted_now(city: City) -> None:
    unit = city.units[0]
    kind = city.kind()
    city.give_out()
    city.report(unit, {kind.id: "5"})
    clock(city, unit, "2026-03-01", None)
    facts = KindFacts(kind.name, measure="件", taken=(StatisticSource.CLOCKS, "received"))
    statistic_kinds.change(city.session, OFFICE, kind_id=kind.id, version=kind.version, facts=facts, now=NOW)

    statistic_years.close(city.session, OFFICE, year=YEAR, now=NOW)

    assert city.line(kind).words == "1件"


def test_the_unit_reads_why_its_sheet_came_back(city: City) -> None:
    kind, unit = city.kind(), city.units[0]
    city.give_out()
    city.report(unit, {kind.id: "5"})
    statistic_sheets.send_back(city.session, OFFICE, year=YEAR, unit_id=unit.id, reason="请核对", now=NOW)

    page = statistic_sheets.page(city.session, contact_of(unit), year=YEAR)
    assert page.sent_back is not None
    assert page.sent_back.detail == {"reason": "请核对"}
    city.report(unit, {kind.id: "6"})
    assert statistic_sheets.page(city.session, contact_of(unit), year=YEAR).sent_back is None


def test_the_day_of_sheets_that_are_out_is_put_right_without_naming_a_unit(city: City) -> None:
    city.kind()
    facts: dict[str, Any] = {"year": YEAR, "unit_ids": [], "today": TODAY, "now": NOW}
    with pytest.raises(statistic_sheets.NobodyAsked):
        statistic_sheets.open_year(city.session, OFFICE, due_on=None, **facts)
    city.give_out()

    assert statistic_sheets.open_year(city.session, OFFICE, due_on=date(2027, 1, 15), **facts) == 0

    row = statistics.table(city.session, year=YEAR).row
    assert row is not None
    assert row.due_on == date(2027, 1, 15)


def test_what_is_no_figure_is_said_where_it_stands_and_nothing_is_kept(city: City) -> None:
    kind, other = city.kind(), city.kind("视频解读")
    city.give_out()

    with pytest.raises(WrongFigures) as refused:
        city.report(city.units[0], {kind.id: "很多", other.id: "3"})

    assert list(refused.value.wrong) == [f"value-{kind.id}"]
    assert city.session.query(StatisticValue).count() == 0


def test_a_colleague_who_was_faster_is_not_overwritten(city: City) -> None:
    kind, unit = city.kind(), city.units[0]
    city.give_out()
    city.report(unit, {kind.id: "5"})

    with pytest.raises(VersionConflict):
        statistic_sheets.submit(
            city.session, contact_of(unit), year=YEAR, version=1, typed={f"value-{kind.id}": "6"}, now=NOW
        )


def test_a_unit_has_its_own_sheet_and_no_other(city: City) -> None:
    city.kind()
    city.give_out(city.units[0])

    with pytest.raises(NotFound):
        statistic_sheets.page(city.session, contact_of(city.units[1]), year=YEAR)
    assert len(statistic_sheets.waiting(city.session, contact_of(city.units[0]))) == 1
    assert statistic_sheets.waiting(city.session, contact_of(city.units[1])) == []


def test_sheets_are_given_out_once(city: City) -> None:
    city.kind()
    city.give_out(city.units[0])
    city.give_out()

    assert len(statistics.table(city.session, year=YEAR).sheets) == 3


@pytest.mark.parametrize("year", [2027, 1999])
def test_a_year_that_has_not_begun_has_no_sheets(city: City, year: int) -> None:
    city.kind()
    with pytest.raises(statistic_sheets.NotYet):
        statistic_sheets.open_year(
            city.session, OFFICE, year=year, unit_ids=[city.units[0].id], due_on=None, today=TODAY, now=NOW
        )


def test_presets_are_taken_over_once(city: City) -> None:
    made = statistic_kinds.add_presets(city.session, OFFICE, now=NOW)

    assert made == len(statistic_kinds.listing(city.session))
    assert statistic_kinds.add_presets(city.session, OFFICE, now=NOW) == 0


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        (KindFacts("  "), statistic_kinds.NameNeeded),
        (KindFacts("图片解读"), NameTaken),
        (KindFacts("率", form=StatisticForm.RATE), statistic_kinds.TwoSides),
        (KindFacts("率", form=StatisticForm.RATE, numerator_id=1, denominator_id=1), statistic_kinds.TwoSides),
        (KindFacts("访谈", taken=(StatisticSource.EVENTS, "")), statistic_kinds.TakenFrom),
    ],
)
def test_a_kind_that_does_not_fit_is_refused(city: City, facts: KindFacts, error: type[Exception]) -> None:
    city.kind()

    with pytest.raises(error):
        statistic_kinds.add(city.session, OFFICE, facts=facts, now=NOW)


def test_a_side_of_a_rate_is_not_retired_before_the_rate(city: City) -> None:
    top, bottom = city.kind("办结"), city.kind("应办结")
    city.kind("率", form=StatisticForm.RATE, numerator_id=top.id, denominator_id=bottom.id)

    with pytest.raises(statistic_kinds.StillNeeded):
        statistic_kinds.end(city.session, OFFICE, kind_id=top.id, version=top.version, now=NOW)


def test_the_summary_says_each_figure_and_ties_it_to_its_list(city: City) -> None:
    kind = city.kind(section="政策解读")
    more = city.kind("服务信息公开事项", section="公开服务", measure="项", form=StatisticForm.INCREMENT)
    done, owed = city.kind("办结", section="依申请公开"), city.kind("应办结", section="依申请公开")
    city.kind(
        "答复率", section="依申请公开", measure="", form=StatisticForm.RATE, numerator_id=done.id, denominator_id=owed.id
    )
    city.give_out()
    typed = {kind.id: "430余", more.id: "11", done.id: "102", owed.id: "102"}
    city.report(city.units[0], typed, **{f"earlier-{more.id}": "32"})

    said = [plain(each) for each in statistics.paragraphs(city.session, year=YEAR)]

    assert said == [
        "政策解读方面，图片解读430余件。",
        "公开服务方面，服务信息公开事项在原有32项的基础上新增11项。",
        "依申请公开方面，办结102件，应办结102件，答复率100%（102件/102件）。",
        "以上为3家单位中1家报来的数，尚有2家未报。",
    ]


@pytest.mark.parametrize(("day", "year"), [(date(2026, 3, 1), 2025), (date(2026, 11, 1), 2026)])
def test_figures_published_in_spring_are_of_the_year_before(day: date, year: int) -> None:
    assert statistics.usual_year(day) == year


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 10**6), st.booleans())), min_size=3, max_size=3)
)
def test_a_figure_is_always_the_sum_of_its_list(session: Session, typed: list[Any]) -> None:
    with session.begin_nested() as nested:
        city = City(session, tuple(factories.make_unit(session) for _ in range(3)))
        kind = city.kind()
        city.give_out()
        for unit, each in zip(city.units, typed, strict=True):
            if each is not None:
                city.report(unit, {kind.id: f"{each[0]}{'余' if each[1] else ''}"})
        found = statistics.detail(session, year=YEAR, kind_id=kind.id)
        nested.rollback()

    given_ = [each for each in typed if each is not None]
    assert len(found.values) == found.line.reported == len(given_)
    assert len(found.values) + len(found.waiting) == 3
    if given_:
        assert found.line.number == Number(sum(n for n, _ in given_), any(about for _, about in given_))
    else:
        assert found.line.number is None
