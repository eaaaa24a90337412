"""What a point in the calendar, or the way from one to another, means where it stands in a text.

Nothing to do with a deadline are conditions (对6月30日前取得…的, 未能在7月前开盘的), starts, years inside
names and the duties of citizens (借款人应于…前); see `deadline_conditions`. In a sentence (`strict`) aims
(到2025年,…达到90%) and the terms of a policy are left aside as well.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeGuard

from importers import deadline_conditions as conditions
from importers.deadline_events import is_own
from importers.deadline_words import Mention, Point, Span, Stretch, last_day
from importers.numerals import number
from tracker.domain.deadline import Fixed, Precision, Ranged, Reading, Stage

BREAK = re.compile(r"[,。;:?!\n]")
_NEAR = 400
"""No sentence says further away what a day means; a window keeps long pages as cheap as short ones."""
_VALIDITY = re.compile(
    r"(?:有效期限?|(?:政策)?(?:执行|实施|施行|试行|政策)(?:期限?|有效期)|^期)限?"
    r"(?:[自从]|暂定|暂|为|至|到|截止|截至|延[长续]|延期|[:,])*$"
)
_TERM = re.compile(
    r"(?:有效期限?|(?:政策)?(?:执行|实施|施行|试行|政策)期限?)(?:暂定|暂|为|[:])*"
    r"(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,2}|半)(?P<unit>年|个月)"
)
_OF_A_THING = re.compile(r"[^,。;]{1,6}的")
_SOFT = re.compile(r"争取|力争|努力|原则上|尽量|尽可能|预计|计划")
_ACTS = (
    r"完成|建成|实现|达到?|启动|开工|竣工|投入|投用|投放|上线|印发|出台|制定|公布|发布|报送|上报|形成|落实|到位|召开"
    r"|开展|组织|动工|完工|兑现|下达|(?:新增|新开工|开建)(?=[^,。;的]{0,24}\d)|验收|交付|整改|结束|建立|运行|开放|开园|做好|编制|推出|举办|取得|提交|提请|查漏|自查|总结|收官"
)
_DONE = re.compile(
    r"[,、]?(?:要|应|须|需|将|力争|争取|确保|基本|全面|全部|初步|率先|完全|如期|按期|正式)*"
    rf"(?:{_ACTS})"
)
_MEASURED = re.compile(r"[^,。;的]{1,30}?(?:达到|不低于|不少于|控制在|压减至|降至|降到|完成)")
_COMPARED = re.compile(r"(?:较|比|同|按|截至|截止)[^,。;]{0,6}$")
_UP_TO = re.compile(r"(?:到|至|于|在|截至|截止到?)$")
_TOWARDS = re.compile(
    r"(?:到|至|于|在|截至|截止到?|截止于|力争|争取|确保|延[长续]到|期限到|时[间限]为?|时限[:])$"
)
_SINCE_EVENT = re.compile(
    r"(?:(?P<now>即日)起|[自从](?P<event>[^,。;自从]{0,40}?)(?:(?:之日|当日|之时|日)?起|之日|当日))"
    r"(?:执行|施行|实施)?,?(?:截?至|到)$"
)
_STAGE_NAME = 16
_CLOSED = re.compile(r"$|[,。;)]")


class Context(NamedTuple):
    """What a reading needs to know from outside the phrase.

    Attributes:
        year: for days without a printed year; `month` for 本月.
        floor: the first day that is not before the document itself.
        year_is: where the year comes from, for the reason.
        strict: whether the text is a sentence and not a deadline cell.

    """

    year: int
    month: int
    issued_on: date | None
    floor: date
    year_is: str
    strict: bool


class Found(NamedTuple):
    """One stage, with its reason and what else it may mean."""

    stage: Stage
    reason: str
    start: int
    end: int
    others: tuple[Reading, ...] = ()
    explicit_year: bool = False
    certain: bool = True


class Doubt(NamedTuple):
    """A mention that must not be guessed: a finding's code and message, what it may mean, where it stands."""

    code: str
    message: str
    others: tuple[Reading, ...] = ()
    start: int = 0
    end: int = 0


@lru_cache(maxsize=64)
def context_for(year: int | None, issued_on: date | None, *, strict: bool) -> Context:
    """The facts of the document; without any year, days without a year count as of the year 1."""
    base = year or (issued_on.year if issued_on else 1)
    base = base if 1 <= base <= 9998 else 1
    return Context(base, issued_on.month if issued_on else 0, issued_on, issued_on or date(base, 1, 1),
                   "文件年份" if year else "成文年份", strict)


def say(day: date) -> str:
    """A day as a person reads it."""
    return f"{day.year}年{day.month}月{day.day}日"


def year_of(mention: Point | Stretch, context: Context) -> int:
    return mention.year if mention.year is not None else context.year + (mention.shift or 0)


def is_open(stage: Stage) -> TypeGuard[Ranged]:
    """Whether only a start is printed (2020年起)."""
    return isinstance(stage, Ranged) and stage.end is None


