"""The checks behind the contradictions (矛盾点): each gives the facts that do not agree, one line a fact.

A check is named after its kind; it gives nothing where there is nothing to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise

from tracker.domain import look_back_words as words
from tracker.domain.china_time import year_month_day
from tracker.domain.look_back_facts import EvidenceFact, LineFact, LookBackFacts, PartFact
from tracker.domain.rhythm import in_words
from tracker.domain.task import LineStatus, TaskState

OFTEN_MISSED = 3
OFTEN_REPEATED = 3


def done_without_evidence(facts: LookBackFacts) -> Iterator[str]:
    if facts.reported_done:
        yield from _without_link(facts)


def signed_off_without_evidence(facts: LookBackFacts) -> Iterator[str]:
    """The office's own act: no unit has said that it is done."""
    if facts.state is TaskState.SIGNED_OFF and not facts.reported_done:
        yield from _without_link(facts)


def _without_link(facts: LookBackFacts) -> Iterator[str]:
    if not facts.is_evidenced:
        yield f"佐证{len(facts.evidence)}条，可用链接0条"


def done_after_due(facts: LookBackFacts) -> Iterator[str]:
    if facts.is_late:
        yield f"{_day(facts.finished_on)}完成，时限{_day(facts.last_day)}"


def done_not_signed_off(facts: LookBackFacts) -> Iterator[str]:
    if facts.reported_done and facts.state is not TaskState.SIGNED_OFF:
        yield from (f"{part.unit_name}于{_day(part.done_on)}报告完成" for part in facts.accountable)


