"""A .docx of our own as .pdf, by LibreOffice where this machine has it.

It runs with a profile of its own in a temporary folder, so that several may run at once and none touches a
person's; it has a minute, and nothing that it started outlives it. Without LibreOffice there is no .pdf.
Each takes some 200 MB and a processor: where a folder is given, all processes that know it share `AT_ONCE`.

The same .docx gives the same .pdf, byte for byte, on one machine: what LibreOffice stamps with the moment it
ran (`STAMPS`) is set to the moment the paper was made.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.adapters import fonts, turns

SECONDS = 60
AT_ONCE = 2
PATIENCE = 8.0
"""Seconds that a person waits for a place: a paper takes two or three."""
STAMPS = ("CreationDate", "ModDate", "ID", "DocChecksum")
"""The entries of a .pdf that say when it was made, or follow from that; all else follows from the .docx."""
_PLACES = (r"C:\Program Files\LibreOffice\program", r"C:\Program Files (x86)\LibreOffice\program")


def available() -> bool:
    """Whether this machine can make one."""
    return _program() is not None


def from_docx(
    data: bytes,
    *,
    made_at: datetime | None = None,
    fonts_dir: Path | None = None,
    turns_dir: Path | None = None,
) -> bytes | None:
    """The document as .pdf; None where LibreOffice is missing, fails or takes too long.

    `made_at` is what its stamps say; `fonts_dir` a folder of fonts beside those of the machine; `turns_dir`
    one by which all processes see to it that no more than `AT_ONCE` are made at once.

    Raises:
        AllBusy: so many others are being made.

    """
    program = _program()
    if program is None:
        return None
    try:
        with contextlib.ExitStack() as turn:
            if turns_dir is not None:
                turn.enter_context(turns.a_place(turns_dir, places=AT_ONCE, seconds=PATIENCE))
            made = _converted(program, data, fonts_dir)
    except OSError:
        return None  # the disk is full, or there is no place for temporary files
    return stamped(made, made_at) if made is not None and made_at is not None else made


_DATES = re.compile(rb"/(CreationDate|ModDate)\(D:\d{14}(Z'?|[+-]\d\d'\d\d'?)\)")
_XMP_DATES = re.compile(rb"<xmp:(CreateDate|ModifyDate|MetadataDate)>[^<]*</xmp:\1>")
_DIGESTS = re.compile(rb"(/ID ?\[ *|/DocChecksum */)((?:<?[0-9A-F]{32}>?\s*){1,2})")


def stamped(made: bytes, made_at: datetime) -> bytes:
    """The .pdf with its stamps set; no byte changes its place, since readers find things by place."""
    moment = made_at.astimezone(UTC)

    def date(found: re.Match[bytes]) -> bytes:
        zone = found[2] if found[2].startswith(b"Z") else found[2].translate(_NO_OFFSET)
        return b"/%s(D:%s%s)" % (found[1], moment.strftime("%Y%m%d%H%M%S").encode(), zone)

    def xmp_date(found: re.Match[bytes]) -> bytes:
        said = b"<xmp:%s>%s</xmp:%s>" % (found[1], moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), found[1])
        return said.ljust(len(found[0]))[: len(found[0])]

    made = _XMP_DATES.sub(xmp_date, _DATES.sub(date, made))
    blank = _DIGESTS.sub(lambda found: found[1] + _HEX.sub(b"0", found[2]), made)
    digest = hashlib.md5(blank, usedforsecurity=False).hexdigest().upper().encode()
    return _DIGESTS.sub(lambda found: found[1] + _DIGEST.sub(digest, found[2]), blank)


_NO_OFFSET = bytes.maketrans(b"-123456789", b"+000000000")
_HEX, _DIGEST = re.compile(rb"[0-9A-F]"), re.compile(rb"[0-9A-F]{32}")


def _converted(program: str, data: bytes, fonts_dir: Path | None) -> bytes | None:
    fonts.lend(fonts_dir)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "order.docx").write_bytes(data)
        _run([
            *fonts.told(fonts_dir, place),
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", folder, str(place / "order.docx"),
        ], place)  # fmt: skip
        result = place / "order.pdf"
        return result.read_bytes() if result.is_file() else None


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("soffice", path=os.pathsep.join(_PLACES))


def _run(command: list[str], folder: Path, *, seconds: float | None = None) -> None:
    """Run to the end or out of time: the name is only a starter, so its whole group is ended."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NO_WINDOW}
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with contextlib.suppress(OSError), subprocess.Popen(command, cwd=folder, **quiet, **alone) as child:  # noqa: S603 - a fixed program, and a file of our own
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS if seconds is None else seconds)
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], check=False, capture_output=True)  # noqa: S603, S607 - part of Windows
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
