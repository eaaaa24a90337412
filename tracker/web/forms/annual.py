"""The tables of the annual report, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from wtforms import RadioField
from wtforms.validators import InputRequired

from tracker.domain import annual_tables as tables
from tracker.services.annual import CLOCKS, LARGEST, TABLE
from tracker.web.forms.base import VersionedForm, options

CELL = "cell-"
YUAN = 10_000
"""Money is typed in 万元 and kept in 元."""


class TablesForm(VersionedForm):
    """年报表"""

    counted_from = RadioField(
        "依申请公开的件数",
        choices=options([(CLOCKS, "以时限台账为准，表里的数要与它一致"), (TABLE, "以这张表为准")]),
        validators=[InputRequired("请选择依申请公开的件数以哪里为准。")],
    )


def name_of(row: tables.Row, column: tables.Column) -> str:
    """The name of a cell's field."""
    return f"{CELL}{row.key}-{column.key}"


def read_cells(form: Mapping[str, str]) -> tuple[dict[tuple[str, str], int], dict[str, str]]:
    """What stands in the cells, and a sentence for each that holds no number; an empty cell is none."""
    cells: dict[tuple[str, str], int] = {}
    wrong: dict[str, str] = {}
    for each in tables.FORMS:
        for row, column in each.cells():
            text = form.get(name_of(row, column), "").strip().replace(",", "").replace("，", "")
            if not text:
                continue
            number = _number(text, YUAN if column == tables.CHARGED else 1)
            if number is None:
                where = f"{row.label.split('．')[-1]}“{column.label}”"
                wrong[name_of(row, column)] = f"{where}请填数字，现在填的是“{text[:20]}”。"
            else:
                cells[row.key, column.key] = number
    return cells, wrong


def shown(value: int | None, column: tables.Column) -> str:
    """A kept number as it is typed."""
    if value is None:
        return ""
    return f"{Decimal(value) / YUAN:f}" if column == tables.CHARGED else str(value)


def _number(text: str, unit: int) -> int | None:
    try:
        number = Decimal(text) * unit
    except InvalidOperation:
        return None
    fits = number.is_finite() and number == number.to_integral_value() and 0 <= number <= LARGEST
    return int(number) if fits else None
