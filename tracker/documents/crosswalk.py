"""The crosswalk (上下对照表) and its gap list (漏接清单): .xlsx for working on, .docx for handing up.

One report answers several upper clauses: beside each stands what its tasks last reported, so that answering
upward is a print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.excel import Column, table
from tracker.documents.official import OfficialDocument
from tracker.domain.crosswalk import Stand, Tally

_WIDTHS = (17.0, 60.0, 22.0, 60.0, 30.0, 58.0)
_HEAD = ("序号", "上级条目", "情况", "本级任务", "责任单位", "最近进展")


@dataclass(frozen=True, slots=True)
class PrintedTask:
    """A task that answers a clause."""

    serial: int
    title: str
    units: str
    state: str
    progress: str
    reported_by: str
    reported_on: date | None

    @property
    def said(self) -> str:
        """What was reported last, by whom and when."""
        if not self.progress:
            return "还没有报送"
        day = f"，{self.reported_on.isoformat().replace('-', '.')}" if self.reported_on else ""
        return f"{self.progress}（{self.reported_by}{day}）"


@dataclass(frozen=True, slots=True)
class PrintedClause:
    """One clause of the upper document, where it stands, and its tasks."""

    position: int
    number: str
    section: str
    text: str
    units: str
    deadline: str
    stand: Stand
    reason: str
    tasks: tuple[PrintedTask, ...]


@dataclass(frozen=True, slots=True)
class CrosswalkPaper:
    """All that the files say; `stand` is set where they hold only the clauses that stand so."""

    upper_title: str
    upper_issuer: str
    plan_title: str
    office: str
    tally: Tally
    stand: Stand | None
    clauses: tuple[PrintedClause, ...]
    made_at: datetime

    @property
    def title(self) -> str:
        if self.stand is Stand.GAP:
            return f"《{self.upper_title}》漏接条目清单"
        return f"《{self.upper_title}》上下对照表"

    @property
    def file_stem(self) -> str:
        """The file's name without its ending."""
        return f"{self.upper_title}{'漏接清单' if self.stand is Stand.GAP else '上下对照表'}"

    @property
    def summary(self) -> str:
        """The three counts, which are the whole."""
        counts = self.tally
        return (
            f"上级文件共{counts.total}条：已对应{counts.covered}条，不对应{counts.waived}条，"
            f"漏接{counts.gap}条。"
        )


def as_docx(paper: CrosswalkPaper) -> bytes:
    """A short account, then the clauses as a table on pages of its own."""
    document = OfficialDocument(paper.title, made_at=paper.made_at)
    document.body(f"{paper.office}将《{paper.upper_title}》与《{paper.plan_title}》逐条对照。{paper.summary}")
    if paper.stand is Stand.GAP:
        said = "下列条目上级有、本级无，需要补列任务，或写明理由后标为不对应。"
        document.body(said if paper.clauses else "没有漏接的条目。")
    else:
        document.body("每条的本级任务、责任单位和最近进展见附表。")
    rows = [_cells(clause) for clause in paper.clauses]
    if rows:
        document.table("附：逐条对照", _HEAD, rows, widths_mm=_WIDTHS)
    return document.to_bytes()


def as_xlsx(paper: CrosswalkPaper) -> bytes:
    """One row for each clause and task; a clause without a task has one row."""
    columns = (
        Column("序号", 6, centred=True), Column("上级编号", 10), Column("上级板块", 22),
        Column("上级条目", 52), Column("上级责任单位", 24), Column("上级时限", 14), Column("情况", 10),
        Column("不对应理由", 26), Column("本级序号", 8, centred=True), Column("本级任务", 44),
        Column("责任单位", 28), Column("任务状态", 10), Column("最近进展", 48), Column("报送单位", 16),
        Column("报送日期", 12),
    )  # fmt: skip
    rows = [
        (
            clause.position, clause.number, clause.section, clause.text, clause.units, clause.deadline,
            clause.stand.label, clause.reason,
            *(
                (task.serial, task.title, task.units, task.state, task.progress, task.reported_by,
                 task.reported_on)
                if task else (None, "", "", "", "", "", None)
            ),
        )
        for clause in paper.clauses
        for task in clause.tasks or (None,)
    ]  # fmt: skip
    return table(paper.title, f"{paper.office}　{paper.summary}", columns, rows, made_at=paper.made_at)


def _cells(clause: PrintedClause) -> tuple[str, ...]:
    stand = clause.stand.label + (f"\n{clause.reason}" if clause.reason else "")
    many = len(clause.tasks) > 1
    said = "\n".join(f"{f'第{task.serial}项：' if many else ''}{task.said}" for task in clause.tasks)
    return (
        clause.number or str(clause.position),
        clause.text,
        stand,
        "\n".join(f"{task.serial}．{task.title}" for task in clause.tasks),
        "\n".join(dict.fromkeys(task.units for task in clause.tasks)),
        said,
    )
