"""两周一经验 in 青溪市: articles in every state, two of them much alike, and a fortnight that is running."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import STANDING_KINDS, Audience, Requirement
from tracker.domain.china_time import china_day, instant
from tracker.domain.experience import Angle, ExperienceState, Written
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Weeks
from tracker.services import (
    advancing,
    experience_articles,
    experience_steps,
    experience_writing,
    regime,
)
from tracker.services.experience_articles import Place
from tracker.store.queries import demo
from tracker.store.tables import Experience, Obligation, Period, Plan

FORTNIGHTS = 3
"""So many have passed."""
COUNTER = (
    "一、问题。办事群众反映，窗口旁的公开栏只贴目录，想看全文还要回家上网。\n"
    "二、做法。我们把公开专区搬到取号机旁，取号时按事项带出办事指南、政策原文和常见问答；每周一由窗口组长"
    "核对一次，过期的当场撤下。\n"
    "三、成效。专区启用六周，现场查询四百余次，重复来电比启用前少了三成。\n"
    "四、体会。公开不在于贴了多少，而在于群众走到哪里就能看到哪里。"
)
COUNTER_AGAIN = (
    "一、做法。中心把公开专区搬到取号机旁，取号时按事项带出办事指南、政策原文和常见问答；每周一由窗口组长"
    "核对一次，过期的当场撤下。新增了方言语音播报，照顾老年人。\n"
    "二、成效。专区启用以来，现场查询两百余次，老年人自助查询占四成。\n"
    "三、下一步。把播报的做法用到乡镇便民服务中心。"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One article: which fortnight (0 is the first), whose, what it says, and how far it came."""

    fortnight: int
    unit: str
    written: Written
    state: ExperienceState
    reason: str = ""


S = ExperienceState
ARTICLES = (
    Told(0, "市政务服务中心", Written("公开专区搬到取号机旁", COUNTER, "", Angle.PUBLIC), S.TAKEN_UP),
    Told(
        0, "市教育局",
        Written(
            "招生问答先让家长来改",
            "一、做法。招生政策解读发布前，请五所小学的家长代表先读一遍，看不懂的地方当场标出来，改成一问一答。\n"
            "二、成效。今年招生季咨询电话比去年少四成，问到的多是材料细节。\n"
            "三、体会。解读好不好，读的人说了算。",
            "", Angle.PUBLIC,
        ),
        S.SHOWN,
    ),
    Told(
        0, "市营商环境建设局",
        Written(
            "惠企政策按企业规模列清单",
            "把惠企政策按规模、行业、申报时间列成三张清单，每条写明找谁办、带什么、几天办结。清单每月核对，"
            "失效的划去并注明替代的政策。企业填两项情况，就能筛出自己能申报的。",
            "", Angle.BUSINESS,
        ),
        S.ADOPTED,
    ),
    Told(
        1, "市司法局",
        Written(
            "规范性文件清理结果一表看全",
            "清理结果不再分批发布，统一列成一张表：继续有效、修改、废止各占一栏，点文件名就能看全文和解读。",
        ),
        S.KEPT, "做法与去年的清理公告相近，先收下；有了群众使用的数据可以再报。",
    ),
    Told(
        1, "市大数据管理局",
        Written(
            "政策文件库检索先从热词做起",
            "统计了三个月的检索词，把前一百个热词逐条配好同义词和简称，群众怎么说就怎么搜。检索无结果的，"
            "次日人工补配，并回头告诉提问的人。",
            "", Angle.KEY_WORK,
        ),
        S.SENT_UP,
    ),
    Told(
        1, "市教育局",
        Written("校园食堂公开栏怎么建", "每所学校在门口设公开栏，公示每周食谱、供货单位和检查结果。"),
        S.RETURNED, "做法很好，但只写了一句。请补充：多少所学校做了、家长怎么监督、有什么变化。",
    ),
    Told(
        2, "市民政局",
        Written(
            "养老机构信息一图读懂",
            "把全市养老机构的床位、收费、等级做成一张图，每季度更新，社区网格员上门时带着讲。老人和子女反映，"
            "比看表格清楚。",
            "", Angle.PUBLIC,
        ),
        S.SUBMITTED,
    ),
    Told(
        2, "市卫生健康委员会",
        Written("便民服务中心的公开专区", COUNTER_AGAIN, "", Angle.PUBLIC), S.SUBMITTED,
    ),
)  # fmt: skip
BEGUN = Written("一条热线问出来的公开事项", "梳理了近半年的来电，问得最多的二十件事全部补进了公开目录。")


