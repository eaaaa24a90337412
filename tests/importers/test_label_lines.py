"""Labels on lines of their own: in brackets, with names or times below, without a colon, too short to stand alone."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK
from tests.importers.plans import brief, plan_of

TITLE = "青溪市2023年政务公开任务清单"
TWO = {"responsible": ["市司法局", "市财政局"]}
ALONE = {"responsible": ["市司法局"]}
OTHER = {"responsible": ["市档案馆"]}


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize(("label", "units", "time"), [
    pytest.param("【责任单位】市司法局、市财政局\n【完成时限】11月底前", TWO, "date:2023-11-30", id="square brackets"),
    pytest.param("【责任科室】：市司法局\n【责 任 人】：周某\n【完成时限】：11月底前", ALONE, "date:2023-11-30", id="a spread label"),
    pytest.param("（责任单位）市司法局\n（完成时限）11月底前", ALONE, "date:2023-11-30", id="round brackets"),
    pytest.param("【牵头单位】市司法局 【配合单位】市财政局", {"lead": ["市司法局"], "support": ["市财政局"]}, "none",
                 id="two on one line"),
    pytest.param("【政策依据】青政发〔2022〕3号\n【责任单位】市司法局", ALONE, "none", id="a basis above the units"),
    pytest.param("责任科室（单位）：市司法局、市财政局\n完成时间：11月30日前", TWO, "date:2023-11-30", id="two nouns"),
    pytest.param("责任单位/部门：市司法局", ALONE, "none", id="two nouns and a slash"),
    pytest.param("时间：11月底前\n单位：市司法局、市财政局", TWO, "date:2023-11-30", id="short labels"),
    pytest.param("责任单位  市司法局\n完成时限  11月底前", ALONE, "date:2023-11-30", id="blanks for colons"),
    pytest.param("责任单位：\n市司法局、市财政局\n完成时限：\n11月底前", TWO, "date:2023-11-30", id="answers on the next line"),
    pytest.param("责任单位：\n市司法局\n市财政局\n完成时限：11月底前", TWO, "date:2023-11-30", id="a name on each line"),
    pytest.param("【责任单位】\n市司法局\n市财政局", TWO, "none", id="a name on each line below a bracket"),
    pytest.param("责任单位：市司法局、\n市财政局", TWO, "none", id="a list mark at the end of the line"),
    pytest.param("责任单位及责任人：市司法局  张某\n完成时限：11月底前", ALONE, "date:2023-11-30", id="a person beside the unit"),
    pytest.param("责任单位：市司法局\n市财政局\n完成时限：11月底前", TWO, "date:2023-11-30", id="names up to the next label"),
])
def test_a_label_line_belongs_to_the_task_above(label: str, units: dict[str, list[str]], time: str, numbered: bool) -> None:
    first, second = ("1.", "2.") if numbered else ("", "")

    plan = plan_of(f"{TITLE}\n一、重点任务\n{first}{CLEAN}\n{label}\n{second}{MARK}\n责任单位：市档案馆\n")

    assert brief(plan) == [(CLEAN, units, time), (MARK, OTHER, "none")]


def test_times_on_lines_of_their_own_are_read_where_no_unit_is_named() -> None:
    plan = plan_of(f"{TITLE}\n一、重点任务\n1.{CLEAN}\n完成时间：3月底前\n2.{MARK}\n时间：9月底前\n")

    assert brief(plan) == [(CLEAN, {}, "date:2023-03-31"), (MARK, {}, "date:2023-09-30")]


def test_the_issuer_below_a_list_of_names_is_no_name_of_it() -> None:
    plan = plan_of(f"{TITLE}\n1.{CLEAN}\n责任单位：\n市司法局\n市财政局\n2.{MARK}\n责任单位：市档案馆\n青溪市人民政府办公室\n2023年3月1日\n")

    assert brief(plan) == [(CLEAN, TWO, "none"), (MARK, OTHER, "none")]
    assert plan.issuer == "青溪市人民政府办公室"


def test_a_label_that_nobody_filled_in_takes_nothing_from_below() -> None:
    plan = plan_of(f"{TITLE}\n{CLEAN}\n责任单位：\n{DESK}\n责任单位：市司法局\n{MARK}\n责任单位：市档案馆\n")

    assert [(text, units) for text, units, _ in brief(plan)][-2:] == [(DESK, ALONE), (MARK, OTHER)]


def test_the_next_item_is_no_name_of_the_list_above() -> None:
    plan = plan_of(f"{TITLE}\n一、重点任务\n——{CLEAN}\n责任单位：市司法局\n——建设政策文件库\n责任单位：市档案馆\n")

    assert [units for _, units, _ in brief(plan)] == [ALONE, OTHER]


def test_whom_to_ask_is_no_requirement() -> None:
    plan = plan_of(f"{TITLE}\n1.{CLEAN}（责任单位：市司法局）\n2.{MARK}（责任单位：市档案馆）\n联系单位：市政府办公室\n联系人：刘某\n")

    assert brief(plan) == [(CLEAN, ALONE, "none"), (MARK, OTHER, "none")]


@pytest.mark.parametrize("line", ["单位：万元", "（单位：万元、人）", "金额单位：亿元"])
def test_what_a_table_counts_in_is_no_unit(line: str) -> None:
    plan = plan_of(f"{TITLE}\n一、重点任务\n1.{CLEAN}（责任单位：市司法局）\n{line}\n2.{MARK}（责任单位：市档案馆）\n")

    assert brief(plan) == [(CLEAN, ALONE, "none"), (MARK, OTHER, "none")]


def test_when_and_where_a_meeting_was_is_no_time_of_a_task() -> None:
    plan = plan_of(f"青溪市专题会议纪要\n时间：2023年3月5日\n地点：第二会议室\n会议议定：\n1.{CLEAN}（责任单位：市司法局）\n"
                   f"2.{MARK}（责任单位：市档案馆）\n")

    assert brief(plan) == [(CLEAN, ALONE, "none"), (MARK, OTHER, "none")]
