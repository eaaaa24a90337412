"""Read the time phrases of a plan (完成时限): phrase → Deadline, with its reason.

Accepted forms, in a deadline cell, behind a label or (the stricter `find`) inside a sentence; full-width
figures, blanks and Chinese numerals (二〇二五年十二月) are read everywhere:

    2023年11月30日前 · 11月30日 · 2023-11-30 · 11月(份) · 11月底前 · 6月中旬 · 月底前      the last day on time
    第三季度 · 上半年 · 年中 · 2023年底 · 年内 · 到2025年 · “十四五”期末 · 明年3月底
    12月前 · 2025年前 · 第三季度前             literally before it begins; the other reading is kept: ask
    9月底前…,12月底前… · 上半年、下半年各1次     stages
    6月至9月 · 自2022年6月1日起至12月31日 · 全年 · 即日起至9月1日 · 2020年起     from … to …
    每季度 · 每周四 · 每季度末月20日前 · 一周一进度 · 按月更新 · 半年总结           rhythms
    印发后20个工作日内 · 自合同签订之日起30日内 · 半年内                          counted from an event
    长期推进 · 持续… · 常态化                  no end
    即收即办 · 定期 · 春节前后 · 空格           names no day: unstated, with the reason

"X日前" includes day X: offices count the day itself as on time. A year that is not printed is the plan's,
else that of the issue date. What names no task's deadline is left alone: terms of validity (有效期至), conditions
(对6月30日前取得…的), spans looked back on (近12个月内), starts, titles of cited documents. A day that does not
exist or lies long before the document is never guessed: it becomes a finding, and what may be meant goes
to `other_readings`.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeGuard

from importers import deadline_grammar as grammar
from importers.deadline_grammar import Count, Garbled, Mention, Point, Rhythm, Span, Stretch
from importers.findings import Finding
from importers.numerals import number, squeeze
from tracker.domain.deadline import (
    Deadline,
    EventRelative,
    Fixed,
    Precision,
    Ranged,
    Reading,
    Recurring,
    Stage,
    Staged,
    Standing,
    Unstated,
)

_LONG_AGO = timedelta(days=366)
"""A printed day this far before the document is taken for a slip or a citation, not for a deadline."""

_STANDING = re.compile(
    r"^(?:全年)?(?:并?(?:需|要|应|须))?(?:长期|持续|常年|常态|经常性|日常|不间断|贯穿|滚动|长效|一直|始终|随时|动态(?:更新|调整)?$|年度常态)"
    r"|(?:长期|持续|常态化)(?:推进|坚持|落实|开展|实施|执行|进行|更新|完善|优化|有效|工作|任务)?[。;]?$"
)
_VALIDITY = re.compile(
    r"(?:有效期限?|(?:政策)?(?:执行|实施|施行|试行|政策)(?:期限?|有效期))(?:限)?(?:[自从]|暂定|暂|为|至|到|截止|截至|延[长续]|延期|[:,])*$"
)
_TERM = re.compile(r"(?:有效期限?|(?:政策)?(?:执行|实施|施行|试行|政策)期限?)(?:暂定|暂|为|[:])*(\d{1,2}|[一二两三四五六七八九十]{1,2}|半)(年|个月)")
_LOOK_BACK = re.compile(r"(?:最近|近|过去|此前|前|上一?|连续|以往)$")
_LENGTH = re.compile(r"(?:控制在|不超过|不得超过|不多于|不少于|时[间长]|最长|最短|期限|免费|每次|累计|至少|超过|满|延长|延期)$")
_UNFULFILLED = re.compile(r"^(?:尚|仍|未|无法|没有|不能|不得|无|曾|已经?|还?不)")
_UNFULFILLED_BEFORE = re.compile(r"(?:未能?|不能|无法|没有|不得)(?:在|于)?$")
_ABOUT_WHOM = re.compile(r"^(?:[一二三四五六七八九十\d]+[.、)]|\([^()]*\))?(?:对于?|凡|针对|属于|符合)")
_PRIVATE = re.compile(r"(?:借款人|申请人|购房[人者]|纳税人|当事人|缴存(?:人|职工)|用人单位|受让人|竞买人|参保人|毕业生|持有人|投保人)(?:应|须|需|可|在|于|要|必须)")
_SOFT = re.compile(r"争取|力争|努力|原则上|尽量|尽可能|预计|计划")
_DONE = re.compile(
    r"^(?:[,、])?(?:要|应|须|需|将|力争|争取|确保|基本|全面|全部|初步|率先|完全|如期|按期|正式)*"
    r"(?:完成|建成|实现|达到?|启动|开工|竣工|投入|投用|投放|上线|印发|出台|制定|公布|发布|报送|上报|形成|落实|到位|召开|开展|组织|动工|完工|验收|交付|整改|结束|前完|建立|运行|开放|开园|做好|编制|推出|举办|取得|提交|提请|查漏|自查|总结|收官)"
)
_TOWARDS = re.compile(r"(?:到|至|于|在|截至|截止到?|截止于|力争|争取|确保|延[长续]到|期限到|时[间限]为?|时限[:])$")
_OWN_EVENT = re.compile(r"(?:印发|发布|公布|下发|出台|发文|施行|实施|生效|执行|通过)$|即日$|^发文")
_UP_TO = re.compile(r"(?:到|至|于|在|截至|截止到?)$")
_RANGE_LINK = re.compile(r"^(?:起|开始|当日|之日)?(?:执行|施行|实施)?,?(?:截?至|到|[-—–~～]+)$")
_EVENT_START = re.compile(r"(?:(?P<now>即日)起|[自从](?P<event>[^,。;自从]{0,40}?)(?:之日|当日|之时|日)?起)(?:执行|施行|实施)?,?(?:截?至|到)$")
_EVENT = re.compile(
    r"(?:[自从在于]|应于|应在|将于|要在|须在|需在|必须在|力争在|争取在)?"
    r"(?P<event>[^,。;:?!、自从]{1,40}?)(?P<link>(?:之日|当日|之时|次日|当年)?(?:起算?|后的?|之后的?|以后的?)|之日)(?:的|内)?(?:[第])?(?:力争|争取)?,?(?:在|于)?$"
)
_CONDITION_EVENT = re.compile(r"(?P<event>[^,。;:?!、]{2,24}?)(?:的|后),(?:[^,。;]{0,12}?)(?:应当?|须|要|需|将|必须|可)?(?:在|于)?$")
_SUBJECT_EVENT = re.compile(
    r"对[^,。;]{0,8}?新?(?P<act>出台|印发|制定|发布|公布|形成|受理|收到|产生|作出)的(?P<what>[^,。;]{2,20}),[^,。;]{0,16}?(?:在|于)?$"
)
_EVENT_HEAD = re.compile(r"^.*(?:应当|应|须|必须|需|要|将|可|并|人|者)?(?:在|于|自|从)(?=.)")
_TITLE = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|\[\d{4}\]|\(\d{4}[-—~至]\d{4}年?\)")
_BREAK = re.compile(r"[,。;:?!\n]")
_VAGUE = (
    (re.compile(r"即[收接到]即|第一时间|立即|即时|立行立改|马上|当场|随[到收]随"), "即时办理，没有可以记日子的期限"),
    (re.compile(r"定期|不定期|适时|及时|尽快|尽早|按需|视情|适当|根据.*(?:安排|要求|部署|进度)|按.{0,8}(?:要求|规定|时限|部署|进度|节点)"),
     "没有写明周期或日期"),
    (re.compile(r"年初|前后|左右|春节|国庆|元旦|五一|端午|中秋|召开前"), "只说了大概的时候，没有写明日期"),
)
_HAS_TIME = re.compile(r"[年月日天周季旬末底每按逐时期]|\d[-./]\d|礼拜")


@dataclass(frozen=True, slots=True)
class _Context:
    """What a reading needs to know from outside the phrase."""

    year: int
    month: int
    issued_on: date | None
    floor: date
    year_is: str
    strict: bool


@dataclass(frozen=True, slots=True)
class _Stage:
    """One stage found, with the words for its reason."""

    stage: Stage
    reason: str
    start: int
    end: int
    others: tuple[Reading, ...] = ()
    explicit_year: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A mention that must not be guessed."""

    code: str
    message: str
    others: tuple[Reading, ...]


