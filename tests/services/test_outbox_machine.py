"""The outbox as a state machine: whatever happens in whatever order, nothing is lost and nothing doubled unseen.

What a person should hear is the set that the pure planner names; what became of it stands in the tables; and
a receiver of its own counts what arrived. Hypothesis looks for the shortest course of events after which the
three do not agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.databases import opened
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.delivery import MAIL, Answer
from tracker.domain.outbox import OutboxState, Outcome
from tracker.domain.reminders import plan_reminders
from tracker.services import calendars, reminder_policies, reminding, sending
from tracker.services.wanted_facts import gather
from tracker.store.queries import outbox
from tracker.store.queries.outbox import Lease
from tracker.store.tables import Account, DeliveryAttempt, InboxItem, Notice, Obligation, OutboxItem, Task

START = datetime(2026, 9, 23, 9, 0, tzinfo=CHINA)
OFFICE = Actor(account_id=None, name="陈雨", role="office")
LOST = (OutboxState.DEAD.value, OutboxState.UNCONFIRMED.value)
WAITS = (OutboxState.DUE.value, OutboxState.SENDING.value)
ENDS = st.sampled_from(list(Outcome))


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Session]:
    """A session whose work leaves nothing behind."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


class Outbox(RuleBasedStateMachine):
    """Facts change, ticks plan, workers take, send, fall silent and die, time passes, persons send again."""

    engine: Engine
    """One for all courses: it keeps its statements compiled."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.session = self.stack.enter_context(rolled_back(self.engine))
        self.now = START
        self.held: list[tuple[Lease, str]] = []
        """What workers hold, and the letter each has in hand; empty before it is written."""
        self.course: dict[str, list[str]] = defaultdict(list)
        """What the receiver saw of each letter, and where nobody knew, in order."""
        self.workers = 0

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            self.stack.close()

    @initialize()
    def a_small_town(self) -> None:
        session, plan = self.session, make_plan(self.session)
        plan.confirmed_at = START - timedelta(days=90)
        units = [make_unit(session) for _ in range(2)]
        for unit in units:
            make_account(session, "unit", unit=unit, email=f"u{unit.id}@qingxi.example")
        self.tasks = [make_task(session, plan, units=[unit], due=START.date() + timedelta(days=at)) for at, unit in enumerate(units)]
        period = make_period(session, make_cadence(session, plan))
        self.owed = [make_obligation(session, period, unit) for unit in units]
        session.flush()

    @rule()
    def tick(self) -> None:
        for _ in range(2):  # what is said of yesterday's deliveries is wanted as soon as there are any
            reminding.plan(self.session, now=self.now)
        self.everything_wanted_is_somewhere()
        again = reminding.plan(self.session, now=self.now)
        assert (again.added, again.withdrawn, again.deliveries) == (0, 0, 0)

    @rule(hours=st.sampled_from([0.02, 0.5, 1, 5, 24, 72]))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(which=st.integers(0, 1), state=st.sampled_from(["open", "submitted", "returned", "missed"]))
    def a_return_changes(self, which: int, state: str) -> None:
        owed: Obligation = self.owed[which]
        owed.state = state
        self.session.flush()

    @rule(which=st.integers(0, 1), done=st.booleans())
    def work_is_done_or_taken_up_again(self, which: int, done: bool) -> None:
        task: Task = self.tasks[which]
        task.assignments[0].status = "done" if done else "in_progress"
        self.session.flush()

    @rule(active=st.booleans())
    def a_contact_leaves_or_comes_back(self, active: bool) -> None:
        first = self.session.scalars(select(Account).order_by(Account.id)).first()
        assert first is not None
        first.active = active
        self.session.flush()

    @rule()
    def a_worker_takes(self) -> None:
        self.workers += 1
        claim = sending.take(self.session, f"w{self.workers % 2}", now=self.now)
        if claim is not None:
            self.held.append((claim, ""))

    @precondition(lambda self: any(not key for _, key in self.held))
    @rule(data=st.data())
    def a_worker_writes_its_letter(self, data: st.DataObject) -> None:
        waiting = [pair for pair in self.held if not pair[1]]
        pair = data.draw(st.sampled_from(waiting))
        letter = sending.open_letter(self.session, pair[0], site="", now=self.now)
        self.held.remove(pair)
        if letter is not None:
            self.held.append((pair[0], letter.key))

    @precondition(lambda self: any(key for _, key in self.held))
    @rule(data=st.data(), outcome=ENDS)
    def the_channel_answers(self, data: st.DataObject, outcome: Outcome) -> None:
        """Accepted, or ambiguous with the bytes arrived; the other two leave nothing with the receiver."""
        pair = data.draw(st.sampled_from([pair for pair in self.held if pair[1]]))
        self.held.remove(pair)
        self._sent(pair[1], outcome)
        finished = sending.finish(self.session, pair[0], Answer(outcome), now=self.now)
        if finished < len(pair[0].fences):
            self.course[pair[1]].append("unknown")  # its lease ran out: for the office its end is not known

    @precondition(lambda self: any(key for _, key in self.held))
    @rule(data=st.data(), arrived=st.booleans())
    def a_worker_dies_with_the_letter_in_hand(self, data: st.DataObject, arrived: bool) -> None:
        pair = data.draw(st.sampled_from([pair for pair in self.held if pair[1]]))
        self.held.remove(pair)
        if arrived:
            self.course[pair[1]].append("arrived")
        self.course[pair[1]].append("unknown")

    @precondition(lambda self: any(not key for _, key in self.held))
    @rule(data=st.data())
    def a_worker_dies_before_it_wrote_anything(self, data: st.DataObject) -> None:
        self.held.remove(data.draw(st.sampled_from([pair for pair in self.held if not pair[1]])))

    @rule()
    def leases_run_out(self) -> None:
        past = outbox.database_now(self.session) - timedelta(seconds=1)
        sending_now = update(OutboxItem).where(OutboxItem.state == OutboxState.SENDING.value)
        self.session.execute(sending_now.values(lease_until=past))
        self.session.expire_all()
        for claim, key in self.held:
            # Whoever sends after this may do so beside another: that is what nobody can know.
            if key and claim:
                self.course[key].append("unknown")

    @rule()
    def a_person_sends_again_what_failed(self) -> None:
        for troubled in outbox.troubled(self.session)[:1]:
            sending.resend(self.session, OFFICE, outbox_id=troubled.id, now=self.now)

    def _sent(self, key: str, outcome: Outcome) -> None:
        if outcome in {Outcome.ACCEPTED, Outcome.AMBIGUOUS}:
            self.course[key].append("arrived")
        if outcome is Outcome.AMBIGUOUS:
            self.course[key].append("unknown")

    def everything_wanted_is_somewhere(self) -> None:
        """Sent ∪ waiting ∪ dead ∪ unconfirmed = expected, for every receiver; what nobody wants, nobody gets."""
        policies, calendar = reminder_policies.load(self.session), calendars.load(self.session)
        facts = gather(self.session, policies, calendar, now=self.now)
        wanted = {notice.key: notice for notice in plan_reminders(facts, policies, calendar, self.now)}
        there: dict[str, list[OutboxItem]] = defaultdict(list)
        for item in self.session.scalars(select(OutboxItem)):
            there[item.notice.key].append(item)
        people = self.session.scalars(select(Account).where(Account.active)).all()
        for key, notice in wanted.items():
            expected = {(account.id, by) for account in people if account.unit_id == notice.unit_id for by in ("inbox", MAIL)}
            alive = {(item.account_id, item.channel) for item in there[key] if item.state != OutboxState.CANCELLED.value}
            assert expected <= alive, key
        waiting = {key for key, items in there.items() if any(item.state == OutboxState.DUE.value for item in items)}
        assert waiting <= set(wanted)

    @invariant()
    def one_row_a_notice_channel_and_person(self) -> None:
        keys = self.session.scalars(select(Notice.key)).all()
        rows = [tuple(row) for row in self.session.execute(select(OutboxItem.notice_id, OutboxItem.channel, OutboxItem.account_id))]
        assert (len(keys), len(rows)) == (len(set(keys)), len(set(rows)))

    @invariant()
    def nothing_arrives_twice_unless_nobody_knew_in_between(self) -> None:
        for key, course in self.course.items():
            assert ("arrived", "arrived") not in set(pairwise(course)), (key, course)

    @invariant()
    def the_books_hold_no_two_successes_without_a_doubt(self) -> None:
        said: dict[int, list[str]] = defaultdict(list)
        for attempt in self.session.scalars(select(DeliveryAttempt).order_by(DeliveryAttempt.id)):
            said[attempt.outbox_id].append(attempt.outcome)
        for item_id, outcomes in said.items():
            sure = [each for each in outcomes if each in {Outcome.ACCEPTED.value, Outcome.AMBIGUOUS.value}]
            assert (Outcome.ACCEPTED.value, Outcome.ACCEPTED.value) not in set(pairwise(sure)), (item_id, outcomes)

    @invariant()
    def an_inbox_holds_a_notice_once(self) -> None:
        ids = self.session.scalars(select(InboxItem.outbox_id)).all()
        assert len(ids) == len(set(ids))

    def drain(self) -> None:
        """Once every gateway works again and nobody dies, what is still wanted arrives, and nothing waits."""
        self.leases_run_out()
        self.held.clear()
        for _ in range(40):
            reminding.plan(self.session, now=self.now)
            while troubled := outbox.troubled(self.session):
                sending.resend(self.session, OFFICE, outbox_id=troubled[0].id, now=self.now)
            while claim := sending.take(self.session, "last", now=self.now):
                letter = sending.open_letter(self.session, claim, site="", now=self.now)
                if letter is not None:
                    self._sent(letter.key, Outcome.ACCEPTED)
                    sending.finish(self.session, claim, Answer(Outcome.ACCEPTED), now=self.now)
            self.nothing_arrives_twice_unless_nobody_knew_in_between()
            waits = self.session.scalars(select(OutboxItem.not_before).where(OutboxItem.state.in_((*WAITS, *LOST)))).all()
            if not waits:
                break
            self.now = max(min(waits), self.now)
        left = self.session.scalars(select(OutboxItem.state)).all()
        assert set(left) <= {OutboxState.SENT.value, OutboxState.CANCELLED.value}
        self.everything_wanted_is_somewhere()
        for item in self.session.scalars(select(OutboxItem).where(OutboxItem.channel == MAIL, OutboxItem.sent_at.is_not(None))):
            assert "arrived" in self.course[item.letter_key], "what the books call sent has arrived"


@pytest.fixture
def machine(shared_url: str) -> Iterator[type[Any]]:
    with opened(shared_url) as engine:
        yield type("OutboxHere", (Outbox,), {"engine": engine})


def test_no_course_of_events_loses_or_doubles_anything(machine: type[Any]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
