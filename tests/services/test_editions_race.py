"""Two people confirm one revision, or undo one batch, at the same moment: one does it, the other is told."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.at_once import at_once
from tests.support.databases import opened
from tests.support.editions import FIRST, NEW, directory, imported, revision
from tracker.domain.actor import SYSTEM
from tracker.services import importing, revising, undoing
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.tables import ImportBatch, Task


def both(engine: Engine, act: Callable[[Session], str]) -> list[str]:
    """What two people get who do the same at once: their result, or the name of the error they are told."""
    return sorted(str(came.answer) if came.done else came.word for came in at_once(engine, act, act))


def test_two_confirmations_of_a_revision_make_its_changes_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            directory(session)
            plan = imported(session)
            draft = revision(session, plan, [*FIRST, NEW])
            draft_id, version = draft.id, draft.version

        def confirm(session: Session) -> str:
            done = revising.confirm(
                session, SYSTEM, draft_id=draft_id, version=version, accepted=EVERY_CONCERN, now=NOW
            )
            return f"#{len(done.made)}"

        told = both(engine, confirm)

        with Session(engine) as session:
            assert told == ["#5", importing.KnownFile.__name__]
            assert session.scalars(select(func.count()).select_from(Task)).one() == 5


def test_two_undoings_take_a_batch_back_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            directory(session)
            imported(session)
            batch_id = session.scalars(select(ImportBatch.id)).one()

        told = both(
            engine,
            lambda session: undoing.undo(session, SYSTEM, batch_id=batch_id, now=NOW).words,
        )

        with Session(engine) as session:
            assert told == [
                undoing.AlreadyUndone.__name__,
                "撤回4项，这份文件的台账已撤去。草稿已重新打开，可以更正后再确认。",
            ]
            assert session.scalars(select(func.count()).select_from(Task)).one() == 0
