"""A template of the office's own (自制模板) filled in: fields, rows of tables and repeated passages.

What a field means stands in `tracker.domain.house_template`. Nothing in a template is run: names are looked
up and replaced by text. Filling one for good and checking one are the same walk; what cannot be followed is
told as a `Problem`, with the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import count

from docx.oxml.ns import qn
from lxml import etree

from tracker.documents import house_package
from tracker.documents.house_marks import (
    Mark,
    has_loose_braces,
    marks_of,
    only_mark,
    put,
    put_all,
    show_level,
    text_of,
)
from tracker.documents.house_table import table_of
from tracker.documents.titles import lines_of
from tracker.domain.house_fields import BODY, TITLE, Catalogue, Group, Value, Values
from tracker.domain.house_template import example
from tracker.domain.report import Table
from tracker.domain.sealing import UNDATED

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_MOST_PROBLEMS = 30
_MOST_FIELDS = 1000
"""An honest template has some dozens; of each, a document may be asked for whole tables."""
_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template cannot be used: a sentence, and the words where it stands."""

    words: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found; `unused` names the passages of this kind that the template leaves out."""

    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def check(data: bytes, catalogue: Catalogue) -> Checked:
    """Whether a template can be used for a kind.

    Raises:
        NotTemplate: it holds what no template may hold.

    """
    house_package.check(data)
    if _fields_in(data) > _MOST_FIELDS:
        many = f"模板里的字段超过{_MOST_FIELDS}处。同样的内容放一处就够，请删去多余的再上传。"
        return Checked((Problem(many),), ())
    walk = _filled(data, catalogue, example(catalogue, UNDATED))
    missing = [
        Problem(f"少了“{{{{{each.name}}}}}”：{each.meaning}。")
        for each in catalogue.texts
        if each.required and each.name not in walk.used
    ]
    if not walk.used & set(catalogue.bodies):
        missing.append(Problem(f"没有用到任何内容，至少要有“{_least(catalogue)}”。"))
    whole = bool(walk.used & set(catalogue.bodies[:2])) if len(catalogue.bodies) > 1 else True
    passages = (*(() if whole else catalogue.bodies[2:]), *catalogue.wanted)
    unused = tuple(name for name in passages if name not in walk.used)
    if len(walk.problems) >= _MOST_PROBLEMS:
        missing = []  # not all of it was looked at
    return Checked((*walk.problems, *missing), unused)


def _fields_in(data: bytes) -> int:
    parts = house_package.opened(data).texts.values()
    return sum(len(marks_of(each)) for part in parts for each in part.iter(_P))


def fill(data: bytes, catalogue: Catalogue, values: Values) -> bytes:
    """The document that a template makes of these values; the same values, the same bytes."""
    return _filled(data, catalogue, values).packed()


def _filled(data: bytes, catalogue: Catalogue, values: Values) -> _Walk:
    walk = _Walk(catalogue, values, house_package.opened(data))
    with suppress(_EnoughError):
        for name, part in walk.package.texts.items():
            walk.container(part, _Scope(place=house_package.place_of(name)))
    return walk


class _EnoughError(Exception):
    """So much is wrong that looking further would tell nobody more."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where the walk stands: inside a repetition of a group, or in none."""

    group: Group | None = None
    row: Mapping[str, Value] = field(default_factory=dict)
    place: str = ""


