"""经验材料汇编: the adopted articles of a period or a year as one official document (.docx)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.documents.official import OfficialDocument
from tracker.domain.house_fields import BODY, FIGURES, TITLE, Row, Value, Values

NAME = "经验材料汇编"


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
    document = OfficialDocument(NAME, made_at=collection.made_at)
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
        for line in (*_shown(article), *_taken_up(article)):
            document.body(line)
    return document.to_bytes()


def values(collection: Collection) -> Values:
    """What the fields of a template of the office's own say of a collection."""
    texts: dict[str, Value] = {
        TITLE: (NAME,), "范围": (collection.scope,), "办公室": (collection.office,),
        "编印日期": (_in_words(collection.made_on),), f"{FIGURES}.篇数": (str(len(collection.articles)),),
    }  # fmt: skip
    rows: list[Row] = [
        {
            "序号": (str(number),), "篇名": (article.title,), "单位": (article.unit,),
            BODY: tuple(paragraphs(article.body)), "展示": tuple(_shown(article)),
            "省采用": tuple(_taken_up(article)),
        }
        for number, article in enumerate(collection.articles, start=1)
    ]  # fmt: skip
    return Values(NAME, collection.made_at, texts, {"文章": rows})


def paragraphs(text: str) -> Iterable[str]:
    """The paragraphs of a text without the blanks that indent them; the layout does that."""
    return (line.strip() for line in text.splitlines() if line.strip())


def _shown(article: CompiledArticle) -> Iterable[str]:
    if article.shown_on is not None:
        yield f"展示：{_in_words(article.shown_on)}"
        yield article.shown_url  # on a line of its own, which nothing has to stretch


def _taken_up(article: CompiledArticle) -> Iterable[str]:
    if article.taken_up:
        yield f"省采用：{article.taken_up}"


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
