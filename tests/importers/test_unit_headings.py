"""Tasks listed by unit, by day, and under labels in short words."""

from __future__ import annotations

import pytest

from importers.headings import due_below
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, codes, plan_of, units

TITLE = "青溪市2023年政务公开任务分工"


@pytest.mark.parametrize("colon", ["：", ""], ids=["with a colon", "without"])
def test_items_under_the_name_of_a_unit_are_its_tasks(colon: str) -> None:
    plan = plan_of(f"{TITLE}\n市司法局{colon}\n1.{CLEAN}\n2.{MARK}\n市财政局、市税务局{colon}\n1.{UPDATE}\n2.{DESK}")
    assert [(task.text, units(task)["responsible"]) for task in plan.tasks] == [
        (CLEAN, ["市司法局"]), (MARK, ["市司法局"]), (UPDATE, ["市财政局", "市税务局"]), (DESK, ["市财政局", "市税务局"])]


def test_an_addressee_before_the_items_heads_nothing() -> None:
    plan = plan_of(f"关于做好2023年政务公开工作的通知\n各区县人民政府：\n1.{CLEAN}\n2.{MARK}")
    assert [(task.text, units(task)) for task in plan.tasks] == [(CLEAN, {}), (MARK, {})]


@pytest.mark.parametrize(("title", "when"), [
    ("一、6月底前完成的任务", "6月底前完成"), ("（二）第三季度完成事项（3项）", "第三季度完成"), ("一、年内要办结的重点工作", "年内要办结"),
    ("一、完成规定任务", ""), ("二、推进服务公开", ""), ("三、近年来完成的工作", ""),
])
def test_a_heading_may_set_the_day_of_what_stands_under_it(title: str, when: str) -> None:
    assert due_below(title) == when


def test_the_day_of_a_heading_holds_where_a_clause_sets_none() -> None:
    plan = plan_of(f"{TITLE}\n一、6月底前完成的任务\n1.{CLEAN}（市司法局）\n2.3月底前{MARK}（市财政局）\n"
                   f"二、12月底前完成的任务\n3.{UPDATE}（市税务局）")
    assert [task.deadline.notation for task in plan.tasks] == ["date:2023-06-30", "date:2023-03-31", "date:2023-12-31"]


def test_labels_of_one_word_are_labels_before_names_of_units_only() -> None:
    plan = plan_of(f"{TITLE}\n一、公开\n1.{CLEAN}牵头：法规科；配合：各科室；时限：4月底\n2.{MARK}承办：信息中心；时限：全年\n"
                   "3.做好上下配合：对来件逐件登记。责任单位：办公室")
    assert brief(plan) == [
        (CLEAN, {"lead": ["法规科"], "support": ["各科室"]}, "date:2023-04-30"),
        (MARK, {"responsible": ["信息中心"]}, "range:2023-01-01/2023-12-31"),
        ("做好上下配合：对来件逐件登记。", {"responsible": ["办公室"]}, "none"),
    ]


def test_work_without_end_beside_the_units_of_a_sentence_is_read() -> None:
    plan = plan_of(f"{TITLE}\n一、公开\n1.{CLEAN}法规科负责，长期坚持。\n2.{MARK}由法规科牵头，6月底前完成。")
    assert [task.deadline.notation for task in plan.tasks] == ["ongoing", "date:2023-06-30"]


def test_wide_blanks_part_the_cells_of_a_table() -> None:
    rows = ["2023年政务公开工作台账", "序号　工作任务　责任单位　完成时限", "1　编制目录并公布　市司法局　3月底前",
            "2　组织开放日活动　市文旅局、各区县政府　全年", "3　完善检索功能　市数据局　9月底前"]
    assert brief(plan_of("\n".join(rows)))[1] == (
        "组织开放日活动", {"responsible": ["市文旅局", "各区县政府"]}, "range:2023-01-01/2023-12-31")


def test_line_breaks_inside_sentences_make_no_heading() -> None:
    text = (f"{TITLE}\n一、目录\n1.编制基层公开事项\n目录，逐项明确责任，\n6月底前公布。（责任单位：市民政\n局、市司法局）\n"
            "2.开展自查，\n形成清单。（责任单位：各部门）")
    plan = plan_of(text)
    assert [task.text for task in plan.tasks] == ["编制基层公开事项目录，逐项明确责任，6月底前公布。", "开展自查，形成清单。"]
    assert units(plan.tasks[0]) == {"responsible": ["市民政局", "市司法局"]}
    assert "unit-doubtful" not in codes(plan)
