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
from tracker.store.tables import Account, Instruction, Task, Unit

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
    return words in "".join(html.document_fromstring(board).text_content().split())


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
