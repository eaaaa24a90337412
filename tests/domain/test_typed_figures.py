"""What in a text is a figure, and what is a day or a numbering."""

from __future__ import annotations

import pytest

from tracker.domain.typed_figures import figures_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共公开文件32件，按时率87.5%。", "32 87.5%"),
        ("1,280件、12％、千分之", "1,280 12％"),
        ("逾期十二项，完成二十余篇，两家没有报。", "十二 二十余 两"),
        ("满意度百分之九十五。", "百分之九十五"),
        ("连续3周未报，3个月内办结。", "3 3"),
        ("一百二十家单位、一家单位、统一编号、逐一核对、一次办好。", "一百二十"),
        ("2026年9月24日，1—9月，9月1日至15日，2026-09-24 15:00。", ""),
        ("第38周、第三条、青政公开办〔2026〕3号、3号楼", ""),
        ("1．清理文件\n（2）公开目录\n3、答复", ""),
        ("1．清理文件12件", "12"),
        ("12.5亩", "12.5"),
        ("https://qingxi.example/a/12.html 和 GB9704", ""),
        ("https://qingxi.example/a?id=35&x=4#p7 共32件", "32"),
        ("PDF文件共32件，A4纸打印15份，OA系统收到365条", "32 15 365"),
        ("点击1.5万次", "1.5万"),
        ("15:00十二项议题，共32PDF文件", "十二 32"),
        ("三项制度", "三"),
        ("", ""),
    ],
)
def test_a_figure_counts_or_measures_something(text: str, found: str) -> None:
    assert " ".join(text[each.start : each.end] for each in figures_in(text)) == found


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("共32件。", "共32件。"),
        ("开头的一行\n今年以来全市各级各部门共公开规范性文件32件，比去年同期多出不少。\n完", "…共公开规范性文件32件，比去年同期多…"),
        ("第一行\n32件\n第三行", "32件"),
    ],
)
def test_a_figure_is_shown_with_the_words_around_it_in_its_line(text: str, around: str) -> None:
    assert [each.around for each in figures_in(text)] == [around]


def test_no_number_beside_a_figure_is_cut() -> None:
    text = "全年共开展培训17场，参训人员约860人次。"

    assert [each.around for each in figures_in(text)] == ["全年共开展培训17场，参训人员约860…", "…17场，参训人员约860人次。"]


@pytest.mark.parametrize("typed", ["a", "1", "一十", "二", "a/", "第 ", "1 "])
def test_whatever_is_typed_is_read_in_a_moment(typed: str) -> None:
    """Where time grew with the square of the length, this would run for minutes."""
    assert len(list(figures_in(typed * 100_000 + "。共32件"))) >= 1
