"""我的提醒设置 and 不再提醒 as people use them."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.services import reminding, sending
from tracker.store.tables import (
    Account,
    AuditEvent,
    Deputyship,
    InboxItem,
    MutedTask,
    PersonSetting,
    Task,
    Unit,
)

PAGE = "/my-reminders"


@pytest.fixture
def contact(app_session: Session) -> Account:
    return make_account(app_session, "unit", unit=make_unit(app_session, "市教育局"), email="lin@jyj.qingxi.example")


@pytest.fixture
def task(app_session: Session, contact: Account) -> Task:
    """Due today, and lying in the contact's inbox."""
    made = make_task(app_session, make_plan(app_session), "公布清理结果", units=[in_unit(contact)], due=NOW.date())
    reminding.plan(app_session, now=NOW)
    while claim := sending.take(app_session, "w1", now=NOW):
        sending.open_letter(app_session, claim, site="", now=NOW)
    app_session.commit()
    return made


def in_unit(account: Account) -> Unit:
    assert account.unit is not None
    return account.unit


def parsed(text: str) -> html.HtmlElement:
    page = html.document_fromstring(text)
    assert isinstance(page, html.HtmlElement)
    return page


def form(version: int = 0, **chosen: object) -> dict[str, object]:
    return {"digest": "1", "digest_hour": "9", "wanted": ["mail"], "version": str(version), **chosen}


def kept(session: Session) -> PersonSetting | None:
    session.rollback()
    session.expire_all()
    return session.scalars(select(PersonSetting)).one_or_none()


def test_a_person_finds_what_holds_without_a_choice(client: PageClient, app_session: Session, contact: Account) -> None:
    app_session.commit()
    page = parsed(client.as_account(contact).get(PAGE).text)

    assert page.xpath("//input[@name='digest'][@checked]/@value") == ["1"]
    assert page.xpath("//select[@name='digest_hour']/option[@selected]/@value") == ["9"]
    assert page.xpath("//input[@name='wanted'][@checked]/@value") == ["mail"]
    assert "lin@jyj.qingxi.example" in page.text_content()
    assert page.xpath("//div[@class='who']/a[@href='/my-reminders']")


def test_what_is_chosen_is_kept_and_shown(client: PageClient, app_session: Session, contact: Account) -> None:
    app_session.commit()
    client.as_account(contact)

    answer = client.post(PAGE, data=form(digest="0", digest_hour="14", wanted=[]))

    assert (answer.status_code, answer.location) == (303, PAGE)
    row = kept(app_session)
    assert row is not None
    assert (row.digest, row.hour, row.declined) == (False, 14, ["mail"])
    page = parsed(client.get(PAGE).text)
    assert page.xpath("//input[@name='digest'][@checked]/@value") == ["0"]
    assert page.xpath("//input[@name='wanted'][@checked]") == []
    assert app_session.scalars(select(AuditEvent.action)).all() == ["reminder:choose"]


@pytest.mark.parametrize(
    "wrong", [{"digest_hour": "8"}, {"digest_hour": "x"}, {"digest": "2"}, {"wanted": ["pigeon"]}, {"version": ""}],
    ids=["too early", "no hour", "neither", "a way that is not there", "no version"],
)  # fmt: skip
def test_what_was_never_offered_is_not_kept(
    client: PageClient, app_session: Session, contact: Account, wrong: dict[str, object]
) -> None:
    app_session.commit()

    assert client.as_account(contact).post(PAGE, data=form() | wrong).status_code == 422
    assert kept(app_session) is None


def test_two_windows_do_not_undo_each_other_unseen(client: PageClient, app_session: Session, contact: Account) -> None:
    app_session.commit()
    client.as_account(contact)
    client.post(PAGE, data=form(digest_hour="10"))

    late = client.post(PAGE, data=form(digest_hour="16"))
    page = parsed(late.text)

    assert late.status_code == 409
    assert "每天10:00合成一封" in page.text_content()
    assert page.xpath("//select[@name='digest_hour']/option[@selected]/@value") == ["16"]
    version = page.get_element_by_id("version").get("value")
    assert client.post(PAGE, data=form(int(version or 0), digest_hour="16")).status_code == 303
    row = kept(app_session)
    assert row is not None
    assert row.hour == 16


