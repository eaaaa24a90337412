"""Who is away is reminded through the deputy (代办) too, once, and told in whose place."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_account, make_cadence, make_obligation, make_period, make_plan, make_unit
from tests.services.test_reminding import SITE, THURSDAY, deliver_all, inbox_of
from tracker.services import reminding, sending
from tracker.store.queries import outbox
from tracker.store.tables import Account, Deputyship, Unit


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def away(session: Session, unit: Unit) -> Account:
    """The unit's contact, who owes a return this afternoon."""
    account = make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
    make_obligation(session, make_period(session, make_cadence(session, make_plan(session))), unit)
    return account


def stand_in(session: Session, away: Account, deputy: Account, *, days: tuple[int, int] = (0, 3)) -> Deputyship:
    first, last = (THURSDAY.date() + timedelta(days=shift) for shift in days)
    row = Deputyship(
        for_id=away.id, by_id=deputy.id, starts_on=first, ends_on=last, reason="出差", made_by_name="陈雨", made_at=THURSDAY
    )
    session.add(row)
    session.flush()
    return row


def test_a_deputy_of_another_unit_is_told_in_whose_place(session: Session, away: Account, tmp_path: Path) -> None:
    deputy = make_account(session, "unit", unit=make_unit(session, "市招生办"), email="wang@zsb.qingxi.example")
    stand_in(session, away, deputy)

    for _ in range(2):
        reminding.plan(session, now=THURSDAY)
        deliver_all(session, tmp_path, THURSDAY)

    [own] = inbox_of(session, away)
    [item] = inbox_of(session, deputy)
    assert item.subject == f"代{away.display_name}：{own.subject}"
    assert f"您正代{away.display_name}（市教育局）办理" in item.body
    assert (own.link[:12], item.link) == ("/my/returns/", "/deputies")
    assert len(list(tmp_path.iterdir())) == 2, "a letter for each"


def test_a_colleague_of_the_own_unit_is_told_once(session: Session, unit: Unit, away: Account, tmp_path: Path) -> None:
    colleague = make_account(session, "unit", unit=unit)
    stand_in(session, away, colleague)

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    [item] = inbox_of(session, colleague)
    assert not item.subject.startswith("代")


@pytest.mark.parametrize(
    ("days", "account_state"),
    [
        pytest.param((1, 3), True, id="not begun"),
        pytest.param((-3, -1), True, id="over"),
        pytest.param((0, 3), False, id="the deputy's account is closed"),
    ],
)
def test_only_a_running_deputy_is_told(
    session: Session, away: Account, tmp_path: Path, days: tuple[int, int], account_state: bool
) -> None:
    deputy = make_account(session, "unit", unit=make_unit(session, "市招生办"))
    deputy.active = account_state
    stand_in(session, away, deputy, days=days)

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert inbox_of(session, deputy) == []
    assert len(inbox_of(session, away)) == 1


def test_a_deputy_whose_time_has_ended_gets_nothing_that_still_lay_waiting(session: Session, away: Account) -> None:
    deputy = make_account(session, "unit", unit=make_unit(session, "市招生办"))
    row = stand_in(session, away, deputy)
    reminding.plan(session, now=THURSDAY)
    row.ended_at, row.ended_by_name = THURSDAY, "陈雨"
    session.commit()

    drain(session, THURSDAY)
    reminding.plan(session, now=THURSDAY)
    drain(session, THURSDAY)

    assert inbox_of(session, deputy) == []


def drain(session: Session, now: datetime) -> None:
    """Open everything that waits for the inbox."""
    while claim := outbox.claim(session, "w1", now=now):
        sending.open_letter(session, claim, site=SITE, now=now)
        session.commit()


def test_the_deputy_hears_what_was_said_before_he_began(session: Session, away: Account, tmp_path: Path) -> None:
    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)
    deputy = make_account(session, "unit", unit=make_unit(session, "市招生办"))
    stand_in(session, away, deputy)

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert [item.subject[0] for item in inbox_of(session, deputy)] == ["代"]
