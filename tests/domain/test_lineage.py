"""Lineage: how long a matter stays undone, and which tasks of two years are asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.lineage import (
    Chain,
    Known,
    LineageKind,
    Node,
    chain_of,
    in_words,
    proposed,
    years_unfinished,
)
from tracker.domain.look_back import VerdictKind

UNFINISHED, SILENT = VerdictKind.UNFINISHED, VerdictKind.NEVER_REPORTED
DONE, UNPROVEN = VerdictKind.DONE_WITH_EVIDENCE, VerdictKind.DONE_WITHOUT_EVIDENCE
WORDS = "全面公开行政事业性收费目录清单并动态更新"


def row(*verdicts: VerdictKind | None, newest: int = 2026) -> Chain:
    """One task a year, the newest first, each going on with the next."""
    chain: Chain | None = None
    for place, verdict in reversed(list(enumerate(verdicts))):
        behind = (chain,) if chain else ()
        chain = Chain(place, place, newest - place, f"任务{place}", 1, verdict, earlier=behind)
    assert chain is not None
    return chain


@pytest.mark.parametrize(
    ("chain", "years"),
    [
        pytest.param(row(None), 0, id="a task without a past"),
        pytest.param(row(None, UNFINISHED), 1, id="last year's, this year not yet judged"),
        pytest.param(
            row(None, UNFINISHED, SILENT, UNFINISHED), 3, id="three years on end, silence among them"
        ),
        pytest.param(row(UNFINISHED, UNFINISHED), 2, id="this year's verdict counts once it is confirmed"),
        pytest.param(row(DONE, UNFINISHED, UNFINISHED), 0, id="finished this year: the row has ended"),
        pytest.param(row(None, UNFINISHED, DONE, UNFINISHED), 1, id="a finished year ends the count"),
        pytest.param(row(None, UNPROVEN), 0, id="done without proof is not unfinished"),
        pytest.param(row(None, None, UNFINISHED), 0, id="a year that nobody looked back on ends it"),
    ],
)
def test_years_are_counted_on_end_up_to_the_newest_that_was_judged(chain: Chain, years: int) -> None:
    assert years_unfinished(chain) == years


def test_a_year_without_the_matter_ends_the_count() -> None:
    old = Chain(3, 3, 2023, "旧", 1, UNFINISHED)
    last = Chain(2, 2, 2025, "上年", 1, UNFINISHED, earlier=(old,))

    assert years_unfinished(Chain(1, 1, 2026, "今年", 1, earlier=(last,))) == 1


def test_of_what_was_merged_the_longest_path_counts_and_no_path_is_made_of_two() -> None:
    old = Chain(4, 4, 2024, "甲", 1, UNFINISHED)
    done = Chain(3, 3, 2025, "甲", 1, DONE, earlier=(old,))
    open_ = Chain(2, 3, 2025, "乙", 2, UNFINISHED)

    assert years_unfinished(Chain(1, 1, 2026, "合并", 1, earlier=(done, open_))) == 1


@given(st.lists(st.sampled_from(VerdictKind), max_size=12))
def test_the_count_is_the_length_of_the_first_run_of_unfinished_years(verdicts: list[VerdictKind]) -> None:
    run = next((place for place, each in enumerate(verdicts) if not each.is_unfinished), len(verdicts))

    assert years_unfinished(row(None, *verdicts)) == run


def test_generations_are_told_newest_first_and_each_once() -> None:
    old = Chain(4, 4, 2024, "甲", 1)
    halves = (Chain(2, 3, 2025, "甲一", 1, earlier=(old,)), Chain(3, 3, 2025, "甲二", 2, earlier=(old,)))

    assert [each.task_id for each in Chain(1, 1, 2026, "甲", 1, earlier=halves).generations] == [2, 3, 4]


def test_a_link_that_leads_into_no_earlier_year_is_none() -> None:
    nodes = {1: Node(1, 1, 2026, "甲", 1), 2: Node(2, 2, 2026, "乙", 1), 3: Node(3, 3, 2025, "丙", 1)}
    links = {
        1: [(2, LineageKind.SAME), (3, LineageKind.CONTINUED), (9, LineageKind.SAME)],
        2: [(1, LineageKind.SAME), (3, LineageKind.OTHER)],
    }

    chain = chain_of(1, nodes, links)

    assert [(each.task_id, each.kind) for each in chain.earlier] == [(3, LineageKind.CONTINUED)]
    assert chain_of(2, nodes, links).earlier == (), "what a person called another matter is no past of it"


@pytest.mark.parametrize(("years", "words"), [(0, ""), (1, "上年未完成"), (3, "连续3年未完成")])
def test_the_years_are_said_in_words(years: int, words: str) -> None:
    assert in_words(years) == words


def known(
    number: int, text: str, *, section: str = "一、主动公开", lead: int = 1, unfinished: bool = False
) -> Known:
    return Known(number, text, section, frozenset({lead}), unfinished)


@pytest.mark.parametrize(
    ("task", "earlier", "reasons"),
    [
        pytest.param(
            known(1, f"2026年{WORDS}"), known(2, f"2025年{WORDS}"), ("文字相同", "同一板块", "责任单位相同"),
            id="the year is the only thing that changed",
        ),
        pytest.param(
            known(1, WORDS, section="二、平台", lead=2), known(2, WORDS), ("文字相同",),
            id="the same words elsewhere, given to another unit",
        ),
        pytest.param(
            known(1, "推进行政事业性收费目录公开和信息归集"), known(2, WORDS),
            ("文字有一部分相同", "同一板块", "责任单位相同"), id="reworded, on the same desk",
        ),
    ],
)  # fmt: skip
def test_what_may_be_one_matter_is_proposed_with_its_reasons(
    task: Known, earlier: Known, reasons: tuple[str, ...]
) -> None:
    [found] = proposed([task], [earlier])

    assert (found.task_id, found.earlier_task_id, found.kind) == (1, 2, LineageKind.SAME)
    assert found.reasons == reasons


@pytest.mark.parametrize(
    ("task", "earlier"),
    [
        pytest.param(known(1, "开展政府开放日活动"), known(2, WORDS), id="other words"),
        pytest.param(
            known(1, "推进行政事业性收费目录公开和信息归集", lead=2),
            known(2, WORDS),
            id="alike in part, on another desk",
        ),
        pytest.param(
            known(1, "推进行政事业性收费目录公开和信息归集", section="三、平台建设"),
            known(2, WORDS),
            id="alike in part, in another section",
        ),
    ],
)
def test_strangers_are_not_proposed(task: Known, earlier: Known) -> None:
    assert proposed([task], [earlier]) == ()


def test_what_was_unfinished_is_proposed_as_going_on() -> None:
    [found] = proposed([known(1, WORDS)], [known(2, WORDS, unfinished=True)])

    assert (found.kind, found.reasons[-1]) == (LineageKind.CONTINUED, "上年没有完成")


def test_a_refused_pair_is_not_proposed_again() -> None:
    assert proposed([known(1, WORDS)], [known(2, WORDS)], refused={(1, 2)}) == ()


def test_each_task_is_proposed_once_and_the_most_alike_together() -> None:
    tasks = [known(1, WORDS), known(2, "优化政府门户网站检索功能和适老化改造")]
    earlier = [known(3, "优化政府门户网站检索功能"), known(4, f"{WORDS}情况"), known(5, WORDS)]

    pairs = {(each.task_id, each.earlier_task_id) for each in proposed(tasks, earlier)}

    assert pairs == {(1, 5), (2, 3)}


def test_of_several_that_agree_in_part_the_most_alike_are_taken_and_none_twice() -> None:
    near, far = "推进行政事业性收费目录公开和更新", "推进行政事业性收费目录公开和信息归集"

    one_earlier = proposed([known(1, far), known(2, near)], [known(3, WORDS)])
    assert [(each.task_id, each.earlier_task_id) for each in one_earlier] == [(2, 3)]
    one_task = proposed([known(1, WORDS)], [known(2, far), known(3, near)])
    assert [(each.task_id, each.earlier_task_id) for each in one_task] == [(1, 3)]


def test_how_alike_two_texts_are_is_said_in_one_of_three_ways() -> None:
    texts = (WORDS, f"{WORDS}情况", "推进行政事业性收费目录公开和信息归集")

    told = [proposed([known(1, text)], [known(2, WORDS)])[0].reasons[0] for text in texts]

    assert told == ["文字相同", "文字相近", "文字有一部分相同"]
