"""Every error has one answer: its status, a Chinese page that says what to do, and no machinery shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask, abort
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from tests import factories
from tests.support.pages import PageClient
from tracker.domain import errors
from tracker.services.accounts import LinkUsedUp
from tracker.web.policy import public


class PeriodClosed(errors.RuleViolated):
    """本期报送已截止，请联系公开办补报。"""


def of_sqlite(name: str) -> sqlite3.OperationalError:
    """An error as SQLite's driver raises it."""
    error = sqlite3.OperationalError("secret")
    error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
    return error


@pytest.fixture
def failing(app: Flask) -> Callable[[Exception | int], TestResponse]:
    """Ask for a page whose view ends in an error, after something was typed."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    raised: list[Exception | int] = []

    @public
    def fail() -> str:
        if isinstance(raised[-1], int):
            abort(raised[-1])
        raise raised[-1]

    app.add_url_rule("/fail", "fail", fail, methods=["GET", "POST"])

    def ask(error: Exception | int) -> TestResponse:
        raised.append(error)
        return app.test_client().post("/fail", data={"progress": "本周完成<14>件", "password": "geheim"})

    return ask


@pytest.mark.parametrize(
    ("error", "status", "sentence", "keeps"),
    [
        pytest.param(PeriodClosed(), 422, "本期报送已截止，请联系公开办补报。", True, id="a rule"),
        pytest.param(errors.InvalidInput("请填写姓名。"), 422, "请填写姓名。", True, id="bad input"),
        pytest.param(errors.NotFound(), 404, "没有找到这一项", False, id="not found"),
        pytest.param(LinkUsedUp(), 404, "已经用过或已过期", False, id="a kind of not found"),
        pytest.param(errors.NotAllowed(), 403, "请联系公开办", False, id="not allowed"),
        pytest.param(errors.VersionConflict(), 409, "已被他人修改", True, id="a conflict"),
        pytest.param(StaleDataError("UPDATE statement"), 409, "已被他人修改", True, id="a conflict seen by the store"),
        pytest.param(OverflowError("int too large"), 404, "编号有误", False, id="a number that no row can have"),
        pytest.param(DataError("INSERT", {}, Exception("too long")), 422, "存不进去", True, id="a text that no column takes"),
        pytest.param(
            IntegrityError("INSERT secret", {}, Exception("duplicate key")), 409, "可能有同事同时做了", True,
            id="what a colleague has done in the same moment",
        ),
        pytest.param(errors.AlreadyImported(), 409, "已导入过", False, id="imported before"),
        pytest.param(errors.UnreadableFile(), 422, "另存为", False, id="a file that cannot be read"),
        pytest.param(
            OperationalError("SELECT secret", {}, Exception("database is locked")), 503, "过一会儿再试", True,
            id="a locked database",
        ),
        pytest.param(
            OperationalError("INSERT secret", {}, of_sqlite("SQLITE_FULL")), 503, "磁盘已满", True, id="a full disk"
        ),
        pytest.param(
            OperationalError("INSERT secret", {}, of_sqlite("SQLITE_IOERR_WRITE")), 503, "请告诉管理员", True,
            id="a disk that fails",
        ),
        pytest.param(
            OperationalError("INSERT secret", {}, of_sqlite("SQLITE_READONLY_DBMOVED")), 503, "不可写", True,
            id="a database that may not be written",
        ),
        pytest.param(
            OperationalError("INSERT secret", {}, of_sqlite("SQLITE_BUSY_SNAPSHOT")), 503, "过一会儿再试", True,
            id="a busy database",
        ),
        pytest.param(errors.StorageFailed(), 503, "刚才的文件没有保存", True, id="a file that could not be kept"),
        pytest.param(ZeroDivisionError("the secret inside"), 500, "已记入日志", True, id="a mistake of ours"),
        pytest.param(400, 400, "请返回上一页", False, id="400"),
        pytest.param(405, 405, "不能直接打开", False, id="405"),
        pytest.param(413, 413, "超过了上限", False, id="413"),
        pytest.param(418, 418, "请求有误", False, id="a status without a line of its own"),
        pytest.param(501, 501, "系统出了问题", False, id="501"),
    ],
)  # fmt: skip
def test_is_answered(
    failing: Callable[[Exception | int], TestResponse],
    error: Exception | int,
    status: int,
    sentence: str,
    keeps: bool,
) -> None:
    answer = failing(error)

    assert answer.status_code == status
    assert sentence in answer.text
    assert ("本周完成&lt;14&gt;件" in answer.text) is keeps
    for machinery in ("Traceback", "SELECT", "UPDATE statement", "secret", "geheim"):
        assert machinery not in answer.text


def test_an_address_that_is_not_there(app: Flask) -> None:
    answer = app.test_client().get("/没有这一页")

    assert answer.status_code == 404
    assert "没有找到这一页" in answer.text


def test_a_body_that_is_too_large_is_told_so(app: Flask, app_session: Session) -> None:
    account = factories.make_account(app_session)
    app_session.commit()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)

    answer = client.post("/settings", data={"office_name": "长" * 2000})

    assert answer.status_code == 413
    assert "超过了上限" in answer.text


def test_a_stranger_host_name_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_a_database_without_tables_gives_a_page_and_no_traceback(app: Flask, app_session: Session) -> None:
    from sqlalchemy import text

    app.config["PROPAGATE_EXCEPTIONS"] = False
    account = factories.make_account(app_session)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)
    app_session.execute(text("ALTER TABLE sign_in RENAME TO sign_in_lost"))
    app_session.commit()

    answer = client.get("/settings")

    assert answer.status_code in {500, 503}
    assert "没有保存" in answer.text
