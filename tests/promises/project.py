"""The project as files: what the promises read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Made by running, not written by anybody.
MADE = {".git", ".venv", "instance", "wheels", "screenshots", "node_modules", "__pycache__"}
CODE = ("tracker", "importers", "launcher", "benchmarks", "config.py", "channel_settings.py", "manage.py", "wsgi.py")


@cache
def files() -> tuple[Path, ...]:
    """Every file that somebody wrote, relative to the project's folder."""
    return tuple(sorted(path.relative_to(ROOT) for path in _walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in MADE or (path.name.startswith(".") and path.name.endswith("_cache")):
            continue
        if path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix != ".pyc":
            yield path


def under(*places: str, suffix: str = "") -> list[Path]:
    """The files below some folders (or named outright) with one ending."""
    return [
        path
        for path in files()
        if path.name.endswith(suffix)
        and any(path == Path(place) or Path(place) in path.parents for place in places)
    ]


def none(found: Iterable[object], what_to_do: str = "") -> None:
    """Fail with each thing found on a line of its own, and what to do about them."""
    listed = [str(one) for one in found]
    assert not listed, "\n".join(["", *listed, what_to_do])


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(read(path), str(path))


@dataclass(frozen=True)
class Import:
    """One imported name: `module` is dotted, `name` what is taken from it (or empty)."""

    path: Path
    line: int
    module: str
    name: str = ""

    @property
    def whole(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.whole}"


def imports(path: Path) -> Iterator[Import]:
    """Every import of a module, late ones too."""
    package = path.parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            yield from (Import(path, node.lineno, module, alias.name) for alias in node.names)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that is called or looked up."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield node.lineno, dotted(node)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute; whatever stands before the first dot and is no name is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
