"""One of each file that goes out, made of invented facts: for what must hold of all of them.

`python -m tests.documents.papers MOMENT` prints the digest of each, so that another process can be asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256

from tracker.documents import (
    annual_tables,
    counting_sheet,
    crosswalk,
    experience,
    house_template,
    look_back,
    meeting,
    points,
    public_ledger,
    report,
    return_sheet,
    statistics,
    supervision_order,
    task_sheet,
)
from tracker.documents.house_sample import sample
from tracker.domain.assigning import Part as Share
from tracker.domain.crosswalk import Stand, Tally
from tracker.domain.house_fields import TemplateKind
from tracker.domain.house_template import catalogue, of_report
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Part, Report, ReportKind, Table, counted
from tracker.domain.return_sheet import Field
from tracker.domain.sealing import packed
from tracker.domain.supervision import OrderColour
from tracker.domain.task import Role
from tracker.domain.task_sheet import KnownTask

PLAN = "青溪市2026年政务公开工作要点"
OFFICE = "青溪市政务公开办"
LONG = "核对现行有效的行政规范性文件并集中公开，统一编号和格式，逐件注明施行日期和有效期。"
SHA = "a" * 64


def _order(made_at: datetime) -> bytes:
    matters = (
        supervision_order.PrintedMatter("清理规范性文件", "2026年9月17日", "已过6个工作日，还没有办结。"),
        supervision_order.PrintedMatter("一周一进度第37周", "2026年9月10日", "没有报送。"),
    )
    return supervision_order.docx(
        supervision_order.OrderPaper(
            "〔2026〕1号", OrderColour.RED, "市司法局", PLAN, matters, "请说明原因。\n由主要负责人审签后反馈。",
            "2026年10月9日", OFFICE, "2026年9月24日", "", made_at,
        )
    )  # fmt: skip


def _pack(made_at: datetime) -> bytes:
    lists = (meeting.Listed("逾期任务", "项", (f"9月17日到期：{LONG}",) * 2),)
    page = meeting.UnitPage("市司法局", "逾期任务2项", "应报8期，按时7期。", (("参会人员", "韩立"),), lists)
    return meeting.pack_docx(
        meeting.Pack(
            "9月例会", PLAN, "2026年9月25日（周五）15:00", "三楼会议室", "分管领导", OFFICE, made_at,
            (page, meeting.UnitPage("市教育局", "按进度推进", "应报8期，按时8期。", (), ())),
        )
    )  # fmt: skip


def _minutes(made_at: datetime) -> bytes:
    agreed = (meeting.Agreed("开放数据接口", "市司法局", "2026年10月10日", "第2次上会", "标准已定", ""),)
    return meeting.minutes_docx(
        meeting.Minutes(
            "9月例会", PLAN, "2026年9月25日15:00", "三楼会议室", OFFICE, made_at, True,
            (("市司法局", "到会"), ("市教育局", "请假（病假）")), ("分管领导",), "到会1家，请假1家。",
            (("市司法局", "专栏已上线。"),), "会议听取了进展。\n会议要求抓紧。", agreed, ("9月28日更正：地点为二楼。",),
        )
    )  # fmt: skip


def _report(made_at: datetime) -> look_back.LookBackReport:
    rows = tuple(
        look_back.LookBackRow(
            number, f"第{number}件：{LONG}", "一、主动公开", "市司法局牵头", date(2026, 11, 30), "11月底前",
            verdict, verdict, "已销号，有2条佐证链接", ("连续多期进展文字相同",) if number == 2 else (), "",
            ("https://www.qingxi.example/sfj/1.html",),
        )
        for number, verdict in enumerate(VerdictKind, start=1)
    )  # fmt: skip
    return look_back.LookBackReport(PLAN, 2026, OFFICE, made_at, rows, date(2026, 12, 28))


def _articles(made_at: datetime) -> bytes:
    article = experience.CompiledArticle(
        "市教育局", "招生问答先让家长来改", f"一、做法。{LONG}\n二、成效。{LONG}", date(2026, 9, 4), "https://qingxi.example/1", ""
    )
    return experience.docx(experience.Collection("各单位", OFFICE, date(2026, 9, 24), made_at, (article,)))


def _task() -> KnownTask:
    parts = (Share(1, Role.LEAD, "市司法局"), Share(2, Role.SUPPORT, "东河县", "各县（市、区）政府"))
    return KnownTask(
        id=1, serial=1, version=3, state="推进中", open=True, text=LONG, section="一、主动公开", phrase="11月底前",
        notation="date:2026-11-30", days=(date(2026, 11, 30),), parts=parts,
    )  # fmt: skip


def _ledger(made_at: datetime, plan: tuple[int, str] | None = (7, SHA)) -> bytes:
    row = task_sheet.LedgerRow(_task(), "■ 逾期3天", "9月30日到期", date(2026, 9, 24), date(2026, 6, 30))
    words = task_sheet.Words(("市司法局", "市教育局"), ("一、主动公开",))
    return task_sheet.as_xlsx(task_sheet.LedgerSheet(PLAN, "共1项", (row,), made_at, plan), words)


def _public(made_at: datetime) -> bytes:
    row = public_ledger.PublicRow(_task(), "已核对三成。")
    return public_ledger.as_xlsx(public_ledger.PublicLedger(PLAN, True, (row,), made_at))


def _form(made_at: datetime) -> bytes:
    row = return_sheet.FormRow("t1", "1. 清理规范性文件", "9月30日到期", {Field.PROGRESS: "已核对三成。"})
    return return_sheet.workbook(
        return_sheet.Form(1, SHA, "第38周", "市司法局　第38周", "", (row,), ("推进中", "受阻"), ("做完",), made_at)
    )


def _days(made_at: datetime) -> bytes:
    day = counting_sheet.DayLine(date(2026, 9, 24), 1, "工作日", "条例第三十三条", last=True)
    return counting_sheet.as_xlsx(
        counting_sheet.CountingSheet("公文计时表", OFFICE, (("最后一天", "2026年10月9日"),), (day,), made_at)
    )


def report_of(made_at: datetime) -> Report:
    """A digest with everything that a report can hold."""
    missed = counted("missed", "未报", 2, "/reporting/obligations")
    table = Table(
        ("序号", "任务", "责任单位", "时限"),
        (("3", LONG, "市司法局（牵头）、市教育局", "2026年9月1日"), ("5", "开放数据", "市数据局", "2026年9月9日")),
        (13.0, 80.0, 38.0, 25.0),
    )
    return Report(
        kind=ReportKind.WEEKLY,
        title=f"《{PLAN}》每周进展汇总（第38周）",
        subject="2026-W38",
        subject_label="2026年第38周",
        as_of=date(2026, 9, 24),
        made_at=made_at,
        office=OFFICE,
        addressee="各有关单位",
        parts=(
            Part("opening", "", (("现将本周情况汇总如下。",),)),
            Part("returns", "一、报送情况", (("应报8家，未报", missed, "家。"), ("未报的单位：市司法局、市教育局。",))),
            Part("progress", "二、本周进展", (("（一）主动公开",), (f"市司法局：{LONG}",), ("（二）依申请公开",))),
            Part("overdue", "三、逾期任务", (("逾期2项。",),), (table,)),
        ),
    )


def _in_a_template(made_at: datetime) -> bytes:
    known = catalogue(TemplateKind.WEEKLY)
    return house_template.fill(sample(known), known, of_report(report_of(made_at)))


def _crosswalk(made_at: datetime) -> crosswalk.CrosswalkPaper:
    task = crosswalk.PrintedTask(1, "清理规范性文件", "市司法局", "推进中", LONG, "市司法局", date(2026, 9, 24))
    clause = crosswalk.PrintedClause(
        1, "（一）", "一、主动公开", LONG, "各市", "11月底前", Stand.COVERED, "", (task, task)
    )
    return crosswalk.CrosswalkPaper(
        "青山省2026年政务公开工作要点", "青山省政府办公厅", PLAN, OFFICE, Tally(1, 0, 0), None, (clause,), made_at
    )


def _statistics(made_at: datetime) -> bytes:
    value = statistics.PrintedValue("政策解读", "图片解读", "市司法局", "430余件", 430, None, True, "件", "=口径")
    return statistics.as_xlsx(statistics.StatisticsPaper(2026, OFFICE, "未定稿", (value,), made_at))


def _lines(made_at: datetime) -> bytes:
    day = date(2026, 9, 24)
    row = points.Row(
        1, "市司法局", "部门", "工作落实", "第三条", "-第38周没有报送", day, "=佐证", -100, -100, "事实", day, "", None, ""
    )
    return points.lines_xlsx("积分明细", "共1笔", (row,), made_at=made_at)


def _scores(made_at: datetime) -> bytes:
    score = points.Score("市司法局", "部门", 10_000, -100, 0, 9_900, "优秀")
    return points.scores_xlsx("积分汇总", "截至2026年9月24日", (score,), made_at=made_at)


def _annual(made_at: datetime) -> bytes:
    cells = {("received", "person"): 20, ("granted", "person"): 20, ("fees", "charged"): 125_000}
    return annual_tables.as_xlsx(annual_tables.AnnualTables(2025, OFFICE, cells, made_at))


WORD: dict[str, Callable[[datetime], bytes]] = {
    "督办单": _order,
    "例会材料": _pack,
    "例会纪要": _minutes,
    "回头看报告": lambda made_at: look_back.as_docx(_report(made_at)),
    "经验材料汇编": _articles,
    "每周进展汇总": lambda made_at: report.docx(report_of(made_at)),
    "自制模板": _in_a_template,
    "样板": lambda _: sample(catalogue(TemplateKind.ORDER)),
    "上下对照表": lambda made_at: crosswalk.as_docx(_crosswalk(made_at)),
}
"""The papers in Word, by what they are."""

SHEETS: dict[str, Callable[[datetime], bytes]] = {
    "台账": _ledger,
    "几个文件的台账": lambda made_at: _ledger(made_at, None),
    "公开版台账": _public,
    "空白任务表": lambda _: task_sheet.blank(task_sheet.Words(("市司法局",))),
    "填报表": _form,
    "计时表": _days,
    "回头看表": lambda made_at: look_back.as_xlsx(_report(made_at)),
    "上下对照表（表）": lambda made_at: crosswalk.as_xlsx(_crosswalk(made_at)),
    "统计": _statistics,
    "积分明细": _lines,
    "积分汇总": _scores,
    "年报表": _annual,
}

PACKED: dict[str, Callable[[datetime], bytes]] = {
    "压缩包": lambda _: packed([("目录.html", b"<p>1</p>"), ("佐证/1.txt", LONG.encode())])
}

EVERY = WORD | SHEETS | PACKED


if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv[1])
    for name, make in EVERY.items():
        print(f"{sha256(make(moment)).hexdigest()}  {name}")
