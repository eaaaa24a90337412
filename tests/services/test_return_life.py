"""A return's life, tried at random: saved, handed in, accepted, returned, waived, and time passes.

Beside the program stands a small model, written by hand from the rule of the house and not from its tables;
after every step the two must agree, and so must the rows among themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_cadence, make_obligation, make_period, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated
from tracker.services import advancing, handing_in, reporting, returns
from tracker.services.reporting import Decision
from tracker.services.return_lines import LineInput
from tracker.store.queries import audit
from tracker.store.tables import Period, PeriodFact, Return, ReturnLine

OFFICE = Actor(account_id=None, name="王主任", role="office")
LINKS = ("", "https://www.qingxi.example/1.html", "https://www.qingxi.example/2.html")
LINE = st.none() | st.tuples(st.sampled_from(["in_progress", "done", "blocked"]), st.sampled_from(LINKS))
"""What is said of a task: nothing, or a status and perhaps a link."""
Line = tuple[str, str] | None


class ReturnLife(RuleBasedStateMachine):
    """One unit with two tasks and the return of one week, which is due 2½ hours after the machine starts."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.point = session.begin_nested()
        self.now: datetime = NOW
        plan, unit = make_plan(session), make_unit(session)
        self.parts = [make_task(session, plan, units=[unit], due=date(2026, 12, 1)).assignments[0] for _ in range(2)]
        self.period = make_period(session, make_cadence(session, plan))
        self.owed = make_obligation(session, self.period, unit)
        self.unit = Actor(account_id=None, name="林知远", role="unit", unit_id=unit.id)
        self.state, self.late, self.ever = "open", False, False
        self.given: list[tuple[Line, Line]] = []
        self.typed: tuple[Line, Line] | None = None
        self.acts: Counter[str] = Counter()
        self.frozen: dict[str, int] = {}

    def teardown(self) -> None:
        self.point.rollback()
        self.session.expire_all()

    @property
    def over(self) -> bool:
        return self.now > self.period.due_at

    @property
    def may_type(self) -> bool:
        return self.state in {"open", "returned", "missed"} or (self.state == "submitted" and not self.over)

    def done(self, act: Callable[[], object], *, allowed: bool) -> bool:
        """Try an act: it is done exactly when the model allows it, and leaves nothing behind otherwise."""
        inner = self.session.begin_nested()
        refusal = ""
        try:
            act()
            inner.commit()
        except RuleViolated as refused:
            inner.rollback()
            refusal = refused.message
        self.session.expire_all()
        assert (refusal == "") is allowed, refusal
        assert not refusal or refusal.endswith("。")
        return allowed

    def lines(self, said: tuple[Line, Line]) -> list[LineInput]:
        return [
            LineInput(part.id, status=line[0], progress=f"进展{len(self.given)}", evidence_url=line[1],
                      evidence_on="2026-09-20" if line[1] else "",
                      problem="等省里批复" if line[0] == "blocked" else "")
            for part, line in zip(self.parts, said, strict=True) if line
        ]  # fmt: skip

    @rule(minutes=st.sampled_from([20, 90, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def tick(self) -> None:
        closes = self.over and not self.closed
        done = advancing.advance(self.session, now=self.now)
        self.session.expire_all()
        assert (done.closed, done.missed) == (int(closes), int(closes and self.state == "open"))
        if closes and self.state == "open":
            self.state = "missed"

    @rule(first=LINE, second=LINE)
    def save(self, first: Line, second: Line) -> None:
        token = handing_in.versions_of(self.session, self.owed.id).token
        said = (first, second)
        if self.done(lambda: returns.save_draft(
            self.session, self.unit, obligation_id=self.owed.id, token=token, lines=self.lines(said), now=self.now
        ), allowed=self.may_type):  # fmt: skip
            self.typed = said

    @rule(first=LINE, second=LINE, old_page=st.booleans())
    def submit(self, first: Line, second: Line, old_page: bool) -> None:
        token = "9.9" if old_page else handing_in.versions_of(self.session, self.owed.id).token
        said, before = (first, second), self.state
        if self.done(lambda: returns.submit(
            self.session, self.unit, obligation_id=self.owed.id, token=token, lines=self.lines(said), now=self.now
        ), allowed=self.may_type and not old_page):  # fmt: skip
            self.given.append(said)
            self.typed = None
            self.acts["return:submit"] += 1
            self.state = "submitted"
            if before in {"open", "missed"}:
                self.late = self.over

    @rule(old_page=st.booleans(), several=st.booleans())
    def accept(self, old_page: bool, several: bool) -> None:
        seen = self.owed.version - old_page
        fits = self.state == "submitted" and not old_page
        if several:
            done = reporting.accept_several(self.session, OFFICE, seen=[(self.owed.id, seen)], now=self.now)
            self.session.expire_all()
            assert done.accepted == int(fits)
        elif not self.done(lambda: reporting.accept(
            self.session, OFFICE, Decision(self.owed.id, seen), now=self.now
        ), allowed=fits):  # fmt: skip
            return
        if fits:
            self.state = "accepted"
            self.acts["return:accept"] += 1

    @rule(old_page=st.booleans(), reason=st.sampled_from(["请补链接", " "]))
    def send_back(self, old_page: bool, reason: str) -> None:
        decision = Decision(self.owed.id, self.owed.version - old_page, reason=reason)
        allowed = self.state == "submitted" and not old_page and bool(reason.strip())
        if self.done(lambda: reporting.send_back(self.session, OFFICE, decision, now=self.now), allowed=allowed):
            self.state = "returned"
            self.acts["return:send_back"] += 1

    @rule(old_page=st.booleans())
    def waive(self, old_page: bool) -> None:
        seen = self.owed.version - old_page
        if self.done(lambda: reporting.waive(
            self.session, OFFICE, obligation_id=self.owed.id, version=seen, reason="机构合并", now=self.now
        ), allowed=self.state in {"open", "missed"} and not old_page):  # fmt: skip
            self.state = "waived"
            self.acts["obligation:waive"] += 1

    @property
    def closed(self) -> bool:
        return self.session.get_one(Period, self.period.id).state == "closed"

    def versions(self) -> list[Return]:
        query = select(Return).where(Return.obligation_id == self.owed.id).order_by(Return.number)
        return list(self.session.scalars(query))

    @invariant()
    def the_state_and_the_lateness_are_those_of_the_model(self) -> None:
        assert (self.owed.state, self.owed.late) == (self.state, self.late)
        assert (self.owed.submitted_at is not None) is bool(self.given)
        assert (self.owed.decided_at is not None) is (self.state in {"accepted", "returned", "waived"})

    @invariant()
    def every_version_is_kept_with_its_words(self) -> None:
        found = self.versions()
        assert [each.number for each in found] == list(range(1, len(found) + 1))
        handed_in = [each for each in found if each.state != "draft"]
        assert len(handed_in) == len(self.given)
        assert len(found) - len(handed_in) == (self.typed is not None)
        for version, said in zip(handed_in, self.given, strict=True):
            lines = {line.assignment_id: line for line in version.lines}
            for part, line in zip(self.parts, said, strict=True):
                assert _says(lines[part.id]) == line
        if handed_in and self.state in {"submitted", "accepted", "returned"}:
            assert handed_in[-1].state == self.state
        assert all(each.state != "accepted" for each in handed_in[:-1])

    @invariant()
    def each_part_stands_where_the_newest_version_says(self) -> None:
        newest: tuple[Line, Line] = self.given[-1] if self.given else (None, None)
        for part, line in zip(self.parts, newest, strict=True):
            status, link = line or ("not_started", "")
            assert (part.status, part.evidence_count) == (status, int(bool(link)))
            assert (part.done_at is not None) is (status == "done")

    @invariant()
    def every_act_is_told_once(self) -> None:
        assert Counter(each.action for each in audit.history(self.session, "obligation", self.owed.id)) == self.acts

    @invariant()
    def a_closed_period_keeps_its_figures(self) -> None:
        found = self.session.scalars(select(PeriodFact).where(PeriodFact.period_id == self.period.id))
        facts = {fact.name: fact.value for fact in found}
        assert bool(facts) is self.closed
        self.frozen = self.frozen or facts
        assert facts == self.frozen


def _says(line: ReturnLine) -> Line:
    return None if line.no_change else (line.status, line.evidence_url)


def test_a_returns_life(session: Session) -> None:
    run_state_machine_as_test(
        partial(ReturnLife, session),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )  # fmt: skip
