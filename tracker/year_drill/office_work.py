"""What else happens in the drill's year: stages reached, days put off, meetings held, clocks started."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day, instant
from tracker.domain.clock import PUBLISH
from tracker.domain.proof import Proof
from tracker.domain.request import RequestKind
from tracker.domain.work_calendar import workday_on_or_after
from tracker.services import (
    attending,
    calendars,
    claiming,
    clock_acts,
    counted_events,
    decisions,
    handovers,
    instructions,
    meetings,
    minutes,
    requesting,
    sending,
    tasks,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.counted_events import EventFacts
from tracker.services.decisions import Seen
from tracker.services.meetings import Arrangement
from tracker.services.minutes import Proposed
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import outbox_account
from tracker.store.tables import EventClock, Handover, Instruction, Meeting, MeetingDecision, Task
from tracker.year_drill import world
from tracker.year_drill.city import City, Span
from tracker.year_drill.people import LINK, Act, Agenda
from tracker.year_drill.world import Count, Day, Duty, DutyKind, Request, Work

NOON, TEN, FOUR = time(12, 20), time(10, 20), time(16, 20)
LITTLE = timedelta(minutes=35)
PROOF = Proof(url=LINK.format(what="banjie"))


class OfficeWork:
    """Everything but the returns, drawn at the beginning and done as the year goes by."""

    def __init__(self, city: City, agenda: Agenda, chances: Random, span: Span) -> None:
        self.city, self.agenda, self.chances, self.span = city, agenda, chances, span
        self.finishes: dict[tuple[int, int], date] = {}
        self.asked_for: set[int] = set()
        """Tasks with a request that waits."""

    def plan_year(self) -> None:
        """Draw what will happen when."""
        for work in self.city.world.works.values():
            self._plan_work(work)
        for duty in self.city.world.duties:
            if duty.kind is DutyKind.CLAIM and self.chances.randrange(10):
                self._on(self.span.begins + self._some(3, 30), TEN, self._claim(duty))
        for count in self.city.world.counts:
            self._plan_count(count)
        day = self.span.begins
        for week in range(self.span.weeks):
            self._on(day + timedelta(days=4), FOUR, self._look_through)
            self._on(day + timedelta(days=4), time(15, 10), self._send_again)
            if week % 2 == 0:
                self._at_most(day + timedelta(days=1), TEN, self._instruct)
                self._at_most(day + timedelta(days=2), NOON, self._start_clock)
            if week % 4 == 1:
                self._at_most(day + timedelta(days=1), time(10, 40), self._call_meeting)
            if week % 12 == 3:
                self._at_most(day + timedelta(days=2), time(11, 10), self._hand_over)
            day += timedelta(weeks=1)

    def _on(self, day: date, clock: time, act: Act) -> None:
        self.agenda.add(instant(day, clock), act)

    def _at_most(self, day: date, clock: time, act: Act) -> None:
        """On that day or not at all: nobody makes up for it after a long downtime."""
        self._on(day, clock, lambda session, now: act(session, now) if china_day(now) == day else None)

    def _some(self, fewest: int, most: int) -> timedelta:
        """So many days."""
        return timedelta(days=self.chances.randint(fewest, most))

    def _unit(self) -> int:
        return self.chances.choice(sorted(self.city.contacts))

    # Tasks ---------------------------------------------------------------------------------------------

    def _plan_work(self, work: Work) -> None:
        last = max(work.days, key=lambda day: day.due_on)
        for day in work.days:
            if day is not last and self.chances.randrange(100) >= 8:
                reached = day.due_on + self._some(-6, 18)
                self._on(reached, NOON, self._reach(work, day))
        for unit in work.units:
            if self.chances.randrange(100) >= 10:
                self.finishes[work.task_id, unit] = last.due_on + self._some(-20, 22)
        if len(work.days) == 1 and self.chances.randrange(100) < 15:
            self._on(last.due_on - timedelta(days=4), TEN, self._ask(work, last))
        if self.chances.randrange(100) < 3:
            self._on(self.span.day(self.chances, 0.2, 0.6), NOON, self._cancel(work))

    def _reach(self, work: Work, day: Day) -> Act:
        def act(session: Session, now: datetime) -> None:
            task = session.get_one(Task, work.task_id)
            if not work.over and not day.closed:
                tasks.close_checkpoint(
                    session, self.city.office, task_id=task.id, checkpoint_id=day.checkpoint_id,
                    version=task.version, now=now,
                )  # fmt: skip
                day.closed = True

        return act

    def _look_through(self, session: Session, now: datetime) -> None:
        """On Fridays the office signs off what all units have done, mostly."""
        for work in self.city.world.works.values():
            if work.over or work.task_id in self.asked_for or not all(work.units.values()):
                continue
            if self.chances.randrange(10) < 7:
                task = session.get_one(Task, work.task_id)
                tasks.sign_off(
                    session, self.city.office, task_id=task.id, version=task.version, note="已核对。", now=now
                )
                self._over(work)

    def _cancel(self, work: Work) -> Act:
        def act(session: Session, now: datetime) -> None:
            others = [each for each in self.city.world.works.values() if each is not work and not each.over]
            busy = {unit for each in others for unit in each.units}
            if work.over or work.task_id in self.asked_for or set(work.units) - busy:
                return
            task = session.get_one(Task, work.task_id)
            tasks.cancel(
                session, self.city.office, task_id=task.id, version=task.version, reason="已调整。", now=now
            )
            self._over(work)

        return act

    def _over(self, work: Work) -> None:
        work.over = True
        for duty in self.city.world.duties:
            if duty.kind is DutyKind.CLAIM:
                duty.over |= not self._shared_work_of(duty.unit_id)

    def _shared_work_of(self, unit: int) -> bool:
        shared = self.city.shared
        return any(unit in work.units and not work.over for work in shared)

    def _ask(self, work: Work, day: Day) -> Act:
        def act(session: Session, now: datetime) -> None:
            unit = next(iter(work.units))
            if work.over or day.closed:
                return
            later = day.due_on + timedelta(days=self.chances.choice((6, 20, 35)))
            soonest = china_day(now) + timedelta(days=2)
            wanted = workday_on_or_after(max(later, soonest), calendars.load(session))
            asked = Asked(
                RequestKind.EXTENSION, "等上级文件。", checkpoint_id=day.checkpoint_id, wanted_on=wanted
            )
            contact = self.city.contacts[unit]
            row = requesting.ask(session, contact, task_id=work.task_id, asked=asked, now=now)
            request = self.city.world.requests[row.id] = Request(row.id, unit, now)
            self.asked_for.add(work.task_id)
            answer = now + self._some(0, 14) + LITTLE
            self.agenda.add(answer, self._answer(work, day, request, wanted))

        return act

    def _answer(self, work: Work, day: Day, request: Request, wanted: date) -> Act:
        def act(session: Session, now: datetime) -> None:
            office, asked = self.city.office, request.request_id
            self.asked_for.discard(work.task_id)
            request.answered_at = now
            if self.chances.randrange(10) < 7:
                later = max(wanted, china_day(now) + timedelta(days=1))
                granting = Granting(words="同意。", day=later)
                requesting.grant(session, office, request_id=asked, granting=granting, now=now)
                day.due_on, day.given_on, request.answer = later, china_day(now), "granted"
            else:
                requesting.refuse(session, office, request_id=asked, reason="请按期完成。", now=now)
                request.answer = "refused"

        return act

    def _claim(self, duty: Duty) -> Act:
        def act(session: Session, now: datetime) -> None:
            if not duty.over:
                claiming.take_all(session, self.city.contacts[duty.unit_id], now=now)
                duty.over = True

        return act

    # Counts, clocks ------------------------------------------------------------------------------------

    def _plan_count(self, count: Count) -> None:
        for number, first, last in count.spans:
            for turn in range(count.minimum):
                day = first + (last - first) * (turn + 1) / (count.minimum + 1)
                day += self._some(-12, 25)
                if self.span.begins <= day < self.span.ends and self.chances.randrange(100) < 70:
                    self._on(day, FOUR, self._hold(count, f"{count.target_id}-{number}-{turn}"))

    def _hold(self, count: Count, what: str) -> Act:
        def act(session: Session, now: datetime) -> None:
            facts = EventFacts(china_day(now), f"解读{what}", Proof(url=LINK.format(what=what)))
            counted_events.enter(
                session, self.city.contacts[count.unit_id], target_id=count.target_id, unit_id=count.unit_id,
                facts=facts, now=now,
            )  # fmt: skip
            count.held.append(china_day(now))

        return act

    def _start_clock(self, session: Session, now: datetime) -> None:
        unit, today = self._unit(), china_day(now)
        facts = ClockFacts(PUBLISH.key, unit, f"文件{today:%m%d}", today - timedelta(days=1))
        row = clock_acts.start(session, self.city.contacts[unit], facts=facts, now=now)
        duty = Duty(DutyKind.CLOCK, row.id, unit, facts.started_on, workdays=PUBLISH.count)
        self.city.world.duties.append(duty)
        if self.chances.randrange(3) == 0:
            self.agenda.add(now + timedelta(days=6), self._stop_clock(duty))
        elif self.chances.randrange(100) >= 10:
            self.agenda.add(now + self._some(18, 45), self._close_clock(duty))

    def _stop_clock(self, duty: Duty) -> Act:
        def act(session: Session, now: datetime) -> None:
            contact, row = self.city.contacts[duty.unit_id], session.get_one(EventClock, duty.about_id)
            stopped_on = china_day(now)
            clock_acts.stop(
                session, contact, clock_id=row.id, version=row.version, since=stopped_on, why="补正", now=now
            )
            duty.stands_still = True

            def go_on(session: Session, now: datetime) -> None:
                row = session.get_one(EventClock, duty.about_id)
                until = china_day(now)
                clock_acts.go_on(session, contact, clock_id=row.id, version=row.version, until=until, now=now)
                duty.stands_still, duty.given_on = False, until
                duty.idle.append((stopped_on, until))
                self.agenda.add(now + self._some(12, 40), self._close_clock(duty))

            self.agenda.add(now + self._some(2, 12), go_on)

        return act

    def _close_clock(self, duty: Duty) -> Act:
        def act(session: Session, now: datetime) -> None:
            row = session.get_one(EventClock, duty.about_id)
            clock_acts.close(
                session, self.city.contacts[duty.unit_id], clock_id=row.id, version=row.version,
                closed_on=china_day(now), proof=PROOF, files=self.city.files, now=now,
            )  # fmt: skip
            duty.over = True

        return act

    # Leaders, meetings, people -------------------------------------------------------------------------

    def _instruct(self, session: Session, now: datetime) -> None:
        today = china_day(now)
        words, plan_id = f"请抓紧（{today:%m%d}）。", self.city.plan_id
        row = instructions.write(
            session, self.city.leader, plan_id=plan_id, task_id=None, words=words, now=now
        )
        unit, due_on = self._unit(), today + self._some(2, 12)
        instructions.assign(
            session, self.city.office, instruction_id=row.id, version=row.version, unit_id=unit,
            due_on=due_on, now=now,
        )  # fmt: skip
        duty = Duty(DutyKind.INSTRUCTION, row.id, unit, today, due_on)
        self.city.world.duties.append(duty)
        if self.chances.randrange(100) >= 10:
            answered = due_on + self._some(-4, 16)
            self._on(max(answered, today), FOUR, self._answer_instruction(duty))

    def _answer_instruction(self, duty: Duty) -> Act:
        def act(session: Session, now: datetime) -> None:
            row = session.get_one(Instruction, duty.about_id)
            instructions.answer(
                session, self.city.contacts[duty.unit_id], instruction_id=row.id, version=row.version,
                words="已办理。", now=now,
            )  # fmt: skip
            duty.over = True

        return act

    def _call_meeting(self, session: Session, now: datetime) -> None:
        calendar = calendars.load(session)
        day = workday_on_or_after(china_day(now) + self._some(0, 9), calendar)
        units = sorted(self.city.contacts)
        asked = tuple(sorted(self.chances.sample(units, max(1, len(units) // 3))))
        wanted = Arrangement(f"{day:%m%d}例会", instant(day, time(15, 30)), "三楼会议室", ("联系人",), asked)
        row = meetings.call(session, self.city.office, plan_id=self.city.plan_id, wanted=wanted, now=now)
        meeting = world.Meeting(row.id, asked, now, wanted.starts_at)
        self.city.world.meetings.append(meeting)
        if day > china_day(now) and self.chances.randrange(5) == 0:
            self.agenda.add(wanted.starts_at - timedelta(days=1), self._call_off(meeting))
        else:
            self.agenda.add(wanted.starts_at + timedelta(hours=3, minutes=10), self._close_minutes(meeting))

    def _call_off(self, meeting: world.Meeting) -> Act:
        def act(session: Session, now: datetime) -> None:
            row = session.get_one(Meeting, meeting.meeting_id)
            meetings.cancel(
                session, self.city.office, meeting_id=row.id, version=row.version, why="改为书面。", now=now
            )
            meeting.cancelled = True

        return act

    def _close_minutes(self, meeting: world.Meeting) -> Act:
        def act(session: Session, now: datetime) -> None:
            office, world_duties = self.city.office, self.city.world.duties
            for old in [each for each in world_duties if each.kind is DutyKind.DECISION and not each.over]:
                row = session.get_one(MeetingDecision, old.about_id)
                seen = Seen(row.id, row.version)
                decisions.finish(session, office, seen, words="会上听取，已办结。", now=now)
                old.over = True
            unit, due_on = meeting.unit_ids[0], china_day(now) + self._some(2, 20)
            wanted = Proposed(f"开放接口（{due_on:%m%d}）", unit, due_on)
            made = minutes.propose(session, office, meeting_id=meeting.meeting_id, wanted=wanted, now=now)
            attending.all_present(session, office, meeting_id=meeting.meeting_id, now=now)
            held = session.get_one(Meeting, meeting.meeting_id)
            minutes.close(session, office, meeting_id=held.id, version=held.version, now=now)
            duty = Duty(DutyKind.DECISION, made.id, unit, china_day(now), due_on)
            world_duties.append(duty)
            if self.chances.randrange(100) >= 20:
                told = due_on + self._some(-3, 9)
                self._on(max(told, china_day(now) + timedelta(days=1)), TEN, self._report_decision(duty))

        return act

    def _report_decision(self, duty: Duty) -> Act:
        def act(session: Session, now: datetime) -> None:
            if duty.over:
                return
            row = session.get_one(MeetingDecision, duty.about_id)
            contact, office = self.city.contacts[duty.unit_id], self.city.office
            decisions.report(session, contact, Seen(row.id, row.version), words="已完成。", now=now)
            session.flush()
            decisions.confirm(session, office, Seen(row.id, row.version), now=now)
            duty.over = True

        return act

    def _hand_over(self, session: Session, now: datetime) -> None:
        """A contact is said to leave, and in the end stays."""
        unit, today = self._unit(), china_day(now)
        contact = self.city.contacts[unit]
        if contact.account_id is None:
            return
        row = handovers.report(session, contact, account_id=contact.account_id, changed_on=today, now=now)
        duty = Duty(DutyKind.HANDOVER, row.id, unit, today, workdays=5)
        self.city.world.duties.append(duty)

        def stay(session: Session, now: datetime) -> None:
            row = session.get_one(Handover, duty.about_id)
            handovers.withdraw(
                session, contact, handover_id=row.id, version=row.version, why="留任。", now=now
            )
            duty.over = True

        self.agenda.add(now + self._some(4, 25), stay)

    def _send_again(self, session: Session, now: datetime) -> None:
        """On Fridays the office sends again what was refused."""
        for item in outbox_account.dead(session):
            if item.state == "dead":
                sending.resend(session, self.city.office, outbox_id=item.id, now=now)
        self.city.world.undelivered.clear()
