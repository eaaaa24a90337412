"""The ledger (台账) as it is shown: one query, its page of rows, and the counts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.health import SOON_WORKDAYS, Colour, Health, describe
from tracker.domain.task import Role
from tracker.domain.work_calendar import workdays_after
from tracker.services import calendars
from tracker.store.queries import ledger as queries
from tracker.store.queries import units as directory
from tracker.store.queries.ledger import LatestReport, LedgerFilter, Sort, TaskRow, UnitLabel
from tracker.store.queries.lights import LightDays
from tracker.store.queries.tasks import sees_all

__all__ = ["LedgerFilter", "Sort"]

SIZES = (20, 50, 100, 0)
"""Rows a page; 0 is 全部."""
USUAL_SIZE = 20
"""What a phone still scrolls through."""
ROLES = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
"""A unit's parts in a task, in the order people name them."""


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """What an address of the ledger asks for."""

    wanted: LedgerFilter = field(default_factory=LedgerFilter)
    sort: Sort = Sort.SERIAL
    page: int = 1
    size: int = USUAL_SIZE


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One task as every list of the program shows it."""

    task: TaskRow
    health: Health
    units: tuple[UnitLabel, ...]
    latest: LatestReport | None
    awaits_sign_off: bool
    """Every unit says that it is done, and the office has not signed it off; units are not told."""

    @property
    def units_line(self) -> str:
        """Every unit with its role, leads first."""
        return "、".join(f"{unit_words(unit)}（{unit.role.label}）" for unit in self.units)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of the ledger; `lights` counts the filter without its lights, so each is a step away."""

    query: LedgerQuery
    lines: tuple[LedgerLine, ...]
    total: int
    pages: int
    lights: dict[Colour, int]
    plans: tuple[tuple[int, int, str], ...]
    units: tuple[tuple[int, str], ...]
    sections: tuple[str, ...]
    classes: tuple[tuple[int, str], ...] = ()
    """The classes of units, where the list can be narrowed to one."""

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(year for _, year, _ in self.plans))

    @property
    def every_light(self) -> int:
        return sum(self.lights.values())

    @property
    def many_plans(self) -> bool:
        """Whether rows of more than one plan may stand in the list, so that each must name its own."""
        return self.query.wanted.plan_id is None and len(self.plans) > 1


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to hand to the person who asked for it."""

    name: str
    content: bytes


def unit_words(unit: UnitLabel) -> str:
    """市教育局, or a printed group with the number of its members: 各县（市、区）政府（8家）."""
    return f"{unit.name}（{unit.members}家）" if unit.grouped else unit.name


def light_days(session: Session, today: date) -> LightDays:
    """Today and the day ten workdays ahead, by the office's calendar."""
    return LightDays(today, workdays_after(today, SOON_WORKDAYS, calendars.load(session)))


def view(session: Session, actor: Actor, query: LedgerQuery, *, today: date) -> LedgerPage:
    """The page of the ledger that a query asks for; a page beyond the last shows the last."""
    days = light_days(session, today)
    plans = queries.plan_choices(session, actor)
    query = replace(query, wanted=_within_a_year(query.wanted, plans))
    meant = [plan_id for plan_id, year, _ in plans if _means(query.wanted, plan_id, year)]
    lights = queries.light_counts(session, replace(query.wanted, lights=()), days, actor)
    total = sum(lights[light] for light in query.wanted.lights or tuple(Colour))
    pages = max(1, -(-total // query.size)) if query.size else 1
    query = replace(query, page=min(max(query.page, 1), pages))
    rows = queries.rows(
        session,
        query.wanted,
        days,
        actor,
        sort=query.sort,
        limit=query.size or None,
        offset=(query.page - 1) * query.size,
    )
    return LedgerPage(
        query=query,
        lines=lines(session, actor, rows, today=today),
        total=total,
        pages=pages,
        lights=lights,
        plans=tuple(plans),
        units=tuple(queries.unit_choices(session, meant)),
        sections=tuple(queries.section_choices(session, meant, actor)),
        classes=tuple((each.id, each.name) for each in directory.classes(session)),
    )


def lines(
    session: Session, actor: Actor, rows: Sequence[TaskRow], *, today: date
) -> tuple[LedgerLine, ...]:
    """Rows with their lights in words, their units and the newest report; two queries, however many rows."""
    ids = [row.id for row in rows]
    units = queries.unit_labels(session, ids)
    latest = queries.latest_reports(session, ids, actor)
    told = sees_all(actor)
    return tuple(
        LedgerLine(
            task=row,
            health=describe(row.rule, next_due_on=row.next_due_on, today=today),
            units=tuple(units.get(row.id, ())),
            latest=latest.get(row.id),
            awaits_sign_off=told and row.state.is_open and _all_done(units.get(row.id, ())),
        )
        for row in rows
    )


def _all_done(units: Sequence[UnitLabel]) -> bool:
    return bool(units) and all(unit.done == unit.members for unit in units)


def filter_words(page: LedgerPage) -> str:
    """The filter in words, for the head of a printed list; 全部 when nothing narrows it."""
    wanted = page.query.wanted
    units = dict(page.units)
    words = [
        "、".join(light.label for light in wanted.lights),
        units.get(wanted.unit_id, "") if wanted.unit_id else "",
        wanted.role.label if wanted.role else "",
        wanted.section,
        f"{wanted.due_from:%Y-%m-%d}起" if wanted.due_from else "",
        f"{wanted.due_to:%Y-%m-%d}止" if wanted.due_to else "",
        "、".join(state.label for state in wanted.states),
        "逾期" if wanted.overdue else "",
        "按原定时限逾期" if wanted.first_overdue else "",
        "待销号" if wanted.awaiting else "",
        "受阻" if wanted.blocked else "",
        dict(page.classes).get(wanted.class_id or 0, ""),
        f"“{wanted.words}”" if wanted.words else "",
    ]
    return "，".join(word for word in words if word) or "全部任务"


def _within_a_year(wanted: LedgerFilter, plans: Sequence[tuple[int, int, str]]) -> LedgerFilter:
    """Neither plan nor years named: the newest year's plans are meant."""
    if wanted.plan_id is not None or wanted.year is not None or wanted.every_year or not plans:
        return wanted
    return replace(wanted, year=plans[0][1])


def _means(wanted: LedgerFilter, plan_id: int, year: int) -> bool:
    return (wanted.plan_id in {None, plan_id}) and (wanted.year in {None, year})


SHAPES = {Colour.GREEN: "●", Colour.YELLOW: "▲", Colour.RED: "■", Colour.GREY: "○"}
"""The shape beside each colour, on screen and on paper."""