def read(phrase: str, *, year: int | None, issued_on: date | None) -> tuple[Deadline, tuple[Finding, ...]]:
    """Read the phrase of a deadline cell or label.

    Args:
        phrase: as printed; any of the forms in this module's docstring.
        year: the plan's year (2023年工作要点), which fills in years that are not printed.
        issued_on: the document's date (成文日期); days before it are doubtful.

    Returns:
        The deadline with its reason, and a finding for each thing that a person must settle.

    """
    text, _ = squeeze(phrase)
    stages, doubts = _stages(text, _context(year, issued_on, strict=False))
    return _conclude(phrase, text, stages, doubts, strict=False)


def find(text: str, *, year: int | None, issued_on: date | None) -> Deadline:
    """The deadline that the sentences of a clause set; Unstated where they set none.

    Stricter than `read`: a sentence must set a last day (前, 底, 年内, 到2025年), a term from beginning to end,
    or a count from the issue of a document (印发后20个工作日内). Rhythms and quotas inside sentences
    are no deadline; see `quota_text` and `regime_text`.
    """
    squeezed, places = squeeze(text)
    if not _HAS_TIME.search(squeezed):
        return Deadline("", Unstated(), "条文没有写明完成时限")
    stages, doubts = _stages(squeezed, _context(year, issued_on, strict=True))
    if not stages and not doubts:
        return Deadline("", Unstated(), "条文没有写明完成时限")
    first = min((stage.start for stage in stages), default=0)
    last = max((stage.end for stage in stages), default=len(places))
    printed = text[places[first]:places[last - 1] + 1]
    return _conclude(printed, squeezed, stages, doubts, strict=True)[0]


