"""The same facts make the same file, byte for byte; what may differ is declared, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import localtime

import pytest
from openpyxl import load_workbook

from importers import marked_sheet
from tests.documents import papers
from tests.factories import NOW
from tracker.domain import sealing

UNDATED = {"空白任务表", "样板"}
"""What is made of no facts says no moment."""
LATER = NOW + timedelta(days=100, seconds=7)


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


@pytest.mark.parametrize("name", papers.EVERY)
def test_two_renderings_of_the_same_facts_are_the_same_bytes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = papers.EVERY[name](NOW)

    monkeypatch.setattr("time.localtime", lambda _=None: localtime(86_400 * 20_000))
    again = papers.EVERY[name](NOW)

    assert first == again


@pytest.mark.parametrize("name", papers.EVERY)
def test_another_moment_changes_the_declared_stamps_only(name: str) -> None:
    first, later = (members(papers.EVERY[name](moment)) for moment in (NOW, LATER))

    assert list(first) == list(later)
    changed = {each for each in first if first[each] != later[each]}
    undated = name in papers.PACKED or name in UNDATED
    assert changed == (set() if undated else set(sealing.STAMPS))


def test_another_process_makes_the_same_bytes() -> None:
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-m", "tests.documents.papers", NOW.isoformat()],
        cwd=root, env=os.environ | {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "PYTHONUTF8": "1"},
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip

    ours = [f"{sha256(make(NOW)).hexdigest()}  {name}" for name, make in papers.EVERY.items()]
    assert told.stdout.splitlines() == ours


@pytest.mark.parametrize("name", papers.EVERY)
def test_a_member_says_neither_when_nor_where_it_was_packed(name: str) -> None:
    with zipfile.ZipFile(BytesIO(papers.EVERY[name](NOW))) as archive:
        said = {(part.date_time, part.create_system, part.external_attr) for part in archive.infolist()}

    assert said == {((1980, 1, 1, 0, 0, 0), 3, 0o644 << 16)}


@pytest.mark.parametrize("name", [*papers.WORD, *papers.SHEETS])
def test_a_paper_names_no_program_and_no_person(name: str) -> None:
    core = members(papers.EVERY[name](NOW))["docProps/core.xml"].decode()

    assert "python" not in core
    assert "openpyxl" not in core
    if name not in UNDATED:
        assert core.count("2026-09-24T07:00:00Z") == 2


def test_a_sheet_with_marks_keeps_the_stamps_of_the_persons_file() -> None:
    book = load_workbook(BytesIO(papers.SHEETS["台账"](NOW)))
    book.properties.created = datetime(2025, 3, 1, 8, 30)
    kept = BytesIO()
    book.save(kept)
    theirs = sealing.sealed(kept.getvalue(), made_at=NOW, created=datetime(2025, 3, 1, 8, 30, tzinfo=UTC))

    marked = [marked_sheet.mark(theirs, {5: [("days", "没有这一天")]}) for _ in range(2)]

    assert marked[0] == marked[1]
    core = members(marked[0])["docProps/core.xml"].decode()
    assert "2025-03-01T08:30:00Z" in core
    assert "2026-09-24T07:00:00Z" in core


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        sealing.sealed(papers.WORD["督办单"](NOW), made_at=NOW.replace(tzinfo=None))
