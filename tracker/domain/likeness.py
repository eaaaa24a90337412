"""Whether a document is another edition (版次) of a plan that is known already, or forwards it (转发).

`likeness` compares heads and items and gives its reasons in words; it proposes, and a person decides. The
year of a title is kept: this year's 工作要点 is no edition of last year's, however much of it was copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.editions import Item, matched, plain, similarity
from tracker.domain.titled import Titled

ALIKE = 0.8
"""From this similarity on two items count as the same or nearly so."""
SAMPLE = 200
"""So many items of a long document say enough."""

_WRAPPER = re.compile(
    r"(?:关于)?(?:印发|转发|修订印发|修订|调整|公布)(?:《)?(.+?)(?:》)?的(?:通知|函|公告|决定)$"
)
_EDITION = re.compile(
    r"[(\uff08\[〔【]?(?:[0-9]{4}年)?(?:修订|修改|修正|调整|征求意见|送审|讨论|定|试行|第[一二三四五六七八九十0-9]+)(?:版|稿|本|后)?[)\uff09\]〕】]"
    r"|(?:修订版|修订稿|修订本|修改稿|征求意见稿|送审稿|讨论稿|定稿)$"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?=年)")


class Relation(Titled):
    """What a document can be to a plan."""

    REVISION = "revision", "修订版"
    FORWARDED = "forwarded", "转发件"
    SEPARATE = "separate", "新计划"


@dataclass(frozen=True, slots=True)
class Document:
    """What is compared of a document: its head and the texts of its items."""

    title: str
    year: int | None
    issuer: str = ""
    number: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a document is to a plan, why one may think so, and how sure that is beside other plans."""

    relation: Relation
    reasons: tuple[str, ...]
    score: float
    alike: int = 0
    """How many items stand in both."""


def bare_title(title: str) -> str:
    """A title without what only says that it was issued, forwarded or revised: the plan's own name."""
    words = "".join(title.split())
    inner = re.search(r"《(.+)》", words)
    if inner and re.search(r"印发|转发|修订|调整|公布", words[: inner.start()]):
        words = inner[1]
    elif wrapped := _WRAPPER.search(words):
        words = wrapped[1]
    previous = ""
    while previous != words:
        previous, words = words, _EDITION.sub("", words)
    return plain(words)


def years_in(title: str) -> frozenset[str]:
    """The years that a title names."""
    return frozenset(_YEAR.findall(title))


def likeness(document: Document, known: Document) -> Likeness | None:
    """What `document` may be to the plan `known`; None when nothing speaks for it."""
    if (
        years_in(document.title)
        and years_in(known.title)
        and years_in(document.title) != years_in(known.title)
    ):
        return None
    title = _title_reason(document.title, known.title)
    number = bool(document.number) and plain(document.number) == plain(known.number)
    same_issuer = bool(document.issuer) and plain(document.issuer) == plain(known.issuer)
    if not (title or number or _copied(document.texts, known.texts) >= 0.2):
        return None
    alike, looked_at = _alike(document.texts, known.texts)
    share = alike / looked_at if looked_at else 0.0
    if not (share >= 0.5 or (share >= 0.2 and (title or number)) or (title and number)):
        return None
    reasons = [title] if title else []
    reasons += [f"文号相同（{document.number}）"] if number else []
    reasons += ["发文机关相同"] if same_issuer else []
    reasons += [f"{looked_at}项里有{alike}项的文字相同或相近"] if alike else []
    return Likeness(
        _relation(document, known),
        tuple(reasons),
        share + 0.3 * bool(title) + 0.2 * number + 0.1 * same_issuer,
        alike,
    )


def heads_alike(document: Document, known: Document) -> bool:
    """Whether title or number alone speak for looking at the items: the cheap question before `likeness`."""
    number = bool(document.number) and plain(document.number) == plain(known.number)
    return number or bool(_title_reason(document.title, known.title))


def _relation(document: Document, known: Document) -> Relation:
    """转发 by its title, or the same work under another authority's name; else a new edition."""
    if "转发" in document.title:
        return Relation.FORWARDED
    other = document.issuer and known.issuer and plain(document.issuer) != plain(known.issuer)
    return Relation.FORWARDED if other else Relation.REVISION


def _title_reason(one: str, other: str) -> str:
    if plain(one) == plain(other):
        return "标题相同"
    if bare_title(one) == bare_title(other):
        return "标题只差印发、转发或修订的字样"
    return "标题相近" if similarity(bare_title(one), bare_title(other)) >= ALIKE else ""


def _copied(texts: Sequence[str], known: Sequence[str]) -> float:
    """The share of texts that stand word for word in the other document; cheap, so it is asked first."""
    if not texts:
        return 0.0
    stand = {plain(text) for text in known}
    return sum(plain(text) in stand for text in texts) / len(texts)


def _alike(texts: Sequence[str], known: Sequence[str]) -> tuple[int, int]:
    """How many items stand in the other document too, of how many that were looked at.

    The shorter side counts: an edition may add or drop many items and is one all the same.
    """
    step = max(len(texts) // SAMPLE, 1)
    sample = [Item(text) for text in texts[::step]]
    others = [Item(text) for text in known]
    pairing = matched(others, sample)
    alike = sum(similarity(others[ours].text, sample[theirs].text) >= ALIKE for ours, theirs in pairing.pairs)
    return alike, min(len(sample), len(others))
