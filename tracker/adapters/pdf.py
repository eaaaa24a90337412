"""A .docx of our own as .pdf, by LibreOffice where this machine has it.

It runs with a profile of its own in a temporary folder, so that several may run at once and none touches a
person's; it has a minute, and nothing that it started outlives it. Without LibreOffice there is no .pdf.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 60
_PLACES = (r"C:\Program Files\LibreOffice\program", r"C:\Program Files (x86)\LibreOffice\program")


def available() -> bool:
    """Whether this machine can make one."""
    return _program() is not None


def from_docx(data: bytes) -> bytes | None:
    """The document as .pdf; None where LibreOffice is missing, fails or takes too long."""
    program = _program()
    if program is None:
        return None
    try:
        return _converted(program, data)
    except OSError:
        return None  # the disk is full, or there is no place for temporary files


def _converted(program: str, data: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "order.docx").write_bytes(data)
        _run([
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", folder, str(place / "order.docx"),
        ], place)  # fmt: skip
        result = place / "order.pdf"
        return result.read_bytes() if result.is_file() else None


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("soffice", path=os.pathsep.join(_PLACES))


def _run(command: list[str], folder: Path) -> None:
    """Run to the end or out of time: the name is only a starter, so its whole group is ended."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NO_WINDOW}
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with contextlib.suppress(OSError), subprocess.Popen(command, cwd=folder, **quiet, **alone) as child:  # noqa: S603 - a fixed program, and a file of our own
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS)
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], check=False, capture_output=True)  # noqa: S603, S607 - part of Windows
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
