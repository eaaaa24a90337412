"""What the office does with returns: regime, board, reading, deciding."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from lxml import html
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.pages import PageClient
from tracker.store.database import db
from tracker.store.tables import Cadence, Obligation, Period, Plan, Return, Task, Unit


@dataclass
class Desk:
    """A plan in its second week, with a unit for each state."""

    client: PageClient
    session: Session
    plan: Plan
    cadence: Cadence
    week: Period
    task: Task
    units: dict[str, Unit] = field(default_factory=dict)
    owed: dict[str, Obligation] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    board: str = ""

    def fresh(self, name: str) -> Obligation:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Obligation).where(Obligation.id == self.ids[name])).one()

    def version(self, name: str) -> Return:
        self.fresh(name)
        query = select(Return).where(Return.obligation_id == self.ids[name]).order_by(Return.number.desc())
        return self.session.scalars(query.limit(1)).one()

    def page(self, address: str) -> html.HtmlElement:
        return html.document_fromstring(self.client.get(address).get_data(as_text=True))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that the application sends."""
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        with self.client.application.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def decide(
        self, name: str, step: str, version: int | None = None, *, data: dict[str, str] | None = None, **more: str
    ) -> TestResponse:
        seen = {"version": str(version if version is not None else self.fresh(name).version)}
        address = f"/reporting/obligations/{self.ids[name]}/{step}"
        return self.client.post(address, data=seen | (data or {}) | more)


STATES = ("submitted", "accepted", "returned", "open", "waived")


@pytest.fixture
def desk(client: PageClient, app_session: Session) -> Desk:
    plan = make_plan(app_session)
    units = {state: make_unit(app_session, f"市{state}局", position=index) for index, state in enumerate(STATES)}
    task = make_task(app_session, plan, "公开招生政策", units=list(units.values()), due=date(2026, 9, 20))
    cadence = make_cadence(app_session, plan)
    before = make_period(app_session, cadence, "2026-W38", state="closed", facts={"due": 5, "on_time": 4, "missed": 1})
    week = make_period(app_session, cadence, "2026-W39")
    found = Desk(client, app_session, plan, cadence, week, task, units)
    parts = {assignment.unit_id: assignment for assignment in task.assignments}
    for state, unit in units.items():
        last = make_obligation(app_session, before, unit, state="missed" if state == "open" else "accepted")
        owed = make_obligation(app_session, week, unit, state=state)
        if state == "submitted":
            make_return(app_session, last, [(parts[unit.id], "in_progress", "持续推进相关工作")], state="accepted")
        if state in {"submitted", "accepted", "returned"}:
            make_return(app_session, owed, [(parts[unit.id], "in_progress", f"{state}的进展情况如下")], state=state)
        found.owed[state] = owed
        found.ids[state] = owed.id
    found.board = f"/reporting/{plan.id}/board"
    office = make_account(app_session, "office")
    app_session.commit()
    client.as_account(office)
    return found


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


def test_a_return_is_read_and_accepted(desk: Desk) -> None:
    page = desk.client.get(f"/reporting/obligations/{desk.ids['submitted']}").get_data(as_text=True)
    assert "submitted的进展情况如下" in page

    answer = desk.decide("submitted", "accept")

    assert answer.status_code == 303
    assert desk.fresh("submitted").state == "accepted"
    assert desk.version("submitted").state == "accepted"


def test_a_return_is_sent_back_with_a_reason_and_a_word_for_a_line(desk: Desk) -> None:
    line = desk.version("submitted").lines[0].id

    answer = desk.decide("submitted", "send-back", data={"reason": "请写清公布在哪里", f"remark-{line}": "附上链接"})

    assert answer.status_code == 303
    version = desk.version("submitted")
    assert (desk.fresh("submitted").state, version.state, version.decision_reason) == (
        "returned", "returned", "请写清公布在哪里",
    )
    assert version.lines[0].remark == "附上链接"
    assert "退回：请写清公布在哪里" in desk.client.get(f"/reporting/obligations/{desk.ids['submitted']}").text