def impossible(point: Point, context: Context) -> Doubt:
    if point.month_shift is not None and not context.month:
        return Doubt("deadline-unread", "时限没有写明是哪个月，请核对原文后填写完成的日子")
    month = point._replace(grain="month", day=0).span(year_of(point, context), context.month)
    return Doubt("deadline-impossible-date", "时限写的日子日历上没有，请核对原文后填写",
                 (Fixed(month.last),) if month else ())


# --- one point ------------------------------------------------------------------------------------


def around(text: str, mention: Mention) -> tuple[str, str]:
    """The words before and behind a mention, as far as they can say what it means."""
    return text[max(0, mention.start - _NEAR):mention.start], text[mention.end:mention.end + _NEAR]


def single(text: str, point: Point, context: Context) -> Found | Doubt | None:
    """One point that is no end of a printed range."""
    before, after = around(text, point)
    segment = BREAK.split(before)[-1] if before else ""
    span = point.span(year_of(point, context), context.month)
    if point.boundary in ("after", "around") or (point.grain == "year" and point.place == "start"):
        return None
    if conditions.always(segment, after) or (context.strict and conditions.in_sentence(segment, after)):
        return None
    if span is None:
        return impossible(point, context)
    if before and (opening := _SINCE_EVENT.search(before)):
        return _since_event(opening, point, span, context, after)
    if point.boundary == "from":
        return None if context.strict else _since(text, point, span, context)
    words = text[point.start:point.end]
    if segment and _VALIDITY.search(segment):
        return None if context.strict else Doubt(
            "deadline-is-validity", f"“{words}”像是政策的有效期，请确认是不是任务的完成时限",
            (Fixed(span.last),))
    if not _sets_day(segment, after, point, context) \
            and not (context.strict and segment == before and _is_stage(segment, after, point)):
        return None
    is_period = point.place == "whole" and ("全年" in words or point.grain == "plan")
    if is_period or (point.boundary in ("", "within") and segment.endswith("对") and not context.strict):
        return None if context.strict else Found(
            Ranged(span.first, span.last), f"“{words}”是一段时间，{say(span.first)}至{say(span.last)}",
            point.start, point.end, explicit_year=point.year is not None)
    return _fixed(words, point, span, context, soft=is_soft(segment, after))


def is_soft(segment: str, after: str) -> bool:
    """Whether the words around a day leave some room (争取, 原则上)."""
    return _SOFT.search(segment[-12:]) is not None or _SOFT.match(after) is not None


def is_done(after: str) -> bool:
    """Whether what follows a time is what is done by then (完成, 全面建成)."""
    return _DONE.match(after) is not None


def _sets_day(segment: str, after: str, point: Point, context: Context) -> bool:
    """Whether the point is a last day, not a year inside a name or the date of something past."""
    if point.boundary in ("before", "until"):
        return True
    done, closed = _DONE.match(after) is not None, _CLOSED.match(after) is not None
    if context.strict:
        if point.grain == "plan" or (point.grain == "year" and point.place == ""):
            return False  # 到2025年,…达到90% is an aim; 2023年完成… only says whose plan it is
        if point.grain == "day":
            return done
        if point.place == "whole" and _OF_A_THING.match(after):
            return False  # 本年度内盘活的面积
        if point.place == "end" and _MEASURED.match(after) and not _COMPARED.search(segment):
            return True  # 年底存煤不低于…
        led = point.place == "end" and (closed or _TOWARDS.search(segment) is not None)
        return done or point.place == "whole" or led or (point.grain in ("half", "third") and closed)
    if point.place in ("end", "whole") or point.boundary == "within":
        return True
    if point.grain == "year":
        alone = not segment and (closed or after.startswith("、"))
        return _UP_TO.search(segment) is not None or done or alone
    return point.grain != "day" or not re.search(r"(?:发布|印发|日期|成文)[:]?$", segment)


def _is_stage(segment: str, after: str, point: Point) -> bool:
    """动员部署(2024年5月)。…: the time behind the name of a stage, which begins the passage."""
    return point.grain in ("day", "third", "month", "quarter") and point.boundary == "" \
        and segment.endswith("(") and len(segment) <= _STAGE_NAME and "□" not in segment \
        and re.match(r"\)(?:[。:\n]|$)", after) is not None


