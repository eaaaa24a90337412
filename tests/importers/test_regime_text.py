"""Reporting rules in the words of plans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import regime_text


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        pytest.param(
            "自5月6日起，每周五下班前将本周进展及下周打算报送市政府办公室。",
            {"weekly": {"weekday": "friday", "start": "2026-05-06", "content": "本周进展及下周打算"}},
            id="a weekday and a start",
        ),
        pytest.param("每周报送工作动态。", {"weekly": {"weekday": None, "start": None, "content": "工作动态"}}, id="no weekday"),
        pytest.param(
            "建立“一周一进度、两周一经验、一月一例会”制度。",
            {
                "weekly": {"weekday": None, "start": None, "content": "进度"},
                "biweekly": {"content": "经验", "at_least": 1},
                "monthly": {"content": "例会"},
            },
            id="a slogan",
        ),
        pytest.param(
            "落实“两周一经验”要求。每两周报送至少2篇信息。",
            {"biweekly": {"content": "信息", "at_least": 2}},
            id="a sentence says more than its slogan",
        ),
        pytest.param("每月召开一次工作例会。", {"monthly": {"content": "工作例会"}}, id="a meeting"),
        pytest.param("各部门每季度报送本单位公开目录，逐件标注。", {"quarterly": {"content": "本单位公开目录"}}, id="every quarter"),
        pytest.param("实行半年总结报送制度，按时上报。", {"half_year": {"content": "半年总结"}}, id="the name of a rule"),
        pytest.param("每季度开展1次开放日活动。", None, id="a quota is no rule"),
        pytest.param("按月更新问答库。", None, id="upkeep is no rule"),
        pytest.param("编制政府信息公开工作年度报告。", None, id="a document is no rule"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reporting_rules(text: str, regime: dict[str, object] | None) -> None:
    assert regime_text.find(text, year=2026) == regime


def test_a_start_without_a_known_year_stays_open() -> None:
    regime = regime_text.find("自5月6日起，每周五前将进展报送市政府办公室。")

    assert regime == {"weekly": {"weekday": "friday", "start": None, "content": "进展"}}


def test_a_rule_is_found_on_whatever_line_it_stands() -> None:
    plan = "做好日常工作\n每季度末\n一、公开目录。每月 25日前；全年开展2次\n"

    regime = regime_text.find(f"{plan}实行半年\u3000总结报送制度，按时上报。\n{plan}各部门每季度报送公开目录。\n{plan}")

    assert regime == {"quarterly": {"content": "公开目录"}, "half_year": {"content": "半年总结"}}


@given(st.text(alphabet="每周月季半年两一四五报送例会将至少篇自起日1，。“” \n进度", max_size=40))
def test_reading_never_fails(text: str) -> None:
    regime = regime_text.find(text, year=2026)

    assert regime is None or set(regime) <= {"weekly", "biweekly", "monthly", "quarterly", "half_year"}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("每月报送工作信息不少于3篇。", "monthly", {"content": "工作信息", "at_least": 3}),
        ("各县每月报送2条以上工作信息，全年不少于30条。", "monthly", {"content": "工作信息", "at_least": 2}),
        ("每月报送动态，年底前形成3篇总结。", "monthly", {"content": "动态"}),
        ("每月召集26个单位召开一次工作例会。", "monthly", {"content": "工作例会"}),
        ("每两周形成至少两个典型案例报送市府办。", "biweekly", {"content": "典型案例", "at_least": 2}),
        ("每两周的周五下班前报送经验材料。", "biweekly", {"content": "经验材料", "at_least": 1, "weekday": "friday"}),
        ("每月25日前将进展情况报送市府办。", "monthly", {"content": "进展情况", "day": 25}),
        ("每月5日前报送上月情况。", "monthly", {"content": "上月情况", "day": 5, "lag": 1}),
        ("每月最后一个工作日前报送台账。", "monthly", {"content": "台账", "day": 31}),
        ("每月10日、20日前报送动态。", "monthly", {"content": "动态"}),
        ("每季度末月20日前报送公开目录。", "quarterly", {"content": "公开目录", "day": 20}),
        ("每季度结束后10日内报送公开目录。", "quarterly", {"content": "公开目录", "day": 10, "lag": 1}),
        ("每季度第一个月10日前报送公开目录。", "quarterly", {"content": "公开目录", "day": 10, "lag": 1}),
        ("每半年（6月20日、12月20日前）报送总结。", "half_year", {"content": "总结", "day": 20}),
        ("每半年（1月10日、7月10日前）报送总结。", "half_year", {"content": "总结", "day": 10, "lag": 1}),
        ("每周一报送进展。", "weekly", {"weekday": "monday", "start": None, "content": "进展"}),
        ("按月报送进展情况。", "monthly", {"content": "进展情况"}),
        ("每季度报送公开目录。每季度末报送工作进展。", "quarterly", {"content": "公开目录", "also": ["工作进展"]}),
    ],
)  # fmt: skip
def test_a_rule_keeps_its_day_its_number_and_what_else_is_asked(
    text: str, kind: str, said: dict[str, object]
) -> None:
    assert regime_text.find(text, year=2026) == {kind: said}


@pytest.mark.parametrize("text", ["每季度通报考核结果。", "按月开展调度。", "每月通报晾晒。"])
def test_what_the_office_does_itself_is_nobody_s_return(text: str) -> None:
    assert regime_text.find(text, year=2026) is None
