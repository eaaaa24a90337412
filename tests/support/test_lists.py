"""The counting of lists itself: what a page states, what stands on it, and what differs."""

from __future__ import annotations

import pytest
from flask import Flask, request
from lxml import html

from tests.support.lists import Listed, open_list, rows_of, the_list

TABLE = '<table data-count="2"><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>'


@pytest.mark.parametrize(
    ("body", "fragment", "rows"),
    [
        (TABLE, "", 2),
        (f"<table><tbody><tr></tr></tbody></table>{TABLE}", "", 2),
        ('<ol data-count="1"><li><ul><li>a</li><li>b</li></ul></li></ol>', "", 1),
        (
            '<div data-count="2"><p data-row></p><table><tbody><tr></tr></tbody></table><p data-row></p></div>',
            "",
            2,
        ),
        ('<div data-count="0"><div class="empty"></div></div>', "", 0),
        ('<div class="empty">没有</div>', "", 0),
        (f'<ul data-count="0"></ul><section><h2 id="here">这里</h2>{TABLE}</section>', "here", 2),
        (f'<ul data-count="0"></ul><section id="here">{TABLE}</section>', "here", 2),
        ('<a href="/" data-count="7">7</a><table><tbody><tr></tr></tbody></table>', "", 1),
    ],
)
def test_a_list_has_the_rows_that_stand_in_it(body: str, fragment: str, rows: int) -> None:
    found = the_list(html.document_fromstring(f"<main>{body}</main>"), fragment)

    assert rows_of(found) == rows


def test_a_page_without_any_list_has_none() -> None:
    assert the_list(html.document_fromstring("<main><p>3</p></main>"), "") is None


def test_all_pages_of_a_list_are_counted_and_a_wrong_statement_is_seen() -> None:
    app = Flask("lists")

    @app.get("/right")
    @app.get("/wrong")
    def pages() -> str:
        number = request.args.get("page", 1, type=int)
        stated = 6 if request.path == "/right" else 7
        ahead = f'<a rel="next" href="?page={number + 1}">下一页</a>' if number < 3 else ""
        return f"<html><main>{TABLE.replace('2', str(stated), 1)}{ahead}</main></html>"

    client = app.test_client()

    assert open_list(client, "/right") == Listed(6, 6)
    assert open_list(client, "/right").is_of(6)
    assert not open_list(client, "/wrong").is_of(6)
    assert not open_list(client, "/wrong").is_of(7)
