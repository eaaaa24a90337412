"""The regime page: each of a plan's cadences has its own form, and the year shows all of them."""

from __future__ import annotations

from datetime import date, time

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_unit
from tests.support.office_desk import Desk, office_desk
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.asking import Answer, Audience, Part, PartKind, Requirement
from tracker.domain.rhythm import Months, Weeks
from tracker.domain.task import Role
from tracker.services import settings
from tracker.services.cadences import as_domain, requirement_of
from tracker.store.tables import Cadence, Obligation, Period
from tracker.web.forms.regime import read_parts, written


@pytest.fixture
def desk(client: PageClient, app_session: Session) -> Desk:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    return office_desk(client, app_session)


def address(desk: Desk, kind: str) -> str:
    return f"/reporting/{desk.plan.id}/regime?cadence={kind}"


def fields_of(page: html.HtmlElement) -> dict[str, list[str]]:
    """What the form would send as it stands, boxes and all."""
    (form,) = page.xpath("//form[@id='switch-on']")
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def ticked(page: html.HtmlElement, name: str) -> list[str]:
    return [str(box.get("value")) for box in page.xpath(f"//input[@name='{name}'][@checked]")]


def cadence(desk: Desk, kind: str) -> Cadence:
    desk.session.rollback()
    desk.session.expire_all()
    query = select(Cadence).where(Cadence.plan_id == desk.plan.id, Cadence.kind == kind)
    return desk.session.scalars(query).one()


def test_every_common_cadence_has_a_door_and_a_form(desk: Desk) -> None:
    page = desk.page(address(desk, "weekly"))
    doors = page.xpath("//nav[@class='cadences']/a")

    assert [" ".join(door.text_content().split()) for door in doors] == [
        "一周一进度 已启用", "两周一经验", "一月一例会", "季度报送", "半年总结", "＋ 自定",
    ]
    for door in doors:
        assert desk.client.get(door.get("href")).status_code == 200
    assert desk.client.get(address(desk, "own7")).status_code == 404


def test_a_quarterly_return_is_previewed_and_switched_on(desk: Desk) -> None:
    asked = "starts_on=2026-07-01&ends_on=2026-12-31&step=month&every=3&lag=1&day=10&cutoff=12:00&holiday_rule=postpone&collision=merge"
    page = desk.page(f"{address(desk, 'quarterly')}&{asked}")

    rows = [" ".join(row.text_content().split()) for row in page.xpath("//table[contains(@class,'weeks')]/tbody/tr")]
    assert rows == [
        "第三季度 10月10日（周六） 10月10日（周六）12:00",
        "第四季度 2027年1月10日（周日） 2027年1月11日（周一）12:00 周日（1月10日）休息，截止顺延到1月11日 暂按推算",
    ]
    months = [" ".join(item.text_content().split()) for item in page.xpath("//div[contains(@class,'year')]//summary")]
    assert months[0].startswith("2026年9月"), "the weekly return stands beside it"

    answer = desk.client.post(address(desk, "quarterly"), data=fields_of(page))

    assert (answer.status_code, answer.location) == (303, f"{desk.board}?cadence=quarterly")
    row = cadence(desk, "quarterly")
    assert (as_domain(row).rhythm, row.cutoff, row.starts_on) == (Months(10, 3, 1), time(12), date(2026, 7, 1))
    assert requirement_of(row) == Requirement(Answer.FORM, (Part("content", "本季度情况"),))
    assert "第一期还没有开始" in desk.client.get(answer.location).text
    assert desk.client.post(address(desk, "quarterly"), data=fields_of(page)).status_code == 409, "an old page"


def test_parts_roles_and_named_units_are_the_offices_to_say(desk: Desk) -> None:
    spare = make_unit(desk.session, "市档案馆", position=99)
    desk.session.commit()
    page = desk.page(address(desk, "monthly"))
    fields = fields_of(page) | {
        "parts": "汇报要点\n参会人数（数字）\n需协调的事（选填）", "roles": ["lead", "responsible"],
    }  # fmt: skip

    assert desk.client.post(address(desk, "monthly"), data=fields).status_code == 303
    row = cadence(desk, "monthly")
    assert requirement_of(row).parts == (
        Part("report", "汇报要点"), Part("part1", "参会人数", PartKind.NUMBER), Part("request", "需协调的事", required=False),
    )
    assert requirement_of(row).audience == Audience(roles=frozenset({Role.LEAD, Role.RESPONSIBLE}))

    again = desk.page(address(desk, "monthly"))
    assert "汇报要点\n参会人数（数字）\n需协调的事（选填）" in again.xpath("string(//textarea[@name='parts'])")
    assert ticked(again, "roles") == ["lead", "responsible"]
    named = fields_of(again) | {"who": "named", "named": [str(spare.id)]}
    assert desk.client.post(address(desk, "monthly"), data=named).status_code == 303
    assert requirement_of(cadence(desk, "monthly")).audience == Audience(unit_ids=frozenset({spare.id}))
    assert "指定 1 个要报" in desk.page(address(desk, "monthly")).text_content()


