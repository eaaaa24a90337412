"""A calendar feed (日历订阅) as a file: iCalendar (RFC 5545), for Outlook and for telephones.

What those programs need beyond the standard's must:

- Outlook takes `METHOD:PUBLISH` with PRODID, UID and DTSTAMP, names the calendar by X-WR-CALNAME, and reads
  X-PUBLISHED-TTL where others read REFRESH-INTERVAL (RFC 7986);
- a time names its zone and the file says what the zone is, in one line without history: Outlook knows neither
  `Asia/Shanghai` by itself nor times without a zone;
- a day ends before the next one begins: DTEND of a whole day is the day after (RFC 5545 3.6.1);
- programs that do not show STATUS:CANCELLED are told in the heading too.

The same entries give the same bytes, so that a digest of them says whether anything has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from tracker.domain.china_time import CHINA
from tracker.domain.feed import FeedEntry

PRODUCT = "-//Taizhang//Calendar Feed 1.0//ZH"
ZONE = "Asia/Shanghai"
EVERY = timedelta(hours=2)
"""How often a calendar is asked to fetch again."""
# RFC 5545 3.3.11: TEXT holds no control characters but the tab.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_feed(entries: Iterable[FeedEntry], *, name: str, base_url: str) -> bytes:
    """The file.

    Args:
        entries: what is told, in its order.
        name: what the calendar is called in the list of calendars.
        base_url: where the pages are, without a path; its host is part of every UID.

    """
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, _text(name))
    calendar.add("X-WR-TIMEZONE", ZONE)
    calendar.add("REFRESH-INTERVAL", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(EVERY))
    shown = list(entries)
    if any(not entry.event.whole_days for entry in shown):
        calendar.add_component(_china())
    for entry in shown:
        calendar.add_component(_event(entry, base_url))
    return bytes(calendar.to_ical(sorted=False))


def _china() -> Timezone:
    """China's zone: eight hours ahead, summer and winter, since 1991."""
    standard = TimezoneStandard()
    standard.add("TZNAME", "CST")
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 - the zone's own clock, which the property asks for
    standard.add("TZOFFSETFROM", timedelta(hours=8))
    standard.add("TZOFFSETTO", timedelta(hours=8))
    zone = Timezone()
    zone.add("TZID", ZONE)
    zone.add("X-LIC-LOCATION", ZONE)
    zone.add_component(standard)
    return zone


def _event(entry: FeedEntry, base_url: str) -> Event:
    event, address = entry.event, f"{base_url}{entry.event.path}"
    called_off = entry.called_off_at is not None
    shown = Event()
    shown.add("UID", f"{event.uid}@{urlsplit(base_url).hostname}")
    shown.add("DTSTAMP", entry.changed_at)
    shown.add("LAST-MODIFIED", entry.changed_at)
    shown.add("SEQUENCE", entry.sequence)
    for key, when in (("DTSTART", event.starts), ("DTEND", event.ends)):
        shown.add(key, when.astimezone(CHINA) if isinstance(when, datetime) else when)
    shown.add("SUMMARY", _text(f"{event.called_off}：{event.summary}" if called_off else event.summary))
    shown.add("DESCRIPTION", _text("\n".join((*event.lines, address))))
    if event.place:
        shown.add("LOCATION", _text(event.place))
    shown.add("URL", address)
    shown.add("STATUS", "CANCELLED" if called_off else "CONFIRMED")
    busy = event.busy and not called_off
    shown.add("TRANSP", "OPAQUE" if busy else "TRANSPARENT")
    shown.add("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if busy else "FREE")
    if event.whole_days:
        shown.add("X-MICROSOFT-CDO-ALLDAYEVENT", "TRUE")
    return shown


def _text(words: str) -> vText:
    return vText(_CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")))
