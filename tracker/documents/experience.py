"""经验材料汇编: the adopted articles of a period or a year as one official document (.docx)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.official import OfficialDocument


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
    made_on: date
    """The day it is of, printed in its first sentence."""
    made_at: datetime
    articles: tuple[CompiledArticle, ...]


def docx(collection: Collection) -> bytes:
    """The collection: a list of its articles, then each on a page of its own with where it was shown.

    An article counts its own parts with 一、二、; its title therefore has no such number.
    """
    document = OfficialDocument("经验材料汇编", made_at=collection.made_at)
    made_on = _in_words(collection.made_on)
    document.body(
        f"收录{collection.scope}已采用的经验材料{len(collection.articles)}篇，{collection.office}{made_on}编。"
    )
    for number, article in enumerate(collection.articles, 1):
        document.body(f"{number}．{article.title}（{article.unit}）")
    for article in collection.articles:
        document.part(article.title, article.unit)
        for line in paragraphs(article.body):
            document.body(line)
        for line in _fate(article):
            document.body(line)
    return document.to_bytes()


def paragraphs(text: str) -> Iterable[str]:
    """The paragraphs of a text without the blanks that indent them; the layout does that."""
    return (line.strip() for line in text.splitlines() if line.strip())


def _fate(article: CompiledArticle) -> Iterable[str]:
    if article.shown_on is not None:
        yield f"展示：{_in_words(article.shown_on)}"
        yield article.shown_url  # on a line of its own, which nothing has to stretch
    if article.taken_up:
        yield f"省采用：{article.taken_up}"


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
