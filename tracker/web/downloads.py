"""Files that are handed out to be saved: one header for all of them, whatever they are called.

A name may be Chinese: `filename*` says it as it is (RFC 5987, RFC 6266), and `filename` something that the
oldest program can save. What could lead a program astray, a path or a line's end, is left out of either.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, send_file

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "zip": "application/zip",
}
"""What the program makes, by its ending."""
PLAIN_BYTES = "application/octet-stream"
"""What somebody has given: never shown or run by a browser, whatever it claims to be."""
_UNWANTED = frozenset('<>:"/\\|?*')
_LONGEST = 150
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def made(content: bytes | BinaryIO, name: str, *, size: int | None = None) -> Response:
    """A file that the program has made, of the kind that its ending says; `size` is that of an open file."""
    return _attached(content, name, KINDS.get(_ending(name), PLAIN_BYTES), size)


def given(content: bytes, name: str) -> Response:
    """A file that somebody has given, as it came."""
    return _attached(content, name, PLAIN_BYTES)


def _attached(content: bytes | BinaryIO, name: str, kind: str, size: int | None = None) -> Response:
    file = BytesIO(content) if isinstance(content, bytes) else content
    response = send_file(file, kind, as_attachment=True, download_name="file")
    if size is not None:
        response.content_length = size
    response.headers["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """The header that names a file."""
    kept = "".join(sign if sign.isprintable() and sign not in _UNWANTED else " " for sign in name)
    stem, dot, ending = " ".join(kept.split()).rpartition(".")
    named = f"{stem[:_LONGEST].strip()}{dot}{ending}".strip(" .") or "file"
    plain = "".join(_PLAIN.findall(named)).lstrip(".")
    simple = plain if "." in plain else f"download.{_ending(named)}".rstrip(".")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(named, safe='')}"


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return ending if ending.isascii() and ending.isalnum() and "." in name else ""
