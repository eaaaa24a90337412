"""Labels outside brackets (括号外的标签): fields that end with their line, a record's together."""

from __future__ import annotations

import re

from importers.label_fields import Part, UnitPhrase, fields_in
from importers.label_words import AND_PERSON, DEADLINE_LABEL, LABEL
from importers.looks import (
    CLOSING,
    OPENING,
    UNIT_LABEL,
    Field,
    looks_like_deadline,
    looks_like_units,
    role_of_label,
)
from importers.people import WITH_PERSON, people_apart
from importers.source import Span

_BETWEEN_FIELDS = " \t\u3000\xa0\n。;；,，.．、()（）●•·|-—–－_·0123456789第页共①②③④⑤⑥⑦⑧⑨⑩"
"""Marks, blanks, a number, and a page number where the page turns between two fields."""


def label_phrases(
    text: str, start: int, end: int, taken: list[UnitPhrase], width: int,
) -> list[UnitPhrase]:
    """Labels outside brackets; neighbouring fields of one record make one phrase."""
    phrases: list[UnitPhrase] = []
    group: list[tuple[Field, Span, Span]] = []
    stops = [phrase.span.start for phrase in taken]

    def close() -> None:
        if any(field == "units" for field, _, _ in group):
            parts = tuple(part for field in group for part in _parts(text, *field))
            begin = group[0][1].start
            head = max(start, text.rfind("\n", start, begin) + 1)
            if not text[head:begin].strip(_BETWEEN_FIELDS):
                begin = head  # the number of a label belongs to it
            phrases.append(UnitPhrase(Span(begin, group[-1][2].end), parts, bracketed=False))
        group.clear()

    for field, whole, content in _line_fields(text, start, end, taken, width):
        stop = min([content.end, *(each for each in stops if each >= content.start)])
        content = Span(content.start, stop)
        if field == "text":
            close()
            continue
        if group and text[group[-1][2].end:whole.start].strip(_BETWEEN_FIELDS):
            close()
        group.append((field, whole, content))
    close()
    return phrases


def _parts(text: str, field: Field, whole: Span, content: Span) -> list[Part]:
    """A field as parts; where the label asks for persons too, units and persons apart."""
    label = text[whole.start:content.start]
    if field != "units":
        return [Part(field, content)]
    role = role_of_label(label)
    if not WITH_PERSON.search(label):
        return [Part(role, content)]
    units, people = people_apart(text, content)
    return [*(Part(role, each) for each in units), *(Part("person", each) for each in people)]


def _line_end(text: str, start: int, end: int) -> int:
    """Where the line ends: at its break, or where two wide blanks indent the next paragraph."""
    breaks = (text.find("\n", start, end), text.find("\u3000\u3000", start, end))
    return min((place for place in breaks if place >= 0), default=-1)


def _line_fields(
    text: str, start: int, end: int, taken: list[UnitPhrase], width: int,
) -> list[tuple[Field, Span, Span]]:
    """Fields outside brackets, each ending with its line (or at the next label)."""
    found: list[tuple[Field, Span, Span]] = []
    for field, whole, content in fields_in(text, start, end):
        if any(phrase.span.start <= whole.start < phrase.span.end for phrase in taken):
            continue
        depth = 0
        for index in range(max(start, whole.start - 400), whole.start):
            depth += (text[index] in OPENING) - (text[index] in CLOSING)
            if text[index] == "\n":
                depth = 0
        line = _line_end(text, content.start, content.end)
        stop = content.end if line < 0 else line
        if line >= 0 and not text[content.start:line].strip():
            following = text.find("\n", line + 1, content.end)
            stop = content.end if following < 0 else following
        below = "\n" in text[whole.start:content.start]
        if below and not _says(field, text[content.start:stop]):
            stop = content.start  # nobody filled it in: what follows is no answer to it
        while width and stop < content.end and stop - text.rfind("\n", 0, stop) > width * 0.9:
            following = text.find("\n", stop + 1, content.end)
            stop = content.end if following < 0 else following
        if field == "units" and stop > content.start:
            stop = _names_below(text, stop, content.end, listed=below)
        if field != "units" and not found and depth > 0:
            continue
        found.append((field, whole, Span(content.start, stop)))
    found += _bare_labels(text, start, end, found, taken)
    return sorted(found, key=lambda each: each[1].start)


_BULLETS = "—―－-●•◆■◇□○▪➢※·★☆▲△√"
_NEXT_LINE = re.compile(r"[ \t\u3000\xa0]*\n\s*(?P<line>[^\n]*[^\s])")


def _says(field: Field, content: str) -> bool:
    """Whether the line below a label answers it."""
    if field == "units":
        return looks_like_units(content)
    return field != "deadline" or looks_like_deadline(content.strip(" \t\u3000\xa0。；;"))


