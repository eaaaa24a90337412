"""The words and the addresses of figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.factories import TODAY
from tracker.domain.obligation import ObligationState as State
from tracker.domain.report import Figure, plain
from tracker.domain.task import OPEN_STATES, Role, TaskState
from tracker.services import report_figures as figures
from tracker.services.report_figures import TaskLine
from tracker.store.queries.ledger import LedgerFilter, TaskRow, UnitLabel
from tracker.store.queries.reporting import ObligationCounts
from tracker.web.forms import ledger as forms

ROW = TaskRow(
    1, 1, "要点", 1, "任务", "", TaskState.ASSIGNED, "overdue", date(2026, 9, 20), None, "", "none", 1
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
filters = st.builds(
    LedgerFilter,
    plan_id=st.integers(1, 99),
    unit_id=st.none() | st.integers(1, 99),
    section=st.sampled_from(["", "一、主动公开", "无板块", "a&b=c #1"]),
    due_from=st.none() | days,
    due_to=st.none() | days,
    states=st.sampled_from([(), OPEN_STATES, (TaskState.SIGNED_OFF,), (TaskState.CANCELLED,)]),
    overdue=st.booleans(),
)


@given(filters)
def test_an_address_of_the_ledger_means_its_filter(wanted: LedgerFilter) -> None:
    parts = urlsplit(figures.ledger_address(wanted))

    query, problems = forms.read(MultiDict(parse_qsl(parts.query)))

    assert parts.path == "/ledger"
    assert problems == ()
    assert query.wanted == wanted


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("公开目录", "公开目录"),
        ("  公开\n目录 ", "公开 目录"),
        ("公开义务教育学校学区划分、招生计划，收费标准，咨询电话和监督电话都要列明", "公开义务教育学校学区划分、招生计划，收费标准"),
        ("印发，把规范性文件逐件核对清理并统一编号后集中放到政府网站的专栏里去", "印发，把规范性文件逐件核对清理并统一编号后集中放到政府网站…"),
    ],
)  # fmt: skip
def test_a_tasks_name_is_short_and_ends_where_a_clause_does(title: str, said: str) -> None:
    assert figures.short(title) == said
    assert len(said) <= figures.LONGEST_NAME


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("一、主动公开", "主动公开"),
        ("十二、保障", "保障"),
        ("平台建设", "平台建设"),
        ("", "其他任务"),
        ("无板块", "其他任务"),
    ],
)
def test_a_section_is_called_without_its_number(section: str, said: str) -> None:
    assert figures.section_name(section) == said


@pytest.mark.parametrize(
    ("first", "day", "said"),
    [
        (None, date(2026, 9, 20), "原定9月20日，已逾期4天"),
        (date(2026, 8, 31), date(2026, 9, 20), "原定8月31日，延至9月20日，已逾期4天"),
        (date(2025, 12, 31), date(2026, 9, 20), "原定2025年12月31日，延至9月20日，已逾期4天"),
    ],
)
def test_what_is_late_says_the_first_day_and_the_one_in_force(
    first: date | None, day: date, said: str
) -> None:
    line = TaskLine(replace(ROW, next_due_on=day, first_due_on=first), ())

    assert figures.lateness(line, TODAY) == said


def test_leads_answer_for_a_task_and_three_are_named() -> None:
    def label(role: Role, name: str, members: int = 1) -> UnitLabel:
        return UnitLabel(1, role, name, members, grouped=members > 1, done=0)

    leads = [label(Role.LEAD, f"市{name}局") for name in "甲乙丙丁"]
    others = [label(Role.SUPPORT, "市戊局"), label(Role.RESPONSIBLE, "各县区", 8)]

    assert figures.whose(TaskLine(ROW, [*leads[:2], *others])) == "市甲局、市乙局"
    assert figures.whose(TaskLine(ROW, [*leads, *others])) == "市甲局、市乙局、市丙局等4家"
    assert figures.whose(TaskLine(ROW, others)) == "各县区（8家）"
    assert figures.whose(TaskLine(ROW, ())) == "责任单位未定"


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({}, ""),
        ({(State.OPEN, False): 3}, ""),
        ({(State.ACCEPTED, False): 2, (State.MISSED, False): 1}, "66.7%"),
        ({(State.ACCEPTED, False): 2, (State.OPEN, False): 5, (State.WAIVED, False): 4}, "100%"),
        ({(State.ACCEPTED, True): 1, (State.SUBMITTED, False): 1}, "50%"),
        ({(State.ACCEPTED, False): 2499, (State.MISSED, False): 1}, "99.9%"),
    ],
)
def test_a_rate_is_of_what_is_settled(by: dict[Any, int], said: str) -> None:
    of = Figure("on_time", "2", "/list")

    told = figures.rate("rate", "按时率", ObligationCounts(by), of=of)

    assert plain(told) == (f"，按时率{said}" if said else "")


def test_no_two_texts_stand_side_by_side() -> None:
    figure = Figure("due", "1")

    assert figures.joined(("应", "报", "", figure, "", "家", "。")) == ("应报", figure, "家。")
