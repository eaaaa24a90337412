"""Packs of meetings whose units have more to say than a page holds."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.documents.meeting import Listed, Pack, UnitPage

NOW = datetime(2026, 9, 25, 1, 0, tzinfo=UTC)
TITLES = (
    ("逾期任务", "项"), ("近期到期任务", "项"), ("存在问题", "个"), ("待处理申请", "件"),
    ("次数落后", "项"), ("时限", "件"), ("未回复批示", "条"), ("未了议定事项", "件"),
)  # fmt: skip
LONG = "核对现行有效的行政规范性文件并集中公开，统一编号和格式，逐件注明施行日期和有效期。"


def page(name: str, items: int, *, told: bool = True) -> UnitPage:
    return UnitPage(
        name=name,
        reasons="；".join(f"{title}{items}{measure}" for title, measure in TITLES) * 2,
        since="上次例会以来：应报8期，按时7期，迟报1期，未报0期。",
        told=(("参会人员", "韩立"), ("汇报要点", LONG * 9), ("需协调的事", LONG * 9)) if told else (),
        lists=tuple(
            Listed(title, measure, tuple(f"{number}．{LONG}" for number in range(items)))
            for title, measure in TITLES
        ),
    )


def pack(*pages: UnitPage) -> Pack:
    return Pack(
        title="9月例会", plan_title="青溪市2026年政务公开工作要点", when="2026年9月25日（周五）15:00", place="三楼会议室",
        expected="分管领导、政务公开负责人", office="青溪市政务公开办", made_at=NOW, pages=pages,
    )  # fmt: skip
