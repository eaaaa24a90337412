"""A unit of whom one of everything is wanted that can be wanted, so that every reminder has something to say."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.services import meeting_city as town
from tests.support.counting import make_target
from tracker.domain.actor import Actor
from tracker.domain.clock import PUBLISH
from tracker.domain.request import RequestKind
from tracker.services import (
    claiming,
    clock_acts,
    handovers,
    instructions,
    meetings,
    requesting,
    statistic_kinds,
    statistic_sheets,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.meetings import Arrangement
from tracker.services.requesting import Asked
from tracker.store.tables import MeetingDecision, SupervisionMatter, SupervisionOrder

OFFICE = Actor(account_id=None, name="陈雨", role="office")


def one_of_everything(session: Session, number: int) -> None:
    """One more unit and plan; `number` is that of its supervision order."""
    unit, plan = make_unit(session), make_plan(session)
    contact, other = (make_account(session, "unit", unit=unit, email="a@qingxi.example") for _ in range(2))
    acting = Actor(contact.id, contact.display_name, "unit", unit.id)
    task = make_task(session, plan, units=[unit], due=TODAY + timedelta(days=3))
    make_task(session, plan, units=[unit]).qualifier = "按职责分工负责"
    make_obligation(session, make_period(session, make_cadence(session, plan)), unit)
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
                year=2026, number=number, colour="red", plan_id=plan.id, unit_id=unit.id, unit_name=unit.name,
                asked="请办结。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
                matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="任务", due_on=TODAY)],
            ),
        ]
    )  # fmt: skip
    session.flush()
    statistic_kinds.add_presets(session, OFFICE, now=NOW)
    statistic_sheets.open_year(
        session, OFFICE, year=TODAY.year, unit_ids=[unit.id], due_on=TODAY, today=TODAY, now=NOW
    )
