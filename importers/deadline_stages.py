"""Judge each mention of time in a text: a stage of the deadline, a doubt, or nothing to do with it.

Points and spans are judged in `deadline_points`. Here are the rhythms (每季度), the counts from an event
(20个工作日内) without those that look back (近12个月内) or are mere lengths (控制在3个月以内), and what must
not be guessed.
"""

from __future__ import annotations

import re
from datetime import timedelta

from importers import deadline_feasts as feasts
from importers import deadline_grammar as grammar
from importers.deadline_conditions import UNFULFILLED, is_applicants
from importers.deadline_events import event_before, is_own
from importers.deadline_points import (
    BREAK,
    Context,
    Doubt,
    Found,
    around,
    between,
    is_open,
    say,
    single,
    stretch_of,
    year_of,
)
from importers.deadline_words import Count, Feast, Garbled, Mention, Point, Rhythm, Stretch
from tracker.domain.deadline import EventRelative, Fixed, Ranged, Recurring, Unstated

_LONG_AGO = timedelta(days=366)
"""A printed day this far before the document is taken for a slip, not for a deadline."""
_LONG_AGO_IN_SENTENCE = timedelta(days=60)
"""Sentences also cite and describe what is past; a first stage may well lie days before the issue."""
_FIRST_YEAR = 1900
_TITLE = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|\[\d{4}\]|\(\d{4}[-—~至]\d{4}年?\)")
_OPENS = re.compile(r"[《〔\[(]")
_LOOK_BACK = re.compile(r"(?:最近|近|过去|此前|前|上一?|连续|以往)$")
_LENGTH = re.compile(
    r"(?:控制在|不超过|不得超过|不多于|不少于|时[间长]|最长|最短|期限|免费|每次|累计|至少|超过|满"
    r"|延长|延期)$"
)
_RANGE_LINK = re.compile(r"(?:起|开始|当日|之日)?(?:执行|施行|实施)?,?(?:截?至|到|[-—–~～]+)")
_AND = re.compile(r"[、和及的]?")
_LISTED = ("、", "和", "及")
_PERIOD_NAMES = {
    "P1D": "每天", "P1W": "每周", "P2W": "每两周", "P1M": "每月", "P2M": "每两个月", "P3M": "每季度",
    "P6M": "每半年", "P1Y": "每年",
}


def stages_in(text: str, context: Context) -> tuple[list[Found], list[Doubt]]:
    """The stages that a squeezed text sets, in order, and the mentions that a person must settle."""
    masked = _TITLE.sub(lambda match: "□" * len(match[0]), text) if _OPENS.search(text) else text
    mentions = feasts.with_feasts(masked, list(grammar.mentions(masked)))
    if context.strict and len(mentions) > 1:
        mentions = _with_shared_ends(masked, mentions)
    found: list[Found] = []
    doubts: list[Doubt] = []
    skip = -1
    for at, mention in enumerate(mentions):
        if at <= skip:
            continue
        following = mentions[at + 1] if at + 1 < len(mentions) else None
        made, used = _judge(masked, mention, following, found, context)
        skip = at + used
        if isinstance(made, Found):
            made = _without_year(made) or _against_issue(made, mention, context)
        if isinstance(made, Doubt):
            last = following if used and following else mention
            doubts.append(made._replace(start=mention.start, end=last.end))
        elif made:
            found.append(made)
            if skip + 1 < len(mentions):
                context = _with_year(mention, following if used else None, made, context)
    # 自7月1日开始,每周四: the start is no stage
    if len(found) > 1 and any(isinstance(one.stage, Recurring) for one in found):
        found = [one for one in found if not is_open(one.stage)]
    return found, doubts


def _with_shared_ends(text: str, mentions: list[Mention]) -> list[Mention]:
    """3月、6月、9月底前 ends each of the months that it lists."""
    for at in range(len(mentions) - 2, -1, -1):
        first, second = mentions[at], mentions[at + 1]
        if isinstance(first, Point) and isinstance(second, Point) \
                and first.grain == second.grain != "year" and first.boundary == first.place == "" \
                and second.boundary in ("before", "until") and text[first.end:second.start] in _LISTED:
            mentions[at] = first._replace(boundary=second.boundary, place=second.place)
    return mentions


def _judge(
    text: str, mention: Mention, following: Mention | None, before: list[Found], context: Context,
) -> tuple[Found | Doubt | None, int]:
    """What a mention means, and how many of the next mentions that used up."""
    if isinstance(mention, Point):
        if before and (again := _same_rhythm(text, mention, before[-1], context)):
            if mention.start == before[-1].end:
                before.pop()
            return again, 0
        if isinstance(following, Point):
            if _is_garbled_pair(mention, following):
                return _garbled_pair(mention, following, context), 1
            if _RANGE_LINK.fullmatch(text[mention.end:following.start]):
                return between(text, mention, following, context), 1
        if isinstance(following, Feast) and _RANGE_LINK.fullmatch(text[mention.end:following.start]):
            made = feasts.due(text, following, before, context)
            if isinstance(made, Found):
                made = between(text, mention, feasts.until(following, context), context)
            return made, 1
        return single(text, mention, context), 0
    if isinstance(mention, Feast):
        return feasts.due(text, mention, before, context), 0
    if isinstance(mention, Stretch):
        return stretch_of(text, mention, context), 0
    if isinstance(mention, Rhythm):
        quiet = not mention.explicit and not all(is_open(one.stage) for one in before)
        if context.strict or quiet:
            return None, 0
        # 每季度结束后10日内 is one rhythm, not a rhythm and a count
        absorbs = isinstance(following, Count) and not BREAK.search(text[mention.end:following.start])
        return _rhythm(text, mention), int(absorbs)
    if isinstance(mention, Count):
        return _count(text, mention, context), 0
    return (None if context.strict else _lost(mention, context)), 0


