"""Units without label or bracket (无标签的责任单位): as the heading of clauses, or as a line below each.

    一、市司法局                        一、规范决策公开
    1.编制决策事项目录。                 编制决策事项目录。
    2.完善答复模板。                               市司法局、市财政局

Names alone prove nothing, so both count only where the document names no unit in any other way, and where
most headings, or most clauses, are made like this.
"""

from __future__ import annotations

from collections.abc import Sequence

from importers.label_fields import Part, UnitPhrase
from importers.looks import looks_like_units
from importers.outline import Node
from importers.source import Span

_LONGEST = 80


def bare_units(text: str, nodes: Sequence[Node]) -> dict[int, list[UnitPhrase]]:
    """Return the unit phrases by `id` of the node that they belong to."""
    parents = [node for node in nodes if node.children]
    headings = {id(node): [_phrase(node.line.body)] for node in parents if _names(text, node.line.body)}
    if len(headings) >= 2 and len(headings) * 5 >= len(parents) * 4:
        return headings
    leaves = [node for node in nodes if not node.children]
    lines = {
        id(node): [_phrase(node.lines[-1].span)] for node in leaves
        if node.lines and _names(text, node.lines[-1].span) and _is_finished(text, node)
    }
    return lines if len(lines) >= 2 and len(lines) * 2 > len(leaves) else {}


def _phrase(span: Span) -> UnitPhrase:
    return UnitPhrase(span, (Part("units", span),), bracketed=False)


def _names(text: str, span: Span) -> bool:
    return span.end - span.start <= _LONGEST and looks_like_units(span.of(text).rstrip(":： "))


def _is_finished(text: str, node: Node) -> bool:
    """Whether a sentence ends above the last line."""
    above = node.lines[-2].span if len(node.lines) > 1 else node.line.span
    return text[above.end - 1] in "。；;！!）)"
