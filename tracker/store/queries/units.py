"""Reading the directory of units (责任单位) and groups (集合称谓)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from tracker.store.tables import (
    Account,
    Unit,
    UnitAlias,
    UnitClass,
    UnitGroup,
    UnitGroupAlias,
    UnitGroupMember,
)

ESCAPE = "\\"


def like(words: str) -> str:
    """A LIKE pattern for text that contains `words`; %, _ and the escape itself mean themselves."""
    escaped = words.replace(ESCAPE, ESCAPE * 2).replace("%", rf"{ESCAPE}%").replace("_", rf"{ESCAPE}_")
    return f"%{escaped}%"


def named_like(words: str) -> ColumnElement[bool]:
    """Units whose name, alias or pinyin contains `words`; every unit when there are none."""
    words = "".join(words.split())
    if not words:
        return true()
    aliases = select(UnitAlias.unit_id).where(UnitAlias.name.like(like(words), escape=ESCAPE))
    found = [Unit.name.like(like(words), escape=ESCAPE), Unit.id.in_(aliases)]
    if words.isascii():
        found.append(Unit.search_keys.like(like(words.lower()), escape=ESCAPE))
    return or_(*found)


def _directory(words: str, class_id: int | None, *, active: bool | None) -> Select[Unit]:
    wanted = select(Unit).where(named_like(words))
    if class_id is not None:
        wanted = wanted.where(Unit.unit_class_id == class_id)
    if active is not None:
        wanted = wanted.where(Unit.active.is_(active))
    return wanted


def find(
    session: Session, words: str = "", *, class_id: int | None = None, active: bool | None = None
) -> list[Unit]:
    """Units by words, class and state, in the order of the directory, with class and aliases loaded."""
    wanted = (
        _directory(words, class_id, active=active)
        .outerjoin(Unit.unit_class)
        .options(selectinload(Unit.unit_class), selectinload(Unit.aliases))
        .order_by(
            Unit.active.desc(),
            func.coalesce(UnitClass.position, 1_000_000),
            UnitClass.id,
            Unit.position,
            Unit.id,
        )
    )
    return list(session.scalars(wanted))


def count_accounts(session: Session, unit_ids: Iterable[int]) -> dict[int, int]:
    """How many people of each unit can sign in."""
    wanted = (
        select(Account.unit_id, func.count())
        .where(Account.unit_id.in_(list(unit_ids)), Account.active)
        .group_by(Account.unit_id)
    )
    return {unit_id: count for unit_id, count in session.execute(wanted) if unit_id is not None}


def get(session: Session, unit_id: int) -> Unit | None:
    """One unit with its class and aliases."""
    options = (selectinload(Unit.unit_class), selectinload(Unit.aliases))
    return session.scalars(select(Unit).where(Unit.id == unit_id).options(*options)).one_or_none()


def active(session: Session) -> list[Unit]:
    """The units that work can be given to, in the order of the directory."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.position, Unit.id)))


def existing(session: Session, unit_ids: Iterable[int]) -> list[Unit]:
    """The units that exist among these ids, in the order of the directory."""
    wanted = select(Unit).where(Unit.id.in_(list(unit_ids))).order_by(Unit.position, Unit.id)
    return list(session.scalars(wanted))


def last_position(session: Session) -> int:
    """The highest place in the directory; -1 when it is empty."""
    return session.scalar(select(func.coalesce(func.max(Unit.position), -1))) or 0


def classes(session: Session) -> list[UnitClass]:
    """All classes (类别) in their order."""
    return list(session.scalars(select(UnitClass).order_by(UnitClass.position, UnitClass.id)))


def class_named(session: Session, name: str) -> UnitClass | None:
    """The class of this name."""
    return session.scalars(select(UnitClass).where(UnitClass.name == name)).one_or_none()


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A name that leads to a unit: its own, or an alias that a person has confirmed."""

    name: str
    unit_id: int
    unit_name: str
    active: bool
    is_alias: bool


def unit_names(session: Session) -> list[NamedUnit]:
    """Every name of every unit, own names first."""
    own = session.execute(select(Unit.name, Unit.id, Unit.name, Unit.active).order_by(Unit.position, Unit.id))
    aliases = session.execute(
        select(UnitAlias.name, Unit.id, Unit.name, Unit.active).join(UnitAlias.unit).order_by(UnitAlias.id)
    )
    names = [NamedUnit(*row, is_alias=False) for row in own]
    return names + [NamedUnit(*row, is_alias=True) for row in aliases]


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A name that leads to a group, with the members of today."""

    name: str
    group_id: int
    group_name: str
    member_ids: tuple[int, ...]
    is_alias: bool


def group_names(session: Session) -> list[NamedGroup]:
    """Every name of every group, own names first; inactive units are no members."""
    members: dict[int, list[int]] = {}
    rows = (
        select(UnitGroupMember.group_id, UnitGroupMember.unit_id)
        .join(UnitGroupMember.unit)
        .where(Unit.active)
        .order_by(Unit.position, Unit.id)
    )
    for group_id, unit_id in session.execute(rows):
        members.setdefault(group_id, []).append(unit_id)
    order = (UnitGroup.position, UnitGroup.id)
    own = session.execute(select(UnitGroup.name, UnitGroup.id, UnitGroup.name).order_by(*order))
    aliases = session.execute(
        select(UnitGroupAlias.name, UnitGroup.id, UnitGroup.name)
        .join(UnitGroupAlias.group)
        .order_by(*order, UnitGroupAlias.id)
    )
    return [
        NamedGroup(name, group_id, group_name, tuple(members.get(group_id, ())), is_alias)
        for is_alias, rows_ in ((False, own), (True, aliases))
        for name, group_id, group_name in rows_
    ]


def groups(session: Session) -> list[UnitGroup]:
    """All groups with aliases, members and the members' units."""
    wanted = (
        select(UnitGroup)
        .options(
            selectinload(UnitGroup.aliases),
            selectinload(UnitGroup.members).joinedload(UnitGroupMember.unit),
        )
        .order_by(UnitGroup.position, UnitGroup.id)
    )
    return list(session.scalars(wanted))


def get_group(session: Session, group_id: int) -> UnitGroup | None:
    """One group with aliases, members and the members' units."""
    options = (
        selectinload(UnitGroup.aliases),
        selectinload(UnitGroup.members).joinedload(UnitGroupMember.unit),
    )
    return session.scalars(select(UnitGroup).where(UnitGroup.id == group_id).options(*options)).one_or_none()


def last_group_position(session: Session) -> int:
    """The highest place among the groups; -1 when there is none."""
    return session.scalar(select(func.coalesce(func.max(UnitGroup.position), -1))) or 0
