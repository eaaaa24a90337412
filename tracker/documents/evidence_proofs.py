"""One piece of evidence as the pages of a package show it (佐证): a link with its day, a file with its sum.

Whatever people have typed is escaped here. A link that is no web address is shown and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote

from tracker.domain.evidence_package import Given, PackedTask, PlacedFile
from tracker.domain.web_address import is_web_address


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where each file lies, by its sum, and how large those are that were packed, by their place."""

    placed: Mapping[str, PlacedFile]
    sizes: Mapping[str, int]

    @classmethod
    def of(cls, files: Iterable[PlacedFile], sizes: Mapping[str, int]) -> Shelves:
        """The shelves of a package."""
        return cls({file.given.sha256: file for file in files}, sizes)

    def path(self, sha256: str) -> str:
        """Where a file was packed; empty where it was not."""
        file = self.placed.get(sha256)
        return file.path if file is not None and file.path in self.sizes else ""


def link(url: str, on: date | None, *, leads_somewhere: bool) -> str:
    """A link with the day of its page."""
    day = f"（{on}）" if on else "（没有发布日期）"
    shown = (
        f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">{escape(url)}</a>'
        if leads_somewhere
        else f"{escape(url)}　<b>不是有效的网址</b>"
    )
    return f'{shown} <span class="quiet">{day}</span>'


def full(task: PackedTask, given: Given, shelves: Shelves) -> str:
    """A piece of evidence as it stands with its task: a file with its size, its sum and whose else it is."""
    shown = []
    if url := given.url.strip():
        shown.append(link(url, given.published_on, leads_somewhere=given.leads_somewhere))
    if given.sha256:
        shown += _file(task, given, shelves)
    return "<br>".join(shown)


def short(task: PackedTask, shelves: Shelves) -> Iterator[str]:
    """All evidence of a task in a line each."""
    for given in task.links:
        yield link(given.url.strip(), given.published_on, leads_somewhere=given.leads_somewhere)
    for given in task.files:
        yield _name(given, shelves.path(given.sha256))


def of_line(evidence: str, on: date) -> str:
    """What a line of the ledger cites: a link with its day, or what a document is called."""
    return link(evidence, on, leads_somewhere=True) if is_web_address(evidence) else escape(evidence)


def _file(task: PackedTask, given: Given, shelves: Shelves) -> Iterator[str]:
    path = shelves.path(given.sha256)
    yield _name(given, path) + (f' <span class="quiet">{_size(shelves.sizes[path])}</span>' if path else "")
    if path:
        yield f"<code>{given.sha256}</code>"
        others = [f"第{each.serial}项" for each in shelves.placed[given.sha256].tasks if each.id != task.id]
        if others:
            yield f'<span class="quiet">与{"、".join(others)}是同一份文件</span>'


def _name(given: Given, path: str) -> str:
    name = escape(given.filename or "没有文件名")
    if not path:
        return f"{name}　<b>没有装入，见上面“缺什么”</b>"
    return f'<a href="{escape(quote(path))}">{name}</a>'


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(count / 1024, 0.1):.1f} KB"
