"""What a person has made of a report's text: which figures still stand in it, and which say something else.

A person edits plain text. Where the words around a figure have stayed, the figure is found again in the
edited text and keeps its list; where a number stands in its place that the facts do not hold, that is told;
what was left out is told too. The comparison goes over words of one character and over whole numbers, so that
12 is never found inside 128.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from tracker.domain.report import Figure, Paragraph, Part, Piece, Report, plain

TITLE = "_title"
ADDRESSEE = "_addressee"
"""The keys under which a person's own title and 主送机关 are kept beside the texts of parts."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*[%％‰]?|.", re.DOTALL)
_NUMBER = re.compile(r"\d")
NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"[{NUMERALS}]+、")


@dataclass(frozen=True, slots=True)
class Differs:
    """A figure that the edited text does not say; `typed` is what stands in its place, if anything does."""

    figure: Figure
    typed: str

    @property
    def words(self) -> str:
        """应报份数：文中写13，清单是12."""
        name = self.figure.name or "数字"
        said = f"文中写{self.typed}" if self.typed else "文中没有写"
        return f"{name}：{said}，清单是{self.figure.value}"


@dataclass(frozen=True, slots=True)
class Reading:
    """An edited text with the figures that it still says as pieces, and those that it says otherwise."""

    paragraphs: tuple[Paragraph, ...]
    differs: tuple[Differs, ...]


