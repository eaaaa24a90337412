"""What a reminder says (提醒措辞): short, kind, what happened and what to do.

No sentence counts the days left: it may be read later than it was planned. A day is printed instead.
"""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.notices import NoticeKind, PlannedNotice, Stage
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import ObligationFact
from tracker.domain.rhythm import span_word
from tracker.domain.work_calendar import WEEKDAYS

LONGEST_TITLE = 40

_WHAT = "的进展"
_NO_CHANGE = "没有变化的，点“本{span}无变化”即可。"
_RETURN = "《{plan}》{report}{title}"
_TASK = "《{plan}》中的“{title}”"
_COUNT = "《{plan}》要求的“{title}”，{report}"
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
    NoticeKind.REQUEST_WAITS: f"{{report}}：{_TASK}。{{due}}提出，等公开办处理。",
    NoticeKind.REQUEST_ANSWERED: f"贵单位就{_TASK}提出的{{report}}。{{detail}}",
    NoticeKind.MEETING: "请参加“{title}”，时间：{due}{place}。{report}不能到会的，请提前告诉公开办。",
    NoticeKind.MEETING_OFF: "原定{due}的“{title}”{report}。{detail}",
    NoticeKind.QUOTA_LAGS: f"{_COUNT}{{detail}}，已落后于进度。请抓紧开展，开展后及时填报佐证。",
    NoticeKind.QUOTA_ENDS: f"{_COUNT}{{detail}}，{{due}}截止。请抓紧开展，已开展的请填报佐证。",
    NoticeKind.QUOTA_MISSED: f"{_COUNT}{{detail}}，到期没有达标。已开展的请补填佐证。{{more}}",
    NoticeKind.DELIVERY_FAILED: "有{title}提醒没有送达，或不知道对方收没收到，请到“发送情况”查看并重发。",
    NoticeKind.SELF_CHECK: "{title}。{detail}每个数都可以到“发送情况”里点开查看。",
}
_WHOLE = {
    NoticeKind.CLOCK: "“{title}”的时限（{detail}）",
    NoticeKind.CLAIM: "《{plan}》中按职责分工、还没有认领的{title}",
    NoticeKind.DECISION: "例会议定事项“{title}”",
    NoticeKind.INSTRUCTION: "批示办理事项“{title}”",
    NoticeKind.SUPERVISION: "督办单{title}",
    NoticeKind.HANDOVER: "{title}变动后的新联系人备案",
    NoticeKind.STATISTIC: "{title}",
}
_ASKS = {
    NoticeKind.CLOCK: "办结后请登记公开链接或附件",
    NoticeKind.CLAIM: "请逐项认领；不属于本单位的，请写明理由",
    NoticeKind.DECISION: "完成后请报完成情况",
    NoticeKind.INSTRUCTION: "请办理并回复",
    NoticeKind.SUPERVISION: "请办理并反馈",
    NoticeKind.HANDOVER: "请备案新联系人",
    NoticeKind.STATISTIC: "请填报，没有的事项留空即可",
}
_STAGES = {
    Stage.SOON: "{whole}{due}到期。{ask}，有困难请及早告诉公开办。",
    Stage.DUE: "{whole}{due}到期。{ask}。",
    Stage.OVERDUE: "{whole}已过{due}的期限。{ask}；有困难请联系公开办。",
}


_BY_TITLE = {NoticeKind.MEETING, NoticeKind.MEETING_OFF, NoticeKind.DELIVERY_FAILED, NoticeKind.SELF_CHECK}
_ASKED = {NoticeKind.REQUEST_WAITS, NoticeKind.REQUEST_ANSWERED}
_COUNTED = {NoticeKind.QUOTA_LAGS, NoticeKind.QUOTA_ENDS, NoticeKind.QUOTA_MISSED}


def wording(notice: PlannedNotice) -> tuple[str, str]:
    """The subject and the body of a notice."""
    ahead = f"（提前{notice.workdays_ahead}个工作日）" if notice.workdays_ahead else ""
    stage = notice.stage.label if notice.stage is not None else ""
    apart = "：" if notice.kind in _ASKED else ""
    title = notice.subject_title if notice.kind in _BY_TITLE else notice.report + apart + notice.subject_title
    subject = f"{notice.kind.label}{stage}{ahead}：{_short(title)}"
    if notice.stage is not None:
        return subject, _duty(notice, notice.stage)
    short = "未达标" if notice.kind is NoticeKind.QUOTA_MISSED else "未报"
    more = f"此前还有{notice.earlier_missed}期{short}，可一并补上。" if notice.earlier_missed else ""
    body = _BODIES[notice.kind].format(
        plan=notice.plan_title,
        report=notice.report,
        title=notice.subject_title,
        what=_WHAT if notice.asks_progress else "",
        hint=_NO_CHANGE.format(span=span_word(notice.period_key)) if notice.asks_progress else "",
        due=_due(notice.due_on, notice.due_at),
        detail=_detail(notice),
        place=f"，地点：{notice.detail}" if notice.detail else "",
        more=more,
    )
    return subject, body


def _duty(notice: PlannedNotice, stage: Stage) -> str:
    """What is to be done by a day, and what the reader is asked for."""
    whole = _WHOLE[notice.kind].format(
        plan=notice.plan_title, title=_short(notice.subject_title), detail=notice.detail
    )
    return _STAGES[stage].format(whole=whole, ask=_ASKS[notice.kind], due=_due(notice.due_on, notice.due_at))


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
    if notice.kind in {NoticeKind.RETURNED, NoticeKind.REQUEST_ANSWERED}:
        return f"意见：{notice.detail}"
    return notice.detail if notice.kind in _COUNTED else f"{notice.detail}。"


def _due(day: date, at: datetime | None) -> str:
    words = f"{month_day(day)}（{WEEKDAYS[day.weekday()]}）"
    return f"{words}{china_clock(at):%H:%M}" if at is not None else words


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