def _names_below(text: str, stop: int, end: int, *, listed: bool) -> int:
    """Where a list of units ends that stands on lines of its own, a name or several on each.

    A list that began beside its label goes on below only behind a list mark, or up to the next label or the
    end of the passage: what else stands there may be a heading.
    """
    last = stop
    following = _NEXT_LINE.match(text, last, end)
    while following and following["line"][0] not in _BULLETS and looks_like_units(following["line"]):
        last = following.end()
        following = _NEXT_LINE.match(text, last, end)
    closed = following is None or LABEL.match(text, following.start("line"))
    return last if listed or closed or text[stop - 1] in "、，," else stop


BARE_LABEL = re.compile(
    r"(?:^|(?<=\n))[ \t\u3000\xa0]*(?P<label>"
    rf"(?:(?P<unit>(?:{UNIT_LABEL}){AND_PERSON})|(?P<deadline>{DEADLINE_LABEL}))(?!\s*[:：∶﹕︰])"
    r"(?:[ \t\u3000\xa0]+|(?=\S))"
    r"|(?:(?P<short_unit>单位|部门|[科处股]室)|(?P<short_time>(?:开展|举办|活动|启动)?(?:时间|日期)))"
    r"[ \t]*[:：∶﹕︰])"
)
"""At the head of a line: 责任单位市财政局 that lost its colon, and 单位:, too short a label elsewhere."""


_WHOM_TO_ASK = re.compile(
    r"(?:^|(?<=[\s。；;]))(?:联系人|联络员|填报人|审核人|(?:联系|咨询|办公)?电话|电子邮箱|邮箱)[:：∶﹕︰]"
)
_NEAR = 2000


def _bare_labels(
    text: str, start: int, end: int, found: list[tuple[Field, Span, Span]], taken: list[UnitPhrase],
) -> list[tuple[Field, Span, Span]]:
    """Lines whose label counts only because the whole line answers it."""
    extra: list[tuple[Field, Span, Span]] = []
    for match in BARE_LABEL.finditer(text, start, end):
        stop = text.find("\n", match.end(), end)
        stop = end if stop < 0 else stop
        place = match.start("label")
        inside = any(phrase.span.start <= place < phrase.span.end for phrase in taken)
        known = any(whole.start <= place < content.end for _, whole, content in found)
        field: Field = "units" if match["unit"] or match["short_unit"] else "deadline"
        short = match["short_unit"] or match["short_time"]
        if short and (_told_above(text, field, place, found, taken) or _whom_to_ask(text, start, end)):
            continue
        if not inside and not known and _says(field, text[match.end():stop]):
            extra.append((field, Span(place, stop), Span(match.end(), stop)))
    return extra


def _told_above(
    text: str, field: Field, place: int, found: list[tuple[Field, Span, Span]], taken: list[UnitPhrase],
) -> bool:
    """Whether a whole label has said the same, and only labelled lines stand between."""
    ends = [content.end for kind, _, content in found if kind == field and content.end <= place]
    ends += [phrase.span.end for phrase in taken if phrase.span.end <= place and (
        phrase.names_units if field == "units" else any(part.field == field for part in phrase.parts))]
    if not ends or place - max(ends) > _NEAR:
        return False
    return all(not line.strip(_BETWEEN_FIELDS) or LABEL.match(line.lstrip()) or BARE_LABEL.match(line)
               for line in text[max(ends):place].split("\n"))


def _whom_to_ask(text: str, start: int, end: int) -> bool:
    """Whether 单位: and 时间: say who drew the document up: beside 联系人:, below whole labels."""
    return _WHOM_TO_ASK.search(text, start, end) is not None \
        and any(label["unit"] for label in LABEL.finditer(text, max(0, start - _NEAR), start))


def fields_at_end(
    text: str, start: int, end: int, width: int = 0,
) -> list[tuple[Field, Span, Span]]:
    """Return the labelled lines that a passage ends with, whatever they say but a requirement."""
    if not LABEL.search(text, start, end) and not BARE_LABEL.search(text, start, end):
        return []
    fields = _line_fields(text, start, end, [], width)
    kept: list[tuple[Field, Span, Span]] = []
    below = end
    for field, whole, content in reversed(fields):
        if field == "text" or text[content.end:below].strip(_BETWEEN_FIELDS):
            break
        kept.append((field, whole, content))
        below = whole.start
    while kept and not _begins_line(text, start, kept[-1][1].start):
        kept.pop()
    return kept[::-1]


def _begins_line(text: str, start: int, place: int) -> bool:
    head = text.rfind("\n", start, place) + 1 or start
    return not text[head:place].strip(_BETWEEN_FIELDS)
