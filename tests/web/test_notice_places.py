"""Every kind of notice leads its reader to a page of his own: the contact, the unit's head, the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_task,
    make_unit,
)
from tests.services import meeting_city as town
from tests.support.counting import make_target
from tests.support.pages import PageClient
from tracker.domain.actor import Actor
from tracker.domain.clock import PUBLISH
from tracker.domain.delivery import Answer
from tracker.domain.notices import OFFICE, WITH_OFFICE, Addressee, NoticeKind, PlannedNotice, Stage
from tracker.domain.outbox import Outcome
from tracker.domain.request import RequestKind
from tracker.services import (
    claiming,
    clock_acts,
    handovers,
    instructions,
    notice_places,
    reminding,
    requesting,
    sending,
    statistic_kinds,
    statistic_sheets,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.notice_texts import PAGES
from tracker.services.requesting import Asked
from tracker.store.tables import Account, InboxItem, Notice, OutboxItem, SupervisionMatter, SupervisionOrder

OF_TASKS = (NoticeKind.TASK_SOON, NoticeKind.TASK_DUE, NoticeKind.TASK_OVERDUE)
OF_RETURNS = (NoticeKind.PERIOD_OPENS, NoticeKind.BEFORE_CUTOFF, NoticeKind.MISSED, NoticeKind.RETURNED)
OF_QUOTAS = (NoticeKind.QUOTA_LAGS, NoticeKind.QUOTA_ENDS, NoticeKind.QUOTA_MISSED)
OF_OFFICE = {NoticeKind.REQUEST_WAITS, NoticeKind.DELIVERY_FAILED, NoticeKind.SELF_CHECK}
OK = 200
LATER = date(2026, 12, 1)


@dataclass
class Place:
    """A town with something of every kind to be told of, and who is told."""

    session: Session
    about: dict[NoticeKind, dict[str, Any]]
    contact: Account
    head: Account
    office: Account


@pytest.fixture
def place(app_session: Session) -> Place:
    session = app_session
    city = town.built(session)
    unit, plan = city.justice, city.plan
    contact, head = make_account(session, "unit", unit=unit), make_account(session, "unit", unit=unit)
    head.duty = Addressee.HEAD.value
    acting = Actor(contact.id, contact.display_name, "unit", unit.id)
    task = make_task(session, plan, "编制目录", units=[unit], due=date(2026, 12, 31))
    make_task(session, plan, units=[unit]).qualifier = "按职责分工负责"
    session.flush()
    claiming.open_missing(session, plan.id, now=NOW)
    owed = make_obligation(session, make_period(session, make_cadence(session, plan)), unit)
    decision = town.agreed(session, city)
    asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=date(2027, 1, 31))
    request = requesting.ask(session, acting, task_id=task.id, asked=asked, now=NOW)
    leader = Actor(make_account(session, "leader").id, "王市长", "leader")
    written = instructions.write(session, leader, plan_id=None, task_id=task.id, words="请抓紧。", now=NOW)
    instructions.assign(
        session, city.office, instruction_id=written.id, version=written.version, unit_id=unit.id, due_on=TODAY,
        asked="附上清单", now=NOW,
    )  # fmt: skip
    facts = ClockFacts(PUBLISH.key, unit.id, "招生办法", date(2026, 9, 1))
    clock = clock_acts.start(session, acting, facts=facts, now=NOW)
    leaving = handovers.report(session, acting, account_id=head.id, changed_on=LATER, why="", now=NOW)
    order = SupervisionOrder(
        year=2026, number=1, colour="yellow", plan_id=plan.id, unit_id=unit.id, unit_name=unit.name,
        asked="请尽快补报。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
    )  # fmt: skip
    order.matters = [
        SupervisionMatter(
            position=1, key=f"task:{task.id}", kind="task", task_id=task.id, title="编制目录", due_on=TODAY
        )
    ]
    session.add(order)
    session.flush()
    statistic_kinds.add_presets(session, city.office, now=NOW)
    statistic_sheets.open_year(
        session, city.office, year=TODAY.year, unit_ids=[unit.id], due_on=TODAY, today=TODAY, now=NOW
    )
    one = {"unit_id": unit.id, "plan_id": plan.id}
    about: dict[NoticeKind, dict[str, Any]] = {
        NoticeKind.CLOCK: one | {"about_id": clock.id, "stage": Stage.SOON, "plan_id": None},
        NoticeKind.CLAIM: one | {"about_id": plan.id, "stage": Stage.DUE},
        NoticeKind.DECISION: one | {"about_id": decision.id, "stage": Stage.DUE},
        NoticeKind.INSTRUCTION: one | {"about_id": written.id, "stage": Stage.OVERDUE, "task_id": task.id},
        NoticeKind.SUPERVISION: one | {"about_id": order.id, "stage": Stage.DUE},
        NoticeKind.HANDOVER: one | {"about_id": leaving.id, "stage": Stage.DUE, "plan_id": None},
        NoticeKind.STATISTIC: one | {"about_id": TODAY.year, "stage": Stage.DUE, "plan_id": None},
        NoticeKind.REQUEST_ANSWERED: one | {"about_id": request.id, "task_id": task.id},
        NoticeKind.MEETING: one | {"about_id": decision.meeting_id},
        NoticeKind.MEETING_OFF: one | {"about_id": decision.meeting_id},
        NoticeKind.REQUEST_WAITS: {"plan_id": plan.id, "about_id": request.id, "task_id": task.id},
        NoticeKind.DELIVERY_FAILED: {"plan_id": None},
        NoticeKind.SELF_CHECK: {"plan_id": None},
    }
    target = make_target(session, task)
    about |= {kind: one | {"about_id": target.id, "task_id": task.id} for kind in OF_QUOTAS}
    about |= {kind: one | {"task_id": task.id} for kind in OF_TASKS}
    about |= {kind: one | {"obligation_id": owed.id} for kind in OF_RETURNS}
    return Place(session, about, contact, head, session.get_one(Account, city.office.account_id))


def tell(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say something of every kind to everybody whom it may concern."""
    notices = [
        PlannedNotice(
            key=f"test:{kind.value}", kind=kind, reached_at=NOW, not_before=NOW, due_on=TODAY, urgent=True,
            plan_title="要点", subject_title=kind.value, to=WITH_OFFICE if "unit_id" in facts else OFFICE,
            **{"unit_id": None} | facts,
        )
        for kind, facts in place.about.items()
    ]  # fmt: skip
    monkeypatch.setattr(reminding, "plan_reminders", lambda *_: tuple(notices))
    monkeypatch.setattr(sending, "still_true", lambda *_, **__: True)
    reminding.plan(place.session, now=NOW)
    place.session.commit()
    while claim := sending.take(place.session, "w1", now=NOW):
        if sending.open_letter(place.session, claim, site="", now=NOW) is not None:
            sending.finish(place.session, claim, Answer(Outcome.ACCEPTED), now=NOW)
        place.session.commit()