def signed_off_without_report(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and not facts.line_count:
        yield f"{_day(facts.signed_off_on)}销号，报送0次"


def signed_off_not_done(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and facts.line_count:
        for part in facts.accountable:
            if part.status is not LineStatus.DONE:
                yield f"{part.unit_name}最后状态：{part.status.label}"


def went_back(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        for before, after in pairwise(part.said):
            undone = before.status is LineStatus.DONE and after.status is not LineStatus.DONE
            if undone and not facts.was_handed_back(before, after):
                yield f"{_in(part, before)}报完成，{in_words(after.period_key)}改为{after.status.label}"


def others_not_done(facts: LookBackFacts) -> Iterator[str]:
    """What a unit says in a later period than the leads' last word; work that is stuck is told by itself."""
    if not facts.reported_done:
        return
    lines = [line for part in facts.accountable if (line := part.done_line)]
    last, told_in = max(line.reported_on for line in lines), {line.period_key for line in lines}
    for part in facts.parts:
        line = part.said[-1] if part.said else None
        if line is None or line.status not in {LineStatus.NOT_STARTED, LineStatus.IN_PROGRESS}:
            continue
        if line.reported_on > last and line.period_key not in told_in:
            yield f"{_day(last)}牵头单位已报完成，{_in(part, line)}仍报{line.status.label}"


def blocked_unresolved(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.status is LineStatus.BLOCKED:
            since = next(line for line in reversed(part.lines) if line.status is LineStatus.BLOCKED)
            yield f"{_in(part, since)}报告受阻，此后没有解决"


def says_done(facts: LookBackFacts) -> Iterator[str]:
    """A unit that says done a period later was only slow to tick it; its last word counts for more."""
    for part in facts.parts:
        for line, after in pairwise((*part.said, None)):
            if line is None or line.status is LineStatus.DONE:
                continue
            plain = words.says_finished(line.progress) and (
                after is None or after.status is not LineStatus.DONE
            )
            if plain or (after is None and words.says_its_work_finished(line.progress)):
                yield f"{_in(part, line)}状态{line.status.label}：{_excerpt(line.progress)}"


def says_undone(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        for line in part.said:
            if line.status is LineStatus.DONE and words.says_unfinished(line.progress):
                yield f"{_in(part, line)}报完成：{_excerpt(line.progress)}"


def done_sent_back(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        line = part.done_line
        if line is not None and part.said[-1].sent_back:
            yield f"{_in(part, part.said[-1])}报完成被退回"


def extension_after_due(facts: LookBackFacts) -> Iterator[str]:
    for each in facts.moved:
        if each.decided_on > each.was:
            asked = f"，{_day(each.asked_on)}提出" if each.asked_on else ""
            yield f"{each.who}原时限{_day(each.was)}{asked}，{_day(each.decided_on)}才同意延至{_day(each.to)}"


def signed_off_by_reporter(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF and facts.signed_off_by is not None:
        for part in facts.parts:
            line = part.done_line
            if line is not None and line.said_by == facts.signed_off_by:
                yield f"{_in(part, line)}报完成的人自己销了号"


def sub_items_open(facts: LookBackFacts) -> Iterator[str]:
    signed_off = facts.state is TaskState.SIGNED_OFF
    for part in facts.parts:
        if part.sub_items and (signed_off or part.status is LineStatus.DONE):
            yield f"{part.unit_name}还有{len(part.sub_items)}项：{'、'.join(part.sub_items)}"


def open_matters(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.SIGNED_OFF:
        yield from facts.open_matters


def reported_after_cancel(facts: LookBackFacts) -> Iterator[str]:
    if facts.state is TaskState.CANCELLED and facts.cancelled_on is not None:
        for part in facts.parts:
            for line in part.said:
                if line.reported_on > facts.cancelled_on:
                    yield f"{_day(facts.cancelled_on)}取消，{_in(part, line)}又报送"


def event_not_counted(facts: LookBackFacts) -> Iterator[str]:
    yield from facts.not_counted


def link_never_given(facts: LookBackFacts) -> Iterator[str]:
    """A promise wants a link; what is said to be public wants a link or a file."""
    for part in facts.parts:
        given = [each for each in facts.evidence if each.unit_id == part.unit_id and each.key]
        linked = any(not each.is_file for each in given)
        for line in () if linked else part.said:
            if words.promises_proof(line.progress) or (not given and words.says_published(line.progress)):
                yield f"{_in(part, line)}：{_excerpt(line.progress)}"
                break


def evidence_front_page(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.is_front_page:
            yield evidence.url.strip()


def figures_fell(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        known: dict[str, tuple[float, str]] = {}
        for line in part.said:
            for what, number in words.totals(line.progress).items():
                before = known.get(what)
                if before is not None and number < before[0]:
                    yield (
                        f"{part.unit_name}“{what}”{in_words(before[1])}为{_figure(before[0])}，"
                        f"{in_words(line.period_key)}为{_figure(number)}"
                    )
                known[what] = (number, line.period_key)


def part_unclaimed(facts: LookBackFacts) -> Iterator[str]:
    yield from (f"{part.unit_name}：{part.unclaimed}" for part in facts.parts if part.unclaimed)


def quota_not_met(facts: LookBackFacts) -> Iterator[str]:
    if facts.quota is not None and not facts.quota.met:
        yield f"应有{facts.quota.minimum}，现有{facts.quota.counted}"


def evidence_missing(facts: LookBackFacts) -> Iterator[str]:
    """Some unit's done stands without a link or a file of its own, though others gave theirs."""
    if not facts.is_evidenced:
        return
    linked = {evidence.unit_id for evidence in facts.evidence if evidence.key}
    for part in facts.parts:
        if part.status is LineStatus.DONE and part.unit_id not in linked:
            yield f"{part.unit_name}于{_day(part.done_on)}报告完成"


def evidence_invalid(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if not evidence.is_valid:
            yield evidence.url.strip() or "（空）"


def evidence_duplicate(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.key and evidence.also_under:
            yield f"{evidence.words} 也用于：{'、'.join(evidence.also_under)}"


def evidence_after_due(facts: LookBackFacts) -> Iterator[str]:
    """What a unit showed in time it may go on showing: told is only where it showed nothing in time."""
    last = facts.last_day
    dated = [(each, each.published_on) for each in facts.evidence if each.published_on is not None]
    in_time = {each.unit_id for each, day in dated if last is not None and day <= last}
    for evidence, _ in dated:
        if last is not None and evidence.unit_id not in in_time:
            yield f"{_published(evidence)}，时限{_day(last)}"


def evidence_before_plan(facts: LookBackFacts) -> Iterator[str]:
    for evidence in facts.evidence:
        if evidence.published_on is not None and evidence.published_on < facts.evidence_from:
            yield f"{_published(evidence)}，要点印发于{_day(facts.started_on)}"


def same_text(facts: LookBackFacts) -> Iterator[str]:
    """Of standing work 持续推进 is true every week; words that tell something are not."""
    for part in facts.parts:
        moving = [line for line in part.lines if line.status not in {LineStatus.CARRIED, LineStatus.DONE}]
        for first, count in _runs(moving, lambda line: line.progress):
            if facts.standing and words.says_only_that_it_goes_on(first.progress):
                continue
            yield f"{_since(part, first)}连续{count}期：{_excerpt(first.progress)}"


def plan_repeated(facts: LookBackFacts) -> Iterator[str]:
    """Standing work has the same plan every week, and no end."""
    for part in () if facts.standing else facts.parts:
        if part.status is not LineStatus.DONE:
            for first, count in _runs(part.said, lambda line: line.next_plan):
                yield f"{_since(part, first)}连续{count}期：{_excerpt(first.next_plan)}"


def missed_often(facts: LookBackFacts) -> Iterator[str]:
    for part in facts.parts:
        if part.missed >= OFTEN_MISSED:
            yield f"{part.unit_name}未报{part.missed}期"


def unit_silent(facts: LookBackFacts) -> Iterator[str]:
    if facts.line_count:
        for part in facts.parts:
            if part.asked and not part.said:
                only = f"，{len(part.lines)}期都是无变化" if part.lines else ""
                yield f"{_described(part)}报送进展0次{only}"


def standing_silent(facts: LookBackFacts) -> Iterator[str]:
    """Only where somebody reported before: silence all year long is the verdict itself."""
    if facts.standing and not facts.is_done and facts.line_count and not facts.reported_in_second_half:
        last = max(line.reported_on for part in facts.parts for line in part.said)
        yield f"最后一次报送在{_day(last)}"


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


def _in(part: PartFact, line: LineFact) -> str:
    return f"{part.unit_name}{in_words(line.period_key)}"


def _since(part: PartFact, line: LineFact) -> str:
    return f"{part.unit_name}自{in_words(line.period_key)}起"


def _published(evidence: EvidenceFact) -> str:
    return f"{evidence.url.strip()} 发布于{_day(evidence.published_on)}"


def _day(day: date | None) -> str:
    return year_month_day(day) if day else "日期不详"


def _figure(number: float) -> str:
    return f"{number:,.10g}"


def _excerpt(text: str, length: int = 30) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def _described(part: PartFact) -> str:
    return f"{part.unit_name}（{part.role.label}）"
