"""收件箱 and 发送情况 as people use them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.store.tables import Account, InboxItem, Notice, OutboxItem


def make_delivery(session: Session, account: Account, subject: str, *, state: str = "sent", link: str = "") -> OutboxItem:
    """A notice to one person, and its place in the inbox when it was sent."""
    notice = Notice(
        key=f"test:{subject}", plan_id=make_plan(session).id, kind="before_cutoff", unit_id=account.unit_id,
        subject=subject, body="请在9月24日（周四）17:30前报送。", cause={}, planned_at=NOW,
    )  # fmt: skip
    item = OutboxItem(
        notice=notice, channel="inbox" if state == "sent" else "mail", account_id=account.id, state=state, not_before=NOW,
        last_error="" if state == "sent" else "550 查无此人",
    )  # fmt: skip
    session.add(item)
    session.flush()
    if state == "sent":
        session.add(
            InboxItem(
                outbox_id=item.id, account_id=account.id, subject=subject, body=notice.body, link=link, created_at=NOW
            )
        )
    session.commit()
    return item


def test_a_contact_reads_a_notice_and_is_led_to_where_it_is_dealt_with(
    client: PageClient, app_session: Session
) -> None:
    contact = make_account(app_session, "unit", unit=make_unit(app_session, "市教育局"))
    make_delivery(app_session, contact, "即将截止：第39周", link="/inbox")
    client.as_account(contact)
    page = client.get("/inbox").get_data(as_text=True)
    item = app_session.query(InboxItem).one()

    answer = client.post(f"/inbox/{item.id}/open")

    assert "即将截止：第39周" in page
    assert "1 条未读" in page
    assert answer.status_code == 303
    assert answer.location == "/inbox"
    assert "都看过了" in client.get("/inbox").get_data(as_text=True)


def test_a_notice_of_a_task_that_the_unit_has_left_says_so_instead_of_an_error(
    client: PageClient, app_session: Session
) -> None:
    unit = make_unit(app_session, "市教育局")
    contact, task = make_account(app_session, "unit", unit=unit), make_task(app_session, make_plan(app_session), units=[unit])
    sent = make_delivery(app_session, contact, "快到期", link=f"/tasks/{task.id}")
    sent.notice.task_id = task.id
    app_session.commit()
    client.as_account(contact)
    address, page = f"/inbox/{app_session.query(InboxItem).one().id}/open", f"/tasks/{task.id}"
    app_session.rollback()
    assert client.post(address).location == page

    task.assignments[0].ended_at = NOW
    app_session.commit()

    assert client.post(address).location == "/inbox"
    assert "这项任务现在不归本单位办理" in client.get("/inbox").get_data(as_text=True)


def test_nobody_opens_another_persons_notice(client: PageClient, app_session: Session) -> None:
    make_delivery(app_session, make_account(app_session, "office"), "给别人的提醒")
    stranger = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    client.as_account(stranger)
    item = app_session.query(InboxItem).one()

    assert client.post(f"/inbox/{item.id}/open").status_code == 404
    assert "给别人的提醒" not in client.get("/inbox").get_data(as_text=True)


def test_everything_is_marked_as_read_at_once(client: PageClient, app_session: Session) -> None:
    contact = make_account(app_session, "unit", unit=make_unit(app_session))
    for subject in ("甲", "乙", "丙"):
        make_delivery(app_session, contact, subject)
    client.as_account(contact)

    client.post("/inbox/read")

    assert "都看过了" in client.get("/inbox").get_data(as_text=True)


def test_the_office_sees_what_failed_with_its_reason_and_sends_it_again(
    client: PageClient, app_session: Session
) -> None:
    contact = make_account(app_session, "unit", unit=make_unit(app_session), email="lin@jyj.qingxi.example")
    dead = make_delivery(app_session, contact, "即将截止：第39周", state="dead")
    office = make_account(app_session, "office")
    app_session.commit()
    client.as_account(office)
    page = client.get("/deliveries").get_data(as_text=True)

    answer = client.post(f"/deliveries/{dead.id}/resend")

    assert "550 查无此人" in page
    assert answer.status_code == 303
    assert "没有发送失败的提醒" in client.get("/deliveries").get_data(as_text=True)


def test_a_unit_does_not_see_how_the_letters_of_others_fared(client: FlaskClient, app_session: Session) -> None:
    contact = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    assert isinstance(client, PageClient)

    assert client.as_account(contact).get("/deliveries").status_code == 403
