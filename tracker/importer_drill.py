"""`drill importer`: damaged files against the importer, and what a refused upload leaves behind.

An edge, like the command line that calls it: it takes the time and opens transactions, in a database of its
own that is thrown away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine

from importers.drill import running
from importers.drill.mutating import Mutated, samples_in
from tracker.adapters.files import FolderFiles
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import UnreadableFile
from tracker.services import importing
from tracker.store import backup, migrating
from tracker.store.database import prepare_engine, session_factory, transaction

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
UPLOADED = 12


def drill(*, files: int, seed: int, jobs: int, now: datetime) -> Iterator[str]:
    """Do the drill and tell what came of it.

    Raises:
        DrillFailed: after the sentences, when something happened that must not.

    """
    account = running.run(samples_in(SAMPLES), files=files, seed=seed, jobs=jobs)
    yield from running.sentences(account, seed)
    uploaded = account.refused[:: max(1, len(account.refused) // UPLOADED)][:UPLOADED]
    marked = traces_of_refused(uploaded, now=now)
    yield from marked
    if not marked:
        yield f"其中 {len(uploaded)} 个按上传走了一遍：数据库和文件夹都没有变化。"
    if marked or not account.is_clean:
        raise DrillFailed
    yield "演练通过。"


class DrillFailed(Exception):
    """演练未通过，原因见上。"""


def traces_of_refused(files: Sequence[Mutated], *, now: datetime) -> list[str]:
    """Upload files that cannot be read, in a database of its own; say where one of them left something."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        engine = create_engine(f"sqlite:///{place / 'drill.db'}")
        prepare_engine(engine)
        try:
            migrating.upgrade(engine)
            before = backup.back_up(place / "drill.db", place / "before.db")
            for number, file in enumerate(files):
                sessions = session_factory(engine)
                try:
                    with sessions() as session, transaction(session):
                        importing.upload(
                            session, SYSTEM, data=file.data, filename=file.name,
                            files=FolderFiles(place / "uploads"), now=now,
                        )
                    found.append(f"第 {file.number} 个（{file.name}）演练里被拒绝，上传时却读了出来。")
                except UnreadableFile:
                    pass
                after = backup.back_up(place / "drill.db", place / f"after{number}.db")
                found += [
                    f"第 {file.number} 个（{file.name}）被拒绝后，表 {each.table} 有了变化。"
                    for each in backup.differences(before, after)
                ]
            if (place / "uploads").exists():
                found.append("被拒绝的文件留在了上传文件夹里。")
        finally:
            engine.dispose()
    return found
