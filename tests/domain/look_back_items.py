"""Items of a look-back: clean ones, from which each test departs by one fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.domain.calendars import day
from tracker.domain.contradictions import ContradictionKind
from tracker.domain.look_back import propose
from tracker.domain.look_back_facts import EvidenceFact, LineFact, LookBackFacts, PartFact
from tracker.domain.quota import Pace
from tracker.domain.task import LineStatus, Role, TaskState

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
    1,
    "市府办",
    Role.LEAD,
    lines("推进中|起草目录|征求意见", "推进中|征求意见|修改目录", "无变化", "已完成|目录已印发|"),
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
