"""Plain responsibility phrases are put together piece by piece; the whole grammar reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import unit_text
from importers.draft import Assignment
from importers.unit_text import UnitRules

NAMES = (
    "市司法局", "市财政局", "市政府办公室", "市城市管理局", "住房和城乡建设局", "各县区政府", "青东区", "青西区人民政府",
    "市直有关部门", "乡镇", "青溪海关", "市教育局和各县政府", "市档案馆", "人民银行青溪市分行", "各部门、各单位", "单位",
    "市委办", "政府办", "各乡镇人民政府", "街道办事处", "市级机关事务管理局", "市司法局等有关部门", "牵头单位", "市公安局日报社",
    "各县（市、区）政府", "各市〔州〕政府", "各县(区)、开发区管委会", "市直（属）各单位", "市司法局(信访科)", "市局（按职责分工负责）",
    "青溪区具人民政府", "东湖管委会", "西山", "（市、区）", "市司法局（牵头）", "产业链牵头单位", "市民政局★", "责任",
    "各有关县", "区政府", "区、镇政府", "各有关部门", "各乡镇政府", "市自然资源局", "各自", "镇人民政府（管委会）", "市政府", "党委",
)
LABELS = ("", "", "", "牵头单位：", "配合单位:", "责任单位：", "责任单位", "完成时限：", "责责任单位：", "属地责任：", "牵头：")
VERBS = (
    "", "", "", "牵头", "配合", "牵头负责", "按职责分工负责", "负责落实", "会同", "组织实施", "分别负责", "牵头，会同", "主办",
    "参与", "指导", "持续推进", "6月底前完成",
)
MARKS = ("、", "、", "、", "，", "；", "。", "\n", "\n", "", " ", "和", "，其中", ",", ";")
RULES = (
    UnitRules(), UnitRules(first_is_lead=True), UnitRules(lead_before_comma=True, others_support=True),
    UnitRules(default_role="support"), UnitRules(starred_is_lead=True),
    UnitRules(inherited=(Assignment("市司法局", "responsible", collective=False, inherited=True),)),
)
COLLECTION = Path(__file__).parents[3] / "shared" / "corpus" / "units.tsv"
PIECES = st.tuples(*map(st.sampled_from, (LABELS, NAMES, VERBS, MARKS))).map("".join)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.sampled_from(RULES))
def test_a_plain_phrase_is_read_as_the_whole_grammar_reads_it(phrase: str, rules: UnitRules) -> None:
    plain = unit_text.read_plain(phrase, rules)

    assert plain is None or plain == unit_text.read_in_full(phrase, rules)


@given(st.text(alphabet="市县区司法局财政局办牵头配合责任单位负落实按职分工会同指导组织、，；：。\n各的政府管委和等其中",
               max_size=24))
def test_any_letters_of_the_grammar_are_read_the_same(phrase: str) -> None:
    plain = unit_text.read_plain(phrase, UnitRules())

    assert plain is None or plain == unit_text.read_in_full(phrase, UnitRules())


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("phrase", [
    pytest.param("各乡镇、街道办事处", id="a list mark inside a name"),
    pytest.param("青东区、青西区人民政府", id="an ending that two share"),
    pytest.param("市司法局，市财政局、市档案馆", id="those before the comma"),
    pytest.param("市司法局，市财政局，市档案馆配合", id="a verb behind commas"),
    pytest.param("配合单位：市司法局；市财政局牵头", id="a semicolon behind a label"),
    pytest.param("市司法局；市财政局牵头", id="a semicolon without a label"),
    pytest.param("市司法局。市财政局牵头", id="a full stop"),
    pytest.param("市司法局（牵头）、市财政局", id="a role in brackets"),
    pytest.param("市司法局 牵头 市财政局配合", id="blanks"),
    pytest.param("牵头单位市司法局、配合单位市财政局", id="labels without colons"),
    pytest.param("各县（市、区）政府、市司法局", id="brackets"),
])
def test_each_turn_of_the_grammar_is_read_the_same(phrase: str, rules: UnitRules) -> None:
    plain = unit_text.read_plain(phrase, rules)

    assert plain is None or plain == unit_text.read_in_full(phrase, rules)


@pytest.mark.parametrize(
    "phrase",
    [
        "市司法局",
        "市司法局、市财政局",
        "市司法局牵头，市财政局、市档案馆配合",
        "市司法局牵头、市财政局配合",
        "牵头单位：市司法局\n配合单位：市财政局、市直有关部门",
        "市司法局、市财政局按职责分工负责",
        "市司法局牵头，各县（市、区）政府、市直有关部门配合",
        "牵头单位：市自然资源局\n配合单位：各乡镇人民政府、街道办事处",
        "市司法局、各乡镇人民政府、街道办事处按职责分工负责",
    ],
)
def test_what_most_cells_hold_is_plain(phrase: str) -> None:
    assert unit_text.read_plain(phrase, UnitRules()) is not None


@pytest.mark.corpus
@pytest.mark.skipif(not COLLECTION.is_file(), reason="the collection does not lie beside the project")
@pytest.mark.parametrize("rules", RULES)
def test_the_phrases_of_the_collection_are_read_the_same(rules: UnitRules) -> None:
    lines = COLLECTION.read_text(encoding="utf-8").splitlines()[1:]
    phrases = {inside for line in lines for inside in (line.split("\t")[0], line.split("\t")[0][1:-1])}
    plain = {phrase: read for phrase in phrases if (read := unit_text.read_plain(phrase, rules))}

    assert len(plain) * 4 > len(phrases)
    assert plain == {phrase: unit_text.read_in_full(phrase, rules) for phrase in plain}
