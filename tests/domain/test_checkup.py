"""What the check-up of a plan notices, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from tests.domain.calendars import real
from tracker.domain import checkup
from tracker.domain.checkup import Item, Noticed, Owner
from tracker.domain.deadline import parse_notation
from tracker.domain.task import Role

ISSUED = date(2026, 3, 18)


ROLES = {"牵头": Role.LEAD, "配合": Role.SUPPORT}


def owner(name: str) -> Owner:
    """市司法局牵头, 市财政局配合, or 市教育局 alone."""
    role = ROLES.get(name[-2:])
    return Owner(name[:-2] if role else name, role or Role.RESPONSIBLE, name.startswith("各"))


def item(key: int, notation: str = "none", **facts: Any) -> Item:
    units: Iterable[str] = facts.pop("units", ("市司法局牵头",))
    owners = tuple(owner(name) for name in units)
    plain: dict[str, Any] = {"text": f"任务{key}", "certain": True, "exact": False, "quota_classes": ()}
    return Item(key=key, reading=parse_notation(notation), owners=owners, **(plain | facts))


def noticed(*items: Item, **facts: Any) -> dict[str, Noticed]:
    plain: dict[str, Any] = {"issued_on": ISSUED, "calendar": real()}
    return {found.code: found for found in checkup.examine(items, **(plain | facts))}


def spread(count: int) -> list[Item]:
    """Tasks of different units and months, about which there is nothing to notice."""
    return [
        item(100 + place, f"date:2026-{4 + place % 9:02}-15", units=[f"单位{place}牵头"])
        for place in range(count)
    ]


def test_a_sound_plan_gives_no_finding() -> None:
    assert noticed(*spread(20)) == {}


def test_a_task_due_before_the_document_was_issued_is_born_overdue() -> None:
    found = noticed(item(1, "date:2026-03-17"), item(2, "date:2026-03-18"))

    assert found["born-overdue"].items == (1,)
    assert "2026年3月17日" in found["born-overdue"].message


def test_a_document_forwarded_months_later_has_deadlines_that_are_gone_already() -> None:
    items = [item(1, "date:2026-06-30"), item(2, "date:2026-11-30")]

    assert noticed(*items, published=date(2026, 9, 20))["overdue-when-published"].items == (1,)
    assert "overdue-when-published" not in noticed(*items, published=date(2026, 4, 10))
    soon = [item(1, "date:2026-03-30"), item(2, "date:2026-11-30")]
    assert "overdue-when-published" not in noticed(*soon, published=date(2026, 4, 10)), "published in time"


@pytest.mark.parametrize(
    ("notation", "exact", "words"),
    [
        ("date:2026-10-03", True, "国庆节"),
        ("date:2026-09-26", True, "前一个工作日是9月24日，后一个是9月28日"),
        ("date:2026-11-15", True, "周日"),
        ("multi:date:2026-04-30|date:2026-11-14", True, "周六"),
        ("date:2027-10-02", True, "暂按推算"),
    ],
    ids=[
        "a holiday",
        "the workdays around it",
        "a Sunday",
        "a stage on a Saturday",
        "a year without a notice",
    ],
)
def test_a_day_that_is_off_is_told_with_the_workdays_around_it(
    notation: str, exact: bool, words: str
) -> None:
    assert words in noticed(item(1, notation, exact=exact))["due-on-day-off"].message


@pytest.mark.parametrize(
    ("notation", "exact"),
    [
        ("date:2026-10-10", True),
        ("date:2026-05-31", False),
        ("date:2026-02-14", True),
    ],
    ids=["a Saturday that is worked", "the end of a month", "overdue already"],
)
def test_a_day_that_nobody_chose_or_that_is_worked_is_left_alone(notation: str, exact: bool) -> None:
    assert "due-on-day-off" not in noticed(item(1, notation, exact=exact))


def test_the_end_of_a_quarter_is_left_alone_whichever_weekday_it_is() -> None:
    ends = [item(1, "date:2022-12-31", exact=True), item(2, "date:2022-12-24", exact=True)]

    assert noticed(*ends, issued_on=date(2022, 3, 18))["due-on-day-off"].items == (2,)


def test_of_a_staged_task_only_its_last_day_crowds_a_month() -> None:
    staged = [item(place, "multi:date:2026-06-30|date:2026-11-30") for place in range(9)]
    others = [item(20 + place, "date:2026-06-30") for place in range(8)]

    assert noticed(*staged, *others)["crowded-month"].message.startswith("17项任务中有9项集中在2026年11月")


def test_a_month_that_ends_half_of_the_plan_is_crowded() -> None:
    crowd = [item(place, "date:2026-11-30") for place in range(9)]

    assert noticed(*crowd, *spread(7))["crowded-month"].items == tuple(range(9))
    assert "crowded-month" not in noticed(*crowd[:7], *spread(1))
    assert "crowded-month" not in noticed(*crowd, *spread(20))


def test_a_unit_that_carries_a_third_of_the_plan_is_named() -> None:
    owed = [item(place, units=["市财政局", "各县区"]) for place in range(10)]

    found = noticed(*owed, *spread(20))

    assert "“市财政局”承担30项任务中的10项" in found["unit-overloaded"].message
    assert "unit-overloaded" not in noticed(*owed[:9], *spread(10))
    assert "unit-overloaded" not in noticed(*owed, *spread(21)), "ten of thirty-one are no third"
    assert "unit-overloaded" not in noticed(*owed), "one unit's own plan"
    helping = [
        item(place, units=["甲局牵头" if place % 2 else "乙局牵头", "市财政局配合"]) for place in range(15)
    ]
    assert "市财政局" not in str(noticed(*helping, *spread(9))), "who only supports"


def test_units_without_a_lead_and_tasks_without_units_are_told() -> None:
    found = noticed(item(1, units=["甲局", "乙局"]), item(2, units=[]), item(3, units=["甲局"]))

    assert found["no-lead-in-plan"].items == (1,)
    assert found["no-units"].items == (2,)
    assert "no-lead-in-plan" not in noticed(item(1, units=["甲局", "乙局"]), item(2, units=["甲局牵头"]))
    assert noticed(item(1, units=[]))["no-units"].items == (), "the whole document"


def test_a_long_list_without_a_lead_is_told() -> None:
    names = [f"单位{place}" for place in range(11)]

    assert noticed(item(1, units=names), item(2))["long-unit-list"].items == (1,)
    assert "long-unit-list" not in noticed(item(1, units=names[:10]), item(2))
    assert "long-unit-list" not in noticed(item(1, units=[*names, "牵头局牵头"]), item(2))


def test_a_count_for_several_units_without_a_class_is_told() -> None:
    assert noticed(item(1, units=["各县区"], quota_classes=(None,)))["quota-without-class"].items == (1,)
    assert "quota-without-class" not in noticed(item(1, units=["各县区"], quota_classes=("各县区",)))
    assert "quota-without-class" not in noticed(item(1, units=["办公室"], quota_classes=(None,))), "who else"


def test_standing_work_is_told_where_nothing_says_how_often_to_report() -> None:
    standing = [item(1, "ongoing"), item(2, "ongoing", quota_classes=("部门",))]

    assert noticed(*standing)["standing-without-rhythm"].items == (1,)
    assert "standing-without-rhythm" not in noticed(*standing, has_rhythm=True)


def test_several_days_in_one_clause_and_open_readings_are_told() -> None:
    found = noticed(
        item(1, "multi:date:2026-06-30|date:2026-09-30"), item(2, "date:2026-11-30", certain=False)
    )

    assert (found["several-days"].items, found["deadline-undecided"].items) == ((1,), (2,))


def test_each_code_is_listed() -> None:
    found = noticed(item(1, "date:2026-01-10", units=["各县区"], quota_classes=(None,)), item(2, "ongoing"))

    assert set(found) <= checkup.CODES


@pytest.mark.parametrize(
    ("phrase", "exact"),
    [("10月8日前", True), ("１０月８号", True), ("十月八日前", True), ("10月底前", False), (None, False)],
)
def test_a_phrase_names_a_day_or_a_month(phrase: str | None, exact: bool) -> None:
    assert checkup.names_a_day(phrase) is exact


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("发布时间:2026年09月20日 来源", date(2026, 9, 20)),
        ("公开日期：2026-09-20", date(2026, 9, 20)),
        ("发布日期：2026-13-20", None),
        ("关于发布目录的通知", None),
    ],
)
def test_a_page_says_when_it_was_published(head: str, day: date | None) -> None:
    assert checkup.published_on(head) == day
