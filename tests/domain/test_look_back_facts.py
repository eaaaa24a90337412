"""The facts of a look-back by themselves: when something was done, and which pages can show it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.calendars import day
from tests.domain.look_back_items import LEAD, LINK, OPEN
from tracker.domain.look_back_facts import EvidenceFact


@pytest.mark.parametrize(
    ("since", "link_on", "day_finished"),
    [
        pytest.param("2026-09-21", "2026-09-20", "2026-09-20", id="its period had the last day in it"),
        pytest.param("2026-09-23", "2026-09-20", "2026-09-24", id="an earlier return could have told of it"),
        pytest.param("2026-09-21", "2026-09-23", "2026-09-24", id="the page itself came too late"),
        pytest.param("2026-09-22", "2026-09-22", "2026-09-22", id="the last day is in time"),
    ],
)
def test_a_return_is_no_later_than_its_period_lets_it_be(since: str, link_on: str, day_finished: str) -> None:
    line = replace(LEAD.lines[3], since=day(since), link=LINK, link_on=day(link_on))
    part = replace(LEAD, lines=(*LEAD.lines[:3], line))

    assert part.finished_by(day("2026-09-22")) == day(day_finished)


def test_a_page_of_no_day_makes_a_late_word_no_earlier_and_no_word_has_no_day() -> None:
    undated = replace(LEAD.lines[3], since=day("2026-09-21"), link=LINK)
    part = replace(LEAD, lines=(*LEAD.lines[:3], undated))

    assert part.finished_by(day("2026-09-22")) == undated.reported_on
    assert replace(LEAD, lines=LEAD.lines[:3]).finished_by(day("2026-09-22")) is None


def test_the_day_of_a_page_that_was_not_given_makes_no_word_earlier() -> None:
    nowhere = replace(LEAD.lines[3], since=day("2026-09-21"), link_on=day("2026-09-20"))
    part = replace(LEAD, lines=(*LEAD.lines[:3], nowhere))

    assert part.finished_by(day("2026-09-22")) == nowhere.reported_on


def test_a_word_that_came_in_time_has_its_own_day() -> None:
    line = replace(LEAD.lines[3], since=day("2026-09-01"), until=day("2026-09-20"))
    part = replace(LEAD, lines=(*LEAD.lines[:3], line))

    assert part.finished_by(line.reported_on) == line.reported_on


def test_a_signature_that_was_taken_back_ends_nothing() -> None:
    assert replace(OPEN, signed_off_on=day("2026-09-20")).finished_on is None


def test_a_link_with_a_file_beside_it_is_named_by_the_link() -> None:
    both = EvidenceFact(1, LINK, digest="a" * 64)

    assert (both.is_file, both.words) == (False, LINK)


@pytest.mark.parametrize("path", ["/#/news/12", "/?id=3", "/zwgk/"])
def test_what_leads_past_the_front_page_is_none(path: str) -> None:
    assert not EvidenceFact(1, f"https://www.qingxi.gov.cn{path}", day("2026-09-01")).is_front_page


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/a.html",
        "https://oa.qingxi.local/1",
        "http://127.0.0.1/x",
        "http://[fe80::1]/",
        "ftp://a.cn/1",
    ],
)
def test_a_page_inside_the_house_is_no_public_link(url: str) -> None:
    assert not EvidenceFact(1, url).is_valid


def test_one_page_is_one_page_however_its_address_is_written() -> None:
    assert (
        EvidenceFact(1, "http://WWW.qingxi.gov.cn/a/").key
        == EvidenceFact(2, "https://www.qingxi.gov.cn/a#top").key
    )


@pytest.mark.parametrize(("until", "late"), [("2026-09-22", False), ("2026-09-23", True)])
def test_a_return_tells_of_its_period_whenever_it_is_handed_in(until: str, late: bool) -> None:
    line = replace(LEAD.lines[3], since=day("2026-09-01"), until=day(until))
    part = replace(LEAD, lines=(*LEAD.lines[:3], line))

    assert (part.finished_by(day("2026-09-22")) == line.reported_on) is late
