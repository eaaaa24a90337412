"""Verdicts proposed from facts, and every contradiction found where it is planted and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day
from tracker.domain.contradictions import ContradictionKind, contradictions
from tracker.domain.look_back import VerdictKind, propose
from tracker.domain.look_back_facts import EvidenceFact, LineFact, LookBackFacts, PartFact
from tracker.domain.quota import Pace
from tracker.domain.task import LineStatus, Role, TaskState

K = ContradictionKind
MOVING, DONE, BLOCKED, CARRIED = (
    LineStatus.IN_PROGRESS, LineStatus.DONE, LineStatus.BLOCKED, LineStatus.CARRIED,
)  # fmt: skip
LINK = "https://www.qingxi.gov.cn/zwgk/1.html"


def lines(*told: str) -> tuple[LineFact, ...]:
    """One line a week from 2026-W36 on: 状态|进展|下周计划, the status by its Chinese word."""
    found = []
    for number, text in enumerate(told):
        word, progress, next_plan = (*text.split("|"), "", "")[:3]
        status = next(status for status in LineStatus if status.label == word)
        reported_on = date(2026, 9, 3) + timedelta(weeks=number)
        found.append(LineFact(f"2026-W{36 + number}", reported_on, status, progress, next_plan))
    return tuple(found)


LEAD = PartFact(
    1, "市府办", Role.LEAD, lines("推进中|起草目录|征求意见", "推进中|征求意见|修改目录", "无变化", "已完成|目录已印发|")
)
SUPPORT = PartFact(2, "市司法局", Role.SUPPORT, lines("推进中|审核目录|继续审核", "已完成|审核完毕|"))
CLEAN = LookBackFacts(
    state=TaskState.SIGNED_OFF, started_on=day("2026-03-01"), ended_on=day("2026-12-31"), due_on=day("2026-09-30"),
    signed_off_on=day("2026-10-12"), parts=(LEAD, SUPPORT),
    evidence=(
        EvidenceFact(1, LINK, day("2026-09-20")),
        EvidenceFact(2, "http://sfj.qingxi.gov.cn/2.html", day("2026-09-08")),
    ),
    quota=Pace(minimum=2, expected=2, counted=2),
)  # fmt: skip
STANDING = LookBackFacts(
    state=TaskState.IN_PROGRESS, started_on=day("2026-03-01"), ended_on=day("2026-12-31"), standing=True,
    parts=(PartFact(1, "市府办", Role.RESPONSIBLE, lines("推进中|更新目录一次", "无变化", "推进中|更新目录两次")),),
)  # fmt: skip
OPEN = replace(
    CLEAN, state=TaskState.IN_PROGRESS, signed_off_on=None, evidence=(),
    parts=(replace(LEAD, lines=lines("推进中|起草目录|征求意见")), replace(SUPPORT, lines=lines("推进中|审核|审核二稿"))),
)  # fmt: skip


def lead(*told: str) -> PartFact:
    return replace(LEAD, lines=lines(*told))


def kinds(facts: LookBackFacts) -> list[ContradictionKind]:
    return [each.kind for each in propose(facts).contradictions]


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
            VerdictKind.UNFINISHED, "已报送进展4次，没有报告完成，时限为2026年9月30日", id="without a lead all are accountable",
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
        pytest.param(STANDING, VerdictKind.STANDING_KEPT, "长期推进事项，全年报送进展3次", id="standing"),
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


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(CLEAN, id="done"),
        pytest.param(STANDING, id="standing"),
        pytest.param(OPEN, id="unfinished"),
        pytest.param(replace(OPEN, parts=()), id="never reported"),
        pytest.param(replace(CLEAN, quota=None, due_on=None), id="done without a day or a quota"),
        pytest.param(
            replace(OPEN, parts=(lead("受阻|等经费", "推进中|经费到位"),)), id="blocked and then resolved",
        ),
        pytest.param(
            replace(OPEN, parts=(lead("推进中|同文", "推进中|同文", "无变化", "推进中|异文"),)), id="twice the same text",
        ),
        pytest.param(
            replace(STANDING, parts=(replace(STANDING.parts[0], lines=lines(*["无变化"] * 5)),)),
            id="no change said five times is no repeated text",
        ),
        pytest.param(replace(OPEN, parts=(replace(LEAD, lines=(), missed=2),)), id="two misses"),
        pytest.param(
            replace(CLEAN, evidence=(EvidenceFact(1, LINK, day("2026-09-30")), EvidenceFact(2, LINK, day("2026-03-01")))),
            id="dated on the due day and on the plan's first day",
        ),
        pytest.param(replace(CLEAN, state=TaskState.CANCELLED, evidence=()), id="cancelled"),
    ],
)  # fmt: skip
def test_a_clean_item_has_no_contradiction(facts: LookBackFacts) -> None:
    assert propose(facts).contradictions == ()


PLANTED = [
    pytest.param(replace(CLEAN, evidence=()), K.DONE_WITHOUT_EVIDENCE, ("佐证0条，可用链接0条",), id="no evidence"),
    pytest.param(
        replace(CLEAN, due_on=day("2026-09-22")), K.DONE_AFTER_DUE, ("完成2026-09-24，时限2026-09-22",), id="late",
    ),
    pytest.param(
        replace(CLEAN, state=TaskState.IN_PROGRESS, signed_off_on=None),
        K.DONE_NOT_SIGNED_OFF, ("市府办于2026-09-24报告完成",), id="not signed off",
    ),
    pytest.param(
        replace(CLEAN, parts=(replace(LEAD, lines=()),), due_on=None),
        K.SIGNED_OFF_WITHOUT_REPORT, ("2026-10-12销号，报送0次",), id="signed off without a report",
    ),
    pytest.param(
        replace(CLEAN, parts=(lead("推进中|起草"), SUPPORT), due_on=None),
        K.SIGNED_OFF_NOT_DONE, ("市府办最后状态：推进中",), id="signed off though not done",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("已完成|印发", "无变化", "推进中|重新修改"),)),
        K.WENT_BACK, ("市府办2026-W36报完成，2026-W38改为推进中",), id="went back from done",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|起草", "受阻|等经费", "无变化"),)),
        K.BLOCKED_UNRESOLVED, ("市府办2026-W37报告受阻，此后没有解决",), id="blocked to the end",
    ),
    pytest.param(
        replace(CLEAN, quota=Pace(10, 10, 6)), K.QUOTA_NOT_MET, ("应有10，现有6",), id="quota",
    ),
    pytest.param(
        replace(CLEAN, evidence=CLEAN.evidence[:1]),
        K.EVIDENCE_MISSING, ("市司法局于2026-09-10报告完成",), id="one unit's done without a link",
    ),
    pytest.param(
        replace(CLEAN, evidence=(*CLEAN.evidence, EvidenceFact(1, " 见附件 "), EvidenceFact(1, ""))),
        K.EVIDENCE_INVALID, ("见附件", "（空）"), id="no address",
    ),
    pytest.param(
        replace(CLEAN, evidence=(replace(CLEAN.evidence[0], also_under=("政策解读", "政府公报")), CLEAN.evidence[1])),
        K.EVIDENCE_DUPLICATE, (f"{LINK} 也用于：政策解读、政府公报",), id="the same link elsewhere",
    ),
    pytest.param(
        replace(CLEAN, evidence=(replace(CLEAN.evidence[0], published_on=day("2026-10-01")), CLEAN.evidence[1])),
        K.EVIDENCE_AFTER_DUE, (f"{LINK} 发布于2026-10-01，时限2026-09-30",), id="published too late",
    ),
    pytest.param(
        replace(CLEAN, evidence=(replace(CLEAN.evidence[0], published_on=day("2026-02-28")), CLEAN.evidence[1])),
        K.EVIDENCE_BEFORE_PLAN, (f"{LINK} 发布于2026-02-28，要点印发于2026-03-01",), id="older than the plan",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|正在起草。", "推进中|正在 起草", "无变化", "推进中|正在起草", "推进中|正在起草"),)),
        K.SAME_TEXT, ("市府办自2026-W36起连续4期：正在起草。",), id="the same text but for punctuation",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|一|召开会议", "推进中|二|召开会议", "推进中|三|召开会议"),)),
        K.PLAN_REPEATED, ("市府办自2026-W36起连续3期：召开会议",), id="a plan repeated and never done",
    ),
    pytest.param(
        replace(OPEN, parts=(replace(OPEN.parts[0], missed=3), OPEN.parts[1])),
        K.MISSED_OFTEN, ("市府办未报3期",), id="three misses",
    ),
    pytest.param(
        replace(OPEN, parts=(OPEN.parts[0], replace(SUPPORT, lines=()))),
        K.UNIT_SILENT, ("市司法局（配合）报送0次",), id="a unit that never reported",
    ),
    pytest.param(
        replace(STANDING, ended_on=day("2027-06-30")),
        K.STANDING_SILENT, ("最后一次报送在2026-09-17",), id="standing and silent since",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "kind", "behind"), PLANTED)
def test_a_planted_contradiction_is_found_alone(
    facts: LookBackFacts, kind: ContradictionKind, behind: tuple[str, ...]
) -> None:
    [found] = propose(facts).contradictions

    assert (found.kind, found.facts) == (kind, behind)
    assert (found.code, found.words) == (kind.value, kind.label)


@pytest.mark.parametrize(
    ("parts", "also"),
    [
        pytest.param((replace(LEAD, lines=()), SUPPORT), K.SIGNED_OFF_NOT_DONE, id="the lead never reported"),
        pytest.param((replace(LEAD, lines=()),), K.SIGNED_OFF_WITHOUT_REPORT, id="nobody reported"),
        pytest.param((lead("推进中|起草目录"), SUPPORT), K.SIGNED_OFF_NOT_DONE, id="the lead never said done"),
    ],
)
def test_a_signature_without_evidence_puts_no_word_in_the_units_mouth(
    parts: tuple[PartFact, ...], also: ContradictionKind
) -> None:
    found = kinds(replace(CLEAN, evidence=(), due_on=None, parts=parts))

    assert found[:2] == [K.SIGNED_OFF_WITHOUT_EVIDENCE, also]
    assert K.DONE_WITHOUT_EVIDENCE not in found


def test_every_kind_is_planted_above() -> None:
    alone = {case.values[1] for case in PLANTED}

    assert alone | {K.SIGNED_OFF_WITHOUT_EVIDENCE} == set(ContradictionKind)


def test_several_contradictions_stand_together_in_order() -> None:
    facts = replace(CLEAN, evidence=(), due_on=day("2026-09-01"), quota=Pace(2, 2, 1))

    assert kinds(facts) == [K.DONE_WITHOUT_EVIDENCE, K.DONE_AFTER_DUE, K.QUOTA_NOT_MET]


def test_a_plan_repeated_until_it_was_done_is_none() -> None:
    repeated = ["推进中|一|召开会议", "推进中|二|召开会议", "推进中|三|召开会议"]

    assert kinds(replace(OPEN, parts=(lead(*repeated, "已完成|已召开"),))) == [
        K.DONE_WITHOUT_EVIDENCE, K.DONE_NOT_SIGNED_OFF,
    ]


@pytest.mark.parametrize("length", [29, 30, 31])
def test_a_long_text_is_quoted_in_part(length: int) -> None:
    [found] = propose(replace(OPEN, parts=(lead(*[f"推进中|{'推' * length}"] * 3),))).contradictions

    quoted = "推" * length if length <= 30 else "推" * 29 + "…"
    assert found.facts == (f"市府办自2026-W36起连续3期：{quoted}",)


def test_only_standing_work_that_goes_on_is_asked_for_the_last_half() -> None:
    signed_off = replace(
        STANDING, ended_on=day("2027-06-30"), state=TaskState.SIGNED_OFF, evidence=CLEAN.evidence[:1],
    )

    assert K.STANDING_SILENT not in kinds(signed_off)
    assert kinds(replace(OPEN, ended_on=day("2027-06-30"))) == []


def test_no_link_is_a_duplicate_of_nothing() -> None:
    empty = EvidenceFact(1, " ", also_under=("政策解读",))

    assert kinds(replace(CLEAN, evidence=(*CLEAN.evidence, empty))) == [K.EVIDENCE_INVALID]


def test_done_counts_from_the_last_time_it_was_said_anew() -> None:
    part = lead("已完成|印发", "推进中|修改", "已完成|再印发", "无变化", "已完成|再印发")

    assert part.done_on == date(2026, 9, 17)
    assert part.status is DONE
    assert lead("推进中|一").done_on is None


@pytest.mark.parametrize(
    ("ended_on", "first"),
    [
        ("2026-06-30", "2026-01-01"),
        ("2026-07-01", "2026-07-01"),
        ("2026-12-31", "2026-07-01"),
    ],
)
def test_the_last_half_year_looked_at(ended_on: str, first: str) -> None:
    assert replace(STANDING, ended_on=day(ended_on)).second_half == day(first)


@pytest.mark.parametrize(
    ("last_report", "reported"), [("2026-06-30", False), ("2026-07-01", True)]
)
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
        st.builds(PartFact, st.integers(1, 3), st.just("某局"), st.sampled_from(Role), LINES, st.integers(0, 5)), max_size=3
    ).map(tuple),
    evidence=st.lists(st.builds(EvidenceFact, st.integers(1, 3), st.text(max_size=12), DAYS), max_size=3).map(tuple),
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


def test_a_file_is_told_without_its_name_where_two_items_have_it() -> None:
    shared = EvidenceFact(1, "", digest="a" * 64, also_under=("公开制度汇编",))
    [found] = propose(replace(CLEAN, evidence=(shared, EvidenceFact(2, LINK)))).contradictions

    assert (found.kind, found.facts) == (ContradictionKind.EVIDENCE_DUPLICATE, ("佐证材料 也用于：公开制度汇编",))


def test_a_unit_that_gave_a_file_has_given_evidence() -> None:
    files = tuple(EvidenceFact(unit_id, "", digest=f"{unit_id}" * 64) for unit_id in (1, 2))

    assert kinds(replace(CLEAN, evidence=files)) == []
    assert kinds(replace(CLEAN, evidence=files[:1])) == [ContradictionKind.EVIDENCE_MISSING]
