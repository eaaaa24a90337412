"""发送情况: figures that are the length of their lists, and what a person settles or sends again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.at_once import at_once
from tests.support.counting import OFFICE
from tests.support.databases import opened
from tracker.clock import CHINA
from tracker.domain.delivery import BY_MAIL, INBOX, MAIL, Answer, Reach, Route
from tracker.domain.outbox import SETTLED_BY_HAND, OutboxState, Outcome
from tracker.services import auditing, deliveries, heartbeats, sending
from tracker.services.deliveries import DeliveryFilter, DeliveryPart, NotToSettle, WhyNot
from tracker.services.sending import NotResendable
from tracker.store.queries import deliveries as queries
from tracker.store.queries import outbox
from tracker.store.tables import Account, AuditEvent, MutedTask, Notice, OutboxItem, Unit

NOW = datetime(2026, 9, 24, 15, 0, tzinfo=CHINA)
YESTERDAY = date(2026, 9, 23)
PARTS = (
    DeliveryPart.SENT,
    DeliveryPart.UNCONFIRMED,
    DeliveryPart.FAILED,
    DeliveryPart.WAITING,
    DeliveryPart.WITHDRAWN,
)
BY_SMS = Route("sms", Reach.PHONE, "短信")


@dataclass
class House:
    """One person, and deliveries to him."""

    session: Session
    unit: Unit
    person: Account
    made: int = 0

    def deliver(
        self, state: OutboxState = OutboxState.DUE, *, at: datetime = NOW, channel: str = MAIL, letter: str = "",
        kind: str = "before_cutoff",
    ) -> OutboxItem:  # fmt: skip
        self.made += 1
        notice = Notice(
            key=f"test:{self.unit.id}:{self.made}", kind=kind, unit_id=self.unit.id, subject=f"提醒{self.made}",
            body="请报送。", cause={"urgent": True}, planned_at=at,
        )  # fmt: skip
        item = OutboxItem(
            notice=notice, channel=channel, account_id=self.person.id, address=self.person.email, state=state.value,
            not_before=at, letter_key=letter, attempts=1,
        )  # fmt: skip
        self.session.add(item)
        self.session.flush()
        return item


@pytest.fixture
def house(session: Session) -> House:
    return built(session)


def built(session: Session) -> House:
    unit = make_unit(session, "市教育局")
    return House(session, unit, make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example"))


def test_a_day_is_chinas_and_by_the_moment_at_which_a_delivery_may_go(session: Session, house: House) -> None:
    for hour, minute, day in ((0, 0, 23), (23, 59, 23), (0, 0, 24), (23, 59, 22)):
        house.deliver(OutboxState.SENT, at=datetime(2026, 9, day, hour, minute, tzinfo=CHINA))

    view = deliveries.overview(session, routes=(BY_MAIL,), now=NOW)

    assert (view.yesterday.day, view.yesterday.counts.expected) == (YESTERDAY, 2)
    assert (view.today.counts.expected, view.today.counts.sent) == (1, 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(OutboxState), st.integers(0, 3), st.sampled_from([INBOX, MAIL])), max_size=12
    )
)
def test_every_number_is_the_length_of_its_list_and_the_parts_add_up(
    session: Session, house: House, made: list[tuple[OutboxState, int, str]]
) -> None:
    with session.begin_nested() as savepoint:
        for state, days, channel in made:
            house.deliver(state, at=NOW - timedelta(days=days), channel=channel)

        for day in (None, YESTERDAY, NOW.date()):
            for channel in ("", MAIL):
                wanted = DeliveryFilter(day, channel=channel, unit_id=house.unit.id, account_id=house.person.id)
                counts = queries.counts(session, wanted)
                assert counts.expected == sum(counts.of(part) for part in PARTS)
                for part in DeliveryPart:
                    assert counts.of(part) == len(queries.listed(session, replace(wanted, part=part)))
        savepoint.rollback()
    session.expire_all()


def test_a_list_has_pages_and_beyond_the_last_is_the_last(session: Session, house: House) -> None:
    for _ in range(deliveries.PAGE + 1):
        house.deliver(OutboxState.SENT)

    found = deliveries.listing(session, DeliveryFilter(NOW.date()), routes=(BY_MAIL,), page=9)

    assert (found.page, found.pages, found.total, len(found.rows)) == (2, 2, 51, 1)


def test_what_stayed_unconfirmed_is_settled_by_a_person_whose_name_is_kept(session: Session, house: House) -> None:
    parts = [house.deliver(OutboxState.UNCONFIRMED, letter="letter-7") for _ in range(2)]
    other = house.deliver(OutboxState.UNCONFIRMED, letter="letter-8")

    assert deliveries.settle(session, OFFICE, outbox_id=parts[0].id, now=NOW) == 2

    assert [each.state for each in (*parts, other)] == ["sent", "sent", "unconfirmed"]
    [attempt] = outbox.attempts(session, parts[1].id)
    assert (attempt.outcome, attempt.detail) == (SETTLED_BY_HAND, "公开办核实对方已收到")
    [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "notice:settle"))
    assert event.summary == "核实送达：提醒1"
    assert outbox.troubled_count(session) == 1


def test_what_failed_may_have_been_told_otherwise(session: Session, house: House) -> None:
    dead = house.deliver(OutboxState.DEAD)

    deliveries.settle(session, OFFICE, outbox_id=dead.id, now=NOW)

    [attempt] = outbox.attempts(session, dead.id)
    assert (dead.state, attempt.detail) == ("sent", "公开办已另行告知对方")


@pytest.mark.parametrize("state", [s for s in OutboxState if s not in {OutboxState.DEAD, OutboxState.UNCONFIRMED}])
def test_what_did_not_fail_is_neither_settled_nor_sent_again(
    session: Session, house: House, state: OutboxState
) -> None:
    item = house.deliver(state)

    with pytest.raises(NotToSettle):
        deliveries.settle(session, OFFICE, outbox_id=item.id, now=NOW)
    with pytest.raises(NotResendable):
        sending.resend(session, OFFICE, outbox_id=item.id, now=NOW)


def letter_of(session: Session, now: datetime = NOW) -> tuple[outbox.Lease, str]:
    """The next letter that goes by mail, claimed and opened."""
    claim = sending.take(session, "w1", now=now)
    assert claim is not None
    letter = sending.open_letter(session, claim, site="https://taizhang.qingxi.example", now=now)
    assert letter is not None
    return claim, letter.key


def test_a_letter_is_sent_again_whole_and_under_its_own_key(session: Session, house: House) -> None:
    parts = [house.deliver() for _ in range(3)]
    claim, key = letter_of(session)
    sending.finish(session, claim, Answer(Outcome.REFUSED, "550 查无此人"), now=NOW)

    sending.resend(session, OFFICE, outbox_id=parts[1].id, now=NOW)

    again, same = letter_of(session)
    assert same == key
    assert set(again.fences) == {each.id for each in parts}


def test_a_part_that_was_settled_does_not_go_again_with_the_rest(session: Session, house: House) -> None:
    parts = [house.deliver(OutboxState.UNCONFIRMED, letter="letter-7") for _ in range(2)]
    parts[0].state = OutboxState.SENT.value
    session.flush()

    sending.resend(session, OFFICE, outbox_id=parts[1].id, now=NOW)

    claim, key = letter_of(session)
    assert (set(claim.fences), key) == ({parts[1].id}, "letter-7")


def test_a_part_that_no_longer_holds_is_left_out_of_the_letter_that_goes_again(
    session: Session, house: House
) -> None:
    parts = [house.deliver(OutboxState.DEAD, letter="letter-7") for _ in range(2)]
    parts[0].notice.state = "cancelled"
    session.flush()

    sending.resend(session, OFFICE, outbox_id=parts[1].id, now=NOW)

    claim, _ = letter_of(session)
    sending.finish(session, claim, Answer(Outcome.ACCEPTED), now=NOW)
    assert [each.state for each in parts] == ["cancelled", "sent"]


def test_a_part_of_a_letter_that_is_revived_goes_under_a_key_of_its_own(session: Session, house: House) -> None:
    parts = [house.deliver() for _ in range(2)]
    parts[0].notice.state = "cancelled"
    session.flush()
    claim, key = letter_of(session)
    sending.finish(session, claim, Answer(Outcome.ACCEPTED), now=NOW)

    parts[0].notice.state = "planned"
    outbox.revive(session, [parts[0].id], not_before=NOW)
    session.expire_all()

    again, other = letter_of(session)
    assert set(again.fences) == {parts[0].id}
    assert other != key


def test_what_was_put_off_waits_as_one_letter_and_counts_as_no_try(session: Session, house: House) -> None:
    parts = [house.deliver() for _ in range(2)]
    at_night = datetime(2026, 9, 24, 22, 0, tzinfo=CHINA)
    claim = sending.take(session, "w1", now=at_night)
    assert claim is not None

    assert sending.open_letter(session, claim, site="https://taizhang.qingxi.example", now=at_night) is None

    assert {(each.state, each.attempts) for each in parts} == {("due", 1)}
    assert {each.not_before for each in parts} == {datetime(2026, 9, 25, 8, 0, tzinfo=CHINA)}


def test_units_that_are_hard_to_reach_are_named_with_the_reason(session: Session) -> None:
    plan = make_plan(session)
    units = [make_unit(session, name, position=place) for place, name in enumerate(("甲局", "乙局", "丙局", "丁局"))]
    task = make_task(session, plan, units=units)
    make_account(session, "unit", unit=units[1])
    by_phone = make_account(session, "unit", unit=units[2])
    by_phone.phone = "13800001234"
    people = [make_account(session, "unit", unit=units[3], email=f"{n}@ding.example") for n in range(2)]
    session.add(MutedTask(account_id=people[0].id, task_id=task.id, muted_at=NOW))
    session.flush()

    def reasons(routes: tuple[Route, ...]) -> list[tuple[str, WhyNot]]:
        view = deliveries.overview(session, routes=routes, now=NOW)
        return [(each.unit.name, each.why) for each in view.unreached]

    assert reasons((BY_MAIL,)) == [
        ("甲局", WhyNot.NO_ACCOUNT), ("乙局", WhyNot.NO_ADDRESS), ("丙局", WhyNot.NO_ADDRESS),
    ]  # fmt: skip
    session.add(MutedTask(account_id=people[1].id, task_id=task.id, muted_at=NOW))
    session.flush()
    assert reasons((BY_MAIL, BY_SMS)) == [
        ("甲局", WhyNot.NO_ACCOUNT), ("乙局", WhyNot.NO_ADDRESS), ("丁局", WhyNot.MUTED),
    ]  # fmt: skip


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (180, False), (181, True)])
def test_a_worker_that_is_silent_for_more_than_three_minutes_is_missed(
    session: Session, seconds: int, late: bool
) -> None:
    heartbeats.beat(session, "gongkai:17", detail="", now=NOW - timedelta(seconds=seconds))
    session.flush()

    view = deliveries.overview(session, routes=(BY_MAIL,), now=NOW)

    assert view.beat_is_late is late
    assert [beat.name for beat in view.beats] == ["gongkai:17"]


@pytest.fixture
def shared(engine_url: str) -> Iterator[tuple[Engine, list[int]]]:
    """A letter of two parts that stayed unconfirmed, in a database that several people write to."""
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            house = built(session)
            ids = [house.deliver(OutboxState.UNCONFIRMED, letter="letter-7").id for _ in range(2)]
        yield engine, ids


def test_of_two_who_settle_and_send_again_at_once_one_decides_for_the_whole_letter(
    shared: tuple[Engine, list[int]],
) -> None:
    engine, (first, second) = shared

    came = at_once(
        engine,
        lambda session: deliveries.settle(session, OFFICE, outbox_id=second, now=NOW),
        lambda session: sending.resend(session, OFFICE, outbox_id=first, now=NOW).id,
    )

    assert sorted(each.done for each in came) == [False, True]
    with Session(engine) as session:
        assert len(set(session.scalars(select(OutboxItem.state)))) == 1
        assert auditing.first_broken(session) is None
