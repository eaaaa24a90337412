"""An article of experience (经验材料) as its unit has it before it: where it is written, and its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.errors import NotFound
from tracker.domain.experience import ExperienceState as State
from tracker.domain.experience import Written
from tracker.domain.obligation import ObligationState
from tracker.services import handing_in
from tracker.services.return_pages import unit_of
from tracker.store.queries import experience as queries
from tracker.store.queries import returns
from tracker.store.tables import Experience, ExperienceVersion, Obligation


class NotYours(NotFound):
    """没有找到这一篇，可能已放弃，或不属于本单位。"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article is written: at an obligation, or at its own address."""

    obligation_id: int | None = None
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its unit writes it; before the first word is kept there is none."""

    row: Experience | None
    owed: Obligation | None
    handed_in: tuple[ExperienceVersion, ...]
    draft: ExperienceVersion | None

    @property
    def state(self) -> State:
        return State(self.row.state) if self.row else State.DRAFT

    @property
    def newest(self) -> ExperienceVersion | None:
        """The version that counts."""
        return self.handed_in[-1] if self.handed_in else None

    @property
    def shown(self) -> ExperienceVersion | None:
        """What stands on the page: the draft, else the version that counts."""
        return self.draft or self.newest

    @property
    def number(self) -> int:
        """The number of the version being typed."""
        return self.newest.number + 1 if self.newest else 1

    @property
    def token(self) -> str:
        """What a form carries, so that a second tab is noticed."""
        return f"{self.number}.{self.draft.version if self.draft else 0}"

    def may_edit(self, now: datetime) -> bool:
        """Whether the unit may type: while something is wanted, and until the cut-off or a decision."""
        if self.owed is None:
            return self.state.is_writable
        owed = ObligationState(self.owed.state)
        return self.state.is_writable and handing_in.may_edit(owed, due_at=self.owed.period.due_at, now=now)


def written_in(version: ExperienceVersion | None) -> Written:
    """The words of a version."""
    if version is None:
        return Written()
    return Written(version.title, version.body, version.link, version.angle)


def read(session: Session, actor: Actor, place: Place) -> Article:
    """The article of a place, for its unit.

    Raises:
        NotFound: it is not this unit's, or the obligation asks for something else.

    """
    unit_id = unit_of(actor)
    if place.obligation_id is not None:
        owed = returns.obligation(session, place.obligation_id, unit_id=unit_id)
        if owed is None or owed.period.cadence.answer != Answer.MATERIAL:
            raise NotFound
        return with_versions(session, queries.of_obligation(session, owed.id), owed)
    row = queries.one(session, place.article_id) if place.article_id is not None else None
    if row is None or row.unit_id != unit_id:
        raise NotYours
    owed = returns.obligation(session, row.obligation_id) if row.obligation_id is not None else None
    return with_versions(session, row, owed)


def with_versions(session: Session, row: Experience | None, owed: Obligation | None) -> Article:
    """An article with what was handed in of it and what is being typed."""
    found = queries.versions(session, row.id) if row else []
    handed_in = tuple(version for version in found if row and version.number <= row.number)
    return Article(row, owed, handed_in, found[-1] if len(found) > len(handed_in) else None)
