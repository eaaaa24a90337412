"""What the office of the invented 青溪市 has on its desk: plans, a list of units, and files that cannot be read."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
THIS_YEAR = SAMPLES / "青溪市2026年政务公开工作要点.txt"
LAST_YEAR = SAMPLES / "青溪市2025年政务公开工作要点.html"
DIVISION = SAMPLES / "青溪市基层政务公开标准化重点任务分工表.docx"

# Two columns, as they come out of a spreadsheet.
UNIT_LIST = """石桥区政府\t县(市、区)
清河县政府\t县(市、区)
云岭县政府\t县(市、区)
市政府办公室\t市政府部门
市司法局\t市政府部门
市教育局\t市政府部门
市民政局\t市政府部门
市财政局\t市政府部门
市人力资源和社会保障局\t市政府部门
市水利局\t市政府部门"""
COUNTIES = ("石桥区政府", "清河县政府", "云岭县政府")
DEPARTMENTS = ("市司法局", "市教育局", "市民政局", "市水利局")

PASTED = """青溪市2026年下半年政务公开补充任务

为补齐短板,现提出以下任务。

一、查漏补缺

1.整理惠民补贴发放清单并在网上公布。(市财政局负责,完成时限:11月20日前)

2.公布小型水库安全责任人名单和联系电话。(市水利局牵头,市应急管理局配合,完成时限:10月底前)
"""

WITHOUT_TASKS = """青溪市图书馆国庆假期开放时间

国庆假期,市图书馆阅览区每天九时开门,十七时闭馆。自助还书机全天可用。

停车场入口在清溪路一侧,读者凭借书证免费停车两小时。

青溪市图书馆
2026年9月20日
"""

MEBIBYTE = 1024 * 1024


def _without_document() -> bytes:
    """A ZIP that calls itself .docx and holds no document."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("readme.txt", "no document here")
    return kept.getvalue()


# Name, bytes, and words of the sentence that refuses them.
UNREADABLE = (
    ("空白.txt", b"", "空"),
    ("断了一半.docx", _without_document()[:40], "打不开"),
    ("没有正文.docx", _without_document(), "没有导入"),
    ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(2000), "没有导入"),
    ("程序.exe", b"MZ" + bytes(2000), "没有导入"),
    ("太大.txt", "公开。".encode() * (21 * MEBIBYTE // 9), "太大"),
)

CORPUS = ROOT.parent / "shared" / "corpus"
