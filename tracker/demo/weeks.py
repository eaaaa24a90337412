"""Ten weeks of returns in 青溪市 and the quarter that ended in them, the same at every filling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.task import Role
from tracker.services import advancing, form_returns, handing_in, reporting, returns
from tracker.services.reporting import Decision
from tracker.services.return_lines import LineInput
from tracker.store.queries import demo
from tracker.store.queries import returns as return_queries
from tracker.store.tables import Assignment, Obligation, Period

WORK = (
    ("已列出清单，正在逐件核对。", "完成核对，对缺项逐条补齐。"),
    ("核对过半，发现{n}处不一致，已退承办科室更正。", "更正后统一上网。"),
    ("补录{n}条，专栏目录已调整。", "请服务对象试用，收集意见。"),
    ("收到意见{n}条，采纳后改了检索入口。", "整理佐证材料，准备申请销号。"),
)
FRESH = timedelta(days=7)
"""For so long after a cut-off some returns may still wait to be read."""
QUARTER = (
    "本季度制发文件{n}件，目录已全部上网。",
    "共制发{n}件，其中规范性文件均已同步解读，目录按月更新。",
    "制发{n}件，另有几件依法不公开，已注明理由；目录已核对一遍。",
)
HALF_YEAR = (
    "牵头的任务过半，逾期的已逐项说明；政策解读都配了问答或者图解。",
    "承担的任务按时推进，公开专栏按月核对，群众来电比去年同期少。",
    "完成两项，其余正常；依申请公开没有超期。",
)
# In office hours: from half past nine to half past three on the last day, or one or two days before.
HOURS_BEFORE = (2, 3, 5, 7, 8, 25, 27, 30, 49, 52)
PROBLEMS = ("需要市大数据管理局开放接口，已去函两次，请公开办协调。", "经费还没有落实，请公开办协调。")
SENT_BACK = "请补充发布链接和发布日期，再报一次。"
LINK = "https://www.qingxi.example/zwgk/{task}-{week}.html"


def chance(*parts: object) -> int:
    """A number from 0 to 99 that depends on `parts` alone."""
    text = "/".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") % 100


def live_through(
    session: Session, office: Actor, contacts: dict[int, Actor], *, spared_unit_id: int, now: datetime
) -> tuple[int, int]:
    """Let the periods up to `now` pass: they open, units hand in, the office reads, they close.

    `spared_unit_id` is the unit whose contact signs in to try things out: the present week is left to it.

    Returns:
        How many periods were closed and how many returns were handed in.

    """
    closed = handed_in = 0
    begun = [
        each for each in demo.all_periods(session) if _opens_on(each) <= china_day(now) and not each.waived
    ]
    last = {period.cadence_id: period.id for period in begun}
    for period in begun:
        newest = period.id == last[period.cadence_id] and period.due_at > now - FRESH
        advancing.advance(session, now=min(now, _opening(period)))
        for owed in demo.obligations(session, period.id, "open"):
            if not (period.due_at > now and owed.unit_id == spared_unit_id):
                contact = contacts[owed.unit_id]
                handed_in += _hand_in(session, office, contact, owed, period, newest=newest, now=now)
        if period.due_at <= now:
            advancing.advance(session, now=period.due_at + timedelta(minutes=1))
            for owed in demo.obligations(session, period.id, "missed"):
                late = _hand_in_late(session, office, contacts[owed.unit_id], owed, period, now=now)
                handed_in += late
            closed += 1
        session.flush()
        session.expire_all()
    return closed, handed_in


def _opens_on(period: Period) -> date:
    return period.opens_on or period.starts_on


def _opening(period: Period) -> datetime:
    return period.due_at - timedelta(days=(china_day(period.due_at) - _opens_on(period)).days, hours=8)


def _hand_in(
    session: Session,
    office: Actor,
    contact: Actor,
    owed: Obligation,
    period: Period,
    *,
    newest: bool,
    now: datetime,
) -> int:
    """One unit's week: on time, forgotten, or handed in and sent back; of the newest some wait to be read."""
    luck = chance(owed.unit_id, period.key)
    at = period.due_at - timedelta(hours=HOURS_BEFORE[luck % len(HOURS_BEFORE)], minutes=luck % 25)
    if luck < 7 or at > now or (period.due_at > now and luck > 60):
        return 0
    said = _submit(session, contact, owed, period, at)
    read_at = at + timedelta(hours=1)
    if read_at > now or (newest and chance(owed.unit_id, "waits") < 20):
        return 1
    if 84 <= luck < 92:
        reporting.send_back(session, office, Decision(owed.id, owed.version, SENT_BACK), now=read_at)
        session.flush()
        if newest:
            return 1
        mended = [_with_link(line, period, at) for line in said]
        _submit(session, contact, owed, period, read_at + timedelta(minutes=30), lines=mended)
    accepted_at = read_at + timedelta(minutes=40)
    reporting.accept(session, office, Decision(owed.id, owed.version), now=accepted_at)
    session.flush()
    return 1


