"""Units receive their work and claim what is shared; the office sees who has not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task, make_unit
from tests.support.qingxi import TITLE, Item, MemoryFiles, Other, draft_plan
from tracker.domain import claim as rules
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.task import Role
from tracker.services import claiming, importing, receipts, tasks, undoing
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import audit
from tracker.store.tables import ImportBatch, Plan, Task, Unit

OFFICE = Actor(account_id=None, name="王主任", role="office")
LATER = NOW + timedelta(days=60)


def contact(unit: Unit) -> Actor:
    return Actor(account_id=None, name="林知远", role="unit", unit_id=unit.id)


def shared(session: Session, plan: Plan, *units: Unit) -> Task:
    task = make_task(session, plan, "归并高频问题", units=units, due=date(2026, 12, 31))
    task.qualifier = "按职责分工负责"
    session.flush()
    claiming.open_missing(session, plan.id, now=NOW)
    return task


def test_a_unit_receives_a_plan_once_whoever_presses_the_button(session: Session) -> None:
    plan, units = make_plan(session), [make_unit(session, name) for name in ("市教育局", "市司法局")]
    make_task(session, plan, units=units)
    make_task(session, plan, units=units[:1])
    (asked,) = receipts.to_acknowledge(session, contact(units[0]), now=NOW)
    assert (asked.title, asked.tasks) == (plan.title, 2)

    assert receipts.acknowledge(session, contact(units[0]), plan_id=plan.id, now=NOW) is True
    assert receipts.acknowledge(session, contact(units[0]), plan_id=plan.id, now=LATER) is False

    assert receipts.to_acknowledge(session, contact(units[0]), now=NOW) == []
    page = receipts.view(session, plan_id=plan.id, now=NOW)
    assert [unit.name for unit in page.unsigned] == ["市司法局"]
    assert [(each.unit.name, each.by_name, each.at) for each in page.signed] == [("市教育局", "林知远", NOW)]
    (line,) = [each for each in receipts.overview(session, now=NOW) if each.plan is plan]
    assert line.unsigned == len(page.unsigned)
    (event,) = audit.history(session, "plan", plan.id)
    assert event.summary == f"市教育局签收《{plan.title}》"


def test_a_unit_without_work_receives_nothing_and_the_past_is_not_asked_about(session: Session) -> None:
    plan, past = make_plan(session), make_plan(session, year=2025)
    unit = make_unit(session)
    make_task(session, past, units=[unit])
    make_task(session, plan, units=[unit], state="cancelled")

    assert receipts.to_acknowledge(session, contact(unit), now=NOW) == []
    for plan_id in (plan.id, 999_999):
        with pytest.raises(NotFound):
            receipts.acknowledge(session, contact(unit), plan_id=plan_id, now=NOW)


def test_shared_work_is_claimed_or_declined_and_an_answer_can_be_changed(session: Session) -> None:
    plan, units = make_plan(session), [make_unit(session, name) for name in ("市教育局", "市司法局")]
    task = shared(session, plan, *units)
    (item,) = claiming.own(session, contact(units[0]))
    assert (item.state, item.by) == (rules.ClaimState.WAITING, date(2026, 10, 12))
    claim, who = item.claim, contact(units[0])

    claiming.answer(session, who, claim_id=claim.id, version=1, claims=False, words="属市司法局", now=NOW)
    claiming.answer(session, who, claim_id=claim.id, version=2, claims=True, words="只管学校", now=NOW)

    assert (claim.state, claim.words, claim.decided_at) == ("claimed", "只管学校", NOW)
    told = [(event.action, event.summary, event.detail["state"]) for event in audit.history(session, "task", task.id)]
    assert told == [
        ("claim:take", "市教育局认领：只管学校", ["declined", "claimed"]),
        ("claim:decline", "市教育局不认领：属市司法局", ["waiting", "declined"]),
    ]
    with pytest.raises(VersionConflict):
        claiming.answer(session, who, claim_id=claim.id, version=2, claims=True, words="", now=NOW)
    with pytest.raises(NotFound):
        claiming.answer(session, contact(units[1]), claim_id=claim.id, version=3, claims=True, words="", now=NOW)


def test_unclaimed_after_its_day_stands_on_the_offices_page(session: Session) -> None:
    plan, units = make_plan(session), [make_unit(session) for _ in range(3)]
    shared(session, plan, *units)
    assert claiming.take_all(session, contact(units[0]), now=NOW) == 1
    (item,) = claiming.own(session, contact(units[1]))
    claiming.answer(
        session, contact(units[1]), claim_id=item.claim.id, version=1, claims=False, words="不归", now=NOW
    )

    (soon,), (later,) = (receipts.overview(session, now=now) for now in (NOW, LATER))
    page = receipts.view(session, plan_id=plan.id, now=LATER)

    assert (soon.waiting, soon.late, soon.declined) == (1, 0, 1)
    assert (later.waiting, later.late) == (1, 1)
    assert page.late
    assert [len(part) for part in (page.waiting, page.declined, page.claimed)] == [1, 1, 1]


def test_the_office_sets_the_day(session: Session) -> None:
    plan = make_plan(session)
    shared(session, plan, make_unit(session))

    claiming.set_day(session, OFFICE, plan_id=plan.id, version=1, by=date(2026, 11, 1), now=NOW)

    assert receipts.view(session, plan_id=plan.id, now=NOW).day.by == date(2026, 11, 1)  # type: ignore[union-attr]
    assert audit.history(session, "plan", plan.id)[0].summary == "认领期限由2026年10月12日改为2026年11月1日"
    with pytest.raises(VersionConflict):
        claiming.set_day(session, OFFICE, plan_id=plan.id, version=1, by=date(2026, 11, 2), now=NOW)
    with pytest.raises(rules.ClaimDayPast):
        claiming.set_day(session, OFFICE, plan_id=plan.id, version=2, by=date(2026, 9, 1), now=NOW)


def test_who_joins_shared_work_has_it_to_claim_and_who_leaves_has_not(session: Session) -> None:
    plan, units = make_plan(session), [make_unit(session) for _ in range(2)]
    task = shared(session, plan, units[0])
    wanted = tasks.TaskChange(task.title, {units[1].id: Role.LEAD})

    tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=wanted, now=NOW)

    assert claiming.own(session, contact(units[0])) == []
    assert [item.state for item in claiming.own(session, contact(units[1]))] == [rules.ClaimState.WAITING]


def test_work_that_is_not_shared_and_work_of_a_past_year_is_not_claimed(session: Session) -> None:
    plan, past = make_plan(session), make_plan(session, year=2025)
    unit = make_unit(session)
    make_task(session, plan, units=[unit])
    shared(session, past, unit)

    assert claiming.open_missing(session, plan.id, now=NOW) == 0
    assert claiming.own(session, contact(unit)) == []


def confirmed(session: Session) -> Plan:
    """A plan confirmed from a document, of whose two tasks the second is shared."""
    for name in ("市教育局", "市司法局"):
        make_unit(session, name)
    owed = [("responsible", "市教育局"), ("responsible", "市司法局")]
    items = [Item("公开招生政策。", owed), Item("归并高频问题。", owed)]
    proposal = draft_plan([Other("title", TITLE), *items])
    proposal["tasks"][1]["qualifier"] = "按职责分工负责"
    draft = importing.upload(
        session, SYSTEM, data=proposal["text"].encode(), filename="要点.docx", files=MemoryFiles(),
        proposal=proposal, now=NOW,
    )  # fmt: skip
    return importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )


def test_a_confirmation_opens_the_claims_of_shared_work(session: Session) -> None:
    plan = confirmed(session)

    page = receipts.view(session, plan_id=plan.id, now=NOW)

    assert [claim.assignment.task.title for claim in page.waiting] == ["归并高频问题"] * 2
    assert page.day is not None
    assert page.day.by == date(2026, 10, 12)
    assert len(page.unsigned) == 2


def test_what_a_unit_has_answered_for_is_not_undone(session: Session) -> None:
    plan = confirmed(session)
    unit = receipts.view(session, plan_id=plan.id, now=NOW).unsigned[0]
    claiming.take_all(session, contact(unit), now=NOW)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.plan_id == plan.id)).one()

    done = undoing.undo(session, SYSTEM, batch_id=batch.id, now=LATER)

    assert [(touched.serial, why) for touched, why in done.kept] == [(2, "单位已有申请、认领或子项")]
    assert [touched.serial for touched in done.reversed] == [1]
