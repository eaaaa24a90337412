"""统计表: given out once a year, filled in by each unit once, sent back where something is wrong, then final.

A unit types only what nobody has on record; what is taken from its forms, 佐证事项 and clocks stands there
already. When the year is closed every figure is frozen: what was published stays what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.statistic import NoFigure, Number, StatisticForm, StatisticSource, read
from tracker.services import auditing, statistic_numbers
from tracker.store.insert import insert_missing
from tracker.store.queries import statistics as queries
from tracker.store.tables import (
    StatisticKind,
    StatisticSheet,
    StatisticValue,
    StatisticYear,
    Unit,
)

SUBMITTED, OPEN = "submitted", "open"


class YearClosed(RuleViolated):
    """这一年的统计已经定稿，不能再改。"""


class NotYet(InvalidInput):
    """这一年还没有开始，不能发统计表。"""


class NobodyAsked(InvalidInput):
    """请至少选一家单位。"""


class NoKinds(RuleViolated):
    """还没有统计指标，请先添加指标。"""


class NotSubmitted(RuleViolated):
    """这家单位还没有报，不用退回。"""


class WrongFigures(InvalidInput):
    """有几格不是数字，已在下面标出；您填写的内容都还在。"""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__()
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Field:
    """One kind on a unit's sheet; `taken` is what its own records give, where nothing is typed."""

    kind: StatisticKind
    value: Number | None
    taken: bool

    @property
    def typed(self) -> str:
        """The figure as it stands in the field."""
        return self.value.figure if self.value else ""

    @property
    def typed_earlier(self) -> str:
        return "" if self.value is None or self.value.earlier is None else str(self.value.earlier)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A unit's sheet of a year."""

    year: StatisticYear
    sheet: StatisticSheet
    fields: tuple[Field, ...]

    @property
    def editable(self) -> bool:
        return self.year.state == "open"


def field_name(kind: StatisticKind, part: str = "value") -> str:
    """What the field of a kind is called; `earlier` is 原有."""
    return f"{part}-{kind.id}"


def units_to_ask(session: Session) -> list[Unit]:
    """Who can be given a sheet."""
    return queries.active_units(session)


def open_year(
    session: Session,
    actor: Actor,
    *,
    year: int,
    unit_ids: Collection[int],
    due_on: date | None,
    today: date,
    now: datetime,
) -> int:
    """Give out the sheets of a year, or further ones; returns how many are new.

    Raises:
        NotYet: the year has not begun.
        NoKinds: nothing is counted yet.
        NobodyAsked: no unit is named.
        YearClosed: the year is final.

    """
    if not FIRST_YEAR <= year <= min(today.year, LAST_YEAR):
        raise NotYet
    if not queries.kinds(session):
        raise NoKinds
    asked = queries.units(session, unit_ids)
    if not asked:
        raise NobodyAsked
    fresh = {"year": year, "state": OPEN, "opened_by_id": actor.account_id, "opened_at": now, "version": 1}
    insert_missing(session, StatisticYear, [fresh], keys=("year",))
    row = _held(session, year)
    row.due_on = due_on
    rows = [{"year_id": row.id, "unit_id": unit.id, "state": OPEN, "version": 1} for unit in asked]
    made = len(insert_missing(session, StatisticSheet, rows, keys=("year_id", "unit_id")))
    session.flush()
    summary = f"发放{year}年统计表，{made}家单位"
    auditing.record(session, actor, Event.STATISTIC_OPEN, ("statistic_year", row.id), summary, now=now)
    return made


def waiting(session: Session, actor: Actor) -> list[StatisticSheet]:
    """What a unit has still to hand in."""
    return queries.open_sheets(session, actor.unit_id) if actor.unit_id is not None else []


def page(session: Session, actor: Actor, *, year: int) -> SheetPage:
    """The unit's own sheet.

    Raises:
        NotFound: it was given none for that year.

    """
    row, sheet = _own(session, actor, year)
    kinds = [kind for kind in queries.kinds(session) if kind.form != StatisticForm.RATE]
    kept = {
        value.kind_id: statistic_numbers.number_of(value)
        for value in queries.values(session, row.id, unit_id=sheet.unit_id)
    }
    taken = statistic_numbers.taken(session, year, kinds) if row.state == OPEN else {}
    fields = tuple(
        Field(kind, taken[kind.id].get(sheet.unit_id), taken=True)
        if kind.id in taken
        else Field(kind, kept.get(kind.id), taken=kind.source != StatisticSource.SHEET)
        for kind in kinds
    )
    return SheetPage(row, sheet, fields)