def _context(year: int | None, issued_on: date | None, *, strict: bool) -> _Context:
    base = year or (issued_on.year if issued_on else 1)
    floor = issued_on or date(base, 1, 1)
    month = issued_on.month if issued_on else 0
    return _Context(base, month, issued_on, floor, "文件年份" if year else "成文年份", strict)


# --- from mentions to stages ---------------------------------------------------------------------------------


def _stages(text: str, context: _Context) -> tuple[list[_Stage], list[_Doubt]]:
    """Judge every mention where it stands."""
    masked = _TITLE.sub(lambda match: "□" * len(match[0]), text)
    found = list(grammar.mentions(masked))
    stages: list[_Stage] = []
    doubts: list[_Doubt] = []
    skip = -1
    for at, mention in enumerate(found):
        if at <= skip:
            continue
        following = found[at + 1] if at + 1 < len(found) else None
        if isinstance(mention, Point):
            if isinstance(following, Point) and _is_garbled_pair(mention, following):
                doubts.append(_garbled_pair(mention, following, context))
                skip = at + 1
                continue
            if isinstance(following, Point) and _RANGE_LINK.match(masked[mention.end:following.start]):
                made = _range(masked, mention, following, context)
                skip = at + 1
            else:
                made = _single(masked, mention, context)
        elif isinstance(mention, Stretch):
            made = _stretch(masked, mention, context)
        elif isinstance(mention, Rhythm):
            quiet = not mention.explicit and not all(_is_open(stage.stage) for stage in stages)
            made = None if context.strict or quiet else _rhythm(masked, mention)
            if made and isinstance(following, Count) and not _BREAK.search(masked[mention.end:following.start]):
                skip = at + 1  # 每季度结束后10日内 is one rhythm, not a rhythm and a count
        elif isinstance(mention, Count):
            made = _count(masked, mention, context)
        else:
            made = None if context.strict else _lost(mention, context)
        if isinstance(made, _Stage):
            made = _against_issue(made, mention, context)
        if isinstance(made, _Doubt):
            doubts.append(made)
        elif made:
            stages.append(made)
            if isinstance(mention, Point | Stretch) and (mention.year is not None or mention.shift is not None):
                last = following if skip > at and isinstance(following, Point) else mention
                context = replace(context, year=_year_of(last, context), year_is="前文年份")
            elif _is_open(made.stage):
                context = replace(context, year=made.stage.start.year)
    if any(isinstance(stage.stage, Recurring) for stage in stages):  # 自7月1日开始,每周四: the start is no stage
        stages = [stage for stage in stages if not _is_open(stage.stage)]
    return stages, doubts


def _is_open(stage: Stage) -> TypeGuard[Ranged]:
    """Whether only a start is printed (2020年起)."""
    return isinstance(stage, Ranged) and stage.end is None