def _hand_in_late(
    session: Session, office: Actor, contact: Actor, owed: Obligation, period: Period, *, now: datetime
) -> int:
    """Some of those who forgot send it the morning after."""
    at = period.due_at + timedelta(hours=16)
    if at > now or chance(owed.unit_id, period.key, "late") >= 40:
        return 0
    _submit(session, contact, owed, period, at)
    read_at = at + timedelta(hours=5)
    if read_at <= now:
        reporting.accept(session, office, Decision(owed.id, owed.version), now=read_at)
        session.flush()
    return 1


def _lines(session: Session, owed: Obligation, period: Period, at: datetime) -> list[LineInput]:
    parts = return_queries.assignments_for_writing(session, owed.plan_id, owed.unit_id)
    return [line for part in parts.values() if (line := _line(part, period, at)) is not None]


def _submit(
    session: Session,
    contact: Actor,
    owed: Obligation,
    period: Period,
    at: datetime,
    *,
    lines: list[LineInput] | None = None,
) -> list[LineInput]:
    """Hand in, in a second version the `lines` of the first; gives the lines."""
    token = handing_in.versions_of(session, owed.id).token
    if handing_in.asks_for_progress(owed):
        lines = lines or _lines(session, owed, period, at)
        returns.submit(session, contact, obligation_id=owed.id, token=token, lines=lines, now=at)
    else:
        values = _values(owed, period)
        form_returns.submit(session, contact, obligation_id=owed.id, token=token, values=values, now=at)
    session.flush()
    return lines or []


def _with_link(line: LineInput, period: Period, at: datetime) -> LineInput:
    """What was sent back for want of a link, with one."""
    if line.status != "done" or line.evidence_url:
        return line
    link = LINK.format(task=line.assignment_id, week=period.key.lower())
    return replace(line, evidence_url=link, evidence_on=china_day(at).isoformat())


def _values(owed: Obligation, period: Period) -> dict[str, str]:
    """What a unit writes in the quarter's form, or in the half year's."""
    if period.cadence.kind == "half_year":
        words = HALF_YEAR[chance(owed.unit_id, period.key, "words") % len(HALF_YEAR)]
        return {"summary": words, "problems": "", "plans": "下一步抓好到期任务的销号。"}
    count = 3 + chance(owed.unit_id, period.key, "count") % 40
    words = QUARTER[chance(owed.unit_id, period.key, "words") % len(QUARTER)]
    return {"count": str(count), "content": words.format(n=count)}


def _line(part: Assignment, period: Period, at: datetime) -> LineInput | None:
    """What a unit says of one task in one week; nothing where it only supports or has little to do."""
    serial, week = part.task.serial, period.key
    named_itself = not part.group_name
    if part.status == "done" or not (named_itself or chance(part.unit_id, serial, week) < 12):
        return None
    if part.role == Role.SUPPORT.value and chance(part.unit_id, serial, week, "support") < 70:
        return None
    if _finishes(part, period.ends_on):
        has_link = chance(part.unit_id, serial, "link") >= 18
        link = LINK.format(task=serial, week=week.lower()) if has_link else ""
        done = "已全部完成并上线，群众可以在专栏查询。"
        return LineInput(
            part.id, status="done", progress=done, evidence_url=link,
            evidence_on=china_day(at).isoformat() if link else "",
        )  # fmt: skip
    if chance(part.unit_id, serial, week, "quiet") < 35:
        return None
    step = chance(part.unit_id, serial, week, "step") % len(WORK)
    words, plan = WORK[step]
    blocked = chance(part.unit_id, serial) < 4
    return LineInput(
        part.id,
        status="blocked" if blocked else "in_progress",
        progress=words.format(n=3 + chance(part.unit_id, serial, week, "n") % 17),
        next_plan=plan,
        problem=PROBLEMS[serial % len(PROBLEMS)] if blocked else "",
    )


def _finishes(part: Assignment, week_end: date) -> bool:
    """Most units finish within the last three weeks before the day; a few do not."""
    due_on = part.task.due_on
    if due_on is None or part.task.deadline_notation.startswith(("recurring", "ongoing")):
        return False
    slow = chance(part.unit_id, part.task.serial, "slow")
    return slow >= 18 and week_end >= due_on - timedelta(days=7 + slow % 21)
