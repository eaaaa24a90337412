"""The part of an evidence package's first page that goes by indicators (按指标)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from tracker.documents import evidence_proofs as proofs
from tracker.documents.evidence_proofs import Shelves
from tracker.domain.evidence_by_indicator import (
    IndexedIndicator,
    IndexedLine,
    IndexedRule,
    IndicatorIndex,
    Returned,
)
from tracker.domain.evidence_package import Package, PackedTask
from tracker.domain.points import in_points, signed

ANCHOR = "by-indicator"
_FEW = 10
"""So many lines of a rule stand open."""
_FIRST = 5
"""So many pieces of a task's evidence stand with its indicator; all of them stand with the task."""


def anchor(indicator: IndexedIndicator) -> str:
    """Where an indicator stands on the page."""
    return f"i{indicator.indicator.key}"


def contents(index: IndicatorIndex) -> Iterator[str]:
    """The indicators as a list, each with what there is for it."""
    yield f'<h2 id="{ANCHOR}">按指标</h2><p class="quiet">{escape(index.title)}</p><ul class="plain">'
    for each in index.indicators:
        deep = each.indicator.key.count(".")
        yield (
            f'<li class="d{min(deep, 3)}"><a href="#{escape(anchor(each))}">{escape(each.name)}</a>'
            f' <span class="quiet">{_in_short(each)}</span></li>'
        )
    yield "</ul>"


def _in_short(each: IndexedIndicator) -> str:
    if each.lack:
        return "<b>缺</b>"
    told = [
        f"任务 {len(each.task_ids)} 项，有佐证 {each.evidenced} 项" if each.task_ids else "",
        f"报送 {sum(map(_owed, each.returned))} 次" if each.returned else "",
        f"记分 {len(each.lines)} 笔" if each.lines else "",
    ]
    return "；".join(part for part in told if part)


def _owed(each: Returned) -> int:
    return each.on_time + each.late + each.missed


def page(package: Package, index: IndicatorIndex, shelves: Shelves) -> Iterator[str]:
    """Every indicator with its rules, lines, returns and tasks."""
    tasks = {task.id: task for task in package.tasks}
    for each in index.indicators:
        yield f'<section id="{escape(anchor(each))}" class="indicator"><h3>{escape(each.name)}</h3>'
        yield from _worth(each)
        if each.lack:
            yield f"<p><b>缺：</b>{escape(each.lack)}</p>"
        if each.returned:
            yield from _returns(each.returned)
        if each.task_ids:
            yield from _tasks([tasks[task_id] for task_id in each.task_ids], shelves)
        for rule in each.rules:
            yield from _rule(rule, tasks)
        yield "</section>"


def _worth(each: IndexedIndicator) -> Iterator[str]:
    one = each.indicator
    said = [
        f"基础分 {in_points(one.base)}" if one.base else "",
        f"加分最多 {in_points(one.most_added)}" if one.most_added else "",
    ]
    if any(said):
        yield f'<p class="quiet">{"，".join(part for part in said if part)}</p>'


def _rule(indexed: IndexedRule, tasks: Mapping[int, PackedTask]) -> Iterator[str]:
    rule = indexed.rule
    count = f"{len(indexed.lines)} 笔" if indexed.lines else "没有记分"
    yield f'<p>{escape(rule.clause)} <span class="quiet">（{signed(rule.points)}）{count}</span></p>'
    if indexed.lines:
        head = "<th>笔号</th><th>单位</th><th>事实</th><th>佐证</th><th>分值</th>"
        folded = len(indexed.lines) > _FEW
        yield "<details><summary>逐笔看</summary>" if folded else ""
        yield f'<table class="lines"><thead><tr>{head}</tr></thead><tbody>'
        yield from (_line(line, tasks) for line in indexed.lines)
        yield f"</tbody></table>{'</details>' if folded else ''}"


def _line(line: IndexedLine, tasks: Mapping[int, PackedTask]) -> str:
    task = tasks.get(line.task_id or 0)
    proof = [proofs.of_line(line.evidence, line.on)] if line.evidence else []
    if task is not None:
        proof.append(f'<a href="#t{task.id}">第{task.serial}项</a>')
    told = f"　{escape(line.objection)}" if line.objection else ""
    return (
        f'<tr><td class="keep">{line.number or "试算"}</td><td>{escape(line.unit)}</td>'
        f'<td>{escape(line.words)} <span class="quiet">{line.on}{told}</span></td>'
        f'<td>{"<br>".join(proof) or "—"}</td><td class="keep">{signed(line.points)}</td></tr>'
    )


def _returns(returned: tuple[Returned, ...]) -> Iterator[str]:
    sums = [sum(getattr(each, name) for each in returned) for name in ("on_time", "late", "missed")]
    yield f"<p>报送 {sum(sums)} 次：按时 {sums[0]}，迟报 {sums[1]}，未报 {sums[2]}。</p>"
    yield "<details><summary>各单位报送情况</summary><ul>"
    for each in returned:
        told = f"按时 {each.on_time}，迟报 {each.late}，未报 {each.missed}"
        yield f'<li>{escape(each.unit)} <span class="quiet">{told}</span></li>'
    yield "</ul></details>"


def _tasks(tasks: list[PackedTask], shelves: Shelves) -> Iterator[str]:
    yield "<table><thead><tr><th>任务</th><th>佐证</th></tr></thead><tbody>"
    for task in tasks:
        shown = list(proofs.short(task, shelves))
        if len(shown) > _FIRST:
            shown[_FIRST:] = [f'<a href="#t{task.id}">全部 {len(shown)} 件</a>']
        proof = "<br>".join(shown) or "<b>没有佐证</b>"
        name = f'<a href="#t{task.id}">第{task.serial}项 {escape(task.title)}</a>'
        yield f'<tr><td>{name} <span class="quiet">{escape(task.state)}</span></td><td>{proof}</td></tr>'
    yield "</tbody></table>"
