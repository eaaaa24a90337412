"""What a template of the office's own (自制模板) may ask for, kind by kind, and the values that answer it.

    {{标题}}            a text; what has several paragraphs becomes several where it stands alone
    {{数字.逾期任务}}    a figure by its name
    {{逾期任务表.任务}}   a column of a table: the row of the template that names one is repeated
    {{#部分}} … {{/部分}}  what stands between is repeated

Nothing of it is code: a field is looked up among these names and replaced by text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.china_time import month_day
from tracker.domain.report import Report, ReportKind, Table, plain
from tracker.domain.titled import Titled

FIGURES = "数字"
PARTS = "部分"
TITLE = "标题"
HEADING, BODY, TABLES = "小标题", "正文", "表格"
OPENING = "开头"

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
    """All that a kind knows. One of `bodies` at least has to stand in a template, or it would say nothing."""

    kind: TemplateKind
    texts: tuple[Known, ...]
    groups: tuple[Group, ...]
    bodies: tuple[str, ...]

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


_PARTS: dict[TemplateKind, dict[str, str]] = {
    TemplateKind.WEEKLY: {
        "opening": OPENING, "returns": "报送情况", "progress": "进展", "planned": "下一步计划",
        "problems": "存在的问题", "overdue": "逾期任务", "soon": "近期到期", "asked": "请各单位抓紧的事",
    },
    TemplateKind.CIRCULAR: {
        "opening": OPENING, "overall": "总体情况", "good": "做得好的方面", "problems": "存在的问题",
        "asked": "有关要求",
    },
    TemplateKind.HALF_YEAR: {
        "opening": OPENING, "overall": "总体完成情况", "sections": "各板块推进情况", "returns": "报送情况",
        "work": "推进落实的做法", "problems": "存在的问题", "next": "下一步工作打算",
    },
    TemplateKind.ANNUAL_PARAGRAPH: {
        "overall": "总体情况", "items": "逐项落实情况", "earlier": "上年结转整改情况",
        "applications": "依申请公开情况",
    },
}  # fmt: skip
_PARTS[TemplateKind.YEAR] = {
    **_PARTS[TemplateKind.HALF_YEAR], "look_back": "“回头看”情况",
}  # fmt: skip
_STOCK = ("任务", "已销号", "办理中", "逾期任务", "到期任务", "到期已销号")
_SUMMARY = (
    *_STOCK, "已报送", "采用", "展示", "报省", "省采用", "召开例会", "议定事项", "已了结的议定事项",
    "发出督办单", "未了结的督办单", "整改事项", "已销号的整改事项", "次数指标", "次数落后", "今后三个月到期",
)  # fmt: skip
_FIGURES: dict[TemplateKind, tuple[str, ...]] = {
    TemplateKind.WEEKLY: (
        "应报", "按时报送", "迟报", "待报", "未报", "免报", "按时率", "有进展", "报告完成", "受阻",
        "下期计划", "存在问题", "逾期任务", "两周内到期",
    ),
    TemplateKind.CIRCULAR: (
        *_STOCK, "应报", "按时报送", "迟报", "未报", "按时率", "销号任务", "发出督办单", "未了结的督办单",
        "次数落后",
    ),
    TemplateKind.HALF_YEAR: _SUMMARY,
    TemplateKind.YEAR: _SUMMARY,
    TemplateKind.ANNUAL_PARAGRAPH: ("本年新列", "上年结转整改", "办结", "取消", "结转下年"),
}  # fmt: skip
_TABLES: dict[tuple[str, ...], str] = {
    ("序号", "任务", "责任单位", "时限"): "逾期任务表",
    ("单位", "应报", "迟报", "未报"): "未按时报送表",
    ("板块", "任务", "已销号", "办理中", "逾期"): "板块表",
    ("报送制度", "应报", "按时", "迟报", "未报"): "报送表",
}
_TABLES_OF: dict[TemplateKind, tuple[str, ...]] = {
    TemplateKind.WEEKLY: ("逾期任务表",),
    TemplateKind.CIRCULAR: ("逾期任务表", "未按时报送表"),
    TemplateKind.HALF_YEAR: ("板块表", "报送表", "逾期任务表"),
    TemplateKind.YEAR: ("板块表", "报送表", "逾期任务表"),
    TemplateKind.ANNUAL_PARAGRAPH: (),
}
_GENERAL = (
    Known(TITLE, "文稿的标题", ("青溪市2026年政务公开工作情况",), required=True),
    Known("主送单位", "主送机关，带冒号；没有就空着", ("各有关单位：",)),
    Known("办公室", "署名的单位", ("青溪市政务公开办",)),
    Known("成文日期", "2026年9月24日这样写", ("2026年9月24日",)),
    Known("时段", "这份文稿说的是哪一周、哪个月或哪一年", ("2026年第38周",)),
    Known("种类", "每周进展汇总、督查通报……", ("每周进展汇总",)),
    Known(BODY, "全文，小标题和表格都在里面", ("一、总体情况", "任务推进顺利。")),
)
_NUMBERED = re.compile(r"^[一二三四五六七八九十]+、")


def catalogue(kind: TemplateKind) -> Catalogue:
    """What a template of this kind may ask for."""
    if kind is TemplateKind.ORDER:
        return _ORDER
    parts = tuple(
        Known(name, f"“{name}”这一部分的文字" if name != OPENING else "开头的话", (f"{name}的文字。",))
        for name in _PARTS[kind].values()
    )
    figures = tuple(
        Known(f"{FIGURES}.{name}", f"{name}的数字", ("12",), ("—" if name.endswith("率") else "0",))
        for name in _FIGURES[kind]
    )
    groups = [
        Group(
            PARTS,
            "每一部分重复一次：小标题、正文、表格都照文稿的顺序",
            (
                Known(HEADING, "这一部分的小标题，带序号", ("一、总体情况",)),
                Known(BODY, "这一部分的文字", ("任务推进顺利。", "各单位按时报送。")),
                Known(TABLES, "这一部分的表格，要单独成段", ()),
            ),
        )
    ]
    heads = {name: head for head, name in _TABLES.items()}
    groups += [
        Group(name, "表格的一行，有几行就重复几行", tuple(Known(column, column) for column in heads[name]))
        for name in _TABLES_OF[kind]
    ]
    bodies = (BODY, PARTS, *(part.name for part in parts))
    return Catalogue(kind, (*_GENERAL, *parts, *figures), tuple(groups), bodies)


_ORDER = Catalogue(
    TemplateKind.ORDER,
    (
        Known("编号", "督办单的编号", ("〔2026〕1号",), required=True),
        Known("颜色", "蓝色、黄色、红色", ("红色",)),
        Known("承办单位", "办理的单位", ("市司法局",), required=True),
        Known("文件", "任务所在的文件", ("青溪市2026年政务公开工作要点",)),
        Known("办理要求", "要求的话，一条一段", ("请说明原因。", "由主要负责人审签后反馈。"), required=True),
        Known("反馈时限", "2026年10月9日这样写", ("2026年10月9日",), required=True),
        Known("办公室", "发出的单位", ("青溪市政务公开办",)),
        Known("发出日期", "2026年9月24日这样写", ("2026年9月24日",)),
        Known("办理结果", "已撤回的写“已撤回”，别的空着", ()),
    ),
    (
        Group(
            "督办事项",
            "一件事项一行，有几件就重复几行",
            (
                Known("序号", "从1数起", ("1",)),
                Known("事项", "任务或报送", ("清理规范性文件",)),
                Known("时限", "到期的日子", ("2026年9月17日",)),
                Known("情况", "为什么督办", ("已过6个工作日，还没有办结。",)),
            ),
        ),
    ),
    ("督办事项",),
)


def of_report(report: Report) -> Values:
    """What the fields of a report say; a part is known by its key, or by its heading without the number."""
    kind = TemplateKind(report.kind.value)
    texts: dict[str, Value] = {
        TITLE: (report.title,),
        "主送单位": (f"{report.addressee}：",) if report.addressee else (),
        "办公室": (report.office,),
        "成文日期": (f"{report.as_of.year}年{month_day(report.as_of)}",),
        "时段": (report.subject_label,),
        "种类": (ReportKind(report.kind).label,),
    }
    rows: dict[str, list[Row]] = {PARTS: []}
    whole: list[str | Table] = []
    for part in report.parts:
        said: Value = tuple(plain(paragraph) for paragraph in part.paragraphs)
        name = _PARTS[kind].get(part.key) or _NUMBERED.sub("", part.heading)
        texts[name] = said
        heading = (part.heading,) if part.heading else ()
        rows[PARTS].append({HEADING: heading, BODY: said, TABLES: part.tables})
        whole += [*heading, *said, *part.tables]
        for table in part.tables:
            if named := _TABLES.get(table.header):
                rows.setdefault(named, []).extend(_rows(table))
    texts[BODY] = tuple(whole)
    for figure in report.figures():
        texts.setdefault(f"{FIGURES}.{figure.name}", (figure.value,))
    return Values(report.title, report.made_at, texts, rows)


def example(known: Catalogue, made_at: datetime) -> Values:
    """A document of this kind in which every field says something, to see a template by."""
    texts = {each.name: each.example for each in known.texts}
    rows = {group.name: [{each.name: each.example for each in group.fields}] * 2 for group in known.groups}
    return Values(known.kind.label, made_at, texts, rows)


def _rows(table: Table) -> Iterable[Row]:
    for row in table.rows:
        yield {head: (plain((cell,)),) for head, cell in zip(table.header, row, strict=True)}
