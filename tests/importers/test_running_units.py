"""Units that stand inside the sentences, without label or bracket."""

from __future__ import annotations

import pytest

from importers.running_units import assigned_in
from tests.importers.plans import brief, codes, plan_of, units


@pytest.mark.parametrize(("sentence", "wanted"), [
    ("由市司法局牵头，市财政局配合，4月20日前完成清理。", {"lead": ["市司法局"], "support": ["市财政局"]}),
    ("优化流程。资源管理处牵头，各业务处室按职责分工负责，6月底前完成。", {"lead": ["资源管理处"], "responsible": ["各业务处室"]}),
    ("由转化处牵头，会同法规处、诚信处，于9月底前印发。", {"lead": ["转化处"], "support": ["法规处", "诚信处"]}),
    ("县应急局牵头组织综合演练，5月10日前完成。", {"lead": ["县应急局"]}),
    ("由县应急局、县粮储局分别负责，5月底前到位。", {"responsible": ["县应急局", "县粮储局"]}),
    ("市财政局于3月底前拨付首批资金。", {"responsible": ["市财政局"]}),
    ("请市教育局、市民政局等部门在2月底前完成自查。", {"responsible": ["市教育局", "市民政局"]}),
    ("县水利局要在4月15日前完成排查；县住建局负责易涝点整治，5月底前完成；各乡镇负责山塘排查。",
     {"responsible": ["县水利局", "县住建局", "各乡镇"]}),
])
def test_a_sentence_that_assigns_the_work_names_its_units(sentence: str, wanted: dict[str, list[str]]) -> None:
    plan = plan_of(f"青溪市2023年工作安排\n一、夯实基础\n1.完成旧文件清理。{sentence}\n2.补齐栏目内容。\n3.开通查询窗口。")
    found = units(plan.tasks[0])
    assert {role: sorted(names) for role, names in found.items()} == {
        role: sorted(names) for role, names in wanted.items()}
    assert "units-in-sentence" in codes(plan)


