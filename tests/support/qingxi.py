"""A draft plan about the invented 青溪市, written as the importer would write it (draft-plan.schema.json).

`draft_plan(parts)` joins parts into a text and gives each its segment, so that a test shows its document and
the offsets follow from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TITLE = "青溪市2026年政务公开工作要点"


@dataclass(frozen=True)
class Other:
    """A paragraph that is no task."""

    kind: str
    text: str


@dataclass(frozen=True)
class Item:
    """A paragraph that is a task; `units` holds (role, name), `deadline` the notation."""

    text: str
    units: Sequence[tuple[str, str]] = ()
    units_text: str = ""
    phrase: str = ""
    deadline: str = "none"
    reason: str = ""
    others: Sequence[str] = ()
    certain: bool = True
    findings: Sequence[dict[str, Any]] = field(default=())
    number: str | None = None
    heading: str = "一、主动公开"


PARTS: tuple[Other | Item, ...] = (
    Other("title", TITLE),
    Other("metadata", "青政公开办〔2026〕3号"),
    Other("preamble", "为做好今年的政务公开工作，制定本要点。"),
    Other("heading", "一、主动公开"),
    Item(
        "对现行有效的行政规范性文件逐件核对，集中放到专栏。统一编号和格式。",
        [("lead", "市司法局"), ("support", "市政府各部门")],
        units_text="市司法局牵头，市政府各部门配合",
        phrase="11月底前",
        deadline="date:2026-11-30",
        reason="“11月底前”按2026年11月最后一天计。",
        number="1",
    ),
    Item(
        "建立政策问答库，归并热线、大厅、网站的高频问题。",
        [("responsible", "市营商局"), ("responsible", "市人社局")],
        units_text="市营商局、市人社局按职责分工负责",
        phrase="12月前",
        deadline="date:2026-11-30",
        reason="“12月前”按字面是12月1日之前。",
        others=["date:2026-12-31"],
        certain=False,
        findings=[
            {
                "severity": "warning",
                "code": "deadline-ambiguous",
                "field": "deadline",
                "message": "“12月前”有两种读法，请选定。",
                "ref": "第6段",
            }
        ],
        number="2",
    ),
    Item(
        "每季度公开重点项目进展。",
        [("responsible", "各县(市、区)政府"), ("responsible", "市发展改革委")],
        units_text="各县(市、区)政府、市发展改革委",
        phrase="每季度",
        deadline="recurring:P3M",
        reason="“每季度”在每季度最后一天前。",
        number="3",
        heading="二、平台建设",
    ),
    Other("safeguard", "各单位要加强组织领导，落实专人负责。"),
    Other("signature", "青溪市政务公开领导小组办公室"),
)


def draft_plan(
    parts: Sequence[Other | Item] = PARTS,
    *,
    title: str = TITLE,
    year: int | None = 2026,
    register: Sequence[str] = (),
    findings: Sequence[dict[str, Any]] = (),
    filename: str = "工作要点.docx",
    issued_on: str | None = "2026-03-18",
) -> dict[str, Any]:
    """The JSON of a draft plan with these parts, one a line."""
    text = ""
    segments: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    for line, part in enumerate(parts, start=1):
        start = len(text)
        if isinstance(part, Other):
            text += part.text
            segments.append({"start": start, "end": len(text), "kind": part.kind, "task": None})
        else:
            text = _add_item(part, text, segments, tasks, line)
        text += "\n"
    return {
        "source": {
            "filename": filename,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "format": "docx",
        },
        "title": title,
        "issuer": "青溪市政务公开领导小组办公室",
        "document_number": "青政公开办〔2026〕3号",
        "issued_on": issued_on,
        "year": year,
        "basis": [],
        "text": text,
        "segments": segments,
        "tasks": tasks,
        "regime": None,
        "unit_register": list(register),
        "findings": list(findings),
    }


def _add_item(
    item: Item, text: str, segments: list[dict[str, Any]], tasks: list[dict[str, Any]], line: int
) -> str:
    place = len(tasks)
    spans = []
    for kind, piece in (
        ("task", f"{item.number}．" if item.number else ""),
        ("task", item.text),
        ("units", item.units_text),
        ("deadline", item.phrase),
    ):
        if piece:
            segments.append({"start": len(text), "end": len(text) + len(piece), "kind": kind, "task": place})
            if piece == item.text:
                spans.append([len(text), len(text) + len(piece)])
            text += piece
    tasks.append(
        {
            "number": item.number,
            "headings": [item.heading],
            "text": item.text,
            "units_text": item.units_text or None,
            "assignments": [
                {"unit": name, "role": role, "collective": "各" in name} for role, name in item.units
            ],
            "qualifier": None,
            "deadline_text": item.phrase or None,
            "deadline": {
                "notation": item.deadline,
                "reason": item.reason or "原文没有写明时限。",
                "other_readings": list(item.others),
                "certain": item.certain,
            },
            "quotas": [],
            "clocks": [],
            "findings": list(item.findings),
            "source": {"ref": f"第{line}段", "spans": spans},
        }
    )
    return text


class MemoryFiles:
    """Keeps uploads in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest

    def read(self, sha256: str) -> bytes:
        return self.kept[sha256]
