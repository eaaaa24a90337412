"""The words for time (时间词) in a plan: one left-to-right scan finds every mention, without judging it.

Text is squeezed first (half width, no blanks). The grammar, longest alternative first:

    mention   = rhythm | stretch | point | count
    rhythm    = "每" PERIOD [place] [before] | PERIOD "一" … (一周一进度) | ("按" | "逐") PERIOD
              | PERIOD (总结 | 报告 | 通报 …)
    stretch   = [year] MONTH ("-" | "至") MONTH "月" | quarters | days of a month | YYYY "-" YYYY "年"
    point     = [year] (month [day | place] | quarter [place] | half | yearpart) [boundary]
              | year [boundary] | PLAN ("期间" | "末") | YYYY "-" MM ["-" DD] [boundary] | DD "日" before
    year      = YYYY "年" | YY "年" | 二〇二五年 | 今年 本年度 当年 明年 次年 …
    place     = 初 | 上旬 | 中 | 中旬 | 下旬 | 底 | 末
    yearpart  = 年初 | 年中 | 年内 | 年底 | 年末 | 全年
    count     = NUMBER ("个工作日" | "日" | "天" | "周" | "个月" | "年" | "小时") "内"
    boundary  = before (前 之前 以前) | until (止) | within (内 期间) | from (起 开始) | after (后 以后 之后)

Every repetition is bounded, so that a page of list marks (一、一、…) takes no longer than any other text.
What a mention means for a task is judged in `deadline_stages`, which knows the sentence around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from importers.deadline_words import (
    Boundary,
    Count,
    Garbled,
    Grain,
    Mention,
    Place,
    Point,
    Rhythm,
    Stretch,
    Unit,
)
from importers.numerals import number

_CN = "〇○零一二三四五六七八九"
_MONTH = r"1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十元]"
_DAY = r"\d{1,2}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_TO = r"[-—–~至到]{1,4}"
_BOUND = (
    r"(?P<incl>\((?:包?含(?:当[日月])?)\))?(?:\((?:星期.|周.)[^()]{0,4}\))?"
    r"(?P<bound>前后|左右|之?前(?!期|述|款|提(?![交出请供升高醒前报]))|以前|止|之?后(?!期|续)|以后|之?日?起|开始|期间|之内|以?内)?"
)
_YEAR = (
    r"(?:(?<!\d)(?P<y>(?:19|20)\d\d)年(?:度)?"
    rf"|(?P<cy>[一二][九〇○零O][{_CN}O]{{2}})年(?:度)?"
    r"|(?<![\d第])(?P<yy>[12]\d)年(?=年?[底末]|1?\d月|[上下]半年|第?[一二三四]季度)"
    r"|(?P<ry>今年|本年度?|当年度?|同年|明年|次年|来年|翌年|下一?年度?|后年|去年|(?<!原则)上一?年度?)"
    r"(?=[年度]?[底末初中内]|[第上下]|1?\d月|[一二三四五六七八九十]))"
)
_PERIODS = (
    r"半年|两周|二周|双周|2周|半个?月|[两二2]个?月|双月|三个?月|3个月|季度?|周|星期|礼拜|月|年度?|天|日|个?工作日"
)
_RHYTHM = (  # 每周四下班前, 每季度末月20日前, 每年2月底前
    rf"(?P<rhythm>每(?:一)?(?:个)?(?:自然)?(?P<rp>{_PERIODS})(?P<rtail>"
    r"(?:[一二三四五六日天](?![次个篇条期份名件项例报调轮]))?"
    r"(?:(?<=年)(?:的)?(?:1[0-2]|0?[1-9])月(?:份)?(?:(?:3[01]|[12]\d|0?[1-9])日|[上中下]旬|[底末初])?"
    r"|(?:首月|末月|第[一二三]个月|最后一个月)?(?:的)?(?:(?:3[01]|[12]\d|0?[1-9])[日号]|年?[底末初])?)"
    r"(?:结束)?(?:之?前|以前)?))"
)
_SLOGAN = (  # 一周一进度, 两周一经验
    r"(?P<pair>(?P<pp>半个?月|双月|两个?月|半年|一?季度?|[一两二双]周|一月|一年|一天|一日)"
    r"一(?![月日周年季天号]|季|共|次性))"
)
_BY = (  # 按月更新, 逐月
    r"(?P<by>[按逐](?P<bp>半年|季度?|周|月|日|年)"
    r"(?=更新|增补|报送|上报|通报|调度|公开|公布|发布|汇总|统计|推进|开展|梳理|$|[,。;、]))"
)
_NAMED = (  # 半年总结, 季度通报
    r"(?P<named>(?<![上下每])(?P<np>半年|季度|月度|年度|半月|周)(?:工作)?"
    r"(?:总结|小结|报告|报送|通报|例会|调度|督查|分析))"
)
_STRETCH = (
    rf"(?P<stretch>(?:{_YEAR.replace('?P<', '?P<s')})?(?:"
    rf"第?(?P<sq1>[一二三四1-4])(?:季度)?{_TO}第?(?P<sq2>[一二三四1-4])季度"
    rf"|(?<![\d一二三四五六七八九十.])(?P<sm1>{_MONTH})(?:月份?)?{_TO}(?P<sm2>{_MONTH})月"
    r"(?!\d|[一二三四五六七八九十]+[日号])份?(?P<sme>[底末])?"
    rf"|(?<![\d一二三四五六七八九十.])(?P<sdm>{_MONTH})月(?P<sd1>\d{{1,2}})[日号]?{_TO}(?P<sd2>\d{{1,2}})[日号])"
    + _BOUND.replace("?P<", "?P<s") + ")"
)
_YEARS = (  # 2023—2025年
    rf"(?P<years>(?<!\d)(?P<y1>(?:19|20)\d\d)年?{_TO}(?P<y2>(?:19|20)\d\d)年"
    r"(?!度|\d|[一二三四五六七八九十]+月))"
)
_ISO = (  # 2023-11-30, 2023.11.30, 2023/11
    r"(?P<iso>(?<![\d.])(?P<iy>(?:19|20)\d\d)[-./](?P<im>1[0-2]|0?[1-9])(?:[-./](?P<id>3\d|[12]\d|0?[1-9]))?"
    r"(?![\d%亿万元倍]|[-./]\d)月?日?" + _BOUND.replace("?P<", "?P<i") + ")"
)
_POINT = (
    rf"(?P<point>(?:{_YEAR}(?:的)?)?(?:"
    rf"(?<![\d第每一二三四五六七八九十两几.])(?P<m>{_MONTH})"
    rf"(?:(?=(?:[、和](?:{_MONTH})){{1,11}}月(?!\d))|月(?!报|度|例)(?:份)?(?:的)?"
    rf"(?:(?P<d>{_DAY})[日号](?!常)"
    r"|(?P<mp>上中旬|中下旬|上旬|中旬|下旬|上半月|下半月|月?[底末]|初|中(?!小|央|期|共|国|心|华|医)))?)"
    r"|(?P<rm>本月|当月|下月|次月|(?<![\d一二三四五六七八九十每个半])月(?=[底末]))"
    r"(?:(?P<rd>\d{1,2})[日号]|(?P<rmp>上旬|中旬|下旬|月?[底末]|初|中))?"
    r"|(?<![一二三四\d])第?(?P<q>[一二三四1-4])季度?(?<=季度)(?P<qp>末|底|初)?"
    r"|(?P<h>(?<!原则)上|下)(?:(?=、下半年)|半年(?P<hp>末|底)?)"
    r"|(?P<ye>(?<![每半\d一二三四五六七八九十两几近今明去前])年"
    r"(?:[底末初中内]|终(?![考总奖述决评检结盘分])|度内)|岁末|全年(?!龄))"
    r")" + _BOUND + ")"
)
_WHOLE = (  # a year with its part, or alone
    rf"(?P<whole>{_YEAR.replace('?P<', '?P<w')}(?P<wp>年[底末中初内终]|全年|[底末中初内](?!容|部|涵))?"
    + _BOUND.replace("?P<", "?P<w") + ")"
)
_PLAN = (  # “十四五”期间
    r"(?P<plan>[“\"]?十(?P<pn>[一二三四五六七八九])五[”\"]?(?:规划)?(?P<pe>期?末|期间|时期|期内)"
    + _BOUND.replace("?P<", "?P<p") + ")"
)
_COUNT = (  # 20个工作日内
    r"(?P<count>(?<![\d.第])(?P<cn>\d{1,4}|[一二两三四五六七八九十百半]{1,6})"
    r"(?P<cu>个?工作日|个自然日|日|天|个?小时|个?星期|周|个?半月|个?月|年|个?季度)"
    r"(?:(?:以|之)?内|(?<=工作日)))"
)
_LONE = (  # 15日前, its month left out; …至30日
    rf"(?P<lone>(?:(?<![\d月])(?P<ld>3[01]|[12]\d|0?[1-9])[日号](?P<lbound>之?前|以前)"
    rf"|(?<=[-—–~至到])(?P<ed>3[01]|[12]\d|0?[1-9])[日号]{_BOUND.replace('?P<', '?P<e')}))"
)
_LOST = (  # 615日: the page lost 月
    r"(?P<lost>(?<![\d.月])(?P<lm>1[0-2]|0?[1-9])(?P<lt>3[01]|[12]\d|0[1-9])日)"
)
_PATTERN = re.compile(
    # no mention begins with another letter; asking that first makes the scan three times as fast
    rf"(?=[每按逐半双两季月年周\d第{_CN}十百元今本当同明次来翌下后去上岁全“\"])"
    f"(?:{_RHYTHM}|{_SLOGAN}|{_BY}|{_NAMED}|{_STRETCH}|{_YEARS}|{_ISO}|{_POINT}|{_WHOLE}|{_PLAN}|{_COUNT}"
    f"|{_LONE}|{_LOST})"
)

_PERIOD_CODES = {
    "半年": "P6M", "两周": "P2W", "二周": "P2W", "双周": "P2W", "2周": "P2W", "半月": "P2W", "半个月": "P2W",
    "双月": "P2M", "三个月": "P3M", "三月": "P3M", "3个月": "P3M", "季": "P3M", "季度": "P3M",
    "周": "P1W", "星期": "P1W", "礼拜": "P1W", "月": "P1M", "月度": "P1M", "年": "P1Y", "年度": "P1Y",
    "天": "P1D", "日": "P1D", "工作日": "P1D", "个工作日": "P1D",
}
_WEEKDAYS = {
    "一": "mon", "二": "tue", "三": "wed", "四": "thu", "五": "fri", "六": "sat", "日": "sun", "天": "sun",
}
_PLACES: dict[str, Place] = {
    "上旬": "first", "中旬": "second", "下旬": "last", "上中旬": "second", "中下旬": "last",
    "上半月": "first", "下半月": "last", "底": "end", "末": "end", "月底": "end", "月末": "end",
    "初": "start", "中": "middle", "年底": "end", "年末": "end", "年终": "end", "岁末": "end",
    "年初": "start", "年中": "middle", "年内": "whole", "年度内": "whole", "内": "whole", "全年": "whole",
}
_SHIFTS = {
    "今": 0, "本": 0, "当": 0, "同": 0, "明": 1, "次": 1, "来": 1, "翌": 1, "下": 1, "后": 2,
    "去": -1, "上": -1,
}
_UNITS: dict[str, Unit] = {
    "工作日": "workdays", "自然日": "days", "日": "days", "天": "days", "小时": "hours",
    "月": "months", "年": "years",
}
_BOUNDARIES: tuple[tuple[str, Boundary], ...] = (
    ("前", "before"), ("止", "until"), ("起", "from"), ("开始", "from"), ("后", "after"), ("内", "within"),
    ("期间", "within"), ("左右", "around"),
)


def mentions(text: str) -> Iterator[Mention]:
    """Every mention of time in squeezed text, from left to right."""
    for match in _PATTERN.finditer(text):
        # lastgroup is the last group to close, and every alternative is one group around its inner ones
        if mention := _READERS[match.lastgroup or ""](match):
            yield mention


@lru_cache(maxsize=64)
def _boundary(word: str | None) -> Boundary:
    """What the word behind a point says about it; there are few, and they come back all the time."""
    if word == "前后":
        return "around"
    return next((kind for ending, kind in _BOUNDARIES if word and word.endswith(ending)), "")


def _period(word: str) -> str:
    word = word.removeprefix("一").removeprefix("个")
    return "P2M" if re.fullmatch(r"[两二2]个?月", word) else _PERIOD_CODES.get(word, "P1M")


def _rhythm(match: re.Match[str]) -> Rhythm:
    period, tail = _period(match["rp"]), match["rtail"] or ""
    month, day = "", ""
    if period == "P1W" and tail[:1] in _WEEKDAYS:
        return Rhythm(match.start(), match.end(), period, _WEEKDAYS[tail[0]])
    if found := re.match(r"(?:的)?(\d{1,2})月", tail):
        month = f"m{int(found[1])}-"
    elif "首月" in tail or "第一个月" in tail:
        month = "m1-"
    elif "第二个月" in tail:
        month = "m2-"
    elif "末月" in tail or "第三个月" in tail or "最后一个月" in tail:
        month = {"P3M": "m3-", "P6M": "m6-"}.get(period, "m12-")
    if found := re.search(r"(\d{1,2})[日号]", tail):
        day = str(int(found[1]))
    elif re.search(r"[底末](?!月)|下旬", tail) or (month and not re.search(r"[上中]旬|初", tail)):
        day = "end"
    elif found := re.search(r"([上中])旬|初", tail):
        day = "20" if found[1] == "中" else "10"
    return Rhythm(match.start(), match.end(), period, month + day if day else "")


def _year_of(match: re.Match[str], prefix: str = "") -> tuple[int | None, int | None]:
    """The year as printed, or how many years on from the document's."""
    if digits := match[prefix + "y"]:
        return int(digits), None
    if chinese := match[prefix + "cy"]:
        return number(chinese.replace("O", "〇")), None
    if short := match[prefix + "yy"]:
        return 2000 + int(short), None
    if word := match[prefix + "ry"]:
        return None, _SHIFTS.get(word[0], 0)
    return None, None


