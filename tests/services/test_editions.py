"""A revised or forwarded edition: recognised, compared, confirmed; nothing reported is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
    NEW,
    PROJECTS,
    confirmed,
    directory,
    imported,
    items_of,
    last_batch,
    owed,
    revision,
    tasks,
    uploaded,
)
from tests.support.qingxi import TITLE, MemoryFiles
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput
from tracker.domain.likeness import Relation
from tracker.domain.task import Role
from tracker.services import drafts, editions, importing, remembered, revising
from tracker.services import tasks as task_service
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import audit, imports
from tracker.store.tables import Assignment, Clause, Plan, PlanEdition, ReturnLine, Task


@pytest.fixture
def plan(session: Session) -> Plan:
    directory(session)
    return imported(session)


def report(session: Session, task: Task, state: str = "submitted") -> ReturnLine:
    """The first unit of a task reports on it in the running week."""
    cadence = factories.make_cadence(session, task.plan)
    period = factories.make_period(session, cadence)
    part = task.assignments[0]
    duty = factories.make_obligation(session, period, part.unit, state="submitted", submitted_at=NOW)
    given = factories.make_return(session, duty, [(part, "in_progress", "已核对一半")], state=state)
    return given.lines[0]


def test_a_revised_edition_is_proposed_with_reasons_and_decided_by_nobody_but_a_person(
    session: Session, plan: Plan
) -> None:
    draft = uploaded(session, FIRST, title=f"{TITLE}（修订版）", number="青政公开办〔2026〕9号")

    found = editions.standing(session, draft)

    assert found.choice is None
    assert found.proposed is not None
    assert (found.proposed.plan, found.proposed.tasks, found.proposed.relation) == (
        plan,
        4,
        Relation.REVISION,
    )
    assert found.proposed.likeness.reasons[-1] == "4项里有4项的文字相同或相近"


def test_an_edition_under_another_title_and_number_is_told_by_its_items(session: Session, plan: Plan) -> None:
    draft = uploaded(session, FIRST, title="青溪市2026年重点任务清单", number="青政公开办〔2026〕12号")

    found = editions.standing(session, draft).proposed

    assert found is not None
    assert (found.plan.id, found.likeness.reasons[-1]) == (plan.id, "4项里有4项的文字相同或相近")


def test_a_document_of_its_own_is_not_proposed(session: Session, plan: Plan) -> None:
    draft = uploaded(session, [NEW], title="青溪市2026年重点民生实事", number="青政办〔2026〕1号")

    assert editions.standing(session, draft).proposed is None


def test_a_forwarding_becomes_a_plan_of_its_own_that_rests_on_the_other(session: Session, plan: Plan) -> None:
    draft = uploaded(session, FIRST, title=f"关于转发《{TITLE}》的通知", number="东政办〔2026〕1号")
    assert (found := editions.standing(session, draft).proposed)
    assert found.relation is Relation.FORWARDED

    editions.choose(session, SYSTEM, draft_id=draft.id, relation=Relation.FORWARDED, plan_id=plan.id, now=NOW)
    made = importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )

    assert made.id != plan.id
    assert made.basis == [f"《{TITLE}》（{plan.document_number}）"]


def test_a_revision_of_nothing_is_refused(session: Session) -> None:
    draft = uploaded(session, FIRST)

    with pytest.raises(InvalidInput):
        editions.choose(session, SYSTEM, draft_id=draft.id, relation=Relation.REVISION, plan_id=None, now=NOW)


def test_a_draft_that_is_a_revision_is_not_confirmed_as_a_plan(session: Session, plan: Plan) -> None:
    draft = revision(session, plan, FIRST[1:])

    with pytest.raises(importing.RevisionChosen):
        importing.confirm(
            session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
        )


CHANGED = (
    NEW,
    replace(FILES, text="对现行有效的行政规范性文件逐件清理核对，集中放到专栏。", number="2"),
    replace(ANSWERS, units=[("lead", "市营商局"), ("support", "市人社局")], number="3"),
    replace(DESK, deadline="date:2026-10-31", phrase="10月底前", number="4"),
)


def test_each_item_is_told_with_what_changed_in_it(session: Session, plan: Plan) -> None:
    draft = revision(session, plan, CHANGED)

    page = editions.diff_page(session, draft_id=draft.id)

    assert [(item.key[0], [kind.label for kind in item.kinds], item.ticked) for item in page.items] == [
        ("r", ["新增"], True),
        ("t", ["文字"], True),
        ("t", ["单位"], True),
        ("t", ["时限"], True),
        ("t", ["删去"], True),
    ]
    assert page.counts == {
        "new": 1, "wording": 1, "units": 1, "date": 1, "removed": 1, "unchanged": 0, "all": 5,
    }  # fmt: skip
    assert page.items[1].text == (
        ("same", "对现行有效的行政规范性文件逐件"),
        ("new", "清理"),
        ("same", "核对，集中放到专栏。"),
    )
    assert page.items[2].units == (
        ("gone", "市营商局"),
        ("new", "市营商局（牵头）"),
        ("new", "市人社局（配合）"),
    )


def test_renumbered_items_alone_are_no_change(session: Session, plan: Plan) -> None:
    moved = [
        replace(item, number=str(9 - place), heading="九、其他") for place, item in enumerate(reversed(FIRST))
    ]
    draft = revision(session, plan, moved)

    assert items_of(session, draft) == []
    assert len(items_of(session, draft, "unchanged")) == 4


def test_a_confirmed_revision_keeps_the_plan_and_its_tasks(session: Session, plan: Plan) -> None:
    before = {task.title: task.id for task in tasks(session, plan)}
    draft = revision(session, plan, CHANGED)

    done = confirmed(session, draft)

    assert done.plan.id == plan.id
    assert done.words == "已按修订版更新：新增1项、文字1项、单位1项、时限1项、删去1项。原有报送、佐证都在。"
    found = tasks(session, plan)
    assert [task.id for task in found[:4]] == list(before.values())
    assert [(task.serial, task.state) for task in found] == [
        (1, "assigned"), (2, "assigned"), (3, "assigned"), (4, "cancelled"), (5, "assigned"),
    ]  # fmt: skip
    assert found[0].text == CHANGED[1].text
    assert owed(found[1]) == [("市营商局", "lead"), ("市人社局", "support")]
    assert (found[2].due_on, found[2].deadline_phrase) == (date(2026, 10, 31), "10月底前")
    assert owed(found[4]) == [("市司法局", "responsible")]


def test_how_a_phrase_was_read_in_a_revision_is_remembered_too(session: Session, plan: Plan) -> None:
    unsure = replace(NEW, phrase="9月前", others=["date:2026-08-31"], certain=False)
    draft = revision(session, plan, [*FIRST, unsure])
    row = imports.rows(session, draft.id)[-1]
    drafts.choose_reading(
        session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version,
        notation="date:2026-08-31", now=NOW,
    )  # fmt: skip

    confirmed(session, draft)

    assert [kept.phrase for kept in remembered.listing(session)] == ["9月前"]


def test_the_new_edition_counts_and_the_former_stays_readable(session: Session, plan: Plan) -> None:
    first_text = plan.text
    clauses = session.scalars(select(Clause.text).where(Clause.plan_id == plan.id)).all()

    confirmed(session, revision(session, plan, CHANGED))

    known = session.scalars(select(PlanEdition).order_by(PlanEdition.number)).all()
    assert [(edition.number, edition.document_number) for edition in known] == [
        (1, "青政公开办〔2026〕3号"), (2, "青政公开办〔2026〕9号"),
    ]  # fmt: skip
    assert (known[0].text, plan.document_number) == (first_text, "青政公开办〔2026〕9号")
    old = session.scalars(select(Clause.text).where(Clause.plan_id == plan.id, Clause.edition == 1)).all()
    assert old == clauses
    editions_of = {task.serial: task.clause.edition for task in tasks(session, plan) if task.clause}
    assert editions_of == {1: 2, 2: 2, 3: 2, 4: 1, 5: 2}


def test_the_trail_tells_what_each_task_was_and_is(session: Session, plan: Plan) -> None:
    confirmed(session, revision(session, plan, CHANGED))

    found = tasks(session, plan)
    told = [event.summary for event in audit.history(session, "task", found[1].id)]
    assert told == ["修订版（青政公开办〔2026〕9号）：修改了单位"]
    gone = [event.summary for event in audit.history(session, "task", found[3].id)]
    assert gone == ["取消任务：修订版（青政公开办〔2026〕9号）删去"]


def test_a_change_that_nobody_ticked_is_not_made(session: Session, plan: Plan) -> None:
    draft = revision(session, plan, CHANGED)
    keys = [item.key for item in items_of(session, draft)]

    editions.tick(session, SYSTEM, draft_id=draft.id, shown=keys[:2], taken=keys[1:2], now=NOW)
    done = confirmed(session, draft)

    assert done.left == 1
    assert len(tasks(session, plan)) == 4
    assert tasks(session, plan)[0].text == CHANGED[1].text


def test_a_dropped_task_that_was_reported_on_is_kept_unless_a_person_says_otherwise(
    session: Session, plan: Plan
) -> None:
    line = report(session, tasks(session, plan)[3])
    draft = revision(session, plan, FIRST[:3])

    (item,) = items_of(session, draft)

    assert (item.ticked, item.note) == (False, "已报送1次，建议保留")
    editions.tick(session, SYSTEM, draft_id=draft.id, shown=[item.key], taken=[item.key], now=NOW)
    confirmed(session, draft)
    assert tasks(session, plan)[3].state == "cancelled"
    assert session.get(ReturnLine, line.id) is not None


def test_a_task_that_is_signed_off_is_left_alone(session: Session, plan: Plan) -> None:
    done = tasks(session, plan)[3]
    task_service.sign_off(session, SYSTEM, task_id=done.id, version=done.version, note="已公开", now=NOW)
    draft = revision(session, plan, [*FIRST[:3], replace(PROJECTS, deadline="ongoing")])

    (item,) = items_of(session, draft)

    assert (item.locked, item.ticked) == ("已销号，不再改动；要改请先恢复办理", False)
    editions.tick(session, SYSTEM, draft_id=draft.id, shown=[item.key], taken=[item.key], now=NOW)
    assert confirmed(session, draft).left == 1


def test_a_unit_that_goes_keeps_its_returns_and_owes_nothing_more(session: Session, plan: Plan) -> None:
    task = tasks(session, plan)[0]
    line = report(session, task)
    gone_id = task.assignments[0].id
    draft = revision(session, plan, [replace(FILES, units=[("lead", "市财政局")]), *FIRST[1:]])

    confirmed(session, draft)

    assert owed(tasks(session, plan)[0]) == [("市财政局", "lead")]
    gone = session.get(Assignment, gone_id)
    assert gone is not None
    assert gone.ended_at == NOW
    assert session.get(ReturnLine, line.id) is not None


def test_a_unit_that_comes_back_finds_its_returns(session: Session, plan: Plan) -> None:
    report(session, tasks(session, plan)[0])
    part_id = tasks(session, plan)[0].assignments[0].id
    confirmed(session, revision(session, plan, [replace(FILES, units=[("lead", "市财政局")]), *FIRST[1:]]))

    third = uploaded(session, [*FIRST, NEW], title=f"{TITLE}（第三版）")
    editions.choose(session, SYSTEM, draft_id=third.id, relation=Relation.REVISION, plan_id=plan.id, now=NOW)
    confirmed(session, third)

    back = tasks(session, plan)[0].assignments[0]
    assert (back.id, back.unit.name, back.ended_at) == (part_id, "市司法局", None)


def test_a_task_that_came_from_no_document_is_not_dropped_by_one(session: Session, plan: Plan) -> None:
    added = Task(
        plan_id=plan.id, serial=9, title="开放检索接口", text="开放检索接口", section="例会议定事项",
        deadline_phrase="", deadline_notation="none", state="assigned", created_at=NOW,
    )  # fmt: skip
    session.add(added)
    session.flush()
    draft = revision(session, plan, FIRST)

    (item,) = items_of(session, draft)

    assert (item.task, item.ticked) == (added, False)
    assert item.note == "不是这份文件里的任务，是另外加的，建议保留"


def test_what_only_the_office_changed_is_no_change_of_the_document(session: Session, plan: Plan) -> None:
    task = tasks(session, plan)[0]
    wanted = task_service.TaskChange(
        title=task.title, roles={task.assignments[0].unit_id: Role.LEAD},
        days={task.checkpoints[0].id: date(2026, 12, 15)}, reason="会商后延期",
    )  # fmt: skip
    task_service.change(session, SYSTEM, task_id=task.id, version=task.version, wanted=wanted, now=NOW)

    assert items_of(session, revision(session, plan, [*FIRST[:3], replace(PROJECTS, number="9")])) == []


def test_where_both_changed_the_same_thing_the_ledger_stays_unless_ticked(
    session: Session, plan: Plan
) -> None:
    task = tasks(session, plan)[0]
    wanted = task_service.TaskChange(
        title=task.title, roles={part.unit_id: Role(part.role) for part in task.assignments},
        days={task.checkpoints[0].id: date(2026, 12, 15)}, reason="会商后延期",
    )  # fmt: skip
    task_service.change(session, SYSTEM, task_id=task.id, version=task.version, wanted=wanted, now=NOW)
    draft = revision(session, plan, [replace(FILES, deadline="date:2026-10-31"), *FIRST[1:]])

    (item,) = items_of(session, draft)

    assert (item.ticked, item.note) == (False, "公开办改过时限，建议保留现在的")


def test_a_stage_that_is_closed_stays_closed(session: Session) -> None:
    directory(session)
    staged = replace(FILES, deadline="multi:date:2026-06-30|date:2026-11-30", phrase="6月底、11月底")
    plan = imported(session, [staged, *FIRST[1:]])
    task = tasks(session, plan)[0]
    first = task.checkpoints[0]
    task_service.close_checkpoint(
        session, SYSTEM, task_id=task.id, checkpoint_id=first.id, version=task.version, now=NOW
    )
    later = replace(staged, deadline="multi:date:2026-06-30|date:2026-12-31", phrase="6月底、12月底")

    confirmed(session, revision(session, plan, [later, *FIRST[1:]]))

    points = tasks(session, plan)[0].checkpoints
    assert [(point.due_on, point.closed_at) for point in points] == [
        (date(2026, 6, 30), NOW), (date(2026, 12, 31), None),
    ]  # fmt: skip


def test_the_bytes_of_the_former_edition_are_known_too(session: Session, plan: Plan) -> None:
    first = plan.text.encode()
    confirmed(session, revision(session, plan, CHANGED))

    with pytest.raises(importing.KnownFile) as told:
        importing.upload(session, SYSTEM, data=first, filename="要点.docx", files=MemoryFiles(), now=NOW)

    assert told.value.earlier
    assert told.value.plan_id == plan.id
    assert "旧版" in str(told.value)


def test_a_revision_is_confirmed_once(session: Session, plan: Plan) -> None:
    draft = revision(session, plan, CHANGED)
    confirmed(session, draft)

    with pytest.raises(importing.KnownFile):
        confirmed(session, draft)
    assert last_batch(session).kind == "revision"


def test_a_draft_of_which_nothing_was_said_has_no_comparison(session: Session, plan: Plan) -> None:
    draft = uploaded(session, [NEW])

    with pytest.raises(editions.NoRevision):
        editions.diff_page(session, draft_id=draft.id)
    with pytest.raises(editions.NoRevision):
        revising.confirm(session, SYSTEM, draft_id=draft.id, version=draft.version, now=NOW)


def test_where_nothing_is_proposed_a_person_can_name_the_plan(session: Session, plan: Plan) -> None:
    draft = uploaded(session, [NEW], title="青溪市2026年重点民生实事", number="青政办〔2026〕1号")

    found = editions.standing(session, draft)

    assert found.proposed is None
    assert found.others == (plan,)
