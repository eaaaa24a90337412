"""Lines of a PDF (文字行): glyphs that stand beside each other, and whether a line goes on in the next.

A PDF knows no lines and no paragraphs, only places. What stands on one height is a line. A line that was
broken because the page or the cell ended goes on in the next one; a line that was ended by its writer
leaves room in which the next word would have fitted. That one measure serves prose and cells alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from importers.readers.pdf_characters import BULLET, is_chinese
from importers.readers.pdf_pages import Glyph

_NEVER_FIRST = "、，,。．.；;：:！!？?》>”’\"'）)〕]】」』…—％%‰℃·"
COLUMN_BLANK = "\u3000"
"""What stands for a blank so wide that it parts columns."""
_GLUE = "“”‘’"  # Many programs break a line on neither side of a quotation mark.
_NEVER_LAST = "（(《〈“‘〔[【「『"
_GOES_ON = "、，,（(《“〔[【及和与或—"
_ENDS = "。！？；!?;"
_LATIN = re.compile(r"[A-Za-z]{2}")
_ON_TOP = 0.6
_MOST_ON_TOP = 2
_STOP = re.compile(r"[。；;，,]")
_BEGINS = re.compile(
    r"[(（〔]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）〕]?\s*[、.．)）](?!\d)|[(（][一二三四五六七八九十\d]{1,3}[)）]|"
    r"第[一二三四五六七八九十\d]{1,4}[章节条款项]|[①-⑳●■◆▲★•]|"
    r"[(（【]?(?:牵头|责任|配合|协办|主办|承办|参与|完成|办理)?(?:单位|部门|科室|时限|时间|期限)[)）】]?\s*[:：]|附\s*件\s*\d*\s*[:：]?",
)
_UNIT_END = re.compile(r"(?:局|委|委员会|厅|办|办公室|中心|政府|街道|镇|乡|集团|公司|部|院|单位|部门)[)）]?$")
_UNIT_START = re.compile(r"[省市县区州旗镇乡]|国家|自治|各[省市县区州镇乡街]")
_WORD_GAP = 0.25
_COLUMN_GAP = 1.2
_SAME_LINE = 0.45
_SLACK = 0.45


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    first_run: float
    page: int = 0
    tangled: bool = False  # its characters lie on top of each other

    @property
    def top(self) -> float:
        return self.baseline - self.size

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Sort glyphs into rows of one height, from top to bottom."""
    rows: list[list[Glyph]] = []
    height = largest = 0.0
    for glyph in sorted(glyphs, key=lambda each: each.baseline):
        if rows and glyph.baseline - height <= _SAME_LINE * max(glyph.size, largest):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            height, largest = glyph.baseline, glyph.size
        # A raised sign must not pull the line after it: the height is that of the largest glyph so far.
        if glyph.size >= largest:
            height, largest = glyph.baseline, glyph.size
    return rows


def lines_of(glyphs: Iterable[Glyph], page: int = 0) -> list[TextLine]:
    """Return the lines that the glyphs of one container form, from top to bottom."""
    return [line for row in rows_of(glyphs) if (line := _line(row, page)) is not None]


