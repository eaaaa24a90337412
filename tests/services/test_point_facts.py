"""What is a fact that points are given for, and what is none: each kind from the rows that people's acts leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.support import counting
from tracker.adapters import work_calendar
from tracker.domain.points import Fact, FactKind
from tracker.services import point_facts, settings
from tracker.store.tables import (
    EventClock,
    Experience,
    ExperienceVersion,
    LookBack,
    Plan,
    Rectification,
    SupervisionOrder,
    Task,
    Unit,
    Verdict,
)

NOW, TODAY = factories.NOW, factories.TODAY
K = FactKind
LINK = "https://www.qingxi.gov.cn/1.html"


@dataclass(frozen=True)
class City:
    plan: Plan
    unit: Unit
    other: Unit


@pytest.fixture
def city(session: Session) -> City:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan = factories.make_plan(session)
    plan.confirmed_at = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
    return City(plan, factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委"))


def told(session: Session, *, year: int = 2026, today: date = TODAY) -> list[tuple[FactKind, int, date]]:
    session.flush()
    session.expire_all()
    return [(fact.kind, fact.unit_id, fact.on) for fact in found(session, year=year, today=today)]


def found(session: Session, *, year: int = 2026, today: date = TODAY) -> list[Fact]:
    """Each fact has a key of its own, words, and a place or evidence."""
    facts = point_facts.of_year(session, year, today=today)
    keys = [(fact.unit_id, fact.key) for fact in facts]
    assert len(keys) == len(set(keys))
    assert all(fact.words and fact.place.startswith("/") for fact in facts)
    return [fact for fact in facts if fact.kind not in {K.RETURN_ON_TIME, K.EVENT_COUNTED}]


@pytest.mark.parametrize(
    ("state", "late", "kinds"),
    [
        ("missed", False, [K.RETURN_MISSED]),
        ("submitted", True, [K.RETURN_LATE]),
        ("accepted", True, [K.RETURN_LATE]),
        ("submitted", False, []),
        ("accepted", False, []),
        ("open", False, []),
        ("waived", False, []),
    ],
)
def test_a_return_is_missed_or_late_or_nothing(
    session: Session, city: City, state: str, *, late: bool, kinds: list[FactKind]
) -> None:
    period = factories.make_period(
        session, factories.make_cadence(session, city.plan), "2026-W38", state="closed"
    )
    handed_in = NOW if state in {"submitted", "accepted"} else None
    factories.make_obligation(session, period, city.unit, state=state, late=late, submitted_at=handed_in)

    facts = found(session)

    assert [fact.kind for fact in facts] == kinds
    assert all(fact.about == "weekly" and fact.unit_id == city.unit.id for fact in facts)


def test_a_return_that_was_sent_back_stays_so_when_it_comes_again(session: Session, city: City) -> None:
    period = factories.make_period(session, factories.make_cadence(session, city.plan))
    owed = factories.make_obligation(session, period, city.unit, state="submitted", submitted_at=NOW)
    first = factories.make_return(session, owed, state="returned")
    first.decided_at, first.decision_reason = NOW, "没有写下周计划"
    factories.make_return(session, owed, state="submitted")

    (fact,) = found(session)

    assert (fact.kind, fact.on) == (K.RETURN_SENT_BACK, TODAY)
    assert "没有写下周计划" in fact.words


def late_task(session: Session, city: City, due: date = date(2026, 9, 1)) -> Task:
    return factories.make_task(
        session, city.plan, "清理文件", units=[(city.unit, "lead"), (city.other, "support")], due=due
    )


def test_a_task_past_its_day_is_its_leads_delay_and_not_its_helpers(session: Session, city: City) -> None:
    late_task(session, city)

    assert told(session) == [(K.TASK_OVERDUE, city.unit.id, date(2026, 9, 2))]
    assert told(session, today=date(2026, 9, 1)) == [], "the day itself is on time"


DONE: dict[str, Callable[[Task, datetime], None]] = {
    "the unit says done": lambda task, at: setattr(task.assignments[0], "done_at", at),
    "the part is signed off": lambda task, at: setattr(task.assignments[0], "signed_off_at", at),
    "the stage is ticked off": lambda task, at: setattr(task.checkpoints[0], "closed_at", at),
}

DONE_WORDS = ("才报告完成", "才完成", "才完成")


@pytest.mark.parametrize("done", DONE.values(), ids=DONE.keys())
@pytest.mark.parametrize(("day", "late"), [(1, False), (2, True)])
def test_what_was_done_in_time_is_no_delay_and_what_was_done_late_stays_one(
    session: Session, city: City, done: Callable[[Task, datetime], None], day: int, *, late: bool
) -> None:
    task = late_task(session, city)
    done(task, datetime.fromisoformat(f"2026-09-0{day}T23:30:00+08:00"))

    assert (K.TASK_OVERDUE in {kind for kind, *_ in told(session)}) is late


@pytest.mark.parametrize(("done", "words"), list(zip(DONE.values(), DONE_WORDS, strict=True)))
def test_what_was_done_late_is_told_as_reported_until_somebody_else_says_so(
    session: Session, city: City, done: Callable[[Task, datetime], None], words: str
) -> None:
    done(late_task(session, city), datetime.fromisoformat("2026-09-05T10:00:00+08:00"))

    (late,) = [fact for fact in found(session) if fact.kind is K.TASK_OVERDUE]

    assert late.words == f"“清理文件”2026年9月1日到期，2026年9月5日{words}"
    assert late.task_id is not None


def test_a_day_that_was_moved_is_another_fact(session: Session, city: City) -> None:
    task = late_task(session, city)
    before = {fact.key for fact in found(session)}
    task.checkpoints[0].first_due_on, task.checkpoints[0].due_on = date(2026, 9, 1), date(2026, 9, 10)
    session.flush()

    after = {fact.key for fact in found(session)}

    assert len(before) == len(after) == 1
    assert before.isdisjoint(after)


def test_neither_a_cancelled_task_nor_a_day_before_the_plan_is_a_delay(session: Session, city: City) -> None:
    late_task(session, city).state = "cancelled"
    late_task(session, city, due=date(2026, 1, 4))

    assert told(session) == []


def test_done_without_evidence_ends_with_the_evidence(session: Session, city: City) -> None:
    task = factories.make_task(
        session, city.plan, units=[city.unit], due=date(2026, 12, 1), statuses={city.unit.id: "done"}
    )
    task.assignments[0].done_at = NOW
    assert told(session) == [(K.DONE_BARE, city.unit.id, TODAY)]

    counting.enter(session, counting.make_target(session, task), city.unit, "2026-03-01")

    assert told(session) == [], "an event of its quota proves it too"


def test_a_quota_that_ended_with_too_few_and_what_goes_beyond_it(session: Session, city: City) -> None:
    task = factories.make_task(session, city.plan, units=[city.unit, city.other], due=date(2026, 12, 31))
    target = counting.make_target(session, task, minimum=1, period="P6M")
    for number in (1, 2):
        counting.enter(
            session, target, city.unit, f"2026-0{number}-10", f"https://www.qingxi.gov.cn/{number}"
        )

    facts = found(session)

    assert [(fact.kind, fact.unit_id, fact.on) for fact in facts] == [
        (K.QUOTA_UNMET, city.other.id, date(2026, 7, 1)),
        (K.QUOTA_SURPLUS, city.unit.id, date(2026, 2, 10)),
    ]
    assert [fact.about for fact in facts] == ["P6M", "P6M"]
    assert facts[1].evidence == "https://www.qingxi.gov.cn/2"


@pytest.mark.parametrize(("closed", "kinds"), [(None, 1), (date(2026, 8, 31), 1), (date(2026, 6, 1), 0)])
def test_a_clock_that_ran_out(session: Session, city: City, closed: date | None, kinds: int) -> None:
    session.add(
        EventClock(
            plan_id=city.plan.id, unit_id=city.unit.id, rule_key="publish", rule_name="主动公开", rule_event="形成",
            count=20, day_unit="workdays", title="招生办法", started_on=date(2026, 5, 11), made_at=NOW, closed_on=closed,
        )
    )  # fmt: skip

    facts = told(session)

    assert facts == [(K.CLOCK_OVERDUE, city.unit.id, date(2026, 6, 9))] * kinds


def article(session: Session, city: City, **facts: object) -> Experience:
    row = Experience(plan_id=city.plan.id, unit_id=city.unit.id, number=1, created_at=NOW, **facts)
    session.add(row)
    session.flush()
    session.add(ExperienceVersion(experience_id=row.id, number=1, title="一件事一次办", saved_at=NOW))
    session.flush()
    return row


def test_an_adopted_article_is_a_fact_once_it_is_shown(session: Session, city: City) -> None:
    row = article(session, city, state="adopted", adopted_at=NOW)
    assert told(session) == []

    row.state, row.shown_on, row.shown_url = "shown", date(2026, 9, 20), LINK

    (fact,) = found(session)
    assert (fact.kind, fact.evidence, fact.on) == (K.EXPERIENCE_SHOWN, LINK, date(2026, 9, 20))


@pytest.mark.parametrize(
    ("words", "shown", "link"),
    [(LINK, "", LINK), ("省简报第3期", LINK, LINK), ("省简报第3期", "", "")],
)
def test_what_the_province_took_up_is_proved_by_a_link(
    session: Session, city: City, words: str, shown: str, link: str
) -> None:
    day = date(2026, 9, 20)
    article(
        session, city, state="taken_up", shown_url=shown, shown_on=day if shown else None, sent_up_on=day,
        taken_up_on=day, taken_up_words=words,
    )  # fmt: skip

    (fact,) = [fact for fact in found(session) if fact.kind is K.EXPERIENCE_TAKEN_UP]

    assert fact.evidence == link


def test_an_order_is_a_fact_unless_it_was_withdrawn(session: Session, city: City) -> None:
    order = SupervisionOrder(
        year=2026, number=1, colour="red", plan_id=city.plan.id, unit_id=city.unit.id, unit_name="市司法局",
        asked="请办结。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
    )  # fmt: skip
    session.add(order)
    assert told(session) == [(K.ORDER_ISSUED, city.unit.id, TODAY)]

    order.state, order.settled_at = "withdrawn", NOW

    assert told(session) == []


@pytest.mark.parametrize(
    ("closed", "late"), [(None, True), (date(2026, 8, 31), False), (date(2026, 9, 2), True)]
)
def test_a_rectification_past_its_day(
    session: Session, city: City, closed: date | None, *, late: bool
) -> None:
    last_year = factories.make_plan(session, year=2025)
    task = factories.make_task(session, last_year, units=[city.unit])
    look_back = LookBack(plan_id=last_year.id, started_at=NOW, state="final")
    session.add(look_back)
    session.flush()
    verdict = Verdict(look_back_id=look_back.id, task_id=task.id, proposed="unfinished")
    session.add(verdict)
    session.flush()
    at = datetime.combine(closed, datetime.min.time(), NOW.tzinfo) if closed else None
    session.add(
        Rectification(
            verdict_id=verdict.id, task_id=task.id, year=2026, title="补齐目录", lead_unit_id=city.unit.id,
            due_on=date(2026, 8, 31), state="closed" if closed else "open", created_at=NOW, closed_at=at,
        )
    )  # fmt: skip

    assert told(session) == ([(K.RECTIFICATION_LATE, city.unit.id, date(2026, 9, 1))] if late else [])


def test_the_facts_of_another_year_are_no_business_of_this_one(session: Session, city: City) -> None:
    late_task(session, city)

    assert told(session, year=2025, today=TODAY + timedelta(days=90)) == []
