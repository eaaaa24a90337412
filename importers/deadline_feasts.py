"""Deadlines by a feast or a season (节日、时令): 国庆节前, 春节前, 汛期前.

    feast    = [year] name (["、" | "和"] name)* [来临 | 开始 | 召开] boundary
    name     = 元旦 清明 五一 劳动节 六一 七一 八一 教师节 十一 国庆 …     the sun fixes its day
             | 春节 元宵 端午 中秋 重阳 … 双节 节                    the moon does, or nobody says which feast
             | 开学 假期 汛期 两会 高考 供暖季 …                      somebody appoints it each year
    boundary = 前 之前 以前                                       the day before it is the last one
             | 前夕 前一周 后 以后                                 names no last day

The law fixes 元旦, 清明, 五一 and 国庆 by the sun (全国年节及纪念日放假办法), so 国庆节前 is 30 September in
every year. The days of 春节, 端午 and 中秋 stand in each year's notice, which comes after many plans, and
those of a season in no rule at all: such a phrase is a deadline whose day a person must fill in.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache

from importers import deadline_conditions as conditions
from importers.deadline_points import BREAK, Context, Doubt, Found, around, is_done, is_soft, say
from importers.deadline_words import Feast, FeastKind, Mention, Point
from importers.numerals import number
from tracker.domain.deadline import Fixed, Reading, Recurring
from tracker.domain.work_calendar import solar_holiday

_SUN_DAYS: tuple[tuple[str, int, int], ...] = (
    ("元旦", 1, 1), ("妇女|三八", 3, 8), ("植树", 3, 12), ("清明", 4, 0), ("五一|劳动", 5, 1),
    ("青年|五四", 5, 4), ("护士", 5, 12), ("儿童|六一", 6, 1), ("建党|七一", 7, 1), ("建军|八一", 8, 1),
    ("教师", 9, 10), ("国庆|十一", 10, 1), ("记者", 11, 8), ("宪法", 12, 4),
)
"""Month and day of the feasts that the sun fixes; 清明 moves between two days, so its day is 0."""
_SUN = (
    r"(?:元旦|清明|国庆|(?<![\d一二三四五六七八九十百第])[“\"]?(?:三八|五一|五四|六一|七一|八一|十一)[”\"]?"
    r"(?:国际)?(?:妇女|劳动|青年|儿童|建党|建军|国庆)?"
    r"|(?:国际)?(?:妇女|劳动|青年|儿童|建党|建军|教师|植树|护士|记者)(?=节)|(?:国家)?宪法日)"
)
_MOON = r"(?:春节|新春(?:佳节)?|除夕|大年三十|农历新?年|元宵|端午|中秋|重阳|古尔邦|开斋|藏历新?年)"
_UNNAMED = r"(?:[双两]节|节日|节假日|(?<![季环细情章关调礼品小音庆旦])节)"
_SEASON = (
    r"(?:(?:[春秋]季(?:学期)?|新学[期年])?开学|[新本下]?学期|放?[寒暑]假|放假|小?长假|假期|[主防]?汛期?|入汛"
    r"|(?:全国|[省市县区州])?[“\"]?两会[”\"]?|[高中]考|(?:冬季)?[采供](?:暖|热)[季期]?|春耕|三夏|三秋|秋收|雨季|台风季"
    r"|春运|入[冬夏]|(?:旅游)?旺季|黄金周|封冻期?|防火期)"
)
_NAME = rf"(?:{_SUN}|{_MOON}|{_UNNAMED}|{_SEASON})"
_HINT = re.compile(r"[旦清庆节宪春夕宵午秋阳邦斋历学假汛会考暖热耕夏冬雨台旺黄封防大一四八]")
"""Asked first: no name is without one of these letters."""
_LENGTH = r"第?(?:\d{1,3}|[一两二三四五六七八九十半]{1,3})个?(?:工作日|自然日|天|日|周|星期|月)"
_NO_TIME_BEHIND = (
    r"(?![后期述款往沿端瞻景]|移(?![交送至])|置(?![办换])|行(?!动|文)|进(?![行入驻场一])|街道|村[委民]|提(?![交出请供升高醒前报]))"
)
_FEAST = re.compile(
    # asked first: no name begins with another letter
    r"(?<![日号])"
    r"(?=[元清国三五六七八十妇劳青儿建教植护记宪春新除大农端中重古开藏双两节秋本下学放寒暑长假主防汛入全省市县区州高"
    r"冬采供雨台旅旺黄封“\"])"
    rf"(?P<names>{_NAME}节?(?:[、和及与]?{_NAME}节?){{0,5}})"
    r"(?P<over>结束)?(?:来临|到来|到|开始|开幕|召开)?"
    rf"(?:(?P<near>之?前(?:夕|{_LENGTH}(?:之?前|以?内)?))|(?P<before>之?前{_NO_TIME_BEHIND}|以前)"
    rf"|(?P<after>(?:之?后|以后)(?![期续勤备]|{_LENGTH}(?:以?内|完成))))"
)
AHEAD = r"(?:[今明次来当本翌]年)?" + re.sub(r"\?P<\w+>", "?:", _FEAST.pattern)
"""For the readers of brackets and cells: a feast stands here. It has no groups of its own."""
_HEADS = re.compile(rf".{{0,3}}?{AHEAD}")
_ONE_SUN = re.compile(_SUN + "节?")
_OTHER = re.compile(rf"(?P<moon>{_MOON})|(?P<unnamed>{_UNNAMED})|(?P<appointed>{_SEASON})")
_YEAR_BEFORE = re.compile(
    r"(?:(?<!\d)(?P<y>(?:19|20)\d\d)年度?|(?P<cy>[一二][九〇○零][〇○零一二三四五六七八九]{2})年|(?P<ry>[今本当明次来翌后])年度?)的?$"
)
_SHIFTS = {"明": 1, "次": 1, "来": 1, "翌": 1, "后": 2}
_LONGEST_YEAR = 8
_LOOSE = frozenset({"节", "节日", "节假日", "汛", "学期", "放假", "假期"})
"""Words that a sentence also uses of other things: there they must be followed by what is then done."""
_EVERY_YEAR = re.compile(r"(?:每年|每逢)的?$")
_PAST = re.compile(r"(?:去年|上年|往年|历年)的?$")
_JOINS = re.compile(r"[(（即,]{1,2}")
_WHY: dict[FeastKind, str] = {
    "moon": "是按农历说的，每年日子不同",
    "unnamed": "没有写明是哪个节日",
    "appointed": "没有写明是哪一天，要看当年的安排",
    "open": "没有写明到哪一天为止",
}


def _may_hold(text: str) -> bool:
    """Whether a text may hold a feast: cheaply, for most do not."""
    return ("前" in text or "后" in text) and _HINT.search(text) is not None


def names_feast(text: str) -> bool:
    """Whether a short text names a time by a feast or season (春节前)."""
    return _may_hold(text) and _FEAST.search("".join(text.split())) is not None


def heads(clause: str) -> bool:
    """Whether a clause begins with such a time."""
    return _may_hold(clause) and _HEADS.match(clause) is not None


def with_feasts(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions of a squeezed text with its feasts among them, in order.

    A year before a feast is the feast's. Where a bracket beside it prints the day, the day stands alone:
    春节前(2月10日前).
    """
    if not _may_hold(text):
        return mentions
    feasts = [feast for match in _FEAST.finditer(text) for feast in _feasts(text, match)]
    feasts = [_with_month(feast, mentions) for feast in feasts
              if not any(_prints_day(text, feast, each) for each in mentions)]
    if not feasts:
        return mentions
    kept = [each for each in mentions
            if not any(each.start < feast.end and feast.start < each.end for feast in feasts)]
    return sorted([*kept, *feasts], key=lambda each: each.start)