class _Walk:
    """One pass over a template."""

    def __init__(self, catalogue: Catalogue, values: Values, package: house_package.Package) -> None:
        self.package = package
        self.used: set[str] = set()
        self.problems: list[Problem] = []
        self._catalogue = catalogue
        self._values = values

    def packed(self) -> bytes:
        return self.package.packed(self._values.title, self._values.made_at)

    def container(self, container: etree._Element, scope: _Scope) -> None:
        """All that stands in a body, a cell, a header: block by block."""
        for child in list(container):
            if child.getparent() is not container:
                continue  # taken along by a repetition before it
            if child.tag == _TBL:
                self._table(child, scope)
            elif child.tag != _P:
                self.container(child, scope)
            elif (mark := only_mark(child)) is not None and mark.sign:
                self._block(child, mark, scope)
            else:
                self._paragraph(child, scope)

    def _block(self, start: etree._Element, mark: Mark, scope: _Scope) -> None:
        """{{#名称}} … {{/名称}}, each alone in its paragraph."""
        group = self._catalogue.group(mark.name)
        inside = self._until(start, mark) if mark.sign == "#" else None
        if group is None or inside is None or scope.group is not None:
            self._tell(_block_problem(mark, group, scope), start, scope)
            _remove(start)
            return
        self.used.add(group.name)
        end = inside[-1].getnext() if inside else start.getnext()
        for number, row in enumerate(self._values.rows.get(group.name, ())):
            copies = [_copy(each, number) for each in inside]
            holder = etree.Element("holder")
            holder.extend(copies)
            self.container(holder, replace(scope, group=group, row=row))
            for each in list(holder):
                start.addprevious(each)
        for each in (start, *inside, *([end] if end is not None else [])):
            _remove(each)

    def _until(self, start: etree._Element, mark: Mark) -> list[etree._Element] | None:
        inside: list[etree._Element] = []
        for each in start.itersiblings():
            found = only_mark(each) if each.tag == _P else None
            if found is not None and found.sign == "/" and found.name == mark.name:
                return inside
            inside.append(each)
        return None

    def _table(self, table: etree._Element, scope: _Scope) -> None:
        for row in list(table.iter(_TR)):
            if next(row.iterancestors(_TBL)) is table:
                self._table_row(row, scope)
        if table.find(f".//{_TR}") is None:
            _remove(table)

    def _table_row(self, row: etree._Element, scope: _Scope) -> None:
        group = None if scope.group else self._group_of(row)
        if group is None:
            for cell in list(row.iter(_TC)):
                if next(cell.iterancestors(_TR)) is row:
                    self.container(cell, scope)
            return
        self.used.add(group.name)
        for paragraph in row.iter(_P):
            ends = [mark for mark in marks_of(paragraph) if mark.sign and mark.name == group.name]
            put_all(paragraph, [(mark, "") for mark in ends])
        for number, values in enumerate(self._values.rows.get(group.name, ())):
            made = _copy(row, number)
            row.addprevious(made)
            for cell in list(made.iter(_TC)):
                self.container(cell, replace(scope, group=group, row=values))
        _remove(row)

    def _group_of(self, row: etree._Element) -> Group | None:
        """The group whose columns a row names, or that it opens in one cell and closes in another."""
        opened: dict[str, etree._Element | None] = {}
        for paragraph in row.iter(_P):
            cell = next(paragraph.iterancestors(_TC), None)
            for mark in marks_of(paragraph):
                known = self._catalogue.group(mark.name.partition(".")[0])
                across = mark.sign == "/" and opened.get(mark.name, cell) is not cell
                if known is not None and ("." in mark.name or across):
                    return known
                if mark.sign == "#":
                    opened[mark.name] = cell
        return None

    def _paragraph(self, paragraph: etree._Element, scope: _Scope) -> None:
        for box in list(paragraph.iter(qn("w:txbxContent"))):
            if next(box.iterancestors(_P)) is paragraph:
                self.container(box, scope)
        if has_loose_braces(paragraph):
            self._tell("有没写完的大括号，字段要写成“{{名称}}”。", paragraph, scope)
        alone = only_mark(paragraph)
        if alone is not None:
            value = self._value(alone, paragraph, scope)
            self._spread(paragraph, alone, value)
            return
        said = []
        for mark in marks_of(paragraph):
            value = self._value(mark, paragraph, scope)
            if mark.sign:
                self._tell(f"“{_shown(mark)}”要单独成一段。", paragraph, scope)
            said.append((mark, "\n".join(each for each in value if isinstance(each, str))))
        put_all(paragraph, said)

    def _value(self, mark: Mark, paragraph: etree._Element, scope: _Scope) -> Value:
        """What a field says; nothing, and a problem, where it is none of ours."""
        if mark.sign:
            return ()
        group, name = scope.group, mark.name
        if group is not None:
            own = name.removeprefix(f"{group.name}.")
            if known := group.field(own):
                return scope.row.get(known.name, known.empty) or known.empty
        if plain := self._catalogue.text(name):
            self.used.add(name)
            return self._values.texts.get(name, ()) or plain.empty
        self._tell(self._unknown(name), paragraph, scope)
        return ()

    def _unknown(self, name: str) -> str:
        group = self._catalogue.group(name.partition(".")[0])
        if group is not None and group.field(name.partition(".")[2]):
            ends = "和".join(f"“{{{{{sign}{group.name}}}}}”" for sign in "#/")
            return f"“{{{{{name}}}}}”要放在表格的一行里，或者放在{ends}之间。"
        near = get_close_matches(name, self._catalogue.names(), n=3, cutoff=0.5)
        meant = "".join(f"“{{{{{each}}}}}”" for each in near)
        return f"不认识的字段“{{{{{name}}}}}”，{f'是不是{meant}？' if near else '请对照下面的字段表。'}"

    def _spread(self, paragraph: etree._Element, mark: Mark, value: Value) -> None:
        """A value in the place of a paragraph that holds its field alone: a paragraph each, a table each."""
        number = count()
        for each in value:
            if isinstance(each, Table):
                _lay(paragraph, each)
                continue
            made = _copy(paragraph, next(number))
            put(made, mark, "\n".join(lines_of(each)) if mark.name == TITLE else each)
            if mark.name.endswith(BODY):
                show_level(made, each)
            paragraph.addprevious(made)
        _remove(paragraph)

    def _tell(self, words: str, paragraph: etree._Element, scope: _Scope) -> None:
        around = " ".join(text_of(paragraph).split())
        shown = around if len(around) <= _SHOWN else f"{around[:_SHOWN]}…"
        self.problems.append(Problem(words, f"{scope.place}“{shown}”"))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _EnoughError


