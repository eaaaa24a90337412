"""Labels and brackets (责任单位:… 〔牵头单位:…〕): where a passage names units, times and people.

Three ways in which documents name who does a clause, all found here without reading the names:

    bracket  at the end of a sentence or paragraph: `(市商务局、市财政局负责落实,完成时限:2023年11月)`, with
             brackets of any kind, mixed, nested, or unbalanced by a stray one
    label    `责任单位:…` on its own line or after the sentence, also damaged: 贵任单位, ∶ for :, none
    record   several labels after each other on one line: 牵头领导:… 责任单位:… 完成时限:…

A label names a field: units of a role, a deadline, a person, a note. `分管领导:` is a person, never a unit.
"""

from __future__ import annotations

import re

from importers.deadline_feasts import AHEAD
from importers.label_fields import Part, UnitPhrase, fields_in
from importers.label_lines import BARE_LABEL, label_phrases
from importers.label_words import LABEL
from importers.looks import (
    ACT,
    CLOSING,
    COLON,
    NAME_ENDING,
    OPENING,
    TAIL,
    TERMINAL,
    UNIT_LABEL,
    VERBS,
    looks_like_deadline,
    looks_like_units,
    names_of,
)
from importers.source import Span


def brackets_in(text: str, start: int, end: int) -> list[Span]:
    """Return the outermost bracket pairs; a stray opening or closing bracket spoils only itself."""
    stack: list[int] = []
    pairs: list[Span] = []
    for index in range(start, end):
        ch = text[index]
        if ch in OPENING:
            stack.append(index)
        elif ch in CLOSING and stack:
            opened = stack.pop()
            while pairs and pairs[-1].start > opened:
                pairs.pop()
            pairs.append(Span(opened, index + 1))
    return pairs


_BRACKET_LABEL = re.compile(
    rf"[{re.escape(OPENING)}]\s*(?:{UNIT_LABEL})(?:{COLON}|(?<![)）])(?=[各省市县区州镇局国人住自发财教民公]))",
)


_TIME_AHEAD = (
    r"(?=\s*(?:(?:于|在|到|至|力争|确保|争取)?\s*(?:20\d\d|\d{1,2}\s*[月日个]|[一二三四五六七八九十]{1,2}月|"
    r"年[底内末中]|全年|长期|持续|每[年月周季半日]|"
    rf"第?[一二三四]季度|上半年|下半年|常态|{AHEAD})|印发))"
)
_END_OF_UNITS = re.compile(
    rf"[。；;]|[,，](?=\s*(?:完成|列|排|逗号|第一|首位|以下))|[,，、;；]{_TIME_AHEAD}",
)


_TIME_FIRST = re.compile(rf"\s*{_TIME_AHEAD}(?P<time>[^,，;；。、\n]{{2,24}})[,，;；](?=\s*\S)")
"""(10月底前,市司法局): a time before the units."""
_ONLY_LABEL = re.compile(UNIT_LABEL)
"""【责任单位】 is a label, whatever stands behind it."""


def _bracket_units(text: str, span: Span) -> bool:
    inner = re.sub(r"\s*\n\s*", "", text[span.start + 1:span.end - 1]).strip()
    if len(inner) < 2 or len(inner) > 700 or _ONLY_LABEL.fullmatch(inner):
        return False
    if re.match(rf"(?:{UNIT_LABEL})(?:{COLON}|[各省市县区州])", inner):
        return True
    time = _TIME_FIRST.match(inner)
    first = inner[time.end():] if time and looks_like_deadline(time["time"]) else inner
    first = _END_OF_UNITS.split(first)[0].strip()
    fields = fields_in(text, span.start + 1, span.end - 1)
    if any(field == "units" for field, _, _ in fields):
        return True
    first = LABEL.split(first)[0].strip(" ,，;；") if fields else first
    if not first or re.search(r"[《》“”]|下同$|以下简称", first):
        return False
    if looks_like_units(first):
        return True
    if not VERBS.search(first) or len(first) > 300 or ACT.match(first):
        return False
    last = TAIL.sub("", TAIL.sub("", names_of(first)[-1])).strip()
    before = text[:span.start].rstrip()[-1:]
    return not last or bool(NAME_ENDING.search(last)) or (before in TERMINAL and len(last) <= 20)


