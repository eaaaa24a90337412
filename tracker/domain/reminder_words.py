"""What a reminder says (提醒措辞): short, kind, what happened and what to do.

No sentence counts the days left: it may be read later than it was planned. A day is printed instead.
"""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.obligation import ObligationState
from tracker.domain.reminders import NoticeKind, ObligationFact, PlannedNotice
from tracker.domain.rhythm import span_word
from tracker.domain.work_calendar import WEEKDAYS

LONGEST_TITLE = 40

_WHAT = "的进展"
_NO_CHANGE = "没有变化的，点“本{span}无变化”即可。"
_RETURN = "《{plan}》{report}{title}"
_TASK = "《{plan}》中的“{title}”"
_BODIES: dict[NoticeKind, str] = {
    NoticeKind.PERIOD_OPENS: f"{_RETURN}{{what}}可以报了，请在{{due}}前报送。{{detail}}{{hint}}",
    NoticeKind.BEFORE_CUTOFF: f"{_RETURN}{{what}}还没有收到，请在{{due}}前报送。{{hint}}",
    NoticeKind.MISSED: (
        f"{_RETURN}已于{{due}}截止，还没有收到贵单位的报送。请尽快补报，有困难请联系公开办。{{more}}"
    ),
    NoticeKind.RETURNED: f"{_RETURN}的报送已退回，请按意见修改后再报。{{detail}}",
    NoticeKind.TASK_SOON: f"{_TASK}将于{{due}}到期，请抓紧推进。有困难请及早告诉公开办。",
    NoticeKind.TASK_DUE: f"{_TASK}于{{due}}到期。已完成的请报送并附佐证，没有完成的请说明情况。",
    NoticeKind.TASK_OVERDUE: (
        f"{_TASK}已过{{due}}的时限，还没有办结。请说明进展和预计完成时间，已完成的请附佐证。"
    ),
}


def wording(notice: PlannedNotice) -> tuple[str, str]:
    """The subject and the body of a notice."""
    ahead = f"（提前{notice.workdays_ahead}个工作日）" if notice.workdays_ahead else ""
    subject = f"{notice.kind.label}{ahead}：{_short(notice.report + notice.subject_title)}"
    more = f"此前还有{notice.earlier_missed}期未报，可一并补上。" if notice.earlier_missed else ""
    body = _BODIES[notice.kind].format(
        plan=notice.plan_title,
        report=notice.report,
        title=notice.subject_title,
        what=_WHAT if notice.asks_progress else "",
        hint=_NO_CHANGE.format(span=span_word(notice.period_key)) if notice.asks_progress else "",
        due=_due(notice.due_on, notice.due_at),
        detail=_detail(notice),
        more=more,
    )
    return subject, body


def urging_words(fact: ObligationFact) -> tuple[str, str]:
    """The subject and the body of a person's urging (催办) for one return; it says no more than the facts."""
    due = _due(china_day(fact.due_at), fact.due_at)
    if fact.state is ObligationState.RETURNED:
        ask = f"的报送已退回，请修改后再报。意见：{fact.return_reason}"
    else:
        hint = _NO_CHANGE.format(span=span_word(fact.period_key)) if fact.asks_progress else ""
        what = _WHAT if fact.asks_progress else ""
        ask = f"{what}还没有收到，截止时间是{due}，请尽快报送。{hint}"
    title = _RETURN.format(plan=fact.plan_title, report=fact.cadence_name, title=fact.period_label)
    return f"催办：{_short(fact.cadence_name + fact.period_label)}", f"公开办提醒：{title}{ask}"


def receipt_words(plan_title: str) -> tuple[str, str]:
    """The subject and the body of a person's urging to acknowledge a plan (催签收)."""
    subject = f"催办：请签收{_short(f'《{plan_title}》')}"
    ask = "已交给本单位，还没有签收。请到“我的待办”点“签收”，一次即可。"
    return subject, f"公开办提醒：《{plan_title}》{ask}"


def _detail(notice: PlannedNotice) -> str:
    if not notice.detail:
        return ""
    if notice.kind is NoticeKind.RETURNED:
        return f"意见：{notice.detail}"
    return f"{notice.detail}。"


def _due(day: date, at: datetime | None) -> str:
    words = f"{month_day(day)}（{WEEKDAYS[day.weekday()]}）"
    return f"{words}{china_clock(at):%H:%M}" if at is not None else words


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
