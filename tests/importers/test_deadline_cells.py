"""Short forms that stand in deadline cells, and how exact and how firm a printed day is."""

from __future__ import annotations

import pytest

from importers import deadline_text
from importers.draft import DraftDeadline


@pytest.mark.parametrize(("phrase", "notation"), [
    ("月度", "recurring:P1M"), ("季度", "recurring:P3M"), ("季度末", "recurring:P3M"), ("半年度", "recurring:P6M"),
    ("双月", "recurring:P2M"), ("2026.3-2026.5", "range:2026-03-01/2026-05-31"),
    ("2026.3.1-5.31", "range:2026-03-01/2026-05-31"), ("3.1—5.31", "range:2026-03-01/2026-05-31"),
    ("2026-03至2026-12", "range:2026-03-01/2026-12-31"), ("6-9", "none"), ("Q2", "date:2026-06-30"),
    ("2026年Q3", "date:2026-09-30"), ("30天", "relative:30 days"), ("会后3个工作日内", "relative:3 workdays after 会议"),
    ("任务下达后一周内", "relative:7 days after 任务下达"), ("每季度首月10日前", "recurring:P3M by m1-10"),
    ("原则上年底前", "date:2026-12-31"), ("原则上上半年完成", "date:2026-06-30"), ("半年", "none"), ("年度", "none"),
])
def test_short_forms_of_a_cell_are_read(phrase: str, notation: str) -> None:
    assert deadline_text.read(phrase, year=2026, issued_on=None)[0].notation == notation


@pytest.mark.parametrize("phrase", ["月底前", "次月10日前"])
def test_a_day_of_a_month_that_nothing_names_is_asked_for(phrase: str) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=None)
    assert deadline.notation == "none"
    assert [finding.message for finding in findings] == ["时限没有写明是哪个月，请核对原文后填写完成的日子"]


@pytest.mark.parametrize(("phrase", "reason"), [
    ("即知即改", "即时办理，没有可以记日子的期限。"), ("汛期期间", "只说了大概的时候，没有写明日期。"), ("待定", "没有写明周期或日期。"),
])
def test_why_a_phrase_names_no_day_is_said(phrase: str, reason: str) -> None:
    assert deadline_text.read(phrase, year=2026, issued_on=None)[0].reason == reason


def test_the_last_day_of_those_whom_a_measure_serves_is_no_deadline() -> None:
    sentence = "市民须于2026年6月30日前提交完整的材料，逾期不再受理。"
    assert deadline_text.find(sentence, year=2026, issued_on=None).notation == "none"


def test_what_is_submitted_before_a_day_is_a_deadline() -> None:
    assert deadline_text.find("修订考核办法，4月底前提交审议。", year=2026, issued_on=None).notation == "date:2026-04-30"
    assert deadline_text.find("以安全为前提，有序推进。", year=2026, issued_on=None).notation == "none"


@pytest.mark.parametrize(("phrase", "precision", "soft"), [
    ("6月30日前", "day", False), ("争取6月底", "month", True), ("第二季度", "quarter", False), ("原则上年底前", "year", True),
    ("9月底前建成，力争12月15日前推广", "day", True), ("每季度", None, False), ("长期推进", None, False),
])
def test_the_draft_says_how_exact_and_how_firm_a_day_is(phrase: str, precision: str | None, soft: bool) -> None:
    deadline = DraftDeadline.of(deadline_text.read(phrase, year=2026, issued_on=None)[0])
    assert (deadline.precision, deadline.soft) == (precision, soft)
