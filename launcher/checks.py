"""`manage.py test` and `lint`: every check in order, also after a failure, and a last line that sums up."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import environment
from launcher.console import say
from launcher.environment import ROOT
from launcher.system import fetch_what_is_missing

PARTS = ("browser", "postgres")
TYPED = ("importers", "tracker", "launcher", "benchmarks", "tests", "manage.py", "config.py",
         "channel_settings.py", "wsgi.py")  # fmt: skip
# On the second engine only what touches a database is run again; the rest cannot differ.
ON_BOTH_ENGINES = (
    "tests/store", "tests/services", "tests/web", "tests/test_cli.py",
    "tests/promises/test_migrations.py", "tests/promises/test_routes.py",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One check: what it is called in the summary, and its words after `python -m`."""

    name: str
    words: tuple[str, ...]


def lint() -> int:
    """Style and types only."""
    return _walk(_lint_steps(), str(environment.ensure(dev=True)), left_out=())


def test(left_out: frozenset[str], extra: Sequence[str]) -> int:
    """All checks; with paths among the extra words only pytest, on those paths."""
    fetch_what_is_missing(left_out)
    python = str(environment.ensure(dev=True))
    chosen = [word for word in extra if not word.startswith("-") and Path(word.partition("::")[0]).exists()]
    steps = _test_steps(left_out, tuple(extra), chosen=bool(chosen))
    return _walk(steps if chosen else [*_lint_steps(), *steps], python, left_out=sorted(left_out))


def _lint_steps() -> list[Step]:
    typed = tuple(name for name in TYPED if (ROOT / name).exists())
    return [Step("规范（ruff）", ("ruff", "check", ".")), Step("类型（mypy）", ("mypy", *typed))]


def _test_steps(left_out: frozenset[str], extra: tuple[str, ...], *, chosen: bool) -> list[Step]:
    both = () if chosen else tuple(folder for folder in ON_BOTH_ENGINES if (ROOT / folder).exists())
    steps = [Step("测试（SQLite）", _pytest("sqlite", "not browser and not postgres", *extra))]
    if "postgres" not in left_out:
        steps.append(Step("测试（PostgreSQL）", _pytest("postgresql", "not browser", *both, *extra)))
    if "browser" not in left_out and not chosen:
        # One process: two browsers beside a server on two cores only wait for each other.
        steps.append(Step("浏览器故事", ("pytest", "-m", "browser", "--engine", "sqlite", *extra)))
    return steps


def _pytest(engine: str, marks: str, *words: str) -> tuple[str, ...]:
    return ("pytest", "-n", "2", "-m", marks, "--engine", engine, *words)


def _walk(steps: Sequence[Step], python: str, *, left_out: Sequence[str]) -> int:
    begun = time.monotonic()
    failed: list[str] = []
    for number, step in enumerate(steps, 1):
        say(f"\n—— {number}/{len(steps)} {step.name} ——")
        done = subprocess.run([python, "-m", *step.words], cwd=ROOT, check=False)  # noqa: S603 - our own interpreter
        if done.returncode != 0:
            failed.append(step.name)
    say("\n" + summary([step.name for step in steps], failed, left_out, time.monotonic() - begun))
    return 1 if failed else 0


def summary(steps: Sequence[str], failed: Sequence[str], left_out: Sequence[str], seconds: float) -> str:
    """The last line: what passed or failed, what was left out on request, and how long it took."""
    verdict = f"未通过：{'、'.join(failed)}" if failed else f"全部通过：{'、'.join(steps)}"
    omitted = f"；按要求略过：{'、'.join(left_out)}" if left_out else ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{verdict}{omitted}；用时 {minutes} 分 {rest} 秒。"