def share(session: Session, office: Actor, contacts: dict[int, Actor], plan: Plan, *, now: datetime) -> str:
    """Switch the rhythm on, let the fortnights pass, and tell what units wrote; says what there is now."""
    units = {told.unit: demo.unit_id_named(session, told.unit) for told in ARTICLES}
    periods = _switched_on(session, office, plan, units.values(), now=now)
    passed = [period for period in periods if period.due_at <= now][-FORTNIGHTS:]
    for place, period in enumerate(passed):
        advancing.advance(session, now=instant(period.starts_on, time(9)))
        owed = {each.unit_id: each for each in demo.obligations(session, period.id, "open")}
        for told in ARTICLES:
            if told.fortnight == place and units[told.unit] in owed:
                row = _write(
                    session, contacts[units[told.unit]], owed[units[told.unit]], told.written, period
                )
                _decide(session, office, row, told, period, now=now)
        advancing.advance(session, now=period.due_at + timedelta(minutes=1))
        session.expire_all()
    advancing.advance(session, now=now)
    _begin(session, contacts[units["市司法局"]], now=now)
    return f"经验材料{len(ARTICLES) + 1}篇，采用、展示、报省、退改的都有，一篇与先前的很像。"


def _switched_on(
    session: Session, office: Actor, plan: Plan, unit_ids: Iterable[int], *, now: datetime
) -> list[Period]:
    today = china_day(now)
    begun = today - timedelta(days=today.weekday() + 14 * FORTNIGHTS)
    standing = STANDING_KINDS["biweekly"]
    cadence = Cadence(
        Weeks(4, 2), time(17, 30), starts_on=begun, ends_on=date(today.year, 12, 31), kind=standing.kind,
        name=standing.name,
    )  # fmt: skip
    wanted = Requirement(standing.answer, standing.parts, Audience(unit_ids=frozenset(unit_ids)))
    made = regime.switch_on(
        session, office, plan_id=plan.id, wanted=cadence, version=0, requirement=wanted,
        now=instant(begun, time(8, 30)),
    )  # fmt: skip
    session.flush()
    return [period for period in demo.all_periods(session) if period.cadence_id == made.id]


def _write(
    session: Session, contact: Actor, owed: Obligation, written: Written, period: Period
) -> Experience:
    place = Place(obligation_id=owed.id)
    token = experience_articles.read(session, contact, place).token
    done = experience_writing.hand_in(
        session, contact, place, token=token, written=written, now=period.due_at - timedelta(hours=6)
    )
    return session.get_one(Experience, done.article_id)


def _decide(
    session: Session, office: Actor, row: Experience, told: Told, period: Period, *, now: datetime
) -> None:
    """Take the article as far as it came, a day a step."""
    moment = min(period.due_at - timedelta(hours=2), now)
    one = {"article_id": row.id}
    if told.state is S.RETURNED:
        experience_steps.send_back(
            session, office, **one, version=row.version, reason=told.reason, now=moment
        )
    elif told.state is S.KEPT:
        experience_steps.keep(session, office, **one, version=row.version, reason=told.reason, now=moment)
    elif told.state.is_adopted:
        experience_steps.adopt(session, office, **one, version=row.version, now=moment)
        _use(session, office, row, told.state, moment)


def _use(session: Session, office: Actor, row: Experience, state: ExperienceState, moment: datetime) -> None:
    one, day = {"article_id": row.id}, timedelta(days=1)
    if state in {S.SHOWN, S.TAKEN_UP}:
        url = f"https://www.qingxi.example/zwgk/jyjl/{row.id}.html"
        moment += day
        experience_steps.show(
            session, office, **one, version=row.version, url=url, on=china_day(moment), now=moment
        )
    if state in {S.SENT_UP, S.TAKEN_UP}:
        moment += day
        experience_steps.send_up(
            session, office, **one, version=row.version, on=china_day(moment), now=moment
        )
    if state is S.TAKEN_UP:
        moment += 5 * day
        experience_steps.take_up(
            session, office, **one, version=row.version, words="《云岭省政务公开工作简报》第18期",
            on=china_day(moment), now=moment,
        )  # fmt: skip


def _begin(session: Session, contact: Actor, *, now: datetime) -> None:
    """A draft that waits to be finished."""
    place = experience_writing.begin(session, contact, now=now)
    token = experience_articles.read(session, contact, place).token
    experience_writing.save_draft(session, contact, place, token=token, written=BEGUN, now=now)
