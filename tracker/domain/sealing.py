"""Packages (.docx, .xlsx, .zip) whose bytes follow from what they hold (逐字节一致).

Two renderings of the same facts are the same file, byte for byte, whatever the day or the process: every
member carries the first day a zip knows and no trace of the system that packed it. What may differ is
declared in `STAMPS`, and nothing else does.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO

STAMPS = ("docProps/core.xml",)
"""The members that say when a paper was made (dcterms:created and modified), and so differ when that does.

Beside them a paper may print that moment for a reader to see (成文日期, …导出): these are words, not stamps.
"""
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""The stamp of a file that is made of no facts (an empty form), and the day of every member of a zip."""

_CREATED, _MODIFIED = (
    re.compile(rb"(<dcterms:%s\b[^>]*>)[^<]*(</dcterms:%s>)" % (name, name))
    for name in (b"created", b"modified")
)
_UNIX = 3
_LEVEL = 6


def entry(name: str) -> zipfile.ZipInfo:
    """A member that says neither when nor where it was packed: for zips that are written piece by piece."""
    member = zipfile.ZipInfo(name, UNDATED.timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = _UNIX
    member.external_attr = 0o644 << 16
    return member


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these members in this order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(entry(name), content, compresslevel=_LEVEL)
    return buffer.getvalue()


def sealed(package: bytes, *, made_at: datetime, created: datetime | None = None) -> bytes:
    """An Office package with its stamps set; `created` is given where the file is older than its words.

    Raises:
        ValueError: the moment has no time zone.

    """
    if made_at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {made_at!r}")
    with zipfile.ZipFile(BytesIO(package)) as archive:
        members = [(part.filename, archive.read(part)) for part in archive.infolist()]
    stamp, first = _stamp(made_at), _stamp(created or made_at)
    return packed(
        (name, _stamped(content, first, stamp) if name in STAMPS else content) for name, content in members
    )


def _stamped(content: bytes, created: bytes, modified: bytes) -> bytes:
    content = _CREATED.sub(rb"\g<1>%s\g<2>" % created, content)
    return _MODIFIED.sub(rb"\g<1>%s\g<2>" % modified, content)


def _stamp(moment: datetime) -> bytes:
    """W3CDTF to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode("ascii")
