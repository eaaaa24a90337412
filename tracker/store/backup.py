"""Backups of the SQLite file while it is in use, and the proof that a copy is whole.

The copy is made with SQLite's online backup: it is consistent although others write, holds what is still
in the write-ahead log, and gets its name only when it is complete. PostgreSQL has `pg_dump` and archives
of its own (docs/deployment.md).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


class BackupFailed(Exception):
    """备份没有做成，原来的数据没有改动。请检查磁盘空间后再试。"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A table whose rows are not the same in a copy."""

    table: str
    here: int
    there: int


def back_up(source: Path, target: Path) -> Path:
    """Copy the database file `source` to `target`, checked, readable by the owner alone.

    Raises:
        BackupFailed: the copy could not be written or is not sound; nothing stands at `target`.

    """
    draft = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        draft.touch(mode=0o600)
        with closing(_open(source)) as original, closing(sqlite3.connect(draft)) as copy:
            original.backup(copy)
            # A backup is one file that stands alone; its log is folded in.
            copy.execute("PRAGMA journal_mode=DELETE")
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise BackupFailed(f"备份的校验没有通过（{answer}），请检查磁盘后再试。")
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(BackupFailed.__doc__) from error
    finally:
        draft.unlink(missing_ok=True)
    return target


def is_empty(path: Path) -> bool:
    """Whether there is nothing to lose: no file, or one without tables."""
    if not path.exists():
        return True
    with closing(_open(path)) as connection:
        return not _tables(connection)


def differences(here: Path, there: Path) -> list[Difference]:
    """The tables that are not equal row for row in two database files."""
    with closing(_open(here)) as one, closing(_open(there)) as other:
        names = sorted({*_tables(one), *_tables(other)})
        pairs = ((name, _rows(one, name), _rows(other, name)) for name in names)
        return [Difference(name, len(left), len(right)) for name, left, right in pairs if left != right]


def count_rows(path: Path) -> int:
    """All rows of all tables, for a report."""
    with closing(_open(path)) as connection:
        return sum(len(_rows(connection, name)) for name in _tables(connection))


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [str(name) for (name,) in connection.execute(query)]


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    if table not in _tables(connection):
        return []
    # The name comes from the database's own list of tables.
    return sorted(connection.execute(f'SELECT * FROM "{table}"'), key=repr)  # noqa: S608 - see above
