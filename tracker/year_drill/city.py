"""The city of the drill: units and their people, one plan with its tasks, cadences, quotas and claims."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer, Part, Requirement
from tracker.domain.china_time import china_day, instant
from tracker.domain.notices import Addressee
from tracker.domain.period import WEEKLY, WEEKLY_NAME, Cadence
from tracker.domain.ports import Files
from tracker.domain.quota_scope import Scope
from tracker.domain.recurrence import month_end
from tracker.domain.rhythm import Months, Weeks
from tracker.services import claiming, quota_targets, regime, settings
from tracker.services.quota_targets import Owner, TargetFacts
from tracker.store.queries import receipts, year_account
from tracker.store.tables import Account, Assignment, Checkpoint, Plan, Task, Unit
from tracker.year_drill.world import Asking, Count, Day, Duty, DutyKind, Person, Work, World

CUTOFF = time(17, 30)
PLAN = "青溪市政务公开工作要点（演练）"
SHARED = 3
"""Tasks whose units divide them among themselves (按职责分工) and have to claim them."""


@dataclass(frozen=True, slots=True)
class Span:
    """The drill's first Monday and the day after its last Sunday."""

    begins: date
    weeks: int

    @property
    def ends(self) -> date:
        return self.begins + timedelta(weeks=self.weeks)

    def day(self, chances: Random, first: float = 0.0, last: float = 1.0) -> date:
        """Any day in a part of it."""
        days = self.weeks * 7
        return self.begins + timedelta(days=chances.randint(round(days * first), round(days * last) - 1))


@dataclass(frozen=True, slots=True)
class Size:
    """How many units and tasks the city has."""

    units: int
    tasks: int


@dataclass(slots=True)
class City:
    """Who acts, on what."""

    plan_id: int
    office: Actor
    leader: Actor
    contacts: dict[int, Actor]
    """The one who speaks for each unit; not every unit has somebody."""
    world: World
    files: Files
    shared: list[Work] = field(default_factory=list)
    """The tasks whose parts have to be claimed."""


def settle(session: Session, span: Span, size: Size, *, files: Files, chances: Random) -> City:
    """Make the city, on the morning of the working day before the drill begins."""
    now = instant(span.begins - timedelta(days=3), time(10))
    settings.seed_calendar(session, work_calendar.official_days([2025, 2026]))
    plan = Plan(
        title=PLAN, year=2026, source_sha256="1" * 64, source_filename="要点.docx", text="", confirmed_at=now
    )
    made = [Unit(name=f"市第{number}局", search_keys="", position=number) for number in range(size.units)]
    session.add_all([plan, *made])
    session.flush()
    city = _people(session, plan.id, [unit.id for unit in made], files, now)
    for serial in range(1, size.tasks + 1):
        days = _days(serial, span, chances)
        _task(session, city, serial, days, chances=chances, now=now)
    _cadences(session, city, span, now)
    _claims(session, city, now)
    _counts(session, city, now)
    return city


def _people(session: Session, plan_id: int, unit_ids: list[int], files: Files, now: datetime) -> City:
    """Two in the office; in a unit a contact, or a head with him, a head alone, two, or nobody."""
    world = World()
    contacts: dict[int, Actor] = {}

    def add(
        name: str, role: str, unit_id: int | None = None, *, head: bool = False, mail: bool = False
    ) -> Account:
        account = Account(
            username=name, display_name=name, role=role, unit_id=unit_id,
            email=f"{name}@qingxi.example" if mail else "", duty=Addressee.HEAD.value if head else None,
            created_at=now,
        )  # fmt: skip
        session.add(account)
        session.flush()
        if role != "leader":
            world.people.append(Person(account.id, unit_id, head, account.email, role == "administrator"))
        return account

    clerk = add("clerk", "office", mail=True)
    add("deputy-clerk", "office")
    leader = add("leader", "leader")
    add("administrator", "administrator", mail=True)
    for number, unit_id in enumerate(unit_ids):
        if number and number % 20 == 0:
            continue  # nobody can be told
        speaker = add(f"unit{number:02}", "unit", unit_id, head=number % 20 == 5, mail=number % 2 == 0)
        if number % 3 == 0:
            add(f"head{number:02}", "unit", unit_id, head=True, mail=number % 4 == 0)
        if number % 10 == 4:
            add(f"second{number:02}", "unit", unit_id)
        contacts[unit_id] = Actor(speaker.id, speaker.display_name, "unit", unit_id)
    office = Actor(clerk.id, clerk.display_name, "office")
    return City(plan_id, office, Actor(leader.id, leader.display_name, "leader"), contacts, world, files)


