"""What happens to the tasks of 青溪市 between two returns: received, claimed, asked for, counted, timed.

One of each, so that every page has something to try: what waits for the office, what the unit that signs in
has to answer, and what is long settled. A task that is over by the day of the filling is passed by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.demo.pictures import picture
from tracker.demo.weeks import chance
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.clock import DayUnit
from tracker.domain.ports import Files
from tracker.domain.proof import Proof
from tracker.domain.quota_scope import Scope
from tracker.domain.request import RequestKind
from tracker.domain.sub_item import Step
from tracker.domain.task import LineStatus, TaskState
from tracker.domain.work_calendar import workday_on_or_after
from tracker.services import (
    calendars,
    claiming,
    clock_acts,
    clock_rules,
    clocks,
    counted_events,
    deputies,
    handovers,
    instructions,
    receipts,
    requesting,
    sub_items,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.clock_rules import RuleFacts
from tracker.services.counted_events import EventFacts
from tracker.services.quotas import owners_of
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import demo, reviews
from tracker.store.tables import Plan, Task

UNSIGNED = ("市公安局", "桃源县政府")
"""They have not signed for the plan yet; the unit that can sign in has not for the division."""
LINK = "https://www.qingxi.example/zwgk/{what}.html"
ARTICLE = "《中华人民共和国政府信息公开条例》第三十三条"
LEADERS = {"县": "县长", "区": "区长", "市": "市长"}
TALKS = (
    "解读既有住宅加装电梯补助办法",
    "解读农村饮水管护办法",
    "解读就业创业补贴目录",
    "解读校园周边交通管理规定",
    "解读中小微企业贷款贴息办法",
)
COUNTY_BEHIND = "云岭县政府"
WHY_LATER = {
    22: "两个乡镇的资产清查下月中旬才能核完。",
    7: "奖补细则还在会签，印发后才能上传。",
    28: "两处专区在装修，设备下月到货。",
}
QUARTER = 91
OPEN_DAYS = ("水质监测站开放日", "12345热线开放日", "不动产登记大厅开放日")


@dataclass(frozen=True, slots=True)
class City:
    """Who acts, and when."""

    session: Session
    office: Actor
    leader: Actor
    contacts: dict[int, Actor]
    """By unit."""
    ids: dict[str, int]
    tasks: dict[int, Task]
    """The plan's, by the number that the document prints."""
    now: datetime

    @property
    def today(self) -> date:
        return china_day(self.now)

    def contact(self, name: str) -> Actor:
        return self.contacts[self.ids[name]]

    def open_part(self, serial: int, name: str, *, done: bool | None = None) -> Task | None:
        """The task, when it is open and the unit's part in it too; `done` asks what the unit has reported."""
        task = self.tasks.get(serial)
        if task is None or not TaskState(task.state).is_open:
            return None
        for part in task.assignments:
            if part.unit_id == self.ids[name] and part.signed_off_at is None:
                return task if done in {None, part.status == LineStatus.DONE} else None
        return None

    def before(self, **span: int) -> datetime:
        """A moment before now; so long as it stays in order, the hour does not matter."""
        return self.now - timedelta(**span)


def live(
    session: Session,
    office: Actor,
    contacts: dict[int, Actor],
    plan: Plan,
    division: Plan,
    *,
    files: Files,
    received: datetime,
    now: datetime,
) -> str:
    """Let everything happen once; gives one sentence that says what there is to try."""
    leader = demo.accounts_by_username(session, ["lingdao"])["lingdao"]
    ids = {name: unit.id for name, unit in demo.units_by_name(session).items()}
    tasks = {task.serial: task for task in reviews.tasks_of(session, plan.id)}
    who = Actor(leader.id, leader.display_name, leader.role)
    city = City(session, office, who, contacts, ids, tasks, now)
    _receive(city, plan, division, received)
    _claim(city, received)
    waiting = _ask(city)
    _divide(city)
    _instruct(city)
    _change_people(city)
    counted = _count(city, plan, files)
    running = _time(city, plan)
    return f"申请待处理{waiting}件，次数登记{counted}次，时限计时中{running}件。"


def _receive(city: City, plan: Plan, division: Plan, received: datetime) -> None:
    """签收: nearly everybody, within three days."""
    for number, (name, unit_id) in enumerate(sorted(city.ids.items(), key=lambda pair: pair[1])):
        contact = city.contacts.get(unit_id)
        at = received + timedelta(days=number % 3, hours=1)
        for each, missing in ((plan, UNSIGNED), (division, ("市教育局",))):
            working = contact and any(one.id == each.id for one in _asked_to_sign(city, contact, at))
            if contact and working and name not in missing:
                receipts.acknowledge(city.session, contact, plan_id=each.id, now=at)


