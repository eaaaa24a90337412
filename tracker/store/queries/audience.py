"""Who hears what is said (接收人): a unit's contacts and its heads, the office's people, administrators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.access import UserRole
from tracker.domain.notices import Addressee
from tracker.store.tables import Account, Deputyship

UNIT = UserRole.UNIT.value
OF_NO_UNIT = frozenset({Addressee.OFFICE, Addressee.ADMINISTRATOR})
_Key = tuple[int | None, Addressee]


@dataclass(frozen=True, slots=True)
class Audience:
    """People by unit and addressee; the office's under no unit."""

    people: dict[_Key, dict[int, Account]]

    def who(self, unit_id: int | None, to: Iterable[Addressee]) -> list[Account]:
        """Whom a notice reaches, each once.

        A unit that has named heads only, or no head, still hears through those it has; where there is no
        administrator the office hears.
        """
        found: dict[int, Account] = {}
        for each in to:
            found |= self._reached(None if each in OF_NO_UNIT else unit_id, each)
        return list(found.values())

    def _reached(self, unit_id: int | None, to: Addressee) -> dict[int, Account]:
        named = self.people.get((unit_id, to), {})
        if not named and to is Addressee.CONTACT:
            return self.people.get((unit_id, Addressee.HEAD), {})
        if not named and to is Addressee.ADMINISTRATOR:
            return self.people.get((None, Addressee.OFFICE), {})
        return named


def of_units(session: Session, unit_ids: set[int], *, today: date) -> Audience:
    """The active people of these units and of the house, with who stands in (代办) for one today.

    A deputy who is one of the unit's people himself is told once.
    """
    people: dict[_Key, dict[int, Account]] = {}
    own = select(Account, Account.unit_id, Account.duty).where(
        Account.unit_id.in_(unit_ids), Account.active, Account.role == UNIT
    )
    principal, deputy = aliased(Account), aliased(Account)
    deputies = (
        select(deputy, principal.unit_id, principal.duty)
        .join(Deputyship, Deputyship.for_id == principal.id)
        .join(deputy, deputy.id == Deputyship.by_id)
        .where(principal.unit_id.in_(unit_ids), principal.active, principal.role == UNIT, deputy.active)
        .where(Deputyship.ended_at.is_(None), Deputyship.starts_on <= today, Deputyship.ends_on >= today)
    )
    rows = chain(session.execute(own.order_by(Account.id)), session.execute(deputies.order_by(deputy.id)))
    for account, unit_id, duty in rows:
        people.setdefault((unit_id, addressee(duty)), {}).setdefault(account.id, account)
    roles = {UserRole.OFFICE.value: Addressee.OFFICE, UserRole.ADMINISTRATOR.value: Addressee.ADMINISTRATOR}
    ours = select(Account).where(Account.active, Account.role.in_(roles)).order_by(Account.id)
    for account in session.scalars(ours):
        people.setdefault((None, roles[account.role]), {})[account.id] = account
    return Audience(people)


def addressee(duty: str | None) -> Addressee:
    """What a unit's account is written down as; whoever is nothing else is a contact."""
    return Addressee.HEAD if duty == Addressee.HEAD.value else Addressee.CONTACT
