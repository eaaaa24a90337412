"""From an upload to a plan."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_unit
from tests.support.qingxi import PARTS, Item, MemoryFiles, Other, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import drafts, groups, importing, names
from tracker.services.readiness import EVERY_CONCERN, Concern, Obstacle
from tracker.services.task_making import first_day, title_of
from tracker.store.queries import audit, imports
from tracker.store.tables import Clause, ImportDraft, Plan, Task


def upload(session: Session, proposal: dict[str, Any] | None = None, *, data: bytes = b"one") -> ImportDraft:
    return importing.upload(
        session,
        SYSTEM,
        data=data,
        filename="工作要点.docx",
        files=MemoryFiles(),
        proposal=proposal or draft_plan(),
        now=NOW,
    )


def directory(session: Session) -> dict[str, int]:
    """All names of the plan about 青溪市, known to the directory."""
    known = ["市司法局", "市营商局", "市人社局", "市发展改革委", "东河县", "西河县"]
    ids = {name: make_unit(session, name, position=place).id for place, name in enumerate(known)}
    departments = [ids[name] for name in known[:4]]
    counties = [ids["东河县"], ids["西河县"]]
    groups.create_group(session, SYSTEM, name="市政府各部门", member_ids=departments, now=NOW)
    groups.create_group(session, SYSTEM, name="各县（市、区）政府", member_ids=counties, now=NOW)
    return ids


def decide_deadlines(session: Session, draft: ImportDraft) -> None:
    for row in imports.rows(session, draft.id):
        if not row.reading["deadline"]["certain"]:
            drafts.choose_reading(
                session,
                SYSTEM,
                draft_id=draft.id,
                row_id=row.id,
                version=row.version,
                notation=row.reading["deadline"]["other_readings"][0],
                now=NOW,
            )


def confirm(session: Session, draft: ImportDraft, accepted: frozenset[Concern] = EVERY_CONCERN) -> Plan:
    return importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=accepted, now=NOW
    )


def tasks(session: Session, plan: Plan) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.serial)))


def owed(task: Task) -> list[tuple[str, str, str]]:
    return [(part.unit.name, part.role, part.group_name) for part in task.assignments]


def test_an_upload_is_kept_with_what_was_read(session: Session) -> None:
    files = MemoryFiles()

    draft = importing.upload(
        session, SYSTEM, data=b"one", filename="要点.docx", files=files, proposal=draft_plan(), now=NOW
    )

    assert files.read(draft.source_file.sha256) == b"one"
    assert (draft.title, draft.year, draft.issued_on) == (
        "青溪市2026年政务公开工作要点",
        2026,
        date(2026, 3, 18),
    )
    assert [row.reading["number"] for row in draft.rows] == ["1", "2", "3"]
    assert [event.summary for event in audit.history(session, "import_draft", draft.id)] == [
        "上传“要点.docx”，识别出3项任务"
    ]


def test_the_same_bytes_lead_to_the_open_draft(session: Session) -> None:
    draft = upload(session)

    with pytest.raises(importing.KnownFile, match="正等着核对") as caught:
        upload(session)

    assert (caught.value.draft_id, caught.value.plan_id) == (draft.id, None)


def test_the_same_bytes_lead_to_the_plan_once_confirmed(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)
    plan = confirm(session, draft)

    with pytest.raises(importing.KnownFile, match="已导入过") as caught:
        upload(session)

    assert caught.value.plan_id == plan.id


def test_a_discarded_file_may_come_again(session: Session) -> None:
    first = upload(session)
    importing.discard(session, SYSTEM, draft_id=first.id, version=first.version, now=NOW)

    second = upload(session)

    assert second.id != first.id
    assert second.source_file_id == first.source_file_id


def test_a_draft_is_discarded_once(session: Session) -> None:
    draft = upload(session)
    importing.discard(session, SYSTEM, draft_id=draft.id, version=draft.version, now=NOW)

    with pytest.raises(RuleViolated, match="已经结束"):
        importing.discard(session, SYSTEM, draft_id=draft.id, version=draft.version, now=NOW)


def test_a_draft_that_a_colleague_is_at_is_not_discarded(session: Session) -> None:
    draft = upload(session)

    with pytest.raises(VersionConflict):
        importing.discard(session, SYSTEM, draft_id=draft.id, version=draft.version - 1, now=NOW)

    assert draft.state == "open"


def test_a_discarded_draft_becomes_no_plan(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)
    session.refresh(draft)
    importing.discard(session, SYSTEM, draft_id=draft.id, version=draft.version, now=NOW)

    with pytest.raises(RuleViolated, match="已经结束"):
        confirm(session, draft)

    assert session.scalars(select(Plan)).all() == []


def test_a_confirmed_draft_becomes_a_plan(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)

    plan = confirm(session, draft)

    first, second, third = tasks(session, plan)
    assert (plan.title, plan.year, plan.issued_on) == (
        "青溪市2026年政务公开工作要点",
        2026,
        date(2026, 3, 18),
    )
    assert plan.text == draft.draft["text"]
    assert [task.serial for task in (first, second, third)] == [1, 2, 3]
    assert first.title == "对现行有效的行政规范性文件逐件核对，集中放到专栏"
    assert [task.section for task in (first, second, third)] == [
        "一、主动公开",
        "一、主动公开",
        "二、平台建设",
    ]
    assert owed(first) == [
        ("市司法局", "lead", ""),
        ("市营商局", "support", "市政府各部门"),
        ("市人社局", "support", "市政府各部门"),
        ("市发展改革委", "support", "市政府各部门"),
    ]
    assert owed(third) == [
        ("东河县", "responsible", "各县(市、区)政府"),
        ("西河县", "responsible", "各县(市、区)政府"),
        ("市发展改革委", "responsible", ""),
    ]
    assert (draft.state, draft.plan_id, draft.confirmed_at) == ("confirmed", plan.id, NOW)


def test_checkpoints_follow_from_the_chosen_readings(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)

    first, second, third = tasks(session, confirm(session, draft))

    assert (first.due_on, first.next_due_on) == (date(2026, 11, 30), date(2026, 11, 30))
    assert (second.due_on, second.deadline_phrase) == (date(2026, 12, 31), "12月前")
    assert second.deadline_reason == "原文“12月前”，核对时选定为2026年12月31日前。"
    # NOW is 24 September: the quarters that ended before are not asked for any more.
    assert [point.due_on for point in third.checkpoints] == [date(2026, 9, 30), date(2026, 12, 31)]
    assert third.next_due_on == date(2026, 9, 30)


def test_every_passage_becomes_a_clause_in_the_order_of_the_text(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)

    plan = confirm(session, draft)

    clauses = list(session.scalars(select(Clause).where(Clause.plan_id == plan.id).order_by(Clause.position)))
    kinds = ["title", "metadata", "preamble", "heading", "task", "task", "task", "safeguard", "signature"]
    assert [clause.kind for clause in clauses] == kinds
    assert [clause.position for clause in clauses] == list(range(9))
    assert all(plan.text[clause.span_start : clause.span_end] == clause.text for clause in clauses)
    assert tasks(session, plan)[0].clause_id == clauses[4].id


def test_what_is_unsettled_stops_a_confirmation_and_is_named(session: Session) -> None:
    draft = upload(session)

    with pytest.raises(importing.NotReady) as caught:
        confirm(session, draft)

    left = caught.value.left
    assert [found.obstacle for found in left.blocked] == [Obstacle.DEADLINE, Obstacle.NAME]
    assert left.names(Obstacle.NAME)[0] == "市司法局"
    assert "完成时限有几种读法，请选定（1处）" in str(caught.value)
    assert session.scalars(select(Plan)).all() == []


@pytest.mark.parametrize(
    ("parts", "concern"),
    [
        ((Item("推进基层政务公开。", phrase="6月底前", deadline="date:2026-06-30"),), Concern.NO_UNIT),
        ((Item("推进基层政务公开。", [("responsible", "市司法局")]),), Concern.NO_DEADLINE),
        (
            (
                Item(
                    "推进基层政务公开。",
                    [("responsible", "市司法局")],
                    deadline="ongoing",
                    findings=[{"severity": "warning", "code": "odd", "message": "请看一眼。"}],
                ),
            ),
            Concern.UNREVIEWED,
        ),
    ],
    ids=["a row without a unit", "a row without a time", "a finding that nobody looked at"],
)
def test_a_concern_is_accepted_or_stops(session: Session, parts: tuple[Item, ...], concern: Concern) -> None:
    directory(session)
    draft = upload(session, draft_plan(parts))

    with pytest.raises(importing.NotReady) as caught:
        confirm(session, draft, accepted=frozenset())
    plan = confirm(session, draft, accepted=frozenset({concern}))

    assert [(found.concern, found.count) for found in caught.value.left.concerns] == [(concern, 1)]
    assert len(tasks(session, plan)) == 1


def test_a_group_without_members_stops(session: Session) -> None:
    groups.create_group(session, SYSTEM, name="各乡镇(街道)", now=NOW)
    draft = upload(
        session, draft_plan([Item("推进公开。", [("responsible", "各乡镇(街道)")], deadline="ongoing")])
    )

    with pytest.raises(importing.NotReady) as caught:
        confirm(session, draft)

    assert caught.value.left.names(Obstacle.EMPTY_GROUP) == ("各乡镇(街道)",)


def test_a_plan_needs_a_year(session: Session) -> None:
    directory(session)
    proposal = draft_plan([Item("推进公开。", [("responsible", "市司法局")], deadline="ongoing")], year=None)
    draft = upload(session, proposal)

    with pytest.raises(importing.NotReady, match="没有年份"):
        confirm(session, draft)
    drafts.change_about(
        session,
        SYSTEM,
        draft_id=draft.id,
        version=draft.version,
        title=draft.title,
        year=2025,
        issuer="",
        document_number="",
        issued_on=None,
        now=NOW,
    )

    assert confirm(session, draft).year == 2025


def test_a_document_without_a_task_makes_no_plan(session: Session) -> None:
    draft = upload(session, draft_plan([Other("preamble", "今年的工作做得很好。")]))

    with pytest.raises(importing.NotReady, match="没有发现任务"):
        confirm(session, draft)
    with pytest.raises(RuleViolated, match="没有发现任务"):
        drafts.make_task(session, SYSTEM, draft_id=draft.id, start=0, now=NOW)


def test_the_second_of_two_confirmations_finds_the_first(session: Session) -> None:
    directory(session)
    draft = upload(session)
    decide_deadlines(session, draft)
    version = draft.version
    plan = confirm(session, draft)

    with pytest.raises(importing.KnownFile) as caught:
        importing.confirm(
            session, SYSTEM, draft_id=draft.id, version=version, accepted=EVERY_CONCERN, now=NOW
        )

    assert caught.value.plan_id == plan.id
    assert len(session.scalars(select(Plan)).all()) == 1


def test_a_correction_after_the_page_was_shown_stops_the_confirmation(session: Session) -> None:
    directory(session)
    draft = upload(session)
    shown = draft.version
    decide_deadlines(session, draft)

    with pytest.raises(VersionConflict, match="有人改过"):
        importing.confirm(session, SYSTEM, draft_id=draft.id, version=shown, accepted=EVERY_CONCERN, now=NOW)


def test_a_draft_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        importing.confirm(session, SYSTEM, draft_id=999, version=1, now=NOW)


def test_a_name_that_is_nobody_owes_nothing(session: Session) -> None:
    directory(session)
    parts = [Item("推进公开。", [("responsible", "市司法局"), ("support", "有关方面")], deadline="ongoing")]
    draft = upload(session, draft_plan(parts))
    names.decide_nobody(session, SYSTEM, draft_id=draft.id, printed="有关方面", now=NOW)

    plan = confirm(session, draft)

    assert owed(tasks(session, plan)[0]) == [("市司法局", "responsible", "")]


def test_the_list_counts_rows_and_states(session: Session) -> None:
    draft = upload(session)
    given_up = upload(session, data=b"two")
    importing.discard(session, SYSTEM, draft_id=given_up.id, version=given_up.version, now=NOW)

    shown = importing.listing(session)

    assert [(line.id, line.rows, line.checked, line.created_by) for line in shown.lines] == [
        (draft.id, 3, 0, "系统")
    ]
    assert shown.counts == {"open": 1, "discarded": 1}
    assert [line.id for line in importing.listing(session, state="discarded").lines] == [given_up.id]


@pytest.mark.parametrize(
    ("year", "issued", "today", "first"),
    [
        (2026, date(2026, 3, 18), date(2026, 9, 24), date(2026, 9, 24)),
        (2026, date(2026, 3, 18), date(2026, 2, 1), date(2026, 3, 18)),
        (2026, None, date(2025, 12, 1), date(2026, 1, 1)),
        (2023, date(2023, 6, 22), date(2026, 9, 24), date(2023, 6, 22)),
        (2023, None, date(2026, 9, 24), date(2023, 1, 1)),
    ],
    ids=["imported in autumn", "imported before its issue", "next year's", "a past year's", "past, undated"],
)
def test_rhythms_begin_on_the_first_day(year: int, issued: date | None, today: date, first: date) -> None:
    assert first_day(year, issued, today) == first


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("做好公开。再做解读。", "做好公开"),
        ("做好公开；再做解读", "做好公开"),
        ("做好公开", "做好公开"),
        ("字" * 80, "字" * 59 + "…"),
        ("\n做好公开\n再做解读", "做好公开"),
    ],
)
def test_the_title_is_the_first_sentence(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_importers_draft_is_never_edited(session: Session) -> None:
    proposal = draft_plan(PARTS)
    before = copy.deepcopy(proposal)
    draft = upload(session, proposal)

    decide_deadlines(session, draft)

    session.expire(draft)
    assert draft.draft == before


def test_what_the_check_up_says_about_the_whole_document_is_accepted_or_stops(session: Session) -> None:
    directory(session)
    severe = {"severity": "blocking", "code": "table-run-together", "message": "各栏的文字连在了一起。"}
    item = Item("推进公开。", [("responsible", "市司法局")], deadline="ongoing")
    draft = upload(session, draft_plan([item], findings=[severe]))

    with pytest.raises(importing.NotReady, match="体检提出的问题（1项）"):
        confirm(session, draft, accepted=frozenset())

    assert confirm(session, draft, accepted=frozenset({Concern.DOCUMENT})).id


def test_a_name_that_is_still_open_is_no_missing_unit(session: Session) -> None:
    draft = upload(
        session, draft_plan([Item("推进公开。", [("responsible", "市司法局")], deadline="ongoing")])
    )

    with pytest.raises(importing.NotReady) as caught:
        confirm(session, draft, accepted=frozenset())

    assert caught.value.left.concerns == ()


def test_a_plan_of_many_stages_is_kept_whole(session: Session) -> None:
    directory(session)
    stages = "multi:" + "|".join(f"date:2026-{month:02}-{day}" for month in range(1, 13) for day in (10, 20))
    item = Item("推进公开。", [("responsible", "市司法局")], phrase="分月", deadline=stages)

    plan = confirm(session, upload(session, draft_plan([item])))

    (task,) = tasks(session, plan)
    assert task.deadline_notation == stages
    assert len(task.checkpoints) == 24
