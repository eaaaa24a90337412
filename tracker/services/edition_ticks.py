"""The ticks of a revision (勾选) when two people work on one comparison: neither loses the other's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.services import editions


@dataclass(frozen=True, slots=True)
class Ticks:
    """What a page sent back: the changes it showed, those that are ticked now, and those that were before.

    `seen` stands for the ticks as they were when the page was made; without it every change shown counts.
    """

    shown: Collection[str]
    taken: Collection[str]
    was: Collection[str]
    seen: str

    @property
    def changed(self) -> tuple[str, ...]:
        """The changes whose tick this person has set or taken away."""
        return tuple(key for key in self.shown if not self.seen or (key in self.taken) != (key in self.was))


def seen(session: Session, *, draft_id: int) -> str:
    """What stands for the ticks as they are.

    Raises:
        NoRevision: nobody has said that the draft is a revision.

    """
    choice, _ = editions.revision_of(session, draft_id)
    ticks = json.dumps(sorted(choice.ticks.items()))
    return hashlib.sha256(ticks.encode()).hexdigest()[:16]


def keep(session: Session, actor: Actor, *, draft_id: int, ticks: Ticks, now: datetime) -> bool:
    """Keep what this person has changed, and nothing else; whether somebody has changed ticks meanwhile.

    Raises:
        NoRevision: nobody has said that the draft is a revision.

    """
    overtaken = bool(ticks.seen) and seen(session, draft_id=draft_id) != ticks.seen
    editions.tick(session, actor, draft_id=draft_id, shown=ticks.changed, taken=ticks.taken, now=now)
    return overtaken
