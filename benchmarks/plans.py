"""Large plans of 青溪市 as .xlsx, .docx and HTML, the same rows in each, made here from a fixed seed.

A row has what a plan's row has: a serial number, its section (one merged cell over several rows), a task of
30 to 80 characters, the units with their roles, a deadline. Every task is another text. In 5,000 rows about
four of five unit phrases and one of nine deadlines stand only once; in real plans of a hundred rows it is
four of five and two of five.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice

import docx
import openpyxl
from openpyxl.styles import Alignment, Border, Side

HEADER = ("序号", "重点领域", "工作任务", "责任单位", "完成时限")
TITLE = "青溪市2026年政务公开工作任务分解表"
_AREAS = (
    "规划", "财政", "教育", "就业", "社保", "养老", "医疗", "住房", "征地", "环保", "应急", "食品",
    "交通", "水务", "农业", "科技", "文旅", "体育", "市场监管", "统计", "审计", "国资", "金融", "民政",
    "退役军人",
)
_ACTS = (
    "及时公开{area}领域{thing}的申请条件、办理流程和兑现结果，推动{aim}",
    "梳理{area}类{thing}目录，逐项编制办事指南并在专栏集中展示，确保{aim}",
    "完善{area}领域{thing}发布审核制度，落实三审三校要求，做到{aim}",
    "围绕{area}方面群众关心的{thing}，制作图解、问答等解读产品，实现{aim}",
    "建立{area}领域{thing}动态更新台账，对失效内容作出标注，保证{aim}",
    "规范{area}系统{thing}的公开属性认定，健全会商机制，促进{aim}",
    "在政务服务大厅设立{area}类{thing}查阅点，配备专人引导，方便{aim}",
)
_THINGS = (
    "惠企政策", "补助资金", "行政许可事项", "重大项目", "规范性文件", "招生信息", "救助标准", "采购公告",
    "执法结果", "监测数据", "抽检情况", "公共服务事项", "预决算", "权责清单", "办事指南", "建议提案答复",
    "风险提示", "信用评价",
)
_AIMS = (
    "政策直达快享", "内容完整、更新及时", "数据同源、口径一致", "群众看得懂、用得上", "办事少跑腿",
    "底数清、责任明", "公开事项应公开尽公开", "存量问题年内清零", "线上线下同标准",
)
_PLACES = (
    "东湖区", "西山区", "南屏县", "北塘县", "临江镇", "云台镇", "白鹭镇", "石桥街道", "青山街道",
    "柳河乡", "高新区", "经开区",
)
_OFFICES = (
    "市政府办公室", "市发展改革委", "市教育局", "市科技局", "市工业和信息化局", "市公安局", "市民政局",
    "市司法局", "市财政局", "市人力资源社会保障局", "市自然资源和规划局", "市生态环境局",
    "市住房城乡建设局", "市交通运输局", "市水利局", "市农业农村局", "市商务局", "市文化和旅游局",
    "市卫生健康委", "市退役军人局", "市应急局", "市审计局", "市市场监管局", "市统计局", "市医保局",
    "市国资委", "市行政审批局", "市大数据局", "市城市管理局", "市税务局", "人民银行青溪市分行",
    "青溪海关", "市信访局", "市公共资源交易中心", "市融媒体中心", "市档案馆",
)
_GROUPS = (
    "各县（市、区）政府", "市直有关部门", "各乡镇人民政府、街道办事处", "市政府各部门",
)
_LASTING = (
    "长期坚持", "持续推进", "每季度末", "每月25日前", "每半年", "全年", "2026年底前", "2026年上半年",
    "2026年第三季度",
)
_LINE = Side(style="thin")
_BORDER, _WRAP = Border(_LINE, _LINE, _LINE, _LINE), Alignment(vertical="center", wrap_text=True)
_COVER = "为做好2026年政务公开工作，结合我市实际，现将任务分解如下。"


@dataclass(frozen=True)
class Row:
    """One row; `section` is the merged cell that holds for `rows` rows, empty where it was said above."""

    serial: str
    section: str
    rows: int
    task: str
    units: str
    deadline: str

    @property
    def cells(self) -> tuple[str, ...]:
        return self.serial, self.section, self.task, self.units, self.deadline


def rows(count: int) -> list[Row]:
    """The first `count` rows of the plan."""
    return list(islice(_rows(count), count))


def _rows(count: int) -> Iterator[Row]:
    dice = random.Random(2026)
    number = 0
    while number < count:
        height = min(dice.randint(2, 9), count - number)
        area = dice.choice(_AREAS)
        for place in range(height):
            number += 1
            yield Row(str(number), "" if place else f"推进{area}领域信息公开", 0 if place else height,
                      _task(dice, area, number), _units(dice), _deadline(dice))


def _task(dice: random.Random, area: str, number: int) -> str:
    text = dice.choice(_ACTS).format(area=area, thing=dice.choice(_THINGS), aim=dice.choice(_AIMS))
    text += f"，其中{dice.choice(_PLACES)}先行试点{number % 997 + 2}个栏目"
    return text + dice.choice(("。", "。", f"，全年开展评估不少于{dice.randint(2, 6)}次。"))


def _units(dice: random.Random) -> str:
    named = dice.sample(_OFFICES, dice.randint(2, 5))
    manner = dice.random()
    if manner < 0.5:
        return f"{named[0]}牵头，{'、'.join(named[1:])}配合"
    if manner < 0.75:
        return f"牵头单位：{named[0]}\n配合单位：{'、'.join([*named[1:], dice.choice(_GROUPS)])}"
    if manner < 0.9:
        return "、".join(named[:3])
    return f"{dice.choice(_GROUPS)}按职责分工负责" if manner < 0.95 else named[0]


def _deadline(dice: random.Random) -> str:
    month, manner = dice.randint(3, 12), dice.random()
    if manner < 0.4:
        return f"2026年{month}月{'底' if dice.random() < 0.7 else ''}前"
    if manner < 0.7:
        return f"2026年{month}月{dice.randint(1, 28)}日前"
    if manner < 0.8:
        return f"{month}月底前完成初稿，{min(12, month + dice.randint(0, 2))}月{dice.randint(1, 28)}日前印发"
    return dice.choice(_LASTING)


def workbook(count: int) -> bytes:
    """An .xlsx with borders around its cells, as offices make it; above the rows the title and the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    sheet.merge_cells("A1:E1")
    sheet.append(list(HEADER))
    for at, row in enumerate(rows(count), start=3):
        sheet.append([int(row.serial), *(text or None for text in row.cells[1:])])
        for cell in sheet[at]:
            cell.border, cell.alignment = _BORDER, _WRAP
        if row.rows > 1:
            sheet.merge_cells(start_row=at, end_row=at + row.rows - 1, start_column=2, end_column=2)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def word(count: int) -> bytes:
    """A .docx with one table, its XML as python-docx writes it."""
    stream = io.BytesIO()
    docx.Document().save(stream)
    lines = ["".join(_word_cell(text) for text in HEADER)]
    height = 0
    for row in rows(count):
        height = row.rows or height
        merge = "" if height < 2 else '<w:vMerge w:val="restart"/>' if row.rows else "<w:vMerge/>"
        lines.append("".join(_word_cell(text, merge if at == 1 else "") for at, text in enumerate(row.cells)))
    body = "".join(f"<w:tr>{line}</w:tr>" for line in lines)
    paragraphs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (TITLE, _COVER))
    widths = '<w:gridCol w:w="1700"/>' * len(HEADER)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"{paragraphs}<w:tbl><w:tblPr/><w:tblGrid>{widths}</w:tblGrid>{body}</w:tbl><w:sectPr/></w:body></w:document>"
    )
    return _with_document(stream.getvalue(), document.encode())


def _word_cell(text: str, merge: str = "") -> str:
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="1700"/>{merge}</w:tcPr>{lines}</w:tc>'


def _with_document(data: bytes, document: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, document if name == "word/document.xml" else old.read(name))
    return stream.getvalue()


def page(count: int) -> bytes:
    """A web page with one table, as a portal saves it."""
    body = ["<tr>" + "".join(f"<th>{text}</th>" for text in HEADER) + "</tr>"]
    for row in rows(count):
        cells = []
        for at, text in enumerate(row.cells):
            if at == 1 and not row.rows:
                continue
            span = f' rowspan="{row.rows}"' if at == 1 and row.rows > 1 else ""
            cells.append(f"<td{span}><p>{escape(text).replace(chr(10), '<br/>')}</p></td>")
        body.append("<tr>" + "".join(cells) + "</tr>")
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}</title></head><body>'
        f"<h1>{TITLE}</h1><p>{_COVER}</p><table border=1>\n" + "\n".join(body) + "\n</table></body></html>"
    ).encode()
