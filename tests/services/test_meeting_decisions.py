"""Decisions: the unit answers once, the office confirms; what is unresolved comes back; a task takes it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.services import meeting_city as town
from tests.services.meeting_city import AFTER, HELD_ON, LATER, STARTS, City
from tracker.domain import answering
from tracker.domain import decision as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.meeting import MinutesIncomplete
from tracker.services import attending, decisions, minutes
from tracker.services.decisions import Seen
from tracker.store.queries import decisions as queries
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.tables import Meeting, MeetingDecision

OCTOBER = STARTS + timedelta(days=30)
AFTER_OCTOBER = OCTOBER + timedelta(hours=3)
NOVEMBER = HELD_ON + timedelta(days=50)


@pytest.fixture
def city(session: Session) -> City:
    return town.built(session)


def seen(row: MeetingDecision) -> Seen:
    return Seen(row.id, row.version)


def report(session: Session, city: City, row: MeetingDecision) -> MeetingDecision:
    words, link = " 接口已开放 ", "https://www.qingxi.example/jk"
    return decisions.report(
        session, city.contact(city.justice), seen(row), words=words, evidence_url=link, now=AFTER
    )


def october(session: Session, city: City) -> Meeting:
    return town.called(session, city, free=True, starts_at=OCTOBER)


def hear(session: Session, city: City, meeting: Meeting, row: MeetingDecision) -> None:
    minutes.hear(
        session, city.office, meeting_id=meeting.id, decision_id=row.id, said="接口标准已定", version=row.version,
        unit_id=city.health.id, due_on=NOVEMBER, now=AFTER_OCTOBER,
    )  # fmt: skip


def test_a_decision_whose_button_was_pressed_twice_is_written_once(session: Session, city: City) -> None:
    meeting = october(session, city)
    wanted = minutes.Proposed("开放检索接口", city.health.id, NOVEMBER)
    another = minutes.Proposed("开放检索接口", city.justice.id, NOVEMBER)

    rows = [
        minutes.propose(session, city.office, meeting_id=meeting.id, wanted=each, now=AFTER)
        for each in (wanted, wanted, another)
    ]

    assert rows[0] is rows[1]
    assert [row.unit_id for row in queries.drafted(session, meeting.id)] == [city.health.id, city.justice.id]


def test_no_task_is_made_for_a_unit_that_is_there_no_more(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    city.justice.active = False

    with pytest.raises(decisions.UnitGone):
        decisions.transfer(session, city.office, seen(row), now=AFTER)

    assert (row.state, row.task_id) == ("open", None)


def test_from_the_minutes_to_the_end_each_act_is_one_event(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    assert (row.state, row.number) == ("open", 1)
    report(session, city, row)
    assert (row.state, row.report, row.reported_by_name) == ("reported", "接口已开放", "市司法局联系人")
    decisions.send_back(session, city.office, seen(row), why="请附说明", now=AFTER)
    assert (row.state, row.report, row.returned_because) == ("open", "", "请附说明")
    report(session, city, row)
    decisions.confirm(session, city.office, seen(row), now=AFTER)

    assert (row.state, row.settled_at, row.returned_because) == ("done", AFTER, "")
    acts = [event.action for event in town.told(session) if event.object_type == "decision"]
    steps = ("draft", "agree", "report", "send_back", "report", "confirm")
    assert acts == [f"decision:{step}" for step in steps]
    assert town.told(session, "decision:send_back")[0].detail["report"] == "接口已开放"


def test_a_unit_answers_once_and_only_for_itself(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    clerk = Actor(None, "从司法局借来的", "office", city.justice.id)
    for actor in (city.contact(city.health), city.office, clerk):
        with pytest.raises(NotFound):
            decisions.report(session, actor, seen(row), words="好", now=AFTER)
    report(session, city, row)
    with pytest.raises(rules.AlreadyReported):
        report(session, city, row)


ACTS: list[Callable[[Session, Actor, Seen], object]] = [
    lambda session, actor, seen: decisions.finish(session, actor, seen, words="已办", now=AFTER),
    lambda session, actor, seen: decisions.drop(session, actor, seen, why="不需要了", now=AFTER),
    lambda session, actor, seen: decisions.transfer(session, actor, seen, now=AFTER),
    lambda session, actor, seen: decisions.move(
        session, actor, seen, unit_id=0, due_on=LATER, why="换单位", now=AFTER
    ),
]


@pytest.mark.parametrize("act", ACTS, ids=["finish", "drop", "transfer", "move"])
def test_the_slower_of_two_is_told_and_what_was_reported_is_decided_first(
    session: Session, city: City, act: Callable[[Session, Actor, Seen], object]
) -> None:
    row = town.agreed(session, city)
    old = Seen(row.id, row.version - 1)
    with pytest.raises(VersionConflict):
        act(session, city.office, old)
    with pytest.raises(NotFound):
        act(session, city.office, Seen(10**6, 1))
    report(session, city, row)
    with pytest.raises(rules.OfficeHasToDecide):
        act(session, city.office, seen(row))


def test_the_office_ends_a_decision_with_words(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    with pytest.raises(answering.WordsNeeded):
        decisions.finish(session, city.office, seen(row), words=" ", now=AFTER)
    with pytest.raises(answering.WordsNeeded):
        decisions.drop(session, city.office, seen(row), why="", now=AFTER)
    decisions.drop(session, city.office, seen(row), why="并入上级平台", now=AFTER)
    assert (row.state, row.settling) == ("dropped", "并入上级平台")
    with pytest.raises(rules.AlreadySettled):
        decisions.finish(session, city.office, seen(row), words="已办", now=AFTER)


def test_between_two_meetings_unit_or_day_can_be_moved_with_a_reason(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    one = {"unit_id": city.justice.id, "due_on": LATER}
    with pytest.raises(decisions.NothingMoved):
        decisions.move(session, city.office, seen(row), **one, why="换", now=AFTER)  # type: ignore[arg-type]
    with pytest.raises(rules.DayIsOver):
        decisions.move(
            session, city.office, seen(row), unit_id=city.health.id, due_on=HELD_ON - timedelta(days=1), why="换",
            now=AFTER,
        )  # fmt: skip
    with pytest.raises(decisions.UnitNeeded):
        decisions.move(session, city.office, seen(row), unit_id=10**6, due_on=LATER, why="换", now=AFTER)
    decisions.move(session, city.office, seen(row), unit_id=city.health.id, due_on=LATER, why="换", now=AFTER)
    assert (row.state, row.unit_id) == ("open", city.health.id)
    assert queries.hearings(session, row.meeting_id)[0].unit_id == city.justice.id, "the minutes stay"


def test_nothing_is_given_to_a_unit_that_is_gone(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    city.health.active = False
    session.flush()
    for unit_id in (city.health.id, 10**6):
        with pytest.raises(decisions.UnitNeeded):
            decisions.move(session, city.office, seen(row), unit_id=unit_id, due_on=LATER, why="改由卫健", now=AFTER)
    assert row.unit_id == city.justice.id


@pytest.mark.parametrize(("words", "summary"), [("", "确认办结"), (" 接口可用 ", "确认办结：接口可用")])
def test_confirming_needs_no_words_and_keeps_those_there_are(
    session: Session, city: City, words: str, summary: str
) -> None:
    row = town.agreed(session, city)
    report(session, city, row)
    decisions.confirm(session, city.office, seen(row), words=words, now=AFTER)
    assert [event.summary for event in town.told(session, "decision:confirm")] == [summary]
    assert row.settling == words.strip()


def test_what_is_unresolved_comes_back_with_a_count_and_needs_a_new_day(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    meeting = october(session, city)
    attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER_OCTOBER)
    with pytest.raises(MinutesIncomplete, match="第2次上会“开放数据接口”的完成日期早于开会日期"):
        minutes.close(session, city.office, meeting_id=meeting.id, version=meeting.version, now=AFTER_OCTOBER)
    hear(session, city, meeting, row)
    assert (row.unit_id, row.due_on) == (city.justice.id, LATER), "it holds from closing on"
    town.close(session, city, meeting, now=AFTER_OCTOBER)

    session.refresh(row)
    assert (row.state, row.number, row.due_on, row.unit_id) == ("carried", 2, NOVEMBER, city.health.id)
    assert row.unit is not None
    assert row.unit.name == "市卫健委"
    stood = queries.hearings_of(session, row.id)
    assert [(each.number, each.outcome, each.due_on, each.said) for each in stood] == [
        (1, "open", LATER, ""),
        (2, "carried", NOVEMBER, "接口标准已定"),
    ]


def test_a_reported_decision_is_decided_before_the_minutes_close(session: Session, city: City) -> None:
    row = report(session, city, town.agreed(session, city))
    meeting = october(session, city)
    attending.all_present(session, city.office, meeting_id=meeting.id, now=AFTER_OCTOBER)
    with pytest.raises(MinutesIncomplete, match="单位已报完成，请先确认办结或退回"):
        minutes.close(session, city.office, meeting_id=meeting.id, version=meeting.version, now=AFTER_OCTOBER)
    with pytest.raises(rules.OfficeHasToDecide):
        hear(session, city, meeting, row)
    decisions.confirm(session, city.office, seen(row), now=AFTER_OCTOBER)
    town.close(session, city, meeting, now=AFTER_OCTOBER)
    assert queries.hearings(session, meeting.id) == []


def test_what_is_settled_after_its_turn_stands_in_the_minutes_as_settled(
    session: Session, city: City
) -> None:
    row = town.agreed(session, city)
    meeting = october(session, city)
    hear(session, city, meeting, row)
    decisions.finish(session, city.office, seen(row), words="当场办结", now=AFTER_OCTOBER)
    town.close(session, city, meeting, now=AFTER_OCTOBER)
    assert [(each.number, each.outcome) for each in queries.hearings(session, meeting.id)] == [(2, "done")]


def test_a_task_takes_it_over_with_its_unit_and_its_day(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    task = decisions.transfer(session, city.office, seen(row), now=AFTER)

    assert (row.state, row.task_id) == ("task", task.id)
    assert (task.title, task.section, task.next_due_on) == ("开放数据接口", decisions.SECTION, LATER)
    assert [(part.unit_id, part.role) for part in task.assignments] == [(city.justice.id, "lead")]
    assert [point.due_on for point in task.checkpoints] == [LATER]
    found = queries.of_task(session, task.id, city.contact(city.justice))
    assert found is row
    assert [event.action for event in town.told(session)[-2:]] == ["task:create", "decision:transfer"]
    another = town.propose(session, city, october(session, city), "再办一件")
    with pytest.raises(rules.NotAgreedYet):
        decisions.transfer(session, city.office, seen(another), now=AFTER)


def test_a_number_is_the_length_of_its_list(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    day_after = LATER + timedelta(days=1)

    def figures(**narrowed: int) -> dict[DecisionPart, int]:
        found = {}
        for part in DecisionPart:
            wanted = DecisionFilter(part, **narrowed)
            rows = queries.listed(session, city.office, wanted, today=day_after)
            found[part] = queries.count(session, city.office, wanted, today=day_after)
            assert len(rows) == found[part]
        return found

    part = DecisionPart
    assert figures() == {part.UNRESOLVED: 1, part.OVERDUE: 1, part.REPORTED: 0, part.SETTLED: 0}
    assert figures(unit_id=city.health.id)[part.UNRESOLVED] == 0
    report(session, city, row)
    assert figures(plan_id=city.plan.id) == {
        part.UNRESOLVED: 1,
        part.OVERDUE: 0,
        part.REPORTED: 1,
        part.SETTLED: 0,
    }


def test_a_decision_is_refused_with_a_sentence_when_the_link_is_none(session: Session, city: City) -> None:
    row = town.agreed(session, city)
    with pytest.raises(RuleViolated):
        decisions.report(
            session, city.contact(city.justice), seen(row), words="好", evidence_url="x", now=AFTER
        )
    assert row.state == "open"
