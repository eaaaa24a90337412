"""A stored cadence (报送节奏) as the rules know it, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tracker.domain.asking import Answer, Audience, Part, PartKind, Requirement
from tracker.domain.period import Cadence, Collision, HolidayRule
from tracker.domain.rhythm import Months, Rhythm, Step, Weeks
from tracker.domain.task import Role
from tracker.store import tables


def as_domain(row: tables.Cadence) -> Cadence:
    """When it is asked for."""
    return Cadence(
        rhythm=_rhythm(row),
        cutoff=row.cutoff,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        holiday_rule=HolidayRule(row.holiday_rule),
        collision=Collision(row.collision),
        kind=row.kind,
        name=row.name,
    )


def _rhythm(row: tables.Cadence) -> Rhythm:
    if Step(row.step) is Step.MONTH:
        return Months(row.day or 1, row.every, row.lag)
    return Weeks(row.weekday, row.every)


def requirement_of(row: tables.Cadence) -> Requirement:
    """What is asked for, and of whom."""
    return Requirement(
        Answer(row.answer),
        _parts(row.parts or ()),
        Audience(
            roles=frozenset(map(Role, row.roles or ())),
            class_ids=frozenset(row.class_ids or ()),
            unit_ids=frozenset(row.unit_ids or ()),
            excused=frozenset(row.excused_unit_ids),
        ),
    )


def _parts(stored: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    return tuple(
        Part(str(part["key"]), str(part["label"]), PartKind(part["kind"]), bool(part["required"]))
        for part in stored
    )


def stored_parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Parts as they are kept, with the cadence and beside what was handed in."""
    return [
        {"key": part.key, "label": part.label, "kind": part.kind.value, "required": part.required}
        for part in parts
    ]


def parts_asked(version: tables.Return | None, row: tables.Cadence) -> tuple[Part, ...]:
    """The parts that a version answers: as they were when it was handed in, whatever is asked for now.

    Of a draft, and of a version from before they were kept, those that the cadence asks for.
    """
    if version is None or version.asked is None:
        return requirement_of(row).parts
    return _parts(version.asked)


def write(row: tables.Cadence, wanted: Cadence) -> None:
    """Store when it is asked for; an end that is not said is that of the year of the start."""
    rhythm = wanted.rhythm
    row.name = wanted.name
    row.every = rhythm.every
    if isinstance(rhythm, Months):
        row.step, row.weekday, row.day, row.lag = Step.MONTH.value, 0, rhythm.day, rhythm.lag
    else:
        row.step, row.weekday, row.day, row.lag = Step.WEEK.value, rhythm.weekday, None, 0
    row.cutoff = wanted.cutoff
    row.starts_on = wanted.starts_on
    row.ends_on = last_day(wanted)
    row.holiday_rule = wanted.holiday_rule.value
    row.collision = wanted.collision.value


def write_requirement(row: tables.Cadence, wanted: Requirement) -> None:
    """Store what is asked for, and of whom."""
    row.answer = wanted.answer.value
    row.parts = stored_parts(wanted.parts)
    audience = wanted.audience
    row.roles = sorted(role.value for role in audience.roles)
    row.class_ids = sorted(audience.class_ids)
    row.unit_ids = sorted(audience.unit_ids)
    row.excused_unit_ids = sorted(audience.excused)


def last_day(wanted: Cadence) -> date:
    """The last day that is asked about."""
    return wanted.ends_on or date(wanted.starts_on.year, 12, 31)


def facts(row: tables.Cadence) -> dict[str, Any]:
    """The settings for the record, as they are stored."""
    return {
        "kind": row.kind,
        "name": row.name,
        "step": row.step,
        "every": row.every,
        "weekday": row.weekday,
        "day": row.day,
        "lag": row.lag,
        "cutoff": f"{row.cutoff:%H:%M}",
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "holiday_rule": row.holiday_rule,
        "collision": row.collision,
        "answer": row.answer,
        "parts": [part["label"] for part in row.parts or ()],
        "roles": row.roles or [],
        "class_ids": row.class_ids or [],
        "unit_ids": row.unit_ids or [],
        "excused_unit_ids": row.excused_unit_ids,
    }
