"""Hard-wrapped text: however a line is broken, the plan is read as it is from whole paragraphs."""

from __future__ import annotations

import pytest

from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import plan_of, units

LONG = "对照权责清单逐项核对公开内容,做到应公开尽公开,并在门户网站专栏集中展示,方便群众查阅。"
BRACKET = "(责任单位:市司法局、市财政局、各县(市、区)政府)"

RUN_TOGETHER = "".join(
    f"({numeral}){name}{LONG}{BRACKET}"
    for numeral, name in zip("一二三四五六", ("推进公开。", "清理文件。", "更新目录。", "办好窗口。", "回应关切。", "开展培训。"), strict=True)
)
LINES = "\n".join([
    "一、公开制度和公开目录", f"(一){CLEAN}{LONG}{BRACKET}(二){MARK}{LONG}{BRACKET}",
    "二、办事服务和政务公开专区", f"(三){UPDATE}{LONG}{LONG}{BRACKET}", f"(四){DESK}{LONG}{LONG}(责任单位:市档案馆)",
])
HEADED = "\n".join(
    f"{numeral}、{name}平台建设和管理,提高公开工作的水平和质量(责任单位:市司法局、市财政局、市档案馆)\n{name}相关工作。{LONG}"
    for numeral, name in zip("一二三四", ("规范", "推进", "加强", "统筹"), strict=True)
)

def wrapped(text: str, width: int) -> str:
    return "\n".join(line[start:start + width] for line in text.split("\n") for start in range(0, len(line), width))


@pytest.mark.parametrize("width", [28, 33, 38])
@pytest.mark.parametrize("text", [
    pytest.param(RUN_TOGETHER, id="a document in one paragraph"),
    pytest.param(LINES, id="a clause that begins behind the bracket of another"),
    pytest.param(HEADED, id="headings with units over two lines"),
])
def test_a_hard_wrapped_plan_is_read_as_its_paragraphs_are(text: str, width: int) -> None:
    whole, broken = plan_of(text), plan_of(wrapped(text, width))

    assert len(whole.tasks) >= 3
    assert [(task.number, task.text.replace("\n", ""), units(task)) for task in broken.tasks] == [
        (task.number, task.text.replace("\n", ""), units(task)) for task in whole.tasks
    ]


def test_a_full_line_does_not_run_on_into_a_page_number_or_the_next_item() -> None:
    texts = [f"{name}{LONG}" for name in (CLEAN, MARK, UPDATE, DESK)]
    body = wrapped("\n".join(f"{number}.{text}{BRACKET}" for number, text in enumerate(texts, 1)), 30)
    lines = body.split("\n")
    paged = "\n".join([*lines[:2], "- 3 -", *lines[2:]])

    plan = plan_of(paged)

    assert [task.text.replace("\n", "") for task in plan.tasks] == texts


def test_a_page_of_wide_lines_is_read_as_its_paragraphs_are() -> None:
    fields = ("教育", "医疗", "养老", "交通", "住房", "就业", "环保", "税务")
    text = "\n".join(f"({numeral})做好{field}领域公开。{CLEAN}{LONG}{UPDATE}{LONG}{BRACKET}"
                     for numeral, field in zip("一二三四五六七八", fields, strict=True))
    whole, broken = plan_of(text), plan_of(wrapped(text, 76))
    assert len(whole.tasks) == 8
    assert [(task.text.replace("\n", ""), units(task)) for task in broken.tasks] == [
        (task.text.replace("\n", ""), units(task)) for task in whole.tasks]
