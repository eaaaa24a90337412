"""Correcting one row on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import make_unit
from tests.support.drafts import kept, rows
from tests.support.pages import PageClient
from tests.support.qingxi import Item, draft_plan
from tracker.store.tables import DraftRow, ImportDraft


@pytest.fixture
def draft(app_session: Session) -> ImportDraft:
    """The plan about 青溪市, waiting to be checked."""
    return kept(app_session, draft_plan())


def test_one_click_decides_a_deadline(office: PageClient, app_session: Session, draft: ImportDraft) -> None:
    row = rows(app_session, draft)[1]

    answer = office.post(
        f"/imports/{draft.id}/rows/{row.id}/reading?version={row.version}",
        data={"notation": "date:2026-12-31", "everywhere": str(row.id), "show": "doubtful"},
    )

    assert answer.headers["Location"] == f"/imports/{draft.id}?show=doubtful#r{row.id}"
    assert rows(app_session, draft)[1].reading["deadline"]["notation"] == "date:2026-12-31"


def test_a_row_is_marked_and_unmarked(office: PageClient, app_session: Session, draft: ImportDraft) -> None:
    row = rows(app_session, draft)[0]
    address = f"/imports/{draft.id}/rows/{row.id}/checked"

    office.post(f"{address}?version=1", data={"checked": "1"})
    marked = rows(app_session, draft)[0].checked
    stale = office.post(f"{address}?version=1", data={"checked": "0"})
    office.post(f"{address}?version=2", data={"checked": "0"})

    assert (marked, stale.status_code, rows(app_session, draft)[0].checked) == (True, 409, False)


def row_form(row: DraftRow, **changes: str) -> dict[str, str]:
    plain = {
        "version": str(row.version),
        "text": row.reading["text"],
        "responsible": "\n".join(part["unit"] for part in row.reading["assignments"]),
        "deadline": row.reading["deadline"]["notation"],
        "included": "y",
    }
    return plain | changes


def test_a_row_is_corrected_without_a_script(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    row = rows(app_session, draft)[1]
    form = row_form(row, responsible="市营商局、市数据局", deadline="day", day="2026-12-15", next="1")

    answer = office.post(f"/imports/{draft.id}/rows/{row.id}", data=form)

    reading = rows(app_session, draft)[1].reading
    assert answer.headers["Location"] == f"/imports/{draft.id}/rows/{row.id + 1}"
    assert [part["unit"] for part in reading["assignments"]] == ["市营商局", "市数据局"]
    assert reading["deadline"]["notation"] == "date:2026-12-15"


def test_an_undecided_deadline_has_no_reading_chosen(office: PageClient, draft: ImportDraft) -> None:
    page = office.get(f"/imports/{draft.id}/rows/2").text

    assert 'value="date:2026-12-31"' in page
    assert "checked" not in page.split('value="date:2026-11-30"')[1].split(">")[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "请填写任务内容"),
        ({"deadline": ""}, "完成时限"),
        ({"deadline": "day"}, "请在下面填写日期"),
        ({"deadline": "day", "day": "下月"}, "日期请写成 2026-09-30 的样子"),
        ({"day": "2026-12-15"}, "请选“另定一天”，或者清空日期"),
    ],
    ids=["no text", "no deadline chosen", "no day", "no date", "a day without its choice"],
)
def test_a_bad_correction_keeps_what_was_typed(
    office: PageClient, app_session: Session, draft: ImportDraft, changes: dict[str, str], words: str
) -> None:
    row = rows(app_session, draft)[0]

    answer = office.post(f"/imports/{draft.id}/rows/{row.id}", data=row_form(row, lead="市档案馆", **changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert "市档案馆</textarea>" in answer.text


def test_the_tab_key_reaches_the_rows_without_passing_a_link_for_each_of_them(
    office: PageClient, draft: ImportDraft
) -> None:
    page: Any = html.document_fromstring(office.get(f"/imports/{draft.id}").text)

    links = page.xpath("//section[@aria-label='原文']//a")
    assert links
    assert {link.get("tabindex") for link in links} == {"-1"}


@pytest.mark.parametrize("show", ["all", "doubtful"])
def test_a_button_that_comes_too_late_shows_the_page_as_it_is_and_leads_to_the_row(
    office: PageClient, app_session: Session, draft: ImportDraft, show: str
) -> None:
    row = rows(app_session, draft)[1]
    address = f"/imports/{draft.id}/rows/{row.id}"
    office.post(f"{address}/reading?version=1", data={"notation": "date:2026-12-31"})

    late = office.post(f"{address}/reading?version=1", data={"notation": "date:2026-11-30", "show": show})
    joined = office.post(f"{address}/join?version=1", data={"other_id": row.id + 1, "other_version": 1})

    assert (late.status_code, joined.status_code) == (409, 409)
    assert rows(app_session, draft)[1].reading["deadline"]["notation"] == "date:2026-12-31"
    way = 'href="#r{0}"' if show == "all" else 'href="/imports/{1}/rows/{0}"'
    assert "刚才这一步没有生效。" in late.text
    assert way.format(row.id, draft.id) in late.text
    assert "date:2026-11-30</textarea>" not in late.text


def test_a_row_changed_by_somebody_else_shows_both_texts(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    row = rows(app_session, draft)[0]
    address = f"/imports/{draft.id}/rows/{row.id}"
    office.post(address, data=row_form(row, text="别人改过的内容。"))

    answer = office.post(address, data=row_form(row, text="我正在写的内容。"))
    again = office.post(address, data=row_form(row, text="我正在写的内容。", version="2"))

    assert answer.status_code == 409
    assert "已被他人修改" in answer.text
    assert "别人改过的内容。" in answer.text
    assert "我正在写的内容。</textarea>" in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert again.status_code == 303


def test_a_row_goes_to_the_other_passages_and_comes_back(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    row = rows(app_session, draft)[0]
    form = row_form(row)
    del form["included"]

    office.post(f"/imports/{draft.id}/rows/{row.id}", data=form)
    page = office.get(f"/imports/{draft.id}?show=others").text
    start = draft.draft["segments"][4]["start"]
    answer = office.post(f"/imports/{draft.id}/passages?start={start}")

    assert "放回的任务" in page
    assert answer.headers["Location"] == f"/imports/{draft.id}/rows/{row.id}"
    assert rows(app_session, draft)[0].included


def test_units_are_named_for_a_run_of_rows(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    address = f"/imports/{draft.id}/bulk"
    form = {"first": "1", "last": "3", "role": "support", "names": "市档案馆、市数据局"}

    page = office.get(address).text
    wrong = office.post(address, data=form | {"last": "9"})
    worse = office.post(address, data=form | {"first": "一"})
    right = office.post(address, data=form)

    assert "共 3 项" in page
    assert (wrong.status_code, worse.status_code, right.status_code) == (422, 422, 303)
    assert "项号请在1至3之间" in wrong.text
    assert "请填写起始项号。" in worse.text
    assert all("市档案馆" in str(row.reading["assignments"]) for row in rows(app_session, draft))


def test_rows_without_a_unit_are_named_together_from_their_tab(
    office: PageClient, app_session: Session
) -> None:
    make_unit(app_session, "市档案馆")
    draft = kept(app_session, draft_plan([Item("公开一。"), Item("公开二。", [("lead", "市档案馆")]), Item("公开三。")]))
    ids = [row.id for row in rows(app_session, draft)]
    address = f"/imports/{draft.id}/bulk/no-unit"
    form = {"role": "responsible", "names": "市档案馆"}

    tab = office.get(f"/imports/{draft.id}?show=no-unit").text
    page = office.get(address).text
    none = office.post(address, data=form)
    known = office.post(address, data=form | {"rows": [str(ids[0])]})
    unknown = office.post(address, data=form | {"rows": [str(ids[2])], "names": "市数据局"})

    assert address in tab
    assert page.count('name="rows"') == 2
    assert page.count(" checked>") >= 2
    assert none.status_code == 422
    assert "请至少勾选一项任务。" in none.text
    assert known.headers["Location"] == f"/imports/{draft.id}"
    assert unknown.headers["Location"] == f"/imports/{draft.id}/names"
    assert "“市数据局”还没有对应到单位" in office.get(unknown.headers["Location"]).text
    named = [[part["unit"] for part in row.reading["assignments"]] for row in rows(app_session, draft)]
    assert named == [["市档案馆"], ["市档案馆"], ["市数据局"]]


def test_what_the_document_owes_is_taken_with_one_click(office: PageClient, app_session: Session) -> None:
    proposal = draft_plan()
    owed = {"unit": "各区政府", "role": "responsible", "collective": True}
    proposal["tasks"][0]["owed_units"] = [owed]
    draft = kept(app_session, proposal)

    offered = office.get(f"/imports/{draft.id}/bulk").text
    office.post(f"/imports/{draft.id}/owed")

    assert "都列为责任单位" in offered
    assert owed | {"inherited": True} in rows(app_session, draft)[0].reading["assignments"]
    assert "都列为责任单位" not in office.get(f"/imports/{draft.id}/bulk").text
