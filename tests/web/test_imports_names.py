"""Deciding on the pages what printed names mean."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_unit
from tests.support.drafts import fresh, kept
from tests.support.pages import PageClient
from tests.support.qingxi import Item, draft_plan
from tracker.store.tables import ImportDraft, Unit, UnitClass, UnitGroup


@pytest.fixture
def draft(app_session: Session) -> ImportDraft:
    """The plan about 青溪市, waiting to be checked."""
    return kept(app_session, draft_plan())


def test_names_are_decided_one_by_one_and_together(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    unit = make_unit(app_session, "市人力资源和社会保障局")
    app_session.commit()
    address = f"/imports/{draft.id}/names"
    chosen = ["市司法局", "市营商局", "市发展改革委"]

    before = office.get(address).text
    one = office.post(address, data={"take": f"unit:{unit.id}:市人社局", "chosen": chosen})
    many = office.post(address, data={"bulk": "create", "chosen": chosen, "class_name": "市政府部门"})
    after = office.get(address).text

    assert "可能是简称" in before
    assert (one.status_code, many.status_code) == (303, 303)
    assert "已新建3家单位。" in after
    assert "本次认定" in after
    fresh(app_session)
    assert [unit.name for unit in app_session.scalars(select(Unit).order_by(Unit.id))][1:] == chosen


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"bulk": "create"}, "请先勾选名称"),
        ({"bulk": "enter"}, "请点一个按钮"),
        ({"bulk": "else", "chosen": "市司法局"}, "没有看懂"),
        ({"take": "unit:x:市司法局"}, "没有看懂"),
        ({"take": f"unit:{'9' * 5000}:市司法局"}, "没有看懂"),
        ({"bulk": "create", "chosen": "别的局"}, "文件里没有“别的局”"),
    ],
)
def test_a_step_that_makes_no_sense_changes_nothing(
    office: PageClient, draft: ImportDraft, form: dict[str, str], words: str
) -> None:
    answer = office.post(f"/imports/{draft.id}/names", data=form)

    assert answer.status_code == 422
    assert words in answer.text


def test_suggestions_are_taken_for_the_names_that_are_ticked(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    make_unit(app_session, "青溪市司法局")
    make_unit(app_session, "市人力资源和社会保障局")
    app_session.commit()
    address = f"/imports/{draft.id}/names"

    office.post(address, data={"bulk": "accept", "chosen": ["市司法局"]})
    page = office.get(address).text

    assert "已按建议对应1个名称。" in page
    assert '还没有对应 <span class="legend">5 个' in page


def test_what_hardly_is_a_name_is_proposed_as_no_unit_and_put_aside_with_one_click(
    office: PageClient, app_session: Session
) -> None:
    odd = Item("整理停水预告。", [("responsible", "市水务局"), ("responsible", "国庆节前")])
    draft = kept(app_session, draft_plan([odd]))
    address = f"/imports/{draft.id}/names"

    page: Any = html.document_fromstring(office.get(address).text)
    ticked = page.xpath("//input[@name='chosen'][@checked]/@value")
    (nobody,) = page.xpath("//button[starts-with(@value, 'nobody:')]/@value")
    office.post(address, data={"take": nobody})
    after = office.get(address).text

    assert ticked == ["市水务局"]
    assert "不像单位名称，请核对原文" in page.text_content()
    assert "“国庆节前”不是单位，不建立责任。" in after
    assert '还没有对应 <span class="legend">1 个' in after


def test_the_list_of_the_document_becomes_units(office: PageClient, app_session: Session) -> None:
    draft = kept(app_session, draft_plan(register=["司法局", "财政局"]))

    office.post(f"/imports/{draft.id}/names", data={"bulk": "register", "register_class": "市级单位"})

    assert "新建2家" in office.get(f"/imports/{draft.id}/names").text
    assert "都已在单位库里" in office.get(f"/imports/{draft.id}/names").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"what": "unit"}, "请选定一家单位"),
        ({"what": "group"}, "请选定一个集合称谓"),
        ({"what": "new_group"}, "至少勾选一家"),
        ({"what": "new_group", "newcomers": "石" * 121}, "太长，不像单位名称"),
        ({"what": "new_unit", "new_name": "市财政局"}, "已在单位库中"),
    ],
)
def test_an_incomplete_answer_about_a_name_says_what_is_missing(
    office: PageClient, app_session: Session, draft: ImportDraft, form: dict[str, str], words: str
) -> None:
    make_unit(app_session, "市财政局")
    app_session.commit()

    answer = office.post(f"/imports/{draft.id}/names/one?name=市营商局", data=form)

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    ("form", "leads_to"),
    [
        ({"what": "unit", "unit_id": "1"}, "市财政局"),
        ({"what": "new_unit", "new_name": "市营商环境局"}, "市营商环境局"),
        ({"what": "new_group", "members": "1"}, "市营商局"),
        ({"what": "nobody"}, "不是单位"),
    ],
)
def test_one_name_has_every_choice(
    office: PageClient, app_session: Session, draft: ImportDraft, form: dict[str, str], leads_to: str
) -> None:
    make_unit(app_session, "市财政局")
    app_session.commit()

    answer = office.post(f"/imports/{draft.id}/names/one?name=市营商局", data=form)
    page = office.get(f"/imports/{draft.id}/names").text

    assert answer.status_code == 303
    assert leads_to in page.split("已经对应")[1]


def test_a_collective_name_gets_units_that_did_not_exist_in_one_step(
    office: PageClient, app_session: Session
) -> None:
    draft = kept(app_session, draft_plan([Item("公开服务事项。", [("responsible", "各乡镇(街道)")])]))
    make_unit(app_session, "石桥镇")
    app_session.commit()
    address = f"/imports/{draft.id}/names/one?name=各乡镇(街道)"

    page = office.get(address).text
    answer = office.post(
        address, data={"what": "new_group", "newcomers": "柳河乡\n石桥镇\n\n新街街道", "new_class": "乡镇(街道)"}
    )

    assert 'value="乡镇(街道)"' in page
    assert answer.status_code == 303
    fresh(app_session)
    group = app_session.scalars(select(UnitGroup)).one()
    assert {member.unit.name for member in group.members} == {"石桥镇", "柳河乡", "新街街道"}
    classes = {unit.name: unit.unit_class and unit.unit_class.name for unit in app_session.scalars(select(Unit))}
    assert classes == {"石桥镇": None, "柳河乡": "乡镇(街道)", "新街街道": "乡镇(街道)"}
    assert "3 家" in office.get(f"/imports/{draft.id}/names").text


def test_all_units_of_a_class_are_members_with_one_tick(office: PageClient, app_session: Session) -> None:
    draft = kept(app_session, draft_plan([Item("公开服务事项。", [("responsible", "各乡镇(街道)")])]))
    towns = [make_unit(app_session, name) for name in ("石桥镇", "柳河乡")]
    make_unit(app_session, "市财政局")
    class_ = UnitClass(name="乡镇", position=0)
    for town in towns:
        town.unit_class = class_
    app_session.commit()

    office.post(
        f"/imports/{draft.id}/names/one?name=各乡镇(街道)", data={"what": "new_group", "classes": str(class_.id)}
    )

    fresh(app_session)
    group = app_session.scalars(select(UnitGroup)).one()
    assert {member.unit.name for member in group.members} == {"石桥镇", "柳河乡"}


def test_names_that_lack_only_the_level_are_decided_together(office: PageClient, app_session: Session) -> None:
    items = [Item(f"公开{name}。", [("lead", name)]) for name in ("教育局", "财政局", "市人社局")]
    draft = kept(app_session, draft_plan(items))
    for name in ("市教育局", "市财政局", "市人力资源和社会保障局"):
        make_unit(app_session, name)
    app_session.commit()
    address = f"/imports/{draft.id}/names"

    page = office.get(address).text
    office.post(address, data={"bulk": "obvious", "obvious": ["教育局", "财政局"]})
    after = office.get(address).text

    assert "这 2 个一次认定" in page
    assert "教育局 → 市教育局" in page
    assert "已按建议对应2个名称。" in after
    assert '还没有对应 <span class="legend">1 个' in after


def test_what_is_ticked_beforehand_is_said_only_where_it_is_true(office: PageClient, app_session: Session) -> None:
    near = kept(app_session, draft_plan([Item("公开甲。", [("lead", "教育局")])]))
    make_unit(app_session, "市教育局")
    app_session.commit()
    far = kept(app_session, draft_plan([Item("公开乙。", [("lead", "市档案馆")])]))

    pages = [office.get(f"/imports/{draft.id}/names").text for draft in (near, far)]

    assert ["已预先勾选" in page for page in pages] == [False, True]


def test_a_name_that_the_document_does_not_print_is_not_found(office: PageClient, draft: ImportDraft) -> None:
    assert office.get(f"/imports/{draft.id}/names/one?name=别的局").status_code == 404


def test_names_that_only_look_alike_are_not_taken_together(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    make_unit(app_session, "市司法委")
    app_session.commit()

    office.post(f"/imports/{draft.id}/names", data={"bulk": "accept", "chosen": ["市司法局"]})
    page = office.get(f"/imports/{draft.id}/names").text

    assert "已按建议对应0个名称。其余1个只是名称相近，或有几家可选，请逐个选定。" in page
    assert "市司法委　名称相近" in page
