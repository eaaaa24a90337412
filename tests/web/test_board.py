"""The board (报送看板): each number opens its list, each unit keeps its row."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.office_desk import STATES, Desk, office_desk
from tests.support.pages import PageClient
from tracker.store.tables import Obligation, Period


@pytest.fixture
def desk(client: PageClient, app_session: Session) -> Desk:
    return office_desk(client, app_session)


def test_each_number_opens_exactly_its_list(desk: Desk) -> None:
    figures = desk.page(desk.board).xpath("//div[@class='kpi']/a")
    assert [item.find("b").text for item in figures] == ["4", "2", "1", "1"]

    for item in figures:
        listed = desk.page(str(item.get("href"))).xpath("//tbody/tr")
        assert len(listed) == int(item.find("b").text)


def test_the_grid_shows_a_word_for_every_unit_and_week(desk: Desk) -> None:
    rows = desk.page(desk.board).xpath("//table[@class='grid']/tbody/tr")

    words = [[cell.text_content() for cell in row.xpath(".//a[contains(@class,'cell')]")] for row in rows]
    assert words == [["过", "报"], ["过", "过"], ["过", "退"], ["未", ""], ["过", "免"]]
    rates = [row.xpath("./td[last()]")[0].text for row in rows]
    assert rates == ["100%", "100%", "100%", "0%", "100%"]


def test_a_unit_without_any_task_left_keeps_its_row(desk: Desk) -> None:
    task = desk.session.merge(desk.task)
    task.assignments = [part for part in task.assignments if part.unit_id not in {desk.units["open"].id, desk.units["submitted"].id}]
    desk.session.commit()

    page = desk.page(desk.board)

    names = page.xpath("//table[@class='grid']/tbody/tr/th/a/text()")
    assert names == [f"市{state}局" for state in STATES]
    assert page.xpath("//table[@class='cards']//td[1]/a/text()") == ["市submitted局"]


def test_a_week_without_a_return_asked_for_counts_for_nobody(desk: Desk) -> None:
    """免报 is neither on time nor late: one miss of one week asked for is 0%."""
    before = desk.session.scalars(select(Obligation).where(Obligation.unit_id == desk.units["waived"].id)).all()
    before[0].state = "missed"
    desk.session.commit()

    row = desk.page(desk.board).xpath("//table[@class='grid']/tbody/tr[5]")[0]

    assert [cell.text_content() for cell in row.xpath(".//a[contains(@class,'cell')]")] == ["未", "免"]
    assert row.xpath("./td[last()]")[0].text == "0%"


def test_what_waits_in_other_weeks_opens_without_this_one(desk: Desk) -> None:
    before = desk.session.scalars(select(Period).where(Period.key == "2026-W38")).one()
    other = desk.session.scalars(
        select(Obligation).where(Obligation.period_id == before.id, Obligation.unit_id == desk.units["accepted"].id)
    ).one()
    other.state, other.late = "submitted", True
    desk.session.commit()

    (link,) = desk.page(desk.board).xpath("//section[@aria-labelledby='waiting']//p/a")

    assert link.text == "其他各周还有 1 件待审"
    listed = desk.page(str(link.get("href")))
    assert [cell.text_content().split() for cell in listed.xpath("//tbody/tr/td[1]")] == [["市accepted局"]]
    assert "第39周以外各周" in listed.xpath("//h1/following-sibling::p")[0].text_content()


def test_who_was_silent_twice_is_a_list_too(desk: Desk) -> None:
    """One unit missed both weeks, one only the last, one has answered since, one is new."""
    before = desk.session.scalars(select(Period).where(Period.key == "2026-W38")).one()
    make_obligation(desk.session, desk.week, make_unit(desk.session, "新设的局"))
    for name in ("submitted", "waived"):
        desk.session.scalars(
            select(Obligation).where(Obligation.period_id == before.id, Obligation.unit_id == desk.units[name].id)
        ).one().state = "missed"
    desk.session.commit()

    (link,) = desk.page(desk.board).xpath("//a[contains(., '家上周也没报')]")

    assert link.text == "还没报的单位中，1 家上周也没报"
    listed = desk.page(str(link.get("href")))
    assert [cell.text_content().split() for cell in listed.xpath("//tbody/tr/td[1]")] == [["市open局"]]
    assert desk.client.get(f"/reporting/obligations?plan={desk.plan.id}&missed=2026-W01").status_code == 404


def test_a_closed_week_tells_what_has_moved_since_its_cut_off(desk: Desk) -> None:
    page = " ".join(desk.page(f"{desk.board}?period=2026-W38").text_content().split())
    assert "截止以后有变动" not in page, "4 on time and 1 missed, as frozen"

    late = desk.session.scalars(select(Obligation).where(Obligation.state == "missed")).one()
    late.state, late.late = "accepted", True
    desk.session.commit()

    page = " ".join(desk.page(f"{desk.board}?period=2026-W38").text_content().split())
    assert "截止以后有变动，上面是现在的数。未报：截止时 1，现在 0。" in page
    shown = desk.page(f"/dashboard?plan={desk.plan.id}").xpath("//table[@class='weeks']/tbody/tr[2]/td")
    assert [" ".join(cell.text_content().split()) for cell in shown] == ["5", "4", "1", "0 截止时1"]


def test_the_number_of_tasks_opens_the_tasks_worked_on(desk: Desk) -> None:
    make_task(desk.session, desk.plan, units=[desk.units["open"]], state="signed_off")
    desk.session.commit()

    link = desk.page(desk.board).xpath("//table[@class='grid']/tbody/tr[4]/td[1]/a[1]")[0]

    assert link.text == "1"
    assert len(desk.page(str(link.get("href"))).xpath("//tbody/tr")) == 1


def test_what_is_overdue_leads_to_the_red_tasks_of_the_unit(desk: Desk) -> None:
    link = desk.page(desk.board).xpath("//table[@class='grid']/tbody/tr[1]//a[contains(@class,'late')]")[0]

    assert link.text == "逾期1"
    listed = desk.page(str(link.get("href"))).xpath("//tbody/tr")
    assert len(listed) == 1


def test_an_earlier_week_is_one_click_away(desk: Desk) -> None:
    page = desk.page(f"{desk.board}?period=2026-W38")

    assert "第38周" in page.find(".//h1").text_content()
    assert desk.client.get(f"{desk.board}?period=2026-W99").status_code == 404


@pytest.mark.parametrize("page", ["board", "an earlier board", "obligation", "list", "index"])
def test_a_page_asks_the_database_little(desk: Desk, page: str) -> None:
    for number in range(20):
        unit = make_unit(desk.session, f"单位{number}", position=10 + number)
        task = make_task(desk.session, desk.plan, units=[unit])
        owed = make_obligation(desk.session, desk.week, unit, state="submitted")
        make_return(desk.session, owed, [(task.assignments[0], "in_progress", "有了新的进展情况")])
    desk.session.commit()
    address = {
        "board": desk.board,
        "an earlier board": f"{desk.board}?period=2026-W38",
        "obligation": f"/reporting/obligations/{desk.ids['submitted']}",
        "list": f"/reporting/obligations?plan={desk.plan.id}&state=due",
        "index": "/reporting",
    }[page]

    with desk.statements() as statements:
        answer = desk.client.get(address)

    assert answer.status_code == 200
    assert len(statements) <= 17


@pytest.mark.parametrize("address", ["/desk", "/reporting"])
def test_more_plans_ask_no_more_of_the_database(desk: Desk, address: str) -> None:
    asked = []
    for year in (2027, 2028, 2029):
        cadence = make_cadence(desk.session, make_plan(desk.session, f"{year}年要点", year=year))
        period = make_period(desk.session, cadence)
        make_obligation(desk.session, period, desk.units["open"])
        make_period(desk.session, cadence, "2026-W38", state="closed")
        make_period(desk.session, cadence, "2026-W40", state="upcoming")
        desk.session.commit()
        with desk.statements() as sent:
            page = desk.page(address)
        asked.append(len(sent))

    assert asked[0] == asked[1] == asked[2]
    assert "2029年要点" in page.text_content()
    figures = page.xpath(f"//a[contains(@href, 'plan={desk.plan.id + 3}') and contains(@href, 'state=due')]")
    assert ["1" in figure.text_content() and "period=2026-W39" in figure.get("href") for figure in figures] == [True]
