"""Contradictions (矛盾点) of the look-back: where what was said and what is on record do not agree.

Each kind has a code, a sentence for a person and the facts behind it. None of them changes the verdict; they
are what a person looks at before confirming it. Kinds are listed in the order in which they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from tracker.domain import look_back_words as words
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
    SAYS_DONE = "says_done", "文字写已全部完成，状态却没有报完成"
    SAYS_UNDONE = "says_undone", "状态报了完成，文字却写还没有完成"
    DONE_SENT_BACK = "done_sent_back", "报告完成的那一期被退回，没有重新报送"
    EXTENSION_AFTER_DUE = "extension_after_due", "时限过了以后才同意延期"
    SIGNED_OFF_BY_REPORTER = "signed_off_by_reporter", "报送和销号是同一个人"
    SUB_ITEMS_OPEN = "sub_items_open", "已报完成或已销号，子项还没有做完"
    OPEN_MATTERS = "open_matters", "已销号，督办单或批示还没有办结"
    REPORTED_AFTER_CANCEL = "reported_after_cancel", "任务取消以后仍有单位报送"
    QUOTA_NOT_MET = "quota_not_met", "次数指标没有达到"
    EVENT_NOT_COUNTED = "event_not_counted", "登记的次数中有不能计入的"
    EVIDENCE_MISSING = "evidence_missing", "有单位报告完成，但没有给出链接"
    LINK_NEVER_GIVEN = "link_never_given", "写了已公开或稍后补链接，一直没有给出"
    EVIDENCE_INVALID = "evidence_invalid", "佐证链接公众打不开，不是有效的公开网址"
    EVIDENCE_FRONT_PAGE = "evidence_front_page", "佐证链接只到网站首页，看不到这件事"
    EVIDENCE_DUPLICATE = "evidence_duplicate", "佐证链接与其他任务相同"
    EVIDENCE_AFTER_DUE = "evidence_after_due", "佐证发布日期晚于时限"
    EVIDENCE_BEFORE_PLAN = "evidence_before_plan", "佐证发布日期早于要点印发"
    FIGURES_FELL = "figures_fell", "累计数字比以前报的少"
    SAME_TEXT = "same_text", "连续多期进展文字相同"
    PLAN_REPEATED = "plan_repeated", "下周计划多次重复，始终没有完成"
    MISSED_OFTEN = "missed_often", "多次未按时报送"
    PART_UNCLAIMED = "part_unclaimed", "按职责分工的部分没有认领"
    UNIT_SILENT = "unit_silent", "其他单位有进展，该单位一直没有报过进展"
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
    """Every contradiction of an item, in the order of the kinds; of a cancelled one, what came afterwards."""
    cancelled = facts.state is TaskState.CANCELLED
    asked = [ContradictionKind.REPORTED_AFTER_CANCEL] if cancelled else list(ContradictionKind)
    found = ((kind, tuple(_CHECKS[kind](facts))) for kind in asked)
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
        for before, after in pairwise(part.said):
            if before.status is LineStatus.DONE and after.status is not LineStatus.DONE:
                yield f"{part.unit_name}{before.period_key}报完成，{after.period_key}改为{after.status.label}"


def _blocked_unresolved(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.status is LineStatus.BLOCKED:
            since = next(line for line in reversed(part.lines) if line.status is LineStatus.BLOCKED)
            yield f"{part.unit_name}{since.period_key}报告受阻，此后没有解决"


def _says_done(facts: LookBackFacts) -> Iterator[str]:
    """A unit that says done a period later was only slow to tick it; its last word counts for more."""
    for part in facts.parts:
        for line, after in pairwise((*part.said, None)):
            if line is None or line.status is LineStatus.DONE:
                continue
            plain = words.says_finished(line.progress) and (
                after is None or after.status is not LineStatus.DONE
            )
            if plain or (after is None and words.says_its_work_finished(line.progress)):
                yield f"{part.unit_name}{line.period_key}状态{line.status.label}：{_excerpt(line.progress)}"


def _says_undone(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        for line in part.said:
            if line.status is LineStatus.DONE and words.says_unfinished(line.progress):
                yield f"{part.unit_name}{line.period_key}报完成：{_excerpt(line.progress)}"


def _done_sent_back(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        line = part.done_line
        if line is not None and part.said[-1].sent_back:
            yield f"{part.unit_name}{part.said[-1].period_key}报完成被退回"


def _extension_after_due(facts: LookBackFacts) -> Iterator[str]:
    for each in facts.moved:
        if each.decided_on > each.was:
            asked = f"，{each.asked_on}提出" if each.asked_on else ""
            yield f"{each.who}原时限{each.was}{asked}，{each.decided_on}才同意延至{each.to}"


def _signed_off_by_reporter(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and facts.signed_off_by is not None:
        for part in facts.parts:
            line = part.done_line
            if line is not None and line.said_by == facts.signed_off_by:
                yield f"{part.unit_name}{line.period_key}报完成的人自己销了号"


def _sub_items_open(facts: LookBackFacts) -> Iterator[str]:
    signed_off = facts.state is TaskState.SIGNED_OFF
    for part in facts.parts:
        if part.sub_items and (signed_off or part.status is LineStatus.DONE):
            yield f"{part.unit_name}还有{len(part.sub_items)}项：{'、'.join(part.sub_items)}"


def _open_matters(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF:
        yield from facts.open_matters


def _reported_after_cancel(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.CANCELLED and facts.cancelled_on is not None:
        for part in facts.parts:
            for line in part.said:
                if line.reported_on > facts.cancelled_on:
                    yield f"{facts.cancelled_on}取消，{part.unit_name}{line.period_key}又报送"


def _event_not_counted(facts: LookBackFacts) -> Iterator[str]:
    yield from facts.not_counted


def _link_never_given(facts: LookBackFacts) -> Iterator[str]:
    """A promise wants a link; what is said to be public wants a link or a file."""
    for part in facts.parts:
        given = [each for each in facts.evidence if each.unit_id == part.unit_id and each.key]
        linked = any(not each.is_file for each in given)
        for line in () if linked else part.said:
            if words.promises_proof(line.progress) or (not given and words.says_published(line.progress)):
                yield f"{part.unit_name}{line.period_key}：{_excerpt(line.progress)}"
                break


def _evidence_front_page(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.is_front_page:
            yield evidence.url.strip()


def _figures_fell(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        known: dict[str, tuple[float, str]] = {}
        for line in part.said:
            for what, number in words.totals(line.progress).items():
                before = known.get(what)
                if before is not None and number < before[0]:
                    yield (
                        f"{part.unit_name}“{what}”{before[1]}为{_figure(before[0])}，"
                        f"{line.period_key}为{_figure(number)}"
                    )
                known[what] = (number, line.period_key)


def _part_unclaimed(facts: LookBackFacts) -> Iterator[str]:
    yield from (f"{part.unit_name}：{part.unclaimed}" for part in facts.parts if part.unclaimed)


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
    """What a unit showed in time it may go on showing: told is only where it showed nothing in time."""
    last = facts.last_day
    dated = [(each, each.published_on) for each in facts.evidence if each.published_on is not None]
    in_time = {each.unit_id for each, day in dated if last is not None and day <= last}
    for evidence, day in dated:
        if last is not None and evidence.unit_id not in in_time:
            yield f"{evidence.url.strip()} 发布于{day}，时限{last}"


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
            for first, count in _runs(part.said, lambda line: line.next_plan):
                yield f"{part.unit_name}自{first.period_key}起连续{count}期：{_excerpt(first.next_plan)}"


def _missed_often(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.missed >= OFTEN_MISSED:
            yield f"{part.unit_name}未报{part.missed}期"


def _unit_silent(facts: LookBackFacts) -> Iterator[str]:
    if facts.line_count:
        for part in facts.parts:
            if part.asked and not part.said:
                only = f"，{len(part.lines)}期都是无变化" if part.lines else ""
                yield f"{_described(part)}报送进展0次{only}"


def _standing_silent(facts: LookBackFacts) -> Iterator[str]:
    """Only where somebody reported before: silence all year long is the verdict itself."""
    if facts.standing and not facts.is_done and facts.line_count and not facts.reported_in_second_half:
        last = max(line.reported_on for part in facts.parts for line in part.said)
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
    ContradictionKind.SAYS_DONE: _says_done,
    ContradictionKind.SAYS_UNDONE: _says_undone,
    ContradictionKind.DONE_SENT_BACK: _done_sent_back,
    ContradictionKind.EXTENSION_AFTER_DUE: _extension_after_due,
    ContradictionKind.SIGNED_OFF_BY_REPORTER: _signed_off_by_reporter,
    ContradictionKind.SUB_ITEMS_OPEN: _sub_items_open,
    ContradictionKind.OPEN_MATTERS: _open_matters,
    ContradictionKind.REPORTED_AFTER_CANCEL: _reported_after_cancel,
    ContradictionKind.QUOTA_NOT_MET: _quota_not_met,
    ContradictionKind.EVENT_NOT_COUNTED: _event_not_counted,
    ContradictionKind.EVIDENCE_MISSING: _evidence_missing,
    ContradictionKind.LINK_NEVER_GIVEN: _link_never_given,
    ContradictionKind.EVIDENCE_INVALID: _evidence_invalid,
    ContradictionKind.EVIDENCE_FRONT_PAGE: _evidence_front_page,
    ContradictionKind.EVIDENCE_DUPLICATE: _evidence_duplicate,
    ContradictionKind.EVIDENCE_AFTER_DUE: _evidence_after_due,
    ContradictionKind.EVIDENCE_BEFORE_PLAN: _evidence_before_plan,
    ContradictionKind.FIGURES_FELL: _figures_fell,
    ContradictionKind.SAME_TEXT: _same_text,
    ContradictionKind.PLAN_REPEATED: _plan_repeated,
    ContradictionKind.MISSED_OFTEN: _missed_often,
    ContradictionKind.PART_UNCLAIMED: _part_unclaimed,
    ContradictionKind.UNIT_SILENT: _unit_silent,
    ContradictionKind.STANDING_SILENT: _standing_silent,
}

_MEANINGLESS = re.compile(r"[\W_]+")


def _runs(lines: Iterable[LineFact], text_of: Callable[[LineFact], str]) -> Iterator[tuple[LineFact, int]]:
    """Runs of lines whose text is the same but for spaces and punctuation, long enough to be told."""
    for text, run in groupby(lines, key=lambda line: _bare(text_of(line))):
        together = tuple(run)
        if text and len(together) >= OFTEN_REPEATED:
            yield together[0], len(together)


@lru_cache(maxsize=1024)
def _bare(text: str) -> str:
    """A text without spaces and punctuation; texts that are repeated are what is looked for."""
    return _MEANINGLESS.sub("", text)


def _figure(number: float) -> str:
    return f"{number:,.10g}"


def _excerpt(text: str, length: int = 30) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def _described(part: PartFact) -> str:
    return f"{part.unit_name}（{part.role.label}）"
