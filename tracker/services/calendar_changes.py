"""Changing the work calendar (工作日历): a pasted notice, a local day, or what a new release has brought.

A change is shown before it is made: the days that become others, the cut-offs that move, the due days whose
words change. Only what is not closed moves: periods that have not opened, and open checkpoints; a printed
day itself is never moved by a holiday. What was shown is what is done: whoever confirms sends back the
digest of what stood on the page, and another one is shown first when something has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.checkpoint import on_calendar
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.holiday_notice import Notice, read_notice
from tracker.domain.period import Period
from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus, WorkCalendar
from tracker.services import calendars, laying_out
from tracker.services.auditing import record
from tracker.store import tables
from tracker.store.queries import calendar as queries

LONGEST_LOCAL = 31
"""Days that one local rule may cover."""
NOTHING = "没有要改的地方。"


@dataclass(frozen=True, slots=True)
class DayChange:
    """A row of a day as it is and as it will be; None is no row: an ordinary weekday or weekend."""

    day: date
    before: CalendarDay | None
    after: CalendarDay | None

    @property
    def key(self) -> tuple[date, DayStatus]:
        row = self.after or self.before
        return self.day, row.status if row else DayStatus.OFFICIAL

    @property
    def says(self) -> tuple[tuple[DayKind, str] | None, ...]:
        """Before and after without the day."""
        return tuple((row.kind, row.name) if row else None for row in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row that change alike, as a page shows them."""

    first: DayChange
    last: date


def runs(changes: Iterable[DayChange]) -> tuple[Run, ...]:
    """The changes in order, those of following days that say the same as one."""
    found: list[Run] = []
    for change in changes:
        run = found[-1] if found else None
        if run and change.day - run.last == timedelta(days=1) and change.says == run.first.says:
            found[-1] = Run(run.first, change.day)
        else:
            found.append(Run(change, change.day))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CutoffMove:
    """A period whose cut-off (截止) changes, or that is waived now, or asked for again."""

    plan: tables.Plan
    row: tables.Period
    after: Period


@dataclass(frozen=True, slots=True)
class DueNote:
    """A due day (节点) that stays, but of which other words are true now."""

    row: tables.Checkpoint
    label: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change would do; `digest` stands for all of it."""

    title: str
    source: str
    days: tuple[DayChange, ...] = ()
    notice_year: int | None = None
    """The year whose notice this is; None for other changes, and when the notice says nothing new."""
    cutoffs: tuple[CutoffMove, ...] = ()
    notes: tuple[DueNote, ...] = ()
    changed_words: int = field(default=0)
    """How many due days are said to be off, or no longer; the other notes only lose their doubt."""

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.cutoffs or self.notes or self.notice_year)

    @property
    def runs(self) -> tuple[Run, ...]:
        return runs(self.days)

    @property
    def digest(self) -> str:
        parts = [self.title, repr(self.days), repr(self.notice_year)]
        parts += [f"{move.row.id} {move.row.due_at} {move.after!r}" for move in self.cutoffs]
        parts += [f"{note.row.id} {note.label} {note.provisional}" for note in self.notes]
        return sha256("\n".join(parts).encode()).hexdigest()


def from_notice(session: Session, *, text: str, now: datetime) -> Proposal:
    """What a pasted holiday notice would change.

    A year's own notice takes the place of what was known of that year; days of December belong to the
    notice of the year after, and local days stay.

    Raises:
        InvalidInput: the text is no notice, or something in it does not agree.

    """
    notice = read_notice(text)
    present = calendars.load(session)
    said = {day.day: day for day in notice.days}
    official = _rows(present, DayStatus.OFFICIAL)
    changes = [
        DayChange(day, official.get(day), after)
        for day, after in said.items()
        if day not in official or official[day].kind is not after.kind
    ]
    gone = (day for day in official if _is_its_own(day, notice) and day not in said)
    changes += [DayChange(day, official[day], None) for day in gone]
    source = notice.number or "粘贴的放假通知"
    title = f"{notice.year}年放假安排（{source}）"
    year = notice.year if changes or not present.is_official(notice.year) else None
    return _proposal(session, title, source, changes, notice_year=year, now=now)


def _rows(calendar: WorkCalendar, status: DayStatus) -> dict[date, CalendarDay]:
    return {row.day: row for row in calendar.days if row.status is status}


def _is_its_own(day: date, notice: Notice) -> bool:
    return day.year == notice.year and day.month < 12


def from_local_rule(
    session: Session, *, first: date, last: date, kind: DayKind, name: str, now: datetime
) -> Proposal:
    """What a local rule (三月三, 停工令) would change.

    Raises:
        InvalidInput: the days are in the wrong order or too many, or nobody says why.

    """
    if not name.strip():
        raise InvalidInput("请写明缘由，例如“三月三”或文件名。")
    if not 0 <= (last - first).days < LONGEST_LOCAL:
        raise InvalidInput(f"结束日期要在开始日期当天或之后，一次最多{LONGEST_LOCAL}天。")
    known = _rows(calendars.load(session), DayStatus.LOCAL)
    span = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    made = [CalendarDay(day, kind, name.strip()[:60], DayStatus.LOCAL) for day in span]
    changes = [DayChange(row.day, known.get(row.day), row) for row in made if known.get(row.day) != row]
    return _proposal(session, f"本地规定：{name.strip()}", "本地规定", changes, now=now)


def from_dropped_day(session: Session, *, day: date, now: datetime) -> Proposal:
    """What it would change to take a local day out again.

    Raises:
        NotFound: there is no local day of that date.

    """
    row = _rows(calendars.load(session), DayStatus.LOCAL).get(day)
    if row is None:
        raise NotFound
    return _proposal(session, f"取消本地规定：{row.name}", "", [DayChange(day, row, None)], now=now)


def pending(session: Session, *, now: datetime) -> Proposal:
    """What the calendar as it stands would change: a new release may have brought a year."""
    return _proposal(session, "按现在的工作日历更新", "", [], now=now)


def pending_count(session: Session, *, now: datetime) -> int:
    """How many cut-offs and due days `pending` would change; the office's page says so."""
    found = pending(session, now=now)
    return len(found.cutoffs) + len(found.notes)


