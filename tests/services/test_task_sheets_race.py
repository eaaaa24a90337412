"""Two people confirm one task sheet at the same moment: its rows are made once, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.services.test_task_sheets import PHRASE, RESPONSIBLE, TEXT, Office
from tests.support.databases import opened
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import RuleViolated
from tracker.services import task_sheets
from tracker.services.task_sheets import Choices
from tracker.store.database import transaction
from tracker.store.tables import ImportBatch, Task


def test_two_confirmations_of_a_sheet_make_its_rows_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            office = Office(session)
            new = ((f"{TEXT}7", "新任务。"), (f"{RESPONSIBLE}7", "市教育局"), (f"{PHRASE}7", "9月底前"))
            page = office.bring(office.sheet(*new))
            upload_id, seen = page.upload.id, page.seen
        start = Barrier(2)

        def confirm(_: int) -> str:
            with Session(engine, expire_on_commit=False) as session:
                start.wait()
                try:
                    with transaction(session):
                        done = task_sheets.apply(
                            session, SYSTEM, upload_id=upload_id, seen=seen, choices=Choices(), now=NOW
                        )
                        return done.words
                except RuleViolated as error:
                    return type(error).__name__

        with ThreadPoolExecutor(2) as pool:
            told = sorted(pool.map(confirm, range(2)))

        with Session(engine) as session:
            assert told == ["SheetDecided", "新增1项"]
            assert session.scalars(select(func.count()).select_from(Task)).one() == 4
            assert session.scalars(select(func.count()).select_from(ImportBatch)).one() == 1
