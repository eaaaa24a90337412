"""Contradictions (矛盾点) of the look-back: where what was said and what is on record do not agree.

Each kind has a code, a sentence for a person and the facts behind it. None of them changes the verdict; they
are what a person looks at before confirming it. Kinds are listed in the order in which they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from tracker.domain.look_back_facts import LineFact, LookBackFacts, PartFact
from tracker.domain.task import LineStatus, TaskState
from tracker.domain.titled import Titled

OFTEN_MISSED = 3
OFTEN_REPEATED = 3


class ContradictionKind(Titled):
    DONE_WITHOUT_EVIDENCE = "done_without_evidence", "报告完成，但没有佐证链接"
    SIGNED_OFF_WITHOUT_EVIDENCE = "signed_off_without_evidence", "已销号，但没有佐证链接"
    DONE_AFTER_DUE = "done_after_due", "完成日期晚于时限，没有延期记录"
    DONE_NOT_SIGNED_OFF = "done_not_signed_off", "单位报告完成，但没有销号"
    SIGNED_OFF_WITHOUT_REPORT = "signed_off_without_report", "已销号，但没有任何进展报送"
    SIGNED_OFF_NOT_DONE = "signed_off_not_done", "已销号，但责任单位没有报告完成"
    WENT_BACK = "went_back", "报告完成后又改回未完成"
    BLOCKED_UNRESOLVED = "blocked_unresolved", "报告受阻后一直没有解决"
    QUOTA_NOT_MET = "quota_not_met", "次数指标没有达到"
    EVIDENCE_MISSING = "evidence_missing", "有单位报告完成，但没有给出链接"
    EVIDENCE_INVALID = "evidence_invalid", "佐证链接不是有效的网址"
    EVIDENCE_DUPLICATE = "evidence_duplicate", "佐证链接与其他任务相同"
    EVIDENCE_AFTER_DUE = "evidence_after_due", "佐证发布日期晚于时限"
    EVIDENCE_BEFORE_PLAN = "evidence_before_plan", "佐证发布日期早于要点印发"
    SAME_TEXT = "same_text", "连续多期进展文字相同"
    PLAN_REPEATED = "plan_repeated", "下周计划多次重复，始终没有完成"
    MISSED_OFTEN = "missed_often", "多次未按时报送"
    UNIT_SILENT = "unit_silent", "其他单位有报送，该单位从未报送"
    STANDING_SILENT = "standing_silent", "长期推进事项近半年没有进展报送"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: its kind and the facts behind it, one line each."""

    kind: ContradictionKind
    facts: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.kind.value

    @property
    def words(self) -> str:
        return self.kind.label


def contradictions(facts: LookBackFacts) -> tuple[Contradiction, ...]:
    """Every contradiction of an item, in the order of the kinds."""
    found = ((kind, tuple(check(facts))) for kind, check in _CHECKS.items())
    return tuple(Contradiction(kind, behind) for kind, behind in found if behind)


def _done_without_evidence(facts: LookBackFacts) -> Iterator[str]:
    if facts.reported_done:
        yield from _without_link(facts)


def _signed_off_without_evidence(facts: LookBackFacts) -> Iterator[str]:
    """The office's own act: no unit has said that it is done."""
    if facts.state is TaskState.SIGNED_OFF and not facts.reported_done:
        yield from _without_link(facts)


def _without_link(facts: LookBackFacts) -> Iterator[str]:
    if not facts.is_evidenced:
        yield f"佐证{len(facts.evidence)}条，可用链接0条"


def _done_after_due(facts: LookBackFacts) -> Iterator[str]:
    if facts.is_late:
        yield f"完成{facts.finished_on}，时限{facts.last_day}"


def _done_not_signed_off(facts: LookBackFacts) -> Iterator[str]:
    if facts.reported_done and facts.state is not TaskState.SIGNED_OFF:
        yield from (f"{part.unit_name}于{part.done_on}报告完成" for part in facts.accountable)


