"""What every answer says about itself: where content may come from and how long it may be kept.

Pages carry no inline script, style or handler, so the content security policy allows none. Pages of a
signed-in person are never kept by a browser or proxy; static files are, because their address changes with
their content (`asset`).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "img-src 'self' data:; "  # Bootstrap's stylesheet draws its ticks and arrows as data:
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
A_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Add the headers to every answer and `asset` to every template."""
    app.after_request(_say)
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str:
    """The address of a static file, with a digest of its content so that it may be kept for ever."""
    path = Path(current_app.static_folder or "") / filename
    changed = path.stat().st_mtime_ns if path.exists() else 0
    return url_for("static", filename=filename, v=_digest(path, changed))


@lru_cache(maxsize=64)
def _digest(path: Path, changed: int) -> str:
    """Short digest of a file; `changed` makes an edited file a new question."""
    return sha256(path.read_bytes()).hexdigest()[:12] if changed else "0"


def _say(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if current_app.config.get("SESSION_COOKIE_SECURE"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif request.endpoint in {"static", "bootstrap.static"}:
        response.headers["Cache-Control"] = "public, max-age=3600"
    elif request.endpoint == "feeds.calendar":
        # A calendar keeps what it shows; it asks each time whether that still holds.
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
