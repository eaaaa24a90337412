"""The pages of the directory."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_account, make_unit
from tests.support.pages import PageClient
from tracker.store.tables import Unit, UnitGroup


def names(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Unit.name).order_by(Unit.id)))


def test_a_unit_is_added_found_by_initials_and_corrected(office: PageClient, app_session: Session) -> None:
    facts = {"name": "市人力资源和社会保障局", "class_name": "市政府部门", "aliases": "市人社局\n人社局"}

    added = office.post("/units/new", data=facts)
    found = office.get("/units?words=rsj").text
    unit = app_session.scalars(select(Unit)).one()
    changed = office.post(
        f"/units/{unit.id}", data={**facts, "contact_name": "李青", "active": "y", "version": "1"}
    )

    assert (added.status_code, changed.status_code) == (303, 303)
    assert "市人力资源和社会保障局" in found
    assert "市人社局、人社局" in found
    assert "李青" in office.get("/units").text


def test_a_search_without_an_answer_says_what_to_try(office: PageClient) -> None:
    assert "没有找到" in office.get("/units?words=没有").text


def test_a_near_name_is_shown_once_and_then_kept(office: PageClient, app_session: Session) -> None:
    make_unit(app_session, "市人力资源和社会保障局")
    app_session.commit()

    warned = office.post("/units/new", data={"name": "市人社局"})
    kept = office.post("/units/new", data={"name": "市人社局", "seen": "市人社局"})

    assert warned.status_code == 422
    assert "名称相近" in warned.text
    assert kept.status_code == 303
    assert names(app_session) == ["市人力资源和社会保障局", "市人社局"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"name": ""}, "请填写单位名称"), ({"name": "市公安局", "seen": "市公安局"}, "已在单位库中")],
)
def test_a_bad_name_keeps_what_was_typed(
    office: PageClient, app_session: Session, facts: dict[str, str], words: str
) -> None:
    make_unit(app_session, "市公安局")
    app_session.commit()

    answer = office.post("/units/new", data={**facts, "contact_name": "王山"})

    assert answer.status_code == 422
    assert words in answer.text
    assert "王山" in answer.text


def test_a_unit_changed_by_somebody_else_shows_both_texts(office: PageClient, app_session: Session) -> None:
    unit = make_unit(app_session, "市公安局")
    app_session.commit()
    facts = {"name": "市公安局", "active": "y", "version": "1"}
    office.post(f"/units/{unit.id}", data={**facts, "contact_name": "李青"})

    answer = office.post(f"/units/{unit.id}", data={**facts, "contact_name": "王山"})

    assert answer.status_code == 409
    assert "已被他人修改" in answer.text
    assert "李青" in answer.text
    assert 'value="王山"' in answer.text


def test_a_list_is_taken_over_in_one_step(office: PageClient, app_session: Session) -> None:
    answer = office.post(
        "/units/import", data={"lines": "市财政局\n东河镇\t乡镇街道\n市财政局", "class_name": "部门"}
    )

    assert answer.status_code == 303
    assert "新增2家，已在库里、跳过1家" in office.get("/units").text
    assert names(app_session) == ["市财政局", "东河镇"]


def test_a_group_is_made_and_its_members_changed(office: PageClient, app_session: Session) -> None:
    east, west = (make_unit(app_session, name).id for name in ("东河县", "西河县"))
    app_session.commit()

    made = office.post("/groups/new", data={"name": "各县政府", "members": [east, west]})
    group = app_session.scalars(select(UnitGroup)).one()
    page = office.get(f"/groups/{group.id}").text
    changed = office.post(f"/groups/{group.id}", data={"name": "各县政府", "members": [west], "version": "1"})
    again = office.post(f"/groups/{group.id}", data={"name": "各县政府", "members": [east], "version": "1"})

    assert (made.status_code, changed.status_code, again.status_code) == (303, 303, 409)
    assert "已选 2 家" in page
    assert "西河县" in office.get("/groups").text
    assert "东河县" not in office.get("/groups").text


def test_a_group_of_a_units_name_is_refused_in_words(office: PageClient, app_session: Session) -> None:
    make_unit(app_session, "东河县")
    app_session.commit()

    answer = office.post("/groups/new", data={"name": "东河县"})

    assert answer.status_code == 422
    assert "不能用作集合称谓" in answer.text


@pytest.mark.parametrize("path", ["/units/999", "/groups/999"])
def test_what_is_not_there_is_not_found(office: PageClient, path: str) -> None:
    assert office.get(path).status_code == 404


def test_a_unit_reads_the_directory_but_changes_nothing(client: PageClient, app_session: Session) -> None:
    unit = make_unit(app_session, "市公安局")
    account = make_account(app_session, "unit", unit=unit)
    app_session.commit()
    person = client.as_account(account)

    assert "新增单位" not in person.get("/units").text
    assert person.get("/units/new").status_code == 403
    assert person.post("/groups/new", data={"name": "各县"}).status_code == 403
