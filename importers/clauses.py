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
from dataclasses import dataclass

from importers import marks
from importers import outline as outlines
from importers.bare_units import bare_units
from importers.clause import Clause, Phrase, printed
from importers.headings import AIMS, PAPER, SAFEGUARDS, SCHEDULE, WORK, is_no_work, is_procedure
from importers.label_words import LABEL
from importers.labels import UnitPhrase, fields_in, unit_phrases
from importers.outline import Node, Outline
from importers.passages import blank_between, is_short, lines_between, padded_number
from importers.source import Span

_BEFORE_TEXT = re.compile(r"[★☆▲△●○■□◆◇•·※➢√\s]+")
_RECORD = re.compile(r"\s*(?:序号|编号|任务名称|项目名称|事项名称|任务编号|类别)[:：]")
_TEXT_IN_RECORD = re.compile(
    r"(?<=\n)[ \u3000]*(?:任务|工作|事项|项目|建设|实施|主要|具体)(?:内容|要求|措施|举措)"
    r"[:：][ \u3000]*(?=\S)"
)
"""任务名称:… ⏎ 任务内容:…: the requirement of a record on lines of its own."""
_CLOSING = re.compile(
    r"^(?:本(?:通知|意见|方案|措施|办法|要点|计划|规定|政策|文件|实施|若干)|各地(?:、|各|要)?.{0,8}(?:贯彻|"
    r"落实)本|未尽事宜|此前|以上(?:政策|措施)|附[件:：]|联系人|特此)",
)
_HEADING = 50

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
        found = unit_phrases(self.text, *self.own(node), self.outline.wrap_width)
        return [phrase for phrase in found if phrase.names_units]

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

    def raw(self, found: list[UnitPhrase], *, inherited: bool = False) -> tuple[Phrase, ...]:
        """The fields of unit phrases, without the page numbers that fell into them."""
        return tuple(
            Phrase(part.field, spans, phrase.bracketed, inherited)
            for phrase in found for part in phrase.parts
            if (spans := self.spans(part.span.start, part.span.end))
        )

    def without_label(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Leave out a bullet or a label such as 工作任务: before the requirement."""
        first = spans[0]
        if _RECORD.match(self.text, first.start, first.end) \
                and (inner := _TEXT_IN_RECORD.search(self.text, first.start, first.end)):
            return (Span(inner.end(), first.end), *spans[1:])
        match = _BEFORE_TEXT.match(self.text, first.start, first.end)
        label = LABEL.match(self.text, match.end() if match else first.start, first.end)
        cut = label.end() if label and label.group("text") else match.end() if match else first.start
        rest = (Span(cut, first.end), *spans[1:])
        return rest if cut < first.end else rest[1:]

    def emit(self, node: Node, start: int, end: int, phrases: tuple[Phrase, ...], *,
             title: bool, labelled: bool = False) -> None:
        spans = self.spans(start, end)
        if not spans:
            return
        mark = node.line.mark
        place = Span(node.line.span.start, node.line.body.start)
        own = {node.line.body.start, *([node.lines[0].span.start] if title else [])}
        if not labelled and start not in own:
            # A later clause of the same paragraph brings its own number, or none.
            mark = marks.mark_at(self.text, spans[0].start, spans[0].end)
            place = Span(spans[0].start, spans[0].start + (mark.length if mark else 0))
            spans = (Span(place.end, spans[0].end), *spans[1:])
        spans = self.without_label(spans)
        if not spans or PAPER.fullmatch(printed(self.text, spans)):
            return
        headings = outlines.path_of(self.text, node)
        if title:
            headings = (*headings, outlines.title_of(self.text, node))
        self.clauses.append(Clause(
            "prose", mark.printed if mark else None, headings, spans, phrases, node.line.ref,
            None if title else place, (node.line.span,) if title else (),
            bool(SCHEDULE.search("".join(headings))),
        ))


def read(text: str, outline: Outline, excluded: list[Span], dated: Dated) -> list[Clause]:
    """Return the clauses of running text in reading order."""
    reader = _Reader(text, outline, dated, excluded, [])
    nodes = list(outline.nodes())
    leaves = [node for node in nodes if not node.children]
    phrases = {id(node): reader.phrases_of(node) for node in nodes}
    loose = _loose_phrases(text, outline, excluded)
    if not loose and not any(phrases.values()):
        phrases |= bare_units(text, nodes)
    named = sum(1 for found in phrases.values() if found)
    named += sum(len(run) for _, _, run in loose)
    reader.with_units = named >= 2 or (named == 1 and len(leaves) <= 3)
    if reader.with_units:
        _read_with_units(reader, nodes, phrases)
        _read_loose(reader, loose)
    else:
        _read_without_units(reader, nodes)
    return sorted(reader.clauses, key=lambda clause: clause.start)


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
        reader.emit(node, start, end, reader.raw(members), title=title)


def _read_with_units(reader: _Reader, nodes: list[Node], phrases: dict[int, list[UnitPhrase]]) -> None:
    text = reader.text
    for node in nodes:
        found = phrases[id(node)]
        title = not node.children and outlines.title_only(text, node, reader.outline.wrap_width)
        in_heading = bool(found) and found[0].span.end <= node.line.span.end
        served = any(phrases[id(each)] for child in node.children for each in child.walk())
        if in_heading and title and _governs(text, node, found):
            _read_under_heading(reader, node, found)
        elif found and not (node.children and _governs(text, node, found, served=served)):
            below = title and found[0].span.start <= node.lines[0].span.start
            if not (below and _read_record(reader, node, found)):
                _cut(reader, node, found, title=title and not below)
        elif not node.children:
            _read_bare(reader, node, phrases, title=title)


def _read_record(reader: _Reader, node: Node, found: list[UnitPhrase]) -> bool:
    """一、标题 ⏎ 责任单位:… ⏎ 工作内容:…: whether the requirement stands behind a label below its units."""
    fields = fields_in(reader.text, found[-1].span.end, node.end())
    if not fields or fields[0][0] != "text":
        return False
    whole = fields[0][1]
    times = tuple(Phrase("deadline", spans, bracketed=False) for field, _, content in fields[1:]
                  if field == "deadline" and (spans := reader.spans(content.start, content.end)))
    reader.emit(node, whole.start, whole.end, (*reader.raw(found), *times), title=True, labelled=True)
    return True


def _read_under_heading(reader: _Reader, node: Node, found: list[UnitPhrase]) -> None:
    """一、标题(责任单位:…) with the requirement in the paragraphs below."""
    start, end = _extent(reader, node, title=True)
    later = [phrase for phrase in found if phrase.span.start >= start]
    if later:
        _cut(reader, node, later, title=True)
        return
    reader.emit(node, start, end, reader.raw(found), title=True)


def _governs(text: str, node: Node, found: list[UnitPhrase], *, served: bool = False) -> bool:
    """Whether the units stand in a heading and are meant for the clauses under it.

    Where clauses under it name units too (`served`), a whole sentence with units is a task, however short.
    """
    own = text[node.line.body.start:found[0].span.start].strip()
    last = found[-1].span.end
    if served and (own.endswith("。") or "。" in text[last - 1:last + 1]):
        return False
    return len(own) <= _HEADING and found[0].span.start <= node.line.span.end + 2


def _read_bare(reader: _Reader, node: Node, phrases: dict[int, list[UnitPhrase]], *, title: bool) -> None:
    """A clause without units of its own, in a document whose clauses name theirs."""
    siblings = node.parent.children if node.parent else reader.outline.roots
    position = siblings.index(node)
    later = next((phrases[id(each)] for each in siblings[position + 1:] if phrases[id(each)]), None)
    served = sum(1 for each in siblings if phrases[id(each)])
    governing = node.parent
    while governing is not None and not phrases[id(governing)]:
        governing = governing.parent
    path = outlines.path_of(reader.text, node)
    headings, own = "".join(path), outlines.title_of(reader.text, node)
    if is_no_work(path) or is_procedure(own):
        return
    start, end = _extent(reader, node, title=title)
    if governing is not None:
        raw = reader.raw(phrases[id(governing)], inherited=True)
        reader.emit(node, start, end, raw, title=title)
    elif later and node.parent is not None:
        inherits = served * 2 <= len(siblings)
        raw = reader.raw(later[:2], inherited=True) if inherits else ()
        reader.emit(node, start, end, raw, title=title)
    elif not AIMS.search(own) and (
        (_announces_work(headings) and not (served and position > 0)) or _left_out(reader, node, phrases)
    ):
        reader.emit(node, start, end, (), title=title)


def _left_out(reader: _Reader, node: Node, phrases: dict[int, list[UnitPhrase]]) -> bool:
    """The last clause of a numbered run whose other clauses all name units: work, though it names none."""
    siblings = node.parent.children if node.parent else []
    if len(siblings) < 3 or not all(phrases[id(each)] for each in siblings[:-1]):
        return False
    passage = reader.text[node.line.body.start:node.end()]
    about = "".join((*outlines.path_of(reader.text, node), outlines.title_of(reader.text, node)))
    return not SAFEGUARDS.search(about) and not _CLOSING.match(passage)


def _extent(reader: _Reader, node: Node, *, title: bool) -> tuple[int, int]:
    """Where a clause without a unit phrase begins and ends.

    A paragraph without a number between two clauses belongs to the first; after the last clause of a section
    it speaks for the section, unless the clauses of this section have several paragraphs each.
    """
    text = reader.text
    lines = node.lines
    start = lines[0].span.start if title else node.line.body.start
    siblings = node.parent.children if node.parent else reader.outline.roots
    keep = 1 if title else 0
    width = reader.outline.wrap_width
    if siblings[-1] is node and lines and (width or not _several(siblings, keep)):
        kept = [node.line, *lines[:keep]]
        for line in lines[keep:]:
            before = kept[-1].span
            begin = max(before.start, text.rfind("\n", 0, before.end) + 1)
            short = not width or before.end - begin < width - 2
            finished = short and text[before.end - 1] in "。！？；;!?”"
            if finished or _CLOSING.match(line.span.of(text)):
                break
            kept.append(line)
        return start, kept[-1].span.end
    end = node.line.span.end
    for line in lines:
        if _CLOSING.match(line.span.of(text)):
            break
        end = line.span.end
    return start, max(end, start)


def _several(siblings: list[Node], keep: int) -> bool:
    """Whether most clauses of a section have more paragraphs than their own."""
    longer = sum(1 for each in siblings[:-1] if len(each.lines) > keep)
    return longer * 2 > max(1, len(siblings) - 1)


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
        if is_no_work(path[:-1]) or is_procedure(path[-1]):
            continue
        if AIMS.search(path[-1][:20]) and (title or node.parent is None):
            continue
        if node.parent is None and nested and not SCHEDULE.search(path[-1]):
            continue
        if SAFEGUARDS.search(joined) or (node.parent is None and SAFEGUARDS.search(path[-1])):
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


def _loose_phrases(
    text: str, outline: Outline, excluded: list[Span],
) -> list[tuple[int, int, list[UnitPhrase]]]:
    """Unit phrases in passages that have no number above them at all."""
    runs: list[tuple[int, int]] = []
    for line in outline.loose:
        if runs and blank_between(text, runs[-1][1], line.span.start, excluded):
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
    """Passages without numbers: each ends in its units, a short first line of it is its heading."""
    refs = {line.span.start: line.ref for line in reader.outline.loose}
    told = {line.span.end for line in reader.outline.loose if line.hint == "heading"}
    text = reader.text
    for start, _, found in loose:
        begin, count = start, 0
        for phrase in found:
            lines = [span for span in lines_between(text, begin, phrase.span.start)
                     if reader.spans(span.start, span.end)]
            titles = [line for line in lines[:-1] if line.start + len(line.of(text).rstrip()) in told]
            if titles:
                lines = lines[lines.index(titles[-1]):]
            elif phrase is found[0] and len(lines) > 1:
                # The preamble stands above the first clause; only a heading directly above it belongs to it.
                lines = lines[-2:] if is_short(lines[-2].of(text)) else lines[-1:]
            headed = len(lines) > 1 and (bool(titles) or is_short(lines[0].of(text)))
            heading = lines[0] if headed else None
            first = lines[1 if headed else 0].start if lines else begin
            spans = reader.spans(first, phrase.span.start) if lines else ()
            spans = reader.without_label(spans) if spans else ()
            if spans and len(printed(text, spans)) >= 8:
                ref = next((refs[key] for key in sorted(refs, reverse=True) if key <= spans[0].start), "")
                count += 1
                number, mark = padded_number(text, heading or spans[0], count)
                if mark is not None and heading is None:
                    spans = (Span(mark.end, spans[0].end), *spans[1:])
                above = titles or ([heading] if heading else [])
                reader.clauses.append(Clause(
                    "prose", number, tuple(re.sub(r"\s+", "", title.of(text)) for title in above), spans,
                    reader.raw([phrase]), ref, None if heading else mark, tuple(above),
                ))
            elif reader.clauses:
                last = reader.clauses[-1]
                reader.clauses[-1] = last._replace(
                    phrases=(*last.phrases, *reader.raw([phrase])))
            begin = phrase.span.end


def _announces_work(headings: str) -> bool:
    return bool(WORK.search(headings)) and not SAFEGUARDS.search(headings)
