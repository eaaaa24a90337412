"""What stands around the clauses: page navigation, document data, signatures, attachments (页面与公文要素).

A web page brings 首页 > 政务公开 and 扫一扫在手机打开当前页; a document brings its number, its addressees,
the issuer and the date under the text. None of it is a clause, all of it stays in the text with its kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from importers.label_words import LABEL
from importers.looks import UNIT_LABEL, looks_like_units
from importers.marks import Line, number_of
from importers.source import Span

Kind = Literal["", "navigation", "metadata", "signature", "title", "addressee", "attachment"]

_NAVIGATION = re.compile(
    r"^(?:[|>»•·\s]*)(?:无障碍|进入关怀|关怀模式|长者|您?(?:现在)?(?:所在的?|的)?位置|当前位置|"
    r"首页(?:\s*[>»/|]|$)|打印|关闭(?:窗口)?$|【(?:打印|关闭|字体|大|纠错)|"
    r"【?字体|字号|分享(?:到)?[:：]?$|扫一扫|上一[篇条]|下一[篇条]|返回(?:顶部)?|收藏|网站地图|版权所有|"
    r".{0,6}ICP备|网站标识码|.?公网安备|您访问的链接|Baidu$|map$|责任编辑|相关(?:附件|链接|文档|解读)|"
    r"附件下载|浏览(?:次数|量)|点击(?:量|数|率)|阅读(?:次数|量)?[:：]|"
    r"智能问答|微信扫|Copyright|技术支持|联系我们|设为首页|加入收藏|保护视力色|\[?(?:大|中|小)\s+(?:中|大|"
    r"小)|搜索$|登录|注册$|繁體|English$|手机版)",
    re.IGNORECASE,
)
_ORGANISER = re.compile(r"主办(?:单位)?[:：].*(?:政府|办公室|局)$")
"""The foot of a page says once who keeps the site; a plan names 主办单位 under clause after clause."""
_METADATA = re.compile(
    r"^(?:[|•·\s]*)(?:(?:发布|发文|成文|生成|印发|公开|制发)(?:日期|时间|机构|机关|单位|字号)|索\s*引\s*号|"
    r"文\s*号|主题(?:分类|词)|信息(?:来源|分类|类别|索引)|来源\s*[:：]|有\s*效\s*性|"
    r"公开(?:方式|类别|形式|范围|属性)|(?:文件|信息)名称|统一编号|失效日期|时\s*效|作者\s*[:：]|"
    r"[(（【]?此件(?:主动|依申请|不予)?公开)|"
    r"^[(（]?(?:主动公开|公开发布)[)）]?$|"
    r"^[(（]?(?:计量|金额|货币)?单位\s*[:：]\s*(?:人民币)?[百千万亿]{0,2}(?:元|人|人次|户|件|个|项|家|亩|公顷|公里|吨|平方米|%)"
    r"(?:、[百千万亿]{0,2}(?:元|人|户|件|个|项|家|亩|%))*[)）]?$",
)
"""单位:万元 tells how a table counts, not who does the work."""
_AROUND = re.compile(
    r"^(?:抄\s*送|抄\s*报|主\s*送|分\s*送|出\s*席|列\s*席|请\s*假|缺\s*席|记\s*录|主\s*持|参\s*会)(?:人员?|单位|领导)?\s*[:：]",
)
"""Who gets a copy, who was there."""
_DOCUMENT_NUMBER = re.compile(
    r"^[(（]?[一-鿿]{1,14}\s*[〔\[［【(（]\s*20\d\d\s*[〕\]］】)）]\s*\d{1,4}\s*号[)）]?$",
)
_ISSUED_WITH = re.compile(r"^[(（][^()（）]{0,40}[〔\[［【]\s*20\d\d\s*[〕\]］】]\s*\d{1,4}\s*号.{0,8}[)）]$")
"""(2023年1月30日青溪市人民政府青政规〔2023〕1号文发布)"""
_PAGE_NUMBER = re.compile(
    r"^(?:[-—－–_·\s]*\d{1,4}[-—－–_·\s]*|第\s*\d+\s*页(?:[,，]?\s*共\s*\d+\s*页)?|\d{1,3}\s*/\s*\d{1,3})$"
)
_GLUED_PAGE = re.compile(r"(?<![\d年月日第])[-—–－一_]\s*(?P<page>\d{1,3})\s*[-—–－一_]\s*$")
_PAGE_BEHIND = re.compile(r"[-—–－一_]\s*\d{1,3}\s*[-—–－一_]\s*(?:\n|$)")
_DATE = re.compile(r"^[(（]?\s*(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?\s*[)）]?$")
_CHINESE_DATE = re.compile(
    r"^([二〇○零一三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$"
)
_MONTH_DATE = re.compile(r"^[(（]\s*(20\d\d)年(\d{1,2})月\s*[)）]$")
_ISSUER = re.compile(
    r"^[一-鿿、\s]{2,60}(?:政府|办公室|委员会|局|厅|部|院|领导小组|小组办公室|中心|办公厅|办|联席会议|公司|"
    r"政府办)(?:[(（].{1,8}[)）])?$",
)
_LABELLED = re.compile(UNIT_LABEL)
_ADDRESSEE = re.compile(r"^(?!.*。).{0,3}(?:各|市|省|县|区|机关|局属|直属|有关|相关).{1,220}[:：]$")
_TITLE = re.compile(
    r"(?:通知|要点|方案|意见|计划|措施|办法|规定|细则|分工表?|分解表|任务表|清单|责任分解|台账|任务书|行动|"
    r"安排|规划|进展|情况|总结|报告|表|举措|政策|批复|公告|函)"
    r"(?:[(（〔].{1,24}[)）〕])?$",
)
# 任务 ends headings too (2020年任务); with a place and a year before it, it is a document's name.
_PLACE_AND_YEAR = re.compile(r"[一-鿿]{1,12}(?:省|市|州|县|区|旗|镇|乡)20\d\d年.{2,40}任务$")
_ATTACHMENT = re.compile(r"^附\s*(?:件|表|录)\s*[:：]?\s*[\d一二三四五六]*\s*(?:[:：.、].*)?$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that a line states, and whether the line only names a month."""

    day: date
    whole_month: bool = False


