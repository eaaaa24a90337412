"""往年对应 and 年终结转 as people use them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import make_account, make_cadence, make_plan, make_task, make_unit
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.store.tables import Account, Plan, Task, Verdict


@pytest.fixture
def office(app_session: Session) -> Account:
    return make_account(app_session, "office", username="chenyu")


@pytest.fixture
def plan(app_session: Session, office: Account) -> Plan:
    plan = make_plan(app_session)
    unit = make_unit(app_session, "市司法局")
    make_task(app_session, plan, "没有人报过的任务", units=[(unit, "lead")], due=date(2026, 6, 30))
    make_cadence(app_session, plan)
    app_session.commit()
    return plan


@pytest.fixture
def next_year(app_session: Session, plan: Plan) -> Plan:
    """A plan with last year's clause again."""
    made = make_plan(app_session, "青溪市2027年政务公开工作要点", year=2027)
    unit = make_unit(app_session, "市财政局")
    make_task(app_session, made, "没有人报过的任务", units=[unit])
    make_task(app_session, made, "开展政府开放日", units=[unit])
    app_session.commit()
    return made


@pytest.fixture
def address(client: PageClient, next_year: Plan, office: Account) -> str:
    """Where next year's tasks are put beside this year's, opened by the office."""
    client.as_account(office)
    return f"/look-back/{next_year.id}/lineage"


def proposed(client: PageClient, address: str) -> str:
    """The one pair that is proposed."""
    page: Any = html.document_fromstring(client.get(address).text)
    [pick] = page.xpath("//input[@name='pick']/@value")
    return str(pick)


def test_a_person_says_what_a_plan_goes_on_with(client: PageClient, address: str) -> None:
    pick = proposed(client, address)

    nothing = client.post(address, data={"do": "confirm"})
    said = client.post(address, data={"do": "confirm", "pick": pick, "reason": "同一条款"})

    assert (nothing.status_code, said.status_code) == (422, 303)
    after = client.get(address).text
    assert "等您认定 0 对" in after
    assert "已经对应 1 对" in after
    assert "同一条款" in after
    task = pick.partition("-")[0]
    assert "2026 年第" in client.get(f"/tasks/{task}").text


def test_a_pair_that_is_refused_can_be_looked_at_again(client: PageClient, address: str) -> None:
    pick = proposed(client, address)
    assert client.post(address, data={"do": "refuse", "pick": pick}).status_code == 303
    page: Any = html.document_fromstring(client.get(address).text)
    [again] = page.xpath("//form[contains(@action, '/remove')]/@action")

    answers = [client.post(again, data={"version": 1}).status_code for _ in range(2)]

    assert answers == [303, 404]
    assert "等您认定 1 对" in client.get(address).text


def test_two_tasks_that_nobody_proposed_can_be_put_together(client: PageClient, address: str) -> None:
    page: Any = html.document_fromstring(client.get(address).text)
    ours, theirs = (
        page.xpath(f"//select[@name='{name}']/option/@value")[-1] for name in ("task_id", "earlier_task_id")
    )
    pair = {"task_id": ours, "earlier_task_id": theirs, "kind": "continued", "reason": "领导要求接着办"}

    forgotten = client.post(f"{address}/add", data=pair | {"earlier_task_id": ""})
    swapped = client.post(f"{address}/add", data=pair | {"earlier_task_id": ours})
    kept = client.post(f"{address}/add", data=pair)

    assert [each.status_code for each in (forgotten, swapped, kept)] == [422, 422, 303]
    assert "领导要求接着办" in forgotten.text
    assert "只能承接以前年度的任务" in swapped.text
    assert "接续办理" in client.get(address).text


ROLLOVER = "/look-back/rollover"


def december(clock: SettableClock) -> None:
    clock.set("2026-12-28T09:00:00+08:00")


