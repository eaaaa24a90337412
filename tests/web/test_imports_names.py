"""Deciding on the pages what printed names mean."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_account, make_unit
from tests.support.drafts import fresh, kept
from tests.support.pages import PageClient
from tests.support.qingxi import draft_plan
from tracker.store.tables import ImportDraft, Unit


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    """Somebody of the office, signed in."""
    account = make_account(app_session, "office")
    app_session.commit()
    return client.as_account(account)


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
        ({"bulk": "create", "chosen": "别的局"}, "文件里没有「别的局」"),
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


def test_a_name_that_the_document_does_not_print_is_not_found(office: PageClient, draft: ImportDraft) -> None:
    assert office.get(f"/imports/{draft.id}/names/one?name=别的局").status_code == 404


def test_names_that_only_look_alike_are_not_taken_together(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    make_unit(app_session, "市司法委")
    app_session.commit()

    office.post(f"/imports/{draft.id}/names", data={"bulk": "accept", "chosen": ["市司法局"]})
    page = office.get(f"/imports/{draft.id}/names").text

    assert "已按建议对应0个名称。其余1个没有唯一的建议，请逐个选定。" in page
    assert "市司法委　名称相近" in page