def _stretch(match: re.Match[str]) -> Stretch:
    year, shift = _year_of(match, "s")
    first_day = last_day = 0
    if match["sq1"]:
        first, last = (number(match["sq1"]) or 0) * 3 - 2, (number(match["sq2"]) or 0) * 3
    elif match["sdm"]:
        first = last = number(match["sdm"]) or 0
        first_day, last_day = int(match["sd1"]), int(match["sd2"])
    else:
        first, last = number(match["sm1"]) or 0, number(match["sm2"]) or 0
    return Stretch(match.start(), match.end(), year, shift, first, last, first_day, last_day,
                   boundary=_boundary(match["sbound"]))


def _years(match: re.Match[str]) -> Stretch:
    return Stretch(match.start(), match.end(), int(match["y1"]), None, 1, 12, last_year=int(match["y2"]))


def _iso(match: re.Match[str]) -> Point:
    day = int(match["id"] or 0)
    grain: Grain = "day" if day else "month"
    return Point(match.start(), match.end(), grain, int(match["iy"]), None, int(match["im"]), day,
                 boundary=_boundary(match["ibound"]))


def _point(match: re.Match[str]) -> Point:
    year, shift = _year_of(match)
    printed_place = match["mp"] or match["rmp"] or match["qp"] or match["hp"] or match["ye"] or ""
    place: Place = "end" if match["incl"] and not printed_place else _PLACES.get(printed_place, "")
    bound, where = _boundary(match["bound"]), (match.start(), match.end())
    if match["m"] or match["rm"]:
        ordinal = number(match["m"]) or 0 if match["m"] else 0
        step = None if match["m"] else 1 if match["rm"] in ("下月", "次月") else 0
        if printed := match["d"] or match["rd"]:
            return Point(*where, "day", year, shift, ordinal, number(printed) or 0, "", bound, step)
        grain: Grain = "month" if place in ("", "end") else "third"
        return Point(*where, grain, year, shift, ordinal, 0, place, bound, step)
    if match["q"]:
        return Point(*where, "quarter", year, shift, number(match["q"]) or 0, place=place, boundary=bound)
    if match["h"]:
        return Point(*where, "half", year, shift, 1 if match["h"] == "上" else 2, place=place, boundary=bound)
    return Point(*where, "year", year, shift, place=place, boundary=bound)