def _asked_to_sign(city: City, contact: Actor, at: datetime) -> list[Plan]:
    asked = receipts.to_acknowledge(city.session, contact, now=at)
    return [plan for each in asked if (plan := city.session.get(Plan, each.plan_id)) is not None]


def _claim(city: City, received: datetime) -> None:
    """认领 of 按职责分工: one unit has answered, the other has let the day pass."""
    contact = city.contact("市营商环境建设局")
    for claim in claiming.waiting(city.session, contact):
        claiming.answer(
            city.session, contact, claim_id=claim.claim.id, version=claim.claim.version, claims=True,
            words="负责归并热线和大厅的高频问题，统一口径。", now=received + timedelta(days=3),
        )  # fmt: skip


def _ask(city: City) -> int:
    """申请: one put off and granted, up to three that wait; gives how many wait."""
    put_off = city.open_part(28, "石桥区政府")
    if put_off is not None:
        asked = _extension(city, put_off, "区政务大厅搬迁，新专区要等消防验收。", days=35)
        contact = city.contact("石桥区政府")
        request = requesting.ask(
            city.session, contact, task_id=put_off.id, asked=asked, now=city.before(days=9)
        )
        words = Granting(words="同意，验收后一周内配齐设备。", day=asked.wanted_on)
        requesting.grant(
            city.session, city.office, request_id=request.id, granting=words, now=city.before(days=8)
        )
    waiting = 0
    for number, (unit, task, asked) in enumerate(_wishes(city)):
        at = city.before(days=3 - number)
        requesting.ask(city.session, city.contact(unit), task_id=task.id, asked=asked, now=at)
        waiting += 1
    return waiting


def _wishes(city: City) -> Iterator[tuple[str, Task, Asked]]:
    """One of each kind, of units whose part is such that they would ask it."""
    slow = ((22, COUNTY_BEHIND), (7, "市科学技术局"), (28, COUNTY_BEHIND))
    for serial, unit in slow:
        task = city.open_part(serial, unit, done=False)
        if task is not None:
            yield unit, task, _extension(city, task, WHY_LATER[serial], days=20)
            break
    ready = city.open_part(14, "市民政局", done=True)
    if ready is not None:
        said, link = "标准和每月发放结果已公开到全部社区，姓名已隐去。", LINK.format(what="jiuzhu/biaozhun")
        asked = Asked(
            RequestKind.SIGN_OFF, said, evidence_url=link, evidence_on=city.today - timedelta(days=6)
        )
        yield "市民政局", ready, asked
    shared = city.open_part(7, "市科学技术局", done=False)
    if shared is not None:
        said = "“青企通”由市工信局建设和维护，我局没有发布权限，建议只作配合。"
        yield "市科学技术局", shared, Asked(RequestKind.OBJECTION, said, wanted_unit="市工业和信息化局")


def _extension(city: City, task: Task, reason: str, *, days: int) -> Asked:
    """The task's next open day put off by so many days, counted from today when it is past, to a workday."""
    point = next(point for point in task.checkpoints if point.closed_at is None)
    day = max(point.due_on, city.today) + timedelta(days=days)
    workday = workday_on_or_after(day, calendars.load(city.session))
    return Asked(RequestKind.EXTENSION, reason, checkpoint_id=point.id, wanted_on=workday)


def _divide(city: City) -> None:
    """子项 of the unit that can sign in."""
    task = city.open_part(29, "市教育局")
    if task is None:
        return
    contact, until = city.contact("市教育局"), task.next_due_on or city.today
    steps = (
        ("确定开放的学校和路线", "许朗", 30),
        ("公布报名方式，邀请家长和社区代表", "许朗", 16),
        ("整理现场意见，公布答复情况", "贺晴", 3),
    )
    for number, (title, person, ahead) in enumerate(steps):
        step = Step(title, person, until - timedelta(days=ahead))
        item = sub_items.add(city.session, contact, task_id=task.id, step=step, now=city.before(days=6))
        if number == 0:
            sub_items.tick(
                city.session, contact, sub_item_id=item.id, version=item.version, done=True,
                now=city.before(days=2),
            )  # fmt: skip


