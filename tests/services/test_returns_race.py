"""Two at one return in the same moment, many times over: nothing lost, nothing doubled, and a sentence for the slower.

Every round is a unit of its own. Which of the two is first is left to the machine, so both orders are held
against what they must lead to; after each round the rows, the trail and the numbers of the versions must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload

from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.at_once import Act, CameTo, at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.obligation import AlreadyAccepted, AlreadyWaived
from tracker.domain.period import Cadence
from tracker.domain.return_sheet import Field
from tracker.domain.rhythm import Weeks
from tracker.services import (
    advancing,
    auditing,
    handing_in,
    one_page,
    regime,
    reporting,
    return_sheets,
    returns,
    tasks,
)
from tracker.services.handing_in import DraftConflict
from tracker.services.reporting import Decision, NewerVersion
from tracker.services.return_lines import LineInput
from tracker.store import tables
from tracker.store.queries import audit
from tracker.store.tables import Obligation, Period, Return, ReturnUpload

ROUNDS = 6
OFFICE = Actor(account_id=None, name="王主任", role="office")
NEXT_WEEK = NOW + timedelta(days=4)


@dataclass(frozen=True)
class Owed:
    """A unit of one task that owes the running week; two colleagues sit in it."""

    engine: Engine
    obligation_id: int
    assignment_id: int
    colleagues: tuple[Actor, Actor]
    version: int
    token: str

    def submit(self, words: str = "第一个窗口", who: int = 0) -> Act:
        lines = self._lines(words)
        return lambda session: returns.submit(
            session, self.colleagues[who], obligation_id=self.obligation_id, token=self.token, lines=lines, now=NOW
        )  # fmt: skip

    def save(self, words: str = "还没写完") -> Act:
        lines = self._lines(words)
        return lambda session: returns.save_draft(
            session, self.colleagues[1], obligation_id=self.obligation_id, token=self.token, lines=lines, now=NOW
        )  # fmt: skip

    def accept(self) -> Act:
        return lambda session: reporting.accept(
            session, OFFICE, Decision(self.obligation_id, self.version), now=NOW
        )

    def accept_all(self) -> Act:
        seen = [(self.obligation_id, self.version)]
        return lambda session: reporting.accept_several(session, OFFICE, seen=seen, now=NOW)

    def send_back(self) -> Act:
        decision = Decision(self.obligation_id, self.version, reason="请补链接")
        return lambda session: reporting.send_back(session, OFFICE, decision, now=NOW)

    def waive(self) -> Act:
        return lambda session: reporting.waive(
            session, OFFICE, obligation_id=self.obligation_id, version=self.version, reason="机构合并", now=NOW
        )  # fmt: skip

    def _lines(self, words: str) -> list[LineInput]:
        return [LineInput(self.assignment_id, status="in_progress", progress=words)]


@dataclass(frozen=True)
class Came:
    """What a round left behind."""

    state: str
    versions: list[tuple[int, str]]
    """Number and state of each version."""
    words: list[str]
    told: Counter[str]


@dataclass(frozen=True)
class Office:
    """A database in which one round after another is played."""

    engine: Engine
    plan_id: int
    period_id: int

    def owed(self, *, handed_in: bool) -> Owed:
        """A fresh unit; with `handed_in`, its first version waits for the office."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            unit = make_unit(session)
            task = make_task(session, session.get_one(tables.Plan, self.plan_id), units=[unit], due=date(2026, 10, 20))
            people = [make_account(session, "unit", unit=unit) for _ in range(2)]
            owed = make_obligation(session, session.get_one(Period, self.period_id), unit)
            if handed_in:
                make_return(session, owed, [(task.assignments[0], "in_progress", "第一稿")])
                owed.state, owed.submitted_at = "submitted", NOW
                session.flush()
            first, second = (Actor(who.id, who.username, "unit", unit.id) for who in people)
            token = handing_in.versions_of(session, owed.id).token
            return Owed(self.engine, owed.id, task.assignments[0].id, (first, second), owed.version, token)

    def after(self, owed: Owed) -> Came:
        """What stands in the tables, after what must hold of any return has been looked at."""
        with Session(self.engine) as session:
            found = session.get_one(Obligation, owed.obligation_id)
            query = select(Return).where(Return.obligation_id == owed.obligation_id).order_by(Return.number)
            versions = list(session.scalars(query.options(joinedload(Return.lines))).unique())
            told = Counter(event.action for event in audit.history(session, "obligation", owed.obligation_id))
            assert [each.number for each in versions] == list(range(1, len(versions) + 1)), "no number twice or left out"
            assert [each.state for each in versions[:-1]].count("draft") == 0, "only the last can be a draft"
            handed_in = [each.state for each in versions if each.state != "draft"]
            if found.state in {"submitted", "accepted", "returned"}:
                assert handed_in[-1] == found.state
            else:
                assert handed_in == []
            return Came(
                found.state,
                [(each.number, each.state) for each in versions],
                [line.progress for each in versions for line in each.lines],
                told,
            )

    def rounds(self, meet: Callable[[Owed], tuple[Act, Act]], *, handed_in: bool) -> Iterator[tuple[list[CameTo], Came]]:
        """Play: what both came to, and what they left behind."""
        for turn in range(ROUNDS):
            owed = self.owed(handed_in=handed_in)
            acts = meet(owed)
            # A thread that starts later reads later: each gets its turns to be the one.
            outcome = at_once(self.engine, *acts) if turn % 2 else at_once(self.engine, *acts[::-1])[::-1]
            yield outcome, self.after(owed)
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None


