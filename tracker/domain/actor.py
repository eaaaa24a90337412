"""Who acts: the person (or the program itself) behind a use case."""

from __future__ import annotations

from dataclasses import dataclass

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the program (`account_id` None, role "system").

    `role` is a value of `tracker.domain.access.UserRole`; `unit_id` is set for a unit's contact only. A
    deputy (代办) has the role and the unit of the one in whose place he acts, and his own `account_id`: what
    is done stays his doing, so that a step that needs two people still needs two.
    """

    account_id: int | None
    name: str
    role: str
    unit_id: int | None = None
    acts_for_id: int | None = None
    """The account in whose place a deputy acts."""
    acts_for: str = ""
    """That person's name; `name` says both."""

    @property
    def desk_id(self) -> int | None:
        """Whose personal things (inbox, own remarks) lie before the actor."""
        return self.account_id if self.acts_for_id is None else self.acts_for_id

    def in_place_of(self, account_id: int, name: str, role: str, unit_id: int | None) -> Actor:
        """This person as the deputy of another: 「王晓 代 李明」."""
        said = f"{self.name} 代 {name}"[:NAME_LENGTH]
        return Actor(self.account_id, said, role, unit_id, account_id, name)


SYSTEM = Actor(account_id=None, name="系统", role="system")
