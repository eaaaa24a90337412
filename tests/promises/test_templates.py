"""Templates and what they load: nothing inline, nothing from outside, nothing unescaped, a token in each form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.promises import project

TEMPLATES = project.under("templates", suffix=".html")
SHIPPED = [*TEMPLATES, *project.under("tracker/static")]
INLINE = {
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}
# Names of XML vocabularies look like addresses and are never fetched.
ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
LOADING = re.compile(
    r"""(?:src|href|action|url|import|fetch)\s*[=(]?\s*["'(]?\s*""" + ELSEWHERE.pattern, re.IGNORECASE
)
FORM = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.IGNORECASE | re.DOTALL)
TOKEN = re.compile(r"csrf_token|csrf\(|hidden_tag\(")
# The reason stands in a comment on the same line: {# safe: built by our own SVG macro #}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")


def _lines(paths: list[Path], pattern: re.Pattern[str], allowed: str = "\0") -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(project.read(path).splitlines(), 1)
        if pattern.search(line) and allowed not in line
    ]


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    project.none(_lines(TEMPLATES, INLINE[what]), "the content security policy would block it")


def test_nothing_is_loaded_from_another_host() -> None:
    assert (
        _lines([path for path in SHIPPED if path.suffix in {".html", ".css", ".js", ".svg"}], LOADING) == []
    )


def test_what_is_not_escaped_gives_its_reason() -> None:
    project.none(_lines(TEMPLATES, UNESCAPED, allowed="{# safe:"))


def test_every_form_that_changes_something_carries_a_token() -> None:
    bare = [
        f"{path}: {form[:80]}"
        for path in TEMPLATES
        for form in FORM.findall(project.read(path))
        if not TOKEN.search(form)
    ]

    project.none(bare)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_can_be_read(path: Path) -> None:
    assert (
        Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(project.read(path), str(path))
        is not None
    )
