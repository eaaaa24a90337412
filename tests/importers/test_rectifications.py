"""Rectification plans (整改方案): records of a problem, its remedy, a time and units."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, plan_of

TITLE = "青溪市政务公开评估问题整改方案\n"
LEGAL, ARCHIVE = {"responsible": ["市司法局"]}, {"responsible": ["市档案馆"]}
WANTED = [(CLEAN, LEGAL, "date:2023-06-30"), (MARK, ARCHIVE, "date:2023-09-30")]
OLD, BARE = "旧文件没有清理，群众查不到现行有效的文本。", "文件没有标注效力。"


@pytest.mark.parametrize("template", [
    pytest.param("问题{n}：{problem}\n整改措施：{remedy}\n整改时限：{time}\n责任单位：{unit}\n", id="numbered problems"),
    pytest.param("（{n}）{problem}\n1.存在问题：{problem}\n2.整改目标：全面整改到位。\n3.整改措施：{remedy}\n4.整改时限：{time}\n"
                 "5.责任单位：{unit}\n6.责任人：李某\n", id="numbered labels"),
    pytest.param("（{n}）{problem}\n①存在问题：{problem}\n②整改措施：{remedy}\n③责任单位：{unit}\n④整改时限：{time}\n", id="circled labels"),
    pytest.param("{n}、反馈问题：{problem}\n整改责任单位：{unit}\n整改措施：{remedy}\n整改完成时限：{time}\n", id="units above the remedy"),
    pytest.param("{n}、{problem}\n【整改措施】{remedy}\n【整改时限】{time}\n【责任单位】{unit}\n", id="labels in brackets"),
    pytest.param("{n}、问题：{problem}整改措施：{remedy}整改时限：{time}。责任单位：{unit}。\n", id="one paragraph each"),
    pytest.param("{n}、公开质量\n主要问题：{problem}\n提升措施：{remedy}\n责任单位：{unit}\n完成时限：{time}\n", id="measures to improve"),
    pytest.param("问题：{problem}\n原因分析：{problem}\n整改措施：{remedy}\n整改时限：{time}\n责任单位：{unit}\n", id="no numbers"),
])
def test_the_remedy_is_the_task_and_the_problem_its_heading(template: str) -> None:
    records = [template.format(n=n, problem=problem, remedy=remedy, time=time, unit=unit) for n, problem, remedy, time, unit in (
        ("一", OLD, CLEAN, "2023年6月30日前", "市司法局"), ("二", BARE, MARK, "2023年9月30日前", "市档案馆"))]

    plan = plan_of(TITLE + "".join(records))

    assert brief(plan) == WANTED


def test_the_problem_stands_in_the_path_of_its_remedy() -> None:
    plan = plan_of(f"{TITLE}一、整改任务\n问题一：{OLD}\n整改措施：{CLEAN}\n责任单位：市司法局\n"
                   f"问题二：{BARE * 6}\n整改措施：{MARK}\n责任单位：市档案馆\n")

    assert [task.headings[0] for task in plan.tasks] == ["一、整改任务"] * 2
    assert [task.headings[-1][:8] for task in plan.tasks] == [f"问题一：{OLD[:4]}", f"问题二：{BARE[:4]}"]


def test_remedies_with_numbers_are_a_task_each() -> None:
    plan = plan_of(f"{TITLE}一、反馈问题：{OLD}\n整改措施：\n1.{CLEAN}\n2.{DESK}\n整改时限：2023年6月30日前\n责任单位：市司法局\n"
                   f"二、反馈问题：{BARE}\n整改措施：\n1.{MARK}\n整改时限：2023年9月30日前\n责任单位：市档案馆\n")

    assert brief(plan) == [WANTED[0], (DESK, LEGAL, "date:2023-06-30"), WANTED[1]]


def test_problems_without_a_remedy_are_no_tasks() -> None:
    plan = plan_of(f"青溪市自查报告\n一、存在问题\n问题一：{OLD}\n问题二：{BARE}\n二、下步工作\n1.{CLEAN}（责任单位：市司法局）\n"
                   f"2.{MARK}（责任单位：市档案馆）\n")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


def test_questions_and_answers_are_no_problems() -> None:
    assert plan_of("青溪市政策问答\n问题一：如何申请公开？\n答：填写申请表。\n问题二：多久答复？\n答：二十个工作日内。\n").tasks == ()


def test_measures_below_a_task_stay_with_it() -> None:
    plan = plan_of(f"青溪市工作方案\n一、重点任务\n1.{CLEAN}{DESK}\n具体措施：{UPDATE}\n责任单位：市司法局\n2.{MARK}\n责任单位：市档案馆\n")

    assert plan.tasks[0].text == f"{CLEAN}{DESK}\n具体措施：{UPDATE}"
