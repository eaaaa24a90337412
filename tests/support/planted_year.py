"""A year of 青溪市, lived through the services week by week, with contradictions planted in known tasks.

A `Story` is what happens to one task: what its units write in which return, what people do besides, and which
contradictions that makes. Beside each planted story stand clean ones that look nearly like it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_account, make_task, make_unit
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import instant
from tracker.domain.contradictions import ContradictionKind
from tracker.domain.look_back import VerdictKind
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Weeks
from tracker.services import advancing, handing_in, regime, reporting, returns, settings, tasks
from tracker.services.reporting import Decision
from tracker.services.return_lines import LineInput
from tracker.store.tables import Obligation, Period, Plan, Task, Unit

NORMAL, ABSENT = 6, 6
"""So many units hand in (almost) every week; the one after them misses three returns at the year's end."""
YEAR = 2026
TEXTS = (
    "核对第{k}批目录，补录{m}条。",
    "召开第{k}次专题会，研究{m}个问题，正在逐条落实。",
    "已完成第{k}批{m}件的清理，第{k}批清单已印发。",
    "收到第{k}批意见{m}条，采纳后修改了办事指南。",
    "报送第{k}期信息，累计归集{t}件。",
    "第{k}轮自查发现{m}处不一致，已退承办科室更正，尚未全部完成。",
)
DONE_TEXTS = (
    "目录和清单均已印发，任务已完成。",
    "全部完成，共整理{m}件，正在按月更新。",
    "制度已出台，{m}家单位已落实到位。",
)

Act = Callable[["Year", Task, datetime], object]


@dataclass(slots=True)
class Story:
    """One task's year; weeks are numbered by the returns that are asked for."""

    units: tuple[tuple[int, str], ...]
    due: date | None
    notation: str = ""
    qualifier: str = ""
    says: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    """By week and the unit's place in the task: its line."""
    acts: list[tuple[int, Act]] = field(default_factory=list)
    """What people do in a week after its cut-off; -1 is before the first."""
    kinds: frozenset[ContradictionKind] = frozenset()
    verdict: VerdictKind = VerdictKind.UNFINISHED
    name: str = ""

    def act(self, week: int, act: Act) -> Story:
        self.acts.append((week, act))
        return self

    def planted(self, *kinds: ContradictionKind) -> Story:
        self.kinds = frozenset(kinds)
        return self


class Draw:
    """What a story is made from: chance, the days of the returns, and units."""

    def __init__(self, seed: int, days: list[date]) -> None:
        self.chance = Random(seed)
        self.days = days
        self._seed = seed
        self._links = 0

    def unit(self) -> int:
        return self.chance.randrange(NORMAL)

    def link(self) -> str:
        self._links += 1
        return f"https://www.qingxi.example/zwgk/{self._seed}/{self._links}/content.html"

    def front_page(self) -> str:
        """A site of its own, which no other draw leads to."""
        return f"https://www{self._seed}.qingxi.example/"

    def house_page(self) -> str:
        """An address that opens in the office's own building only."""
        return f"http://10.20.3.{self._seed}/oa/view?id=77"

    def week(self, first: float, last: float) -> int:
        """A week in a part of the year, from 0 to 1."""
        count = len(self.days)
        return self.chance.randint(int(count * first), int(count * last))

    def text(self, number: int) -> str:
        facts = {"k": number, "m": self.chance.randint(3, 60), "t": 100 + 20 * number}
        return self.chance.choice(TEXTS).format(**facts)

    def moving(self, story: Story, first: int, last: int, place: int = 0, most: int = 6) -> Story:
        """The unit tells of progress in some weeks, every time in other words."""
        weeks = sorted(self.chance.sample(range(first, last), min(most, last - first)))
        for number, week in enumerate(weeks, start=1):
            story.says[week, place] = {"progress": self.text(number), "next_plan": f"完成第{number + 1}批。"}
        return story

    def open(self, *roles: str, due: date | None = None, **more: Any) -> Story:
        """A task that is never finished: its units tell of progress until late in the year."""
        others = self.chance.sample(range(NORMAL), max(len(roles), 1))
        units = tuple(zip(others, roles or ("responsible",), strict=True))
        story = Story(units, due or date(YEAR, 12, self.chance.randint(1, 25)), **more)
        for place in range(len(units)):
            self.moving(story, 1, len(self.days) - 2, place)
        return story

    def done(
        self, *roles: str, at: int | None = None, link: str | None = "", on: date | None = None,
        spare: int = 9, signed: bool = True, text: str = "",
    ) -> Story:  # fmt: skip
        """A task that is reported done with a link, `spare` days in time, and signed off a week later."""
        week = at if at is not None else self.week(0.4, 0.8)
        others = self.chance.sample(range(NORMAL), max(len(roles), 1))
        units = tuple(zip(others, roles or ("responsible",), strict=True))
        story = Story(units, self.days[week] + timedelta(days=spare), verdict=VerdictKind.DONE_WITH_EVIDENCE)
        for place in range(len(units)):
            self.moving(story, 1, week, place, most=4)
            words = text or self.chance.choice(DONE_TEXTS).format(m=self.chance.randint(5, 90))
            line: dict[str, Any] = {"status": "done", "progress": words}
            if link is not None:
                line |= {"evidence_url": (link if not place else "") or self.link()}
                line |= {"evidence_on": (on or self.days[week] - timedelta(days=4)).isoformat()}
            story.says[week, place] = line
        return story.act(week + 1, sign_off) if signed else story

    def done_week(self, story: Story) -> int:
        return max(week for week, place in story.says if place == 0)


