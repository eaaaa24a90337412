"""The outline of running text: numbered clauses, their headings and what stands under them (条款与层级).

The level of a mark is the order in which its style first appears below the one above: 一、(一) 1. is one
document's order, 一、1. (1) another's. A node keeps the lines under its own mark; lines without a mark
belong to the node above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from importers import furniture, list_marks, marks, mending, records, unit_headings, wrapping
from importers.label_lines import fields_at_end
from importers.labels import unit_phrases
from importers.looks import CLOSING
from importers.marks import Line
from importers.source import Paragraph, SourceDocument, Span

_TITLE_LENGTH = 50
_UNITS_BEHIND = re.compile(r"[(（〔【\[](?=[^)）〕】\]]{0,12}(?:单位|部门|牵头|时限))")
_STOPS = ("。", "；", ";")
_TWO_SENTENCES = re.compile(r"[。；;](?=\s*\S)")
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("(", ")"), ("〔", "〕"))
_CASES = re.compile(
    r"(?:标准|情形|情况|方式|条件|对象|范围|程序|流程|材料|资料|比例|额度|规定|办法)[^。；;:：]{0,10}[:：]$"
    r"|(?:按|如|有|符合|具备)(?:照)?(?:以下|下列|下)[^。；;]{0,30}[:：]?$|(?:以下|下列)(?:几种)?(?:情形|情况|方式|条件|标准)[^。]*。?$"
)
"""A sentence that announces standards or cases: what follows is no work of its own."""
_WORK_AHEAD = re.compile(r"(?:工作|任务|措施|举措|重点)[^。；;:：]{0,10}[:：]$")


@dataclass(slots=True)
class Node:
    """One numbered passage with the lines and the numbered passages under it."""

    line: Line
    parent: Node | None
    lines: list[Line] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    announces: bool = False
    """Whether its own line announces the numbered items that were folded into `lines`."""
    beside: list[Node] = field(default_factory=list, repr=False, compare=False)
    """The passages of one level under the same heading, itself among them."""

    def end(self) -> int:
        return self.lines[-1].span.end if self.lines else self.line.span.end

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Outline:
    """The numbered passages of a document, and the lines that stand outside them by kind."""

    roots: list[Node] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    kinds: list[tuple[Line, furniture.Kind]] = field(default_factory=list)
    wrap_width: int = 0

    def nodes(self) -> Iterator[Node]:
        for root in self.roots:
            yield from root.walk()


def read_lines(document: SourceDocument, taken: list[Span]) -> list[Line | None]:
    """Return the lines of running text; None stands where a table interrupts it."""
    lines: list[Line | None] = []
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            lines.append(None)
            continue
        if any(span.start <= block.span.start < span.end for span in taken):
            if lines and lines[-1] is not None:
                lines.append(None)
            continue
        if line := marks.line_of(document.text, block.span, block.ref, block.hint):
            lines.append(line)
    width = wrapping.width_of(document.text, [line for line in lines if line is not None])
    lines = _cut(document.text, wrapping.joined(document.text, lines, width))
    lines = marks.mark_worded_numbers(document.text, marks.mark_dotted_numbers(document.text, lines))
    lines = list_marks.mark(document.text, marks.mark_tight_numbers(document.text, lines))
    return unit_headings.mark(document.text, mending.mend(document.text, lines, width))


def _cut(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Cut paragraphs that hold several numbered clauses."""
    pieces: list[Line | None] = []
    last: dict[str, int] = {}
    for line in lines:
        if line is None:
            pieces.append(None)
            continue
        for span in _indented(text, line.span):
            if paragraph := marks.line_of(text, span, line.ref, line.hint):
                for piece in marks.split_run_together(text, paragraph, last):
                    pieces.extend(marks.cut_behind_units(text, piece, last))
    return pieces


_INDENT = re.compile(r"(?<=\S)[ \xa0]*\u3000{2,}\n?(?=\S)")


def _indented(text: str, span: Span) -> list[Span]:
    """Paragraphs that lost their line breaks but kept their indents of two wide blanks."""
    if span.end - span.start < 80:
        return [span]
    starts = [span.start, *(match.end() for match in _INDENT.finditer(text, span.start, span.end))]
    return [Span(first, last) for first, last in zip(starts, [*starts[1:], span.end], strict=True)]


def build(document: SourceDocument, lines: list[Line | None]) -> Outline:
    text = document.text
    lines, pages = furniture.without_page_numbers(text, lines)
    outline = Outline(wrap_width=wrapping.width_of(text, [line for line in lines if line is not None]))
    outline.kinds += [(page, "navigation") for page in pages]
    stack: list[Node] = []
    current: Node | None = None
    organisers = furniture.tells_organisers(text, lines)
    for index, line in enumerate(lines):
        if line is None:
            current = None
            continue
        kind = furniture.kind_of(text, line, before_clauses=not stack, organisers=organisers)
        if kind == "signature" and current is not None and _goes_on(text, current, outline.wrap_width):
            kind = ""  # the units of a clause, broken over two lines, end as an issuer does
        if kind == "signature" and furniture.lists_a_unit(text, lines, index):
            kind = ""
        if kind:
            outline.kinds.append((line, kind))
            if kind in {"signature", "attachment"}:
                current = None
            if kind == "attachment":
                stack.clear()
            continue
        if line.mark is None:
            if current is None:
                outline.loose.append(line)
            else:
                current.lines.append(line)
            continue
        while stack and line.mark.style in {_style(node) for node in stack}:
            closed = stack.pop()
            if _style(closed) == line.mark.style:
                break
        parent = stack[-1] if stack else None
        beside = parent.children if parent else outline.roots
        node = Node(line, parent, beside=beside)
        beside.append(node)
        stack.append(node)
        current = node
    for root in outline.roots:
        _merge_records(text, root)
        _merge_enumerations(text, root)
    return outline


