"""A revision in the middle of a week: what a unit is typing, has handed in, and still owes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW
from tests.support.editions import (
    ANSWERS,
    DESK,
    FILES,
    FIRST,
    confirmed,
    directory,
    imported,
    last_batch,
    owed,
    revision,
    tasks,
)
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.task import Role
from tracker.services import handing_in, returns, task_pages, undoing
from tracker.services import tasks as task_service
from tracker.services.return_lines import LineInput
from tracker.store.queries import regime
from tracker.store.tables import Account, Obligation, Plan, Return, Unit


@pytest.fixture
def plan(session: Session) -> Plan:
    directory(session)
    return imported(session)


def contact(session: Session, name: str) -> Actor:
    unit = session.scalars(select(Unit).where(Unit.name == name)).one()
    account: Account = factories.make_account(session, "unit", unit=unit)
    return Actor(account_id=account.id, name=account.display_name, role="unit", unit_id=unit.id)


def owes(session: Session, plan: Plan, name: str) -> Obligation:
    """What a unit owes for the running week."""
    cadence = factories.make_cadence(session, plan)
    unit = session.scalars(select(Unit).where(Unit.name == name)).one()
    return factories.make_obligation(session, factories.make_period(session, cadence), unit)


def lines(session: Session, plan: Plan, name: str) -> list[LineInput]:
    return [
        LineInput(part.id, status="in_progress", progress=f"第{task.serial}项有进展", next_plan="继续")
        for task in tasks(session, plan)
        for part in task.assignments
        if part.unit.name == name
    ]


def test_a_draft_goes_on_without_the_task_that_is_no_longer_the_units(session: Session, plan: Plan) -> None:
    person, duty = contact(session, "市财政局"), owes(session, plan, "市财政局")
    typed = lines(session, plan, "市财政局")
    saved = returns.save_draft(session, person, obligation_id=duty.id, token="1.0", lines=typed, now=NOW)
    assert len(typed) == 2
    changed = replace(FILES, units=[("lead", "市司法局")])

    confirmed(session, revision(session, plan, [changed, *FIRST[1:]]))
    done = returns.submit(
        session, person, obligation_id=duty.id, token=handing_in.versions_of(session, duty.id).token,
        lines=typed, now=NOW,
    )  # fmt: skip

    assert saved.draft is not None
    assert done.changed == 1
    version = session.scalars(select(Return)).one()
    assert [line.progress for line in version.lines] == ["第4项有进展"]


def test_what_was_handed_in_before_stays_on_the_page_of_the_task(session: Session, plan: Plan) -> None:
    person, duty = contact(session, "市财政局"), owes(session, plan, "市财政局")
    typed = lines(session, plan, "市财政局")
    returns.submit(session, person, obligation_id=duty.id, token="1.0", lines=typed, now=NOW)
    changed = replace(FILES, units=[("lead", "市司法局")])

    confirmed(session, revision(session, plan, [changed, *FIRST[1:]]))

    first = tasks(session, plan)[0]
    page = task_pages.view(session, SYSTEM, task_id=first.id, today=factories.TODAY)
    assert [part.assignment.unit.name for part in page.parts] == ["市司法局"]
    ((former,),) = [page.former]
    assert (former.assignment.unit.name, former.lines[0].progress) == ("市财政局", "第1项有进展")


def test_a_unit_without_any_task_left_need_not_hand_in_this_week(session: Session, plan: Plan) -> None:
    duty = owes(session, plan, "市营商局")
    changed = replace(ANSWERS, units=[("responsible", "市人社局")])

    confirmed(session, revision(session, plan, [FILES, changed, *FIRST[2:]]))

    session.refresh(duty)
    assert duty.state == "waived"
    assert "市营商局" not in [unit.name for unit in regime.units_with_work(session, plan.id)]


def test_the_office_can_bring_back_a_unit_with_its_returns(session: Session, plan: Plan) -> None:
    person, duty = contact(session, "市财政局"), owes(session, plan, "市财政局")
    typed = lines(session, plan, "市财政局")
    returns.submit(session, person, obligation_id=duty.id, token="1.0", lines=typed, now=NOW)
    part_id = tasks(session, plan)[0].assignments[1].id
    changed = replace(FILES, units=[("lead", "市司法局")])
    confirmed(session, revision(session, plan, [changed, *FIRST[1:]]))
    task = tasks(session, plan)[0]
    law = task.assignments[0].unit_id
    wanted = task_service.TaskChange(
        title=task.title, roles={law: Role.LEAD, person.unit_id or 0: Role.SUPPORT}
    )

    task_service.change(session, SYSTEM, task_id=task.id, version=task.version, wanted=wanted, now=NOW)

    back = tasks(session, plan)[0].assignments
    assert owed(tasks(session, plan)[0]) == [("市司法局", "lead"), ("市财政局", "support")]
    assert back[1].id == part_id


def test_an_undoing_gives_the_unit_its_part_back_with_its_returns(session: Session, plan: Plan) -> None:
    person, duty = contact(session, "市财政局"), owes(session, plan, "市财政局")
    typed = lines(session, plan, "市财政局")
    version = returns.submit(session, person, obligation_id=duty.id, token="1.0", lines=typed, now=NOW)
    part_id = tasks(session, plan)[0].assignments[1].id
    changed = replace(FILES, units=[("lead", "市司法局")])
    later = NOW.replace(hour=9)
    confirmed(session, revision(session, plan, [changed, ANSWERS, DESK, FIRST[3]]))
    batch = last_batch(session)
    batch.made_at = later
    session.flush()

    done = undoing.undo(session, SYSTEM, batch_id=batch.id, now=later)

    assert version.number == 1
    assert done.kept == ()
    assert [part.id for part in tasks(session, plan)[0].assignments][1] == part_id
