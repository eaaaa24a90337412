"""Real plans all the way from their bytes to tasks, where the documents stand beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.confirmed import confirm, settle, uploaded
from tracker.adapters.pinyin import search_keys
from tracker.domain.actor import SYSTEM
from tracker.services import check_page, draft_rows, names
from tracker.services.names import Meaning
from tracker.services.readiness import Obstacle
from tracker.store.queries import imports
from tracker.store.tables import Checkpoint, Clause, ImportDraft, Task

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents do not stand beside the project"),
]


def upload(session: Session, path: str) -> ImportDraft:
    document = CORPUS / path
    return uploaded(session, document.read_bytes(), document.name)


@pytest.mark.parametrize(
    ("path", "tasks"),
    [
        ("seeds/dezhou-2023.txt", 40),
        ("seeds/jiangshan-2020.txt", None),
        ("seeds/dongan-2022.txt", None),
        ("formats/shanwei-table.docx", 18),
        ("formats/shanwei-table.xlsx", 18),
        ("formats/shanwei-table.html", 18),
    ],
)
def test_a_real_plan_becomes_tasks(session: Session, path: str, tasks: int | None) -> None:
    draft = upload(session, path)
    settle(session, draft)
    if draft.year is None:
        draft.year = 2023

    plan = confirm(session, draft)

    made = list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.serial)))
    assert len(made) == (tasks or len(draft.rows))
    clauses = list(session.scalars(select(Clause).where(Clause.plan_id == plan.id)))
    assert {task.clause_id for task in made} == {clause.id for clause in clauses if clause.kind == "task"}
    dated = [task for task in made if task.due_on]
    points = session.scalars(select(Checkpoint.task_id).where(Checkpoint.plan_id == plan.id)).all()
    assert {task.id for task in dated} <= set(points)


@pytest.mark.parametrize("path", ["seeds/dezhou-2023.txt", "seeds/jiangshan-2020.txt"])
def test_nothing_of_a_real_plan_is_out_of_sight(session: Session, path: str) -> None:
    draft = upload(session, path)
    rows = imports.rows(session, draft.id)
    text = draft.draft["text"]
    covered = [False] * len(text)

    for segment in draft_rows.segments_of(draft, rows):
        if segment.row is not None:
            covered[segment.start : segment.end] = [True] * (segment.end - segment.start)
    for passage in draft_rows.others(draft, rows):
        covered[passage.start : passage.end] = [True] * (passage.end - passage.start)

    hidden = "".join(character for character, seen in zip(text, covered, strict=True) if not seen)
    assert hidden.strip() == ""
    lines = check_page.check_page(session, draft_id=draft.id).lines
    shown = "".join(piece.text for line in lines for piece in line.pieces)
    assert "".join(shown.split()) == "".join(text.split())


def test_the_list_that_jiangshan_attaches_names_its_units(session: Session) -> None:
    draft = upload(session, "seeds/jiangshan-2020.txt")

    before = names.names_page(session, draft_id=draft.id)
    made = names.create_units(
        session, SYSTEM, draft_id=draft.id, printed=before.register_new, spell=search_keys, now=NOW
    )
    after = names.names_page(session, draft_id=draft.id)

    assert len(made) == 47
    open_names = {line.printed: line for line in after.open}
    assert open_names["各乡镇(街道)"].collective
    # 市人社局 and 人力社保局 are one body: said by a person, only suggested by the program.
    assert open_names["市人社局"].resolution.meaning is Meaning.OPEN
    assert open_names["市人社局"].units[0].name == "人力社保局"
    assert open_names["市发改局"].units[0].name == "发改局"


def test_a_report_is_no_plan(session: Session) -> None:
    draft = upload(session, "seeds/panjin-2023.txt")

    page = check_page.check_page(session, draft_id=draft.id)

    assert not page.is_plan
    assert page.findings
    assert page.counts["others"] > 10
    assert [found.obstacle for found in page.left.blocked] == [Obstacle.NO_TASK]
