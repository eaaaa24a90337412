"""List marks that count only in a row (成串才算的序号): 1 标题, a. b) (c), Ⅰ. II. and dashes.

    1 梳理政策清单…     a.改版首页…      Ⅰ.源头公开      ——公开收费目录…。
    2 建设政策文件库…   b.整合入口…      Ⅱ.过程公开      ——公开招标信息…。

One such line may begin with a figure, a letter or a dash by chance (3 月底前, A级景区, a subtitle); a row
that counts up from its first is a list. Dashes count nothing: they are a list where finished sentences stand
side by side under a heading, and either several of them name their units or none does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from importers.label_lines import fields_at_end
from importers.labels import unit_phrases
from importers.marks import Line, Mark

_BEGIN = r"[ \t\u3000\xa0]*(?=[一-鿿“《〔【])"
_COUNTED = "年月日号个项家名次批天周户件万亿元倍座套种款米吨"
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_COUNTING = (
    ("arabic-blank", re.compile(
        rf"(?P<value>\d{{1,2}})[ \t\u3000\xa0]+{_BEGIN}(?![{_COUNTED}])")),
    ("letter-lower", re.compile(rf"[(（]?(?P<value>[a-zａ-ｚ])[ \t]*[.．、)）]{_BEGIN}")),
    ("letter-upper", re.compile(rf"[(（]?(?P<value>[A-ZＡ-Ｚ])[ \t]*[.．、)）]{_BEGIN}")),
    ("roman", re.compile(
        rf"(?P<value>[Ⅰ-Ⅻ](?=[ \t\u3000.．、])|[IVX]{{1,4}}(?=[ \t]*[.．、]))[ \t\u3000]*[.．、]?{_BEGIN}")),
)
_DASH = re.compile(r"(?P<sign>—{1,2}|―{1,2}|－{1,2}|-{1,2}|[●•◆■◇□○▪➢※])[ \t\u3000\xa0]*(?=[^\s\d\-—－―])")
_FINISHED = "。！!）)〕】]"
_HEADING = 40
_BRACKETS_BEHIND = re.compile(r"[(（〔【\[][^()（）〔〕【】\[\]]{1,120}[)）〕】\]]\s*$")
_THINGS = re.compile(r"(?:下列|以下)(?!.{0,6}(?:任务|工作|措施|举措|方面|要求|事项)).{1,12}[:：]$")
"""公开下列信息: what follows is told of the requirement and no row of tasks."""
_NO_WORK = re.compile(r"(?:指标|目标|范围|原则|对象|含义|定义)[:：]?$")
_STARTS = frozenset("0123456789(（—―－-●•◆■◇□○▪➢※")


def mark(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Give the items of such lists their marks."""
    marked = list(lines)
    plain = [index for index, line in enumerate(lines) if line is not None and line.mark is None
             and (text[line.span.start] in _STARTS or not "一" <= text[line.span.start] <= "鿿")]
    for style, pattern in _COUNTING:
        row: list[tuple[int, re.Match[str], int]] = []
        for index in plain:
            line = marked[index]
            match = pattern.match(text, *line.span) if line is not None and line.mark is None else None
            if match is None:
                continue
            value = _value(style, match["value"])
            if row and value == row[-1][2] + 1:
                row.append((index, match, value))
            elif value == 1:
                _set(text, marked, style, row)
                row = [(index, match, value)]
        _set(text, marked, style, row)
    return _with_dashes(text, marked, plain)


def _value(style: str, printed: str) -> int:
    plain = unicodedata.normalize("NFKC", printed)
    if style == "arabic-blank":
        return int(plain)
    if style == "roman":
        return _ROMANS.index(plain) + 1 if plain in _ROMANS else 0
    return ord(plain.lower()) - ord("a") + 1


def _set(
    text: str, marked: list[Line | None], style: str, row: Sequence[tuple[int, re.Match[str], int]],
) -> None:
    """Mark a row of at least two, unless it is a list inside a sentence (收入，⏎2 价格，) or a passage."""
    ends = {text[line.span.end - 1] for index, _, _ in row[:-1] if (line := marked[index]) is not None}
    if len(row) < 2 or ends <= set("，,、"):
        return
    above = marked[row[0][0] - 1] if row[0][0] else None
    said = "" if above is None or ends & set(_FINISHED) else above.span.of(text)[-200:]
    said = _BRACKETS_BEHIND.sub("", said).rstrip()
    if said.endswith((":", "：")) or ends <= set("；;，,、"):
        named = _named(text, marked, [index for index, _, _ in row])
        if named == 1 or (not named and _THINGS.search(said)):
            return  # one passage, one phrase for the whole of it
    for index, match, value in row:
        line = marked[index]
        if line is not None:
            marked[index] = replace(
                line, mark=Mark(style, value, match.group().strip(), match.end() - match.start()))


def _with_dashes(text: str, lines: list[Line | None], plain: Sequence[int]) -> list[Line | None]:
    marked = list(lines)
    dashes = {index: match for index in plain if (line := lines[index]) is not None and line.mark is None
              and (match := _DASH.match(text, line.span.start, line.span.end))}
    row: list[int] = []
    for index in dashes:
        if row and not _beside(text, lines, row[-1], index, dashes):
            _set_dashes(text, marked, row, dashes)
            row = []
        row.append(index)
    _set_dashes(text, marked, row, dashes)
    return marked


def _beside(
    text: str, lines: Sequence[Line | None], one: int, other: int, dashes: dict[int, re.Match[str]],
) -> bool:
    """Whether two items stand side by side, with nothing but labelled lines between them."""
    if dashes[one]["sign"] != dashes[other]["sign"]:
        return False
    between = lines[one + 1:other]
    if not between:
        return True
    first, last = between[0], between[-1]
    if first is None or last is None or any(line is None or line.mark for line in between):
        return False
    fields = fields_at_end(text, first.span.start, last.span.end)
    return bool(fields) and fields[0][1].start == first.span.start


def _set_dashes(
    text: str, marked: list[Line | None], row: Sequence[int], dashes: dict[int, re.Match[str]],
) -> None:
    above = marked[row[0] - 1] if row and row[0] else None
    items = [line for index in row if (line := marked[index]) is not None]
    if len(items) < 2 or above is None or above.mark is None or not _is_heading(above.body.of(text)) \
            or any(text[item.span.end - 1] not in _FINISHED for item in items):
        return
    if _named(text, marked, row) == 1:
        return  # the one phrase speaks for the whole passage
    for value, (index, line) in enumerate(zip(row, items, strict=True), start=1):
        match = dashes[index]
        length = match.end() - match.start()
        marked[index] = replace(line, mark=Mark(f"dash-{match['sign']}", value, "", length))


def _named(text: str, lines: Sequence[Line | None], row: Sequence[int]) -> int:
    """How many items of a row name units, on their own line or below."""
    named = 0
    for first, following in zip_longest(row, row[1:], fillvalue=len(lines)):
        last = first
        while last + 1 < following and (below := lines[last + 1]) is not None and below.mark is None:
            last += 1
        begin, end = lines[first], lines[last]
        if begin is not None and end is not None:
            named += any(phrase.names_units for phrase in unit_phrases(text, begin.span.start, end.span.end))
    return named


def _is_heading(body: str) -> bool:
    return len(body) <= _HEADING and not re.search(r"[。；;]", body) and not _NO_WORK.search(body.rstrip())
