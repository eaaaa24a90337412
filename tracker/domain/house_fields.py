"""Fields of a template of the office's own (自制模板): what one is, and all that a kind of document knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.report import Table
from tracker.domain.titled import Titled

FIGURES = "数字"
PARTS = "部分"
TITLE = "标题"
HEADING, BODY, TABLES = "小标题", "正文", "表格"

Value = tuple[str | Table, ...]
"""What a field becomes: paragraphs and tables in their order."""
Row = Mapping[str, Value]


class TemplateKind(Titled):
    """The documents that can be set in a template of the office's own."""

    WEEKLY = "weekly", "每周进展汇总"
    CIRCULAR = "circular", "督查通报"
    HALF_YEAR = "half_year", "半年总结"
    YEAR = "year", "年度总结"
    ANNUAL_PARAGRAPH = "annual_paragraph", "年报落实情况段落"
    ORDER = "order", "督办单"
    PACK = "pack", "例会材料"
    LOOK_BACK = "look_back", "回头看报告"
    EXPERIENCE = "experience", "经验材料汇编"


@dataclass(frozen=True, slots=True)
class Known:
    """A field: its name, what it is, what stands there when this document has none, and an example."""

    name: str
    meaning: str
    example: Value = ("……",)
    empty: Value = ()
    required: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether it is a single figure, of which a kind has many."""
        return self.name.startswith(f"{FIGURES}.")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that come row by row."""

    name: str
    meaning: str
    fields: tuple[Known, ...]

    def field(self, name: str) -> Known | None:
        """The field of this name."""
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a kind knows. One of `bodies` at least has to stand in a template, or it would say nothing.

    The first two of several are each the whole. What is `wanted` is told when a template leaves it out.
    """

    kind: TemplateKind
    texts: tuple[Known, ...]
    groups: tuple[Group, ...]
    bodies: tuple[str, ...]
    wanted: tuple[str, ...] = ()

    def text(self, name: str) -> Known | None:
        """The plain field of this name."""
        return next((each for each in self.texts if each.name == name), None)

    def group(self, name: str) -> Group | None:
        """The group of this name."""
        return next((each for each in self.groups if each.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Every name that may stand between the braces."""
        rows = (f"{group.name}.{each.name}" for group in self.groups for each in group.fields)
        return (*(each.name for each in self.texts), *rows)


@dataclass(frozen=True, slots=True)
class Values:
    """What the fields of one document say."""

    title: str
    made_at: datetime
    texts: Mapping[str, Value] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
