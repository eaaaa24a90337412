"""A .pdf of our own papers: made where LibreOffice is, and nothing at all where it is missing, fails or hangs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from tests.factories import NOW
from tracker.adapters import pdf
from tracker.adapters.turns import AllBusy
from tracker.documents.official import OfficialDocument

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
        ('cat "$FONTCONFIG_FILE" > /dev/null && false', None),
    ],
)
def test_what_the_program_leaves_is_the_pdf_and_a_failure_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, made: bytes | None
) -> None:
    program = stand_in(tmp_path, script)
    monkeypatch.setattr(pdf, "_program", lambda: program)

    assert pdf.from_docx(b"a paper") == made


def test_who_finds_all_places_taken_by_slow_papers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go"
    slow = f"echo . >> {begun}; while [ ! -e {go_on} ]; do sleep 0.02; done; exit 0"
    program = stand_in(tmp_path, slow)
    monkeypatch.setattr(pdf, "_program", lambda: program)
    monkeypatch.setattr(pdf, "PATIENCE", 0.0)
    papers = [Thread(target=pdf.from_docx, args=(b"a paper",), kwargs={"turns_dir": tmp_path / "turns"}) for _ in range(2)]
    for each in papers:
        each.start()
    while not begun.exists() or begun.read_text(encoding="utf-8").count(".") < pdf.AT_ONCE:
        sleep(0.01)

    with pytest.raises(AllBusy):
        pdf.from_docx(b"a paper", turns_dir=tmp_path / "turns")

    go_on.touch()
    for each in papers:
        each.join()
    assert pdf.from_docx(b"a paper", turns_dir=tmp_path / "turns") is None
    assert begun.read_text(encoding="utf-8").count(".") == 3


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


STAMPED = (
    b"%PDF-1.6\n<</CreationDate(D:20261122142252Z')>>\n"
    b"<xmp:ModifyDate>2026-11-22T14:22:52+08:00</xmp:ModifyDate>\n"
    b"trailer\n/ID [ <F81B8201B3983507F52CF37BF2EA0703>\n<F81B8201B3983507F52CF37BF2EA0703> ]\n"
    b"/DocChecksum /0EDED43F876644D7F1DD5DA6BB175169\nstartxref\n43324\n%%EOF\n"
)


def test_a_stamp_says_when_the_paper_was_made_and_moves_no_byte() -> None:
    other = STAMPED.replace(b"142252Z", b"235959Z").replace(b"F81B", b"0000").replace(b"0EDE", b"FFFF")

    made = pdf.stamped(STAMPED, NOW)

    assert len(made) == len(STAMPED)
    assert made == pdf.stamped(other, NOW)
    assert b"/CreationDate(D:20260924070000Z')" in made
    assert b"<xmp:ModifyDate>2026-09-24T07:00:00Z</xmp:ModifyDate>" in made
    assert made != pdf.stamped(STAMPED.replace(b"43324", b"43325"), NOW)
    assert made.count(made.split(b"/ID [ <")[1][:32]) == 3


def test_an_offset_of_the_machine_becomes_none() -> None:
    said = b"/ModDate(D:20261122222252+08'00')"

    assert pdf.stamped(said, NOW) == b"/ModDate(D:20260924070000+00'00')"


@pytest.mark.skipif(not pdf.available(), reason="needs LibreOffice")
def test_two_conversions_of_one_paper_are_the_same_bytes() -> None:
    paper = OfficialDocument("青溪市政务公开工作情况", made_at=NOW)
    paper.body("专栏已上线，共公开文件12件。")
    data = paper.to_bytes()

    first, again = (pdf.from_docx(data, made_at=NOW) for _ in range(2))

    assert first is not None
    assert first == again


def test_without_libreoffice_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_PLACES", (str(tmp_path),))

    assert os.environ["PATH"] == str(tmp_path)
    assert not pdf.available()
    assert pdf.from_docx(b"a paper") is None
