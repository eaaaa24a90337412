"""工作台: each number opens exactly the list that it counts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.services import heartbeats, settings

STATES = ("submitted", "submitted", "returned", "open", "accepted", "waived", "open")


@pytest.fixture
def busy_week(app_session: Session, clock: SettableClock) -> None:
    """A plan with tasks on every side of today, and a week in which units have got differently far."""
    session = app_session
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    heartbeats.beat(session, "worker", detail="", now=clock())
    plan = factories.make_plan(session)
    found = [factories.make_unit(session) for _ in STATES]
    factories.make_account(session, "unit", unit=found[0])
    today = factories.TODAY
    for days in (-30, -1, 0, 1, 5, 90):
        factories.make_task(session, plan, units=[found[0]], due=today + timedelta(days=days))
    factories.make_task(session, plan, units=[found[1]], due=today - timedelta(days=3), state="signed_off")
    factories.make_task(session, plan, units=[found[2]])
    for days, state in ((40, "assigned"), (-2, "in_progress"), (50, "signed_off")):
        task = factories.make_task(
            session, plan, units=[found[2], found[3]], due=today + timedelta(days=days), state=state
        )
        for part in task.assignments:
            part.status = "done"
    half = factories.make_task(session, plan, units=[found[2], found[3]], due=today + timedelta(days=60))
    half.assignments[0].status = "done"
    period = factories.make_period(session, factories.make_cadence(session, plan))
    earlier = factories.make_period(session, period.cadence, "2026-W38", state="closed")
    for unit, state in zip(found, STATES, strict=True):
        handed_in = None if state in {"open", "waived"} else factories.NOW
        factories.make_obligation(session, period, unit, state=state, submitted_at=handed_in)
    factories.make_obligation(session, earlier, found[0], state="submitted", submitted_at=factories.NOW)
    session.commit()


def numbers(page: str) -> dict[str, tuple[int, str]]:
    """Every figure of the desk with its address, by its word."""
    tree: Any = html.document_fromstring(page)
    found = {}
    for link in tree.xpath("//div[@class='kpi']/a"):
        found[str(link.findtext("span"))] = (int(link.findtext("b")), str(link.get("href")))
    for link in tree.xpath("//h2/a"):
        title = re.fullmatch(r"(\D+) (\d+) [件项份]", link.text_content())
        assert title
        found[title.group(1)] = (int(title.group(2)), str(link.get("href")))
    return found


def length(page: str) -> int:
    """How long the list is that a page says it shows, which must also be the rows it has."""
    tree: Any = html.document_fromstring(page)
    said = re.search(r"共 ?(\d+) ?[件项条]", str(tree.xpath("string(//main)")))
    rows = len(list(tree.xpath("//table//tbody/tr")))
    assert int(said.group(1)) == rows if said else rows == 0
    return rows


@pytest.mark.usefixtures("busy_week")
def test_each_number_is_the_length_of_its_list(office: PageClient) -> None:
    found = numbers(office.get("/desk").text)

    assert {word: number for word, (number, _) in found.items()} == {
        "应报": 6,
        "已报": 3,
        "退回": 1,
        "还没报": 2,
        "待审": 3,
        "待处理申请": 0,
        "待销号": 2,
        "逾期": 3,
        "十个工作日内到期": 3,
    }
    for word, (number, address) in found.items():
        assert length(office.get(address).text) == number, word


@pytest.mark.usefixtures("busy_week")
def test_work_of_earlier_plans_is_on_the_desk_too(office: PageClient, app_session: Session) -> None:
    old = factories.make_plan(app_session, "青溪市2025年政务公开工作要点", year=2025)
    unit = factories.make_unit(app_session)
    for due in (factories.TODAY - timedelta(days=300), factories.TODAY + timedelta(days=2)):
        factories.make_task(app_session, old, units=[unit], due=due)
    app_session.commit()

    found = numbers(office.get("/desk").text)

    for word, number in (("逾期", 4), ("十个工作日内到期", 4)):
        assert found[word][0] == number
        assert length(office.get(found[word][1]).text) == number, word


@pytest.mark.usefixtures("busy_week")
def test_what_is_late_and_reported_as_done_says_that_the_office_has_to_act(office: PageClient) -> None:
    tree: Any = html.document_fromstring(office.get("/desk").text)
    late = tree.xpath("//section[@aria-labelledby='overdue']//table")[-1]

    said = [row.text_content() for row in late.xpath(".//tbody/tr")]
    assert sorted("单位已报完成，待销号" in words for words in said) == [False, False, True]


@pytest.mark.usefixtures("busy_week")
def test_a_list_that_is_cut_short_leads_to_the_rest(office: PageClient, app_session: Session) -> None:
    plan, unit = factories.make_plan(app_session), factories.make_unit(app_session)
    for _ in range(5):
        factories.make_task(app_session, plan, units=[unit], due=factories.TODAY + timedelta(days=2))
    app_session.commit()

    tree: Any = html.document_fromstring(office.get("/desk").text)
    link = tree.xpath("//a[starts-with(text(), '还有')]")[0]

    assert link.text == "还有 2 项"
    assert length(office.get(link.get("href")).text) == 8


def test_an_empty_house_is_told_where_to_begin(office: PageClient) -> None:
    page = office.get("/desk").text

    assert "从这里开始：导入今年的工作要点" in page
    assert numbers(page) == {}


@pytest.mark.usefixtures("busy_week")
@pytest.mark.parametrize(
    ("moment", "said", "unsaid"),
    [
        pytest.param("2026-09-24T15:00", "", "后台任务没有动静", id="a worker that lives"),
        pytest.param("2026-09-24T15:04", "后台任务没有动静", "", id="a worker silent for four minutes"),
        pytest.param("2026-09-24T15:00", "", "2027年的放假通知", id="next year in September"),
        pytest.param("2026-10-09T15:00", "2027年的放假通知还没有录入", "", id="next year in October"),
        pytest.param(
            "2026-09-24T15:00", "3 家有任务的单位还没有账号", "", id="units that nobody signs in for"
        ),
    ],
)
def test_the_desk_tells_of(
    app: Flask, app_session: Session, clock: SettableClock, moment: str, said: str, unsaid: str
) -> None:
    clock.set(moment)
    account = factories.make_account(app_session)
    app_session.commit()

    client = app.test_client()
    assert isinstance(client, PageClient)
    tree: Any = html.document_fromstring(client.as_account(account).get("/desk").text)
    page = str(tree.xpath("string(//main)"))

    assert said in page
    assert not unsaid or unsaid not in page


def test_days_are_written_as_people_write_them(app: Flask) -> None:
    from tracker.web import filters

    with app.test_request_context():
        assert filters.day(date(2026, 9, 24)) == "9月24日"
        assert filters.day(date(2027, 1, 5)) == "2027年1月5日"
        assert filters.day(None) == "—"
        assert filters.day_full(date(2026, 9, 24)) == "2026年9月24日（周四）"
        assert filters.moment(factories.NOW) == "9月24日 15:00"
        assert filters.ago(factories.NOW - timedelta(seconds=30)) == "刚刚"
        assert filters.ago(factories.NOW - timedelta(minutes=59)) == "59分钟前"
        assert filters.ago(factories.NOW - timedelta(hours=14)) == "14小时前"
        assert filters.ago(factories.NOW - timedelta(hours=16)) == "昨天 23:00"
        assert filters.days_left(factories.TODAY) == "今天到期"
        assert filters.days_left(factories.TODAY + timedelta(days=3)) == "还有3天"
        assert filters.days_left(factories.TODAY - timedelta(days=2)) == "逾期2天"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://www.qingxi.gov.cn/a?b=1", "https://www.qingxi.gov.cn/a?b=1"),
        (" http://x.cn ", "http://x.cn"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//x.cn/a", None),
        ("https:///nohost", None),
        ("http://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(address: str | None, link: str | None) -> None:
    from tracker.web import filters

    assert filters.safe_link(address) == link
