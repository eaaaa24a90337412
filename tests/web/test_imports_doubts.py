"""Going through what is doubtful: the queue, the next place, alike rows, splitting, several people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import make_account, make_unit
from tests.support.drafts import kept, rows
from tests.support.pages import PageClient
from tests.support.qingxi import Item, Other, draft_plan
from tracker.adapters import work_calendar
from tracker.services import check_page, settings
from tracker.store.tables import ImportDraft

UNDECIDED = Item(
    "公开清单。",
    [("lead", "市司法局"), ("support", "市发改局")],
    units_text="市司法局牵头，市发改局配合",
    phrase="12月前",
    deadline="date:2026-11-30",
    others=["date:2026-12-31"],
    certain=False,
)
DAMAGED = {
    "severity": "warning",
    "code": "damaged-characters",
    "field": "text",
    "message": "有丢失的字符，请补正。",
}
PLAIN = replace(
    UNDECIDED,
    text="公开目录；公开指南。",
    certain=True,
    others=[],
    phrase="10月3日前",
    deadline="date:2026-10-03",
)
PARTS = (
    Other("heading", "一、主动公开"),
    PLAIN,
    UNDECIDED,
    replace(PLAIN, text="公开年报。"),
    replace(
        UNDECIDED, text="公开名录。", phrase="6月前", deadline="date:2026-05-31", others=["date:2026-06-30"]
    ),
    replace(PLAIN, text="公开?题。", findings=[DAMAGED]),
    Other("note", "附注一。"),
    Other("safeguard", "加强领导。"),
)


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    """Somebody of the office, signed in."""
    make_unit(app_session, "市司法局")
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    account = make_account(app_session, "office")
    account.display_name = "张三"
    app_session.commit()
    return client.as_account(account)


@pytest.fixture
def draft(app_session: Session) -> ImportDraft:
    """A plan with three doubts: the second, fourth and fifth task."""
    return kept(app_session, draft_plan(PARTS))


def ids(session: Session, draft: ImportDraft) -> list[int]:
    return [row.id for row in rows(session, draft) if row.included]


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


def address_of(page: str, button: str) -> str:
    """Where a button of a page sends what it says."""
    found = parsed(page).xpath(f"//button[contains(., '{button}')]")
    return str(found[0].get("formaction") or found[0].xpath("ancestor::form[1]/@action")[0])


def test_the_next_place_is_found_in_order_and_round_the_end(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    _, second, _, fourth, fifth = ids(app_session, draft)

    def leads_to(query: str) -> str:
        return office.get(f"/imports/{draft.id}/doubt{query}").headers["Location"]

    assert leads_to("") == f"/imports/{draft.id}#r{second}"
    assert leads_to(f"?after={second}") == f"/imports/{draft.id}#r{fourth}"
    assert leads_to(f"?after={fifth}") == f"/imports/{draft.id}#r{second}"
    assert leads_to(f"?before={fourth}&show=doubtful") == f"/imports/{draft.id}?show=doubtful#r{second}"


def test_the_next_place_is_found_on_other_pages(
    office: PageClient, app_session: Session, monkeypatch: pytest.MonkeyPatch, draft: ImportDraft
) -> None:
    monkeypatch.setattr(check_page, "PAGE_SIZE", 2)
    fourth, fifth = ids(app_session, draft)[3:]

    answer = office.get(f"/imports/{draft.id}/doubt?after={fourth}")

    assert answer.headers["Location"] == f"/imports/{draft.id}?page=3#r{fifth}"


def test_what_is_left_is_told_and_each_act_leads_to_the_next_place(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    _, second, _, fourth, fifth = ids(app_session, draft)
    page = office.get(f"/imports/{draft.id}").text
    button = parsed(page).xpath(f"//tr[@id='r{second}']//button[@data-choice='2']")[0]

    chosen = office.post(button.get("formaction"), data={"notation": button.get("value")})
    checked = office.post(
        f"/imports/{draft.id}/rows/{fifth}/checked?version=1&then=doubt", data={"checked": "1"}
    )

    assert "还剩 <b>3</b> 处需要确认" in page
    assert chosen.headers["Location"] == f"/imports/{draft.id}#r{fourth}"
    assert checked.headers["Location"] == f"/imports/{draft.id}#r{fourth}", "round the end"
    assert "还剩 <b>1</b> 处需要确认" in office.get(f"/imports/{draft.id}").text


def test_the_queue_decides_each_kind_of_phrase_once_and_goes_on(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    second, _, _, fifth = ids(app_session, draft)[1:]
    page = office.get(f"/imports/{draft.id}?show=deadline").text
    form = {"notation": "date:2026-12-31", "show": "deadline", "everywhere": str(second)}

    answer = office.post(address_of(page, "2026年12月31日前"), data=form)

    assert page.count('class="kind"') == 1
    assert answer.headers["Location"] == f"/imports/{draft.id}?show=doubtful#r{fifth}"
    notations = [row.reading["deadline"]["notation"] for row in rows(app_session, draft)]
    assert (notations[1], notations[3]) == ("date:2026-12-31", "date:2026-06-30")


def test_the_list_of_imports_tells_how_far_the_check_has_come(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    first = ids(app_session, draft)[0]
    office.post(f"/imports/{draft.id}/rows/{first}/checked?version=1", data={"checked": "1"})

    page = office.get("/imports").text

    assert "还剩 3 处，张三刚刚核对到第 1 项" in page
    assert f'href="/imports/{draft.id}/doubt"' in page


def row_form(session: Session, draft: ImportDraft, number: int, **changes: str) -> dict[str, str]:
    row = rows(session, draft)[number]
    parts = row.reading["assignments"]
    plain = {
        "version": str(row.version),
        "text": row.reading["text"],
        "lead": "\n".join(part["unit"] for part in parts if part["role"] == "lead"),
        "support": "\n".join(part["unit"] for part in parts if part["role"] == "support"),
        "deadline": row.reading["deadline"]["notation"],
        "included": "y",
    }
    return plain | changes


def test_rows_printed_alike_are_offered_after_a_correction_and_changed_with_one_click(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    first = ids(app_session, draft)[0]
    form = row_form(app_session, draft, 0, support="市发展改革局")

    saved = office.post(f"/imports/{draft.id}/rows/{first}", data=form)
    page = office.get(saved.headers["Location"]).text
    answer = office.post(address_of(page, "一并改"), data={"what": "name"})

    assert saved.headers["Location"] == f"/imports/{draft.id}?same={first}#same"
    assert "“市发改局”都改为“市发展改革局”" in page
    assert answer.headers["Location"] == f"/imports/{draft.id}#r{first}"
    assert "已一并改4项：第2–5项。" in office.get(answer.headers["Location"]).text
    assert all(row.reading["assignments"][1]["unit"] == "市发展改革局" for row in rows(app_session, draft))


def test_a_task_is_parted_and_joined_again_without_a_script(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    first = ids(app_session, draft)[0]
    page = office.get(f"/imports/{draft.id}/rows/{first}").text
    (cut,) = parsed(page).xpath("//button[@name='at']")

    parted = office.post(address_of(page, "在此处分开"), data={"at": cut.get("value"), "share": "second"})
    texts = [row.reading["text"] for row in rows(app_session, draft)]
    again = office.get(f"/imports/{draft.id}/rows/{first}").text
    tree = parsed(again)
    other = {
        name: tree.xpath(f"//input[@name='{name}']")[0].get("value") for name in ("other_id", "other_version")
    }
    joined = office.post(address_of(again, "与下一项合并"), data=other)

    assert texts[:2] == ["公开目录；", "公开指南。"]
    assert parted.headers["Location"] == f"/imports/{draft.id}/rows/{other['other_id']}"
    assert joined.headers["Location"] == f"/imports/{draft.id}/rows/{first}"
    assert (
        next(row.reading["text"] for row in rows(app_session, draft) if row.included)
        == "公开目录；公开指南。"
    )
    assert office.get(f"/imports/{draft.id}/rows/{other['other_id']}").status_code == 200


def test_several_passages_become_tasks_with_one_click(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    page = office.get(f"/imports/{draft.id}?show=others").text
    boxes = parsed(page).xpath(
        "//div[@class='passage'][contains(., '附注') or contains(., '加强')]//input[@name='starts']"
    )
    starts = [box.get("value") for box in boxes]
    address = address_of(page, "各定为一项任务")

    none = office.post(address, data={"how": "each"})
    both = office.post(address, data={"how": "together", "starts": starts})

    assert none.status_code == 422
    assert both.status_code == 303
    assert [row.reading["text"] for row in rows(app_session, draft)][-1] == "附注一。\n加强领导。"


def test_the_numbers_of_a_serial_column_are_folded_and_no_word_is(
    office: PageClient, app_session: Session
) -> None:
    texts = ("1", "没有认出的一句。", "2")
    draft = kept(app_session, draft_plan([*(Other("unrecognised", text) for text in texts), UNDECIDED]))

    page = parsed(office.get(f"/imports/{draft.id}?show=others").text)

    others = page.xpath("//div[@class='others']")[0]
    assert others.xpath("./details//p/text()") == ["1", "2"]
    assert others.xpath("./div[@class='passage']/p/text()") == ["没有认出的一句。"]
    assert "只有数字的 2 段" in others.text_content()


def test_no_heading_stands_over_serial_numbers_alone(office: PageClient, app_session: Session) -> None:
    others = [Other("unrecognised", "1"), Other("note", "2"), Other("note", "注：一。")]
    draft = kept(app_session, draft_plan([*others, UNDECIDED]))

    page = parsed(office.get(f"/imports/{draft.id}?show=others").text)

    headings = page.xpath("//div[@class='others']//h3")
    assert [" ".join(heading.text_content().split()[-2:]) for heading in headings] == ["1 段"]
    assert "只有数字的 2 段" in page.text_content()


def test_a_finding_of_the_check_up_is_put_aside_and_stays_so(office: PageClient, draft: ImportDraft) -> None:
    page = office.get(f"/imports/{draft.id}?show=findings").text
    days = parsed(page).xpath("//div[contains(@class, 'note')][contains(., '国庆')]")

    office.post(f"/imports/{draft.id}/findings", data={"mark": days[0].xpath(".//button/@value")[0]})
    after = office.get(f"/imports/{draft.id}?show=findings").text
    gone = office.post(f"/imports/{draft.id}/findings", data={"mark": "due-on-day-off:0"})

    assert len(days) == 1
    assert "后一个是10月8日" in page
    assert len(days[0].xpath(".//a[contains(@href, '/rows/')]")) == 3
    assert "已知悉 1 条" in after
    assert gone.status_code == 404


def test_what_a_colleague_has_just_changed_is_shown_quietly(
    office: PageClient, app: Flask, app_session: Session, draft: ImportDraft
) -> None:
    other = app.test_client()
    assert isinstance(other, PageClient)
    colleague = make_account(app_session, "office")
    colleague.display_name = "李四"
    app_session.commit()
    other.as_account(colleague)
    second, third = ids(app_session, draft)[1:3]

    other.post(f"/imports/{draft.id}/rows/{third}/checked?version=1", data={"checked": "1"})
    mine = office.post(f"/imports/{draft.id}/rows/{second}/checked?version=1", data={"checked": "1"})
    stale = office.post(f"/imports/{draft.id}/rows/{third}/checked?version=1", data={"checked": "0"})

    assert (mine.status_code, stale.status_code) == (303, 409)
    assert "李四 刚刚改了第3项" in office.get(f"/imports/{draft.id}").text
    assert "张三 刚刚" not in office.get(f"/imports/{draft.id}").text


def test_what_is_remembered_is_listed_and_can_be_forgotten(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    make_unit(app_session, "市发改局")
    app_session.commit()
    second = ids(app_session, draft)[1]
    form = {"notation": "date:2026-12-31", "everywhere": str(second)}
    office.post(f"/imports/{draft.id}/rows/{second}/reading?version=1", data=form)
    rows(app_session, draft)
    accepted = {"version": str(draft.version), "accepted": ["no_unit", "no_deadline", "unreviewed"]}
    assert office.post(f"/imports/{draft.id}/confirm", data=accepted).status_code == 303

    listed = office.get("/imports/readings").text
    answer = office.post(address_of(listed, "不再记住"))

    assert "张三" in listed
    assert "2026年12月31日前" in listed
    assert "还没有记住的读法" in office.get(answer.headers["Location"]).text