def tidied(text: str) -> str:
    """A typed text as it is kept: one paragraph a line, none of them empty, no blanks at their ends."""
    lines = (line.strip(" \t\r\u3000\x00") for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def read(part: Part, edited: str) -> Reading:
    """The edited text of a part, compared with what was made from the facts.

    A figure stands where all its characters were found again, side by side; the others differ, and every
    figure of the part's paragraphs is one or the other.
    """
    made, places = _laid_out(part.paragraphs)
    there = _tokens(edited)
    steps = _steps(made, there)
    kept = {
        step.a1 + at: step.b1 + at for step in steps if step.tag == "equal" for at in range(step.a2 - step.a1)
    }
    starts = _starts(there)
    stands: list[tuple[int, int, Figure]] = []
    differs: list[Differs] = []
    for first, last, figure in places:
        found = [kept.get(place) for place in range(first, last)]
        if found and found[0] is not None and found == list(range(found[0], found[0] + len(found))):
            stands.append((starts[found[0]], starts[found[0] + len(found)], figure))
        elif found:
            differs.append(Differs(figure, _instead(made, there, steps, first, last)))
    return Reading(_cut(edited, stands), tuple(differs))


def as_it_reads(report: Report, edited: Mapping[str, str]) -> Report:
    """The report with what a person has written in the place of its parts; tables stay as they were made.

    A part whose text was emptied is left out with its tables, and the others are numbered anew.
    """
    kept = [_as_written(part, edited.get(part.key)) for part in report.parts if edited.get(part.key) != ""]
    return replace(
        report,
        title=edited.get(TITLE) or report.title,
        addressee=edited.get(ADDRESSEE, report.addressee),
        parts=tuple(_numbered(kept) if len(kept) < len(report.parts) else kept),
    )


def _as_written(part: Part, text: str | None) -> Part:
    return part if text is None else replace(part, paragraphs=read(part, text).paragraphs)


def _numbered(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts with the numbers of their headings (一、) in order again."""
    number = 0
    for part in parts:
        found = _NUMBERED.match(part.heading)
        number += bool(found)
        yield replace(part, heading=f"{numeral(number)}、{part.heading[found.end() :]}") if found else part


def numeral(number: int) -> str:
    """一, 十, 十二, 二十, for 1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else f"{NUMERALS[tens - 1] if tens > 1 else ''}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _starts(tokens: Sequence[str]) -> list[int]:
    """Where each token begins, and where the last one ends."""
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _laid_out(paragraphs: Sequence[Paragraph]) -> tuple[list[str], list[tuple[int, int, Figure]]]:
    """The text as tokens, and the tokens from which to which each figure stands.

    A figure is cut into tokens of its own: 2026 followed by the figure 12 are two numbers in the facts, and a
    person who left them alone has left the figure alone.
    """
    spans: list[tuple[int, int, Figure]] = []
    text = ""
    for number, paragraph in enumerate(paragraphs):
        text += "\n" if number else ""
        for piece in paragraph:
            said = plain((piece,))
            if isinstance(piece, Figure):
                spans.append((len(text), len(text) + len(said), piece))
            text += said
    tokens = _tokens(text)
    starts = _starts(tokens)
    place = {start: number for number, start in enumerate(starts)}
    found = []
    for start, end, figure in spans:
        if start < end:
            first = place.get(start, _within(starts, start))
            found.append((first, max(place.get(end, _within(starts, end) + 1), first + 1), figure))
    return tokens, found


def _within(starts: Sequence[int], offset: int) -> int:
    """The token in which an offset lies."""
    return max(number for number, start in enumerate(starts) if start <= offset)


@dataclass(frozen=True, slots=True)
class _Step:
    """A stretch of tokens of the one text and what became of it in the other, as difflib tags it."""

    tag: str
    a1: int
    a2: int
    b1: int
    b2: int


def _steps(made: Sequence[str], there: Sequence[str]) -> list[_Step]:
    """How the one text became the other: line by line first, and word by word where lines differ.

    Lines that a person has not touched, which are most, are never looked at word by word.
    """
    one, other = _line_starts(made), _line_starts(there)
    before = ["".join(made[start:end]) for start, end in pairwise(one)]
    after = ["".join(there[start:end]) for start, end in pairwise(other)]
    found: list[_Step] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        whole = _Step(tag, one[a1], one[a2], other[b1], other[b2])
        if tag != "replace":
            found.append(whole)
            continue
        ours, theirs = made[whole.a1 : whole.a2], there[whole.b1 : whole.b2]
        words = SequenceMatcher(None, ours, theirs, autojunk=_pairs(ours, theirs) > _MOST_PAIRS)
        found += [
            _Step(each, whole.a1 + c1, whole.a1 + c2, whole.b1 + d1, whole.b1 + d2)
            for each, c1, c2, d1, d2 in words.get_opcodes()
        ]
    return found


_MOST_PAIRS = 500_000
"""Beyond, what stands there over and over (a dotted line, one phrase all along) begins no match."""


def _pairs(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many pairs of equal words there are, which each step of the comparison goes over."""
    counted = Counter(theirs)
    return sum(counted[word] for word in ours)


def _line_starts(tokens: Sequence[str]) -> list[int]:
    """Where each line begins, and where the last one ends."""
    return [0, *(place + 1 for place, said in enumerate(tokens) if said == "\n"), len(tokens)]


def _instead(made: Sequence[str], there: Sequence[str], steps: Sequence[_Step], first: int, last: int) -> str:
    """The number that stands where the figure stood; empty where none does."""
    for step in steps:
        if step.tag == "replace" and step.a1 < last and first < step.a2:
            numbers = [token for token in there[step.b1 : step.b2] if _NUMBER.match(token)]
            before = sum(bool(_NUMBER.match(token)) for token in made[step.a1 : first])
            if len(numbers) > before:
                return numbers[before]
    return ""


def _cut(text: str, stands: Sequence[tuple[int, int, Figure]]) -> tuple[Paragraph, ...]:
    """The text as paragraphs of pieces, with figures where they stand."""
    paragraphs: list[list[Piece]] = [[]]
    at = 0
    for start, end, figure in [*sorted(stands, key=lambda each: each[0]), (len(text), len(text), None)]:
        if start < at:
            continue  # two figures without a word between them are one number
        for number, line in enumerate(text[at:start].split("\n")):
            if number:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(line)
        if figure is not None:
            said = text[start:end]
            paragraphs[-1].append(figure if said == figure.value else replace(figure, value=said))
        at = end
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)
