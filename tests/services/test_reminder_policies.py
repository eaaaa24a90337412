"""The reminder policy of the house and of each plan: set with a trace, by one person at a time, and followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.at_once import at_once
from tests.support.databases import opened
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.delivery import INBOX
from tracker.domain.errors import NotFound
from tracker.domain.notices import NoticeKind, ReminderPolicy
from tracker.services import reminder_policies, reminding
from tracker.services.reminder_policies import PolicyChanged, PolicyRefused
from tracker.store import tables
from tracker.store.queries import audit
from tracker.store.tables import Notice, OutboxItem, Plan

OFFICE = Actor(account_id=None, name="陈雨", role="office")
FRIDAY = datetime(2026, 9, 18, 10, tzinfo=CHINA)
EARLY = ReminderPolicy(soon_workdays=(12, 3))


def save(
    session: Session,
    policy: ReminderPolicy | None,
    plan: Plan | None = None,
    *,
    version: int = 1,
    now: datetime = FRIDAY,
) -> None:
    plan_id = plan.id if plan else None
    reminder_policies.save(session, OFFICE, plan_id=plan_id, policy=policy, version=version, now=now)


def keys(session: Session) -> list[str]:
    said_to_units = select(Notice).where(Notice.state == "planned", Notice.unit_id.is_not(None))
    rows = session.scalars(said_to_units.order_by(Notice.id))
    return [row.key.rpartition(":")[2] for row in rows]


def test_until_somebody_chooses_the_programs_own_policy_holds(session: Session) -> None:
    plan = make_plan(session)

    page = reminder_policies.page(session, plan_id=plan.id)

    assert (page.policy, page.own, page.version) == (ReminderPolicy(), False, 1)
    assert [(line.plan.id, line.own) for line in page.lines] == [(plan.id, False)]


def test_a_plan_has_its_own_policy_and_goes_back_to_the_houses(session: Session) -> None:
    plan, other = make_plan(session), make_plan(session)

    save(session, ReminderPolicy(morning=time(8, 30)))
    save(session, EARLY, plan)

    held = reminder_policies.load(session)
    assert held.of(plan.id) == EARLY
    assert held.of(other.id).morning == held.of(None).morning == time(8, 30)
    page = reminder_policies.page(session, plan_id=plan.id)
    assert (page.own, page.version) == (True, 2)

    save(session, None, plan, version=2, now=FRIDAY + timedelta(hours=1))

    assert reminder_policies.load(session).of(plan.id).morning == time(8, 30)
    assert [each.until for each in reminder_policies.load(session).former] == [
        FRIDAY,
        FRIDAY + timedelta(hours=1),
    ]


def test_a_change_is_told_with_what_was_changed(session: Session) -> None:
    plan = make_plan(session, "青溪市2026年政务公开工作要点")

    save(session, EARLY, plan)
    save(session, replace(EARLY, off=frozenset({NoticeKind.CLOCK}), quiet_days_off=False), plan, version=2)
    save(session, None, plan, version=3)

    newest, second, first = audit.history(session, "plan", plan.id)
    assert first.summary == "《青溪市2026年政务公开工作要点》提醒规则：任务节点提前由10、3改为12、3"
    assert first.detail == {"soon_workdays": [[10, 3], [12, 3]]}
    assert second.summary.endswith("：休息日不发由是改为否；不提醒的事由（没有）改为时限")
    assert newest.summary.startswith(
        "《青溪市2026年政务公开工作要点》改用默认提醒规则：任务节点提前由12、3改为10、3；"
    )


def test_saving_what_holds_already_leaves_no_trace(session: Session) -> None:
    plan = make_plan(session)
    save(session, EARLY, plan)

    save(session, EARLY, plan, version=2)
    save(session, None)

    assert len(audit.history(session, "plan", plan.id)) == 1
    assert reminder_policies.page(session, plan_id=None).version == 1


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(session: Session) -> None:
    save(session, EARLY)

    with pytest.raises(PolicyChanged):
        save(session, ReminderPolicy(hours_before=3))

    assert reminder_policies.load(session).house == EARLY


def test_a_policy_with_a_fault_is_not_kept(session: Session) -> None:
    with pytest.raises(PolicyRefused, match="从大到小"):
        save(session, ReminderPolicy(soon_workdays=(3, 10)))


def test_a_plan_that_is_not_there_has_no_policy(session: Session) -> None:
    with pytest.raises(NotFound):
        reminder_policies.page(session, plan_id=999)
    with pytest.raises(NotFound):
        reminder_policies.save(session, OFFICE, plan_id=999, policy=EARLY, version=1, now=FRIDAY)


def test_a_plan_has_one_row_and_the_house_has_one(session: Session) -> None:
    plan = make_plan(session)
    save(session, EARLY, plan)
    save(session, EARLY)

    for key, plan_id in ((plan.id + 1, plan.id), (plan.id + 1, None), (plan.id + 1, plan.id + 1)):
        row: dict[str, Any] = {"id": key, "plan_id": plan_id, "settings": None, "former": []}
        with session.begin_nested() as inside:
            with pytest.raises(IntegrityError):
                session.execute(insert(tables.ReminderPolicy), row)
            inside.rollback()


def test_what_came_before_is_forgotten_once_nothing_of_it_is_news(session: Session) -> None:
    for number in range(6):
        policy = ReminderPolicy(hours_before=number + 1)
        save(session, policy, version=number + 1, now=FRIDAY + timedelta(days=10 * number))

    until = [each.until for each in reminder_policies.load(session).former]

    assert until == [FRIDAY + timedelta(days=days) for days in (30, 40, 50)]


def test_a_change_acts_at_the_next_planning_and_says_nothing_twice(session: Session) -> None:
    """Due in eight workdays: it was announced two workdays ago, and is not announced again."""
    unit = make_unit(session)
    make_account(session, "unit", unit=unit)
    plan = make_plan(session)
    plan.confirmed_at = datetime(2026, 8, 1, tzinfo=CHINA)
    make_task(session, plan, units=[unit], due=date(2026, 9, 30))
    make_task(session, plan, units=[unit], due=date(2026, 10, 7))
    session.flush()
    reminding.plan(session, now=FRIDAY)
    assert keys(session) == ["soon10"]

    save(session, EARLY, plan, now=FRIDAY + timedelta(minutes=1))
    planned = reminding.plan(session, now=FRIDAY + timedelta(minutes=2))

    assert keys(session) == ["soon10", "soon12"]
    assert planned.withdrawn == 0


def test_what_is_switched_off_is_withdrawn_and_comes_back_when_it_is_switched_on(session: Session) -> None:
    unit = make_unit(session)
    make_account(session, "unit", unit=unit)
    plan = make_plan(session)
    make_obligation(session, make_period(session, make_cadence(session, plan)), unit)
    thursday = datetime(2026, 9, 24, 15, 40, tzinfo=CHINA)
    reminding.plan(session, now=thursday)
    assert keys(session) == ["hours"]

    save(session, ReminderPolicy(off=frozenset({NoticeKind.BEFORE_CUTOFF})), plan, now=thursday)
    assert reminding.plan(session, now=thursday).withdrawn == 1
    save(session, None, plan, version=2, now=thursday)
    reminding.plan(session, now=thursday + timedelta(minutes=1))

    assert keys(session) == ["hours"]
    assert set(session.scalars(select(OutboxItem.state).where(OutboxItem.channel == INBOX))) == {"due"}


def test_all_policies_are_read_in_one_query_a_session(session: Session) -> None:
    for _ in range(3):
        save(session, EARLY, make_plan(session))
    reminder_policies.forget(session)
    asked: list[str] = []

    def ask(*told: object) -> None:
        asked.append(str(told[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", ask)
    try:
        policies = [reminder_policies.load(session).of(None) for _ in range(5)]
    finally:
        event.remove(engine, "before_cursor_execute", ask)

    assert len(asked) == 1
    assert set(policies) == {ReminderPolicy()}


@pytest.mark.parametrize("known", [False, True])
def test_of_two_people_who_save_at_once_one_is_told_of_the_other(engine_url: str, known: bool) -> None:
    with opened(engine_url) as engine:
        if known:
            _saved(engine, ReminderPolicy(hours_before=3), 1)
        version = 1 + known

        came = at_once(
            engine,
            lambda session: save(session, EARLY, version=version),
            lambda session: save(session, ReminderPolicy(hours_before=4), version=version),
        )

        assert [type(each.refused) for each in came if each.refused] == [PolicyChanged]
        with Session(engine) as session:
            assert reminder_policies.page(session, plan_id=None).version == version + 1


def _saved(engine: Engine, policy: ReminderPolicy, version: int) -> None:
    with Session(engine) as session, session.begin():
        save(session, policy, version=version)
