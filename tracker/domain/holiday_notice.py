"""The State Council's holiday notice (放假通知), pasted as text: one year's days off and days worked.

国务院办公厅 tells each autumn, item by item, which days of the next year are off (放假), and which weekend
days are worked for them (上班). A notice is believed as a whole or not at all: each item's days must be as
many as it says (共N天), each weekday in brackets must be the day's own, and every holiday that the law names
(全国年节及纪念日放假办法) must be there. A slip in copying would move deadlines for a year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.china_time import month_day
from tracker.domain.errors import InvalidInput
from tracker.domain.work_calendar import ONE_DAY, WEEKDAYS, CalendarDay, DayKind, solar_holiday

LONGEST_NOTICE = 20_000
"""Characters; the notices have about a thousand."""
LONGEST_BREAK = 31
"""Days in one stretch; more is a slip in a month."""

_YEAR = re.compile(r"(20\d\d)年(?:部分)?(?:节假日|元旦|放假)")
_NUMBER = re.compile(r"[一-鿿]{2,10}\[20\d\d\]\d{1,3}号")
_ITEM = re.compile(r"(?:^|[\n。;])\s*[一二三四五六七八九十]+[、.,]\s*([^\n:,。;]{2,24}?)\s*:")
_BRACKET = re.compile(r"\([^()]*\)")
_DAY = re.compile(r"(?:(20\d\d)年)?(?:(\d{1,2})月)?(\d{1,2})日(\([^()]*\))?")
_UNTIL = re.compile(r"\s*(?:至|到|-|—|~)\s*")
_COUNT = re.compile(r"共\s*(\d{1,2})\s*天|放假(?:调休)?\s*(\d{1,2})\s*天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_OWED = (
    ("元旦",), ("春节",), ("清明",), ("劳动", "五一"), ("端午",), ("中秋",), ("国庆",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says: the year it is for, its document number (文号) if printed, and the days."""

    year: int
    number: str
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def read_notice(text: str) -> Notice:
    """Read a pasted notice.

    Raises:
        InvalidInput: it is no such notice, or something in it does not agree; the sentence names the place.

    """
    if len(text) > LONGEST_NOTICE:
        raise InvalidInput("粘贴的文字太长。请只粘贴放假通知本身。")
    plain = _plain(text)
    year = _year(plain)
    found: dict[date, CalendarDay] = {}
    names: list[str] = []
    for name, body in _items(plain):
        names.append(name)
        for day in _item_days(name, body, year):
            if found.setdefault(day.day, day).kind is not day.kind:
                raise InvalidInput(f"{month_day(day.day)}既写放假又写上班，请对照原文改正。")
    _require_all(names)
    _require_solar_days(found, year)
    number = _NUMBER.search(plain)
    return Notice(year, _with_brackets(number[0]) if number else "", tuple(sorted(found.values())))


def _plain(text: str) -> str:
    """One width for every character and one shape for every bracket."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("〔〕【】", "[][]"))
    lines = (re.sub(r"[ \t\u3000]+", "", line) for line in text.splitlines())
    # Thousands of empty lines would be walked over again from each of them.
    return "\n".join(line for line in lines if line)


def _with_brackets(number: str) -> str:
    return number.translate(str.maketrans("[]", "〔〕"))


def _year(plain: str) -> int:
    match = _YEAR.search(plain)
    if match is None:
        raise InvalidInput("没有看出是哪一年的放假通知。请连同标题一起粘贴。")
    return int(match[1])


def _items(plain: str) -> Iterator[tuple[str, str]]:
    """Each holiday's name and what is said of it."""
    heads = list(_ITEM.finditer(plain))
    if not heads:
        raise InvalidInput("没有看到“一、元旦：……”这样的条目。请粘贴放假通知的全文。")
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(plain)
        yield head[1], plain[head.end() : end]