def _line(row: list[Glyph], page: int) -> TextLine | None:
    row.sort(key=lambda each: each.x0)
    seen = [glyph for glyph in row if not glyph.text.isspace()]
    if not seen:
        return None
    # The height of a Latin letter depends on its font; a Chinese character is as wide as it is high.
    sizes = sorted([glyph.size for glyph in seen if is_chinese(glyph.text)] or [glyph.size for glyph in seen])
    size = sizes[len(sizes) // 2]
    parts: list[str] = []
    before: Glyph | None = None
    for glyph in row:
        if before is not None and not _doubled(before, glyph):
            parts.append(_blank_between(before, glyph, size))
        elif before is not None:
            continue
        parts.append(glyph.text)
        before = glyph
    text = "".join(parts).strip()
    heights = sorted(glyph.baseline for glyph in seen)
    steps = [(other.x0 - one.x0, one.x1 - one.x0) for one, other in pairwise(seen)]
    covered = sum(1 for step, width in steps if 0.01 < step < _ON_TOP * width)
    return TextLine(
        text, seen[0].x0, seen[-1].x1, heights[len(heights) // 2], size, _first_run(seen), page,
        covered > max(_MOST_ON_TOP, len(seen) // 5) and not _is_doubled(seen),
    )


def _is_doubled(seen: Sequence[Glyph]) -> bool:
    return any(_doubled(one, other) for one, other in pairwise(seen))


def _doubled(one: Glyph, other: Glyph) -> bool:
    """Bold type is sometimes the same character printed twice, a hair apart.

    At exactly one place stand the characters of a glyph that means several: —— is drawn as one.
    """
    return one.text == other.text and not one.text.isspace() and 0.01 < other.x0 - one.x0 < 0.2 * one.size \
        and abs(one.baseline - other.baseline) < 0.2 * one.size


def _blank_between(one: Glyph, other: Glyph, size: float) -> str:
    if one.text.isspace() or other.text.isspace():
        return ""
    gap = other.x0 - one.x1
    if gap > _COLUMN_GAP * size:
        return COLUMN_BLANK
    return " " if gap > _WORD_GAP * size and not (_is_wide(one.text) or _is_wide(other.text)) else ""


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[-1]) in "WF" or is_chinese(text[-1]) or text == BULLET


def _first_run(seen: Sequence[Glyph]) -> float:
    """Return the width of what a line must begin with together.

    That is a Latin word or a number with its marks (no program breaks 限:2023 before its figures), or one
    Chinese character with what it may not be parted from.
    """
    end = 0
    while end + 1 < len(seen) and _together(seen[end].text, seen[end + 1]) \
            and seen[end + 1].x0 - seen[end].x1 < _WORD_GAP * seen[end].size:
        end += 1
    return seen[end].x1 - seen[0].x0


def _together(text: str, after: Glyph) -> bool:
    if after.text in _NEVER_FIRST or text in _NEVER_LAST:
        return True
    return (text.isascii() and after.text.isascii()) or text in _GLUE or after.text in _GLUE


def has_room(left: float, after: TextLine) -> bool:
    """Whether the next line's first word would have fitted into what its line before left: an end by will."""
    return left > after.first_run + _SLACK * after.size


def ends_sentence(text: str) -> bool:
    return text.rstrip('”’）)】」』"').endswith(tuple(_ENDS))


def same_type(one: TextLine, other: TextLine) -> bool:
    """Whether two lines are set in type of one size, as far as it can be told."""
    sure = any(map(is_chinese, one.text)) and any(map(is_chinese, other.text))
    return abs(one.size - other.size) <= (0.12 if sure else 0.4) * max(one.size, other.size)


def begins_item(text: str) -> bool:
    """Whether a line begins with a number or with a label, as paragraphs and items do."""
    return _BEGINS.match(text) is not None


def goes_on(text: str) -> bool:
    """Whether a line ends where no sentence and no list can end."""
    return text.endswith(tuple(_GOES_ON))


def never_first(text: str) -> bool:
    """Whether a line begins with what never begins one."""
    return text.startswith(tuple(_NEVER_FIRST))


def glued(texts: Iterable[str]) -> str:
    """Join the lines of one paragraph: Chinese without a blank, Latin words with one."""
    whole = ""
    for text in texts:
        if _LATIN.match(whole[-1:] + text[:1]):
            whole += " "
        whole += text
    return whole


def cell_text(lines: Sequence[TextLine], left: float, right: float) -> str:
    """Return the text of a cell between two edges: wrapped lines joined, lines of their own kept.

    A line may stand at the left, in the middle or indented; what it leaves is counted from where it stands.
    """
    if not lines:
        return ""
    kept = [[lines[0].text]]
    listed = not any(_STOP.search(line.text) for line in lines)
    for before, line in pairwise(lines):
        apart = listed and _next_unit(before.text, line.text)
        if _wrapped(before, line, left, right) and not apart:
            kept[-1].append(line.text)
        else:
            kept.append([line.text])
    return "\n".join(glued(texts) for texts in kept)


def _next_unit(before: str, text: str) -> bool:
    """Whether a full line is a whole unit and the next line begins another: 县司法局⏎县教育局."""
    return _UNIT_END.search(before) is not None and _UNIT_START.match(text) is not None


def _wrapped(before: TextLine, line: TextLine, left: float, right: float) -> bool:
    if goes_on(before.text) or never_first(line.text):
        return True
    if ends_sentence(before.text) and (begins_item(line.text) or line.x0 - before.x0 > 1.5 * line.size):
        return False
    start = before.x0 - left
    centred = start > 0.5 * before.size and abs(start - (right - before.x1)) < before.size
    room = (right - left) - (before.x1 - before.x0) if centred else right - before.x1
    return not has_room(room, line)
