"""台账 in the browser's eyes: addresses, numbers that open their lists, the file, the source page."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import TODAY, make_account, make_cadence, make_clause, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.domain.health import Colour
from tracker.domain.task import Role, TaskState
from tracker.services.ledger import SIZES, LedgerFilter, LedgerQuery, Sort
from tracker.store.tables import Clause, Plan, Unit
from tracker.web.forms.ledger import LARGEST_ID, address, read

DAY = timedelta(days=1)
ids = st.none() | st.integers(1, LARGEST_ID)
words = st.text("公开规范sjy%_&=+#", max_size=20).map(str.strip)


def some(kind: type[Colour | TaskState]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.sets(st.sampled_from(list(kind))).map(lambda chosen: tuple(one for one in kind if one in chosen))


@settings(deadline=None)  # the machine may be busy
@given(
    st.builds(
        LedgerQuery,
        st.builds(
            LedgerFilter,
            plan_id=ids,
            year=st.none(),
            lights=some(Colour),
            unit_id=ids,
            section=words,
            due_from=st.none() | st.dates(),
            due_to=st.none() | st.dates(),
            words=words,
            states=some(TaskState),
            role=st.none() | st.sampled_from(list(Role)),
            overdue=st.booleans(),
        ),
        st.sampled_from(list(Sort)),
        st.integers(1, 10_000),
        st.sampled_from(SIZES),
    )
)
def test_an_address_means_the_query_it_was_written_for(query: LedgerQuery) -> None:
    assert read(MultiDict(address(query))) == (query, ())


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"plan": "abc"}, "没有这份工作要点，已显示全部。"),
        ({"plan": "99999999999999"}, "没有这份工作要点，已显示全部。"),
        ({"due_from": "9月1日"}, "起始日期应写成 2026-09-01。"),
        ({"light": "red,pink"}, "地址里有不认识的筛选项，已忽略。"),
        ({"page": "-1"}, "没有这一页，已显示第一页。"),
        ({"size": "7"}, "每页条数请从列表中选择。"),
        ({"sort": "colour"}, "没有这种排序，已按序号排列。"),
    ],
    ids=str,
)
def test_what_cannot_be_read_narrows_nothing_and_is_told(values: dict[str, str], problem: str) -> None:
    query, problems = read(MultiDict(values))

    assert problems == (problem,)
    assert query.wanted.plan_id is None
    assert query.page == 1


@pytest.fixture
def education(app_session: Session) -> Unit:
    return make_unit(app_session, "市教育局", search_keys="shijiaoyuju sjyj")


@pytest.fixture
def plan(app_session: Session, education: Unit) -> Plan:
    """Twenty-five tasks in all lights, of two units, two of them in a second plan."""
    text = "青溪市要点\n一、主动公开\n1.公开民办学校收费，\n每年更新。\n2.清理规范性文件。"
    plan = make_plan(app_session, text=text)
    clause = make_clause(app_session, plan, "公开民办学校收费，\n每年更新。")
    other = make_unit(app_session, "市卫健委")
    make_cadence(app_session, plan)
    make_task(app_session, plan, "公开民办学校收费", units=[education], due=TODAY - DAY, clause=clause)
    make_task(app_session, plan, "=清理规范性文件", units=[other], due=TODAY + DAY)
    for number in range(21):
        make_task(app_session, plan, f"第{number}件常规工作", units=[education, other], due=TODAY + 90 * DAY)
    second = make_plan(app_session, "青溪市实施方案")
    make_task(app_session, second, "另一件事", units=[other], due=TODAY - DAY)
    make_task(app_session, second, "长期的事", units=[education], notation="ongoing")
    app_session.commit()
    return plan


@pytest.fixture
def office(client: PageClient, app_session: Session, plan: Plan) -> PageClient:
    account = make_account(app_session)
    app_session.commit()
    return client.as_account(account)


def page_of(client: FlaskClient, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.text)


def listed(page: html.HtmlElement) -> int:
    return int(page.xpath("//main//*[self::table or self::div][@data-count]/@data-count")[0])


@pytest.mark.parametrize("start", ["", "?words=sjyj", "?plan={plan}", "?plan={plan}&unit={unit}&state=open", "?section=没有"])
@pytest.mark.parametrize("reader", ["office", "leader", "unit"])
def test_every_number_opens_exactly_its_list(
    client: PageClient, app_session: Session, plan: Plan, education: Unit, start: str, reader: str
) -> None:
    account = make_account(app_session, reader, unit=education if reader == "unit" else None)
    app_session.commit()
    client.as_account(account)

    page = page_of(client, "/ledger" + start.format(plan=plan.id, unit=education.id))

    links = page.xpath("//main//a[@data-count]")
    assert len(links) == 5
    for link in links:
        assert listed(page_of(client, link.get("href"))) == int(link.get("data-count")), link.get("href")


def test_pages_hold_what_the_count_promises(office: PageClient, plan: Plan) -> None:
    titles: list[str] = []
    address = f"/ledger?plan={plan.id}"
    while address:
        page = page_of(office, address)
        titles += page.xpath("//td[contains(@class, 'what')]/a/text()")
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")

    assert len(titles) == len(set(titles)) == 23


def test_export_is_a_file_with_a_chinese_name_and_every_row(office: PageClient, plan: Plan) -> None:
    response = office.get(f"/ledger/export?plan={plan.id}&size=20&sort=due")

    sheet = load_workbook(BytesIO(response.data)).worksheets[0]
    disposition = response.headers["Content-Disposition"]
    assert response.status_code == 200
    assert "青溪市2026年政务公开工作要点台账（20260924）.xlsx" in unquote(disposition.partition("UTF-8''")[2])
    assert len([cell for cell in sheet["C"] if cell.row > 3 and cell.value]) == 23
    assert [sheet["C5"].value, sheet["C5"].data_type] == ["=清理规范性文件", "s"]


def test_plans_are_listed_with_numbers_that_open_their_lists(office: PageClient, plan: Plan) -> None:
    page = page_of(office, "/plans")

    assert "一周一进度：每周四17:30前" in page.text_content()
    links = page.xpath("//main//a[@data-count]")
    assert len(links) == 7
    for link in links:
        assert listed(page_of(office, link.get("href"))) == int(link.get("data-count"))
    assert office.get(f"/plans/{plan.id}").headers["Location"] == f"/ledger?plan={plan.id}"


def test_the_source_shows_the_whole_text_with_the_clause_marked(
    office: PageClient, app_session: Session, plan: Plan
) -> None:
    clause_id = app_session.scalars(select(Clause.id)).one()
    plain = page_of(office, f"/plans/{plan.id}/source")
    clause = plain.xpath("//span[@class='clause']")[0]
    assert clause.get("id") == f"offset-{plan.text.index('公开民办')}"

    page = page_of(office, f"/plans/{plan.id}/source?clause={clause_id}")
    article = page.xpath("//article")[0]
    assert page.xpath("//mark/text()") == ["公开民办学校收费，", "每年更新。"]
    assert article.xpath(".//a/text()") == ["[" + str(serial_of(page)) + "]"]
    shown = "".join(article.text_content().split()).replace(article.xpath(".//a/text()")[0], "")
    assert shown == "".join(plan.text.split())


def test_the_source_names_its_file_and_the_documents_it_rests_on(
    office: PageClient, app_session: Session, plan: Plan
) -> None:
    plan.basis = ["《东江省2026年政务公开工作要点》"]
    plan.document_number = "青政办发〔2026〕8号"
    app_session.commit()

    page = page_of(office, f"/plans/{plan.id}/source")
    facts = dict(zip(*(page.xpath(f"//main//dl[@class='facts']/{part}/text()") for part in ("dt", "dd")), strict=True))

    assert facts == {
        "发文机关": "青溪市人民政府办公室",
        "文号": "青政办发〔2026〕8号",
        "上级依据": "《东江省2026年政务公开工作要点》",
        "导入的文件": "要点.docx",
    }


def serial_of(page: html.HtmlElement) -> int:
    return int(page.xpath("//article//a/text()")[0].strip("[]"))


def test_a_unit_without_a_part_in_a_plan_does_not_find_it(
    client: PageClient, app_session: Session, plan: Plan
) -> None:
    account = make_account(app_session, "unit", unit=make_unit(app_session, "市档案馆"))
    app_session.commit()
    client.as_account(account)

    assert client.get(f"/plans/{plan.id}/source").status_code == 404
    assert "还没有分派给本单位的任务" in client.get("/ledger").text
