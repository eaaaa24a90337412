"""Marks that a scan or a page damaged (残缺序号): read where the numbers around them say what stood there.

    三十六)优化…        the opening bracket is lost
    ()优化…             the numeral is lost
    -、政策措施 、…      the numeral of a heading is lost
    1降低交易成本。      the dot is lost
    …⏎818、建设银行      a hard-wrapped line that happens to begin with figures is no item (nor 二、三孩家庭)

A mark is mended only where its number is the one that is due: between the numbers before and after it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from importers import wrapping
from importers.looks import looks_like_units
from importers.marks import NUMERALS, Line, Mark, number_of

_HALF_BRACKET = re.compile(rf"(?P<numeral>[{NUMERALS}]{{1,4}})\s*[)）]\s*(?=\S)")
_EMPTY_BRACKET = re.compile(r"[(（〔]\s*[)）〕]\s*[、.．]?\s*(?=\S)")
_NO_NUMERAL = re.compile(r"[-—–－_]?\s*、\s*(?=[^、。；;]{2,40}$)")
_NO_DOT = re.compile(
    r"(?P<numeral>\d{1,2})(?=[一-鿿])(?![年月日号个项家名次批天条户件类级万亿元周季人位期倍座处所套种款])",
)
_FINISHED = "。！？；;:：!?)）〕】]”"
_NEAR = 15
_HEADING = 30


def mend(text: str, lines: list[Line | None], width: int) -> list[Line | None]:
    """Give damaged marks back; `width` is that of hard-wrapped lines, 0 where a line is a paragraph."""
    mended = list(lines)
    for index, line in enumerate(mended):
        if line is None:
            continue
        if line.mark is None:
            mended[index] = replace(line, mark=_lost_mark(text, mended, index, line))
        elif width and line.mark.style in {"arabic", "chinese"} and _goes_on(text, mended, index, width):
            due = (_value(mended[:index], line.mark.style, backwards=True) or 0) + 1
            if line.mark.value not in {1, due}:
                mended[index] = replace(line, mark=None)
    return mended


def _lost_mark(text: str, lines: list[Line | None], index: int, line: Line) -> Mark | None:
    start, end = line.span.start, line.span.end
    if match := _HALF_BRACKET.match(text, start, end):
        value = number_of(match["numeral"])
        return _due(lines, index, match, "chinese-bracket", value)
    if match := _EMPTY_BRACKET.match(text, start, end):
        return _due(lines, index, match, "chinese-bracket", None)
    finished = _finished(text, lines, index)
    if finished and (match := _NO_NUMERAL.match(text, start, end)):
        return None if looks_like_units(text[match.end():end]) else _due(lines, index, match, "chinese", None)
    if finished and (match := _NO_DOT.match(text, start, end)):
        return _due(lines, index, match, "arabic", int(match["numeral"]))
    return None


def _due(
    lines: list[Line | None], index: int, match: re.Match[str], style: str, value: int | None,
) -> Mark | None:
    """The mark with the number that is due here, or None where it does not fit between its neighbours."""
    before = _value(lines[:index], style, backwards=True) or 0
    after = _value(lines[index + 1:], style)
    if value is None:
        value = after - 1 if after and style != "chinese" else before + 1
        fits = (before > 0 or after == value + 1) and (after is None or after > value or after == 1)
    elif style == "arabic":
        near = _value(lines[index + 1:index + 1 + _NEAR], style)
        fits = near == value + 1 and before in {value - 1, *([before] if value == 1 else [])}
    else:
        fits = before == value - 1 or after == value + 1
    return Mark(style, value, match.group().strip(), match.end() - match.start()) if fits and value else None


def _value(lines: list[Line | None], style: str, *, backwards: bool = False) -> int | None:
    """The value of the nearest mark of a style."""
    for line in reversed(lines) if backwards else lines:
        if line is not None and line.mark is not None and line.mark.style == style:
            return line.mark.value
    return None


def _finished(text: str, lines: list[Line | None], index: int) -> bool:
    """Whether the line before is a whole one, so that this one may begin something."""
    before = lines[index - 1] if index else None
    if before is None or text[before.span.end - 1] in _FINISHED:
        return True
    heading = before.mark is not None and before.span.end - before.span.start <= _HEADING
    return heading and re.search(r"[，,。；;、](?=.)", before.body.of(text)) is None


def _goes_on(text: str, lines: list[Line | None], index: int, width: int) -> bool:
    """Whether a hard-wrapped sentence goes on from the line before."""
    before = lines[index - 1] if index else None
    return before is not None and wrapping.is_full(text, before, width) \
        and text[before.span.end - 1] not in _FINISHED
