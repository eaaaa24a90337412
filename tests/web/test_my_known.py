"""What a unit's page knows already: what is due, what was said, what the office remarked (已知的不用再填)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    make_obligation,
    make_period,
    make_return,
)
from tests.support.counting import make_target
from tests.support.pages import PageClient
from tests.support.unit_desk import Office, at_desk


@pytest.fixture
def office(client: PageClient, app_session: Session) -> Office:
    return at_desk(client, app_session)


def last_week(office: Office, words: str, *, remark: str = "") -> None:
    """Last week's accepted return: words for the first task, and what the office said of them."""
    period = make_period(office.session, office.owed.period.cadence, "2026-W38")
    owed = make_obligation(office.session, period, office.unit, state="accepted")
    line = make_return(office.session, owed, [(office.tasks[0].assignments[0], "in_progress", words)]).lines[0]
    line.remark = remark
    office.session.commit()


def test_what_is_known_stands_beside_the_fields(office: Office) -> None:
    last_week(office, "已公开学区划分图和招生计划", remark="请补上解读链接")

    text = " ".join(office.page().get_element_by_id(f"task-{office.tasks[0].assignments[0].id}").text_content().split())

    assert "还有6天 9月30日" in text
    assert "公开办意见（第38周）：请补上解读链接" in text
    assert "第38周报的：已公开学区划分图和招生计划" in text


def test_what_is_counted_stands_beside_its_task(office: Office) -> None:
    make_target(office.session, office.tasks[0])
    office.session.commit()

    line = office.page().get_element_by_id(f"task-{office.tasks[0].assignments[0].id}")

    assert "在线访谈 每年不少于5次：按进度应有" in " ".join(line.text_content().split())
    assert "在线访谈" not in office.page().get_element_by_id(f"task-{office.tasks[1].assignments[0].id}").text_content()


def test_last_weeks_words_come_by_one_button_and_what_was_typed_stays(office: Office) -> None:
    last_week(office, "已公开学区划分图和招生计划")
    key = office.tasks[0].assignments[0].id

    answer = office.post(f"copy-{key}", **{office.name(1, "progress"): "联系了讲师"})

    assert (answer.status_code, answer.location) == (303, f"{office.path}#task-{key}")
    page: Any = office.page()
    kept = [page.get_element_by_id(office.name(place, "progress")).text_content().strip() for place in range(2)]
    assert kept == ["已公开学区划分图和招生计划", "联系了讲师"]
    assert "与第38周的文字相同" in page.text_content()

    office.post(f"copy-{key}", **{office.name(0, "progress"): "新写的一句"})
    field = office.page().get_element_by_id(office.name(0, "progress"))
    assert field.text_content().strip() == "新写的一句", "words of this week are never replaced"


def test_the_office_sees_that_words_were_said_before(office: Office) -> None:
    last_week(office, "已公开学区划分图和招生计划")

    office.post("submit", **{office.name(0, "progress"): "已公开学区划分图和招生计划。"})

    assert "与第38周的文字相同" in office.client.get(f"/reporting/obligations/{office.owed.id}").get_data(as_text=True)


def test_one_tick_counts_the_link_of_the_week_and_nothing_is_typed_twice(office: Office) -> None:
    target = make_target(office.session, office.tasks[0])
    office.session.commit()
    tick = office.name(0, f"count-{target.id}")
    assert [str(box) for box in office.page().xpath("//p[@class='counts']//input/@name")] == [tick]

    link = {"evidence_url": "https://www.qingxi.gov.cn/1.html", "evidence_on": "2026-09-23"}
    typed = {office.name(0, name): text for name, text in link.items()}
    office.post("submit", **typed, **{tick: "1"})

    assert "计入次数1次，不用再登记。" in office.client.get("/my").get_data(as_text=True)
    assert "https://www.qingxi.gov.cn/1.html" in office.client.get(f"/quotas/{target.id}").get_data(as_text=True)
    assert office.page().get_element_by_id(tick).get("checked") is not None
    assert "计入次数" in office.client.get(f"/reporting/obligations/{office.owed.id}").get_data(as_text=True)
