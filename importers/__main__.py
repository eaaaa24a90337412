"""`python -m importers FILE [--year Y] [--json]`: print the draft plan of a document.

Exit status 0; 3 when the file was read but holds no task; 2 when it cannot be read, with one sentence on
standard error. `-` reads standard input.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from pathlib import Path

from importers import conversion, limits
from importers.draft import DraftPlan
from importers.reading import read_bytes
from tracker.domain.errors import UnreadableFile

_ROLES = {"lead": "牵头", "support": "配合", "responsible": "责任"}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m importers", description="把计划文件读成任务草稿")
    parser.add_argument("file", help="文件路径；- 表示从标准输入读取")
    parser.add_argument("--year", type=int, help="计划年度")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--name", help="文件名（从标准输入读取时）")
    parser.add_argument("--limited", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rows", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--mark", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--return-rows", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--return-mark", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.limited:
        limits.limit_this_process()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        data = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
        ours = {"rows": _rows, "mark": _marked, "return_rows": _return_rows, "return_mark": _marked_return}
        for name, answer in ours.items():
            if getattr(given, name):
                sys.stdout.buffer.write(answer(data))
                return 0
        name = given.name or Path(given.file).name
        if given.limited:
            plan = read_bytes(data, name, given.year)
        else:
            plan = conversion.read_or_convert(lambda readable: read_bytes(readable, name, given.year), data)
    except conversion.NeedsConversion as error:
        print(error.message, file=sys.stderr)
        return 4 if given.limited else 2
    except UnreadableFile as error:
        print(error.message, file=sys.stderr)
        return 2
    except OSError:
        print("没有找到这个文件，或没有读取它的权限。请检查路径。", file=sys.stderr)
        return 2
    except MemoryError:
        print("这个文件太大，读取时内存不够。请只保留任务内容，另存后再试。", file=sys.stderr)
        return 2
    except RecursionError:
        print("这个文件的结构嵌套过深，无法读取。请把内容复制到新文件，另存后再试。", file=sys.stderr)
        return 2
    print(plan.to_json() if given.json else table(plan))
    return 0 if plan.tasks else 3


def _rows(data: bytes) -> bytes:
    """The rows of a task sheet (任务表) as JSON."""
    from importers.readers import admission, task_sheet

    admission.admit(data)
    return task_sheet.read(data).to_json().encode()


def _marked(data: bytes) -> bytes:
    """A task sheet with notes in it; the first line of `data` is the notes, the rest the sheet."""
    from importers import marked_sheet

    line, _, sheet = data.partition(b"\n")
    return marked_sheet.mark(sheet, {int(row): notes for row, notes in json.loads(line).items()})


def _return_rows(data: bytes) -> bytes:
    """The rows of an offline return (离线填报表) as JSON."""
    from importers.readers import admission, return_sheet

    admission.admit(data)
    return return_sheet.read(data).to_json().encode()


def _marked_return(data: bytes) -> bytes:
    """An offline return with notes in it; the first line of `data` is the notes, the rest the form."""
    from importers import marked_sheet

    line, _, form = data.partition(b"\n")
    return marked_sheet.mark_return(form, {int(row): notes for row, notes in json.loads(line).items()})


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def _fit(text: str, width: int) -> str:
    text = text.replace("\n", " ")
    while _width(text) > width:
        text = text[:-2] + "…"
    return text + " " * (width - _width(text))


def table(plan: DraftPlan) -> str:
    """Return the draft plan as a table for a terminal."""
    head = [plan.title or plan.source.filename]
    facts = [f"{name}：{value}" for name, value in (
        (
            "发文单位", plan.issuer), (
                "文号", plan.document_number), ("日期", plan.issued_on), ("年度", plan.year),
    ) if value]
    head += ["　".join(facts)] if facts else []
    rows = [f"{_fit('序', 4)} {_fit('任务', 48)} {_fit('责任单位', 36)} {_fit('时限', 24)}"]
    for index, task in enumerate(plan.tasks, start=1):
        units = "、".join(f"{each.unit}({_ROLES[each.role]})" for each in task.assignments) or "—"
        time = task.deadline.notation if task.deadline.notation != "none" else "—"
        flag = " ⚠" if any(finding.severity != "info" for finding in task.findings) else ""
        rows.append(f"{_fit(str(index), 4)} {_fit(task.text, 48)} {_fit(units, 36)} {_fit(time, 24)}{flag}")
    doubts = [f"· {finding.message}" + (f"（{finding.ref}）" if finding.ref else "") for finding in (
        *plan.findings, *(finding for task in plan.tasks for finding in task.findings if finding.severity !=
            "info"),
    )]
    parts = ["\n".join(head), "\n".join(rows) if plan.tasks else "没有发现任务。"]
    return "\n\n".join([*parts, "\n".join(doubts)] if doubts else parts)


if __name__ == "__main__":
    sys.exit(main())