def _against_issue(stage: _Stage, mention: Mention, context: _Context) -> _Stage | _Doubt:
    """A day before the document itself: keep it and ask; long before, or a bare date, do not even propose it."""
    last = stage.stage.day if isinstance(stage.stage, Fixed) else stage.stage.end if isinstance(stage.stage, Ranged) else None
    if last is None or last >= context.floor:
        return stage
    issued = "成文日期" if context.issued_on else "文件年份"
    bare = isinstance(mention, Point) and mention.boundary == "" and mention.grain == "day" and isinstance(stage.stage, Fixed)
    if stage.explicit_year and (context.floor - last > _LONG_AGO or bare):
        return _Doubt("deadline-before-issue", f"时限{_say(last)}早于{issued}，像是笔误或引用的日期，请核对原文后填写",
                      (stage.stage, *stage.others))
    return replace(stage, reason=f"{stage.reason}；{_say(last)}早于{issued}，请确认年份",
                   others=(*stage.others, Unstated()), certain=False)


def _year_of(mention: Point | Stretch, context: _Context) -> int:
    if mention.year is not None:
        return mention.year
    return context.year + (mention.shift or 0)


def _span(point: Point, context: _Context) -> Span | None:
    return point.span(_year_of(point, context), context.month)


def _single(text: str, point: Point, context: _Context) -> _Stage | _Doubt | None:
    """One point that is no end of a printed range."""
    before, after = text[:point.start], text[point.end:]
    segment = _BREAK.split(before)[-1]
    tail = _BREAK.split(after)[0]
    span = _span(point, context)
    if point.boundary in ("after", "around") or (point.grain == "year" and point.place == "start"):
        return None
    if _is_condition(segment, tail, context):
        return None
    if span is None:
        return _impossible(point, context)
    if opening := _EVENT_START.search(before):
        return _since_event(opening, point, span, context)
    if point.boundary == "from":
        return None if context.strict else _since(text, point, span, context)
    if _VALIDITY.search(segment):
        day = Fixed(span.last)
        return None if context.strict else _Doubt(
            "deadline-is-validity", f"“{_words(text, point)}”像是政策的有效期，请确认是不是任务的完成时限", (day,))
    if not _sets_day(segment, after, point, context):
        return None
    if point.place == "whole" and "全年" in text[point.start:point.end]:
        return None if context.strict else _Stage(
            Ranged(span.first, span.last), f"“全年”即{_say(span.first)}至{_say(span.last)}", point.start, point.end)
    if not context.strict and point.boundary in ("", "within") and re.search(r"[对]$", segment):
        return _Stage(Ranged(span.first, span.last), f"整段时间，到{_say(span.last)}为止", point.start, point.end)
    if point.grain == "plan" and point.place == "whole":
        return None if context.strict else _Stage(
            Ranged(span.first, span.last), f"五年规划期，{_say(span.first)}至{_say(span.last)}", point.start, point.end)
    soft = bool(_SOFT.search(segment[-12:]) or _SOFT.match(tail))
    return _fixed(text, point, span, context, soft=soft)


def _fixed(text: str, point: Point, span: Span, context: _Context, *, soft: bool) -> _Stage:
    words, where = _words(text, point), (point.start, point.end)
    precision: Precision = {"day": "day", "third": "day", "month": "month", "quarter": "quarter"}.get(  # type: ignore[assignment]
        point.grain, "year")
    notes = [] if point.year is not None else [f"未写年份，按{context.year_is}{span.last.year}年计"]
    if point.grain == "plan":
        notes = []
    explicit = point.year is not None
    if soft:
        notes.append("原文留有余地（争取、力争、原则上）")
    if point.boundary == "before" and point.grain != "day" and point.place == "" and span.first > date.min:
        literal = span.first - timedelta(days=1)
        notes.insert(0, f"“{words}”按字面是{_say(span.first)}之前，也可能是指{_say(span.last)}，请确认")
        return _Stage(Fixed(literal, precision, soft), "；".join(notes), *where,
                      (Fixed(span.last, precision, soft),), explicit, certain=False)
    if point.place in ("start", "middle") and point.grain == "third":
        name = "月初" if point.place == "start" else "月中"
        notes.insert(0, f"“{words}”没有写明日子，{name}按{_say(span.last)}计，请确认")
        others: tuple[Reading, ...] = (Fixed(span.last.replace(day=15), precision, soft),) if name == "月中" else ()
        return _Stage(Fixed(span.last, precision, soft), "；".join(notes), *where, others, explicit, certain=False)
    day = date(span.first.year, 6, 30) if point.grain == "year" and point.place == "middle" else span.last
    if point.month_shift is not None and point.boundary == "before" and point.grain == "day":
        notes.insert(0, f"“{words}”未写月份，暂按{_say(day)}，请确认")
        return _Stage(Fixed(day, precision, soft), "；".join(notes), *where, certain=False)
    notes.insert(0, f"“{words}”以{_say(day)}为最后一天" + ("（“前”含当日）" if point.boundary == "before" and point.grain == "day" else ""))
    return _Stage(Fixed(day, precision, soft), "；".join(notes), *where, (), explicit)


