"""The counting sheet (计时表) of a clock as a file: the facts that its document is made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from sqlalchemy.orm import Session

from tracker.documents import counting_sheet as document
from tracker.documents.counting_sheet import CountingSheet, DayLine
from tracker.domain.actor import Actor
from tracker.domain.china_time import instant
from tracker.domain.clock import ClockRule
from tracker.domain.clock_articles import FIRST_DAY, OWN_NAME, Article, article_of
from tracker.domain.work_calendar import WEEKDAYS
from tracker.services import clocks, settings
from tracker.services.clocks import Clock, ClockPage
from tracker.services.ledger import ExportedFile

LONGEST = 60
"""Characters of a basis beside each day; the whole of it stands above."""


def exported(session: Session, actor: Actor, *, clock_id: int, today: date) -> ExportedFile:
    """The sheet of a clock.

    Raises:
        NotFound: there is none, or it is another unit's.

    """
    page = clocks.page(session, actor, clock_id=clock_id, today=today)
    made = f"{settings.office_name(session)}　{_day(today)}制"
    title = f"{page.clock.row.title[:40]}计时表"
    sheet = CountingSheet(title, made, tuple(_facts(page)), tuple(_days(page)), instant(today, time()))
    return ExportedFile(f"{title}（{today:%Y%m%d}）.xlsx", document.as_xlsx(sheet))


def _facts(page: ClockPage) -> Iterator[tuple[str, str]]:
    clock, row = page.clock, page.clock.row
    yield "最后一天", _last(clock)
    yield "现在", _now(clock)
    if clock.open and clock.legal_warning:
        yield "注意", clock.legal_warning
    yield "事项", row.title
    yield "单位", row.unit.name
    yield "规则", f"{clock.rule.name}：{clock.rule.words}"
    yield f"{clock.rule.event[:8] or '起算'}之日", _day(row.started_on)
    if row.formed_on is not None and clock.legal_day is not None:
        yield "形成之日", f"{_day(row.formed_on)}，按条例最晚{_day(clock.legal_day)}"
    for stop in row.stops:
        end = f"{_day(stop.until)}以后继续" if stop.until is not None else "还没有继续"
        yield "中止", f"{_day(stop.since)}以后不计，{end}：{stop.why}"
    for restart in row.restarts:
        yield "重新起算", f"{_day(restart.day)}以后重新计：{restart.why}"
    if row.plan is not None:
        yield "文件", row.plan.title
    if row.task is not None:
        yield "任务", f"第{row.task.serial}项 {row.task.title}"
    if row.evidence_url or row.file_name:
        yield "佐证", "　".join(filter(None, (row.evidence_url, row.file_name)))
    for article in page.articles:
        yield "依据", f"{article.name}：{article.text}"


def _last(clock: Clock) -> str:
    due = clock.standing.due_on
    if due is None:
        return "中止中，继续计时后才知道"
    guessed = "（有的年份放假安排还没公布，暂按推算）" if clock.standing.provisional else ""
    return f"{_day(due)}{guessed}"


def _now(clock: Clock) -> str:
    row = clock.row
    if row.voided_at is not None:
        return f"已作废：{row.void_reason}"
    if row.closed_on is not None:
        late = f"，{clock.left}" if clock.standing.overdue else ""
        return f"{clock.state}，{_day(row.closed_on)}办结{late}"
    return f"{clock.state}，{clock.left}，已计{clock.standing.counted}{clock.rule.unit.label}"


def _days(page: ClockPage) -> Iterator[DayLine]:
    rule, course, due = page.clock.rule, page.clock.course, page.clock.standing.due_on
    first = f"{rule.event or '起算'}的当天，从第二天数起"
    yield DayLine(course.started_on, None, first, FIRST_DAY.name)
    for line in page.lines:
        article = article_of(rule, course, line.day, counts=line.number is not None)
        guessed = "（暂按推算）" if line.provisional else ""
        last = line.day == due
        why = f"{line.why}{guessed}{'，最后一天' if last else ''}"
        yield DayLine(line.day, line.number, why, _name(article, rule), last)


def _name(article: Article, rule: ClockRule) -> str:
    """The article by its name; a rule whose basis is a sentence by that."""
    if article.name != OWN_NAME:
        return article.name
    return article.text[:LONGEST] or rule.words


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
