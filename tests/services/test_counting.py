"""Quotas and clock rules come with a confirmation, follow a revision, and go with an undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY
from tests.support.editions import ANSWERS, DESK, FILES, directory, last_batch, tasks
from tests.support.qingxi import TITLE, Item, MemoryFiles, Other, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.clock import DayUnit
from tracker.domain.likeness import Relation
from tracker.domain.quota_scope import Scope
from tracker.services import clock_rules, editions, importing, quota_targets, revising, undoing
from tracker.services.clock_rules import RuleFacts
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.tables import (
    CountedEvent,
    EventClock,
    ImportDraft,
    Plan,
    PlanClockRule,
    QuotaTarget,
    UnitClass,
)

LATER = NOW + timedelta(hours=1)
FIVE = {"minimum": 5, "period": "P1Y", "unit_class": "各县(市、区)", "counted": "在线访谈"}
TWO = {"minimum": 2, "period": "P1Y", "unit_class": "市政府部门", "counted": "在线访谈"}
QUARTERLY = {"minimum": 1, "period": "P3M", "unit_class": None, "counted": "开放日"}
OPEN = {"minimum": 1, "period": "P1Y", "unit_class": "有关部门", "counted": "培训"}
ISSUED = {"days": 20, "workdays": True, "event": "文件印发"}


def uploaded(
    session: Session, counts: dict[str, Sequence[dict[str, Any]]], items: Sequence[Item] = (FILES, ANSWERS, DESK),
    *, title: str = TITLE,
) -> ImportDraft:
    """A draft whose rows, by number, want these counted and timed."""
    proposal = draft_plan([Other("title", title), *items], title=title)
    for task in proposal["tasks"]:
        wanted = counts.get(task["number"], ())
        task["quotas"] = [each for each in wanted if "minimum" in each]
        task["clocks"] = [each for each in wanted if "days" in each]
    return importing.upload(
        session, SYSTEM, data=proposal["text"].encode(), filename="要点.docx", files=MemoryFiles(),
        proposal=proposal, now=NOW,
    )  # fmt: skip


def imported(session: Session, counts: dict[str, Sequence[dict[str, Any]]], **more: Any) -> Plan:
    directory(session)
    session.add_all([UnitClass(name="县(市、区)"), UnitClass(name="市政府部门", position=1)])
    draft = uploaded(session, counts, **more)
    return importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )


def revised(session: Session, plan: Plan, counts: dict[str, Sequence[dict[str, Any]]], items: Sequence[Item]) -> None:
    draft = uploaded(session, counts, items, title=f"{TITLE}（修订版）")
    editions.choose(session, SYSTEM, draft_id=draft.id, relation=Relation.REVISION, plan_id=plan.id, now=NOW)
    revising.confirm(session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW)


def targets(session: Session) -> list[tuple[str, int, str, bool]]:
    """Counted, minimum, scope and whether it is asked for, in their order."""
    session.expire_all()
    rows = session.scalars(select(QuotaTarget).order_by(QuotaTarget.task_id, QuotaTarget.position, QuotaTarget.id))
    return [(row.counted, row.minimum, row.scope, row.ended_at is None) for row in rows]


def enter(session: Session, target: QuotaTarget) -> CountedEvent:
    unit_id = target.task.assignments[0].unit_id
    event = CountedEvent(
        target_id=target.id, unit_id=unit_id, held_on=TODAY, title="第一场", evidence_url="https://qx.gov.cn/1", made_at=LATER
    )
    session.add(event)
    session.flush()
    return event


def only(session: Session) -> QuotaTarget:
    return session.scalars(select(QuotaTarget).where(QuotaTarget.ended_at.is_(None))).one()


def test_a_confirmation_leads_each_quota_to_whom_it_is_owed_by(session: Session) -> None:
    imported(session, {"1": [FIVE, TWO, OPEN], "2": [QUARTERLY], "3": []})

    assert targets(session) == [
        ("在线访谈", 5, "class", True), ("在线访谈", 2, "class", True), ("培训", 1, "open", True), ("开放日", 1, "each", True),
    ]  # fmt: skip
    found = list(session.scalars(select(QuotaTarget).order_by(QuotaTarget.id)))
    assert [row.unit_class.name if row.unit_class else None for row in found] == ["县(市、区)", "市政府部门", None, None]
    assert [row.settled for row in found] == [True, True, False, True]


def test_a_quota_that_names_one_unit_is_that_unit_s(session: Session) -> None:
    imported(session, {"1": [{**FIVE, "unit_class": "市财政局"}]})

    target = only(session)

    assert (target.scope, target.unit.name if target.unit else "") == ("unit", "市财政局")


def test_clocks_become_the_plan_s_rules(session: Session) -> None:
    timed = replace(ANSWERS, phrase="印发后10日内", deadline="relative:10 days after 决策出台")
    plan = imported(session, {"1": [ISSUED]}, items=(FILES, timed))

    rules = list(session.scalars(select(PlanClockRule).order_by(PlanClockRule.id)))

    assert [(rule.plan_id, rule.name, rule.event, rule.count, rule.day_unit) for rule in rules] == [
        (plan.id, "文件印发后20个工作日内", "文件印发", 20, "workdays"),
        (plan.id, "决策出台后10日内", "决策出台", 10, "days"),
    ]
    assert rules[1].basis == "印发后10日内"


CHANGED = replace(FILES, text="对现行有效的行政规范性文件逐件核对，集中放到专栏，每年访谈不少于6次。")


def test_a_revision_keeps_what_is_the_same_and_replaces_what_is_not(session: Session) -> None:
    plan = imported(session, {"1": [FIVE, TWO, ISSUED]})
    first = session.scalars(select(QuotaTarget).where(QuotaTarget.minimum == 2)).one().id

    revised(session, plan, {"1": [{**FIVE, "minimum": 6}, TWO]}, (CHANGED, ANSWERS, DESK))

    assert targets(session) == [
        ("在线访谈", 5, "class", False), ("在线访谈", 6, "class", True), ("在线访谈", 2, "class", True),
    ]  # fmt: skip
    kept = session.scalars(select(QuotaTarget).where(QuotaTarget.minimum == 2)).one()
    assert (kept.id, kept.ended_at) == (first, None)
    assert session.scalars(select(PlanClockRule)).one().ended_at is not None


def test_a_revision_that_leaves_a_task_alone_leaves_its_quotas_alone(session: Session) -> None:
    plan = imported(session, {"1": [FIVE]})

    revised(session, plan, {"1": [TWO]}, (FILES, replace(ANSWERS, text="建立政策问答库，逐月更新。"), DESK))

    assert targets(session) == [("在线访谈", 5, "class", True)]


def test_an_undone_import_takes_its_quotas_and_rules_with_it(session: Session) -> None:
    imported(session, {"1": [FIVE, ISSUED]})

    undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert (targets(session), list(session.scalars(select(PlanClockRule)))) == ([], [])


def test_a_task_with_an_event_stays_when_its_import_is_undone(session: Session) -> None:
    plan = imported(session, {"1": [FIVE], "2": [QUARTERLY]})
    enter(session, session.scalars(select(QuotaTarget).where(QuotaTarget.minimum == 5)).one())

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert [(touched.serial, why) for touched, why in done.kept] == [(1, "已登记过次数1次")]
    assert [task.serial for task in tasks(session, plan)] == [1]
    assert targets(session) == [("在线访谈", 5, "class", True)]


def test_a_task_with_a_clock_stays_and_a_plan_with_one_does_not_go(session: Session) -> None:
    plan = imported(session, {"1": [ISSUED]})
    facts: dict[str, Any] = {
        "rule_key": "publish", "rule_name": "主动公开", "rule_event": "形成", "count": 20, "day_unit": "workdays",
        "title": "通知", "started_on": TODAY, "made_at": LATER, "plan_id": plan.id,
        "unit_id": tasks(session, plan)[0].assignments[0].unit_id,
    }  # fmt: skip
    session.add_all([EventClock(**facts, task_id=tasks(session, plan)[1].id), EventClock(**facts)])
    session.flush()

    outlook = undoing.look(session, batch_id=last_batch(session).id)

    assert [(touched.serial, why) for touched, why in outlook.kept] == [(2, "已启动过时限1个")]
    assert outlook.plan_goes is False


def test_undoing_a_revision_brings_back_what_it_ended(session: Session) -> None:
    plan = imported(session, {"1": [FIVE, ISSUED]})
    revised(session, plan, {"1": [{**FIVE, "minimum": 6}]}, (CHANGED, ANSWERS, DESK))

    undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert targets(session) == [("在线访谈", 5, "class", True)]
    assert session.scalars(select(PlanClockRule)).one().ended_at is None


def test_a_revision_under_which_an_event_was_entered_stays(session: Session) -> None:
    plan = imported(session, {"1": [FIVE]})
    revised(session, plan, {"1": [{**FIVE, "minimum": 6}]}, (CHANGED, ANSWERS, DESK))
    enter(session, only(session))

    with pytest.raises(undoing.NothingToUndo):
        undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert targets(session) == [("在线访谈", 5, "class", False), ("在线访谈", 6, "class", True)]


def by_hand(session: Session, target: QuotaTarget, minimum: int) -> None:
    owner = quota_targets.Owner(Scope.EACH)
    facts = quota_targets.TargetFacts(target.counted, minimum, target.period, owner, target.printed)
    quota_targets.change(
        session, SYSTEM, target_id=target.id, version=target.version, facts=facts, reason="领导要求", now=LATER
    )


def test_a_revision_that_asks_for_the_same_leaves_what_the_office_has_made_of_it(session: Session) -> None:
    plan = imported(session, {"1": [FIVE, TWO]})
    five, two = session.scalars(select(QuotaTarget).order_by(QuotaTarget.id))
    by_hand(session, five, 8)
    quota_targets.end(session, SYSTEM, target_id=two.id, version=two.version, reason="今年不做", now=LATER)
    task = tasks(session, plan)[0]
    extra = quota_targets.TargetFacts("培训", 3, "P1Y", quota_targets.Owner(Scope.TOGETHER))
    quota_targets.add(session, SYSTEM, task_id=task.id, facts=extra, reason="领导要求", now=LATER)

    revised(session, plan, {"1": [FIVE, TWO]}, (CHANGED, ANSWERS, DESK))

    assert targets(session) == [
        ("在线访谈", 8, "each", True), ("在线访谈", 2, "class", False), ("培训", 3, "together", True),
    ]  # fmt: skip


def test_a_revision_that_asks_for_something_else_replaces_what_the_office_has_changed(session: Session) -> None:
    plan = imported(session, {"1": [FIVE]})
    by_hand(session, only(session), 8)

    revised(session, plan, {"1": [{**FIVE, "minimum": 6}]}, (CHANGED, ANSWERS, DESK))

    assert targets(session) == [("在线访谈", 8, "each", False), ("在线访谈", 6, "class", True)]


def test_a_task_whose_quota_was_set_by_hand_stays_when_its_import_is_undone(session: Session) -> None:
    imported(session, {"1": [FIVE], "2": [QUARTERLY]})
    by_hand(session, session.scalars(select(QuotaTarget).where(QuotaTarget.minimum == 5)).one(), 8)

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert [(touched.serial, why) for touched, why in done.kept] == [(1, "已手工设过次数指标1项")]


@pytest.mark.parametrize(("act", "left"), [("change", (9, True)), ("end", (20, False))])
def test_a_rule_of_a_clause_stays_as_the_office_has_made_it(
    session: Session, act: str, left: tuple[int, bool]
) -> None:
    plan = imported(session, {"1": [ISSUED]})
    rule = session.scalars(select(PlanClockRule)).one()
    facts = RuleFacts(rule.name, rule.event, 9, DayUnit.WORKDAYS, rule.basis)
    if act == "change":
        clock_rules.change(session, SYSTEM, rule_id=rule.id, version=rule.version, facts=facts, now=LATER)
    else:
        clock_rules.end(session, SYSTEM, rule_id=rule.id, version=rule.version, now=LATER)

    revised(session, plan, {"1": [ISSUED]}, (CHANGED, ANSWERS, DESK))

    stands = session.scalars(select(PlanClockRule)).one()
    assert (stands.count, stands.ended_at is None) == left