def test_an_own_report_is_added_and_can_be_counted_in_weeks(desk: Desk) -> None:
    page = desk.page(f"{address(desk, 'own')}&step=week")
    assert page.xpath("//select[@name='weekday']")
    assert not page.xpath("//select[@name='day']")
    said = "step=week&name=专区巡查&every=2&weekday=0&starts_on=2026-09-21&ends_on=2026-10-31&cutoff=17:30&holiday_rule=waive&collision=merge"
    page = desk.page(f"{address(desk, 'own')}&{said}")

    answer = desk.client.post(address(desk, "own"), data=fields_of(page))

    assert answer.location.endswith("/board?cadence=own1")
    row = cadence(desk, "own1")
    assert (row.name, as_domain(row).rhythm) == ("专区巡查", Weeks(0, 2))
    keys = desk.session.scalars(select(Period.key).where(Period.cadence_id == row.id).order_by(Period.starts_on)).all()
    assert keys == ["2026-W39-W40", "2026-W41-W42", "2026-W43-W44"]
    board = desk.page(f"{desk.board}?cadence=own1")
    assert [item.text for item in board.xpath("//th[contains(@class,'week')]/a")] == ["39—40"]
    taken = desk.page(f"{address(desk, 'own')}&{said}")
    refused = desk.client.post(address(desk, "own"), data=fields_of(taken))
    assert refused.status_code == 422
    assert "已经有叫“专区巡查”的报送" in refused.text


def test_weeks_and_months_are_one_click_apart_whatever_was_previewed(desk: Desk) -> None:
    said = "step=month&every=12&lag=1&day=10&starts_on=2026-01-01&ends_on=2026-12-31&cutoff=17:30&holiday_rule=advance&collision=merge"
    page = desk.page(f"{address(desk, 'half_year')}&{said}")

    (button,) = page.xpath("//button[text()='改为按周报']")
    answer = desk.client.post(button.get("formaction"), data=fields_of(page) | {button.get("name"): button.get("value")})
    weeks = desk.page(answer.location)

    assert answer.status_code == 303
    assert weeks.xpath("//select[@name='weekday']")
    assert "规则里有一处要改" not in weeks.text_content()
    assert fields_of(weeks)["ends_on"] == ["2026-12-31"], "what was typed stays"


def test_the_board_of_each_cadence_is_one_click_away(desk: Desk) -> None:
    page = desk.page(address(desk, "monthly"))
    desk.client.post(address(desk, "monthly"), data=fields_of(page))

    boards = [str(link.get("href")) for link in desk.page(desk.board).xpath("//nav[@class='cadences']/a")]

    assert boards == [f"{desk.board}?cadence=weekly", f"{desk.board}?cadence=monthly"]
    monthly = desk.page(boards[1])
    assert "一月一例会" in monthly.xpath("string(//h1)")
    due = str(monthly.xpath("//div[@class='kpi']/a[1]/@href")[0])
    assert desk.page(due).xpath("count(//tbody/tr)") == float(monthly.xpath("string(//div[@class='kpi']/a[1]/b)"))
    assert desk.client.get(f"{desk.board}?cadence=yearly").status_code == 404
    assert desk.client.get(f"{desk.board}?cadence=monthly&period=2026-W39").status_code == 404


def test_the_units_that_owe_one_report_are_urged_for_that_one(desk: Desk) -> None:
    page = desk.page(address(desk, "monthly"))
    desk.client.post(address(desk, "monthly"), data=fields_of(page))
    data = {"what": "returns", "plan": str(desk.plan.id), "cadence": "monthly", "period": "2026-09", "to": "o1:u1"}

    answer = desk.client.post("/urge", data=data)

    assert answer.location == f"{desk.board}?cadence=monthly&period=2026-09"


def test_one_cadence_is_switched_off_and_the_others_go_on(desk: Desk) -> None:
    page = desk.page(address(desk, "monthly"))
    desk.client.post(address(desk, "monthly"), data=fields_of(page))

    data = {"version": str(cadence(desk, "monthly").version), "cadence": "monthly"}
    answer = desk.client.post(f"/reporting/{desk.plan.id}/regime/off", data=data)

    assert answer.location.endswith("/regime?cadence=monthly")
    assert (cadence(desk, "monthly").active, cadence(desk, "weekly").active) == (False, True)
    owed = select(Obligation).where(Obligation.cadence_id == cadence(desk, "monthly").id)
    assert len(desk.session.scalars(owed).all()) == 5, "what has opened is finished"


def test_a_form_without_any_part_is_refused(desk: Desk) -> None:
    page = desk.page(address(desk, "quarterly"))

    answer = desk.client.post(address(desk, "quarterly"), data=fields_of(page) | {"parts": " \n（选填）"})

    assert answer.status_code == 422
    assert desk.session.scalars(select(Cadence).where(Cadence.kind == "quarterly")).first() is None