def test_the_page_says_what_closing_the_year_will_do_and_what_is_in_the_way(
    client: PageClient, plan: Plan, office: Account, clock: SettableClock
) -> None:
    december(clock)
    client.as_account(office)

    page = client.get(ROLLOVER)
    refused = client.post(ROLLOVER, data={"year": "2026"})

    assert "2026 年结转到 2027 年" in page.text
    assert "还没有开始回头看" in page.text
    assert "每周四" in page.text
    assert (refused.status_code, "做完以后再结转" in refused.text) == (422, True)


def test_one_button_closes_the_year_and_can_be_pressed_again(
    client: PageClient, plan: Plan, office: Account, clock: SettableClock
) -> None:
    december(clock)
    client.as_account(office)
    for step, data in (("start", {}), ("clean", {}), ("terms", {"due_on": "2027-03-31"})):
        assert client.post(f"/look-back/{plan.id}/{step}", data=data).status_code == 303
    assert "可以定稿" in client.get(ROLLOVER).text

    answers = [client.post(ROLLOVER, data={"year": "2026"}).status_code for _ in range(2)]

    page = client.get(ROLLOVER).text
    assert answers == [303, 303]
    assert "2026 年已于2026年12月28日（周一）结转，没有要再做的" in page
    assert "结转 2026 年</button>" not in page
    assert "再结转一次" not in page
    assert "没有人报过的任务" in client.get("/rectifications?year=2027").text


def test_what_came_or_changed_since_stands_on_the_page_of_the_year(
    client: PageClient, plan: Plan, office: Account, clock: SettableClock, app_session: Session
) -> None:
    december(clock)
    client.as_account(office)
    for step, data in (("start", {}), ("clean", {}), ("terms", {"due_on": "2027-03-31"})):
        client.post(f"/look-back/{plan.id}/{step}", data=data)
    app_session.query(Task).one().state = "cancelled"
    app_session.commit()

    refused = client.post(ROLLOVER, data={"year": "2026"})

    assert (refused.status_code, "1项确认后情况有变化" in refused.text) == (422, True)
    assert f"/look-back/{plan.id}?changed=1" in refused.text
    verdict = app_session.query(Verdict).one()
    word = {"version": verdict.version, "said": "cancelled", "note": ""}
    assert client.post(f"/look-back/{plan.id}/verdicts/{verdict.id}", data=word).status_code == 303
    assert client.post(ROLLOVER, data={"year": "2026"}).status_code == 303
    app_session.rollback()
    make_task(app_session, app_session.get_one(Plan, plan.id), "后来补充的任务")
    app_session.commit()

    page = client.get(ROLLOVER).text

    assert "1 项后来新增的任务没有核对" in page
    assert "后来又有事项没有核对，见下" in page
    assert "先把上面标红的做完" in page


@pytest.mark.parametrize("year", ["2026", "1", "99999", "x", ""])
def test_any_year_in_the_address_has_a_page(
    client: PageClient, plan: Plan, office: Account, year: str
) -> None:
    client.as_account(office)

    assert client.get(f"{ROLLOVER}?year={year}").status_code == 200
    assert client.post(ROLLOVER, data={"year": year}).status_code == 422


def test_the_reports_of_last_year_are_asked_for_again(
    client: PageClient, plan: Plan, next_year: Plan, office: Account, clock: SettableClock
) -> None:
    december(clock)
    client.as_account(office)
    form = {"year": "2026", "plan_id": str(next_year.id), "from_plan_id": str(plan.id)}
    assert "照哪一份的报送制度启用" in client.get(ROLLOVER).text

    answers = [client.post(f"{ROLLOVER}/regime", data=form).status_code for _ in range(2)]

    assert answers == [303, 422]
    assert "照哪一份的报送制度启用" not in client.get(ROLLOVER).text


def test_a_leader_reads_and_cannot_close(client: PageClient, plan: Plan, app_session: Session) -> None:
    leader = make_account(app_session, "leader")
    app_session.commit()
    client.as_account(leader)

    assert "结转 2026 年" not in client.get(f"{ROLLOVER}?year=2026").text
    assert client.post(ROLLOVER, data={"year": "2026"}).status_code == 403
