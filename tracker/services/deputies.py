"""Deputies (代办): arrange one, take it back, and act in another's place with one's own sign-in.

Who acts stays himself: every event names 「王晓 代 李明」 and keeps both accounts. What he may do is what the
other may do; the day decides, at each request, whether he still is the deputy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import deputy as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.deputy import DeputyState, Span
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.queries import accounts
from tracker.store.queries import standing_in as queries
from tracker.store.tables import Account, Deputyship

ARRANGEABLE = tuple(role for role in UserRole if rules.roles_for(role))


class NotRunning(RuleViolated):
    """代办还没开始或者已经结束，请刷新页面看最新安排。"""


class DeputyEnded(RuleViolated):
    """代办已经结束，刚才这一步没有做。需要继续办理，请本人或公开办重新安排。"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An arrangement as it was typed; without `for_id` it is one's own."""

    by_id: int
    starts_on: date
    ends_on: date
    reason: str
    for_id: int | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement in a list."""

    row: Deputyship
    state: DeputyState

    @property
    def can_end(self) -> bool:
        return self.state in {DeputyState.UPCOMING, DeputyState.RUNNING}


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody for whom the person may act today, and how much unread lies there."""

    row: Deputyship
    unread: int


@dataclass(frozen=True, slots=True)
class DeputyPage:
    """代办: for whom one may act, what is arranged, and who can be asked."""

    choices: tuple[Choice, ...]
    arrangements: tuple[Arrangement, ...]
    principals: tuple[Account, ...]
    """For whom the person may arrange; nobody but himself unless he is of the office."""
    candidates: tuple[Account, ...]


def page(session: Session, oneself: Actor, *, today: date) -> DeputyPage:
    """The page of one person; the office sees everybody's arrangements."""
    office = oneself.role == UserRole.OFFICE.value
    own = oneself.account_id
    mine = [] if own is None else queries.acting_for(session, own, today=today)
    return DeputyPage(
        choices=tuple(Choice(row, accounts.unread_count(session, row.for_id)) for row in mine),
        arrangements=tuple(
            Arrangement(row, _state(row, today))
            for row in queries.arrangements(session, account_id=None if office else own)
        ),
        principals=tuple(queries.people(session, ARRANGEABLE)) if office else (),
        candidates=tuple(_candidates(session, oneself)),
    )


def arrange(session: Session, oneself: Actor, *, wanted: Wanted, now: datetime) -> Deputyship:
    """Let somebody act for oneself, or, by the office, for anybody; from one day to another with a reason.

    Raises:
        ActingAlready: a deputy does not arrange deputies.
        NotFound: the person may not arrange for this account, or not ask that one.
        RuleViolated: roles, days or another arrangement stand against it.

    """
    if oneself.acts_for_id is not None:
        raise rules.ActingAlready
    office = oneself.role == UserRole.OFFICE.value
    for_id = wanted.for_id if wanted.for_id is not None else oneself.account_id
    if for_id is None or (for_id != oneself.account_id and not office):
        raise NotFound
    if wanted.by_id == for_id:
        raise rules.OneselfNamed
    both = queries.locked_accounts(session, {for_id, wanted.by_id})
    principal, deputy = both.get(for_id), both.get(wanted.by_id)
    if principal is None or deputy is None or not (principal.active and deputy.active):
        raise NotFound
    if not office and deputy.id not in {one.id for one in _candidates(session, oneself)}:
        raise NotFound
    if deputy.role not in rules.roles_for(UserRole(principal.role)):
        raise rules.RolesDoNotFit
    span = Span(for_id, wanted.by_id, wanted.starts_on, wanted.ends_on)
    today = china_day(now)
    reason = rules.arranged(span, wanted.reason, known=queries.spans(session, both, since=today), today=today)
    row = Deputyship(
        for_id=span.for_id, by_id=span.by_id, starts_on=span.starts_on, ends_on=span.ends_on, reason=reason,
        made_by_name=oneself.name, made_at=now, principal=principal, deputy=deputy,
    )  # fmt: skip
    session.add(row)
    session.flush()
    said = f"{_between(row)}由{deputy.display_name}代{principal.display_name}办理：{reason}"
    detail = {"deputyship": row.id, "for": for_id, "by": span.by_id, "why": reason}
    detail |= {"from": span.starts_on, "to": span.ends_on}
    _record(session, oneself, Event.DEPUTY_ARRANGE, row, said, detail=detail, now=now)
    return row


