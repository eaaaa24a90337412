"""How many rows the list behind a number has: what its page states, and what stands on all its pages.

A list is the element of a page that carries `data-count` and is no link itself: a table, whose rows are those
of its bodies; `ul` or `ol`, whose rows are its items; or anything else, whose rows are what it marks with
`data-row`, or else the rows of the tables in it. A page with several lists is asked for one by the fragment
of the address; without one the first is meant. A page that marks nothing is all the rows of its tables; one
that says that there is nothing (`.empty`) is a list without rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask.testing import FlaskClient
from lxml import html

MOST_PAGES = 60
LIST = ".//*[@data-count][not(self::a)][not(ancestor::a)]"


@dataclass(frozen=True)
class Listed:
    """A list: the number its page states (None where it states none) and the rows on all its pages."""

    stated: int | None
    rows: int

    def is_of(self, number: int) -> bool:
        """Whether it is the list of a number."""
        return self.rows == number and self.stated in {None, number}


def open_list(client: FlaskClient, address: str) -> Listed:
    """Open the list behind a link, page by page.

    Raises:
        AssertionError: a page does not open, or there is no list on it.

    """
    page, fragment = urldefrag(address)
    stated, rows, turned, text = None, 0, 0, ""
    following: str | None = _at_once(page)
    while following:
        assert turned < MOST_PAGES, f"{address} has no last page"
        answer = client.get(following, follow_redirects=True)
        assert answer.status_code == 200, f"{following}: {answer.status_code}"
        text = answer.get_data(as_text=True)
        tree = html.document_fromstring(text)
        found = the_list(tree, fragment)
        assert found is not None, f"{following} has no list that says how long it is"
        stated, rows, turned = _stated(found, stated), rows + rows_of(found), turned + 1
        ahead: Any = tree.xpath("//main//a[@rel='next']/@href")
        following = urljoin(following, str(ahead[0])) if ahead else None
    return Listed(stated, rows)


def _at_once(page: str) -> str:
    """The same list with all its rows on one page, where its family knows how."""
    return f"{page}{'&' if '?' in page else '?'}size=all" if page.startswith("/ledger") else page


def the_list(tree: Any, fragment: str) -> Any:
    """The list that an address means."""
    (main,) = tree.iter("main")
    if fragment:
        (named,) = main.xpath(".//*[@id=$name]", name=fragment) or (None,)
        if named is not None:
            inside = [named] if named.get("data-count") is not None else named.xpath(LIST)
            around = named.xpath("ancestor::*[self::section or self::details or self::div][1]")
            return next(iter(inside or (around[0].xpath(LIST) if around else [])), None)
    marked = main.xpath(LIST)
    bare = main.xpath(".//table") or main.xpath(".//*[@class='empty']")
    return marked[0] if marked else main if bare else None


def rows_of(found: Any) -> int:
    """How many rows a list shows."""
    if found.tag == "table":
        return len(found.xpath("./tbody/tr[not(@data-aside)]"))
    if found.tag in {"ul", "ol"}:
        return len(found.xpath("./li"))
    marked = found.xpath(".//*[@data-row]")
    return len(marked) if marked else len(found.xpath(".//table/tbody/tr"))


def _stated(found: Any, before: int | None) -> int | None:
    if found.get("data-count") is None:
        return before
    stated = int(found.get("data-count"))
    assert before in {None, stated}, "each page of a list states the same length"
    return stated
