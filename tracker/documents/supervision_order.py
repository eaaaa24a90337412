"""A supervision order (督办单) on paper: number, colour as a bar and in words, matters, what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.documents import official_layout as layout
from tracker.documents.official import OfficialDocument
from tracker.domain.house_fields import Row, Value, Values
from tracker.domain.supervision import OrderColour

# Ground and ink of the bar: each pair stays readable, and prints dark or light in black and white.
_BARS = {
    OrderColour.BLUE: ("1F4E8C", "FFFFFF"),
    OrderColour.YELLOW: ("FFD23F", "000000"),
    OrderColour.RED: ("B3141C", "FFFFFF"),
}
_WIDTHS = (13.0, 48.0, 40.0, 55.0)
_SIGNED = (
    "签发人（签字）：　　　　　　　　　　承办单位签收（签字）：",
    "　　　　　年　　月　　日　　　　　　　　　　　年　　月　　日",
)


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """One row of the table."""

    title: str
    due: str
    reasons: str


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """All that the paper says."""

    number: str
    colour: OrderColour
    unit: str
    plan_title: str
    matters: tuple[PrintedMatter, ...]
    asked: str
    feedback: str
    """The day of 反馈 in words."""
    office: str
    sent: str
    """The day it was sent, in words."""
    settled: str
    """What became of it, where it is settled: 已撤回."""
    made_at: datetime

    @property
    def file_stem(self) -> str:
        return f"督办单{self.number}（{self.unit}）"


def values(paper: OrderPaper) -> Values:
    """What the fields of a template of the office's own say of an order."""
    texts: dict[str, Value] = {
        "编号": (paper.number,), "颜色": (paper.colour.label,), "承办单位": (paper.unit,),
        "文件": (paper.plan_title,), "办理要求": tuple(layout.pieces(paper.asked)),
        "反馈时限": (paper.feedback,), "办公室": (paper.office,), "发出日期": (paper.sent,),
        "办理结果": (f"（{paper.settled}）",) if paper.settled else (),
    }  # fmt: skip
    rows: list[Row] = [
        {
            "序号": (str(number),), "事项": (matter.title,), "时限": (matter.due,),
            "情况": tuple(layout.pieces(matter.reasons)),
        }
        for number, matter in enumerate(paper.matters, start=1)
    ]  # fmt: skip
    return Values(paper.file_stem, paper.made_at, texts, {"督办事项": rows})


def docx(paper: OrderPaper) -> bytes:
    """The order as a .docx, laid out as an official document."""
    document = OfficialDocument("督办单", made_at=paper.made_at)
    fill, ink = _BARS[paper.colour]
    document.bar(f"{paper.colour.label}督办　　{paper.number}", fill=fill, ink=ink)
    if paper.settled:
        document.note(f"（{paper.settled}）")
    document.addressee(f"{paper.unit}：")
    document.body(f"你单位承担的《{paper.plan_title}》有关工作没有按时完成，现予督办。")
    document.heading("一、督办事项")
    rows = [
        (str(number), matter.title, matter.due, matter.reasons)
        for number, matter in enumerate(paper.matters, start=1)
    ]
    document.close_table(("序号", "事项", "时限", "情况"), rows, widths_mm=_WIDTHS)
    document.heading("二、办理要求")
    for line in layout.pieces(paper.asked):
        document.body(line)
    document.heading("三、反馈时限")
    document.body(f"请于{paper.feedback}前将办理情况反馈至{paper.office}。")
    document.signature(paper.office, paper.sent)
    document.close_line("")
    for line in _SIGNED:
        document.close_line(line)
    return document.to_bytes()
