"""The catalogue of statistics (统计指标): what the office counts, and where units' figures come from.

A kind is data: the office adds its own, in its own words, and retires what is asked for no more. What is
taken from forms, 佐证事项 or clocks names what is taken, so that nobody types it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import PartKind
from tracker.domain.errors import InvalidInput, NameTaken, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.statistic import PRESETS, Counted, StatisticForm, StatisticSource
from tracker.services import auditing
from tracker.services.cadences import requirement_of
from tracker.store.queries import audit
from tracker.store.queries import statistics as queries
from tracker.store.tables import StatisticKind


class NameNeeded(InvalidInput):
    """请写指标名称。"""


class TwoSides(InvalidInput):
    """比率要选分子和分母，并且不能是同一个指标，也不能是比率。"""


class TakenFrom(InvalidInput):
    """请选择从哪里取数。"""


class AlreadyEnded(RuleViolated):
    """这个指标已经停用。"""


class StillNeeded(RuleViolated):
    """有比率用到这个指标，请先停用那个比率。"""


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What the office says of a kind; `taken` is the source and what is taken, as `sources` offers them."""

    name: str
    section: str = ""
    measure: str = ""
    form: StatisticForm = StatisticForm.COUNT
    taken: tuple[StatisticSource, str] = (StatisticSource.SHEET, "")
    numerator_id: int | None = None
    denominator_id: int | None = None
    definition: str = ""
    position: int = 0


def listing(session: Session) -> list[StatisticKind]:
    """The kinds that are counted now."""
    return queries.kinds(session)


def sources(session: Session) -> dict[tuple[StatisticSource, str], str]:
    """Where figures can come from, in words."""
    found = {(StatisticSource.SHEET, ""): StatisticSource.SHEET.label}
    for each in Counted:
        found[StatisticSource.CLOCKS, each.value] = f"依申请公开时限：{each.label}"
    for cadence in queries.forms(session):
        for part in requirement_of(cadence).parts:
            if part.kind is PartKind.NUMBER:
                found[StatisticSource.RETURNS, part.label] = f"报送表栏目：{part.label}"
    for words in queries.quota_words(session):
        found[StatisticSource.EVENTS, words] = f"次数指标：{words}"
    return found


def add(session: Session, actor: Actor, *, facts: KindFacts, now: datetime) -> StatisticKind:
    """Count one thing more.

    Raises:
        InvalidInput: something of it is missing or does not fit; says what.

    """
    audit.lock_head(session)  # every act ends there; taken first, one name is never given twice at once
    row = StatisticKind()
    _write(session, row, facts)
    session.add(row)
    session.flush()
    _record(session, actor, Event.STATISTIC_KIND_ADD, row, f"新增统计指标“{row.name}”", now=now)
    return row


def add_presets(session: Session, actor: Actor, *, now: datetime) -> int:
    """Take over what many offices publish; a name that is there already stays as it is."""
    audit.lock_head(session)
    ids = {row.name: row.id for row in queries.kinds(session, ended=True)}
    start = max((row.position for row in queries.kinds(session)), default=0)
    made = 0
    for place, preset in enumerate(PRESETS, start=start + 1):
        if preset.name in ids:
            continue
        facts = KindFacts(
            preset.name, preset.section, preset.measure, preset.form, (preset.source, preset.counted),
            ids.get(preset.numerator), ids.get(preset.denominator), preset.definition, place,
        )  # fmt: skip
        ids[preset.name] = add(session, actor, facts=facts, now=now).id
        made += 1
    return made


def change(
    session: Session, actor: Actor, *, kind_id: int, version: int, facts: KindFacts, now: datetime
) -> StatisticKind:
    """Put a kind better; figures that were reported under it stay its own.

    Raises:
        NotFound: there is none.
        VersionConflict: somebody has changed it since.
        AlreadyEnded: it is counted no more.
        InvalidInput: something does not fit.

    """
    audit.lock_head(session)
    row = _open(session, kind_id, version)
    before = row.name
    _write(session, row, facts)
    session.flush()
    _record(session, actor, Event.STATISTIC_KIND_CHANGE, row, f"修改统计指标“{before}”", now=now)
    return row


def end(session: Session, actor: Actor, *, kind_id: int, version: int, now: datetime) -> StatisticKind:
    """Count it no more; years that are closed keep their figures.

    Raises:
        NotFound: there is none.
        VersionConflict: somebody has changed it since.
        AlreadyEnded: it is counted no more already.
        StillNeeded: a rate is made of it.

    """
    row = _open(session, kind_id, version)
    sides = {side for each in queries.kinds(session) for side in (each.numerator_id, each.denominator_id)}
    if row.id in sides:
        raise StillNeeded
    row.ended_at = now
    session.flush()
    _record(session, actor, Event.STATISTIC_KIND_END, row, f"停用统计指标“{row.name}”", now=now)
    return row


def _open(session: Session, kind_id: int, version: int) -> StatisticKind:
    row = queries.kind(session, kind_id, lock=True)
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise AlreadyEnded
    if row.version != version:
        raise VersionConflict
    return row


def _write(session: Session, row: StatisticKind, facts: KindFacts) -> None:
    name = " ".join(facts.name.split())
    if not name:
        raise NameNeeded
    named = queries.kind_named(session, name)
    if named is not None and named.id != row.id:
        raise NameTaken("已有同名的指标（可能已停用），请换一个名称。")
    source, counted = facts.taken
    if source is not StatisticSource.SHEET and not counted:
        raise TakenFrom
    is_rate = facts.form is StatisticForm.RATE
    if is_rate:
        _check_sides(queries.kinds(session), row, facts)
    row.name, row.section = name, " ".join(facts.section.split())
    row.measure = facts.measure.strip()
    row.definition = facts.definition.strip()
    row.form, row.position = facts.form.value, facts.position or row.position or 0
    row.numerator_id = facts.numerator_id if is_rate else None
    row.denominator_id = facts.denominator_id if is_rate else None
    row.source, row.counted = (StatisticSource.SHEET.value, "") if is_rate else (source.value, counted)


def _check_sides(known: list[StatisticKind], row: StatisticKind, facts: KindFacts) -> None:
    counts: Mapping[int, StatisticKind] = {
        each.id: each for each in known if each.form != StatisticForm.RATE and each.id != row.id
    }
    sides = (facts.numerator_id, facts.denominator_id)
    if sides[0] == sides[1] or any(side not in counts for side in sides):
        raise TwoSides


def _record(
    session: Session, actor: Actor, event: Event, row: StatisticKind, words: str, *, now: datetime
) -> None:
    auditing.record(session, actor, event, ("statistic_kind", row.id), words, now=now)
