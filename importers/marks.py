"""Clause marks (条款序号): 一、 (一) 1. (1) ① 第一条, and the lines that carry them.

A line of the outline is a passage with or without a mark. A document whose line breaks were lost is cut
again at its marks, but only where the numbers run on and each item brings its own unit phrase, or where
whole sections stand in one paragraph: "如下:1.…;2.…" inside a clause stays one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from importers.label_words import LABEL
from importers.labels import brackets_in, unit_phrases
from importers.source import Span

NUMERALS = "一二三四五六七八九十百零〇"
_STYLES = (
    ("article", re.compile(rf"第\s*[{NUMERALS}\d]{{1,5}}\s*[条章节](?:[、:：.．\s]|(?=[^\s、,，。]))")),
    ("chinese", re.compile(rf"[{NUMERALS}]{{1,4}}\s*[、.．﹒]")),
    ("chinese-bracket", re.compile(rf"[(（〔【]\s*(?:[{NUMERALS}]{{1,4}}|[+＋])\s*[)）〕】]\s*[、.．,，]?")),
    ("arabic", re.compile(r"\d{1,3}\s*(?:[、﹒]|[.．](?![\d]))")),
    ("arabic-close", re.compile(r"\d{1,2}\s*[)）](?=\D)")),
    ("arabic-bracket", re.compile(r"[(（〔]\s*\d{1,2}\s*[)）〕]\s*[、.．]?")),
    ("circle", re.compile(r"[①-⑳❶-❿]\s*[、.．]?")),
)


_BLANKS = re.compile(r"[ \t\u3000\xa0]*")
_FIRST = re.compile(rf"[第{NUMERALS}(（〔【\d①-⑳❶-❿]")
"""Every mark begins with one of these, and few passages do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number before a clause: its style, its value, and as printed."""

    style: str
    value: int
    printed: str
    length: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the outline; `span` leaves out the blanks around it."""

    span: Span
    ref: str
    mark: Mark | None
    hint: str = ""

    @property
    def body(self) -> Span:
        """Return the line without its mark."""
        return Span(self.span.start + (self.mark.length if self.mark else 0), self.span.end)


def number_of(numeral: str) -> int:
    """Read 十二 or 12; nothing readable is 0."""
    numeral = re.sub(r"\s", "", numeral)
    if numeral.isdigit():
        return int(numeral)
    total, current = 0, 0
    for ch in numeral:
        digit = "零一二三四五六七八九".find("零" if ch == "〇" else ch)
        if digit >= 0:
            current = digit
        elif ch == "十":
            total += (current or 1) * 10
            current = 0
        elif ch == "百":
            total += (current or 1) * 100
            current = 0
    return total + current


def mark_at(text: str, position: int, end: int) -> Mark | None:
    """Return the mark that begins here, if one does."""
    if not _FIRST.match(text, position, end):
        return None
    for style, pattern in _STYLES:
        match = pattern.match(text, position, end)
        if not match:
            continue
        printed = match.group()
        if style == "circle":
            code = ord(printed[0])
            value = code - 0x245F if code < 0x2600 else code - 0x2775
        else:
            # A scan reads 十 as +.
            value = number_of(re.sub(rf"[^{NUMERALS}\d]", "", re.sub(r"[+＋]", "十", printed)))
        following = _BLANKS.match(text, match.end(), end)
        begin = following.end() if following else match.end()
        if value and begin < end and not text[begin].isspace():
            return Mark(style, value, re.sub(r"\s*\n\s*", "", printed.strip()), begin - position)
    return None


_BULLET = re.compile(r"[★☆▲△●○■□◆◇]{1,3}[ \u3000]*")
"""★1. stars an item of a numbered list."""


def line_of(text: str, span: Span, ref: str, hint: str = "") -> Line | None:
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in "\ufeff\u200b"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == "\u200b"):
        end -= 1
    if start == end:
        return None
    mark = mark_at(text, start, end)
    if mark is None and (bullet := _BULLET.match(text, start, end)) \
            and (behind := mark_at(text, bullet.end(), end)):
        mark = Mark(behind.style, behind.value, behind.printed, behind.length + bullet.end() - start)
    return Line(Span(start, end), ref, mark, hint)


