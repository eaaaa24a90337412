"""Deputies: who may arrange what, and that acting for another lasts as long as the arrangement and no longer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tracker.domain import deputy as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import accounts, auditing, deputies, inbox, instructions
from tracker.services.deputies import Wanted
from tracker.store.queries.accounts import Recognised
from tracker.store.tables import Account, AuditEvent, Deputyship, SignIn

NOW, TODAY = factories.NOW, factories.TODAY
LIMITS = accounts.Limits(idle=timedelta(days=300), whole=timedelta(days=400))


@dataclass(frozen=True)
class House:
    people: dict[str, Account]

    def actor(self, name: str) -> Actor:
        account = self.people[name]
        return Actor(account.id, account.display_name, account.role, account.unit_id)

    def wanted(self, by: str, *, of: str | None = None, days: int = 7) -> Wanted:
        for_id = self.people[of].id if of else None
        return Wanted(self.people[by].id, TODAY, TODAY + timedelta(days=days), "出差", for_id)


@pytest.fixture
def house(session: Session) -> House:
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    made = {
        name: factories.make_account(session, role, unit=unit, username=name)
        for name, role, unit in (
            ("李明", "unit", justice), ("王晓", "unit", justice), ("赵远", "unit", health),
            ("陈雨", "office", None), ("周宁", "office", None), ("周市长", "leader", None),
            ("管理员", "administrator", None), ("审计", "auditor", None),
        )
    }  # fmt: skip
    return House(made)


def arranged(session: Session, house: House, who: str, by: str, *, of: str | None = None) -> Deputyship:
    return deputies.arrange(session, house.actor(who), wanted=house.wanted(by, of=of), now=NOW)


def signed_in(session: Session, account: Account) -> str:
    account.password_hash = "digest"
    session.flush()
    token = accounts.sign_in(
        session, username=account.username, matched="digest", address="10.0.0.9", limits=LIMITS, now=NOW
    )
    assert token is not None
    return token


def seen(session: Session, token: str, now: datetime = NOW) -> Recognised:
    found = accounts.recognise(session, token, limits=LIMITS, now=now)
    assert found is not None
    return found


def acting(session: Session, house: House, who: str, row: Deputyship) -> str:
    token = signed_in(session, house.people[who])
    sign_in_id = seen(session, token).sign_in_id
    deputies.begin(session, house.actor(who), sign_in_id=sign_in_id, deputyship_id=row.id, now=NOW)
    return token


@pytest.mark.parametrize(
    ("who", "by", "of", "error"),
    [
        ("李明", "王晓", None, None),
        ("陈雨", "周宁", None, None),
        ("周市长", "陈雨", None, None),
        ("陈雨", "王晓", "李明", None),
        ("陈雨", "赵远", "李明", None),
        ("陈雨", "周宁", "周市长", None),
        ("李明", "赵远", None, NotFound),  # another unit's person
        ("李明", "陈雨", None, NotFound),
        ("李明", "审计", None, NotFound),
        ("李明", "李明", None, rules.OneselfNamed),
        ("李明", "王晓", "赵远", NotFound),  # not his to arrange
        ("周市长", "王晓", None, NotFound),
        ("周市长", "周宁", "陈雨", NotFound),
        ("陈雨", "王晓", None, rules.RolesDoNotFit),  # who hands in would review
        ("陈雨", "周宁", "李明", rules.RolesDoNotFit),
        ("陈雨", "李明", "周市长", rules.RolesDoNotFit),
        ("陈雨", "管理员", None, rules.RolesDoNotFit),
        ("陈雨", "审计", None, rules.RolesDoNotFit),
        ("陈雨", "周宁", "管理员", rules.RolesDoNotFit),
        ("陈雨", "周宁", "审计", rules.RolesDoNotFit),
        ("管理员", "周宁", None, NotFound),
        ("审计", "周宁", None, NotFound),
    ],
)
def test_who_may_arrange_whom(
    session: Session, house: House, who: str, by: str, of: str | None, error: type[RuleViolated] | None
) -> None:
    if error is None:
        row = arranged(session, house, who, by, of=of)
        assert (row.for_id, row.by_id) == (house.people[of or who].id, house.people[by].id)
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.actor, event.object_id) == ("deputy:arrange", who, row.for_id)
        assert event.summary == f"9月24日至10月1日由{by}代{of or who}办理：出差"
        assert event.detail["why"] == "出差"
    else:
        with pytest.raises(error):
            arranged(session, house, who, by, of=of)
        assert not session.scalars(select(Deputyship)).all()


def test_an_account_that_is_closed_or_unknown_is_nobody(session: Session, house: House) -> None:
    house.people["王晓"].active = False
    session.flush()

    for wanted in (house.wanted("王晓"), replace(house.wanted("王晓"), by_id=999_999)):
        with pytest.raises(NotFound):
            deputies.arrange(session, house.actor("李明"), wanted=wanted, now=NOW)


def test_a_deputy_has_the_others_role_and_unit_and_stays_himself(session: Session, house: House) -> None:
    row = arranged(session, house, "陈雨", "赵远", of="李明")
    token = acting(session, house, "赵远", row)

    found = seen(session, token)
    assert found.principal is not None
    assert (found.name, found.principal.name, found.principal.unit_name) == ("赵远", "李明", "市司法局")
    assert (found.principal.role, found.principal.unit_id) == ("unit", house.people["李明"].unit_id)
    assert found.principal.until == row.ends_on
    assert not found.lapsed


@pytest.mark.parametrize(
    ("day", "is_deputy"),
    [(TODAY, True), (TODAY + timedelta(days=7), True), (TODAY + timedelta(days=8), False),
     (TODAY - timedelta(days=1), False)],
)  # fmt: skip
def test_it_ends_by_the_clock_at_the_next_request(
    session: Session, house: House, day: date, is_deputy: bool
) -> None:
    token = acting(session, house, "王晓", arranged(session, house, "李明", "王晓"))
    first_minute_in_china = datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo) - timedelta(hours=8)

    found = seen(session, token, first_minute_in_china)

    assert (found.principal is not None) is is_deputy
    assert found.lapsed is not is_deputy
    assert found.may_act_for == int(is_deputy)


def test_taking_it_back_or_closing_the_account_ends_it_at_once(session: Session, house: House) -> None:
    row = arranged(session, house, "李明", "王晓")
    token = acting(session, house, "王晓", row)
    house.people["李明"].active = False
    session.flush()
    assert seen(session, token).lapsed

    house.people["李明"].active = True
    session.flush()
    assert seen(session, token).principal is not None
    deputies.take_back(session, house.actor("李明"), deputyship_id=row.id, version=row.version, now=NOW)
    assert seen(session, token).lapsed
    with pytest.raises(deputies.NotRunning):
        deputies.take_back(session, house.actor("李明"), deputyship_id=row.id, version=row.version, now=NOW)

    sign_in_id = seen(session, token).sign_in_id
    for _ in range(2):
        deputies.lapse(session, house.actor("王晓"), sign_in_id=sign_in_id, now=NOW)
    assert not seen(session, token).lapsed
    leaves = session.scalars(select(AuditEvent).where(AuditEvent.action == "deputy:leave")).all()
    assert [event.actor for event in leaves] == ["系统"]


@pytest.mark.parametrize("who", ["李明", "王晓", "陈雨"])
def test_either_of_the_two_and_the_office_may_end_it(session: Session, house: House, who: str) -> None:
    row = arranged(session, house, "李明", "王晓")
    for stranger in ("赵远", "周市长"):
        with pytest.raises(NotFound):
            deputies.take_back(session, house.actor(stranger), deputyship_id=row.id, version=1, now=NOW)
    with pytest.raises(VersionConflict):
        deputies.take_back(session, house.actor(who), deputyship_id=row.id, version=9, now=NOW)

    deputies.take_back(session, house.actor(who), deputyship_id=row.id, version=row.version, now=NOW)

    assert (row.ended_at, row.ended_by_name) == (NOW, who)


def test_nobody_acts_by_an_arrangement_of_others_or_outside_its_days(session: Session, house: House) -> None:
    row = arranged(session, house, "李明", "王晓")
    sign_in_id = seen(session, signed_in(session, house.people["王晓"])).sign_in_id

    def begin(who: Actor, now: datetime) -> None:
        deputies.begin(session, who, sign_in_id=sign_in_id, deputyship_id=row.id, now=now)

    for who in ("赵远", "李明", "陈雨"):
        with pytest.raises(NotFound):
            begin(house.actor(who), NOW)
    for now in (NOW - timedelta(days=1), NOW + timedelta(days=8)):
        with pytest.raises(deputies.NotRunning):
            begin(house.actor("王晓"), now)


def test_a_deputy_of_a_deputy_is_refused_at_every_door(session: Session, house: House) -> None:
    row = arranged(session, house, "陈雨", "赵远", of="李明")
    wang = house.actor("赵远").in_place_of(house.people["李明"].id, "李明", "unit", house.people["李明"].unit_id)
    sign_in_id = seen(session, signed_in(session, house.people["赵远"])).sign_in_id

    with pytest.raises(rules.ActingAlready):
        deputies.arrange(session, wang, wanted=house.wanted("王晓"), now=NOW)
    with pytest.raises(rules.ActingAlready):
        deputies.take_back(session, wang, deputyship_id=row.id, version=row.version, now=NOW)
    with pytest.raises(rules.ActingAlready):
        deputies.begin(session, wang, sign_in_id=sign_in_id, deputyship_id=row.id, now=NOW)
    with pytest.raises(rules.PrincipalIsDeputy):
        deputies.arrange(session, house.actor("陈雨"), wanted=house.wanted("王晓", of="赵远"), now=NOW)
    with pytest.raises(rules.DeputyIsAway):
        deputies.arrange(session, house.actor("陈雨"), wanted=house.wanted("李明", of="王晓"), now=NOW)


def test_what_a_deputy_does_names_both_in_the_trail_and_the_chain_holds(session: Session, house: House) -> None:
    mayor, chen = house.people["周市长"], house.actor("陈雨")
    row = arranged(session, house, "周市长", "陈雨")
    acting(session, house, "陈雨", row)
    deputy = chen.in_place_of(mayor.id, "周市长", "leader", None)
    plan = factories.make_plan(session)

    written = instructions.write(session, deputy, plan_id=plan.id, task_id=None, words="抓紧。", now=NOW)

    assert (written.leader_id, written.leader_name) == (mayor.id, "周市长")
    assert (written.written_by_id, written.written_by_name) == (chen.account_id, "陈雨 代 周市长")
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.account_id, event.actor) == (chen.account_id, "陈雨 代 周市长")
    assert event.detail["acts_for"] == {"account_id": mayor.id, "name": "周市长"}
    assert auditing.first_broken(session) is None


def test_before_a_deputy_lies_the_others_inbox(session: Session, house: House) -> None:
    li, zhao = house.people["李明"], house.actor("赵远")
    deputy = zhao.in_place_of(li.id, "李明", "unit", li.unit_id)
    item = factories.make_inbox_item(session, li)

    assert [one.id for one in inbox.mine(session, deputy)] == [item.id]
    assert inbox.read(session, deputy, item_id=item.id, now=NOW).read_at == NOW
    with pytest.raises(NotFound):
        inbox.read(session, zhao, item_id=item.id, now=NOW)


def test_the_page_shows_each_what_is_his(session: Session, house: House) -> None:
    row = arranged(session, house, "李明", "王晓")
    factories.make_inbox_item(session, house.people["李明"])

    wang = deputies.page(session, house.actor("王晓"), today=TODAY)
    assert [(choice.row.id, choice.unread) for choice in wang.choices] == [(row.id, 1)]
    assert [one.display_name for one in wang.candidates] == ["李明"]
    assert not wang.principals
    assert not deputies.page(session, house.actor("赵远"), today=TODAY).arrangements
    office = deputies.page(session, house.actor("陈雨"), today=TODAY)
    assert [item.row.id for item in office.arrangements] == [row.id]
    assert {one.role for one in office.principals} == {"unit", "office", "leader"}
    assert {one.role for one in deputies.page(session, house.actor("周市长"), today=TODAY).candidates} == {"office"}


def test_signing_out_takes_the_place_with_it(session: Session, house: House) -> None:
    token = acting(session, house, "王晓", arranged(session, house, "李明", "王晓"))
    accounts.sign_out(session, house.actor("王晓"), sign_in_id=seen(session, token).sign_in_id, now=NOW)

    assert not session.scalars(select(SignIn)).all()
    assert seen(session, signed_in(session, house.people["王晓"])).principal is None
