"""A batch is undone: what nobody touched goes back, what was touched stays, and the answer names both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW
from tests.services.test_editions import CHANGED, report
from tests.support.editions import (
    DESK,
    FILES,
    FIRST,
    PROJECTS,
    confirmed,
    directory,
    imported,
    items_of,
    last_batch,
    owed,
    revision,
    tasks,
)
from tracker.domain.actor import SYSTEM
from tracker.domain.assigning import Part
from tracker.domain.likeness import Relation
from tracker.domain.task import Role
from tracker.services import batches, editions, import_history, importing, undoing
from tracker.services import tasks as task_service
from tracker.services.batches import BatchKind, DeadlineChange, TaskFacts
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import audit
from tracker.store.tables import (
    Assignment,
    BatchChange,
    Checkpoint,
    Clause,
    ImportBatch,
    ImportDraft,
    LookBack,
    PeriodFact,
    Plan,
    PlanEdition,
    ReturnLine,
    Task,
    Unit,
    Verdict,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def plan(session: Session) -> Plan:
    directory(session)
    return imported(session)


def undo(session: Session, batch: ImportBatch | None = None) -> undoing.Undone:
    return undoing.undo(session, SYSTEM, batch_id=(batch or last_batch(session)).id, now=LATER)


def draft_of(session: Session, batch: ImportBatch) -> ImportDraft:
    draft = session.get(ImportDraft, batch.draft_id, populate_existing=True)
    assert draft is not None
    return draft


def count(session: Session, table: type[Plan | Task | Clause | Assignment | Checkpoint]) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


def rename(session: Session, task: Task) -> None:
    wanted = task_service.TaskChange(
        title="另起的名称", roles={part.unit_id: Role(part.role) for part in task.assignments}
    )
    task_service.change(session, SYSTEM, task_id=task.id, version=task.version, wanted=wanted, now=NOW)


def test_an_import_that_nobody_touched_goes_without_a_trace_but_the_trail(
    session: Session, plan: Plan
) -> None:
    plan_id = plan.id

    done = undo(session)

    assert ([each.serial for each in done.reversed], done.kept, done.plan_goes) == ([1, 2, 3, 4], (), True)
    for table in (Plan, Task, Clause, Assignment, Checkpoint):
        assert count(session, table) == 0
    told = [event.summary for event in audit.history(session, "plan", plan_id)]
    assert told[0].endswith("撤回4项，这份文件的台账已撤去。草稿已重新打开，可以更正后再确认。")


def test_the_draft_is_open_again_and_can_be_confirmed_anew(session: Session, plan: Plan) -> None:
    first_id, first_tasks = plan.id, [task.id for task in tasks(session, plan)]
    done = undo(session)
    draft = session.get(ImportDraft, done.draft_id, populate_existing=True)
    assert draft is not None
    assert (draft.state, draft.plan_id, draft.confirmed_at) == ("open", None, None)

    again = importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=LATER
    )

    assert again.id > first_id
    assert min(task.id for task in tasks(session, again)) > max(first_tasks)


def test_what_was_touched_stays_and_is_named_with_its_reason(session: Session, plan: Plan) -> None:
    found = tasks(session, plan)
    rename(session, found[0])
    report(session, found[1])
    task_service.sign_off(
        session, SYSTEM, task_id=found[2].id, version=found[2].version, note="已公开", now=NOW
    )

    done = undo(session)

    assert [each.serial for each in done.reversed] == [4]
    assert [(each.serial, why) for each, why in done.kept] == [
        (1, "之后修改过"), (2, "已有报送1次"), (3, "已销号"),
    ]  # fmt: skip
    assert done.words == "撤回1项，保留3项（第1项、第2项、第3项）。草稿已重新打开，可以更正后再确认。"
    assert [task.serial for task in tasks(session, plan)] == [1, 2, 3]
    assert session.scalars(select(func.count()).select_from(ReturnLine)).one() == 1


def test_what_a_unit_is_typing_is_kept_too(session: Session, plan: Plan) -> None:
    report(session, tasks(session, plan)[1], state="draft")

    done = undo(session)

    assert [(each.serial, why) for each, why in done.kept] == [(2, "单位正在填报")]


def test_the_rest_of_an_undone_import_is_compared_with_what_was_kept(session: Session, plan: Plan) -> None:
    rename(session, tasks(session, plan)[0])
    done = undo(session)
    assert done.draft_id is not None
    draft = session.get(ImportDraft, done.draft_id, populate_existing=True)
    assert draft is not None

    found = items_of(session, draft)
    confirmed(session, draft)

    assert [[kind.label for kind in item.kinds] for item in found] == [["新增"]] * 3
    assert tasks(session, plan)[0].title == "另起的名称"
    assert len(tasks(session, plan)) == 4


def test_the_look_before_says_what_the_undo_then_does(session: Session, plan: Plan) -> None:
    rename(session, tasks(session, plan)[0])
    batch = last_batch(session)

    before = undoing.look(session, batch_id=batch.id)
    done = undo(session, batch)
    after = undoing.look(session, batch_id=batch.id)

    assert (before.reversed, before.kept) == (done.reversed, done.kept) == (after.reversed, after.kept)


def test_an_undone_batch_is_not_undone_again(session: Session, plan: Plan) -> None:
    batch = last_batch(session)
    rename(session, tasks(session, plan)[0])
    undo(session, batch)

    with pytest.raises(undoing.AlreadyUndone):
        undo(session, batch)


def test_a_batch_of_which_everything_was_touched_has_nothing_to_undo(session: Session, plan: Plan) -> None:
    for task in tasks(session, plan):
        rename(session, task)

    with pytest.raises(undoing.NothingToUndo):
        undo(session)
    assert last_batch(session).state == "applied"


def test_a_week_that_has_begun_keeps_the_plan_and_its_figures(session: Session, plan: Plan) -> None:
    cadence = factories.make_cadence(session, plan)
    factories.make_period(session, cadence, "2026-W38", state="closed", facts={"due": 4, "missed": 4})

    done = undo(session)

    assert (len(done.reversed), done.plan_goes) == (4, False)
    assert tasks(session, plan) == []
    assert session.scalars(select(func.sum(PeriodFact.value))).one() == 8
    draft = session.get(ImportDraft, done.draft_id, populate_existing=True)
    assert draft is not None
    confirmed(session, draft)
    assert len(tasks(session, plan)) == 4


def test_a_revision_goes_back_change_by_change(session: Session, plan: Plan) -> None:
    before = [
        (task.id, task.title, task.text, task.due_on, task.state, owed(task)) for task in tasks(session, plan)
    ]
    places = [task.clause_id for task in tasks(session, plan)]
    head = (plan.title, plan.document_number, plan.source_sha256, plan.text)
    confirmed(session, revision(session, plan, CHANGED))

    done = undo(session)

    assert len(done.reversed) == 5
    now = [
        (task.id, task.title, task.text, task.due_on, task.state, owed(task)) for task in tasks(session, plan)
    ]
    assert now == before
    assert [task.clause_id for task in tasks(session, plan)] == places
    assert (plan.title, plan.document_number, plan.source_sha256, plan.text) == head
    assert session.scalars(select(func.count()).select_from(PlanEdition)).one() == 1
    assert session.scalars(select(func.max(Clause.edition))).one() == 1


def test_an_import_counts_as_untouched_again_when_its_revision_was_undone(
    session: Session, plan: Plan
) -> None:
    first = last_batch(session)
    confirmed(session, revision(session, plan, CHANGED))
    undo(session)

    done = undo(session, session.get(ImportBatch, first.id))

    assert (len(done.reversed), done.kept) == (4, ())


def test_an_import_is_not_undone_under_a_later_revision(session: Session, plan: Plan) -> None:
    first = last_batch(session)
    confirmed(session, revision(session, plan, CHANGED))

    with pytest.raises(undoing.LaterRevision):
        undo(session, session.get(ImportBatch, first.id))
    assert undoing.look(session, batch_id=first.id).reversed == ()


def test_a_change_that_was_edited_since_stays_in_its_edition(session: Session, plan: Plan) -> None:
    confirmed(session, revision(session, plan, CHANGED))
    rename(session, tasks(session, plan)[0])

    done = undo(session)

    assert [(each.serial, why) for each, why in done.kept] == [(1, "之后修改过")]
    kept = tasks(session, plan)[0]
    assert (kept.text, kept.title) == (CHANGED[1].text, "另起的名称")
    assert kept.clause is not None
    assert kept.clause.edition == 2
    assert plan.document_number == "青政公开办〔2026〕3号"


def test_a_change_on_which_was_reported_since_stays(session: Session, plan: Plan) -> None:
    confirmed(session, revision(session, plan, CHANGED))
    report(session, tasks(session, plan)[0])

    done = undo(session)

    assert [(each.serial, why) for each, why in done.kept] == [(1, "之后有报送")]


def test_a_report_from_before_a_revision_does_not_hold_it(session: Session, plan: Plan) -> None:
    line = report(session, tasks(session, plan)[0])
    line.return_.submitted_at = NOW - timedelta(days=1)
    confirmed(session, revision(session, plan, CHANGED))

    done = undo(session)

    assert done.kept == ()
    assert session.get(ReturnLine, line.id) is not None


def test_an_undone_revision_can_be_confirmed_again(session: Session, plan: Plan) -> None:
    draft = revision(session, plan, CHANGED)
    confirmed(session, draft)
    undo(session)
    session.refresh(draft)
    assert draft.plan_id is None, "the plan reads its regime from the draft that it was made of"

    confirmed(session, draft)

    assert tasks(session, plan)[0].text == CHANGED[1].text
    assert plan.document_number == "青政公开办〔2026〕9号"


def sheet(session: Session, plan: Plan) -> ImportBatch:
    return batches.begin(session, SYSTEM, plan_id=plan.id, kind=BatchKind.SHEET, now=NOW)


def test_a_sheet_changes_creates_and_cancels_and_all_goes_back(session: Session, plan: Plan) -> None:
    batch = sheet(session, plan)
    found = tasks(session, plan)
    finance = session.scalars(select(Unit).where(Unit.name == "市财政局")).one()
    parts = [Part(finance.id, Role.LEAD, finance.name)]

    changes = batches.Changes(session, SYSTEM, batch, "表格回传", now=NOW)
    deadline = DeadlineChange("date:2026-10-15", "10月15日前")
    kinds = changes.change(found[0], text="逐件核对。", units=parts, deadline=deadline)
    changes.create(TaskFacts("新增一项。", parts=tuple(parts)))
    changes.cancel(found[3], reason="表格里删去")
    changes.write()

    assert [kind.value for kind in kinds] == ["wording", "units", "date"]
    now = tasks(session, plan)
    assert (now[0].title, now[0].due_on, owed(now[0])) == (
        "逐件核对",
        date(2026, 10, 15),
        [("市财政局", "lead")],
    )
    assert [(task.serial, task.state) for task in now[3:]] == [(4, "cancelled"), (5, "assigned")]

    done = undo(session, batch)

    assert [each.serial for each in done.reversed] == [1, 4, 5]
    back = tasks(session, plan)
    assert (back[0].text, back[0].due_on) == (FILES.text, date(2026, 11, 30))
    assert owed(back[0]) == [("市司法局", "lead"), ("市财政局", "support")]
    assert [task.state for task in back] == ["assigned"] * 4


def test_what_is_the_same_is_no_change(session: Session, plan: Plan) -> None:
    batch = sheet(session, plan)
    task = tasks(session, plan)[0]
    parts = [Part(part.unit_id, Role(part.role), "") for part in task.assignments]

    changes = batches.Changes(session, SYSTEM, batch, now=NOW)
    kinds = changes.change(task, text=task.text, units=parts, deadline=DeadlineChange(task.deadline_notation))
    changes.write()

    assert kinds == ()
    assert session.scalars(select(func.count()).where(BatchChange.batch_id == batch.id)).one() == 0


def test_a_name_that_a_person_gave_stays_when_a_file_changes_the_text(session: Session, plan: Plan) -> None:
    batch, task = sheet(session, plan), tasks(session, plan)[0]
    rename(session, task)

    changes = batches.Changes(session, SYSTEM, batch, now=NOW)
    changes.change(task, text="公开全部目录。")
    changes.write()

    assert (task.title, task.text) == ("另起的名称", "公开全部目录。")


def test_a_closed_task_is_not_changed_by_a_file(session: Session, plan: Plan) -> None:
    task = tasks(session, plan)[0]
    task_service.cancel(session, SYSTEM, task_id=task.id, version=task.version, reason="重复", now=NOW)

    with pytest.raises(task_service.NotOpen):
        batches.Changes(session, SYSTEM, sheet(session, plan), now=NOW).change(task, text="别的。")


def test_who_has_nothing_left_after_an_undoing_need_not_hand_in_this_week(session: Session, plan: Plan) -> None:
    unit = factories.make_unit(session, "市教育局")
    batch = sheet(session, plan)
    facts = TaskFacts(text="公开招生政策。", notation="none", parts=(Part(unit.id, Role.LEAD, unit.name),))
    changes = batches.Changes(session, SYSTEM, batch, now=NOW)
    changes.create(facts)
    changes.write()
    period = factories.make_period(session, factories.make_cadence(session, plan))
    duty = factories.make_obligation(session, period, unit)

    undo(session, batch)

    session.refresh(duty)
    assert duty.state == "waived"


def test_a_task_on_which_a_look_back_has_a_verdict_stays(session: Session, plan: Plan) -> None:
    look_back = LookBack(plan_id=plan.id, state="open", started_at=NOW)
    look_back.verdicts.append(Verdict(task_id=tasks(session, plan)[0].id, proposed="unfinished"))
    session.add(look_back)
    session.flush()

    done = undo(session)

    assert [(touched.serial, why) for touched, why in done.kept] == [(1, "已有回头看结论")]


def test_a_sheet_is_undone_under_a_later_revision_but_for_what_that_changed(
    session: Session, plan: Plan
) -> None:
    batch = sheet(session, plan)
    found = tasks(session, plan)
    changes = batches.Changes(session, SYSTEM, batch, now=NOW)
    changes.change(found[2], title="公开专区")
    changes.change(found[3], title="重大项目")
    changes.write()
    later = replace(DESK, deadline="date:2026-10-31")
    confirmed(session, revision(session, plan, [*FIRST[:2], later, PROJECTS]))

    done = undo(session, batch)

    assert [(each.serial, why) for each, why in done.kept] == [(3, "之后的修订版又改过")]
    assert [each.serial for each in done.reversed] == [4]


def test_the_history_tells_every_batch_newest_first(session: Session, plan: Plan) -> None:
    confirmed(session, revision(session, plan, CHANGED))
    undo(session)

    found = import_history.history(session)

    assert [(line.kind.label, line.batch.state, line.may_undo) for line in found.lines] == [
        ("修订版", "undone", False), ("首次导入", "applied", True),
    ]  # fmt: skip
    assert found.lines[1].counts == {"new": 4}


def test_ticks_of_another_plan_are_forgotten(session: Session, plan: Plan) -> None:
    other = imported(session, [replace(item, text=f"另外{item.text}") for item in FIRST])
    draft = revision(session, plan, CHANGED)
    editions.tick(session, SYSTEM, draft_id=draft.id, shown=["t1"], taken=[], now=NOW)

    choice = editions.choose(
        session, SYSTEM, draft_id=draft.id, relation=Relation.REVISION, plan_id=other.id, now=NOW
    )

    assert choice.ticks == {}


def test_the_same_bytes_are_led_to_the_draft_that_is_open_again(session: Session, plan: Plan) -> None:
    data = plan.text.encode()
    done = undo(session)

    with pytest.raises(importing.KnownFile) as told:
        importing.refuse_known(session, data=data)

    assert (told.value.plan_id, told.value.draft_id) == (None, done.draft_id)
