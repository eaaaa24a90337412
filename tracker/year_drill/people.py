"""The people of the drill: units hand in or do not, the office reads, urges, grants and signs off.

Everybody acts through the services that the pages use; what was done is noted in the `World` at once. What
somebody will do and when is drawn from the seed, and waits in the agenda until its moment has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy.orm import Session, sessionmaker

from tracker.domain.china_time import china_day, instant
from tracker.domain.urging import UrgeKind, UrgeScope
from tracker.services import form_returns, handing_in, reporting, returns, urging
from tracker.services.reporting import Decision
from tracker.services.return_lines import LineInput
from tracker.store.database import transaction
from tracker.store.queries import returns as return_queries
from tracker.store.queries import year_account
from tracker.store.tables import Obligation
from tracker.year_drill.city import City
from tracker.year_drill.world import Answered, Asking, Given, Urging

Act = Callable[[Session, datetime], None]
LINK = "https://www.qingxi.example/zwgk/{what}.html"
NEVER, LATE, SENT_BACK, NEVER_MENDED = 5, 14, 22, 3
"""So many of a hundred returns never come, come late, are sent back; so many of those stay so."""
HEARS_URGING = 50


@dataclass(slots=True)
class Agenda:
    """What people will do, by its moment."""

    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def add(self, at: datetime, act: Act) -> None:
        heappush(self._heap, (at, next(self._order), act))

    def do_until(self, sessions: sessionmaker[Session], until: datetime, *, since: datetime) -> int:
        """Do what has come by now, each act a transaction; what was due earlier is done at `since`."""
        done = 0
        while self._heap and self._heap[0][0] <= until:
            at, _, act = heappop(self._heap)
            with sessions() as session, transaction(session):
                act(session, max(at, since))
            done += 1
        return done


class Reporting:
    """The returns: handed in on time, late or never, read, sent back, mended and urged."""

    def __init__(
        self, city: City, agenda: Agenda, chances: Random, finishes: dict[tuple[int, int], date]
    ) -> None:
        self.city, self.agenda, self.chances = city, agenda, chances
        self.finishes = finishes
        """When each unit will be done with its part of a task, by task and unit."""
        self._said: dict[tuple[int, int], list[LineInput]] = {}
        """The lines of what was handed in, by period and unit: who mends a return says them again."""

    def asked(self, asking: Asking, now: datetime) -> None:
        """A period has opened: each unit that can speak decides what it will do."""
        for unit in asking.units:
            luck = self.chances.randrange(100)
            if unit not in self.city.contacts or luck < NEVER:
                continue
            if luck < LATE:
                at = asking.due_at + timedelta(minutes=self.chances.randint(90, 80 * 60))
            else:
                at = self._in_office_hours(max(now, instant(asking.opens_on, time(9))), asking.due_at)
            back = LATE <= luck < SENT_BACK
            self.agenda.add(at, self._hand_in(asking, unit, back=back))
        afternoon = asking.due_at - timedelta(hours=1, minutes=10)
        self.agenda.add(afternoon, self._urge(asking, some=30))
        self.agenda.add(asking.due_at + timedelta(hours=17), self._urge(asking, some=60))

    def _in_office_hours(self, first: datetime, last: datetime) -> datetime:
        """Some moment of a working hour between the two."""
        days = max(0, (china_day(last) - china_day(first)).days)
        day = china_day(first) + timedelta(days=self.chances.randint(0, days))
        return instant(day, time(self.chances.randint(9, 16), self.chances.randint(1, 59)))

    def _hand_in(self, asking: Asking, unit: int, *, back: bool) -> Act:
        def act(session: Session, now: datetime) -> None:
            answer = asking.answers.get(unit)
            if asking.opened_at is None or (answer is not None and answer.given is not Given.BACK):
                return
            owed_id = year_account.obligation_id(session, asking.period_id, unit)
            if owed_id is None:
                return
            self._submit(session, asking, unit, owed_id, now)
            asking.answers[unit] = Answered(Given.HANDED_IN, now)
            wait = timedelta(minutes=self.chances.randint(20, 2000))
            self.agenda.add(now + wait, self._read(asking, unit, owed_id, back=back))

        return act

    def _submit(self, session: Session, asking: Asking, unit: int, owed_id: int, now: datetime) -> None:
        contact = self.city.contacts[unit]
        token = handing_in.versions_of(session, owed_id).token
        if not asking.asks_progress:
            values = {"part1": "本月按计划推进。"}
            form_returns.submit(session, contact, obligation_id=owed_id, token=token, values=values, now=now)
            return
        lines = self._said.setdefault((asking.period_id, unit), [])
        lines += self._done_lines(session, asking, unit, now)
        returns.submit(session, contact, obligation_id=owed_id, token=token, lines=lines, now=now)

    def _done_lines(self, session: Session, asking: Asking, unit: int, now: datetime) -> list[LineInput]:
        """What the unit reports as done: in the newest period only, for an older one tells nothing new."""
        newest = max(
            (each for each in self.city.world.askings.values() if each.asks_progress and unit in each.units),
            key=lambda each: each.due_at,
        )
        today = china_day(now)
        done = {task for (task, owner), day in self.finishes.items() if owner == unit and day <= today}
        works = self.city.world.works
        fresh = {task_id for task_id in done if not works[task_id].over and not works[task_id].units[unit]}
        if newest is not asking or not fresh:
            return []
        parts = return_queries.assignments_for_writing(session, self.city.plan_id, unit)
        lines = []
        for part in parts.values():
            if part.task_id in fresh:
                works[part.task_id].units[unit] = True
                link = LINK.format(what=f"{part.task_id}-{unit}")
                lines.append(
                    LineInput(
                        part.id, status="done", progress="已全部完成。", evidence_url=link,
                        evidence_on=today.isoformat(),
                    )
                )  # fmt: skip
        return lines

    def _read(self, asking: Asking, unit: int, owed_id: int, *, back: bool) -> Act:
        def act(session: Session, now: datetime) -> None:
            owed = session.get_one(Obligation, owed_id)
            if not back:
                reporting.accept(session, self.city.office, Decision(owed_id, owed.version), now=now)
                asking.answers[unit] = Answered(Given.ACCEPTED, now)
                return
            decision = Decision(owed_id, owed.version, "请补充链接。")
            reporting.send_back(session, self.city.office, decision, now=now)
            number = year_account.newest_number(session, owed_id)
            asking.answers[unit] = Answered(Given.BACK, now, number)
            if self.chances.randrange(100) >= NEVER_MENDED * 10:
                again = now + timedelta(minutes=self.chances.randint(30, 3000))
                self.agenda.add(again, self._hand_in(asking, unit, back=self.chances.randrange(10) == 0))

        return act

    def _urge(self, asking: Asking, *, some: int) -> Act:
        """The office urges some of those who owe the return; who can and listens hands it in soon."""

        def act(session: Session, now: datetime) -> None:
            if asking.opened_at is None:
                return
            world, day = self.city.world, china_day(now)
            told = {each.key for each in world.urgings}
            owed: dict[str, int] = {}
            for unit in asking.units:
                found = year_account.obligation_id(session, asking.period_id, unit)
                heard = any(person.unit_id == unit for person in world.people)
                wanted = heard and asking.answers.get(unit) is None and self.chances.randrange(100) < some
                if found is not None and wanted and f"urge:o{found}:u{unit}:{day}" not in told:
                    owed[f"o{found}:u{unit}"] = unit
            if not owed:
                return
            scope = UrgeScope(UrgeKind.RETURNS, self.city.plan_id, asking.period_id)
            urging.urge(session, self.city.office, scope=scope, refs=list(owed), now=now)
            for ref, unit in owed.items():
                world.urgings.append(Urging(f"urge:{ref}:{day}", asking, unit, now))
                if unit in self.city.contacts and self.chances.randrange(100) < HEARS_URGING:
                    soon = now + timedelta(minutes=self.chances.randint(15, 600))
                    self.agenda.add(soon, self._hand_in(asking, unit, back=False))

        return act