@pytest.mark.parametrize("others", ["", "（责任单位：市档案馆）"])
@pytest.mark.parametrize(("sentence", "wanted", "time"), [
    ("市财政局负责。", {"responsible": ["市财政局"]}, "none"),
    ("由市财政局、市司法局负责落实。", {"responsible": ["市财政局", "市司法局"]}, "none"),
    ("市司法局牵头，市财政局配合。", {"lead": ["市司法局"], "support": ["市财政局"]}, "none"),
    ("由市司法局牵头，市财政局配合，9月底前完成。", {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-09-30"),
    ("市司法局牵头，有关部门配合。", {"lead": ["市司法局"], "support": ["有关部门"]}, "none"),
    ("市司法局牵头负责，长期坚持。", {"lead": ["市司法局"]}, "ongoing"),
    ("\n市司法局牵头，市财政局配合。", {"lead": ["市司法局"], "support": ["市财政局"]}, "none"),
])
def test_a_last_sentence_that_only_names_who_does_it_is_no_part_of_the_text(
    sentence: str, wanted: dict[str, list[str]], time: str, others: str,
) -> None:
    plan = plan_of(f"青溪市2023年工作安排\n一、工作任务\n1.完成旧文件清理。{sentence}\n2.补齐栏目全部内容。{others}\n3.开通查询窗口。{others}")

    assert brief(plan)[0] == ("完成旧文件清理。", wanted, time)
    assert [task.text for task in plan.tasks[1:]] == ["补齐栏目全部内容。", "开通查询窗口。"]
    assert "units-in-sentence" in codes(plan)


@pytest.mark.parametrize("sentence", [
    "谁主管谁负责。", "市司法局负责全市文件的审核。", "由有关部门负责。", "各单位主要负责人负责。", "由市财政局负责解释。", "市财政局牵头，确保资金到位。",
])
def test_a_last_sentence_that_says_more_stays(sentence: str) -> None:
    plan = plan_of(f"青溪市2023年工作安排\n一、工作任务\n1.完成旧文件清理。{sentence}\n2.补齐栏目全部内容。")

    assert plan.tasks[0].text == f"完成旧文件清理。{sentence}"


@pytest.mark.parametrize(("sentence", "wanted"), [
    ("市司法局负责制定公平竞争审查细则，6月底前印发。", ["市司法局"]),
    ("市财政局、市国资委负责开展闲置资产清查。", ["市财政局", "市国资委"]),
    ("青东县政府负责场地平整，5月底前交付。", ["青东县政府"]),
    ("市数据局负责建设统一门户。市财政局负责经费保障。", ["市数据局", "市财政局"]),
])
def test_who_is_charged_with_an_act_owes_it(sentence: str, wanted: list[str]) -> None:
    plan = plan_of(f"青溪市2023年工作安排\n一、工作任务\n1.{sentence}\n2.补齐栏目全部内容。")

    assert (plan.tasks[0].text, units(plan.tasks[0])) == (sentence, {"responsible": wanted})


def test_a_clause_that_names_its_units_in_words_does_not_share_those_of_the_next() -> None:
    plan = plan_of("青溪市2023年工作安排\n一、工作任务\n1.市司法局负责制定审查细则。\n2.市财政局负责编制目录。\n"
                   "3.开通查询窗口。（责任单位：市档案馆）\n4.公布查询电话。（责任单位：市数据局）")

    assert [units(task) for task in plan.tasks] == [
        {"responsible": [name]} for name in ("市司法局", "市财政局", "市档案馆", "市数据局")]


@pytest.mark.parametrize("sentence", [
    "市司法局负责全市规范性文件的合法性审核。", "市政府要适时开展督促检查。", "由有关部门负责，持续推进。", "由主管部门牵头，限期整改。",
    "试点地区要于12月底前形成报告。", "发挥龙头作用，带动中小企业参与。", "建立市场监管部门牵头的联席会议制度。", "强化牵头，配合做好宣传。",
    "政府主要负责规划战略。", "由市司法局负责解释。",
])
def test_a_sentence_about_an_office_assigns_nothing(sentence: str) -> None:
    assert assigned_in(sentence) == ""


def test_units_with_a_label_are_never_joined_by_those_of_a_sentence() -> None:
    text = "青溪市2023年工作要点\n一、公开\n1.由市司法局牵头，梳理目录。（责任单位：市财政局）\n2.补齐内容。（责任单位：市教育局）"
    assert units(plan_of(text).tasks[0]) == {"responsible": ["市财政局"]}


def test_standing_rules_in_articles_give_no_task() -> None:
    plan = plan_of("""青溪市信访事项办理办法
第一条 为规范办理，制定本办法。
第二条 市信访局负责全市信访事项的登记和转送。
第三条 承办单位应当自收到之日起15日内答复。
第四条 本办法自印发之日起施行。""")
    assert plan.tasks == ()


def test_articles_that_name_their_units_are_tasks_all_the_same() -> None:
    plan = plan_of("""青溪市惠企若干规定
第一条 兑现奖补资金。（责任单位：市财政局）
第二条 压减办理材料。（责任单位：市政务服务局）
第三条 公布政策清单。（责任单位：市司法局）""")
    assert [task.text for task in plan.tasks] == ["兑现奖补资金。", "压减办理材料。", "公布政策清单。"]


def test_who_was_there_and_who_gets_a_copy_belong_to_no_clause() -> None:
    plan = plan_of("""专题会议纪要
会议议定：
一、由市司法局牵头，4月20日前完成清理。
二、市财政局于3月底前拨付首批资金。
出席：市政府办公室刘某、市司法局陈某。
抄送：市委办公室，市人大常委会办公室。""")
    assert brief(plan) == [
        ("由市司法局牵头，4月20日前完成清理。", {"lead": ["市司法局"]}, "date:2023-04-20"),
        ("市财政局于3月底前拨付首批资金。", {"responsible": ["市财政局"]}, "date:2023-03-31"),
    ]


def test_a_line_cut_off_in_the_middle_of_a_name_names_nobody_else() -> None:
    plan = plan_of("青溪市2023年工作安排\n一、工作任务\n1.完成旧文件清理，逐件核对效力，集中公开。市政府办\n公室负责。\n2.补齐栏目全部内容。")

    assert units(plan.tasks[0]) == {"responsible": ["市政府办公室"]}