_TIGHT = re.compile(
    r"(\d{1,2})[.．](?=\d)(?!\d+(?:\.\d+)*\s*(?:[%％‰]|倍|万|亿|元|米|平方|公里|吨|个百分点))"
)


_NEAR = 15


def mark_tight_numbers(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Read `1.26个领域…` as item 1 where the items around it carry the numbers before and after it."""
    values = [
        line.mark.value if line is not None and line.mark is not None and line.mark.style == "arabic" else 0
        for line in lines
    ]
    tight = [
        _TIGHT.match(text, line.span.start, line.span.end) if line is not None and line.mark is None else None
        for line in lines
    ]
    known = [
        value or (int(match.group(1)) if match else 0) for value, match in zip(values, tight, strict=True)
    ]
    marked: list[Line | None] = []
    for index, (line, match) in enumerate(zip(lines, tight, strict=True)):
        if line is None or match is None:
            marked.append(line)
            continue
        value = int(match.group(1))
        near = {each for each in known[max(0, index - _NEAR):index + _NEAR + 1] if each}
        neighbours = value - 1 in near if value > 1 else value + 1 in near
        mark = Mark("arabic", value, match.group(), len(match.group())) if neighbours else None
        marked.append(Line(line.span, line.ref, mark, line.hint))
    return marked


_DOTTED = re.compile(
    r"(?P<number>\d{1,2}(?:[.．]\d{1,2}){1,3})(?!\d|倍|万|亿|元|米|平方|公[里斤顷]|吨|度|克|小时|个百分点)"
    r"[.．、]?[ \t\u3000\xa0]*(?=[^\d\s.．%％‰、，,。；;)）])"
)


def mark_dotted_numbers(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Read 1.1 完善制度, 1.2 规范流程 as numbers of a level of their own, where they run on.

    A line that only begins with a figure (1.5万亩) has no neighbour that carries it on.
    """
    found = {
        index: match for index, line in enumerate(lines) if line is not None and line.mark is None
        and text[line.span.start].isdigit() and (match := _DOTTED.match(text, line.span.start, line.span.end))
    }
    if len(found) < 2:
        return lines
    values = {index: tuple(int(part) for part in re.split(r"[.．]", match["number"]))
              for index, match in found.items()}
    known = set(values.values())
    depths = {len(value) for value in known if (*value[:-1], value[-1] + 1) in known}
    marked = list(lines)
    for index, match in found.items():
        line, value = lines[index], values[index]
        if line is not None and len(value) in depths:
            mark = Mark(f"dotted-{len(value)}", value[-1], match["number"], match.end() - match.start())
            marked[index] = Line(line.span, line.ref, mark, line.hint)
    return marked


_WORDED = re.compile(
    rf"(?:(?P<word>任务|措施|事项|举措|问题)(?P<number>\d{{1,3}}|[{NUMERALS}]{{1,4}})"
    rf"|(?P<nth>第)(?P<ordinal>\d{{1,3}}|[{NUMERALS}]{{1,4}})项)"
    r"(?:[ \t\u3000\xa0]*[:：][ \t\u3000\xa0]*|[ \t\u3000\xa0]+)(?=\S)"
)


def mark_worded_numbers(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Read 任务一：… 任务二：… and 第1项 … 第2项 … as numbers, where they run on."""
    found: dict[int, tuple[str, int, re.Match[str]]] = {}
    for index, line in enumerate(lines):
        if line is None or line.mark is not None or text[line.span.start] not in _WORD_STARTS:
            continue
        if match := _WORDED.match(text, line.span.start, line.span.end):
            word = match["word"] or match["nth"]
            if word == "问题" and not _answered(text, lines[index + 1:index + 2]):
                continue
            found[index] = (word, number_of(match["number"] or match["ordinal"]), match)
    if len(found) < 2:
        return lines
    known = {(word, value) for word, value, _ in found.values()}
    marked = list(lines)
    for index, (word, value, match) in found.items():
        line = lines[index]
        if line is not None and known & {(word, value - 1), (word, value + 1)}:
            printed = match.group().strip(" \t\u3000\xa0:：")
            mark = Mark(f"worded-{word}", value, printed, match.end() - match.start())
            marked[index] = Line(line.span, line.ref, mark, line.hint)
    return marked


def _answered(text: str, below: list[Line | None]) -> bool:
    """Whether a labelled line follows a problem (整改措施:…), and no answer to a question."""
    return any(line is not None and LABEL.match(text, *line.span) for line in below)


_WORD_STARTS = frozenset("任措事举问第")
_WHOLE_DOCUMENT = 1500
_BEFORE_MARK = "。；;）)〕】!！?？ \t\u3000\xa0:："


def split_run_together(text: str, line: Line, before: Mapping[str, int]) -> list[Line]:
    """Cut a paragraph that holds several numbered clauses into one line each.

    `before` holds the last value of each style above: 二、…3.…4.… carries on the count of 一、…1.…2.…
    """
    if line.span.end - line.span.start < 80:
        return [line]
    cuts = _running_marks(text, line.span, before)
    if len(cuts) < 2:
        return [line]
    long = line.span.end - line.span.start > _WHOLE_DOCUMENT
    pieces = [*cuts, line.span.end]
    with_units = sum(
        1 for first, last in pairwise(pieces) if unit_phrases(text, first, last)
    )
    if with_units < 2 or (not long and with_units * 2 < len(cuts)):
        return [line]
    starts = cuts if cuts[0] == line.span.start else [line.span.start, *cuts]
    lines = []
    for first, last in zip(starts, [*starts[1:], line.span.end], strict=True):
        if piece := line_of(text, Span(first, last), line.ref, line.hint):
            lines.append(piece)
    return lines


_BEHIND_UNITS = re.compile(rf"[)）〕】\]][ \t\u3000\xa0。；;]*(?=[{NUMERALS}\d(（〔【])")


def cut_behind_units(text: str, line: Line, last: dict[str, int]) -> list[Line]:
    """Begin a line where a number follows a unit bracket: …(责任单位:市商务局)二、… is the end and a start.

    The number must continue its series; `last` holds the last value of each style, and is kept up to date.
    """
    if line.mark:
        last[line.mark.style] = line.mark.value
    if not _BEHIND_UNITS.search(text, line.span.start, line.span.end):
        return [line]
    starts = [line.span.start]
    for phrase in unit_phrases(text, line.span.start, line.span.end):
        begin = phrase.span.end
        while begin < line.span.end and (text[begin].isspace() or text[begin] in "。；;"):
            begin += 1
        mark = mark_at(text, begin, line.span.end) if phrase.bracketed and phrase.names_units else None
        if mark and mark.style != "circle" and mark.value in {1, last.get(mark.style, 0) + 1}:
            starts.append(begin)
            last[mark.style] = mark.value
    spans = [Span(first, end) for first, end in pairwise([*starts, line.span.end])]
    return [piece for span in spans if (piece := line_of(text, span, line.ref, line.hint))]


def _running_marks(text: str, span: Span, above: Mapping[str, int]) -> list[int]:
    """Return where marks stand whose numbers run on within their style."""
    last: dict[str, int] = {}
    cuts: list[int] = []
    previous: tuple[int, str] | None = None
    inside = bytearray(span.end - span.start)
    for pair in brackets_in(text, span.start, span.end):
        inside[pair.start + 1 - span.start:pair.end - span.start] = b"\x01" * (pair.end - pair.start - 1)
    position = span.start
    while position < span.end:
        mark = mark_at(text, position, span.end) if text[position] in _MARK_STARTS else None
        if mark is None or mark.style in {"circle", "arabic-close", "article"}:
            position += 1
            continue
        before = text[max(span.start, position - 2):position].rstrip("\n")[-1:] or "。"
        heading = previous is not None and previous[1] == "chinese" and mark.style == "chinese-bracket" \
            and position - previous[0] <= 80 and not re.search(r"[。；;]", text[previous[0]:position])
        follows = mark.value == last.get(mark.style, 0) + 1 or (mark.value == 1 and mark.style != "arabic") \
            or (mark.style not in last and mark.value == above.get(mark.style, 0) + 1)
        if (before in _BEFORE_MARK or heading) and follows and not inside[position - span.start]:
            cuts.append(position)
            last[mark.style] = mark.value
            if mark.style in {"chinese", "chinese-bracket"}:
                last.pop("arabic", None)
            previous = (position, mark.style)
            position += max(1, mark.length)
        else:
            position += 1
    return cuts


_MARK_STARTS = frozenset(f"{NUMERALS}0123456789(（〔【第①②③④⑤⑥⑦⑧⑨⑩")
