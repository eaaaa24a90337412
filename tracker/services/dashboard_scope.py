"""What a page of the dashboard (驾驶舱) is about, as its address says it: a plan, and what narrows it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.health import Colour
from tracker.store.queries.ledger import LedgerFilter


@dataclass(frozen=True, slots=True)
class Scope:
    """A plan and what narrows it; what is empty does not narrow."""

    plan_id: int | None = None
    section: str = ""
    class_id: int | None = None
    unit_id: int | None = None
    lights: tuple[Colour, ...] = ()
    since: str = ""
    """The key of the closed period against which one looks (2026-W38); empty for the usual one."""
    all_units: bool = False
    """Whether the matrix also shows units with nothing yellow or red."""

    @property
    def tasks(self) -> LedgerFilter:
        """The tasks it is about, of every light."""
        return LedgerFilter(
            plan_id=self.plan_id, section=self.section, class_id=self.class_id, unit_id=self.unit_id
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.section or self.class_id or self.unit_id or self.lights)
