"""Brackets and labels of units: open ones, names that hold 和, rules that govern later clauses."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, plan_of, units


@pytest.mark.parametrize(("phrase", "names"), [
    pytest.param("(责任单位:市政务服务中心", ["市政务服务中心"], id="a bracket that nobody closes"),
    pytest.param("〔责任单位:市司法局、各区人民政府(管委会)", ["市司法局", "各区人民政府(管委会)"], id="only an inner bracket is closed"),
    pytest.param("（责任单位：市财政局，各县（市、区）政府", ["市财政局", "各县(市、区)政府"], id="a list inside the inner bracket"),
    pytest.param("(责任单位:市司法局、各县(市、区政府)", ["市司法局", "各县(市、区政府)"], id="the inner bracket is the open one"),
    pytest.param("(责任单位:市司法局]", ["市司法局"], id="closed by another kind"),
    pytest.param("（市自然资源和规划局）", ["市自然资源和规划局"], id="a bare name that holds 和"),
    pytest.param("（市发展和改革委员会）", ["市发展和改革委员会"], id="another one"),
    pytest.param("（市教育局和各镇政府）", ["市教育局", "各镇政府"], id="和 between two bare names"),
    pytest.param("\n责任单位市住房和城乡建设局", ["市住房和城乡建设局"], id="a label without colon before 和"),
    pytest.param("\n责任单位市住房和城乡建设局、市自然资源和规划局", ["市住房和城乡建设局", "市自然资源和规划局"], id="two of them"),
])
def test_units_are_read_whole(phrase: str, names: list[str]) -> None:
    plan = plan_of(f"二、重点任务\n1.{CLEAN}{phrase}\n2.{MARK}(责任单位:市档案馆)\n3.{UPDATE}{phrase}\n")

    assert [(task.text, units(task)) for task in plan.tasks] == [
        (CLEAN, {"responsible": names}), (MARK, {"responsible": ["市档案馆"]}), (UPDATE, {"responsible": names}),
    ]


def test_an_open_bracket_ends_with_its_hard_wrapped_paragraph() -> None:
    names = ["市司法局", "市财政局", "各县(市、区)政府", "市政务服务中心"]
    long = "".join(f"{number}、{text * 6}\n(责任单位:{'、'.join(names)}\n" for number, text in zip("一二三", [CLEAN, MARK, UPDATE], strict=True))
    wrapped = "\n".join(line[start:start + 30] for line in long.split("\n") for start in range(0, len(line), 30))

    assert [units(task) for task in plan_of(wrapped).tasks] == [{"responsible": names}] * 3


@pytest.mark.parametrize("bracket", [
    pytest.param("(公厕和停车位)", id="things"),
    pytest.param("(加强监督和指导)", id="acts"),
])
def test_words_with_a_joint_are_not_units(bracket: str) -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}{bracket}\n2.{MARK}(市司法局)\n3.{DESK}(市档案馆)\n")

    assert plan.tasks[0].assignments == ()
    assert plan.tasks[0].text == CLEAN + bracket


@pytest.mark.parametrize(("first", "later"), [
    pytest.param("(市档案馆、★市司法局负责。带★的为牵头单位,下同)", "(市财政局、★市档案馆负责)", id="a star"),
    pytest.param("(市司法局、市档案馆负责。列第一位的为牵头单位,其他为配合单位,下同)", "(市档案馆、市财政局负责)", id="the others support"),
])
def test_every_rule_of_a_bracket_governs_the_later_ones(first: str, later: str) -> None:
    rest = "support" if "配合" in first else "responsible"

    plan = plan_of(f"1.{CLEAN}{first}\n2.{MARK}{later}\n")

    assert brief(plan) == [
        (CLEAN, {"lead": ["市司法局"], rest: ["市档案馆"]}, "none"),
        (MARK, {"lead": ["市档案馆"], rest: ["市财政局"]}, "none"),
    ]


def test_a_bare_name_and_a_time_in_one_bracket_serve_a_task_without_full_stop() -> None:
    plan = plan_of("青溪市2023年普法安排\n一、活动\n1.开展宪法宣传周（市司法局，12月底前）\n2.落实《青溪市公开办法》（市政府，2022年底前印发）\n"
                   f"3.{MARK}（责任单位：市档案馆）\n")

    assert brief(plan)[0] == ("开展宪法宣传周", {"responsible": ["市司法局"]}, "date:2023-12-31")
    assert plan.tasks[1].text.endswith("（市政府，2022年底前印发）")
