"""Signing in, one-time links, and keeping the list of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.services import accounts, locks
from tracker.store.tables import Account, AuditEvent, OneTimeLink, SignIn, SignInFailure

NOW = factories.NOW
LIMITS = accounts.Limits(idle=timedelta(hours=8), whole=timedelta(hours=12))
ADMINISTRATOR = Actor(None, "系统", "administrator")
DIGEST = "digest-of-the-right-password"


@pytest.fixture
def person(session: Session) -> Account:
    """chenyu of the office, with a password."""
    account = factories.make_account(session, username="chenyu")
    account.password_hash = DIGEST
    session.flush()
    return account


def attempt(session: Session, *, right: bool = True, name: str = "chenyu", now: datetime = NOW) -> str | None:
    matched = DIGEST if right else None
    return accounts.sign_in(
        session, username=name, matched=matched, address="10.0.0.9", limits=LIMITS, now=now
    )


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_right_password_opens_a_sign_in_whose_row_holds_no_token(
    session: Session, person: Account
) -> None:
    token = attempt(session, name="  ChenYu ")

    assert token is not None
    found = accounts.recognise(session, token, limits=LIMITS, now=NOW)
    assert found is not None
    assert (found.account_id, found.name, found.role) == (person.id, "chenyu", "office")
    assert token not in {row.token_hash for row in session.scalars(select(SignIn))}
    assert actions(session) == ["session:open"]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        pytest.param("chenyu", False, id="a wrong password"),
        pytest.param("nobody", False, id="a name that does not exist"),
        pytest.param("", False, id="no name"),
    ],
)
def test_nobody_comes_in_with(session: Session, person: Account, name: str, right: bool) -> None:
    assert attempt(session, name=name, right=right) is None
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_a_password_that_was_changed_during_the_comparison_opens_nothing(
    session: Session, person: Account
) -> None:
    person.password_hash = "another digest"

    assert attempt(session) is None


def test_five_failures_lock_for_a_quarter_of_an_hour_and_the_lock_ends_by_itself(
    session: Session, person: Account
) -> None:
    for minute in range(5):
        assert attempt(session, right=False, now=NOW + timedelta(minutes=minute)) is None
    locked_at = NOW + timedelta(minutes=4)

    assert attempt(session, now=locked_at + timedelta(minutes=1)) is None, "even the right password waits"
    assert attempt(session, right=False, now=locked_at + timedelta(minutes=14)) is None
    assert attempt(session, now=locked_at + timedelta(minutes=15, seconds=1)) is not None
    assert actions(session) == ["session:refuse"] * 5 + ["session:open"], "attempts on a lock are not counted"


def test_failures_that_lie_apart_do_not_add_up(session: Session, person: Account) -> None:
    for hour in range(9):
        assert attempt(session, right=False, now=NOW + timedelta(hours=hour)) is None

    assert attempt(session, now=NOW + timedelta(hours=9)) is not None


def test_a_success_forgets_the_failures_before(session: Session, person: Account) -> None:
    for right in (False, False, False, False, True, False, False, False, False):
        attempt(session, right=right)

    assert attempt(session) is not None


@pytest.mark.parametrize(
    ("seen", "asked", "known"),
    [
        pytest.param(0, timedelta(hours=7, minutes=59), True, id="used within eight hours"),
        pytest.param(0, timedelta(hours=8), False, id="idle for eight hours"),
        pytest.param(6, timedelta(hours=11, minutes=59), True, id="kept in use, before twelve hours"),
        pytest.param(6, timedelta(hours=12), False, id="kept in use, after twelve hours"),
    ],
)
def test_a_sign_in_lasts_as_long_as_the_limits_say(
    session: Session, person: Account, seen: int, asked: timedelta, known: bool
) -> None:
    token = attempt(session)
    assert token is not None
    row = session.scalars(select(SignIn)).one()
    accounts.touch(session, row.id, now=NOW + timedelta(hours=seen))

    assert (accounts.recognise(session, token, limits=LIMITS, now=NOW + asked) is not None) is known


def test_signing_out_ends_the_token_for_good(session: Session, person: Account) -> None:
    token = attempt(session)
    assert token is not None
    found = accounts.recognise(session, token, limits=LIMITS, now=NOW)
    assert found is not None

    accounts.sign_out(session, Actor(person.id, "陈雨", "office"), sign_in_id=found.sign_in_id, now=NOW)

    assert accounts.recognise(session, token, limits=LIMITS, now=NOW) is None
    assert actions(session)[-1] == "session:close"


def test_disabling_ends_every_sign_in_and_link_at_once(session: Session, person: Account) -> None:
    token = attempt(session)
    link = accounts.reset_link(session, ADMINISTRATOR, account_id=person.id, now=NOW)
    assert token is not None

    accounts.set_active(
        session, ADMINISTRATOR, account_id=person.id, active=False, version=person.version, now=NOW
    )

    assert accounts.recognise(session, token, limits=LIMITS, now=NOW) is None
    assert accounts.known_password(session, "chenyu") is None
    assert attempt(session) is None
    with pytest.raises(accounts.LinkUsedUp):
        accounts.open_link(session, link, now=NOW)


def test_a_new_password_ends_every_sign_in(session: Session, person: Account) -> None:
    token = attempt(session)
    assert token is not None

    accounts.change_password(session, Actor(person.id, "陈雨", "office"), password_hash="new", now=NOW)

    assert accounts.recognise(session, token, limits=LIMITS, now=NOW) is None


def test_signing_in_sweeps_out_what_has_ended(session: Session, person: Account) -> None:
    attempt(session)
    attempt(session, now=NOW + timedelta(days=2))

    assert session.scalar(select(func.count()).select_from(SignIn)) == 1


class TestFirstLink:
    """The link of the first administrator."""

    def use(self, session: Session, token: str, now: datetime = NOW, name: str = "Admin") -> Account:
        return accounts.use_link(
            session, token=token, username=name, display_name="王管", password_hash="digest", now=now
        )

    def test_makes_the_administrator_once(self, session: Session) -> None:
        token = accounts.first_link(session, NOW)
        assert token is not None

        account = self.use(session, token)

        assert (account.username, account.role, account.password_hash) == ("admin", "administrator", "digest")
        with pytest.raises(accounts.LinkUsedUp):
            self.use(session, token, name="second")
        assert accounts.first_link(session, NOW) is None

    def test_asking_again_takes_the_earlier_one_back(self, session: Session) -> None:
        first, second = accounts.first_link(session, NOW), accounts.first_link(session, NOW)
        assert first is not None
        assert second is not None

        with pytest.raises(accounts.FirstLinkReplaced, match="启动窗口里最新的一条"):
            self.use(session, first)
        self.use(session, second)
        with pytest.raises(accounts.LinkUsedUp, match="向管理员要一个新的"):
            self.use(session, first)
        assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 1

    def test_is_dead_once_another_administrator_exists(self, session: Session) -> None:
        token = accounts.first_link(session, NOW)
        assert token is not None
        accounts.create(
            session,
            ADMINISTRATOR,
            username="other",
            display_name="李管",
            role=UserRole.ADMINISTRATOR,
            password_hash="digest",
            now=NOW,
        )

        with pytest.raises(accounts.LinkUsedUp):
            self.use(session, token)

    def test_is_given_again_while_the_only_administrator_has_no_password(self, session: Session) -> None:
        factories.make_account(session, "administrator")

        assert accounts.first_link(session, NOW) is not None

    def test_works_for_seven_days(self, session: Session) -> None:
        token = accounts.first_link(session, NOW)
        assert token is not None

        with pytest.raises(accounts.LinkUsedUp):
            self.use(session, token, now=NOW + timedelta(days=7))
        self.use(session, token, now=NOW + timedelta(days=6, hours=23))

    def test_is_kept_as_a_digest_only(self, session: Session) -> None:
        token = accounts.first_link(session, NOW)

        assert session.scalars(select(OneTimeLink.token_hash)).one() != token


def test_a_link_that_was_handed_over_sets_the_password_and_ends_sign_ins(
    session: Session, person: Account
) -> None:
    token = attempt(session)
    link = accounts.reset_link(session, ADMINISTRATOR, account_id=person.id, now=NOW)
    assert token is not None

    accounts.use_link(session, token=link, password_hash="new", now=NOW)

    assert (person.username, person.password_hash) == ("chenyu", "new")
    assert accounts.recognise(session, token, limits=LIMITS, now=NOW) is None


def test_a_unit_account_belongs_to_a_unit(session: Session) -> None:
    facts: dict[str, Any] = {"username": "u", "display_name": "联络员", "role": UserRole.UNIT, "now": NOW}

    with pytest.raises(InvalidInput, match="选一个单位"):
        accounts.create(session, ADMINISTRATOR, **facts)
    unit = factories.make_unit(session)
    assert accounts.create(session, ADMINISTRATOR, **facts, unit_id=unit.id).unit_id == unit.id


def test_a_name_is_given_once_whatever_its_case(session: Session, person: Account) -> None:
    with pytest.raises(accounts.UsernameTaken):
        accounts.create(
            session, ADMINISTRATOR, username="CHENYU", display_name="陈", role=UserRole.LEADER, now=NOW
        )


def test_the_last_administrator_stays(session: Session) -> None:
    only = factories.make_account(session, "administrator", username="only")
    only.password_hash = "digest"
    session.flush()
    facts: dict[str, Any] = {"account_id": only.id, "active": False, "now": NOW}

    with pytest.raises(accounts.LastAdministrator):
        accounts.set_active(session, ADMINISTRATOR, **facts, version=only.version)
    other = factories.make_account(session, "administrator", username="other")
    other.password_hash = "digest"
    session.flush()
    assert accounts.set_active(session, ADMINISTRATOR, **facts, version=only.version).active is False


def test_what_a_colleague_saved_first_is_not_overwritten(session: Session, person: Account) -> None:
    seen = person.version
    facts: dict[str, Any] = {"account_id": person.id, "unit_id": None, "email": "", "version": seen, "now": NOW}
    accounts.change(session, ADMINISTRATOR, **facts, display_name="陈雨")
    session.flush()

    with pytest.raises(VersionConflict):
        accounts.change(session, ADMINISTRATOR, **facts, display_name="陈宇")
    assert person.display_name == "陈雨"


@pytest.mark.parametrize("account_id", [None, 0, 999_999])
def test_an_account_that_is_not_there_is_not_found(session: Session, account_id: int | None) -> None:
    with pytest.raises(NotFound):
        accounts.one(session, account_id)


def test_a_disabled_account_gets_no_link(session: Session, person: Account) -> None:
    person.active = False

    with pytest.raises(RuleViolated, match="已停用"):
        accounts.reset_link(session, ADMINISTRATOR, account_id=person.id, now=NOW)


class TestLocks:
    """Failed sign-ins keep out the computer they come from, and everybody only when they are very many."""

    def fail(self, session: Session, address: str, name: str = "chenyu", now: datetime = NOW) -> None:
        accounts.sign_in(session, username=name, matched=None, address=address, limits=LIMITS, now=now)

    def come_in(self, session: Session, address: str, now: datetime = NOW) -> str | None:
        return accounts.sign_in(
            session, username="chenyu", matched=DIGEST, address=address, limits=LIMITS, now=now
        )

    def test_a_colleague_who_mistypes_the_name_keeps_nobody_out(
        self, session: Session, person: Account
    ) -> None:
        for _ in range(7):
            self.fail(session, "10.0.0.1")

        assert self.come_in(session, "10.0.0.1") is None
        assert locks.current(session, now=NOW)[person.id].everywhere is False
        assert self.come_in(session, "10.0.0.2") is not None
        assert self.come_in(session, "10.0.0.1") is None, "a success elsewhere does not end the lock"

    def test_fifty_failures_from_many_computers_lock_the_account(
        self, session: Session, person: Account
    ) -> None:
        for number in range(50):
            self.fail(session, f"10.0.1.{number}")

        assert self.come_in(session, "10.0.0.2") is None
        assert locks.current(session, now=NOW)[person.id].everywhere is True
        assert self.come_in(session, "10.0.0.2", NOW + timedelta(minutes=15)) is not None

    def test_a_computer_that_tries_one_name_after_another_is_told_to_wait(self, session: Session) -> None:
        for number in range(30):
            locks.require_calm(session, address="10.0.0.1", now=NOW)
            self.fail(session, "10.0.0.1", name=f"nobody{number}")

        with pytest.raises(locks.TooManyFailures):
            locks.require_calm(session, address="10.0.0.1", now=NOW)
        locks.require_calm(session, address="10.0.0.2", now=NOW)
        locks.require_calm(session, address="10.0.0.1", now=NOW + timedelta(minutes=15))

    def test_an_address_that_stands_for_everybody_is_not_held_against_anybody(self, session: Session) -> None:
        for number in range(40):
            self.fail(session, "127.0.0.1", name=f"nobody{number}")

        locks.require_calm(session, address="127.0.0.1", now=NOW)

    @pytest.mark.usefixtures("person")
    def test_an_administrator_ends_them(self, session: Session) -> None:
        for _ in range(5):
            self.fail(session, "10.0.0.1")

        locks.unlock(session, ADMINISTRATOR, username=" ChenYu ", now=NOW)

        assert locks.current(session, now=NOW) == {}
        assert actions(session)[-1] == "account:change"
        assert self.come_in(session, "10.0.0.1") is not None
        with pytest.raises(NotFound):
            locks.unlock(session, ADMINISTRATOR, username="nobody", now=NOW)

    @pytest.mark.usefixtures("person")
    def test_what_counts_no_more_is_forgotten(self, session: Session) -> None:
        self.fail(session, "10.0.0.1")
        self.fail(session, "10.0.0.1", now=NOW + timedelta(hours=1))

        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_a_name_and_an_address_hold_one_line(session: Session) -> None:
    facts: dict[str, Any] = {"unit_id": None, "email": "a@b.cn\r\nBcc: c@d.cn", "now": NOW}
    made = accounts.create(
        session, ADMINISTRATOR, username="u", display_name="陈\n雨", role=UserRole.OFFICE, **facts
    )
    assert (made.display_name, made.email) == ("陈 雨", "a@b.cn Bcc: c@d.cn")

    accounts.change(
        session, ADMINISTRATOR, account_id=made.id, display_name="陈\x00\t宇", version=made.version, **facts
    )

    assert made.display_name == "陈 宇"
