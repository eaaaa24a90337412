"""Where a flattened table begins and ends (压平表格的表头): lines cut into cells, header words over lines.

A word that is no header word may stand among the others, and the first cell below may read like one; both
are told by what stands beside them.
"""

from __future__ import annotations

import re

from importers import flat_rows, marks
from importers.cells import Bit
from importers.headers import Role, is_header, is_other_header, role_of
from importers.looks import UNIT_ROLES, looks_like_units
from importers.source import Paragraph, Span

SEPARATOR = re.compile(r"(?<!\s)\s*+[|｜│┃]\s*|[|｜│┃]\s*|\t")
"""A bar with the blanks around it, looked for from the first blank only, or a tab."""


def bit_at(text: str, start: int, end: int, ref: str) -> Bit:
    """A passage as a cell, without the blanks and bars around it."""
    while start < end and (text[start].isspace() or text[start] in "|｜"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "|｜"):
        end -= 1
    return Bit(Span(start, end), ref, text[start:end])


def split(text: str, line: Paragraph, separator: re.Pattern[str]) -> list[Bit]:
    """Cut a line into its cells."""
    bits: list[Bit] = []
    cursor = line.span.start
    for match in separator.finditer(text, line.span.start, line.span.end):
        bits.append(bit_at(text, cursor, match.start(), line.ref))
        cursor = match.end()
    bits.append(bit_at(text, cursor, line.span.end, line.ref))
    if bits and not bits[0].value and text[line.span.start:line.span.end].lstrip().startswith(("|", "｜")):
        bits.pop(0)
    return bits


def second_header(bits: list[Bit], above: list[Bit]) -> list[Bit]:
    """The line under a header that names the columns under a merged one: 牵头单位 | 配合单位."""
    filled = [bit for bit in bits if bit.value]
    if len(filled) < 2 or not all(role_of(bit.value) for bit in filled):
        return []
    under = len(bits) == len(above) and bool(above[0].value) and not bits[0].value
    return bits if under or not is_header([bit.value for bit in filled]) else []


def header_lines(text: str, run: list[Paragraph], index: int) -> list[Bit]:
    """Consecutive lines of nothing but header words."""
    header: list[Bit] = []
    for line in run[index:index + 14]:
        bit = bit_at(text, line.span.start, line.span.end, line.ref)
        if not bit.value:
            if header:
                header.append(bit)
            continue
        if role_of(bit.value) is None and not (header and _in_header(text, run, index + len(header), bit)):
            break
        header.append(bit)
    filled = [bit for bit in header if bit.value]
    if len(filled) < 3 or not is_header([bit.value for bit in filled]):
        return []
    if not any(role_of(bit.value) in UNIT_ROLES for bit in filled):
        return []
    opening = re.sub(r"\s+", "", filled[0].value)
    if role_of(opening) == "content" and role_of(filled[1].value) == "number" \
            and not _HEADER_PURE.fullmatch(opening):
        return []  # A title (表一 市级部门任务) above the number that begins the header.
    while header and not header[-1].value:
        header.pop()
    while len(filled) > _FEWEST and _is_first_cell(text, run, index + len(header), filled):
        filled.pop()
        header.pop()
        while header and not header[-1].value:
            header.pop()
    return header


_FEWEST = 3
_HEADER_PURE = re.compile(
    r"(?:主要|具体|重点|年度|工作|预期|任务|目标|推进|实施|阶段|分类|项目|事项|内容|措施|举措|要求|名称|成效|指标|类别|领域|"
    r"计划|安排|步骤|完成|量化|考核|建设|整改|问题|所属|存在)+")


def _is_first_cell(text: str, run: list[Paragraph], after: int, filled: list[Bit]) -> bool:
    """Whether the last of the header's words is already the first cell below: 公开事项管理 reads like one."""
    value = re.sub(r"\s+", "", filled[-1].value)
    if role_of(value) != "content" or _HEADER_PURE.fullmatch(value):
        return False
    following = run[after].span.of(text) if after < len(run) else ""
    rest = [role_of(bit.value) for bit in filled[:-1]]
    return flat_rows.serial(following.strip()) is None and "content" in rest \
        and any(role in UNIT_ROLES for role in rest) and rest[-1] != "content"


_NEXT_WORDS = 3


def _in_header(text: str, run: list[Paragraph], index: int, bit: Bit) -> bool:
    """Whether an unknown word stands among the header's: another known word or the number 1 comes next."""
    if len(bit.value) > 12 or flat_rows.serial(bit.value) or marks.mark_at(bit.value, 0, len(bit.value)) \
            or looks_like_units(bit.value):
        return False
    for ahead, line in enumerate(run[index + 1:index + 7]):
        value = line.span.of(text).strip(" \t\u3000|｜")
        if flat_rows.serial(value) == 1:
            return True
        if ahead < _NEXT_WORDS and role_of(value) is not None and len(value) <= 8:
            return True
        if len(value) > 12:
            break
    return False


ATTACHED = re.compile(r"附\s*[件表]?\s*[\d一二三四五六七八九十]{0,2}\s*[:：]?")
_OTHER_WORDS = 8


def other_header_at(text: str, run: list[Paragraph], index: int) -> bool:
    """Whether the header of a table of another kind begins here, with a number or a name."""
    if role_of(run[index].span.of(text).strip()) != "number":
        return False
    words = []
    for line in run[index:index + _OTHER_WORDS]:
        value = line.span.of(text).strip()
        if flat_rows.serial(value):
            break
        words.append(value)
    return is_other_header(words)


def repeats(text: str, run: list[Paragraph], index: int, header: list[Bit]) -> bool:
    """Whether the words of the header stand here again, as at the top of a page or of another part."""
    lines = (line.span.of(text).strip(" \t\u3000|｜") for line in run[index:index + 2 * len(header)])
    words = [value for value in lines if value]
    return words[:len(header)] == [bit.value for bit in header]


_READ_AHEAD = 60
_LONGEST_WORD = 8


def unknown_word(text: str, run: list[Paragraph], index: int, roles: list[Role]) -> Bit | None:
    """The line below the header where it ends it with a word that nobody knows, as the rows below tell.

    The rows look their part with one column more, and do not without it.
    """
    lines = run[index:index + _READ_AHEAD]
    cells = [bit_at(text, line.span.start, line.span.end, line.ref) for line in lines]
    if roles[0] == "number" or "deadline" not in roles:
        return None
    if not cells or not 1 < len(cells[0].value) <= _LONGEST_WORD \
            or marks.mark_at(cells[0].value, 0, len(cells[0].value)) or looks_like_units(cells[0].value):
        return None
    filled = [bit for bit in cells if bit.value]
    if list(flat_rows.aligned(filled, roles)) or not list(flat_rows.aligned(filled[1:], [*roles, "note"])):
        return None
    return cells[0]
