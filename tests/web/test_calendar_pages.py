"""The pages of the work calendar: paste, see what it does, confirm."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.domain.test_holiday_notice import NOTICE, written
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.store.tables import CalendarDay, Period


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    """Somebody of the office, signed in; a week is still to open."""
    plan = factories.make_plan(app_session)
    cadence = factories.make_cadence(app_session, plan)
    factories.make_period(app_session, cadence, "2026-W40", state="upcoming")
    account = factories.make_account(app_session, "office")
    app_session.commit()
    return client.as_account(account)


def days(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(CalendarDay)).all())


def hidden(page: str) -> dict[str, str]:
    """What the form of the preview sends back."""
    tree: Any = html.document_fromstring(page)
    return {
        item.get("name", ""): item.get("value", "") for item in tree.xpath("//form//input[@type='hidden']")
    }


def test_a_notice_is_shown_before_it_is_kept(office: PageClient, app_session: Session) -> None:
    text = written(2026, work_calendar.official_days([2025, 2026]))[0]

    shown = office.post("/calendar/notice", data={"text": text})
    assert shown.status_code == 200
    assert days(app_session) == 0
    assert "期报送的截止要调整" in shown.text

    done = office.post("/calendar/notice", data=hidden(shown.text))
    assert done.status_code == 303
    assert days(app_session) > 30
    assert app_session.scalars(select(Period)).one().due_on == date(2026, 9, 30)
    page = office.get("/calendar?year=2026").text
    assert "暂按" not in page
    tree: Any = html.document_fromstring(page)
    rows = [" ".join(row.text_content().split()) for row in tree.xpath("//tbody/tr")]
    assert len(rows) == len({row.split(" ")[0] for row in rows}), "one row for each holiday"
    (national,) = (row for row in rows if row.startswith("国庆节"))
    assert all(words in national for words in ("10月1日（周四）至10月7日（周三）", "共 7 天", "10月10日（周六）"))


def test_a_notice_that_does_not_agree_comes_back_as_typed(office: PageClient, app_session: Session) -> None:
    answer = office.post("/calendar/notice", data={"text": NOTICE.replace("共7天", "共9天")})

    assert answer.status_code == 422
    assert "写共9天，按日期算是7天" in answer.text
    assert "青溪市人民政府" in answer.text
    assert days(app_session) == 0


def test_what_has_changed_meanwhile_is_shown_again(office: PageClient, app_session: Session) -> None:
    facts = hidden(office.post("/calendar/notice", data={"text": NOTICE}).text)

    answer = office.post("/calendar/notice", data={**facts, "seen": "other"})

    assert answer.status_code == 409
    assert "请再看一遍" in answer.text
    assert days(app_session) == 0


def test_who_confirms_the_same_notice_second_has_nothing_left_to_do(
    office: PageClient, app_session: Session
) -> None:
    first = hidden(office.post("/calendar/notice", data={"text": NOTICE}).text)
    done = office.post("/calendar/notice", data=first, follow_redirects=True)

    second = office.post("/calendar/notice", data=first)

    assert "工作日历已更新" in done.text
    assert "0 期" not in done.text
    assert second.status_code == 409
    assert "刚才已有人更新，现在与现有的工作日历相同，没有要改的。" in second.text
    assert "然后确认" not in second.text


def test_a_local_day_is_added_and_taken_out(office: PageClient, app_session: Session) -> None:
    facts = {"first": "2026-10-15", "last": "2026-10-16", "kind": "off", "name": "停工令"}
    shown = office.post("/calendar/local", data=facts)
    office.post("/calendar/local", data={**facts, **hidden(shown.text)})
    assert days(app_session) == 2

    page = office.get("/calendar?year=2026").text
    assert "/calendar/local/2026-10-15/drop" in page
    drop = office.get("/calendar/local/2026-10-15/drop")
    office.post("/calendar/local/2026-10-15/drop", data=hidden(drop.text))

    assert days(app_session) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"last": "2026-10-01"}, id="the end before the beginning"),
        pytest.param({"first": "明天"}, id="no date"),
        pytest.param({"name": ""}, id="nobody says why"),
    ],
)
def test_a_local_rule_that_makes_no_sense_comes_back(office: PageClient, wrong: dict[str, str]) -> None:
    facts = {"first": "2026-10-15", "last": "2026-10-16", "kind": "off", "name": "停工令"}

    answer = office.post("/calendar/local", data=facts | wrong)

    assert answer.status_code == 422


def test_the_desk_says_when_the_calendar_has_moved_on(office: PageClient, app_session: Session) -> None:
    assert "工作日历有更新" in office.get("/desk").text, "the factory's week is not as the rule would have it"

    page = office.get("/calendar/moves")
    office.post("/calendar/moves", data=hidden(page.text))

    assert "工作日历有更新" not in office.get("/desk").text


@pytest.mark.parametrize("address", ["/calendar/local/2026-10-01/drop", "/calendar/local/x/drop"])
def test_there_is_nothing_to_take_out(office: PageClient, address: str) -> None:
    assert office.get(address).status_code == 404


def test_a_unit_reads_the_calendar_and_changes_nothing(client: PageClient, app_session: Session) -> None:
    unit = factories.make_unit(app_session)
    contact = factories.make_account(app_session, "unit", unit=unit)
    app_session.commit()
    client.as_account(contact)

    assert client.get("/calendar").status_code == 200
    assert client.get("/calendar/notice").status_code == 403
