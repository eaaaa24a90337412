"""The calendar feed as a file, held against RFC 5545 without the library's help, and read back with it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from tracker.documents.calendar_feed import calendar_feed
from tracker.domain.china_time import CHINA
from tracker.domain.feed import FeedEntry, FeedEvent, all_day

NOW = datetime(2026, 9, 24, 7, tzinfo=UTC)
BASE = "https://gk.qingxi.example"
DAY = all_day("checkpoint-7-20260930", date(2026, 9, 30), "节点：清理规范性文件", "/tasks/7", lines=("完成（9月30日）",))
MEETING = FeedEvent(
    "meeting-3", "9月例会", datetime(2026, 9, 25, 1, tzinfo=UTC), datetime(2026, 9, 25, 2, tzinfo=UTC), "/meetings/3",
    place="三楼；会议室,东", busy=True,
)  # fmt: skip


def written(*entries: FeedEntry, name: str = "台账 · 市教育局") -> bytes:
    return calendar_feed(entries, name=name, base_url=BASE)


def unfolded(data: bytes) -> list[str]:
    """The content lines, put together by RFC 5545 3.1 alone; every physical line is judged on the way."""
    assert data.endswith(b"\r\n")
    physical = data.removesuffix(b"\r\n").split(b"\r\n")
    for line in physical:
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75, line
        line.decode()  # a character is never cut in two
    return data.removesuffix(b"\r\n").decode().replace("\r\n ", "").split("\r\n")


def value(data: bytes, key: str) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(data) if re.match(rf"{key}[;:]", line)]


def unescaped(text: str) -> str:
    """RFC 5545 3.3.11."""
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], text)


def test_a_whole_day_ends_before_the_next_and_has_no_zone() -> None:
    data = written(FeedEntry(DAY, 2, NOW))

    lines = unfolded(data)
    assert "DTSTART;VALUE=DATE:20260930" in lines
    assert "DTEND;VALUE=DATE:20261001" in lines
    assert "BEGIN:VTIMEZONE" not in lines
    assert value(data, "SEQUENCE") == ["2"]
    assert value(data, "DTSTAMP") == value(data, "LAST-MODIFIED") == ["20260924T070000Z"]
    assert value(data, "TRANSP") == ["TRANSPARENT"]


def test_a_time_names_china_and_the_file_says_what_that_is() -> None:
    data = written(FeedEntry(MEETING, 0, NOW))

    lines = unfolded(data)
    assert "DTSTART;TZID=Asia/Shanghai:20260925T090000" in lines
    assert "DTEND;TZID=Asia/Shanghai:20260925T100000" in lines
    zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]
    assert {"TZID:Asia/Shanghai", "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "BEGIN:STANDARD"} <= set(zone)
    assert lines.index("END:VTIMEZONE") < lines.index("BEGIN:VEVENT")
    [event] = Calendar.from_ical(data).walk("VEVENT")
    assert event.decoded("DTSTART") == datetime(2026, 9, 25, 9, tzinfo=CHINA)
    assert event["LOCATION"] == "三楼；会议室,东"


def test_it_says_what_outlook_and_telephones_ask_for() -> None:
    data = written(FeedEntry(DAY, 0, NOW))

    lines = unfolded(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:PUBLISH", "CALSCALE:GREGORIAN", "X-WR-CALNAME:台账 · 市教育局"} <= set(lines)
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT2H", "X-PUBLISHED-TTL:PT2H"} <= set(lines)
    assert value(data, "PRODID")
    assert value(data, "UID") == ["checkpoint-7-20260930@gk.qingxi.example"]
    assert value(data, "URL") == [f"{BASE}/tasks/7"]
    assert unescaped(value(data, "DESCRIPTION")[0]) == f"完成（9月30日）\n{BASE}/tasks/7"
    assert value(data, "STATUS") == ["CONFIRMED"]


def test_what_is_called_off_says_so_in_the_status_and_in_the_heading() -> None:
    off = FeedEntry(FeedEvent(**{**{name: getattr(MEETING, name) for name in MEETING.__slots__}, "called_off": "已取消"}), 1, NOW, NOW)

    data = written(off)

    assert value(data, "STATUS") == ["CANCELLED"]
    assert value(data, "SUMMARY") == ["已取消：9月例会"]
    assert value(data, "TRANSP") == ["TRANSPARENT"], "the time is free again"


def test_an_empty_calendar_is_one() -> None:
    assert Calendar.from_ical(written())["X-WR-CALNAME"] == "台账 · 市教育局"


def test_the_same_entries_give_the_same_bytes() -> None:
    entries = (FeedEntry(DAY, 0, NOW), FeedEntry(MEETING, 4, NOW + timedelta(hours=1)))

    assert written(*entries) == written(*entries)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=300)


@given(title=texts, line=texts, name=texts, place=texts.filter(bool))
@example(title="公" * 24 + "开", line="，" * 300, name="😀" * 40, place="a" * 74 + "开")
@example(title="BEGIN:VEVENT", line="\nEND:VEVENT\nBEGIN:VALARM", name='";:=,\\n', place="\\;,\\\\n")
def test_whatever_stands_in_a_text_comes_back_and_no_line_is_too_long(title: str, line: str, name: str, place: str) -> None:
    shown = FeedEvent("meeting-1", title, MEETING.starts, MEETING.ends, "/meetings/1", (line,), place)

    data = written(FeedEntry(shown, 0, NOW), name=name)

    told = [re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text) for text in (title, f"{line}\n{BASE}/meetings/1", place, name)]
    read = [unescaped(value(data, key)[0]) for key in ("SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME") if value(data, key)]
    assert read == told or not told[2]
    assert [each for each in unfolded(data) if each.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "BEGIN:STANDARD", "BEGIN:VEVENT",
    ]  # fmt: skip
    assert len(Calendar.from_ical(data).walk("VEVENT")) == 1


@pytest.mark.parametrize("length", range(20, 30))
def test_folding_falls_between_characters_at_every_length(length: int) -> None:
    for shift in ("", "a", "ab"):
        data = written(FeedEntry(all_day("x", date(2026, 9, 30), shift + "开" * length, "/my"), 0, NOW))

        assert value(data, "SUMMARY") == [shift + "开" * length]
