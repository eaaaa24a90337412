"""What looks like a list, a label or a closing sentence and is none: a doubt is better than a wrong unit."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK
from tests.importers.plans import brief, plan_of

TITLE = "青溪市2023年政务公开工作要点\n一、重点任务\n"
ALONE = {"responsible": ["市司法局"]}
FOOT = "单位：青溪市人民政府办公室\n联系人：周某\n时间：2023年3月2日\n"


def test_who_drew_the_document_up_is_no_unit_of_its_last_task() -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}\n责任单位：市档案馆\n（二）{CLEAN}\n责任单位：市司法局\n完成时限：6月底前\n{FOOT}")

    assert brief(plan)[-1] == (CLEAN, ALONE, "date:2023-06-30")


def test_who_drew_the_document_up_is_no_unit_of_a_clause_without_any() -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}（责任单位：市档案馆）\n（二）{CLEAN}\n{FOOT}")

    assert [(units, due) for _, units, due in brief(plan)][1:] in ([], [({}, "none")])


@pytest.mark.parametrize("lines", [
    pytest.param("公开下列信息：\na.收入情况\nb.支出情况\n责任单位：市司法局", id="units below"),
    pytest.param("公开下列信息：（责任单位：市司法局）\na.收入情况\nb.支出情况", id="units above"),
])
def test_what_a_requirement_lists_is_no_row_of_tasks(lines: str) -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}（责任单位：市档案馆）\n（二）{lines}\n（三）{DESK}（责任单位：市档案馆）\n")

    assert [task.number for task in plan.tasks] == ["（一）", "（二）", "（三）"]
    assert brief(plan)[1][1] == ALONE


def test_dashes_below_figures_to_reach_are_no_tasks_each() -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}（责任单位：市档案馆）\n（二）主要指标\n——公开率达到九成。\n——满意度达到九成。\n")

    assert len(plan.tasks) <= 2


def test_what_is_done_stays_in_the_task_though_the_sentence_says_by_whom() -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}市档案馆负责。\n（二）办好接待。群众来访由市司法局负责。\n")

    assert brief(plan)[1][:2] == ("办好接待。群众来访由市司法局负责。", ALONE)


def test_a_last_clause_that_names_its_units_in_a_sentence_is_no_safeguard() -> None:
    plan = plan_of(f"{TITLE}（一）{MARK}（责任单位：市档案馆）\n（二）{DESK}\n（三）{CLEAN}市司法局负责，各乡镇配合，每季度末通报。\n")

    assert brief(plan)[-1][1] == {"responsible": ["市司法局"], "support": ["各乡镇"]}
