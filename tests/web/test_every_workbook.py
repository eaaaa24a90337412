"""Every workbook that the program gives: opened with openpyxl and saved again, it says the same.

Those that come back are brought back as another program would save them, and change nothing. A view that gives
a workbook and is not named here fails the test: a new one is to be looked at in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.promises import project
from tests.support.counting import OFFICE as ACTING
from tests.support.pages import PageClient
from tests.support.unit_desk import Office as Desk
from tests.support.unit_desk import at_desk
from tracker.adapters import work_calendar
from tracker.domain.clock import PERSONNEL
from tracker.services import clock_acts, reviewing, settings
from tracker.services.clock_acts import ClockFacts
from tracker.store.tables import Plan, ReturnUpload, SheetUpload, Unit

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HERE = {
    "tracker/web/ledger.py", "tracker/web/task_sheets.py", "tracker/web/return_sheets.py", "tracker/web/clocks.py",
    "tracker/web/look_back.py",
}  # fmt: skip
ELSEWHERE = {
    "tracker/web/annual.py", "tracker/web/crosswalk.py", "tracker/web/points.py", "tracker/web/statistics.py",
}  # fmt: skip
"""Lists that are only read: made by `excel.table`, whose text and days are held in tests/documents."""
OTHER_FILES = {
    "tracker/web/documents.py", "tracker/web/evidence_package.py", "tracker/web/experience.py",
    "tracker/web/house_templates.py", "tracker/web/meetings.py", "tracker/web/printing.py", "tracker/web/supervision.py",
}  # fmt: skip
"""Papers and packages."""
ODD = ("=1+1", "+86 571", "-3%", "@所有人", "'引号", "\t=1", "第一行\n第二行", "_x0041_", "〔2026〕100%", "𠮷")


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    account = make_account(app_session, "office")
    app_session.commit()
    return client.as_account(account)


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """A plan with a task for every odd text, with sections, roles, days and phrases; another plan beside it."""
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    plan, unit, other = make_plan(app_session), make_unit(app_session, "市教育局"), make_unit(app_session, "市司法局")
    for number, text in enumerate(ODD):
        task = make_task(
            app_session, plan, text.strip(), text=f"{text}要公开。", units=[(unit, "lead"), (other, "support")],
            due=date(2026, 11, 30) if number % 2 else None, phrase="11月底前" if number % 2 else "",
        )  # fmt: skip
        task.section = "一、主动公开" if number % 3 else ""
    make_task(app_session, make_plan(app_session, "青溪市2026年分工方案"), "另一份的任务", units=[unit])
    reviewing.start(app_session, ACTING, plan_id=plan.id, now=NOW)
    app_session.commit()
    return plan


def given(client: PageClient, address: str) -> bytes:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, EXCEL), address
    return bytes(answer.data)


def again(content: bytes) -> bytes:
    buffer = BytesIO()
    load_workbook(BytesIO(content)).save(buffer)
    return buffer.getvalue()


def says(content: bytes) -> dict[str, Any]:
    """All that a workbook says, page by page: values with their kinds and formats, and what a person sees of it."""
    book: Workbook = load_workbook(BytesIO(content))
    found: dict[str, Any] = {}
    for page in book.worksheets:
        assert isinstance(page, Worksheet)
        cells = {
            cell.coordinate: (cell.value, cell.data_type, cell.number_format, cell.quotePrefix)
            for row in page.iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert not [place for place, cell in cells.items() if cell[1] == "f"], "a text has become a formula"
        look = (page.sheet_state, page.freeze_panes, page.auto_filter.ref, page.print_title_rows, str(page.merged_cells))
        found[page.title] = (cells, look)
    return found


def holds(content: bytes) -> None:
    """It says the same when it was saved again; its main page prints on A3 with its head on every page."""
    assert says(content) == says(again(content))
    page = load_workbook(BytesIO(content)).worksheets[0]
    assert isinstance(page, Worksheet)
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 8)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.freeze_panes
    assert page.print_title_rows
    assert page.oddFooter is not None
    assert page.oddFooter.center.text == "第&P页　共&N页"


def kinds(text: str) -> dict[str, str]:
    """What a task sheet that came back would change."""
    page: Any = html.document_fromstring(text)
    return {
        link.get("data-kind"): link.get("data-count") for link in page.xpath("//nav[contains(@class, 'counts')]/a")
    }


ADDRESSES: dict[str, Callable[[Plan], str]] = {
    "the ledger of a plan": lambda plan: f"/ledger/export?plan={plan.id}",
    "a narrowed ledger": lambda plan: f"/ledger/export?plan={plan.id}&words=100&sort=-due",
    "the ledger of several plans": lambda _: "/ledger/export",
    "the public ledger": lambda plan: f"/ledger/export?plan={plan.id}&layout=public",
    "the public ledger with progress": lambda plan: f"/ledger/export?plan={plan.id}&layout=progress",
    "the task sheet": lambda plan: f"/plans/{plan.id}/task-sheet",
    "the empty task sheet": lambda _: "/imports/sheets/blank",
    "the look-back": lambda plan: f"/look-back/{plan.id}/report.xlsx",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_it_says_the_same_when_it_was_saved_again(
    office: PageClient, plan: Plan, address: Callable[[Plan], str]
) -> None:
    holds(given(office, address(plan)))


@pytest.mark.parametrize("name", ["the ledger of a plan", "a narrowed ledger", "the task sheet"])
def test_the_ledger_brought_back_changes_nothing(
    office: PageClient, plan: Plan, app_session: Session, name: str
) -> None:
    content = again(given(office, ADDRESSES[name](plan)))

    answer = office.post("/imports", data={"file": (BytesIO(content), "台账.xlsx")})

    page = office.get(answer.headers["Location"]).text
    assert set(kinds(page)) == {"same"}
    upload = app_session.scalars(select(SheetUpload)).one()
    assert (upload.plan_id, upload.state) == (plan.id, "open")


def test_the_counting_sheet_says_the_same_when_it_was_saved_again(
    office: PageClient, plan: Plan, app_session: Session
) -> None:
    unit = app_session.scalars(select(Unit).order_by(Unit.id)).first()
    assert unit is not None
    facts = ClockFacts(PERSONNEL.key, unit.id, "=科长调整", date(2026, 9, 14))
    clock = clock_acts.start(app_session, ACTING, facts=facts, now=NOW)
    app_session.commit()

    holds(given(office, f"/clocks/{clock.id}/sheet.xlsx"))


@pytest.fixture
def desk(client: PageClient, app_session: Session) -> Desk:
    return at_desk(client, app_session)


def test_the_offline_return_brought_back_changes_nothing(desk: Desk, app_session: Session) -> None:
    content = given(desk.client, f"{desk.path}/sheet")
    assert says(content) == says(again(content))

    answer = desk.client.post(f"{desk.path}/sheet", data={"file": (BytesIO(again(content)), "填报表.xlsx")})

    page: Any = html.document_fromstring(desk.client.get(answer.headers["Location"]).text)
    assert "表里的内容与网上的一样，没有要填入的。" in page.xpath("//main")[0].text_content()
    assert app_session.scalars(select(ReturnUpload)).one().state == "open"


def test_every_view_that_gives_a_workbook_is_looked_at() -> None:
    gives = {
        path.as_posix()
        for path in project.under("tracker/web")
        if path.suffix == ".py" and "downloads.made(" in project.read(path)
    }

    assert gives == HERE | ELSEWHERE | OTHER_FILES, "a view gives another file: if it is a workbook, look at it here"