@pytest.fixture
def office(engine_url: str) -> Iterator[Office]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            plan = make_plan(session)
            period = make_period(session, make_cadence(session, plan))
        yield Office(engine, plan.id, period.id)


@pytest.mark.parametrize("who", [0, 1], ids=["two windows of one person", "two colleagues"])
def test_of_two_who_hand_in_one_is_kept_and_the_other_told(office: Office, who: int) -> None:
    for (one, other), came in office.rounds(
        lambda owed: (owed.submit("第一个窗口"), owed.submit("第二个窗口", who)), handed_in=False
    ):
        assert one.done is not other.done
        slower = other if one.done else one
        assert isinstance(slower.refused, DraftConflict)
        assert slower.sentence == DraftConflict().message
        assert came.words == ["第一个窗口" if one.done else "第二个窗口"]
        assert (came.state, came.versions) == ("submitted", [(1, "submitted")])
        assert came.told == {"return:submit": 1}


def test_a_draft_that_is_saved_as_a_colleague_hands_in_is_told_so(office: Office) -> None:
    for (saved, handed_in), came in office.rounds(lambda owed: (owed.save(), owed.submit()), handed_in=False):
        assert saved.done is not handed_in.done
        assert isinstance((saved.refused or handed_in.refused), DraftConflict)
        if saved.done:
            assert (came.state, came.versions, came.words) == ("open", [(1, "draft")], ["还没写完"])
            assert came.told == {}
        else:
            assert (came.state, came.versions, came.words) == ("submitted", [(1, "submitted")], ["第一个窗口"])
            assert came.told == {"return:submit": 1}


def test_a_newer_version_and_a_return_by_the_office(office: Office) -> None:
    """The unit's second version is kept either way: before it is returned, or as the answer to it."""
    for (newer, back), came in office.rounds(
        lambda owed: (owed.submit("第二稿"), owed.send_back()), handed_in=True
    ):
        assert newer.done
        assert (came.state, came.words) == ("submitted", ["第一稿", "第二稿"])
        first = "returned" if back.done else "submitted"
        assert came.versions == [(1, first), (2, "submitted")]
        assert back.done or isinstance(back.refused, NewerVersion)
        assert came.told == {"return:submit": 1} | ({"return:send_back": 1} if back.done else {})


@pytest.mark.parametrize("several", [False, True], ids=["accepted alone", "accepted with others"])
def test_nobody_accepts_what_nobody_has_read(office: Office, several: bool) -> None:
    for (newer, accepted), came in office.rounds(
        lambda owed: (owed.submit("第二稿"), owed.accept_all() if several else owed.accept()), handed_in=True
    ):
        if newer.done:
            assert (came.state, came.versions) == ("submitted", [(1, "submitted"), (2, "submitted")])
            assert came.told == {"return:submit": 1}
            assert isinstance(accepted.refused, NewerVersion) or accepted.answer == reporting.Accepted(0, 1)
        else:
            assert isinstance(newer.refused, AlreadyAccepted)
            assert (came.state, came.versions) == ("accepted", [(1, "accepted")])
            assert came.told == {"return:accept": 1}
            assert accepted.done


