"""Clauses (条款): which passages are accountable work, with heading path, raw unit and deadline phrases.

Running text knows two manners. Where clauses name their units, a clause is what stands before a unit phrase;
one phrase at the end of a section serves the clauses before it; a clause without any counts only under a
heading that announces work (工作任务, 进度安排). Where no clause names a unit, the innermost numbered
passages count, except under headings that state aims, principles or scope. 保障措施 are safeguards, not
work, unless a clause there has a day of its own.
"""

from __future__ import annotations

import re

from importers import outline as outlines
from importers import running_units
from importers.bare_units import bare_units
from importers.clause import Clause, Phrase
from importers.clause_reader import ClauseReader, Dated
from importers.headings import AIMS, SAFEGUARDS, SCHEDULE, WORK, is_no_work, is_procedure
from importers.label_fields import UnitPhrase, fields_in
from importers.outline import Node, Outline
from importers.passages import loose_phrases, read_loose
from importers.source import Span

_CLOSING = re.compile(
    r"^(?:本(?:通知|意见|方案|措施|办法|要点|计划|规定|政策|文件|实施|若干)|各地(?:、|各|要)?.{0,8}(?:贯彻|"
    r"落实)本|未尽事宜|此前|以上(?:政策|措施)|附[件:：]|联系人|特此)",
)
_HEADING = 50


def read(text: str, outline: Outline, excluded: list[Span], dated: Dated) -> list[Clause]:
    """Return the clauses of running text in reading order."""
    reader = ClauseReader(text, outline, dated, excluded, [])
    nodes = list(outline.nodes())
    leaves = [node for node in nodes if not node.children]
    phrases = {id(node): reader.phrases_of(node) for node in nodes}
    loose = loose_phrases(text, outline, excluded)
    spoken = {id(node): [said] for node in nodes
              if not phrases[id(node)] and (said := reader.spoken_in(node))}
    if loose or any(phrases.values()):
        phrases |= spoken
    else:
        phrases |= bare_units(text, nodes)
    named = sum(1 for found in phrases.values() if found)
    named += sum(len(run) for _, _, run in loose)
    reader.with_units = named >= 2 or (named == 1 and len(leaves) <= 3)
    if reader.with_units:
        _read_with_units(reader, nodes, phrases)
        read_loose(reader, loose)
    else:
        _read_without_units(reader, nodes, spoken)
    return sorted(reader.clauses, key=lambda clause: clause.start)


def _cut(reader: ClauseReader, node: Node, found: list[UnitPhrase], *, title: bool) -> None:
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
        spoken = any(member.spoken for member in members)
        reader.emit(node, start, end, reader.raw(members), title=title, spoken=spoken)


def _read_with_units(reader: ClauseReader, nodes: list[Node], phrases: dict[int, list[UnitPhrase]]) -> None:
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


def _read_record(reader: ClauseReader, node: Node, found: list[UnitPhrase]) -> bool:
    """一、标题 ⏎ 责任单位:… ⏎ 工作内容:…: whether the requirement stands behind a label below its units."""
    fields = fields_in(reader.text, found[-1].span.end, node.end())
    if not fields or fields[0][0] != "text":
        return False
    whole = fields[0][1]
    times = tuple(Phrase("deadline", spans, bracketed=False) for field, _, content in fields[1:]
                  if field == "deadline" and (spans := reader.spans(content.start, content.end)))
    reader.emit(node, whole.start, whole.end, (*reader.raw(found), *times), title=True, labelled=True)
    return True


def _read_under_heading(reader: ClauseReader, node: Node, found: list[UnitPhrase]) -> None:
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


def _read_bare(
    reader: ClauseReader, node: Node, phrases: dict[int, list[UnitPhrase]], *, title: bool,
) -> None:
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
        own_units = running_units.assigned_in(reader.text[start:end])
        inherits = served * 2 <= len(siblings) and not own_units
        raw = reader.raw(later[:2], inherited=True) if inherits else ()
        reader.emit(node, start, end, raw, title=title)
    elif not AIMS.search(own) and (
        (_announces_work(headings) and not (served and position > 0)) or _left_out(reader, node, phrases)
        or _assigns(reader.text[start:end], headings)
    ):
        reader.emit(node, start, end, (), title=title)


def _assigns(passage: str, headings: str) -> bool:
    """Whether a clause of a section of work says in a sentence who does it."""
    return _announces_work(headings) and bool(running_units.assigned_in(passage))


def _left_out(reader: ClauseReader, node: Node, phrases: dict[int, list[UnitPhrase]]) -> bool:
    """The last clause of a numbered run whose other clauses all name units: work, though it names none."""
    siblings = node.parent.children if node.parent else []
    if len(siblings) < 3 or not all(phrases[id(each)] for each in siblings[:-1]):
        return False
    passage = reader.text[node.line.body.start:node.end()]
    about = "".join((*outlines.path_of(reader.text, node), outlines.title_of(reader.text, node)))
    return not SAFEGUARDS.search(about) and not _CLOSING.match(passage)


def _extent(reader: ClauseReader, node: Node, *, title: bool) -> tuple[int, int]:
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


def _read_without_units(
    reader: ClauseReader, nodes: list[Node], spoken: dict[int, list[UnitPhrase]],
) -> None:
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
        if said := spoken.get(id(node)):
            _cut(reader, node, said, title=title and said[0].span.start > node.lines[0].span.start)
            continue
        start, end = _extent(reader, node, title=title)
        reader.emit(node, start, end, (), title=title)


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _announces_work(headings: str) -> bool:
    return bool(WORK.search(headings)) and not SAFEGUARDS.search(headings)
