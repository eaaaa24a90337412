"""The page 提醒规则: what is typed, what is kept, what is shown of the two weeks to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_cadence, make_period, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.domain.actor import Actor
from tracker.domain.notices import CONTACT, WITH_HEAD, WITH_OFFICE, NoticeKind, ReminderPolicy
from tracker.services import reminder_policies
from tracker.store.tables import Plan
from tracker.web.forms.reminder_rules import CHOOSABLE

OFFICE = Actor(account_id=None, name="李明", role="office")
TYPED = {
    "soon_workdays": "10、3", "clock_soon_workdays": "5、2", "duty_soon_workdays": "3", "quota_ends_workdays": "10",
    "waiting_workdays": "3、7", "overdue_workdays": "1、5、10", "before_1": "contact", "before_2": "contact",
    "overdue_1": "contact", "overdue_2": "head", "overdue_3": "office", "missed_1": "contact", "missed_2": "head", "missed_3": "head", "again_after": "0",
    "morning": "09:00", "day_before_at": "15:00", "hours_before": "2", "quiet_from": "20:00", "quiet_until": "08:00",
    "quiet_days_off": "y", "most_a_day": "3", "spoken": [kind.value for kind in CHOOSABLE], "version": "1",
}  # fmt: skip
HOUSE = "/reminder-rules"


def typed(**more: Any) -> dict[str, Any]:
    return {name: value for name, value in {**TYPED, **more}.items() if value is not None}


def of_plan(plan: Plan | None) -> str:
    return f"{HOUSE}/{plan.id}" if plan else HOUSE


def kept(session: Session, plan: Plan | None = None) -> ReminderPolicy:
    session.rollback()  # to read what others have written since
    return reminder_policies.page(session, plan_id=plan.id if plan else None).policy


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """A task that is due in a week, and a week that opens on Monday."""
    made = make_plan(app_session)
    unit = make_unit(app_session, "市教育局")
    make_task(app_session, made, "编制目录", units=[unit], due=date(2026, 9, 30))
    make_period(app_session, make_cadence(app_session, made), "2026-W40", state="upcoming")
    app_session.commit()
    return made


def test_the_form_shows_what_holds_and_saving_it_so_changes_nothing(
    app_session: Session, office: PageClient
) -> None:
    page = office.get(HOUSE)
    answer = office.post(HOUSE, data=typed())

    assert page.status_code == 200
    assert 'value="10、3"' in page.text
    assert answer.status_code == 303
    assert kept(app_session) == ReminderPolicy()
    assert reminder_policies.page(app_session, plan_id=None).version == 1


def test_the_house_gets_another_policy(app_session: Session, office: PageClient) -> None:
    office.post(
        HOUSE,
        data=typed(
            soon_workdays="12, 5 1", overdue_workdays="", overdue_1="office", overdue_2="office", missed_3="office",
            before_2="head", again_after="10", morning="08:30", quiet_days_off=None, most_a_day="5", spoken=["missed", "clock"],
        ),
    )  # fmt: skip

    found = kept(app_session)
    assert (found.soon_workdays, found.overdue_workdays, found.again_after) == ((12, 5, 1), (), 10)
    assert (found.overdue_to, found.missed_to[2]) == ((WITH_OFFICE,) * 3, WITH_OFFICE)
    assert found.before_to == (CONTACT, WITH_HEAD)
    assert (found.morning.hour, found.quiet_days_off, found.most_a_day) == (8, False, 5)
    assert found.off == frozenset(CHOOSABLE) - {NoticeKind.MISSED, NoticeKind.CLOCK}
    page = office.get(HOUSE).text
    assert 'value="12、5、1"' in page
    assert '<option selected value="office">' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"soon_workdays": "3、10"}, "从大到小"),
        ({"soon_workdays": "十天"}, "只填数字"),
        ({"clock_soon_workdays": "99999999999999999999"}, "1 到 20 个工作日"),
        ({"overdue_workdays": "5、1"}, "从小到大"),
        ({"overdue_1": "office", "overdue_2": "head"}, "不能比前一次少"),
        ({"missed_1": "office"}, "不能比前一次少"),
        ({"overdue_1": "leader"}, "有效的选择"),
        ({"again_after": "3"}, "不再提醒填 0"),
        ({"again_after": ""}, "请填一个整数"),
        ({"morning": "07:00"}, "免打扰"),
        ({"quiet_from": "09:00"}, "至少 4 小时"),
        ({"quiet_until": "天亮"}, "有效的时间"),
        ({"most_a_day": "0"}, "1 到 20 封"),
    ],
)
def test_what_cannot_be_kept_stands_there_with_what_to_do(
    app_session: Session, office: PageClient, wrong: dict[str, str], words: str
) -> None:
    answer = office.post(HOUSE, data=typed(**wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert all(
        f'value="{value}"' in answer.text
        for value in wrong.values()
        if value not in {"office", "head", "leader"}
    )
    assert kept(app_session) == ReminderPolicy()


def test_a_plan_takes_its_own_policy_and_gives_it_back(
    app_session: Session, office: PageClient, plan: Plan
) -> None:
    office.post(of_plan(plan), data=typed(whose="own", soon_workdays="4", most_a_day=None))
    assert kept(app_session, plan).soon_workdays == (4,)
    assert kept(app_session).soon_workdays == (10, 3)
    assert "自定义" in office.get(HOUSE).text

    answer = office.post(
        of_plan(plan), data=typed(whose="house", soon_workdays="4", version="2", most_a_day=None)
    )

    assert answer.status_code == 303
    assert kept(app_session, plan) == ReminderPolicy()


def test_choices_that_were_changed_under_the_houses_policy_are_not_lost_silently(
    app_session: Session, office: PageClient, plan: Plan
) -> None:
    answer = office.post(of_plan(plan), data=typed(whose="house", soon_workdays="4", most_a_day=None))

    assert (answer.status_code, "请选“自定义规则”" in answer.text, 'value="4"' in answer.text) == (
        422,
        True,
        True,
    )
    assert office.post(of_plan(plan), data=typed(whose="house", most_a_day=None)).status_code == 303
    assert kept(app_session, plan) == ReminderPolicy()


def test_a_colleagues_change_stands_beside_what_was_typed(app_session: Session, office: PageClient) -> None:
    reminder_policies.save(
        app_session, OFFICE, plan_id=None, policy=ReminderPolicy(soon_workdays=(8,)), version=1, now=NOW
    )
    app_session.commit()

    assert "与您填的一样，不用再保存" in office.post(HOUSE, data=typed(soon_workdays="8")).text
    answer = office.post(HOUSE, data=typed(soon_workdays="4"))
    again = office.post(HOUSE, data=typed(soon_workdays="4", version="2"))

    assert (answer.status_code, "任务节点提前：8" in answer.text, 'value="4"' in answer.text) == (
        409,
        True,
        True,
    )
    assert "日常提醒：" not in answer.text, "what is the same needs no comparing"
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert again.status_code == 303
    assert kept(app_session).soon_workdays == (4,)


def test_two_weeks_are_shown_day_by_day_with_whom_they_reach(office: PageClient, plan: Plan) -> None:
    page = office.get(of_plan(plan)).text

    assert "9月24日至10月7日" in page
    for words in (
        "9月28日 周一",
        "开始报送",
        "9月30日 周三",
        "到期",
        "编制目录：市教育局",
        "一家单位一天最多",
    ):
        assert words in page


def test_a_preview_shows_what_is_typed_and_keeps_nothing(
    app_session: Session, office: PageClient, plan: Plan
) -> None:
    off = [kind.value for kind in CHOOSABLE if kind is not NoticeKind.PERIOD_OPENS]
    answer = office.post(
        of_plan(plan), data=typed(whose="own", soon_workdays="2", spoken=off, most_a_day=None, preview="1")
    )
    page = office.get(answer.headers["Location"])

    assert (answer.status_code, page.status_code) == (303, 200)
    assert "还没有保存" in page.text
    assert ('value="2"' in page.text, 'value="period_opens">' in page.text) == (True, True)
    assert "<b>开始报送</b>" not in page.text
    assert "临近到期" in page.text
    assert kept(app_session, plan) == ReminderPolicy()


def test_a_preview_that_cannot_be_laid_out_says_so(office: PageClient) -> None:
    page = office.get(f"{HOUSE}?typed=1&soon_workdays=3、10")

    assert (page.status_code, "现行规则" in page.text) == (422, True)


@pytest.mark.parametrize("role", ["unit", "leader", "administrator"])
def test_only_the_office_sets_it(app: Flask, app_session: Session, role: str) -> None:
    unit = make_unit(app_session) if role == "unit" else None
    account = make_account(app_session, role, unit=unit)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)

    assert client.get(HOUSE).status_code == 403
    assert client.post(HOUSE, data=typed()).status_code == 403


def test_it_is_found_from_the_settings_and_from_a_plans_regime(office: PageClient, plan: Plan) -> None:
    assert f'href="{HOUSE}"' in office.get("/settings").text
    assert f'href="{of_plan(plan)}"' in office.get(f"/reporting/{plan.id}/regime").text
    assert office.get(f"{HOUSE}/999").status_code == 404


def test_a_policy_of_each_kind_is_shown_as_it_is_kept(
    app_session: Session, office: PageClient, plan: Plan
) -> None:
    """What the page shows and sends back unchanged is the same policy."""
    other = replace(
        ReminderPolicy(), overdue_to=(CONTACT,), missed_to=(WITH_OFFICE,), quiet_days_off=False, soon_workdays=(),
        off=frozenset({NoticeKind.CLAIM}),
    )  # fmt: skip
    reminder_policies.save(app_session, OFFICE, plan_id=plan.id, policy=other, version=1, now=NOW)
    app_session.commit()

    answer = office.get(of_plan(plan))
    page = answer.text

    assert answer.status_code == 200
    assert 'name="soon_workdays" size="8" type="text" value=""' in page
    assert page.count('<option selected value="office">') == 3
    assert 'value="claim">' in page
    assert 'value="claim" checked>' not in page
    assert 'checked id="quiet_days_off"' not in page
