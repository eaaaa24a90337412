"""What a browser sends is made fit to keep before anybody reads it."""

from __future__ import annotations

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from tests import factories
from tests.support.pages import PageClient
from tracker.store.tables import Account
from tracker.web.forms.base import DayField, Form, tidy
from tracker.web.forms.my import read_lines
from tracker.web.incoming import fit


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("本周\x00完成\x1b14\x7f件", "本周完成14件", id="characters that nobody sees"),
        pytest.param("一\r\n二\r三\n四", "一\n二\n三\n四", id="every way of ending a line"),
        pytest.param("一\x0b二\x0c三", "一\n二\n三", id="line and page breaks of a word processor"),
        pytest.param("序号\t任务", "序号\t任务", id="tabs between columns"),
        pytest.param("字\ud800字", "字字", id="half of a surrogate pair"),
        pytest.param("说明\u202efdp.exe\u202c", "说明fdp.exe", id="marks that turn the direction of writing"),
        pytest.param("\u200b \ufeff", " ", id="blanks without width say nothing"),
        pytest.param("👨\u200d👩", "👨\u200d👩", id="what joins two signs stays"),
        pytest.param("𠮷林 é 😀", "𠮷林 é 😀", id="rare characters stay"),
    ],
)
def test_a_text(sent: str, kept: str) -> None:
    assert fit(sent) == kept


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_every_text_can_be_kept_and_is_fit_at_once(sent: str) -> None:
    kept = fit(sent)

    kept.encode()
    assert fit(kept) == kept
    assert all(character >= " " or character in "\n\t" for character in kept)


class Sheet(Form):
    """One field of each kind."""

    title = StringField("标题", filters=[tidy])
    words = TextAreaField("说明", filters=[tidy])


def test_forms_keep_lines_only_where_there_is_room_for_them(app: Flask) -> None:
    sent = {"title": "\n政务\r\n公开\t办\x00", "words": "一\r\n二\x00"}
    with app.test_request_context(method="POST", data=sent):
        form = Sheet(meta={"csrf": False})

        assert form.title.data == "政务 公开 办"
        assert form.words.data == "一\n二"


class Day(Form):
    """A day that may be left out."""

    day = DayField("哪一天", validators=[Optional()])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("2026-09-24", "", id="a day"),
        pytest.param("", "", id="none"),
        pytest.param("2000-01-01", "", id="the first"),
        pytest.param("2100-12-31", "", id="the last"),
        pytest.param("2026-02-30", "日期请写成 2026-09-30 的样子。", id="a day that does not exist"),
        pytest.param("9月24日", "日期请写成 2026-09-30 的样子。", id="a day in words"),
        pytest.param("0226-09-24", "年份应在2000年到2100年之间，请检查日期。", id="a year mistyped"),
        pytest.param("0001-01-01", "年份应在2000年到2100年之间，请检查日期。", id="the first year there is"),
        pytest.param("9999-12-31", "年份应在2000年到2100年之间，请检查日期。", id="the last year there is"),
    ],
)
def test_a_day_has_a_year_that_somebody_can_mean(app: Flask, typed: str, said: str) -> None:
    with app.test_request_context(method="POST", data={"day": typed}):
        form = Day(meta={"csrf": False})

        assert form.validate() is (not said)
        assert form.first_problem() == said
        assert form.day.data is None or not said


def test_fields_that_a_view_reads_and_the_query_are_fit_too(app: Flask) -> None:
    with app.test_request_context(
        "/?words=公\x00开", method="POST", data={"line-7-progress": "一\x00\r\n二"}
    ):
        assert request.args["words"] == "公开"
        assert read_lines(dict(request.form.lists()))[0].progress == "一\n二"


def test_a_name_holds_no_line_break(client: PageClient, app_session: Session) -> None:
    administrator = factories.make_account(app_session, "administrator")
    app_session.commit()
    client.as_account(administrator)

    data = {
        "role": "office",
        "unit_id": "0",
        "username": "zhaomin",
        "display_name": "赵\r\n敏",
        "email": "a@b.cn\n",
    }
    answer = client.post("/accounts/new", data=data)

    assert answer.status_code == 200
    made = app_session.scalars(select(Account).where(Account.username == "zhaomin")).one()
    assert (made.display_name, made.email) == ("赵 敏", "a@b.cn")