def take_back(
    session: Session, oneself: Actor, *, deputyship_id: int, version: int, now: datetime
) -> Deputyship:
    """End an arrangement before its day; either of the two may, and the office.

    Raises:
        ActingAlready: a deputy does not change arrangements in another's name.
        NotFound: there is none, or it is not the person's.
        NotRunning: it is over already.
        VersionConflict: somebody else was faster.

    """
    if oneself.acts_for_id is not None:
        raise rules.ActingAlready
    row = queries.deputyship(session, deputyship_id)
    involved = row is not None and oneself.account_id in {row.for_id, row.by_id}
    if row is None or not (involved or oneself.role == UserRole.OFFICE.value):
        raise NotFound
    before = _state(row, china_day(now))
    if before in {DeputyState.OVER, DeputyState.TAKEN_BACK}:
        raise NotRunning
    if row.version != version:
        raise VersionConflict
    row.ended_at, row.ended_by_name = now, oneself.name
    session.flush()
    said = f"提前结束{row.deputy.display_name}代{row.principal.display_name}办理（{_between(row)}）"
    detail = {"deputyship": row.id, "state": [before.value, DeputyState.TAKEN_BACK.value]}
    _record(session, oneself, Event.DEPUTY_TAKE_BACK, row, said, detail=detail, now=now)
    return row


def begin(
    session: Session, oneself: Actor, *, sign_in_id: int, deputyship_id: int, now: datetime
) -> Deputyship:
    """Act in another's place with this sign-in, until one goes back or the day is over.

    Raises:
        ActingAlready: one acts for somebody already; a deputy's deputy there is not.
        NotFound: the arrangement does not name this person.
        NotRunning: its days have not come or are over, or the other's account is closed.

    """
    if oneself.acts_for_id is not None:
        raise rules.ActingAlready
    row = queries.deputyship(session, deputyship_id)
    if row is None or row.by_id != oneself.account_id:
        raise NotFound
    if _state(row, china_day(now)) is not DeputyState.RUNNING or not row.principal.active:
        raise NotRunning
    queries.act(session, sign_in_id, row.id)
    said = f"{oneself.name}开始代{row.principal.display_name}办理"
    _record(session, oneself, Event.DEPUTY_BEGIN, row, said, detail={"deputyship": row.id}, now=now)
    return row


def leave(session: Session, actor: Actor, *, sign_in_id: int, now: datetime) -> None:
    """Be oneself again; whoever is already is told nothing else."""
    if actor.acts_for_id is None:
        return
    queries.stop_acting(session, sign_in_id)
    about = ("account", actor.acts_for_id)
    auditing.record(session, actor, Event.DEPUTY_LEAVE, about, f"{actor.name}：回到本人", now=now)


def lapse(session: Session, oneself: Actor, *, sign_in_id: int, now: datetime) -> None:
    """The arrangement has ended under a browser that was acting by it."""
    if not queries.stop_acting(session, sign_in_id):
        return  # another request of the same browser was faster
    said = f"代办已结束，{oneself.name}回到本人"
    auditing.record(session, SYSTEM, Event.DEPUTY_LEAVE, ("account", oneself.account_id), said, now=now)


def _candidates(session: Session, oneself: Actor) -> list[Account]:
    """Whom a person can ask; a unit's contact sees the colleagues of the own unit and nobody else."""
    if oneself.role == UserRole.OFFICE.value:
        return queries.people(session, ARRANGEABLE)
    unit = oneself.unit_id if oneself.role == UserRole.UNIT.value else None
    roles = [role for role in UserRole if role in rules.roles_for(UserRole(oneself.role))]
    return queries.people(session, roles, unit_id=unit, without=oneself.account_id)


def _state(row: Deputyship, today: date) -> DeputyState:
    return rules.state_of(row.starts_on, row.ends_on, taken_back=row.ended_at is not None, today=today)


def _between(row: Deputyship) -> str:
    return f"{month_day(row.starts_on)}至{month_day(row.ends_on)}"


def _record(
    session: Session,
    actor: Actor,
    event: Event,
    row: Deputyship,
    summary: str,
    *,
    detail: dict[str, object],
    now: datetime,
) -> None:
    auditing.record(session, actor, event, ("account", row.for_id), summary, detail=detail, now=now)