def _item_days(name: str, body: str, year: int) -> Iterator[CalendarDay]:
    """The days of one item, after they have been counted."""
    off: list[date] = []
    count: int | None = None
    ranged = False
    for sentence in re.split(r"[。;\n]", body):
        bare = _BRACKET.sub("", sentence)
        if "上班" in bare:
            for stretch in _stretches(name, sentence, year):
                yield from _worked(name, stretch)
        elif re.search(r"放假|连休|补休|调休|休息", bare):
            stretches = list(_stretches(name, sentence, year))
            ranged = ranged or any(stretch.first != stretch.last for stretch in stretches)
            off += [day for stretch in stretches for day in stretch.days()]
        if match := _COUNT.search(bare):
            count = (count or 0) + int(match[1] or match[2])
    if not off:
        raise InvalidInput(f"“{name}”一条没有写哪几天放假，请对照原文补全。")
    if count is None and ranged:
        raise InvalidInput(f"“{name}”一条没有写共几天，无法核对，请对照原文补全。")
    if count is not None and count != len(set(off)):
        raise InvalidInput(f"“{name}”一条写共{count}天，按日期算是{len(set(off))}天，请对照原文改正。")
    yield from (CalendarDay(day, DayKind.OFF, name[:60]) for day in sorted(set(off)))


def _worked(name: str, stretch: _Stretch) -> Iterator[CalendarDay]:
    for day in stretch.days():
        if day.weekday() < 5:
            raise InvalidInput(
                f"“{name}”一条写{month_day(day)}上班，但那天是{WEEKDAYS[day.weekday()]}，本来就上班。"
                f"请对照原文改正。"
            )
        yield CalendarDay(day, DayKind.WORK, f"{name}调休上班"[:60])


def _stretches(name: str, sentence: str, year: int) -> Iterator[_Stretch]:
    """The days and spans of a sentence; a month and a year hold on until another is printed."""
    matches = list(_DAY.finditer(sentence))
    month: int | None = None
    held: int | None = None
    place = 0
    while place < len(matches):
        match = matches[place]
        month, held = _held(match, month, held)
        first = _day(name, match, held or _own_year(name, month, year), month)
        last = first
        following = matches[place + 1] if place + 1 < len(matches) else None
        if following and _UNTIL.fullmatch(sentence[match.end() : following.start()]):
            month, held = _held(following, month, held)
            # 12月30日至1月1日: the second day lies in the next year though no year is printed.
            turned = first.year + (following[1] is None and month is not None and month < first.month)
            last = _day(name, following, int(following[1]) if following[1] else turned, month)
            place += 1
        place += 1
        if not 0 <= (last - first).days < LONGEST_BREAK:
            raise InvalidInput(f"“{name}”一条的起止日期不对，请对照原文改正。")
        yield _Stretch(first, last)


def _held(match: re.Match[str], month: int | None, year: int | None) -> tuple[int | None, int | None]:
    return (int(match[2]) if match[2] else month), (int(match[1]) if match[1] else year)


def _own_year(name: str, month: int | None, year: int) -> int:
    """The year of a day printed without one: December belongs to 元旦 of the next year."""
    return year - 1 if month == 12 and "元旦" in name else year


def _day(name: str, match: re.Match[str], year: int, month: int | None) -> date:
    try:
        day = date(year, month or 0, int(match[3]))
    except ValueError as error:
        raise InvalidInput(f"“{name}”一条里的“{match[0]}”不是一个日期，请对照原文改正。") from error
    said = _WEEKDAY.search(match[4] or "")
    if said and "一二三四五六日".index(said[1].replace("天", "日")) != day.weekday():
        raise InvalidInput(
            f"“{name}”一条写{month_day(day)}是周{said[1]}，但{year}年那天是{WEEKDAYS[day.weekday()]}。"
            f"请对照原文改正，并确认年份。"
        )
    return day


def _require_all(names: list[str]) -> None:
    missing = [words[0] for words in _OWED if not any(word in name for name in names for word in words)]
    if missing:
        raise InvalidInput(f"没有看到{'、'.join(missing)}的安排。请粘贴放假通知的全文。")


def _require_solar_days(found: dict[date, CalendarDay], year: int) -> None:
    """The days that the law fixes by the sun are off in every notice."""
    day = date(year, 1, 1)
    while day.year == year:
        known = found.get(day)
        off = known is not None and known.kind is DayKind.OFF
        # 5月2日 is a holiday since 2025 only.
        if solar_holiday(day) and not off and day.weekday() < 5 and (day.month, day.day) != (5, 2):
            raise InvalidInput(f"{month_day(day)}依法放假，通知里却没有。请确认年份，并粘贴全文。")
        day += ONE_DAY
