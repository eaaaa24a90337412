"""The look-back report (回头看报告): .docx for reading, .xlsx for working on.

Both are made from the same facts; a report whose verdicts are not all confirmed says 草稿 on its first page
and in its file name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.excel import Column, table
from tracker.documents.official import OfficialDocument
from tracker.domain.china_time import month_day
from tracker.domain.house_fields import BODY, FIGURES, HEADING, PARTS, TITLE, Row, Value, Values
from tracker.domain.look_back import VerdictKind

HEADER = ("序号", "任务", "责任单位", "完成时限", "结论", "依据", "矛盾点", "说明")
"""Of the table of items; the fields of a template have the same names."""
WIDTHS_MM = (12.0, 50.0, 36.0, 28.0, 28.0, 34.0, 34.0, 25.0)
ANNEX = "逐项结论"


@dataclass(frozen=True, slots=True)
class LookBackRow:
    """One task in the report."""

    serial: int
    title: str
    section: str
    units: str
    due_on: date | None
    deadline_phrase: str
    proposed: VerdictKind
    confirmed: VerdictKind | None
    reason: str
    contradictions: tuple[str, ...]
    note: str
    links: tuple[str, ...]
    past: str = ""
    """连续3年未完成: what the years before say of it; empty where nothing."""
    terms: str = ""
    """Who mends it, and by when."""

    @property
    def verdict(self) -> VerdictKind:
        return self.confirmed or self.proposed

    @property
    def by_hand(self) -> bool:
        """Whether a person has judged otherwise than the facts, which the reason beside it quotes."""
        return self.confirmed is not None and self.confirmed is not self.proposed


@dataclass(frozen=True, slots=True)
class LookBackReport:
    """All that the report says."""

    plan_title: str
    year: int
    office: str
    made_at: datetime
    rows: tuple[LookBackRow, ...]
    as_of: date
    """The day it is of, which signs it."""
    finished: bool = True
    """Whether the look-back was made final by a person."""

    @property
    def unconfirmed(self) -> int:
        return sum(1 for row in self.rows if row.confirmed is None)

    @property
    def is_final(self) -> bool:
        """Whether a person has confirmed every verdict, and made the whole final."""
        return self.finished and not self.unconfirmed

    @property
    def draft_words(self) -> str:
        """Why it is a draft still; empty for a final one."""
        if self.unconfirmed:
            return f"草稿：还有{self.unconfirmed}项结论没有经人确认"
        return "" if self.finished else "草稿：结论已全部确认，还没有定稿"

    @property
    def title(self) -> str:
        return f"《{self.plan_title}》落实情况“回头看”报告"

    @property
    def file_stem(self) -> str:
        """The file's name without its ending."""
        return f"{self.plan_title}回头看报告{'' if self.is_final else '（草稿）'}"


def as_docx(report: LookBackReport) -> bytes:
    """The report in the layout of an official document, the items as a table behind the text."""
    paper = OfficialDocument(report.title, made_at=report.made_at)
    if not report.is_final:
        paper.note(f"（{report.draft_words}）")
    for _, heading, paragraphs in _parts(report):
        paper.heading(heading)
        for paragraph in paragraphs:
            paper.body(paragraph)
    paper.attachments([ANNEX])
    paper.signature(report.office, _day(report))
    paper.table(f"附件：{ANNEX}", HEADER, [_cells(row) for row in report.rows], widths_mm=WIDTHS_MM)
    return paper.to_bytes()


def values(report: LookBackReport) -> Values:
    """What the fields of a template of the office's own say of a look-back."""
    parts = _parts(report)
    counts = Counter(row.verdict for row in report.rows)
    texts: dict[str, Value] = {
        TITLE: (report.title,), "草稿说明": () if report.is_final else (f"（{report.draft_words}）",),
        "文件": (report.plan_title,), "年度": (str(report.year),), "办公室": (report.office,),
        "成文日期": (_day(report),), f"{FIGURES}.任务": (str(len(report.rows)),),
        BODY: tuple(line for _, heading, paragraphs in parts for line in (heading, *paragraphs)),
        **{name: tuple(paragraphs) for name, _, paragraphs in parts},
        **{f"{FIGURES}.{kind.label}": (str(counts[kind]),) for kind in VerdictKind},
    }  # fmt: skip
    rows: dict[str, list[Row]] = {
        PARTS: [{HEADING: (heading,), BODY: tuple(paragraphs)} for _, heading, paragraphs in parts],
        "逐项结论": [
            {head: (cell,) for head, cell in zip(HEADER, _cells(row), strict=True)} for row in report.rows
        ],
    }
    return Values(report.title, report.made_at, texts, rows)


