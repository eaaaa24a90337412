"""The outbox: claiming by lease, finishing by fence, and what could not be delivered.

The lease runs by the database's clock, the same for all workers; a worker whose own clock is an hour off
would otherwise take what others hold. Whether a letter may go yet (`not_before`) is a question of the
office's time and is asked with the caller's `now`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, joinedload

from tracker.domain.outbox import MOST_TRIES, SAID_BY_A_PERSON, OutboxState, Outcome, is_said_once
from tracker.domain.rate_limit import RateLimit
from tracker.store.insert import insert_missing
from tracker.store.tables import Account, ChannelPace, DeliveryAttempt, InboxItem, Notice, OutboxItem

LEASE = timedelta(seconds=60)
# SQLite takes some 32,000 values in one statement.
MANY = 5000
BROKEN_OFF = "发送时中断，不知道对方收没收到"
NOT_BEGUN = "还没有发送就中断了"


@dataclass(frozen=True, slots=True)
class Lease:
    """What one worker holds for one person and one channel: everything that goes into one letter.

    `fences` maps outbox ids to the fence of this claim; a fence grows with every claim, so that the late
    finish of a worker that was thought dead is told apart. `letter_key` is empty before the first try.
    """

    owner: str
    account_id: int
    channel: str
    letter_key: str
    fences: dict[int, int]


def database_now(session: Session) -> datetime:
    """The database's clock, in UTC."""
    if session.get_bind().dialect.name == "sqlite":
        text = session.scalar(select(func.strftime("%Y-%m-%dT%H:%M:%f", "now")))
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    # clock_timestamp() goes on inside a transaction; now() would stand still.
    moment = session.scalar(select(literal_column("clock_timestamp()")))
    if not isinstance(moment, datetime):
        raise TypeError("the database gave no time")
    return moment.astimezone(UTC)


def _claimable(now: datetime, database_time: datetime) -> ColumnElement[bool]:
    due = and_(OutboxItem.state == OutboxState.DUE.value, OutboxItem.not_before <= now)
    abandoned = and_(OutboxItem.state == OutboxState.SENDING.value, OutboxItem.lease_until < database_time)
    return or_(due, abandoned)


def claim(session: Session, owner: str, *, now: datetime) -> Lease | None:
    """Take all that may go now to one person by one channel; None when nothing may.

    What waits for nobody's digest stands behind no morning's thousands; among equals the oldest goes first.
    What was tried before goes again as the letter it was. The person's row is locked meanwhile, so that two
    workers never share one person's letter between them; whom another worker has locked is passed over.
    """
    database_time = database_now(session)
    claimable = _claimable(now, database_time)
    # The weaker lock: rows that refer to the person may be added meanwhile.
    waiting = (
        select(OutboxItem)
        .join(Account, Account.id == OutboxItem.account_id)
        .where(claimable)
        .order_by(OutboxItem.ready_at.is_not(None), OutboxItem.not_before, OutboxItem.id)
        .limit(1)
        .with_for_update(of=Account, skip_locked=True, key_share=True)
    )
    while first := session.scalars(waiting).first():
        rows = session.scalars(
            select(OutboxItem)
            .where(
                claimable,
                OutboxItem.account_id == first.account_id,
                OutboxItem.channel == first.channel,
                OutboxItem.letter_key == first.letter_key,
            )
            .options(joinedload(OutboxItem.notice))
            .order_by(OutboxItem.id)
            .with_for_update(of=OutboxItem)
            .execution_options(populate_existing=True)
        ).all()
        taken = [row for row in rows if _may_be_tried(session, row, now=now)]
        for row in taken:
            row.state = OutboxState.SENDING.value
            row.lease_owner = owner
            row.lease_until = database_time + LEASE
            row.fence += 1
            row.attempts += 1
        session.flush()
        if taken:
            fences = {row.id: row.fence for row in taken}
            return Lease(owner, first.account_id, first.channel, first.letter_key, fences)
        # Otherwise another worker took them while this one looked, or none of them may be tried again.
    return None


