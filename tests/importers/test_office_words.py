"""Words that offices use for who, when and what kind of text, where they look like something else."""

from __future__ import annotations

import pytest

from importers import deadline_text
from tests.importers.plans import brief, codes, plan_of
from tests.importers.test_unit_text import roles

CLEAN = "清理已废止、失效的规范性文件，在目录中作出标注。"
DESK = "在图书馆、档案馆设立政府信息查阅点并公布开放时间。"


@pytest.mark.parametrize(("phrase", "expected"), [
    ("市司法局、市档案馆（共同牵头），市税务局", {"lead": ["市档案馆"], "responsible": ["市司法局", "市税务局"]}),
    ("市司法局为牵头单位，市档案馆、市税务局为配合单位", {"lead": ["市司法局"], "support": ["市档案馆", "市税务局"]}),
    ("市司法局为责任单位", {"responsible": ["市司法局"]}),
    ("以市司法局为主，市档案馆配合", {"lead": ["市司法局"], "support": ["市档案馆"]}),
    ("市司法局主责，市档案馆协助", {"lead": ["市司法局"], "support": ["市档案馆"]}),
    ("市司法局承办", {"responsible": ["市司法局"]}),
    ("市司法局＋市档案馆", {"responsible": ["市司法局", "市档案馆"]}),
    ("镇应急办 镇规建办 各村（社区）", {"responsible": ["镇应急办", "镇规建办", "各村(社区)"]}),
    ("市司法局，各县政府和青溪新区管委会", {"responsible": ["市司法局", "各县政府", "青溪新区管委会"]}),
    ("各县党委和政府", {"responsible": ["各县党委和政府"]}),
])
def test_who_does_it_in_words_that_run_on_from_a_name(phrase: str, expected: dict[str, list[str]]) -> None:
    assert roles(phrase) == expected


@pytest.mark.parametrize(("text", "notation"), [
    ("各单位于3月、6月、9月底前报送进展。", "multi:date:2023-03-31|date:2023-06-30|date:2023-09-30"),
    ("2月清查的项目，6月底前完成整改。", "date:2023-06-30"),
    ("即日起至6月30日开展自查自纠。", "date:2023-06-30"),
    ("即日起至6月30日购票的市民可享受优惠。", "none"),
    ("动员部署（2023年5月）。印发方案，召开动员会。", "date:2023-05-31"),
    ("修订《青溪市公开目录》（2023年5月）。", "none"),
    ("请各单位于9月30日前报送自查报告，逾期未报的予以通报。", "date:2023-09-30"),
    ("申请人于9月30日前提交材料，逾期未交视为放弃。", "none"),
])
def test_when_it_is_due_in_a_sentence(text: str, notation: str) -> None:
    assert deadline_text.find(text, year=2023, issued_on=None).reading.notation == notation


def test_an_organiser_below_each_clause_is_its_unit() -> None:
    plan = plan_of(f"(一){CLEAN}\n主办单位：市司法局\n协办单位：市档案馆\n(二){DESK}\n主办单位：市文化局\n协办单位：市档案馆\n")

    assert [units for _, units, _ in brief(plan)] == [
        {"lead": ["市司法局"], "support": ["市档案馆"]}, {"lead": ["市文化局"], "support": ["市档案馆"]},
    ]


def test_the_foot_of_a_page_names_no_unit_of_the_last_clause() -> None:
    plan = plan_of(f"一、重点任务\n(一){CLEAN}\n(二){DESK}\n主办单位：青溪市人民政府办公室\n")

    assert [task.assignments for task in plan.tasks] == [(), ()]


def test_the_count_of_items_carries_on_in_the_next_paragraph() -> None:
    plan = plan_of(
        f"一、清理文件。1.{CLEAN}责任单位：市司法局。2.标注失效文件，每半年复核一次，并向社会说明情况，确保目录准确、完整、可以核对。责任单位：市司法局。\n"
        f"二、方便查阅。3.{DESK}责任单位：市档案馆。4.向社区和行政村配送政府公报，在服务大厅摆放样本，保证读者随时可以取阅。责任单位：市文化局。\n",
    )

    assert [(task.number, task.headings) for task in plan.tasks] == [
        ("1.", ("一、清理文件",)), ("2.", ("一、清理文件",)), ("3.", ("二、方便查阅",)), ("4.", ("二、方便查阅",)),
    ]


@pytest.mark.parametrize("title", ["《青溪市政务公开实施方案》政策解读", "一图读懂《青溪市政务公开若干措施》"])
def test_what_explains_a_plan_gives_no_task(title: str) -> None:
    plan = plan_of(f"{title}\n一、制定背景\n为方便公众了解，现作说明。\n二、主要内容\n《方案》共有三个部分，一是清理文件，二是设立查阅点。\n")

    assert (plan.tasks, "no-task-found" in codes(plan)) == ((), True)


def test_numbers_with_dots_are_a_level_of_their_own() -> None:
    plan = plan_of(f"一、清理\n1.1 {CLEAN}\n责任单位：市司法局\n1.2 {DESK}\n责任单位：市档案馆\n二、配送\n2.1配送政府公报到社区和行政村。\n责任单位：市文化局\n")

    assert [(task.number, task.text) for task in plan.tasks] == [
        ("1.1", CLEAN), ("1.2", DESK), ("2.1", "配送政府公报到社区和行政村。"),
    ]


def test_a_line_that_begins_with_a_figure_carries_no_number() -> None:
    plan = plan_of(f"一、重点任务\n1.{CLEAN}\n1.5万册公报送到社区，免费取阅。\n2.{DESK}\n")

    assert [task.number for task in plan.tasks] == ["1.", "2."]


def test_the_requirement_of_a_record_stands_behind_its_label_below_the_units() -> None:
    plan = plan_of(f"一、清理文件\n责任单位：市司法局\n工作内容：{CLEAN}\n完成时限：6月底\n二、设查阅点\n责任单位：市档案馆\n工作内容：{DESK}\n完成时限：9月底\n")

    assert brief(plan) == [
        (CLEAN, {"responsible": ["市司法局"]}, "date:2023-06-30"), (DESK, {"responsible": ["市档案馆"]}, "date:2023-09-30"),
    ]
    assert plan.tasks[0].headings == ("一、清理文件",)


@pytest.mark.parametrize(("phrase", "notation"), [
    ("全年持续推进", "ongoing"), ("全年", "range:2023-01-01/2023-12-31"), ("全年推进，12月底前总结", "date:2023-12-31"),
])
def test_what_goes_on_all_year_has_no_last_day(phrase: str, notation: str) -> None:
    assert notation in deadline_text.read(phrase, year=2023, issued_on=None)[0].notation


@pytest.mark.parametrize(("first", "second"), [("任务一：", "任务二："), ("任务1 ", "任务2 "), ("第1项：", "第2项：")])
def test_a_number_may_be_a_word_and_a_figure(first: str, second: str) -> None:
    plan = plan_of(f"{first}{CLEAN}\n责任单位：市司法局\n{second}{DESK}\n责任单位：市档案馆\n")

    assert [(task.number, task.text) for task in plan.tasks] == [
        (first.strip("： "), CLEAN), (second.strip("： "), DESK),
    ]


def test_a_leader_of_any_rank_is_no_requirement() -> None:
    plan = plan_of(f"1.{CLEAN}\n牵头处级领导：张某\n牵头单位：市司法局\n2.{DESK}\n牵头处级领导：李某\n牵头单位：市档案馆\n")

    assert brief(plan) == [(CLEAN, {"lead": ["市司法局"]}, "none"), (DESK, {"lead": ["市档案馆"]}, "none")]
