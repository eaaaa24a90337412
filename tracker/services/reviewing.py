"""Look-back (回头看): verdicts proposed from facts, confirmed by people; what is left is carried over.

"对上一年度工作要点落实情况开展“回头看”，未完成的要督促整改": a verdict is nobody's until a person has
confirmed it; what is confirmed as unfinished becomes a rectification item (整改) under the next year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.lineage import Chain
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_facts import EvidenceFact
from tracker.domain.look_back_steps import LookBackState, LookBackStep, take
from tracker.services import arranging, auditing, judging, lineage, tasks
from tracker.services.look_back_hold import (
    after_all_words,
    after_the_end,
    held,
    is_settled,
    plan_of,
    still_open,
    unsettled,
)
from tracker.store.queries import look_back_facts, reviews
from tracker.store.queries.reviews import VerdictCounts
from tracker.store.tables import LookBack, Plan, Rectification, Verdict


class NotAllConfirmed(RuleViolated):
    """还有结论没有确认，全部确认后才能定稿。"""


class TermsNeeded(RuleViolated):
    """转入整改的事项都要有牵头单位和时限，才能定稿。"""


class ChangedSince(RuleViolated):
    """有的事项确认后情况有变化，请看过、再确认一次，再定稿。"""


class WordNeeded(RuleViolated):
    """结论与系统建议不同，或有矛盾点，请写一句说明再确认。"""


class UnknownVerdict(RuleViolated):
    """请选择一个结论。"""


AGREED = "核对无误"
"""What a person says who confirms a proposal without a question, and writes nothing else."""


@dataclass(frozen=True, slots=True)
class LookBackView:
    """A plan's look-back as its page shows it."""

    plan: Plan
    look_back: LookBack | None
    counts: VerdictCounts | None
    verdicts: list[Verdict]
    rectifications: list[Rectification]
    chains: Mapping[int, Chain] = field(default_factory=dict)
    """By task: what of earlier years it goes on with."""
    late: int = 0
    """Tasks that came after it was begun, and have no verdict."""

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """What has to be done before it can be made final, in words."""
        counts = self.counts
        if counts is None:
            return ()
        told = (
            (counts.total - counts.confirmed, "还有 {} 项没有确认"),
            (counts.lacking, "还有 {} 项没有整改牵头单位或时限"),
            (counts.changed, "有 {} 项确认后情况有变化，请再看一次"),
            (self.late, "后来又增加了 {} 项任务，请先点“按最新情况重新提建议”"),
        )
        return tuple(words.format(number) for number, words in told if number)

    @property
    def to_mend(self) -> frozenset[int]:
        """The verdicts of which somebody is to mend something, by a day."""
        return frozenset(verdict.id for verdict in self.verdicts if arranging.wants_terms(verdict))

    @property
    def settled(self) -> frozenset[int]:
        """The verdicts that stay as an earlier 定稿 left them."""
        held = self.look_back
        return frozenset(verdict.id for verdict in self.verdicts if held and is_settled(held, verdict))

    def lead_of(self, verdict: Verdict) -> int | None:
        """The lead that is offered: the one chosen, else the task's own."""
        chosen = verdict.terms.lead_unit_id if verdict.terms else None
        return chosen or arranging.lead_of(verdict.task)


def listing(session: Session) -> list[tuple[Plan, LookBack | None, int]]:
    """Every plan with its look-back and how many verdicts are confirmed."""
    return reviews.plans(session)


