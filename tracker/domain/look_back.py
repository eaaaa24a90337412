"""Look-back (回头看): a verdict proposed from facts for one item of a past plan, for a person to confirm.

"对上一年度工作要点落实情况开展回头看": each item is judged by what was reported and linked, not by what is
remembered. The proposal names its reason and lists every contradiction; it is never final by itself.

The verdict is the first of these that fits.

- 已取消: the task was cancelled.
- 逾期完成: signed off, or every accountable unit reports done, and that was after the due day.
- 完成有据: so done in time, with a valid link or a file; 完成无据: without one.
- 从未报告: nobody ever reported.
- 长期推进已落实: standing, with a report in the last half-year looked at.
- 未完成: everything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.china_time import month_day, year_month_day
from tracker.domain.contradictions import Contradiction, ContradictionKind, contradictions
from tracker.domain.look_back_facts import LookBackFacts
from tracker.domain.task import TaskState
from tracker.domain.titled import Titled


class VerdictKind(Titled):
    DONE_WITH_EVIDENCE = "done_with_evidence", "完成有据"
    DONE_WITHOUT_EVIDENCE = "done_without_evidence", "完成无据"
    DONE_LATE = "done_late", "逾期完成"
    UNFINISHED = "unfinished", "未完成"
    STANDING_KEPT = "standing_kept", "长期推进已落实"
    NEVER_REPORTED = "never_reported", "从未报告"
    CANCELLED = "cancelled", "已取消"

    @property
    def is_unfinished(self) -> bool:
        """Whether the work itself was not done, as far as anybody knows."""
        return self in {VerdictKind.UNFINISHED, VerdictKind.NEVER_REPORTED}

    @property
    def wants_rectification(self) -> bool:
        """Whether the item is carried into next year's rectification (整改)."""
        return self.is_unfinished or self is VerdictKind.DONE_WITHOUT_EVIDENCE


_ACCOUNTS_FOR_SILENCE = frozenset({VerdictKind.UNFINISHED, VerdictKind.NEVER_REPORTED})
_SILENCE = frozenset(
    {
        ContradictionKind.MISSED_OFTEN,
        ContradictionKind.UNIT_SILENT,
        ContradictionKind.PART_UNCLAIMED,
        ContradictionKind.STANDING_SILENT,
        ContradictionKind.BLOCKED_UNRESOLVED,
        ContradictionKind.PLAN_REPEATED,
        ContradictionKind.SAME_TEXT,
    }
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the facts propose; a person confirms or changes it."""

    verdict: VerdictKind
    contradictions: tuple[Contradiction, ...]
    reason: str

    @property
    def open_questions(self) -> tuple[Contradiction, ...]:
        """What the verdict does not account for, and a person must say a word about.

        That returns were missed or work was stuck is no surprise where the verdict is that it is unfinished.
        """
        if self.verdict in _ACCOUNTS_FOR_SILENCE:
            return tuple(found for found in self.contradictions if found.kind not in _SILENCE)
        return self.contradictions


def propose(facts: LookBackFacts) -> Proposal:
    """The verdict of an item with its reason and all its contradictions."""
    verdict, reason = judge(facts)
    return Proposal(verdict, contradictions(facts), reason)


def judge(facts: LookBackFacts) -> tuple[VerdictKind, str]:
    """The verdict by the table above, and its reason in words."""
    if facts.state is TaskState.CANCELLED:
        return VerdictKind.CANCELLED, "任务已取消"
    if facts.is_done:
        return _judge_done(facts)
    if not facts.line_count:
        carried = any(part.lines for part in facts.parts)
        reason = "各期都报无变化，全年没有一次进展" if carried else "全年没有收到任何单位的进展报送"
        return VerdictKind.NEVER_REPORTED, reason
    if facts.standing:
        if facts.reported_in_second_half:
            return VerdictKind.STANDING_KEPT, f"长期推进事项，全年报送进展{facts.line_count}次"
        return VerdictKind.UNFINISHED, f"长期推进事项，{month_day(facts.second_half)}以后没有再报送进展"
    last = facts.last_day
    due = f"，时限为{year_month_day(last)}" if last else ""
    return VerdictKind.UNFINISHED, f"已报送进展{facts.line_count}次，没有报告完成{due}"


def _judge_done(facts: LookBackFacts) -> tuple[VerdictKind, str]:
    signed = "已销号" if facts.state is TaskState.SIGNED_OFF else "单位报告完成"
    if facts.is_late and facts.finished_on and facts.last_day:
        days = (facts.finished_on - facts.last_day).days
        return VerdictKind.DONE_LATE, (
            f"{signed}，{year_month_day(facts.finished_on)}完成，"
            f"超过时限{year_month_day(facts.last_day)} {days}天"
        )
    if facts.is_evidenced:
        links = f"{facts.valid_links}条佐证链接" if facts.valid_links else ""
        files = f"{facts.files}份佐证材料" if facts.files else ""
        return VerdictKind.DONE_WITH_EVIDENCE, f"{signed}，有{'、'.join(filter(None, (links, files)))}"
    return VerdictKind.DONE_WITHOUT_EVIDENCE, f"{signed}，没有可用的佐证链接"
