"""Word files of varieties before 1997: antiword, then LibreOffice, then a sentence."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from importers import conversion, reading
from importers.readers import doc, doc_antiword
from importers.reading import read_bytes, read_safely
from importers.source import Grid
from tests.importers.files import CLEAN, word_file
from tests.importers.word_binary import Piece, WordBinary
from tracker.domain.errors import UnreadableFile

OLD = WordBinary([Piece("甲\r")], version=0x0065).to_bytes()
DOCBOOK = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.1.2//EN" "docbookx.dtd">
<book><bookinfo><author><surname>x</surname></author></bookinfo><chapter><title/>
<para>
2023年青溪市政务公开工作要点
</para>
<para><informaltable><tgroup><tbody>
<row><entry>任务</entry><entry>责任单位</entry><entry>时限</entry></row>
<row><entry>{CLEAN}</entry><entry>
牵头：市司法局
配合：市财政局
</entry><entry>6月底前</entry></row>
</tbody></tgroup></informaltable></para></chapter></book>
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH: no program is installed but those that a test writes into it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _program(folder: Path, name: str, script: str) -> None:
    place = folder / name
    place.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n", encoding="utf-8")
    place.chmod(0o755)


def test_docbook_gives_paragraphs_and_tables() -> None:
    document = doc_antiword.from_docbook(DOCBOOK.encode(), OLD, "x.doc")

    assert document is not None
    assert document.text.split("\n")[0] == ""
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    assert (grid.height, grid.width) == (2, 3)
    assert "x" not in document.text
    assert "牵头：市司法局\n配合：市财政局" in document.text


@pytest.mark.parametrize("docbook", ["", "no XML", "<book><chapter><title/></chapter></book>"])
def test_docbook_without_text_is_nothing(docbook: str) -> None:
    assert doc_antiword.from_docbook(docbook.encode(), OLD, "x.doc") is None


@pytest.mark.usefixtures("programs")
def test_where_nothing_is_installed_the_sentence_says_what_to_do() -> None:
    with pytest.raises(conversion.NeedsConversion, match=r"另存为 \.docx"):
        doc.read(OLD, "x.doc")
    with pytest.raises(UnreadableFile, match=r"另存为 \.docx"):
        read_safely(OLD, "x.doc")


@posix
def test_antiword_reads_inside_the_limited_child(programs: Path) -> None:
    (programs / "book.xml").write_text(DOCBOOK, encoding="utf-8")
    _program(programs, "antiword", f'test "$1 $2 $3" = "-x db -" && test -n "$(head -c 1)" && cat "{programs}/book.xml"')

    plan = read_safely(OLD, "旧.doc", 2023)

    assert [(task.text, task.deadline.notation) for task in plan.tasks] == [(CLEAN, "date:2023-06-30")]


@posix
def test_nothing_is_left_of_a_document_whose_reading_is_stopped(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(reading, "_SECONDS", 2)
    _program(programs, "antiword", f'echo $$ > "{programs}/pid"; sleep 60')

    with pytest.raises(UnreadableFile, match="用时过长"):
        read_safely(OLD, "旧.doc")

    assert _ended(int((programs / "pid").read_text()))
    assert list(temporary.iterdir()) == []


@posix
def test_libreoffice_converts_what_antiword_refuses(programs: Path) -> None:
    made = word_file(["2023年青溪市政务公开工作要点"], [["任务", "责任单位", "时限"], [CLEAN, "市司法局", "6月底前"]])
    (programs / "made.docx").write_bytes(made)
    _program(programs, "antiword", "exit 1")
    _program(programs, "soffice", f'for last; do :; done; cp "{programs}/made.docx" "${{last%.doc}}.docx"')

    plan = read_safely(OLD, "旧.doc", 2023)

    assert [task.text for task in plan.tasks] == [CLEAN]
    # The plan names the file that was handed in: LibreOffice writes other bytes each time.
    assert plan.source.sha256 == hashlib.sha256(OLD).hexdigest()
    assert (plan.source.filename, plan.source.format) == ("旧.doc", "doc")


@posix
def test_a_conversion_that_hangs_is_ended_with_all_that_it_started(
    programs: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversion, "_SECONDS", 2)
    _program(programs, "soffice", f'sleep 60 & echo $! > "{programs}/pid"; wait')

    assert conversion.to_docx(OLD) is None

    started = int((programs / "pid").read_text())
    assert _ended(started)


def _ended(process: int) -> bool:
    """Whether a process is gone, or waits only to be taken note of."""
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{process}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_a_known_variety_needs_no_other_program(programs: Path) -> None:
    plan = read_bytes((Path(__file__).parent / "fixtures" / "分工表.doc").read_bytes(), "分工表.doc", 2023)

    assert len(plan.tasks) == 3
    assert shutil.which("antiword") is None
    assert list(programs.iterdir()) == []


@posix
def test_what_libreoffice_blows_up_is_not_taken_into_the_server(programs: Path) -> None:
    _program(programs, "soffice", "dd if=/dev/zero of=in.docx bs=1048576 seek=80 count=1")

    assert conversion.to_docx(OLD) is None


@posix
def test_without_a_place_for_temporary_files_the_sentence_says_how_to_save(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(programs, "soffice", "exit 0")
    monkeypatch.setattr(tempfile, "tempdir", str(programs / "gone"))

    with pytest.raises(UnreadableFile, match="另存为"):
        read_safely(OLD, "x.doc")
