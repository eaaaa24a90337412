"""Groups of units (集合称谓): 各县(市、区)政府, 市政府各部门, and who belongs to them today.

A confirmed plan keeps the members of its own day; changing a group changes no plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.services.units import cleaned, tidied
from tracker.store.queries import units as queries
from tracker.store.tables import UnitGroup, UnitGroupAlias, UnitGroupMember


def group(session: Session, group_id: int) -> UnitGroup:
    """One group.

    Raises:
        NotFound: there is none.

    """
    found = queries.get_group(session, group_id)
    if found is None:
        raise NotFound
    return found


def every_group(session: Session) -> tuple[UnitGroup, ...]:
    """All groups with aliases and members."""
    return tuple(queries.groups(session))


def create_group(
    session: Session,
    actor: Actor,
    *,
    name: str,
    aliases: Iterable[str] = (),
    member_ids: Iterable[int] = (),
    now: datetime,
) -> UnitGroup:
    """Add a group with its members.

    Raises:
        InvalidInput: the name is empty, or already leads to a group or a unit.

    """
    name = cleaned(name)
    created = UnitGroup(name=name, position=queries.last_group_position(session) + 1)
    _fill(session, created, aliases, member_ids, but=None)
    session.add(created)
    session.flush()
    summary = f"新增集合称谓“{name}”，{len(created.members)}家"
    auditing.record(session, actor, Event.GROUP_CHANGE, ("unit_group", created.id), summary, now=now)
    return created


def change_group(
    session: Session,
    actor: Actor,
    *,
    group_id: int,
    version: int,
    name: str,
    aliases: Iterable[str],
    member_ids: Iterable[int],
    now: datetime,
) -> UnitGroup:
    """Correct a group: its name, its other names, its members.

    Raises:
        NotFound: there is no such group.
        VersionConflict: somebody else changed it since `version`.
        InvalidInput: a name is empty or taken.

    """
    changed = group(session, group_id)
    if changed.version != version:
        raise VersionConflict
    before = sorted(member.unit_id for member in changed.members)
    with session.no_autoflush:  # one change, one version
        changed.name = cleaned(name)
        _fill(session, changed, aliases, member_ids, but=group_id)
    # Members stand in their own table; the group's version moves with them.
    flag_modified(changed, "name")
    session.flush()
    summary = f"修改集合称谓“{changed.name}”，现有{len(changed.members)}家"
    auditing.record(
        session,
        actor,
        Event.GROUP_CHANGE,
        ("unit_group", group_id),
        summary,
        detail={"members_before": before},
        now=now,
    )
    return changed


def add_group_alias(session: Session, actor: Actor, *, group_id: int, alias: str, now: datetime) -> UnitGroup:
    """Confirm that another way of writing means this group; saying it twice changes nothing."""
    changed = group(session, group_id)
    alias = cleaned(alias)
    if alias == changed.name or any(known.name == alias for known in changed.aliases):
        return changed
    _require_free(session, (alias,), but=group_id)
    changed.aliases.append(UnitGroupAlias(name=alias))
    session.flush()
    summary = f"“{alias}”确认为集合称谓“{changed.name}”的另一写法"
    auditing.record(session, actor, Event.GROUP_CHANGE, ("unit_group", group_id), summary, now=now)
    return changed


def _fill(
    session: Session, group_: UnitGroup, aliases: Iterable[str], member_ids: Iterable[int], *, but: int | None
) -> None:
    """Give a group its aliases and members, keeping the rows that stay."""
    found = dict.fromkeys(tidied(alias) for alias in aliases)
    wanted = [cleaned(alias) for alias in found if alias and alias != group_.name]
    _require_free(session, (group_.name, *wanted), but=but)
    known_aliases = {alias.name: alias for alias in group_.aliases}
    group_.aliases = [known_aliases.get(alias) or UnitGroupAlias(name=alias) for alias in wanted]
    known_members = {member.unit_id: member for member in group_.members}
    members = queries.existing(session, set(member_ids))
    group_.members = [known_members.get(unit.id) or UnitGroupMember(unit=unit) for unit in members]


def _require_free(session: Session, wanted: Iterable[str], *, but: int | None) -> None:
    units = {known.name for known in queries.unit_names(session)}
    others = {known.name for known in queries.group_names(session) if known.group_id != but}
    for name in wanted:
        if name in units:
            raise InvalidInput(f"“{name}”是单位库里的一家单位，不能用作集合称谓。")
        if name in others:
            raise InvalidInput(f"“{name}”已是另一个集合称谓，请核对。")


__all__ = ["UnitGroup", "add_group_alias", "change_group", "create_group", "every_group", "group"]
