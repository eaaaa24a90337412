"""What should be said at a moment, read off the table of `tracker.domain.reminders` in the slowest way.

Days are walked one by one and counted on the fingers. It plans nothing and shares nothing with the planner
but the calendar's answer whether a day is worked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from tracker.domain.china_time import CHINA
from tracker.year_drill.world import Asking, Count, Duty, DutyKind, Given, Meeting, Request, World

DAY = timedelta(days=1)
MORNING, AFTERNOON = time(9), time(15)
NEWS = timedelta(days=30)
ANSWER_NEWS = timedelta(days=7)
FURTHEST = 150
UNIT, HEAD, OFFICE, ADMINISTRATOR = "unit", "head", "office", "administrator"
PAST = {1: (UNIT,), 5: (UNIT, HEAD), 10: (UNIT, HEAD, OFFICE)}
AHEAD_OF_TASK, AHEAD_OF_CLOCK, AHEAD_OF_DUTY = (10, 3), (5, 2), (3,)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that should have been said: to whom, from which moment on, and whether it may not wait."""

    key: str
    unit_id: int | None
    to: tuple[str, ...]
    moment: datetime
    urgent: bool = False
    meeting_id: int | None = None
    """The meeting that it calls to."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table, on its moment."""

    name: str
    moment: datetime
    to: tuple[str, ...] = (UNIT,)
    urgent: bool = False
    late: bool = False


