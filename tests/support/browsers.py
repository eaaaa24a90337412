"""Chromium for the browser story: the one of the system, found, never downloaded."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
WINDOWS = (
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Without a sandbox because tests run as root in a container; the rest keeps it from calling home.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--lang=zh-CN",
)  # fmt: skip


class NoBrowser(Exception):
    """没有找到 Chromium。请执行 sudo apt install chromium，或用 --without browser 略过。"""


def executable() -> str:
    """Where the browser is."""
    installed = (path for path in WINDOWS if Path(path).exists())
    found = next(filter(None, map(shutil.which, NAMES)), None) or next(installed, None)
    if found is None:
        raise NoBrowser(NoBrowser.__doc__)
    return found


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
