"""Kinds of statistics, the sheets of a year, and what units' own records give."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from tracker.domain.statistic_sheet import SheetState, YearState
from tracker.store.queries.annual import application_clocks
from tracker.store.tables import (
    Cadence,
    CountedEvent,
    EventClock,
    Obligation,
    Period,
    QuotaTarget,
    Return,
    StatisticKind,
    StatisticSheet,
    StatisticValue,
    StatisticYear,
    Unit,
)


def kinds(session: Session, *, ended: bool = False) -> list[StatisticKind]:
    """The kinds in the office's order; with those that were retired where `ended`."""
    wanted = select(StatisticKind).order_by(StatisticKind.position, StatisticKind.id)
    if not ended:
        wanted = wanted.where(StatisticKind.ended_at.is_(None))
    return list(session.scalars(wanted))


def kind(session: Session, kind_id: int, *, lock: bool = False) -> StatisticKind | None:
    """One kind, retired or not."""
    wanted = select(StatisticKind).where(StatisticKind.id == kind_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def kind_named(session: Session, name: str) -> StatisticKind | None:
    """The kind of this name."""
    return session.scalar(select(StatisticKind).where(StatisticKind.name == name))


def year(session: Session, number: int, *, lock: bool = False) -> StatisticYear | None:
    """The statistics of a year; `lock` holds them until the transaction ends."""
    wanted = select(StatisticYear).where(StatisticYear.year == number)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def years(session: Session) -> list[int]:
    """The years for which sheets were given out, newest first."""
    return list(session.scalars(select(StatisticYear.year).order_by(StatisticYear.year.desc())))


def sheets(session: Session, year_id: int) -> list[StatisticSheet]:
    """The sheets of a year in the office's order of units."""
    wanted = select(StatisticSheet).join(StatisticSheet.unit).where(StatisticSheet.year_id == year_id)
    wanted = wanted.options(joinedload(StatisticSheet.unit)).order_by(Unit.position, Unit.id)
    return list(session.scalars(wanted))


def sheet(session: Session, year_id: int, unit_id: int, *, lock: bool = False) -> StatisticSheet | None:
    """One unit's sheet; `lock` holds it until the transaction ends."""
    of_unit = (StatisticSheet.year_id == year_id, StatisticSheet.unit_id == unit_id)
    if lock:
        held = select(StatisticSheet).where(*of_unit).with_for_update()
        session.scalar(held.execution_options(populate_existing=True))
    wanted = select(StatisticSheet).where(*of_unit).options(joinedload(StatisticSheet.unit))
    return session.scalar(wanted)


def sheet_of(session: Session, number: int, unit_id: int) -> StatisticSheet | None:
    """One unit's sheet of a year, with the year."""
    wanted = (
        select(StatisticSheet)
        .join(StatisticSheet.year)
        .where(StatisticYear.year == number, StatisticSheet.unit_id == unit_id)
        .options(contains_eager(StatisticSheet.year))
    )
    return session.scalar(wanted)


def open_sheets(session: Session, unit_id: int | None = None) -> list[StatisticSheet]:
    """What a unit, or every unit, has still to hand in."""
    wanted = (
        select(StatisticSheet)
        .join(StatisticSheet.year)
        .where(StatisticSheet.state == SheetState.OPEN.value, StatisticYear.state == YearState.OPEN.value)
        .options(contains_eager(StatisticSheet.year))
    )
    if unit_id is not None:
        wanted = wanted.where(StatisticSheet.unit_id == unit_id)
    return list(session.scalars(wanted.order_by(StatisticYear.year, StatisticSheet.unit_id)))


def values(session: Session, year_id: int, *, unit_id: int | None = None) -> list[StatisticValue]:
    """What was reported for a year, or frozen when it was closed; of one unit where it is named."""
    wanted = select(StatisticValue).where(StatisticValue.year_id == year_id)
    if unit_id is not None:
        wanted = wanted.where(StatisticValue.unit_id == unit_id)
    return list(session.scalars(wanted.order_by(StatisticValue.id)))


def active_units(session: Session) -> list[Unit]:
    """Every unit that is asked for something, in the office's order."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.position, Unit.id)))


def units(session: Session, unit_ids: Collection[int]) -> list[Unit]:
    """These units in the office's order."""
    wanted = select(Unit).where(Unit.id.in_(unit_ids)).order_by(Unit.position, Unit.id)
    return list(session.scalars(wanted)) if unit_ids else []


def quota_words(session: Session) -> list[str]:
    """What quotas count, in their words: what a kind can be taken from."""
    return list(session.scalars(select(QuotaTarget.counted).distinct().order_by(QuotaTarget.counted)))


def event_counts(session: Session, number: int) -> dict[str, dict[int, int]]:
    """By quota's words and unit: the events of a year that are not struck out."""
    rows = session.execute(
        select(QuotaTarget.counted, CountedEvent.unit_id, func.count())
        .join(CountedEvent, CountedEvent.target_id == QuotaTarget.id)
        .where(*_counting(number))
        .group_by(QuotaTarget.counted, CountedEvent.unit_id)
    )
    found: dict[str, dict[int, int]] = {}
    for words, unit_id, count in rows:
        found.setdefault(words, {})[unit_id] = count
    return found


def events(session: Session, number: int, counted: str, unit_id: int) -> list[CountedEvent]:
    """The events that such a count has, the oldest first."""
    wanted = (
        select(CountedEvent)
        .join(CountedEvent.target)
        .where(*_counting(number), QuotaTarget.counted == counted, CountedEvent.unit_id == unit_id)
    )
    return list(session.scalars(wanted.order_by(CountedEvent.held_on, CountedEvent.id)))


def _counting(number: int) -> tuple[ColumnElement[bool], ...]:
    in_year = CountedEvent.held_on.between(date(number, 1, 1), date(number, 12, 31))
    return CountedEvent.struck_at.is_(None), in_year


def form_answers(session: Session, number: int) -> list[Return]:
    """The newest handed-in version of each form of a year's periods, sent back ones left out."""
    newest = (
        select(Return.obligation_id, func.max(Return.number).label("number"))
        .where(Return.state != "draft")
        .group_by(Return.obligation_id)
        .subquery()
    )
    whole = joinedload(Return.obligation).joinedload(Obligation.period).joinedload(Period.cadence)
    in_year = Period.starts_on.between(date(number, 1, 1), date(number, 12, 31))
    wanted = (
        select(Return)
        .join(newest, (newest.c.obligation_id == Return.obligation_id) & (newest.c.number == Return.number))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Return.parts.is_not(None), Return.state != "returned", in_year)
        .options(whole)
    )
    return list(session.scalars(wanted.order_by(Period.starts_on, Return.id)))


def forms(session: Session) -> list[Cadence]:
    """The cadences that are answered with a form: their numbers can be taken."""
    return list(session.scalars(select(Cadence).where(Cadence.answer == "form").order_by(Cadence.id)))


def replies(session: Session) -> list[EventClock]:
    """Every clock of a reply to an application, with its course."""
    return application_clocks(session)
