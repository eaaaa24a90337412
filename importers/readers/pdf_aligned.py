"""Tables without any lines (无框线表格): columns that only stand below the words of a header.

Nothing is drawn, so everything must be said by the text: a row of known column words, parted by blanks; below
it lines that keep the blanks between the columns free; and a column of units or of times that holds units or
times. Where one of these is missing the text stays lines: two columns of prose are no table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from importers.headers import Role, is_header, role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.readers.pdf_lines import ends_sentence, goes_on, never_first, rows_of
from importers.readers.pdf_pages import Glyph

_LEAST_COLUMNS = 3
_LEAST_LINES = 2
_HEADER_LINES = 3
_LEAST_WORDS = 2
_PITCH = 1.8
_PARTED = (0.5, 1.2, 2.0)  # times the type: how wide a blank parts the words of a header
_GUTTER = 0.4
_BESIDE_NUMBER = 0.12
_FARTHEST = 4
_OTHER_TYPE = 0.1
_APART = 1.3
_FULL = 1.3
SERIAL = re.compile(r"[(（]?\d{1,4}[)）]?[.．、]?")
_REMARK = re.compile(r"(?:备?注|说明|联系人|附件)\s*\d?\s*[:：]")
_OPEN_TIME = re.compile(r"(?:20\d\d年|[年月]\d{1,2}|[—\-~至到])$")

Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one height: its glyphs from left to right."""

    glyphs: list[Glyph]
    y: float
    size: float

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)


@dataclass(slots=True)
class Aligned:
    """A table of one page: its header and its lines; `gaps` are the blanks between its columns."""

    page: int
    roles: list[Role | None]
    gaps: list[Gap]
    head: list[Line]
    body: list[Line]
    bars: set[int] = field(default_factory=set)  # lines of the body that run across the columns
    last: bool = False  # nothing but the paper's own lines stands below it
    at_top: bool | None = None  # whether numbers and times stand at the top of their rows, once it is known
    rest: bool = False  # whether it begins with the rest of the row that the page before ended with

    @property
    def bottom(self) -> float:
        """The last line of which more than one column is filled."""
        return max((line.y for line in self.body if sum(map(bool, self.texts(line))) > 1), default=0.0)

    def edges(self) -> list[Gap]:
        """Between which places the text of each column runs; a mark at a line's end may hang out."""
        rows = [self.cells(line) for index, line in enumerate(self.body) if index not in self.bars]
        found: list[Gap] = []
        for column in range(len(self.roles)):
            filled = [row[column] for row in rows if row[column]]
            found.append((
                min((cell[0].x0 for cell in filled), default=0.0),
                max((cell[-1].x1 - _hanging(cell[-1]) for cell in filled), default=0.0),
            ))
        return found

    def main(self) -> int:
        """The column of the requirement: of those that may hold it the one with most text."""
        told = [0] * len(self.roles)
        for line in self.body:
            for column, text in enumerate(self.texts(line)):
                told[column] += len(text) * (10 if self.roles[column] in {"content", None} else 1)
        return max(range(len(told)), key=lambda column: told[column])

    def cells(self, line: Line) -> list[list[Glyph]]:
        """The glyphs of a line by column."""
        places = [(low + high) / 2 for low, high in self.gaps]
        found: list[list[Glyph]] = [[] for _ in range(len(places) + 1)]
        for glyph in line.glyphs:
            found[bisect_right(places, (glyph.x0 + glyph.x1) / 2)].append(glyph)
        return found

    def texts(self, line: Line) -> list[str]:
        return ["".join(glyph.text for glyph in cell) for cell in self.cells(line)]


def _hanging(glyph: Glyph) -> float:
    return glyph.x1 - glyph.x0 if never_first(glyph.text) else 0.0


def tables_of(page: int, free: Sequence[Glyph], before: Aligned | None = None) -> list[Aligned]:
    """Return the tables among the glyphs of a page, from top to bottom.

    Args:
        page: its number.
        free: the glyphs outside of all drawn tables.
        before: the table with which the page before ended, whose columns may go on without a header.

    """
    lines = _lines(free)
    found: list[Aligned] = []
    index = 0
    if before is not None and before.last and lines and _header_at(lines, 0) is None:
        table = Aligned(page, before.roles, list(before.gaps), [], [])
        end = _take(table, lines, 0)
        if table.body and (_proven(table, 1) or rests(before, table)):
            found.append(table)
            index = end
    while index < len(lines):
        header = _header_at(lines, index)
        if header is None:
            index += 1
            continue
        height, words = header
        head = lines[index:index + height]
        gaps = [(one[1], other[0]) for (_, one), (_, other) in pairwise(words)]
        table = Aligned(page, [role_of(text) for text, _ in words], gaps, head, [])
        end = _take(table, lines, index + height)
        again = before if before and before.last and not found and before.roles == table.roles else None
        least = 1 if again else _LEAST_LINES
        if table.body and (_proven(table, least) or (again is not None and rests(again, table))):
            found.append(table)
            index = end
        else:
            index += height
    if found:
        found[-1].last = index >= len(lines)
    return found


