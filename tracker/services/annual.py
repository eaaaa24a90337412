"""The annual report's tables (年度报告): entered once a year, and whether everything that goes out agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import annual_tables as tables
from tracker.domain.actor import Actor
from tracker.domain.balance import Flow, Stretch
from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR, month_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.work_calendar import WEEKDAYS, workday_on_or_before
from tracker.services import annual_items, auditing, calendars
from tracker.services.annual_items import Account, Fault
from tracker.store.insert import insert_missing
from tracker.store.queries import annual as queries
from tracker.store.tables import AnnualFigure, AnnualReport, EventClock, Plan

LARGEST = 10**12
CLOCKS, TABLE = "clocks", "table"


class TooLarge(InvalidInput):
    """有一格的数太大，请检查是不是多打了几位。"""


@dataclass(frozen=True, slots=True)
class Tables:
    """A year's tables as they stand, with those of the year before to compare."""

    year: int
    version: int
    """0 where nothing was ever entered."""
    cells: Mapping[tuple[str, str], int]
    before: Mapping[tuple[str, str], int]
    counted_from: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalDay:
    """A day by which the law wants the report out, and what is advised where that is a day off."""

    day: date
    whose: str
    advised: date

    @property
    def words(self) -> str:
        """1月31日（周日）：…；当天不上班，建议提前到1月29日（周五）。"""
        said = f"{self.day.year}年{month_day(self.day)}（{WEEKDAYS[self.day.weekday()]}）前，{self.whose}。"
        if self.advised == self.day:
            return said
        weekday = WEEKDAYS[self.advised.weekday()]
        return f"{said}当天不上班，条例没有规定顺延，建议提前到{month_day(self.advised)}（{weekday}）。"


@dataclass(frozen=True, slots=True)
class Applications:
    """The applications of a year: the four numbers and where they come from; None where nothing is known."""

    flow: Flow | None
    counted_from: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page says of a plan's year."""

    plan: Plan
    account: Account
    applications: Applications
    days: tuple[LegalDay, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What stands in the way of the paragraph."""
        return (*self.account.faults, *self.applications.faults)


def plans(session: Session) -> list[Plan]:
    """The plans of which a paragraph can be made, newest first."""
    return queries.plans(session)


def overview(session: Session, *, plan_id: int) -> Overview:
    """What is known of a plan's year, and what does not agree yet.

    Raises:
        NotFound: there is no such plan.

    """
    account = annual_items.account(session, plan_id=plan_id)
    year = account.plan.year
    return Overview(account.plan, account, applications(session, year), legal_days(session, year))


def legal_days(session: Session, year: int) -> tuple[LegalDay, ...]:
    """The days by which the report of a year has to be out (条例第四十九条); a day off moves none of them."""
    calendar = calendars.load(session)
    wanted = (
        (date(year + 1, 1, 31), "各部门向政府信息公开工作主管部门提交本单位的年度报告，并向社会公布"),
        (date(year + 1, 3, 31), "主管部门向社会公布本级政府的年度报告"),
    )
    return tuple(LegalDay(day, whose, workday_on_or_before(day, calendar)) for day, whose in wanted)


def applications(session: Session, year: int) -> Applications:
    """The applications of a year, from the clocks or the table as the office has said, and what differs."""
    known = entered(session, year=year)
    counted = clock_flow(session, year)
    in_table = tables.applications(known.cells) if tables.is_filled(tables.FOI, known.cells) else None
    here = f"/documents/annual/tables?year={year}"
    faults = [
        # Of a column the sentence names the kind of applicant alone; of documents it says what they are.
        Fault(f"依申请公开{words}" if words.startswith("“") else words, here)
        for words in known.faults
    ]
    if known.counted_from == TABLE:
        return Applications(in_table, TABLE, tuple(faults))
    if in_table is not None:
        faults += [Fault(words, here) for words in _differ(counted, in_table)]
    flow = counted if counted.carried_in + counted.received else None
    return Applications(flow, CLOCKS, tuple(faults))


def clock_flow(session: Session, year: int) -> Flow:
    """What the clocks of applications say of a year; such a count balances always."""
    counts = queries.application_counts(session, year)
    order = (Stretch.CARRIED_IN, Stretch.RECEIVED, Stretch.DONE, Stretch.CARRIED_OUT)
    return Flow(*(counts[stretch] for stretch in order))


def clocks(session: Session, *, year: int, stretch: Stretch) -> list[EventClock]:
    """The applications that one of the four numbers counts."""
    return queries.applications(session, year, stretch)


def entered(session: Session, *, year: int) -> Tables:
    """What was entered for a year.

    Raises:
        NotFound: nobody can mean that year.

    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    row, earlier = queries.report(session, year), queries.report(session, year - 1)
    cells, before = _cells(row), _cells(earlier)
    runs = clock_flow(session, year) != Flow()
    source = row.counted_from if row else CLOCKS if runs else TABLE
    return Tables(year, row.version if row else 0, cells, before, source, tables.faults(cells, before))


def enter(
    session: Session,
    actor: Actor,
    *,
    year: int,
    version: int,
    cells: Mapping[tuple[str, str], int],
    counted_from: str,
    now: datetime,
) -> AnnualReport:
    """Keep a year's tables as typed, whether they agree or not: what does not is shown until it does.

    Raises:
        NotFound: nobody can mean that year, or a cell is not of our tables.
        VersionConflict: somebody has changed them since they were read.
        TooLarge: a number is none that an office has.

    """
    entered(session, year=year)
    known = {(row.key, column.key) for form in tables.FORMS for row, column in form.cells()}
    if not set(cells) <= known or counted_from not in {CLOCKS, TABLE}:
        raise NotFound
    if any(not 0 <= value <= LARGEST for value in cells.values()):
        raise TooLarge
    row = _held(session, year, version, now)
    there = {(figure.row_key, figure.column_key): figure for figure in row.figures}
    for key in set(there) - set(cells):
        row.figures.remove(there[key])
    for key, value in cells.items():
        if key in there:
            there[key].value = value
        else:
            row.figures.append(AnnualFigure(row_key=key[0], column_key=key[1], value=value))
    row.counted_from, row.changed_by_id, row.changed_at = counted_from, actor.account_id, now
    session.flush()
    summary = f"填写{year}年政府信息公开年度报告数据"
    auditing.record(session, actor, Event.ANNUAL_CHANGE, ("annual_report", row.id), summary, now=now)
    return row


def _held(session: Session, year: int, version: int, now: datetime) -> AnnualReport:
    """The year's row, held; made where it is the first time."""
    made = insert_missing(
        session, AnnualReport, [{"year": year, "counted_from": TABLE, "changed_at": now, "version": 1}],
        keys=("year",),
    )  # fmt: skip
    row = queries.report(session, year, lock=True)
    if row is None or (version != row.version and not (made and version == 0)):
        raise VersionConflict
    return row


def _cells(row: AnnualReport | None) -> dict[tuple[str, str], int]:
    return {(figure.row_key, figure.column_key): figure.value for figure in row.figures} if row else {}


def _differ(counted: Flow, typed: Flow) -> list[str]:
    """Where the table and the clocks tell different numbers, each named."""
    pairs = (
        ("上年结转", counted.carried_in, typed.carried_in),
        ("本年新收", counted.received, typed.received),
        ("办理结果", counted.done, typed.done),
        ("结转下年", counted.carried_out, typed.carried_out),
    )
    return [
        f"依申请公开{name}：时限台账有{known}件，年报表里填的是{said}件，相差{abs(known - said)}件。"
        for name, known, said in pairs
        if known != said
    ]

