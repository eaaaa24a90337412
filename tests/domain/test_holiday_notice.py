"""A pasted holiday notice: read whole, or refused with the place that does not agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tracker.adapters.work_calendar import known_years, official_days
from tracker.domain.errors import InvalidInput
from tracker.domain.holiday_notice import read_notice
from tracker.domain.work_calendar import WEEKDAYS, CalendarDay, DayKind

NOTICE = """国务院办公厅关于2031年部分节假日安排的通知
国办发明电〔2030〕9号

青溪市人民政府：
　　2031年各节日的放假调休日期安排如下。
　　一、元旦：1月1日（周三）放假，共1天。
　　二、春节：1月22日（农历除夕、周三）至28日（周二）放假调休，共7天。1月19日（周日）、2月1日（周六）上班。
　　三、清明节：4月4日（周五）至6日（周日）放假，共3天。
　　四、劳动节：5月1日（周四）至4日（周日）放假，共4天。
　　五、端午节：6月24日（周二）放假，共1天。
　　六、中秋节：9月12日放假，与周末连休。
　　七、国庆节：10月1日（周三）至7日（周二）放假调休，共7天。9月28日（周日）、10月11日（周六）上班。
　　节假日期间，各单位要妥善安排好值班。
"""


def test_a_notice_gives_its_year_its_number_and_every_day() -> None:
    notice = read_notice(NOTICE)

    kinds = {day.day: day.kind for day in notice.days}
    assert (notice.year, notice.number) == (2031, "国办发明电〔2030〕9号")
    assert sum(kind is DayKind.OFF for kind in kinds.values()) == 24
    assert [day for day, kind in kinds.items() if kind is DayKind.WORK] == [
        date(2031, 1, 19), date(2031, 2, 1), date(2031, 9, 28), date(2031, 10, 11),
    ]  # fmt: skip
    assert {day.name for day in notice.days if day.day.month == 9} == {"中秋节", "国庆节调休上班"}


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        pytest.param("共7天。1月19日", "共8天。1月19日", "“春节”一条写共8天，按日期算是7天", id="a count"),
        pytest.param("1月1日（周三）", "1月1日（周四）", "写1月1日是周四", id="a weekday"),
        pytest.param("2月1日（周六）上班", "2月3日上班", "本来就上班", id="a workday that is one anyway"),
        pytest.param("10月11日（周六）上班", "10月4日（周六）上班", "既写放假又写上班", id="off and worked"),
        pytest.param("六、中秋节：9月12日放假，与周末连休。", "", "没有看到中秋", id="a holiday left out"),
        pytest.param("6月24日（周二）放假，共1天", "6月31日放假，共1天", "不是一个日期", id="no such day"),
        pytest.param("4月4日（周五）至6日（周日）放假，共3天", "4月4日至6日放假", "没有写共几天", id="no count"),
        pytest.param("6月24日（周二）放假，共1天", "按往年执行", "没有写哪几天放假", id="no day"),
        pytest.param("至28日（周二）", "至8月28日", "起止日期不对", id="a stretch of months"),
        pytest.param("关于2031年部分", "关于部分", "没有看出是哪一年", id="no year"),
        pytest.param("5月1日（周四）至4日（周日）放假，共4天", "5月3日至4日放假，共2天", "5月1日依法放假", id="a day of the law"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_named(was: str, becomes: str, said: str) -> None:
    text = NOTICE.replace(was, becomes)
    assert text != NOTICE

    with pytest.raises(InvalidInput, match=said):
        read_notice(text)


@pytest.mark.parametrize("text", ["", "明天开会", "关于2027年部分节假日安排的通知\n请各单位做好准备。", "一" * 30_000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_notice(text)


def test_empty_lines_change_nothing_however_many() -> None:
    assert read_notice(NOTICE.replace("\n", "\n" * 1500)) == read_notice(NOTICE)


def test_a_new_year_that_begins_in_december_is_read_with_and_without_its_years() -> None:
    plain = NOTICE.replace("1月1日（周三）放假，共1天", "12月31日至1月1日放假调休，共2天。12月28日（周六）上班")
    dated = plain.replace("12月31日至1月1日", "2030年12月31日至2031年1月1日").replace("。12月28", "。2030年12月28")

    first = read_notice(plain).days[:3]

    assert first == read_notice(dated).days[:3]
    assert [(day.day, day.kind.value) for day in first] == [
        (date(2030, 12, 28), "work"), (date(2030, 12, 31), "off"), (date(2031, 1, 1), "off"),
    ]  # fmt: skip


@pytest.mark.parametrize("year", [year for year in known_years() if year >= 2008])
def test_every_known_year_written_as_a_notice_reads_back(year: int) -> None:
    days = official_days([year - 1, year])
    text, meant = written(year, days)

    read = read_notice(text).days

    assert {(day.day, day.kind) for day in read} == meant


def written(year: int, days: tuple[CalendarDay, ...]) -> tuple[str, set[tuple[date, DayKind]]]:
    """The days of a year in the form of a notice: one item for each run of days off."""
    worked = [day for day in days if day.kind is DayKind.WORK]
    runs = [run for run in runs_of(days) if run[-1].day.year == year and run[-1].day.month < 12]
    lines, meant = [f"国务院办公厅关于{year}年部分节假日安排的通知"], set()
    for number, run in zip("一二三四五六七八九", runs, strict=False):
        names = list(dict.fromkeys(day.name for day in run))
        own = [day for day in worked if day.name.removesuffix("调休上班") in names
               and abs(day.day - run[0].day) < timedelta(40)]
        # 2020's 中秋 fell on 1 October and has no day of its own.
        titles = [*names, "中秋节"] if year == 2020 and "国庆节" in names else names
        line = f"{number}、{'、'.join(titles)}：{words(run[0].day, year)}"
        line += f"至{words(run[-1].day, year)}" if len(run) > 1 else ""
        line += f"放假调休，共{len(run)}天。"
        line += f"{'、'.join(words(day.day, year) for day in own)}上班。" if own else ""
        lines.append(line)
        meant |= {(day.day, day.kind) for day in (*run, *own)}
    return "\n".join(lines), meant


def words(day: date, year: int) -> str:
    before = "" if day.year == year else f"{day.year}年"
    return f"{before}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def runs_of(days: tuple[CalendarDay, ...]) -> Iterator[list[CalendarDay]]:
    run: list[CalendarDay] = []
    for day in (day for day in days if day.kind is DayKind.OFF):
        if run and day.day - run[-1].day > timedelta(1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run
