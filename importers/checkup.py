"""The plan's check-up (体检): what a reader of the whole plan would notice before the year begins.

Born overdue, a month that carries too much, nobody in the lead, several days in one clause, standing work
without a rhythm, a report instead of a plan. Whether a day falls on a day off is left to the product,
which knows the calendar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from importers.draft import DraftPlan
from importers.findings import Finding
from tracker.domain.deadline import Staged, Standing, due_days

_CROWDED_SHARE = 0.5
_CROWDED_COUNT = 8
_RESULTS = re.compile(r"累计|答复率|同比|\d+(?:余)?(?:条|件|次|场|篇|份)[,，。；]")


def examine(plan: DraftPlan, *, report: bool, event: bool) -> tuple[Finding, ...]:
    if not plan.tasks:
        return (_nothing_found(plan, report=report, event=event),)
    return (*_overdue(plan), *_crowded(plan), *_unnamed(plan), *_stages(plan), *_standing(plan))


def _nothing_found(plan: DraftPlan, *, report: bool, event: bool) -> Finding:
    lines = [line for line in plan.text.split("\n") if line.strip()]
    results = len(_RESULTS.findall(plan.text))
    reviewed = len(re.findall(r"(?m)^\s*(?:——|[一二三四五六七八九十]是)", plan.text))
    seen = f"读到{len(lines)}段文字"
    if event:
        seen += "，像是会议、培训或征集意见的通知，不是工作计划"
    elif report or results >= 5:
        seen += f"，其中{results}处是已完成的数字" + (f"、{reviewed}段是工作回顾" if reviewed else "")
        seen += "，像是工作总结或新闻报道，不是工作计划"
    else:
        seen += "，没有找到编号的条款、责任单位或任务表格"
    return Finding(
        "blocking",
            "no-task-found",
                f"没有发现任务。{seen}。请确认是否选对了文件；如果确是计划，请上传带表格的 .docx 或 .xlsx。")


def _overdue(plan: DraftPlan) -> Iterable[Finding]:
    issued = date.fromisoformat(plan.issued_on) if plan.issued_on else None
    if issued is None:
        return
    for task in plan.tasks:
        days = due_days(task.deadline.reading)
        if days and max(days) < issued:
            yield Finding(
                "warning", "born-overdue",
                f"“{task.text[:16]}…”的时限（{max(days).isoformat()}）早于发文日期（{issued.isoformat()}）"
                f"，请核对年份。",
                "deadline", task.source.ref,
            )


def _crowded(plan: DraftPlan) -> Iterable[Finding]:
    months = Counter(
        (day.year, day.month) for task in plan.tasks for day in due_days(task.deadline.reading)[-1:]
    )
    for (year, month), count in months.most_common(1):
        if count >= _CROWDED_COUNT and count >= _CROWDED_SHARE * len(plan.tasks):
            yield Finding(
                "info",
                    "crowded-month",
                        f"{len(plan.tasks)}项任务中有{count}项集中在{year}年{month}月到期，"
                        f"可考虑设阶段节点，分批推进。",
            )


def _unnamed(plan: DraftPlan) -> Iterable[Finding]:
    missing = [task for task in plan.tasks if not task.assignments]
    if len(missing) == len(plan.tasks):
        yield Finding(
            "warning", "no-units", "文件没有写明责任单位，请在核对页逐条指定，或按编号段批量指定。", "units")
    else:
        for task in missing:
            yield Finding(
                "warning",
                    "no-units", f"“{task.text[:16]}…”没有写明责任单位，请指定。", "units", task.source.ref,
            )
    leads = sum(1 for task in plan.tasks if any(each.role == "lead" for each in task.assignments))
    several = sum(1 for task in plan.tasks if len(task.assignments) > 1)
    if several and not leads:
        yield Finding(
            "info",
                "no-lead-in-plan",
                    f"有{several}项任务涉及多个单位，全文没有标明牵头单位，请确认由谁牵头。", "units")


def _stages(plan: DraftPlan) -> Iterable[Finding]:
    for task in plan.tasks:
        if isinstance(task.deadline.reading, Staged):
            yield Finding(
                "info",
                    "several-days",
                        f"“{task.text[:16]}…”里有几个时间，已按几个节点读取，请核对。",
                            "deadline", task.source.ref,
            )


def _standing(plan: DraftPlan) -> Iterable[Finding]:
    count = sum(1 for task in plan.tasks if isinstance(task.deadline.reading, Standing))
    if count:
        yield Finding(
            "info",
                "standing-without-rhythm",
                    f"有{count}项任务是长期推进，没有写多久报一次，建议设定报送周期。", "deadline",
        )
