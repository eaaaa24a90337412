"""What a document says about itself, and units that it prints without a mark between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import facts
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import codes, plan_of, units

BODY = f"一、任务\n1.{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n"


@pytest.mark.parametrize(("signed", "issuer"), [
    pytest.param("青溪市司法局", "青溪市司法局", id="one"),
    pytest.param("青溪市司法局\n青溪市财政局", "青溪市司法局、青溪市财政局", id="two lines"),
    pytest.param("青溪市司法局青溪市财政局\n青溪市档案馆办公室", "青溪市司法局、青溪市财政局、青溪市档案馆办公室", id="two without a mark and one below"),
    pytest.param("东江省司法厅中共东江省委办公室", "东江省司法厅、中共东江省委办公室", id="a party office behind"),
    pytest.param("青溪市市场监督管理局", "青溪市市场监督管理局", id="a name that says 市 twice"),
])
def test_every_joint_issuer_is_named(signed: str, issuer: str) -> None:
    assert plan_of(f"{BODY}{signed}\n2023年5月18日\n").issuer == issuer


@pytest.mark.parametrize(("line", "number"), [
    pytest.param("青政办发〔2023〕12号", "青政办发〔2023〕12号", id="plain"),
    pytest.param("(青政办发〔2023〕12号)", "青政办发〔2023〕12号", id="in brackets"),
    pytest.param("(2023年1月30日青溪市人民政府青政规字〔2023〕1号文发布)", "青政规字〔2023〕1号", id="with its day and issuer"),
])
def test_the_number_under_the_title(line: str, number: str) -> None:
    plan = plan_of(f"青溪市2023年政务公开工作要点\n{line}\n{BODY}")

    assert (plan.title, plan.document_number) == ("青溪市2023年政务公开工作要点", number)


@pytest.mark.parametrize(("text", "title"), [
    pytest.param(f"{BODY}附件:办理细则\n附件\n办理细则\n一、{DESK}\n", None, id="a bare kind of paper behind the clauses"),
    pytest.param(f"青溪市公开工作方案\n{BODY}附件\n青溪市公开申请办理办法\n一、{DESK}\n", "青溪市公开工作方案", id="the plan before its attachment"),
    pytest.param(f"关于印发青溪市公开工作方案的通知\n各部门:\n现印发给你们。\n附件\n青溪市公开工作方案\n{BODY}", "青溪市公开工作方案", id="the plan as the attachment"),
])
def test_the_title_is_the_plan_s_own(text: str, title: str | None) -> None:
    assert plan_of(text).title == title


@pytest.mark.parametrize(("printed", "names"), [
    pytest.param("市司法局市财政局、市税务局", ["市司法局", "市财政局", "市税务局"], id="the level comes again"),
    pytest.param("市卫生健康委市公安局市民政局", ["市卫生健康委", "市公安局", "市民政局"], id="three of them"),
    pytest.param("人民银行青溪支行青溪监管组", ["人民银行青溪支行", "青溪监管组"], id="both are named elsewhere"),
])
def test_units_without_a_mark_between_them_are_parted_and_told(printed: str, names: list[str]) -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}(责任单位:{printed})\n2.{MARK}(责任单位:人民银行青溪支行)\n3.{UPDATE}(责任单位:青溪监管组)\n")

    assert units(plan.tasks[0]) == {"responsible": names}
    assert "units-parted" in codes(plan)


@pytest.mark.parametrize("name", [
    pytest.param("市商务局市场运行科", id="市场 is no level"),
    pytest.param("市住房城乡建设局市政公用中心", id="市政 is no level"),
    pytest.param("市委市政府", id="party and government"),
    pytest.param("市市场监督管理局", id="a name with 市 twice"),
    pytest.param("市住房和城乡建设局", id="one office"),
])
def test_a_name_that_only_looks_like_two_stays_one(name: str) -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}(责任单位:{name})\n2.{MARK}(责任单位:市档案馆)\n")

    assert units(plan.tasks[0]) == {"responsible": [name]}
    assert "units-parted" not in codes(plan)


def test_the_name_with_the_date_below_it_signs_not_the_portals_banner() -> None:
    text = f"清河县人民政府\n关于印发《青溪市2026年政务公开工作要点》的通知\n发布时间:2026年09月20日\n各县(市、区)政府:\n现予印发。\n青溪市政务公开领导小组办公室\n2026年6月22日\n{BODY}"

    assert plan_of(text).issuer == "青溪市政务公开领导小组办公室"


def test_a_first_line_that_names_place_year_and_tasks_is_the_title() -> None:
    assert plan_of(f"青溪市2026年下半年政务公开补充任务\n{BODY}").title == "青溪市2026年下半年政务公开补充任务"


def test_the_year_comes_from_the_dates_where_nothing_else_tells_it() -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}2026年3月1日起施行,10月底前完成。(市司法局)\n2.{MARK}(市财政局)\n", year=None)

    assert plan.year == 2026
    assert plan.tasks[0].deadline.notation == "date:2026-10-31"


@pytest.mark.parametrize(("sentence", "year"), [
    pytest.param("自2023年7月1日起对新办企业给予补贴，政策有效期至2025年12月31日。2025年底前持续跟踪。", 2023, id="when it begins"),
    pytest.param("按照青政发〔2024〕8号文件要求，对2021年登记的企业，在2024年继续给予支持。", 2024, id="not before what it cites"),
    pytest.param("围绕2023年目标抓好落实，2023年重点突破，到2027年见效。", 2023, id="what it speaks of"),
])
def test_a_year_that_nothing_states_is_told_as_a_guess(sentence: str, year: int) -> None:
    text = f"一、任务\n1.{sentence}(市司法局)\n2.10月底前补齐栏目内容。(市财政局)\n"
    plan = plan_of(text, year=None)
    assert plan.year == year
    assert [finding.code for finding in plan.findings if "年份" in finding.message] == ["year-guessed"]
    assert plan.tasks[1].deadline.notation == f"date:{year}-10-31"


@pytest.mark.parametrize("head", ["青溪市2023年工作要点\n", ""], ids=["in the title", "given"])
def test_a_year_that_is_stated_is_no_guess(head: str) -> None:
    text = f"{head}一、任务\n1.10月底前{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n"
    assert "year-guessed" not in codes(plan_of(text, year=None if head else 2023))


PAST = ("累计", "共", "共计", "已", "全年", "同比", "取得", "得到好评", "成效", "答复率", "完成", "公开", "3", "12", "余", "条", "人次",
        "，", "。", "位居", "先后", "今年以来")


@given(st.lists(st.sampled_from(PAST), max_size=40).map("".join))
def test_nothing_counts_as_done_without_a_hint(text: str) -> None:
    hints = sum(len(hint.findall(text)) for hint in facts._DONE_HINTS)

    assert len(facts._DONE.findall(text)) <= hints
