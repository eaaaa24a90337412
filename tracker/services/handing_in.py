"""Handing in (报送), whatever the answer is: its versions, who may type when, the obligation's steps.

What is being typed is a draft with its own number and version; two tabs that type at once are told apart by
the token `number.version`, and neither loses its words. The page of tasks (`returns`) and the forms
(`form_returns`) put different content into a version and share everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import obligation as rules
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.obligation import ObligationState as State
from tracker.services import auditing
from tracker.store.queries import answer_times, meetings
from tracker.store.queries import returns as queries
from tracker.store.tables import Obligation, Return


class DraftConflict(VersionConflict):
    """另一个窗口（或同事）也在填这一期。您填写的内容还在，不同之处已在下面列出，请对照后再保存。"""


class MeetingOver(RuleViolated):
    """例会已经开过，到会情况以会议纪要为准，不用再报。"""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one return, as a person who types sees them."""

    handed_in: tuple[Return, ...]
    draft: Return | None

    @property
    def newest(self) -> Return | None:
        """The version that counts."""
        return self.handed_in[-1] if self.handed_in else None

    @property
    def number(self) -> int:
        """The number of the version being typed."""
        return self.newest.number + 1 if self.newest else 1

    @property
    def token(self) -> str:
        """What a form carries, so that a second tab is noticed."""
        return f"{self.number}.{self.draft.version if self.draft else 0}"


def versions_of(session: Session, obligation_id: int) -> Versions:
    """The handed-in versions and the draft of an obligation."""
    found = queries.versions(session, obligation_id)
    drafts = [version for version in found if version.state == queries.DRAFT]
    return Versions(
        tuple(version for version in found if version.state != queries.DRAFT), drafts[-1] if drafts else None
    )


def asks_for_progress(owed: Obligation) -> bool:
    """Whether it is answered on the page with a line a task."""
    return owed.period.cadence.answer == Answer.PROGRESS


def answer_of(session: Session, actor: Actor, obligation_id: int) -> Answer:
    """How one of the unit's obligations is answered.

    Raises:
        NotFound: it is not this unit's.

    """
    owed = queries.obligation(session, obligation_id, unit_id=actor.unit_id) if actor.unit_id else None
    if owed is None:
        raise NotFound
    return Answer(owed.period.cadence.answer)


def may_edit(state: State, *, due_at: datetime, now: datetime) -> bool:
    """Whether a unit may type: while something is wanted, and after handing in until the cut-off."""
    return state.wants_return or (state is State.SUBMITTED and now <= due_at)


def opened(
    session: Session, actor: Actor, obligation_id: int, token: str, *, progress: bool, now: datetime
) -> tuple[Obligation, Versions]:
    """The obligation, locked, if this unit may type in it now and the page was not an old one.

    `progress` says which kind of answer the caller writes: the page of tasks, or a form.

    Raises:
        NotFound: it is not this unit's, or is answered in the other way.
        VersionConflict: another tab has saved meanwhile.
        RuleViolated: the return takes no changes now.

    """
    if actor.unit_id is None:
        raise NotFound
    owed = queries.obligation(session, obligation_id, unit_id=actor.unit_id, lock=True)
    if owed is None or asks_for_progress(owed) is not progress:
        raise NotFound
    state = State(owed.state)
    if meetings.is_over(session, owed.period_id):
        raise MeetingOver
    if not may_edit(state, due_at=answer_times.of_period(session, owed.period), now=now):
        rules.take(state, rules.Step.SUBMIT)  # says why not
    found = versions_of(session, owed.id)
    if found.token != token:
        raise DraftConflict
    return owed, found


def draft_of(session: Session, owed: Obligation, found: Versions, *, now: datetime) -> Return:
    """The version that is being typed, marked as saved now; a new one where there is none."""
    draft = found.draft
    if draft is None:
        draft = Return(obligation_id=owed.id, number=found.number, state=queries.DRAFT, saved_at=now)
        session.add(draft)
        return draft
    draft.saved_at = now
    # Two saves within one tick of the clock are two versions all the same.
    flag_modified(draft, "saved_at")
    return draft


def hand_in(session: Session, actor: Actor, owed: Obligation, version: Return, *, now: datetime) -> None:
    """Make the draft the version that counts."""
    version.state = "submitted"
    version.submitted_at = now
    version.submitted_by_id = actor.account_id
    state = State(owed.state)
    if state is not State.SUBMITTED:
        due_at = answer_times.of_period(session, owed.period)
        done = rules.submit(state, due_at=due_at, now=now, late=owed.late)
        owed.state, owed.late = done.state.value, done.late
    owed.submitted_at = owed.submitted_at or now
    owed.decided_at = None
    # A newer version must meet an office that is about to decide on the older one, as a conflict.
    flag_modified(owed, "state")


def record(
    session: Session,
    actor: Actor,
    owed: Obligation,
    version: Return,
    words: str,
    *,
    detail: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Write into the trail that a version came; `words` say what is in it."""
    late = "（迟报）" if owed.late else ""
    said = "，".join(filter(None, (f"第{version.number}稿", words)))
    summary = f"{owed.unit.name}报送{owed.period.cadence.name}{owed.period.label}{said}{late}"
    detail = {"number": version.number, "late": owed.late, **(detail or {})}
    auditing.record(
        session, actor, Event.RETURN_SUBMIT, ("obligation", owed.id), summary, detail=detail, now=now
    )