def _with_year(mention: Mention, last: Mention | None, made: Found, context: Context) -> Context:
    """A printed year holds for the days after it."""
    if is_open(made.stage):
        return context._replace(year=made.stage.start.year, year_is="前文年份")
    if isinstance(mention, Feast) and mention.year is not None:
        return context._replace(year=mention.year, year_is="前文年份")
    if isinstance(mention, Point | Stretch) and (mention.year is not None or mention.shift is not None):
        named = last if isinstance(last, Point) else mention
        return context._replace(year=year_of(named, context), year_is="前文年份")
    return context


def _without_year(found: Found) -> Doubt | None:
    """A day whose year nothing in the document tells (see `context_for`) is no day that can be kept."""
    stage = found.stage
    first = stage.day if isinstance(stage, Fixed) else stage.start if isinstance(stage, Ranged) else None
    if first is None or first.year >= _FIRST_YEAR:
        return None
    return Doubt("deadline-no-year", "时限没有写年份，文件里也读不出年份，请填写完成的日子")


def _against_issue(found: Found, mention: Mention, context: Context) -> Found | Doubt:
    """A day before the document: keep it and ask; long before, or a bare date, do not even propose it."""
    stage = found.stage
    last = stage.day if isinstance(stage, Fixed) else stage.end if isinstance(stage, Ranged) else None
    if last is None or last >= context.floor:
        return found
    issued = "成文日期" if context.issued_on else "文件年份"
    bare = isinstance(mention, Point) and mention.boundary == "" and mention.grain == "day"
    long_ago = context.floor - last > (_LONG_AGO_IN_SENTENCE if context.strict else _LONG_AGO)
    if found.explicit_year and (long_ago or (bare and isinstance(stage, Fixed))):
        why = f"时限{say(last)}早于{issued}，像是笔误或引用的日期，请核对原文后填写"
        return Doubt("deadline-before-issue", why, (stage, *found.others))
    return found._replace(reason=f"{found.reason}；{say(last)}早于{issued}，请确认年份",
                          others=(*found.others, Unstated()), certain=False)


# --- rhythms and counts -----------------------------------------------------------------------------


def _rhythm(text: str, rhythm: Rhythm) -> Found:
    name = _PERIOD_NAMES.get(rhythm.period, rhythm.period)
    return Found(Recurring(rhythm.period, rhythm.anchor),
                 f"“{text[rhythm.start:rhythm.end]}”是周期性任务，{name}一次", rhythm.start, rhythm.end)


def _same_rhythm(text: str, point: Point, last: Found, context: Context) -> Found | None:
    """9月底前 in 每年3月底、9月底前 comes every year too."""
    if not (isinstance(last.stage, Recurring) and last.stage.period == "P1Y" and point.year is None):
        return None
    span = point.span(context.year, context.month)
    if span is None or not _AND.fullmatch(text[last.end:point.start]):
        return None
    day = "end" if point.grain != "day" else str(span.last.day)
    return Found(Recurring("P1Y", f"m{span.last.month}-{day}"),
                 f"“{text[point.start:point.end]}”也是每年一次", point.start, point.end)


def _count(text: str, count: Count, context: Context) -> Found | None:
    """20个工作日内: a count that an event starts."""
    before, after = around(text, count)
    segment = BREAK.split(before)[-1]
    unit = count.unit
    if unit == "hours" or _LOOK_BACK.search(segment) or _LENGTH.search(segment) or UNFULFILLED.match(after):
        return None
    event = event_before(before)
    if context.strict and (not is_own(event) or is_applicants(after)):
        return None  # counts from the citizen's acts are clocks of the service, not the task's deadline
    name = {"workdays": "个工作日", "days": "天", "months": "个月", "years": "年"}[unit]
    start = f"“{event}”之后" if event else "起算的事由发生之后（原文没有写明从何时起算）"
    said = before.rfind(event) if event else -1
    return Found(EventRelative(count.count, unit, event), f"{start}{count.count}{name}内",
                 count.start - (len(before) - said if said >= 0 else 0), count.end)


# --- what must not be guessed -------------------------------------------------------------------------


def _lost(lost: Garbled, context: Context) -> Doubt:
    point = Point(lost.start, lost.end, "day", ordinal=lost.month, day=lost.day)
    span = point.span(context.year, context.month)
    return Doubt("deadline-garbled", f"时限里像是丢了“月”字，可能是{lost.month}月{lost.day}日，请核对原文",
                 (Fixed(span.last),) if span else ())


def _is_garbled_pair(first: Point, second: Point) -> bool:
    """2022年底11月前 says two things at once."""
    ends_year = first.grain == "year" and first.place == "end" and first.boundary == ""
    names_month = second.grain in ("month", "day") and second.year is None
    return ends_year and names_month and first.end == second.start


def _garbled_pair(first: Point, second: Point, context: Context) -> Doubt:
    year = year_of(first, context)
    spans = [second.span(year, context.month), first.span(year, context.month)]
    return Doubt("deadline-garbled", "时限前后不一致，看不出是哪一天，请核对原文后填写",
                 tuple(Fixed(span.last) for span in spans if span))