def test_two_hundred_parts_are_refused_in_a_sentence(desk: Desk) -> None:
    typed = fields_of(desk.page(address(desk, "quarterly"))) | {"parts": ["\n".join(f"栏{n}" for n in range(200))]}

    for path in (address(desk, "quarterly"), address(desk, "quarterly").replace("?", "/preview?")):
        answer = desk.client.post(path, data=typed)
        assert (answer.status_code, "个栏目。" in answer.get_data(as_text=True)) == (422, True)


def test_named_units_without_a_name_do_not_become_every_unit(desk: Desk) -> None:
    typed = fields_of(desk.page(address(desk, "quarterly"))) | {"who": ["named"], "named": []}

    answer = desk.client.post(address(desk, "quarterly"), data=typed)

    assert (answer.status_code, "请勾选是哪些单位" in answer.get_data(as_text=True)) == (422, True)
    wanted = select(Cadence).where(Cadence.plan_id == desk.plan.id, Cadence.kind == "quarterly")
    assert desk.session.scalars(wanted).first() is None


def everything_typed(page: html.HtmlElement, units: list[str]) -> dict[str, list[str]]:
    """A form in which everything but the rule's length is other than it came."""
    return fields_of(page) | {
        "name": ["网站巡查"], "day": ["8"], "lag": ["1"], "cutoff": ["16:00"], "holiday_rule": ["waive"], "asked": units,
        "collision": ["keep"], "parts": ["抽查网站（数字）\r\n问题（选填）"], "roles": ["lead"], "answer": ["form"],
    }  # fmt: skip


def texts(fields: dict[str, list[str]], names: set[str]) -> dict[str, list[str]]:
    return {name: sorted(" ".join(text.split()) for text in fields.get(name, [])) for name in names}


def test_a_preview_keeps_everything_that_was_typed_and_ticked(desk: Desk) -> None:
    some = [str(desk.units[name].id) for name in ("open", "returned")]
    page = desk.page(address(desk, "own"))
    typed = everything_typed(page, some)

    answer = desk.client.post(f"/reporting/{desk.plan.id}/regime/preview?cadence=own", data=typed)
    shown = fields_of(desk.page(answer.location))

    assert answer.status_code == 303
    assert "csrf" not in answer.location
    compared = typed.keys() - {"csrf_token", "previewed"}
    assert texts(shown, compared) == texts(typed, compared)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"asked": []}, "请至少勾选一个要报送的单位", id="nobody is asked"),
        pytest.param({"name": ["一周一进度"]}, "已经有叫“一周一进度”的报送", id="the name is taken"),
        pytest.param({"parts": ["　"]}, "请至少写一个栏目", id="nothing is asked for"),
        pytest.param({"cutoff": ["下班"]}, "规则里有一处要改", id="a clock that is none"),
        pytest.param({"version": ["7"]}, "刚被他人修改", id="somebody else was faster"),
        pytest.param({"day": ["9"]}, "规则刚改过", id="the rule is not the one that was previewed"),
        pytest.param({"answer": ["heap"]}, "规则刚改过", id="an answer that is none"),
    ],
)
def test_a_refusal_keeps_everything_that_was_typed_and_ticked(
    desk: Desk, change: dict[str, list[str]], words: str
) -> None:
    some = [str(desk.units[name].id) for name in ("open", "returned")]
    start = desk.page(address(desk, "own"))
    typed = everything_typed(start, some)
    if words != "规则刚改过":
        preview = desk.client.post(f"/reporting/{desk.plan.id}/regime/preview?cadence=own", data=typed)
        typed = everything_typed(desk.page(preview.location), some)
    typed |= change
    if "name" in change:
        typed["previewed"] = [typed["previewed"][0].replace("网站巡查", "一周一进度")]

    answer = desk.client.post(address(desk, "own"), data=typed)

    assert answer.status_code == (409 if "version" in change else 422)
    assert words in answer.text
    shown = fields_of(html.document_fromstring(answer.text))
    compared = typed.keys() - {"csrf_token", "version", "previewed"} - ({"answer"} & change.keys())
    assert texts(shown, compared) == texts(typed, compared)
    assert desk.session.scalars(select(Cadence).where(Cadence.kind == "own1")).first() is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("情况说明", (Part("content", "情况说明"),)),
        ("公开件数（数字）\n备注（选填）", (Part("part1", "公开件数", PartKind.NUMBER), Part("part2", "备注", required=False))),
        ("件数(数字)(选填)", (Part("part1", "件数", PartKind.NUMBER, required=False),)),
        ("一\n一\n\n二", (Part("part1", "一"), Part("part2", "二"))),
        ("", ()),
    ],
)
def test_parts_are_written_one_a_line(text: str, expected: tuple[Part, ...]) -> None:
    found = read_parts(text, [Part("content", "情况说明")])

    assert found == expected
    assert read_parts(written(found), found) == found
