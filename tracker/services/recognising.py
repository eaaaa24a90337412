"""Recognising what a draft is an edition of (识别修订与转发): it is compared with the plans of its years.

To compare two documents takes some ten milliseconds, and a list shows fifty drafts beside a dozen plans. So
what two documents are to each other is kept in the process, by what they say: a draft that was corrected or a
plan that was revised is another document, and is compared anew.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy.orm import Session

from tracker.domain.likeness import SAMPLE, Document, Likeness, Relation, heads_alike, likeness
from tracker.store.queries import editions as queries
from tracker.store.queries import imports
from tracker.store.queries.editions import KnownPlan
from tracker.store.tables import ImportDraft, Plan


@dataclass(frozen=True, slots=True)
class Proposed:
    """The plan that a draft is most like, and why."""

    plan: Plan
    tasks: int
    likeness: Likeness

    @property
    def relation(self) -> Relation:
        return self.likeness.relation


def proposals(
    session: Session, drafts: Sequence[ImportDraft]
) -> dict[int, tuple[Proposed | None, Sequence[KnownPlan]]]:
    """By draft: the plan that it is likely an edition of, if there is one, and all that it may be one of.

    These are the plans of its year and the neighbouring ones. A few queries, however many drafts.
    """
    texts = imports.texts_of(session, [draft.id for draft in drafts])
    near = {year: queries.plans_near(session, year) for year in {draft.year for draft in drafts}}
    plan_ids = {each.plan.id for known in near.values() for each in known}
    sampled = dict.fromkeys(text for each in texts.values() for text in each[:SAMPLE])
    shelf = _Shelf(session, queries.copied(session, plan_ids, list(sampled)), {})
    return {
        draft.id: (shelf.most_alike(draft, texts[draft.id], near[draft.year]), near[draft.year])
        for draft in drafts
    }


@dataclass(frozen=True, slots=True)
class _Marked:
    """A document with the digest of what it says."""

    document: Document
    digest: str


def _marked(document: Document) -> _Marked:
    return _Marked(document, hashlib.sha256(repr(document).encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The plans that drafts are compared with, each read at most once and only where it is likely."""

    session: Session
    copied: Mapping[str, Mapping[int, int]]
    read: dict[int, _Marked]

    def most_alike(
        self, draft: ImportDraft, texts: tuple[str, ...], near: Sequence[KnownPlan]
    ) -> Proposed | None:
        document = Document(draft.title, draft.year, draft.issuer, draft.document_number, texts)
        found = list(self._alike(document, near))
        return max(found, key=lambda one: (one.likeness.score, one.likeness.alike, one.plan.id), default=None)

    def _alike(self, document: Document, near: Sequence[KnownPlan]) -> Iterator[Proposed]:
        mine, sample = _marked(document), document.texts[:SAMPLE]
        for each in near:
            plan = each.plan
            head = Document(plan.title, plan.year, plan.issuer, plan.document_number)
            copied = sum(self.copied.get(text, {}).get(plan.id, 0) for text in set(sample))
            if not (heads_alike(document, head) or copied * 5 >= max(len(sample), 1)):
                continue  # its texts need not be read
            if plan.id not in self.read:
                self.read[plan.id] = _marked(replace(head, texts=queries.texts_of(self.session, plan.id)))
            if (alike := _KEPT.likeness(mine, self.read[plan.id])) is not None:
                yield Proposed(plan, each.tasks, alike)


class _Kept:
    """What pairs of documents were found to be to each other, the last few thousand of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[tuple[str, str], Likeness | None] = OrderedDict()
        self._lock = Lock()

    def likeness(self, one: _Marked, other: _Marked) -> Likeness | None:
        """The same as the rule of this name."""
        pair = one.digest, other.digest
        with self._lock:
            if pair in self._found:
                self._found.move_to_end(pair)
                return self._found[pair]
        found = likeness(one.document, other.document)
        with self._lock:
            self._found[pair] = found
            if len(self._found) > self._most:
                self._found.popitem(last=False)
        return found


_KEPT = _Kept(5_000)
