"""The office decides on returns: one, several at once, or none asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_unit,
)
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.obligation import NothingSubmitted, ReasonNeeded, StepNotAllowed
from tracker.services import reporting
from tracker.services.reporting import Accepted, Decision, NewerVersion, ReasonTooLong
from tracker.store.queries import audit
from tracker.store.tables import Obligation, Period

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(session: Session) -> Actor:
    account = make_account(session)
    return Actor(account.id, "陈雨", "office")


@pytest.fixture
def week(session: Session) -> Period:
    return make_period(session, make_cadence(session, make_plan(session)))


def owed_by(session: Session, week: Period, name: str, state: str = "submitted") -> Obligation:
    """An obligation; a submitted one with two versions, the older one sent back."""
    owed = make_obligation(session, week, make_unit(session, name), state=state)
    if state == "submitted":
        make_return(session, owed, state="returned")
        make_return(session, owed)
        make_return(session, owed, state="draft")
    return owed


def told(session: Session, owed: Obligation) -> list[str]:
    return [event.summary for event in audit.history(session, "obligation", owed.id)]


def test_accepting_several_decides_on_each_newest_version(session: Session, office: Actor, week: Period) -> None:
    several = [owed_by(session, week, name) for name in ("市教育局", "市司法局")]

    done = reporting.accept_several(
        session, office, seen=[(owed.id, owed.version) for owed in reversed(several)], now=LATER
    )

    assert done == Accepted(accepted=2, left=0)
    for owed in several:
        assert (owed.state, owed.decided_at) == ("accepted", LATER)
        assert [version.state for version in owed.returns] == ["returned", "accepted", "draft"]
        decided = owed.returns[1]
        assert (decided.decided_at, decided.decided_by_id) == (LATER, office.account_id)
    assert told(session, several[0]) == ["市教育局第39周第2稿通过（批量）"]


@pytest.mark.parametrize("state", ["accepted", "returned", "missed", "open", "waived"])
def test_accepting_several_leaves_what_does_not_wait(
    session: Session, office: Actor, week: Period, state: str
) -> None:
    owed = owed_by(session, week, "市教育局", state)

    done = reporting.accept_several(session, office, seen=[(owed.id, owed.version)], now=LATER)

    assert (done, owed.state, told(session, owed)) == (Accepted(0, 1), state, [])


def test_accepting_several_leaves_what_has_changed_and_what_is_not_there(
    session: Session, office: Actor, week: Period
) -> None:
    owed = owed_by(session, week, "市教育局")

    done = reporting.accept_several(session, office, seen=[(owed.id, owed.version + 1), (404, 1)], now=LATER)

    assert (done, owed.state) == (Accepted(0, 2), "submitted")


def test_waiving_keeps_reason_and_moment(session: Session, office: Actor, week: Period) -> None:
    owed = owed_by(session, week, "市教育局", "missed")

    reporting.waive(session, office, obligation_id=owed.id, version=owed.version, reason=" 机构调整 ", now=LATER)

    assert (owed.state, owed.note, owed.decided_at) == ("waived", "机构调整", LATER)
    assert told(session, owed) == ["市教育局第39周免报：机构调整"]


def test_sending_back_keeps_the_reason_with_the_version(session: Session, office: Actor, week: Period) -> None:
    owed = owed_by(session, week, "市教育局")

    reporting.send_back(session, office, Decision(owed.id, owed.version, " 请写清 "), now=LATER)

    assert (owed.state, owed.decided_at) == ("returned", LATER)
    assert (owed.returns[1].state, owed.returns[1].decision_reason) == ("returned", "请写清")


@pytest.mark.parametrize(
    ("state", "reason", "newer", "error"),
    [
        pytest.param("submitted", "", 0, ReasonNeeded, id="no reason"),
        pytest.param("submitted", "字" * 1001, 0, ReasonTooLong, id="too long a reason"),
        pytest.param("submitted", "请改", 1, NewerVersion, id="the unit has handed in a newer version"),
        pytest.param("missed", "请改", 0, NothingSubmitted, id="nothing is there"),
        pytest.param("waived", "请改", 0, StepNotAllowed, id="none is asked for"),
    ],
)
def test_what_cannot_be_sent_back(
    session: Session, office: Actor, week: Period, state: str, reason: str, newer: int, error: type[Exception]
) -> None:
    owed = owed_by(session, week, "市教育局", state)

    with pytest.raises(error):
        reporting.send_back(session, office, Decision(owed.id, owed.version + newer, reason), now=LATER)

    assert told(session, owed) == []


def test_an_obligation_that_is_not_there_is_not_found(session: Session, office: Actor) -> None:
    with pytest.raises(NotFound):
        reporting.accept(session, office, Decision(404, 1), now=LATER)
