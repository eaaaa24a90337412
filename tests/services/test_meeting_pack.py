"""The pack: each figure is the length of the list that its page shows, and the order is that of need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.services import meeting_city as town
from tests.services.meeting_city import AFTER, HELD_ON, NOW, TODAY, City
from tests.support import counting
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.clock import PUBLISH
from tracker.domain.meeting_need import NeedFact, need
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import OPEN_STATES
from tracker.services import (
    clock_acts,
    instructions,
    ledger,
    meeting_pack,
    meeting_pages,
    requesting,
    settings,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.instructions import Leader
from tracker.services.meeting_pack import UnitPack
from tracker.services.requesting import Asked
from tracker.store.queries import ledger as task_queries
from tracker.store.queries import reporting, requests
from tracker.store.queries.ledger import LedgerFilter
from tracker.store.queries.reporting import ObligationFilter, Slice
from tracker.store.queries.requests import RequestFilter
from tracker.store.tables import Meeting, Unit


@pytest.fixture
def city(session: Session) -> City:
    return town.built(session)


@pytest.fixture
def busy(session: Session, city: City) -> City:
    """市司法局 has something of nearly everything, 市卫健委 next to nothing."""
    both = [city.justice, city.health]
    late = factories.make_task(session, city.plan, "清理文件", units=both, due=TODAY - timedelta(days=3))
    factories.make_task(session, city.plan, "编目录", units=[city.justice], due=TODAY - timedelta(days=1))
    factories.make_task(session, city.plan, "办培训", units=[city.justice], due=TODAY + timedelta(days=3))
    part = next(each for each in late.assignments if each.unit_id == city.justice.id)
    part.problem = "接口没有开放"
    next(each for each in late.assignments if each.unit_id == city.health.id).problem = "无。"
    weekly = factories.make_cadence(session, city.plan)
    for key, state in (("2026-W36", "missed"), ("2026-W37", "accepted"), ("2026-W38", "accepted")):
        period = factories.make_period(session, weekly, key, state="closed")
        factories.make_obligation(session, period, city.justice, state=state, late=key.endswith("37"))
    instruction = instructions.write(
        session,
        city.office,
        plan_id=city.plan.id,
        task_id=None,
        words="请抓紧",
        leader=Leader(None, "周市长"),
        now=NOW,
    )
    instructions.assign(
        session, city.office, instruction_id=instruction.id, version=instruction.version, unit_id=city.justice.id,
        due_on=TODAY, now=NOW,
    )  # fmt: skip
    asked = Asked(RequestKind.OBJECTION, reason="职责已划转", wanted_unit="市大数据局")
    requesting.ask(session, city.contact(city.justice), task_id=late.id, asked=asked, now=NOW)
    return city


def packs(session: Session, city: City, meeting: Meeting) -> dict[int, UnitPack]:
    return {pack.unit.id: pack for pack in meeting_pack.agenda(session, city.office, meeting, now=AFTER)}


def test_who_needs_it_most_is_talked_about_first_and_the_agenda_says_why(
    session: Session, busy: City
) -> None:
    meeting = town.called(session, busy)
    town.tell(session, busy, busy.justice, request="请开放接口")
    first, second = meeting_pack.agenda(session, busy.office, meeting, now=AFTER)
    assert [first.unit.id, second.unit.id] == list(busy.both)
    assert first.facts == {
        NeedFact.LATE_DECISION: 0, NeedFact.LATE_CLOCK: 0, NeedFact.LATE_INSTRUCTION: 1, NeedFact.OVERDUE: 2,
        NeedFact.MISSED: 1, NeedFact.NEAR_CLOCK: 0, NeedFact.BEHIND: 0, NeedFact.PROBLEM: 1,
        NeedFact.COORDINATE: 1, NeedFact.DECISION: 0, NeedFact.INSTRUCTION: 0, NeedFact.REQUEST: 1,
        NeedFact.LATE_RETURN: 1, NeedFact.SOON: 1,
    }  # fmt: skip
    assert first.need == need(busy.justice.id, first.facts)
    assert first.asks_for == "请开放接口"
    assert second.need.reasons == ("逾期任务1项",), "无 is no problem"


def test_clocks_and_quotas_of_the_plan_come_before_its_meeting_and_no_others(
    session: Session, city: City
) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    own, other = (
        factories.make_task(session, plan, "公开年报", units=[city.justice], due=TODAY + timedelta(days=90))
        for plan in (city.plan, factories.make_plan(session, "另一个要点"))
    )
    # 20 workdays after 形成: on the day of the meeting the first has run out, the second soon will.
    for title, task, days in (
        ("过了的", own, 60), ("快到的", own, 24), ("没有任务的", None, 60), ("还早的", own, 2), ("别的要点的", other, 60),
    ):  # fmt: skip
        facts = ClockFacts(
            PUBLISH.key, city.justice.id, title, TODAY - timedelta(days=days), task_id=task.id if task else None
        )
        clock_acts.start(session, city.office, facts=facts, now=NOW)
    for task in (own, other):
        counting.make_target(session, task, minimum=12)
    meeting = town.called(session, city)

    pack = packs(session, city, meeting)[city.justice.id]

    assert {each.row.title for each in pack.clocks} == {"过了的", "快到的", "没有任务的"}
    assert [lag.target.row.task_id for lag in pack.behind] == [own.id]
    counted = {fact: pack.facts[fact] for fact in (NeedFact.LATE_CLOCK, NeedFact.NEAR_CLOCK, NeedFact.BEHIND)}
    assert counted == {NeedFact.LATE_CLOCK: 2, NeedFact.NEAR_CLOCK: 1, NeedFact.BEHIND: 1}


def test_what_a_meeting_has_agreed_on_counts_until_its_day_and_more_after_it(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    late = AFTER + timedelta(days=40)
    meeting = town.called(session, city, free=True, starts_at=late)
    facts = [meeting_pack.of_unit(session, city.office, meeting, city.justice, now=now).facts for now in (AFTER, late)]

    assert [(each[NeedFact.LATE_DECISION], each[NeedFact.DECISION]) for each in facts] == [(0, 1), (1, 0)]
    assert row.state == "open"


def test_each_figure_is_the_length_of_the_list_it_opens(session: Session, busy: City) -> None:
    meeting = town.called(session, busy)
    today = HELD_ON
    days = ledger.light_days(session, today)
    for unit_id, pack in packs(session, busy, meeting).items():
        one: dict[str, Any] = {"plan_id": busy.plan.id, "unit_id": unit_id}
        overdue = LedgerFilter(**one, overdue=True)
        soon = LedgerFilter(**one, due_from=today, due_to=days.soon_until, states=OPEN_STATES)
        counted = task_queries.counts(session, [overdue, soon], days, busy.office)
        assert (len(pack.overdue), len(pack.soon)) == tuple(counted)
        waiting = RequestFilter(state=RequestState.WAITING, **one)
        assert len(pack.requests) == requests.count(session, waiting)
        window = meeting_pack.window(session, meeting, today=today)
        for part in (Slice.DUE, Slice.ON_TIME, Slice.LATE, Slice.MISSED):
            wanted = ObligationFilter(**one, part=part, due_from=window.first, due_to=window.last)
            assert pack.since.of(part) == len(reporting.list_obligations(session, wanted))


def test_what_happened_since_means_since_the_last_meeting(session: Session, busy: City) -> None:
    town.agreed(session, busy)
    weekly = reporting.progress_cadence(session, busy.plan.id)
    assert weekly is not None
    for key in ("2026-W41", "2026-W42"):
        period = factories.make_period(session, weekly, key, state="closed")
        factories.make_obligation(session, period, busy.justice, state="missed")
    meeting = town.called(session, busy, free=True, starts_at=town.STARTS + timedelta(days=30))
    later = AFTER + timedelta(days=30)
    [pack] = [
        each
        for each in meeting_pack.agenda(session, busy.office, meeting, now=later)
        if each.unit.id == busy.justice.id
    ]
    assert pack.since.missed == 2
    assert [row.words for row in pack.decisions] == ["开放数据接口"]
    assert pack.facts[NeedFact.LATE_DECISION] == 1


def test_a_unit_reads_its_own_page_with_the_same_figures(session: Session, busy: City) -> None:
    meeting = town.called(session, busy)
    whole = packs(session, busy, meeting)

    def own(actor: Actor, unit: Unit) -> UnitPack:
        return meeting_pages.unit_page(
            session, actor, meeting_id=meeting.id, unit_id=unit.id, now=AFTER, today=HELD_ON
        ).pack

    for unit in (busy.justice, busy.health):
        assert own(busy.contact(unit), unit).facts == whole[unit.id].facts == own(busy.office, unit).facts


@pytest.mark.parametrize("text", ["", " ", "无", "无。", "暂无", "没有."])
def test_a_field_filled_with_nothing_says_nothing(text: str) -> None:
    assert meeting_pack.says_nothing(text)
    assert not meeting_pack.says_nothing("没有经费")
