"""Documents that no reader here knows, by way of a program that does (LibreOffice), where one is installed.

The child that reads is held to one gibibyte and twenty seconds; LibreOffice cannot even start inside these.
So the child only says that a file needs converting (`NeedsConversion`), and its parent starts LibreOffice as
a second child, with a profile of its own in a temporary folder, no macros, no links, a clock, and looser
limits. What comes out is a .docx like any other: it passes the gate and is read in a limited child again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from importers.draft import DraftPlan
from tracker.domain.errors import UnreadableFile

_SECONDS = 60
_MEMORY = 4 * 1024 * 1024 * 1024
_LARGEST = 64 * 1024 * 1024  # of a file that LibreOffice writes; its own caches are smaller too
_PLACES = (r"C:\Program Files\LibreOffice\program", r"C:\Program Files (x86)\LibreOffice\program")
# A stranger's document runs no macro, and fetches nothing from another machine.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


class NeedsConversion(UnreadableFile):
    """这是很早的 Word 格式，这台机器没有安装能读取它的程序。请用 Word 或 WPS 打开，另存为 .docx 后再上传。"""


def read_or_convert(read: Callable[[bytes], DraftPlan], data: bytes) -> DraftPlan:
    """Read a file; where its reader does not know the variety, convert it and read what comes out.

    The plan still names the file that was handed in, so that the same file is recognised the next time.

    Raises:
        UnreadableFile: what `read` raises; also where nothing here can convert the file.

    """
    try:
        return read(data)
    except NeedsConversion:
        converted = to_docx(data)
        if converted is None:
            raise
    plan = read(converted)
    return replace(plan, source=replace(plan.source, sha256=hashlib.sha256(data).hexdigest(), format="doc"))


def to_docx(data: bytes) -> bytes | None:
    """Return a .doc as .docx, or nothing where LibreOffice is missing, fails or takes too much."""
    program = shutil.which("soffice") or shutil.which("soffice", path=os.pathsep.join(_PLACES))
    if program is None:
        return None
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return _converted(program, data, Path(folder))
    except OSError:
        return None  # the disk is full, or there is no place for temporary files


def _converted(program: str, data: bytes, place: Path) -> bytes | None:
    settings = place / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    (place / "in.doc").write_bytes(data)
    _run([
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", "docx", "--outdir", str(place), str(place / "in.doc"),
    ], place)
    result = place / "in.docx"
    return result.read_bytes() if result.is_file() and 0 < result.stat().st_size < _LARGEST else None


def _run(command: list[str], folder: Path) -> None:
    """Run a program until it ends or its time is over; nothing that it started outlives it."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NO_WINDOW}
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with contextlib.suppress(OSError, ValueError), subprocess.Popen(  # noqa: S603 - a fixed program; the file has a name of our own
        command, cwd=folder, **quiet, **alone,
    ) as child:
        _limit(child)
        try:
            child.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end(child)


def _limit(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(child.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            resource.prlimit(child.pid, resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the program with all that it started: its name is only a starter for the one that works."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], check=False, capture_output=True)  # noqa: S603, S607 - part of Windows
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