_MARKS = re.compile(rf"[{re.escape(OPENING)}:：∶﹕︰]")
"""No unit phrase is without a bracket or a colon, but for a label that lost it."""


def unit_phrases(text: str, start: int, end: int, width: int = 0) -> list[UnitPhrase]:
    """Return the passages of `text[start:end]` that name the units of what stands before them.

    Args:
        text: the document.
        start: where the passage begins.
        end: where it ends.
        width: of hard-wrapped lines, where a full line goes on in the next; 0 where a line is a paragraph.

    """
    if not _MARKS.search(text, start, end):
        # A label that lost its colon heads a line, and most cells of a table begin none.
        begins_line = start == 0 or text.find("\n", start - 1, end) >= 0
        if not begins_line or not BARE_LABEL.search(text, start, end):
            return []
    found = _bracket_phrases(text, start, end, width)
    found += label_phrases(text, start, end, found, width)
    return sorted(found, key=lambda phrase: phrase.span.start)


def _bracket_phrases(text: str, start: int, end: int, width: int) -> list[UnitPhrase]:
    phrases: list[UnitPhrase] = []
    for span, inside in _unit_brackets(text, start, end, width):
        before = text[start:span.start].rstrip()
        after = text[span.end:end].lstrip(" \t\u3000\xa0")
        closes = not after or after[0] in "\n。；;" or bool(re.match(r"[(（〔【\[]", after))
        opens = not before or before[-1] in TERMINAL + '”"）)〕】,，:：' or text[span.start - 1] == "\n"
        labelled = bool(re.match(rf".\s*(?:{UNIT_LABEL})", text[span.start:span.end].replace("\n", "")))
        if not (closes or labelled or (opens and before[-1:] in TERMINAL)):
            continue
        if closes and not opens and not labelled and not _ends_in_verb(inside.of(text)) \
                and not (before[-1:] != "》" and _DUE_INSIDE.search(inside.of(text))):
            continue
        phrases.append(UnitPhrase(span, _parts(text, inside.start, inside.end), bracketed=True))
    return [_with_neighbours(text, start, end, phrase) for phrase in phrases]


_DUE_INSIDE = re.compile(r"[,，;；]\s*[^,，;；。]{0,12}(?:前|底|长期[一-鿿]{0,2}|全年|持续推进)\s*\Z")
"""(市司法局，12月底前): units and a time are told of a task, whatever it ends with."""


def _ends_in_verb(inner: str) -> bool:
    """Whether the units end in what they do: (市司法局牵头，市财政局配合；4月底前完成)."""
    return any(VERBS.search(part.strip()) for part in (inner, _END_OF_UNITS.split(inner)[0]))


_BRACKET = (
    rf"([{re.escape(OPENING)}][^{re.escape(OPENING + CLOSING)}\n]{{2,60}}[{re.escape(CLOSING)}])"
)
_BRACKET_BEHIND = re.compile(rf"[ \t\u3000]*{_BRACKET}")
_TIME_BEHIND = re.compile(
    rf"[ \t\u3000]*{_TIME_AHEAD}"
    r"(?P<time>[^\s。；;，,、(（]{0,14}(?:前|[底末内月日]|季度|半年|长期|全年|推进|坚持|完成))[。；;]?"
    r"(?=[ \t\u3000]*(?:\n|$))"
)
"""【市数据局】6月底前: a time that stands alone between the units and the end of the line."""
_BRACKET_BEFORE = re.compile(rf"{_BRACKET}[ \t\u3000]*\Z")


def _with_neighbours(text: str, start: int, end: int, phrase: UnitPhrase) -> UnitPhrase:
    """Join a bracket of nothing but labelled times and people to the unit bracket that it stands beside."""
    begin, stop = phrase.span.start, phrase.span.end
    parts = list(phrase.parts)
    behind = _BRACKET_BEHIND.match(text, stop, end)
    if behind and (fields := _only_fields(text, Span(behind.start(1), behind.end(1)))):
        parts += fields
        stop = behind.end(1)
    elif (time := _TIME_BEHIND.match(text, stop, end)) and all(part.field != "deadline" for part in parts) \
            and looks_like_deadline(time["time"]) and not looks_like_units(time["time"]):
        parts.append(Part("deadline", Span(time.start("time"), time.end("time"))))
        stop = time.end()
    floor = max(start, begin - 64)
    before = _BRACKET_BEFORE.search(text[floor:begin])
    if before and (fields := _only_fields(text, Span(floor + before.start(1), floor + before.end(1)))):
        parts += fields
        begin = floor + before.start(1)
    return UnitPhrase(Span(begin, stop), tuple(parts), phrase.bracketed)