def test_two_of_the_office_decide_once(office: Office) -> None:
    for (accepted, back), came in office.rounds(lambda owed: (owed.accept(), owed.send_back()), handed_in=True):
        assert accepted.done is not back.done
        assert isinstance((accepted.refused or back.refused), NewerVersion)
        assert came.state == ("accepted" if accepted.done else "returned")
        assert came.told == {"return:accept" if accepted.done else "return:send_back": 1}


def test_accepting_all_leaves_what_is_just_returned(office: Office) -> None:
    for (several, back), came in office.rounds(lambda owed: (owed.accept_all(), owed.send_back()), handed_in=True):
        assert several.answer == (reporting.Accepted(0, 1) if back.done else reporting.Accepted(1, 0))
        assert back.done or isinstance(back.refused, NewerVersion)
        assert came.state == ("returned" if back.done else "accepted")
        assert came.told == {"return:send_back" if back.done else "return:accept": 1}


def test_what_is_waived_is_not_handed_in(office: Office) -> None:
    for (waived, handed_in), came in office.rounds(lambda owed: (owed.waive(), owed.submit()), handed_in=False):
        assert waived.done is not handed_in.done
        if waived.done:
            assert isinstance(handed_in.refused, AlreadyWaived)
            assert (came.state, came.versions, came.told) == ("waived", [], {"obligation:waive": 1})
        else:
            assert isinstance(waived.refused, NewerVersion)
            assert (came.state, came.told) == ("submitted", {"return:submit": 1})


def test_a_sheet_that_is_put_in_as_a_colleague_hands_in_stays_to_be_looked_at(office: Office) -> None:
    uploads = []

    def put_in(owed: Owed) -> Act:
        with Session(office.engine, expire_on_commit=False) as session, session.begin():
            who = owed.colleagues[1]
            shown = one_page.page(session, who, owed.obligation_id, now=NOW)
            base = return_sheets.cells_of(shown)
            rows = [
                {"number": 4, "mark": mark, "cells": {**cells, Field.PROGRESS: "线下写的"}} for mark, cells in base.items()
            ]
            sheet = {
                "obligation_id": owed.obligation_id, "plan_sha256": shown.plan.source_sha256, "period": "第39周",
                "rows": rows, "base": base,
            }  # fmt: skip
            upload = ReturnUpload(
                obligation_id=owed.obligation_id, filename="填报表.xlsx", sha256="0" * 64, sheet=sheet,
                uploaded_by_id=who.account_id, uploaded_at=NOW,
            )  # fmt: skip
            session.add(upload)
            session.flush()
            uploads.append(upload.id)
            upload_id = upload.id
        return lambda session: return_sheets.apply(
            session, who, upload_id=upload_id, token=owed.token, kept=(), chosen=(), now=NOW
        )

    for (sheet, handed_in), came in office.rounds(lambda owed: (put_in(owed), owed.submit()), handed_in=False):
        assert sheet.done is not handed_in.done
        assert isinstance((sheet.refused or handed_in.refused), DraftConflict)
        assert came.told == {"return_sheet:apply" if sheet.done else "return:submit": 1}
        assert came.words == ["线下写的" if sheet.done else "第一个窗口"]
        with Session(office.engine) as session:
            assert session.get_one(ReturnUpload, uploads[-1]).state == ("applied" if sheet.done else "open")


