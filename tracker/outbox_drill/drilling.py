"""`drill outbox`: the drill on either engine, in a database of its own that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker import own_postgres
from tracker.domain.errors import RuleViolated
from tracker.outbox_drill import running


class DrillFailed(RuleViolated):
    """演练未通过，原因见上。"""


def drill(*, engine: str, kills: int, seed: int) -> Iterator[str]:
    """Do the drill and tell what came of it.

    Raises:
        DrillFailed: after the sentences, when something is missing or was repeated without need.
        NoPostgres: there is no PostgreSQL on this machine to be started.

    """
    with tempfile.TemporaryDirectory(prefix="taizhang-drill-") as name:
        folder = Path(name)
        with database_of(engine, folder) as url:
            account = running.run(url, folder / "data", kills=kills, seed=seed)
    yield from running.sentences(account, engine, seed)
    if not account.is_clean:
        raise DrillFailed
    yield "演练通过。"


@contextmanager
def database_of(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database on an engine, as long as the drill lasts."""
    if engine == "sqlite":
        yield f"sqlite:///{(folder / 'drill.db').as_posix()}"
        return
    with own_postgres.running() as server:
        yield server.url(server.create())