def start(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> LookBack:
    """Begin the look-back of a plan and propose a verdict for each task; begun already, it is given back.

    Raises:
        NotFound: there is no such plan.

    """
    plan = plan_of(session, plan_id)
    is_new = reviews.begin(session, plan_id, account_id=actor.account_id, now=now)
    look_back = held(session, plan_id)
    if not is_new:
        return look_back
    judging.propose_for_new(session, plan, look_back, now=now)
    summary = f"开始《{plan.title}》回头看，共{len(look_back.verdicts)}项"
    auditing.record(session, actor, Event.LOOK_BACK_START, ("look_back", look_back.id), summary, now=now)
    return look_back


def start_or_look_again(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> int:
    """Begin a look-back, or look at the facts again where it has begun; how many proposals changed.

    Raises:
        NotFound: there is no such plan.
        AlreadyFinal: the look-back is final.

    """
    if reviews.look_back_of(session, plan_id) is None:
        start(session, actor, plan_id=plan_id, now=now)
        return 0
    return propose_again(session, plan_id=plan_id, now=now)


def propose_again(session: Session, *, plan_id: int, now: datetime) -> int:
    """Look at the facts once more for every verdict that nobody has confirmed, and for tasks that are new.

    Returns:
        How many proposals changed.

    Raises:
        AlreadyFinal: the look-back is final.

    """
    plan, look_back = plan_of(session, plan_id), still_open(session, plan_id)
    return len(judging.look_again(session, plan, look_back, now=now).proposed)


def note_changes(session: Session, *, plan_id: int, now: datetime) -> int:
    """Note where the facts have changed since a person confirmed them; how many such verdicts there are.

    Raises:
        NotFound: there is no such plan, or its look-back has not begun.

    """
    look_back = held(session, plan_id)
    if look_back.state == LookBackState.FINAL:
        return 0
    return judging.note_changes(session, plan_of(session, plan_id), look_back, now=now)


def take_in_new(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> int:
    """Open a final look-back again for the tasks that came after it (补核新增任务), and for nothing else.

    What was made final stays as it is, with its rectification.

    Returns:
        How many tasks came in; none where there is no such task, or the look-back is open.

    Raises:
        NotFound: there is no such plan, or its look-back has not begun.

    """
    plan, look_back = plan_of(session, plan_id), held(session, plan_id)
    if look_back.state != LookBackState.FINAL or not reviews.not_looked_at(session, look_back):
        return 0
    look_back.state = take(LookBackState.FINAL, LookBackStep.REOPEN).value
    new = judging.propose_for_new(session, plan, look_back, now=now)
    summary = f"《{plan.title}》回头看定稿后新增{new}项任务，补核"
    auditing.record(session, actor, Event.LOOK_BACK_REOPEN, ("look_back", look_back.id), summary, now=now)
    return new


def view(
    session: Session,
    *,
    plan_id: int,
    proposed: str | None = None,
    confirmed: str | None = None,
    contradicted: bool = False,
    lacking: bool = False,
    changed: bool = False,
) -> LookBackView:
    """A plan's look-back with the verdicts that fit the filter.

    Raises:
        NotFound: there is no such plan.

    """
    plan = plan_of(session, plan_id)
    look_back = reviews.look_back_of(session, plan_id)
    if look_back is None:
        return LookBackView(plan, None, None, [], [])
    rows = reviews.verdicts(
        session, look_back.id, proposed=proposed, confirmed=confirmed, contradicted=contradicted,
        lacking=lacking, changed=changed,
    )  # fmt: skip
    items = reviews.rectifications(session, plan_id=plan_id)
    counts, chains = reviews.verdict_counts(session, look_back.id), lineage.chains(session, plan_id)
    late = reviews.not_looked_at(session, look_back)
    return LookBackView(plan, look_back, counts, rows, items, chains, late)


def evidence_of(session: Session, *, plan_id: int) -> Mapping[int, Sequence[EvidenceFact]]:
    """What stands as evidence for each task of a plan."""
    return look_back_facts.evidence_of(session, plan_of(session, plan_id).id)


def confirm(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    verdict_id: int,
    version: int,
    said: str,
    note: str,
    now: datetime,
) -> Verdict:
    """A person confirms the proposed verdict or sets another one.

    Where the facts have changed since it was confirmed before, the word is on what they say now.

    Raises:
        NotFound: the plan's look-back has no such verdict.
        AlreadyFinal: the look-back is final, or was when this verdict was given.
        VersionConflict: somebody else confirmed it meanwhile.
        UnknownVerdict: `said` is no verdict.
        WordNeeded: it differs from the proposal, or there are contradictions, and no word is given.

    """
    look_back = still_open(session, plan_id)
    verdict = unsettled(look_back, reviews.verdict(session, look_back.id, verdict_id))
    if verdict.version != version:
        raise VersionConflict
    if said not in {kind.value for kind in VerdictKind}:
        raise UnknownVerdict
    judging.take_over(verdict)
    if not note.strip() and (said != verdict.proposed or verdict.contradiction_count):
        raise WordNeeded
    _confirm(look_back, verdict, actor, said=said, note=note.strip(), now=now)
    summary = f"{verdict.task.title}：{VerdictKind(said).label}"
    auditing.record(session, actor, Event.VERDICT_CONFIRM, ("task", verdict.task_id), summary, now=now)
    return verdict


@dataclass(frozen=True, slots=True)
class Together:
    """How many were confirmed together, and how many were left since they are not what was shown."""

    confirmed: int
    changed: int


def confirm_clean(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> Together:
    """Confirm as proposed everything without a contradiction that nobody has confirmed yet.

    The facts are looked at once more: what has changed since it was proposed is proposed anew and left for a
    person to see, so that nobody confirms what no longer holds.
    """
    look_back = still_open(session, plan_id)
    changed = judging.look_again(session, plan_of(session, plan_id), look_back, now=now).proposed
    clean = [
        verdict
        for verdict in reviews.verdicts(session, look_back.id, confirmed="no")
        if not verdict.contradiction_count and verdict.id not in changed
    ]
    for verdict in clean:
        _confirm(look_back, verdict, actor, said=verdict.proposed, note="", now=now)
    if clean:
        summary = f"按建议确认没有矛盾点的{len(clean)}项"
        detail = {"tasks": [verdict.task_id for verdict in clean]}
        subject = ("look_back", look_back.id)
        auditing.record(session, actor, Event.VERDICT_CONFIRM, subject, summary, detail=detail, now=now)
    return Together(len(clean), len(changed))


def finish(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> list[Rectification]:
    """Make the look-back final; what is unfinished becomes a rectification item of the next year.

    Each of these has its lead and its day by then (`tracker.services.arranging`). What was made final before
    the look-back was opened again (`take_in_new`) is left as it is. A task that was signed off
    and is found 未完成 is opened again, and its parts go back to their units.

    Raises:
        NotAllConfirmed: some verdict is nobody's yet, or a task has come since and has none.
        TermsNeeded: something that is to be mended has no lead or no day.
        ChangedSince: the facts have changed since a person confirmed them; `note_changes` keeps which.
        AlreadyFinal: it is final already.

    """
    plan = plan_of(session, plan_id)
    look_back = still_open(session, plan_id)
    rows = reviews.verdicts(session, look_back.id)
    missing = sum(1 for verdict in rows if verdict.confirmed is None)
    if missing:
        raise NotAllConfirmed(f"还有{missing}项结论没有确认，全部确认后才能定稿。")
    if late := reviews.not_looked_at(session, look_back):
        raise NotAllConfirmed(f"后来又增加了{late}项任务，请先点“按最新情况重新提建议”，确认后再定稿。")
    if bare := len(arranging.lacking(rows)):
        raise TermsNeeded(f"转入整改的还有{bare}项没有牵头单位或时限，填好后才能定稿。")
    if changed := judging.note_changes(session, plan, look_back, now=now):
        raise ChangedSince(f"有{changed}项确认后情况有变化，请看过、再确认一次，再定稿。")
    new = [verdict for verdict in rows if not is_settled(look_back, verdict)]
    look_back.state = take(LookBackState(look_back.state), LookBackStep.FINISH).value
    look_back.finished_at = after_all_words(rows, now)
    items = [
        _rectify(verdict, plan, actor, now=now)
        for verdict in new
        if verdict.confirmed is not None and VerdictKind(verdict.confirmed).wants_rectification
    ]
    session.add_all(items)
    session.flush()
    for verdict in new:
        if verdict.confirmed == VerdictKind.UNFINISHED:
            why = f"回头看结论为“未完成”{f'，{verdict.note}' if verdict.note else ''}"
            tasks.reopen_found_unfinished(session, actor, task_id=verdict.task_id, reason=why, now=now)
    summary = f"《{plan.title}》回头看定稿，{len(items)}项转入{plan.year + 1}年整改"
    auditing.record(session, actor, Event.LOOK_BACK_FINISH, ("look_back", look_back.id), summary, now=now)
    for item in items:
        subject = ("task", item.task_id)
        words = f"转入{item.year}年整改：{item.title}"
        auditing.record(session, actor, Event.RECTIFICATION_CREATE, subject, words, now=now)
    return items


def _confirm(
    look_back: LookBack, verdict: Verdict, actor: Actor, *, said: str, note: str, now: datetime
) -> None:
    verdict.confirmed = said
    verdict.note = note or AGREED
    verdict.confirmed_by_id = actor.account_id
    verdict.confirmed_at = after_the_end(look_back, now)


def _rectify(verdict: Verdict, plan: Plan, actor: Actor, *, now: datetime) -> Rectification:
    return Rectification(
        verdict=verdict,
        task_id=verdict.task_id,
        year=plan.year + 1,
        title=verdict.task.title,
        lead_unit_id=verdict.terms.lead_unit_id if verdict.terms else None,
        due_on=verdict.terms.due_on if verdict.terms else None,
        created_at=now,
        created_by_id=actor.account_id,
    )
