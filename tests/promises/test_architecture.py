"""The arrows of docs/architecture.md, read from the imports.

    domain  ←  importers, documents, store, adapters  ←  services  ←  web, cli, worker  ←  app

A failure names the line that points the wrong way. Move what is imported to where it belongs, hand it in
as an argument, or, when the design itself has changed, change the table below and docs/architecture.md.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.promises import project
from tests.promises.project import Import


@dataclass(frozen=True)
class Layer:
    """What a folder may import: parts of this project and third parties."""

    place: str
    project: frozenset[str]
    third_party: frozenset[str] = frozenset()


def layer(place: str, project: str, third_party: str = "") -> Layer:
    return Layer(place, frozenset(project.split()), frozenset(third_party.split()))


LAYERS = (
    layer("tracker/domain", "tracker.domain"),
    layer("importers", "importers tracker.domain", "openpyxl docx lxml olefile pypdfium2"),
    layer("tracker/documents", "tracker.documents tracker.domain", "openpyxl docx lxml icalendar"),
    layer("tracker/store", "tracker.store tracker.domain", "sqlalchemy alembic flask_sqlalchemy"),
    layer("tracker/adapters", "tracker.adapters tracker.domain", "chinese_calendar argon2 pypinyin"),
    layer(
        "tracker/services",
        "tracker.services tracker.domain tracker.store importers tracker.documents",
        "sqlalchemy",
    ),
    layer(
        "tracker/web",
        "tracker.web tracker.services tracker.documents tracker.domain tracker.adapters tracker.clock config"
        " tracker.store.database tracker.store.tables",  # the session, and the rows that services give back
        "flask flask_wtf wtforms werkzeug markupsafe sqlalchemy",
    ),
    layer(
        "tracker/demo",
        "tracker.demo tracker.services tracker.domain tracker.adapters tracker.store importers config",
        "sqlalchemy",
    ),
    layer("tracker/clock.py", ""),
    layer("tracker/calendar_questions.py", "tracker.domain"),
    layer(
        "tracker/delivering.py",
        "tracker.services tracker.domain tracker.adapters tracker.clock config channel_settings"
        " tracker.store.database",
        "sqlalchemy",
    ),
    layer(
        "tracker/ticking.py",
        "tracker.delivering tracker.services tracker.domain tracker.clock config tracker.store.database",
        "sqlalchemy",
    ),
    layer(
        "tracker/worker.py",
        "tracker.ticking tracker.clock config tracker.store.database",
        "sqlalchemy apscheduler",
    ),
    layer(
        "tracker/importer_drill.py",
        "importers tracker.services tracker.domain tracker.adapters tracker.store",
        "sqlalchemy",
    ),
    layer("tracker/own_postgres.py", "launcher tracker.domain.errors", "psycopg"),
    layer(
        "tracker/outbox_drill",
        "tracker.outbox_drill tracker.own_postgres tracker.delivering tracker.ticking tracker.services tracker.domain"
        " tracker.adapters tracker.store tracker.clock config",
        "sqlalchemy",
    ),
    layer(
        "tracker/year_drill",
        "tracker.year_drill tracker.outbox_drill tracker.delivering tracker.ticking tracker.services tracker.domain"
        " tracker.adapters tracker.store",
        "sqlalchemy",
    ),
    layer(
        "tracker/cli.py",
        "tracker.calendar_questions tracker.ticking tracker.importer_drill tracker.outbox_drill tracker.year_drill tracker.demo tracker.services tracker.domain tracker.adapters tracker.store tracker.clock config",
        "sqlalchemy",
    ),
    layer(
        "tracker/app.py",
        "tracker.web tracker.delivering tracker.clock config tracker.store.database",
        "flask flask_bootstrap flask_wtf",
    ),
    layer("config.py", "channel_settings tracker.domain.allow_list"),
    layer("channel_settings.py", "tracker.domain.allow_list"),
    layer("launcher", "launcher"),
    layer("manage.py", "launcher"),
)
OURS = {
    "tracker", "importers", "launcher", "benchmarks", "config", "channel_settings", "wsgi", "manage", "tests",
}  # fmt: skip
# A session is handed through; whatever asks the database stands in the store.
SESSION_ONLY = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.orm.attributes.flag_modified",
)
ERRORS = ("sqlalchemy.exc.", "sqlalchemy.orm.exc.")


def strays(one: Layer) -> list[Import]:
    """The imports of a layer that point where no arrow leads."""
    return [
        found
        for path in project.under(one.place, suffix=".py")
        for found in project.imports(path)
        if _stray(found, one)
    ]


def _stray(found: Import, one: Layer) -> bool:
    root = found.module.partition(".")[0]
    if root in OURS:
        return not any(_inside(found, part) for part in one.project)
    return root not in sys.stdlib_module_names and root not in one.third_party


def _inside(found: Import, part: str) -> bool:
    return any(name == part or name.startswith(part + ".") for name in (found.module, found.whole))


@pytest.mark.parametrize("one", LAYERS, ids=lambda one: one.place)
def test_every_import_follows_an_arrow(one: Layer) -> None:
    assert project.under(one.place, suffix=".py"), f"{one.place} is gone; take it out of the table"

    project.none([str(found) for found in strays(one)])


def test_every_module_of_the_program_stands_in_a_layer() -> None:
    inside = {path for one in LAYERS for path in project.under(one.place, suffix=".py")}
    outside = [
        path for path in project.under("tracker", suffix=".py") if path not in inside and project.tree(path).body[1:]
    ]

    project.none(outside, "name the layer in the table above")


# Declare, call, render: what a view needs more lines for belongs into its service, its form or a helper.
LONGEST_VIEW = 15


def _views() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function that a decorator gives an address, with its file."""
    for path in project.under("tracker/web", suffix=".py"):
        for node in ast.walk(project.tree(path)):
            if isinstance(node, ast.FunctionDef) and any(_is_route(one) for one in node.decorator_list):
                yield path, node