def _signed_off_without_report(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and not facts.line_count:
        yield f"{facts.signed_off_on or '日期不详'}销号，报送0次"


def _signed_off_not_done(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and facts.line_count:
        for part in facts.accountable:
            if part.status is not LineStatus.DONE:
                yield f"{part.unit_name}最后状态：{part.status.label}"


def _went_back(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        said = [line for line in part.lines if line.status is not LineStatus.CARRIED]
        for before, after in pairwise(said):
            if before.status is LineStatus.DONE and after.status is not LineStatus.DONE:
                yield f"{part.unit_name}{before.period_key}报完成，{after.period_key}改为{after.status.label}"


def _blocked_unresolved(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.status is LineStatus.BLOCKED:
            since = next(line for line in reversed(part.lines) if line.status is LineStatus.BLOCKED)
            yield f"{part.unit_name}{since.period_key}报告受阻，此后没有解决"


def _quota_not_met(facts: LookBackFacts) -> Iterator[str]:
    if facts.quota is not None and not facts.quota.met:
        yield f"应有{facts.quota.minimum}，现有{facts.quota.counted}"


def _evidence_missing(facts: LookBackFacts) -> Iterator[str]:
    """Some unit's done stands without a link or a file of its own, though others gave theirs."""
    if not facts.is_evidenced:
        return
    linked = {evidence.unit_id for evidence in facts.evidence if evidence.key}
    for part in facts.parts:
        if part.status is LineStatus.DONE and part.unit_id not in linked:
            yield f"{part.unit_name}于{part.done_on}报告完成"


def _evidence_invalid(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if not evidence.is_valid:
            yield evidence.url.strip() or "（空）"


def _evidence_duplicate(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.key and evidence.also_under:
            yield f"{evidence.words} 也用于：{'、'.join(evidence.also_under)}"


def _evidence_after_due(facts: LookBackFacts) -> Iterator[str]:
    last = facts.last_day
    for evidence in facts.evidence:
        if last is not None and evidence.published_on is not None and evidence.published_on > last:
            yield f"{evidence.url.strip()} 发布于{evidence.published_on}，时限{last}"


def _evidence_before_plan(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.published_on is not None and evidence.published_on < facts.started_on:
            yield f"{evidence.url.strip()} 发布于{evidence.published_on}，要点印发于{facts.started_on}"


def _same_text(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        moving = [line for line in part.lines if line.status not in {LineStatus.CARRIED, LineStatus.DONE}]
        for first, count in _runs(moving, lambda line: line.progress):
            yield f"{part.unit_name}自{first.period_key}起连续{count}期：{_excerpt(first.progress)}"


def _plan_repeated(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.status is not LineStatus.DONE:
            for first, count in _runs(part.lines, lambda line: line.next_plan):
                yield f"{part.unit_name}自{first.period_key}起连续{count}期：{_excerpt(first.next_plan)}"


def _missed_often(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.missed >= OFTEN_MISSED:
            yield f"{part.unit_name}未报{part.missed}期"


def _unit_silent(facts: LookBackFacts) -> Iterator[str]:
    if facts.line_count:
        yield from (f"{_described(part)}报送0次" for part in facts.parts if not part.lines)


def _standing_silent(facts: LookBackFacts) -> Iterator[str]:
    """Only where somebody reported before: silence all year long is the verdict itself."""
    if facts.standing and not facts.is_done and facts.line_count and not facts.reported_in_second_half:
        last = max(line.reported_on for part in facts.parts for line in part.lines)
        yield f"最后一次报送在{last}"


_CHECKS: dict[ContradictionKind, Callable[[LookBackFacts], Iterable[str]]] = {
    ContradictionKind.DONE_WITHOUT_EVIDENCE: _done_without_evidence,
    ContradictionKind.SIGNED_OFF_WITHOUT_EVIDENCE: _signed_off_without_evidence,
    ContradictionKind.DONE_AFTER_DUE: _done_after_due,
    ContradictionKind.DONE_NOT_SIGNED_OFF: _done_not_signed_off,
    ContradictionKind.SIGNED_OFF_WITHOUT_REPORT: _signed_off_without_report,
    ContradictionKind.SIGNED_OFF_NOT_DONE: _signed_off_not_done,
    ContradictionKind.WENT_BACK: _went_back,
    ContradictionKind.BLOCKED_UNRESOLVED: _blocked_unresolved,
    ContradictionKind.QUOTA_NOT_MET: _quota_not_met,
    ContradictionKind.EVIDENCE_MISSING: _evidence_missing,
    ContradictionKind.EVIDENCE_INVALID: _evidence_invalid,
    ContradictionKind.EVIDENCE_DUPLICATE: _evidence_duplicate,
    ContradictionKind.EVIDENCE_AFTER_DUE: _evidence_after_due,
    ContradictionKind.EVIDENCE_BEFORE_PLAN: _evidence_before_plan,
    ContradictionKind.SAME_TEXT: _same_text,
    ContradictionKind.PLAN_REPEATED: _plan_repeated,
    ContradictionKind.MISSED_OFTEN: _missed_often,
    ContradictionKind.UNIT_SILENT: _unit_silent,
    ContradictionKind.STANDING_SILENT: _standing_silent,
}

_MEANINGLESS = re.compile(r"[\W_]+")


def _runs(lines: Iterable[LineFact], text_of: Callable[[LineFact], str]) -> Iterator[tuple[LineFact, int]]:
    """Runs of lines whose text is the same but for spaces and punctuation, long enough to be told."""
    for text, run in groupby(lines, key=lambda line: _MEANINGLESS.sub("", text_of(line))):
        together = tuple(run)
        if text and len(together) >= OFTEN_REPEATED:
            yield together[0], len(together)


def _excerpt(text: str, length: int = 30) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def _described(part: PartFact) -> str:
    return f"{part.unit_name}（{part.role.label}）"
