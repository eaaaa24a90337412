"""What reminders are planned from (提醒的依据): what is wanted of units and of the office at the moment.

Each fact is of one noun; what is settled is in none of them. `since` is the day from which it has been
wanted: a rung that would have been reached by then is left out, for long lead times do not fit short cycles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.notices import NoticeKind
from tracker.domain.obligation import ObligationState
from tracker.domain.period import WEEKLY, WEEKLY_NAME
from tracker.domain.request import RequestState


@dataclass(frozen=True, slots=True)
class ObligationFact:
    """One return that a unit owes.

    `opens_on` is the day from which it can be handed in, `why` why its cut-off moved; `cadence_kind` is the
    key of its cadence in the plan, and `asks_progress` whether it has a line a task.
    """

    obligation_id: int
    cadence_id: int
    plan_id: int
    unit_id: int
    plan_title: str
    period_key: str
    period_label: str
    opens_on: date
    due_at: datetime
    state: ObligationState
    cadence_kind: str = WEEKLY
    cadence_name: str = WEEKLY_NAME
    asks_progress: bool = True
    why: str = ""
    returned_at: datetime | None = None
    return_reason: str = ""
    return_number: int = 0
    after_kept: bool = False
    """Whether the unit has handed in the period before: what it misses then begins anew."""
    missed_before: int = 0
    """How many of the unit's periods of this cadence are missed that lie before all facts."""


@dataclass(frozen=True, slots=True)
class CheckpointFact:
    """One open checkpoint with the units whose part is not done.

    `since` is the day from which it is the next one: that of the checkpoint before it, or on which it was
    given, be it with the plan, with a task that came later or by the last move of its day. A monthly task is
    so not announced while last month's is still due, nor a day that was put off and is near.
    """

    task_id: int
    plan_id: int
    plan_title: str
    task_title: str
    label: str
    due_on: date
    unit_ids: tuple[int, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class DutyFact:
    """One thing that a unit has to do by a day.

    Its kind says what: a clock that runs (时限), the parts of a plan to claim (认领, `about_id` is the plan),
    a meeting's decision (议定事项), an instruction (批示), a new contact to file (交接), a sheet of
    statistics (统计表, `about_id` is the year).
    """

    kind: NoticeKind
    about_id: int
    unit_id: int
    title: str
    due_on: date
    plan_id: int | None = None
    plan_title: str = ""
    task_id: int | None = None
    since: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RequestFact:
    """What a unit asked of the office: waiting for its answer, or answered at `answered_at`."""

    request_id: int
    plan_id: int
    plan_title: str
    task_id: int
    task_title: str
    unit_id: int
    unit_name: str
    asked: str
    """延期, 销号, 异议."""
    asked_at: datetime
    state: RequestState = RequestState.WAITING
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """A meeting that takes place, with the units that are asked to it."""

    meeting_id: int
    plan_id: int
    plan_title: str
    title: str
    called_at: datetime
    starts_at: datetime
    place: str
    unit_ids: tuple[int, ...]
    moved: tuple[tuple[int, datetime], ...] = ()
    """Which units were told another moment before."""


@dataclass(frozen=True, slots=True)
class MeetingOffFact:
    """A unit was told of a meeting at `starts_at`, at `told_at`, and need not come: for it is cancelled
    (`why`), or takes place without the unit.
    """

    meeting_id: int
    plan_id: int
    plan_title: str
    title: str
    unit_id: int
    told_at: datetime
    starts_at: datetime
    cancelled: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class QuotaFact:
    """One span of a quota that is not met: of one unit, or of several that are counted together."""

    target_id: int
    number: int
    """The span's place in the year."""
    plan_id: int
    plan_title: str
    task_id: int
    title: str
    span: str
    starts_on: date
    ends_on: date
    minimum: int
    expected: int
    counted: int
    unit_ids: tuple[int, ...]
    since: date | None = None
    """The day from which it has been asked for, where that lies inside the span."""

    @property
    def behind(self) -> bool:
        """Whether the even pace is missed."""
        return self.counted < self.expected


@dataclass(frozen=True, slots=True)
class SelfCheckFact:
    """What should have been sent from one day to another, both with it, and what became of it."""

    from_day: date
    to_day: date
    expected: int
    sent: int
    unconfirmed: int
    failed: int
    waiting: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """All that is wanted at the moment; what is settled need not be in it."""

    obligations: tuple[ObligationFact, ...] = ()
    checkpoints: tuple[CheckpointFact, ...] = ()
    duties: tuple[DutyFact, ...] = ()
    requests: tuple[RequestFact, ...] = ()
    meetings: tuple[MeetingFact, ...] = ()
    meetings_off: tuple[MeetingOffFact, ...] = ()
    quotas: tuple[QuotaFact, ...] = ()
    undelivered: int = 0
    """How many deliveries a person has to look at."""
    self_check: SelfCheckFact | None = None
    """On a workday: what was to be sent since the workday before."""
    planned_at: datetime | None = None
    """When reminders were planned last; None where they never were."""
    waiting: frozenset[str] = frozenset()
    """The keys of what was planned and has not gone out yet."""

    @property
    def plan_ids(self) -> set[int | None]:
        """Whose they are; None for what belongs to no plan."""
        return {
            *(fact.plan_id for fact in self.obligations),
            *(fact.plan_id for fact in self.checkpoints),
            *(fact.plan_id for fact in self.duties),
            *(fact.plan_id for fact in self.requests),
            *(fact.plan_id for fact in self.meetings),
            *(fact.plan_id for fact in self.meetings_off),
            *(fact.plan_id for fact in self.quotas),
        }

    def of_plans(self, wanted: Callable[[int | None], bool]) -> ReminderFacts:
        """Those of some plans; what belongs to no plan is asked for as None."""
        return ReminderFacts(
            obligations=tuple(fact for fact in self.obligations if wanted(fact.plan_id)),
            checkpoints=tuple(fact for fact in self.checkpoints if wanted(fact.plan_id)),
            duties=tuple(fact for fact in self.duties if wanted(fact.plan_id)),
            requests=tuple(fact for fact in self.requests if wanted(fact.plan_id)),
            meetings=tuple(fact for fact in self.meetings if wanted(fact.plan_id)),
            meetings_off=tuple(fact for fact in self.meetings_off if wanted(fact.plan_id)),
            quotas=tuple(fact for fact in self.quotas if wanted(fact.plan_id)),
            undelivered=self.undelivered if wanted(None) else 0,
            self_check=self.self_check if wanted(None) else None,
            planned_at=self.planned_at,
            waiting=self.waiting,
        )
