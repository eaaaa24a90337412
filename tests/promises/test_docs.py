"""Documents that do not drift: links lead somewhere, commands exist, the glossary speaks of real things."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from launcher import commands
from tests.promises import project
from tracker import cli

EXPECTED = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md", "docs/architecture.md",
    "docs/deployment.md", "docs/dependencies.md", "docs/使用手册.md",
)  # fmt: skip
DOCS = [path for path in project.files() if path.suffix == ".md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py +([a-z-]+)(?: +([a-z-]+))?")
# `Plan`, `WorkCalendar.of`: what a glossary row begins with.
TERM = re.compile(r"`([A-Za-z_][\w.]*)`")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_is_there(name: str) -> None:
    assert (project.ROOT / name).exists(), f"write {name}"
    assert len(project.read(Path(name))) > 300, f"{name} says next to nothing"


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(project.read(path)) if "://" not in link]
    broken = [target for target in targets if target and not (project.ROOT / path.parent / target).exists()]

    project.none(broken)


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_commands_in_documents_exist(path: Path) -> None:
    known = set(commands.names())
    of_the_application = {command.name for command in cli.COMMANDS}
    wrong = [
        f"manage.py {first} {second}".strip()
        for first, second in COMMAND.findall(project.read(path))
        if first not in known or (first == "tracker" and second and second not in of_the_application)
    ]

    project.none(wrong)


def _defined() -> set[str]:
    """Every name that the code gives to a class, a function, an attribute or a constant."""
    names: set[str] = set()
    for path in project.under("tracker", "importers", suffix=".py"):
        for node in ast.walk(project.tree(path)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return names


def test_every_term_of_the_glossary_exists_in_the_code() -> None:
    rows = [line for line in project.read(Path("docs/glossary.md")).splitlines() if line.startswith("|")]
    terms = {part for row in rows for term in TERM.findall(row.split("|")[1]) for part in term.split(".")}

    assert len(terms) >= 20
    project.none(sorted(terms - _defined()))
