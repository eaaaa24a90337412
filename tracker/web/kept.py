"""What a person has typed is never lost: it comes back when a sign-in has ended in the middle of a form.

A form whose CSRF token was right but whose sign-in has ended shows the sign-in page with the text; signing
in there offers to hand the same fields in again. A form without a right token may come from a stranger's
page: its text is shown (`typed_fields`), and never offered for handing in.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from tracker.domain.errors import InvalidInput
from tracker.web.addresses import is_local

HIDDEN = frozenset({"csrf_token", "version", "next", "kept_path", "submit", "action"})
# Chosen or ticked, not typed: the value is the program's word, which tells a person nothing.
CHOSEN = ("-status", "-no_change", "-done")
SECRET_WORDS = ("password", "token", "secret")
PREFIX = "kept."
MAX_SHOWN = 400


def typed_fields() -> tuple[tuple[str, str], ...]:
    """Name and text of each field worth showing again; no passwords, no machinery, nothing empty."""
    try:
        items = list(request.form.items(multi=True))
    except HTTPException:
        return ()  # the body was too large to read
    return readable(items)


def readable(items: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of some fields that a person would recognise as typed."""
    return tuple((name, text) for name, text in items if _shown(name, text))[:MAX_SHOWN]


def _shown(name: str, text: str) -> bool:
    machinery = name in HIDDEN or name.endswith(CHOSEN)
    return bool(text.strip()) and not machinery and not any(word in name for word in SECRET_WORDS)


def interrupted() -> ResponseReturnValue:
    """The sign-in page with what was typed; the address and the fields travel with its form."""
    from tracker.web.forms.accounts import SignInForm  # late: forms know services, which know no web

    fields = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "accounts/sign_in.html",
        form=SignInForm(formdata=None),
        carried=carried(request.full_path.rstrip("?"), fields),
        typed=typed_fields(),
        ended=True,
    )
    return page, 401


def carried(path: str, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The hidden fields that carry a form through the sign-in page."""
    return [("kept_path", path), *((f"{PREFIX}{name}", text) for name, text in fields)]


def brought() -> tuple[str, list[tuple[str, str]]] | None:
    """The address and fields that came through the sign-in page, or None."""
    path = request.form.get("kept_path", "")
    if not path:
        return None
    if not is_local(path):
        raise InvalidInput
    items = request.form.items(multi=True)
    return path, [(name.removeprefix(PREFIX), text) for name, text in items if name.startswith(PREFIX)]
