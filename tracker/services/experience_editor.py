"""The page on which a unit writes an article of experience."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import experience as rules
from tracker.domain.actor import Actor
from tracker.domain.experience import Written
from tracker.domain.obligation import ObligationState
from tracker.services import calendars, experience_articles, experience_writing
from tracker.services.experience_articles import Article, Place, written_in
from tracker.services.return_pages import CutOff, cutoff_of
from tracker.store.queries import reporting
from tracker.store.tables import Experience, ExperienceVersion, Obligation, Period, Plan


@dataclass(frozen=True, slots=True)
class Editor:
    """One article as its unit writes it."""

    place: Place
    article: Article
    plan: Plan
    plans: tuple[Plan, ...]
    """What it can be filed under; empty where there is no choice."""
    cutoff: CutOff | None
    editable: bool
    typed: Written
    saved: Written
    """Differs from `typed` after an error or in a second tab."""
    faults: dict[str, str]
    """What has to be mended before what is shown can be handed in."""

    @property
    def owed(self) -> Obligation | None:
        return self.article.owed

    @property
    def period(self) -> Period | None:
        return self.owed.period if self.owed else None

    @property
    def waived(self) -> bool:
        """Whether nothing is asked for any more."""
        return self.owed is not None and self.owed.state == ObligationState.WAIVED

    @property
    def missed(self) -> bool:
        return self.owed is not None and self.owed.state == ObligationState.MISSED

    @property
    def row(self) -> Experience | None:
        return self.article.row

    @property
    def reason(self) -> ExperienceVersion | None:
        """The version that came back, with the office's reason, while it has to be mended."""
        back = self.article.state is rules.ExperienceState.RETURNED
        return self.article.newest if back else None

    @property
    def may_discard(self) -> bool:
        return self.owed is None and self.row is not None and not self.row.number


def editor(
    session: Session, actor: Actor, place: Place, *, typed: Written | None = None, now: datetime
) -> Editor:
    """The page of one article; `typed` is what a person has in it when it could not be kept.

    Raises:
        NotFound: it is not this unit's.

    """
    article = experience_articles.read(session, actor, place)
    saved = written_in(article.shown)
    owed = article.owed
    plan_id = article.row.plan_id if article.row else owed.plan_id if owed else 0
    plan = reporting.plan(session, plan_id)
    assert plan is not None  # a foreign key holds it
    cutoff = cutoff_of(owed.period.due_at, now=now, calendar=calendars.load(session)) if owed else None
    return Editor(
        place=place,
        article=article,
        plan=plan,
        plans=tuple(experience_writing.plans_to_choose(session, actor, article)),
        cutoff=cutoff,
        editable=article.may_edit(now),
        typed=saved if typed is None else typed,
        saved=saved,
        faults=rules.faults(saved if typed is None else typed),
    )
