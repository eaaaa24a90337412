"""Collective names and whom they mean."""

from __future__ import annotations

import pytest

from tracker.domain.group import group_directory, is_collective, is_open, resolve
from tracker.domain.names import DirectoryEntry, MatchKind

GROUPS = group_directory([
    DirectoryEntry(1, "各县(市、区)政府", ("各县(市、区)人民政府办公室",)),
    DirectoryEntry(2, "市政府各部门", ("市级各部门",)),
    DirectoryEntry(3, "各乡镇（街道）"),
    DirectoryEntry(4, "局属各单位"),
])


@pytest.mark.parametrize(
    ("printed", "kind", "group"),
    [
        ("各县(市、区)政府", MatchKind.EXACT, 1),
        ("各县（市、区）政府", MatchKind.EXACT, 1),
        ("各县〔市，区〕政府", MatchKind.EXACT, 1),
        ("各县、市、区政府", MatchKind.EXACT, 1),
        ("各县市区政府", MatchKind.EXACT, 1),
        ("各县(市、 区)人民政府办公室", MatchKind.ALIAS, 1),
        ("市级各部门", MatchKind.ALIAS, 2),
        ("各乡镇、街道", MatchKind.EXACT, 3),
        ("局属各单位", MatchKind.EXACT, 4),
    ],
)
def test_a_group_is_known_by_its_name(printed: str, kind: MatchKind, group: int) -> None:
    found = resolve(printed, GROUPS)

    assert (found.kind, found.id) == (kind, group)


@pytest.mark.parametrize(
    ("printed", "suggested", "reason"),
    [
        ("各县(市、区)人民政府", [1], "只差“人民”二字"),
        ("市级有关部门", [2], "称谓相近"),
        ("市直各部门", [2], "称谓相近"),
        ("各县(市、区)、功能区管委会", [1], "称谓相近"),
    ],
)
def test_what_is_not_its_name_is_only_suggested(printed: str, suggested: list[int], reason: str) -> None:
    found = resolve(printed, GROUPS)

    assert (found.kind, found.id) == (MatchKind.SUGGESTED, None)
    assert [each.id for each in found.suggestions] == suggested
    assert found.suggestions[0].reason == reason


def test_governments_are_never_offered_for_departments() -> None:
    governments = resolve("市政府各单位", group_directory([DirectoryEntry(1, "市政府各县")]))
    departments = resolve("市各县政府", group_directory([DirectoryEntry(2, "市各县政府部门")]))

    assert governments.kind is departments.kind is MatchKind.UNKNOWN


@pytest.mark.parametrize(
    ("name", "collective", "is_left_open"),
    [
        ("各县(市、区)政府", True, False),
        ("市级有关部门", True, True),
        ("相关单位", True, True),
        ("属地人民政府(管委会)", True, True),
        ("局属各单位", True, False),
        ("机关各科室", True, False),
        ("领导小组成员单位", True, False),
        ("管委会", True, False),
        ("经济开发区管委会", False, False),
        ("市教育局", False, False),
    ],
)
def test_collective_and_open_names(name: str, collective: bool, is_left_open: bool) -> None:
    assert (is_collective(name), is_open(name)) == (collective, is_left_open)
