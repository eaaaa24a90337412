"""The directory of units and groups."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tracker.adapters.pinyin import search_keys
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.services import groups, units
from tracker.store.queries import audit
from tracker.store.queries.units import group_names
from tracker.store.tables import Unit


def add(session: Session, name: str, *aliases: str, class_name: str = "市政府部门") -> Unit:
    return units.create_unit(
        session, SYSTEM, name=name, class_name=class_name, aliases=aliases, spell=search_keys, now=NOW
    )


def found(session: Session, words: str) -> list[str]:
    return [line.unit.name for line in units.directory(session, words=words).lines]


def change(session: Session, unit: Unit, **facts: object) -> Unit:
    plain = {
        "version": unit.version,
        "name": unit.name,
        "class_name": unit.unit_class.name if unit.unit_class else "",
        "aliases": [alias.name for alias in unit.aliases],
        "contact_name": unit.contact_name,
        "contact_phone": unit.contact_phone,
        "active": unit.active,
    }
    return units.change_unit(session, SYSTEM, unit_id=unit.id, spell=search_keys, now=NOW, **(plain | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("公安", ["青溪市公安局"]),
        ("人社", ["青溪市人力资源和社会保障局"]),
        ("rlzyhshbzj", ["青溪市人力资源和社会保障局"]),
        ("gongan", ["青溪市公安局"]),
        ("GA", ["青溪市公安局"]),
        ("liuan", ["六安路街道办事处"]),
        ("luan", ["六安路街道办事处"]),
        ("公 安", ["青溪市公安局"]),
        ("100%", []),
        ("_", []),
        ("财政", []),
    ],
    ids=[
        "two characters",
        "an alias",
        "initials",
        "full pinyin",
        "capitals",
        "a common reading of one character",
        "the local reading",
        "blanks inside",
        "a percent sign means itself",
        "an underscore means itself",
        "nothing",
    ],
)
def test_a_search_finds_units(session: Session, words: str, names: list[str]) -> None:
    add(session, "青溪市公安局")
    add(session, "青溪市人力资源和社会保障局", "市人社局")
    add(session, "六安路街道办事处", class_name="乡镇街道")

    assert found(session, words) == names


def test_the_directory_counts_who_can_sign_in(session: Session) -> None:
    unit = add(session, "青溪市公安局")
    make_account(session, "unit", unit=unit)

    lines = units.directory(session).lines

    assert [(line.unit.name, line.accounts) for line in lines] == [("青溪市公安局", 1)]


def test_classes_are_made_once_and_order_the_directory(session: Session) -> None:
    add(session, "东河镇", class_name="乡镇街道")
    add(session, "市财政局", class_name="市政府部门")
    add(session, "西河镇", class_name="乡镇街道")

    page = units.directory(session)

    assert [line.unit.name for line in page.lines] == ["东河镇", "西河镇", "市财政局"]
    assert [class_.name for class_ in page.classes] == ["乡镇街道", "市政府部门"]


@pytest.mark.parametrize(
    ("name", "aliases", "words"),
    [
        ("", (), "请填写单位名称"),
        ("  ", (), "请填写单位名称"),
        ("长" * 121, (), "太长"),
        ("市公安局", (), "已在单位库中"),
        ("市局", (), "是“市公安局”的简称"),
        ("市财政局", ("市公安局",), "已在单位库中"),
    ],
    ids=["empty", "blanks", "too long", "a unit's name", "a unit's alias", "an alias that is a unit's name"],
)
def test_a_name_leads_to_one_unit_only(
    session: Session, name: str, aliases: tuple[str, ...], words: str
) -> None:
    add(session, "市公安局", "市局")

    with pytest.raises(InvalidInput, match=words):
        add(session, name, *aliases)


def test_changing_a_unit_keeps_its_aliases_and_renews_its_search_keys(session: Session) -> None:
    unit = add(session, "市人社局", "人社局")
    kept = unit.aliases[0]

    changed = change(session, unit, name="市人力资源和社会保障局", aliases=["人社局", "市人社局", ""])

    assert changed.version == 2
    assert [alias.name for alias in changed.aliases] == ["人社局", "市人社局"]
    assert changed.aliases[0] is kept
    assert found(session, "rlzy") == ["市人力资源和社会保障局"]
    assert [event.action for event in audit.history(session, "unit", unit.id)] == [
        "unit:change",
        "unit:create",
    ]


def test_a_change_from_an_old_page_is_refused(session: Session) -> None:
    unit = add(session, "市公安局")
    change(session, unit, contact_name="李青")

    with pytest.raises(VersionConflict):
        change(session, unit, version=1)


def test_a_unit_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        units.unit(session, 999)


def test_an_alias_is_confirmed_once(session: Session) -> None:
    unit = add(session, "市人力资源和社会保障局")

    units.add_alias(session, SYSTEM, unit_id=unit.id, alias="市人社局", spell=search_keys, now=NOW)
    units.add_alias(session, SYSTEM, unit_id=unit.id, alias="市人社局", spell=search_keys, now=NOW)

    assert [alias.name for alias in unit.aliases] == ["市人社局"]
    assert found(session, "srsj") == ["市人力资源和社会保障局"]


def test_a_list_adds_what_is_new_and_leaves_what_is_known(session: Session) -> None:
    add(session, "市公安局", "公安局")
    lines = ["财政局", "东河镇\t乡镇街道", " 公安局 ", "", "财政局", "长" * 121]

    result = units.import_list(
        session, SYSTEM, lines=lines, class_name="市级单位", spell=search_keys, now=NOW
    )

    made = [(unit.name, unit.unit_class.name if unit.unit_class else "") for unit in result.created]
    assert made == [("财政局", "市级单位"), ("东河镇", "乡镇街道")]
    assert result.known == ("公安局", "财政局")
    assert result.refused == ("长" * 121,)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("市人社局", ["市人力资源和社会保障局"]),
        ("公安局", ["市公安局"]),
        ("县公安局", []),
        ("市教育局", []),
    ],
    ids=["a short form", "without its head", "of another level", "another body"],
)
def test_a_near_name_is_a_warning_and_no_merge(session: Session, name: str, near: list[str]) -> None:
    add(session, "市人力资源和社会保障局")
    add(session, "市公安局")

    assert [known.name for known in units.near_duplicates(session, name)] == near
    assert add(session, name).name == name


def test_a_group_has_members_and_other_names(session: Session) -> None:
    ids = [add(session, name).id for name in ("东河县", "西河县", "南山区")]

    group = groups.create_group(
        session, SYSTEM, name="各县(市、区)政府", aliases=["各县市区"], member_ids=ids[:2], now=NOW
    )
    groups.change_group(
        session,
        SYSTEM,
        group_id=group.id,
        version=1,
        name="各县(市、区)人民政府",
        aliases=["各县(市、区)政府"],
        member_ids=ids[1:],
        now=NOW,
    )

    names = [(named.name, named.member_ids) for named in group_names(session)]
    assert names == [("各县(市、区)人民政府", tuple(ids[1:])), ("各县(市、区)政府", tuple(ids[1:]))]
    assert group.version == 2


def test_changing_only_the_members_moves_the_version(session: Session) -> None:
    unit = add(session, "东河县")
    group = groups.create_group(session, SYSTEM, name="各县", member_ids=[unit.id], now=NOW)
    facts = {"name": "各县", "aliases": (), "now": NOW}
    groups.change_group(session, SYSTEM, group_id=group.id, version=1, member_ids=(), **facts)  # type: ignore[arg-type]

    with pytest.raises(VersionConflict):
        groups.change_group(session, SYSTEM, group_id=group.id, version=1, member_ids=(), **facts)  # type: ignore[arg-type]


def test_an_inactive_unit_is_no_member(session: Session) -> None:
    unit = add(session, "东河县")
    groups.create_group(session, SYSTEM, name="各县", member_ids=[unit.id], now=NOW)

    change(session, unit, active=False)

    assert group_names(session)[0].member_ids == ()


@pytest.mark.parametrize(
    ("name", "words"), [("市公安局", "是单位库里的一家单位"), ("各县", "已是另一个集合称谓")]
)
def test_a_group_takes_no_name_that_leads_elsewhere(session: Session, name: str, words: str) -> None:
    add(session, "市公安局")
    groups.create_group(session, SYSTEM, name="各县", now=NOW)

    with pytest.raises(InvalidInput, match=words):
        groups.create_group(session, SYSTEM, name=name, now=NOW)


def test_characters_that_nobody_sees_are_left_out(session: Session) -> None:
    unit = add(session, "市\x00公安\u200b局 ", "市\x07局", class_name="部\x00门")

    assert (unit.name, [alias.name for alias in unit.aliases]) == ("市公安局", ["市局"])
    assert unit.unit_class is not None
    assert unit.unit_class.name == "部门"