def _is_route(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and project.dotted(decorator.func).rpartition(".")[2] in {
        "route", "get", "post",
    }  # fmt: skip


def _body_lines(view: ast.FunctionDef) -> int:
    """The lines from the first statement behind the docstring to the last."""
    body = view.body[1:] if ast.get_docstring(view) else view.body
    return (view.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_a_view_declares_calls_and_renders() -> None:
    views = list(_views())
    long = [
        f"{path}:{view.lineno} {view.name} has {_body_lines(view)} lines"
        for path, view in views
        if _body_lines(view) > LONGEST_VIEW
    ]

    assert len(views) > 50
    project.none(long, f"a view has at most {LONGEST_VIEW}: move the work to where it belongs")


@pytest.mark.parametrize("place", ["tracker/services", "tracker/web"])
def test_sql_is_written_in_the_store_only(place: str) -> None:
    asking = [
        str(found)
        for path in project.under(place, suffix=".py")
        for found in project.imports(path)
        if found.module.partition(".")[0] == "sqlalchemy"
        and not found.whole.startswith((*SESSION_ONLY, *ERRORS))
    ]

    project.none(asking)


@pytest.mark.parametrize("place", ["tracker/services", "tracker/store/queries"])
def test_the_edge_alone_commits(place: str) -> None:
    ends = [
        f"{path}:{line} {name}"
        for path in project.under(place, suffix=".py")
        for line, name in project.calls(path)
        if name.rpartition(".")[2] in {"commit", "rollback"}
    ]

    project.none(ends)


CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
    "time.localtime", "time.gmtime", "time.strftime",
}  # fmt: skip


def test_the_clock_is_read_in_one_place() -> None:
    readers = {
        str(path)
        for path in project.under("tracker", "importers", "config.py", suffix=".py")
        for _, name in project.calls(path)
        if ".".join(name.split(".")[-2:]) in CLOCKS
    }

    project.none(readers - {str(Path("tracker/clock.py"))}, "take the moment as an argument")


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        str(path)
        for path in project.under("tracker", "importers", "config.py", "wsgi.py", suffix=".py")
        for _, name in project.calls(path)
        if name in {"os.environ", "os.getenv", "os.environb"}
    }

    # pypinyin is told by a variable to leave 40 MB of phrases unread; there is no other way to tell it.
    told = {"config.py", str(Path("tracker/adapters/pinyin.py"))}
    project.none(
        readers - told, "read it in config.py; a child process inherits it without being told"
    )


# Each with its reason: they open processes or sockets, which nothing else does.
OPENERS = {
    "importers/reading.py": "a parser runs in a child process, because some files kill it",
    "importers/conversion.py": "LibreOffice converts Word files older than 1997",
    "importers/readers/doc_antiword.py": "antiword reads the same files, inside the limited child",
    "importers/drill/running.py": "the drill reads in children, as the server does",
    "tracker/adapters/fonts.py": "fontconfig says which fonts there are",
    "tracker/adapters/pdf.py": "LibreOffice makes .pdf of our own papers",
    "tracker/adapters/channels/mail.py": "talks to the mail server",
    "tracker/adapters/channels/outgoing.py": "talks to robots, webhooks and short-message gateways",
    "tracker/ticking.py": "names the worker after its host",
    "tracker/own_postgres.py": "starts a server for tests and drills",
    "tracker/outbox_drill/running.py": "starts workers that are to be killed",
    "tracker/outbox_drill/child.py": "is one of them",
    "tracker/outbox_drill/faults.py": "comes between the bytes and the answer",
}
OPENING = {
    "subprocess",
    "multiprocessing",
    "socket",
    "smtplib",
    "urllib.request",
    "http.client",
    "ftplib",
    "asyncio",
}


def test_processes_and_connections_are_opened_in_few_places() -> None:
    found = {
        path.as_posix()
        for path in project.under("tracker", "importers", suffix=".py")
        for one in project.imports(path)
        if one.module in OPENING or one.whole in OPENING
    }

    assert found <= set(OPENERS), f"not expected: {sorted(found - set(OPENERS))}"
    assert set(OPENERS) <= found, f"no longer needed: {sorted(set(OPENERS) - found)}"


def test_code_never_imports_the_tests() -> None:
    found = [
        str(one)
        for path in project.under("tracker", "importers", "launcher", "config.py", "wsgi.py", suffix=".py")
        for one in project.imports(path)
        if one.module.partition(".")[0] in {"tests", "pytest", "hypothesis", "playwright"}
    ]

    project.none(found)
