"""A return that is a form (填表): named parts instead of lines; drafts, versions and steps as for any return.

It answers what is asked once a quarter or half a year, and 经验材料 and 例会 for as long as they have nothing
of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import Answer, Part, PartKind, faults, plain_number, too_long
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.obligation import ObligationState as State
from tracker.services import calendars, handing_in
from tracker.services.cadences import parts_asked, requirement_of, stored_parts
from tracker.services.handing_in import Versions, may_edit, versions_of
from tracker.services.return_pages import CutOff, cutoff_of
from tracker.services.returns import Submitted
from tracker.store.queries import answer_times, meetings, reporting
from tracker.store.queries import returns as queries
from tracker.store.tables import Meeting, Obligation, Period, Plan


class InvalidParts(InvalidInput):
    """有几处需要改，已在下面标出；您填写的内容都还在。"""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__()
        self.faults = wrong


@dataclass(frozen=True, slots=True)
class Field:
    """One part on the page: what is asked, what is typed, what the store has, what was said last time."""

    part: Part
    typed: str
    saved: str
    """Differs from `typed` after an error or in a second tab."""
    before: str
    """What this unit wrote last time; empty when it wrote nothing."""
    fault: str
    """What has to be mended before what is shown can be handed in."""

    @property
    def counts(self) -> bool:
        return self.part.kind is PartKind.NUMBER


@dataclass(frozen=True, slots=True)
class FormPage:
    """The page on which a unit fills in a form."""

    owed: Obligation
    plan: Plan
    state: State
    versions: Versions
    cutoff: CutOff
    editable: bool
    reason: str
    """Why the office sent it back; empty otherwise."""
    reason_at: datetime | None
    fields: tuple[Field, ...]
    meeting: Meeting | None
    """The meeting (例会) that the period is about, once it is called."""

    @property
    def period(self) -> Period:
        return self.owed.period

    @property
    def name(self) -> str:
        """What is asked for: 季度报送."""
        return self.owed.period.cadence.name

    @property
    def faults(self) -> dict[str, str]:
        return {field.part.key: field.fault for field in self.fields if field.fault}


def save_draft(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    token: str,
    values: Mapping[str, str],
    now: datetime,
) -> Versions:
    """Keep what is being typed, unfinished as it is.

    Raises:
        NotFound: it is not this unit's, or is no form.
        VersionConflict: another tab has saved meanwhile.
        InvalidParts: a text does not fit.
        RuleViolated: the return takes no changes now.

    """
    owed, found = handing_in.opened(session, actor, obligation_id, token, progress=False, now=now)
    parts = parts_of(owed)
    if wrong := too_long(parts, values):
        raise InvalidParts(wrong)
    draft = handing_in.draft_of(session, owed, found, now=now)
    draft.parts = {part.key: values.get(part.key, "") for part in parts}
    session.flush()
    return Versions(found.handed_in, draft)


def submit(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    token: str,
    values: Mapping[str, str],
    now: datetime,
) -> Submitted:
    """Hand the form in; numbers are kept without their separators.

    Raises:
        NotFound: it is not this unit's, or is no form.
        VersionConflict: another tab has saved meanwhile.
        InvalidParts: some parts have to be mended.
        RuleViolated: the return takes no changes now.

    """
    owed, found = handing_in.opened(session, actor, obligation_id, token, progress=False, now=now)
    parts = parts_of(owed)
    if wrong := faults(parts, values):
        raise InvalidParts(wrong)
    version = handing_in.draft_of(session, owed, found, now=now)
    version.parts = {part.key: _for_good(part, values.get(part.key, "")) for part in parts}
    version.asked = stored_parts(parts)
    handing_in.hand_in(session, actor, owed, version, now=now)
    session.flush()
    handing_in.record(session, actor, owed, version, "", now=now)
    editable = may_edit(State(owed.state), due_at=answer_times.of_period(session, owed.period), now=now)
    filled = sum(bool(value) for value in version.parts.values())
    return Submitted(version.number, owed.late, editable, changed=filled, without_evidence=0)


def page(
    session: Session,
    actor: Actor,
    obligation_id: int,
    *,
    typed: Mapping[str, str] | None = None,
    now: datetime,
) -> FormPage:
    """The page of one form; `typed` is what a person has in it when it could not be kept.

    Raises:
        NotFound: it is not this unit's, or is no form.

    """
    owed = queries.obligation(session, obligation_id, unit_id=actor.unit_id) if actor.unit_id else None
    plan = reporting.plan(session, owed.plan_id) if owed else None
    if owed is None or plan is None or handing_in.asks_for_progress(owed):
        raise NotFound
    versions = versions_of(session, owed.id)
    shown = versions.draft or versions.newest
    saved = (shown.parts if shown else None) or {}
    before = queries.handed_in_before(session, owed)
    earlier = (before.parts if before else None) or {}
    over = meetings.is_over(session, owed.period_id)
    if typed is None and shown is None and owed.period.cadence.answer == Answer.MEETING:
        typed = earlier  # who comes, and what is asked, is mostly what it was last time
    due_at = answer_times.of_period(session, owed.period)
    editable = not over and may_edit(State(owed.state), due_at=due_at, now=now)
    asked = parts_of(owed) if editable else parts_asked(versions.newest, owed.period.cadence)
    return FormPage(
        owed=owed,
        plan=plan,
        state=(state := State(owed.state)),
        versions=versions,
        cutoff=cutoff_of(due_at, now=now, calendar=calendars.load(session)),
        editable=editable,
        reason=versions.newest.decision_reason if versions.newest and state is State.RETURNED else "",
        reason_at=versions.newest.decided_at if versions.newest else None,
        fields=tuple(_fields(asked, typed, saved, earlier)),
        meeting=meetings.of_period(session, owed.period_id),
    )


def _fields(
    parts: tuple[Part, ...],
    typed: Mapping[str, str] | None,
    saved: Mapping[str, str],
    before: Mapping[str, str],
) -> list[Field]:
    in_form = saved if typed is None else typed
    wrong = faults(parts, in_form)
    return [
        Field(
            part,
            in_form.get(part.key, ""),
            saved.get(part.key, ""),
            before.get(part.key, ""),
            wrong.get(part.key, ""),
        )
        for part in parts
    ]


def parts_of(owed: Obligation) -> tuple[Part, ...]:
    """The parts that an obligation asks for."""
    return requirement_of(owed.period.cadence).parts


def _for_good(part: Part, value: str) -> str:
    return plain_number(value) if part.kind is PartKind.NUMBER else value.strip()
