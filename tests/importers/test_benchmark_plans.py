"""What the benchmark of the importer stands on: the same plan each time, and bare walks that see every cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

import importers
from benchmarks import bare, importer, plans
from benchmarks.measure import Line
from importers.reading import reader_of
from importers.source import Grid

ROWS = 60


def test_a_plan_is_the_same_whenever_it_is_made() -> None:
    assert plans.rows(ROWS) == plans.rows(ROWS)
    assert plans.page(ROWS) == plans.page(ROWS)
    assert _body(plans.word(ROWS)) == _body(plans.word(ROWS))


def test_a_merged_section_covers_the_rows_that_it_says() -> None:
    rows = plans.rows(ROWS)

    assert sum(row.rows for row in rows) == ROWS
    assert all(bool(row.section) == bool(row.rows) for row in rows)
    assert len({row.task for row in rows}) == ROWS


@pytest.mark.parametrize(
    ("write", "walk", "kind"),
    [(plans.word, bare.walk_word, "docx"), (plans.page, bare.walk_page, "html")],
    ids=["Word", "a web page"],
)
def test_the_bare_walk_sees_the_cells_that_the_importer_sees(
    write: Callable[[int], bytes], walk: Callable[[bytes], bare.Grid], kind: str,
) -> None:
    data = write(ROWS)

    seen = walk(data)

    blocks = reader_of("docx" if kind == "docx" else "html")(data, "计划").blocks
    matrix = next(block for block in blocks if isinstance(block, Grid)).rows()
    places = {(down, across): cell for down, row in enumerate(matrix) for across, cell in enumerate(row) if cell}
    assert seen.keys() == places.keys()
    assert len(seen) == (ROWS + 1) * len(plans.HEADER)
    assert all(_bare(text) == _bare(places[place].value) for place, text in seen.items())


def test_the_workbook_holds_the_rows_and_its_merged_sections() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(plans.workbook(ROWS))).active

    assert sheet is not None
    printed = [tuple(str(value or "") for value in row) for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert printed == [row.cells for row in plans.rows(ROWS)]
    assert len(sheet.merged_cells.ranges) == 1 + sum(row.rows > 1 for row in plans.rows(ROWS))


@pytest.mark.parametrize("kind", importer.CASES)
def test_each_format_gives_the_same_tasks(kind: str) -> None:
    plan = importers.read_bytes(importer.CASES[kind].write(ROWS), "计划")

    assert [_bare(task.text) for task in plan.tasks] == [_bare(row.task) for row in plans.rows(ROWS)]
    assert all(task.assignments for task in plan.tasks)
    assert [_bare(task.headings[-1]) for task in plan.tasks] == _sections()


def test_a_figure_beyond_its_target_is_marked() -> None:
    assert "超出目标" in str(Line("读成草稿", 0.7, "倍", target=0.6))
    assert "超出目标" not in str(Line("读成草稿", 0.5, "倍", target=0.6))


def _sections() -> list[str]:
    found: list[str] = []
    for row in plans.rows(ROWS):
        found.append(row.section or found[-1])
    return found


def _body(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml")


def _bare(text: str) -> str:
    return "".join(text.split())
