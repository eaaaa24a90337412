"""Running text as offices really set it: brackets side by side, times first, headings by style."""

from __future__ import annotations

import io

import docx
import pytest

from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK
from tests.importers.plans import brief, plan_of

LEAD = {"lead": ["市司法局"], "support": ["市财政局"]}
ALONE = {"responsible": ["市司法局"]}


@pytest.mark.parametrize(("first", "units"), [
    pytest.param(f"1.{CLEAN}(责任单位:市司法局)(完成时限:11月底前)", ALONE, id="a time bracket behind the units"),
    pytest.param(f"1.{CLEAN}(完成时限:11月底前)(责任单位:市司法局)", ALONE, id="a time bracket before the units"),
    pytest.param(f"1.{CLEAN}(11月底前完成,市司法局牵头,市财政局配合)", LEAD, id="the time first in the bracket"),
    pytest.param(f"1.{CLEAN}(市司法局牵头,市财政局配合;11月底前完成)", LEAD, id="the time last in the bracket"),
    pytest.param(f"1.{CLEAN}\n责 任 单 位：市司法局\n完 成 时 限：11月底前", ALONE, id="labels spread out"),
    pytest.param(f"1.{CLEAN}\n\u2003\u2003责任单位：市司法局\n\xa0\xa0完成时限：11月底前", ALONE, id="indents of other blanks"),
])
def test_units_and_time_beside_each_other(first: str, units: dict[str, list[str]]) -> None:
    plan = plan_of(f"一、重点任务\n{first}\n2.{MARK}(责任单位:市档案馆)\n")

    assert brief(plan) == [(CLEAN, units, "date:2023-11-30"), (MARK, {"responsible": ["市档案馆"]}, "none")]


def test_units_and_time_in_the_heading_above_the_requirement() -> None:
    plan = plan_of(f"(一)清理文件(市司法局牵头,市财政局配合;11月底前完成)\n　　{CLEAN}\n(二)设查阅点(市档案馆牵头;6月底前完成)\n　　{DESK}\n")

    assert brief(plan) == [(CLEAN, LEAD, "date:2023-11-30"), (DESK, {"lead": ["市档案馆"]}, "date:2023-06-30")]


@pytest.mark.parametrize("bracket", ["(详见附件2)", "(不少于4场)", "(包括:公报、办事指南)"])
def test_another_bracket_beside_the_units_stays_in_the_text(bracket: str) -> None:
    plan = plan_of(f"一、重点任务\n1.{CLEAN[:-1]}{bracket}(责任单位:市司法局)\n2.{MARK}(责任单位:市档案馆)\n")

    assert plan.tasks[0].text == CLEAN[:-1] + bracket


def test_lines_below_the_last_clause_do_not_replace_it() -> None:
    clauses = f"1.{CLEAN}(责任单位:市司法局)\n2.{MARK[:24]}。(责任单位:市档案馆)\n"

    plan = plan_of(f"一、重点任务\n{clauses}一图读懂工作要点\n工作要点政策解读\n")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK[:24] + "。"]


@pytest.mark.parametrize("levels", [
    pytest.param(("Heading 1", "Heading 2"), id="two levels"), pytest.param(("Heading 2",), id="one level"),
])
def test_headings_by_style_stand_above_a_task_without_number(levels: tuple[str, ...]) -> None:
    document = docx.Document()
    for name, text, unit in (("清理文件", CLEAN, "市司法局"), ("标注文件", MARK, "市财政局")):
        for level in levels:
            document.add_paragraph(f"{name}{level[-1]}", style=level)
        document.add_paragraph(text)
        document.add_paragraph(f"责任单位:{unit}")
    stream = io.BytesIO()
    document.save(stream)

    plan = read_bytes(stream.getvalue(), "x.docx", 2023)

    assert [(task.text, task.headings) for task in plan.tasks] == [
        (text, tuple(f"{name}{level[-1]}" for level in levels)) for name, text in (("清理文件", CLEAN), ("标注文件", MARK))
    ]


def test_a_unit_that_is_the_heading_owes_the_clauses_below() -> None:
    plan = plan_of(f"青溪市2023年政务公开任务分工\n一、市司法局\n1.{CLEAN}\n2.{MARK}\n二、市档案馆、市财政局\n1.{DESK}\n")

    assert [(task.text, [each.unit for each in task.assignments]) for task in plan.tasks] == [
        (CLEAN, ["市司法局"]), (MARK, ["市司法局"]), (DESK, ["市档案馆", "市财政局"]),
    ]


def test_a_line_of_units_below_each_clause_names_who_does_it() -> None:
    plan = plan_of(f"青溪市2023年政务公开工作要点\n一、清理文件\n{CLEAN}\n市司法局、市财政局\n二、设查阅点\n{DESK}\n市档案馆\n")

    assert brief(plan) == [(CLEAN, {"responsible": ["市司法局", "市财政局"]}, "none"), (DESK, {"responsible": ["市档案馆"]}, "none")]


def test_one_name_below_one_of_many_clauses_is_no_unit() -> None:
    plan = plan_of(f"一、重点任务\n1.{CLEAN}\n2.{MARK}\n3.{DESK}\n市档案馆\n")

    assert [task.assignments for task in plan.tasks] == [()] * 3