def _only_fields(text: str, span: Span) -> list[Part]:
    fields = fields_in(text, span.start + 1, span.end - 1)
    if not fields or text[span.start + 1:fields[0][1].start].strip() \
            or any(field in {"units", "text"} for field, _, _ in fields):
        return []
    return [Part(field, content) for field, _, content in fields]


def _unit_brackets(text: str, start: int, end: int, width: int) -> list[tuple[Span, Span]]:
    """Outermost unit brackets, each with its inside; one that nobody closes reaches to its line's end."""
    pairs = [span for span in brackets_in(text, start, end) if _bracket_units(text, span)]
    found = [(span, Span(span.start + 1, span.end - 1)) for span in pairs]
    for match in _BRACKET_LABEL.finditer(text, start, end):
        if any(span.start <= match.start() < span.end for span, _ in found):
            continue
        line = _paragraph_end(text, match.end(), end, width)
        stop = _closing_of(text, match.start(), line)
        found.append((Span(match.start(), min(stop + 1, line)), Span(match.start() + 1, stop)))
    return sorted(found)


def _closing_of(text: str, opening: int, end: int) -> int:
    """Where a bracket closes before `end`; the closing mark of an inner bracket closes only that one.

    A line that was cut off closes nothing; then the units end with their sentence.
    """
    depth = 0
    for index in range(opening + 1, end):
        if text[index] in OPENING:
            depth += 1
        elif text[index] in CLOSING:
            depth -= 1
            if depth < 0:
                return index
        elif text[index] == "。" and text[opening:index].rstrip()[-1:] in CLOSING:
            return index
    return end


def _paragraph_end(text: str, start: int, end: int, width: int) -> int:
    """Where the line ends; a full line of a hard-wrapped text goes on in the next."""
    begin = text.rfind("\n", 0, start) + 1
    while True:
        stop = text.find("\n", start, end)
        if stop < 0:
            return end
        if not width or stop - begin <= width * 0.9:
            return stop
        begin = start = stop + 1


def _parts(text: str, start: int, end: int) -> tuple[Part, ...]:
    """Cut the inside of a bracket into units and the labelled times, people and notes beside them."""
    fields = [each for each in fields_in(text, start, end) if each[0] != "units"]
    parts: list[Part] = []
    cursor = start
    for field, whole, content in fields:
        if whole.start > cursor and text[cursor:whole.start].strip(" ,，;；。\n"):
            parts.append(Part("units", Span(cursor, whole.start)))
        # A unit label after a time begins the units again.
        later = re.search(rf"[,，;；。\s](?={UNIT_LABEL}{COLON})", text[content.start:content.end])
        stop = content.start + later.start() if later else content.end
        parts.append(Part(field, Span(content.start, stop)))
        cursor = stop
    if text[cursor:end].strip(" ,，;；。\n"):
        parts.append(Part("units", Span(cursor, end)))
    return tuple(each for part in parts for each in _without_time(text, part))


def _without_time(text: str, part: Part) -> list[Part]:
    """(市司法局负责,11月底前完成) or the other way round: a time beside the units, without a label."""
    if part.field != "units":
        return [part]
    first = _TIME_FIRST.match(text, part.span.start, part.span.end)
    if first and looks_like_deadline(first.group("time")) and not looks_like_units(first.group("time")):
        return [Part("deadline", Span(first.start("time"), first.end("time"))),
                *_without_time(text, Part("units", Span(first.end(), part.span.end)))]
    match = re.compile(rf"[,，、;；]{_TIME_AHEAD}").search(text, part.span.start, part.span.end)
    if match is None or not looks_like_deadline(text[match.end():part.span.end].strip(" 。;；")):
        return [part]
    return [Part(
        "units", Span(part.span.start, match.start())), Part("deadline", Span(match.end(), part.span.end))]
