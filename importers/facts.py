"""Facts of the document as a whole (公文要素): title, issuer, number, date, basis, year, attached unit list.

Also whether it is a report of what was done (总结、年度报告) or the notice of an event (会议、培训、征集意见)
rather than a plan: neither gives a task.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from importers import furniture
from importers.clause import list_of_units
from importers.outline import Outline
from importers.source import Span

_NUMBER = re.compile(r"[一-鿿]{1,12}\s*[〔\[［【]\s*20\d\d\s*[〕\]］】]\s*\d{1,4}\s*号")
_ISSUER_BEFORE = re.compile(r"^.*(?:人民政府|政府|办公室|办公厅|委员会)(?=[一-鿿]{2,}[〔\[［【])")
_CITED = re.compile(r"《([^《》]{4,120}(?:〈[^〉]*〉[^《》]{0,60})?)》")
_PUBLISHED = re.compile(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")
_YEAR = re.compile(r"(20\d\d)\s*年(?!\d)")
_YEARS = re.compile(r"[(（]\s*(20\d\d)\s*[年]?\s*[-—－–~至]")
_CITED_YEAR = re.compile(r"[〔\[【(（](20\d\d)[〕\]】)）]\s*\d{1,4}\s*号")
_ANY_YEAR = re.compile(r"(20\d\d)\s*(?:年|[.]\d)")
_BEGINS = re.compile(
    r"(?:[自从，,。；;(（]|^)\s*(20\d\d)年\d{1,2}月(?:\d{1,2}日)?\s*(?:起|至|—|-|~|－|以后|之后|后)")
_ENDS = re.compile(r"(?:至|到|止|截至|[-—~－])[^。；;,，]{0,4}$")
_DUE = re.compile(r"(?:时限|期限|节点|完成|办结|整改|截止).{0,8}[:：]")
_BARE_TITLE = 6
_FEW = 6
"""Of a dozen joint issuers a list of plans needs the first."""
_REPORT_TITLE = re.compile(
    r"(?:年度报告|工作报告|工作总结|总结报告|情况(?:的)?(?:报告|通报|汇报|总结|说明)|工作综述|成效|纪实|"
    r"年报|工作回顾)(?:[(（].*[)）])?$"
)
_EVENT_TITLE = re.compile(
    r"关于(?:召开|举办|举行|组织参加|参加|(?:公开|面向社会)?(?:征集|征求)|调整|表彰|公示|组织收看|延期|邀请)"
    r"|(?:邀请函|会议通知|招聘公告|征集公告|(?<!通知)公示)$",
)
_EXPLAINS = re.compile(
    r"[^。；;]{0,12}《[^《》]{4,80}》[^。；;《》]{0,10}(?:解读(?:[(（].{1,10}[)）])?|答记者问|问答|一图读懂)"
    r"|(?:一图(?:读懂|看懂|了解)|图解|(?:政策|文件)?解读)[:：|丨]?《?[^。；;]{6,80}"
)
"""《青溪市政务公开实施方案》政策解读: what a plan means, told beside it."""
_REGULATION_TITLE = re.compile(
    r"(?:办法|规定|条例|细则|章程|制度|规则|规程|准则|守则)(?:[(（〔].{1,12}[)）〕])?$"
)
_ENACTS = re.compile(r"制定本(?:办法|规定|条例|细则|章程|制度|规则|规程|准则|守则)")
_PLAN_WORD = re.compile(r"任务|方案|要点|分工|计划|清单|措施|行动|意见(?:》|稿)|台账")
_DONE = re.compile(
    r"(?:累计|共计|共|已|先后|目前|截至|同比|较上年|今年以来|近年来|去年以来|全年)[^。；]{0,30}?(?:\d|完成|"
    r"公开|发布|开展|办理|建成|实现|设置|推送|举办|印发|出台)|"
    r"位居|名列|得到.{0,12}(?:肯定|表彰|好评)|答复率|取得.{0,10}(?:成效|进展|成绩)|\d+(?:余)?(?:条|件|次|"
    r"场|篇|份|期|人次|家)[,，。；]",
)
_DONE_HINTS = (
    re.compile(r"累计|共|已|先后|目前|截至|同比|较上年|今年以来|近年来|去年以来|全年|位居|名列|得到|答复率|取得"),
    re.compile(r"\d余?(?:条|件|次|场|篇|份|期|人次|家)[,，。；]"),
)
"""Counted first, and several times as fast: none of `_DONE` is without one of these."""
_TO_DO = re.compile(
    r"要(?!求)|应当(?!求)|应(?!求)|须(?!求)|必须(?!求)|需(?!求)|责任单位|牵头|完成时限|底前|争取|力争|确保|不得|鼓励|支持"
)
_ARTICLES = 3
_UNIT_LIST = re.compile(r"(?:单位|部门|成员|机构|名称)名单|单位名录|单位一览")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document says about itself."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    earliest: date | None
    year: int | None
    year_guessed: bool
    basis: tuple[str, ...]
    unit_register: tuple[str, ...]
    register_spans: tuple[Span, ...]
    title_spans: tuple[Span, ...]
    report: bool
    event: bool
    regulation: bool


def read(text: str, outline: Outline, titles: list[tuple[str, Span]], year: int | None) -> Facts:
    """Gather the facts; `titles` are the candidates outside running text (rows above a table, h1)."""
    issued, earliest = _issued_on(text, outline)
    title, spans = _title(text, outline, titles)
    register, register_spans = _register(text, outline)
    first_line = title or ""
    stated = year or _year(first_line) or (earliest.year if earliest else None)
    found_year = stated or _likely_year(text)
    return Facts(
        title=title,
        issuer=_issuer(text, outline, title),
        document_number=_document_number(text, outline),
        issued_on=issued,
        earliest=issued or earliest,
        year=found_year,
        year_guessed=stated is None and found_year is not None,
        basis=_basis(text, title),
        unit_register=register,
        register_spans=register_spans,
        title_spans=spans,
        report=_is_report(text, title),
        event=bool(title and _EVENT_TITLE.search(title) and not _PLAN_WORD.search(title))
        or _explains(text, outline),
        regulation=_is_regulation(text, outline, title),
    )


def _title(
    text: str, outline: Outline, titles: list[tuple[str, Span]],
) -> tuple[str | None, tuple[Span, ...]]:
    """The plan's own title: the last one before the clauses that is no covering notice (关于印发…的通知).

    Titles of what is attached behind the clauses (办理细则, 申请表) are not the plan's.
    """
    found = [(line.span.of(text), line.span) for line, kind in outline.kinds if kind == "title"]
    first = min((root.line.span.start for root in outline.roots), default=len(text))
    attached = min((line.span.start for line, kind in outline.kinds
                    if kind == "attachment" and line.span.start > first), default=len(text))
    whole = [each for each in found if each[1].start < attached or len(each[0].strip()) > _BARE_TITLE]
    found = [each for each in found if each[1].start < attached] or whole
    found = _joined(text, found)
    found += [(re.sub(
        r"\s+", "", title), span) for title, span in titles if furniture.looks_like_title(title)]
    if not found:
        return None, ()
    own = [each for each in found if not re.search(r"(?:印发|转发).*通知$", each[0])]
    strong = [each for each in own if re.search(
        r"要点|方案|意见|计划|措施|分工|分解|任务|清单|规定|办法|举措|项目|政策", each[0])]
    chosen = (strong or own or found)[-1] if titles == [] or strong or own else found[-1]
    return re.sub(r"\s+", "", chosen[0]).strip("《》"), tuple(span for _, span in found)


def _joined(text: str, found: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """A title over two lines stands on consecutive lines of which the first is no title by itself."""
    joined: list[tuple[str, Span]] = []
    for title, span in found:
        before = text[:span.start].rstrip()
        line = before[before.rfind("\n") + 1:]
        between = text[len(before):span.start]
        heads = re.search(r"关于|《", line) and not re.search(r"[。；:：,，]", line) and len(line) <= 40
        if heads and not furniture.looks_like_title(line.strip()) and between.count("\n") <= 2:
            joined.append((line.strip() + title, Span(len(before) - len(line), span.end)))
        else:
            joined.append((title, span))
    return joined


def _issued_on(text: str, outline: Outline) -> tuple[date | None, date | None]:
    """The date under the document; else the page's. A line that only names a month gives no day."""
    months: list[date] = []
    for line, kind in outline.kinds:
        if kind == "signature" and (dated := furniture.day_of(line.span.of(text))):
            if not dated.whole_month:
                return dated.day, dated.day
            months.append(dated.day)
    for line, kind in outline.kinds:
        if kind in {"metadata", "navigation"} and (match := _PUBLISHED.search(line.span.of(text))):
            try:
                return (day := date(*(int(part) for part in match.groups()))), day
            except ValueError:
                continue
    for line in outline.loose[:12]:
        content = line.span.of(text)
        if len(content) <= 40 and not _DUE.search(content) and (match := re.search(_PUBLISHED.pattern +
            r"(?:日)?(?:\s+\d{1,2}:\d{2})?\s*$", content)):
            try:
                return (day := date(*(int(part) for part in match.groups()))), day
            except ValueError:
                continue
    return None, (months[0] if months else None)


