"""Tables on their side (转置的表): labels down the first column, one task in each of the others.

    工作任务 | 编制事项目录… | 标注失效文件…
    责任单位 | 县司法局     | 县财政局
    完成时限 | 4月底前      | 9月底前

Such a grid is turned before it is read; its cells keep their text and their place in the source.
"""

from __future__ import annotations

from importers.header_units import completed, unit_of
from importers.headers import Role, kind_of_header, role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.source import Cell, Grid

_LEAST_LABELS = 3
_LEAST_TASKS = 2
_MOST_LABELS = 20


def upright(grid: Grid) -> tuple[Grid, list[Cell]]:
    """Return a grid with its labels in the first row, and the cells of titles that its labels do not reach.

    A grid whose labels stand in the first row already comes back as it is.
    """
    if grid.width <= _LEAST_TASKS or grid.height > _MOST_LABELS:
        return grid, []
    matrix = grid.rows()
    rows = [index for index, row in enumerate(matrix) if len(_said(row)) > 1 or role_of(_first(row))]
    labels = [_first(matrix[index]) for index in rows]
    roles = [role_of(label) for label in labels]
    if len(rows) < _LEAST_LABELS or not all(roles) or len(set(labels)) < len(labels):
        return grid, []
    if not _told(matrix, rows, roles) or kind_of_header([cell.value for cell in _said(matrix[rows[0]])]):
        return grid, []
    kept = {index: place for place, index in enumerate(rows)}
    cells, titles = [], []
    for cell in grid.cells:
        if cell.row in kept:
            down = sum(1 for index in range(cell.row, cell.row + cell.row_span) if index in kept)
            cells.append(cell._replace(
                row=cell.column, column=kept[cell.row], row_span=cell.column_span, column_span=down))
        elif cell.value:
            titles.append(cell)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(grid.name, tuple(cells), grid.width, len(rows)), titles


def _first(row: list[Cell | None]) -> str:
    return row[0].value if row[0] is not None else ""


def _said(row: list[Cell | None]) -> list[Cell]:
    found: list[Cell] = []
    for cell in row:
        if cell is not None and cell.value and (not found or cell is not found[-1]):
            found.append(cell)
    return found


def _told(matrix: list[list[Cell | None]], rows: list[int], roles: list[Role | None]) -> bool:
    """Whether the other cells of a row hold the units or times that its label asks for; none is a label."""
    sure = told = False
    for index, role in zip(rows, roles, strict=True):
        values = [cell.value for cell in _said(matrix[index])[1:]]
        if any(role_of(value) not in {None, "content", "note"} for value in values):
            return False
        told = told or (role == "content" and len(values) >= _LEAST_TASKS)
        if role == "deadline" and (unit := unit_of([_first(matrix[index])])):
            values = [completed(value, unit) for value in values]
        if role in UNIT_ROLES or role == "deadline":
            looks = looks_like_deadline if role == "deadline" else looks_like_units
            if sum(1 for value in values if looks(value)) * 2 < len(values):
                return False
            sure = sure or len(values) >= _LEAST_TASKS
    return sure and told
