"""How values are written on a page: days, moments, counts and links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, request
from markupsafe import Markup, escape

from tracker.domain.china_time import china_clock, china_day
from tracker.domain.rhythm import column, span_word
from tracker.domain.work_calendar import WEEKDAYS
from tracker.web.edge import now, today

NOTHING = "—"


def day(value: date | datetime | None) -> str:
    """9月24日; with the year when it is not this year's."""
    if value is None:
        return NOTHING
    value = _as_day(value)
    year = f"{value.year}年" if value.year != today().year else ""
    return f"{year}{value.month}月{value.day}日"


def day_full(value: date | datetime | None) -> str:
    """2026年9月24日（周四）."""
    if value is None:
        return NOTHING
    value = _as_day(value)
    return f"{value.year}年{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}）"


def weekday(value: date | datetime | None) -> str:
    """周四."""
    return NOTHING if value is None else WEEKDAYS[_as_day(value).weekday()]


def moment(value: datetime | None) -> str:
    """9月24日 15:00, in China; with the year when it is not this year's."""
    if value is None:
        return NOTHING
    return f"{day(value)} {china_clock(value):%H:%M}"


def ago(value: datetime | None) -> str:
    """How long ago in words: 刚刚, 5分钟前, 3小时前, 昨天 15:00, then the plain moment."""
    if value is None:
        return NOTHING
    seconds = (now() - value).total_seconds()
    if seconds < 0:
        return moment(value)
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{int(seconds // 60)}分钟前"
    days = (today() - china_day(value)).days
    if days == 0:
        return f"{int(seconds // 3600)}小时前"
    if days == 1:
        return f"昨天 {china_clock(value):%H:%M}"
    return moment(value)


def days_left(value: date | None) -> str:
    """还有3天, 今天到期, 逾期2天."""
    if value is None:
        return ""
    left = (value - today()).days
    if left > 0:
        return f"还有{left}天"
    return "今天到期" if left == 0 else f"逾期{-left}天"


def shorten(text: str, length: int = 60) -> str:
    """The beginning of a text, with an ellipsis when something is left out."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def safe_link(address: str | None) -> str | None:
    """The address when it is a web page's, else None: `javascript:` and its kin are never made a link."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return address.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def braces(text: str) -> Markup:
    """A text about the fields of templates ({{标题}}), whose braces are no marks of our own templates."""
    return Markup(str(escape(text)).replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;"))  # noqa: S704 - escaped


def with_query(**changes: Any) -> str:
    """This page's address with some query values changed; None takes one away."""
    kept: dict[str, list[Any]] = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = [value]
    return _address(request.path, kept)


def _address(path: str, values: Mapping[str, Any]) -> str:
    query = urlencode(values, doseq=True)
    return f"{path}?{query}" if query else path


def _as_day(value: date | datetime) -> date:
    return china_day(value) if isinstance(value, datetime) else value


def install(app: Flask) -> None:
    """Make the filters known to every template."""
    days = (day, day_full, weekday, moment, ago, days_left)
    for function in (*days, shorten, braces, safe_link, column, span_word):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals["with_query"] = with_query
