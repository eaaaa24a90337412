"""The crosswalk's rules: one stand for each clause, three counts that are the whole, proposals that say why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.crosswalk import Stand, Tally, WaivedAndCovered, proposals, stand_of, tally

TASKS = {
    1: "每季度公布一次规范性文件制发目录，逐件写明公开属性。",
    2: "惠企政策出台后五个工作日内上传政策平台，写清谁能享受、怎么申请。",
    3: "公布老旧小区改造的年度计划、每月进度和竣工验收情况。",
    4: "政府网站每月自查一次链接和错别字，发现问题当天改正。",
    5: "老旧小区改造项目的质量投诉电话在工地公示。",
}


@pytest.mark.parametrize(
    ("waived", "answered_by", "stand"),
    [(False, 0, Stand.GAP), (False, 1, Stand.COVERED), (False, 3, Stand.COVERED), (True, 0, Stand.WAIVED)],
)
def test_a_clause_stands_one_way(waived: bool, answered_by: int, stand: Stand) -> None:
    assert stand_of(waived=waived, answered_by=answered_by) is stand


def test_a_clause_is_never_waived_and_answered() -> None:
    with pytest.raises(WaivedAndCovered):
        stand_of(waived=True, answered_by=1)


@given(st.lists(st.sampled_from(list(Stand))))
def test_the_three_counts_are_the_whole(stands: list[Stand]) -> None:
    counts = tally(stands)

    assert counts.total == len(stands) == sum(counts.of(stand) for stand in Stand)


def test_no_clauses_count_as_nothing() -> None:
    assert tally([]) == Tally(0, 0, 0)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("推进规范性文件制发目录定期公布。", [1]),
        ("及时通过政策平台发布惠企政策。", [2]),
        ("加强城镇老旧小区改造信息公开，公开年度计划和竣工验收情况。", [3]),
        ("做好行政许可信用承诺公示。", []),
        ("", []),
    ],
)
def test_what_shares_telling_words_is_proposed_and_strangers_are_not(clause: str, expected: list[int]) -> None:
    found = proposals({9: clause}, TASKS)[9]

    assert [each.task_id for each in found[: len(expected)]] == expected
    assert bool(found) is bool(expected)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        pytest.param("公开老旧小区改造年度计划和每月进度。", [3], id="far behind the best"),
        pytest.param("各地要结合实际定期公布老旧小区改造计划并公开联系电话。", [3], id="too little in common"),
        pytest.param("发现问题及时整改到位，压实主体责任，健全长效机制。", [], id="a turn of phrase, and nothing of the matter"),
    ],
)  # fmt: skip
def test_a_task_that_shares_too_little_is_not_proposed(clause: str, expected: list[int]) -> None:
    assert [each.task_id for each in proposals({9: clause}, TASKS)[9]] == expected


def test_a_word_of_the_matter_may_stand_at_the_end() -> None:
    (found,) = proposals({9: "公布学区划分"}, {**TASKS, 6: "优化学区划分方案，听取家长意见。"})[9]

    assert (found.task_id, found.shared) == (6, ("学区划分",))


def test_a_clause_that_is_divided_has_a_proposal_for_each_of_its_tasks() -> None:
    found = proposals({9: "公开老旧小区改造年度计划和每月进度；公示老旧小区改造质量投诉电话。"}, TASKS)[9]

    assert {each.task_id for each in found} == {3, 5}


def test_a_proposal_says_in_which_words_it_resembles() -> None:
    (found, *_) = proposals({9: "推进规范性文件制发目录定期公布。"}, TASKS)[9]

    assert "规范性文件制发目录" in found.shared


def test_a_page_of_clauses_is_told_the_same_as_all_of_them() -> None:
    clauses = {7: "推进规范性文件制发目录定期公布。", 8: "公开老旧小区改造年度计划。", 9: "发布惠企政策。"}

    assert proposals(clauses, TASKS, wanted={8}) == {8: proposals(clauses, TASKS)[8]}


def test_numbers_in_common_are_no_word_of_the_matter() -> None:
    assert proposals({1: "全年不少于12期。"}, {2: "各县不少于12次。", 3: "公布学区。"})[1] == ()


@given(st.dictionaries(st.integers(1, 9), st.text("公开政策解读目录网站，。12", max_size=40), max_size=6))
def test_proposals_name_known_tasks_in_falling_order_and_repeat_themselves(texts: dict[int, str]) -> None:
    found = proposals(texts, TASKS)

    assert set(found) == set(texts)
    for likely in found.values():
        scores = [each.score for each in likely]
        assert scores == sorted(scores, reverse=True)
        assert all(each.task_id in TASKS and 0 < each.score <= 1.0001 for each in likely)
    assert proposals(texts, TASKS) == found


def test_another_process_proposes_the_same_to_the_last_digit() -> None:
    """Words are kept in sets, whose order differs from process to process."""
    told = {
        subprocess.run(
            [sys.executable, "-c", "from tests.domain import test_crosswalk as t; print(t.proposals({9: ' '.join(t.TASKS.values())}, t.TASKS, most=9))"],
            cwd=Path(__file__).parents[2], env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            check=True, capture_output=True,
        ).stdout
        for seed in ("1", "3")
    }  # fmt: skip

    assert len(told) == 1
    assert b"Proposed(" in told.pop()