def _goes_on(text: str, node: Node, width: int) -> bool:
    """Whether the last line of a clause is cut off: behind a list mark, or at the width of the page."""
    last = node.lines[-1] if node.lines else node.line
    end = text[last.span.end - 1]
    full = wrapping.is_full(text, last, width)
    return end in "、，," or (full and end not in "。！？；;!?)）〕】]")


def _style(node: Node) -> str:
    return node.line.mark.style if node.line.mark else ""


def _merge_records(text: str, node: Node) -> None:
    """Fold 1.存在问题:… 2.整改措施:… 3.责任单位:… into the passage that they record."""
    for child in node.children:
        _merge_records(text, child)
    if records.is_record(text, [child.line.body for child in node.children]):
        for child in node.children:
            node.lines += [line for each in child.walk() for line in (each.line, *each.lines)]
        node.children.clear()


def _merge_enumerations(text: str, node: Node) -> None:
    """Fold 包括:1.…;2.…。back into the sentence that announces them."""
    for child in node.children:
        _merge_enumerations(text, child)
    if len(node.children) < 2 or any(child.children for child in node.children):
        return
    own = text[node.line.span.start:node.end()].rstrip()
    announced = own.endswith((":", "：")) and len(own) > 20
    listed = all(text[child.end() - 1] in "；;,，、" for child in node.children[:-1])
    if (announced and listed) or (_announces_cases(own) and not _several_served(text, node.children)):
        for child in node.children:
            node.lines += [child.line, *child.lines]
        node.children.clear()
        node.announces = True


def _announces_cases(own: str) -> bool:
    """Whether a clause with sentences of its own ends by announcing standards, cases or a procedure."""
    last = re.split(r"(?<=[。；;])", own.rstrip("。"))[-1]
    sentence = re.search(r"[，,。；;]\S", own) is not None
    return sentence and _CASES.search(last) is not None and _WORK_AHEAD.search(last) is None


def _several_served(text: str, children: list[Node]) -> bool:
    """Whether an item before the last names units of its own, and so is a requirement of its own."""
    return any(
        phrase.names_units for child in children[:-1]
        for phrase in unit_phrases(text, child.line.span.start, child.end())
    )


def title_only(text: str, node: Node, width: int) -> bool:
    """Whether the marked line is only a heading and the requirement stands in the lines under it."""
    if not node.lines or node.announces or furniture.page_number_at(text, node.line.span.end):
        return False  # a page broke the line, and the sentence goes on below
    if wrapping.is_full(text, node.line, width) and text[node.line.span.end - 1] not in CLOSING:
        return False  # the page ended, not the passage, though a cut left little of its first line
    body = _without_units(text, node.line)
    if body.endswith((":", "：")) and text[node.lines[0].span.end - 1] in "；;":
        return False  # a list follows in the same sentence
    below = fields_at_end(text, node.lines[0].span.start, node.end(), width)
    if below and not text[node.lines[0].span.start:below[0][1].start].strip():
        return False  # nothing but 完成时限:… and the like stands below
    if not width and text[node.lines[0].span.end - 1] in "，,、":
        return False  # breaks that part no sentences part no heading either
    if any(body.count(opening) > body.count(closing) for opening, closing in _PAIRS) \
            or text[node.lines[0].span.start] in "、，,。；;》”)）〕":
        return False  # the line was broken inside a title, a quotation, a list
    if _stands_among_sentences(text, node, body):
        return False  # what follows the last of a row of short clauses speaks for all of them
    if body.endswith("。") and len(body) > 12:
        # A whole sentence is a heading only where its neighbours have paragraphs under them too.
        siblings = node.parent.children if node.parent else [node]
        if any(not each.lines and not each.children for each in siblings):
            return False
    several = "\n" in node.line.span.of(text)
    limit = min(_TITLE_LENGTH, int(width * 0.8)) if width and not several else _TITLE_LENGTH
    return len(body) <= limit and not _TWO_SENTENCES.search(body) and not body.endswith(("，", ",", "、"))


def _stands_among_sentences(text: str, node: Node, body: str) -> bool:
    """Whether its neighbours are single sentences with nothing below them, and it ends as they do.

    A paragraph below it that names units is a requirement, and it is a heading all the same.
    """
    others = [each for each in node.beside if each is not node]
    if not others or any(each.lines or each.children for each in others):
        return False
    bodies = [_without_units(text, each.line) for each in others]
    return all(
        each.endswith(_STOPS) == body.endswith(_STOPS) and not _TWO_SENTENCES.search(each) for each in bodies
    ) and not any(phrase.names_units for phrase in unit_phrases(text, node.lines[0].span.start, node.end()))


def _without_units(text: str, line: Line) -> str:
    """The line without its mark and without the unit bracket at its end."""
    phrases = [phrase for phrase in unit_phrases(text, line.body.start, line.span.end) if phrase.bracketed]
    if phrases and not text[phrases[-1].span.end:line.span.end].strip("。；; "):
        return text[line.body.start:phrases[-1].span.start].rstrip()
    return line.body.of(text)


def title_of(text: str, node: Node) -> str:
    """Return the heading as printed, with its mark, up to its first sentence."""
    printed = _UNITS_BEHIND.split(node.line.span.of(text))[0]
    sentence = re.match(r"[^。\n]{1,60}", printed)
    return re.sub(r"\s+", "", sentence.group() if sentence else printed[:60])


def path_of(text: str, node: Node) -> tuple[str, ...]:
    titles: list[str] = []
    above = node.parent
    while above is not None:
        titles.append(title_of(text, above))
        above = above.parent
    return tuple(reversed(titles))
