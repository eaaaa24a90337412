"""The articles beside a counting sheet (计时依据): how long, from which day, and what does not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.clock import ClockRule, Course, DayUnit


@dataclass(frozen=True, slots=True)
class Article:
    """An article by its name, with the sentence that matters here."""

    name: str
    text: str


_ACT = "《政府信息公开条例》"
PUBLISHING = Article(
    f"{_ACT}第二十六条",
    "属于主动公开范围的政府信息，应当自该政府信息形成或者变更之日起20个工作日内及时公开。"
    "法律、法规对政府信息公开的期限另有规定的，从其规定。",
)
FIRST_DAY = Article(
    "《民法典》第二百零一条", "按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算。"
)
CONSULTING = Article(
    f"{_ACT}第三十三条", "行政机关征求第三方和其他机关意见所需时间不计算在前款规定的期限内。"
)
COMPLETING = Article(f"{_ACT}第三十条", "答复期限自行政机关收到补正的申请之日起计算。")
WORKDAYS = Article(
    "工作日怎么算",
    "按国务院办公厅公布的放假和调休安排：放假的不算，调休上班的周末算；还没公布的年份暂按推算。",
)
OWN_NAME = "这条规则的依据"


def articles(rule: ClockRule, course: Course) -> tuple[Article, ...]:
    """What the counting of this clock rests on, the rule's own first."""
    found = [_own(rule), FIRST_DAY]
    if rule.asks_formed:
        found.insert(1, PUBLISHING)
    if rule.unit is DayUnit.WORKDAYS:
        found.append(WORKDAYS)
    if course.stops:
        found.append(CONSULTING)
    if course.restarts:
        found.append(COMPLETING)
    return tuple(each for each in found if each.text)


def article_of(rule: ClockRule, course: Course, day: date, *, counts: bool) -> Article:
    """By which article one day counts, or does not."""
    if counts:
        return _own(rule)
    if day == course.started_on:
        return FIRST_DAY
    if day <= course.counts_from:
        return COMPLETING
    if any(stop.since < day and (stop.until is None or day <= stop.until) for stop in course.stops):
        return CONSULTING
    return WORKDAYS


def _own(rule: ClockRule) -> Article:
    return PUBLISHING if rule.basis == PUBLISHING.name else Article(OWN_NAME, rule.basis)
