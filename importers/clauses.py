"""Clauses (条款): which passages are accountable work, with heading path, raw unit and deadline phrases.

Running text knows two manners. Where clauses name their units, a clause is what stands before a unit phrase;
one phrase at the end of a section serves the clauses before it; a clause without any counts only under a
heading that announces work (工作任务, 进度安排). Where no clause names a unit, the innermost numbered
passages count, except under headings that state aims, principles or scope. 保障措施 are safeguards, not
work, unless a clause there has a day of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from importers import outline as outlines
from importers.labels import Field, UnitPhrase, names_of, unit_phrases
from importers.outline import Node, Outline
from importers.source import Span

Origin = Literal["prose", "table"]

_AIMS = re.compile(
    r"总体要求|指导思想|基本原则|工作原则|总体目标|总体思路|工作思路|主要目标|发展目标|工作目标|改革目标|"
    r"目标任务$|重要意义|重大意义|充分认识|"
    r"适用范围|试点范围|实施范围|工作范围$|工作背景|编制依据|名词解释|附则|有关定义|基本情况|总体情况|"
    r"存在(?:的)?(?:主要)?问题|工作成效|主要成效|"
    r"解释权|施行时间|有效期|其他事项|申请程序|申报程序|办理流程|申请条件|申报材料",
)
_WORK = re.compile(
    r"任务|进度|步骤|分工|重点工作|工作举措|主要举措|重点举措|阶段|工作内容|工作安排|时间安排|实施安排|"
    r"具体措施|工作重点|行动$"
)
_SAFEGUARDS = re.compile(r"保障措施|组织保障|保障机制|工作保障|强化保障|加强保障|实施保障|组织领导|保障体系")
_SCHEDULE = re.compile(
    r"(?:进度|步骤|时间|阶段|时序)(?:安排|计划|划分|要求|节点)|(?:工作|实施|方法|推进|具体|时间)(?:进度|"
    r"步骤|阶段|安排)",
)
_CLOSING = re.compile(
    r"^(?:本(?:通知|意见|方案|措施|办法|要点|计划|规定|政策|文件|实施|若干)|各地(?:、|各|要)?.{0,8}(?:贯彻|"
    r"落实)本|未尽事宜|此前|以上(?:政策|措施)|附[件:：]|联系人|特此)",
)
_LEADING_DATE = re.compile(
    r"^\s*(?:(?:\d{4}|今|明|本)年)?\s*(?:\d{1,2}月(?:\d{1,2}日|[底末初中上下]旬?)?|[底末]|年底|"
    r"第?[一二三四]季度|上半年|下半年)?(?:[底末])?(?:之?前|以前|内)?[,，]",
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A raw field of a clause: units of a role, a deadline, a person."""

    field: Field
    spans: tuple[Span, ...]
    bracketed: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One accountable passage as written."""

    origin: Origin
    number: str | None
    headings: tuple[str, ...]
    spans: tuple[Span, ...]
    phrases: tuple[Phrase, ...]
    ref: str
    heading_spans: tuple[Span, ...] = ()
    schedule: bool = False
    notes: tuple[tuple[str, str], ...] = ()

    def fields(self, *wanted: Field) -> list[Phrase]:
        return [phrase for phrase in self.phrases if phrase.field in wanted]

    @property
    def start(self) -> int:
        return self.spans[0].start


def printed(text: str, spans: tuple[Span, ...]) -> str:
    """Put passages together as one text: a line broken inside a sentence is joined, a finished one kept."""
    result = ""
    for line in "\n".join(span.of(text) for span in spans).split("\n"):
        line = re.sub(r"[ \t\u3000\xa0]+", " ", line).strip()
        if not line:
            continue
        result += ("\n" if result and result[-1] in "。！？；;:：!?”" else "") + line
    return result


Dated = Callable[[str], bool]
"""Whether a passage names a day of its own."""


@dataclass(slots=True)
class _Reader:
    text: str
    outline: Outline
    dated: Dated
    excluded: list[Span]
    clauses: list[Clause]
    with_units: bool = False

    def own(self, node: Node) -> tuple[int, int]:
        return node.line.body.start, node.end()

    def phrases_of(self, node: Node) -> list[UnitPhrase]:
        return [phrase for phrase in unit_phrases(self.text, *self.own(node)) if phrase.names_units]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """`text[start:end]` without page numbers and navigation that fell into it, and without edge marks."""
        pieces: list[Span] = []
        cursor = start
        for gap in sorted(self.excluded):
            if gap.end <= cursor or gap.start >= end:
                continue
            pieces.append(Span(cursor, gap.start))
            cursor = gap.end
        pieces.append(Span(cursor, end))
        trimmed = []
        for index, piece in enumerate(pieces):
            first, last = piece.start, piece.end
            while first < last and (self.text[first].isspace() or (index == 0 and self.text[first] in
                "。；;,，、")):
                first += 1
            while last > first and self.text[last - 1].isspace():
                last -= 1
            if first < last:
                trimmed.append(Span(first, last))
        return tuple(trimmed)

    def emit(self, node: Node, start: int, end: int, phrases: tuple[Phrase, ...], *, title: bool) -> None:
        spans = self.spans(start, end)
        if not spans:
            return
        headings = outlines.path_of(self.text, node)
        if title:
            headings = (*headings, outlines.title_of(self.text, node))
        mark = node.line.mark
        self.clauses.append(Clause(
            "prose", mark.printed if mark else None, headings, spans, phrases, node.line.ref,
            (node.line.span,) if title else (), bool(_SCHEDULE.search("".join(headings))),
        ))


def read(text: str, outline: Outline, excluded: list[Span], dated: Dated) -> list[Clause]:
    """Return the clauses of running text in reading order."""
    reader = _Reader(text, outline, dated, excluded, [])
    nodes = list(outline.nodes())
    leaves = [node for node in nodes if not node.children]
    phrases = {id(node): reader.phrases_of(node) for node in nodes}
    loose = _loose_phrases(text, outline)
    named = sum(1 for found in phrases.values() if found)
    reader.with_units = named + len(loose) >= 2 or (named == 1 and len(leaves) <= 3)
    if reader.with_units:
        _read_with_units(reader, nodes, phrases)
        _read_loose(reader, loose)
    else:
        _read_without_units(reader, nodes)
    return sorted(reader.clauses, key=lambda clause: clause.start)


def _raw(phrase: UnitPhrase, *, inherited: bool = False) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(part.field, (part.span,), phrase.bracketed, inherited) for part in phrase.parts
        if part.span.end > part.span.start
    )


def _cut(reader: _Reader, node: Node, found: list[UnitPhrase], *, title: bool) -> None:
    """Emit one clause for each passage that ends in unit phrases."""
    begin = node.lines[0].span.start if title else node.line.body.start
    groups: list[tuple[int, int, list[UnitPhrase]]] = []
    for phrase in found:
        between = reader.text[begin:phrase.span.start].strip(" \t\u3000\n。；;,，、")
        if groups and len(between) < 4:
            groups[-1][2].append(phrase)
        elif phrase.span.start > begin or not groups:
            groups.append((begin, phrase.span.start, [phrase]))
        begin = max(begin, phrase.span.end)
    for start, end, members in groups:
        raw = tuple(each for phrase in members for each in _raw(phrase))
        reader.emit(node, start, end, raw, title=title)


def _read_with_units(reader: _Reader, nodes: list[Node], phrases: dict[int, list[UnitPhrase]]) -> None:
    text = reader.text
    for node in nodes:
        found = phrases[id(node)]
        title = not node.children and outlines.title_only(text, node, reader.outline.wrap_width)
        if title and found and found[0].span.start < node.lines[0].span.start:
            title = False
        if found and not (node.children and _governs(text, node, found)):
            if title and found[0].span.start <= node.lines[0].span.start:
                title = False
            _cut(reader, node, found, title=title)
        elif not node.children:
            _read_bare(reader, node, phrases, title=title)


def _governs(text: str, node: Node, found: list[UnitPhrase]) -> bool:
    """Whether the units stand in a heading and are meant for the clauses under it."""
    return len(text[node.line.body.start:found[0].span.start].strip()) <= 50 \
        and found[0].span.start <= node.line.span.end + 2


def _read_bare(reader: _Reader, node: Node, phrases: dict[int, list[UnitPhrase]], *, title: bool) -> None:
    """A clause without units of its own, in a document whose clauses name theirs."""
    siblings = node.parent.children if node.parent else reader.outline.roots
    position = siblings.index(node)
    later = next((phrases[id(each)] for each in siblings[position + 1:] if phrases[id(each)]), None)
    served = sum(1 for each in siblings if phrases[id(each)])
    governing = node.parent
    while governing is not None and not phrases[id(governing)]:
        governing = governing.parent
    headings = "".join(outlines.path_of(reader.text, node))
    start, end = _extent(reader, node, title=title)
    if governing is not None:
        raw = tuple(each for phrase in phrases[id(governing)] for each in _raw(phrase, inherited=True))
        reader.emit(node, start, end, raw, title=title)
    elif later and node.parent is not None:
        inherits = served * 2 <= len(siblings)
        raw = tuple(each for phrase in later[:2] for each in _raw(phrase, inherited=True)) if inherits else ()
        reader.emit(node, start, end, raw, title=title)
    elif _WORK.search(headings) and not _SAFEGUARDS.search(headings) and not _AIMS.search(headings) \
            and not (served and position > 0) and not _AIMS.search(outlines.title_of(reader.text, node)):
        reader.emit(node, start, end, (), title=title)


def _extent(reader: _Reader, node: Node, *, title: bool) -> tuple[int, int]:
    """Where a clause without a unit phrase begins and ends.

    A paragraph without a number between two clauses belongs to the first; after the last clause of a section
    it speaks for the section, unless the clauses of this section have several paragraphs each.
    """
    text = reader.text
    lines = node.lines
    start = lines[0].span.start if title else node.line.body.start
    siblings = node.parent.children if node.parent else reader.outline.roots
    last = siblings[-1] is node
    several = sum(1 for each in siblings[:-1] if len(each.lines) > (1 if title else 0))
    if last and lines and not reader.outline.wrap_width and several * 2 <= max(1, len(siblings) - 1):
        keep = 1 if title else 0
        kept = [node.line, *lines[:keep]]
        for line in lines[keep:]:
            if text[kept[-1].span.end - 1] in "。！？；;!?”" or _CLOSING.match(line.span.of(text)):
                break
            kept.append(line)
        return start, kept[-1].span.end
    end = node.line.span.end
    for line in lines:
        if _CLOSING.match(line.span.of(text)):
            break
        end = line.span.end
    return start, max(end, start)


def _read_without_units(reader: _Reader, nodes: list[Node]) -> None:
    text = reader.text
    leaves = [node for node in nodes if not node.children]
    nested = any(node.parent is not None for node in leaves)
    safe: dict[int, bool] = {}
    for node in leaves:
        path = (*outlines.path_of(text, node), outlines.title_of(text, node))
        joined = "".join(path[:-1])
        top = _top(node)
        title = outlines.title_only(text, node, reader.outline.wrap_width)
        if _AIMS.search(joined) or (_AIMS.search(path[-1][:20]) and (title or node.parent is None)):
            continue
        if node.parent is None and nested and not _SCHEDULE.search(path[-1]):
            continue
        if _SAFEGUARDS.search(joined) or (node.parent is None and _SAFEGUARDS.search(path[-1])):
            if id(top) not in safe:
                safe[id(top)] = any(
                    reader.dated(text[each.line.span.start:each.end()]) for each in top.walk()
                )
            if not safe[id(top)]:
                continue
        start, end = _extent(reader, node, title=title)
        reader.emit(node, start, end, (), title=title)


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _loose_phrases(text: str, outline: Outline) -> list[tuple[int, int, list[UnitPhrase]]]:
    """Unit phrases in passages that have no number above them at all."""
    runs: list[tuple[int, int]] = []
    for line in outline.loose:
        if runs and not text[runs[-1][1]:line.span.start].strip():
            runs[-1] = (runs[-1][0], line.span.end)
        else:
            runs.append((line.span.start, line.span.end))
    found = []
    for start, end in runs:
        phrases = [phrase for phrase in unit_phrases(text, start, end) if phrase.names_units]
        if phrases:
            found.append((start, end, phrases))
    return found


def _read_loose(reader: _Reader, loose: list[tuple[int, int, list[UnitPhrase]]]) -> None:
    refs = {line.span.start: line.ref for line in reader.outline.loose}
    for start, _, found in loose:
        begin = start
        for phrase in found:
            before = reader.text[begin:phrase.span.start]
            # An unnumbered clause is the paragraph before its units, not the preamble above it.
            cut = before.rstrip().rfind("\n") if phrase is found[0] else -1
            first = begin + cut + 1 if cut >= 0 else begin
            spans = reader.spans(first, phrase.span.start)
            if spans and len(printed(reader.text, spans)) >= 8:
                ref = next((refs[key] for key in sorted(refs, reverse=True) if key <= spans[0].start), "")
                reader.clauses.append(Clause("prose", None, (), spans, _raw(phrase), ref))
            elif reader.clauses:
                last = reader.clauses[-1]
                reader.clauses[-1] = replace(last, phrases=(*last.phrases, *_raw(phrase)))
            begin = phrase.span.end


def without_leading_date(text: str, clause: Clause) -> tuple[tuple[Span, ...], Span | None]:
    """In a schedule, the date before the sentence labels the stage and is not part of the requirement."""
    if not clause.schedule:
        return clause.spans, None
    first = clause.spans[0]
    match = _LEADING_DATE.match(first.of(text))
    if not match or not re.search(r"\d|年底|季度", match.group()) or match.end() >= first.end - first.start:
        return clause.spans, None
    cut = first.start + match.end()
    return (Span(cut, first.end), *clause.spans[1:]), Span(first.start, cut)


def list_of_units(text: str) -> list[str]:
    """Return the names of an attached list of units (单位名单), in the printed order."""
    return [name.strip(" 。．.　\xa0") for name in names_of(text) if name.strip(" 。．.　\xa0")]


def is_safeguard(heading: str) -> bool:
    return bool(_SAFEGUARDS.search(heading))


def is_aim(heading: str) -> bool:
    return bool(_AIMS.search(heading))
