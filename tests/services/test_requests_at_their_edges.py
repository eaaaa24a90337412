"""Requests where a rule could be left out unseen: what is closed, what is unknown, whose words the trail keeps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tracker.domain import request as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.request import RequestKind
from tracker.domain.task import LineStatus
from tracker.services import requesting, settling, tasks
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit
from tracker.store.tables import Assignment, AuditEvent, Task, TaskRequest

OFFICE = Actor(account_id=None, name="王主任", role="office")
LATER = NOW + timedelta(days=1)
EXTENSION, SIGN_OFF, OBJECTION = RequestKind
LINK = "https://www.qingxi.example/zwgk/7.html"


@pytest.fixture
def task(session: Session) -> Task:
    """Two responsible units and one day."""
    units = [make_unit(session, name) for name in ("市教育局", "市财政局")]
    return make_task(session, make_plan(session), "公开民办学校收费", units=units, due=date(2026, 10, 31))


def ask(session: Session, part: Assignment, asked: Asked) -> TaskRequest:
    unit = Actor(account_id=None, name="林知远", role="unit", unit_id=part.unit_id)
    return requesting.ask(session, unit, task_id=part.task_id, asked=asked, now=NOW)


def grant(session: Session, request: TaskRequest, words: str = "", **how: int) -> TaskRequest:
    granting = Granting(words, **how)  # type: ignore[arg-type]  # only `instead` is an int
    return requesting.grant(session, OFFICE, request_id=request.id, granting=granting, now=LATER)


def told(session: Session, task: Task, action: str) -> AuditEvent:
    """The newest event of a kind in the history of a task."""
    return next(event for event in audit.history(session, "task", task.id) if event.action == action)


def test_nothing_is_decided_about_a_request_that_is_not_there(session: Session, task: Task) -> None:
    unit = Actor(account_id=None, name="林知远", role="unit", unit_id=task.assignments[0].unit_id)

    with pytest.raises(NotFound):
        requesting.withdraw(session, unit, request_id=99, now=NOW)
    with pytest.raises(NotFound):
        requesting.refuse(session, OFFICE, request_id=99, reason="不行", now=NOW)
    with pytest.raises(NotFound):
        requesting.grant(session, OFFICE, request_id=99, granting=Granting(), now=NOW)
    with pytest.raises(NotFound):
        requesting.ask(session, unit, task_id=99, asked=Asked(OBJECTION, "不是本单位职责"), now=NOW)


@pytest.mark.parametrize("kind", RequestKind)
def test_nothing_is_asked_about_a_cancelled_task(session: Session, task: Task, kind: RequestKind) -> None:
    tasks.cancel(session, OFFICE, task_id=task.id, version=task.version, reason="机构调整", now=NOW)

    with pytest.raises(rules.NothingToAsk):
        ask(session, task.assignments[0], Asked(kind, "理由", wanted_on=date(2026, 12, 1)))


def test_what_is_granted_already_is_told_so_even_when_the_task_is_closed_by_it(session: Session) -> None:
    task = make_task(session, make_plan(session), units=[make_unit(session)])
    request = ask(session, task.assignments[0], Asked(SIGN_OFF, "已公开"))
    grant(session, request)

    with pytest.raises(rules.AlreadyDecided):
        grant(session, request)


@pytest.mark.parametrize(
    ("link", "published", "kept"),
    [
        (LINK, TODAY, TODAY),
        (LINK, None, None),
        ("", TODAY, None),
        (LINK, TODAY + timedelta(days=1), rules.PublishedLater),
    ],
)
def test_a_link_has_its_day_and_a_day_its_link(
    session: Session, task: Task, link: str, published: date | None, kept: date | type[Exception] | None
) -> None:
    asked = Asked(SIGN_OFF, "已公开", evidence_url=link, evidence_on=published)
    if isinstance(kept, type):
        with pytest.raises(kept):
            ask(session, task.assignments[0], asked)
        return
    assert ask(session, task.assignments[0], asked).evidence_on == kept


@pytest.mark.parametrize(
    ("asked", "summary"),
    [
        (Asked(SIGN_OFF, "已公开", evidence_url=LINK), "市教育局申请销号：已公开"),
        (Asked(SIGN_OFF, evidence_url=LINK), f"市教育局申请销号：{LINK}"),
        (Asked(OBJECTION, "不归我局"), "市教育局申请调整分工：不归我局"),
        (Asked(OBJECTION, "不归我局", wanted_unit="市发改委"), "市教育局申请调整分工：不归我局，应为市发改委"),
        (Asked(EXTENSION, "等文件", wanted_on=date(2026, 12, 1)),
         "市教育局申请延期：2026年10月31日延至2026年12月1日，等文件"),
    ],
)  # fmt: skip
def test_the_history_says_what_was_asked(session: Session, task: Task, asked: Asked, summary: str) -> None:
    ask(session, task.assignments[0], asked)

    assert told(session, task, "request:make").summary == summary


@pytest.mark.parametrize("words", ["", "情况属实"])
@pytest.mark.parametrize("kind", RequestKind)
def test_the_history_keeps_the_offices_words_and_the_units_reason_where_there_are_none(
    session: Session, task: Task, kind: RequestKind, words: str
) -> None:
    request = ask(session, task.assignments[0], Asked(kind, "单位的理由", wanted_on=date(2026, 12, 1)))

    grant(session, request, words)

    event = told(session, task, "request:grant")
    assert event.detail["why"] == (words or "单位的理由")
    assert event.detail["state"] == ["waiting", "granted"]
    assert event.summary.endswith(f"：{words}") is bool(words)


def test_the_offices_words_have_a_length(session: Session, task: Task) -> None:
    request = ask(session, task.assignments[0], Asked(SIGN_OFF, "已公开"))

    with pytest.raises(rules.WhyTooLong):
        grant(session, request, "字" * 1001)
    assert grant(session, request, "字" * 1000).state == "granted"


def test_who_signs_a_part_off_ends_what_the_unit_waits_for_by_name(session: Session, task: Task) -> None:
    """The other unit's request waits on: its part is open."""
    extension, other = (
        ask(session, part, Asked(EXTENSION, "等文件", wanted_on=date(2026, 12, 1))) for part in task.assignments
    )

    grant(session, ask(session, task.assignments[0], Asked(SIGN_OFF, "已公开")))

    assert (extension.state, extension.decision, extension.decided_by_name) == ("lapsed", "已销号", "王主任")
    assert extension.decided_at == LATER
    assert other.state == "waiting"
    assert told(session, task, "request:lapse").detail["why"] == "已销号"


def test_a_part_keeps_the_day_on_which_it_was_signed_off_first(session: Session, task: Task) -> None:
    first, second = task.assignments
    grant(session, ask(session, first, Asked(SIGN_OFF, "已公开")))

    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="都好了", now=LATER + timedelta(days=9))

    assert (first.signed_off_at, first.done_at) == (LATER, LATER)
    assert second.signed_off_at == LATER + timedelta(days=9)


def test_a_task_that_is_opened_again_says_nothing_of_its_sign_off(session: Session, task: Task) -> None:
    """A unit that had said itself that it is done has still said so."""
    said, silent = task.assignments
    settling.set_status(said, LineStatus.DONE, NOW)
    said.reported_at = NOW
    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="都好了", now=LATER)

    tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="链接打不开", now=LATER)

    assert (task.state, task.signed_off_at, task.signed_off_note) == ("in_progress", None, "")
    assert (said.status, said.done_at) == ("done", NOW)
    assert (silent.status, silent.done_at) == ("not_started", None)
    settling.set_status(said, LineStatus.IN_PROGRESS, LATER)
    assert said.done_at is None