def _sets_day(segment: str, after: str, point: Point, context: _Context) -> bool:
    """Whether the point is a last day, not a year inside a name or the date of something past."""
    if point.boundary in ("before", "until"):
        return True
    done, ends = bool(_DONE.match(after)), re.match(r"$|[,。;)]", after) is not None
    if context.strict:
        if point.grain == "plan" or (point.grain == "year" and point.place == ""):
            return done and point.grain == "year"  # 到2025年,…达到90% is an aim of the policy, not a last day
        if point.grain == "day":
            return done
        return done or point.place == "whole" or (
            point.place == "end" and (ends or _TOWARDS.search(segment) is not None)
        ) or (point.grain in ("half", "third") and ends)
    if point.place in ("end", "whole") or point.boundary == "within":
        return True
    if point.grain == "year":
        return bool(_UP_TO.search(segment)) or done or (not segment and (ends or after.startswith("、")))
    return point.grain != "day" or not re.search(r"(?:发布|印发|日期|成文)[:]?$", segment)


def _acts(segment: str, after: str) -> bool:
    """Whether a span of days in a sentence is when something is to be done, not a condition or a term."""
    return bool(_DONE.match(after)) or (segment.endswith("(") and after.startswith(")"))


def _is_condition(segment: str, tail: str, context: _Context) -> bool:
    if _UNFULFILLED.match(tail) or _UNFULFILLED_BEFORE.search(segment):
        return True
    if not context.strict:
        return False
    return bool(_ABOUT_WHOM.match(segment) and "的" in tail) or bool(_PRIVATE.search(segment + "在"))


def _since_event(opening: re.Match[str], point: Point, span: Span, context: _Context) -> _Stage | None:
    """自印发之日起至…: from the document's own day, where it is known."""
    event = "即日" if opening["now"] else opening["event"]
    if context.strict:
        return None  # a measure that runs from its issue to a day states its term, not a task's deadline
    if _OWN_EVENT.search(event) and context.issued_on and context.issued_on <= span.last:
        return _Stage(Ranged(context.issued_on, span.last),
                      f"自“{event}”起，按成文日期{_say(context.issued_on)}计，至{_say(span.last)}", opening.start(), point.end,
                      explicit_year=point.year is not None)
    return _Stage(Fixed(span.last), f"自“{event}”起，至{_say(span.last)}为止", opening.start(), point.end,
                  explicit_year=point.year is not None)


def _since(text: str, point: Point, span: Span, context: _Context) -> _Stage:
    """自2024年7月起: a start; with a printed length (执行期限1年) also an end."""
    first, notes, certain = span.first, "", True
    others: tuple[Reading, ...] = ()
    if point.year is None and point.shift is None and first < context.floor and first.year < 9999:
        # 12月印发的文件写“从7月1日起”，说的是来年
        later = _safe_replace_year(first)
        others, certain, first = (Ranged(first, None),), False, later
        notes = "；按成文日期推到下一年，请确认"
    if term := _TERM.search(text, point.end):
        length = {"半": 6}.get(term[1]) or (int(term[1]) if term[1].isdigit() else number(term[1]) or 1)
        months = length if term[2] == "个月" or term[1] == "半" else length * 12
        last = _add_months(first, months)
        if last is not None:
            return _Stage(Ranged(first, last - timedelta(days=1)), f"自{_say(first)}起，期限{term[1]}{term[2]}{notes}",
                          point.start, term.end(), others, point.year is not None, certain)
    return _Stage(Ranged(first, None), f"自{_say(first)}起，没有写明结束的日子{notes}", point.start, point.end,
                  others, point.year is not None, certain)


