"""What goes wrong in the drill's year: the machine stands still, its clock is wrong, the calendar changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import CHINA, instant
from tracker.domain.work_calendar import DayKind
from tracker.services import calendar_changes
from tracker.year_drill.city import Span

HOUR = timedelta(hours=1)
TWICE, SOON_AFTER = frozenset({9, 16}), timedelta(minutes=5)
"""Within these minutes a tick may rest, but where somebody has done something."""
NEXT_YEAR = """国务院办公厅关于2027年部分节假日安排的通知
演练〔2026〕1号

青溪市人民政府：
　　2027年各节日的放假调休日期安排如下（演练用，不是正式通知）。
　　一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。2026年12月26日（周六）上班。
　　二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。
　　三、清明节：4月3日（周六）至5日（周一）放假，共3天。
　　四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
　　五、端午节：6月9日（周三）放假，共1天。
　　六、中秋节：9月15日（周三）放假，共1天。
　　七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


@dataclass(frozen=True, slots=True)
class Downtime:
    """From a moment on nothing ticks; with `people` the pages still work, without nobody can do anything."""

    begins: datetime
    days: int
    people: bool

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class WrongClock:
    """For some hours the machine's clock is off by so much; nobody works on it meanwhile."""

    begins: datetime
    hours: int
    off: timedelta

    @property
    def ends(self) -> datetime:
        return self.begins + self.hours * HOUR


@dataclass(frozen=True, slots=True)
class Change:
    """The office enters a local day off, or pastes the holiday notice of a year."""

    at: datetime
    local_day: date | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """All of it, with the span that it lies in."""

    span: Span
    downtimes: tuple[Downtime, ...]
    wrong_clocks: tuple[WrongClock, ...]
    changes: tuple[Change, ...]
    hours: frozenset[int] = frozenset({0, 8, 9, 10, 12, 15, 16, 18, 21})
    """The hours of a day at which the worker ticks; at `TWICE` once more soon after."""

    def down(self, at: datetime) -> Downtime | None:
        return next((each for each in self.downtimes if each.begins <= at < each.ends), None)

    def wrong(self, at: datetime) -> WrongClock | None:
        return next((each for each in self.wrong_clocks if each.begins <= at < each.ends), None)

    def moments(self) -> Iterator[datetime]:
        """When the worker ticks, by the true time."""
        at, end = instant(self.span.begins, time(0)), instant(self.span.ends, time(0))
        while at < end:
            if (hour := at.astimezone(CHINA).hour) in self.hours:
                yield at
                if hour in TWICE:
                    yield at + SOON_AFTER
            at += HOUR


def _at(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return instant(date(year, month, day), time(hour))


_LOCAL = Change(_at(11, 9, 10) + HOUR / 2, local_day=date(2026, 11, 18))
_NOTICE = Change(_at(11, 25, 16) + HOUR / 2, notice=NEXT_YEAR)
_NEW_YEAR = WrongClock(_at(12, 31, 17), 8, timedelta(days=1))

FULL = Timetable(
    Span(date(2026, 1, 12), 52),
    (
        Downtime(_at(3, 10, 11), 1, people=True),
        Downtime(_at(4, 15, 13), 8, people=True),
        Downtime(_at(7, 6, 12), 45, people=False),
    ),
    (
        WrongClock(_at(5, 14, 14), 4, HOUR),
        WrongClock(_at(6, 3, 19), 6, timedelta(days=1)),
        WrongClock(_at(9, 23, 8), 7, timedelta(days=-1)),
        WrongClock(_at(10, 15, 16), 3, -HOUR),
        _NEW_YEAR,
    ),
    (_LOCAL, _NOTICE),
)
"""A whole year."""

SHORT = Timetable(
    Span(date(2026, 10, 26), 11),
    (
        Downtime(_at(10, 27, 11), 1, people=True),
        Downtime(_at(10, 30, 13), 8, people=True),
        Downtime(_at(11, 11, 12), 45, people=False),
    ),
    (
        WrongClock(_at(11, 9, 14), 4, HOUR),
        WrongClock(_at(11, 10, 14), 4, timedelta(days=1)),
        _NEW_YEAR,
        WrongClock(_at(1, 6, 8, 2027), 7, timedelta(days=-1)),
    ),
    (_LOCAL, _NOTICE),
    hours=frozenset({9, 17}),
)
"""The same between October and January, for a test."""


def change_calendar(change: Change, session: Session, now: datetime) -> None:
    """Make a change as the office does: look at what it moves, then confirm."""
    if change.local_day is not None:
        day = change.local_day
        proposal = calendar_changes.from_local_rule(
            session, first=day, last=day, kind=DayKind.OFF, name="演练放假", now=now
        )
    else:
        proposal = calendar_changes.from_notice(session, text=change.notice, now=now)
    calendar_changes.apply(session, SYSTEM, proposal=proposal, seen=proposal.digest, now=now)
