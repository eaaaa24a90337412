"""一月一例会 in 青溪市: last month's meeting with its minutes, and the one that is coming."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import STANDING_KINDS, Audience, Requirement
from tracker.domain.china_time import china_day, instant
from tracker.domain.meeting import DEFAULT_ROLES, Attendance, Presence
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Months
from tracker.services import (
    advancing,
    attending,
    decisions,
    form_returns,
    handing_in,
    meetings,
    minutes,
    regime,
)
from tracker.services.decisions import Seen
from tracker.services.meetings import Arrangement
from tracker.services.minutes import Proposed
from tracker.store.queries import demo
from tracker.store.queries import meetings as queries
from tracker.store.tables import Meeting, Period, Plan

ASKED = (
    "市教育局", "市民政局", "市司法局", "市卫生健康委员会", "市住房和城乡建设局", "市大数据管理局",
    "市营商环境建设局", "市政务服务中心",
)  # fmt: skip
PLACE = "市政府三楼会议室"
AFTERNOON = time(15)
REPORTS = (
    "专栏已按目录更新，正在补齐解读材料。",
    "清单核对过半，本月底前完成。",
    "问答库补录一批，开始试运行。",
)
REQUEST = "请市大数据管理局开放接口。"
NEXT = timedelta(days=9)


def hold(session: Session, office: Actor, contacts: dict[int, Actor], plan: Plan, *, now: datetime) -> str:
    """Switch the rhythm on, hold last month's meeting, call this month's; says what there is now."""
    today = china_day(now)
    begun = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    opening = instant(begun, time(9))
    asked = [demo.unit_id_named(session, name) for name in ASKED]
    standing = STANDING_KINDS["monthly"]
    cadence = Cadence(
        Months(25), time(17, 30), starts_on=begun, ends_on=date(today.year, 12, 31), kind="monthly",
        name=standing.name,
    )  # fmt: skip
    requirement = Requirement(standing.answer, standing.parts, Audience(unit_ids=frozenset(asked)))
    regime.switch_on(
        session, office, plan_id=plan.id, wanted=cadence, version=0, requirement=requirement, now=opening
    )
    advancing.advance(session, now=opening)
    before = queries.periods_waiting(session)[0]
    _tell(session, contacts, before, asked, now=instant(before.due_on - timedelta(days=2), time(10)))
    held = _held(session, office, contacts, before, asked)
    advancing.advance(session, now=instant(today.replace(day=1), time(9)))
    running = queries.periods_waiting(session)
    if not running:
        return f"例会已开一次（{held.title}）。"
    starts_on = max(running[0].due_on, today + timedelta(days=1))
    meetings.call(
        session, office, plan_id=plan.id, period_id=running[0].id,
        wanted=_arrangement(running[0], asked, starts_on), now=now,
    )  # fmt: skip
    _tell(session, contacts, running[0], asked[2:5], now=now)
    advancing.advance(session, now=now)
    return f"例会已开一次（{held.title}），又召集一次；有一件议定事项没有办结，将再次上会。"


def _arrangement(period: Period, asked: list[int], day: date) -> Arrangement:
    return Arrangement(f"{period.label}例会", instant(day, AFTERNOON), PLACE, DEFAULT_ROLES, tuple(asked))


def _tell(
    session: Session, contacts: dict[int, Actor], period: Period, asked: list[int], *, now: datetime
) -> None:
    """Units tell beforehand who comes and what they report."""
    owed = queries.obligations(session, period.id)
    for place, unit_id in enumerate(asked):
        one, contact = owed[unit_id], contacts[unit_id]
        values = {
            "attendee": f"分管领导、{contact.name}",
            "report": REPORTS[place % len(REPORTS)],
            "request": REQUEST if place == 1 else "无",
        }
        token = handing_in.versions_of(session, one.id).token
        form_returns.submit(session, contact, obligation_id=one.id, token=token, values=values, now=now)


def _held(
    session: Session, office: Actor, contacts: dict[int, Actor], period: Period, asked: list[int]
) -> Meeting:
    """Last month's meeting: one leader sent somebody, one unit was away; of two decisions one is done."""
    starts_at = instant(period.due_on, AFTERNOON)
    before, after = starts_at - timedelta(days=5), starts_at + timedelta(hours=2)
    meeting = meetings.call(
        session, office, plan_id=period.plan_id, period_id=period.id,
        wanted=_arrangement(period, asked, period.due_on), now=before,
    )  # fmt: skip
    one = {"meeting_id": meeting.id}
    attending.all_present(session, office, **one, now=after)
    leader, person = DEFAULT_ROLES
    entered = {
        (asked[3], leader): Attendance(leader, Presence.DEPUTY, who="办公室主任"),
        (asked[6], leader): Attendance(leader, Presence.LEAVE, why="赴省开会"),
        (asked[6], person): Attendance(person, Presence.LEAVE, why="外出培训"),
    }
    token = attending.token_of(meeting)
    attending.enter(session, office, **one, token=token, entered=entered, now=after)
    notes = {asked[0]: "政策问答已补录，下月起每周更新。", asked[5]: "接口标准已起草，正在征求意见。"}
    minutes.write(
        session, office, **one, token=minutes.token_of(meeting), notes=notes,
        text="会议听取了各单位进展，研究了接口开放和培训两件事，要求对照清单抓紧补齐。", now=after,
    )  # fmt: skip
    due_on = period.due_on + NEXT
    wanted = (
        Proposed("举办一次依申请公开业务培训，各单位联络员参加。", asked[2], due_on),
        Proposed("向各单位开放政策文件库检索接口，附使用说明。", asked[5], due_on + timedelta(days=3)),
    )
    training, _ = (minutes.propose(session, office, **one, wanted=each, now=after) for each in wanted)
    closed_at = after + timedelta(hours=1)
    minutes.close(session, office, **one, version=meeting.version, now=closed_at)
    session.refresh(training)
    words = "已培训联络员46人，课件发到工作群。"
    done_at = instant(due_on - timedelta(days=1), time(11))
    decisions.report(
        session, contacts[asked[2]], Seen(training.id, training.version), words=words, now=done_at
    )
    decisions.confirm(session, office, Seen(training.id, training.version), now=done_at + timedelta(hours=3))
    return meeting
