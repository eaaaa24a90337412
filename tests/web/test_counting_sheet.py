"""计时表 as a file, opened with openpyxl: the last day first, each day with its article, text that stays text."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_unit
from tests.support.counting import OFFICE
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.clock import PERSONNEL, PUBLISH_ISSUED, DayUnit
from tracker.services import clock_acts, clock_rules, settings
from tracker.services.clock_acts import ClockFacts
from tracker.services.clock_rules import RuleFacts
from tracker.services.clocks import OWN
from tracker.store.tables import EventClock, Unit


@pytest.fixture
def unit(app_session: Session) -> Unit:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    made = make_unit(app_session, "市教育局")
    app_session.commit()
    return made


def started(session: Session, unit: Unit, key: str = PERSONNEL.key, **more: Any) -> EventClock:
    facts: dict[str, Any] = {"title": "科长调整", "started_on": date(2026, 9, 14), **more}
    clock = clock_acts.start(session, OFFICE, facts=ClockFacts(key, unit.id, **facts), now=NOW)
    session.commit()
    return clock


def opened(client: PageClient, clock: EventClock) -> Worksheet:
    answer = client.get(f"/clocks/{clock.id}/sheet.xlsx")
    assert (answer.status_code, answer.headers["Content-Disposition"].startswith("attachment")) == (200, True)
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def parted(sheet: Worksheet) -> tuple[dict[Any, Any], list[tuple[Any, ...]]]:
    """The facts above, the last of a name counting, and the rows of days below."""
    rows = list(sheet.iter_rows(values_only=True))
    place = next(number for number, row in enumerate(rows) if row[0] == "日期")
    return {row[0]: row[1] for row in rows[:place]}, rows[place + 1 :]


def test_each_day_says_whether_it_counts_and_by_which_article(
    app_session: Session, office: PageClient, unit: Unit
) -> None:
    clock = started(app_session, unit)
    act: dict[str, Any] = {"clock_id": clock.id, "now": NOW}
    clock_acts.stop(app_session, OFFICE, version=1, since=date(2026, 9, 15), why="征求意见", **act)
    clock_acts.go_on(app_session, OFFICE, version=2, until=date(2026, 9, 17), **act)
    clock_acts.restart(app_session, OFFICE, version=3, day=date(2026, 9, 17), why="收到补正", **act)
    app_session.commit()

    sheet = opened(office, clock)
    facts, days = parted(sheet)

    assert [cell.value for cell in sheet[1]][:2] == ["最后一天", "2026年9月23日（周三）"]
    assert facts["现在"] == "已逾期，逾期1个工作日，已计5个工作日"
    assert facts["中止"] == "2026年9月15日（周二）以后不计，2026年9月17日（周四）以后继续：征求意见"
    assert facts["重新起算"] == "2026年9月17日（周四）以后重新计：收到补正"
    assert [(row[0], row[1], row[3]) for row in days] == [
        (datetime(2026, 9, 14), "不计", "《民法典》第二百零一条"),
        (datetime(2026, 9, 15), "不计", "《政府信息公开条例》第三十条"),
        (datetime(2026, 9, 16), "不计", "《政府信息公开条例》第三十条"),
        (datetime(2026, 9, 17), "不计", "《政府信息公开条例》第三十条"),
        (datetime(2026, 9, 18), "计第1天", "工作要点"),
        (datetime(2026, 9, 19), "不计", "工作日怎么算"),
        (datetime(2026, 9, 20), "计第2天", "工作要点"),
        (datetime(2026, 9, 21), "计第3天", "工作要点"),
        (datetime(2026, 9, 22), "计第4天", "工作要点"),
        (datetime(2026, 9, 23), "计第5天", "工作要点"),
    ]
    assert days[-1][2].endswith("最后一天")


@pytest.mark.parametrize("text", ["=1+1", "+86 571", "-3%", "@所有人"])
def test_text_never_becomes_a_formula(
    app_session: Session, office: PageClient, unit: Unit, text: str
) -> None:
    rule = clock_rules.add(
        app_session, OFFICE, facts=RuleFacts(text, "收到来信", 3, DayUnit.DAYS, text), now=NOW
    )
    clock = started(app_session, unit, f"{OWN}{rule.id}", title=text)
    clock_acts.restart(
        app_session, OFFICE, clock_id=clock.id, version=1, day=date(2026, 9, 15), why=text, now=NOW
    )
    app_session.commit()

    sheet = opened(office, clock)

    said = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in said} == {"s"}
    risky = [cell for cell in said if str(cell.value).startswith(text)]
    assert len(risky) > 3
    assert all(cell.quotePrefix for cell in risky)


def test_from_the_issue_the_law_s_day_stands_there_with_the_warning(
    app_session: Session, office: PageClient, unit: Unit
) -> None:
    days = {"started_on": date(2026, 9, 21), "formed_on": date(2026, 9, 1)}
    facts, _ = parted(opened(office, started(app_session, unit, PUBLISH_ISSUED.key, **days)))

    assert facts["形成之日"] == "2026年9月1日（周二），按条例最晚2026年9月29日（周二）"
    assert "早于从印发起算的最后一天" in facts["注意"]


def test_a_clock_that_stands_still_ends_its_sheet_today(
    app_session: Session, office: PageClient, unit: Unit
) -> None:
    clock = started(app_session, unit, started_on=date(2026, 9, 21))
    clock_acts.stop(
        app_session, OFFICE, clock_id=clock.id, version=1, since=date(2026, 9, 22), why="征求意见", now=NOW
    )
    app_session.commit()

    facts, days = parted(opened(office, clock))

    assert (facts["最后一天"], days[-1][0]) == ("中止中，继续计时后才知道", datetime(2026, 9, 24))
    assert days[-1][3] == "《政府信息公开条例》第三十三条"


def test_a_sheet_is_handed_out_to_who_may_see_the_clock(
    app: Flask, app_session: Session, unit: Unit
) -> None:
    clock = started(app_session, unit)
    answers = []
    for owner in (unit, make_unit(app_session)):
        account = make_account(app_session, "unit", unit=owner)
        app_session.commit()
        client = app.test_client()
        assert isinstance(client, PageClient)
        answers.append(client.as_account(account).get(f"/clocks/{clock.id}/sheet.xlsx").status_code)

    assert answers == [200, 404]
