"""Who hears what is said (接收人): of each unit its contacts and its heads, and the office's own people."""

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
_Key = tuple[int | None, Addressee]


@dataclass(frozen=True, slots=True)
class Audience:
    """People by unit and addressee; the office's under no unit."""

    people: dict[_Key, dict[int, Account]]

    def who(self, unit_id: int | None, to: Iterable[Addressee]) -> list[Account]:
        """Whom a notice reaches, each once.

        A unit that has named heads only, or no head, still hears through those it has.
        """
        found: dict[int, Account] = {}
        for each in to:
            found |= self._reached(None if each is Addressee.OFFICE else unit_id, each)
        return list(found.values())

    def _reached(self, unit_id: int | None, to: Addressee) -> dict[int, Account]:
        named = self.people.get((unit_id, to), {})
        if not named and to is Addressee.CONTACT:
            return self.people.get((unit_id, Addressee.HEAD), {})
        return named


def of_units(session: Session, unit_ids: set[int], *, today: date) -> Audience:
    """The active people of these units and of the office, with who stands in (代办) for one today.

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
    office = select(Account).where(Account.active, Account.role == UserRole.OFFICE.value).order_by(Account.id)
    people[None, Addressee.OFFICE] = {account.id: account for account in session.scalars(office)}
    return Audience(people)


def addressee(duty: str | None) -> Addressee:
    """What a unit's account is written down as; whoever is nothing else is a contact."""
    return Addressee.HEAD if duty == Addressee.HEAD.value else Addressee.CONTACT
