"""People who act in the same moment, each in a session and a thread of their own, as requests have them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.store.database import session_factory, transaction

Act = Callable[[Session], object]
PATIENCE = 30.0
"""Seconds; a deadlock is noticed by PostgreSQL after one."""


@dataclass(frozen=True, slots=True)
class CameTo:
    """What one person came to: an answer, or the sentence of the rule that refused."""

    answer: object = None
    refused: RuleViolated | None = None

    @property
    def done(self) -> bool:
        return self.refused is None

    @property
    def word(self) -> str:
        """`done`, or the name of the rule that refused."""
        return type(self.refused).__name__ if self.refused else "done"

    @property
    def sentence(self) -> str:
        return self.refused.message if self.refused else ""


def at_once(engine: Engine, *acts: Act) -> list[CameTo]:
    """Let each act in the same moment; what each came to, in their order.

    A refusal is a sentence. What a page has no sentence of its own for (the driver's error of a second row, a
    deadlock, a lock that was waited for in vain) is raised: it fails the test.
    """
    start = Barrier(len(acts))

    def one(act: Act) -> CameTo:
        with session_factory(engine)() as session:
            start.wait(PATIENCE)
            try:
                with transaction(session):
                    return CameTo(answer=act(session))
            except RuleViolated as error:
                return CameTo(refused=error)
            except StaleDataError:  # the edge says it with these words (`tracker.web.errors`)
                return CameTo(refused=VersionConflict())

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
