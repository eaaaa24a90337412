"""The story's chapters follow each other: after one that failed, the rest of its file is not tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.telling import Story
    from tests.support.databases import Databases

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Remember the chapter that failed."""
    if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception) and _is_told(item):
        vars(item.parent)["broken_off"] = item.name


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A chapter after a broken one would only fail for what is missing."""
    broken = vars(item.parent).get("broken_off")
    if broken and _is_told(item):
        pytest.skip(f"{broken} has failed before")


def _is_told(item: pytest.Item) -> bool:
    """Whether the item is a chapter: its file says so."""
    return bool(getattr(getattr(item, "module", None), "IS_A_STORY", False))


@pytest.fixture(scope="module")
def story(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """The office whose year is told, from its first day on."""
    from tests.browser.telling import told

    folder = tmp_path_factory.mktemp("story")
    with databases.empty(folder) as url, told(browser, folder, url) as story:
        yield story