def submit(
    session: Session,
    actor: Actor,
    *,
    year: int,
    version: int,
    typed: Mapping[str, str],
    now: datetime,
) -> StatisticSheet:
    """Hand the sheet in; an empty field says that there is nothing of it to report.

    Raises:
        NotFound: the unit was given no sheet.
        YearClosed: the year is final.
        VersionConflict: a colleague of the unit has handed it in, or it was sent back, since it was read.
        WrongFigures: something is no figure; says where.

    """
    row = _held(session, year)
    _, sheet = _own(session, actor, year, lock=True)
    if sheet.version != version:
        raise VersionConflict
    kinds = [kind for kind in queries.kinds(session) if _is_typed(kind)]
    numbers = _read(kinds, typed)
    known = {value.kind_id: value for value in queries.values(session, row.id, unit_id=sheet.unit_id)}
    for kind in kinds:
        number, value = numbers.get(kind.id), known.get(kind.id)
        if number is None:
            if value is not None:
                session.delete(value)
            continue
        if value is None:
            value = StatisticValue(year_id=row.id, kind_id=kind.id, unit_id=sheet.unit_id)
            session.add(value)
        value.value, value.approximate, value.earlier = number.value, number.approximate, number.earlier
    sheet.state, sheet.submitted_at, sheet.submitted_by_id = SUBMITTED, now, actor.account_id
    session.flush()
    summary = f"{sheet.unit.name}报{year}年统计表，{len(numbers)}项有数"
    _record(session, actor, Event.STATISTIC_SUBMIT, sheet, summary, now=now)
    return sheet


def send_back(
    session: Session, actor: Actor, *, year: int, unit_id: int, reason: str, now: datetime
) -> StatisticSheet:
    """Let a unit correct its sheet; until it has, its figures count nowhere.

    Raises:
        NotFound: the unit was given no sheet.
        YearClosed: the year is final.
        NotSubmitted: nothing was handed in.
        InvalidInput: no reason is given.

    """
    row = _held(session, year)
    sheet = queries.sheet(session, row.id, unit_id, lock=True)
    if sheet is None:
        raise NotFound
    if sheet.state != SUBMITTED:
        raise NotSubmitted
    if not reason.strip():
        raise InvalidInput("请写明哪里要改。")
    sheet.state, sheet.submitted_at, sheet.submitted_by_id = OPEN, None, None
    session.flush()
    summary = f"退回{sheet.unit.name}的{year}年统计表：{reason.strip()}"
    _record(session, actor, Event.STATISTIC_SEND_BACK, sheet, summary, now=now)
    return sheet


def close(session: Session, actor: Actor, *, year: int, now: datetime) -> StatisticYear:
    """统计定稿: freeze every figure, the ones taken from records too; nothing changes any more.

    Raises:
        NotFound: no sheets were given out for the year.
        YearClosed: it is final already.

    """
    row = _held(session, year)
    kinds = queries.kinds(session)
    for kind_id, by_unit in statistic_numbers.taken(session, year, kinds).items():
        session.add_all(
            StatisticValue(
                year_id=row.id, kind_id=kind_id, unit_id=unit_id, value=number.value,
                approximate=number.approximate, earlier=number.earlier,
            )
            for unit_id, number in by_unit.items()
        )  # fmt: skip
    open_ = {sheet.unit_id for sheet in queries.sheets(session, row.id) if sheet.state == OPEN}
    typed = {kind.id for kind in kinds if _is_typed(kind)}
    for value in queries.values(session, row.id):
        if value.unit_id in open_ and value.kind_id in typed:
            session.delete(value)  # what was sent back and never came again was never reported
    row.state, row.closed_at = "closed", now
    session.flush()
    summary = f"{year}年统计定稿"
    auditing.record(session, actor, Event.STATISTIC_CLOSE, ("statistic_year", row.id), summary, now=now)
    return row


def _is_typed(kind: StatisticKind) -> bool:
    return kind.source == StatisticSource.SHEET and kind.form != StatisticForm.RATE


def _read(kinds: Collection[StatisticKind], typed: Mapping[str, str]) -> dict[int, Number]:
    numbers: dict[int, Number] = {}
    wrong: dict[str, str] = {}
    for kind in kinds:
        found: dict[str, Number | None] = {}
        for part in ("value", "earlier"):
            name = field_name(kind, part)
            try:
                found[part] = read(typed.get(name, ""))
            except NoFigure as error:
                wrong[name] = error.message
        value, earlier = found.get("value"), found.get("earlier")
        if kind.form == StatisticForm.INCREMENT and (value or earlier):
            numbers[kind.id] = _increment(value, earlier)
        elif value is not None:
            numbers[kind.id] = value
    if wrong:
        raise WrongFigures(wrong)
    return numbers


def _increment(value: Number | None, earlier: Number | None) -> Number:
    about = bool(value and value.approximate) or bool(earlier and earlier.approximate)
    return Number(value.value if value else 0, about, earlier.value if earlier else 0)


def _held(session: Session, year: int) -> StatisticYear:
    """The year, held, while it is open."""
    row = queries.year(session, year, lock=True)
    if row is None:
        raise NotFound
    if row.state == "closed":
        raise YearClosed
    return row


def _own(
    session: Session, actor: Actor, year: int, *, lock: bool = False
) -> tuple[StatisticYear, StatisticSheet]:
    row = queries.year(session, year)
    if row is None or actor.unit_id is None:
        raise NotFound
    sheet = queries.sheet(session, row.id, actor.unit_id, lock=lock)
    if sheet is None:
        raise NotFound
    return row, sheet


def _record(
    session: Session, actor: Actor, event: Event, sheet: StatisticSheet, words: str, *, now: datetime
) -> None:
    auditing.record(session, actor, event, ("statistic_sheet", sheet.id), words, now=now)
