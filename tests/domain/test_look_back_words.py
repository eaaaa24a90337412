"""What words say by themselves, and what they leave open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import look_back_words as words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("任务已完成。", True),
        ("该项工作已全部完成", True),
        ("方案已印发，任务已按期完成。", True),
        ("全部完成，共公开120件。", True),
        ("已全部办结", True),
        ("工作进度100%。", True),
        ("目前各项任务均已圆满完成并通过验收", True),
        ("已完成", True),
        ("完成率：100%", True),
        ("目前进度已达100%", True),
        ("任务百分之百完成", True),
        ("完成比例100%，已报备", True),
        ("第一批完成进度100%，第二批完成进度20%", False),
        ("第一批进度100%", False),
        ("已完成第一批12件的清理。", False),
        ("前期准备工作已完成", False),
        ("已完成目录起草，正在征求意见。", False),
        ("力争年底前全部完成", False),
        ("第一批全部完成，继续做第二批", False),
        ("办结率100%", False),
        ("任务已完成80%", False),
        ("起草方案，已完成；下一步征求意见", False),
        ("尚未完成", False),
        ("完成14件文件编号", False),
        ("10个公示栏全部完成更新", False),
    ],
)
def test_only_what_speaks_of_the_whole_task_says_that_it_is_finished(text: str, said: bool) -> None:
    assert words.says_finished(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("文件清理工作已全部完成。", True),
        ("文件清理工作已完成", False),
        ("清理工作已全部完成，继续核对", False),
    ],
)
def test_a_piece_of_work_can_be_finished_as_a_whole(text: str, said: bool) -> None:
    assert words.says_its_work_finished(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("尚未完成，正在协调。", True),
        ("方案还没有印发", True),
        ("正在推进平台建设", True),
        ("完成进度80%", True),
        ("已完成60%左右", True),
        ("完成度：70%", True),
        ("已完成总任务的75%", True),
        ("推进至60%", True),
        ("仍在征求意见", True),
        ("已完成清理，正在按月更新。", False),
        ("没有未完成的事项", False),
        ("未完成事项0件", False),
        ("完成率100%", False),
        ("目录已印发", False),
        ("未公开的已逐件说明理由", False),
        ("审核完毕", False),
        ("清单共三张", False),
    ],
)
def test_only_what_is_plain_says_that_it_is_not_finished(text: str, said: bool) -> None:
    assert words.says_unfinished(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("已在市政府门户网站公开14件。", True),
        ("已通过“青溪发布”公众号推送解读", True),
        ("目录已公布在政务公开专栏", True),
        ("已在内网发布通知", False),
        ("将在门户网站公开", False),
        ("拟于下月在官网发布", False),
        ("已在网站征求意见", False),
        ("已公开14件", False),
        ("原已在门户网站公开14件", False),
        ("已通过内部网站公开目录", False),
        ("已在内网网站发布目录，另有清单三张", False),
        ("目录初稿已起草，拟定稿后上网；清单已在门户网站公开", True),
    ],
)
def test_a_public_place_must_be_named(text: str, said: bool) -> None:
    assert words.says_published(text) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("公开链接随后补报", True),
        ("下周补充佐证材料", True),
        ("已完成，链接后补。", True),
        ("佐证稍后提供", True),
        ("链接见右", False),
        ("下周继续核对", False),
        ("补充了佐证材料目录", False),
    ],
)
def test_a_promise_names_what_will_come_later(text: str, said: bool) -> None:
    assert words.promises_proof(text) is said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("累计公开政策文件132件", {"公开政策文件件": 132}),
        ("本周公开5件，累计公开1,132件", {"公开件": 1132}),
        ("累计办理1.2万余件；累计解读30篇", {"办理件": 12000, "解读篇": 30}),
        ("本月累计公开5件", {}),
        ("公开5件", {}),
        ("去重后累计公开120件", {}),
        ("总体进度达65%", {words.PROGRESS: 65}),
        ("任务进展60%", {words.PROGRESS: 60}),
        ("完成进度0%", {words.PROGRESS: 0}),
        ("第一批完成90%，第二批完成20%", {"第一批完成进度": 90, "第二批完成进度": 20}),
        ("一季度，累计公开30件", {"公开件": 30}),
        ("二季度累计公开12件", {"二季度公开件": 12}),
        ("完成进度40%，完成率60%", {words.PROGRESS: 60}),
        ("回复率98%", {}),
    ],
)
def test_running_totals_are_known_by_what_they_count(text: str, found: dict[str, float]) -> None:
    assert words.totals(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("持续推进。", True),
        ("按要求 持续推进中", True),
        ("常态化开展相关工作", True),
        ("长期坚持", True),
        ("持续推进目录更新12条", False),
        ("按要求推进相关工作", False),
        ("更新目录", False),
        ("", False),
    ],
)
def test_a_standing_phrase_tells_nothing_else(text: str, said: bool) -> None:
    assert words.says_only_that_it_goes_on(text) is said


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert words.says_finished(text) is words.says_finished(f" {text} ")
    assert all(value >= 0 for value in words.totals(text).values())