def _range(text: str, first: Point, last: Point, context: _Context) -> _Stage | _Doubt | None:
    """From one point to another (自…至…)."""
    year = _year_of(first, context)
    start = first.span(year, context.month)
    end = last.span(year + (last.shift or 0) if last.year is None else last.year, context.month)
    if start is None:
        return _impossible(first, context)
    if end is None:
        return _impossible(last, context)
    final = end.last
    if final < start.first and last.year is None and last.shift is None and last.span(year + 1, context.month):
        following = last.span(year + 1, context.month)
        final = following.last if following else final
    if final < start.first:
        return _Doubt("deadline-reversed", f"“{text[first.start:last.end]}”的结束早于开始，请核对原文", (Fixed(final),))
    if context.strict and not _acts(_BREAK.split(text[:first.start])[-1], text[last.end:]):
        return None
    return _Stage(Ranged(start.first, final), f"起止时间，{_say(start.first)}至{_say(final)}", first.start, last.end,
                  explicit_year=first.year is not None)


def _stretch(text: str, stretch: Stretch, context: _Context) -> _Stage | _Doubt | None:
    year = _year_of(stretch, context)
    if context.strict and not _acts(_BREAK.split(text[:stretch.start])[-1], text[stretch.end:]):
        return None
    if stretch.boundary in ("after", "around"):
        return None
    first = Point(stretch.start, stretch.end, "month", ordinal=stretch.first_month).span(year, 1)
    final_year = year + 1 if stretch.last_month < stretch.first_month else year
    last = Point(stretch.start, stretch.end, "month", ordinal=stretch.last_month).span(final_year, 1)
    if first is None or last is None:
        return None
    return _Stage(Ranged(first.first, last.last), f"起止时间，{_say(first.first)}至{_say(last.last)}", stretch.start, stretch.end,
                  explicit_year=stretch.year is not None)


def _rhythm(text: str, rhythm: Rhythm) -> _Stage:
    name = _PERIOD_NAMES.get(rhythm.period, rhythm.period)
    return _Stage(Recurring(rhythm.period, rhythm.anchor), f"“{text[rhythm.start:rhythm.end]}”是周期性任务，{name}一次",
                  rhythm.start, rhythm.end)


_PERIOD_NAMES = {"P1D": "每天", "P1W": "每周", "P2W": "每两周", "P1M": "每月", "P2M": "每两个月", "P3M": "每季度",
                 "P6M": "每半年", "P1Y": "每年"}


def _count(text: str, count: Count, context: _Context) -> _Stage | None:
    """20个工作日内: a count that an event starts."""
    before, after = text[:count.start], text[count.end:]
    segment = _BREAK.split(before)[-1]
    if count.unit == "hours" or _LOOK_BACK.search(segment) or _LENGTH.search(segment) or _UNFULFILLED.match(after):
        return None
    event = event_before(before)
    if context.strict and not (event and _OWN_EVENT.search(event)):
        return None  # counts from the citizen's acts are clocks of the service, not the task's deadline
    name = {"workdays": "个工作日", "days": "天", "months": "个月", "years": "年"}[count.unit]
    start = f"“{event}”之后" if event else "起算的事由发生之后（原文没有写明从何时起算）"
    return _Stage(EventRelative(count.count, count.unit, event), f"{start}{count.count}{name}内",
                  max(0, count.start - len(event)), count.end)


def event_before(before: str) -> str:
    """The event whose count stands right behind `before`, such as 印发 in 自本意见印发之日起; empty if none."""
    tail = re.split(r"[。;:?!\n]", before)[-1][-60:]
    if match := _SUBJECT_EVENT.search(tail):
        return (match["what"] + match["act"]).replace("|", "")
    if match := _EVENT.search(tail):
        event = match["event"]
        head = _EVENT_HEAD.match(event)
        event = event[head.end():] if head and head.end() < len(event) else event
        event = re.sub(r"^(?:要|应|须|需|将|并|则|可)+", "", event) or event
    elif match := _CONDITION_EVENT.search(tail):
        event = re.sub(r"^(?:对|如|若|确?因(?:工作需要)?|凡|但)+", "", match["event"]) or match["event"]
    else:
        return ""
    event = re.split(r"[“\"(《]", event)[-1] or event  # 严格执行“主动公开文件印发实施后…”
    return event.replace("|", "").strip("”\"'》)□")


def _lost(lost: Garbled, context: _Context) -> _Doubt:
    point = Point(lost.start, lost.end, "day", ordinal=lost.month, day=lost.day)
    span = point.span(context.year, context.month)
    return _Doubt("deadline-garbled", f"时限里像是丢了“月”字，可能是{lost.month}月{lost.day}日，请核对原文",
                  (Fixed(span.last),) if span else ())


