"""Two people confirm one draft, or upload one file, at the same moment."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_unit
from tests.support.at_once import at_once
from tests.support.databases import opened
from tests.support.qingxi import Item, MemoryFiles, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.services import importing
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.tables import ImportDraft, Plan

PROPOSAL = draft_plan([Item("推进公开。", [("responsible", "市司法局")], deadline="ongoing")])


def both(engine: Engine, act: Callable[[Session], int]) -> list[object]:
    """What two people get who do the same at once: a number, or the error they are told."""
    return [type(came.refused) if came.refused else came.answer for came in at_once(engine, act, act)]


def upload(session: Session) -> int:
    return importing.upload(
        session, SYSTEM, data=b"one", filename="要点.docx", files=MemoryFiles(), proposal=PROPOSAL, now=NOW
    ).id


def test_two_confirmations_at_once_make_one_plan(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            make_unit(session, "市司法局")
            draft_id = upload(session)

        told = both(
            engine,
            lambda session: (
                importing.confirm(
                    session, SYSTEM, draft_id=draft_id, version=1, accepted=EVERY_CONCERN, now=NOW
                ).id
            ),
        )

        with Session(engine) as session:
            (plan,) = session.scalars(select(Plan))
            assert sorted(map(str, told)) == sorted(map(str, [plan.id, importing.KnownFile]))


def test_two_uploads_at_once_make_one_draft(engine_url: str) -> None:
    with opened(engine_url) as engine:
        told = both(engine, upload)

        with Session(engine) as session:
            (draft,) = session.scalars(select(ImportDraft))
            assert sorted(map(str, told)) == sorted(map(str, [draft.id, importing.KnownFile]))
