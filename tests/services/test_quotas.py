"""Quotas with their units, spans and paces; the events behind each number; and entering them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.counting import LINK, OFFICE, contact_of, enter, make_class, make_target
from tests.support.qingxi import MemoryFiles
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.proof import NoWebAddress, Proof
from tracker.domain.quota_scope import Scope
from tracker.services import counted_events, quota_events, quotas, reviewing
from tracker.services.counted_events import EventFacts
from tracker.store.queries import audit
from tracker.store.tables import Plan, Unit


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def units(session: Session) -> tuple[Unit, Unit, Unit]:
    names = ("清河县政府", "白塔县政府", "市教育局")
    first, second, third = (make_unit(session, name, position=place) for place, name in enumerate(names))
    return first, second, third


def of(session: Session, actor: object = OFFICE, **more: object) -> tuple[quotas.Target, ...]:
    return quotas.page(session, actor, today=TODAY, **more).targets  # type: ignore[arg-type]


def said(line: quotas.Line) -> list[tuple[str, int, bool]]:
    return [(cell.span.label, cell.pace.counted, cell.behind) for cell in line.cells]


def test_a_class_owes_each_its_own_count(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    county = make_class(session, "县(市、区)", units[:2])
    make_class(session, "市政府部门", units[2:])
    target = make_target(session, make_task(session, plan, units=[units[2]]), scope="class", unit_class_id=county.id)
    for month in (1, 2, 3, 4):
        enter(session, target, units[0], f"2026-0{month}-10", f"{LINK}?{month}")
    enter(session, target, units[1], "2026-05-10")

    [found] = of(session)

    assert [(line.unit.name, line.latest.pace.words, line.behind) for line in found.lines if line.unit] == [
        ("清河县政府", "按进度应有3，现有4", False), ("白塔县政府", "按进度应有3，现有1", True),
    ]  # fmt: skip
    assert (found.words, found.owners, found.behind, found.doubt) == ("每年不少于5次", "县(市、区)，每家都要", 1, "")


def test_one_a_quarter_is_red_where_a_quarter_ended_without(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=[units[0]]), minimum=1, period="P3M")
    enter(session, target, units[0], "2026-02-01")

    [found] = of(session)

    assert said(found.lines[0]) == [("第1季度", 1, False), ("第2季度", 0, True), ("第3季度", 0, False), ("第4季度", 0, False)]
    assert found.lines[0].latest.span.label == "第3季度"
    assert found.lines[0].words == "第2季度没有达标；第3季度按进度应有0，现有0"
    assert found.lines[0].behind


def test_many_missed_weeks_are_counted_and_not_named(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    make_target(session, make_task(session, plan, units=[units[0]]), minimum=1, period="P1W")

    [found] = of(session)

    missed = sum(cell.behind and not cell.running for cell in found.lines[0].cells)
    assert missed > quotas.MOST_NAMED
    assert found.lines[0].words == f"有{missed}期没有达标；第38周按进度应有0，现有0"


def test_no_quarter_is_asked_for_that_was_over_when_the_plan_came_out(
    session: Session, plan: Plan, units: tuple[Unit, ...]
) -> None:
    plan.issued_on = date(2026, 4, 2)
    make_target(session, make_task(session, plan, units=[units[0]]), minimum=1, period="P3M")

    [found] = of(session)

    assert [span.label for span in found.spans] == ["第2季度", "第3季度", "第4季度"]


def test_of_many_weeks_the_page_shows_the_latest(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    make_target(session, make_task(session, plan, units=[units[0]]), minimum=1, period="P1W")

    [found] = of(session)

    assert [found.spans[number - 1].label for number in found.shown] == [f"第{week}周" for week in range(33, 39)]
    assert [cell.number for cell in found.lines[0].shown(found.shown)] == list(found.shown)


def test_together_all_units_have_one_line(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=units), scope="together")
    enter(session, target, units[0], "2026-01-10", f"{LINK}?1")
    enter(session, target, units[1], "2026-02-10", f"{LINK}?1")
    enter(session, target, units[2], "2026-03-10", f"{LINK}?2")

    [found] = of(session)
    [seen] = of(session, contact_of(units[2]))

    assert [(line.unit, line.latest.pace.counted) for line in found.lines] == [(None, 2)]
    assert seen.lines[0].latest.pace.counted == 2, "who counts together sees what the others have"


def test_each_asks_the_leads_and_not_those_who_support(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    make_target(session, make_task(session, plan, units=[(units[0], "lead"), (units[1], "support")]))

    [found] = of(session)

    assert [unit.name for unit in found.units] == ["清河县政府"]


def test_a_unit_sees_its_own_line_and_quotas_only(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    make_target(session, make_task(session, plan, units=units[:2]))
    make_target(session, make_task(session, plan, units=[units[2]]), counted="培训")

    [found] = of(session, contact_of(units[0]))

    assert [line.unit.name for line in found.lines if line.unit] == ["清河县政府"]
    assert of(session, contact_of(make_unit(session))) == ()


def test_a_cancelled_task_asks_for_nothing(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    make_target(session, make_task(session, plan, units=[units[0]], state="cancelled"))

    assert of(session) == ()


def test_a_link_counts_once_in_a_task_and_the_page_says_why(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    task = make_task(session, plan, units=[units[0]])
    first, second = make_target(session, task, counted="开放日"), make_target(session, task, counted="问答", position=1)
    enter(session, first, units[0], "2026-03-01")
    enter(session, first, units[0], "2026-04-01", LINK.replace("https", "http") + "/", title="又一次")
    enter(session, second, units[0], "2026-03-01", LINK)
    enter(session, second, units[0], "2026-03-02", "", title="没有佐证")
    enter(session, second, units[0], "2025-03-02", f"{LINK}?2", title="去年的")

    shown = [quota_events.target_page(session, OFFICE, target_id=each.id, unit_id=units[0].id, today=TODAY) for each in (first, second)]

    assert [len(page.counted) for page in shown] == [1, 0]
    assert [[entry.why_not for entry in page.refused] for page in shown] == [
        ["佐证与另一次相同，只计一次"],
        ["没有佐证链接或附件", "这份佐证已计入本任务的另一项指标，只计一次", "不在指标的起止时间内"],
    ]


def test_the_same_file_under_another_name_counts_once(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=[units[0]]))
    enter(session, target, units[0], "2026-03-01", "", file=(b"%PDF-photo", "照片.pdf"))
    enter(session, target, units[0], "2026-03-02", "", file=(b"%PDF-photo", "又一张.pdf"))

    assert of(session)[0].lines[0].latest.pace.counted == 1


def test_a_number_opens_exactly_its_list(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=units[:2]), minimum=1, period="P3M")
    days = ("2026-02-01", "2026-02-02", "2026-08-01", "2026-09-01")
    for unit in units[:2]:
        for place, day in enumerate(days):
            enter(session, target, unit, day, f"{LINK}?{place // 2}", title=day)

    for line in of(session)[0].lines:
        assert line.unit is not None
        for cell in line.cells:
            page = quota_events.target_page(
                session, OFFICE, target_id=target.id, unit_id=line.unit.id, number=cell.number, today=TODAY
            )
            assert len(page.counted) == cell.pace.counted, cell.span.label
            assert page.cell == cell
    everything = quota_events.target_page(session, OFFICE, target_id=target.id, today=TODAY)
    assert (len(everything.counted), len(everything.refused)) == (4, 4)


def test_another_unit_s_events_are_nobody_s_business(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=units[:2]))
    event = enter(session, target, units[0], "2026-03-01", "", file=(b"%PDF-photo", "照片.pdf"))

    other = contact_of(units[1])
    page = quota_events.target_page(session, other, target_id=target.id, unit_id=units[0].id, today=TODAY)

    assert (page.unit, page.counted) == (units[1], ())
    for stranger in (other, contact_of(units[2])):
        with pytest.raises(NotFound):
            counted_events.readable(session, stranger, event_id=event.id)
        with pytest.raises(NotFound):
            counted_events.strike(session, stranger, event_id=event.id, version=1, reason="不对", now=NOW)
    with pytest.raises(NotFound):
        enter(session, target, units[0], "2026-03-02", actor=other)
    with pytest.raises(NotFound):
        quota_events.target_page(session, contact_of(units[2]), target_id=target.id, today=TODAY)
    assert counted_events.readable(session, OFFICE, event_id=event.id) is event


def test_who_does_not_owe_it_enters_nothing(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=units[:1]))

    with pytest.raises(NotFound):
        enter(session, target, units[2], "2026-03-01")


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        (EventFacts(date(2026, 9, 25), "明天的"), counted_events.NotYetHeld),
        (EventFacts(TODAY, "  "), counted_events.TitleNeeded),
        (EventFacts(TODAY, "访谈", Proof("www.qingxi.gov.cn")), NoWebAddress),
        (EventFacts(date(2026, 3, 1), "换个名字", Proof(f" {LINK}#top ")), counted_events.AlreadyEntered),
        (EventFacts(date(2026, 3, 2), "没有佐证的"), counted_events.AlreadyEntered),
    ],
    ids=["tomorrow", "no name", "no address", "the same day and page", "the same day and name without evidence"],
)
def test_what_cannot_be_entered(
    session: Session, plan: Plan, units: tuple[Unit, ...], facts: EventFacts, error: type[Exception]
) -> None:
    target = make_target(session, make_task(session, plan, units=units[:1]))
    enter(session, target, units[0], "2026-03-01")
    enter(session, target, units[0], "2026-03-02", "", title="没有佐证的")

    with pytest.raises(error):
        counted_events.enter(
            session, OFFICE, target_id=target.id, unit_id=units[0].id, facts=facts, files=MemoryFiles(), now=NOW
        )


def test_an_event_is_corrected_and_struck_out_with_a_trace(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    target = make_target(session, make_task(session, plan, units=units[:1]))
    event = enter(session, target, units[0], "2026-03-01", "", file=(b"%PDF-photo", "照片.pdf"))
    wanted = EventFacts(date(2026, 3, 3), "改过的", Proof(LINK))

    counted_events.change(session, OFFICE, event_id=event.id, version=1, facts=wanted, files=MemoryFiles(), now=NOW)
    with pytest.raises(VersionConflict):
        counted_events.strike(session, OFFICE, event_id=event.id, version=1, reason="不是访谈", now=NOW)
    with pytest.raises(counted_events.StrikeReasonNeeded):
        counted_events.strike(session, OFFICE, event_id=event.id, version=event.version, reason=" ", now=NOW)
    counted_events.strike(session, OFFICE, event_id=event.id, version=event.version, reason="不是访谈", now=NOW)

    assert (event.held_on, event.file_name, event.evidence_url) == (date(2026, 3, 3), "照片.pdf", LINK)
    page = quota_events.target_page(session, contact_of(units[0]), target_id=target.id, today=TODAY)
    assert ([entry.why_not for entry in page.struck], page.counted) == (["不是访谈"], ())
    assert [each.action for each in audit.history(session, "counted_event", event.id)] == [
        "counted_event:strike", "counted_event:change", "counted_event:enter",
    ]  # fmt: skip
    acts: list[Callable[[], object]] = [
        lambda: counted_events.strike(session, OFFICE, event_id=event.id, version=event.version, reason="再划", now=NOW),
        lambda: counted_events.change(
            session, OFFICE, event_id=event.id, version=event.version, facts=wanted, files=MemoryFiles(), now=NOW
        ),
    ]
    for act in acts:
        with pytest.raises(counted_events.AlreadyStruck):
            act()
    assert enter(session, target, units[0], "2026-03-03") is not None, "what is struck out can be entered anew"


def test_the_office_says_who_owes_an_open_quota(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    county = make_class(session, "县(市、区)", units[:2])
    target = make_target(session, make_task(session, plan, units=[units[2]]), scope="open", printed="有关县区", settled=False)
    assert "“有关县区”" in of(session)[0].doubt

    counted_events.settle(
        session, OFFICE, target_id=target.id, version=1, scope=Scope.CLASS, class_id=county.id, now=NOW
    )
    session.expire_all()

    [found] = of(session)
    assert (found.doubt, [unit.name for unit in found.units]) == ("", ["清河县政府", "白塔县政府"])
    with pytest.raises(VersionConflict):
        counted_events.settle(session, OFFICE, target_id=target.id, version=1, scope=Scope.EACH, now=NOW)
    counted_events.settle(session, OFFICE, target_id=target.id, version=2, scope=Scope.EACH, now=NOW)
    assert (target.scope, target.unit_class_id) == ("each", None)
    with pytest.raises(NotFound):
        counted_events.settle(session, OFFICE, target_id=target.id, version=3, scope=Scope.CLASS, class_id=999, now=NOW)


def test_what_a_later_edition_no_longer_asks_for_takes_no_more_events(
    session: Session, plan: Plan, units: tuple[Unit, ...]
) -> None:
    target = make_target(session, make_task(session, plan, units=units[:1]))
    enter(session, target, units[0], "2026-03-01")
    target.ended_at = NOW
    session.flush()

    with pytest.raises(counted_events.TargetEnded):
        enter(session, target, units[0], "2026-03-02")
    page = quota_events.target_page(session, OFFICE, target_id=target.id, today=TODAY)
    assert (of(session), len(page.counted), page.may_enter) == ((), 1, ())


def test_the_look_back_names_a_quota_that_was_not_met(session: Session, plan: Plan, units: tuple[Unit, ...]) -> None:
    task = make_task(session, plan, units=units[:2])
    target = make_target(session, task, minimum=1, period="P6M")
    for day in ("2026-02-01", "2026-02-02", "2026-08-01"):
        enter(session, target, units[0], day, f"{LINK}?{day}")
    december = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)

    look_back = reviewing.start(session, OFFICE, plan_id=plan.id, now=december)

    [verdict] = look_back.verdicts
    assert ("次数指标没有达到" in str(verdict.contradictions), "应有4，现有2" in str(verdict.contradictions)) == (True, True)


@pytest.mark.parametrize(
    ("notation", "spans"),
    [
        ("range:2026-09-01/2026-11-30", [("第3季度", "2026-09-01", "2026-09-30"), ("第4季度", "2026-10-01", "2026-11-30")]),
        ("range:2026-09-01/open", [("第3季度", "2026-09-01", "2026-09-30"), ("第4季度", "2026-10-01", "2026-12-31")]),
        ("range:2027-01-01/open", [("第1季度", "2026-01-01", "2026-03-31")]),
        ("date:2026-11-30", [("第1季度", "2026-01-01", "2026-03-31")]),
    ],
    ids=["from a day to another", "from a day on", "beyond the year: as without", "a day is no time of work"],
)
def test_work_from_a_day_on_owes_no_span_before_it(
    session: Session, plan: Plan, units: tuple[Unit, ...], notation: str, spans: list[tuple[str, str, str]]
) -> None:
    task = make_task(session, plan, units=[units[0]], notation=notation)
    make_target(session, task, minimum=1, period="P3M")

    [found] = of(session)

    shown = [(each.label, f"{each.quota.starts_on}", f"{each.quota.ends_on}") for each in found.spans]
    assert shown[: len(spans)] == spans
    assert len(shown) == (4 if spans[0][0] == "第1季度" else len(spans))
