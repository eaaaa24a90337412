"""What people do in the planted year, each act by the service that its page calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.planted_year import YEAR, Draw, Year
from tracker.domain.actor import Actor
from tracker.domain.proof import Proof
from tracker.domain.quota_scope import Scope
from tracker.domain.request import RequestKind
from tracker.domain.sub_item import Step
from tracker.domain.task import Role
from tracker.services import (
    claiming,
    counted_events,
    instructions,
    quota_targets,
    reporting,
    requesting,
    sub_items,
    tasks,
)
from tracker.services.counted_events import EventFacts
from tracker.services.quota_targets import Owner, TargetFacts
from tracker.services.reporting import Decision
from tracker.services.requesting import Asked, Granting
from tracker.services.tasks import TaskChange
from tracker.store.tables import Claim, Obligation, Period, QuotaTarget, SubItem, Task

MARCH = date(YEAR, 3, 2)


def signed_off_with(link: str, on: date | None) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        asked = Asked(RequestKind.SIGN_OFF, reason="已办结", evidence_url=link, evidence_on=on)
        row = requesting.ask(year.session, year.actor_of(task), task_id=task.id, asked=asked, now=now)
        requesting.grant(year.session, year.office, request_id=row.id, granting=Granting(), now=now)

    return act


def reopen(year: Year, task: Task, now: datetime) -> None:
    """The office gives it back to its units."""
    tasks.reopen(
        year.session, year.office, task_id=task.id, version=task.version, reason="缺两件清单", now=now
    )


def put_off(new: date, granted: date | None = None) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=new)
        row = requesting.ask(year.session, year.actor_of(task), task_id=task.id, asked=asked, now=now)
        granting = Granting(day=granted)
        requesting.grant(year.session, year.office, request_id=row.id, granting=granting, now=now)

    return act


def moved(new: date) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        roles = {part.unit_id: Role(part.role) for part in task.assignments}
        days = {point.id: new for point in task.checkpoints}
        wanted = TaskChange(task.title, roles, days, reason="上级推迟")
        tasks.change(year.session, year.office, task_id=task.id, version=task.version, wanted=wanted, now=now)

    return act


def send_back(year: Year, task: Task, now: datetime) -> None:
    owed = year.session.scalars(
        select(Obligation)
        .join(Period, Period.id == Obligation.period_id)
        .where(
            Obligation.unit_id == task.assignments[0].unit_id, Obligation.state.in_(("submitted", "accepted"))
        )
        .order_by(Period.starts_on.desc())
    ).first()
    assert owed is not None
    reporting.send_back(year.session, year.office, Decision(owed.id, owed.version, "请补充日期。"), now=now)


def sign_off_oneself(year: Year, task: Task, now: datetime) -> None:
    """The contact has moved to the office since."""
    contact = year.actor_of(task)
    moved = Actor(contact.account_id, contact.name, "office")
    tasks.sign_off(year.session, moved, task_id=task.id, version=task.version, note="已核对", now=now)


def steps(*, ticked: int) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        session, contact = year.session, year.actor_of(task)
        for number in (1, 2):
            step = Step(f"第{number}步")
            item: SubItem = sub_items.add(session, contact, task_id=task.id, step=step, now=now)
            if number <= ticked:
                sub_items.tick(
                    session, contact, sub_item_id=item.id, version=item.version, done=True, now=now
                )

    return act


def instruct(*, close: bool) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        session, unit = year.session, task.assignments[0].unit_id
        row = instructions.write(
            session, year.leader, plan_id=None, task_id=task.id, words="请抓紧。", now=now
        )
        due = now.date() + timedelta(days=20)
        row = instructions.assign(
            session,
            year.office,
            instruction_id=row.id,
            version=row.version,
            unit_id=unit,
            due_on=due,
            now=now,
        )
        if close:
            instructions.close(
                session, year.office, instruction_id=row.id, version=row.version, words="已办", now=now
            )

    return act


def cancel(year: Year, task: Task, now: datetime) -> None:
    tasks.cancel(
        year.session, year.office, task_id=task.id, version=task.version, reason="并入其他任务", now=now
    )


def claim(place: int) -> Callable[[Year, Task, datetime], None]:
    def act(year: Year, task: Task, now: datetime) -> None:
        session = year.session
        claiming.open_missing(session, task.plan_id, now=now)
        part = task.assignments[place]
        claim = session.scalars(select(Claim).where(Claim.assignment_id == part.id)).one()
        claiming.answer(
            session,
            year.actor_of(task, place),
            claim_id=claim.id,
            version=claim.version,
            claims=True,
            words="",
            now=now,
        )

    return act


def quota(year: Year, task: Task, now: datetime) -> None:
    facts = TargetFacts("在线访谈", 5, "P1Y", Owner(Scope.EACH))
    quota_targets.add(year.session, year.office, task_id=task.id, facts=facts, reason="会议要求", now=now)


def events(draw: Draw, count: int, *, twice: bool = False) -> Callable[[Year, Task, datetime], None]:
    links = [draw.link() for _ in range(count)]

    def act(year: Year, task: Task, now: datetime) -> None:
        [target] = targets(year.session, task)
        said = list(enumerate(links)) + ([(count, f"{links[0]}#again")] if twice else [])
        for number, link in said:
            facts = EventFacts(MARCH + timedelta(days=number), f"第{number + 1}期访谈", Proof(link))
            counted_events.enter(
                year.session, year.actor_of(task), target_id=target, unit_id=task.assignments[0].unit_id,
                facts=facts, now=now,
            )  # fmt: skip

    return act


def targets(session: Session, task: Task) -> list[int]:
    return list(session.scalars(select(QuotaTarget.id).where(QuotaTarget.task_id == task.id)))
