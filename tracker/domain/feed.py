"""Calendar feed (日历订阅): whose days a calendar shows, and how a change is told as one.

A calendar that subscribes fetches everything anew. What it knows an event by is the UID, made of facts (the
task and its day as it first was, the rhythm and its period), never of when a row was written. The numbers
beside it follow from what was told last:

    told before   holds now        what is told
    no            yes              the event, sequence 0
    yes           the same         the same, word for word
    yes           otherwise        the event, sequence + 1, changed now
    yes           called off       the event as it was, cancelled, sequence + 1; for 60 days
    yes           not any more     likewise

and an event whose last day is more than 60 days ago is told no more (RFC 5545 3.8.7.4, 3.8.1.11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tracker.domain.access import UserRole
from tracker.domain.china_time import china_day
from tracker.domain.titled import Titled

KEPT_FOR = timedelta(days=60)
"""How long what is over, and what was called off, stays in a calendar."""
GONE = "已取消"
"""What is said of an event that does not hold any more, where nothing says why."""
SHOWN_LINES = 10
LONGEST_SUMMARY = 80
A_DAY = timedelta(days=1)


def scope_of(role: str, unit_id: int | None) -> str:
    """Whose days a person's calendar shows; empty for roles without work of their own.

    Everybody of one unit is told the same, and so is everybody of the office, and every leader.
    """
    if role == UserRole.UNIT and unit_id is not None:
        return f"unit-{unit_id}"
    return role if role in {UserRole.OFFICE, UserRole.LEADER} else ""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whose calendar it is, as the account stands now."""

    account_id: int
    role: str
    unit_id: int | None
    last_used_on: date | None

    @property
    def scope(self) -> str:
        return scope_of(self.role, self.unit_id)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event: whole days, of which `ends` is the first that is over, or a time between two moments."""

    uid: str
    summary: str
    starts: date
    ends: date
    path: str
    """The page where it can be dealt with."""
    lines: tuple[str, ...] = ()
    place: str = ""
    busy: bool = False
    """Somebody has to be there: the time is taken."""
    called_off: str = ""
    """The word for it: 已取消, 免报, 已作废."""

    @property
    def whole_days(self) -> bool:
        return not isinstance(self.starts, datetime)

    @property
    def last_day(self) -> date:
        """The last day that it touches, in China."""
        if isinstance(self.ends, datetime):
            return china_day(self.ends)
        return self.ends - A_DAY


def all_day(
    uid: str, day: date, summary: str, path: str, *, lines: Iterable[str] = (), called_off: str = ""
) -> FeedEvent:
    """An event of one whole day."""
    return FeedEvent(uid, shortened(summary), day, day + A_DAY, path, tuple(lines), called_off=called_off)


def shortened(words: str) -> str:
    """A heading in one line that a phone can show."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1]}…"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An event as calendars are told of it; `called_off_at` is set for one that is cancelled."""

    event: FeedEvent
    sequence: int
    changed_at: datetime
    called_off_at: datetime | None = None


def renewed(
    known: Mapping[str, FeedEntry], events: Iterable[FeedEvent], *, now: datetime
) -> tuple[FeedEntry, ...]:
    """What calendars are to be told now, by day; see the table above."""
    oldest = china_day(now) - KEPT_FOR
    wanted = {event.uid: event for event in events}
    told = [
        entry
        for uid in {**known, **wanted}
        if (entry := _renewed(known.get(uid), wanted.get(uid), now)) is not None
        and entry.event.last_day >= oldest
    ]
    return tuple(sorted(told, key=lambda entry: (entry.event.last_day, entry.event.uid)))


def _renewed(known: FeedEntry | None, event: FeedEvent | None, now: datetime) -> FeedEntry | None:
    if event is not None and not event.called_off:
        if known is None:
            return FeedEntry(event, 0, now)
        same = known.called_off_at is None and known.event == event
        return known if same else FeedEntry(event, known.sequence + 1, now)
    if known is None:
        return None  # nobody was told, so nothing is taken back
    word = event.called_off if event is not None else known.event.called_off or GONE
    if known.called_off_at is None:
        return FeedEntry(replace(known.event, called_off=word), known.sequence + 1, now, now)
    return known if now < known.called_off_at + KEPT_FOR else None


def kept(event: FeedEvent) -> dict[str, Any]:
    """An event as JSON."""
    times = {"starts": event.starts.isoformat(), "ends": event.ends.isoformat()}
    return asdict(event) | times | {"lines": list(event.lines)}


def read_back(facts: Mapping[str, Any]) -> FeedEvent:
    """The event that `kept` has written."""
    read = datetime.fromisoformat if "T" in facts["starts"] else date.fromisoformat
    times = {name: read(facts[name]) for name in ("starts", "ends")}
    return FeedEvent(**{**facts, **times, "lines": tuple(facts["lines"])})


class DayKind(Titled):
    """What falls due on a day, as the office's days count it."""

    CHECKPOINT = "checkpoint", "节点"
    CLOCK = "clock", "时限"
    DECISION = "decision", "议定事项"
    INSTRUCTION = "instruction", "批示"
    ORDER = "order", "督办单"


