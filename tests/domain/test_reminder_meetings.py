"""What is said of meetings: that one is called, that it is moved, and that a unit need not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.calendars import real
from tests.domain.reminder_facts import POLICY, at
from tracker.domain.notices import CONTACT, PlannedNotice
from tracker.domain.reminder_facts import MeetingFact, MeetingOffFact, ReminderFacts
from tracker.domain.reminder_words import wording
from tracker.domain.reminders import plan_reminders

PLAN = "青溪市2026年政务公开工作要点"
# Monday the 28th; the workday before is Thursday the 24th, for the Mid-Autumn days lie between.
CALLED = MeetingFact(3, 1, PLAN, "9月例会", at("09-21 16:00"), at("09-28 09:00"), "三楼会议室", (12, 13))
OFF = MeetingOffFact(3, 1, PLAN, "9月例会", 12, at("09-24 18:00"), at("09-28 09:00"), cancelled=True, why="改为书面。")


def said(now: str, *, called: MeetingFact | None = None, off: MeetingOffFact | None = None) -> tuple[PlannedNotice, ...]:
    facts = ReminderFacts(meetings=(called,) if called else (), meetings_off=(off,) if off else ())
    return plan_reminders(facts, POLICY, real(), at(now))


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("09-21 15:59", None),
        ("09-21 16:00", "called"),
        ("09-24 14:59", "called"),
        ("09-24 15:00", "before"),
        ("09-28 08:59", "before"),
        ("09-28 09:00", None),
    ],
)
def test_a_meeting_is_said_when_it_is_called_and_on_the_workday_before(now: str, rung: str | None) -> None:
    found = said(now, called=CALLED)

    assert [each.key for each in found] == (
        [f"meeting:m3:2026-09-28T09:00:u{unit}:{rung}" for unit in (12, 13)] if rung else []
    )


@pytest.mark.parametrize("called_at", ["09-24 15:00", "09-24 16:00"])
def test_who_is_asked_after_the_hour_before_hears_it_once(called_at: str) -> None:
    late = replace(CALLED, called_at=at(called_at))

    assert {each.key.rpartition(":")[2] for each in said("09-25 09:00", called=late)} == {"called"}


def test_what_is_called_for_the_same_day_waits_for_no_workday() -> None:
    saturday = replace(CALLED, called_at=at("09-26 09:00"), starts_at=at("09-26 15:00"))

    found = said("09-26 09:00", called=saturday)

    assert [(each.urgent, each.not_before) for each in found] == [(True, at("09-26 09:00"))] * 2


def test_a_notice_of_a_meeting_knows_what_it_is_about() -> None:
    notice = said("09-21 16:00", called=CALLED)[0]

    assert (notice.unit_id, notice.plan_id, notice.about_id, notice.due_on, notice.due_at) == (
        12, 1, 3, date(2026, 9, 28), at("09-28 09:00")
    )  # fmt: skip
    assert (notice.state, notice.to, notice.urgent) == ("2026-09-28T09:00", CONTACT, False)
    assert "三楼会议室" in wording(notice)[1]


def test_only_who_was_told_another_moment_hears_that_it_is_moved() -> None:
    moved = replace(CALLED, moved=((13, at("09-25 14:30")),))

    first, second = said("09-21 16:00", called=moved)

    assert first.report == ""
    assert second.report == "原定9月25日（周五）14:30，已改期。"


def test_that_nobody_need_come_is_said_at_once_also_on_a_day_off_and_until_it_would_begin() -> None:
    (notice,) = said("09-26 10:00", off=replace(OFF, told_at=at("09-26 10:00")))

    assert notice.key == "meeting_off:m3:2026-09-28T09:00:u12:off"
    assert (notice.urgent, notice.not_before) == (True, at("09-26 10:00"))
    assert (notice.unit_id, notice.plan_id, notice.about_id, notice.due_on, notice.due_at) == (
        12, 1, 3, date(2026, 9, 28), at("09-28 09:00")
    )  # fmt: skip
    assert notice.state == "2026-09-28T09:00"
    assert said("09-28 09:00", off=OFF) == ()


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (OFF, ("取消，请不要到会", "原因：改为书面。")),
        (replace(OFF, why=""), ("取消，请不要到会",)),
        (replace(OFF, cancelled=False, why=""), ("不用贵单位参加了",)),
    ],
)
def test_it_says_whether_the_meeting_is_off_or_the_unit_alone_and_why(off: MeetingOffFact, words: tuple[str, ...]) -> None:
    subject, body = wording(said("09-24 18:00", off=off)[0])

    assert "9月例会" in subject + body
    assert all(each in subject + body for each in words)
    assert ("原因" in body) == bool(off.why)
    assert "。。" not in body