def _may_be_tried(session: Session, row: OutboxItem, *, now: datetime) -> bool:
    """Whether what is claimable goes; a try that nobody came back from is written down first.

    The letter's key is kept before its bytes go out: without one, nothing has left the house.
    """
    if row.state != OutboxState.SENDING.value:
        return True
    perhaps_out = bool(row.letter_key)
    outcome = Outcome.AMBIGUOUS if perhaps_out else Outcome.RETRY
    row.last_error = BROKEN_OFF if perhaps_out else NOT_BEGUN
    session.add(
        DeliveryAttempt(
            outbox_id=row.id, number=row.attempts, at=now, outcome=outcome.value, detail=row.last_error
        )
    )
    if perhaps_out and is_said_once(row.notice.kind):
        row.state, row.lease_until = OutboxState.UNCONFIRMED.value, None
    elif row.attempts >= MOST_TRIES:
        # A person looks at it before it ends another worker.
        row.state, row.lease_until = OutboxState.DEAD.value, None
        row.last_error = "每次发送都中断，没有结果"
    return row.state == OutboxState.SENDING.value


def held(session: Session, claim: Lease) -> list[OutboxItem]:
    """The deliveries of a claim that its owner still holds, with their notices, oldest first."""
    rows = session.scalars(
        select(OutboxItem)
        .where(OutboxItem.id.in_(claim.fences), OutboxItem.lease_owner == claim.owner)
        .where(OutboxItem.state == OutboxState.SENDING.value)
        .options(joinedload(OutboxItem.notice))
        .order_by(OutboxItem.id)
        .with_for_update(of=OutboxItem)
    ).all()
    return [row for row in rows if row.fence == claim.fences[row.id]]


def revive(
    session: Session, item_ids: list[int], *, not_before: datetime, ready_at: datetime | None = None
) -> None:
    """Let what was withdrawn wait again; what others meanwhile revived, took or sent stays as it is."""
    session.execute(
        update(OutboxItem)
        .where(OutboxItem.id.in_(item_ids), OutboxItem.state == OutboxState.CANCELLED.value)
        # A letter of its own: the rest of the old one may have gone, and a receiver would take the same key
        # for a repetition.
        .values(
            state=OutboxState.DUE.value, not_before=not_before, ready_at=ready_at, letter_key="",
            letter_at=None,
        )
    )


def failed_with(session: Session, item: OutboxItem) -> list[OutboxItem]:
    """What failed together with a delivery, as one letter, held until the transaction ends.

    The delivery itself is not among them when it never failed, or somebody has dealt with it meanwhile.
    """
    rows = select(OutboxItem).where(
        OutboxItem.channel == item.channel,
        OutboxItem.letter_key == item.letter_key,
        OutboxItem.state.in_((OutboxState.DEAD.value, OutboxState.UNCONFIRMED.value)),
    )
    if not item.letter_key:
        rows = rows.where(OutboxItem.id == item.id)
    rows = rows.order_by(OutboxItem.id).with_for_update()
    return list(session.scalars(rows.execution_options(populate_existing=True)))


def wait_for_pace(session: Session, channel: str, a_minute: int) -> timedelta:
    """Take one message out of a channel's allowance; how long to wait first, zero when it may go."""
    moment = database_now(session)
    insert_missing(session, ChannelPace, [{"channel": channel, "full_at": moment}], keys=("channel",))
    row = session.scalars(
        select(ChannelPace).where(ChannelPace.channel == channel).with_for_update()
    ).one()
    row.full_at, wait = RateLimit(a_minute).take(row.full_at, moment)
    session.flush()
    return wait


def urged_since(session: Session, since: datetime) -> list[Notice]:
    """What people have said by hand (催办、督办、上报) and what still stands."""
    wanted = select(Notice).where(Notice.kind.in_(SAID_BY_A_PERSON), Notice.state == "planned")
    return list(session.scalars(wanted.where(Notice.planned_at >= since).order_by(Notice.key)))


def renew(session: Session, items: Sequence[OutboxItem]) -> None:
    """Let a claim run from now: however long a letter took to write, its channel has the whole time."""
    until = database_now(session) + LEASE
    for item in items:
        item.lease_until = until


def put_into_inbox(
    session: Session, item: OutboxItem, *, subject: str, body: str, link: str, now: datetime
) -> None:
    """Lay a notice into its person's inbox, in the words meant for him; laid twice it lies there once."""
    values = {
        "outbox_id": item.id,
        "account_id": item.account_id,
        "subject": subject,
        "body": body,
        "link": link,
        "created_at": now,
    }
    insert_missing(session, InboxItem, [values], keys=("outbox_id",))


