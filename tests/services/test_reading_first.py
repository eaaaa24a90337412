"""A confirmation that is worked out before the database writes: others write meanwhile, and nothing is missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.databases import opened
from tests.support.editions import FIRST, NEW, directory, imported, revision
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.services import auditing, importing, reading_first, revising, undoing
from tracker.services import tasks as task_service
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.database import begin_to_write, transaction
from tracker.store.tables import BatchChange, ImportBatch, ImportDraft, Task, Unit

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine, Callable[[Session], object]], None]:
    """Lets somebody else write at the last moment before a confirmation takes its locks, once."""

    def arrange(engine: Engine, act: Callable[[Session], object]) -> None:
        waiting = [act]

        def begin(session: Session) -> None:
            if waiting:
                with Session(engine) as other, transaction(other):
                    waiting.pop()(other)
            begin_to_write(session)

        monkeypatch.setattr(reading_first, "begin_to_write", begin)

    return arrange


Meanwhile = Callable[[Engine, Callable[[Session], object]], None]


def waiting_revision(engine: Engine) -> tuple[int, int]:
    """A plan of four tasks and a revision of it with a fifth; the draft's id and version."""
    with Session(engine, expire_on_commit=False) as session, transaction(session):
        directory(session)
        draft = revision(session, imported(session), [*FIRST[:3], NEW])
        return draft.id, draft.version


def confirm(engine: Engine, draft_id: int, version: int) -> revising.Revised:
    with Session(engine, expire_on_commit=False) as session, transaction(session, reads_first=True):
        return revising.confirm(
            session, SYSTEM, draft_id=draft_id, version=version, accepted=EVERY_CONCERN, now=NOW
        )


def first_task(session: Session) -> Task:
    return session.scalars(select(Task).where(Task.serial == 4)).one()


def test_nothing_is_written_before_the_transaction_says_so(engine_url: str) -> None:
    with opened(engine_url) as engine:
        draft_id, version = waiting_revision(engine)
        said: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))

        confirm(engine, draft_id, version)

        verbs = [statement.split()[0].upper() for statement in said]
        first_write = min(verbs.index(verb) for verb in ("INSERT", "UPDATE") if verb in verbs)
        locked = [
            place
            for place, statement in enumerate(said)
            if "IMMEDIATE" in statement or "FOR UPDATE" in statement
        ]
        assert locked
        assert locked[0] < first_write
        assert verbs[: locked[0]].count("SELECT") > 10, "the reading is done before"


def test_a_task_that_is_cancelled_meanwhile_is_not_cancelled_twice(
    engine_url: str, meanwhile: Meanwhile
) -> None:
    with opened(engine_url) as engine:
        draft_id, version = waiting_revision(engine)

        def cancel(session: Session) -> None:
            task = first_task(session)
            task_service.cancel(
                session, SYSTEM, task_id=task.id, version=task.version, reason="重复", now=NOW
            )

        meanwhile(engine, cancel)
        done = confirm(engine, draft_id, version)

        assert done.words == "已按修订版更新：新增1项。原有报送、佐证都在。"
        with Session(engine) as session:
            kinds = select(BatchChange.kind).join(ImportBatch).where(ImportBatch.kind == "revision")
            assert session.scalars(kinds).all() == ["new"]
            assert auditing.verify(session).broken is None


def test_a_draft_that_is_corrected_meanwhile_is_stale(engine_url: str, meanwhile: Meanwhile) -> None:
    with opened(engine_url) as engine:
        draft_id, version = waiting_revision(engine)
        meanwhile(
            engine,
            lambda session: session.execute(update(ImportDraft).values(version=ImportDraft.version + 1)),
        )

        with pytest.raises(VersionConflict):
            confirm(engine, draft_id, version)

        with Session(engine) as session:
            assert session.scalars(select(func.count()).select_from(Task)).one() == 4


def test_a_unit_that_gets_another_name_meanwhile_is_asked_for_again(
    engine_url: str, meanwhile: Meanwhile
) -> None:
    with opened(engine_url) as engine:
        draft_id, version = waiting_revision(engine)
        renamed = update(Unit).where(Unit.name == "市司法局").values(name="市法治局")
        meanwhile(engine, lambda session: session.execute(renamed))

        with pytest.raises(importing.NotReady, match="单位名称还没有对应"):
            confirm(engine, draft_id, version)


def test_the_second_of_two_undoings_is_told_though_it_read_before_the_first(
    engine_url: str, meanwhile: Meanwhile
) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, transaction(session):
            directory(session)
            imported(session)
            batch_id = session.scalars(select(ImportBatch.id)).one()
        meanwhile(engine, lambda session: undoing.undo(session, SYSTEM, batch_id=batch_id, now=NOW))

        with (
            Session(engine) as session,
            pytest.raises(undoing.AlreadyUndone),
            transaction(session, reads_first=True),
        ):
            undoing.undo(session, SYSTEM, batch_id=batch_id, now=LATER)


def test_a_plan_is_made_once_though_both_have_drawn_it_up(engine_url: str, meanwhile: Meanwhile) -> None:
    with opened(engine_url) as engine:
        draft_id, version = waiting_revision(engine)

        def by_somebody_else(session: Session) -> None:
            revising.confirm(
                session, SYSTEM, draft_id=draft_id, version=version, accepted=EVERY_CONCERN, now=NOW
            )

        meanwhile(engine, by_somebody_else)

        with pytest.raises(RuleViolated) as told:
            confirm(engine, draft_id, version)

        assert isinstance(told.value, importing.KnownFile)
        with Session(engine) as session:
            assert session.scalars(select(func.count()).select_from(Task)).one() == 5
