"""The directory of units (责任单位): add, correct, deactivate, take over a list.

Names never merge by themselves: a name that resembles a known one is a warning for a person, and a short
name leads to a unit only after a person has said so (简称).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import names
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.ports import Spell
from tracker.services import auditing
from tracker.store.queries import units as queries
from tracker.store.queries.units import NamedUnit
from tracker.store.tables import Unit, UnitAlias, UnitClass

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """One unit as the directory shows it."""

    unit: Unit
    accounts: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The units that a search found, and the classes to choose from."""

    lines: tuple[DirectoryLine, ...]
    classes: tuple[UnitClass, ...]
    total: int


def directory(session: Session, *, words: str = "", class_id: int | None = None) -> Directory:
    """Units by two Chinese characters, by pinyin or by initials, active ones first."""
    found = queries.find(session, words, class_id=class_id)
    accounts = queries.count_accounts(session, [unit.id for unit in found])
    lines = tuple(DirectoryLine(unit, accounts.get(unit.id, 0)) for unit in found)
    return Directory(lines, tuple(queries.classes(session)), len(lines))


def classes(session: Session) -> tuple[UnitClass, ...]:
    """All classes (类别) in their order."""
    return tuple(queries.classes(session))


def unit(session: Session, unit_id: int) -> Unit:
    """One unit.

    Raises:
        NotFound: there is none.

    """
    found = queries.get(session, unit_id)
    if found is None:
        raise NotFound
    return found


def create_unit(
    session: Session,
    actor: Actor,
    *,
    name: str,
    class_name: str,
    aliases: Iterable[str] = (),
    contact_name: str = "",
    contact_phone: str = "",
    spell: Spell,
    now: datetime,
) -> Unit:
    """Add a unit; `class_name` names its class, which is made when it is new, and may be empty.

    Raises:
        InvalidInput: the name is empty, too long or already leads to a unit.

    """
    name = cleaned(name)
    aliases = _cleaned_aliases(aliases, name)
    require_free(session, (name, *aliases))
    created = Unit(
        name=name,
        unit_class=class_of(session, class_name),
        contact_name=tidied(contact_name),
        contact_phone=tidied(contact_phone),
        position=queries.last_position(session) + 1,
        search_keys=spell((name, *aliases)),
        aliases=[UnitAlias(name=alias) for alias in aliases],
    )
    session.add(created)
    session.flush()
    auditing.record(session, actor, Event.UNIT_CREATE, ("unit", created.id), f"新增单位“{name}”", now=now)
    return created


def change_unit(
    session: Session,
    actor: Actor,
    *,
    unit_id: int,
    version: int,
    name: str,
    class_name: str,
    aliases: Iterable[str],
    contact_name: str,
    contact_phone: str,
    active: bool,
    spell: Spell,
    now: datetime,
) -> Unit:
    """Correct a unit.

    Raises:
        NotFound: there is no such unit.
        VersionConflict: somebody else changed it since `version`.
        InvalidInput: the name is empty or already leads to another unit.

    """
    changed = unit(session, unit_id)
    if changed.version != version:
        raise VersionConflict
    name = cleaned(name)
    aliases = _cleaned_aliases(aliases, name)
    require_free(session, (name, *aliases), but=unit_id)
    unit_class = class_of(session, class_name)
    before = {"name": changed.name, "aliases": sorted(alias.name for alias in changed.aliases)}
    kept = {alias.name: alias for alias in changed.aliases}
    changed.name = name
    changed.unit_class = unit_class
    changed.contact_name = tidied(contact_name)
    changed.contact_phone = tidied(contact_phone)
    changed.active = active
    changed.aliases = [kept.get(alias) or UnitAlias(name=alias) for alias in aliases]
    changed.search_keys = spell((name, *aliases))
    session.flush()
    summary = f"修改单位“{name}”" if active else f"停用单位“{name}”"
    auditing.record(
        session, actor, Event.UNIT_CHANGE, ("unit", unit_id), summary, detail={"before": before}, now=now
    )
    return changed


def add_alias(
    session: Session, actor: Actor, *, unit_id: int, alias: str, spell: Spell, now: datetime
) -> Unit:
    """Confirm that another name means this unit; saying it twice changes nothing.

    Raises:
        NotFound: there is no such unit.
        InvalidInput: the name already leads to another unit.

    """
    changed = unit(session, unit_id)
    alias = cleaned(alias)
    if alias == changed.name or any(known.name == alias for known in changed.aliases):
        return changed
    require_free(session, (alias,), but=unit_id)
    changed.aliases.append(UnitAlias(name=alias))
    changed.search_keys = spell((changed.name, *(known.name for known in changed.aliases)))
    session.flush()
    summary = f"“{alias}”确认为“{changed.name}”的简称"
    auditing.record(session, actor, Event.UNIT_CHANGE, ("unit", unit_id), summary, now=now)
    return changed