def _year(title: str) -> int | None:
    match = _YEARS.search(title) or _YEAR.search(title)
    return int(match.group(1)) if match else None


def _likely_year(text: str) -> int | None:
    """The year of a document that states none: when its measures begin, else the year that it speaks of.

    It is not older than what it cites (〔2023〕8号); ends of terms (有效期至2026年) count less. Little better
    than a guess, so whoever asks is told that it is one.
    """
    head = text[:20_000]
    cited = max(map(int, _CITED_YEAR.findall(head)), default=0)
    if begins := [year for year in map(int, _BEGINS.findall(head)) if year >= cited]:
        return max(Counter(begins).items(), key=lambda each: (each[1], each[0]))[0]
    said: Counter[int] = Counter()
    for match in _ANY_YEAR.finditer(head):
        ends = _ENDS.search(head, max(0, match.start() - 12), match.start())
        said[int(match.group(1))] += 2 if ends else 5
    later = {year: count for year, count in said.items() if year >= cited}
    return max(later, key=lambda year: (later[year], -year)) if later else None


def _issuer(text: str, outline: Outline, title: str | None) -> str | None:
    signed = _signed(text, outline)
    if signed:
        names = list(dict.fromkeys(signed))
        return "、".join(names) if len(names) <= _FEW else "、".join(names[:_FEW]) + "等"
    if title and (match := re.match(r"(.{2,30}?(?:政府|办公室|委员会|局|厅|部|院))(?:办公室)?关于", title)):
        return match.group(1)
    for line, _ in outline.kinds:
        match = re.search(
            r"(?:发布机构|发文机关|发文单位|发布单位|来源)\s*[:：]\s*([^\s]{2,40})", line.span.of(text))
        if match:
            return match.group(1)
    return None


