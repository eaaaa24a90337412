"""What the operating system has to offer: browser, database server, fonts, and apt to fetch them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.console import Stopped, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
WINDOWS_BROWSERS = (
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


def has_browser() -> bool:
    return any(map(shutil.which, BROWSERS)) or any(Path(path).exists() for path in WINDOWS_BROWSERS)


def has_postgres() -> bool:
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return any(debian) or shutil.which("initdb") is not None


def has_chinese_font() -> bool:
    """Whether a page's screenshot shows characters and not boxes; Windows always has them."""
    if os.name == "nt":
        return True
    if shutil.which("fc-list"):
        found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False)  # noqa: S607 - found on the path
        return bool(found.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


@dataclass(frozen=True)
class Need:
    """A piece of the system that a part of the tests needs, and how to get it."""

    part: str
    name: str
    debian_package: str
    present: Callable[[], bool]
    advice: str


NEEDS = (
    Need("browser", "Chromium", "chromium", has_browser, "安装 Chromium 或 Chrome"),
    Need("browser", "中文字体", "fonts-noto-cjk", has_chinese_font, "安装中文字体 fonts-noto-cjk"),
    Need("postgres", "PostgreSQL", "postgresql", has_postgres, "安装 PostgreSQL，并把它的 bin 目录加入 PATH"),
)


def can_apt() -> bool:
    """Root on a Debian-like system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Fetch Debian packages, after one `apt-get update`.

    Raises:
        Stopped: apt could not do it.

    """
    say(f"正在用 apt 安装 {'、'.join(packages)}，约需几分钟……")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(  # noqa: S603 - the words are ours
            command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        # `update` may fail for one source and still have brought what the next step needs.
        if done.returncode != 0 and "install" in command:
            tail = "\n".join(done.stdout.splitlines()[-8:])
            raise Stopped(f"{tail}\napt 没有装上 {'、'.join(packages)}。请检查软件源后再运行一次。")


def fetch_what_is_missing(left_out: frozenset[str]) -> None:
    """See to it that the parts of the tests that are wanted can run.

    Raises:
        Stopped: something is missing and cannot be fetched from here.

    """
    missing = [need for need in NEEDS if need.part not in left_out and not need.present()]
    if missing and can_apt():
        apt_install([need.debian_package for need in missing])
        missing = [need for need in missing if not need.present()]
    if missing:
        names = "、".join(need.name for need in missing)
        advice = "；".join(need.advice for need in missing)
        packages = " ".join(need.debian_package for need in missing)
        parts = ",".join(dict.fromkeys(need.part for need in missing))
        raise Stopped(
            f"测试缺少 {names}。请先{advice}（Debian：sudo apt install {packages}），"
            f"或者用 python3 manage.py test --without {parts} 略过这部分。"
        )