def _task(
    session: Session, city: City, serial: int, days: list[date], *, chances: Random, now: datetime
) -> None:
    words = f"演练任务{serial:03}号"
    task = Task(
        plan_id=city.plan_id, serial=serial, title=words, text=words, due_on=days[-1], next_due_on=days[0],
        created_at=now, qualifier="按职责分工负责" if serial <= SHARED else "",
    )  # fmt: skip
    speaking = sorted(city.contacts)
    owners = chances.sample(speaking, min(len(speaking), chances.choice((1, 2, 2, 3, 5))))
    for position, unit_id in enumerate(owners):
        task.assignments.append(
            Assignment(plan_id=city.plan_id, unit_id=unit_id, role="responsible", position=position)
        )
    for day in days:
        kind = "final" if day == days[-1] else "stage"
        task.checkpoints.append(Checkpoint(plan_id=city.plan_id, due_on=day, kind=kind, label="节点"))
    session.add(task)
    session.flush()
    points = [Day(point.id, point.due_on) for point in task.checkpoints]
    city.world.works[task.id] = Work(task.id, china_day(now), points, dict.fromkeys(owners, False))


def _days(serial: int, span: Span, chances: Random) -> list[date]:
    """Most have one day, some two, some fall due again and again; some days are off, some lie too near."""
    if serial % 5 == 0:
        first = span.day(chances, 0.05, 0.3)
        every = [first + timedelta(days=every * max(14, span.weeks * 7 // 5)) for every in range(4)]
        return [day for day in every if day < span.ends]
    if serial % 5 == 1:
        return [span.day(chances, 0.1, 0.5), span.day(chances, 0.55, 0.98)]
    return [span.day(chances, 0.01, 0.98)]


def _cadences(session: Session, city: City, span: Span, now: datetime) -> None:
    weekly = Cadence(Weeks(3), CUTOFF, span.begins, date(2026, 12, 31), kind=WEEKLY, name=WEEKLY_NAME)
    regime.switch_on(session, city.office, plan_id=city.plan_id, wanted=weekly, version=0, now=now)
    monthly = replace(weekly, rhythm=Months(25), kind="own", name="月度小结")
    form = Requirement(Answer.FORM, (Part("part1", "情况说明"),))
    regime.switch_on(
        session, city.office, plan_id=city.plan_id, wanted=monthly, version=0, requirement=form, now=now
    )


def look_at_periods(session: Session, city: City, *, now: datetime) -> list[Asking]:
    """Follow the periods as they are laid out, and note whom a tick at `now` has to ask; gives those opened.

    What opened and has not come to its day by a clock that went back is not open.
    """
    opened = []
    today = china_day(now)
    for period in year_account.periods(session):
        known = city.world.askings.get(period.id)
        if known is None:
            known = city.world.askings[period.id] = Asking(
                period.kind, period.cadence_id, period.key, period.id, period.opens_on, period.due_at,
                period.waived, period.asks_progress,
            )  # fmt: skip
        if known.opened_at is None:
            known.opens_on, known.due_at, known.waived = period.opens_on, period.due_at, period.waived
            if known.opens_on <= today:
                known.opened_at, known.units = now, city.world.with_open_work()
                opened += [] if known.waived else [known]
        elif known.opened_at > now and known.opens_on > today and not known.answers:
            known.opened_at, known.units = None, ()
    return opened


def _claims(session: Session, city: City, now: datetime) -> None:
    claiming.open_missing(session, city.plan_id, now=now)
    session.flush()
    by = receipts.claim_days(session)[city.plan_id]
    city.shared = list(city.world.works.values())[:SHARED]
    for unit_id in sorted({unit for work in city.shared for unit in work.units}):
        city.world.duties.append(Duty(DutyKind.CLAIM, city.plan_id, unit_id, china_day(now), by))


def _counts(session: Session, city: City, now: datetime) -> None:
    """Of three units so many events a quarter, of one so many a year."""
    for number, work in enumerate(list(city.world.works.values())[-4:]):
        unit_id = next(iter(work.units))
        minimum, period = (10, "P1Y") if number == 0 else (number, "P3M")
        target = quota_targets.add(
            session, city.office, task_id=work.task_id, reason="会议要求", now=now,
            facts=TargetFacts("专题解读", minimum, period, Owner(Scope.UNIT, unit_id=unit_id)),
        )  # fmt: skip
        months = 12 if period == "P1Y" else 3
        spans = tuple(
            (first // months + 1, date(2026, first + 1, 1), month_end(2026, first + months))
            for first in range(0, 12, months)
        )
        city.world.counts.append(Count(target.id, work, unit_id, minimum, china_day(now), spans))
