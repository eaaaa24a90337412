"""What a person has made of a report's text: which figures still stand in it, and which say something else.

A person edits plain text. Where the words around a figure have stayed, the figure is found again in the
edited text and keeps its list; where a number stands in its place that the facts do not hold, that is told;
what was left out is told too. The comparison goes over words of one character and over whole numbers, so that
12 is never found inside 128.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tracker.domain.aligned import Step, steps
from tracker.domain.report import Figure, Paragraph, Part, Piece, Report, plain
from tracker.domain.typed_figures import figures_in

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
    by_hand: tuple[str, ...] = ()
    """The figures that a person has typed where the facts held none, each with the words around it."""

    @property
    def to_check(self) -> tuple[str, ...]:
        """What no list stands behind, in words: figures said otherwise, then those typed by hand."""
        return (*(each.words for each in self.differs if each.typed), *self.by_hand)


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
    taken = _steps(made, there)
    kept = {
        step.a1 + at: step.b1 + at for step in taken if step.tag == "equal" for at in range(step.a2 - step.a1)
    }
    starts, instead = _starts(there), _Instead(made, there, taken)
    stands: list[tuple[int, int, Figure]] = []
    differs: list[Differs] = []
    told: set[int] = set()
    for first, last, figure in places:
        found = [kept.get(place) for place in range(first, last)]
        if found and found[0] is not None and found == list(range(found[0], found[0] + len(found))):
            stands.append((starts[found[0]], starts[found[0] + len(found)], figure))
        elif found:
            at = instead.of(first, last)
            differs.append(Differs(figure, "" if at is None else there[at]))
            told |= set() if at is None else {starts[at]}
    known = {starts[place] + at for place in kept.values() for at in range(len(there[place]))}
    by_hand = tuple(
        dict.fromkeys(
            each.around
            for each in figures_in(edited)
            if each.start not in told and not known.issuperset(range(each.start, each.end))
        )
    )
    return Reading(_cut(edited, stands), tuple(differs), by_hand)


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
    texts: list[str] = []
    length = 0
    for number, paragraph in enumerate(paragraphs):
        for piece in (("\n",) if number else ()) + paragraph:
            said = plain((piece,))
            if isinstance(piece, Figure):
                spans.append((length, length + len(said), piece))
            texts.append(said)
            length += len(said)
    tokens = _tokens("".join(texts))
    starts = _starts(tokens)
    place = {start: number for number, start in enumerate(starts)}
    found = []
    for start, end, figure in spans:
        if start < end:
            first = bisect_right(starts, start) - 1  # the token in which it begins
            last = place[end] if end in place else bisect_right(starts, end)
            found.append((first, max(last, first + 1), figure))
    return tokens, found


def _steps(made: Sequence[str], there: Sequence[str]) -> list[Step]:
    """How the one text became the other: line by line first, and word by word where lines differ.

    Lines that a person has not touched, which are most, are never looked at word by word.
    """
    one, other = _line_starts(made), _line_starts(there)
    before = ["".join(made[start:end]) for start, end in pairwise(one)]
    after = ["".join(there[start:end]) for start, end in pairwise(other)]
    found: list[Step] = []
    for step in steps(before, after):
        whole = Step(step.tag, one[step.a1], one[step.a2], other[step.b1], other[step.b2])
        if step.tag != "replace":
            found.append(whole)
            continue
        found += [
            Step(each.tag, whole.a1 + each.a1, whole.a1 + each.a2, whole.b1 + each.b1, whole.b1 + each.b2)
            for each in steps(made[whole.a1 : whole.a2], there[whole.b1 : whole.b2])
        ]
    return found


def _line_starts(tokens: Sequence[str]) -> list[int]:
    """Where each line begins, and where the last one ends."""
    return [0, *(place + 1 for place, said in enumerate(tokens) if said == "\n"), len(tokens)]


class _Instead:
    """Finds the number that stands where a figure stood."""

    def __init__(self, made: Sequence[str], there: Sequence[str], taken: Iterable[Step]) -> None:
        self._replaced = [step for step in taken if step.tag == "replace"]
        self._ends = [step.a2 for step in self._replaced]
        self._made = [place for place, token in enumerate(made) if _NUMBER.match(token)]
        self._there = [place for place, token in enumerate(there) if _NUMBER.match(token)]

    def of(self, first: int, last: int) -> int | None:
        """Its place: in what replaced the words, as many numbers are before it as were before the figure."""
        for step in self._replaced[bisect_right(self._ends, first) :]:
            if step.a1 >= last:
                break
            before = bisect_left(self._made, first) - bisect_left(self._made, step.a1)
            place = bisect_left(self._there, step.b1) + max(before, 0)
            if place < len(self._there) and self._there[place] < step.b2:
                return self._there[place]
        return None


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
