"""What is said beside returns and checkpoints: duties with a day, requests, meetings, counts, failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import POLICY, TASK, WEEK_39, at
from tracker.domain.china_time import CHINA
from tracker.domain.notices import (
    ADMINISTRATOR,
    CONTACT,
    OFFICE,
    WITH_ADMINISTRATOR,
    WITH_HEAD,
    WITH_OFFICE,
    NoticeKind,
    PlannedNotice,
    ReminderPolicy,
)
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import (
    DutyFact,
    MeetingFact,
    QuotaFact,
    ReminderFacts,
    RequestFact,
    SelfCheckFact,
)
from tracker.domain.reminder_policy import ALWAYS
from tracker.domain.reminder_words import wording
from tracker.domain.reminders import plan_reminders
from tracker.domain.request import RequestState

PLAN = "青溪市2026年政务公开工作要点"
CLOCK = DutyFact(NoticeKind.CLOCK, 4, 12, "招生办法", date(2026, 9, 30), since=date(2026, 8, 31), detail="主动公开")
DECISION = DutyFact(
    NoticeKind.DECISION, 6, 12, "开放数据接口", date(2026, 9, 30), plan_id=1, plan_title=PLAN, since=date(2026, 9, 1)
)
ASKED = RequestFact(8, 1, PLAN, 5, "编制目录", 12, "市教育局", "延期", at("09-21 10:00"))
CALLED = MeetingFact(3, 1, PLAN, "9月例会", at("09-14 16:00"), at("09-28 09:00"), "三楼会议室", (12, 13))
QUOTA = QuotaFact(
    2, 1, 1, PLAN, 5, "新闻发布会", "全年", date(2026, 1, 1), date(2026, 12, 31), 10, 7, 3, (12,)
)  # fmt: skip


def said(now: str | datetime, policy: ReminderPolicy = POLICY, **facts: Any) -> tuple[PlannedNotice, ...]:
    moment = at(now) if isinstance(now, str) else now
    return plan_reminders(ReminderFacts(**facts), policy, real(), moment)


def keys(found: tuple[PlannedNotice, ...]) -> list[str]:
    return [each.key for each in found]


@pytest.mark.parametrize(
    ("now", "rung", "to"),
    [
        ("09-22 08:59", None, None),
        ("09-22 09:00", "soon5", CONTACT),
        ("09-28 08:59", "soon5", CONTACT),
        ("09-28 09:00", "soon2", CONTACT),
        ("09-30 09:00", "due", CONTACT),
        ("10-08 09:00", "overdue1", CONTACT),
        ("10-13 09:00", "overdue5", WITH_HEAD),
        ("10-20 09:00", "overdue10", WITH_OFFICE),
    ],
)
def test_the_ladder_of_a_clock_and_who_hears_of_it(now: str, rung: str | None, to: object) -> None:
    found = said(now, duties=(CLOCK,))

    assert keys(found) == ([f"clock:4:2026-09-30:u12:{rung}"] if rung else [])
    assert [each.to for each in found] == ([to] if rung else [])


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.CLAIM, NoticeKind.DECISION, NoticeKind.INSTRUCTION, NoticeKind.SUPERVISION, NoticeKind.HANDOVER,
        NoticeKind.STATISTIC,
    ],
)
def test_a_duty_is_said_three_workdays_ahead_on_its_day_and_after_it(kind: NoticeKind) -> None:
    fact = replace(DECISION, kind=kind)

    rungs = [
        key.rsplit(":", 1)[1]
        for now in ("09-23 12:00", "09-24 12:00", "09-30 12:00", "10-08 12:00", "10-20 12:00")
        for key in keys(said(now, duties=(fact,)))
    ]

    assert rungs == ["soon3", "due", "overdue1", "overdue10"]


def test_what_was_agreed_on_yesterday_is_not_announced_today() -> None:
    assert said("09-28 12:00", duties=(replace(DECISION, since=date(2026, 9, 28)),)) == ()
    assert keys(said("09-30 12:00", duties=(replace(DECISION, since=date(2026, 9, 28)),)))


@pytest.mark.parametrize(
    ("now", "rung", "send_at"),
    [
        ("09-21 09:59", None, None),
        ("09-21 10:00", "asked", "09-21 10:00"),
        ("09-24 08:59", "asked", "09-21 10:00"),
        ("09-24 09:00", "waits3", "09-24 09:00"),
        ("10-08 09:00", "waits7", "10-08 09:00"),
    ],
)
def test_the_office_hears_of_a_request_at_once_and_again_while_it_waits(
    now: str, rung: str | None, send_at: str | None
) -> None:
    found = said(now, requests=(ASKED,))

    assert keys(found) == ([f"request:r8:{rung}"] if rung else [])
    assert [(each.to, each.unit_id, each.not_before) for each in found] == (
        [(OFFICE, None, at(send_at))] if send_at else []
    )


@pytest.mark.parametrize(
    ("asked", "waits", "answered"),
    [
        ("延期", "申请待处理：市教育局申请延期：编制目录", "申请答复：延期申请已同意：编制目录"),
        ("销号", "申请待处理：市教育局申请销号：编制目录", "申请答复：销号申请已同意：编制目录"),
        ("异议", "申请待处理：市教育局提出异议：编制目录", "申请答复：异议已同意：编制目录"),
    ],
)
def test_what_is_asked_is_said_as_one_says_it(asked: str, waits: str, answered: str) -> None:
    fact = replace(ASKED, asked=asked)
    done = replace(fact, state=RequestState.GRANTED, answered_at=at("09-28 10:00"))

    subjects = [wording(notice)[0] for each in (fact, done) for notice in said("09-28 10:00", requests=(each,))]
    assert subjects == [waits, answered]


@pytest.mark.parametrize("state", [RequestState.GRANTED, RequestState.REFUSED, RequestState.LAPSED])
def test_the_unit_hears_the_answer_once_and_for_a_week(state: RequestState) -> None:
    answered = replace(ASKED, state=state, answered_at=at("09-28 10:00"), answer="省里文件已到")

    [notice] = said("09-28 10:00", requests=(answered,))

    assert (notice.key, notice.unit_id, notice.to) == (f"request:r8:{state.value}", 12, CONTACT)
    assert wording(notice)[0] == f"申请答复：延期申请{state.label}：编制目录"
    assert "意见：省里文件已到" in wording(notice)[1]
    assert keys(said("10-05 10:00", requests=(answered,))) == keys((notice,))
    assert said("10-05 10:01", requests=(answered,)) == ()


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("09-14 15:59", None),
        ("09-14 16:00", "called"),
        ("09-24 14:59", "called"),
        ("09-24 15:00", "before"),
        ("09-28 08:59", "before"),
        ("09-28 09:00", None),
    ],
)
def test_a_meeting_is_said_once_and_the_workday_before(now: str, rung: str | None) -> None:
    found = said(now, meetings=(CALLED,))

    assert keys(found) == ([f"meeting:m3:2026-09-28T09:00:u{unit}:{rung}" for unit in (12, 13)] if rung else [])


def test_a_meeting_that_is_moved_is_news() -> None:
    moved = replace(CALLED, starts_at=at("09-29 09:00"))

    assert not set(keys(said("09-21 09:00", meetings=(CALLED,)))) & set(keys(said("09-21 09:00", meetings=(moved,))))


@pytest.mark.parametrize(
    ("now", "key"),
    [
        ("09-01 08:59", None),
        ("09-01 09:00", "lags-2026-09"),
        ("09-30 23:00", "lags-2026-09"),
        ("10-07 23:00", None),
        ("10-08 09:00", "lags-2026-10"),
        ("12-18 09:00", "ends"),
        ("12-31 20:00", "ends"),
    ],
)
def test_who_is_behind_hears_it_once_a_month_from_its_first_workday(now: str, key: str | None) -> None:
    assert keys(said(now, quotas=(QUOTA,))) == ([f"quota:q2:1:u12:{key}"] if key else [])


def test_who_keeps_pace_hears_only_that_the_span_ends() -> None:
    steady = replace(QUOTA, counted=7)

    assert said("10-08 09:00", quotas=(steady,)) == ()
    assert [each.kind for each in said("12-21 09:00", quotas=(steady,))] == [NoticeKind.QUOTA_ENDS]


def test_a_week_has_no_ten_workdays_ahead_of_its_end() -> None:
    week = replace(QUOTA, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 27), counted=0, expected=0, minimum=1)

    assert said("09-24 12:00", quotas=(week,)) == ()


def test_of_spans_that_ended_short_the_latest_speaks_for_all() -> None:
    quarters = [
        replace(QUOTA, number=number, span=f"第{number}季度", starts_on=date(2026, 3 * number - 2, 1), ends_on=end)
        for number, end in ((1, date(2026, 3, 31)), (2, date(2026, 6, 30)), (3, date(2026, 9, 30)))
    ]

    assert said("10-08 08:59", quotas=tuple(quarters)) == ()
    [notice] = said("10-08 09:00", quotas=tuple(quarters))
    assert (notice.key, notice.earlier_missed) == ("quota:q2:3:u12:missed", 2)
    assert "此前还有2期未达标" in wording(notice)[1]


def test_failed_deliveries_are_told_to_the_office_once_a_day() -> None:
    assert said("09-24 08:59", undelivered=2) == ()
    [notice] = said("09-24 09:00", undelivered=2)
    assert (notice.key, notice.to, notice.unit_id) == ("undelivered:2026-09-24", WITH_ADMINISTRATOR, None)
    assert keys(said("09-24 23:00", undelivered=3)) == [notice.key]
    assert said("09-24 12:00", undelivered=0) == ()


def test_the_second_missed_period_running_is_the_heads_business_too() -> None:
    missed = replace(WEEK_39, state=ObligationState.MISSED)
    before = replace(missed, obligation_id=6, period_key="2026-W38", due_at=missed.due_at - timedelta(weeks=1))

    assert [each.to for each in said("09-28 09:00", obligations=(missed,))] == [CONTACT]
    assert [each.to for each in said("09-28 09:00", obligations=(missed, before))] == [WITH_HEAD]

    begun_anew = replace(missed, after_kept=True)
    [notice] = said("09-28 09:00", obligations=(begun_anew, before))
    assert (notice.to, notice.earlier_missed) == (CONTACT, 1)


def test_the_office_may_keep_every_step_with_the_contact() -> None:
    policy = ReminderPolicy(overdue_to=(CONTACT,))

    assert [each.to for each in said("10-20 09:00", policy, checkpoints=(TASK,))] == [CONTACT]


MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 1, 31), timezones=st.just(CHINA))
DAYS = st.dates(date(2026, 8, 1), date(2027, 1, 15))
DUTIES = st.builds(
    replace,
    st.sampled_from([CLOCK, DECISION]),
    kind=st.sampled_from(
        [
            NoticeKind.CLOCK, NoticeKind.CLAIM, NoticeKind.DECISION, NoticeKind.INSTRUCTION, NoticeKind.SUPERVISION,
            NoticeKind.HANDOVER, NoticeKind.STATISTIC,
        ]
    ),
    about_id=st.integers(1, 3),
    due_on=DAYS,
    since=st.none() | DAYS,
)
REQUESTS = st.builds(
    replace, st.just(ASKED), request_id=st.integers(1, 3), asked_at=MOMENTS,
    state=st.sampled_from([RequestState.WAITING, RequestState.GRANTED, RequestState.REFUSED]), answered_at=MOMENTS,
)  # fmt: skip
MEETINGS = st.builds(
    replace, st.just(CALLED), meeting_id=st.integers(1, 3), called_at=MOMENTS, starts_at=MOMENTS
)
QUOTAS = st.builds(replace, st.just(QUOTA), target_id=st.integers(1, 3), ends_on=DAYS, counted=st.integers(0, 9))
FACTS = st.builds(
    ReminderFacts,
    duties=st.lists(DUTIES, max_size=4).map(tuple),
    requests=st.lists(REQUESTS, max_size=3).map(tuple),
    meetings=st.lists(MEETINGS, max_size=3).map(tuple),
    quotas=st.lists(QUOTAS, max_size=3).map(tuple),
    undelivered=st.integers(0, 2),
)


@given(FACTS, MOMENTS)
def test_nothing_is_said_ahead_of_its_rung_or_with_a_gap_in_its_words(facts: ReminderFacts, now: datetime) -> None:
    found = plan_reminders(facts, POLICY, real(), now)

    assert [each.key for each in found] == sorted({each.key for each in found})
    for each in found:
        assert each.reached_at <= now
        assert each.not_before >= each.reached_at
        assert "{" not in "".join(wording(each))
        assert each.to
        assert (each.unit_id is None) == (each.to in {OFFICE, WITH_ADMINISTRATOR})
        assert len(each.key) <= 160


@given(st.lists(DUTIES, max_size=4, unique_by=lambda fact: (fact.kind, fact.about_id, fact.due_on)).map(tuple), MOMENTS)
def test_a_duty_is_said_by_one_rung_at_most(duties: tuple[DutyFact, ...], now: datetime) -> None:
    found = plan_reminders(ReminderFacts(duties=duties), POLICY, real(), now)

    stems = [each.key.rsplit(":", 1)[0] for each in found]
    assert len(stems) == len(set(stems)) <= len(duties)
    for each in found:
        since = [duty.since for duty in duties if duty.about_id == each.about_id and duty.due_on == each.due_on]
        assert not each.workdays_ahead or any(day is None or each.reached_at.astimezone(CHINA).date() > day for day in since)


CHECKED = SelfCheckFact(date(2026, 9, 18), date(2026, 9, 20), expected=12, sent=9, unconfirmed=1, failed=2)


def test_each_workday_morning_administrators_are_told_what_was_to_be_sent_and_was() -> None:
    [notice] = said("09-21 09:00", self_check=CHECKED)

    assert said("09-21 08:59", self_check=CHECKED) == ()
    assert (notice.key, notice.to) == ("selfcheck:2026-09-21", ADMINISTRATOR)
    assert wording(notice)[0] == "每日自检：9月18日至9月20日应发12，已发9，未确认1，失败2"
    assert keys(said("09-21 18:00", self_check=CHECKED)) == [notice.key]


def test_the_office_may_switch_the_self_check_off_and_not_the_word_of_failures() -> None:
    policy = replace(POLICY, off=frozenset({NoticeKind.SELF_CHECK}))

    assert said("09-21 09:00", policy, self_check=CHECKED) == ()
    assert NoticeKind.SELF_CHECK not in ALWAYS
    assert NoticeKind.DELIVERY_FAILED in ALWAYS
