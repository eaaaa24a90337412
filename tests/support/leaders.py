"""A city as a leader meets it: units that lag, closed weeks with their frozen lights, matters that stay hard."""

from __future__ import annotations

from datetime import datetime, timedelta

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
from tracker.domain.actor import Actor
from tracker.services import instructions
from tracker.services.ledger import light_days
from tracker.store.queries import movements
from tracker.store.tables import Period, Plan, Task, TaskRequest, Unit

DAY = timedelta(days=1)
SECTIONS = tuple(f"{number}、{name}" for number, name in zip("一二三四五六", ("主动公开重点领域信息", "政策解读和回应关切", "依申请公开", "平台和政务新媒体建设", "基层政务公开标准化规范化", "组织保障和队伍建设"), strict=True))  # fmt: skip


def closed(session: Session, period: Period) -> Period:
    """The period keeps every light of its plan as it is now, with the sums."""
    movements.freeze(session, period, light_days(session, period.due_on))
    return period


def extension(session: Session, task: Task, unit: Unit, *, at: datetime = NOW) -> TaskRequest:
    """A later day that was asked for and granted."""
    request = TaskRequest(
        plan_id=task.plan_id, task_id=task.id, unit_id=unit.id, kind="extension", state="granted",
        reason="等上级文件", made_at=at, decided_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    return request


def big_city(session: Session, *, units: int = 60, tasks: int = 150, weeks: int = 10) -> Plan:
    """Every unit has something overdue and something near in every section; lists are longer than a page."""
    plan = make_plan(session, "青溪市人民政府办公室关于印发2026年政务公开工作要点任务分解的通知")
    members = [
        make_unit(session, f"青溪市第{number}政务服务和数据管理局", position=number) for number in range(units)
    ]
    made = []
    for number in range(tasks):
        own = [members[(number * step + step) % units] for step in (1, 3, 7, 11)]
        made.append(
            make_task(
                session,
                plan,
                f"第{number}项：推进重点领域政府信息公开，按季度公布办理情况和联系方式，方便群众查询",
                units=dict.fromkeys(own),
                due=TODAY + (number % 40 - 20) * DAY,
                section=SECTIONS[number % len(SECTIONS)],
                reported=True,
            )
        )
    for number, task in enumerate(made[:12]):
        for _ in range(2):
            extension(session, task, members[number % units])
    leader = Actor(make_account(session, "leader", username="lingdao").id, "周副市长", "leader")
    for task in made[:8]:
        instructions.write(session, leader, plan_id=None, task_id=task.id, words="请抓紧办理，月底前报结果。", now=NOW)
    cadence = make_cadence(session, plan)
    for week in range(weeks):
        last = week == weeks - 1
        year, number, _ = (TODAY - (weeks - 1 - week) * 7 * DAY).isocalendar()
        key = f"{year}-W{number:02}"
        facts = None if last else {"due": units, "on_time": units - 3, "red": 9}
        period = make_period(session, cadence, key, state="open" if last else "closed", facts=facts)
        for number, unit in enumerate(members):
            state = ("submitted", "accepted", "missed")[(number + week) % 3] if not last else "open"
            make_obligation(session, period, unit, state=state, late=number % 7 == 0, submitted_at=NOW)
        if not last:
            closed(session, period)
    session.flush()
    return plan
