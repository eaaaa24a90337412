"""A .pdf of our own papers: made where LibreOffice is, and nothing at all where it is missing, fails or hangs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import sleep

import pytest

from tracker.adapters import pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its stand-ins are shell scripts")


def stand_in(folder: Path, script: str) -> str:
    """A program in LibreOffice's place."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("exit 1", None),
        ("exit 0", None),
        ('while [ "$1" != --outdir ]; do shift; done; cat "$3" > "$2/order.pdf"', b"a paper"),
    ],
)
def test_what_the_program_leaves_is_the_pdf_and_a_failure_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, made: bytes | None
) -> None:
    program = stand_in(tmp_path, script)
    monkeypatch.setattr(pdf, "_program", lambda: program)

    assert pdf.from_docx(b"a paper") == made


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "child"
    program = stand_in(tmp_path, f"sleep 600 &\necho $! > {noted}\nwait")
    monkeypatch.setattr(pdf, "_program", lambda: program)
    monkeypatch.setattr(pdf, "SECONDS", 3)

    assert pdf.from_docx(b"a paper") is None
    pid = noted.read_text(encoding="utf-8").strip()
    assert any(_ended(pid) for _ in range(200))


def _ended(pid: str) -> bool:
    """Whether a process is gone, or only waits to be counted; asks again after a moment where it is not."""
    sleep(0.05)
    try:
        return (Path("/proc") / pid / "stat").read_text(encoding="utf-8").split()[2] == "Z"
    except OSError:
        return True


def test_without_libreoffice_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_PLACES", (str(tmp_path),))

    assert os.environ["PATH"] == str(tmp_path)
    assert not pdf.available()
    assert pdf.from_docx(b"a paper") is None
