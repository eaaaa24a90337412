"""The tree: files stay short, and nothing of a machine or a secret is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.promises import project

LONGEST_MODULE = 400
LONGEST_TEST = 450
LONGEST_CONFTEST = 200
# A migration is a record of what was; it is never split afterwards.
RECORDS = Path("tracker/store/migrations/versions")


def _limit(path: Path) -> int:
    if path.name == "conftest.py":
        return LONGEST_CONFTEST
    return LONGEST_TEST if path.parts[0] == "tests" else LONGEST_MODULE


def test_no_file_is_too_long() -> None:
    too_long = [
        f"{path} has {lines} lines, at most {_limit(path)}: split it by noun"
        for path in project.files()
        if path.suffix in {".py", ".html", ".css", ".js"}
        and RECORDS not in path.parents
        and "vendor" not in path.parts
        for lines in [len(project.read(path).splitlines())]
        if lines > _limit(path)
    ]

    project.none(too_long)


TEXTS = {".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".cfg", ".ini", ".svg", ".json", ".mako", ""}
# Put together from pieces, or this file would find itself.
TRACES = {
    "a path of somebody's machine": re.compile(r"/(?:home|Users)/\w|/ro" r"ot/|/wo" r"rk/|[A-Z]:\\Users"),
    "a private key": re.compile(r"BEGIN (?:RSA |EC |OPENSSH )?PRIVATE " r"KEY"),
    "a password in an address": re.compile(
        r"://[^\s/@:'\"{}<>]+:[^\s/@'\"{}<>]{3,}@(?!localhost|127\.|db\b|主机|host)"
    ),
    "an unfinished corner": re.compile(r"(?:#|//|<!--|/\*|\{#)\s*(?:TO" r"DO|FIX" r"ME|X" r"XX)\b"),
}


@pytest.mark.parametrize("what", TRACES)
def test_no_file_contains(what: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in project.files()
        if path.suffix in TEXTS and "vendor" not in path.parts
        for number, line in enumerate(project.read(path).splitlines(), 1)
        if TRACES[what].search(line)
    ]

    project.none(found)


def test_what_is_made_by_running_is_not_kept() -> None:
    made = [
        str(path)
        for path in project.files()
        if path.suffix in {".db", ".db-wal", ".key", ".log", ".eml"} or path.name == "config.toml"
    ]

    project.none(made)