def _proposal(
    session: Session, title: str, source: str, days: Iterable[DayChange],
    *, notice_year: int | None = None, now: datetime,
) -> Proposal:  # fmt: skip
    ordered = tuple(sorted(days, key=lambda change: change.day))
    present = calendars.load(session)
    replaced = {change.key for change in ordered}
    rows = [row for row in present.days if (row.day, row.status) not in replaced]
    future = WorkCalendar.of([*rows, *(change.after for change in ordered if change.after)])
    notes = tuple(_notes(session, future))
    return Proposal(
        title=title,
        source=source,
        days=ordered,
        notice_year=notice_year,
        cutoffs=tuple(_moves(session, future, now)),
        notes=notes,
        changed_words=sum(note.label != note.row.label for note in notes),
    )


def _moves(session: Session, future: WorkCalendar, now: datetime) -> Iterator[CutoffMove]:
    rows = queries.upcoming(session)
    for cadence, plan in queries.active_cadences(session):
        for week in laying_out.laid_out(cadence, future):
            row = rows.get((cadence.id, week.key))
            # A cut-off never moves into the past: nobody could keep it.
            if row is not None and week.due_at >= now and not laying_out.stands(row, week):
                yield CutoffMove(plan, row, week)


def _notes(session: Session, future: WorkCalendar) -> Iterator[DueNote]:
    for row in queries.open_checkpoints(session):
        label, provisional = on_calendar(row.label, row.due_on, future)
        if (label, provisional) != (row.label, row.provisional):
            yield DueNote(row, label, provisional)


def apply(session: Session, actor: Actor, *, proposal: Proposal, seen: str, now: datetime) -> None:
    """Make a change that a person has seen.

    Raises:
        VersionConflict: what the change does is no longer what was `seen`.
        InvalidInput: there is nothing to do.

    """
    moving = {move.row.id for move in proposal.cutoffs}
    if proposal.digest != seen or queries.hold_upcoming(session, moving) != moving:
        raise VersionConflict("日历或报送安排刚有变化，请再看一遍下面的影响，然后确认。")
    if proposal.is_empty:
        raise InvalidInput(NOTHING)
    _store(session, proposal)
    for move in proposal.cutoffs:
        laying_out.lay(move.row, move.after)
    for note in proposal.notes:
        note.row.label, note.row.provisional = note.label[:120], note.provisional
    session.flush()
    summary = f"{proposal.title}：改动{len(proposal.days)}天，{len(proposal.cutoffs)}期报送的截止随之调整"
    record(
        session, actor, Event.CALENDAR_CHANGE, ("calendar", None), summary, detail=_detail(proposal), now=now
    )


def _store(session: Session, proposal: Proposal) -> None:
    queries.drop_days(
        session, [(day, status.value) for day, status in (change.key for change in proposal.days)]
    )
    after = (change.after for change in proposal.days if change.after)
    session.add_all(calendars.as_row(day, proposal.source) for day in after)
    if proposal.notice_year is not None:
        _settle_year(session, proposal.notice_year, proposal.source)
    session.flush()
    calendars.forget(session)


def _settle_year(session: Session, year: int, source: str) -> None:
    row = queries.year(session, year)
    if row is None:
        session.add(tables.CalendarYear(year=year, source=source))
    else:
        row.source = source


def _detail(proposal: Proposal) -> dict[str, list[list[str]]]:
    def said(day: CalendarDay | None) -> str:
        return f"{day.kind.label}（{day.name}）" if day else "平常"

    return {
        "days": [
            [change.day.isoformat(), said(change.before), said(change.after)] for change in proposal.days
        ],
        "cutoffs": [
            [move.plan.title, move.row.label, move.after.due_on.isoformat()] for move in proposal.cutoffs
        ],
    }
