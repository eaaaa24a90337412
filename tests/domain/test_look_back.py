"""Verdicts proposed from facts, and the facts themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day
from tests.domain.look_back_items import CLEAN, LEAD, LINK, OPEN, STANDING, SUPPORT, lead
from tracker.domain.contradictions import ContradictionKind, contradictions
from tracker.domain.look_back import VerdictKind, propose
from tracker.domain.look_back_facts import EvidenceFact, LineFact, LookBackFacts, PartFact
from tracker.domain.quota import Pace
from tracker.domain.task import LineStatus, Role, TaskState

K = ContradictionKind
MOVING, DONE, BLOCKED, CARRIED = (
    LineStatus.IN_PROGRESS, LineStatus.DONE, LineStatus.BLOCKED, LineStatus.CARRIED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"),
    [
        pytest.param(CLEAN, VerdictKind.DONE_WITH_EVIDENCE, "已销号，有2条佐证链接", id="clean"),
        pytest.param(
            replace(CLEAN, evidence=()), VerdictKind.DONE_WITHOUT_EVIDENCE, "已销号，没有可用的佐证链接", id="no link",
        ),
        pytest.param(
            replace(CLEAN, evidence=(EvidenceFact(1, "见附件"),)),
            VerdictKind.DONE_WITHOUT_EVIDENCE, "已销号，没有可用的佐证链接", id="what is no link is no evidence",
        ),
        pytest.param(
            replace(CLEAN, evidence=(EvidenceFact(1, "", digest="a" * 64), EvidenceFact(2, "", digest="a" * 64))),
            VerdictKind.DONE_WITH_EVIDENCE, "已销号，有1份佐证材料", id="a file is evidence, and counts once",
        ),
        pytest.param(
            replace(CLEAN, evidence=(EvidenceFact(1, LINK), EvidenceFact(2, "", digest="a" * 64))),
            VerdictKind.DONE_WITH_EVIDENCE, "已销号，有1条佐证链接、1份佐证材料", id="a link and a file",
        ),
        pytest.param(
            replace(CLEAN, due_on=day("2026-09-23")), VerdictKind.DONE_LATE,
            "已销号，2026年9月24日完成，超过时限2026年9月23日 1天", id="a day late",
        ),
        pytest.param(
            replace(CLEAN, due_on=day("2026-09-24")), VerdictKind.DONE_WITH_EVIDENCE,
            "已销号，有2条佐证链接", id="on the last day is on time, though signed off later",
        ),
        pytest.param(
            replace(CLEAN, due_on=day("2026-08-31"), extended_to=day("2026-09-30")), VerdictKind.DONE_WITH_EVIDENCE,
            "已销号，有2条佐证链接", id="an extension counts",
        ),
        pytest.param(
            replace(CLEAN, state=TaskState.IN_PROGRESS, signed_off_on=None), VerdictKind.DONE_WITH_EVIDENCE,
            "单位报告完成，有2条佐证链接", id="the lead's word is enough to propose",
        ),
        pytest.param(
            replace(OPEN, parts=(LEAD, replace(SUPPORT, lines=()))), VerdictKind.DONE_WITHOUT_EVIDENCE,
            "单位报告完成，没有可用的佐证链接", id="the lead is accountable, not the support",
        ),
        pytest.param(
            replace(OPEN, parts=(replace(LEAD, role=Role.RESPONSIBLE), replace(SUPPORT, lines=()))),
            VerdictKind.UNFINISHED, "已报送进展3次，没有报告完成，时限为2026年9月30日", id="without a lead all are accountable",
        ),
        pytest.param(
            replace(CLEAN, parts=()), VerdictKind.DONE_LATE,
            "已销号，2026年10月12日完成，超过时限2026年9月30日 12天", id="without a report the signature's day counts",
        ),
        pytest.param(OPEN, VerdictKind.UNFINISHED, "已报送进展2次，没有报告完成，时限为2026年9月30日", id="unfinished"),
        pytest.param(
            replace(OPEN, due_on=None), VerdictKind.UNFINISHED, "已报送进展2次，没有报告完成", id="unfinished without a day",
        ),
        pytest.param(
            replace(OPEN, parts=(replace(LEAD, lines=()),)), VerdictKind.NEVER_REPORTED,
            "全年没有收到任何单位的进展报送", id="never reported",
        ),
        pytest.param(
            replace(OPEN, parts=()), VerdictKind.NEVER_REPORTED, "全年没有收到任何单位的进展报送", id="nobody's",
        ),
        pytest.param(STANDING, VerdictKind.STANDING_KEPT, "长期推进事项，全年报送进展2次", id="standing"),
        pytest.param(
            replace(STANDING, ended_on=day("2027-06-30")), VerdictKind.UNFINISHED,
            "长期推进事项，1月1日以后没有再报送进展", id="standing, then silent",
        ),
        pytest.param(
            replace(STANDING, parts=()), VerdictKind.NEVER_REPORTED,
            "全年没有收到任何单位的进展报送", id="standing and never reported",
        ),
        pytest.param(
            replace(CLEAN, state=TaskState.CANCELLED), VerdictKind.CANCELLED, "任务已取消", id="cancelled",
        ),
    ],
)  # fmt: skip
def test_verdict(facts: LookBackFacts, verdict: VerdictKind, reason: str) -> None:
    proposal = propose(facts)

    assert (proposal.verdict, proposal.reason) == (verdict, reason)


def test_done_counts_from_the_last_time_it_was_said_anew() -> None:
    part = lead("已完成|印发", "推进中|修改", "已完成|再印发", "无变化", "已完成|再印发")

    assert part.done_on == date(2026, 9, 17)
    assert part.status is DONE
    assert lead("推进中|一").done_on is None


@pytest.mark.parametrize(
    ("ended_on", "first"),
    [
        ("2026-06-30", "2026-01-01"),
        ("2026-07-01", "2026-01-01"),
        ("2026-09-30", "2026-01-01"),
        ("2026-10-01", "2026-07-01"),
        ("2026-03-31", "2025-07-01"),
        ("2026-04-01", "2026-01-01"),
        ("2026-12-31", "2026-07-01"),
    ],
)
def test_the_last_half_year_looked_at(ended_on: str, first: str) -> None:
    assert replace(STANDING, ended_on=day(ended_on)).second_half == day(first)


@pytest.mark.parametrize(("last_report", "reported"), [("2026-06-30", False), ("2026-07-01", True)])
def test_a_report_on_the_first_day_of_the_half_year_counts(last_report: str, reported: bool) -> None:
    line = LineFact("2026-W27", day(last_report), MOVING, "更新目录")

    facts = replace(STANDING, parts=(replace(STANDING.parts[0], lines=(line,)),))

    assert facts.reported_in_second_half is reported


@pytest.mark.parametrize(
    ("url", "valid"),
    [
        (LINK, True),
        ("http://www.qingxi.gov.cn", True),
        (f"  {LINK} ", True),
        ("HTTPS://WWW.QINGXI.GOV.CN/A", True),
        ("www.qingxi.gov.cn/a", False),
        ("ftp://www.qingxi.gov.cn/a", False),
        ("javascript:alert(1)", False),
        ("http://localhost/a", False),
        ("http://qingxi./a", False),
        ("http://[::1", False),
        ("https:///a.html", False),
        ("https://www.qingxi.gov.cn/a 见附件", False),
        ("已上网", False),
        ("", False),
    ],
)
def test_a_link_is_a_public_address(url: str, valid: bool) -> None:
    assert EvidenceFact(1, url).is_valid is valid


@pytest.mark.parametrize(
    ("verdict", "wants"),
    [
        (VerdictKind.UNFINISHED, True),
        (VerdictKind.NEVER_REPORTED, True),
        (VerdictKind.DONE_WITHOUT_EVIDENCE, True),
        (VerdictKind.DONE_WITH_EVIDENCE, False),
        (VerdictKind.DONE_LATE, False),
        (VerdictKind.STANDING_KEPT, False),
        (VerdictKind.CANCELLED, False),
    ],
)
def test_what_is_carried_into_rectification(verdict: VerdictKind, wants: bool) -> None:
    assert verdict.wants_rectification is wants


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2027, 3, 31))
LINES = st.lists(
    st.builds(
        LineFact, st.just("2026-W40"), st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(LineStatus),
        st.sampled_from(["", "甲", "乙"]), st.sampled_from(["", "丙"]),
    ),
    max_size=6,
).map(lambda found: tuple(sorted(found, key=lambda line: line.reported_on)))  # fmt: skip
FACTS = st.builds(
    LookBackFacts,
    state=st.sampled_from(TaskState),
    started_on=st.just(date(2026, 3, 1)),
    ended_on=st.just(date(2026, 12, 31)),
    due_on=DAYS,
    extended_to=DAYS,
    standing=st.booleans(),
    signed_off_on=DAYS,
    parts=st.lists(
        st.builds(
            PartFact, st.integers(1, 3), st.just("某局"), st.sampled_from(Role), LINES, st.integers(0, 5)
        ),
        max_size=3,
    ).map(tuple),
    evidence=st.lists(st.builds(EvidenceFact, st.integers(1, 3), st.text(max_size=12), DAYS), max_size=3).map(
        tuple
    ),
    quota=st.none() | st.builds(Pace, st.integers(1, 5), st.just(0), st.integers(0, 5)),
)


@given(FACTS)
def test_whatever_the_facts_there_is_one_verdict_with_a_reason(facts: LookBackFacts) -> None:
    proposal = propose(facts)

    assert proposal.reason
    assert all(each.facts for each in proposal.contradictions)
    codes = [each.kind for each in proposal.contradictions]
    assert codes == [kind for kind in ContradictionKind if kind in codes]
    if proposal.verdict is VerdictKind.DONE_LATE:
        assert K.DONE_AFTER_DUE in codes
    if proposal.verdict is VerdictKind.DONE_WITHOUT_EVIDENCE:
        said = K.DONE_WITHOUT_EVIDENCE if facts.reported_done else K.SIGNED_OFF_WITHOUT_EVIDENCE
        assert said in codes
    if facts.state is not TaskState.CANCELLED:
        assert proposal.contradictions == contradictions(facts)
