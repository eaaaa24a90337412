"""Numbers that a scan damaged, page numbers inside lines, lists that belong to the clause above them."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, plan_of, units

LAW = {"responsible": ["市司法局"]}
MONEY = {"responsible": ["市财政局"]}
FILES = {"responsible": ["市档案馆"]}


@pytest.mark.parametrize(("text", "numbers", "sections"), [
    pytest.param(
        f"一、清理\n(一){CLEAN}(责任单位:市司法局)(二){MARK}\n(责任单位:市财政局)\n(三){UPDATE}(责任单位:市档案馆)\n",
        ["(一)", "(二)", "(三)"], ["一、清理"] * 3, id="one clause behind a unit bracket",
    ),
    pytest.param(
        f"一、清理\n(一){CLEAN}(责任单位:市司法局)(二)更新标注。\n{MARK}(责任单位:市财政局)二、改善服务\n(三){UPDATE}(责任单位:市档案馆)\n",
        ["(一)", "(二)", "(三)"], ["一、清理", "一、清理", "二、改善服务"], id="a clause and a section behind unit brackets",
    ),
    pytest.param(
        f"一、清理\n(一){CLEAN}(责任单位:市司法局)\n二){MARK}(责任单位:市财政局)\n(三){UPDATE}(责任单位:市档案馆)\n",
        ["(一)", "二)", "(三)"], ["一、清理"] * 3, id="an opening bracket lost",
    ),
    pytest.param(
        f"一、清理\n()清理存量文件\n{CLEAN}[责任单位:市司法局]\n(二)标注\n{MARK}[责任单位:市财政局]\n(三){UPDATE}[责任单位:市档案馆]\n",
        ["()", "(二)", "(三)"], ["一、清理"] * 3, id="a numeral lost inside its brackets",
    ),
    pytest.param(
        f"一、基本原则\n(一)坚持公开。\n-、重点任务\n(一){CLEAN}(市司法局)\n(二){MARK}(市财政局)\n三、提升服务\n(一){UPDATE}(市档案馆)\n",
        ["(一)", "(二)", "(一)"], ["-、重点任务", "-、重点任务", "三、提升服务"], id="a heading's numeral read as a dash",
    ),
    pytest.param(
        f"一、清理\n1{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n3.{UPDATE}(市档案馆)\n",
        ["1", "2.", "3."], ["一、清理"] * 3, id="a dot lost",
    ),
])
def test_a_damaged_number_is_the_one_that_is_due(text: str, numbers: list[str], sections: list[str]) -> None:
    plan = plan_of(text)

    assert brief(plan) == [(CLEAN, LAW, "none"), (MARK, MONEY, "none"), (UPDATE, FILES, "none")]
    assert [task.number for task in plan.tasks] == numbers
    assert [task.headings[0] for task in plan.tasks] == sections


@pytest.mark.parametrize("line", [
    pytest.param("12个乡镇逐项核对。", id="a count"),
    pytest.param("五)市司法局复核。", id="a number that is not due"),
    pytest.param("、市档案馆一并核对。", id="a list mark at a line's start"),
])
def test_what_only_looks_like_a_number_stays_in_the_clause(line: str) -> None:
    plan = plan_of(f"一、清理\n(一){CLEAN}\n{line}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n")

    assert [task.number for task in plan.tasks] == ["(一)", "(二)"]
    assert line in plan.tasks[0].text


def test_a_list_mark_behind_a_broken_line_is_no_heading() -> None:
    plan = plan_of(f"一、清理\n(一)核对文件的起草、审核\n、移交等各个环节都要留痕\n,{CLEAN}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n")

    assert [task.number for task in plan.tasks] == ["(一)", "(二)"]
    assert "审核、移交等各个环节都要留痕" in plan.tasks[0].text


def test_figures_at_the_start_of_a_hard_wrapped_line_are_no_number() -> None:
    clauses = [(f"对接青溪云{'数据共享' * 6}12、16345、818、建设通等平台。{CLEAN * 2}", "市司法局"), (MARK * 5, "市财政局"), (UPDATE * 5, "市档案馆")]
    long = [f"({number}){text}(责任单位:{unit})" for number, (text, unit) in zip("一二三", clauses, strict=True)]
    width = long[0].index("818")
    wrapped = "\n".join(line[start:start + width] for line in long for start in range(0, len(line), width))

    assert "\n818、建设通" in wrapped
    assert [task.text.replace("\n", "") for task in plan_of(wrapped).tasks] == [text for text, _ in clauses]


def test_page_numbers_glued_to_lines_are_left_out() -> None:
    plan = plan_of(
        f"一、清理\n(一){CLEAN[:12]}-10-\n\n{CLEAN[12:]}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)一12-\n"
        f"(三){UPDATE[:15]}-14-\n{UPDATE[15:]}(责任单位:市档案馆)\n",
    )

    assert brief(plan) == [(CLEAN, LAW, "none"), (MARK, MONEY, "none"), (UPDATE, FILES, "none")]


def test_one_dash_and_figure_at_a_line_end_may_be_anything() -> None:
    plan = plan_of(f"一、清理\n(一)核对附表-10-\n(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n")

    assert plan.tasks[0].text == "核对附表-10-"


def test_a_line_broken_inside_a_title_is_no_heading() -> None:
    plan = plan_of(f"一、清理\n(一)取得《文件清理\n证明》后{CLEAN}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n")

    assert plan.tasks[0].text == f"取得《文件清理证明》后{CLEAN}"


@pytest.mark.parametrize("announcement", [
    pytest.param("发放便民补贴。在窗口办件的群众可领补贴。补贴标准为:", id="standards"),
    pytest.param("规范公开目录,以下情形的文件可不列入目录,但应登记备查。", id="cases before a full stop"),
    pytest.param("自发布之日起,对公开申请按以下方式办理:", id="a manner"),
])
def test_announced_cases_belong_to_the_clause_that_announces_them(announcement: str) -> None:
    plan = plan_of(
        f"一、服务\n(一){announcement}\n1.{CLEAN}\n2.{UPDATE}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n",
    )

    assert [(task.number, units(task)) for task in plan.tasks] == [("(一)", LAW), ("(二)", MONEY)]
    assert plan.tasks[0].text.startswith(announcement)
    assert plan.tasks[0].text.endswith(UPDATE)


@pytest.mark.parametrize("announcement", [
    pytest.param("优化公开服务", id="a bare title"),
    pytest.param("认真核对,做好以下工作:", id="work"),
])
def test_announced_work_is_a_task_each(announcement: str) -> None:
    plan = plan_of(
        f"一、服务\n(一){announcement}\n1.{CLEAN}\n2.{UPDATE}(责任单位:市司法局)\n(二){MARK}(责任单位:市财政局)\n",
    )

    assert [task.text for task in plan.tasks] == [CLEAN, UPDATE, MARK]


def test_the_last_clause_of_a_run_counts_though_it_names_no_unit() -> None:
    plan = plan_of(f"一、服务\n(一){CLEAN}(市司法局)\n(二){MARK}(市财政局)\n(三){DESK}\n二、管理\n(四){UPDATE}(市档案馆)\n")

    assert [(task.number, units(task)) for task in plan.tasks] == [
        ("(一)", LAW), ("(二)", MONEY), ("(三)", {}), ("(四)", FILES),
    ]


@pytest.mark.parametrize("last", [
    pytest.param("本通知自印发之日起施行。", id="a closing sentence"),
    pytest.param("强化组织领导。各单位要高度重视。", id="a safeguard"),
])
def test_what_closes_a_run_is_no_task(last: str) -> None:
    plan = plan_of(f"一、服务\n(一){CLEAN}(市司法局)\n(二){MARK}(市财政局)\n(三){last}\n")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


def test_conditions_papers_and_procedure_are_no_tasks() -> None:
    plan = plan_of(
        f"一、发放便民补贴(责任单位:市司法局)\n(一)补贴条件\n1.在本市办件;\n2.当年未领取。\n(二)申请材料\n1.申请表(原件);\n"
        f"2.身份证明(核原件,收复印件)。\n(三)补贴标准:每件10元。\n(四)责任追究\n骗取补贴的依法处理。\n(五){CLEAN}\n二、服务\n{MARK}(责任单位:市财政局)\n",
    )

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


@pytest.mark.parametrize("page", [
    pytest.param("\n\n- 3 -\n\n", id="dashes"),
    pytest.param("\n第 3 页 共 9 页\n", id="words"),
])
@pytest.mark.parametrize(("before", "after", "names"), [
    pytest.param("(责任单位:市", "场监管局、市财政局)", ["市场监管局", "市财政局"], id="inside a name in a bracket"),
    pytest.param("(责任单位:市司法局、", "市财政局)", ["市司法局", "市财政局"], id="between two names"),
    pytest.param("\n牵头领导:李某", "责任单位:市司法局", ["市司法局"], id="between two fields"),
])
def test_a_page_number_among_the_units_is_no_unit(page: str, before: str, after: str, names: list[str]) -> None:
    plan = plan_of(f"一、服务\n(一){CLEAN}{before}{page}{after}\n(二){MARK}(责任单位:市档案馆)\n")

    assert brief(plan) == [(CLEAN, {"responsible": names}, "none"), (MARK, FILES, "none")]


def test_a_page_number_between_loose_paragraphs_does_not_start_the_count_again() -> None:
    plan = plan_of(f"01{CLEAN}(责任单位:市司法局)\n02{MARK}(责任单位:市财政局)\n\n- 3 -\n\n03{UPDATE}(责任单位:市档案馆)\n")

    assert [(task.number, task.text) for task in plan.tasks] == [("01", CLEAN), ("02", MARK), ("03", UPDATE)]


@pytest.mark.parametrize("heading", [
    pytest.param("优化办理流程", id="a better procedure"),
    pytest.param("提高补贴标准", id="a higher standard"),
    pytest.param("公开申请材料", id="papers to publish"),
])
def test_to_change_a_procedure_is_work(heading: str) -> None:
    plan = plan_of(f"一、服务\n(一){heading}\n1.{CLEAN}(市司法局)\n2.{MARK}\n3.{UPDATE}(市档案馆)\n(二){heading}。{DESK}(市财政局)\n")

    assert [task.text for task in plan.tasks][:3] == [CLEAN, MARK, UPDATE]
    assert len(plan.tasks) == 4


@pytest.mark.parametrize("rest", [
    pytest.param("市综合行政执法局", id="a name that ends as an issuer does"),
    pytest.param("市行政审批局(政务服务中心)", id="a name in brackets"),
])
def test_a_unit_on_the_next_hard_wrapped_line_is_no_signature(rest: str) -> None:
    body = "".join(f"({number}){MARK * 3}\n" for number in "一二三四五六七八")
    wrapped = "\n".join(line[start:start + 30] for line in body.split("\n") for start in range(0, len(line), 30))
    head = f"(九){CLEAN * 2}(责任单位:市司法局、"
    cut = len(head) - len(head) % 30 + 30
    padded = f"(九){'逐' * (cut - len(head))}{head[3:]}"
    lines = [padded[start:start + 30] for start in range(0, len(padded), 30)]

    plan = plan_of("一、服务\n" + wrapped + "\n" + "\n".join(lines) + f"\n{rest})\n(十){UPDATE}(责任单位:市档案馆)\n")

    assert units(plan.tasks[-2]) == {"responsible": ["市司法局", rest]}
    assert units(plan.tasks[-1]) == FILES


def test_a_numeral_at_the_start_of_a_hard_wrapped_line_is_no_heading() -> None:
    clauses = [(f"对接青溪云{'数据共享' * 6}一、二、三孩家庭的登记信息。{CLEAN * 2}", "市司法局"), (MARK * 5, "市财政局"), (UPDATE * 5, "市档案馆")]
    long = [f"{number}.{text}(责任单位:{unit})" for number, (text, unit) in zip("123", clauses, strict=True)]
    width = long[0].index("二、三孩")
    wrapped = "\n".join(line[start:start + width] for line in long for start in range(0, len(line), width))

    assert "\n二、三孩" in wrapped
    assert [task.text.replace("\n", "") for task in plan_of(wrapped).tasks] == [text for text, _ in clauses]


def test_a_page_in_one_paragraph_with_hundreds_of_unit_brackets_is_read() -> None:
    many = "".join(f"{number}.逐条核对第{number * 7}号文件并公布结果。(责任单位:市司法局)" for number in range(1, 701))

    assert len(plan_of(f"一、服务\n{many}\n").tasks) == 700