@dataclass(frozen=True, slots=True)
class ListResult:
    """What taking over a list did: units made, names that were known, lines that could not be taken."""

    created: tuple[Unit, ...]
    known: tuple[str, ...]
    refused: tuple[str, ...]


def import_list(
    session: Session,
    actor: Actor,
    *,
    lines: Iterable[str],
    class_name: str = "",
    spell: Spell,
    now: datetime,
) -> ListResult:
    """Add units from a list, one a line: `name` or `name<tab>class`; names that are known stay as they are.

    `class_name` is the class of lines that name none.
    """
    taken = {known.name for known in queries.unit_names(session)}
    created: list[Unit] = []
    known: list[str] = []
    refused: list[str] = []
    for line in lines:
        name, _, printed_class = (part.strip() for part in line.partition("\t"))
        name = tidied(name)
        if not name:
            continue
        if len(name) > NAME_LENGTH:
            refused.append(name)
        elif name in taken:
            known.append(name)
        else:
            taken.add(name)
            wanted_class = printed_class or class_name
            created.append(
                create_unit(session, actor, name=name, class_name=wanted_class, spell=spell, now=now)
            )
    return ListResult(tuple(created), tuple(known), tuple(refused))


def near_duplicates(session: Session, name: str, *, but: int | None = None) -> tuple[NamedUnit, ...]:
    """Known names that could mean the same unit as `name`: for a warning, never for merging."""
    candidates = [known for known in queries.unit_names(session) if known.unit_id != but]
    return tuple(known for known in candidates if known.name != name and could_be_one(name, known.name))


def could_be_one(name: str, known: str) -> bool:
    """Whether two names differ only in the head, or one is a short form of the other, at the same level."""
    name_level, name_rest = names.split_head(names.normalise(name))
    known_level, known_rest = names.split_head(names.normalise(known))
    if name_level and known_level and name_level != known_level:
        return False
    return (
        name_rest == known_rest
        or names.is_short_form(name_rest, known_rest)
        or names.is_short_form(known_rest, name_rest)
    )


def cleaned(name: str) -> str:
    """A name without blanks around it.

    Raises:
        InvalidInput: nothing is left, or it is too long to be a name.

    """
    name = tidied(name)
    if not name:
        raise InvalidInput("请填写单位名称。")
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"单位名称太长，请不超过{NAME_LENGTH}个字。")
    return name


def tidied(name: str) -> str:
    """A name with single blanks and without characters that nobody sees; no database keeps a NUL."""
    return "".join(character for character in " ".join(name.split()) if character.isprintable())


def require_free(session: Session, wanted: Sequence[str], *, but: int | None = None) -> None:
    """See to it that no other unit has one of these names.

    Raises:
        InvalidInput: one of them already leads to another unit; says which.

    """
    taken = {known.name: known for known in queries.unit_names(session) if known.unit_id != but}
    for name in wanted:
        if known := taken.get(name):
            words = f"是“{known.unit_name}”的简称" if known.is_alias else "已在单位库中"
            raise InvalidInput(f"“{name}”{words}，请核对。")


def class_of(session: Session, name: str) -> UnitClass | None:
    """The class of this name, made when it is new; None for an empty name."""
    name = tidied(name)[:60]
    if not name:
        return None
    if known := queries.class_named(session, name):
        return known
    created = UnitClass(name=name, position=len(queries.classes(session)))
    session.add(created)
    session.flush()
    return created


def _cleaned_aliases(aliases: Iterable[str], name: str) -> tuple[str, ...]:
    """Each alias once, without blanks around it and without the name itself."""
    found = dict.fromkeys(tidied(alias) for alias in aliases)
    return tuple(cleaned(alias) for alias in found if alias and alias != name)


__all__ = [
    "Directory",
    "DirectoryLine",
    "ListResult",
    "Unit",
    "add_alias",
    "change_unit",
    "class_of",
    "classes",
    "cleaned",
    "could_be_one",
    "create_unit",
    "directory",
    "import_list",
    "near_duplicates",
    "tidied",
    "unit",
]
