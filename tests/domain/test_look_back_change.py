"""What has changed since a verdict was confirmed, and what is no news."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.look_back_items import CLEAN, LEAD, LINK, OPEN, SUPPORT, lead, lines
from tracker.domain.contradictions import Contradiction, ContradictionKind
from tracker.domain.look_back import Proposal, VerdictKind, propose
from tracker.domain.look_back_change import Seen, changes
from tracker.domain.look_back_facts import EvidenceFact, LookBackFacts
from tracker.domain.quota import Pace

K = ContradictionKind
OTHER = EvidenceFact(1, LINK, also_under=("政策解读",))
MISSED = replace(OPEN, parts=(replace(LEAD, lines=OPEN.parts[0].lines, missed=3), OPEN.parts[1]))


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        pytest.param(CLEAN, CLEAN, (), id="nothing"),
        pytest.param(
            OPEN, replace(OPEN, parts=(lead("推进中|起草目录|征求意见", "推进中|修改目录"), OPEN.parts[1])), (),
            id="another report of work that goes on",
        ),
        pytest.param(
            CLEAN, replace(CLEAN, evidence=()),
            ("系统建议由“完成有据”变为“完成无据”：已销号，没有可用的佐证链接", "新出现“报告完成，但没有佐证链接”：佐证0条，可用链接0条"),
            id="the proof is gone",
        ),
        pytest.param(
            replace(CLEAN, evidence=()), CLEAN,
            ("系统建议由“完成无据”变为“完成有据”：已销号，有2条佐证链接", "不再有“报告完成，但没有佐证链接”"), id="the proof has come",
        ),
        pytest.param(
            replace(CLEAN, evidence=(OTHER, CLEAN.evidence[1])),
            replace(CLEAN, evidence=(OTHER, replace(CLEAN.evidence[1], also_under=("政府公报",)))),
            ("新出现“佐证链接与其他任务相同”：http://sfj.qingxi.gov.cn/2.html 也用于：政府公报",), id="one more of the same kind",
        ),
        pytest.param(MISSED, replace(MISSED, parts=(replace(MISSED.parts[0], missed=4), MISSED.parts[1])), (), id="a sum that grew"),
        pytest.param(replace(CLEAN, quota=Pace(9, 9, 2)), replace(CLEAN, quota=Pace(9, 9, 3)), (), id="still not met"),
        pytest.param(
            CLEAN, replace(CLEAN, parts=(LEAD, replace(SUPPORT, lines=lines("推进中|一", "无变化", "无变化", "无变化", "推进中|二")))),
            ("新出现“牵头单位报告完成以后，其他单位仍报没有完成”：2026年9月24日牵头单位已报完成，市司法局2026年第40周仍报推进中",),
            id="another unit says otherwise",
        ),
    ],
)  # fmt: skip
def test_a_person_is_told_what_they_would_decide_anew_about(
    then: LookBackFacts, now: LookBackFacts, told: tuple[str, ...]
) -> None:
    before = propose(then)

    assert changes(Seen(before.verdict, before.contradictions), propose(now)) == told


@pytest.mark.parametrize(
    ("kind", "once", "fact"),
    [
        (K.OTHERS_NOT_DONE, "2026-09-24牵头单位已报完成，市司法局2026-W40仍报推进中", "2026年9月24日牵头单位已报完成，市司法局2026年第40周仍报推进中"),
        (K.DONE_AFTER_DUE, "完成2026-09-24，时限2026-09-22", "2026年9月24日完成，时限2026年9月22日"),
        (K.WENT_BACK, "市府办2026-09报完成，2026-Q4改为推进中", "市府办2026年9月报完成，2026年第四季度改为推进中"),
        (
            K.EVIDENCE_AFTER_DUE, "https://sfj.qingxi.gov.cn/2026-09-24/1.html 发布于2026-10-01，时限2026-09-30",
            "https://sfj.qingxi.gov.cn/2026-09-24/1.html 发布于2026年10月1日，时限2026年9月30日",
        ),
        (K.SAYS_UNDONE, "市府办2026-W36报完成：尚未完成2026-13-41的部分", "市府办2026年第36周报完成：尚未完成2026-13-41的部分"),
    ],
)  # fmt: skip
def test_what_an_earlier_release_worded_otherwise_is_no_change(kind: ContradictionKind, once: str, fact: str) -> None:
    seen = Seen(VerdictKind.UNFINISHED, (Contradiction(kind, (once,)),))

    assert changes(seen, Proposal(VerdictKind.UNFINISHED, (Contradiction(kind, (fact,)),), "")) == ()
