"""A task's life, tried at random: whatever people do in whatever order, what must hold holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import Role, Share, TaskState, is_signed_off
from tracker.services import requesting, tasks
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit
from tracker.store.tables import Checkpoint, TaskRequest

OFFICE = Actor(account_id=None, name="王主任", role="office")
DAYS = (date(2026, 10, 31), date(2026, 12, 31))
UNITS = st.integers(0, 3)
PICKS = st.integers(0, 9)
ROLES = st.sampled_from(Role)


class TaskLife(RuleBasedStateMachine):
    """One task with three units; a fourth one may take over. Each act is one that a page offers."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.point = session.begin_nested()
        self.now: datetime = NOW
        units = [make_unit(session) for _ in range(4)]
        self.unit_ids = [unit.id for unit in units]
        roles = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
        owed = [(unit, role.value) for unit, role in zip(units, roles, strict=False)]
        self.task = make_task(session, make_plan(session), units=owed, due=DAYS)
        self.first: dict[int, date] = {}
        self.decided: dict[int, str] = {}
        self.acts = 0

    def teardown(self) -> None:
        self.point.rollback()
        self.session.expire_all()

    def do(self, act: Callable[[], object]) -> None:
        """One act; what the rules forbid must leave nothing behind."""
        self.now += timedelta(minutes=1)
        before = len(audit.history(self.session, "task", self.task.id))
        inner = self.session.begin_nested()
        try:
            act()
        except RuleViolated:
            inner.rollback()
            self.session.expire_all()
            assert len(audit.history(self.session, "task", self.task.id)) == before
            return
        inner.commit()
        self.acts += 1
        self.session.expire_all()

    def requests(self) -> list[TaskRequest]:
        wanted = select(TaskRequest).where(TaskRequest.task_id == self.task.id).order_by(TaskRequest.id)
        return list(self.session.scalars(wanted))

    def contact(self, unit: int) -> Actor:
        return Actor(account_id=None, name="林知远", role="unit", unit_id=self.unit_ids[unit])

    @rule(unit=UNITS, kind=st.sampled_from(RequestKind), days=st.integers(0, 120))
    def ask(self, unit: int, kind: RequestKind, days: int) -> None:
        asked = Asked(kind, "理由", wanted_on=DAYS[0] + timedelta(days=days))
        self.do(lambda: requesting.ask(
            self.session, self.contact(unit), task_id=self.task.id, asked=asked, now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS)
    def withdraw(self, pick: int) -> None:
        found = self.requests()
        request = found[pick % len(found)]
        unit = self.unit_ids.index(request.unit_id)
        self.do(lambda: requesting.withdraw(
            self.session, self.contact(unit), request_id=request.id, now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS)
    def refuse(self, pick: int) -> None:
        found = self.requests()
        request_id = found[pick % len(found)].id
        self.do(lambda: requesting.refuse(
            self.session, OFFICE, request_id=request_id, reason="不行", now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests())
    @rule(pick=PICKS, instead=st.none() | UNITS, role=st.none() | ROLES)
    def grant(self, pick: int, instead: int | None, role: Role | None) -> None:
        found = self.requests()
        request_id = found[pick % len(found)].id
        granting = Granting(role=role, instead=None if instead is None else self.unit_ids[instead])
        self.do(lambda: requesting.grant(
            self.session, OFFICE, request_id=request_id, granting=granting, now=self.now))  # fmt: skip

    @rule()
    def sign_off(self) -> None:
        self.do(lambda: tasks.sign_off(
            self.session, OFFICE, task_id=self.task.id, version=self.task.version, note="好", now=self.now))  # fmt: skip

    @rule()
    def cancel(self) -> None:
        self.do(lambda: tasks.cancel(
            self.session, OFFICE, task_id=self.task.id, version=self.task.version, reason="不办", now=self.now))  # fmt: skip

    @rule()
    def reopen(self) -> None:
        self.do(lambda: tasks.reopen(
            self.session, OFFICE, task_id=self.task.id, version=self.task.version, reason="再看", now=self.now))  # fmt: skip

    @rule(roles=st.dictionaries(UNITS, ROLES, min_size=1, max_size=4), moved=st.integers(-30, 60))
    def change(self, roles: dict[int, Role], moved: int) -> None:
        days = {
            point.id: point.due_on + timedelta(days=moved)
            for point in self.task.checkpoints
            if point.closed_at is None
        }
        given = {self.unit_ids[unit]: role for unit, role in roles.items()}
        wanted = tasks.TaskChange(self.task.title, given, days, reason="例会议定")
        self.do(lambda: tasks.change(
            self.session, OFFICE, task_id=self.task.id, version=self.task.version, wanted=wanted, now=self.now))  # fmt: skip

    @rule(unit=UNITS, status=st.sampled_from(["in_progress", "done", "blocked", "carried"]))
    def report(self, unit: int, status: str) -> None:
        part = next((each for each in self.task.assignments if each.unit_id == self.unit_ids[unit]), None)
        if part is not None:
            tasks.apply_report(
                self.session, part, status=status, progress="进展", next_plan="", problem="",
                evidence_added=0, now=self.now,
            )  # fmt: skip

    @invariant()
    def the_task_is_signed_off_iff_its_parts_say_so(self) -> None:
        shares = [Share(Role(part.role), part.signed_off_at is not None) for part in self.task.assignments]
        state = TaskState(self.task.state)
        if state is not TaskState.CANCELLED:
            assert is_signed_off(shares) is (state is TaskState.SIGNED_OFF)
        if state is TaskState.SIGNED_OFF:
            assert all(share.signed_off for share in shares)
            assert all(part.status == "done" for part in self.task.assignments)

    @invariant()
    def a_part_that_is_signed_off_is_done(self) -> None:
        assert all(part.status == "done" for part in self.task.assignments if part.signed_off_at is not None)

    @invariant()
    def nothing_waits_where_nothing_can_be_decided(self) -> None:
        waiting = [each for each in self.requests() if each.state == RequestState.WAITING]
        keys = [(each.unit_id, each.kind) for each in waiting]
        assert len(keys) == len(set(keys)), "one of a kind waits"
        owed = {part.unit_id for part in self.task.assignments if part.signed_off_at is None}
        for each in waiting:
            assert TaskState(self.task.state).is_open
            assert each.unit_id in owed

    @invariant()
    def a_decision_is_final(self) -> None:
        for each in self.requests():
            if each.id in self.decided:
                assert each.state == self.decided[each.id]
            elif each.state != RequestState.WAITING:
                self.decided[each.id] = each.state

    @invariant()
    def the_first_day_is_never_lost(self) -> None:
        points = self.session.scalars(select(Checkpoint).where(Checkpoint.task_id == self.task.id))
        known = {point.id: point for point in points}
        for key, day in self.first.items():
            assert known[key].first_due_on == day
        for key, point in known.items():
            if point.first_due_on is not None:
                self.first.setdefault(key, point.first_due_on)

    @invariant()
    def the_day_that_counts_is_the_earliest_open_one(self) -> None:
        days = [point.due_on for point in self.task.checkpoints if point.closed_at is None]
        wanted = min(days, default=None) if TaskState(self.task.state).is_open else None
        assert self.task.next_due_on == wanted

    @invariant()
    def every_act_is_told(self) -> None:
        assert len(audit.history(self.session, "task", self.task.id)) >= min(self.acts, 1)


def test_a_tasks_life(session: Session) -> None:
    run_state_machine_as_test(
        partial(TaskLife, session),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )  # fmt: skip