def _whole_year(match: re.Match[str]) -> Point:
    year, shift = _year_of(match, "w")
    place: Place = "end" if match["wincl"] and not match["wp"] else _PLACES.get(match["wp"] or "", "")
    return Point(match.start(), match.end(), "year", year, shift, place=place,
                 boundary=_boundary(match["wbound"]))


def _plan(match: re.Match[str]) -> Point:
    place: Place = "end" if match["pe"].endswith("末") else "whole"
    return Point(match.start(), match.end(), "plan", ordinal=10 + (number(match["pn"]) or 0), place=place,
                 boundary=_boundary(match["pbound"]))


def _count(match: re.Match[str]) -> Count | None:
    printed, word = match["cn"], match["cu"].removeprefix("个")
    start, end = match.start(), match.end()
    if "半" in printed:
        if printed != "半" or word not in ("年", "月"):
            return None
        return Count(start, end, 6, "months") if word == "年" else Count(start, end, 15, "days")
    amount = number(printed)
    if not amount:
        return None
    if word in ("周", "星期"):
        return Count(start, end, amount * 7, "days")
    if word == "季度":
        return Count(start, end, amount * 3, "months")
    if word == "半月":
        return Count(start, end, amount * 30 + 15, "days")
    return Count(start, end, amount, _UNITS[word])


def _lone(match: re.Match[str]) -> Point:
    day, bound = match["ld"] or match["ed"], _boundary(match["lbound"] or match["ebound"])
    return Point(match.start(), match.end(), "day", day=int(day), boundary=bound, month_shift=0)


_READERS: dict[str, Callable[[re.Match[str]], Mention | None]] = {
    "rhythm": _rhythm,
    "pair": lambda m: Rhythm(m.start(), m.end(), _period(m["pp"])),
    "by": lambda m: Rhythm(m.start(), m.end(), _period(m["bp"])),
    "named": lambda m: Rhythm(m.start(), m.end(), _period(m["np"]), explicit=False),
    "stretch": _stretch,
    "years": _years,
    "iso": _iso,
    "point": _point,
    "whole": _whole_year,
    "plan": _plan,
    "count": _count,
    "lone": _lone,
    "lost": lambda m: Garbled(m.start(), m.end(), int(m["lm"]), int(m["lt"])),
}
