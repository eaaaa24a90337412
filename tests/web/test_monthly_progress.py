"""A progress return that is asked for once a month never speaks of a week, on the page, the board or the form."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import make_account, make_obligation, make_plan, make_return, make_task, make_unit
from tests.support.pages import PageClient
from tracker.domain.china_time import instant
from tracker.domain.rhythm import Months, Weeks, span_word
from tracker.store.tables import Cadence, Obligation, Period, Task

LAST = date(2026, 9, 25)


@pytest.fixture
def task(app_session: Session) -> Task:
    return make_task(app_session, make_plan(app_session), "公开招生政策", units=[make_unit(app_session)])


@pytest.fixture
def owed(app_session: Session, task: Task) -> Obligation:
    """Progress in September, with August's plan to tick off."""
    cadence = Cadence(
        plan_id=task.plan_id, kind="weekly", name="每月进度", step="month", every=1, day=25, weekday=0,
        cutoff=time(17, 30), starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31), holiday_rule="advance",
    )  # fmt: skip
    app_session.add(cadence)
    app_session.flush()
    found = []
    for month, state in ((8, "closed"), (9, "open")):
        first, due = date(2026, month, 1), LAST.replace(month=month)
        period = Period(
            plan_id=task.plan_id, cadence_id=cadence.id, cadence=cadence, key=f"2026-{month:02d}",
            label=f"{month}月", starts_on=first, ends_on=date(2026, month, 30), due_on=due,
            due_at=instant(due, cadence.cutoff), state=state, opened_at=instant(first, time(0)),
        )  # fmt: skip
        app_session.add(period)
        app_session.flush()
        unit = task.assignments[0].unit
        found.append(make_obligation(app_session, period, unit, state="open" if month == 9 else "accepted"))
    said = make_return(app_session, found[0], [(task.assignments[0], "in_progress", "开会")], state="accepted")
    said.lines[0].next_plan = "公布学区图"
    app_session.commit()
    return found[1]


@pytest.fixture
def contact(app: Flask, app_session: Session, owed: Obligation) -> PageClient:
    account = make_account(app_session, "unit", unit=owed.unit)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


@pytest.fixture
def boss(app: Flask, app_session: Session, owed: Obligation) -> PageClient:
    account = make_account(app_session, "office")
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


def test_the_unit_reads_of_the_span_that_it_reports_on(contact: PageClient, owed: Obligation) -> None:
    todo, page = contact.get("/my").text, contact.get(f"/my/returns/{owed.id}").text

    assert "填本期" in todo
    for words in ("本期进展", "下期计划", "上期计划，做了吗", "报送本期", "本期全部无变化", "没填，算无变化"):
        assert words in page, words
    for page_words in (todo, page):
        assert not {"本周", "下周", "上周"} & {page_words[at : at + 2] for at in range(len(page_words))}


def test_the_offline_form_says_the_same_and_comes_back(contact: PageClient, owed: Obligation) -> None:
    data = contact.get(f"/my/returns/{owed.id}/sheet").data
    book = openpyxl.load_workbook(BytesIO(data))
    page = book.worksheets[0]
    said = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)
    assert ("本期进展" in said, "下期计划" in said, "本周" in said) == (True, True, False)
    page.cell(4, 5).value = "学区图已公布"
    buffer = BytesIO()
    book.save(buffer)

    files = {"file": (BytesIO(buffer.getvalue()), "填报表.xlsx")}
    answer = contact.post(f"/my/returns/{owed.id}/sheet", data=files, follow_redirects=True)

    assert ("学区图已公布" in answer.text, "本期进展" in answer.text, "本周" in answer.text) == (True, True, False)


def test_the_office_reads_of_no_week_either(
    contact: PageClient, boss: PageClient, owed: Obligation, task: Task
) -> None:
    page = contact.get(f"/my/returns/{owed.id}").text
    token = page.split('name="token" value="')[1].split('"')[0]
    kept = contact.post(f"/my/returns/{owed.id}", data={"token": token, "action": "save"}, follow_redirects=True)
    token = kept.text.split('name="token" value="')[1].split('"')[0]
    contact.post(f"/my/returns/{owed.id}", data={"token": token, "action": "unchanged"})

    for address in (f"/reporting/obligations/{owed.id}", f"/reporting/{task.plan_id}/board", f"/tasks/{task.id}"):
        answer = boss.get(address)
        assert (answer.status_code, "本周" in answer.text, "下周" in answer.text) == (200, False, False), address
    assert "1 项本期无变化" in boss.get(f"/reporting/obligations/{owed.id}").text


@pytest.mark.parametrize(
    "rhythm", [Weeks(3), Weeks(3, 2), Months(25), Months(10, 3, 1), Months(31, 6), Months(1, 2)], ids=str
)
def test_a_period_s_key_and_its_rhythm_call_the_span_the_same(rhythm: Weeks | Months) -> None:
    span = next(rhythm.spans(date(2026, 1, 1), None))

    assert f"本{span_word(span.key)}" == rhythm.this_span