def due(text: str, feast: Feast, before: list[Found], context: Context) -> Found | Doubt | None:
    """What a feast says of a task's last day; `before` are the stages found so far."""
    words = text[feast.start:feast.end]
    ahead, after = around(text, feast)
    segment = BREAK.split(ahead)[-1] if ahead else ""
    yearly = _EVERY_YEAR.search(segment) is not None or (bool(before) and _goes_on(text, before[-1], feast))
    if _PAST.search(segment) or conditions.always(segment, after):
        return None
    if context.strict and (
            yearly or feast.kind == "open" or after.startswith("的") or conditions.in_sentence(segment, after)
            or (feast.loose and not is_done(after))):
        return None
    eves = tuple(_eve(month, day, feast, context) for month, day in feast.days)
    soft = is_soft(segment, after)
    if feast.kind in _WHY or (yearly and not all(day for _, day in feast.days)):
        why = _WHY.get(feast.kind, "说的节日每年日子不同")
        return Doubt("deadline-feast", f"“{words}”{why}，请填写完成的日子",
                     tuple(Fixed(eve, "day", soft) for eve in eves) if feast.kind != "open" else ())
    if yearly:
        if before and before[-1].end == feast.start:
            before.pop()
        return Found(Recurring("P1Y", f"m{eves[0].month}-{eves[0].day}"),
                     f"“{words}”每年一次，以节日前一天为最后一天", feast.start, feast.end)
    return _before(words, feast, eves[0], context, soft=soft)


