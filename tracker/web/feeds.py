"""日历订阅: a person's own page, and the address that a calendar fetches without signing in.

The token in the address is the key. It stands on the page once, straight after the post, and in no log: the
loggers that write addresses are given a filter, and docs/deployment.md says how to keep it out of a proxy's.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from tracker.documents.calendar_feed import calendar_feed
from tracker.domain.access import Permission
from tracker.domain.feed import FeedEntry, Subscriber
from tracker.domain.lockout import LOCK
from tracker.services import feeds
from tracker.web import auth
from tracker.web.addresses import client_address, is_this_machine
from tracker.web.edge import config, now, session, writing
from tracker.web.policy import permit, public

blueprint = Blueprint("feeds", __name__)

WRONG = "没有这个日历地址。它可能已经停用或换成了新的，请在台账的“日历订阅”里重新生成。\n"
_TOKEN = re.compile(r"(/(?:feeds|wall)/)[^\s\"'?]+")
_WRITERS = ("werkzeug", "granian.access", "waitress")
"""Loggers that may be set to write each request."""


class _Masked(logging.Filter):
    """Takes tokens out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's own words; it is always written."""
        words = record.getMessage()
        if _TOKEN.search(words):
            record.msg, record.args = _TOKEN.sub(r"\1***", words), ()
        return True


@blueprint.record_once
def _mask(state: BlueprintSetupState) -> None:
    for logger in (state.app.logger, *map(logging.getLogger, _WRITERS)):
        if not any(isinstance(each, _Masked) for each in logger.filters):
            logger.addFilter(_Masked())


@blueprint.get("/feeds")
@permit(Permission.FEED_WRITE)
def index() -> str:
    """Whether the person's calendar subscribes, and how that is done."""
    return _page()


@blueprint.post("/feeds")
@permit(Permission.FEED_WRITE)
def make() -> str:
    """A new address, shown once: it is a key, and neither cookie nor address bar may keep it."""
    if not _reachable():
        return _page()
    with writing() as writer:
        token = feeds.make(writer, auth.oneself(), now=now())
    return _page(f"{config().base_url}{url_for('feeds.calendar', token=token)}")


@blueprint.post("/feeds/revoke")
@permit(Permission.FEED_WRITE)
def revoke() -> ResponseReturnValue:
    """The address opens nothing from now on."""
    with writing() as writer:
        feeds.revoke(writer, auth.oneself(), now=now())
    flash("已停用。日历里不会再更新，请在手机或 Outlook 里删除这个订阅。", "ok")
    return redirect(url_for("feeds.index"), 303)


def _page(address: str = "") -> str:
    facts = {"standing": feeds.standing(session(), auth.oneself()), "reachable": _reachable()}
    parts = urlsplit(address)
    webcal = urlunsplit(("webcal", *parts[1:])) if address else ""
    return render_template("feeds/index.html", address=address, webcal=webcal, **facts)


def _reachable() -> bool:
    """A telephone cannot fetch from an address that leads to the computer in its owner's hand."""
    return not is_this_machine(config().base_url)


@blueprint.get("/feeds/<token>.ics")
@public
def calendar(token: str) -> ResponseReturnValue:
    """What a calendar fetches; a wrong, revoked or disabled person's address opens nothing, all alike."""
    address = client_address(request)
    try:
        who = feeds.subscriber(session(), token, address=address, now=now())
    except feeds.TooManyWrongAddresses as error:
        return _plain(f"{error}\n", 429)
    if who is None:
        with writing() as writer:
            feeds.note_refusal(writer, address=address, now=now())
        return _plain(WRONG, 404)
    body = calendar_feed(_entries(who), name=feeds.name_of(session(), who), base_url=config().base_url)
    return _answer(body)


def _entries(who: Subscriber) -> tuple[FeedEntry, ...]:
    """Read first, and write only where there is news: most fetches find none."""
    found = feeds.events(session(), who, now=now())
    told = feeds.told(session(), who, found, now=now())
    if not told.news:
        return told.entries
    with writing() as writer:
        return feeds.keep(writer, who, found, now=now())


def _answer(body: bytes) -> Response:
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = "inline; filename=taizhang.ics"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    response.make_conditional(request)
    return response


def _plain(words: str, status: int) -> Response:
    """An answer that a program reads: no page, no form, no cookie."""
    response = Response(words, status, content_type="text/plain; charset=utf-8")
    response.headers["Referrer-Policy"] = "no-referrer"
    if status == 429:
        response.headers["Retry-After"] = str(LOCK // timedelta(seconds=1))
    return response
