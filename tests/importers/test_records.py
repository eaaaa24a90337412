"""Records of labelled lines, starred items, and times behind a unit bracket."""

from __future__ import annotations

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, plan_of

TITLE = "青溪市2023年政务公开任务清单"


def test_a_record_on_lines_of_its_own_gives_its_content() -> None:
    plan = plan_of(f"{TITLE}\n序号：1\n任务名称：旧文件\n任务内容：{CLEAN}\n责任单位：市司法局\n完成时限：2023年3月31日\n"
                   f"序号：2\n任务名称：目录\n任务内容：{UPDATE}\n责任单位：市财政局\n完成时限：2023年11月30日")
    assert brief(plan) == [
        (CLEAN, {"responsible": ["市司法局"]}, "date:2023-03-31"), (UPDATE, {"responsible": ["市财政局"]}, "date:2023-11-30")]


def test_a_deadline_is_never_the_date_of_the_document() -> None:
    plan = plan_of(f"{TITLE}\n任务内容：{CLEAN}\n责任单位：市司法局\n完成时限：2023年3月31日")
    assert plan.issued_on is None


def test_a_starred_item_keeps_its_number_and_the_time_behind_its_units() -> None:
    plan = plan_of(f"{TITLE}\n★1.{CLEAN}【市司法局】6月底前\n▲2.{MARK}【市财政局、各部门】12月底前\n3.{DESK}【市数据局】9月底前")
    assert [(task.number, task.text, task.deadline.notation) for task in plan.tasks] == [
        ("1.", CLEAN, "date:2023-06-30"), ("2.", MARK, "date:2023-12-31"), ("3.", DESK, "date:2023-09-30")]


def test_the_next_heading_behind_a_unit_bracket_is_no_time() -> None:
    plan = plan_of(f"{TITLE}\n01清理文件。\n{CLEAN}〔责任单位：市司法局〕02按时补齐栏目。\n\n{UPDATE}〔责任单位：市财政局〕03全面推行。\n\n"
                   f"{DESK}〔责任单位：市数据局〕")
    assert [task.deadline_text for task in plan.tasks] == [None, None, None]
    assert ["".join(task.headings) + task.text for task in plan.tasks][1:] == [f"02按时补齐栏目。{UPDATE}", f"03全面推行。{DESK}"]