def _parts(report: LookBackReport) -> list[tuple[str, str, list[str]]]:
    """The text of the report: the name of each part, its heading and its paragraphs."""
    left = [row for row in report.rows if row.verdict.wants_rectification]
    doubted = [row for row in report.rows if row.contradictions]
    whole = (
        f"按照要求，{report.office}对《{report.plan_title}》{len(report.rows)}项任务逐项开展了“回头看”。"
        + _sum(Counter(row.verdict for row in report.rows))
    )
    next_ = "全部任务均已落实，没有需要转入整改的事项。"
    if left:
        next_ = f"对上述{len(left)}项，转入{report.year + 1}年整改台账，明确牵头单位和时限，凭链接销号。"
    return [
        ("总体情况", "一、总体情况", [whole]),
        ("未完成事项", "二、未完成事项", _listed(left)),
        ("矛盾点", "三、需要说明的矛盾点", _listed(doubted, contradictions=True)),
        ("下一步工作", "四、下一步工作", [next_]),
    ]


def _day(report: LookBackReport) -> str:
    return f"{report.as_of.year}年{month_day(report.as_of)}"


def as_xlsx(report: LookBackReport) -> bytes:
    """The items as a sheet: one row a task, real dates, links as text."""
    columns = (
        Column("序号", 6), Column("任务", 48), Column("工作板块", 22), Column("责任单位", 28),
        Column("完成时限", 13), Column("原文时限", 16), Column("系统建议", 14), Column("确认结论", 22),
        Column("依据", 34), Column("矛盾点", 40), Column("说明", 24), Column("往年", 16),
        Column("整改安排", 24), Column("佐证链接", 44),
    )  # fmt: skip
    rows = [
        (
            row.serial, row.title, row.section, row.units, row.due_on, row.deadline_phrase,
            row.proposed.label, _decided(row), row.reason,
            "\n".join(row.contradictions), row.note, row.past, row.terms, "\n".join(row.links),
        )
        for row in report.rows
    ]  # fmt: skip
    state = report.draft_words or "定稿"
    return table(report.title, f"{report.office}　{state}", columns, rows, made_at=report.made_at)


def _decided(row: LookBackRow) -> str:
    if row.confirmed is None:
        return "（未确认）"
    return f"{row.confirmed.label}{'（人工认定）' if row.by_hand else ''}"


def _sum(counts: Counter[VerdictKind]) -> str:
    parts = [f"{verdict.label}{counts[verdict]}项" for verdict in VerdictKind if counts[verdict]]
    return f"其中，{'，'.join(parts)}。" if parts else ""


def _listed(rows: list[LookBackRow], *, contradictions: bool = False) -> list[str]:
    """A paragraph for each item, or the word that there is none."""
    told = [_item(number, row, contradictions=contradictions) for number, row in enumerate(rows, start=1)]
    return told or ["无。"]


def _item(number: int, row: LookBackRow, *, contradictions: bool) -> str:
    why = "；".join(row.contradictions) if contradictions else row.reason
    told = "，".join(filter(None, (row.units, row.past)))
    about = f"（{told}）" if told else ""
    note = f"说明：{row.note.rstrip('。')}。" if row.note else ""
    terms = f"整改：{row.terms}。" if row.terms and not contradictions else ""
    return f"{number}．第{row.serial}项“{row.title}”{about}：{why}。{note}{terms}"


def _cells(row: LookBackRow) -> tuple[str, ...]:
    due = row.due_on.isoformat().replace("-", ".") if row.due_on else row.deadline_phrase or "未写明"
    mark = "\n（人工认定）" if row.by_hand else "" if row.confirmed else "\n（未确认）"
    return (
        str(row.serial), row.title, row.units, due, row.verdict.label + mark, row.reason,
        "\n".join(row.contradictions), row.note,
    )  # fmt: skip
