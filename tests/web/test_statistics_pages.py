"""统计 as people use it: the office says what is counted, units fill in once, each figure opens its units."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.counting import enter, make_target
from tests.support.drafts import fresh
from tests.support.pages import PageClient
from tracker.store.tables import StatisticKind, StatisticSheet, Unit

HERE = "/documents/statistics"
KIND = {
    "name": "图片解读", "section": "政策解读", "measure": "件", "form": "count", "taken": "sheet:", "version": "0",
    "numerator_id": "0", "denominator_id": "0",
}  # fmt: skip


@pytest.fixture
def units(app_session: Session) -> tuple[Unit, ...]:
    found = tuple(make_unit(app_session) for _ in range(2))
    app_session.commit()
    return found


@pytest.fixture
def kind(office: PageClient, app_session: Session) -> StatisticKind:
    assert office.post(f"{HERE}/kinds", data=KIND).status_code == 303
    fresh(app_session)
    return app_session.query(StatisticKind).one()


@pytest.fixture
def given(
    office: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> PageClient:
    data = {"year": "2026", "due_on": "2026-12-31", "unit_ids": [unit.id for unit in units]}
    assert office.post(f"{HERE}/sheets", data=data).status_code == 303
    fresh(app_session)
    return office


def as_unit(client: PageClient, session: Session, unit: Unit) -> PageClient:
    account = make_account(session, "unit", unit=unit)
    session.commit()
    return client.as_account(account)


def tree(client: PageClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.document_fromstring(answer.text)


def report(client: PageClient, kind: StatisticKind, text: str, **change: str) -> Any:
    page = tree(client, "/my/statistics/2026")
    (version,) = page.xpath("//main//input[@name='version']/@value")
    data = {f"value-{kind.id}": text, "version": version, **change}
    return client.post("/my/statistics/2026", data=data)


def test_a_unit_finds_its_sheet_among_its_tasks_and_fills_it_in_once(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> None:
    client = as_unit(given, app_session, units[0])

    assert tree(client, "/my").xpath("//a[@href='/my/statistics/2026']")
    assert report(client, kind, "430余").status_code == 303
    assert not tree(client, "/my").xpath("//a[@href='/my/statistics/2026']")
    assert tree(client, "/my/statistics/2026").xpath(f"//input[@name='value-{kind.id}']/@value") == ["430余"]


def test_every_figure_opens_the_units_behind_it(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> None:
    report(as_unit(given, app_session, units[0]), kind, "430余")
    fresh(app_session)
    account = make_account(app_session, "leader")
    app_session.commit()
    leader = given.as_account(account)

    page = tree(leader, f"{HERE}?year=2026")
    assert page.xpath("//td[@data-label='结果']/a/text()") == ["430余件"]
    for link in page.xpath("//a[@data-count]"):
        (found,) = tree(leader, link.get("href")).xpath("//*[@data-count][not(self::a)]")
        rows = found.xpath(".//tbody/tr")
        assert int(link.get("data-count")) == int(found.get("data-count")) == len(rows), link.get("href")


def test_what_was_entered_elsewhere_opens_its_events(office: PageClient, app_session: Session) -> None:
    unit = make_unit(app_session)
    target = make_target(app_session, make_task(app_session, make_plan(app_session), units=[unit]))
    for day in ("2026-03-01", "2026-04-01"):
        enter(app_session, target, unit, day)
    app_session.commit()
    data = {**KIND, "name": "在线访谈次数", "measure": "次", "taken": "events:在线访谈"}
    assert office.post(f"{HERE}/kinds", data=data).status_code == 303
    kind_id = app_session.query(StatisticKind.id).scalar()

    page = tree(office, f"{HERE}/{kind_id}?year=2026")
    (link,) = page.xpath("//a[@data-count]")
    assert link.get("data-count") == "2"
    assert len(tree(office, link.get("href")).xpath("//tbody/tr")) == 2


@pytest.mark.parametrize("text", ["很多", "-3", "3.5"])
def test_what_is_no_figure_stays_in_its_field(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind, text: str
) -> None:
    answer = report(as_unit(given, app_session, units[0]), kind, text)

    page: Any = html.document_fromstring(answer.text)
    assert answer.status_code == 422
    assert "请填数字" in answer.text
    assert page.xpath(f"//input[@name='value-{kind.id}']/@value") == [text]


def test_a_colleague_who_was_faster_is_shown_beside_what_was_typed(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> None:
    client = as_unit(given, app_session, units[0])
    report(client, kind, "5")
    answer = report(client, kind, "6", version="1")

    assert answer.status_code == 409
    page: Any = html.document_fromstring(answer.text)
    assert page.xpath(f"//input[@name='value-{kind.id}']/@value") == ["6"]
    assert "现为 5" in answer.text


def test_a_sheet_is_sent_back_with_words_and_a_final_year_takes_nothing_more(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> None:
    office = make_account(app_session, "office")
    unit_id, kind_name = units[0].id, kind.name
    report(as_unit(given, app_session, units[0]), kind, "5")
    fresh(app_session)
    given.as_account(office)

    address = f"{HERE}/sheets/{unit_id}?year=2026"
    assert given.post(address, data={"reason": " "}).status_code == 422
    assert given.post(address, data={"reason": "请核对"}).status_code == 303
    fresh(app_session)
    assert {sheet.state for sheet in app_session.query(StatisticSheet)} == {"open"}

    assert given.post(f"{HERE}/close?year=2026").status_code == 303
    assert "已定稿" in given.get(f"{HERE}?year=2026").text
    assert kind_name in given.get(f"{HERE}?year=2026").text
    assert given.post(address, data={"reason": "再核对"}).status_code == 422

    assert given.post(f"{HERE}/reopen?year=2026", data={"reason": " "}).status_code == 422
    assert given.post(f"{HERE}/reopen?year=2026", data={"reason": "漏报一件"}).status_code == 303
    assert "重新打开：漏报一件" in given.get(f"{HERE}?year=2026").text
    assert given.post(f"{HERE}/reopen?year=2026", data={"reason": "再改"}).status_code == 422


def test_the_day_stays_when_further_sheets_are_given_out_and_can_be_put_right(
    given: PageClient, app_session: Session
) -> None:
    late = make_unit(app_session)
    app_session.commit()
    (day,) = tree(given, f"{HERE}/sheets?year=2026").xpath("//input[@name='due_on']/@value")
    assert day == "2026-12-31"
    data = {"year": "2026", "due_on": day, "unit_ids": [late.id]}
    assert given.post(f"{HERE}/sheets", data=data).status_code == 303
    assert "改期限" in given.get(f"{HERE}/sheets?year=2026").text, "nobody is left, the day still can be moved"

    wrong = given.post(f"{HERE}/sheets", data={"year": "2026", "due_on": "1月"})
    assert html.document_fromstring(wrong.text).xpath("//details[@class='give'][@open]"), "what was typed is in sight"
    assert given.post(f"{HERE}/sheets", data={"year": "2026", "due_on": "2027-01-15"}).status_code == 303
    assert "2027年1月15日" in given.get(f"{HERE}?year=2026").text


def test_the_catalogue_is_extended_changed_and_shortened(office: PageClient, kind: StatisticKind) -> None:
    address, version = f"{HERE}/kinds/{kind.id}", str(kind.version)

    assert office.post(f"{HERE}/kinds", data=KIND).status_code == 422, "the name is taken"
    assert "图片解读" in office.get(f"{HERE}/kinds?kind={kind.id}").text
    assert office.post(address, data={**KIND, "name": "图解", "version": version}).status_code == 303
    assert office.post(address, data={**KIND, "name": "图文", "version": version}).status_code == 409
    assert office.post(f"{HERE}/kinds/presets").status_code == 303
    assert "按时答复率" in office.get(f"{HERE}?year=2026").text


def test_a_kind_is_retired(office: PageClient, kind: StatisticKind) -> None:
    data = {**KIND, "version": str(kind.version), "do": "end"}

    assert office.post(f"{HERE}/kinds/{kind.id}", data=data).status_code == 303
    assert office.post(f"{HERE}/kinds/{kind.id}", data=data).status_code == 404


def test_the_file_has_each_figure_with_its_units_and_numbers_as_numbers(
    given: PageClient, app_session: Session, units: tuple[Unit, ...], kind: StatisticKind
) -> None:
    office = make_account(app_session, "office")
    report(as_unit(given, app_session, units[0]), kind, "430余")
    fresh(app_session)
    given.as_account(office)

    answer = given.get(f"{HERE}/statistics.xlsx?year=2026")
    head, *rows = load_workbook(BytesIO(answer.data)).worksheets[0].values
    assert head[4:8] == ("统计结果", "数值", "原有", "约数")
    assert [row[3:8] for row in rows] == [
        ("合计", "430余件", 430, None, "余"), (units[0].name, "430余件", 430, None, "余"),
    ]  # fmt: skip


def test_nobody_sees_anothers_sheet(given: PageClient, app_session: Session) -> None:
    client = as_unit(given, app_session, make_unit(app_session))

    assert client.get("/my/statistics/2026").status_code == 404
    assert client.get(HERE).status_code == 403


@pytest.mark.parametrize("address", ["/999", "/999/rows", "?year=12", "/kinds/999"])
def test_an_address_that_means_nothing_is_not_found(office: PageClient, address: str) -> None:
    answer = office.post(HERE + address, data=KIND) if "kinds" in address else office.get(HERE + address)

    assert answer.status_code == 404