def test_a_way_without_an_address_says_who_can_add_it(client: PageClient, app_session: Session) -> None:
    somebody = make_account(app_session, "office")
    app_session.commit()
    client.as_account(somebody)

    assert "邮件：还没有登记地址或号码" in client.get(PAGE).text
    assert client.post(PAGE, data=form(wanted=[])).status_code == 303
    row = kept(app_session)
    assert row is not None
    assert row.declined == [], "who left no address has not declined the way"


@pytest.mark.parametrize(("back", "to"), [("inbox", "/inbox"), ("settings", PAGE), ("", None), ("//evil.example", None)])
def test_a_task_is_muted_and_heard_of_again_from_where_its_button_stands(
    client: PageClient, app_session: Session, contact: Account, task: Task, back: str, to: str | None
) -> None:
    client.as_account(contact)
    address = f"/tasks/{task.id}"

    muted = client.post(f"{address}/mute", data={"back": back})

    assert (muted.status_code, muted.location) == (303, to or address)
    assert "恢复提醒" in client.get(address).text
    assert "公布清理结果" in client.get(PAGE).text
    assert "已设为不再提醒" in client.get("/inbox").text
    again = client.post(f"{address}/unmute", data={"back": back})
    assert (again.status_code, again.location) == (303, to or address)
    assert "不再提醒" in client.get(address).text
    assert app_session.scalars(select(MutedTask)).all() == []
    assert client.post(f"{address}/unmute").status_code == 404


def test_muting_twice_is_muting_once(client: PageClient, app_session: Session, contact: Account, task: Task) -> None:
    client.as_account(contact)
    for _ in range(2):
        assert client.post(f"/tasks/{task.id}/mute").status_code == 303

    assert len(app_session.scalars(select(MutedTask)).all()) == 1


def test_nobody_mutes_what_he_may_not_see(client: PageClient, app_session: Session, task: Task) -> None:
    stranger = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()

    assert client.as_account(stranger).post(f"/tasks/{task.id}/mute").status_code == 404
    assert app_session.scalars(select(MutedTask)).all() == []


def test_the_office_is_offered_nothing_to_mute(client: PageClient, app_session: Session, task: Task) -> None:
    office = make_account(app_session, "office")
    app_session.commit()
    client.as_account(office)

    assert "不再提醒" not in client.get(f"/tasks/{task.id}").text
    assert "不再提醒的任务" not in client.get(PAGE).text


def test_who_acts_for_another_sees_his_own_settings_and_mutes_nothing_there(
    client: PageClient, app_session: Session, contact: Account, task: Task
) -> None:
    deputy = make_account(app_session, "unit", unit=make_unit(app_session, "市卫健委"), email="zhao@wjw.qingxi.example")
    arranged = Deputyship(
        for_id=contact.id, by_id=deputy.id, starts_on=NOW.date(), ends_on=NOW.date(), reason="出差", made_by_name="陈雨",
        made_at=NOW,
    )  # fmt: skip
    app_session.add(arranged)
    app_session.commit()
    client.as_account(deputy)
    client.post(f"/deputies/{arranged.id}/begin")
    page = client.get(PAGE).text

    assert "这里是您本人" in page
    assert "zhao@wjw.qingxi.example" in page
    assert "不再提醒" not in client.get(f"/tasks/{task.id}").text
    assert "不再提醒" not in client.get("/inbox").text
    client.post(PAGE, data=form(digest_hour="10"))
    row = kept(app_session)
    assert row is not None
    assert row.account_id == deputy.id
    assert client.post(f"/tasks/{task.id}/mute").status_code == 404


def test_the_inbox_offers_to_mute_tasks_and_nothing_else(
    client: PageClient, app_session: Session, contact: Account, task: Task
) -> None:
    client.as_account(contact)
    assert task.title in app_session.scalars(select(InboxItem.subject)).one()

    page = parsed(client.get("/inbox").text)

    assert page.xpath("//form[contains(@action, '/mute')]/@action") == [f"/tasks/{task.id}/mute"]
