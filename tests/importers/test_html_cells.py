"""The text of a web page's cell, in whatever wrappers it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from importers.readers.html_tables import table_cells
from importers.source import RawCell

_PIECES = st.sampled_from(["市司法局", "市 财政局", "\n  ", "\u3000", "\xa0", "、", "a  b", "<br>", "<!-- 注 -->", "&ensp;"])
_TAGS = st.sampled_from(["p", "div", "span", "b", "font", "script", "button", "li"])
_INSIDE = st.recursive(
    _PIECES,
    lambda inner: st.tuples(_TAGS, st.lists(inner, max_size=3)).map(lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"),
    max_leaves=6,
)


def _cells(rows: str) -> list[RawCell]:
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True)
    table = html.document_fromstring(f"<table>{rows}</table>", parser=parser).find(".//table")
    assert table is not None
    return [RawCell(*cell) for cell in table_cells(table)]


def _texts(cell: str) -> list[str]:
    return [each.text for each in _cells(f"<tr><td>{cell}</td><td>末</td></tr>")][:-1]


@given(st.lists(_INSIDE, max_size=4).map("".join))
def test_an_empty_line_at_the_end_of_a_cell_changes_nothing(inside: str) -> None:
    assert _texts(inside) == _texts(f"{inside}<div></div><br>")


@pytest.mark.parametrize(("inside", "text"), [
    ("市司法局", "市司法局"),
    ("\n <p>\n<span><b> 市司法局\n市财政局</b> </span></p>\u3000", "市司法局 市财政局"),
    ("<p>市司法局</p>、市财政局", "市司法局\n、市财政局"),
    ("<p>市司法局<br/>市财政局</p>", "市司法局\n市财政局"),
    ("<script>alert()</script>", ""),
    ("<p><button>展开</button></p>", ""),
    ("", ""),
])
def test_blocks_and_breaks_are_lines_and_wrappers_are_nothing(inside: str, text: str) -> None:
    assert _texts(inside) == [text]


def test_a_cell_over_several_rows_and_columns_moves_those_beside_it() -> None:
    rows = "<tr><td rowspan=2 colspan=2>一</td><td>二</td></tr><tr><td>三</td></tr><tr><td>四</td><td rowspan=9>五</td></tr>"
    places = [(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in _cells(rows)]
    assert places == [("一", 0, 0, 2, 2), ("二", 0, 2, 1, 1), ("三", 1, 2, 1, 1), ("四", 2, 0, 1, 1), ("五", 2, 1, 1, 1)]
