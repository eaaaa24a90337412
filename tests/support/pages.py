"""A test client that demands quality of every page it fetches.

A page that a person may meet has one title and one heading, says its language, labels every field, names
every button and link, carries no inline script or style (the content security policy would block them),
loads nothing from another host, and shows neither a traceback nor template marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Self

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from lxml import html
from werkzeug.test import TestResponse

if TYPE_CHECKING:
    from tracker.store.tables import Account

UNLABELLED_KINDS = {"hidden", "submit", "button", "reset", "image"}


class PageClient(FlaskClient):
    """Fetches like Flask's own client, then judges what came.

    A POST carries the token that a form would have carried; `with_token=False` leaves it out.
    """

    def open(self, *args: Any, with_token: bool = True, **kwargs: Any) -> TestResponse:
        if with_token and kwargs.get("method") == "POST" and self.application.config["WTF_CSRF_ENABLED"]:
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": self.csrf_token()}
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            tokens = self.application.config.get("WTF_CSRF_ENABLED", True)
            found = list(faults(response.get_data(as_text=True), tokens=tokens))
            assert not found, f"{response.request.path}: " + "; ".join(found)
        return response

    def csrf_token(self) -> str:
        """The token of this visitor's forms, as Flask-WTF would sign it."""
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", sha256(token_urlsafe(16).encode()).hexdigest())
        signer = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def as_account(self, account: Account) -> Self:
        """Sign in without the slow password, by writing the row that signing in would write."""
        from tracker.store.database import db, transaction
        from tracker.store.tables import SignIn
        from tracker.web.auth import TOKEN
        from tracker.web.edge import CLOCK_KEY

        token = token_urlsafe(16)
        now = self.application.extensions[CLOCK_KEY]()
        row = SignIn(
            token_hash=sha256(token.encode()).hexdigest(),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
        with self.application.app_context(), transaction(db.session()) as session:
            session.add(row)
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie[TOKEN] = token
        return self


def faults(text: str, *, tokens: bool = True) -> Iterator[str]:
    """What a person, a screen reader or the browser's policy would stumble over.

    `tokens` is False where a test has switched the tokens of forms off.
    """
    page = html.document_fromstring(text)
    yield from _frame(page, text)
    yield from _fields(page)
    yield from _names(page)
    yield from _forms(page, tokens=tokens)
    yield from _references(page)
    yield from _foreign_code(page)


def _frame(page: html.HtmlElement, text: str) -> Iterator[str]:
    for tag in ("title", "h1", "main"):
        found = page.findall(f".//{tag}")
        if len(found) != 1 or not found[0].text_content().strip():
            yield f"{len(found)} <{tag}>, expected one with text"
    if page.get("lang") != "zh-CN":
        yield "<html> needs lang=zh-CN"
    ids = Counter(str(name) for name in page.xpath("//@id"))
    yield from (f"id {name} stands {times} times" for name, times in ids.items() if times > 1)
    for mark in ("Traceback (most recent call last)", "{{", "{%", "jinja2.", "&lt;built-in"):
        if mark in text:
            yield f"shows {mark!r}"


def _fields(page: html.HtmlElement) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if label.text_content().strip()}
    for field in page.iter("input", "select", "textarea"):
        if field.get("type") in UNLABELLED_KINDS:
            continue
        wrapped = any(parent.text_content().strip() for parent in field.iterancestors("label"))
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled
        if not wrapped and not named:
            yield f"field {field.get('name')!r} has no label"


def _names(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter("a", "button", "summary"):
        pictured = any(image.get("alt") for image in element.iter("img"))
        if not (element.text_content().strip() or element.get("aria-label") or pictured):
            yield f"<{element.tag}> {element.get('href', '')} has no name"
    yield from (
        f"image {image.get('src')} has no alt" for image in page.iter("img") if image.get("alt") is None
    )


def _forms(page: html.HtmlElement, *, tokens: bool) -> Iterator[str]:
    for form in page.iter("form"):
        if any(True for _ in form.iterancestors("form")):
            yield "a form inside a form"
        if tokens and form.get("method", "get").lower() == "post":
            inside = form.xpath(".//input[@name='csrf_token']")
            beside = form.get("id") and page.xpath(
                "//input[@name='csrf_token'][@form=$id]", id=form.get("id")
            )
            if not inside and not beside:
                yield f"the form to {form.get('action') or 'this page'} has no csrf_token"


def _references(page: html.HtmlElement) -> Iterator[str]:
    known = {str(name) for name in page.xpath("//@id")}
    for attribute in ("for", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls"):
        named = {name for value in page.xpath(f"//@{attribute}") for name in str(value).split()}
        yield from (f"{attribute}={name} names an id that is not there" for name in sorted(named - known))


def _foreign_code(page: html.HtmlElement) -> Iterator[str]:
    for script in page.iter("script"):
        if script.get("src") is None and script.get("type") != "application/json":
            yield "inline <script>"
    if page.find(".//style") is not None:
        yield "inline <style>"
    for element in page.iter(html.etree.Element):
        yield from (
            f"attribute {name} on <{element.tag}>"
            for name in element.attrib
            if name == "style" or str(name).startswith("on")
        )
    for address in page.xpath("//script/@src | //link/@href | //img/@src | //iframe/@src | //source/@src"):
        if str(address).startswith(("http:", "https:", "//")):
            yield f"loads from another host: {address}"
