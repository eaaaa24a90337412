"""Style and script run in Chromium 86, the browser of many government desktops; newer words break them silently."""

from __future__ import annotations

import re

import pytest

from tests.promises import project

STYLES = [path for path in project.under("tracker/static", suffix=".css") if "vendor" not in path.parts]
SCRIPTS = [path for path in project.under("tracker/static", suffix=".js") if "vendor" not in path.parts]

# Each with the version that brought it.
TOO_NEW_FOR_STYLE = {
    ":has() (105)": r":has\(",
    ":is() and :where() (88)": r":(?:is|where)\(",
    ":not() with a list (88)": r":not\([^)]*,",
    "color-mix() (111)": r"color-mix\(",
    "light-dark() (123)": r"light-dark\(",
    "oklch() and its like (111)": r"\b(?:oklch|oklab|lch|lab)\(",
    "nesting (112)": r"(?m)^\s*&",
    "@layer (99), @container (105), @scope (118)": r"@(?:layer|container|scope|starting-style)\b",
    "inset (87)": r"(?<![\w-])inset\s*:",
    "inline and block shorthands (87)": r"(?:margin|padding|inset)-(?:inline|block)\s*:",
    "aspect-ratio (88)": r"aspect-ratio\s*:",
    "accent-color (93)": r"accent-color\s*:",
    "underline offset and thickness (87, 89)": r"text-(?:underline-offset|decoration-thickness)\s*:",
    "translate, rotate, scale alone (104)": r"(?<![\w-])(?:translate|rotate|scale)\s*:",
    "text-wrap (114)": r"text-wrap\s*:",
    "subgrid (117)": r"\bsubgrid\b",
    "small, large and dynamic viewports (108)": r"\d[sld]v[hw]\b",
    "overflow: clip (90)": r"overflow(?:-[xy])?\s*:\s*clip",
    "range queries (104)": r"@media[^{]*[<>]=?",
}
TOO_NEW_FOR_SCRIPT = {
    "at() (92)": r"\.at\(",
    "structuredClone() (98)": r"\bstructuredClone\(",
    "Object.hasOwn() (93)": r"Object\.hasOwn\(",
    "findLast() (97)": r"\.findLast(?:Index)?\(",
    "toSorted() and its like (110)": r"\.(?:toSorted|toReversed|toSpliced|with)\(",
    "groupBy() (117)": r"\.groupBy\(",
    "randomUUID() (92)": r"randomUUID\(",
    "static blocks (94)": r"\bstatic\s*\{",
    "inert (102) and popover (114)": r"\.(?:inert|showPopover|togglePopover)\b",
    "showPicker() (99)": r"\.showPicker\(",
    "AbortSignal.timeout() (103)": r"AbortSignal\.timeout\(",
    "Intl.Segmenter (87)": r"Intl\.Segmenter",
    "import with (123)": r"\bimport\b.*\bwith\s*\{",
}


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_there_is_style_to_judge() -> None:
    assert STYLES


@pytest.mark.parametrize("word", TOO_NEW_FOR_STYLE)
def test_no_style_uses(word: str) -> None:
    pattern = re.compile(TOO_NEW_FOR_STYLE[word])

    project.none([str(path) for path in STYLES if pattern.search(_without_comments(project.read(path)))])


@pytest.mark.parametrize("word", TOO_NEW_FOR_SCRIPT)
def test_no_script_uses(word: str) -> None:
    pattern = re.compile(TOO_NEW_FOR_SCRIPT[word])

    project.none([str(path) for path in SCRIPTS if pattern.search(_without_comments(project.read(path)))])


def test_every_control_shows_that_it_has_the_focus() -> None:
    """Bootstrap takes the ring from `.btn`; only a rule of our own for the same name gives it back."""
    (app,) = (path for path in STYLES if path.name == "app.css")
    css = _without_comments(project.read(app))
    (ringed,) = re.findall(r"([^{}]*):focus-visible \{ outline: 2px", css)

    assert {"a", ".btn", "button", "input", "textarea", "select", "summary"} <= {
        each.strip().removesuffix(":focus-visible") for each in ringed.split(",")
    }


def test_rules_are_not_nested() -> None:
    """A block inside a block is allowed to @media and its like only."""
    nested = [str(path) for path in STYLES if _nests(_without_comments(project.read(path)))]

    project.none(nested)


def _nests(text: str) -> bool:
    open_blocks: list[str] = []
    for head, mark in re.findall(r"([^{}]*)([{}])", text):
        if mark == "}":
            open_blocks.pop()
            continue
        if open_blocks and not open_blocks[-1].startswith("@"):
            return True
        open_blocks.append(head.strip())
    return False
