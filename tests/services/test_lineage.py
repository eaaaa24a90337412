"""Where a plan's tasks come from: proposed, confirmed, refused, taken back; and the years behind them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.counting import OFFICE
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.lineage import LineageKind, years_unfinished
from tracker.domain.look_back import VerdictKind
from tracker.services import lineage
from tracker.services.lineage import NotEarlier, Said
from tracker.store.queries import audit
from tracker.store.queries import lineage as queries
from tracker.store.tables import LookBack, Plan, Task, Unit, Verdict

NOW = datetime(2027, 1, 15, 1, 0, tzinfo=UTC)
WORDS = "全面公开行政事业性收费目录清单并动态更新"


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市财政局")


def year(session: Session, number: int, unit: Unit, *texts: str) -> tuple[Plan, list[Task]]:
    plan = make_plan(session, f"青溪市{number}年政务公开工作要点", year=number)
    return plan, [make_task(session, plan, text[:20], text=text, units=[(unit, "lead")]) for text in texts]


def judged(session: Session, task: Task, verdict: VerdictKind) -> None:
    """What a person has confirmed of it."""
    look_back = LookBack(plan_id=task.plan_id, started_at=NOW)
    look_back.verdicts = [Verdict(task_id=task.id, proposed=verdict.value, confirmed=verdict.value)]
    session.add(look_back)
    session.flush()


def same(task: Task, earlier: Task, kind: LineageKind = LineageKind.CONTINUED) -> Said:
    return Said(task.id, earlier.id, kind)


def test_last_years_unfinished_task_is_proposed_and_nothing_is_believed_by_itself(
    session: Session, unit: Unit
) -> None:
    _, [earlier] = year(session, 2026, unit, f"2026年{WORDS}")
    judged(session, earlier, VerdictKind.UNFINISHED)
    plan, [task, _] = year(session, 2027, unit, f"2027年{WORDS}", "开展政府开放日活动")

    [likely] = lineage.proposals(session, plan_id=plan.id)

    assert (likely.task, likely.earlier, likely.kind) == (task, earlier, LineageKind.CONTINUED)
    assert lineage.chains(session, plan.id) == {}


def test_three_years_of_a_matter_make_a_chain(session: Session, unit: Unit) -> None:
    tasks = []
    for number in (2024, 2025, 2026):
        _, [task] = year(session, number, unit, WORDS)
        judged(session, task, VerdictKind.UNFINISHED)
        tasks.append(task)
    plan, [newest] = year(session, 2027, unit, WORDS)
    for task, earlier in zip([*tasks[1:], newest], tasks, strict=True):
        lineage.say(session, OFFICE, plan_id=task.plan_id, words=[same(task, earlier)], now=NOW)

    chain = lineage.chains(session, plan.id)[newest.id]

    assert years_unfinished(chain) == 3
    assert [each.year for each in chain.generations] == [2026, 2025, 2024]
    assert lineage.chain_of(session, newest.id) == chain
    assert lineage.chain_of(session, tasks[0].id) is None


def test_only_the_plans_own_tasks_have_chains_in_its_answer(session: Session, unit: Unit) -> None:
    _, [oldest] = year(session, 2025, unit, WORDS)
    middle, [task] = year(session, 2026, unit, WORDS)
    plan, [newest] = year(session, 2027, unit, WORDS)
    lineage.say(session, OFFICE, plan_id=middle.id, words=[same(task, oldest)], now=NOW)
    lineage.say(session, OFFICE, plan_id=plan.id, words=[same(newest, task)], now=NOW)

    assert set(lineage.chains(session, middle.id)) == {task.id}
    assert set(lineage.chains(session, plan.id)) == {newest.id}


def test_the_same_word_twice_is_said_once_and_another_word_replaces_it(session: Session, unit: Unit) -> None:
    account = make_account(session)
    office = Actor(account.id, "陈雨", "office")
    _, [earlier] = year(session, 2026, unit, WORDS)
    plan, [task] = year(session, 2027, unit, WORDS)

    counts = [
        lineage.say(
            session, office, plan_id=plan.id, words=[same(task, earlier, kind)], reason=" 核对过 ", now=NOW
        )
        for kind in (LineageKind.SAME, LineageKind.SAME, LineageKind.OTHER)
    ]

    assert counts == [1, 0, 1]
    [link] = queries.links_of(session, plan.id)
    assert (link.kind, link.reason, link.confirmed_by_id) == ("other", "核对过", account.id)
    assert lineage.proposals(session, plan_id=plan.id) == ()
    told = [event.summary for event in audit.history(session, "task", task.id)]
    assert told == [
        f"与2026年第{earlier.serial}项“{earlier.title}”不是同一事项",
        f"同一事项：承接2026年第{earlier.serial}项“{earlier.title}”",
    ]


def test_what_was_taken_back_is_proposed_again(session: Session, unit: Unit) -> None:
    _, [earlier] = year(session, 2026, unit, WORDS)
    plan, [task] = year(session, 2027, unit, WORDS)
    lineage.say(session, OFFICE, plan_id=plan.id, words=[same(task, earlier)], now=NOW)
    [link] = queries.links_of(session, plan.id)

    with pytest.raises(VersionConflict):
        lineage.remove(session, OFFICE, lineage_id=link.id, version=9, now=NOW)
    lineage.remove(session, OFFICE, lineage_id=link.id, version=link.version, now=NOW)

    assert [each.earlier for each in lineage.proposals(session, plan_id=plan.id)] == [earlier]
    with pytest.raises(NotFound):
        lineage.remove(session, OFFICE, lineage_id=link.id, version=1, now=NOW)


def test_a_task_goes_on_with_one_of_an_earlier_year_alone(session: Session, unit: Unit) -> None:
    plan, [task, other] = year(session, 2027, unit, WORDS, "开展政府开放日活动")
    elsewhere, [later] = year(session, 2028, unit, WORDS)

    with pytest.raises(NotEarlier):
        lineage.say(session, OFFICE, plan_id=plan.id, words=[same(task, other)], now=NOW)
    with pytest.raises(NotEarlier):
        lineage.say(session, OFFICE, plan_id=plan.id, words=[same(task, later)], now=NOW)
    with pytest.raises(NotFound):
        lineage.say(session, OFFICE, plan_id=elsewhere.id, words=[same(task, other)], now=NOW)


def test_one_earlier_task_can_go_on_as_two(session: Session, unit: Unit) -> None:
    _, [earlier] = year(session, 2026, unit, WORDS)
    plan, [first, second] = year(session, 2027, unit, WORDS, f"{WORDS}（县级）")
    words = [same(first, earlier), same(second, earlier)]

    assert lineage.say(session, OFFICE, plan_id=plan.id, words=words, now=NOW) == 2

    assert queries.went_on(session, [earlier.id]) == {earlier.id: [first, second]}
