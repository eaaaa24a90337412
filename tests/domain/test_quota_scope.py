"""Who owes a quota."""

from __future__ import annotations

import pytest

from tracker.domain.assigning import Part
from tracker.domain.quota_scope import Proposed, Scope, accountable, class_meant, doubt, proposed
from tracker.domain.task import Role

COUNTY, DEPARTMENT, BODY, TOWN = 1, 2, 3, 4
CLASSES = ((COUNTY, "县(市、区)"), (DEPARTMENT, "市政府部门"), (BODY, "直属单位"), (TOWN, "乡镇(街道)"))


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("各县（市、区）", COUNTY),
        ("各县、市、区", COUNTY),
        ("各县(市、区)人民政府", COUNTY),
        ("县级政府", COUNTY),
        ("市政府部门", DEPARTMENT),
        ("市政府各部门", DEPARTMENT),
        ("市级部门", DEPARTMENT),
        ("各部门", DEPARTMENT),
        ("各直属单位", BODY),
        ("各乡镇、街道", TOWN),
        ("有关部门", None),
        ("省级部门", None),
        ("各县区部门", None),
        ("各县(市、区)和市政府部门", None),
        ("县级以上人民政府", None),
        ("国有企业", None),
        ("社会组织", None),
    ],
)
def test_which_class_a_printed_one_means(printed: str, meant: int | None) -> None:
    assert class_meant(printed, CLASSES) == meant


def test_two_classes_of_one_kind_are_for_a_person_to_choose() -> None:
    two = (*CLASSES, (9, "开发区、功能区"))

    assert class_meant("各县区", two) is None
    assert class_meant("县(市、区)", two) == COUNTY


def part(unit_id: int, role: Role = Role.RESPONSIBLE, group: str = "") -> Part:
    return Part(unit_id, role, group or f"第{unit_id}局", group)


@pytest.mark.parametrize(
    ("printed", "unit_id", "parts", "found"),
    [
        ("各县(市、区)", None, [part(1)], Proposed(Scope.CLASS, COUNTY)),
        ("市教育局", 7, [part(1)], Proposed(Scope.UNIT, unit_id=7)),
        ("有关部门", None, [part(1)], Proposed(Scope.OPEN, settled=False)),
        (None, None, [part(1)], Proposed(Scope.EACH)),
        (None, None, [], Proposed(Scope.OPEN, settled=False)),
        (None, None, [part(1), part(2)], Proposed(Scope.TOGETHER, settled=False)),
        (None, None, [part(1, Role.LEAD), part(2, Role.SUPPORT, "各部门")], Proposed(Scope.TOGETHER, settled=False)),
        ("", None, [part(1, group="各县区"), part(2, group="各县区")], Proposed(Scope.EACH, settled=False)),
    ],
    ids=["a class", "a unit", "whom it leaves open", "one unit", "nobody", "several units", "a lead and a group", "a group"],
)
def test_who_owes_it(printed: str | None, unit_id: int | None, parts: list[Part], found: Proposed) -> None:
    assert proposed(printed, parts, classes=CLASSES, unit_id=unit_id) == found


def test_the_leads_owe_it_else_the_responsible_else_whoever_is_there() -> None:
    lead, responsible, support = (1, Role.LEAD), (2, Role.RESPONSIBLE), (3, Role.SUPPORT)

    assert accountable([support, responsible, lead]) == (1,)
    assert accountable([support, responsible]) == (2,)
    assert accountable([support]) == (3,)
    assert accountable([]) == ()


@pytest.mark.parametrize(
    ("scope", "printed", "words"),
    [(Scope.OPEN, "有关部门", "“有关部门”"), (Scope.OPEN, "", "还没有责任单位"), (Scope.TOGETHER, "", "合起来算")],
)
def test_the_office_is_asked_in_words(scope: Scope, printed: str, words: str) -> None:
    assert words in doubt(scope, printed)
