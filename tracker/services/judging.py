"""Judging a plan's tasks by what is on record (提建议), for a person to confirm; again as the year goes on.

What nobody has confirmed is proposed anew. What somebody has confirmed stands, and it is told beside it where
the facts have changed since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day
from tracker.domain.contradictions import Contradiction, ContradictionKind
from tracker.domain.look_back import Proposal, VerdictKind, propose
from tracker.domain.look_back_change import Seen, changes
from tracker.domain.look_back_facts import LookBackFacts
from tracker.services import task_counts
from tracker.services.look_back_hold import is_settled
from tracker.store.queries import look_back_facts
from tracker.store.tables import LookBack, Plan, Verdict

_KINDS = {kind.value: kind for kind in ContradictionKind}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a new look at the facts came to, as numbers of verdicts."""

    proposed: frozenset[int]
    """Proposals that are new or otherwise, which nobody has confirmed."""
    changed: frozenset[int]
    """Those that were confirmed and rest on other facts now."""


def look_again(session: Session, plan: Plan, look_back: LookBack, *, now: datetime) -> Looked:
    """Look at the facts of all that is not settled, with the tasks that have come since."""
    known = {verdict.task_id: verdict for verdict in look_back.verdicts}
    proposed, changed = [], []
    for task_id, facts in _facts_of(session, plan, now).items():
        verdict = known.get(task_id)
        if verdict is None:
            verdict = Verdict(task_id=task_id)
            look_back.verdicts.append(verdict)
        if verdict.confirmed is None:
            if write(verdict, propose(facts)):
                proposed.append(verdict)
        elif not is_settled(look_back, verdict) and _note_changes(verdict, propose(facts)):
            changed.append(verdict)
    session.flush()
    return Looked(frozenset(each.id for each in proposed), frozenset(each.id for each in changed))


def note_changes(session: Session, plan: Plan, look_back: LookBack, *, now: datetime) -> int:
    """Note beside what was confirmed where its facts have changed, and nothing else; how many there are."""
    said = [each for each in look_back.verdicts if each.confirmed and not is_settled(look_back, each)]
    facts = _facts_of(session, plan, now) if said else {}
    changed = sum(_note_changes(each, propose(facts[each.task_id])) for each in said if each.task_id in facts)
    session.flush()
    return changed


def propose_for_new(session: Session, plan: Plan, look_back: LookBack, *, now: datetime) -> int:
    """Propose a verdict for each task that has none; how many."""
    known = {verdict.task_id for verdict in look_back.verdicts}
    new = {task_id: facts for task_id, facts in _facts_of(session, plan, now).items() if task_id not in known}
    for task_id, facts in new.items():
        verdict = Verdict(task_id=task_id)
        write(verdict, propose(facts))
        look_back.verdicts.append(verdict)
    session.flush()
    return len(new)


def write(verdict: Verdict, proposal: Proposal) -> bool:
    """Put a proposal into its row; whether that changed anything."""
    before = (verdict.proposed, verdict.reason, verdict.contradictions)
    for name, value in _as_kept(proposal).items():
        setattr(verdict, name, value)
    return before != (verdict.proposed, verdict.reason, verdict.contradictions)


def take_over(verdict: Verdict) -> None:
    """What was noted since it was confirmed is what the person has seen now, and says a word on."""
    if verdict.since_confirmed is not None:
        for name, value in verdict.since_confirmed["found"].items():
            setattr(verdict, name, value)
        verdict.since_confirmed = None


def _note_changes(verdict: Verdict, proposal: Proposal) -> bool:
    """Keep what is otherwise than it was when a person confirmed it; whether anything is."""
    told = changes(_seen(verdict), proposal)
    noted = {"changes": list(told), "found": _as_kept(proposal)} if told else None
    if verdict.since_confirmed != noted:
        verdict.since_confirmed = noted
    return bool(told)


def _seen(verdict: Verdict) -> Seen:
    kept: Collection[dict[str, Any]] = verdict.contradictions
    known = tuple(
        Contradiction(_KINDS[each["code"]], tuple(each["facts"])) for each in kept if each["code"] in _KINDS
    )
    return Seen(VerdictKind(verdict.proposed), known)


def _as_kept(proposal: Proposal) -> dict[str, Any]:
    """A proposal as the columns of its row."""
    found = [
        {"code": each.code, "words": each.words, "facts": list(each.facts)}
        for each in proposal.contradictions
    ]
    return {
        "proposed": proposal.verdict.value, "reason": proposal.reason, "contradictions": found,
        "contradiction_count": len(proposal.open_questions),
    }  # fmt: skip


def _facts_of(session: Session, plan: Plan, now: datetime) -> dict[int, LookBackFacts]:
    """What is on record of each task, its quotas with the rest."""
    last = _last_day(plan, now)
    counted = task_counts.reached(session, plan_id=plan.id, today=last)
    facts = look_back_facts.facts_of(session, plan, ended_on=last)
    refused = task_counts.not_counted(session, plan_id=plan.id)
    return {
        task_id: replace(each, quota=counted.get(task_id), not_counted=refused.get(task_id, ()))
        for task_id, each in facts.items()
    }


def _last_day(plan: Plan, now: datetime) -> date:
    """The last day looked at: today, or the end of the plan's year when that has passed."""
    return min(china_day(now), date(plan.year, 12, 31))
