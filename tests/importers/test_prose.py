"""Running text: which passages are tasks, where they begin and end, who does them."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief, codes, plan_of, units


@pytest.mark.parametrize(("bracket", "named", "due"), [
    pytest.param("(市司法局、市财政局负责落实,完成时限:2023年11月)", {"responsible": ["市司法局", "市财政局"]}, "date:2023-11-30", id="units and a labelled time"),
    pytest.param("(牵头单位:市司法局;配合单位:市财政局)", {"lead": ["市司法局"], "support": ["市财政局"]}, "none", id="labels by role"),
    pytest.param("〔责任单位:市司法局〕", {"responsible": ["市司法局"]}, "none", id="tortoise-shell brackets"),
    pytest.param("【责任单位∶市司法局】", {"responsible": ["市司法局"]}, "none", id="a ratio sign for a colon"),
    pytest.param("(各县(市、区)政府负责落实)", {"responsible": ["各县(市、区)政府"]}, "none", id="a list mark inside a name"),
    pytest.param("(市司法局)", {"responsible": ["市司法局"]}, "none", id="a bare unit"),
    pytest.param("(市司法局负责,11月底前完成)", {"responsible": ["市司法局"]}, "date:2023-11-30", id="a time without a label"),
    pytest.param("[市司法局、市档案馆,2023年6月底前完成]", {"responsible": ["市司法局", "市档案馆"]}, "date:2023-06-30", id="bare units and a time"),
    pytest.param("责任单位:市司法局", {"responsible": ["市司法局"]}, "none", id="a label without brackets"),
    pytest.param("\n责任单位:市司法局。", {"responsible": ["市司法局"]}, "none", id="a label on its own line"),
    pytest.param("\n贵任单位:市司法局", {"responsible": ["市司法局"]}, "none", id="a damaged label"),
    pytest.param("\n责任单位市司法局", {"responsible": ["市司法局"]}, "none", id="a label that lost its colon"),
    pytest.param("\n牵头领导:李某\n责任单位:市司法局\n完成时限:第三季度", {"responsible": ["市司法局"]}, "date:2023-09-30", id="a record with a person"),
])
def test_a_clause_ends_where_its_units_begin(bracket: str, named: dict[str, list[str]], due: str) -> None:
    plan = plan_of(f"二、重点任务\n1.{CLEAN}{bracket}\n2.{MARK}{bracket}\n")

    assert brief(plan) == [(CLEAN, named, due), (MARK, named, due)]
    assert [task.number for task in plan.tasks] == ["1.", "2."]
    assert plan.tasks[0].headings == ("二、重点任务",)


def test_a_bracket_inside_a_sentence_is_no_unit_phrase() -> None:
    plan = plan_of(f"1.推动各单位(含市司法局)公开目录。{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n")

    assert plan.tasks[0].text == f"推动各单位(含市司法局)公开目录。{CLEAN}"


def test_a_title_line_is_a_heading_and_the_paragraphs_below_are_the_task() -> None:
    plan = plan_of(f"一、清理文件\n{CLEAN}\n{DESK}\n责任单位:市司法局\n二、更新目录\n{UPDATE}(市财政局)\n")

    assert [(task.headings, task.text) for task in plan.tasks] == [
        (("一、清理文件",), f"{CLEAN}\n{DESK}"), (("二、更新目录",), UPDATE),
    ]


def test_units_in_a_heading_serve_the_paragraph_below() -> None:
    plan = plan_of(f"一、清理文件(责任单位:市司法局)\n{CLEAN}\n二、更新目录(责任单位:市财政局)\n{UPDATE}\n")

    assert [(task.text, units(task)) for task in plan.tasks] == [
        (CLEAN, {"responsible": ["市司法局"]}), (UPDATE, {"responsible": ["市财政局"]}),
    ]


@pytest.mark.parametrize(("parent", "texts"), [
    pytest.param("清理本部门的文件。(责任单位:市司法局)", ["清理本部门的文件。", MARK, UPDATE, DESK], id="a sentence with units behind its full stop is a task"),
    pytest.param("清理本部门的文件(责任单位:市司法局)。", ["清理本部门的文件", MARK, UPDATE, DESK], id="a sentence with units before its full stop is a task"),
    pytest.param("清理本部门的文件。\n责任单位:市司法局", ["清理本部门的文件。", MARK, UPDATE, DESK], id="a sentence with its units on the next line is a task"),
    pytest.param("清理文件(责任单位:市司法局)", [MARK, UPDATE, DESK], id="words without a full stop are a heading"),
])
def test_a_short_sentence_with_units_is_a_task_though_the_clauses_under_it_name_theirs(parent: str, texts: list[str]) -> None:
    plan = plan_of(f"一、任务\n(一){parent}\n1.{MARK}(市财政局)\n2.{UPDATE}(市档案馆)\n(二){DESK}(市民政局)\n")

    assert [task.text for task in plan.tasks] == texts
    named = [units(task)["responsible"] for task in plan.tasks]
    assert named[-3:] == [["市财政局"], ["市档案馆"], ["市民政局"]]
    assert all(each == ["市司法局"] for each in named[:-3])


def test_a_short_sentence_gives_its_units_to_the_clauses_under_it_that_name_none() -> None:
    plan = plan_of(f"一、任务\n(一)清理本部门的文件。(责任单位:市司法局)\n1.{MARK}\n2.{UPDATE}\n(二){DESK}(市民政局)\n")

    assert [(task.text, units(task)["responsible"]) for task in plan.tasks] == [
        (MARK, ["市司法局"]), (UPDATE, ["市司法局"]), (DESK, ["市民政局"]),
    ]


def test_one_unit_line_at_the_end_serves_the_clauses_before_it() -> None:
    plan = plan_of(f"一、清理文件\n1.{CLEAN}\n2.{MARK}\n3.{UPDATE}责任单位:市司法局\n二、办事\n1.{DESK}责任单位:市档案馆\n")

    assert [units(task) for task in plan.tasks] == [{"responsible": ["市司法局"]}] * 3 + [{"responsible": ["市档案馆"]}]
    assert [each.inherited for task in plan.tasks[:3] for each in task.assignments] == [True, True, False]
    assert "units-shared" in {finding.code for finding in plan.tasks[0].findings}


def test_a_missing_bracket_among_many_is_told_and_not_filled() -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}(市司法局)\n2.{MARK}\n3.{UPDATE}(市财政局)\n4.{DESK}(市档案馆)\n")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK, UPDATE, DESK]
    assert plan.tasks[1].assignments == ()
    assert any(finding.code == "no-units" and finding.ref == plan.tasks[1].source.ref for finding in plan.findings)


def test_several_unit_brackets_in_one_paragraph_make_several_tasks() -> None:
    plan = plan_of(f"一、任务\n(一){CLEAN}(市司法局){MARK}(市财政局)(二){UPDATE}(市档案馆)\n")

    assert [(task.number, task.text) for task in plan.tasks] == [("(一)", CLEAN), (None, MARK), ("(二)", UPDATE)]


def test_a_document_in_one_paragraph_is_cut_at_its_running_numbers() -> None:
    body = "".join(
        f"（{number}）{text}（市司法局、市财政局等分工负责）"
        for number, text in zip("一二三四", [CLEAN, MARK, UPDATE, DESK], strict=True)
    )
    plan = plan_of(f"各部门：现印发给你们。一、总体要求公开透明。二、夯实公开基础{body}三、其他事项自印发之日起施行。")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK, UPDATE, DESK]
    assert plan.tasks[0].headings == ("二、夯实公开基础",)


def test_a_body_printed_twice_is_imported_once() -> None:
    body = f"一、任务\n1.{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n"
    plan = plan_of(body + body)

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]
    assert "repeated-body" in codes(plan)


def test_a_sentence_broken_by_a_page_is_joined() -> None:
    plan = plan_of(f"一、任务\n{CLEAN[:10]}\n\n- 2 -\n\n{CLEAN[10:]}(市司法\n\n局、市财政局)\n二、任务\n{MARK}(市财政局)\n")

    assert plan.tasks[0].text == CLEAN
    assert units(plan.tasks[0]) == {"responsible": ["市司法局", "市财政局"]}


def test_hard_wrapped_lines_are_read_as_paragraphs() -> None:
    clauses = [(CLEAN * 6, "市司法局、市财政局、市商务局、市档案馆、市行政审批局、市营商环境局"), (MARK * 6, "市财政局"), (UPDATE * 6, "市档案馆")]
    long = "".join(f"{number}、{text}\n责任单位:{names}\n" for number, (text, names) in zip("一二三", clauses, strict=True))
    wrapped = "\n".join(line[start:start + 30] for line in long.split("\n") for start in range(0, len(line), 30))

    plan = plan_of(wrapped)

    assert [(task.text, units(task)["responsible"]) for task in plan.tasks] == [
        (text, names.split("、")) for text, names in clauses
    ]


def test_paragraphs_that_kept_only_their_indent_are_told_apart() -> None:
    plan = plan_of(f"青溪市2023年方案。\u3000\u3000一、任务\u3000\u3000(一){CLEAN}\u3000\u3000责任单位:市司法局\u3000\u3000(二){MARK}\u3000\u3000责任单位:市财政局")

    assert brief(plan) == [(CLEAN, {"responsible": ["市司法局"]}, "none"), (MARK, {"responsible": ["市财政局"]}, "none")]


def test_a_rule_in_one_bracket_governs_the_later_ones() -> None:
    plan = plan_of(f"1.{CLEAN}(市司法局、市财政局负责。列第一位者为牵头单位,下同)\n2.{MARK}(市财政局、市司法局负责)\n")

    assert [units(task) for task in plan.tasks] == [
        {"lead": ["市司法局"], "responsible": ["市财政局"]}, {"lead": ["市财政局"], "responsible": ["市司法局"]},
    ]


def test_a_rule_in_the_covering_notice_governs_the_table() -> None:
    plan = plan_of(
        "各部门:\n现印发给你们。责任单位中列第一位的为牵头单位。\n"
        f"序号 | 工作任务 | 责任单位\n1 | {CLEAN} | 市司法局、市财政局\n2 | {MARK} | 市财政局\n",
    )

    assert units(plan.tasks[0]) == {"lead": ["市司法局"], "responsible": ["市财政局"]}


def test_units_that_a_rule_owes_are_offered_and_not_assigned() -> None:
    plan = plan_of(
        f"1.{CLEAN}(市司法局负责,各县、区政府落实。以下均需各县、区政府落实,不再列出)\n2.{MARK}(市财政局负责)\n",
    )

    assert units(plan.tasks[1]) == {"responsible": ["市财政局"]}
    assert [each.unit for each in plan.tasks[1].owed_units] == ["各县、区政府"]
    assert "units-owed" in {finding.code for finding in plan.tasks[1].findings}


def test_without_any_units_the_innermost_clauses_are_the_tasks() -> None:
    plan = plan_of(
        "一、总体要求\n(一)指导思想。坚持公开。\n(二)基本原则。依法公开。\n二、重点任务\n(一)夯实基础\n"
        f"1.{CLEAN}\n2.{MARK}\n各单位要统筹推进。\n(二)更新目录\n3.{UPDATE}\n三、保障措施\n(一)加强领导。各单位要重视。\n",
    )

    assert [(task.number, task.text) for task in plan.tasks] == [("1.", CLEAN), ("2.", MARK), ("3.", UPDATE)]
    kinds = {plan.text[segment.start:segment.end]: segment.kind for segment in plan.segments}
    assert kinds["各单位要统筹推进。"] == "note"
    assert next(kind for text, kind in kinds.items() if "加强领导" in text) == "safeguard"
    assert "no-units" in codes(plan)


def test_safeguards_with_a_day_of_their_own_are_work() -> None:
    plan = plan_of(f"一、重点任务\n(一){CLEAN}\n二、保障措施\n(一)开展评估。2023年10月底前组织评估。\n")

    assert [task.deadline.notation for task in plan.tasks] == ["none", "date:2023-10-31"]


def test_in_a_schedule_the_leading_date_is_the_deadline_and_not_the_text() -> None:
    plan = plan_of("一、进度安排\n(一)第一阶段\n2023年6月底前,完成目录编制。\n(二)第二阶段\n2023年底前,完成验收。\n")

    assert [(task.text, task.deadline.notation) for task in plan.tasks] == [
        ("完成目录编制。", "date:2023-06-30"), ("完成验收。", "date:2023-12-31"),
    ]


def test_a_numbered_list_inside_a_sentence_stays_one_task() -> None:
    plan = plan_of(f"一、任务\n(一)公开以下内容并逐项核对形成清单后报送:\n1.机构职能;\n2.权责清单;\n3.财政预决算。\n(二){MARK}\n")

    assert len(plan.tasks) == 2
    assert plan.tasks[0].text.endswith("3.财政预决算。")


def test_a_number_glued_to_a_figure_is_still_a_number() -> None:
    plan = plan_of(f"一、任务\n1.26个试点领域梳理目录。\n2.30个乡镇{UPDATE}\n3.{MARK}\n")

    assert [task.number for task in plan.tasks] == ["1.", "2.", "3."]
    assert plan.tasks[0].text.startswith("26个试点领域")


def test_a_decimal_is_no_number() -> None:
    plan = plan_of(f"一、任务\n(一)减按以下税率:\n1.5%的税率征收。{CLEAN}\n(二){MARK}\n")

    assert [task.number for task in plan.tasks] == ["(一)", "(二)"]


def test_a_report_of_what_was_done_gives_no_task() -> None:
    plan = plan_of(
        "青溪市2022年政府信息公开工作年度报告\n一、总体情况\n(一)主动公开。全年公开信息3800条,同比增长12%。\n"
        "(二)依申请公开。累计办理申请102件,答复率100%。\n二、存在问题\n(一)个别栏目更新不及时。\n",
    )

    assert plan.tasks == ()
    finding = next(finding for finding in plan.findings if finding.code == "no-task-found")
    assert finding.severity == "blocking"
    assert "总结" in finding.message


def test_an_attached_list_of_units_is_a_register() -> None:
    plan = plan_of(f"1.{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n附件:市级有关单位名单\n附件\n市级有关单位名单\n市府办、发改局、人行青溪支行、水务集团。\n")

    assert plan.unit_register == ("市府办", "发改局", "人行青溪支行", "水务集团")
    assert any(segment.kind == "unit-list" for segment in plan.segments)


def test_the_document_tells_its_own_facts() -> None:
    plan = plan_of(
        "首页 > 政务公开\n青溪市人民政府办公室关于印发2023年政务公开工作要点的通知\n青政办发〔2023〕12号\n"
        "各县(市、区)人民政府,市政府各部门:\n为贯彻落实《东江省2023年政务公开工作要点》,现将要点印发给你们。\n"
        "青溪市人民政府办公室\n2023年5月18日\n(此件公开发布)\n2023年青溪市政务公开工作要点\n"
        f"一、任务\n1.{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n扫一扫在手机打开当前页\n", year=None,
    )

    assert (plan.title, plan.issuer, plan.document_number) == (
        "2023年青溪市政务公开工作要点", "青溪市人民政府办公室", "青政办发〔2023〕12号",
    )
    assert (plan.issued_on, plan.year) == ("2023-05-18", 2023)
    assert plan.basis == ("东江省2023年政务公开工作要点",)
    kinds = {segment.kind for segment in plan.segments}
    assert {"navigation", "title", "metadata", "signature", "heading", "task", "units"} <= kinds


@pytest.mark.parametrize(("text", "code"), [
    pytest.param("惠民月?畅享活动信息公开。", "damaged-characters", id="a question mark inside a word"),
    pytest.param("12月前完成目录编制。", "deadline-doubtful", id="a month that may mean its end"),
    pytest.param("2023年6月31日前完成目录编制。", "deadline-doubtful", id="a day that does not exist"),
])
def test_what_is_doubtful_becomes_a_finding(text: str, code: str) -> None:
    plan = plan_of(f"一、重点任务\n1.{text}\n2.{MARK}\n")

    assert code in {finding.code for finding in plan.tasks[0].findings}
    assert all(finding.message.endswith("。") or "请" in finding.message for finding in plan.tasks[0].findings)


def test_shared_work_without_a_lead_is_told() -> None:
    plan = plan_of(f"1.{CLEAN}(市司法局、市财政局按职责分工负责)\n2.{MARK}(市财政局)\n")

    assert "no-lead" in {finding.code for finding in plan.tasks[0].findings}
    assert plan.tasks[0].qualifier is not None


@pytest.mark.parametrize("below", ["请各单位于每月5日前报送进展情况。", "联系人：李某，电话：8123456。", "各单位要高度重视，抓好落实。"])
@pytest.mark.parametrize(("items", "texts"), [
    pytest.param(
        "一、重点任务\n1.公开部门决算（责任单位：市财政局）\n2.完善申请流程（责任单位：市司法局）", ["公开部门决算", "完善申请流程"],
        id="words with units in brackets"),
    pytest.param(
        "一、重点任务\n1.公开部门决算。（责任单位：市财政局）\n2.完善申请流程。（责任单位：市司法局）", ["公开部门决算。", "完善申请流程。"],
        id="sentences with units in brackets"),
    pytest.param(
        "一、重点任务（责任单位：市司法局）\n1.公开部门决算。\n2.完善申请流程。", ["公开部门决算。", "完善申请流程。"],
        id="sentences under a heading with units"),
    pytest.param("1.9月底前公开部门决算。\n2.完善申请流程。", ["9月底前公开部门决算。", "完善申请流程。"], id="sentences without units"),
])
def test_what_stands_below_a_row_of_short_clauses_is_no_requirement(items: str, texts: list[str], below: str) -> None:
    plan = plan_of(f"青溪市2023年政务公开工作要点\n{items}\n{below}\n")

    assert [task.text for task in plan.tasks] == texts


def test_a_last_heading_keeps_its_paragraph_where_its_neighbours_end_otherwise() -> None:
    plan = plan_of(f"一、重点任务\n1.公开部门决算。{MARK}（责任单位：市财政局）\n2.完善申请流程（责任单位：市司法局）\n{CLEAN}\n")

    assert plan.tasks[-1].text == CLEAN
    assert plan.tasks[-1].headings == ("一、重点任务", "2.完善申请流程")