def reach(page: int, free: Sequence[Glyph]) -> Gap | None:
    """Return from where to where headers and their tables stand on a page, as far as it alone tells."""
    lines = _lines(free)
    heads = [line for index, line in enumerate(lines) if _header_at(lines, index) is not None]
    if not heads:
        return None
    last = max((table.bottom for table in tables_of(page, free)), default=heads[-1].y)
    return heads[0].y - heads[0].size, max(last, heads[-1].y) + 0.5 * heads[-1].size


def _lines(glyphs: Sequence[Glyph]) -> list[Line]:
    found = []
    for row in rows_of(glyph for glyph in glyphs if not glyph.text.isspace()):
        size = sorted(glyph.size for glyph in row)[len(row) // 2]
        found.append(Line(sorted(row, key=lambda each: each.x0),
                           max(glyph.baseline - 0.35 * glyph.size for glyph in row), size))
    return found


_Word = tuple[str, Gap]


def _header_at(lines: Sequence[Line], index: int) -> tuple[int, list[_Word]] | None:
    """Return the lines that a header takes and its words; of several readings the one of most known words."""
    best: tuple[int, int, list[_Word]] | None = None
    if not _has_blank(lines[index]):
        return None  # As nearly every line of prose.
    for height in range(1, min(_HEADER_LINES, len(lines) - index) + 1):
        taken = lines[index:index + height]
        size = taken[0].size
        if height > 1 and (taken[-1].y - taken[-2].y > _PITCH * size or _other_type(taken[-1], size)):
            break
        for parted in _PARTED:
            if len(_words(taken[:1], parted * size)) < _LEAST_WORDS:
                continue  # A title over the header is none of its lines.
            words = _words(taken, parted * size)
            texts = [text for text, _ in words]
            if len(words) < _LEAST_COLUMNS or not is_header(texts):
                continue
            known = sum(1 for text in texts if role_of(text)) * 2 - len(texts)
            if best is None or known > best[0]:
                best = known, height, words
    return best and best[1:]


def _has_blank(line: Line) -> bool:
    least = _PARTED[0] * line.size
    return any(after.x0 - glyph.x1 >= least for glyph, after in pairwise(line.glyphs))


def _other_type(line: Line, size: float) -> bool:
    return abs(line.size - size) > _OTHER_TYPE * size


def _words(lines: Sequence[Line], parted: float) -> list[_Word]:
    """The words of a header, each with the width it takes; its lines stand below each other."""
    pieces: list[tuple[Gap, int, str]] = []
    for number, line in enumerate(lines):
        run = [line.glyphs[0]]
        for glyph in [*line.glyphs[1:], None]:
            if glyph is not None and glyph.x0 - run[-1].x1 < parted:
                run.append(glyph)
                continue
            pieces.append(((run[0].x0, run[-1].x1), number, "".join(each.text for each in run)))
            if glyph is not None:
                run = [glyph]
    columns: list[tuple[Gap, list[tuple[int, str]]]] = []
    for (x0, x1), number, text in sorted(pieces):
        if columns and x0 < columns[-1][0][1]:
            (left, right), held = columns[-1]
            columns[-1] = (left, max(right, x1)), [*held, (number, text)]
        else:
            columns.append(((x0, x1), [(number, text)]))
    return [("".join(text for _, text in sorted(held)), place) for place, held in columns]


def _take(table: Aligned, lines: Sequence[Line], start: int) -> int:
    """Take the lines that keep the blanks free; return where the table ends."""
    strips = [[gap] for gap in table.gaps]
    index = start
    while index < len(lines):
        line = lines[index]
        above = lines[index - 1] if index > start or table.head else line
        if line.y - above.y > _FARTHEST * line.size:
            break
        if index > start and _header_at(lines, index) is not None:
            break
        narrower = _left_free(strips, line, table.roles)
        if narrower is None:
            if not _is_bar(table, strips, lines, index):
                break
            table.bars.add(len(table.body))
        else:
            strips = narrower
        table.body.append(line)
        index += 1
    table.gaps = [_parting(table, column, each) for column, each in enumerate(strips)]
    kept = _without_tail(table)
    index -= len(table.body) - kept
    del table.body[kept:]
    table.bars = {bar for bar in table.bars if bar < kept}
    return index


def _parting(table: Aligned, column: int, strips: list[Gap]) -> Gap:
    """Which blank parts two columns: the widest, or the one that leaves numbers alone on its left.

    A spreadsheet sets its numbers to the right of their column, beside the words of the next one.
    """
    def numbers(gap: Gap) -> int:
        if table.roles[column] != "number":
            return 0
        left = table.gaps[column - 1][1] if column else 0.0
        cells = [[glyph.text for glyph in line.glyphs if left <= glyph.x0 < gap[0]] for line in table.body]
        return sum(1 for cell in cells if SERIAL.fullmatch("".join(cell)))

    return max(strips, key=lambda gap: (numbers(gap), gap[1] - gap[0]))


def _without_tail(table: Aligned) -> int:
    """Return how many lines belong to the table: a signature, a date and a remark below it do not.

    They stand in one column only, and in other type, farther off, or with a word of their own.
    """
    body = table.body
    wide = [index for index, line in enumerate(body) if sum(map(bool, table.texts(line))) > 1]
    if not wide or wide[-1] in table.bars:
        return len(body)
    steps = sorted(after.y - line.y for line, after in pairwise(body))
    for index in range(wide[-1] + 1, len(body)):
        above, line = body[index - 1], body[index]
        if _other_type(line, above.size) or _REMARK.match(line.text) \
                or line.y - above.y > _APART * steps[len(steps) // 2]:
            return index
    return len(body)


def _left_free(strips: list[list[Gap]], line: Line, roles: Sequence[Role | None]) -> list[list[Gap]] | None:
    """Return what a line leaves of each blank, or None where it closes one."""
    after: list[list[Gap]] = []
    for candidates, role in zip(strips, roles[:-1], strict=True):
        least = (_BESIDE_NUMBER if role == "number" else _GUTTER) * line.size
        free = list(candidates)
        for glyph in line.glyphs:
            free = [
                piece for low, high in free
                for piece in (((low, high),) if glyph.x1 <= low or glyph.x0 >= high
                              else ((low, glyph.x0), (glyph.x1, high)))
                if piece[1] - piece[0] >= least
            ]
        if not free:
            return None
        after.append(free)
    return after


def _is_bar(table: Aligned, strips: list[list[Gap]], lines: Sequence[Line], index: int) -> bool:
    """Whether a line across the columns is a heading inside the table: the next line keeps them again."""
    if index + 1 >= len(lines) or not table.head or ends_sentence(lines[index].text):
        return False
    below = lines[index + 1]
    if below.y - lines[index].y > _FARTHEST * below.size or _left_free(strips, below, table.roles) is None \
            or _header_at(lines, index + 1) is not None:
        return False
    return sum(1 for text in table.texts(below) if text) >= _LEAST_COLUMNS


def _proven(table: Aligned, least: int) -> bool:
    """Whether the columns hold what their words announce, in several lines of several columns."""
    rows = [table.texts(line) for index, line in enumerate(table.body) if index not in table.bars]
    # Beside the middle of a cell of two lines stand only the others.
    enough = min(_LEAST_COLUMNS, len(table.roles) - 1)
    wide = sum(1 for texts in rows if sum(1 for text in texts if text) >= enough)
    if wide < least:
        return False
    held = kept = 0
    for column, role in enumerate(table.roles):
        if role != "deadline" and role not in UNIT_ROLES:
            continue
        looks = looks_like_deadline if role == "deadline" else looks_like_units
        filled = [texts[column] for texts in rows if texts[column]]
        held += 1
        kept += bool(filled) and sum(1 for text in filled if looks(text)) * 2 >= len(filled)
    return held > 0 and kept * 2 >= held


def rests(before: Aligned, table: Aligned) -> bool:
    """Whether the first line goes on with the longest text of the page before, whose line was full."""
    if not before.body or not table.body or len(before.gaps) != len(table.gaps):
        return False
    main = before.main()
    above = next((cell for line in reversed(before.body) if (cell := before.cells(line)[main])), [])
    below = table.cells(table.body[0])[main]
    return goes_on_below(above, below, before.edges()[main][1])


def goes_on_below(above: Sequence[Glyph], below: Sequence[Glyph], right: float | None) -> bool:
    """Whether a cell goes on in the line below; `right` is where its lines are full, if they are ever."""
    if not above or not below:
        return False
    said = "".join(glyph.text for glyph in above)
    if goes_on(said) or never_first(below[0].text):
        return True
    if _OPEN_TIME.search(said) and "".join(glyph.text for glyph in below[:2]) != "20":
        return True
    return right is not None and not ends_sentence(said) and right - above[-1].x1 < _FULL * above[-1].size