def _fixed(words: str, point: Point, span: Span, context: Context, *, soft: bool) -> Found:
    """The last day of a point, with what else it may mean."""
    precision: Precision = "day" if point.grain in ("day", "third") else "month" if point.grain == "month" \
        else "quarter" if point.grain == "quarter" else "year"
    day, others, certain = span.last, list[Reading](), True
    reason = f"“{words}”以{say(day)}为最后一天"
    if point.boundary == "before" and point.place == "" and point.grain != "day" and span.first > date.min:
        day, certain = span.first - timedelta(days=1), False
        others = [Fixed(span.last, precision, soft)]
        reason = f"“{words}”按字面是{say(span.first)}之前，也可能是指{say(span.last)}，请确认"
    elif point.grain == "third" and point.place == "start":
        certain, reason = False, f"“{words}”没有写明日子，月初按{say(day)}计，请确认"
    elif point.grain == "third" and point.place == "middle":
        others, certain = [Fixed(day.replace(day=15), precision, soft)], False
        reason = f"“{words}”没有写明日子，月中按{say(day)}计，请确认"
    elif point.grain == "year" and point.place == "middle":
        day = date(span.first.year, 6, 30)
        reason = f"“{words}”按{say(day)}计"
    elif point.month_shift is not None and point.boundary == "before" and point.grain == "day":
        certain, reason = False, f"“{words}”未写月份，暂按{say(day)}，请确认"
    elif point.boundary == "before" and point.grain == "day":
        reason += "（“前”含当日）"
    if point.year is None and point.grain != "plan":
        reason += f"；未写年份，按{context.year_is}{span.last.year}年计"
    if soft:
        reason += "；原文留有余地（争取、力争、原则上）"
    return Found(Fixed(day, precision, soft), reason, point.start, point.end, tuple(others),
                 point.year is not None, certain)


# --- from … to … ------------------------------------------------------------------------------------


def _since_event(
    opening: re.Match[str], point: Point, span: Span, context: Context, after: str,
) -> Found | None:
    """自印发之日起至…: from the document's own day, where it is known."""
    event = "即日" if opening["now"] else opening["event"]
    if context.strict and not (opening["now"] and _DONE.match(after)):
        return None  # a measure that runs from its issue to a day states its term, not a task's deadline
    if is_own(event) and context.issued_on and context.issued_on <= span.last:
        start = context.issued_on
        return Found(Ranged(start, span.last), f"自“{event}”起，按成文日期{say(start)}计，至{say(span.last)}",
                     opening.start(), point.end, explicit_year=point.year is not None)
    return Found(Fixed(span.last), f"自“{event}”起，至{say(span.last)}为止", opening.start(), point.end,
                 explicit_year=point.year is not None)


def _since(text: str, point: Point, span: Span, context: Context) -> Found:
    """自2024年7月起: a start; with a printed length (执行期限1年) also an end."""
    first, note, others = span.first, "", tuple[Reading, ...]()
    if point.year is None and point.shift is None and first < context.floor:
        # 12月印发的文件写“从7月1日起”，说的是来年
        others, first = (Ranged(first, None),), _months_on(first, 12)
        note = "；按成文日期推到下一年，请确认"
    explicit, certain = point.year is not None, not others
    if term := _TERM.search(text, point.end, point.end + _NEAR):
        each = 12 if term["unit"] == "年" else 1
        months = 6 if term["count"] == "半" else (number(term["count"]) or 1) * each
        last = _months_on(first, months) - timedelta(days=1)
        reason = f"自{say(first)}起，期限{term['count']}{term['unit']}{note}"
        return Found(Ranged(first, last), reason, point.start, term.end(), others, explicit, certain)
    return Found(Ranged(first, None), f"自{say(first)}起，没有写明结束的日子{note}", point.start, point.end,
                 others, explicit, certain)


def between(text: str, first: Point, last: Point, context: Context) -> Found | Doubt | None:
    """From one point to another (自…至…)."""
    year = year_of(first, context)
    start = first.span(year, context.month)
    if last.grain == "day" and not last.ordinal and last.month_shift == 0:  # 6月1日至30日
        last = last._replace(ordinal=first.ordinal)
    final_year = last.year if last.year is not None else year + (last.shift or 0)
    end = last.span(final_year, context.month)
    if start is None or end is None:
        return impossible(last if start else first, context)
    if end.last < start.first and last.year is None and last.shift is None:  # 11月至次年3月, 次年 left out
        end = last.span(final_year + 1, context.month) or end
    if end.last < start.first:
        words = text[first.start:last.end]
        return Doubt("deadline-reversed", f"“{words}”的结束早于开始，请核对原文", (Fixed(end.last),))
    if context.strict and not _is_when(BREAK.split(around(text, first)[0])[-1], around(text, last)[1]):
        return None
    return Found(Ranged(start.first, end.last), f"起止时间，{say(start.first)}至{say(end.last)}",
                 first.start, last.end, explicit_year=first.year is not None)


def stretch_of(text: str, stretch: Stretch, context: Context) -> Found | Doubt | None:
    before, after = around(text, stretch)
    if context.strict and not _is_when(BREAK.split(before)[-1], after):
        return None
    if stretch.boundary in ("after", "around"):
        return None
    span = stretch.span(year_of(stretch, context))
    if span is None:
        return Doubt("deadline-impossible-date", "起止时间写的日子日历上没有，请核对原文后填写")
    return Found(Ranged(span.first, span.last), f"起止时间，{say(span.first)}至{say(span.last)}",
                 stretch.start, stretch.end, explicit_year=stretch.year is not None)


def _is_when(segment: str, after: str) -> bool:
    """Whether a span of days in a sentence is when something is to be done, not a condition or a term."""
    if conditions.looks_back(segment, after):
        return False
    return _DONE.match(after) is not None or (segment.endswith("(") and after.startswith(")"))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = last_day(year, month + 1)
    return last.replace(day=min(day.day, last.day)) if last else date.max
