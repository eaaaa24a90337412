"""Server time of every page with the demo's data, against a Flask page that says one word.

Pages are found as a person finds them: by following links from the start, for each role. Of each kind of page
the first few are measured and the slowest is reported.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient

from benchmarks import city
from benchmarks.measure import Line, milliseconds
from config import Config

TARGET = 100.0
OF_EACH_KIND = 3
MOST_PAGES = 400
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


def lines(config: Config) -> Iterator[Line]:
    """The bare page, then every kind of page for every role, the slowest first."""
    bare = _bare()
    yield Line("只有一个词的 Flask 网页", bare, "毫秒")
    with city.application(config) as app:
        measured = [
            Line(f"{role} {address}", spent, "毫秒", target=TARGET, ratio=spent / bare)
            for role, client in city.people(app).items()
            for address, spent in _slowest(app, client)
        ]
    yield from sorted(measured, key=lambda line: -line.figure)


def _bare() -> float:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "台账")
    client = app.test_client()
    return milliseconds(lambda: client.get("/"), times=51)


def _slowest(app: Flask, client: FlaskClient) -> Iterator[tuple[str, float]]:
    kinds: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for address, kind in _walk(app, client):
        kinds[kind].append((address, milliseconds(lambda where=address: client.get(where), times=5)))  # type: ignore[misc]
    for found in kinds.values():
        yield max(found, key=lambda pair: pair[1])


def _walk(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Addresses of pages and their endpoints, a few of each."""
    seen, waiting, taken = {"/"}, deque(["/"]), defaultdict[str, int](int)
    router = app.url_map.bind("localhost")
    for _ in range(MOST_PAGES):
        if not waiting:
            return
        address = waiting.popleft()
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        kind = str(router.match(answer.request.path)[0])
        taken[kind] += 1
        if taken[kind] <= OF_EACH_KIND:
            yield address, kind
        for link in LINK.findall(answer.get_data(as_text=True)):
            target = urljoin(address, link.replace("&amp;", "&")).partition("#")[0]
            if target.startswith("/") and not target.startswith("//") and target not in seen:
                seen.add(target)
                waiting.append(target)