def until(feast: Feast, context: Context) -> Point:
    """The last day before a feast that the sun fixes as a point in the calendar: 5月至国庆节前."""
    eve = _eve(*feast.days[0], feast, context)
    return Point(feast.start, feast.end, "day", eve.year, None, eve.month, eve.day, boundary="before")


def _goes_on(text: str, last: Found, feast: Feast) -> bool:
    """国庆前 in 每年五一前、国庆前 comes every year too."""
    return isinstance(last.stage, Recurring) and last.stage.period == "P1Y" \
        and text[last.end:feast.start] in ("、", "和", "及")


def _before(words: str, feast: Feast, eve: date, context: Context, *, soft: bool) -> Found:
    """The day before a feast, and what else the words may mean."""
    others, certain = tuple[Reading, ...](), True
    reason = f"“{words}”是{say(eve + timedelta(days=1))}以前，以{say(eve)}为最后一天"
    if feast.year is None:
        reason += f"；未写年份，按{context.year_is}{context.year + (feast.shift or 0)}年计"
    if feast.days[0] == (1, 1):
        # 12月印发的2026年计划写“元旦前”，可能是眼前的元旦；2026年计划写“2026年元旦前”，可能是指年底
        near = feast.year is None and feast.shift is None and context.issued_on is not None \
            and context.issued_on.year < context.year
        if near or feast.year == context.year:
            other = eve.replace(year=eve.year + (-1 if near else 1))
            others, certain = (Fixed(other, "day", soft),), False
            reason += f"；也可能是指{say(other)}，请确认"
    if soft:
        reason += "；原文留有余地（争取、力争、原则上）"
    return Found(Fixed(eve, "day", soft), reason, feast.start, feast.end, others,
                 feast.year is not None, certain)


def _eve(month: int, day: int, feast: Feast, context: Context) -> date:
    """The last day before a feast; an unprinted 元旦 is the one that ends the plan's year."""
    year = feast.year if feast.year is not None else context.year + (feast.shift or 0)
    if (month, day) == (1, 1) and feast.year is None and not feast.shift:
        year += 1
    year = min(year, MAXYEAR)
    if not day:
        day = next(each for each in (4, 5, 6) if solar_holiday(date(year, month, each)) == "清明节")
    return date(year, month, day) - timedelta(days=1)


def _feasts(text: str, match: re.Match[str]) -> list[Feast]:
    """One feast for each name of a list that the sun fixes whole (五一、国庆节前), else one for the list."""
    names, (start, end) = match["names"], match.span()
    year = shift = None
    if start and (printed := _YEAR_BEFORE.search(text, max(0, start - _LONGEST_YEAR), start)):
        start = printed.start()
        year = int(printed["y"]) if printed["y"] else number(printed["cy"]) if printed["cy"] else None
        shift = _SHIFTS.get(printed["ry"], 0) if printed["ry"] else None
    kind, days, starts = _named(names)
    if match["before"] is None or match["over"]:
        kind = "open"
    if kind != "sun" or len(days) == 1:
        return [Feast(start, end, kind, days, year, shift, loose=names in _LOOSE)]
    begins = [start, *(match.start("names") + place for place in starts[1:])]
    return [Feast(first, last, kind, (day,), year, shift)
            for first, last, day in zip(begins, [*begins[1:], end], days, strict=True)]


@lru_cache(maxsize=256)
def _named(names: str) -> tuple[FeastKind, tuple[tuple[int, int], ...], tuple[int, ...]]:
    """What fixes the day of the feasts of a list; the day and the place of each that the sun fixes."""
    suns = list(_ONE_SUN.finditer(names))
    days, starts = tuple(_day_of(sun[0]) for sun in suns), tuple(sun.start() for sun in suns)
    if other := _OTHER.search(_ONE_SUN.sub("", names)):
        return ("moon" if other["moon"] else "unnamed" if other["unnamed"] else "appointed"), days, starts
    return "sun", days, starts


def _day_of(name: str) -> tuple[int, int]:
    return next((month, day) for words, month, day in _SUN_DAYS
                if any(word in name for word in words.split("|")))


def _with_month(feast: Feast, mentions: list[Mention]) -> Feast:
    """9月开学前: the month only says about when, so it is no last day of its own."""
    for each in mentions:
        if feast.kind != "sun" and isinstance(each, Point) and each.end == feast.start \
                and each.grain in ("month", "quarter") and each.place == each.boundary == "":
            return feast._replace(start=each.start)
    return feast


def _prints_day(text: str, feast: Feast, mention: Mention) -> bool:
    """Whether a day stands in brackets beside the feast: 春节前(2月10日前), 2月10日前(春节前)."""
    if not isinstance(mention, Point) or mention.grain == "year":
        return False
    first, last = min(feast.end, mention.end), max(feast.start, mention.start)
    return first < last and _JOINS.fullmatch(text[first:last]) is not None
