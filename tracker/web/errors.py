"""One table from error class to HTTP answer, and the page that says what to do.

Services raise; this is the only place that answers. The most special class wins, so a new subclass of
`RuleViolated` needs no line here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from tracker.domain import errors
from tracker.store.database import db
from tracker.web import auth, kept
from tracker.web.addresses import local_or


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person reads: a heading and a sentence (the error's own when empty).

    `keeps_text` shows what was typed, so that it can be copied.
    """

    status: int
    title: str
    sentence: str = ""
    keeps_text: bool = False


ANSWERS: dict[type[Exception], Answer] = {
    errors.RuleViolated: Answer(422, "这一步没有做成", keeps_text=True),
    errors.InvalidInput: Answer(422, "填写的内容有误", keeps_text=True),
    errors.NotFound: Answer(404, "没有找到"),
    errors.NotAllowed: Answer(403, "没有权限"),
    errors.VersionConflict: Answer(409, "已被他人修改", keeps_text=True),
    errors.AlreadyImported: Answer(409, "已导入过"),
    errors.UnreadableFile: Answer(422, "文件打不开"),
    errors.StorageFailed: Answer(503, "没有保存", keeps_text=True),
    StaleDataError: Answer(409, "已被他人修改", str(errors.VersionConflict()), keeps_text=True),
    # Two people did what can be done once only; a step that foresees it answers better than this.
    IntegrityError: Answer(
        409,
        "有人同时做了这一步",
        "刚才这一步没有保存，可能有同事同时做了同一件事。请重新打开这一页看看。",
        keeps_text=True,
    ),
    # A number that no row can have: SQLite's driver refuses it before asking, PostgreSQL after.
    OverflowError: Answer(404, "没有找到", "地址里的编号有误，请从上方的导航重新进入。"),
    DataError: Answer(
        422,
        "填写的内容有误",
        "有一处填写的内容存不进去，没有保存。请检查数字、日期和特别长的文字后再试。",
        keeps_text=True,
    ),
    OperationalError: Answer(
        503, "系统正忙", "数据库一时忙不过来，刚才这一步没有保存。请过一会儿再试一次。", keeps_text=True
    ),
    CSRFError: Answer(
        400, "页面已过期", "登录可能已经失效，或页面打开太久。请重新打开这一页再提交。", keeps_text=True
    ),
}
HTTP_ANSWERS: dict[int, Answer] = {
    400: Answer(400, "请求有误", "浏览器发来的内容不完整，请返回上一页再试。"),
    401: Answer(401, "请先登录", "登录后才能打开这一页。"),
    403: Answer(403, "没有权限", str(errors.NotAllowed())),
    404: Answer(404, "没有找到这一页", "地址可能有误，或者这一项已被删除。请从上方的导航重新进入。"),
    405: Answer(405, "不能这样打开", "这个地址只接受提交，不能直接打开。请返回上一页。"),
    413: Answer(
        413, "文件太大", "上传的内容超过了上限，没有改动任何内容。请去掉图片，或者只留正文，再上传一次。"
    ),
    429: Answer(429, "操作太频繁", "请稍等一会儿再试。", keeps_text=True),
    500: Answer(
        500,
        "系统出了问题",
        "已记入日志。刚才这一步没有保存，请稍后再试；若一再出现，请告诉管理员。",
        keeps_text=True,
    ),
}
DISK = Answer(
    503, "没有保存", "存放数据的磁盘已满、出错或不可写，刚才这一步没有保存。请告诉管理员。", keeps_text=True
)
# https://www.sqlite.org/rescode.html; an extended code carries its kind in the lowest byte.
DISK_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR})
# https://www.postgresql.org/docs/current/errcodes-appendix.html: disk_full, io_error.
DISK_STATES = frozenset({"53100", "58030"})
FALLBACK = Answer(500, "系统出了问题", HTTP_ANSWERS[500].sentence)


def answer_to(error: Exception) -> Answer:
    """The table's line for an error: that of its own class, else of its nearest ancestor."""
    if isinstance(error, OperationalError) and _is_of_the_disk(error):
        return DISK
    for ancestor in type(error).__mro__:
        if ancestor in ANSWERS:
            return ANSWERS[ancestor]
    if isinstance(error, HTTPException) and error.code:
        default = HTTP_ANSWERS[400 if error.code < 500 else 500]
        return HTTP_ANSWERS.get(error.code) or Answer(error.code, default.title, default.sentence)
    return FALLBACK


def _is_of_the_disk(error: OperationalError) -> bool:
    """Whether the disk fails rather than another writer being faster: waiting does not help then."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF in DISK_CODES or getattr(error.orig, "sqlstate", "") in DISK_STATES


def install(app: Flask) -> None:
    """Answer every error that leaves a view."""
    for error_class in (*ANSWERS, HTTPException):
        app.register_error_handler(error_class, respond)
    app.register_error_handler(500, respond)


def respond(error: Exception) -> ResponseReturnValue:
    """The page for an error; nothing of the failed step stays in the session."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()  # a redirect is no error
    if isinstance(error, SecurityError):
        return render_template("errors/bare.html"), 400
    answer = answer_to(error)
    db.session.rollback()
    if "actor" not in g:
        _recognise()
    if isinstance(error, CSRFError) and kept.is_ours_without_sign_in():
        return kept.interrupted()
    if isinstance(error, OperationalError | IntegrityError):  # Flask itself logs what nobody expected
        current_app.logger.warning("the database refused", exc_info=error)
    typed = kept.typed_fields() if answer.keeps_text else ()
    sentence = answer.sentence or str(error)
    page = render_template("errors/error.html", answer=answer, sentence=sentence, typed=typed, back=_back())
    return page, answer.status


def _recognise() -> None:
    """The bar of pages belongs on an error page too; a database that is down must not hide the error."""
    try:
        auth.recognise()
    except Exception:  # noqa: BLE001 - the error being answered is the one to show
        db.session.rollback()
        g.actor = g.person = None


def _back() -> str:
    """The page the person came from, when it is one of ours."""
    parts = urlsplit(request.referrer or "")
    path = urlunsplit(("", "", parts.path, parts.query, "")) if parts.netloc == request.host else ""
    return local_or(path, "/")
