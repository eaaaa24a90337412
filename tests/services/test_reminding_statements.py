"""Planning reminders asks the database as often for much as for little, whatever is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_account, make_obligation, make_plan, make_task, make_unit
from tests.factories import make_cadence as a_cadence
from tests.factories import make_period as a_period
from tests.services import meeting_city as town
from tests.support.counting import make_target
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.clock import PUBLISH
from tracker.domain.notices import NoticeKind
from tracker.domain.request import RequestKind
from tracker.services import (
    claiming,
    clock_acts,
    handovers,
    instructions,
    meetings,
    reminding,
    requesting,
    settings,
    wanted_facts,
)
from tracker.services.calendars import load as load_calendar
from tracker.services.clock_acts import ClockFacts
from tracker.services.meetings import Arrangement
from tracker.services.reminder_policies import load as load_policies
from tracker.services.requesting import Asked
from tracker.store.tables import MeetingDecision, SupervisionMatter, SupervisionOrder

OFFICE = Actor(account_id=None, name="陈雨", role="office")
MOST = 50
"""What a whole planning may say to the database."""


def more(session: Session, year: int) -> None:
    """One more unit and plan, with one more of everything that can be wanted."""
    unit, plan = make_unit(session), make_plan(session)
    contact, other = (make_account(session, "unit", unit=unit, email="a@qingxi.example") for _ in range(2))
    acting = Actor(contact.id, contact.display_name, "unit", unit.id)
    task = make_task(session, plan, units=[unit], due=TODAY + timedelta(days=3))
    make_task(session, plan, units=[unit]).qualifier = "按职责分工负责"
    make_obligation(session, a_period(session, a_cadence(session, plan)), unit)
    claiming.open_missing(session, plan.id, now=NOW)
    make_target(session, task)
    facts = ClockFacts(PUBLISH.key, unit.id, "招生办法", date(2026, 9, 1))
    clock_acts.start(session, acting, facts=facts, now=NOW)
    asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=date(2027, 1, 31))
    requesting.ask(session, acting, task_id=task.id, asked=asked, now=NOW)
    leader = Actor(make_account(session, "leader").id, "王市长", "leader")
    row = instructions.write(session, leader, plan_id=None, task_id=task.id, words="请抓紧。", now=NOW)
    instructions.assign(
        session, OFFICE, instruction_id=row.id, version=row.version, unit_id=unit.id, due_on=TODAY, asked="",
        now=NOW,
    )  # fmt: skip
    handovers.report(session, acting, account_id=other.id, changed_on=TODAY, why="", now=NOW)
    wanted = Arrangement("例会", town.STARTS, "三楼", town.ROLES, (unit.id,))
    meeting = meetings.call(session, OFFICE, plan_id=plan.id, period_id=None, wanted=wanted, now=NOW)
    session.add_all(
        [
            MeetingDecision(
                meeting_id=meeting.id, plan_id=plan.id, words="开放接口", unit_id=unit.id, due_on=TODAY, state="open",
            ),
            SupervisionOrder(
                year=year, number=1, colour="red", plan_id=plan.id, unit_id=unit.id, unit_name=unit.name,
                asked="请办结。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
                matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="任务", due_on=TODAY)],
            ),
        ]
    )  # fmt: skip
    session.flush()


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(text)

    bind = session.connection().engine
    event.listen(bind, "before_cursor_execute", listen)
    yield said
    event.remove(bind, "before_cursor_execute", listen)


def planned(session: Session) -> int:
    """How much one planning says to the database, that finds everything new to it."""
    session.flush()
    session.expunge_all()
    with statements(session) as said:
        reminding.plan(session, now=NOW)
    return len([each for each in said if "SAVEPOINT" not in each])


def test_planning_asks_as_often_for_eight_of_everything_as_for_two(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    make_account(session)
    for year in (2001, 2002):
        more(session, year)
    few = [planned(session), planned(session)]
    for year in range(2003, 2009):
        more(session, year)
    many = [planned(session), planned(session)]

    facts = wanted_facts.gather(session, load_policies(session), load_calendar(session), now=NOW)
    assert {duty.kind for duty in facts.duties} == {
        NoticeKind.CLOCK, NoticeKind.CLAIM, NoticeKind.DECISION, NoticeKind.INSTRUCTION, NoticeKind.SUPERVISION,
        NoticeKind.HANDOVER,
    }  # fmt: skip
    assert len(facts.duties) == 8 * 6
    assert [len(facts.requests), len(facts.meetings), len(facts.quotas), len(facts.checkpoints)] == [8] * 4
    assert all(eight <= two <= MOST for two, eight in zip(few, many, strict=True)), (few, many)
