"""Instructions: a leader's words become an item, the unit answers once, the office closes; each act one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tracker.domain import answering
from tracker.domain import instruction as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import auditing, instruction_pages, instructions
from tracker.services.instruction_pages import InstructionFilter, InstructionPart
from tracker.services.instructions import Leader
from tracker.store.tables import AuditEvent, Instruction, Plan, Task, Unit

NOW, TODAY = factories.NOW, factories.TODAY
FRIDAY = TODAY + timedelta(days=8)
WORDS = "请司法局抓紧办理，月底前报结果。"


@dataclass(frozen=True)
class City:
    plan: Plan
    task: Task
    justice: Unit
    health: Unit
    leader: Actor
    office: Actor

    def contact(self, unit: Unit) -> Actor:
        return Actor(None, f"{unit.name}联系人", "unit", unit.id)


@pytest.fixture
def city(session: Session) -> City:
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    plan = factories.make_plan(session)
    task = factories.make_task(session, plan, "清理规范性文件", units=[justice], due=TODAY)
    leader, office = factories.make_account(session, "leader"), factories.make_account(session)
    return City(
        plan, task, justice, health,
        Actor(leader.id, "周市长", "leader"), Actor(office.id, "陈雨", "office"),
    )  # fmt: skip


def written(session: Session, city: City, *, now: datetime = NOW) -> Instruction:
    return instructions.write(
        session, city.leader, plan_id=None, task_id=city.task.id, words=f" {WORDS}\n", now=now
    )


def assigned(session: Session, city: City) -> Instruction:
    row = written(session, city)
    return instructions.assign(
        session, city.office, instruction_id=row.id, version=row.version, unit_id=city.justice.id,
        due_on=FRIDAY, asked="附上清单", now=NOW,
    )  # fmt: skip


def answered(session: Session, city: City) -> Instruction:
    row = assigned(session, city)
    return instructions.answer(
        session, city.contact(city.justice), instruction_id=row.id, version=row.version,
        words="已清理132件", evidence_url="https://sfj.qingxi.example/qd", now=NOW,
    )  # fmt: skip


def told(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_from_the_leaders_words_to_the_end_each_act_is_one_event_of_the_task(session: Session, city: City) -> None:
    row = answered(session, city)
    instructions.close(session, city.office, instruction_id=row.id, version=row.version, now=NOW)

    assert (row.state, row.words, row.answer, row.closed_at) == ("closed", WORDS, "已清理132件", NOW)
    events = told(session)
    assert [event.action for event in events] == [
        "instruction:write", "instruction:assign", "instruction:answer", "instruction:close",
    ]  # fmt: skip
    assert [event.actor for event in events] == ["周市长", "陈雨", "市司法局联系人", "陈雨"]
    assert {(event.object_type, event.object_id) for event in events} == {("task", city.task.id)}
    assert [event.detail.get("state") for event in events] == [
        None, ["remark", "assigned"], ["assigned", "answered"], ["answered", "closed"],
    ]  # fmt: skip
    assert events[1].detail["unit"] == [None, "市司法局"]
    assert events[1].summary == "批示交市司法局办理，10月2日前回复：附上清单"
    page = instruction_pages.view(session, city.leader, instruction_id=row.id, today=TODAY)
    assert [event.id for event in page.events] == [event.id for event in reversed(events)]
    assert not page.steps
    assert auditing.first_broken(session) is None


def test_a_plan_has_words_too_and_the_office_writes_for_a_leader_it_names(session: Session, city: City) -> None:
    row = instructions.write(
        session, city.office, plan_id=city.plan.id, task_id=None, words="要点要落到人头。",
        leader=Leader(name="  孙副 市长 "), said_on=TODAY - timedelta(days=3), now=NOW,
    )  # fmt: skip
    known = instructions.write(
        session, city.office, plan_id=city.plan.id, task_id=None, words="要点要落到人头。",
        leader=Leader(account_id=city.leader.account_id), now=NOW,
    )  # fmt: skip

    assert (row.leader_id, row.leader_name, row.written_by_name) == (None, "孙副 市长", "陈雨")
    assert (known.leader_id, known.plan_id, known.task_id) == (city.leader.account_id, city.plan.id, None)
    assert [event.object_type for event in told(session)] == ["plan", "plan"]
    mine = instruction_pages.of_leader(session, city.leader, today=TODAY)
    assert mine is not None
    assert [line.row.id for line in mine.lines] == [known.id]


def test_the_same_words_twice_are_one_instruction_and_another_day_is_another(session: Session, city: City) -> None:
    first = written(session, city)
    again = written(session, city)
    later = written(session, city, now=NOW + timedelta(days=1))

    assert again.id == first.id != later.id
    assert len(told(session)) == 2


@pytest.mark.parametrize(
    ("leader", "said_on", "words", "error"),
    [
        (Leader(), None, WORDS, instructions.LeaderNeeded),
        (Leader(account_id=999_999), None, WORDS, NotFound),
        (Leader(name="孙副市长"), TODAY + timedelta(days=1), WORDS, instructions.LaterThanToday),
        (Leader(name="孙副市长"), None, " ", answering.WordsNeeded),
    ],
)
def test_what_cannot_be_written(
    session: Session, city: City, leader: Leader, said_on: date | None, words: str, error: type[RuleViolated]
) -> None:
    with pytest.raises(error):
        instructions.write(
            session, city.office, plan_id=city.plan.id, task_id=None, words=words, leader=leader,
            said_on=said_on, now=NOW,
        )  # fmt: skip
    assert not told(session)


@pytest.mark.parametrize("about", [{"plan_id": None, "task_id": None}, {"plan_id": 999_999, "task_id": None},
                                   {"plan_id": None, "task_id": 999_999}])  # fmt: skip
def test_words_about_nothing_find_nothing(session: Session, city: City, about: dict[str, int | None]) -> None:
    with pytest.raises(NotFound):
        instructions.write(
            session, city.leader, plan_id=about["plan_id"], task_id=about["task_id"], words=WORDS, now=NOW
        )


def test_a_remark_may_stay_one_with_a_reason_and_become_an_item_after_all(session: Session, city: City) -> None:
    row = written(session, city)
    instructions.keep(session, city.office, instruction_id=row.id, version=row.version, why="已在办", now=NOW)

    assert (row.state, row.kept_because) == ("kept", "已在办")
    instructions.assign(
        session, city.office, instruction_id=row.id, version=row.version, unit_id=city.health.id,
        due_on=TODAY, now=NOW,
    )  # fmt: skip
    assert (row.state, row.kept_because, row.unit_id) == ("assigned", "", city.health.id)


def test_an_item_goes_to_another_unit_with_a_reason_and_the_first_answer_stays_in_the_history(
    session: Session, city: City
) -> None:
    row = answered(session, city)
    instructions.move(
        session, city.office, instruction_id=row.id, version=row.version, unit_id=city.health.id,
        due_on=FRIDAY, why="属卫健部门职责", now=NOW,
    )  # fmt: skip

    assert (row.state, row.unit_id, row.answer) == ("assigned", city.health.id, "")
    last = told(session)[-1]
    assert last.detail["unit"] == ["市司法局", "市卫健委"]
    assert (last.detail["answer"], last.detail["why"]) == ("已清理132件", "属卫健部门职责")
    with pytest.raises(NotFound):
        instruction_pages.view(session, city.contact(city.justice), instruction_id=row.id, today=TODAY)
    with pytest.raises(instructions.NothingMoved):
        instructions.move(
            session, city.office, instruction_id=row.id, version=row.version, unit_id=city.health.id,
            due_on=FRIDAY, why="再改", now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "day", "error"),
    [("none", FRIDAY, instructions.UnitNeeded), ("justice", TODAY - timedelta(days=1), rules.DayIsOver)],
)
def test_an_item_needs_a_unit_and_a_day(
    session: Session, city: City, unit: str, day: date, error: type[RuleViolated]
) -> None:
    row = written(session, city)
    unit_id = city.justice.id if unit == "justice" else 999_999
    with pytest.raises(error):
        instructions.assign(
            session, city.office, instruction_id=row.id, version=row.version, unit_id=unit_id, due_on=day, now=NOW
        )


def test_another_unit_neither_sees_nor_answers_what_it_was_not_asked(session: Session, city: City) -> None:
    row = assigned(session, city)
    stranger = city.contact(city.health)

    def answering() -> None:
        instructions.answer(
            session, stranger, instruction_id=row.id, version=row.version, words="不是我们", now=NOW
        )

    def looking() -> None:
        instruction_pages.view(session, stranger, instruction_id=row.id, today=TODAY)

    for attempt in (answering, looking):
        with pytest.raises(NotFound):
            attempt()
    assert row.state == "assigned"
    assert not instruction_pages.for_unit(session, stranger, today=TODAY).total
    assert instruction_pages.for_unit(session, city.contact(city.justice), today=TODAY).total == 1


def test_a_unit_answers_once_and_whoever_decided_on_older_facts_hears_so(session: Session, city: City) -> None:
    row = assigned(session, city)
    seen = row.version
    contact = city.contact(city.justice)
    instructions.answer(session, contact, instruction_id=row.id, version=seen, words="办好了", now=NOW)

    with pytest.raises(rules.AlreadyAnswered):
        instructions.answer(session, contact, instruction_id=row.id, version=seen, words="再报", now=NOW)
    with pytest.raises(VersionConflict):
        instructions.close(session, city.office, instruction_id=row.id, version=seen, now=NOW)


def test_what_was_never_answered_is_closed_with_words_only(session: Session, city: City) -> None:
    row = assigned(session, city)

    with pytest.raises(answering.WordsNeeded):
        instructions.close(session, city.office, instruction_id=row.id, version=row.version, now=NOW)


def test_the_lists_show_who_has_to_do_something(session: Session, city: City) -> None:
    row = assigned(session, city)
    late = FRIDAY + timedelta(days=1)

    line = instruction_pages.for_desk(session, city.office, today=late).lines[0]
    assert (line.overdue, line.kind, line.word) == (True, "late", "逾期未回复")
    for actor, count in ((city.office, 1), (city.contact(city.justice), 1), (city.contact(city.health), 0)):
        assert len(instruction_pages.of_task(session, actor, task_id=city.task.id, today=TODAY)) == count
    assert instruction_pages.of_leader(session, city.office, today=TODAY) is None
    instructions.close(
        session, city.office, instruction_id=row.id, version=row.version, words="县里已直接办结", now=NOW
    )
    assert not instruction_pages.for_desk(session, city.office, today=late).total
    listing = instruction_pages.listing(session, city.leader, InstructionFilter(), page=9, today=late)
    assert (listing.total, listing.parts[InstructionPart.OPEN], listing.page) == (1, 0, 1)


def test_each_part_has_as_many_as_its_list(session: Session, city: City) -> None:
    assigned(session, city)
    written(session, city, now=NOW + timedelta(days=1))

    for today, expected in ((TODAY, (2, 1, 1, 0)), (FRIDAY + timedelta(days=1), (2, 1, 1, 1))):
        found = instruction_pages.listing(session, city.office, InstructionFilter(), page=1, today=today)
        assert tuple(found.parts[part] for part in InstructionPart) == expected
        for part, number in found.parts.items():
            wanted = InstructionFilter(part, city.task.plan_id)
            assert len(instruction_pages.listing(session, city.office, wanted, page=1, today=today).lines) == number
    elsewhere = InstructionFilter(plan_id=city.task.plan_id + 1)
    assert not instruction_pages.listing(session, city.office, elsewhere, page=1, today=TODAY).total


def test_hundreds_of_instructions_are_listed_open_first_then_by_day(session: Session, city: City) -> None:
    def row(day: int) -> Instruction:
        made = written(session, city, now=NOW + timedelta(days=day))
        if day % 3:
            instructions.assign(
                session, city.office, instruction_id=made.id, version=made.version, unit_id=city.justice.id,
                due_on=TODAY + timedelta(days=60 - day), now=NOW,
            )  # fmt: skip
        return made

    for day in range(9):
        row(day)

    wanted = InstructionFilter(InstructionPart.OPEN)
    lines = instruction_pages.listing(session, city.office, wanted, page=1, today=TODAY).lines
    days = [line.row.due_on for line in lines]
    assert days[:3] == [None] * 3
    assert days[3:] == sorted(day for day in days if day)
    assert session.scalar(select(func.count()).select_from(Instruction)) == 9