def _is_garbled_pair(first: Point, second: Point) -> bool:
    return (first.end == second.start and first.grain == "year" and first.place == "end" and first.boundary == ""
            and second.grain in ("month", "day") and second.year is None)


def _garbled_pair(first: Point, second: Point, context: _Context) -> _Doubt:
    year = _year_of(first, context)
    spans = [second.span(year, context.month), first.span(year, context.month)]
    return _Doubt("deadline-garbled", "时限前后不一致，看不出是哪一天，请核对原文后填写",
                  tuple(Fixed(span.last) for span in spans if span))


def _impossible(point: Point, context: _Context) -> _Doubt:
    whole = replace(point, grain="month", day=0).span(_year_of(point, context), context.month)
    others = (Fixed(whole.last),) if whole else ()
    return _Doubt("deadline-impossible-date", "时限写的日子日历上没有，请核对原文后填写", others)


# --- from stages to a deadline -------------------------------------------------------------------------------


def _conclude(
    phrase: str, text: str, stages: list[_Stage], doubts: list[_Doubt], *, strict: bool,
) -> tuple[Deadline, tuple[Finding, ...]]:
    findings = [Finding("warning", doubt.code, doubt.message, "deadline") for doubt in doubts]
    findings += [Finding("warning", "deadline-ambiguous", stage.reason, "deadline") for stage in stages if not stage.certain]
    others = tuple(reading for doubt in doubts for reading in doubt.others)
    certain = not doubts and all(stage.certain for stage in stages)
    if doubts and not stages:
        return Deadline(phrase, Unstated(), doubts[0].message, others, certain=False), tuple(findings)
    if not stages:
        return _without_day(phrase, text), ()
    unique = list({stage.stage: stage for stage in stages}.values())
    reason = "；".join(stage.reason for stage in unique) + "。"
    if len(unique) == 1:
        reading: Reading = unique[0].stage
        others = (*unique[0].others, *others)
    else:
        reading = Staged(tuple(stage.stage for stage in unique))
        if any(stage.others for stage in unique):
            swapped = tuple(_as_stage(stage.others[0]) if stage.others else stage.stage for stage in unique)
            others = (Staged(tuple(part for part in swapped if part is not None)), *others)
    if not strict and isinstance(reading, Fixed) and re.search(r"长期|持续|常态", text):
        others, certain = (*others, Standing()), certain
        reason += "此后持续推进。"
    return Deadline(phrase, reading, reason, others, certain), tuple(findings)


def _as_stage(reading: Reading) -> Stage | None:
    return None if isinstance(reading, Staged | Standing | Unstated) else reading


def _without_day(phrase: str, text: str) -> Deadline:
    """A phrase that names no day: no end, at once, or nothing."""
    if _STANDING.search(text):
        return Deadline(phrase, Standing(), "原文是长期、持续的要求，没有结束的日子。")
    for pattern, why in _VAGUE:
        if pattern.search(text):
            return Deadline(phrase, Unstated(), f"{why}。")
    return Deadline(phrase, Unstated(), "没有写明时限。" if text else "原文没有填写时限。")


def _say(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _words(text: str, point: Point) -> str:
    return text[point.start:point.end]


def _safe_replace_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 2月29日
        return day.replace(year=day.year + 1, day=28)


def _add_months(day: date, months: int) -> date | None:
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    if not 1 <= year <= 9999:
        return None
    last = Point(0, 0, "month", ordinal=month + 1).span(year, 1)
    return date(year, month + 1, min(day.day, last.last.day)) if last else None


def _main() -> None:
    """Lines PHRASE, TAB, ISSUE-DATE-OR-YEAR in; one JSON object a line out."""
    for line in sys.stdin:
        phrase, _, when = line.rstrip("\n").partition("\t")
        digits = re.match(r"(\d{4})(?:-(\d{2})-(\d{2}))?", when)
        issued_on = date.fromisoformat(digits[0]) if digits and digits[2] else None
        year = int(digits[1]) if digits and issued_on is None else None
        deadline, _ = read(phrase, year=year, issued_on=issued_on)
        sys.stdout.write(json.dumps({
            "notation": deadline.notation,
            "other_readings": [reading.notation for reading in deadline.other_readings],
            "certain": deadline.certain,
            "reason": deadline.reason,
        }, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _main()
