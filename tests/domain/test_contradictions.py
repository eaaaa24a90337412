"""Every contradiction is found where it is planted and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.calendars import day
from tests.domain.look_back_items import CLEAN, LEAD, LINK, OPEN, STANDING, SUPPORT, kinds, lead, lines
from tracker.domain.contradictions import ContradictionKind
from tracker.domain.look_back import propose
from tracker.domain.look_back_facts import DayMoved, EvidenceFact, LookBackFacts, PartFact
from tracker.domain.quota import Pace
from tracker.domain.task import LineStatus, Role, TaskState

K = ContradictionKind
MOVING, DONE, BLOCKED, CARRIED = (
    LineStatus.IN_PROGRESS, LineStatus.DONE, LineStatus.BLOCKED, LineStatus.CARRIED,
)  # fmt: skip


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
        replace(CLEAN, due_on=day("2026-09-22")), K.DONE_AFTER_DUE, ("2026年9月24日完成，时限2026年9月22日",), id="late",
    ),
    pytest.param(
        replace(CLEAN, state=TaskState.IN_PROGRESS, signed_off_on=None),
        K.DONE_NOT_SIGNED_OFF, ("市府办于2026年9月24日报告完成",), id="not signed off",
    ),
    pytest.param(
        replace(CLEAN, parts=(replace(LEAD, lines=()),), due_on=None),
        K.SIGNED_OFF_WITHOUT_REPORT, ("2026年10月12日销号，报送0次",), id="signed off without a report",
    ),
    pytest.param(
        replace(CLEAN, parts=(lead("推进中|起草"), SUPPORT), due_on=None),
        K.SIGNED_OFF_NOT_DONE, ("市府办最后状态：推进中",), id="signed off though not done",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("已完成|印发", "无变化", "推进中|重新修改"),)),
        K.WENT_BACK, ("市府办2026年第36周报完成，2026年第38周改为推进中",), id="went back from done",
    ),
    pytest.param(
        replace(CLEAN, parts=(LEAD, replace(SUPPORT, lines=lines("推进中|审一稿", "无变化", "无变化", "无变化", "推进中|审二稿")))),
        K.OTHERS_NOT_DONE, ("2026年9月24日牵头单位已报完成，市司法局2026年第40周仍报推进中",), id="another unit says otherwise",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|起草", "受阻|等经费", "无变化"),)),
        K.BLOCKED_UNRESOLVED, ("市府办2026年第37周报告受阻，此后没有解决",), id="blocked to the end",
    ),
    pytest.param(
        replace(CLEAN, quota=Pace(10, 10, 6)), K.QUOTA_NOT_MET, ("应有10，现有6",), id="quota",
    ),
    pytest.param(
        replace(CLEAN, evidence=CLEAN.evidence[:1]),
        K.EVIDENCE_MISSING, ("市司法局于2026年9月10日报告完成",), id="one unit's done without a link",
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
        K.EVIDENCE_AFTER_DUE, (f"{LINK} 发布于2026年10月1日，时限2026年9月30日",), id="published too late",
    ),
    pytest.param(
        replace(
            CLEAN, quota=None, evidence=(replace(CLEAN.evidence[0], published_on=day("2026-02-28")), CLEAN.evidence[1]),
        ),
        K.EVIDENCE_BEFORE_PLAN, (f"{LINK} 发布于2026年2月28日，要点印发于2026年3月1日",), id="older than the plan",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|正在起草。", "推进中|正在 起草", "无变化", "推进中|正在起草", "推进中|正在起草"),)),
        K.SAME_TEXT, ("市府办自2026年第36周起连续4期：正在起草。",), id="the same text but for punctuation",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|一|召开会议", "推进中|二|召开会议", "推进中|三|召开会议"),)),
        K.PLAN_REPEATED, ("市府办自2026年第36周起连续3期：召开会议",), id="a plan repeated and never done",
    ),
    pytest.param(
        replace(OPEN, parts=(replace(OPEN.parts[0], missed=3), OPEN.parts[1])),
        K.MISSED_OFTEN, ("市府办未报3期",), id="three misses",
    ),
    pytest.param(
        replace(OPEN, parts=(OPEN.parts[0], replace(SUPPORT, lines=()))),
        K.UNIT_SILENT, ("市司法局（配合）报送进展0次",), id="a unit that never reported",
    ),
    pytest.param(
        replace(OPEN, parts=(OPEN.parts[0], replace(SUPPORT, lines=lines("无变化", "无变化")))),
        K.UNIT_SILENT, ("市司法局（配合）报送进展0次，2期都是无变化",), id="a unit that only ever said 无变化",
    ),
    pytest.param(
        replace(STANDING, ended_on=day("2027-06-30")),
        K.STANDING_SILENT, ("最后一次报送在2026年9月17日",), id="standing and silent since",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|任务已全部完成", "推进中|目录修改"),)),
        K.SAYS_DONE, ("市府办2026年第36周状态推进中：任务已全部完成",), id="words say done, the status does not",
    ),
    pytest.param(
        replace(CLEAN, parts=(lead("已完成|目录尚未完成"), SUPPORT)),
        K.SAYS_UNDONE, ("市府办2026年第36周报完成：目录尚未完成",), id="the status says done, the words do not",
    ),
    pytest.param(
        replace(CLEAN, parts=(replace(LEAD, lines=(*LEAD.lines[:3], replace(LEAD.lines[3], sent_back=True))), SUPPORT)),
        K.DONE_SENT_BACK, ("市府办2026年第39周报完成被退回",), id="done stands on a return that was sent back",
    ),
    pytest.param(
        replace(CLEAN, moved=(DayMoved("市府办", day("2026-06-30"), day("2026-09-30"), day("2026-07-01"), day("2026-06-29")),)),
        K.EXTENSION_AFTER_DUE, ("市府办原时限2026年6月30日，2026年6月29日提出，2026年7月1日才同意延至2026年9月30日",),
        id="a day was put off when it had passed",
    ),
    pytest.param(
        replace(CLEAN, signed_off_by=7, parts=(
            replace(LEAD, lines=tuple(replace(line, said_by=7) for line in LEAD.lines)), SUPPORT,
        )),
        K.SIGNED_OFF_BY_REPORTER, ("市府办2026年第39周报完成的人自己销了号",), id="one person reported and signed off",
    ),
    pytest.param(
        replace(CLEAN, parts=(replace(LEAD, sub_items=("校对目录", "印发目录")), SUPPORT)),
        K.SUB_ITEMS_OPEN, ("市府办还有2项：校对目录、印发目录",), id="own steps are open",
    ),
    pytest.param(
        replace(CLEAN, open_matters=("2026年第3号督办单（市府办）没有销单",)),
        K.OPEN_MATTERS, ("2026年第3号督办单（市府办）没有销单",), id="an order is open",
    ),
    pytest.param(
        replace(OPEN, state=TaskState.CANCELLED, cancelled_on=day("2026-09-01")),
        K.REPORTED_AFTER_CANCEL,
        ("2026年9月1日取消，市府办2026年第36周又报送", "2026年9月1日取消，市司法局2026年第36周又报送"),
        id="reported after it was cancelled",
    ),
    pytest.param(
        replace(CLEAN, not_counted=("市府办“访谈”（2026年3月1日）：不在指标的起止时间内",)),
        K.EVENT_NOT_COUNTED, ("市府办“访谈”（2026年3月1日）：不在指标的起止时间内",), id="an event that does not count",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|已在市政府网站公开目录"),)),
        K.LINK_NEVER_GIVEN, ("市府办2026年第36周：已在市政府网站公开目录",), id="said to be public, no link",
    ),
    pytest.param(
        replace(CLEAN, evidence=(*CLEAN.evidence, EvidenceFact(1, "https://www.qingxi.gov.cn/"))),
        K.EVIDENCE_FRONT_PAGE, ("https://www.qingxi.gov.cn/",), id="a front page",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|累计归集132件", "无变化", "推进中|累计归集120件"),)),
        K.FIGURES_FELL, ("市府办“归集件”2026年第36周为132，2026年第38周为120",), id="a total that fell",
    ),
    pytest.param(
        replace(CLEAN, parts=(replace(LEAD, unclaimed="一直没有认领"), SUPPORT)),
        K.PART_UNCLAIMED, ("市府办：一直没有认领",), id="shared work that nobody claimed",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "kind", "behind"), PLANTED)
def test_a_planted_contradiction_is_found_alone(
    facts: LookBackFacts, kind: ContradictionKind, behind: tuple[str, ...]
) -> None:
    [found] = propose(facts).contradictions

    assert (found.kind, found.facts) == (kind, behind)
    assert (found.code, found.words) == (kind.value, kind.label)


GIVEN = EvidenceFact(1, LINK)
CLEAN_TWINS = [
    pytest.param(replace(OPEN, parts=(lead("推进中|任务已全部完成", "已完成|任务已全部完成"),), evidence=(GIVEN,)), id="ticked a week later"),
    pytest.param(replace(OPEN, parts=(lead("推进中|清理工作已全部完成", "推进中|编制目录"),)), id="one piece of work was finished"),
    pytest.param(replace(CLEAN, parts=(lead("已完成|目录已印发，正在按月更新"), SUPPORT)), id="done, and kept up"),
    pytest.param(
        replace(CLEAN, moved=(DayMoved("市府办", day("2026-06-30"), day("2026-09-30"), day("2026-06-30"), day("2026-06-29")),)),
        id="put off on the last day",
    ),
    pytest.param(replace(CLEAN, signed_off_by=7), id="signed off by somebody else"),
    pytest.param(replace(OPEN, parts=(replace(OPEN.parts[0], sub_items=("校对目录",)),)), id="steps of work that goes on"),
    pytest.param(replace(OPEN, open_matters=("2026年第3号督办单（市府办）没有销单",)), id="an order about work that goes on"),
    pytest.param(replace(OPEN, state=TaskState.CANCELLED, cancelled_on=day("2026-12-01")), id="reported before it was cancelled"),
    pytest.param(replace(OPEN, parts=(lead("推进中|已在网站公开目录", "推进中|核对"),), evidence=(GIVEN,)), id="the link came later"),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|已在网站公开目录"),), evidence=(EvidenceFact(1, "", digest="a" * 64),)),
        id="a picture of the page is enough",
    ),
    pytest.param(replace(OPEN, parts=(lead("推进中|累计归集132件", "推进中|去重后累计归集120件"),)), id="a total that was mended"),
    pytest.param(replace(OPEN, parts=(lead("推进中|累计归集132件", "推进中|累计解读12篇"),)), id="totals of two things"),
    pytest.param(replace(OPEN, parts=(OPEN.parts[0], replace(SUPPORT, lines=(), asked=False))), id="nothing was asked of the unit"),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|一|召开会议", "无变化||召开会议", "无变化||召开会议"),)), id="a plan that only stands on",
    ),
    pytest.param(
        replace(CLEAN, evidence=(*CLEAN.evidence, replace(CLEAN.evidence[0], published_on=day("2026-11-01")))),
        id="kept up after the last day",
    ),
    pytest.param(
        replace(OPEN, handed_back=(day("2026-09-10"),), parts=(lead("已完成|印发", "推进中|按退回意见修改"),)),
        id="the office gave back what was done",
    ),
    pytest.param(
        replace(OPEN, parts=(replace(LEAD, lines=(
            replace(LEAD.lines[3], sent_back=True), replace(LEAD.lines[0], reported_on=day("2026-10-08")),
        )),)),
        id="done was sent back, and goes on",
    ),
    pytest.param(
        replace(CLEAN, parts=(LEAD, replace(SUPPORT, lines=lines("推进中|审一稿", "无变化", "无变化", "推进中|审二稿")))),
        id="another unit speaks in the same week as the lead",
    ),
    pytest.param(
        replace(CLEAN, evidence=CLEAN.evidence[:1], parts=(LEAD, replace(SUPPORT, lines=lines("推进中|审一稿")))),
        id="another unit spoke before, and has nothing to show",
    ),
    pytest.param(
        replace(CLEAN, parts=(LEAD, replace(SUPPORT, lines=(
            replace(SUPPORT.lines[0], period_key="2026-W39", reported_on=day("2026-09-26")),
        )))),
        id="another unit handed the same week in later",
    ),
    pytest.param(
        replace(CLEAN, parts=(LEAD, replace(SUPPORT, lines=(replace(SUPPORT.lines[0], reported_on=day("2026-09-24")),)))),
        id="another unit handed an earlier week in on the same day",
    ),
    pytest.param(
        replace(CLEAN, parts=(lead("推进中|起草目录", "已完成|目录已印发", "已完成|目录再次印发"), SUPPORT)), id="done is said twice",
    ),
    pytest.param(
        replace(CLEAN, evidence=CLEAN.evidence[:1], parts=(LEAD, replace(SUPPORT, lines=(), asked=False))),
        id="another unit was asked nothing",
    ),
    pytest.param(
        replace(OPEN, signed_off_by=7, parts=(
            replace(LEAD, lines=tuple(replace(line, said_by=7) for line in LEAD.lines), role=Role.RESPONSIBLE),
            replace(OPEN.parts[1], role=Role.RESPONSIBLE),
        ), evidence=(GIVEN,)),
        id="signed off by its reporter, and opened again",
    ),
    pytest.param(replace(OPEN, cancelled_on=day("2026-08-01")), id="cancelled once, and taken up again"),
    pytest.param(
        replace(STANDING, parts=(replace(STANDING.parts[0], lines=lines(*["推进中|按要求持续推进。|继续推进"] * 5)),)),
        id="standing work goes on, and says so",
    ),
    pytest.param(
        replace(STANDING, parts=(replace(STANDING.parts[0], lines=lines(
            *(f"推进中|更新目录{number}次|每周更新" for number in range(5))
        )),)),
        id="standing work has the same plan every week",
    ),
    pytest.param(
        replace(STANDING, evidence=(EvidenceFact(1, LINK, day("2026-02-10")),)), id="kept up since before the plan came",
    ),
    pytest.param(
        replace(CLEAN, evidence=(*CLEAN.evidence, EvidenceFact(1, f"{LINK}?q=1", day("2026-01-01")))),
        id="what is counted is counted from the year's first day",
    ),
    pytest.param(
        replace(CLEAN, due_on=day("2026-08-31"), evidence=(EvidenceFact(1, LINK), EvidenceFact(2, f"{LINK}?2")), parts=(
            replace(LEAD, lines=(replace(LEAD.lines[3], since=day("2026-08-01"), until=day("2026-08-31")),)), SUPPORT,
        )),
        id="the return of the month that ended on the last day",
    ),
    pytest.param(
        replace(OPEN, parts=(lead("推进中|第一批完成进度90%", "推进中|第二批完成进度20%"),)), id="the next batch begins anew",
    ),
    pytest.param(
        replace(CLEAN, due_on=day("2026-09-22"), parts=(
            replace(LEAD, lines=(*LEAD.lines[:3], replace(
                LEAD.lines[3], since=day("2026-09-21"), link=LINK, link_on=day("2026-09-20"),
            ))), SUPPORT,
        )),
        id="published in time, told by the first return that could",
    ),
]  # fmt: skip


@pytest.mark.parametrize("facts", CLEAN_TWINS)
def test_what_only_looks_like_a_contradiction_is_none(facts: LookBackFacts) -> None:
    told = {K.DONE_NOT_SIGNED_OFF, K.EVIDENCE_AFTER_DUE} if facts.state is TaskState.IN_PROGRESS else set()

    assert [kind for kind in kinds(facts) if kind not in told] == []


@pytest.mark.parametrize(
    ("parts", "also"),
    [
        pytest.param((replace(LEAD, lines=()), SUPPORT), K.SIGNED_OFF_NOT_DONE, id="the lead never reported"),
        pytest.param((replace(LEAD, lines=()),), K.SIGNED_OFF_WITHOUT_REPORT, id="nobody reported"),
        pytest.param(
            (lead("推进中|起草目录"), SUPPORT), K.SIGNED_OFF_NOT_DONE, id="the lead never said done"
        ),
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
        K.DONE_WITHOUT_EVIDENCE,
        K.DONE_NOT_SIGNED_OFF,
    ]


@pytest.mark.parametrize("length", [29, 30, 31])
def test_a_long_text_is_quoted_in_part(length: int) -> None:
    [found] = propose(replace(OPEN, parts=(lead(*[f"推进中|{'推' * length}"] * 3),))).contradictions

    quoted = "推" * length if length <= 30 else "推" * 29 + "…"
    assert found.facts == (f"市府办自2026年第36周起连续3期：{quoted}",)


def test_only_standing_work_that_goes_on_is_asked_for_the_last_half() -> None:
    signed_off = replace(
        STANDING,
        ended_on=day("2027-06-30"),
        state=TaskState.SIGNED_OFF,
        evidence=CLEAN.evidence[:1],
    )

    assert K.STANDING_SILENT not in kinds(signed_off)
    assert kinds(replace(OPEN, ended_on=day("2027-06-30"))) == []


def test_standing_work_is_asked_about_words_that_tell_something_and_pages_of_another_year() -> None:
    part = replace(STANDING.parts[0], lines=lines(*["推进中|更新目录一次"] * 3))
    old = EvidenceFact(1, LINK, day("2025-12-31"))

    assert kinds(replace(STANDING, parts=(part,), evidence=(old,))) == [K.EVIDENCE_BEFORE_PLAN, K.SAME_TEXT]


def test_a_piece_of_work_that_is_finished_in_the_last_word_may_be_the_task() -> None:
    finished = ("推进中|编制目录", "推进中|清理工作已全部完成")

    assert kinds(replace(OPEN, parts=(lead(*finished),))) == [K.SAYS_DONE]
    assert kinds(replace(OPEN, parts=(lead(*reversed(finished)),))) == []


def test_no_link_is_a_duplicate_of_nothing() -> None:
    empty = EvidenceFact(1, " ", also_under=("政策解读",))

    assert kinds(replace(CLEAN, evidence=(*CLEAN.evidence, empty))) == [K.EVIDENCE_INVALID]


def test_a_file_is_told_without_its_name_where_two_items_have_it() -> None:
    shared = EvidenceFact(1, "", digest="a" * 64, also_under=("公开制度汇编",))
    [found] = propose(replace(CLEAN, evidence=(shared, EvidenceFact(2, LINK)))).contradictions

    assert (found.kind, found.facts) == (
        ContradictionKind.EVIDENCE_DUPLICATE,
        ("佐证材料 也用于：公开制度汇编",),
    )


def test_a_unit_that_gave_a_file_has_given_evidence() -> None:
    files = tuple(EvidenceFact(unit_id, "", digest=f"{unit_id}" * 64) for unit_id in (1, 2))

    assert kinds(replace(CLEAN, evidence=files)) == []
    assert kinds(replace(CLEAN, evidence=files[:1])) == [ContradictionKind.EVIDENCE_MISSING]
    nothing = EvidenceFact(2, " ")
    assert kinds(replace(CLEAN, evidence=(files[0], nothing))) == [K.EVIDENCE_MISSING, K.EVIDENCE_INVALID]