def test_a_return_is_handed_in_as_its_rule_changes(office: Office) -> None:
    """What has opened stays as it was asked for; both acts are done, whichever is first."""

    def another_day(turn: int) -> Act:
        wanted = Cadence(Weeks(turn % 5), time(12), date(2026, 9, 1), date(2026, 12, 31))

        def act(session: Session) -> object:
            version = session.scalars(select(tables.Cadence.version)).one()
            return regime.switch_on(session, OFFICE, plan_id=office.plan_id, wanted=wanted, version=version, now=NOW)

        return act

    turns = iter(range(ROUNDS))
    for (changed, handed_in), came in office.rounds(
        lambda owed: (another_day(next(turns)), owed.submit()), handed_in=False
    ):
        assert changed.done, changed.sentence
        assert handed_in.done, handed_in.sentence
        assert (came.state, came.told) == ("submitted", {"return:submit": 1})
    with Session(office.engine) as session:
        open_now = select(Period.key).where(Period.state == "open")
        assert list(session.scalars(open_now)) == ["2026-W39"], "the running week is not opened anew"


def test_making_the_obligations_of_a_period_at_once_makes_each_once(office: Office) -> None:
    for _ in range(ROUNDS):
        office.owed(handed_in=False)

    def make(session: Session) -> object:
        with session.no_autoflush:
            return sum(advancing.make_obligations(session, [session.get_one(Period, period_id)]).values())

    with Session(office.engine, expire_on_commit=False) as session, session.begin():
        cadence = session.scalars(select(tables.Cadence)).one()
        period_id = make_period(session, cadence, "2026-W40").id

    done = at_once(office.engine, *[make] * 3)

    assert sorted(each.answer for each in done if isinstance(each.answer, int)) == [0, 0, ROUNDS]
    with Session(office.engine) as session:
        asked = list(session.scalars(select(Obligation.unit_id).where(Obligation.period_id == period_id)))
        assert len(asked) == len(set(asked)) == ROUNDS


def test_a_tick_opens_a_week_once_while_its_rule_changes(office: Office) -> None:
    office.owed(handed_in=False)
    with Session(office.engine, expire_on_commit=False) as session, session.begin():
        make_period(session, session.scalars(select(tables.Cadence)).one(), "2026-W40", state="upcoming")
    wanted = Cadence(Weeks(4), time(12), date(2026, 9, 1), date(2026, 12, 31))

    done = at_once(
        office.engine,
        lambda session: advancing.advance(session, now=NEXT_WEEK),
        lambda session: regime.switch_on(
            session, OFFICE, plan_id=office.plan_id, wanted=wanted, version=1, now=NEXT_WEEK
        ),
    )

    assert all(each.done for each in done), [each.sentence for each in done]
    with Session(office.engine) as session:
        running = session.scalars(select(Period).where(Period.key == "2026-W40")).one()
        assert running.state == "open"
        assert [event.action for event in audit.history(session, "period", running.id)] == ["period:open"]
        assert len(list(session.scalars(select(Obligation).where(Obligation.period_id == running.id)))) == 1
        assert auditing.first_broken(session) is None


def test_a_task_is_opened_again_or_signed_off_and_never_both(office: Office) -> None:
    for turn in range(ROUNDS):
        with Session(office.engine, expire_on_commit=False) as session, session.begin():
            plan = session.get_one(tables.Plan, office.plan_id)
            state = "signed_off" if turn % 2 else "assigned"
            task = make_task(session, plan, units=[make_unit(session)], due=date(2026, 10, 20), state=state)
            if state == "signed_off":
                task.assignments[0].signed_off_at = NOW
            version, task_id = task.version, task.id

        def sign_off(session: Session, task_id: int = task_id, version: int = version) -> object:
            return tasks.sign_off(session, OFFICE, task_id=task_id, version=version, note="已公开", now=NOW)

        def reopen(session: Session, task_id: int = task_id, version: int = version) -> object:
            return tasks.reopen(session, OFFICE, task_id=task_id, version=version, reason="链接打不开", now=NOW)

        met = at_once(office.engine, *([reopen, reopen, sign_off] if turn % 2 else [sign_off, sign_off, reopen]))

        assert sum(each.done for each in met) == 1
        assert all(each.sentence.endswith("。") for each in met if not each.done)
        with Session(office.engine) as session:
            found = session.get_one(tables.Task, task_id)
            acted = [event.action for event in audit.history(session, "task", task_id)]
            assert (found.state == "signed_off", acted) == (
                (False, ["task:reopen"]) if turn % 2 else (True, ["task:sign_off"])
            )
            assert (found.assignments[0].signed_off_at is not None) is (found.state == "signed_off")