def _signed(text: str, outline: Outline) -> list[str]:
    """The names under the document: those with the date below them, before a name that only stands alone.

    A portal prints its own name above a forwarded document, and it looks like a signature.
    """
    groups: list[tuple[list[str], Span]] = []
    dated = ""
    for line, kind in outline.kinds:
        content = re.sub(r"\s+", "", line.span.of(text))
        if kind != "signature":
            continue
        if re.search(r"\d|年", content):
            if groups and not text[groups[-1][1].end:line.span.start].strip():
                dated = dated or "、".join(groups[-1][0])
            continue
        if groups and not text[groups[-1][1].end:line.span.start].strip():
            names, span = groups[-1]
            groups[-1] = ([*names, *_issuers(content)], Span(span.start, line.span.end))
        else:
            groups.append((_issuers(content), line.span))
    named = [names for names, _ in groups if names]
    return next((names for names in named if "、".join(names) == dated), named[0] if named else [])


def _issuers(line: str) -> list[str]:
    """The issuers of a signature line; several stand there without a mark (青溪市司法局青溪市财政局)."""
    place = re.match(r"[一-鿿]{1,6}?(?:[省州县区盟旗]|市(?!场))", line)
    if place is None:
        return [line]
    again = re.compile(rf"(?<=[局厅委办室会府院])(?={place.group()}|中共{place.group()})")
    return [name for name in again.split(line) if name]


def _document_number(text: str, outline: Outline) -> str | None:
    for line, kind in outline.kinds:
        if kind == "metadata" and (match := _NUMBER.search(line.span.of(text))):
            number = re.sub(r"\s+", "", match.group())
            return _ISSUER_BEFORE.sub("", number) or number
    return None


def _basis(text: str, title: str | None) -> tuple[str, ...]:
    """The upper-level documents that the preamble cites (根据…、为贯彻落实…)."""
    found: list[str] = []
    for sentence in re.split(r"[。\n]", text[:6000]):
        if re.search(r"根据|依据|按照|落实|贯彻|遵照", sentence):
            found += [match for match in _CITED.findall(sentence) if re.sub(r"\s+", "", match) != title]
    return tuple(dict.fromkeys(re.sub(r"\s+", "", each) for each in found))[:20]


def _register(text: str, outline: Outline) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """The units of an attached list (市级有关单位名单)."""
    for index, line in enumerate(outline.loose):
        if not _UNIT_LIST.search(line.span.of(text)) or line.span.end - line.span.start > 40:
            continue
        names: list[str] = []
        spans = [line.span]
        for following in outline.loose[index + 1:]:
            content = following.span.of(text)
            if not names and "、" not in content and len(content) > 30:
                break
            names += list_of_units(content)
            spans.append(following.span)
            if content.endswith("。"):
                break
        if len(names) >= 3:
            return tuple(names), tuple(spans)
    return (), ()


def _explains(text: str, outline: Outline) -> bool:
    """Whether the first line says that the text explains a plan (政策解读) and is not the plan itself."""
    above = [line.span for line in outline.loose] + [root.line.span for root in outline.roots]
    above += [line.span for line, kind in outline.kinds if kind in ("title", "addressee")]
    return bool(above) and _EXPLAINS.fullmatch(min(above).of(text).strip()) is not None


def _is_regulation(text: str, outline: Outline, title: str | None) -> bool:
    """Standing rules in articles (管理办法): what an office does at all times, not what is to be done."""
    articles = [node for node in outline.nodes() if node.line.mark and node.line.mark.style == "article"]
    if len(articles) < _ARTICLES or len(articles) * 2 < sum(1 for _ in outline.nodes()):
        return False
    named = title is not None and _REGULATION_TITLE.search(title) is not None
    return named or _ENACTS.search(text[articles[0].line.span.start:articles[0].end()]) is not None


def _is_report(text: str, title: str | None) -> bool:
    """A report counts what was done; a plan says who shall do what."""
    if title and _REPORT_TITLE.search(title) and not re.search(
        r"分工|分解|任务|方案|要点|计划|公开工作安排", title):
        return True
    several = max(7, 2 * len(_TO_DO.findall(text)))
    return sum(len(hint.findall(text)) for hint in _DONE_HINTS) > several \
        and len(_DONE.findall(text)) > several