def test_sending_back_needs_a_reason_and_keeps_the_remarks(desk: Desk) -> None:
    line = desk.version("submitted").lines[0].id

    answer = desk.decide("submitted", "send-back", data={"reason": " ", f"remark-{line}": "附上链接"})

    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert "附上链接" in answer.text
    assert desk.fresh("submitted").state == "submitted"


def test_what_has_changed_since_it_was_read_is_a_conflict_that_keeps_the_text(desk: Desk) -> None:
    stale = desk.fresh("submitted").version + 1

    answer = desk.decide("submitted", "send-back", version=stale, reason="写好的理由")

    assert answer.status_code == 409
    assert "写好的理由" in answer.text
    assert desk.fresh("submitted").state == "submitted"


def test_a_second_version_shows_what_differs(desk: Desk) -> None:
    desk.decide("submitted", "send-back", reason="请补充")
    owed = desk.fresh("submitted")
    part = next(item for item in desk.task.assignments if item.unit_id == owed.unit_id)
    words = [(part, "in_progress", "submitted的进展详情如下")]
    make_return(desk.session, owed, words, number=2)
    owed.state = "submitted"
    desk.session.commit()

    page = desk.page(f"/reporting/obligations/{desk.ids['submitted']}")

    assert "第2稿" in page.text_content()
    assert [item.text for item in page.xpath("//del")] == ["况"]
    assert [item.text for item in page.xpath("//ins")] == ["详"]
    assert "进展情况" in desk.page(f"/reporting/obligations/{desk.ids['submitted']}?version=1").text_content()


def test_what_is_not_handed_in_can_be_waived_with_a_reason(desk: Desk) -> None:
    assert desk.decide("open", "waive", why="").status_code == 422

    assert desk.decide("open", "waive", why="机构改革期间").status_code == 303

    owed = desk.fresh("open")
    assert (owed.state, owed.note) == ("waived", "机构改革期间")


def test_all_without_anything_unusual_are_accepted_in_one_click(desk: Desk) -> None:
    page = desk.page(desk.board)
    button = page.xpath("//button[starts-with(text(),'通过无异常的')]")[0]
    assert button.text == "通过无异常的 1 件"
    seen = str(page.xpath("//input[@name='seen']/@value")[0])

    answer = desk.client.post(f"/reporting/{desk.plan.id}/accept", data={"seen": seen, "period": "2026-W39"})

    assert answer.status_code == 303
    assert desk.fresh("submitted").state == "accepted"
    again = desk.client.post(
        f"/reporting/{desk.plan.id}/accept", data={"seen": seen, "period": "2026-W39"}, follow_redirects=True
    )
    assert "有1件刚有变动" in again.text


@pytest.mark.parametrize(
    "unusual",
    [
        pytest.param({"status": "blocked"}, id="blocked"),
        pytest.param({"problem": "缺经费"}, id="a problem"),
        pytest.param({"progress": "持续推进相关工作"}, id="the words of last week"),
        pytest.param({"late": True}, id="late"),
    ],
)
def test_what_is_unusual_waits_for_a_person(desk: Desk, unusual: dict[str, object]) -> None:
    version = desk.version("submitted")
    for name, value in unusual.items():
        if name == "late":
            version.obligation.late = True
        else:
            setattr(version.lines[0], name, value)
    desk.session.commit()

    assert desk.page(desk.board).xpath("//input[@name='seen']") == []


def test_the_units_that_still_owe_are_urged_in_one_click(desk: Desk) -> None:
    answer = desk.client.post(
        f"/reporting/{desk.plan.id}/urge", data={"period": "2026-W39"}, follow_redirects=True
    )

    assert "已催办" in answer.text or "没有联络员" in answer.text


