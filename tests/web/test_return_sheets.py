"""离线填报表: out, filled in, back; what was saved online meanwhile is never lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from lxml import html
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_obligation,
    make_period,
    make_return,
    make_unit,
)
from tests.support.pages import PageClient
from tests.support.unit_desk import Office, at_desk
from tracker.domain.return_sheet import MAIN_PAGE, MARKED_PAGE

COLUMNS = {"状态": 4, "本周进展": 5, "下周计划": 6, "问题": 7, "佐证链接": 8, "发布日期": 9}
FIRST_TASK, FIRST_PLAN, SECOND_PLAN, SECOND_TASK = 4, 5, 6, 7


@pytest.fixture
def office(client: PageClient, app_session: Session) -> Office:
    """A unit with two tasks, one of them with a plan of last week, and its contact signed in."""
    office = at_desk(client, app_session)
    week = make_period(app_session, office.owed.period.cadence, "2026-W38")
    last = make_obligation(app_session, week, office.unit, state="accepted")
    said = make_return(app_session, last, [(office.tasks[0].assignments[0], "in_progress", "开会")])
    said.lines[0].next_plan = "公布学区图\n录短视频"
    app_session.commit()
    return office


def form(office: Office) -> bytes:
    answer = office.client.get(f"{office.path}/sheet")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return bytes(answer.data)


def page_of(data: bytes) -> Worksheet:
    page = openpyxl.load_workbook(BytesIO(data))[MAIN_PAGE]
    assert isinstance(page, Worksheet)
    return page


def filled(data: bytes, cells: Mapping[tuple[int, str], Any]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(data))
    for (row, head), value in cells.items():
        book[MAIN_PAGE].cell(row, COLUMNS[head]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(office: Office, data: bytes) -> str:
    """Upload a form; the address that it leads to."""
    answer = office.client.post(f"{office.path}/sheet", data={"file": (BytesIO(data), "填报表.xlsx")})
    assert answer.status_code == 303
    return str(answer.location)


def put_in(office: Office, address: str, **sides: str) -> TestResponse:
    page: Any = html.document_fromstring(office.client.get(address).get_data(as_text=True))
    token = page.xpath("//input[@name='token']/@value")[0]
    return office.client.post(f"{address}/apply", data={"token": token} | sides)


def mark(office: Office, index: int = 0) -> str:
    return f"A{office.tasks[index].assignments[0].id}"


def test_a_form_holds_what_is_known_and_locks_what_names_the_task(office: Office) -> None:
    office.post("save", **{office.name(1, "progress"): "联系了讲师"})

    page = page_of(form(office))

    assert page.protection.sheet
    assert page.column_dimensions["A"].hidden
    marks = [page.cell(row, 1).value for row in range(4, 8)]
    assert marks == [mark(office), f"{mark(office)}P0", f"{mark(office)}P1", mark(office, 1)]
    assert page.cell(FIRST_PLAN, 2).value == "　　上周计划：公布学区图"
    assert "第38周报的：开会" in str(page.cell(FIRST_TASK, 3).value)
    assert page.cell(SECOND_TASK, COLUMNS["本周进展"]).value == "联系了讲师"
    locked = [page.cell(FIRST_TASK, place).protection.locked for place in range(1, 10)]
    assert locked == [True, True, True, *[False] * 6]
    lists = {
        str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"
    }
    assert lists == {"D4 D7": '"推进中,已完成，申请销号,受阻，需要协调"', "D5 D6": '"做了,接着做,不再做"'}


def test_what_was_filled_in_offline_becomes_the_draft(office: Office) -> None:
    data = filled(
        form(office),
        {
            (FIRST_TASK, "本周进展"): "学区图已公布",
            (FIRST_TASK, "佐证链接"): "https://qingxi.example/1",
            (FIRST_TASK, "发布日期"): date(2026, 9, 23),
            (FIRST_PLAN, "状态"): "做了",
            (SECOND_PLAN, "状态"): "不再做",
            (SECOND_PLAN, "本周进展"): "并入市里的视频号",
        },
    )

    answer = put_in(office, send(office, data))

    assert (answer.status_code, answer.location) == (303, office.path)
    line = office.newest().lines[0]
    assert (line.progress, line.evidence_on) == ("学区图已公布", date(2026, 9, 23))
    assert line.planned == [["公布学区图", True], ["录短视频", False, "并入市里的视频号"]]
    assert office.fresh().state == "open", "it is handed in from the page, by a person"


def test_what_was_saved_online_meanwhile_and_left_alone_in_the_form_stays(office: Office) -> None:
    data = filled(form(office), {(FIRST_TASK, "本周进展"): "学区图已公布"})
    office.post("save", **{office.name(1, "progress"): "联系了讲师"})

    put_in(office, send(office, data))

    assert [line.progress for line in office.newest().lines] == ["联系了讲师", "学区图已公布"]


@pytest.mark.parametrize(("side", "kept"), [("sheet", "表里写的"), ("online", "网上写的")])
def test_a_cell_that_both_have_changed_waits_for_a_person(office: Office, side: str, kept: str) -> None:
    data = filled(form(office), {(FIRST_TASK, "本周进展"): "表里写的"})
    office.post("save", **{office.name(0, "progress"): "网上写的"})
    address = send(office, data)

    shown = office.client.get(address).get_data(as_text=True)
    assert "表里写的" in shown
    assert "网上写的" in shown
    assert put_in(office, address).status_code == 422, "nobody has chosen"
    assert office.newest().lines[0].progress == "网上写的"

    assert put_in(office, address, **{f"side-{mark(office)}-progress": side}).status_code == 303
    assert office.newest().lines[0].progress == kept


def test_a_save_between_looking_and_choosing_is_shown_first(office: Office) -> None:
    address = send(office, filled(form(office), {(FIRST_TASK, "本周进展"): "表里写的"}))
    page: Any = html.document_fromstring(office.client.get(address).get_data(as_text=True))
    token = page.xpath("//input[@name='token']/@value")[0]
    office.post("save", **{office.name(0, "progress"): "网上写的"})

    answer = office.client.post(f"{address}/apply", data={"token": token})

    assert answer.status_code == 409
    assert "网上写的" in answer.get_data(as_text=True)
    assert office.newest().lines[0].progress == "网上写的"


def test_errors_come_back_marked_in_the_same_file(office: Office) -> None:
    wrong = {
        (FIRST_TASK, "状态"): "受阻，需要协调",
        (FIRST_PLAN, "状态"): "差不多",
        (SECOND_TASK, "佐证链接"): "qingxi",
        (SECOND_TASK, "发布日期"): "九月底",
    }
    address = send(office, filled(form(office), wrong))

    assert "有 4 处要改" in office.client.get(address).get_data(as_text=True)
    back = page_of(office.client.get(f"{address}/marked").data)
    said = {row: str(back.cell(row, 10).value or "") for row in range(3, 8)}
    assert said[3] == "错误说明"
    assert "问题：" in said[FIRST_TASK]
    assert "请从下拉里选：做了、接着做、不再做" in said[FIRST_PLAN]
    assert "佐证链接：" in said[SECOND_TASK]
    assert "发布日期：" in said[SECOND_TASK]
    assert back.cell(SECOND_TASK, COLUMNS["佐证链接"]).comment is not None

    mended = {
        (FIRST_TASK, "问题"): "缺经费",
        (FIRST_PLAN, "状态"): "做了",
        (SECOND_TASK, "佐证链接"): "",
        (SECOND_TASK, "发布日期"): "",
    }
    again = send(office, filled(office.client.get(f"{address}/marked").data, mended))
    assert put_in(office, again).status_code == 303
    assert office.newest().lines[0].problem == "缺经费"


def test_a_row_that_was_copied_or_added_is_told(office: Office) -> None:
    book = openpyxl.load_workbook(BytesIO(form(office)))
    page = book[MAIN_PAGE]
    page.cell(8, 1).value = mark(office)
    page.cell(8, 5).value = "抄来的一行"
    page.cell(9, 5).value = "自己加的一行"
    buffer = BytesIO()
    book.save(buffer)

    shown = office.client.get(send(office, buffer.getvalue())).get_data(as_text=True)

    assert "与第4行是同一项" in shown
    assert "没有编号" in shown


def test_a_form_of_another_return_or_with_a_changed_memory_or_no_form_is_refused(office: Office) -> None:
    cadence = office.owed.period.cadence
    next_week = make_obligation(office.session, make_period(office.session, cadence, "2026-W40"), office.unit)
    office.session.commit()
    book = openpyxl.load_workbook(BytesIO(form(office)))
    book[MARKED_PAGE].cell(2, 3).value = "改过"
    buffer = BytesIO()
    book.save(buffer)
    said = []
    for path, data in (
        (f"/my/returns/{next_week.id}", form(office)),
        (office.path, buffer.getvalue()),
        (office.path, "本周进展：学区图已公布".encode()),
    ):
        answer = office.client.post(
            f"{path}/sheet", data={"file": (BytesIO(data), "表.xlsx")}, follow_redirects=True
        )
        said.append(answer.get_data(as_text=True))

    assert "这是“第39周”的填报表" in said[0]
    assert "隐藏的对照内容" in said[1]
    assert "这不是系统下载的填报表" in said[2]


def test_another_units_form_does_not_exist(office: Office) -> None:
    address = send(office, filled(form(office), {(FIRST_TASK, "本周进展"): "表里写的"}))
    stranger = make_account(office.session, "unit", unit=make_unit(office.session, "市司法局"))
    office.session.commit()
    office.client.as_account(stranger)

    assert office.client.get(address).status_code == 404
    assert office.client.post(f"{address}/apply", data={"token": "1.0"}).status_code == 404
    assert office.client.get(f"{office.path}/sheet").status_code == 404


def test_a_form_can_be_given_up(office: Office) -> None:
    address = send(office, filled(form(office), {(FIRST_TASK, "本周进展"): "表里写的"}))

    assert office.client.post(f"{address}/discard").status_code == 303

    assert "已放弃" in office.client.get(address).get_data(as_text=True)
    assert office.client.post(f"{address}/apply", data={"token": "1.0"}).status_code == 422


def test_a_formula_without_a_result_is_named_and_not_taken_for_an_empty_cell(office: Office) -> None:
    data = filled(form(office), {(FIRST_TASK, "问题"): '="人手"&"不足"'})

    answer = office.client.post(f"{office.path}/sheet", data={"file": (BytesIO(data), "填报表.xlsx")})
    page = office.client.get(str(answer.location)).get_data(as_text=True)

    assert answer.location == office.path
    assert f"第{FIRST_TASK}行的“问题”是公式，文件里没有它的结果" in page


def test_a_formula_with_its_result_counts_as_what_it_shows(office: Office) -> None:
    data = with_result(filled(form(office), {(FIRST_TASK, "问题"): '="人手"&"不足"'}), "人手不足")

    put_in(office, send(office, data))

    assert office.newest().lines[0].problem == "人手不足"


def test_another_units_return_takes_no_form_not_even_an_empty_one(office: Office) -> None:
    other = make_unit(office.session, "市水利局")
    foreign = make_obligation(office.session, office.owed.period, other)
    office.session.commit()

    for data in ({}, {"file": (BytesIO(form(office)), "填报表.xlsx")}):
        assert office.client.post(f"/my/returns/{foreign.id}/sheet", data=data).status_code == 404


def with_result(data: bytes, words: str) -> bytes:
    """A workbook with one formula, as a program saves it that has worked the formula out."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as book, zipfile.ZipFile(buffer, "w") as saved:
        for name in book.namelist():
            part = book.read(name).decode() if name.endswith(".xml") else ""
            told = re.sub(
                r'(<c r="\w+"[^>]*?)(?: t="\w+")?(><f>[^<]+</f>)<v ?/?>(?:</v>)?',
                rf'\1 t="str"\2<v>{words}</v>',
                part,
            )
            saved.writestr(name, told or book.read(name))
    return buffer.getvalue()
