"""发送情况 as the office and an administrator use it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_unit
from tests.support.pages import PageClient
from tracker.domain.outbox import OutboxState
from tracker.services import heartbeats
from tracker.store.tables import DeliveryAttempt, Notice, OutboxItem

ADDRESS = "lin@jyj.qingxi.example"


@pytest.fixture
def sent(app_session: Session) -> list[OutboxItem]:
    """A delivery in each state, of yesterday and of today; the unconfirmed ones went in letters."""
    unit = make_unit(app_session, "市教育局")
    contact = make_account(app_session, "unit", unit=unit, email=ADDRESS)
    found = []
    for days in (0, 1):
        for number, state in enumerate(OutboxState):
            notice = Notice(
                key=f"test:{days}:{number}", kind="before_cutoff", unit_id=unit.id, subject=f"提醒{days}{number}",
                body="请报送。", cause={}, planned_at=NOW,
            )  # fmt: skip
            item = OutboxItem(
                notice=notice, channel="mail", account_id=contact.id, address=ADDRESS, state=state.value,
                not_before=NOW - timedelta(days=days), attempts=1, letter_key=f"letter-{days}",
            )  # fmt: skip
            app_session.add(item)
            found.append(item)
    app_session.flush()
    for item in found:
        if item.state in {"dead", "unconfirmed"}:
            app_session.add(
                DeliveryAttempt(
                    outbox_id=item.id, number=1, at=NOW, outcome="refused" if item.state == "dead" else "ambiguous",
                    detail="550 查无此人" if item.state == "dead" else "发出后没有回音",
                )
            )  # fmt: skip
    app_session.commit()
    return found


def tree(client: PageClient, address: str) -> Any:
    return html.document_fromstring(client.get(address).text)


def test_every_number_opens_a_list_of_just_so_many(office: PageClient, sent: list[OutboxItem]) -> None:
    figures = tree(office, "/deliveries").xpath("//div[@class='kpi']/a")

    found = {each.get("href"): int(each.xpath("string(b)")) for each in figures}
    listed = {address: len(tree(office, address).xpath("//table[@data-count]/tbody/tr")) for address in found}

    assert len(found) == 12
    assert listed == found
    assert sum(found.values()) == 2 * len(sent), "应发 is the sum of its parts, of both days"


def test_the_numbers_of_a_list_hold_for_its_other_filters_too(office: PageClient, sent: list[OutboxItem]) -> None:
    address = f"/deliveries/list?day=2026-09-23&channel=mail&unit={sent[0].notice.unit_id}&person={sent[0].account_id}"

    for tab in tree(office, address).xpath("//nav[@class='lights']/a"):
        rows = tree(office, tab.get("href")).xpath("//table[@data-count]/tbody/tr")
        assert len(rows) == int(tab.get("data-count"))


def test_a_list_tells_no_whole_address(office: PageClient, sent: list[OutboxItem]) -> None:
    assert sent
    for address in ("/deliveries", "/deliveries/list"):
        page = office.get(address).text
        assert ADDRESS not in page
        assert "l***@jyj.qingxi.example" in page


def test_a_letters_page_tells_its_tries_in_words(office: PageClient, sent: list[OutboxItem]) -> None:
    dead = next(item for item in sent if item.state == "dead")

    page = office.get(f"/deliveries/{dead.id}").text

    assert "对方拒收" in page
    assert "550 查无此人" in page
    assert ADDRESS in page, "whoever mends a wrong address has to see it"
    assert office.get("/deliveries/999999").status_code == 404


def test_what_is_unconfirmed_is_settled_with_the_name_of_who_asked(
    office: PageClient, app_session: Session, sent: list[OutboxItem]
) -> None:
    item = next(item for item in sent if item.state == "unconfirmed")
    assert "已核实收到" in office.get(f"/deliveries/{item.id}").text

    answer = office.post(f"/deliveries/{item.id}/settle", follow_redirects=True)

    assert "已记为送达（2条）" in answer.text, "with what failed in the same letter"
    page = office.get(f"/deliveries/{item.id}").text
    assert "人工核实" in page
    assert "核实对方已收到" in page
    for act, words in (("settle", "不用核实"), ("resend", "不用重发")):
        again = office.post(f"/deliveries/{item.id}/{act}", follow_redirects=True)
        assert (again.status_code, words in again.text) == (200, True), "a colleague was quicker: nothing is wrong"
    assert app_session


@pytest.mark.parametrize(
    "address",
    ["day=x", "day=1888-01-01", "day=9999-12-31", "state=all", "unit=x", "unit=0", f"person={10**30}"],
)
def test_an_address_that_means_nothing_leads_nowhere(office: PageClient, address: str) -> None:
    assert office.get(f"/deliveries/list?{address}").status_code == 404


def test_a_silent_worker_is_told_in_red_with_what_to_do_here_and_on_the_desk(
    office: PageClient, app_session: Session
) -> None:
    heartbeats.beat(app_session, "gongkai:17", detail="", now=NOW - timedelta(minutes=4))
    app_session.commit()

    for address in ("/deliveries", "/desk"):
        [banner] = tree(office, address).xpath("//div[@class='note red'][contains(., '后台任务没有动静')]")
        assert "4分钟前" in banner.text_content()
        assert "重新启动" in banner.text_content()


def test_an_administrator_sees_it_and_a_leader_does_not(
    client: PageClient, app_session: Session, sent: list[OutboxItem]
) -> None:
    administrator, leader = make_account(app_session, "administrator"), make_account(app_session, "leader")
    app_session.commit()

    assert client.as_account(administrator).get(f"/deliveries/{sent[0].id}").status_code == 200
    assert client.as_account(leader).get("/deliveries/list").status_code == 403
    assert client.post(f"/deliveries/{sent[0].id}/settle").status_code == 403
