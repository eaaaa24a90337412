"""Every kind of deadline gives its days through the whole way: draft → confirmed plan → the task's page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.support.editions import directory, tasks
from tests.support.qingxi import TITLE, Item, MemoryFiles, Other, draft_plan
from tracker.adapters import work_calendar
from tracker.domain.actor import SYSTEM
from tracker.services import clocks, importing, settings, task_pages
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.tables import Task

MARCH = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)

KINDS = [
    pytest.param(
        "multi:date:2026-06-30|date:2026-12-31",
        [("2026-06-30", "stage", "第1阶段"), ("2026-12-31", "final", "第2阶段")],
        "2026-12-31", id="several dates of one clause",
    ),
    pytest.param(
        "multi:date:2026-09-30|recurring:P1M",
        [("2026-09-30", "final", "第1阶段"), ("2026-10-31", "recurring", "10月"), ("2026-11-30", "recurring", "11月"),
         ("2026-12-31", "recurring", "12月")],
        "2026-12-31", id="a stage, then a rhythm",
    ),
    pytest.param(
        "multi:date:2026-06-30|relative:20 workdays after 印发", [("2026-06-30", "final", "第1阶段")], "2026-06-30",
        id="a stage, then an event",
    ),
    pytest.param(
        "recurring:P3M",
        [("2026-03-31", "recurring", "第1季度"), ("2026-06-30", "recurring", "第2季度"), ("2026-09-30", "recurring", "第3季度"),
         ("2026-12-31", "recurring", "第4季度")],
        "2026-12-31", id="every quarter",
    ),
    pytest.param(
        "recurring:P6M by m1-15", [("2026-07-15", "recurring", "下半年")], "2026-07-15", id="every half-year by a day",
    ),
    pytest.param(
        "ongoing", [("2026-06-30", "review", "半年复核"), ("2026-12-31", "review", "年底小结")], None, id="standing",
    ),
    pytest.param(
        "recurring:P1D", [("2026-06-30", "review", "半年复核"), ("2026-12-31", "review", "年底小结")], None, id="every day",
    ),
    pytest.param("range:2026-07-01/open", [("2026-12-31", "review", "年底小结")], None, id="from a day on"),
    pytest.param("range:2026-04-01/2026-10-31", [("2026-10-31", "final", "完成")], "2026-10-31", id="from a day to another"),
    pytest.param("date:2026-11-30", [("2026-11-30", "final", "完成")], "2026-11-30", id="a day"),
    pytest.param("relative:20 workdays after 印发", [], None, id="an event"),
    pytest.param("none", [], None, id="no time"),
]  # fmt: skip


def confirmed(session: Session, notation: str, phrase: str = "按原文") -> Task:
    directory(session)
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    item = Item("及时公开重大建设项目信息。", [("responsible", "市财政局")], phrase=phrase, deadline=notation, number="1")
    proposal = draft_plan([Other("title", TITLE), item])
    draft = importing.upload(
        session, SYSTEM, data=proposal["text"].encode(), filename="要点.docx", files=MemoryFiles(),
        proposal=proposal, now=MARCH,
    )  # fmt: skip
    plan = importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=MARCH
    )
    [task] = tasks(session, plan)
    return task


@pytest.mark.parametrize(("notation", "days", "due_on"), KINDS)
def test_a_deadline_gives_its_days(
    session: Session, notation: str, days: list[tuple[str, str, str]], due_on: str | None
) -> None:
    task = confirmed(session, notation)

    page = task_pages.view(session, SYSTEM, task_id=task.id, today=date(2026, 3, 20))

    shown = [(point.due_on.isoformat(), point.kind, point.label.partition("（")[0]) for point in page.task.checkpoints]
    assert shown == days
    assert page.task.next_due_on == (date.fromisoformat(days[0][0]) if days else None)
    assert page.task.due_on == (date.fromisoformat(due_on) if due_on else None)
    assert page.reading


def test_a_deadline_that_an_event_starts_is_a_rule_to_start_clocks_by(session: Session) -> None:
    task = confirmed(session, "relative:20 workdays after 文件印发", "文件印发后20个工作日内")

    [offered] = [each for each in clocks.rules(session) if each.row is not None]

    assert (offered.rule.words, offered.row.task_id if offered.row else None) == ("自文件印发之日起20个工作日内", task.id)
    assert offered.rule.asks_formed


@pytest.mark.parametrize(
    ("notation", "reason"),
    [
        ("relative:10 workdays after 决策出台", "从“决策出台”起算，事情还没有登记，也还没有进展"),
        ("relative:10 workdays", "从一件事起算，事情还没有登记，也还没有进展"),
        ("none", "原文没有写明时限，也还没有进展，请公开办明确"),
    ],
)
def test_what_an_event_starts_is_not_said_to_have_no_time(
    session: Session, notation: str, reason: str
) -> None:
    task = confirmed(session, notation)

    health = task_pages.view(session, SYSTEM, task_id=task.id, today=date(2026, 3, 20)).health

    assert (health.word, health.reason) == ("未定时限", reason)
