"""经验材料汇编: the adopted articles of a period or a year as one official document (.docx)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.official import OfficialDocument

_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class CompiledArticle:
    """One article of the collection."""

    unit: str
    title: str
    body: str
    shown_on: date | None
    shown_url: str
    taken_up: str
    """What shows that the province took it up; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The articles of a span, as they are handed out."""

    scope: str
    """What it is of: a plan's title, a period."""
    office: str
    made_at: datetime
    articles: tuple[CompiledArticle, ...]


def docx(collection: Collection) -> bytes:
    """The collection: a list of its articles, then each with its unit, its text and where it was shown."""
    document = OfficialDocument("经验材料汇编", made_at=collection.made_at)
    made_on = f"{collection.made_at.year}年{collection.made_at.month}月{collection.made_at.day}日"
    document.body(f"{collection.scope}，共{len(collection.articles)}篇。{collection.office}{made_on}编。")
    for number, article in enumerate(collection.articles, 1):
        document.body(f"{number}．{article.title}（{article.unit}）")
    for number, article in enumerate(collection.articles, 1):
        document.heading(f"{numeral(number)}、{article.title}")
        document.body(f"（{article.unit}）")
        for line in paragraphs(article.body):
            document.body(line)
        for line in _fate(article):
            document.body(line)
    return document.to_bytes()


def paragraphs(text: str) -> Iterable[str]:
    """The paragraphs of a text without the blanks that indent them; the layout does that."""
    return (line.strip() for line in text.splitlines() if line.strip())


def numeral(number: int) -> str:
    """一 to 九十九, then figures: what headings are counted with."""
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return f"{head}{_NUMERALS[ones - 1] if ones else ''}"


def _fate(article: CompiledArticle) -> Iterable[str]:
    if article.shown_on is not None:
        day = article.shown_on
        yield f"展示：{day.year}年{day.month}月{day.day}日，{article.shown_url}"
    if article.taken_up:
        yield f"省采用：{article.taken_up}"
