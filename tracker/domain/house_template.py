"""What a template of the office's own (自制模板) may ask for, kind by kind, and the values that answer it.

    {{标题}}            a text; what has several paragraphs becomes several where it stands alone
    {{数字.逾期任务}}    a figure by its name
    {{逾期任务表.任务}}   a column of a table: the row of the template that names one is repeated
    {{#部分}} … {{/部分}}  what stands between is repeated

Nothing of it is code: a field is looked up among these names and replaced by text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from tracker.domain.balance import Stretch
from tracker.domain.china_time import month_day
from tracker.domain.house_fields import (
    BODY,
    FIGURES,
    HEADING,
    PARTS,
    TABLES,
    TITLE,
    Catalogue,
    Group,
    Known,
    Row,
    TemplateKind,
    Value,
    Values,
)
from tracker.domain.house_papers import CATALOGUES
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Report, ReportKind, Table, plain

OPENING = "开头"

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
    **_PARTS[TemplateKind.HALF_YEAR], "statistics": "公开数据", "look_back": "“回头看”情况",
}  # fmt: skip
_STOCK = ("任务", "已销号", "办理中", "逾期任务", "到期任务", "到期已销号")
_VERDICTS = tuple(kind.label for kind in VerdictKind)
_SUMMARY = (
    *_STOCK, "已取消", "已报送", "采用", "展示", "报省", "省采用", "召开例会", "议定事项", "已了结的议定事项",
    "发出督办单", "未了结的督办单", "整改事项", "已销号的整改事项", "次数指标", "次数落后", "今后三个月到期",
)  # fmt: skip
_FIGURES: dict[TemplateKind, tuple[str, ...]] = {
    TemplateKind.WEEKLY: (
        "应报", "按时报送", "迟报", "待报", "未报", "免报", "按时率", "有进展", "报告完成", "受阻",
        "下期计划", "存在问题", "逾期任务", "两周内到期",
    ),
    TemplateKind.CIRCULAR: (
        *_STOCK, "应报", "按时报送", "迟报", "未报", "待报", "已退回", "按时率", "销号任务", "发出督办单",
        "未了结的督办单", "次数落后",
    ),
    TemplateKind.HALF_YEAR: _SUMMARY,
    TemplateKind.YEAR: (*_SUMMARY, *_VERDICTS),
    TemplateKind.ANNUAL_PARAGRAPH: (
        "本年新列", "上年结转整改", "办结", "取消", "结转下年", *_VERDICTS,
        *(f"依申请公开{stretch.label}" for stretch in Stretch),
    ),
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
    if kind in CATALOGUES:
        return CATALOGUES[kind]
    parts = tuple(
        Known(name, f"“{name}”这一部分的文字" if name != OPENING else "开头的话", (f"{name}的文字。",))
        for name in _PARTS[kind].values()
    )
    figures = tuple(
        Known(f"{FIGURES}.{name}", f"{name}的数字", ("12",), ("—" if name.endswith("率") else "0",))
        for name in dict.fromkeys(_FIGURES[kind])
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