def _lay(paragraph: etree._Element, table: Table) -> None:
    """A table before a paragraph; two that touch would be one."""
    before = paragraph.getprevious()
    if before is not None and before.tag == _TBL:
        paragraph.addprevious(etree.Element(_P))
    if table.caption:
        caption = etree.SubElement(etree.Element("holder"), _P)
        etree.SubElement(etree.SubElement(caption, qn("w:r")), qn("w:t")).text = table.caption
        paragraph.addprevious(caption)
    paragraph.addprevious(table_of(table))


def _least(catalogue: Catalogue) -> str:
    """What a template has to hold at least, as it is typed."""
    name = catalogue.bodies[0]
    group = catalogue.group(name)
    return f"{{{{{name}.{group.fields[1].name}}}}}" if group else f"{{{{{name}}}}}"


def _block_problem(mark: Mark, group: Group | None, scope: _Scope) -> str:
    if group is None:
        return f"不认识的重复段“{_shown(mark)}”，请对照下面的字段表。"
    if scope.group is not None:
        return f"“{_shown(mark)}”不能放在另一个重复段里。"
    if mark.sign == "/":
        return f"“{_shown(mark)}”前面没有单独成段的“{{{{#{mark.name}}}}}”。"
    return f"“{_shown(mark)}”后面没有单独成段的“{{{{/{mark.name}}}}}”。"


def _shown(mark: Mark) -> str:
    return f"{{{{{mark.sign}{mark.name}}}}}"


def _copy(node: etree._Element, number: int) -> etree._Element:
    """A copy without the end of a section, and from the second on without bookmarks: a file has each once."""
    made = deepcopy(node)
    made.tail = None
    for each in list(made.iter()):
        for name in _once(each):
            del each.attrib[name]
        parent = each.getparent()
        if parent is not None and (each.tag == _SECTION or (number and each.tag in _BOOKMARKS)):
            parent.remove(each)
    return made


_BOOKMARKS, _SECTION = {qn("w:bookmarkStart"), qn("w:bookmarkEnd")}, qn("w:sectPr")
_PARAGRAPH_IDS = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def _once(node: etree._Element) -> Iterator[str]:
    return (name for name in list(node.attrib) if str(name).startswith(_PARAGRAPH_IDS))  # type: ignore[misc]


def _remove(node: etree._Element) -> None:
    """Take a block out; a cell keeps at least one paragraph, a section its end."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tag == _P and (ends := node.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")) is not None:
        left = etree.Element(_P)
        etree.SubElement(left, qn("w:pPr")).append(ends)
        node.addprevious(left)
    parent.remove(node)
    if parent.tag == _TC and (len(parent) == 0 or parent[-1].tag != _P):
        etree.SubElement(parent, _P)