def test_a_leader_reads_and_decides_nothing(desk: Desk) -> None:
    leader = make_account(desk.session, "leader")
    desk.session.commit()
    desk.client.as_account(leader)

    page = desk.page(f"/reporting/obligations/{desk.ids['submitted']}")

    assert page.xpath("//form[@id='decision']") == []
    assert desk.client.get(desk.board).status_code == 200
    assert desk.decide("submitted", "accept").status_code == 403
    assert desk.client.get(f"/reporting/{desk.plan.id}/regime").status_code == 403


def test_the_regime_is_previewed_and_switched_on(desk: Desk) -> None:
    plan = make_plan(desk.session, "青溪市2026年行动计划")
    make_task(desk.session, plan, units=[desk.units["open"]])
    desk.session.commit()
    address = f"/reporting/{plan.id}/regime"
    page = desk.page(f"{address}?weekday=3&cutoff=17:30&starts_on=2026-09-21&ends_on=2026-10-31&holiday_rule=advance")
    weeks = page.xpath("//table//tbody/tr")
    assert len(weeks) == 6
    assert "放假，截止提前到" in page.text_content()
    fields = {item.get("name"): item.get("value") for item in page.xpath("//form[@method='post']//input[@type='hidden']") if item.get("name") not in {"next", "on"}}
    fields["asked"] = page.xpath("string(//input[@name='asked']/@value)")

    nobody = desk.client.post(address, data={name: value for name, value in fields.items() if name != "asked"})
    answer = desk.client.post(address, data=fields)

    assert nobody.status_code == 422
    assert "请至少勾选一个要报送的单位" in nobody.text

    assert answer.status_code == 303
    desk.session.rollback()
    laid_out = list(desk.session.scalars(select(Period).where(Period.plan_id == plan.id).order_by(Period.starts_on)))
    assert [item.key for item in laid_out] == [f"2026-W{week}" for week in range(39, 45)]
    owed = list(desk.session.scalars(select(Obligation).where(Obligation.plan_id == plan.id)))
    assert [item.unit_id for item in owed] == [desk.units["open"].id]
    assert desk.client.post(address, data=fields).status_code == 409, "an old page"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"ends_on": "2026-09-01"}, "结束日期在开始日期之前", id="ends before it begins"),
        pytest.param({"ends_on": "2039-09-01"}, "最长两年", id="too long"),
        pytest.param({"cutoff": "下班"}, "左边有一处要改", id="a clock that is none"),
    ],
)
def test_a_regime_that_makes_no_sense_is_explained(desk: Desk, fields: dict[str, str], words: str) -> None:
    plain = {"weekday": "3", "cutoff": "17:30", "starts_on": "2026-09-21", "ends_on": "2026-10-31", "holiday_rule": "advance"}

    answer = desk.client.get(f"/reporting/{desk.plan.id}/regime", query_string=plain | fields)

    assert words in answer.text


def test_switching_off_is_one_button(desk: Desk) -> None:
    answer = desk.client.post(f"/reporting/{desk.plan.id}/regime/off", data={"version": str(desk.cadence.version)})

    assert answer.status_code == 303
    assert "已停用" in desk.client.get(f"/reporting/{desk.plan.id}/regime").text


def test_the_first_page_lists_every_plan(desk: Desk) -> None:
    make_plan(desk.session, "青溪市2025年要点", year=2025)
    desk.session.commit()

    rows = desk.page("/reporting").xpath("//tbody/tr")

    assert len(rows) == 2
    assert "一周一进度" in rows[0].text_content()
    assert "启用报送" in rows[1].text_content()


def test_a_plan_without_regime_says_what_to_do(desk: Desk) -> None:
    plan = make_plan(desk.session, "还没启用的要点")
    desk.session.commit()

    assert "启用一周一进度" in desk.client.get(f"/reporting/{plan.id}/board").text


@pytest.mark.parametrize("query", ["state=funny", "plan=x", "plan=404", "plan=1&period=2026-W99"])
def test_an_address_that_means_nothing_is_not_found(desk: Desk, query: str) -> None:
    assert desk.client.get(f"/reporting/obligations?{query}").status_code == 404


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
    assert len(statements) <= 15


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
