"""Backups: complete while others write, checked, and never half a file."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tracker.store import backup


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A database in WAL mode with two tables."""
    path = tmp_path / "原件 #1.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript("CREATE TABLE task (id INTEGER, name TEXT); CREATE TABLE unit (id INTEGER);")
        connection.execute("INSERT INTO task VALUES (1, '公开规划'), (2, NULL)")
        connection.commit()
    return path


def test_a_copy_holds_what_still_stands_in_the_log(original: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(original)) as writer:
        writer.execute("INSERT INTO unit VALUES (7)")
        writer.commit()
        assert original.with_name(original.name + "-wal").stat().st_size > 0

        copy = backup.back_up(original, tmp_path / "backups" / "copy.db")

    assert backup.differences(original, copy) == []
    assert backup.count_rows(copy) == 3
    assert [path.name for path in copy.parent.iterdir()] == ["copy.db"], "one file that stands alone"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_a_copy_is_for_its_owner_alone(original: Path, tmp_path: Path) -> None:
    copy = backup.back_up(original, tmp_path / "copy.db")

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_difference_is_named_with_its_table(original: Path, tmp_path: Path) -> None:
    copy = backup.back_up(original, tmp_path / "copy.db")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DELETE FROM task WHERE id = 2")
        connection.execute("DROP TABLE unit")
        connection.commit()

    assert backup.differences(original, copy) == [backup.Difference("task", 2, 1)]


def test_a_changed_value_is_a_difference_though_the_count_is_right(original: Path, tmp_path: Path) -> None:
    copy = backup.back_up(original, tmp_path / "copy.db")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE task SET name = '别的' WHERE id = 1")
        connection.commit()

    assert backup.differences(original, copy) == [backup.Difference("task", 2, 2)]


def test_a_damaged_database_leaves_no_copy_behind(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is not a database, though it is long enough" * 100)

    with pytest.raises(backup.BackupFailed, match="备份没有做成"):
        backup.back_up(damaged, tmp_path / "copy.db")

    assert [path.name for path in tmp_path.iterdir()] == ["damaged.db"]


def test_a_database_that_is_not_there_leaves_no_copy_behind(tmp_path: Path) -> None:
    with pytest.raises(backup.BackupFailed):
        backup.back_up(tmp_path / "none.db", tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_an_earlier_copy_survives_a_failed_one(original: Path, tmp_path: Path) -> None:
    copy = backup.back_up(original, tmp_path / "copy.db")

    with pytest.raises(backup.BackupFailed):
        backup.back_up(tmp_path / "none.db", copy)

    assert backup.differences(original, copy) == []


def test_empty_means_nothing_to_lose(original: Path, tmp_path: Path) -> None:
    (tmp_path / "zero.db").touch()

    assert backup.is_empty(tmp_path / "none.db")
    assert backup.is_empty(tmp_path / "zero.db")
    assert not backup.is_empty(original)