def items_of(session: Session, account: Account) -> dict[NoticeKind, InboxItem]:
    rows = session.execute(
        select(Notice.kind, InboxItem)
        .join(OutboxItem, OutboxItem.notice_id == Notice.id)
        .join(InboxItem, InboxItem.outbox_id == OutboxItem.id)
        .where(InboxItem.account_id == account.id, Notice.key.startswith("test:"))
    )
    return {NoticeKind(kind): item for kind, item in rows}


@pytest.mark.parametrize("reader", ["contact", "head", "office"])
def test_every_notice_opens_the_page_of_what_it_is_about(
    client: PageClient, place: Place, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    tell(place, monkeypatch)
    account = getattr(place, reader)
    client.as_account(account)

    opened = {}
    for kind, item in items_of(place.session, account).items():
        led = client.post(f"/inbox/{item.id}/open")
        opened[kind] = (led.location, client.get(led.location, follow_redirects=True).status_code)

    assert set(opened) == set(NoticeKind) - (set() if reader == "office" else OF_OFFICE)
    assert {kind: answer for kind, answer in opened.items() if answer[0] == "/inbox" or answer[1] != OK} == {}


def test_what_is_another_units_by_now_or_another_roles_is_said_instead_of_an_error(
    client: PageClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(place, monkeypatch)
    everything = items_of(place.session, place.contact) | items_of(place.session, place.office)
    stranger = make_account(place.session, "unit", unit=make_unit(place.session, "市水利局"))
    for item in everything.values():
        item.account_id = stranger.id
    place.session.commit()
    client.as_account(stranger)

    for kind, item in everything.items():
        led = client.post(f"/inbox/{item.id}/open", follow_redirects=False)
        answer = client.get(led.location, follow_redirects=True)
        assert answer.status_code == OK, (kind, item.link)
        if kind not in OF_QUOTAS:
            assert "这条提醒不用再处理" in answer.get_data(as_text=True), (kind, item.link)


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_every_page_that_a_notice_names_is_known_with_who_may_see_it(app: Flask, kind: str) -> None:
    link = PAGES[kind].format(about=1, task=1, plan=1).partition("?")[0]

    app.url_map.bind("localhost").match(link)
    assert notice_places.is_known(link)