def attempts(session: Session, outbox_id: int) -> list[DeliveryAttempt]:
    """Every try of one delivery, in order."""
    wanted = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == outbox_id)
    return list(session.scalars(wanted.order_by(DeliveryAttempt.id)))


@dataclass(frozen=True, slots=True)
class Known:
    """A notice that exists: whether it stands, since when, and its deliveries, the withdrawn with their ids.

    A delivery is told by its channel and by whom it is for, the group's key or the account's id.
    """

    id: int
    stands: bool
    planned_at: datetime
    deliveries: dict[tuple[str, str | int], int | None]


def known(session: Session, keys: Sequence[str]) -> dict[str, Known]:
    """The notices among `keys` that exist already; read as plain rows, for most ticks find nothing to do."""
    found: dict[str, Known] = {}
    for start in range(0, len(keys), MANY):
        of_these = Notice.key.in_(keys[start : start + MANY])
        notices = session.execute(
            select(Notice.key, Notice.id, Notice.state, Notice.planned_at).where(of_these)
        )
        found |= {key: Known(id_, state == "planned", since, {}) for key, id_, state, since in notices}
        rows = session.execute(
            select(
                Notice.key, OutboxItem.id, OutboxItem.channel, OutboxItem.account_id, OutboxItem.group_key,
                OutboxItem.state,
            )
            .join(Notice, Notice.id == OutboxItem.notice_id)
            .where(of_these)
        )  # fmt: skip
        for key, id_, channel, account_id, group_key, state in rows:
            withdrawn = id_ if state == OutboxState.CANCELLED.value else None
            found[key].deliveries[channel, group_key or account_id] = withdrawn
    return found


def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these notices exist already."""
    found: set[str] = set()
    for start in range(0, len(keys), MANY):
        some = select(Notice.key).where(Notice.key.in_(keys[start : start + MANY]))
        found.update(session.scalars(some))
    return found


def stand_again(session: Session, notice_ids: list[int]) -> None:
    """Let notices that were withdrawn hold again."""
    if notice_ids:
        again = update(Notice).where(Notice.id.in_(notice_ids))
        session.execute(again.values(state="planned", cancelled_at=None))


def planned_undelivered(session: Session) -> list[Notice]:
    """Notices that still stand and of which something has not gone out yet."""
    waiting = select(OutboxItem.notice_id).where(OutboxItem.state == OutboxState.DUE.value)
    rows = session.scalars(select(Notice).where(Notice.state == "planned", Notice.id.in_(waiting)))
    return list(rows)


def waiting(session: Session) -> dict[str, date | None]:
    """The keys of what stands and has not gone out everywhere yet, with the day that each is about."""
    due = select(OutboxItem.notice_id).where(OutboxItem.state == OutboxState.DUE.value)
    wanted = select(Notice.key, Notice.cause).where(Notice.state == "planned", Notice.id.in_(due))
    days = ((key, cause.get("due_on")) for key, cause in session.execute(wanted))
    return {key: date.fromisoformat(day) if day else None for key, day in days}


def cancel_waiting(session: Session, notice_ids: list[int]) -> int:
    """Withdraw what has not gone out of these notices; what is being sent at this moment stays."""
    result = session.execute(
        update(OutboxItem)
        .where(OutboxItem.notice_id.in_(notice_ids), OutboxItem.state == OutboxState.DUE.value)
        .values(state=OutboxState.CANCELLED.value)
        .returning(OutboxItem.id)
    )
    return len(result.all())


def troubled(session: Session, *, limit: int = 200) -> list[OutboxItem]:
    """Deliveries that a person must look at: failed for good, or without an answer; newest first."""
    states = (OutboxState.DEAD.value, OutboxState.UNCONFIRMED.value)
    rows = session.scalars(
        select(OutboxItem)
        .where(OutboxItem.state.in_(states))
        .options(joinedload(OutboxItem.notice))
        .order_by(OutboxItem.id.desc())
        .limit(limit)
    )
    return list(rows)


def troubled_count(session: Session) -> int:
    """How many deliveries a person must look at."""
    states = (OutboxState.DEAD.value, OutboxState.UNCONFIRMED.value)
    wanted = select(func.count()).select_from(OutboxItem).where(OutboxItem.state.in_(states))
    return session.scalar(wanted) or 0
