"""The ledger as a file, read again: both layouts say the same tasks, units and times as the ledger does."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from importers.draft import DraftPlan
from importers.readers import task_sheet as reader
from importers.reading import read_bytes
from tests.factories import NOW, TODAY
from tests.importers.compound_files import as_old
from tests.support.confirmed import confirm, settle, uploaded
from tests.support.qingxi import MemoryFiles
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.names import normalise
from tracker.domain.task_sheet import ROLE_FIELDS, KnownTask, names_in
from tracker.services import ledger_files, names, recognising, task_sheets
from tracker.services.ledger import LedgerFilter, LedgerQuery
from tracker.services.ledger_files import Layout
from tracker.services.sheet_tasks import known_tasks
from tracker.services.task_making import title_of
from tracker.services.task_sheets import Kind
from tracker.store.queries import imports
from tracker.store.tables import Plan

OFFICE = Actor(account_id=None, name="王主任", role="office")
ROOT = Path(__file__).parents[2]
SAMPLES = [path for path in sorted((ROOT / "samples").iterdir()) if path.suffix in {".html", ".txt", ".docx"}]
CORPUS = ROOT.parent / "shared" / "corpus"
REAL = [
    "seeds/dezhou-2023.txt", "seeds/jiangshan-2020.txt", "seeds/dongan-2022.txt", "seeds/shanwei-2023.txt",
    "formats/dezhou-table.docx", "formats/shanwei-table.pdf", "layouts/D03.txt", "layouts/D13.txt",
]  # fmt: skip


def imported(session: Session, path: Path) -> Plan:
    named = re.search(r"20\d\d", path.name)
    draft = uploaded(session, path.read_bytes(), path.name, year=int(named[0]) if named else 2026)
    settle(session, draft)
    return confirm(session, draft)


def exported(session: Session, plan: Plan, layout: Layout) -> bytes:
    query = LedgerQuery(LedgerFilter(plan_id=plan.id))
    return ledger_files.export(session, OFFICE, query, layout=layout, today=TODAY, now=NOW).content


def saved_again(content: bytes) -> bytes:
    """The file as another program would save it."""
    buffer = BytesIO()
    load_workbook(BytesIO(content)).save(buffer)
    return buffer.getvalue()


def without_hidden_pages(content: bytes) -> bytes:
    """What is left where a person copies the sheet into a new workbook."""
    book = load_workbook(BytesIO(content))
    for page in [page for page in book.worksheets if page.sheet_state != "visible"]:
        book.remove(page)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


Said = list[tuple[str, str, str, Counter[tuple[str, str]]]]
"""Each task: what is to be done, its title, its time as printed, its units with their roles."""


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


def said_by_ledger(tasks: tuple[KnownTask, ...]) -> Said:
    found: Said = []
    for task in tasks:
        groups = [part.group for part in task.parts]
        owed = Counter(
            (normalise(name), role.value)
            for role, column in ROLE_FIELDS.items()
            for name in names_in(task.cells[column], groups)
        )
        found.append((squeezed(task.text), squeezed(title_of(task.text)), squeezed(task.phrase), owed))
    return found


def said_by_file(plan: DraftPlan) -> Said:
    return [
        (
            squeezed(task.text), squeezed(title_of(task.text)), squeezed(task.deadline_text),
            Counter((normalise(part.unit), part.role) for part in task.assignments),
        )
        for task in plan.tasks
    ]  # fmt: skip


def come_back(session: Session, path: Path, layout: Layout) -> None:
    plan = imported(session, path)
    tasks = known_tasks(session, plan.id, OFFICE, cancelled=False)
    assert tasks

    content = exported(session, plan, layout)

    copies = [content, saved_again(content), as_old(content)]
    if layout is Layout.OFFICE:
        copies.append(without_hidden_pages(content))
    for data in copies:
        again = read_bytes(data, "台账.xlsx", plan.year)
        assert said_by_file(again) == said_by_ledger(tasks)
        assert [task.deadline.notation for task in again.tasks if task.deadline.certain] == [
            task.notation for task, back in zip(tasks, again.tasks, strict=True) if back.deadline.certain
        ]


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.name))
def test_a_plan_comes_back_from_either_layout(session: Session, path: Path, layout: Layout) -> None:
    come_back(session, path, layout)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents do not stand beside the project")
@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("path", REAL)
def test_a_real_plan_comes_back_from_either_layout(session: Session, path: str, layout: Layout) -> None:
    come_back(session, CORPUS / path, layout)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.name))
def test_the_offices_layout_brought_back_changes_nothing(session: Session, path: Path) -> None:
    plan = imported(session, path)
    files = MemoryFiles()

    for content in (exported(session, plan, Layout.OFFICE), saved_again(exported(session, plan, Layout.OFFICE))):
        facts = {"data": content, "filename": "台账.xlsx", "sheet": reader.read(content)}
        upload = task_sheets.keep(session, SYSTEM, **facts, files=files, now=NOW)  # type: ignore[arg-type]
        page = task_sheets.page(session, SYSTEM, upload_id=upload.id)
        assert {kind for kind, count in page.counts.items() if count} == {Kind.SAME}
        assert not page.says_something
        assert not page.grey


def test_the_public_layout_uploaded_names_the_same_units_and_is_known_for_the_same_plan(session: Session) -> None:
    """Whoever uploads what was published is told of the plan that it is, and has no name to answer for."""
    plan = imported(session, SAMPLES[0])
    content = exported(session, plan, Layout.PUBLIC)

    draft = uploaded(session, content, "任务清单.xlsx")

    assert not names.names_page(session, draft_id=draft.id).open
    assert draft.title == plan.title
    tasks = known_tasks(session, plan.id, OFFICE, cancelled=False)
    assert len(imports.rows(session, draft.id)) == len(tasks)
    proposed, _ = recognising.proposals(session, [draft])[draft.id]
    assert proposed is not None
    assert proposed.plan.id == plan.id
