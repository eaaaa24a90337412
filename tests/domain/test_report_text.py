"""What becomes of a report's figures when a person edits its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.report import Figure, Part, Report, ReportKind, counted, plain
from tracker.domain.report_text import ADDRESSEE, TITLE, as_it_reads, numeral, read, tidied

DUE = counted("due", "应报", 12, "/list?state=due")
LATE = counted("late", "迟报", 1, "/list?state=late")
MISSED = counted("missed", "未报", 2, "/list?state=missed")
PART = Part(
    "returns",
    "一、报送",
    (("9月应报", DUE, "家，迟报", LATE, "家，未报", MISSED, "家。"), ("未报的请补报。",)),
)


@pytest.mark.parametrize(
    ("edited", "stands", "differs"),
    [
        pytest.param(PART.text, "due late missed", "", id="nothing was touched"),
        pytest.param("9月应报12家，迟报1家，未报2家。", "due late missed", "", id="a paragraph was taken out"),
        pytest.param(
            "经统计，9月份各单位应报12家，其中迟报1家、未报2家。", "due late missed", "", id="reworded around them"
        ),
        pytest.param("9月应报13家，迟报1家，未报2家。", "late missed", "应报：文中写13，清单是12", id="one was changed"),
        pytest.param(
            "9月应报13家，迟报5家，未报2家。", "missed", "应报：文中写13，清单是12 迟报：文中写5，清单是1", id="two were changed"
        ),
        pytest.param(
            "9月应报若干家，迟报5家，未报2家。", "missed", "应报：文中没有写，清单是12 迟报：文中写5，清单是1",
            id="one was left out and a later one changed",
        ),
        pytest.param("9月应报128家，迟报1家，未报2家。", "late missed", "应报：文中写128，清单是12", id="12 is not in 128"),
        pytest.param("9月应报12家，未报2家。", "due missed", "迟报：文中没有写，清单是1", id="one was left out"),
        pytest.param(
            "", "", "应报：文中没有写，清单是12 迟报：文中没有写，清单是1 未报：文中没有写，清单是2", id="all was left out"
        ),
    ],
)  # fmt: skip
def test_a_figure_stands_or_is_told(edited: str, stands: str, differs: str) -> None:
    found = read(PART, edited)

    figures = [
        piece.key for paragraph in found.paragraphs for piece in paragraph if isinstance(piece, Figure)
    ]
    assert " ".join(figures) == stands
    assert " ".join(each.words for each in found.differs) == differs


def test_a_figure_glued_to_a_number_of_the_words_still_stands() -> None:
    part = Part("a", "", (("共", Figure("n", "12"), ".5之外"),))

    found = read(part, part.text)

    assert not found.differs
    assert [plain(paragraph) for paragraph in found.paragraphs] == ["共12.5之外"]


def test_a_figure_at_the_end_of_a_paragraph_is_not_one_with_that_of_the_next() -> None:
    part = Part("a", "", (("应报", DUE), (LATE, "家迟报")))

    found = read(part, part.text)

    assert not found.differs
    assert found.paragraphs == part.paragraphs


def test_a_figure_without_a_name_is_told_as_a_number() -> None:
    [differs] = read(Part("a", "", (("共", Figure("n", "12"), "家"),)), "共13家").differs

    assert differs.words == "数字：文中写13，清单是12"


def test_a_figure_of_several_words_stands_only_in_one_piece() -> None:
    named = Figure("named", "市教育局、市司法局")
    part = Part("a", "", (("未报的有", named, "。"),))

    whole, parted = (read(part, text) for text in ("还没有报的有市教育局、市司法局。", "未报的有市教育局（第二次）、市司法局。"))

    assert (whole.differs, named in whole.paragraphs[0]) == ((), True)
    assert ([each.figure for each in parted.differs], named in parted.paragraphs[0]) == ([named], False)


def test_a_figure_that_was_left_out_is_nothing_to_check() -> None:
    found = read(PART, "9月应报13家，迟报1家。")

    assert [each.figure.key for each in found.differs] == ["due", "missed"]
    assert found.to_check == ("应报：文中写13，清单是12",)


def test_an_emptied_text_has_no_paragraph() -> None:
    assert read(PART, "").paragraphs == ()


@given(st.text(alphabet="应报迟家，。12 \n", max_size=40))
def test_whatever_is_typed_is_said_in_full_and_each_figure_is_accounted_for(typed: str) -> None:
    edited = tidied(typed)

    found = read(PART, edited)

    assert "\n".join(plain(paragraph) for paragraph in found.paragraphs) == edited
    standing = {
        piece.key for paragraph in found.paragraphs for piece in paragraph if isinstance(piece, Figure)
    }
    assert standing | {each.figure.key for each in found.differs} == {"due", "late", "missed"}
    assert standing.isdisjoint(each.figure.key for each in found.differs)


def test_the_report_reads_as_it_was_edited_and_keeps_what_was_not() -> None:
    other = Part("next", "二、下一步", (("抓紧。",),))
    moment = datetime(2026, 9, 18, 4, tzinfo=UTC)
    made = Report(
        ReportKind.WEEKLY, "汇总", "2026-W38", "第38周", date(2026, 9, 18), moment, "公开办", (PART, other), "各单位"
    )  # fmt: skip

    final = as_it_reads(made, {"returns": "应报12家。", TITLE: "进展汇总", ADDRESSEE: ""})

    assert (final.title, final.addressee) == ("进展汇总", "")
    assert final.part("next") == other
    assert [figure.key for figure in final.figures()] == ["due"]
    assert as_it_reads(made, {}) == made


def test_a_part_that_was_emptied_is_left_out_and_the_others_are_numbered_anew() -> None:
    moment = datetime(2026, 9, 18, 4, tzinfo=UTC)
    parts = (
        Part("opening", "", (("开头。",),)), PART, Part("progress", "二、进展", (("做了。",),)), Part("next", "三、下一步", ()),
    )  # fmt: skip
    made = Report(ReportKind.WEEKLY, "汇总", "W38", "第38周", date(2026, 9, 18), moment, "公开办", parts)

    final = as_it_reads(made, {"returns": ""})

    assert [part.heading for part in final.parts] == ["", "一、进展", "二、下一步"]
    only_reworded = as_it_reads(replace(made, parts=parts[1:]), {"progress": "做完了。"})
    assert [part.heading for part in only_reworded.parts] == ["一、报送", "二、进展", "三、下一步"]
    begun_late = as_it_reads(replace(made, parts=parts[2:]), {"progress": "做完了。"})
    assert [part.heading for part in begun_late.parts] == ["二、进展", "三、下一步"]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (37, "三十七")]
)
def test_numbers_of_headings_are_said_as_printed(number: int, said: str) -> None:
    assert numeral(number) == said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 一\r\n\r\n　二 \n", "一\n二"), ("\n\n", ""), ("一\x00\n二", "一\n二")],
)
def test_a_text_is_kept_a_paragraph_a_line(typed: str, kept: str) -> None:
    assert tidied(typed) == kept


def test_a_figure_is_found_in_a_text_that_says_one_thing_over_and_over() -> None:
    figure = counted("owed", "应报", 13, "/reporting/obligations")
    part = Part("returns", "", ((*("应报" * 3000,), figure, "家单位。"),))

    found = read(part, "应报" * 5000 + "，其中13家单位已报。")

    assert found.differs == ()
    assert figure in found.paragraphs[0]


@pytest.mark.parametrize(
    ("edited", "by_hand"),
    [
        pytest.param(PART.text, [], id="as it was made"),
        pytest.param("9月应报12家，迟报1家，未报2家，请于9月30日前补报。", [], id="a day is none"),
        pytest.param("9月应报12家，迟报1家，未报2家，其中县区1家。", ["…报2家，其中县区1家。"], id="a number of one's own"),
        pytest.param("9月应报13家，迟报1家，未报2家。", [], id="said otherwise is told as that"),
        pytest.param("9月应报12家，迟报1家，未报2家，共三家。", ["…家，未报2家，共三家。"], id="in words"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_a_figure_without_a_list_is_told(edited: str, by_hand: list[str]) -> None:
    assert list(read(PART, edited).by_hand) == by_hand


def test_a_typed_figure_is_told_where_the_part_has_no_figure_of_its_own() -> None:
    found = read(Part("good", "", (("市司法局建成3个专区。",),)), "市司法局建成3个专区，市教育局建成5个专区。")

    assert found.to_check == ("…区，市教育局建成5个专区。",)


def test_in_a_long_text_each_figure_that_stayed_is_found() -> None:
    lines = [
        (f"第{place}条：市局{place * 7919 % 997}项工作应报", counted(f"n{place}", "应报", place * 31 % 211 + 1, "/l"), "家。")
        for place in range(400)
    ]
    part = Part("a", "", tuple(lines))
    edited = "\n".join(f"今年以来，{line[:-1]}，均已办结。" for line in part.text.split("\n")[::2])

    found = read(part, edited)

    standing = [piece.key for line in found.paragraphs for piece in line if isinstance(piece, Figure)]
    assert standing == [f"n{place}" for place in range(0, 400, 2)]
    assert all(not each.typed for each in found.differs)
