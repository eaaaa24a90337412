"""The first page of an evidence package (考核佐证包的目录): one HTML file, no script, nothing from a network.

What is missing stands before everything else. Where there is a scheme of assessment its indicators come
first and lead to the tasks; otherwise there are the tasks alone. Whatever people have typed is escaped. The
content security policy allows the page its own style and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from tracker.documents import evidence_indicators, evidence_proofs
from tracker.documents.evidence_proofs import Shelves
from tracker.domain.china_time import china_clock
from tracker.domain.evidence_package import Missing, Package, PackedTask, PlacedFile, by_lack

_STYLE = """
:root { color: #222; background: #fff; font: 16px/1.6 "Source Han Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
body { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #b3261e; }
h3 { font-size: 1rem; margin: 1.4rem 0 .2rem; } p { margin: .3rem 0; } .quiet { color: #595959; }
.lack { border: 1px solid #b3261e; border-left-width: .5rem; padding: .3rem 1rem 1rem; margin: 1.2rem 0; }
.lack h2 { border: 0; margin: .5rem 0; color: #8c1d18; } .whole { border-color: #2e6b34; } .whole h2 { color: #24552a; }
ul, ol { margin: .2rem 0; padding-left: 1.6rem; } li { margin: .15rem 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; } th, td { border: 1px solid #bbb; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f2efe6; white-space: nowrap; } td.keep { white-space: nowrap; } code { font-size: .8rem; color: #595959; }
a { color: #0b57a4; } nav a { display: inline-block; margin: .3rem 1.2rem .3rem 0; font-weight: bold; }
.plain { list-style: none; padding-left: 0; } .d1 { margin-left: 1.5rem; } .d2, .d3 { margin-left: 3rem; }
.indicator { border-left: 3px solid #d8cfae; padding-left: .8rem; margin: 1.2rem 0; } summary { color: #0b57a4; cursor: pointer; }
@media (max-width: 40rem) { table, tbody, tr, td { display: block; } thead { display: none; } td { border: 0; padding: .1rem 0; } td.keep { white-space: normal; } tr { border-bottom: 1px solid #bbb; padding: .4rem 0; } .lines td { display: inline; margin-right: .6rem; } }
@media print { body { max-width: none; padding: 0; } a { color: inherit; } .lack { break-after: page; } tr, h3 { break-inside: avoid; } h3 { break-after: avoid; } }
"""  # noqa: E501 - one rule a line
_BY_TASK = "by-task"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def page(
    package: Package, missing: Iterable[Missing], files: Iterable[PlacedFile], sizes: Mapping[str, int]
) -> str:
    """The page; `sizes` holds the files that were packed, by their place."""
    shelves = Shelves.of(files, sizes)
    title, made_at = f"{package.plan_title}考核佐证包", china_clock(package.made_at)
    held = f"链接 {package.links} 条，装入文件 {len(sizes)} 份"
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">{escape(package.office)}　{made_at:%Y年%m月%d日 %H:%M}生成</p>',
        f"<p>任务 {len(package.tasks)} 项，有佐证 {package.evidenced} 项；{held}。</p>",
        "<p>怎样核对有没有改动，见“校验方法.txt”。</p>",
        *_ways(package),
        *_lacking(tuple(missing)),
    ]
    if package.by_indicator is not None:
        parts += evidence_indicators.contents(package.by_indicator)
        parts += evidence_indicators.page(package, package.by_indicator, shelves)
    parts += _contents(package)
    for section, tasks in package.sections:
        parts.append(f"<h2>{escape(section)}</h2>")
        parts += [part for task in tasks for part in _task(task, shelves)]
    parts.append("</main></body></html>\n")
    return "\n".join(parts)


def _ways(package: Package) -> Iterator[str]:
    """The two ways to look at it, where there are two."""
    if package.by_indicator is not None:
        yield f'<nav><a href="#{evidence_indicators.ANCHOR}">按指标看</a>'
        yield f'<a href="#{_BY_TASK}">按任务看</a></nav>'


def _lacking(missing: tuple[Missing, ...]) -> Iterator[str]:
    if not missing:
        yield '<section class="lack whole"><h2>没有缺的</h2>'
        yield "<p>每项任务都有佐证，文件都在，链接都有效。</p></section>"
        return
    yield f'<section class="lack"><h2>缺什么（{len(missing)}处）</h2>'
    for lack, found in by_lack(missing):
        yield f"<h3>{escape(lack.label)}（{len(found)}）</h3><ul>"
        for one in found:
            words = f"　{escape(one.words)}" if one.words else ""
            yield f"<li>{_whose(one)}{words}</li>"
        yield "</ul>"
    yield "</section>"


def _whose(one: Missing) -> str:
    """A link to the task or the indicator that misses something."""
    if one.task is not None:
        return f'<a href="#t{one.task.id}">第{one.task.serial}项 {escape(one.task.title)}</a>'
    if one.indicator is not None:
        place = evidence_indicators.anchor(one.indicator)
        return f'<a href="#{escape(place)}">{escape(one.indicator.name)}</a>'
    return ""


def _contents(package: Package) -> Iterator[str]:
    yield f'<h2 id="{_BY_TASK}">{"按任务" if package.by_indicator is not None else "目录"}</h2>'
    for section, tasks in package.sections:
        yield f"<h3>{escape(section)}</h3><ol>"
        for task in tasks:
            count = f"链接 {len(task.links)}，文件 {len(task.files)}" if task.given else "没有佐证"
            yield (
                f'<li value="{task.serial}"><a href="#t{task.id}">{escape(task.title)}</a>'
                f' <span class="quiet">{count}</span></li>'
            )
        yield "</ol>"


def _task(task: PackedTask, shelves: Shelves) -> Iterator[str]:
    yield f'<section id="t{task.id}"><h3>{task.serial}　{escape(task.title)}</h3>'
    said = [task.units, f"时限：{task.due}", task.state, f"回头看：{task.verdict}" if task.verdict else ""]
    yield f'<p class="quiet">{escape("　".join(part for part in said if part))}</p>'
    if task.given:
        yield "<table><thead><tr><th>单位</th><th>佐证</th><th>什么时候给的</th></tr></thead><tbody>"
        for given in task.given:
            yield (
                f"<tr><td>{escape(given.unit)}</td><td>{evidence_proofs.full(task, given, shelves)}</td>"
                f'<td>{given.given_on}<br><span class="quiet">{escape(given.source)}</span></td></tr>'
            )
        yield "</tbody></table>"
    else:
        yield "<p>没有佐证。</p>"
    yield "</section>"
