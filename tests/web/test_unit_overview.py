"""一家一页: every number of a unit's page opens exactly its list, and what it was asked is counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tests.services import meeting_city as town
from tests.support import counting
from tests.support.pages import PageClient
from tests.support.urging import urge_return
from tests.web.test_dashboard_pages import listed, page_of, populate
from tracker.services import burden
from tracker.services.burden import AskKind, Month
from tracker.store.tables import Assignment, Instruction, Plan, SupervisionOrder, TaskRequest, Unit

EVERYBODY_ELSE = ("unit", "administrator", "auditor")


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """A plan with everything a page can tell of its second unit."""
    plan = populate(app_session, "要点", tasks=40, units=5, weeks=4)
    populate(app_session, "方案", tasks=9, units=2, weeks=1)
    unit = _second(app_session)
    part = app_session.query(Assignment).filter_by(plan_id=plan.id, unit_id=unit.id).first()
    assert part
    task = part.task
    target = counting.make_target(app_session, task)
    counting.enter(app_session, target, unit, "2026-03-01")
    for number, state in enumerate(("sent", "accepted"), start=1):
        _order(app_session, plan, unit, number, state)
    for state in ("waiting", "refused"):
        _request(app_session, task.id, plan, unit, state)
    app_session.commit()
    return plan


def _second(session: Session) -> Unit:
    return session.query(Unit).filter_by(name="要点1局").one()


def _order(session: Session, plan: Plan, unit: Unit, number: int, state: str) -> SupervisionOrder:
    order = SupervisionOrder(
        year=2026, number=number, colour="blue", plan_id=plan.id, unit_id=unit.id, unit_name=unit.name,
        asked="请说明情况", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨", state=state,
        settled_at=NOW if state == "accepted" else None,
    )  # fmt: skip
    session.add(order)
    session.flush()
    return order


def _request(session: Session, task_id: int, plan: Plan, unit: Unit, state: str) -> None:
    settled = state != "waiting"
    session.add(
        TaskRequest(
            plan_id=plan.id,
            task_id=task_id,
            unit_id=unit.id,
            kind="objection",
            state=state,
            reason="不是我们的",
            made_at=NOW,
            made_by_name="林知远",
            decided_at=NOW if settled else None,
            decided_by_name="陈雨" if settled else "",
            decision="请再核对" if settled else "",
        )
    )


@pytest.mark.parametrize("role", ["office", "leader"])
def test_every_number_opens_exactly_its_list(
    client: PageClient, app_session: Session, plan: Plan, role: str
) -> None:
    account, unit = factories.make_account(app_session, role), _second(app_session)
    app_session.commit()
    client.as_account(account)
    page = page_of(client, f"/dashboard/units/{unit.id}?plan={plan.id}")

    opened = {
        link.get("href"): (int(link.get("data-count")), link.text_content())
        for link in page.xpath("//main//a[@data-count]")
    }

    assert len(opened) > 30
    assert any(number for number, _ in opened.values())
    for address, (number, text) in opened.items():
        assert str(number) in text
        assert listed(page_of(client, address)) == number, address


def test_a_unit_without_any_part_has_a_page_of_noughts(
    office: PageClient, app_session: Session, plan: Plan
) -> None:
    unit = factories.make_unit(app_session, "市档案馆")
    app_session.commit()

    page = page_of(office, f"/dashboard/units/{unit.id}?plan={plan.id}")

    numbers = {link.get("data-count") for link in page.xpath("//main//a[@data-count]")}
    assert numbers == {"0"}
    assert "还没有向这家单位要过报送" in page.text_content()


@pytest.mark.parametrize("address", ["/dashboard/units/999", "/dashboard/units/{unit}?plan=999"])
def test_what_is_not_there_is_said_to_be_missing(
    office: PageClient, app_session: Session, plan: Plan, address: str
) -> None:
    assert plan.id != 999
    assert office.get(address.format(unit=_second(app_session).id)).status_code == 404


@pytest.mark.parametrize("page", ["", "/asked", "/requests"])
@pytest.mark.parametrize("role", EVERYBODY_ELSE)
def test_the_page_is_for_office_and_leaders(
    client: PageClient, app_session: Session, plan: Plan, role: str, page: str
) -> None:
    unit = _second(app_session)
    account = factories.make_account(app_session, role, unit=unit if role == "unit" else None)
    app_session.commit()

    answer = client.as_account(account).get(f"/dashboard/units/{unit.id}{page}?plan={plan.id}")

    assert answer.status_code == 403


def test_the_matrix_and_the_list_of_units_lead_to_it(
    office: PageClient, app_session: Session, plan: Plan
) -> None:
    wanted = f"/dashboard/units/{_second(app_session).id}?plan={plan.id}"

    for address in (f"/dashboard?plan={plan.id}&all=1", f"/dashboard/units?plan={plan.id}"):
        assert wanted in page_of(office, address).xpath("//main//a/@href")


def test_progress_is_the_units_own_word(office: PageClient, app_session: Session) -> None:
    plan, own, other = (
        factories.make_plan(app_session),
        factories.make_unit(app_session),
        factories.make_unit(app_session),
    )
    late = TODAY - timedelta(days=5)
    task = factories.make_task(app_session, plan, units=[own, other], due=late, reported=True)
    for part, words in zip(task.assignments, ("本单位的话", "别家的话"), strict=True):
        part.progress = words
    app_session.commit()

    said = page_of(office, f"/dashboard/units/{own.id}?plan={plan.id}").text_content()

    assert "本单位的话" in said
    assert "别家的话" not in said


def _return(session: Session, city: town.City) -> int:
    factories.make_obligation(session, town.monthly(session, city.cadence, 10), city.justice)
    return 10


def _spared(session: Session, city: town.City) -> int:
    period = town.monthly(session, city.cadence, 10)
    factories.make_obligation(session, period, city.justice, state="waived")
    return 10


def _urge(session: Session, city: town.City) -> int:
    owed = factories.make_obligation(session, town.monthly(session, city.cadence, 10), city.justice)
    factories.make_account(session, "unit", unit=city.justice)
    urge_return(session, owed, now=NOW)
    return 9


def _free_meeting(session: Session, city: town.City) -> int:
    town.called(session, city, free=True)
    return 9


def _called_off(session: Session, city: town.City) -> int:
    town.called(session, city, free=True).state = "cancelled"
    return 9


def _sent(session: Session, city: town.City) -> int:
    _order(session, city.plan, city.justice, 1, "sent")
    return 9


def _taken_back(session: Session, city: town.City) -> int:
    order = _order(session, city.plan, city.justice, 1, "sent")
    order.settled_at, order.state = NOW, "withdrawn"
    return 9


def _instructed(session: Session, city: town.City) -> int:
    leader = factories.make_account(session, "leader")
    session.add(
        Instruction(
            fingerprint="one",
            plan_id=city.plan.id,
            leader_id=leader.id,
            leader_name="周副市长",
            words="请抓紧",
            said_on=TODAY,
            written_by_name="周副市长",
            written_at=NOW,
            state="assigned",
            due_on=TODAY,
            unit_id=city.justice.id,
            assigned_at=NOW,
        )
    )
    return 9


BEFORE: dict[AskKind | None, int] = {AskKind.RETURN: 1}
"""What the city asks of the unit in September whatever else happens: the telling before its meeting."""


@pytest.mark.parametrize(
    ("happens", "kind", "more"),
    [
        (_return, AskKind.RETURN, 1),
        (_spared, AskKind.RETURN, 0),
        (_urge, AskKind.URGED, 1),
        (_free_meeting, AskKind.MEETING, 1),
        (_called_off, AskKind.MEETING, 0),
        (_sent, AskKind.ORDER, 1),
        (_taken_back, AskKind.ORDER, 0),
        (_instructed, AskKind.INSTRUCTION, 1),
    ],
)
def test_what_is_asked_counts_once_in_its_month(
    session: Session, happens: Callable[[Session, town.City], int], kind: AskKind, more: int
) -> None:
    city = town.built(session)
    month = Month(date(2026, happens(session, city), 1))
    session.flush()

    found = burden.page(session, unit_id=city.justice.id, month=month, kind=kind)

    before = BEFORE.get(kind, 0) if month.first.month == 9 else 0
    assert len(found.asks) == before + more
    assert all(month.first <= ask.on <= month.last for ask in found.asks)
    assert not burden.page(session, unit_id=city.health.id, month=month.next, kind=None).asks


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [(date(2026, 2, 28), "2026-02-01", "2026-02-28"), (date(2026, 12, 31), "2026-12-01", "2026-12-31")],
)
def test_a_month_begins_and_ends_where_it_does(day: date, first: str, last: str) -> None:
    month = Month.of(day)

    assert (month.first.isoformat(), month.last.isoformat()) == (first, last)
    assert month.next.before == month
    assert Month.read(month.key) == month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "last"])
def test_an_address_with_no_month_leads_nowhere(
    office: PageClient, app_session: Session, plan: Plan, text: str
) -> None:
    assert plan.id

    assert office.get(f"/dashboard/units/{_second(app_session).id}/asked?month={text}").status_code == 404
