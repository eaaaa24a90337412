"""What the command line asks of the calendar (`manage.py tracker calendar QUESTION`), answered in lines.

    add-workdays DAY N [--sheet]      the N-th workday after a day
    workday DAY                       whether a day is worked, and why
    periods --weekday thu --from … --to … --rule advance|postpone|waive [--every 2]
    periods --month-day 10 --every 3 --lag 1 --from … --to … --rule …

The rules are those of the domain, so that what is printed is what the pages would lay out.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, time

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR, month_day
from tracker.domain.errors import RuleViolated
from tracker.domain.period import Cadence, Collision, HolidayRule, Period, periods
from tracker.domain.rhythm import LONGEST_LAG, Months, Rhythm, Weeks
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import WEEKDAYS, DayStatus, WorkCalendar, counting_sheet, workdays_after

WEEKDAY_WORDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSE_OF_BUSINESS = time(17, 30)
GUESSED = "暂按推算"
MOST_DIGITS = 2  # of a day of the month, and of months
MOST_DAYS = 10_000
"""Some forty years of workdays."""


class NoSuchRhythm(RuleViolated):
    """没有这样的报送频率：请核对起止日期；按月的，--every 只能是 1、2、3、4、6、12。"""


def add_workdays(calendar: WorkCalendar, options: argparse.Namespace) -> Iterator[str]:
    """The n-th workday after a day; with `--sheet` each day before it, and why it counts or not."""
    last = workdays_after(options.day, options.count, calendar)
    for line in counting_sheet(options.day, options.count, calendar) if options.sheet else ():
        guessed = f"（{GUESSED}）" if line.provisional else ""
        yield f"{line.day.isoformat()} {line.mark}{line.number or ''} {line.why}{guessed}"
    yield _describe(last, calendar)


def workday(calendar: WorkCalendar, options: argparse.Namespace) -> Iterator[str]:
    """Whether a day is worked, and why."""
    verdict = "工作日" if calendar.is_workday(options.day) else "休息日"
    name = calendar.name_of(options.day)
    reason = f"（{name}）" if name and name not in WEEKDAYS else ""
    yield f"{_describe(options.day, calendar)} {verdict}{reason}"


def reporting_periods(calendar: WorkCalendar, options: argparse.Namespace) -> Iterator[str]:
    """The periods of a rhythm: key, span, the day as the rule says it, the day after holidays, and why."""
    cadence = _cadence(options)
    found = periods(cadence, calendar, until=options.last)
    yield cadence.words
    yield from _table([("期次", "起止", "规定日", "截止日", "说明"), *map(_cells, found)])
    asked = sum(not period.waived for period in found)
    merged = sum(period.merged_on is not None for period in found)
    told = f"并入下一期{merged}期，" if merged else ""
    yield f"共{len(found)}期，要报{asked}期，{told}免报{len(found) - asked - merged}期。"


def _cadence(options: argparse.Namespace) -> Cadence:
    rule, collision = HolidayRule(options.rule), Collision(options.collision)
    try:
        rhythm = _rhythm(options)
        return Cadence(
            rhythm, CLOSE_OF_BUSINESS, options.first, options.last, rule, collision, name="报送"
        )
    except ValueError as error:
        raise NoSuchRhythm from error


def _rhythm(options: argparse.Namespace) -> Rhythm:
    if options.month_day is not None:
        return Months(options.month_day, options.every, options.lag)
    return Weeks(WEEKDAY_WORDS.index(options.weekday), options.every)


def _cells(period: Period) -> tuple[str, ...]:
    due = "免报" if period.waived else _dated(period.due_on)
    if period.merged_on is not None:
        due = f"{Collision.MERGE.label}（{month_day(period.merged_on)}）"
    why = "；".join(filter(None, (period.why, GUESSED if period.provisional else "")))
    span = f"{period.starts_on.isoformat()}至{period.ends_on.isoformat()}"
    return period.key, span, _dated(period.nominal_due), due, why


def _dated(day: date) -> str:
    return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns; a Chinese character is two wide."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _describe(day: date, calendar: WorkCalendar) -> str:
    guessed = calendar.certainty(day) is DayStatus.PROVISIONAL
    note = f"（{day.year} 年放假通知尚未录入，{GUESSED}）" if guessed else ""
    return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}{note}"


def declare(parser: argparse.ArgumentParser) -> None:
    """The questions with their arguments; each sets `answer`."""
    questions = parser.add_subparsers(required=True, title="问题", metavar="问题")
    add = questions.add_parser("add-workdays", help="某日之后第 N 个工作日是哪天")
    add.add_argument("day", type=as_day, metavar="日期")
    add.add_argument("count", type=as_count, metavar="N")
    add.add_argument("--sheet", action="store_true", help="逐日列出计或不计，以及原因")
    add.set_defaults(answer=add_workdays)
    is_worked = questions.add_parser("workday", help="某日是不是工作日")
    is_worked.add_argument("day", type=as_day, metavar="日期")
    is_worked.set_defaults(answer=workday)
    _declare_periods(questions.add_parser("periods", help="一种报送频率在一段时间里的各期和截止日"))


def _declare_periods(parser: argparse.ArgumentParser) -> None:
    by = parser.add_mutually_exclusive_group(required=True)
    by.add_argument("--weekday", choices=WEEKDAY_WORDS, metavar="周几", help="每周几截止：mon 到 sun")
    by.add_argument("--month-day", type=_month_day, metavar="几号", help="每月几号截止，31 为月底")
    parser.add_argument("--every", type=as_count, default=1, metavar="N", help="几周或几个月一期，默认 1")
    parser.add_argument("--lag", type=_lag, default=0, metavar="N", help="期满后第几个月报，默认当月")
    parser.add_argument("--from", type=as_day, required=True, dest="first", metavar="日期", help="从哪天开始")
    parser.add_argument("--to", type=as_day, required=True, dest="last", metavar="日期", help="到哪天为止")
    _declare_rule(parser, "--rule", HolidayRule, "遇节假日：")
    _declare_rule(parser, "--collision", Collision, "顺延与下一期同日：")
    parser.set_defaults(answer=reporting_periods)


def _declare_rule(parser: argparse.ArgumentParser, name: str, rules: type[Titled], when: str) -> None:
    """A choice among the rules of one kind; the first is the usual one."""
    values = [rule.value for rule in rules]
    told = when + "；".join(f"{rule.value} {rule.label}" for rule in rules)
    parser.add_argument(name, choices=values, default=values[0], metavar="规则", help=told)


def as_day(text: str) -> date:
    """A day as the command line writes it.

    Raises:
        argparse.ArgumentTypeError: it is none, or of a year that nobody can mean.

    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-09-24 的样子，收到的是 {text}") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"年份应在{FIRST_YEAR}年到{LAST_YEAR}年之间，收到的是 {text}")
    return day


def as_count(text: str) -> int:
    """A number that is not negative, and that can be counted to.

    Raises:
        argparse.ArgumentTypeError: it is none.

    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"天数应是不小于 0 的整数，收到的是 {text}")
    if len(text) > len(str(MOST_DAYS)) or int(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"最多数到 {MOST_DAYS} 天，收到的是 {text}")
    return int(text)


def _month_day(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
    if not 1 <= number <= 31:
        raise argparse.ArgumentTypeError(f"几号应是 1 到 31，收到的是 {text}")
    return number


def _lag(text: str) -> int:
    if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) > LONGEST_LAG:
        raise argparse.ArgumentTypeError(f"应是 0 到 {LONGEST_LAG} 个月，收到的是 {text}")
    return int(text)
