"""Supervision orders: what is proposed from the city's facts, sent by a person, answered, settled, told to leaders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import Answer
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import ESCALATED, ORDERED, OutboxState, Outcome
from tracker.domain.supervision import OrderColour
from tracker.services import (
    auditing,
    escalating,
    proposing,
    reminding,
    sending,
    settings,
    supervising,
    supervision_pages,
)
from tracker.services.supervising import Wanted
from tracker.services.supervision_pages import OrderFilter, OrderPart
from tracker.store.tables import (
    Account,
    AuditEvent,
    InboxItem,
    LookBack,
    Notice,
    Obligation,
    OutboxItem,
    Plan,
    SupervisionOrder,
    Task,
    TaskRequest,
    Unit,
)

NOW, TODAY = factories.NOW, factories.TODAY
SITE = "https://taizhang.qingxi.example"
BLUE, YELLOW, RED = OrderColour


@dataclass(frozen=True)
class City:
    """Justice has a task past its day by five workdays and missed two weeks; health missed the newest one."""

    plan: Plan
    task: Task
    justice: Unit
    health: Unit
    contact: Account
    leader: Account
    office: Actor

    def of(self, unit: Unit) -> Actor:
        return Actor(None, f"{unit.name}联系人", "unit", unit.id)


@pytest.fixture
def city(session: Session) -> City:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    plan = factories.make_plan(session)
    task = factories.make_task(session, plan, "清理规范性文件", units=[justice], due=date(2026, 9, 17))
    factories.make_task(session, plan, "公开目录", units=[health], due=date(2026, 12, 1))
    cadence = factories.make_cadence(session, plan)
    for key, of_justice, of_health in (("2026-W37", "missed", "accepted"), ("2026-W38", "missed", "missed")):
        period = factories.make_period(session, cadence, key, state="closed")
        factories.make_obligation(session, period, justice, state=of_justice)
        factories.make_obligation(session, period, health, state=of_health)
    contact = factories.make_account(session, "unit", unit=justice, email="sfj@qingxi.example")
    leader = factories.make_account(session, "leader", username="zhou", email="zhou@qingxi.example")
    office = factories.make_account(session)
    return City(plan, task, justice, health, contact, leader, Actor(office.id, "陈雨", "office"))


def wanted(session: Session, *, now: datetime = NOW) -> list[Wanted]:
    """Everything that is proposed, as the page proposes it."""
    found = supervision_pages.offers(session, today=china_day(now)).lines
    return [
        Wanted(
            each.proposal.key,
            frozenset(matter.key for matter in each.proposal.matters),
            each.asked,
            each.feedback_on,
        )
        for each in found
    ]


def sent(session: Session, city: City, *, now: datetime = NOW) -> list[SupervisionOrder]:
    return supervising.send(session, city.office, wanted=wanted(session, now=now), now=now)


def first(session: Session, city: City) -> SupervisionOrder:
    return sent(session, city)[0]


def answered(session: Session, city: City) -> SupervisionOrder:
    row = first(session, city)
    return supervising.answer(
        session, city.of(city.justice), order_id=row.id, version=row.version, words="已完成清理，附清单",
        evidence_url="https://sfj.qingxi.example/qd", now=NOW,
    )  # fmt: skip


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_citys_facts_are_proposed_by_colour_with_reasons_and_nothing_is_sent(
    session: Session, city: City
) -> None:
    found = proposing.proposals(session, today=TODAY)

    assert [(each.unit_id, each.colour, [matter.kind for matter in each.matters]) for each in found] == [
        (city.justice.id, YELLOW, ["returns", "task"]),
        (city.health.id, BLUE, ["returns"]),
    ]
    reasons = [reason for each in found for matter in each.matters for reason in matter.reasons]
    assert reasons == [
        "连续2期没有报送。",
        "2026年9月17日到期，已过6个工作日，还没有办结。",
        "9月17日截止，至今没有报送。",
    ]
    assert not session.scalars(select(Notice)).all()
    assert not session.scalars(select(SupervisionOrder)).all()


def test_what_waits_for_the_office_or_was_handed_in_late_is_not_proposed(
    session: Session, city: City
) -> None:
    session.add(
        TaskRequest(
            plan_id=city.plan.id, task_id=city.task.id, unit_id=city.justice.id, kind="sign_off", reason="已办结",
            made_by_name="市司法局联系人", made_at=NOW,
        )
    )  # fmt: skip
    for owed in session.scalars(select(Obligation).where(Obligation.unit_id == city.health.id)):
        owed.state = "submitted"
    session.flush()

    (found,) = proposing.proposals(session, today=TODAY)
    assert (found.unit_id, [matter.kind for matter in found.matters]) == (city.justice.id, ["returns"])


@pytest.mark.parametrize("state", ["final", "open"], ids=["final", "open again for later tasks"])
def test_a_plan_whose_look_back_has_ended_is_proposed_for_no_more(
    session: Session, city: City, state: str
) -> None:
    session.add(LookBack(plan_id=city.plan.id, state=state, started_at=NOW, finished_at=NOW))
    session.flush()

    assert proposing.proposals(session, today=TODAY) == ()


def test_orders_are_numbered_in_their_year_and_keep_what_they_said(session: Session, city: City) -> None:
    rows = sent(session, city)

    assert [(row.year, row.number, row.colour, row.unit_name) for row in rows] == [
        (2026, 1, "yellow", "市司法局"), (2026, 2, "blue", "市卫健委"),
    ]  # fmt: skip
    assert [matter.title for matter in rows[0].matters] == ["一周一进度第37周、第38周", "清理规范性文件"]
    assert rows[0].matters[1].reasons == ["2026年9月17日到期，已过6个工作日，还没有办结。"]
    assert rows[0].feedback_on == date(2026, 10, 9)  # five workdays, with two holidays between
    city.task.title = "改过的题目"
    session.flush()
    assert rows[0].matters[1].title == "清理规范性文件"
    assert actions(session)[-2:] == ["supervision:send", "supervision:send"]
    later = datetime(2027, 1, 5, 2, tzinfo=NOW.tzinfo)
    assert next((row.year, row.number) for row in sent(session, city, now=later)) == (2027, 1)
    assert auditing.first_broken(session) is None


def test_what_was_sent_is_not_proposed_again_and_the_slower_of_two_is_told(
    session: Session, city: City
) -> None:
    seen = wanted(session)
    supervising.send(session, city.office, wanted=seen[:1], now=NOW)

    assert [each.unit_id for each in proposing.proposals(session, today=TODAY)] == [city.health.id]
    with pytest.raises(supervising.ProposalsChanged):
        supervising.send(session, city.office, wanted=seen, now=NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"asked": " "}, "请填写内容"),
        ({"feedback_on": TODAY - timedelta(days=1)}, "不能早于今天"),
        ({"matters": frozenset()}, "至少选一件"),
    ],
)
def test_what_is_sent_needs_matters_words_and_a_day_to_come(
    session: Session, city: City, changes: dict[str, object], said: str
) -> None:
    given = [replace(each, **changes) for each in wanted(session)]  # type: ignore[arg-type]  # named above
    with pytest.raises(InvalidInput, match=said):
        supervising.send(session, city.office, wanted=given, now=NOW)
    assert not session.scalars(select(SupervisionOrder)).all()
    with pytest.raises(supervising.NothingChosen):
        supervising.send(session, city.office, wanted=[], now=NOW)


def test_part_of_a_proposal_can_be_sent_and_the_rest_stays_proposed(session: Session, city: City) -> None:
    (one, _) = wanted(session)
    task = frozenset({f"task:{city.task.id}"})
    (row,) = supervising.send(session, city.office, wanted=[replace(one, matters=task)], now=NOW)

    assert [matter.kind for matter in row.matters] == ["task"]
    rest = [each for each in proposing.proposals(session, today=TODAY) if each.unit_id == city.justice.id]
    assert [[matter.kind for matter in each.matters] for each in rest] == [["returns"]]


def test_the_unit_answers_the_office_sends_back_and_then_accepts(session: Session, city: City) -> None:
    row = answered(session, city)
    assert supervision_pages.for_unit(session, city.of(city.justice), today=TODAY).total == 0
    day = TODAY + timedelta(days=12)
    supervising.send_back(
        session, city.office, order_id=row.id, version=row.version, why="清单打不开", feedback_on=day, now=NOW
    )
    assert (row.state, row.feedback_on, row.answer) == ("returned", day, "已完成清理，附清单")
    supervising.answer(
        session, city.of(city.justice), order_id=row.id, version=row.version, words="已换链接", now=NOW
    )
    supervising.accept(session, city.office, order_id=row.id, version=row.version, now=NOW)

    assert (row.state, row.settled_at, row.returned_because) == ("accepted", NOW, "")
    page = supervision_pages.view(session, city.office, order_id=row.id, today=TODAY)
    assert [event.action for event in reversed(page.events)] == [
        "supervision:send", "supervision:answer", "supervision:send_back", "supervision:answer", "supervision:accept",
    ]  # fmt: skip
    assert not page.steps
    assert [each.unit_id for each in proposing.proposals(session, today=TODAY)] == []


def test_only_the_asked_unit_answers_and_only_on_what_it_has_read(session: Session, city: City) -> None:
    row = first(session, city)
    one = {"order_id": row.id, "version": row.version, "words": "已办", "now": NOW}

    with pytest.raises(NotFound):
        supervising.answer(session, city.of(city.health), **one)  # type: ignore[arg-type]  # as the page gives them
    with pytest.raises(NotFound):
        supervising.answer(session, city.office, **one)  # type: ignore[arg-type]
    with pytest.raises(VersionConflict):
        supervising.answer(session, city.of(city.justice), **{**one, "version": row.version - 1})  # type: ignore[arg-type]
    assert row.state == "sent"


def test_an_order_accepted_without_an_answer_needs_words_and_a_withdrawn_one_is_proposed_again(
    session: Session, city: City
) -> None:
    row = first(session, city)
    with pytest.raises(InvalidInput):
        supervising.accept(session, city.office, order_id=row.id, version=row.version, now=NOW)
    supervising.withdraw(session, city.office, order_id=row.id, version=row.version, why="发错单位", now=NOW)

    assert (row.state, row.settling) == ("withdrawn", "发错单位")
    assert [each.unit_id for each in proposing.proposals(session, today=TODAY)] == [city.justice.id]
    (again,) = sent(session, city)
    assert again.number == 3


def test_an_unanswered_order_grows_a_colour_and_takes_the_milder_ones_place(
    session: Session, city: City
) -> None:
    milder = first(session, city)
    late = NOW + timedelta(days=16)
    assert china_day(late) > milder.feedback_on
    (graver, *_) = proposing.proposals(session, today=china_day(late))
    assert graver.colour is RED
    assert "〔2026〕1号黄色督办单要求10月9日前反馈，至今没有反馈。" in graver.matters[0].reasons

    row = next(one for one in sent(session, city, now=late) if one.unit_id == city.justice.id)
    assert row.colour == "red"
    assert (milder.state, milder.settling) == (
        "withdrawn",
        f"升级为〔2026〕{row.number}号红色督办单，请按新的督办单反馈。",
    )
    waiting = supervision_pages.for_unit(session, city.of(city.justice), today=china_day(late))
    assert [line.row.id for line in waiting.lines] == [row.id]


def test_an_order_goes_to_the_units_people_at_once_and_is_reminded_of_by_its_day(
    session: Session, city: City
) -> None:
    factories.make_account(session, "unit", unit=city.justice, username="head").duty = "head"
    row = first(session, city)
    deliver(session)

    said = session.scalars(select(InboxItem).order_by(InboxItem.id)).all()
    assert [item.subject for item in said] == ["督办单〔2026〕1号（黄色），请反馈"] * 2
    assert {item.link for item in said} == {f"/supervision/orders/{row.id}"}
    reminding.plan(session, now=datetime(2026, 9, 29, 2, tzinfo=NOW.tzinfo))
    told = session.scalars(select(Notice).where(Notice.kind == "supervision")).all()
    assert [notice.subject for notice in told] == ["督办单临近到期（提前3个工作日）：〔2026〕1号（黄色）"]
    assert session.scalars(select(Notice.state).where(Notice.kind == ORDERED)).all() == ["planned"] * 2


def deliver(session: Session, *, mail: Outcome | None = None, now: datetime = NOW) -> None:
    """What lies in the outbox goes; letters by mail are answered as told, or stay."""
    session.commit()
    for _ in range(20):
        claim = sending.take(session, "t", now=now)
        session.commit()
        if claim is None:
            return
        letter = sending.open_letter(session, claim, site=SITE, now=now)
        if letter is not None and mail is not None:
            sending.finish(session, claim, Answer(mail), now=now)
        session.commit()


def test_a_leader_is_told_once_in_a_persons_words_and_an_unsure_letter_waits_for_a_person(
    session: Session, city: City
) -> None:
    row = first(session, city)
    one = {
        "order_id": row.id,
        "words": "司法局两期未报，请协调。",
        "leader_ids": [city.leader.id],
        "now": NOW,
    }
    escalating.escalate(session, city.office, **one)  # type: ignore[arg-type]  # as the page gives them
    deliver(session, mail=Outcome.AMBIGUOUS)

    (item,) = session.scalars(select(InboxItem).where(InboxItem.account_id == city.leader.id)).all()
    assert item.body.startswith("司法局两期未报，请协调。\n\n〔2026〕1号黄色督办单（市司法局")
    assert item.link == f"/supervision/orders/{row.id}"
    mail = session.scalars(
        select(OutboxItem).where(OutboxItem.channel == "mail").join(Notice).where(Notice.kind == ESCALATED)
    )
    assert [each.state for each in mail] == [OutboxState.UNCONFIRMED.value]
    reminding.plan(session, now=NOW + timedelta(minutes=5))
    deliver(session, mail=Outcome.ACCEPTED, now=NOW + timedelta(hours=1))
    states = session.scalars(select(OutboxItem.state).join(Notice).where(Notice.kind == ESCALATED)).all()
    assert sorted(states) == ["sent", "unconfirmed"]
    with pytest.raises(escalating.AlreadyTold):
        escalating.escalate(session, city.office, **one)  # type: ignore[arg-type]
    assert actions(session).count("supervision:escalate") == 1
    page = supervision_pages.view(session, city.office, order_id=row.id, today=TODAY)
    assert [(told.name, sorted(told.states)) for told in page.told] == [("zhou", ["已送达", "未确认"])]
    assert page.leaders == ()


@pytest.mark.parametrize("wrong", ["nobody", "no leader", "no words", "settled"])
def test_only_an_open_order_goes_to_a_leader_in_words(session: Session, city: City, wrong: str) -> None:
    row = first(session, city)
    if wrong == "settled":
        supervising.withdraw(session, city.office, order_id=row.id, version=row.version, why="发错", now=NOW)
    whom = {"nobody": [], "no leader": [city.contact.id]}.get(wrong, [city.leader.id])

    with pytest.raises(RuleViolated):
        escalating.escalate(
            session, city.office, order_id=row.id, words=" " if wrong == "no words" else "请协调。", leader_ids=whom,
            now=NOW,
        )  # fmt: skip
    assert row.escalated_at is None
    assert not session.scalars(select(Notice).where(Notice.kind == ESCALATED)).all()


def test_every_number_is_that_of_the_list_it_opens(session: Session, city: City) -> None:
    sent(session, city)
    late = china_day(NOW + timedelta(days=30))
    counts = supervision_pages.for_desk(session, city.office, today=late)

    for part, number in counts.orders.items():
        page = supervision_pages.listing(session, city.office, OrderFilter(part), page=1, today=late)
        assert (page.total, len(page.lines), page.parts[part]) == (number, number, number)
    assert counts.orders[OrderPart.OVERDUE] == 2
    assert counts.orders[OrderPart.GRAVE] == 1
    for colour, number in counts.proposals.items():
        offers = supervision_pages.offers(session, colour=colour, today=late)
        assert (len(offers.lines), offers.counts[colour]) == (number, number)
    assert supervision_pages.listing(
        session, city.of(city.health), OrderFilter(), page=1, today=late
    ).total == 1  # fmt: skip


def test_a_unit_without_an_account_is_shown_as_reached_by_nobody(session: Session, city: City) -> None:
    found = {each.unit.name: each.reach for each in supervision_pages.offers(session, today=TODAY).lines}

    assert found["市司法局"].contacts == (city.contact.display_name,)
    assert not found["市卫健委"].anybody


def test_what_is_answered_or_settled_before_its_letter_goes_is_not_said(session: Session, city: City) -> None:
    row = first(session, city)
    escalating.escalate(
        session, city.office, order_id=row.id, words="请协调。", leader_ids=[city.leader.id], now=NOW
    )
    reminding.plan(session, now=datetime(2026, 9, 29, 2, tzinfo=NOW.tzinfo))
    supervising.withdraw(session, city.office, order_id=row.id, version=row.version, why="发错", now=NOW)
    deliver(session, mail=Outcome.ACCEPTED)

    assert not [item.subject for item in session.scalars(select(InboxItem)) if "督办单" in item.subject]
    kinds = Notice.kind.in_((ORDERED, ESCALATED, NoticeKind.SUPERVISION.value))
    states = session.scalars(select(OutboxItem.state).join(Notice).where(kinds)).all()
    assert states
    assert "sent" not in states


def test_the_units_page_counts_its_open_orders(session: Session, city: City) -> None:
    sent(session, city)

    for unit, number in ((city.justice, 1), (city.health, 1)):
        assert supervision_pages.open_of_unit(session, city.office, unit_id=unit.id, today=TODAY) == number
    assert (
        supervision_pages.of_task(session, city.office, task_id=city.task.id, today=TODAY)[0].number
        == "〔2026〕1号"
    )
    assert supervision_pages.of_task(session, city.of(city.health), task_id=city.task.id, today=TODAY) == ()


def test_how_a_leaders_words_begin_names_the_order_or_nothing(session: Session, city: City) -> None:
    row = first(session, city)

    leader = Actor(city.leader.id, "周副市长", "leader")
    assert (
        supervision_pages.about(session, leader, order_id=row.id) == "关于〔2026〕1号黄色督办单（市司法局）："
    )
    assert supervision_pages.about(session, leader, order_id=None) == ""
    assert supervision_pages.about(session, city.of(city.health), order_id=row.id) == ""
