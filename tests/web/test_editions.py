"""The pages of a revision: the banner, the comparison, the confirmation, the history and its undoing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.drafts import fresh
from tests.support.editions import FIRST, NEW, directory, imported, last_batch, tasks, uploaded
from tests.support.pages import PageClient
from tests.support.qingxi import TITLE
from tracker.services.readiness import Concern
from tracker.store.tables import EditionChoice, ImportDraft, Plan

SECOND = (
    NEW,
    replace(FIRST[0], text="对现行有效的行政规范性文件逐件清理核对，集中放到专栏。", number="2"),
    *FIRST[1:3],
)


@pytest.fixture
def plan(app_session: Session) -> Plan:
    directory(app_session)
    plan = imported(app_session)
    app_session.commit()
    return plan


@pytest.fixture
def draft(app_session: Session, plan: Plan) -> ImportDraft:
    draft = uploaded(app_session, SECOND, title=f"{TITLE}（修订版）", number="青政公开办〔2026〕9号")
    app_session.commit()
    return draft


def choose(office: PageClient, draft: ImportDraft, plan: Plan, relation: str = "revision") -> None:
    answer = office.post(f"/imports/{draft.id}/edition", data={"relation": relation, "plan": plan.id})
    assert answer.status_code == 303


def revise(office: PageClient, session: Session, draft: ImportDraft, **fields: object):  # type: ignore[no-untyped-def]
    fresh(session)
    everything = {"version": draft.version, "accepted": [concern.value for concern in Concern]}
    return office.post(f"/imports/{draft.id}/revise", data={**everything, **fields})


def test_the_check_page_says_what_the_draft_may_be_and_asks(
    office: PageClient, draft: ImportDraft, plan: Plan
) -> None:
    page = office.get(f"/imports/{draft.id}").get_data(as_text=True)

    assert "这份文件像是" in page
    assert "4项里有3项的文字相同或相近" in page
    assert "还没有认定。现在确认会另建一份台账" in page, "said once more where it is confirmed"
    assert "作为修订版对比" in page
    assert "请认定" in office.get("/imports").get_data(as_text=True)


def test_a_person_decides_and_may_decide_otherwise(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    assert "与原版对比" in office.get(f"/imports/{draft.id}").get_data(as_text=True)

    choose(office, draft, plan, "separate")

    fresh(app_session)
    assert app_session.scalars(select(EditionChoice.relation)).one() == "separate"
    page = office.get(f"/imports/{draft.id}").get_data(as_text=True)
    assert "这份文件像是" not in page
    assert "还没有认定" not in page


def test_what_is_no_relation_is_refused(office: PageClient, draft: ImportDraft) -> None:
    assert office.post(f"/imports/{draft.id}/edition", data={"relation": "twin"}).status_code == 422


def test_the_comparison_marks_what_went_and_what_came(
    office: PageClient, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)

    page = office.get(f"/imports/{draft.id}/diff").get_data(as_text=True)

    assert "<ins>清理</ins>" in page
    assert "<del>及时公开重大建设项目的批准和实施信息。</del>" in page
    assert "共 3 项改动，现勾选 3 项" in page
    only_new = office.get(f"/imports/{draft.id}/diff?show=new").get_data(as_text=True)
    assert "清理" not in only_new
    assert "政府开放日" in only_new
    assert office.get(f"/imports/{draft.id}/diff?show=unchanged").status_code == 200


def test_without_a_decision_there_is_nothing_to_compare(office: PageClient, draft: ImportDraft) -> None:
    answer = office.get(f"/imports/{draft.id}/diff")

    assert (answer.status_code, answer.location) == (302, f"/imports/{draft.id}")


def test_ticks_are_kept_and_only_what_is_ticked_is_made(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    (dropped,) = [task.id for task in tasks(app_session, plan) if task.serial == 4]
    office.post(f"/imports/{draft.id}/diff", data={"shown": [f"t{dropped}"], "take": [], "to": "removed"})
    assert "现勾选 2 项" in office.get(f"/imports/{draft.id}/diff").get_data(as_text=True)

    answer = revise(office, app_session, draft)

    assert (answer.status_code, answer.location) == (303, f"/ledger?plan={plan.id}")
    fresh(app_session)
    assert [task.state for task in tasks(app_session, plan)] == ["assigned"] * 5


def shown_fields(office: PageClient, draft: ImportDraft) -> dict[str, Any]:
    """What the form of the comparison sends back when nothing is touched."""
    page: Any = html.document_fromstring(office.get(f"/imports/{draft.id}/diff").text)
    fields: dict[str, Any] = {"take": page.xpath("//input[@name='take'][@checked]/@value")}
    for name in ("shown", "was", "seen"):
        fields[name] = page.xpath(f"//input[@name='{name}']/@value")
    return fields


def test_two_who_tick_keep_what_the_other_has_ticked_and_see_it_before_it_is_made(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    mine = yours = shown_fields(office, draft)
    first, second, third = mine["shown"]
    office.post(f"/imports/{draft.id}/diff", data={**mine, "take": [second, third]})

    overtaken = revise(office, app_session, draft, **{**yours, "take": [first, third]})

    assert overtaken.status_code == 409
    assert "勾选刚被他人改过" in overtaken.get_data(as_text=True)
    merged = shown_fields(office, draft)
    assert merged["take"] == [third]
    assert revise(office, app_session, draft, **merged).status_code == 303


def test_a_confirmation_on_an_old_page_is_told_of_it(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)

    answer = revise(office, app_session, draft, version=0)

    assert answer.status_code == 409
    assert "核对期间有人改过" in answer.get_data(as_text=True)


def test_who_confirms_second_is_led_to_the_ledger(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    revise(office, app_session, draft)

    answer = revise(office, app_session, draft)

    assert (answer.status_code, answer.location) == (303, f"/ledger?plan={plan.id}")
    fresh(app_session)
    assert len(tasks(app_session, plan)) == 5


def test_the_check_page_of_a_revision_leads_to_the_comparison(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    fresh(app_session)

    answer = office.post(f"/imports/{draft.id}/confirm", data={"version": draft.version})

    assert answer.status_code == 422
    assert "与原版对比" in answer.get_data(as_text=True)


def test_the_history_leads_to_an_undoing_that_names_both_lists(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    revise(office, app_session, draft)
    fresh(app_session)
    batch = last_batch(app_session)
    assert "修订版" in office.get("/imports/history").get_data(as_text=True)
    task = tasks(app_session, plan)[0]
    office.post(f"/tasks/{task.id}/cancel", data={"version": task.version, "words": "重复"})

    before = office.get(f"/imports/history/{batch.id}").get_data(as_text=True)
    answer = office.post(f"/imports/history/{batch.id}/undo", follow_redirects=True).get_data(as_text=True)

    assert "2 项恢复到这一批之前" in before
    assert "会撤回 2 项" in before
    assert "会保留 1 项" in before
    assert "之后取消了" in before
    assert "已撤销：撤回2项，保留1项（第1项）。草稿已重新打开，可以更正后再确认。" in answer
    assert "已撤回 2 项" in answer


@pytest.mark.parametrize("undone", [False, True], ids=["in force", "undone"])
def test_every_number_of_the_history_opens_its_own_list(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan, undone: bool
) -> None:
    choose(office, draft, plan)
    revise(office, app_session, draft)
    fresh(app_session)
    if undone:
        office.post(f"/imports/history/{last_batch(app_session).id}/undo")

    history: Any = html.document_fromstring(office.get("/imports/history").text)
    links = history.xpath("//td[@data-label='改动']/a")

    assert [link.text for link in links] == ["新增 1", "文字 1", "删去 1", "新增 4"]
    for link in links:
        page: Any = html.document_fromstring(office.get(link.get("href")).text)
        kind, number = link.text.split()
        rows = page.xpath("//tbody/tr")
        assert len(rows) == int(number)
        several = len(page.xpath("//nav[@aria-label='按改动查看']/a")) > 1
        assert all(kind in row.text_content() for row in rows) or not several
        assert several == (link not in links[3:]), "what was all new need not say so in every row"
    assert office.get(f"/imports/history/{last_batch(app_session).id}?kind=other").status_code == 200


def test_a_concern_that_was_not_ticked_is_told_at_the_top_with_the_way_to_it(
    office: PageClient, app_session: Session, plan: Plan
) -> None:
    nobodys = replace(NEW, units=[], phrase="", deadline="none")
    draft = uploaded(app_session, [*SECOND, nobodys], title=f"{TITLE}（修订版）", number="青政公开办〔2026〕9号")
    app_session.commit()
    choose(office, draft, plan)

    answer = revise(office, app_session, draft, accepted=[])

    assert answer.status_code == 422
    page: Any = html.document_fromstring(answer.text)
    (told,) = page.xpath("//div[@class='note red']")
    assert told.xpath(".//a/@href") == ["#confirm"]
    assert page.xpath("//*[@id='confirm']//input[@name='accepted']")


def test_an_undone_batch_says_so_to_the_second(office: PageClient, app_session: Session, plan: Plan) -> None:
    batch_id = last_batch(app_session).id
    office.post(f"/imports/history/{batch_id}/undo")

    answer = office.post(f"/imports/history/{batch_id}/undo")

    assert answer.status_code == 409
    assert "这一批已经撤销过" in answer.get_data(as_text=True)
    assert "已撤销" in office.get("/imports/history").get_data(as_text=True)


def test_every_edition_can_be_read(
    office: PageClient, app_session: Session, draft: ImportDraft, plan: Plan
) -> None:
    choose(office, draft, plan)
    revise(office, app_session, draft)

    now = office.get(f"/plans/{plan.id}/source").get_data(as_text=True)
    former = office.get(f"/plans/{plan.id}/source?edition=1").get_data(as_text=True)

    assert "政府开放日" in now
    assert "政府开放日" not in former
    assert "这是旧版" in former
    assert office.get(f"/plans/{plan.id}/source?edition=9").status_code == 404
