"""减负: how many things a unit was asked in a month, each of them in a list.

The figure is there so that an office sees what it asks for; it is no figure of merit, and units are not
compared by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.store.queries import burden as queries
from tracker.store.queries import units
from tracker.store.queries.burden import Ask, AskKind
from tracker.store.tables import Unit

__all__ = ["Ask", "AskKind"]


@dataclass(frozen=True, slots=True)
class Month:
    """One month, and how an address names it: 2026-11."""

    first: date

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, text: str) -> Month:
        """The month of 2026-11.

        Raises:
            ValueError: that is no month.

        """
        return cls(date.fromisoformat(f"{text}-01"))

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Month:
        return Month.of(self.first + timedelta(days=31))

    @property
    def before(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        """2026年11月."""
        return f"{self.first.year}年{self.first.month}月"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit was asked in one month."""

    month: Month
    asks: tuple[Ask, ...]

    @property
    def kinds(self) -> dict[AskKind, int]:
        """How many there are of each kind; kinds of which there are none are left out."""
        found = dict.fromkeys(AskKind, 0)
        for ask in self.asks:
            found[ask.kind] += 1
        return {kind: number for kind, number in found.items() if number}


@dataclass(frozen=True, slots=True)
class AskedPage:
    """The list behind such a number; `asks` are those of `kind`, or all."""

    unit: Unit
    asked: Asked
    kind: AskKind | None

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asked.asks if self.kind in {None, ask.kind})


def two_months(session: Session, unit_id: int, *, today: date) -> tuple[Asked, Asked]:
    """What a unit was asked this month, and the month before."""
    month = Month.of(today)
    found = queries.of_unit(session, unit_id, month.before.first, month.last)
    return _in(month, found), _in(month.before, found)


def page(session: Session, *, unit_id: int, month: Month, kind: AskKind | None) -> AskedPage:
    """What a unit was asked in a month, of one kind or of all.

    Raises:
        NotFound: there is no such unit.

    """
    unit = units.get(session, unit_id)
    if unit is None:
        raise NotFound
    return AskedPage(unit, _in(month, queries.of_unit(session, unit_id, month.first, month.last)), kind)


def _in(month: Month, found: Iterable[Ask]) -> Asked:
    return Asked(month, tuple(ask for ask in found if month.first <= ask.on <= month.last))
