"""Marks that count only in a row: figures with a blank, letters, Roman numerals, dashes."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK
from tests.importers.plans import plan_of

TITLE = "青溪市2023年政务公开工作要点\n一、重点任务\n"
ITEMS = (CLEAN, MARK, DESK)


@pytest.mark.parametrize("units", ["（责任单位：市司法局）", "\n责任单位：市司法局\n完成时限：6月底前", ""])
@pytest.mark.parametrize("numbers", [
    ("1 ", "2 ", "3 "), ("01 ", "02 ", "03 "), ("1\u3000", "2\u3000", "3\u3000"), ("a.", "b.", "c."), ("a) ", "b) ", "c) "),
    ("(a)", "(b)", "(c)"), ("A．", "B．", "C．"), ("Ⅰ.", "Ⅱ.", "Ⅲ."), ("Ⅰ ", "Ⅱ ", "Ⅲ "), ("I. ", "II. ", "III. "),
    ("——", "——", "——"), ("● ", "● ", "● "),
])
def test_a_row_of_items_is_a_row_of_tasks(numbers: tuple[str, str, str], units: str) -> None:
    body = "\n".join(f"{number}{item}{units}" for number, item in zip(numbers, ITEMS, strict=True))

    plan = plan_of(TITLE + body)

    assert [task.text for task in plan.tasks] == list(ITEMS)
    assert all([each.unit for each in task.assignments] == (["市司法局"] if units else []) for task in plan.tasks)


def test_a_roman_numeral_may_stand_above_a_new_count() -> None:
    plan = plan_of(f"青溪市2023年政务公开工作要点\nⅠ.源头公开\n1.{CLEAN}（责任单位：市司法局）\n2.{MARK}（责任单位：市财政局）\n"
                   f"Ⅱ.过程公开\n1.{DESK}（责任单位：市档案馆）\n2.{MARK[:20]}。（责任单位：市财政局）")

    assert [task.headings for task in plan.tasks] == [("Ⅰ.源头公开",)] * 2 + [("Ⅱ.过程公开",)] * 2


@pytest.mark.parametrize("lines", [
    pytest.param("分批公布权责清单，\n3 月底前公布首批，\n4 月底前公布第二批。", id="months"),
    pytest.param("建设示范点，覆盖\n1 个街道、\n2 个社区。", id="quantities"),
    pytest.param("公布下列数据：\n1 居民收入，\n2 消费价格，\n3 投资增速。", id="names of figures"),
    pytest.param("推进网络进村。\nA.行政村全部覆盖；\nB.自然村覆盖九成", id="one phrase for a list with semicolons"),
    pytest.param("公布下列名单：\nA级景区名单，\nB级旅店名单。", id="classes"),
    pytest.param("用好三类平台：\n——网站平台，作为第一平台；\n——新媒体平台，及时推送；\n——政务大厅，现场可查。", id="a list in one sentence"),
])
def test_a_line_that_only_begins_like_an_item_stays_in_its_task(lines: str) -> None:
    plan = plan_of(f"{TITLE}1.{lines}（责任单位：市司法局）\n2.{MARK}（责任单位：市档案馆）")

    assert [[each.unit for each in task.assignments] for task in plan.tasks] == [["市司法局"], ["市档案馆"]]
    assert lines.splitlines()[-1].rstrip("。") in plan.tasks[0].text


def test_dashes_with_one_unit_phrase_for_all_are_one_task() -> None:
    plan = plan_of(f"{TITLE}（一）清理文件\n——{CLEAN}\n——{MARK}（责任单位：市司法局）\n（二）设查阅点\n{DESK}（责任单位：市档案馆）")

    assert [task.text for task in plan.tasks] == [f"{CLEAN}\n——{MARK}", DESK]


def test_a_dash_before_a_subtitle_begins_no_item() -> None:
    plan = plan_of(f"青溪市2023年政务公开实施方案\n——深化阳光政府建设\n一、任务\n1.{CLEAN}（责任单位：市司法局）\n"
                   f"2.{MARK}（责任单位：市档案馆）")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


@pytest.mark.parametrize("lines", [
    pytest.param(f"用好平台\n——{CLEAN}\n● {MARK}", id="two signs"),
    pytest.param(f"用好平台\n——{CLEAN}\n——{MARK[:-1]}", id="a sentence without its end"),
    pytest.param(f"推进公开，各单位都要做好\n——{CLEAN[:40]}；\n——{MARK}", id="a list in one sentence"),
    pytest.param(f"推进公开。各单位都要做好\n——{CLEAN}\n——{MARK}", id="a sentence above"),
])
def test_dashes_that_stand_in_a_requirement_are_no_tasks(lines: str) -> None:
    plan = plan_of(f"{TITLE}（一）{lines}\n（二）设查阅点\n{DESK}\n")

    assert [task.number for task in plan.tasks] == ["（一）", "（二）"]


def test_a_mark_between_two_dashes_parts_them() -> None:
    plan = plan_of(f"{TITLE}（一）清理文件\n——{CLEAN}\n1.完善目录。\n——{MARK}\n（二）设查阅点\n{DESK}\n")

    assert [task.number for task in plan.tasks] == ["1.", "（二）"]


def test_letters_that_are_no_roman_numeral_number_nothing() -> None:
    plan = plan_of(f"{TITLE}IIII.{CLEAN}（责任单位：市司法局）\nVX.{MARK}（责任单位：市档案馆）")

    assert not {task.number for task in plan.tasks} & {"IIII.", "VX."}


@pytest.mark.parametrize("lines", [
    pytest.param("1 个街道先行先试。\n2 个社区跟进。", id="quantities in sentences"),
    pytest.param("1 月公布清单。\n2 月公布目录。", id="months in sentences"),
])
def test_figures_before_what_they_count_are_no_numbers(lines: str) -> None:
    plan = plan_of(f"{TITLE}（一）分步推进\n{lines}\n（责任单位：市司法局）\n（二）设查阅点\n{DESK}（责任单位：市档案馆）")

    assert [task.number for task in plan.tasks] == ["（一）", "（二）"]