def _instruct(city: City) -> None:
    """批示: one waits for the unit that can sign in, one is answered, one is kept as a remark."""
    said = (
        (11, "市教育局", "家长问得最多的是学区怎么划，请把划分依据一并公开，办完报我。"),
        (23, "市司法局", "答复文书要让群众看得懂，请先统一三类常用文书。"),
        (26, "", "网站错别字是门面，抽查结果每月发我一份。"),
    )
    for number, (serial, unit, words) in enumerate(said):
        task = city.tasks.get(serial)
        if task is None or not TaskState(task.state).is_open:
            continue
        row = instructions.write(
            city.session, city.leader, plan_id=None, task_id=task.id, words=words,
            now=city.before(days=5 - number),
        )  # fmt: skip
        if not unit:
            continue
        instructions.assign(
            city.session, city.office, instruction_id=row.id, version=row.version, unit_id=city.ids[unit],
            due_on=city.today + timedelta(days=7 - number), now=city.before(days=4 - number),
        )  # fmt: skip
        if number == 1:
            instructions.answer(
                city.session, city.contact(unit), instruction_id=row.id, version=row.version,
                words="三类文书已统一，下月起启用。", evidence_url=LINK.format(what="wenshu/yangshi"),
                now=city.before(days=1),
            )  # fmt: skip


def _change_people(city: City) -> None:
    """交接 that runs, and 代办 for the leader who is on the road."""
    leaving = city.contact("市体育局")
    if leaving.account_id is not None:
        handovers.report(
            city.session, leaving, account_id=leaving.account_id, changed_on=city.today - timedelta(days=2),
            why="调任区县", now=city.before(days=1),
        )  # fmt: skip
    if city.office.account_id is not None:
        wanted = deputies.Wanted(
            by_id=city.office.account_id, starts_on=city.today, ends_on=city.today + timedelta(days=4),
            reason="外出调研",
        )  # fmt: skip
        deputies.arrange(city.session, city.leader, wanted=wanted, now=city.now)


def _count(city: City, plan: Plan, files: Files) -> int:
    """次数: some units are ahead of the pace, some behind; gives how many events there are."""
    entered = 0
    for target in demo.quota_targets(city.session, plan.id):
        if target.counted.startswith("政府开放日"):
            counted_events.settle(
                city.session, city.office, target_id=target.id, version=target.version, scope=Scope.TOGETHER,
                now=city.before(days=60),
            )  # fmt: skip
            entered += _held(city, target.id, "市生态环境局", OPEN_DAYS, files, apart=QUARTER, seen=True)
        elif target.scope == Scope.CLASS and not target.printed.startswith("市"):
            for unit in owners_of(city.session, [target])[target.id]:
                who = LEADERS.get(unit.name[2], "主要负责人")
                talks = [f"{who}{talk}" for talk in TALKS[: 2 + chance(unit.name, "talks") % 4]]
                entered += _held(city, target.id, unit.name, talks, files)
    return entered


def _held(
    city: City, target_id: int, unit: str, titles: Sequence[str], files: Files, *, apart: int = 31,
    seen: bool = False,
) -> int:  # fmt: skip
    """Enter a unit's events, so many days before one another, in the year that is counted.

    Of what could be `seen` there is a picture beside the link.
    """
    first, entered = date(city.today.year, 1, 2), 0
    for number, title in enumerate(titles):
        day = city.today - timedelta(days=9 + apart * number + chance(unit, number) % 20)
        if day < first:
            continue
        link = LINK.format(what=f"jiedu/{city.ids[unit]}-{number + 1}")
        taken = picture(number), f"{title}现场照片.png"
        counted_events.enter(
            city.session, city.contact(unit), target_id=target_id, unit_id=city.ids[unit],
            facts=EventFacts(day, title, Proof(link, taken if seen else None)), files=files,
            now=city.before(days=1),
        )  # fmt: skip
        entered += 1
    return entered


def _time(city: City, plan: Plan) -> int:
    """时限: two run by the plan's rules, one by a rule of the office's stands still; gives how many run."""
    own = clock_rules.add(
        city.session, city.office, now=city.before(days=40),
        facts=RuleFacts("依申请公开答复", "收到申请", 20, DayUnit.WORKDAYS, ARTICLE),
    )  # fmt: skip
    rules = [*demo.clock_rules(city.session, plan.id)[1:2], own]
    events = (
        ("市工业和信息化局", "专精特新企业奖补实施细则", 2, 7),
        ("市司法局", "关于保障房轮候结果的公开申请", 16, None),
    )
    for rule, (unit, title, days, serial) in zip(rules, events, strict=True):
        task = city.open_part(serial, unit) if serial else None
        facts = ClockFacts(
            clocks.domain_rule(rule).key, city.ids[unit], title, city.today - timedelta(days=days),
            task_id=task.id if task else None,
        )  # fmt: skip
        clock = clock_acts.start(city.session, city.contact(unit), facts=facts, now=city.before(days=1))
        if rule is own:
            since = city.today - timedelta(days=5)
            clock_acts.stop(
                city.session, city.contact(unit), clock_id=clock.id, version=clock.version, since=since,
                why="已请申请人补正：写明是哪一批次。", now=city.before(hours=20),
            )  # fmt: skip
    return len(events)