class Oracle:
    """The table, for one calendar."""

    def __init__(self, is_workday: Callable[[date], bool]) -> None:
        self._is_workday = is_workday
        self._walked: dict[tuple[date, date, tuple[int, ...], date], list[Step]] = {}

    def should_hold(self, world: World, now: datetime) -> dict[str, Said]:
        """Everything that should be said or have been said at `now`, by key."""
        found = [
            *self._returns(world, now), *self._tasks(world, now), *self._duties(world, now),
            *(said for each in world.requests.values() for said in self._request(each, world, now)),
            *(said for each in world.meetings for said in self._meeting(each, world, now)),
            *(said for each in world.counts for said in self._count(each, world, now)),
        ]  # fmt: skip
        today = _day(now)
        if world.undelivered:
            step = Step(today.isoformat(), _at(today, MORNING), (OFFICE, ADMINISTRATOR))
            found += self._last("undelivered", None, [step], world, now)
        if self._is_workday(today) and world.begun_on is not None and world.begun_on < today:
            step = Step(today.isoformat(), _at(today, MORNING), (ADMINISTRATOR,))
            found += self._last("selfcheck", None, [step], world, now)
        return {said.key: said for said in found}

    def earliest(self, moment: datetime, *, urgent: bool) -> datetime:
        """The first moment that is neither quiet nor, unless it is urgent, on a day off: hour by hour."""
        local = moment.astimezone(CHINA)
        while not (8 <= local.hour < 20) or not (urgent or self._is_workday(local.date())):
            local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return local.astimezone(UTC)

    # Returns -------------------------------------------------------------------------------------------

    def _returns(self, world: World, now: datetime) -> Iterator[Said]:
        missed: dict[tuple[int, int], list[Asking]] = {}
        for asking in world.askings.values():
            if asking.opened_at is None or asking.waived:
                continue
            for unit in asking.units:
                answer = asking.answers.get(unit)
                if answer is not None and answer.given is Given.BACK:
                    steps = [Step("returned", answer.at, late=True)]
                    steps += self._before(asking, answer.at)
                    if asking.due_at > answer.at:
                        steps.append(Step("past", asking.due_at, late=True))
                    stem = f"return:c{asking.cadence_id}:{asking.key}:u{unit}:v{answer.number}"
                    yield from self._last(stem, unit, steps, world, now, deadline=asking.due_at)
                elif answer is None and now <= asking.due_at:
                    opens = _at(self._worked_from(asking.opens_on), MORNING)
                    steps = [Step("opens", opens), *self._before(asking, opens)]
                    stem = _stem(asking, unit)
                    yield from self._last(stem, unit, steps, world, now, deadline=asking.due_at)
                elif answer is None:
                    missed.setdefault((asking.cadence_id, unit), []).append(asking)
        for (_, unit), several in missed.items():
            latest = max(several, key=lambda asking: asking.due_at)
            to = (UNIT, HEAD) if _one_before(world, latest, unit) in several else (UNIT,)
            step = Step("missed", latest.due_at, to, late=True)
            yield from self._last(_stem(latest, unit), unit, [step], world, now)

    def _before(self, asking: Asking, after: datetime) -> list[Step]:
        day = _day(asking.due_at) - DAY
        while not self._is_workday(day):
            day -= DAY
        steps = [
            Step("before", _at(day, AFTERNOON)),
            Step("hours", asking.due_at - timedelta(hours=2), urgent=True),
        ]
        return [step for step in steps if step.moment > after]

    # Duties with a day ---------------------------------------------------------------------------------

    def _tasks(self, world: World, now: datetime) -> Iterator[Said]:
        for work in world.works.values():
            day = work.next_day
            if day is None:
                continue
            known_on = day.given_on or work.known_on
            since = max([known_on, *(each.due_on for each in work.days if each.due_on < day.due_on)])
            steps = self._to_a_day(day.due_on, since, AHEAD_OF_TASK, now)
            for unit, done in work.units.items():
                if not done:
                    stem = f"task:t{work.task_id}:{day.due_on}:u{unit}"
                    yield from self._last(stem, unit, steps, world, now, since=since)

    def _duties(self, world: World, now: datetime) -> Iterator[Said]:
        for duty in world.duties:
            if duty.over or duty.stands_still:
                continue
            due_on = duty.due_on or self._counted(duty)
            since = duty.given_on or duty.since
            ahead = AHEAD_OF_CLOCK if duty.kind is DutyKind.CLOCK else AHEAD_OF_DUTY
            steps = self._to_a_day(due_on, since, ahead, now)
            stem = f"{duty.kind.value}:{duty.about_id}:{due_on}:u{duty.unit_id}"
            yield from self._last(stem, duty.unit_id, steps, world, now, since=since)

    def _counted(self, duty: Duty) -> date:
        day, left = duty.since, duty.workdays
        while left:
            day += DAY
            idle = any(since < day <= until for since, until in duty.idle)
            left -= self._is_workday(day) and not idle
        return day

    def _to_a_day(self, due_on: date, since: date, ahead: tuple[int, ...], now: datetime) -> list[Step]:
        """Every step that has its day by now, walking from well before the day to today."""
        today = _day(now)
        known = self._walked.get((due_on, since, ahead, today))
        if known is None:
            known = self._walked[due_on, since, ahead, today] = self._walk(due_on, since, ahead, today)
        return known

    def _walk(self, due_on: date, since: date, ahead: tuple[int, ...], today: date) -> list[Step]:
        steps: list[Step] = []
        left, day = 0, due_on - DAY
        while left < max(ahead) and day > since:
            left += self._is_workday(day)
            if self._is_workday(day) and left in ahead and day <= today:
                steps.append(Step(f"soon{left}", _at(day, MORNING)))
            day -= DAY
        if due_on <= today:
            steps.append(Step("due", _at(due_on, MORNING), urgent=True))
        gone, day = 0, due_on + DAY
        while day <= today and gone < max(PAST):
            gone += self._is_workday(day)
            if self._is_workday(day) and gone in PAST:
                steps.append(Step(f"overdue{gone}", _at(day, MORNING), PAST[gone], late=True))
            day += DAY
        return steps

    # Asked and counted ---------------------------------------------------------------------------------

    def _request(self, request: Request, world: World, now: datetime) -> Iterator[Said]:
        stem = f"request:r{request.request_id}"
        if request.answered_at is not None:
            step = Step(request.answer, request.answered_at, late=True)
            yield from self._last(stem, request.unit_id, [step], world, now, news=ANSWER_NEWS)
            return
        steps = [Step("asked", request.asked_at, (OFFICE,), late=True)]
        day, waited = _day(request.asked_at), 0
        while day < _day(now):
            day += DAY
            waited += self._is_workday(day)
            if self._is_workday(day) and waited in {3, 7}:
                steps.append(Step(f"waits{waited}", _at(day, MORNING), (OFFICE,), late=True))
        yield from self._last(stem, None, steps, world, now)

    def _meeting(self, meeting: Meeting, world: World, now: datetime) -> Iterator[Said]:
        if meeting.starts_at <= now:
            return
        moment = meeting.starts_at.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")
        if meeting.cancelled:
            for unit in meeting.unit_ids:
                if (told_at := world.told.get((meeting.meeting_id, unit))) is not None:
                    step = Step("off", told_at, urgent=True)
                    stem = f"meeting_off:m{meeting.meeting_id}:{moment}:u{unit}"
                    yield from self._last(stem, unit, [step], world, now, deadline=meeting.starts_at)
            return
        held_on = _day(meeting.starts_at)
        day = held_on - DAY
        while not self._is_workday(day):
            day -= DAY
        steps = [Step("called", meeting.called_at, urgent=_day(meeting.called_at) == held_on)]
        if _at(day, AFTERNOON) > meeting.called_at:
            steps.append(Step("before", _at(day, AFTERNOON)))
        for unit in meeting.unit_ids:
            stem = f"meeting:m{meeting.meeting_id}:{moment}:u{unit}"
            for said in self._last(stem, unit, steps, world, now, deadline=meeting.starts_at):
                yield replace(said, meeting_id=meeting.meeting_id)

    def _count(self, count: Count, world: World, now: datetime) -> Iterator[Said]:
        today = _day(now)
        missed = []
        if count.work.over:
            return
        for number, first, last in count.spans:
            held = sum(first <= day <= last for day in count.held)
            if held >= count.minimum or today < first:
                continue
            if today > last:
                missed.append((number, last))
                continue
            steps = []
            month = max(today.replace(day=1), first)
            passed, whole = (today - first).days + 1, (last - first).days + 1
            if held < count.minimum * passed // whole:
                at = _at(self._worked_from(month), MORNING)
                steps.append(Step(f"lags-{today:%Y-%m}", at, late=True))
            day, left = last, 0
            while left < 10:
                day -= DAY
                left += self._is_workday(day)
            if day > max(first, count.since):
                steps.append(Step("ends", _at(day, MORNING)))
            yield from self._last(
                f"quota:q{count.target_id}:{number}:u{count.unit_id}", count.unit_id, steps, world, now
            )
        if missed:
            number, last = missed[-1]
            step = Step("missed", _at(self._worked_from(last + DAY), MORNING), late=True)
            yield from self._last(
                f"quota:q{count.target_id}:{number}:u{count.unit_id}", count.unit_id, [step], world, now
            )

    # The rules for all ---------------------------------------------------------------------------------

    def _worked_from(self, day: date) -> date:
        while not self._is_workday(day):
            day += DAY
        return day

    def _last(
        self,
        stem: str,
        unit_id: int | None,
        steps: list[Step],
        world: World,
        now: datetime,
        *,
        deadline: datetime | None = None,
        since: date | None = None,
        news: timedelta = NEWS,
    ) -> Iterator[Said]:
        """The latest step reached and no other; nothing that comes too late to be of use, and no old news."""
        latest: Step | None = None
        for step in steps:
            if step.moment > now or (latest is not None and step.moment < latest.moment):
                continue
            useful = deadline is None or step.late
            if not useful and deadline is not None:
                useful = now < deadline and self.earliest(step.moment, urgent=step.urgent) < deadline
            latest = step if useful else latest
        # It is old news if it was old already when the machine last looked, or when the thing came up.
        looked = world.looked_at if world.looked_at is not None and world.looked_at <= now else now
        if since is not None:
            looked = max(looked, min(now, _at(since, time(0))))
        if latest is not None and looked - latest.moment <= news:
            yield Said(f"{stem}:{latest.name}", unit_id, latest.to, latest.moment, latest.urgent)


def _one_before(world: World, asking: Asking, unit: int) -> Asking | None:
    """The last period before this one that the same cadence asked the same unit for."""
    earlier = [
        each
        for each in world.askings.values()
        if each.cadence_id == asking.cadence_id and each.due_at < asking.due_at and not each.waived
        and unit in each.units
    ]
    return max(earlier, key=lambda each: each.due_at, default=None)


def _stem(asking: Asking, unit: int) -> str:
    return f"{asking.kind}:c{asking.cadence_id}:{asking.key}:u{unit}"


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA).astimezone(UTC)
