"""Who acts: the person (or the program itself) behind a use case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the program (`account_id` None, role "system").

    `role` is a value of `tracker.domain.access.UserRole`; `unit_id` is set for a unit's contact only.
    """

    account_id: int | None
    name: str
    role: str
    unit_id: int | None = None


SYSTEM = Actor(account_id=None, name="系统", role="system")
