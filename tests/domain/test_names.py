"""Which unit a printed name means; what is only suggested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.names import (
    ALIKE,
    MOST_SUGGESTIONS,
    Directory,
    DirectoryEntry,
    Match,
    MatchKind,
    alike,
    is_short_form,
    likeness_of,
    match,
    normalise,
    split_head,
)

UNITS = [
    DirectoryEntry(1, "人力社保局"),
    DirectoryEntry(2, "发展和改革局", ("发改局",)),
    DirectoryEntry(3, "市场监督管理局", ("市场监管局",)),
    DirectoryEntry(4, "市府办"),
    DirectoryEntry(5, "综合行政执法局（城市管理局）"),
    DirectoryEntry(6, "生态环境分局"),
    DirectoryEntry(7, "青溪市教育局"),
    DirectoryEntry(8, "云岭县教育局"),
    DirectoryEntry(9, "农业农村局"),
    DirectoryEntry(10, "卫生健康局", ("卫健局",)),
]
DIRECTORY = Directory.of(UNITS)


def ids(found: Match) -> list[int]:
    return [suggestion.id for suggestion in found.suggestions]


@pytest.mark.parametrize(
    ("printed", "kind", "unit"),
    [
        pytest.param("人力社保局", MatchKind.EXACT, 1, id="as in the directory"),
        pytest.param("发改局", MatchKind.ALIAS, 2, id="a registered alias"),
        pytest.param(" 发 改\u3000局\u200b", MatchKind.ALIAS, 2, id="spaces mean nothing"),
        pytest.param("综合行政执法局(城市管理局)", MatchKind.EXACT, 5, id="half-width brackets"),
        pytest.param("综合行政执法局〔城市管理局〕", MatchKind.EXACT, 5, id="tortoise-shell brackets"),
    ],
)
def test_the_directory_decides(printed: str, kind: MatchKind, unit: int) -> None:
    found = match(printed, DIRECTORY)

    assert (found.kind, found.id, found.suggestions) == (kind, unit, ())
    assert found.printed == printed


@pytest.mark.parametrize(
    ("printed", "first", "reason"),
    [
        ("市人社局", 1, "可能是简称：各字依次出现在全称中"),
        ("人社局", 1, "可能是简称：各字依次出现在全称中"),
        ("人力资源和社会保障局", 1, "可能是简称：各字依次出现在全称中"),
        ("市发改局", 2, "只差地名、层级字头或括号内的牌子"),
        ("青溪市发展和改革局", 2, "只差地名、层级字头或括号内的牌子"),
        ("市生态环境分局", 6, "只差地名、层级字头或括号内的牌子"),
        ("市市场监管局", 3, "只差地名、层级字头或括号内的牌子"),
        ("市监局", 3, "可能是简称：各字依次出现在全称中"),
        ("市教育局", 7, "只差地名、层级字头或括号内的牌子"),
        ("县教育局", 8, "只差地名、层级字头或括号内的牌子"),
        ("城市管理局", 5, "只差地名、层级字头或括号内的牌子"),
        ("市综合行政执法局", 5, "只差地名、层级字头或括号内的牌子"),
        ("城管局", 5, "可能是简称：各字依次出现在全称中"),
        ("市政府办公室", 4, "名称相近"),
    ],
)
def test_everything_else_is_only_suggested(printed: str, first: int, reason: str) -> None:
    found = match(printed, DIRECTORY)

    assert (found.kind, found.id) == (MatchKind.SUGGESTED, None)
    assert (found.suggestions[0].id, found.suggestions[0].reason) == (first, reason)


def test_another_level_is_another_body_and_says_so() -> None:
    found = match("县教育局", DIRECTORY)

    assert ids(found)[:2] == [8, 7]
    assert found.suggestions[1].reason == "层级不同（县、市），请核对"


def test_a_ratio_never_puts_another_bureau_before_a_short_form() -> None:
    """卫体局 looks more like 卫健局 than the long name that 卫健局 is short for."""
    directory = Directory.of([DirectoryEntry(1, "卫生健康委员会办事局"), DirectoryEntry(2, "卫体局")])

    assert ids(match("卫健局", directory)) == [1, 2]


@pytest.mark.parametrize("printed", ["", " ", "气象台", "某某集团"])
def test_what_is_like_nothing_is_unknown(printed: str) -> None:
    assert match(printed, DIRECTORY) == Match(printed, MatchKind.UNKNOWN)


def test_a_name_with_two_owners_is_for_a_person() -> None:
    directory = Directory.of([
        DirectoryEntry(1, "信访局", ("市信访局",)),
        DirectoryEntry(2, "信访中心", ("市信访局",)),
        DirectoryEntry(3, "市信访局办公室"),
    ])

    found = match("市信访局", directory)

    assert (found.kind, found.id) == (MatchKind.SUGGESTED, None)
    assert ids(found) == [2, 1, 3]
    assert [each.reason for each in found.suggestions[:2]] == ["不止一个用这个名称，请选定"] * 2


def test_an_alias_that_is_anothers_name_decides_nothing() -> None:
    directory = Directory.of([DirectoryEntry(1, "信访局"), DirectoryEntry(2, "信访中心", ("信访局",))])

    assert match("信访局", directory).id is None


def test_a_unit_whose_alias_is_its_name_is_one_unit() -> None:
    found = match("信访局", Directory.of([DirectoryEntry(1, "信访局", ("信访局",))]))

    assert (found.kind, found.id) == (MatchKind.EXACT, 1)


BUREAUS = Directory.of(
    DirectoryEntry(number, name)
    for number, name in enumerate((
        "市财政局", "市民政局", "市商务局", "市审计局", "市公安局", "市信访局", "市水利局", "市工业和信息化局",
        "市城市管理局", "市应急管理局", "市退役军人事务局", "市生态环境局", "市卫生健康委员会", "市政府办公室",
        "市残疾人联合会", "石桥区政府", "南屏区政府", "清河县政府", "市水务集团",
    ), start=1)
)  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "offered"),
    [
        pytest.param("市投促局", [], id="the head and the tail alone"),
        pytest.param("市税务局", [], id="the second half of a word"),
        pytest.param("市行政审批局", ["市审计局"], id="a word's first half"),
        pytest.param("市邮政管理局", [], id="words that many names end in"),
        pytest.param("市机关事务局", [], id="other such words"),
        pytest.param("市国动办", [], id="an office that is none of ours"),
        pytest.param("市工商联", [], id="another federation"),
        pytest.param("市水务局", ["市水利局", "市水务集团"], id="a bureau renamed, or a company"),
        pytest.param("市经信局", ["市信访局", "市工业和信息化局"], id="a short form of an older name"),
        pytest.param("市环保局", ["市生态环境局"], id="an older name"),
        pytest.param("市卫计委", ["市卫生健康委员会"], id="a commission renamed"),
        pytest.param("南屏区人民政府", ["南屏区政府"], id="a government of another place is no short form"),
        pytest.param("清合县政府", ["清河县政府"], id="a place with a slip of the pen"),
        pytest.param("清河区政府", ["清河县政府"], id="the same place under another level"),
    ],
)
def test_only_names_whose_middle_has_something_in_common_are_offered(printed: str, offered: list[str]) -> None:
    found = match(printed, BUREAUS)

    assert found.id is None
    assert [suggestion.name for suggestion in found.suggestions] == offered


def test_suggestions_are_few() -> None:
    directory = Directory.of(DirectoryEntry(n, f"第{n}中学") for n in range(20))

    assert len(match("第中学", directory).suggestions) == MOST_SUGGESTIONS


@pytest.mark.parametrize(
    ("name", "level", "rest"),
    [
        ("市教育局", "市", "教育局"),
        ("青溪市教育局", "市", "教育局"),
        ("县市场监督管理局", "县", "市场监督管理局"),
        ("市市场监管局", "市", "市场监管局"),
        ("市场监管局", "", "市场监管局"),
        ("市民政局", "市", "民政局"),
        ("市民中心", "", "市民中心"),
        ("市政府办", "市", "政府办"),
        ("市政管理处", "", "市政管理处"),
        ("城市管理局", "", "城市管理局"),
        ("市城市管理局", "市", "城市管理局"),
        ("经济开发区管委会", "", "经济开发区管委会"),
        ("青溪高新区管委会", "", "青溪高新区管委会"),
        ("行政区划科", "", "行政区划科"),
        ("区委宣传部", "区", "委宣传部"),
        ("省自然资源厅", "省", "自然资源厅"),
        ("青溪自治州教育局", "市", "教育局"),
        ("青溪自治县教育局", "县", "教育局"),
        ("区域办", "", "区域办"),
        ("教育局", "", "教育局"),
        ("县", "", "县"),
    ],
)
def test_the_head_of_a_name(name: str, level: str, rest: str) -> None:
    assert split_head(name) == (level, rest)


@pytest.mark.parametrize(
    ("short", "full", "is_short"),
    [
        ("人社局", "人力资源社会保障局", True),
        ("人社局", "发展和改革局", False),
        ("城管局", "市场监督管理局", False),
        ("社人局", "人力资源社会保障局", False),
        ("人社", "人力资源社会保障局", False),
        ("人社局", "人社局", False),
        ("局", "教育局", False),
        ("住建局", "住房和城乡建设局", True),
        ("文广旅体局", "文化和广电旅游体育局", True),
    ],
)
def test_a_short_form(short: str, full: str, is_short: bool) -> None:
    assert is_short_form(short, full) is is_short


@given(st.text(alphabet="市县区教育民政局", max_size=8), st.text(alphabet="市县区教育民政局", max_size=8))
def test_the_first_glance_overlooks_nobody(one: str, other: str) -> None:
    score = likeness_of(one, other)

    assert alike(one, other) == (score if score >= ALIKE else None)


@given(st.text(alphabet="市县区青溪教育民政局场办 （）()〔〕", max_size=12))
def test_a_decision_is_always_a_name_of_the_unit_decided_for(printed: str) -> None:
    found = match(printed, DIRECTORY)

    if found.id is not None:
        [unit] = [each for each in UNITS if each.id == found.id]
        assert normalise(printed) in {normalise(name) for name in unit.names}
    assert normalise(normalise(printed)) == normalise(printed)
    assert len(set(ids(found))) == len(found.suggestions)
