"""Urging: how a thing that is urged is named, the words it is urged in, and when its letters leave."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.reminder_facts import at
from tracker.domain.urging import (
    LONGEST_TITLE,
    MOST_NAMED,
    LateTask,
    Owed,
    UrgeKind,
    claim_words,
    decision_words,
    key_of,
    leaves,
    ref_of,
    short,
    tasks_words,
    unit_of,
)

PLAN = "青溪市2026年政务公开工作要点"
DAY = date(2026, 9, 24)


@pytest.mark.parametrize(
    ("ref", "unit_id"),
    [
        (ref_of("o", 12, 5), 5),
        ("t1:u123456789", 123456789),
        ("", None),
        ("o12", None),
        ("o12:u", None),
        ("O12:u5", None),
        ("o12:u5 ", None),
        ("o12:u1234567890", None),
        ("o１２:u５", None),
        ("urge:o12:u5:2026-09-24", None),
    ],
)
def test_a_name_tells_its_unit_and_what_is_none_of_ours_tells_nothing(ref: str, unit_id: int | None) -> None:
    assert unit_of(ref) == unit_id


def test_one_thing_of_one_unit_has_one_key_a_day_and_says_why() -> None:
    thing = Owed(ref_of("o", 12, 5), 5, 1, "第39周", "催办", "请报送。", "/my/returns/12", obligation_id=12)

    assert thing.key(DAY) == key_of("o12:u5", DAY) == "urge:o12:u5:2026-09-24"
    assert thing.key(date(2026, 9, 25)) != thing.key(DAY)
    assert thing.cause(UrgeKind.RETURNS, "陈雨") == {
        "kind": "urged", "what": "returns", "ref": "o12:u5", "link": "/my/returns/12", "by": "陈雨", "obligation_id": 12,
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, MOST_NAMED, MOST_NAMED + 1])
def test_late_tasks_are_counted_and_the_first_of_them_named(count: int) -> None:
    subject, body = tasks_words(PLAN, [LateTask(f"任务{number}", DAY) for number in range(count)])

    assert subject == f"催办：{count}项任务已逾期"
    assert f"有{count}项已过时限" in body
    assert body.count("9月24日到期") == min(count, MOST_NAMED)
    assert ("等。" in body) == (count > MOST_NAMED)


def test_a_claim_names_its_day_where_it_has_one() -> None:
    subject, body = claim_words(PLAN, 3, DAY)

    assert subject == "催办：请认领3项任务"
    assert "认领期限是9月24日。" in body
    assert "认领期限" not in claim_words(PLAN, 3, None)[1]


def test_a_decision_names_its_day_where_it_has_one() -> None:
    subject, body = decision_words("开放数据接口", DAY)

    assert subject == "催办：开放数据接口"
    assert "已过9月24日的期限，还没有办结。" in body
    assert "期限" not in decision_words("开放数据接口", None)[1]


@pytest.mark.parametrize("length", [LONGEST_TITLE, LONGEST_TITLE + 1, 300])
def test_a_title_in_a_subject_has_an_end(length: int) -> None:
    words = short("题" * length)

    assert len(words) == min(length, LONGEST_TITLE)
    assert words.endswith("…") == (length > LONGEST_TITLE)


@pytest.mark.parametrize(
    ("later", "now", "words"),
    [
        ("09-24 08:00", "09-24 06:00", "今早8:00"),
        ("09-25 08:00", "09-24 22:00", "明早8:00"),
        ("09-24 12:30", "09-24 06:00", "今天12:30"),
        ("09-25 11:59", "09-24 23:59", "明早11:59"),
        ("09-25 14:05", "09-24 22:00", "明天14:05"),
        ("09-26 08:00", "09-24 22:00", "9月26日8:00"),
    ],
)
def test_a_page_says_when_what_waits_leaves(later: str, now: str, words: str) -> None:
    assert leaves(at(later), at(now)) == words
