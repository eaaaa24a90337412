"""Tables that a web page flattened into lines (压平的表格).

What a table looks like after its page was copied as text, all read back into rows here:

    a cell a line      blank lines or `|` between cells; a merged first cell is absent in the next rows
    a row a line       `|` or tabs between cells; rows longer or shorter than the header, empty cells moved
    blanks             one blank between cells, a merged cell leaves only its blank
    nothing between    not to be cut reliably: told, left to a person

The header gives the kinds of the columns and their order from the right; the cells say by their look where
they belong (a number, a marked heading, a requirement, names of units, a time).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from importers import cell_paths, flat_forms, flat_rows, forms, marks
from importers.cells import Bit, last_content, row_of, sorted_row
from importers.columns import Piece, TableBuilder, TableReading
from importers.findings import Finding
from importers.flat_headers import (
    ATTACHED,
    SEPARATOR,
    bit_at,
    header_lines,
    other_header_at,
    repeats,
    second_header,
    split,
    unknown_word,
)
from importers.headers import Role, is_header, is_other_header, role_of
from importers.looks import looks_like_deadline, looks_like_units
from importers.source import Paragraph, SourceDocument, Span

_BLANKS = re.compile(r"[ \u3000\xa0]+")
_RULE = re.compile(r"^[|｜\s:\-—=+]*$")


@dataclass(slots=True)
class FlatTable:
    """A table found in running text: what it covers and what it gave."""

    span: Span
    reading: TableReading
    findings: list[Finding] = field(default_factory=list)


def find(document: SourceDocument) -> list[FlatTable]:
    """Return the flattened tables of a document, in reading order."""
    text = document.text
    tables: list[FlatTable] = []
    run: list[Paragraph] = []
    for block in [*document.blocks, None]:
        if isinstance(block, Paragraph):
            if block.hint != "navigation":
                run.append(block)
            continue
        tables.extend(_find_in(text, run))
        run = []
    return tables


def _find_in(text: str, run: list[Paragraph]) -> list[FlatTable]:
    tables: list[FlatTable] = []
    filled = _Filled(text, run)
    index = 0
    while index < len(run):
        table, used = _table_at(text, run, index, filled)
        if table is not None:
            tables.append(table)
            index += max(used, 1)
        else:
            index += 1
    return tables


class _Filled:
    """The filled cells of each line, cut once however often a form is looked for above it."""

    def __init__(self, text: str, run: list[Paragraph]) -> None:
        self._text, self._run = text, run
        self._known: dict[int, list[Bit]] = {}

    def of(self, place: int) -> list[Bit]:
        found = self._known.get(place)
        if found is None:
            cells = split(self._text, self._run[place], SEPARATOR)
            found = [bit for bit in cells if bit.value and not _RULE.match(bit.value)]
            self._known[place] = found
        return found


def _table_at(
    text: str, run: list[Paragraph], index: int, filled: _Filled
) -> tuple[FlatTable | None, int]:
    line = run[index]
    content = line.span.of(text).strip()
    if SEPARATOR.search(content.strip("|｜ \t")):
        header = [bit for bit in split(text, line, SEPARATOR) if bit.value]
        if len(header) >= 3 and is_header([bit.value for bit in header]):
            return _rows_by_line(text, run, index, header, SEPARATOR)
    if len(content) <= 80 and len(_BLANKS.findall(content)) >= 2:
        header = [bit for bit in split(text, line, _BLANKS) if bit.value]
        if len(header) >= 3 and all(role_of(bit.value) for bit in header) \
                and is_header([bit.value for bit in header]):
            found = _rows_by_line(text, run, index, header, re.compile(r"[ \u3000\xa0]"))
            return found if found[0] else _rows_by_cell(text, run, index, header, 1)
    if form := _form_at(text, run, index, filled):
        return form
    header = header_lines(text, run, index)
    if header:
        return _rows_by_cell(text, run, index, header, len(header))
    if finding := _run_together(content, line):
        return FlatTable(line.span, TableReading(notes=[line.span]), [finding]), 1
    return None, 0


def _form_at(
    text: str, run: list[Paragraph], index: int, filled: _Filled
) -> tuple[FlatTable, int] | None:
    """A form of labels and values that begins at this line."""
    first = split(text, run[index], SEPARATOR)[0].value
    if not 1 < len(first) <= _LONGEST_LABEL or role_of(first) != "content":
        return None
    if not flat_forms.read(text, _cells(filled, run, index, _RECORD_LINES)[0])[0]:
        return None
    bits, places = _cells(filled, run, index, _FORM_LINES)
    records, used = flat_forms.read(text, bits)
    last = places[used - 1]
    span = Span(run[index].span.start, run[last].span.end)
    return FlatTable(span, forms.reading_of(text, records)), last + 1 - index


def _cells(filled: _Filled, run: list[Paragraph], index: int, most: int) -> tuple[list[Bit], list[int]]:
    """The filled cells of so many lines, and the line of each."""
    bits: list[Bit] = []
    places: list[int] = []
    for place in range(index, min(index + most, len(run))):
        found = filled.of(place)
        bits += found
        places += [place] * len(found)
    return bits, places


_LONGEST_LABEL = 10
_FORM_LINES = 2000
_RECORD_LINES = 160
"""More than the first record of a form has; where these give none, no form begins."""
_HEADER_WORD = re.compile(
    r"序号|(?:项目|任务|工作|主要|具体|重点|细化|目标)(?:名称|任务|内容|措施|要求|事项|目标)|类别|(?:牵头|"
    r"配合|责任|参与|协办|落实)(?:单位|部门|科室)|"
    r"(?:分管|牵头|责任)领导|责任人|(?:完成|时限|办结)(?:时限|时间|要求)|备注",
)


def _run_together(content: str, line: Paragraph) -> Finding | None:
    """Several header words with nothing between them: the cells of this table cannot be told apart."""
    longest, end, count = 0, -1, 0
    for match in _HEADER_WORD.finditer(content):
        count = count + 1 if match.start() == end else 1
        end = match.end()
        longest = max(longest, count)
    if longest < 4:
        return None
    return Finding(
        "blocking", "table-run-together",
        "这里像是一张表格，但各栏的文字连在了一起，无法可靠分开。请上传带表格的 .docx 或 .xlsx，"
        "或把表格重新复制后粘贴。", ref=line.ref,
    )


# A row a line.

def _rows_by_line(
    text: str, run: list[Paragraph], index: int, header: list[Bit], separator: re.Pattern[str],
) -> tuple[FlatTable | None, int]:
    builder = TableBuilder(text, has_deadline=False)
    builder.reading.headers.append(run[index].span)
    builder.reading.header_texts.extend(bit.value for bit in header)
    position, last = index + 1, index
    while position < len(run) and _RULE.match(run[position].span.of(text)):
        builder.reading.headers.append(run[position].span)
        position += 1
    cells = split(text, run[index], separator)
    if position < len(run) and (below := second_header(split(text, run[position], separator), cells)):
        header = flat_rows.two_rows(cells, below, header)
        builder.reading.headers.append(run[position].span)
        position, last = position + 1, position
    roles = flat_rows.roles_of(header)
    builder.has_deadline = "deadline" in roles
    builder.with_people = flat_rows.with_people(header)
    blanks = separator is not SEPARATOR
    while position < len(run):
        line = run[position]
        content = line.span.of(text)
        if _RULE.match(content):
            builder.reading.headers.append(line.span)
            position += 1
            continue
        bits = split(text, line, separator)
        filled = [bit for bit in bits if bit.value]
        if is_other_header([bit.value for bit in filled]):
            break
        if is_header([bit.value for bit in filled]):
            builder.reading.headers.append(line.span)
            last = position
            after = position + 1
            while after < len(run) and _RULE.match(run[after].span.of(text)):
                after += 1
            if after < len(run) and second_header(split(text, run[after], separator), bits):
                builder.reading.headers.extend(each.span for each in run[position + 1:after + 1])
                position = last = after
        elif blanks and not _fits(bits, roles):
            break
        elif not blanks and len(filled) < 2:
            if filled and _is_section(filled[0].value) and (len(bits) > 1 or _more_rows(text, run, position)):
                builder.section(Piece((filled[0].span,), filled[0].ref))
                last = position
            elif filled and len(bits) >= len(roles) - 1 and len(filled[0].value) > 24:
                builder.add(row_of(bits, roles))
                last = position
            elif not _more_rows(text, run, position):
                break
            elif filled:
                _append(builder, filled[0])
                last = position
        else:
            while len(bits) < len(roles) and position + 1 < len(run):
                joined = _joined(bits, split(text, run[position + 1], separator))
                if len(joined) > len(roles) or _begins_line(text, run[position + 1]):
                    break
                bits = joined
                position += 1
            builder.add(row_of(bits, roles))
            last = position
        position += 1
    if not builder.reading.clauses or flat_rows.only_figures(text, builder.reading):
        return None, 0
    used = run[index:last + 1]
    return FlatTable(Span(used[0].span.start, used[-1].span.end), builder.reading), len(used)


def _is_section(value: str) -> bool:
    return len(value) <= 40 and marks.mark_at(value, 0, len(value)) is not None


def _begins_line(text: str, line: Paragraph) -> bool:
    """Whether a line begins a row of its own: with a number or a marked heading."""
    start = text[line.span.start:line.span.end].lstrip(" |｜\t")
    return bool(re.match(r"\d{1,3}\s*[|｜\t]", start)) or marks.mark_at(start, 0, len(start)) is not None


def _joined(bits: list[Bit], more: list[Bit]) -> list[Bit]:
    """A cell that was broken over two lines, put together again."""
    if not bits or not more:
        return [*bits, *more]
    span = Span(bits[-1].span.start, more[0].span.end)
    return [*bits[:-1], Bit(span, bits[-1].ref, bits[-1].value + more[0].value), *more[1:]]


def _more_rows(text: str, run: list[Paragraph], position: int) -> bool:
    return any(len(SEPARATOR.findall(run[each].span.of(text))) >= 2
               for each in range(position + 1, min(position + 3, len(run))))


def _append(builder: TableBuilder, bit: Bit) -> None:
    """A line without separators inside a table continues the last cell that is not finished."""
    builder.reading.notes.append(bit.span)


def _fits(bits: list[Bit], roles: list[Role]) -> bool:
    """Whether a line parted by blanks has the shape of a row."""
    if len(bits) < len(roles) - 2 or len([bit for bit in bits if bit.value]) < 3:
        return False
    row = row_of(bits, roles)
    return row.text is not None and bool(row.units or row.deadline)


# A cell a line.

# Lines of one row, the units of its cell among them; more are no row, and each is weighed with all before it.
_MOST_CELLS = 80
_SURE_ROWS = 2


def _rows_by_cell(
    text: str, run: list[Paragraph], index: int, header: list[Bit], lines: int,
) -> tuple[FlatTable | None, int]:
    """Read the cells below a header that takes `lines` lines."""
    filled = [bit for bit in header if bit.value]
    roles = flat_rows.roles_of(flat_rows.settled(filled))
    if more := unknown_word(text, run, index + lines, roles):
        filled, roles, lines = [*filled, more], [*roles, "note"], lines + 1
    builder = TableBuilder(text, "deadline" in roles)
    builder.reading.headers.extend(bit.span for bit in filled)
    builder.reading.header_texts.extend(bit.value for bit in filled)
    builder.with_people = flat_rows.with_people(filled)
    right = roles[last_content(roles) + 1:]
    chunk: list[Bit] = []
    position, last = index + lines, index + lines - 1
    bits: list[tuple[int, Bit]] = []
    again = 0
    for each in range(position, len(run)):
        bit = bit_at(text, run[each].span.start, run[each].span.end, run[each].ref)
        if not bit.value:
            continue
        if ATTACHED.fullmatch(bit.value) or other_header_at(text, run, each):
            break
        if bit.value == filled[0].value and repeats(text, run, each, filled):
            if bits and _is_section(bits[-1][1].value):
                bits.pop()  # It heads a table of its own.
                break
            builder.reading.headers.append(bit.span)
            again = len(filled) - 1
            continue
        if again:
            builder.reading.headers.append(bit.span)
            again -= 1
            continue
        bits.append((each, bit))
    cursor = 0
    cells = [bit for _, bit in bits]
    if cell_paths.is_unusual(roles) and len(found := cell_paths.rows(cells, roles)) >= _SURE_ROWS:
        for placed in found:
            builder.add(cell_paths.pieces(placed, roles))
        used = run[index:bits[sum(map(len, found)) - 1][0] + 1]
        return FlatTable(Span(used[0].span.start, used[-1].span.end), builder.reading), len(used)
    for row in flat_rows.aligned(cells, roles) if roles[0] != "number" else flat_rows.numbered(cells, roles):
        cursor += len(row)
        last = bits[cursor - 1][0]
        flat_rows.add(builder, row, roles)
    while cursor < len(bits):
        each, bit = bits[cursor]
        chunk.append(bit)
        if len(chunk) > _MOST_CELLS:
            break
        following = bits[cursor + 1][1] if cursor + 1 < len(bits) else None
        if _row_ends(chunk, following, roles, right):
            builder.add(sorted_row(chunk, roles))
            chunk = []
            last = each
        elif following is not None and not role_of(following.value) \
                and is_header([one.value for one in chunk]):
            builder.reading.headers.extend(one.span for one in chunk)
            chunk = []
            last = each
        cursor += 1
    if not builder.reading.clauses or flat_rows.only_figures(text, builder.reading):
        return None, 0
    used = run[index:last + 1]
    return FlatTable(Span(used[0].span.start, used[-1].span.end), builder.reading), len(used)


def _row_ends(chunk: list[Bit], following: Bit | None, roles: list[Role], right: list[Role]) -> bool:
    """Whether a row is complete: its units are there, and its time unless none is to come."""
    row = sorted_row(chunk, roles)
    if row.text is None:
        return False
    if row.number and following is not None and _follows(row.number, following.value):
        return True
    if not row.units:
        # Its units stand in the row above; the time, which comes last, ends it.
        return row.number is not None and row.deadline is not None and right[-1:] == ["deadline"]
    if following is None:
        return True
    if "deadline" in right and row.deadline is None:
        return not _may_be_time(following) and not (looks_like_units(following.value))
    if looks_like_units(following.value) and not _begins_row(following) and row.deadline is None:
        return False
    tail = right[right.index("deadline") + 1:] if "deadline" in right else []
    return not (tail and len(following.value) <= 20 and not _begins_row(following) and not row.notes)


def _follows(number: str, value: str) -> bool:
    """Whether the next line is the number of the next row."""
    last, after = re.fullmatch(r"(\d{1,3})[.、]?", number), re.fullmatch(r"(\d{1,3})[.、]?", value)
    return last is not None and after is not None and int(after.group(1)) == int(last.group(1)) + 1


def _may_be_time(bit: Bit) -> bool:
    return not _begins_row(bit) and (looks_like_deadline(bit.value) or (
        len(bit.value) <= 20 and not looks_like_units(bit.value) and not bit.value.endswith("。")))


def _begins_row(bit: Bit) -> bool:
    mark = marks.mark_at(bit.value, 0, len(bit.value))
    return bool(re.fullmatch(r"\d{1,3}[.、]?", bit.value)) or (mark is not None) or len(bit.value) > 40
