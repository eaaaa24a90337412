"""批示: a leader writes on a task's page, the office assigns, the unit answers, the leader sees what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.pages import PageClient
from tracker.domain.actor import Actor
from tracker.domain.meeting import DEFAULT_ROLES
from tracker.services import meetings
from tracker.services.meetings import Arrangement
from tracker.store.tables import (
    Account,
    Instruction,
    MeetingDecision,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    Unit,
)

FRIDAY = (factories.TODAY + timedelta(days=8)).isoformat()
WORDS = "请司法局抓紧办理，月底前报结果。"


@dataclass(frozen=True)
class Town:
    task: Task
    unit: Unit
    leader: PageClient
    office: PageClient
    contact: PageClient
    stranger: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    unit, other = factories.make_unit(app_session, "市司法局"), factories.make_unit(app_session, "市卫健委")
    task = factories.make_task(
        app_session, factories.make_plan(app_session), "清理规范性文件", units=[unit, other], due=factories.TODAY
    )
    accounts = [
        factories.make_account(app_session, role, unit=of, username=role + str(of.id if of else ""))
        for role, of in (("leader", None), ("office", None), ("unit", unit), ("unit", other))
    ]
    app_session.commit()

    def visit(account: Account) -> PageClient:
        return cast("PageClient", app.test_client()).as_account(account)

    return Town(task, unit, *(visit(account) for account in accounts))


def the_only(session: Session) -> Instruction:
    session.rollback()
    return session.scalars(select(Instruction)).one()


def write(town: Town, session: Session) -> str:
    answer = town.leader.post(f"/instructions/new?task={town.task.id}", data={"words": WORDS})
    assert answer.status_code == 303
    return f"/instructions/{the_only(session).id}"


def assign(town: Town, session: Session, address: str, version: int | None = None) -> int:
    row = the_only(session)
    data = {"version": version or row.version, "unit_id": town.unit.id, "due_on": FRIDAY, "words": "附清单"}
    return town.office.post(f"{address}/assign", data=data).status_code


def test_from_the_leaders_page_back_to_the_leaders_page(town: Town, app_session: Session) -> None:
    assert "写批示" in town.leader.get(f"/tasks/{town.task.id}").get_data(as_text=True)
    address = write(town, app_session)

    assert WORDS in town.office.get("/desk").get_data(as_text=True)
    assert assign(town, app_session, address) == 303
    todo = town.contact.get("/my").get_data(as_text=True)
    assert "等本单位回复 1 条" in todo
    assert WORDS in todo
    data = {"version": the_only(app_session).version, "words": "已清理132件", "evidence_url": ""}
    assert town.contact.post(f"{address}/answer", data=data).status_code == 303
    assert "等本单位回复" not in town.contact.get("/my").get_data(as_text=True)
    data = {"version": the_only(app_session).version, "words": ""}
    assert town.office.post(f"{address}/close", data=data).status_code == 303

    board = town.leader.get("/dashboard").get_data(as_text=True)
    assert board_says(board, "我的批示1条")
    assert "已办结" in board
    page = town.leader.get(address).get_data(as_text=True)
    assert "已清理132件" in page
    assert "批示交市司法局办理" in page
    for client in (town.leader, town.office, town.contact):
        assert WORDS in client.get(f"/tasks/{town.task.id}").get_data(as_text=True)
        assert WORDS in client.get("/instructions").get_data(as_text=True)


def board_says(board: str, words: str) -> bool:
    return words in "".join(str(html.document_fromstring(board).xpath("string()")).split())


def test_another_unit_meets_nothing_wherever_it_looks(town: Town, app_session: Session) -> None:
    address = write(town, app_session)
    assign(town, app_session, address)

    assert town.stranger.get(address).status_code == 404
    data = {"version": the_only(app_session).version, "words": "不是我们"}
    assert town.stranger.post(f"{address}/answer", data=data).status_code == 404
    for path in ("/my", "/instructions", f"/tasks/{town.task.id}"):
        assert WORDS not in town.stranger.get(path).get_data(as_text=True)
    assert the_only(app_session).state == "assigned"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("contact", "/instructions/new?task=1", 403),
        ("leader", "/instructions/new?task=999999", 404),
        ("leader", "/instructions/new", 404),
        ("leader", "/instructions/new?plan=99999999999999999999", 404),
        ("leader", "/instructions/999999", 404),
        ("office", "/instructions/99999999999999999999", 404),
    ],
)
def test_an_address_that_leads_nowhere(town: Town, role: str, path: str, status: int) -> None:
    assert getattr(town, role).get(path).status_code == status


def test_only_the_office_handles_and_only_a_unit_answers(town: Town, app_session: Session) -> None:
    address = write(town, app_session)
    data = {"version": 1, "words": "x", "unit_id": town.unit.id, "due_on": FRIDAY}

    for step in ("assign", "keep", "move", "close"):
        assert town.leader.post(f"{address}/{step}", data=data).status_code == 403
        assert town.contact.post(f"{address}/{step}", data=data).status_code == 403
    assert town.office.post(f"{address}/answer", data=data).status_code == 403


def test_what_is_missing_is_said_and_what_was_typed_stays(town: Town, app_session: Session) -> None:
    empty = town.leader.post(f"/instructions/new?task={town.task.id}", data={"words": " "})
    assert empty.status_code == 422
    address = write(town, app_session)
    data = {"version": the_only(app_session).version, "unit_id": town.unit.id, "due_on": "2026-09-01", "words": "附上清单"}
    refused = town.office.post(f"{address}/assign", data=data)

    assert refused.status_code == 422
    assert "办理时限不能早于今天" in refused.get_data(as_text=True)
    assert "附上清单" in refused.get_data(as_text=True)


def test_whoever_comes_second_sees_what_stands_and_keeps_his_words(town: Town, app_session: Session) -> None:
    address = write(town, app_session)
    seen = the_only(app_session).version
    assert assign(town, app_session, address) == 303

    late = town.office.post(f"{address}/keep", data={"version": seen, "words": "领导已口头说明"})

    assert late.status_code == 422
    assert "已经交办" in late.get_data(as_text=True)
    assert "领导已口头说明" in late.get_data(as_text=True)
    data = {"version": seen, "words": "县里办结了"}
    stale = town.office.post(f"{address}/close", data=data)
    assert stale.status_code == 409
    assert "县里办结了" in stale.get_data(as_text=True)


def test_the_office_writes_for_a_leader_it_names(town: Town, app_session: Session) -> None:
    page = town.office.get(f"/instructions/new?plan={town.task.plan_id}").get_data(as_text=True)
    assert "领导姓名" in page
    data = {"words": "要点要落到人头。", "leader_id": "0", "leader_name": "孙副市长", "said_on": "2026-09-20"}

    assert town.office.post(f"/instructions/new?plan={town.task.plan_id}", data=data).status_code == 303
    row = the_only(app_session)
    assert (row.leader_name, row.leader_id, row.task_id) == ("孙副市长", None, None)
    assert "孙副市长" in town.leader.get(f"/instructions/{row.id}").get_data(as_text=True)


def first_chosen(page: str) -> str:
    """The unit that the form of 交办 names first."""
    form = "//form[contains(@action, '/assign')]"
    return str(html.document_fromstring(page).xpath(f"string({form}//option[1])"))


def test_words_about_a_unit_become_an_item_of_that_unit(town: Town, app_session: Session) -> None:
    plan_id, other = town.task.plan_id, town.unit
    address = f"/instructions/new?plan={plan_id}&unit={other.id}"

    page = town.leader.get(address).get_data(as_text=True)
    assert "市司法局" in page
    for _ in range(2):
        assert town.leader.post(address, data={"words": WORDS}).status_code == 303
    row = the_only(app_session)
    assert (row.about_kind, row.about_id, row.about_words, row.task_id) == ("unit", other.id, "市司法局", None)
    shown = town.office.get(f"/instructions/{row.id}").get_data(as_text=True)
    assert f"/dashboard/units/{other.id}?plan={plan_id}" in shown
    assert first_chosen(shown) == "市司法局"
    assert "（关于市司法局）" in shown
    assert assign(town, app_session, f"/instructions/{row.id}") == 303
    told = town.contact.get(f"/instructions/{row.id}").get_data(as_text=True)
    assert "关于市司法局" in told
    assert "/dashboard/" not in told
    assert "市司法局" in town.contact.get("/instructions").get_data(as_text=True)


def test_words_about_an_order_and_a_decision_keep_what_they_are_about(town: Town, app_session: Session) -> None:
    office = Actor(account_id=None, name="陈雨", role="office")
    wanted = Arrangement("例会", factories.NOW + timedelta(days=3), "三楼", DEFAULT_ROLES, (town.unit.id,))
    meeting = meetings.call(
        app_session, office, plan_id=town.task.plan_id, period_id=None, wanted=wanted, now=factories.NOW
    )
    decision = MeetingDecision(
        meeting_id=meeting.id, plan_id=meeting.plan_id, words="开放接口", unit_id=town.unit.id,
        due_on=factories.TODAY, state="open",
    )  # fmt: skip
    order = SupervisionOrder(
        year=2026, number=3, colour="red", plan_id=meeting.plan_id, unit_id=town.unit.id,
        unit_name="市司法局", asked="请办结。", feedback_on=factories.TODAY, sent_at=factories.NOW,
        sent_by_name="陈雨", matters=[
            SupervisionMatter(position=1, key="returns:1", kind="returns", title="一周一进度", due_on=factories.TODAY)
        ],
    )  # fmt: skip
    app_session.add_all([decision, order])
    app_session.commit()

    for name, thing, words in (("decision", decision, "议定事项：开放接口"), ("order", order, "（市司法局）")):
        said = {"words": f"关于{name}，请抓紧。"}
        assert town.leader.post(f"/instructions/new?{name}={thing.id}", data=said).status_code == 303
        app_session.rollback()
        row = app_session.scalars(select(Instruction).where(Instruction.about_kind == name)).one()
        assert row.plan_id == town.task.plan_id
        assert words in (row.about_words or "")
        page = town.office.get(f"/instructions/{row.id}").get_data(as_text=True)
        assert first_chosen(page) == "市司法局"
        assert town.leader.get("/instructions").get_data(as_text=True).count(f"/{name}s/{thing.id}") == 1


@pytest.mark.parametrize("said", ["unit=1", "plan=1&unit=999999", "order=999999", "decision=999999", "unit=x"])
def test_nobody_writes_about_what_is_not_there(town: Town, said: str) -> None:
    assert town.leader.get(f"/instructions/new?{said}").status_code == 404
