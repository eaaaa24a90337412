"""Responsibility phrases, as clerks of the invented 青溪市 would write them."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import unit_names, unit_text
from importers.draft import Assignment
from importers.unit_text import UnitRules


def roles(phrase: str, rules: UnitRules | None = None) -> dict[str, list[str]]:
    """The names by role, roles without a name left out."""
    reading = unit_text.read(phrase, rules) if rules else unit_text.read(phrase)
    found: dict[str, list[str]] = {}
    for mention in reading.assignments:
        found.setdefault(mention.role, []).append(mention.unit)
    return found


@pytest.mark.parametrize(
    ("phrase", "lead", "support", "responsible"),
    [
        pytest.param("市司法局、市档案馆", [], [], ["市司法局", "市档案馆"], id="a bare list"),
        pytest.param("（市司法局）", [], [], ["市司法局"], id="a bare unit in brackets"),
        pytest.param("责任单位：市司法局。", [], [], ["市司法局"], id="a label"),
        pytest.param("责任单位市司法局", [], [], ["市司法局"], id="a label without a colon"),
        pytest.param("（贵任单位∶市司法局）", [], [], ["市司法局"], id="a misprinted label and a wrong colon"),
        pytest.param("责责任单位：市司法局", [], [], ["市司法局"], id="a label with a doubled letter"),
        pytest.param("牵头单位：市司法局；责任单位：市档案馆", ["市司法局"], [], ["市档案馆"], id="two labels"),
        pytest.param("牵头单位:市司法局 配合单位:市档案馆", ["市司法局"], ["市档案馆"], [], id="labels parted by a blank"),
        pytest.param("（牵头单位：市司法局）（配合单位：市档案馆）", ["市司法局"], ["市档案馆"], [], id="two brackets"),
        pytest.param("主办：市司法局 协办：市档案馆", ["市司法局"], ["市档案馆"], [], id="主办 and 协办"),
        pytest.param("责任部门:市司法局,配部门:市档案馆", [], ["市档案馆"], ["市司法局"], id="a label that lost a letter"),
        pytest.param("市司法局牵头，市档案馆、市税务局配合", ["市司法局"], ["市档案馆", "市税务局"], [], id="verbs"),
        pytest.param("由市司法局牵头、市档案馆参与", ["市司法局"], ["市档案馆"], [], id="verbs parted by a list mark"),
        pytest.param("市司法局牵头，会同市档案馆落实", ["市司法局"], ["市档案馆"], [], id="会同 behind a comma"),
        pytest.param("市司法局会同市档案馆负责", [], ["市档案馆"], ["市司法局"], id="会同 between units"),
        pytest.param("市司法局（牵头）、市档案馆", ["市司法局"], [], ["市档案馆"], id="a role in brackets behind a name"),
        pytest.param("（牵头）市司法局，（配合）市档案馆", ["市司法局"], ["市档案馆"], [], id="a role in brackets before a name"),
        pytest.param("市司法局、市档案馆牵头负责", ["市司法局", "市档案馆"], [], [], id="several leads"),
        pytest.param("各产业链牵头单位，市商务局", [], [], ["各产业链牵头单位", "市商务局"], id="牵头 inside a name"),
        pytest.param("市政府办公室指导，各镇政府负责落实", [], ["市政府办公室"], ["各镇政府"], id="指导 supports"),
        pytest.param("牵头领导：张三；责任单位：市司法局", [], [], ["市司法局"], id="a person is no unit"),
        pytest.param("市司法局负责落实，完成时限：2026年10月", [], [], ["市司法局"], id="a time in the same bracket"),
        pytest.param("（市司法局、市档案馆，10月底前完成）", [], [], ["市司法局", "市档案馆"], id="a time without a label"),
        pytest.param("市司法局按职责分工负责，持续推进", [], [], ["市司法局"], id="a manner is no unit"),
        pytest.param("市司法局\n市档案馆", [], [], ["市司法局", "市档案馆"], id="units on lines of their own"),
        pytest.param("市司法局 市档案馆", [], [], ["市司法局", "市档案馆"], id="units parted by a blank"),
        pytest.param("市司法 局、市档案馆", [], [], ["市司法局", "市档案馆"], id="a blank inside a name"),
        pytest.param("", [], [], [], id="nothing"),
    ],
)
def test_who_and_in_which_role(phrase: str, lead: list[str], support: list[str], responsible: list[str]) -> None:
    expected = {"lead": lead, "support": support, "responsible": responsible}

    assert roles(phrase) == {role: names for role, names in expected.items() if names}


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        pytest.param("各市、县〔市、区〕政府", ["各市、县〔市、区〕政府"], id="a list mark inside a group"),
        pytest.param("县、区政府", ["县、区政府"], id="two levels with one ending"),
        pytest.param("各乡、镇人民政府，市司法局", ["各乡、镇人民政府", "市司法局"], id="乡 and 镇"),
        pytest.param("各区、县（市）政府", ["各区、县(市)政府"], id="half-width brackets come out"),
        pytest.param("乡镇（街道）、村（社区）", ["乡镇(街道)", "村(社区)"], id="two levels without an ending are two"),
        pytest.param("各县（市、区）委、政府", ["各县(市、区)委、政府"], id="党委 and government"),
        pytest.param("市直有关部门、单位", ["市直有关部门、单位"], id="部门、单位 is one group"),
        pytest.param("青东区、青西区人民政府", ["青东区人民政府", "青西区人民政府"], id="a shared ending"),
        pytest.param("市司法局、高新区、东湖新城管委会", ["市司法局", "高新区管委会", "东湖新城管委会"], id="a shared 管委会"),
        pytest.param("各县（市、区）、高新区管委会", ["各县(市、区)", "高新区管委会"], id="县 takes no 管委会"),
        pytest.param("各市〔州〕、各县〔市、区〕人民政府", ["各市〔州〕人民政府", "各县〔市、区〕人民政府"], id="two groups share"),
        pytest.param("省住房城乡建设厅、发展改革委", ["省住房城乡建设厅", "发展改革委"], id="a left-out head stays left out"),
        pytest.param("市住房和城乡建设局", ["市住房和城乡建设局"], id="和 inside a name"),
        pytest.param("市教育局和各县政府", ["市教育局", "各县政府"], id="和 between names"),
        pytest.param("市直有关部门和各县政府", ["市直有关部门", "各县政府"], id="和 between groups of two kinds"),
        pytest.param("市政府各委、办、局", ["市政府各委、办、局"], id="各委、办、局 is one group"),
        pytest.param("有关部门和单位", ["有关部门和单位"], id="和 inside a group"),
        pytest.param("市发展改革委（粮食和储备局）", ["市发展改革委(粮食和储备局)"], id="brackets in a name"),
        pytest.param("各县（市、区〕政府、市司法局", ["各县(市、区〕政府", "市司法局"], id="mixed brackets"),
        pytest.param("市司法局、市档案馆等", ["市司法局", "市档案馆"], id="an open list"),
        pytest.param("市司法局等有关部门", ["市司法局"], id="an open list of nobody in particular"),
        pytest.param("市司法局等市直有关部门", ["市司法局", "市直有关部门"], id="an open list that names its group"),
        pytest.param("市司法局等部门和各县政府", ["市司法局", "各县政府"], id="an open list and a group"),
        pytest.param("青溪高等学校", ["青溪高等学校"], id="等 inside a name"),
        pytest.param("各区县政府（含高新区、经开区管委会，下同）", ["各区县政府(含高新区、经开区管委会,下同)"], id="下同 in a name"),
        pytest.param("市司法局组织各相关部门实施", ["市司法局", "各相关部门"], id="组织 between units"),
        pytest.param("市司法局、市司法局", ["市司法局"], id="a name printed twice"),
    ],
)
def test_names(phrase: str, names: list[str]) -> None:
    assert roles(phrase) == {"responsible": names}


@pytest.mark.parametrize(
    ("name", "collective"),
    [
        ("各县(市、区)政府", True), ("市直有关部门", True), ("局属各单位", True), ("机关各科室", True), ("乡镇(街道)", True),
        ("领导小组成员单位", True), ("管委会", True), ("市司法局", False), ("青东区人民政府", False), ("高新区管委会", False),
    ],
)
def test_groups_are_told_from_units(name: str, *, collective: bool) -> None:
    assert unit_names.is_collective(name) is collective


@pytest.mark.parametrize(
    ("phrase", "qualifier"),
    [
        pytest.param("市司法局、市档案馆按职责分工负责", "按职责分工负责", id="to be claimed"),
        pytest.param("市司法局等负责", "等;负责", id="open list"),
        pytest.param("责任单位：市司法局", None, id="none"),
        pytest.param("市司法局、市档案馆（以上按职责分工负责）", "按职责分工负责", id="in brackets behind the names"),
    ],
)
def test_how_units_share_the_work(phrase: str, qualifier: str | None) -> None:
    assert unit_text.read(phrase).qualifier == qualifier


@pytest.mark.parametrize(
    "phrase",
    [
        pytest.param("（市司法局、市档案馆负责。列第一位者为牵头单位，下同）", id="列第一位者"),
        pytest.param("责任单位：市司法局、市档案馆（排在首位的为牵头单位，下同）", id="排在首位的"),
        pytest.param("市司法局，市档案馆（逗号前面的为牵头单位，下同）", id="逗号前面的"),
    ],
)
def test_a_rule_holds_for_its_own_phrase(phrase: str) -> None:
    assert roles(phrase) == {"lead": ["市司法局"], "responsible": ["市档案馆"]}
    assert unit_text.rules_in(phrase) is not None


def test_a_rule_set_before_marks_the_first_of_several_only() -> None:
    rules = unit_text.rules_in("排在第一位的为牵头单位，下同")
    assert rules is not None

    assert roles("市税务局、市档案馆", rules) == {"lead": ["市税务局"], "responsible": ["市档案馆"]}
    assert roles("市税务局", rules) == {"responsible": ["市税务局"]}
    assert roles("市税务局牵头，市档案馆配合", rules) == {"lead": ["市税务局"], "support": ["市档案馆"]}


@pytest.mark.parametrize(
    ("phrase", "lead", "rest"),
    [
        pytest.param("市司法局、市档案馆（列第一位的为牵头单位，其他为配合单位，下同）", "市司法局", "support", id="others support"),
        pytest.param("市档案馆、★市司法局（带★的为牵头单位，下同）", "市司法局", "responsible", id="a star"),
        pytest.param("市司法局、市档案馆，其中市司法局为牵头单位", "市司法局", "responsible", id="one of them by name"),
    ],
)
def test_other_ways_to_say_who_leads(phrase: str, lead: str, rest: str) -> None:
    assert roles(phrase) == {"lead": [lead], rest: ["市档案馆"]}


def test_units_that_every_later_clause_owes_are_inherited() -> None:
    phrase = "（市司法局负责。以下均需各县（市、区）政府落实，不再列出）"
    rules = unit_text.rules_in(phrase)
    assert rules is not None

    later = unit_text.read("（市税务局负责）", rules)

    owed = Assignment("各县(市、区)政府", "responsible", collective=True, inherited=True)
    assert rules.inherited == (owed,)
    assert later.assignments == (Assignment("市税务局", "responsible", collective=False), owed)
    assert roles(phrase) == {"responsible": ["市司法局", "各县(市、区)政府"]}


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("各项措施均需各镇政府落实，以下不再列出", id="以下不再列出"),
        pytest.param("具体任务均涉及各镇政府，不再做分工，下同", id="不再做分工"),
        pytest.param("各镇政府均为责任单位，不再单独列出", id="均为责任单位"),
    ],
)
def test_notes_that_owe_units_to_later_clauses(note: str) -> None:
    rules = unit_text.rules_in(note)

    assert rules is not None
    assert [mention.unit for mention in rules.inherited] == ["各镇政府"]


def test_a_column_gives_its_role_to_cells_without_one() -> None:
    column = UnitRules(default_role="support")

    assert roles("市司法局、市档案馆", column) == {"support": ["市司法局", "市档案馆"]}
    assert roles("市司法局牵头", column) == {"lead": ["市司法局"]}


def test_text_without_a_rule_sets_none() -> None:
    assert unit_text.rules_in("责任单位：各区县政府（含高新区，下同）") is None


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        pytest.param("（责任单位：市司法局、各县（市、区政府）", "unit-brackets", id="an open bracket"),
        pytest.param("区具（市）人民政府", "unit-misprint", id="具 for 县"),
        pytest.param("加强组织领导", "unit-doubtful", id="no unit"),
        pytest.param("完成时限：10月", "unit-none-found", id="only a time"),
        pytest.param("（责任单位：市司法局）推进平台建设。", "unit-tail", id="a sentence behind the bracket"),
    ],
)
def test_doubtful_phrases_are_reported(phrase: str, code: str) -> None:
    assert code in [finding.code for finding in unit_text.read(phrase).findings]


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(list("、，,；;。：:（）()〔〕<>【】 \n和及等各市县区局委办")),
        st.sampled_from(["责任单位", "牵头", "配合", "会同", "政府", "下同", "以下均需", "不再列出", "列第一位者为牵头单位", "人民政府"]),
        st.text(max_size=2),
    ),
    max_size=14,
).map("".join)


@given(_PIECES)
def test_reading_never_fails_and_names_each_unit_once(phrase: str) -> None:
    rules = unit_text.rules_in(phrase) or UnitRules(first_is_lead=True, lead_before_comma=True)

    reading = unit_text.read(phrase, rules)

    names = [mention.unit for mention in reading.assignments]
    assert len(names) == len(set(names))
    assert all(names)


@given(_PIECES)
def test_cutting_keeps_every_character(text: str) -> None:
    assert "".join(piece + mark for piece, mark in unit_names.cut(text, "、,;。")) == text


def test_the_command_answers_a_line_for_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("市司法局牵头，各镇政府配合\n\n"))

    unit_text._main()

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "assignments": [
            {"unit": "市司法局", "role": "lead", "collective": False},
            {"unit": "各镇政府", "role": "support", "collective": True},
        ],
        "qualifier": "牵头;配合",
    }
    assert second == {"assignments": [], "qualifier": None}


@pytest.mark.parametrize("phrase", [
    pytest.param("市司法局/市财政局／市档案馆", id="slashes"),
    pytest.param("1.市司法局2.市财政局3.市档案馆", id="numbers"),
    pytest.param("1.市司法局\n2.市财政局\n3.市档案馆", id="numbers on lines"),
    pytest.param("①市司法局②市财政局③市档案馆", id="circled numbers"),
    pytest.param("1、市司法局；2、市财政局；3、市档案馆", id="numbers behind marks"),
])
def test_a_list_of_units_is_parted_at_its_numbers_and_slashes(phrase: str) -> None:
    assert roles(phrase) == {"responsible": ["市司法局", "市财政局", "市档案馆"]}
