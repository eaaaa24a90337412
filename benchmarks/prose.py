"""Importing a plan against merely reading the file.

The text is made here: a plan as a prefecture's office writes it, ninety tasks on twenty thousand
bytes, with responsible units and a deadline in brackets after each clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import importers
from benchmarks.measure import Line, milliseconds

TASKS = 90
SECTIONS = (
    "围绕优化营商环境深化公开",
    "围绕保障改善民生深化公开",
    "围绕规范权力运行深化公开",
    "强化工作指导监督",
)
MATTERS = (
    "及时公开惠企政策的申请条件、办理流程和兑现结果，推动政策直达快享。对新出台的政策，要在5个工作日内上传平台",
    "加强就业、教育、医疗、养老等领域信息公开，做到内容完整、更新及时。全年开展主题活动不少于4次",
    "严格执行规范性文件集中公开制度，按季度更新，保持现行有效文件库的准确性",
    "做好政策解读工作，解读材料与政策文件同步起草、同步审签、同步发布，丰富图解、问答等形式",
    "规范政府信息公开申请办理，健全会商机制，依法在规定期限内答复，降低被纠错率",
    "加强政府网站和政务新媒体日常监测，对错别字、无法访问的链接等问题立行立改",
)
# As many as make every clause another one: a clause that is printed twice is read once.
FIELDS = (
    "规划", "财政", "教育", "就业", "社保", "养老", "医疗", "住房", "征地", "环保", "应急", "食品", "交通",
)  # fmt: skip
UNITS = (
    "各县（市、区）政府、市发展改革委负责落实",
    "市教育局牵头，市财政局、市人力资源社会保障局配合",
    "市政府各部门按职责分工负责落实",
    "市政府办公室、市司法局负责落实",
)
DEADLINES = ("2026年6月底前", "2026年11月", "2026年12月15日前", "长期坚持", "每季度末", "2026年9月30日前")


def plan_text() -> str:
    """The plan of 青溪市."""
    return "\n\n".join(_paragraphs()) + "\n"


def _paragraphs() -> Iterator[str]:
    yield "青溪市2026年政务公开工作要点"
    yield "为做好2026年政务公开工作，结合我市实际，制定本要点。"
    numerals = "一二三四"
    each = -(-TASKS // len(SECTIONS))
    parts = islice(zip(cycle(FIELDS), cycle(MATTERS), cycle(UNITS), cycle(DEADLINES), strict=False), TASKS)
    for number, (area, matter, units, deadline) in enumerate(parts):
        section, place = divmod(number, each)
        if place == 0:
            yield f"{numerals[section]}、{SECTIONS[section]}"
        yield f"{place + 1}.在{area}领域，{matter}。（{units}，完成时限：{deadline}）"


def lines() -> Iterator[Line]:
    """A text plan in this process and in the child process that the server uses."""
    data = plan_text().encode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "要点.txt"
        path.write_bytes(data)
        bare = milliseconds(lambda: path.read_text(encoding="utf-8").splitlines())
        here = milliseconds(lambda: importers.read_bytes(path.read_bytes(), path.name))
        apart = milliseconds(lambda: importers.read_safely(path.read_bytes(), path.name), times=5)
    found = len(importers.read_bytes(data, "要点.txt").tasks)
    size = len(data) / 1024
    yield Line(f"只读文件（{size:.0f} KB）", bare, "毫秒")
    yield Line(f"导入，读出 {found} 项任务", here, "毫秒", target=1000, ratio=here / bare)
    yield Line("导入，在独立进程里（网页所用）", apart, "毫秒", target=1000, ratio=apart / bare)
