"""The plan's check-up (体检) as far as the document alone allows it.

The rules stand in `tracker.domain.checkup`; here a draft plan is put before them, and a file in which no
task was found is described. Whether a day falls on a day off is asked later, by the product, which has the
calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from importers.draft import DraftPlan, DraftTask
from importers.findings import Finding, Severity
from tracker.domain import checkup
from tracker.domain.task import Role

_RESULTS = re.compile(r"累计|答复率|同比|\d+(?:余)?(?:条|件|次|场|篇|份)[,，。；]")
_FEW = 5
_SEVERITIES: dict[str, Severity] = {"info": "info", "warning": "warning", "blocking": "blocking"}


def examine(plan: DraftPlan, *, report: bool, event: bool) -> tuple[Finding, ...]:
    """Return what there is to notice about the whole plan, or about a file without any task."""
    if not plan.tasks:
        return (_nothing_found(plan, report=report, event=event),)
    noticed = checkup.examine(
        [_item(index, task) for index, task in enumerate(plan.tasks)],
        issued_on=date.fromisoformat(plan.issued_on) if plan.issued_on else None,
        published=checkup.published_on(_head(plan)),
        has_rhythm=bool(plan.regime and any(plan.regime.values())),
    )
    # A deadline to decide is told by its own task.
    return tuple(_finding(plan, each) for each in noticed if each.code != "deadline-undecided")


def _head(plan: DraftPlan) -> str:
    """Everything before the first task."""
    starts = [segment.start for segment in plan.segments if segment.kind == "task"]
    return plan.text[: min(starts, default=len(plan.text))]


def _item(index: int, task: DraftTask) -> checkup.Item:
    return checkup.Item(
        key=index,
        text=task.text,
        reading=task.deadline.reading,
        certain=task.deadline.certain,
        exact=_names_a_day(task.deadline_text),
        owners=tuple([_owner(each.unit, each.role, each.collective) for each in task.assignments]),
        quota_classes=tuple([quota.unit_class for quota in task.quotas]),
    )


# Units and times come again from task to task.
_names_a_day = lru_cache(maxsize=1024)(checkup.names_a_day)


@lru_cache(maxsize=4096)
def _owner(name: str, role: str, is_collective: bool) -> checkup.Owner:
    return checkup.Owner(name, Role(role), is_collective)


def _finding(plan: DraftPlan, noticed: checkup.Noticed) -> Finding:
    refs = dict.fromkeys(plan.tasks[index].source.ref for index in noticed.items)
    ref = _few(refs) if len(noticed.items) < len(plan.tasks) else None
    return Finding(_SEVERITIES[noticed.severity], noticed.code, noticed.message, noticed.field, ref)


def _few(refs: Iterable[str]) -> str | None:
    """Where the tasks stand; of many only the first."""
    known = list(refs)
    return "、".join(known[:_FEW]) + ("等" if len(known) > _FEW else "") or None


def _nothing_found(plan: DraftPlan, *, report: bool, event: bool) -> Finding:
    lines = [line for line in plan.text.split("\n") if line.strip()]
    results = len(_RESULTS.findall(plan.text))
    reviewed = len(re.findall(r"(?m)^\s*(?:——|[一二三四五六七八九十]是)", plan.text))
    seen = f"读到{len(lines)}段文字"
    if event:
        seen += "，像是会议、培训或征集意见的通知，或是政策解读，不是工作计划"
    elif report or results >= 5:
        seen += f"，其中{results}处是已完成的数字" + (f"、{reviewed}段是工作回顾" if reviewed else "")
        seen += "，像是工作总结或新闻报道，不是工作计划"
    else:
        seen += "，没有找到编号的条款、责任单位或任务表格"
    return Finding(
        "blocking",
            "no-task-found",
                f"没有发现任务。{seen}。请确认是否选对了文件；如果确是计划，请上传带表格的 .docx 或 .xlsx。")
