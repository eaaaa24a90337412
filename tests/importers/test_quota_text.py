"""Counts and clocks inside the sentences of plans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import quota_text
from importers.quota_text import Clock, Quota


@pytest.mark.parametrize(
    ("sentence", "quotas"),
    [
        pytest.param(
            "各镇每年开展民意征集不少于3次。", [Quota(3, "P1Y", "各镇", "民意征集")], id="a class, a period, a minimum",
        ),
        pytest.param(
            "各县（市、区）每年发布解读不少于6篇，市政府部门发布解读不少于2篇。",
            [Quota(6, "P1Y", "各县(市、区)", "解读"), Quota(2, "P1Y", "市政府部门", "解读")],
            id="two classes with one period",
        ),
        pytest.param(
            "部门主要负责人每年带头答复网民提问不少于1次，各镇（街道）不少于3次。",
            [Quota(1, "P1Y", "部门", "带头答复网民提问"), Quota(3, "P1Y", "各镇(街道)", "带头答复网民提问")],
            id="heads of a class, and a second class that counts the same",
        ),
        pytest.param(
            "领导干部要带头接访，每年各镇（街道）不少于3次、市直部门不少于2次。",
            [Quota(3, "P1Y", "各镇(街道)", "工作"), Quota(2, "P1Y", "市直部门", "工作")],
            id="classes behind the period, in a list",
        ),
        pytest.param("每年至少召开两次联席会议。", [Quota(2, "P1Y", None, "联席会议")], id="Chinese figures"),
        pytest.param("每年至少听取 １ 次工作汇报。", [Quota(1, "P1Y", None, "工作汇报")], id="blanks and full width"),
        pytest.param(
            "每季度开展1次“局长接待日”和“在线问答”活动。",
            [Quota(1, "P3M", None, "局长接待日活动"), Quota(1, "P3M", None, "在线问答活动")],
            id="two kinds are counted one by one",
        ),
        pytest.param("每月组织一次培训，研究解决难点。", [Quota(1, "P1M", None, "培训")], id="a figure without a minimum word"),
        pytest.param("每两周形成至少一篇经验材料报送市政府办。", [Quota(1, "P2W", None, "经验材料")], id="every two weeks"),
        pytest.param("年内邀请群众代表列席会议不少于4次。", [Quota(4, "P1Y", None, "群众代表列席会议")], id="within the year"),
        pytest.param("全年开展专题培训2次以上。", [Quota(2, "P1Y", None, "专题培训")], id="以上"),
        pytest.param("满意度不低于90%，补贴不少于5万元。", [], id="percentages and money are no quota"),
        pytest.param("召开1次动员会。", [], id="a single act is no quota"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_quotas(sentence: str, quotas: list[Quota]) -> None:
    assert list(quota_text.find(sentence)) == quotas


@pytest.mark.parametrize(
    ("sentence", "clocks"),
    [
        pytest.param("文件印发后20个工作日内上网。", [Clock(20, True, "文件印发")], id="workdays after the issue"),
        pytest.param(
            "对市里新出台的惠民政策，主管部门要在7个工作日内上传。", [Clock(7, True, "惠民政策出台")], id="an event in the head of the sentence",
        ),
        pytest.param("确因工作需要调整的，应在3个工作日内备案。", [Clock(3, True, "调整")], id="an event as a condition"),
        pytest.param("收到申请之日起15日内答复。", [Clock(15, False, "收到申请")], id="calendar days"),
        pytest.param("要在2个工作日内回应。", [Clock(2, True, "")], id="an event that is not printed"),
        pytest.param("近30日内无投诉，6个月内整改。", [], id="looked back on, and months"),
    ],
)
def test_clocks(sentence: str, clocks: list[Clock]) -> None:
    assert list(quota_text.clocks(sentence)) == clocks


@given(st.text(alphabet="每年月季度周至少不于次场篇开展召个工作日内后的，。“”和活动10一两 \n", max_size=40))
def test_reading_never_fails_and_a_quota_counts_something(text: str) -> None:
    assert all(quota.minimum > 0 and quota.counted for quota in quota_text.find(text))
    assert all(clock.days > 0 for clock in quota_text.clocks(text))
