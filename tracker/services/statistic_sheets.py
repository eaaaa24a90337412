"""统计表: given out once a year, filled in by each unit once, sent back where something is wrong, then final.

A unit types only what nobody has on record; what is taken from its forms, 佐证事项 and clocks stands there
already. When the year is closed every figure is frozen: what was published stays what it was, until the
office opens the year again with a reason.
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
from tracker.domain.statistic_sheet import (
    SheetState,
    SheetStep,
    YearClosed,
    YearState,
    after,
)
from tracker.services import auditing, statistic_numbers
from tracker.store.insert import insert_missing
from tracker.store.queries import audit
from tracker.store.queries import statistics as queries
from tracker.store.tables import (
    AuditEvent,
    StatisticKind,
    StatisticSheet,
    StatisticValue,
    StatisticYear,
    Unit,
)

LONGEST_REASON = 200


class NotYet(InvalidInput):
    """这一年还没有开始，不能发统计表。"""


class NobodyAsked(InvalidInput):
    """请至少选一家单位。"""


class NoKinds(RuleViolated):
    """还没有统计指标，请先添加指标。"""


class ReasonNeeded(InvalidInput):
    """请写明理由。"""


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
    sent_back: AuditEvent | None = None
    """Who sent it back and why, while it waits to come again."""

    @property
    def editable(self) -> bool:
        return self.year.state == YearState.OPEN


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

    Where sheets are out already nobody need be named: the day alone is put right.

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
    if not asked and queries.year(session, year) is None:
        raise NobodyAsked
    fresh = {"state": YearState.OPEN.value, "opened_by_id": actor.account_id, "opened_at": now, "version": 1}
    insert_missing(session, StatisticYear, [{"year": year, **fresh}], keys=("year",))
    row = held(session, year)
    row.due_on = due_on
    sheet = {"year_id": row.id, "state": SheetState.OPEN.value, "version": 1}
    rows = [{**sheet, "unit_id": unit.id} for unit in asked]
    made = len(insert_missing(session, StatisticSheet, rows, keys=("year_id", "unit_id")))
    session.flush()
    until = f"，报送期限{due_on.isoformat()}" if due_on else "，没有期限"
    summary = f"发放{year}年统计表，{made}家单位{until}" if made else f"{year}年统计表{until.lstrip('，')}"
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
    taken = statistic_numbers.taken(session, year, kinds) if row.state == YearState.OPEN else {}
    fields = tuple(
        Field(kind, taken[kind.id].get(sheet.unit_id), taken=True)
        if kind.id in taken
        else Field(kind, kept.get(kind.id), taken=kind.source != StatisticSource.SHEET)
        for kind in kinds
    )
    waits = row.state == YearState.OPEN and sheet.state == SheetState.OPEN
    back = last_event(session, Event.STATISTIC_SEND_BACK, ("statistic_sheet", sheet.id)) if waits else None
    return SheetPage(row, sheet, fields, back)


def last_event(session: Session, event: Event, subject: tuple[str, int]) -> AuditEvent | None:
    """The newest act of a kind on record about something."""
    return next((each for each in audit.history(session, *subject) if each.action == event.value), None)


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
    row = held(session, year)
    _, sheet = _own(session, actor, year, lock=True)
    if sheet.version != version:
        raise VersionConflict
    kinds = [kind for kind in queries.kinds(session) if is_typed(kind)]
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
    sheet.state = after(SheetState(sheet.state), SheetStep.SUBMIT).value
    sheet.submitted_at, sheet.submitted_by_id = now, actor.account_id
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
    row = held(session, year)
    sheet = queries.sheet(session, row.id, unit_id, lock=True)
    if sheet is None:
        raise NotFound
    state = after(SheetState(sheet.state), SheetStep.SEND_BACK)
    reason = reason_given(reason, "请写明哪里要改。")
    sheet.state, sheet.submitted_at, sheet.submitted_by_id = state.value, None, None
    session.flush()
    summary = f"退回{sheet.unit.name}的{year}年统计表：{reason}"
    _record(session, actor, Event.STATISTIC_SEND_BACK, sheet, summary, detail={"reason": reason}, now=now)
    return sheet


def reason_given(text: str, needed: str) -> str:
    """A reason as it is kept.

    Raises:
        InvalidInput: there is none, or it is too long.

    """
    text = text.strip()
    if not text:
        raise ReasonNeeded(needed)
    if len(text) > LONGEST_REASON:
        raise InvalidInput(f"理由请写在{LONGEST_REASON}字以内。")
    return text


def is_typed(kind: StatisticKind) -> bool:
    """Whether units type figures of a kind; what is on record, and rates, they do not."""
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


def held(session: Session, year: int) -> StatisticYear:
    """The year, held until the transaction ends, while it is open.

    Raises:
        NotFound: no sheets were given out for it.
        YearClosed: it is final.

    """
    row = queries.year(session, year, lock=True)
    if row is None:
        raise NotFound
    if row.state == YearState.CLOSED:
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
    session: Session,
    actor: Actor,
    event: Event,
    sheet: StatisticSheet,
    words: str,
    *,
    detail: dict[str, str] | None = None,
    now: datetime,
) -> None:
    auditing.record(session, actor, event, ("statistic_sheet", sheet.id), words, detail=detail, now=now)