def sign_off(year: Year, task: Task, now: datetime) -> None:
    """The office has looked, and signs off."""
    tasks.sign_off(
        year.session, year.office, task_id=task.id, version=task.version, note="材料已核对", now=now
    )


class Year:
    """The city with its plan, its people and the weeks of the year."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        settings.seed_calendar(session, work_calendar.official_days([YEAR]))
        self.office = self._person("office")
        self.leader = self._person("leader")
        self.units = [make_unit(session, f"市第{number}局") for number in range(NORMAL + 1)]
        self.contacts = [self._person("unit", unit) for unit in self.units]
        self.plan = Plan(
            title="青溪市2026年政务公开工作要点", year=YEAR, issuer="青溪市人民政府办公室", source_sha256=f"{seed:064}",
            source_filename="要点.docx", text="", issued_on=date(YEAR, 1, 5), confirmed_at=instant(date(YEAR, 1, 6), time(9)),
        )  # fmt: skip
        session.add(self.plan)
        session.flush()
        self._serial = 0
        self.tasks: dict[int, Story] = {}

    def _person(self, role: str, unit: Unit | None = None) -> Actor:
        account = make_account(self.session, role, unit=unit)
        return Actor(account.id, account.display_name, role, unit.id if unit else None)

    def weeks(self) -> list[Period]:
        """The returns of the year, laid out as soon as one task is there to report on."""
        cadence = Cadence(Weeks(3), time(17, 30), date(YEAR, 1, 12), date(YEAR, 12, 27))
        now = instant(date(YEAR, 1, 7), time(9))
        regime.switch_on(self.session, self.office, plan_id=self.plan.id, wanted=cadence, version=0, now=now)
        wanted = select(Period).where(Period.plan_id == self.plan.id, Period.waived.is_(False))
        return list(self.session.scalars(wanted.order_by(Period.starts_on)))

    def add(self, story: Story) -> Task:
        units = [(self.units[number], role) for number, role in story.units]
        self._serial += 1
        task = make_task(
            self.session,
            self.plan,
            f"{self._serial}号任务",
            units=units,
            due=story.due,
            notation=story.notation,
        )
        task.created_at, task.qualifier = self.plan.confirmed_at, story.qualifier
        self.session.flush()
        self.tasks[task.id] = story
        return task

    def live(self, weeks: list[Period], absent: dict[int, set[int]]) -> None:
        """Let the weeks pass; `absent` are the weeks in which a unit hands in nothing."""
        known = {task.id: task for task in self.session.scalars(select(Task).where(Task.id.in_(self.tasks)))}
        self._act(-1, known, instant(weeks[0].starts_on - timedelta(days=3), time(10)))
        for number, week in enumerate(weeks):
            advancing.advance(self.session, now=instant(week.starts_on, time(8)))
            for place, contact in enumerate(self.contacts):
                if number not in absent.get(place, ()):
                    self._hand_in(number, place, week, contact, known)
            advancing.advance(self.session, now=week.due_at + timedelta(minutes=5))
            self._act(number, known, week.due_at + timedelta(hours=16))
        self.session.flush()

    def _act(self, week: int, known: dict[int, Task], now: datetime) -> None:
        for task_id, story in self.tasks.items():
            for when, act in story.acts:
                if when == week:
                    act(self, known[task_id], now)
                    self.session.flush()

    def _hand_in(self, number: int, place: int, week: Period, contact: Actor, known: dict[int, Task]) -> None:
        unit = self.units[place]
        owed = self.session.scalar(
            select(Obligation).where(Obligation.period_id == week.id, Obligation.unit_id == unit.id)
        )
        if owed is None or owed.state != "open":
            return
        lines = [
            LineInput(part.id, **said)
            for task_id, story in self.tasks.items()
            for part in known[task_id].assignments
            if part.unit_id == unit.id and (said := self._said(story, number, place))
        ]
        now = week.due_at - timedelta(hours=3)
        token = handing_in.versions_of(self.session, owed.id).token
        returns.submit(self.session, contact, obligation_id=owed.id, token=token, lines=lines, now=now)
        if number % 5 == 0:
            reporting.accept(self.session, self.office, Decision(owed.id, owed.version), now=now)

    def _said(self, story: Story, week: int, unit: int) -> dict[str, Any] | None:
        places = [place for place, (number, _) in enumerate(story.units) if number == unit]
        return story.says.get((week, places[0])) if places else None

    def actor_of(self, task: Task, place: int = 0) -> Actor:
        """The contact of a unit of the task."""
        return self.contacts[self.tasks[task.id].units[place][0]]


Tell = Callable[[Draw], "Story | list[Story]"]
PLANTED: list[Tell] = []
CLEAN: list[Tell] = []


def planted(tell: Tell) -> Tell:
    """A story with contradictions."""
    PLANTED.append(tell)
    return tell


def clean(tell: Tell) -> Tell:
    """A story that only looks like one of them."""
    CLEAN.append(tell)
    return tell