def day_of(text: str) -> Dated | None:
    """Read a line that is nothing but a date."""
    try:
        if match := _DATE.match(text):
            return Dated(date(*(int(part) for part in match.groups())))
        if match := _CHINESE_DATE.match(re.sub(r"\s", "", text)):
            digits = (
                ""
            ).join(str("零一二三四五六七八九".find("零" if ch in "〇○" else ch)) for ch in match.group(1))
            return Dated(date(int(digits), number_of(match.group(2)), number_of(match.group(3))))
        if match := _MONTH_DATE.match(text):
            return Dated(date(int(match.group(1)), int(match.group(2)), 1), whole_month=True)
    except ValueError:
        return None
    return None


def looks_like_title(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    return 4 <= len(bare) <= 90 and not re.search(
        r"[。；;！!？?]", bare) and not re.search(r"[:：,，]$", bare) \
        and bool(_TITLE.search(bare.rstrip("》”")) or _PLACE_AND_YEAR.match(bare))


def without_page_numbers(text: str, lines: list[Line | None]) -> tuple[list[Line | None], list[Line]]:
    """Cut page numbers off the ends of lines (…自动生成电-14-), and return them as lines of their own.

    Only where several such numbers rise through the document; one alone may be anything.
    """
    found: list[tuple[int, int, int]] = []
    for index, line in enumerate(lines):
        match = _GLUED_PAGE.search(text[line.span.start:line.span.end]) if line is not None else None
        if line is not None and match and match.start():
            page = int(match["page"])
            if not found or page > found[-1][2]:
                found.append((index, line.span.start + match.start(), page))
    if len(found) < 2:
        return lines, []
    cut, pages = list(lines), []
    for index, start, _ in found:
        line = lines[index]
        if line is None:
            continue
        end = line.span.start + len(text[line.span.start:start].rstrip())
        cut[index] = replace(line, span=Span(line.span.start, end))
        pages.append(Line(Span(start, line.span.end), line.ref, None))
    return cut, pages


def page_number_at(text: str, position: int) -> bool:
    """Whether a page number was glued to the line that ends here."""
    return _PAGE_BEHIND.match(text, position) is not None


def tells_organisers(text: str, lines: list[Line | None]) -> bool:
    """Whether 主办单位：… stands on more lines than the foot of a page, and so names the units of clauses."""
    return text.count("主办") > 1 and sum(
        line is not None and _ORGANISER.match(line.span.of(text)) is not None for line in lines
    ) > 1


_LONGEST_LIST = 60


def lists_a_unit(text: str, lines: Sequence[Line | None], index: int) -> bool:
    """Whether a line that looks like an issuer is a name of a list with its label above: 责任单位:⏎市财政局.

    Right below its label a name is one, whatever it looks like. After other names it is one where the plan
    goes on behind it; at the end, below the last of them, the issuer stands.
    """
    first = index - 1
    while first >= max(0, index - _LONGEST_LIST) and (above := lines[first]) is not None \
            and _only_names(text, above):
        first -= 1
    above = lines[first] if first >= 0 else None
    label = LABEL.match(text, above.body.start, above.span.end) if above is not None else None
    if above is None or label is None or not label["unit"]:
        return False
    alone = label.end() == above.span.end
    if alone and first == index - 1:
        return True
    if not alone and not looks_like_units(text[label.end():above.span.end]):
        return False
    last = index + 1
    while last < min(len(lines), index + _LONGEST_LIST) and (below := lines[last]) is not None \
            and _only_names(text, below):
        last += 1
    below = lines[last] if last < len(lines) else None
    if below is None or day_of(below.span.of(text)):
        return alone and below is None
    return alone or below.mark is not None or LABEL.match(text, below.span.start, below.span.end) is not None


def _only_names(text: str, line: Line) -> bool:
    return line.mark is None and looks_like_units(line.span.of(text)) and not LABEL.match(text, *line.span)


def kind_of(text: str, line: Line, *, before_clauses: bool, organisers: bool = False) -> Kind:
    """Say what a line is when it is no clause; an empty answer means that it may be one.

    Args:
        text: the document.
        line: the line.
        before_clauses: whether no numbered clause has come yet.
        organisers: whether 主办单位 names the units of clauses here (`tells_organisers`).

    """
    content = line.span.of(text)
    if not organisers and _ORGANISER.match(content):
        return "navigation"
    if line.hint == "navigation" or _PAGE_NUMBER.match(content):
        return "navigation"
    if (len(content) <= 120 and _METADATA.match(content)) or _AROUND.match(content):
        return "metadata"
    if len(content) <= 160 and _NAVIGATION.match(content):
        return "navigation"
    if _DOCUMENT_NUMBER.match(content) or (before_clauses and _ISSUED_WITH.match(content)):
        return "metadata"
    if day_of(content):
        return "signature"
    if _ATTACHMENT.match(content) and len(content) <= 60:
        return "attachment"
    if line.mark is None and len(content) <= 60 and _ISSUER.match(content) and "、" not in content \
            and not _LABELLED.match(content):
        return "signature"
    if before_clauses and line.mark is None:
        if _ADDRESSEE.match(content):
            return "addressee"
        if line.hint == "title" or looks_like_title(content):
            return "title"
    return ""
