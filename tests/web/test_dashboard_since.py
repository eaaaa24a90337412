"""驾驶舱 against a closed week, narrowed, and its own lists: each number opens exactly what it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_cadence,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.counting import make_class
from tests.support.everything import OFFICE
from tests.support.leaders import SECTIONS, big_city, closed
from tests.support.pages import PageClient
from tests.web.test_dashboard_pages import listed, page_of, said
from tracker.domain.actor import Actor
from tracker.domain.movement import Movement
from tracker.services import instructions
from tracker.store.tables import (
    Assignment,
    Checkpoint,
    Obligation,
    Period,
    PeriodLight,
    Plan,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    Unit,
)

DAY = timedelta(days=1)
WEEK = "2026-W38"


@pytest.fixture
def leader(client: PageClient, app_session: Session) -> PageClient:
    account = make_account(app_session, "leader")
    app_session.commit()
    return client.as_account(account)


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """Week 38 is closed, and then something of every kind happens."""
    plan = make_plan(app_session)
    unit = make_unit(app_session, "市司法局")
    period = make_period(app_session, make_cadence(app_session, plan), WEEK, state="closed", facts={"red": 2})

    def task(title: str, due: int) -> Task:
        return make_task(app_session, plan, title, units=[unit], due=TODAY + due * DAY, reported=True)

    task("一直好好的", 90)
    task("一直逾期", -30)
    late_then = task("那时逾期后来销号", -30)
    task("刚刚逾期", -2)
    off = task("后来取消", 90)
    task("后来临近", 18)
    moved = task("后来延期", 90)
    closed(app_session, period)
    task("后来新增", 90)
    late_then.state, late_then.signed_off_at = "signed_off", NOW
    off.state = "cancelled"
    point = moved.checkpoints[0]
    point.first_due_on, point.due_on, point.given_at = point.due_on, point.due_on + DAY, NOW
    app_session.commit()
    return plan


EXPECTED = {
    Movement.TURNED_RED: {"刚刚逾期"},
    Movement.LEFT_RED: {"那时逾期后来销号"},
    Movement.TURNED_YELLOW: {"后来临近"},
    Movement.SIGNED_OFF: {"那时逾期后来销号"},
    Movement.PUT_OFF: {"后来延期"},
    Movement.ADDED: {"后来新增"},
    Movement.CANCELLED: {"后来取消"},
}


def titles(page: html.HtmlElement) -> set[str]:
    return set(page.xpath("//td[@class='what']/a/text()"))


def every_number_opens_its_list(client: PageClient, address: str) -> int:
    """Opens each number of a page once; gives how many there were."""
    opened: dict[str, int] = {}
    for link in page_of(client, address).xpath("//main//a[@data-count]"):
        number, where = int(link.get("data-count")), link.get("href")
        assert str(number) in link.text_content()
        if where not in opened:
            opened[where] = listed(page_of(client, where))
        assert opened[where] == number, where
    return len(opened)


def test_what_moved_since_a_week_is_counted_and_listed(leader: PageClient, plan: Plan) -> None:
    page = page_of(leader, f"/dashboard?plan={plan.id}&since={WEEK}")

    told = said(page, "moved-title")
    for kind, expected in EXPECTED.items():
        assert f"{kind.label}{len(expected)}" in told
        address = f"/dashboard/moved?plan={plan.id}&since={WEEK}&kind={kind.value}"
        assert titles(page_of(leader, address)) == expected
    whole = page_of(leader, f"/dashboard/moved?plan={plan.id}&since={WEEK}")
    assert titles(whole) == set().union(*EXPECTED.values())


def test_a_closed_week_reads_later_as_it_read_then(leader: PageClient, plan: Plan, app_session: Session) -> None:
    address = f"/dashboard/moved?plan={plan.id}&since={WEEK}&then=red"
    before = page_of(leader, address)
    assert titles(before) == {"一直逾期", "那时逾期后来销号"}
    words = before.xpath("//td[@data-label='那时']//text()[normalize-space()]")

    for task in app_session.scalars(select(Task).where(Task.plan_id == plan.id)):
        task.state, task.signed_off_at = "signed_off", NOW
    app_session.commit()

    after = page_of(leader, address)
    assert titles(after) == titles(before)
    assert after.xpath("//td[@data-label='那时']//text()[normalize-space()]") == words
    assert words == ["逾期23天", "逾期23天"]  # as of Thursday of week 38, not of today


def test_last_week_is_meant_until_another_is_named(leader: PageClient, plan: Plan, app_session: Session) -> None:
    cadence = app_session.scalars(select(Period)).one().cadence
    closed(app_session, make_period(app_session, cadence, "2026-W37", state="closed", facts={"red": 1}))
    app_session.commit()

    for asked, expected in (("", "第38周"), ("&since=2026-W37", "第37周"), ("&since=2031-W01", "第38周")):
        page = page_of(leader, f"/dashboard?plan={plan.id}{asked}")
        assert f"比{expected}截止时" in said(page, "moved-title")
        chosen = page.xpath("//select[@name='since']/option[@selected]/text()")
        assert chosen == [f"和{expected}比"]


@pytest.mark.parametrize("said", ["since=2026-W01", "since=", "kind=turned_red", f"plan=999&since={WEEK}"])
def test_a_list_of_no_closed_week_leads_nowhere(leader: PageClient, plan: Plan, said: str) -> None:
    assert leader.get(f"/dashboard/moved?plan={plan.id}&{said}").status_code == 404 or "plan=999" in said
    assert leader.get(f"/dashboard/moved?{said}").status_code == 404


@pytest.fixture
def city(app_session: Session) -> Plan:
    """A city with classes, hard matters, an order that leaders were told of, and something blocked."""
    plan = big_city(app_session, units=5, tasks=18, weeks=5)
    units = app_session.scalars(select(Unit).order_by(Unit.position)).all()
    make_class(app_session, "市政府部门", tuple(units[:4]))
    part = app_session.scalars(select(Assignment).order_by(Assignment.id)).first()
    assert part is not None
    part.status = "blocked"
    for number, told in ((1, NOW), (2, None)):
        app_session.add(
            SupervisionOrder(
                year=2026, number=number, colour="red", plan_id=plan.id, unit_id=units[0].id,
                unit_name=units[0].name, asked="请办结。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
                escalated_at=told,
                matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="任务", due_on=TODAY)],
            )
        )  # fmt: skip
    app_session.commit()
    return plan


NARROWED = {
    "a week": "&since=2026-W36",
    "a section": f"&section={SECTIONS[1]}",
    "a class": "&class={class_id}",
    "a unit": "&unit={unit_id}",
    "a light": "&light=red",
    "two lights, a class and a section": "&light=red,yellow&class={class_id}&section=" + SECTIONS[0] + "&all=1",
}


@pytest.mark.parametrize("narrowed", NARROWED.values(), ids=NARROWED)
def test_a_narrowed_page_counts_what_its_lists_show(
    leader: PageClient, app_session: Session, city: Plan, narrowed: str
) -> None:
    unit = app_session.scalars(select(Unit).where(Unit.unit_class_id.is_not(None)).order_by(Unit.id)).first()
    assert unit is not None
    more = narrowed.format(class_id=unit.unit_class_id, unit_id=unit.id)

    assert every_number_opens_its_list(leader, f"/dashboard?plan={city.id}{more}") > 10
    for page in ("units", "hard"):
        every_number_opens_its_list(leader, f"/dashboard/{page}?plan={city.id}{more}")


def test_the_offices_numbers_open_their_lists_too(client: PageClient, app_session: Session, city: Plan) -> None:
    account = make_account(app_session)
    app_session.commit()

    every_number_opens_its_list(client.as_account(account), f"/dashboard?plan={city.id}")


def test_a_unit_alone_is_the_only_row_of_the_matrix(leader: PageClient, app_session: Session, city: Plan) -> None:
    unit = app_session.scalars(select(Unit).order_by(Unit.id)).first()
    assert unit is not None

    page = page_of(leader, f"/dashboard?plan={city.id}&unit={unit.id}")

    assert page.xpath("//table[@class='matrix']/tbody/tr/th/a[1]/text()") == [unit.name]
    assert unit.name in page.xpath("//p[@class='sub']")[0].text_content()


def test_matters_that_stay_hard_are_listed_with_their_reasons(
    leader: PageClient, app_session: Session, city: Plan
) -> None:
    task = app_session.scalars(select(Task).where(Task.plan_id == city.id).order_by(Task.serial.desc())).first()
    assert task is not None
    for days in (3, 2, 1):
        task.checkpoints.append(Checkpoint(plan_id=city.id, due_on=TODAY - days * DAY, kind="fixed"))
    app_session.commit()

    page = page_of(leader, f"/dashboard/hard?plan={city.id}")

    why = [cell.text_content() for cell in page.xpath("//td[@data-label='为什么']")]
    assert why.count("已延期2次") == 12
    assert any(words.endswith("个节点到期没有完成") for words in why)
    owed = app_session.scalars(select(Obligation).where(Obligation.state == "missed")).all()
    silent = {row.unit_id for row in owed if sum(each.unit_id == row.unit_id for each in owed) >= 3}
    assert sum("期没有报送" in words for words in why) == len(silent)
    task.state, task.signed_off_at = "signed_off", NOW
    app_session.commit()
    assert task.title not in page_of(leader, f"/dashboard/hard?plan={city.id}").text_content()


def test_what_needs_a_leader_and_what_needs_the_office(
    client: PageClient, app_session: Session, city: Plan
) -> None:
    leader, office = (make_account(app_session, role) for role in ("leader", "office"))
    row = instructions.write(
        app_session, Actor(leader.id, "周副市长", "leader"), plan_id=city.id, task_id=None, words="请汇总。", now=NOW - 9 * DAY
    )
    unit = app_session.scalars(select(Unit)).first()
    assert unit is not None
    instructions.assign(
        app_session, OFFICE, instruction_id=row.id, version=row.version, unit_id=unit.id,
        due_on=TODAY - 2 * DAY, now=NOW - 8 * DAY,
    )  # fmt: skip
    app_session.commit()

    told = said(page_of(client.as_account(leader), f"/dashboard?plan={city.id}"), "needs-title")
    assert "1份督办单已上报领导，还没了结" in told
    assert "1项任务受阻，请求协调" in told
    assert "1条批示逾期未回复" in told
    assert "建议上报" not in told
    told = said(page_of(client.as_account(office), f"/dashboard?plan={city.id}"), "needs-title")
    assert "1份督办单建议上报领导" in told
    assert "条批示等公开办办理" in told


def test_units_stand_in_the_offices_order_until_an_office_wants_another(
    client: PageClient, app_session: Session, city: Plan
) -> None:
    account = make_account(app_session)
    app_session.commit()
    client.as_account(account)
    rows = "//table[@class='matrix']/tbody/tr"

    def order() -> tuple[list[str], list[int]]:
        found = page_of(client, f"/dashboard?plan={city.id}&all=1&light=red").xpath(rows)
        return [row.xpath("./th/a[1]/text()")[0] for row in found], [
            int(row.xpath("./td[last()]/a/@data-count")[0]) for row in found
        ]

    names = list(app_session.scalars(select(Unit.name).order_by(Unit.position, Unit.id)))
    assert order()[0] == names
    assert "驾驶舱按落后程度排列单位" in client.get("/settings").text
    assert client.post("/settings/order", data={"by_lag": "y"}).status_code == 303
    by_lag = order()[1]
    assert by_lag == sorted(by_lag, reverse=True)
    assert client.post("/settings/order", data={}).status_code == 303
    assert order()[0] == names


def test_the_rule_of_each_light_stands_on_the_page(leader: PageClient, plan: Plan) -> None:
    rules = page_of(leader, f"/dashboard?plan={plan.id}").xpath("//details[@class='rules']")[0].text_content()

    for words in ("到期日已过，还没有销号", "10个工作日内到期，或有单位报告受阻", "已销号", "已取消"):
        assert words in rules


def test_a_period_that_is_made_again_keeps_one_light_for_each_task(app_session: Session, plan: Plan) -> None:
    kept = app_session.scalars(select(PeriodLight)).all()

    assert len(kept) == 7
    assert len({row.task_id for row in kept}) == 7
