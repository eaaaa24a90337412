"""The crosswalk: what people decide about upper clauses, and three counts that are the whole at every moment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW
from tracker.domain.actor import Actor
from tracker.domain.crosswalk import Stand, WaivedAndCovered
from tracker.domain.errors import NotFound, RuleViolated
from tracker.services import crosswalk, crosswalk_paper, crosswalk_sources
from tracker.store.queries import crosswalk as queries
from tracker.store.tables import AuditEvent, Plan, Task, UpperClause, UpperDocument, UpperLink

OFFICE = Actor(None, "陈雨", "office")
TEXTS = (
    "推进规范性文件制发目录定期公布。",
    "公开老旧小区改造年度计划和每月进度。",
    "办好全省政策问答知识库。",
    "公布义务教育学区划分和招生计划。",
)


def proposal(texts: tuple[str, ...] = TEXTS) -> dict[str, Any]:
    return {"title": "某省2026年政务公开工作要点", "issuer": "省政府办公厅", "tasks": [
        {"number": f"{place}.", "headings": ["一、主动公开"], "text": text, "units_text": "省直部门", "deadline_text": None}
        for place, text in enumerate(texts, 1)
    ]}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    session: Session
    plan: Plan
    tasks: tuple[Task, ...]
    document: UpperDocument

    @property
    def clauses(self) -> list[int]:
        return [clause.id for clause in queries.clauses(self.session, self.document.id)]

    def facts(self) -> dict[str, Any]:
        return {"document_id": self.document.id, "now": NOW}

    def lists(self) -> dict[Stand, list[int]]:
        return {
            stand: [each.position for each in queries.clauses(self.session, self.document.id, stand=stand)]
            for stand in Stand
        }


def desk_of(session: Session, unit_name: str = "") -> Desk:
    plan, unit = factories.make_plan(session), factories.make_unit(session, unit_name)
    tasks = tuple(
        factories.make_task(session, plan, text, units=[unit], text=text)
        for text in ("每季度公布规范性文件制发目录", "公布老旧小区改造的年度计划和每月进度", "公布学区划分和招生计划")
    )
    number = session.query(UpperDocument).count()
    document = crosswalk_sources.add_file(
        session, OFFICE, plan_id=plan.id, data=f"省要点{number}".encode(), filename="省要点.docx",
        proposal=proposal(), now=NOW,
    )  # fmt: skip
    return Desk(session, plan, tasks, document)


@pytest.fixture
def desk(session: Session) -> Desk:
    return desk_of(session, "市司法局")


def test_a_new_document_is_all_gaps_and_makes_no_task(desk: Desk) -> None:
    view = crosswalk.view(desk.session, document_id=desk.document.id)

    assert (view.tally.total, view.tally.gap) == (4, 4)
    assert desk.session.query(Task).count() == 3


def test_each_gap_comes_with_what_may_answer_it_and_why(desk: Desk) -> None:
    rows = crosswalk.view(desk.session, document_id=desk.document.id).rows

    first = rows[0].offers[0]
    assert first.task_id == desk.tasks[0].id
    assert "规范性文件制发目录" in first.shared
    assert rows[2].offers == ()


def test_one_task_answers_several_clauses_and_one_clause_has_several_tasks(desk: Desk) -> None:
    one, two, *_ = desk.clauses
    first, second, _ = desk.tasks
    pairs = {(one, first.id), (two, first.id), (two, second.id)}

    assert crosswalk.link(desk.session, OFFICE, pairs=pairs, **desk.facts()) == 3
    assert desk.lists() == {Stand.COVERED: [1, 2], Stand.WAIVED: [], Stand.GAP: [3, 4]}
    assert crosswalk.link(desk.session, OFFICE, pairs=pairs, **desk.facts()) == 0, "twice is once"


def test_beside_each_clause_stands_what_its_task_last_reported(desk: Desk) -> None:
    part = desk.tasks[0].assignments[0]
    part.progress, part.reported_at = "已公布第三季度目录", NOW
    pairs = {(desk.clauses[0], desk.tasks[0].id), (desk.clauses[1], desk.tasks[0].id)}
    crosswalk.link(desk.session, OFFICE, pairs=pairs, **desk.facts())

    paper = crosswalk_paper.paper(desk.session, document_id=desk.document.id, now=NOW)

    said = [[(task.progress, task.reported_by) for task in clause.tasks] for clause in paper.clauses]
    assert said == [[("已公布第三季度目录", "市司法局")]] * 2 + [[], []]
    assert paper.summary == "上级文件共4条：已对应2条，不对应0条，漏接2条。"


def test_tasks_are_named_by_their_running_numbers_too(desk: Desk) -> None:
    serials = f"{desk.tasks[0].serial}、第{desk.tasks[1].serial}项"
    chosen = desk.clauses[2:4]

    made = crosswalk.link_serials(desk.session, OFFICE, clause_ids=chosen, serials=serials, **desk.facts())

    assert made == 4
    assert desk.lists()[Stand.COVERED] == [3, 4]


@pytest.mark.parametrize("serials", ["999999", "", "没有数字"])
def test_a_running_number_that_no_task_has_is_refused(desk: Desk, serials: str) -> None:
    with pytest.raises(crosswalk.UnknownSerial):
        crosswalk.link_serials(
            desk.session, OFFICE, clause_ids=desk.clauses[:1], serials=serials, **desk.facts()
        )


def test_what_need_not_be_answered_is_waived_with_a_reason_and_can_come_back(desk: Desk) -> None:
    chosen = desk.clauses[2:3]

    crosswalk.waive(desk.session, OFFICE, clause_ids=chosen, reason=" 属省级职责 ", **desk.facts())
    assert desk.lists() == {Stand.COVERED: [], Stand.WAIVED: [3], Stand.GAP: [1, 2, 4]}
    (row,) = crosswalk.view(desk.session, document_id=desk.document.id, stand=Stand.WAIVED).rows
    assert row.clause.waived_reason == "属省级职责"

    with pytest.raises(crosswalk.UndoingNeedsReason):
        crosswalk.unwaive(desk.session, OFFICE, clause_ids=chosen, reason=" ", **desk.facts())
    crosswalk.unwaive(desk.session, OFFICE, clause_ids=chosen, reason="市里也要做", **desk.facts())
    assert told(desk) == ("crosswalk:unwaive", "《某省2026年政务公开工作要点》1条取消不对应（第3条）：市里也要做")
    assert desk.lists()[Stand.GAP] == [1, 2, 3, 4]


def test_nothing_is_waived_without_a_reason(desk: Desk) -> None:
    with pytest.raises(crosswalk.ReasonNeeded):
        crosswalk.waive(desk.session, OFFICE, clause_ids=desk.clauses, reason="  ", **desk.facts())


def test_what_is_answered_is_not_waived_and_what_is_waived_is_not_answered(desk: Desk) -> None:
    one, two, *_ = desk.clauses
    crosswalk.link(desk.session, OFFICE, pairs={(one, desk.tasks[0].id)}, **desk.facts())
    crosswalk.waive(desk.session, OFFICE, clause_ids=[two], reason="属省级职责", **desk.facts())

    with pytest.raises(WaivedAndCovered):
        crosswalk.waive(desk.session, OFFICE, clause_ids=[one], reason="不适用", **desk.facts())
    with pytest.raises(crosswalk.ClauseIsWaived):
        crosswalk.link(desk.session, OFFICE, pairs={(two, desk.tasks[0].id)}, **desk.facts())


def test_the_store_itself_lets_no_clause_be_waived_and_answered(desk: Desk) -> None:
    one, two, *_ = desk.clauses
    crosswalk.link(desk.session, OFFICE, pairs={(one, desk.tasks[0].id)}, **desk.facts())
    crosswalk.waive(desk.session, OFFICE, clause_ids=[two], reason="属省级职责", **desk.facts())
    waived = {"waived": True, "waived_reason": "不适用", "waived_at": NOW}
    row = {"clause_id": two, "task_id": desk.tasks[0].id, "linked_at": NOW}

    for statement in (
        update(UpperClause).where(UpperClause.id == one).values(**waived),
        insert(UpperLink).values(clause_waived=False, **row),
        insert(UpperLink).values(clause_waived=True, **row),
    ):
        with pytest.raises(IntegrityError), desk.session.begin_nested():
            desk.session.execute(statement)


def test_a_wrong_answer_is_taken_back(desk: Desk) -> None:
    crosswalk.link(desk.session, OFFICE, pairs={(desk.clauses[0], desk.tasks[1].id)}, **desk.facts())
    (row,) = crosswalk.view(desk.session, document_id=desk.document.id, stand=Stand.COVERED).rows

    links = [row.answers[0].link_id]
    with pytest.raises(crosswalk.UndoingNeedsReason):
        crosswalk.unlink(desk.session, OFFICE, link_ids=links, reason=" ", **desk.facts())
    crosswalk.unlink(desk.session, OFFICE, link_ids=links, reason="对应错了", **desk.facts())

    assert desk.lists()[Stand.GAP] == [1, 2, 3, 4]
    serial = desk.tasks[1].serial
    assert told(desk) == ("crosswalk:unlink", f"《某省2026年政务公开工作要点》解除对应1处（第1条→{serial}）：对应错了")
    said = crosswalk.counts_words(desk.session, document_id=desk.document.id)
    assert said == "现在已对应0条，不对应0条，漏接4条。"


def test_why_very_many_answers_are_taken_back_is_in_the_trail_to_the_last_word(session: Session) -> None:
    plan = factories.make_plan(session)
    task = factories.make_task(session, plan, units=[factories.make_unit(session)])
    texts = tuple(f"公布第{place}批目录。" for place in range(1, 121))
    document = crosswalk_sources.add_file(
        session, OFFICE, plan_id=plan.id, data=b"many", filename="省.txt", proposal=proposal(texts), now=NOW
    )
    pairs = {(clause.id, task.id) for clause in queries.clauses(session, document.id)}
    crosswalk.link(session, OFFICE, document_id=document.id, pairs=pairs, now=NOW)
    session.expire_all()
    links = [link.id for link in session.query(UpperLink)]
    why = "整批对应错了，" * 60 + "以省里答复为准"

    crosswalk.unlink(session, OFFICE, document_id=document.id, link_ids=links, reason=why, now=NOW)

    event = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert event.summary.startswith(f"《{document.title}》解除对应120处（第1条→{task.serial}，")
    assert f"第10条→{task.serial}等）：整批对应错了" in event.summary
    assert (len(event.detail["undone"]), event.detail["reason"]) == (120, why)


def test_a_clause_that_another_task_answers_too_stays_covered(desk: Desk) -> None:
    pairs = {(desk.clauses[0], desk.tasks[0].id), (desk.clauses[0], desk.tasks[1].id)}
    crosswalk.link(desk.session, OFFICE, pairs=pairs, **desk.facts())
    (row,) = crosswalk.view(desk.session, document_id=desk.document.id, stand=Stand.COVERED).rows

    links = [row.answers[0].link_id]
    crosswalk.unlink(desk.session, OFFICE, link_ids=links, reason="对应错了", **desk.facts())

    assert desk.lists() == {Stand.COVERED: [1], Stand.WAIVED: [], Stand.GAP: [2, 3, 4]}


def told(desk: Desk) -> tuple[str, str]:
    """The last act on record."""
    event = desk.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    return event.action, event.summary


def test_the_plans_that_are_compared_most_come_first(desk: Desk) -> None:
    factories.make_plan(desk.session, "青溪市2026年政务公开培训方案")

    titles = [plan.title for plan in crosswalk_sources.listing(desk.session).plans]

    assert ["要点" in title for title in titles] == sorted(("要点" in title for title in titles), reverse=True)
    assert "要点" not in titles[-1]


def test_a_task_that_was_cancelled_answers_nothing_and_does_not_stand_in_the_way(desk: Desk) -> None:
    chosen = desk.clauses[:1]
    crosswalk.link(desk.session, OFFICE, pairs={(chosen[0], desk.tasks[0].id)}, **desk.facts())
    desk.tasks[0].state = "cancelled"
    desk.session.flush()

    (row, *_) = crosswalk.view(desk.session, document_id=desk.document.id, stand=Stand.GAP).rows
    assert [each.task_id for each in row.lost] == [desk.tasks[0].id]
    assert all(offer.task_id != desk.tasks[0].id for offer in row.offers)

    crosswalk.waive(desk.session, OFFICE, clause_ids=chosen, reason="任务已取消", **desk.facts())
    assert desk.lists()[Stand.WAIVED] == [1]


def test_a_task_of_another_plan_answers_nothing_here(desk: Desk) -> None:
    stranger = factories.make_task(desk.session, factories.make_plan(desk.session))

    with pytest.raises(NotFound):
        crosswalk.link(desk.session, OFFICE, pairs={(desk.clauses[0], stranger.id)}, **desk.facts())


def test_a_clause_of_another_document_is_not_decided_here(desk: Desk) -> None:
    other = desk_of(desk.session)

    with pytest.raises(NotFound):
        crosswalk.waive(desk.session, OFFICE, clause_ids=other.clauses[:1], reason="不适用", **desk.facts())


def test_the_same_file_is_compared_with_a_plan_once(desk: Desk) -> None:
    facts: dict[str, Any] = {"filename": "省要点.docx", "proposal": proposal(), "now": NOW}
    crosswalk_sources.add_file(desk.session, OFFICE, plan_id=desk.plan.id, data="另一份".encode(), **facts)

    with pytest.raises(crosswalk_sources.SameDocument):
        crosswalk_sources.add_file(desk.session, OFFICE, plan_id=desk.plan.id, data="另一份".encode(), **facts)


def test_a_file_without_tasks_is_refused(desk: Desk) -> None:
    with pytest.raises(crosswalk_sources.NoClauses):
        crosswalk_sources.add_file(
            desk.session, OFFICE, plan_id=desk.plan.id, data=b"-", filename="空.docx", proposal=proposal(()), now=NOW
        )


def test_a_plan_of_the_ledger_is_the_upper_one_of_another(desk: Desk) -> None:
    lower = factories.make_plan(desk.session, "青溪市云山县2026年政务公开工作要点")

    document = crosswalk_sources.add_plan(
        desk.session, OFFICE, plan_id=lower.id, from_plan_id=desk.plan.id, now=NOW
    )

    assert [clause.text for clause in queries.clauses(desk.session, document.id)] == [t.text for t in desk.tasks]
    with pytest.raises(crosswalk_sources.ItsOwn):
        crosswalk_sources.add_plan(desk.session, OFFICE, plan_id=lower.id, from_plan_id=lower.id, now=NOW)


def test_the_wrong_document_is_taken_away_with_its_decisions_and_the_trail_tells(desk: Desk) -> None:
    crosswalk.link(desk.session, OFFICE, pairs={(desk.clauses[0], desk.tasks[0].id)}, **desk.facts())

    crosswalk_sources.remove(desk.session, OFFICE, document_id=desk.document.id, now=NOW)

    assert desk.session.query(UpperLink).count() == desk.session.query(UpperClause).count() == 0
    said = [event.action for event in desk.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert said == ["crosswalk:add", "crosswalk:link", "crosswalk:remove"]


STEPS = st.tuples(
    st.sampled_from(["link", "unlink", "waive", "unwaive", "cancel", "delete"]),
    st.sets(st.integers(0, 3), max_size=3),
    st.sets(st.integers(0, 2), max_size=2),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8))
def test_whatever_people_do_each_clause_stands_in_exactly_one_list(session: Session, steps: list[Any]) -> None:
    with session.begin_nested() as nested:
        desk = desk_of(session)
        tasks = list(desk.tasks)
        for what, of_clauses, of_tasks in steps:
            clauses = [desk.clauses[each] for each in of_clauses]
            chosen = [tasks[each] for each in of_tasks if each < len(tasks)]
            with suppress(RuleViolated):
                _do(desk, what, clauses, chosen, tasks)
            counts = queries.tallies(session, [desk.document.id])[desk.document.id]
            lists = desk.lists()
            assert counts.total == 4
            assert sorted(place for found in lists.values() for place in found) == [1, 2, 3, 4]
            assert {stand: counts.of(stand) for stand in Stand} == {s: len(found) for s, found in lists.items()}
        nested.rollback()


def _do(desk: Desk, what: str, clauses: list[int], chosen: list[Task], tasks: list[Task]) -> None:
    if what == "link":
        crosswalk.link(
            desk.session, OFFICE, pairs={(c, task.id) for c in clauses for task in chosen}, **desk.facts()
        )
    elif what == "unlink":
        links = [
            each.id for row in queries.clauses(desk.session, desk.document.id) if row.id in clauses for each in row.links
        ]
        crosswalk.unlink(desk.session, OFFICE, link_ids=links, reason="对应错了", **desk.facts())
    elif what == "waive":
        crosswalk.waive(desk.session, OFFICE, clause_ids=clauses, reason="不适用", **desk.facts())
    elif what == "unwaive":
        crosswalk.unwaive(desk.session, OFFICE, clause_ids=clauses, reason="要做", **desk.facts())
    elif what == "cancel" and chosen:
        chosen[0].state = "cancelled"
        desk.session.flush()
    elif what == "delete" and chosen:
        tasks.remove(chosen[0])
        desk.session.delete(chosen[0])
        desk.session.flush()