@dataclass(frozen=True, slots=True)
class DayItem:
    """One thing that is due on a day: whose, and whether it is done."""

    kind: DayKind
    uid: str
    day: date
    title: str
    path: str
    done: str = ""
    """The word for it: 已完成, 已办结; empty while it is open."""
    called_off: str = ""
    plan_id: int | None = None
    plan_title: str = ""
    detail: str = ""
    unit: str = ""


def each(items: Iterable[DayItem]) -> Iterator[FeedEvent]:
    """One event for each thing: the calendar of who has to do it."""
    for item in items:
        done = f"（{item.done}）" if item.done else ""
        lines = [line for line in (item.detail, item.plan_title) if line]
        room = LONGEST_SUMMARY - len(item.kind.label) - len(done) - 1
        title = " ".join(item.title.split())
        title = title if len(title) <= room else f"{title[: room - 1]}…"
        summary = f"{item.kind.label}：{title}{done}"
        yield all_day(item.uid, item.day, summary, item.path, lines=lines, called_off=item.called_off)


def by_day(items: Iterable[DayItem]) -> Iterator[FeedEvent]:
    """One event for a plan and day, with counts: the calendar of who looks after all of it."""
    groups: dict[tuple[int, date], list[DayItem]] = defaultdict(list)
    for item in items:
        if not item.called_off:
            groups[item.plan_id or 0, item.day].append(item)
    for (plan_id, day), found in groups.items():
        counts = "、".join(
            _count(kind, found) for kind in DayKind if any(item.kind is kind for item in found)
        )
        titled = found[0].plan_title or "其他事项"
        path = f"/ledger?plan={plan_id}&due_from={day}&due_to={day}"
        only_tasks = plan_id and all(item.kind is DayKind.CHECKPOINT for item in found)
        first = found[0].path if len(found) == 1 or not only_tasks else path
        yield all_day(
            f"day-{plan_id}-{day:%Y%m%d}", day, f"{counts}：{titled}", first, lines=tuple(_listed(found))
        )


def _count(kind: DayKind, found: Iterable[DayItem]) -> str:
    several = [item for item in found if item.kind is kind]
    left = sum(not item.done for item in several)
    if left == len(several):
        return f"{kind.label}{len(several)}项"
    said = f"还剩{left}项" if left else "都已办完"
    return f"{kind.label}{len(several)}项，{said}"


def _listed(found: list[DayItem]) -> Iterator[str]:
    """What is open first, then what is done."""
    ordered = sorted(found, key=lambda item: (bool(item.done), list(DayKind).index(item.kind), item.uid))
    for item in ordered[:SHOWN_LINES]:
        who = f"（{item.unit}）" if item.unit else ""
        yield f"{item.kind.label}：{shortened(item.title)}{who}{f'，{item.done}' if item.done else ''}"
    if len(found) > SHOWN_LINES:
        yield f"……共{len(found)}项"
