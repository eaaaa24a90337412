"""What reading a file did: a whole plan, a refusal with one sentence, or a failure.

A plan is whole when its segments cover every non-blank character exactly once, its tasks and segments lie in
the text, and its JSON gives the same plan again. Everything else would reach a person as a part of a document
that looks like the whole of it (半份导入).
"""

from __future__ import annotations

import traceback
from typing import Literal

from importers.draft import DraftPlan, from_json
from importers.reading import read_bytes
from tracker.domain.errors import UnreadableFile

Verdict = Literal["read", "refused", "partial", "crash"]


def judge(data: bytes, filename: str) -> tuple[Verdict, str]:
    """Read a file in this process; the answer says what became of it, and of a failure where it happened."""
    try:
        plan = read_bytes(data, filename, 2026)
    except UnreadableFile as refused:
        said = refused.message
        return ("refused", said) if said.endswith("。") and "\n" not in said else ("crash", f"不成句：{said}")
    except MemoryError:
        return "refused", "内存不够"  # The child answers these two with sentences of its own.
    except RecursionError:
        return "refused", "嵌套过深"
    except Exception:  # noqa: BLE001 - whatever escapes a reader is what the drill looks for
        return "crash", "；".join(traceback.format_exc().strip().splitlines()[-5:])
    wrong = fault_of(plan)
    return ("partial", wrong) if wrong else ("read", f"{len(plan.tasks)} 项任务")


def fault_of(plan: DraftPlan) -> str:
    """Say why a plan is not the whole of its document; nothing where it is."""
    seen = bytearray(len(plan.text))
    for segment in plan.segments:
        if not 0 <= segment.start < segment.end <= len(plan.text):
            return f"段落越界：{segment.start}–{segment.end}"
        if segment.task is not None and not 0 <= segment.task < len(plan.tasks):
            return f"段落指向没有的任务：{segment.task}"
        if any(seen[segment.start:segment.end]):
            return f"重复归属：{segment.start}–{segment.end}"
        seen[segment.start:segment.end] = b"\1" * (segment.end - segment.start)
    lost = next((at for at, ch in enumerate(plan.text) if not seen[at] and not ch.isspace()), None)
    if lost is not None:
        return f"没有归属：{plan.text[lost:lost + 20]!r}"
    for number, task in enumerate(plan.tasks, start=1):
        inside = all(0 <= start < end <= len(plan.text) for start, end in task.source.spans)
        if not task.text.strip() or not inside:
            return f"第 {number} 项任务不在原文里"
    try:
        same = from_json(plan.to_json().encode().decode()) == plan
    except ValueError:
        same = False
    return "" if same else "写成 JSON 后读不回来"
