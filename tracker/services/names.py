"""What the printed names (原文称谓) of a draft mean: a unit, the members of a group, or nobody.

A name that stands in the directory, or an alias that a person has confirmed, decides by itself; so does a
group's name. Everything else waits for a person, with suggestions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from importers import unit_names
from tracker.domain import group as groups_domain
from tracker.domain import names as names_domain
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput
from tracker.domain.events import Event
from tracker.domain.names import DirectoryEntry, MatchKind, Suggestion
from tracker.domain.ports import Spell
from tracker.domain.titled import Titled
from tracker.services import auditing, draft_rows, groups, units
from tracker.store.queries import imports as queries
from tracker.store.queries import units as unit_queries
from tracker.store.tables import ImportDraft, NameDecision

PRINTED_LENGTH = 200
# Comparing costs time, and 市财政局 and 市教育局 have nothing in common that says anything.
_COMMON = frozenset("省市县区乡镇局委办厅（）()")
_LEVELS = "市县区"


class Meaning(Titled):
    """What a printed name leads to."""

    UNIT = "unit", "单位"
    GROUP = "group", "集合称谓"
    IGNORED = "ignored", "不是单位"
    OPEN = "open", "待对应"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a printed name leads; `how` says in words who decided."""

    meaning: Meaning
    unit_ids: tuple[int, ...] = ()
    name: str = ""
    """The unit's or the group's name."""
    how: str = ""
    group_id: int | None = None


OPEN = Resolution(Meaning.OPEN)


@dataclass(frozen=True)
class Resolver:
    """Answers for every printed name of one draft; made once for a page or an act."""

    units: names_domain.Directory
    groups: names_domain.Directory
    unit_names: Mapping[int, str]
    members: Mapping[int, tuple[int, ...]]
    group_names: Mapping[int, str]
    decisions: Mapping[str, NameDecision]

    def of(self, printed: str) -> Resolution:
        """What a name means; `OPEN` when a person has to say so."""
        if decision := self.decisions.get(printed):
            return self._decided(decision)
        kind, owners = self.units.decide(printed)
        if kind in {MatchKind.EXACT, MatchKind.ALIAS}:
            (unit_id,) = owners
            return Resolution(Meaning.UNIT, (unit_id,), self.unit_names[unit_id], kind.label)
        kind, owners = self.groups.decide(printed)
        if kind in {MatchKind.EXACT, MatchKind.ALIAS}:
            return self._group(next(iter(owners)), kind.label)
        return OPEN

    def unit_suggestions(self, printed: str) -> tuple[Suggestion, ...]:
        """Units that may be meant, the likeliest first, among those that share a telling character."""
        telling = (set(printed) - _COMMON) or set(printed)
        near = [entry for entry in self.units.entries if telling & set("".join(entry.names))]
        return names_domain.match(printed, names_domain.Directory.of(near)).suggestions

    def group_suggestions(self, printed: str) -> tuple[Suggestion, ...]:
        """Groups that may be meant, the likeliest first."""
        return groups_domain.resolve(printed, self.groups).suggestions

    def _decided(self, decision: NameDecision) -> Resolution:
        if decision.unit_id is not None and decision.unit_id in self.unit_names:
            return Resolution(
                Meaning.UNIT, (decision.unit_id,), self.unit_names[decision.unit_id], "本次认定"
            )
        if decision.group_id is not None and decision.group_id in self.group_names:
            return self._group(decision.group_id, "本次认定")
        return Resolution(Meaning.IGNORED, how="本次认定") if decision.ignored else OPEN

    def _group(self, group_id: int, how: str) -> Resolution:
        return Resolution(
            Meaning.GROUP, self.members.get(group_id, ()), self.group_names[group_id], how, group_id
        )


def resolver(session: Session, draft_id: int) -> Resolver:
    """A resolver over the directory of today and the decisions of one draft."""
    unit_entries: dict[int, tuple[str, list[str]]] = {}
    for known in unit_queries.unit_names(session):
        if known.active:
            entry = unit_entries.setdefault(known.unit_id, (known.unit_name, []))
            entry[1].extend([known.name] if known.is_alias else [])
    group_entries: dict[int, tuple[str, list[str]]] = {}
    members: dict[int, tuple[int, ...]] = {}
    for named in unit_queries.group_names(session):
        entry = group_entries.setdefault(named.group_id, (named.group_name, []))
        entry[1].extend([named.name] if named.is_alias else [])
        members[named.group_id] = named.member_ids
    return Resolver(
        units=names_domain.Directory.of(_entries(unit_entries)),
        groups=groups_domain.group_directory(_entries(group_entries)),
        unit_names={unit_id: name for unit_id, (name, _) in unit_entries.items()},
        members=members,
        group_names={group_id: name for group_id, (name, _) in group_entries.items()},
        decisions=queries.decisions(session, draft_id),
    )


def _entries(found: Mapping[int, tuple[str, list[str]]]) -> list[DirectoryEntry]:
    return [DirectoryEntry(number, name, tuple(aliases)) for number, (name, aliases) in found.items()]


@dataclass(frozen=True, slots=True)
class PrintedName:
    """One printed name of a draft, what it means, and what it may mean."""

    printed: str
    count: int
    collective: bool
    resolution: Resolution
    units: tuple[Suggestion, ...] = ()
    groups: tuple[Suggestion, ...] = ()

    @property
    def likely(self) -> tuple[Suggestion, ...]:
        """Suggestions with a better reason than looking alike; for a collective name all of them."""
        close = tuple(found for found in self.units if units.could_be_one(self.printed, found.name))
        return self.groups or close

    @property
    def odd(self) -> bool:
        """Whether it hardly is a unit's name (国庆节前): it is not proposed as a new unit."""
        return not self.collective and not unit_names.looks_like_unit(self.printed)

    @property
    def obvious(self) -> bool:
        """Whether only 市, 县 or 区 before it parts the name from the one likely unit: 教育局, 市教育局."""
        if self.groups or len(self.likely) != 1:
            return False
        short, long = sorted((self.printed, self.likely[0].name), key=len)
        return long in {f"{level}{short}" for level in _LEVELS}

    @property
    def offered(self) -> tuple[Suggestion, ...]:
        """What the page offers: the likely ones, or else the first three that look alike."""
        return self.likely or self.units[:3]


@dataclass(frozen=True, slots=True)
class NamesPage:
    """Every printed name of a draft once, the open ones first; and the unit list that it attaches."""

    draft: ImportDraft
    open: tuple[PrintedName, ...]
    settled: tuple[PrintedName, ...]
    register: tuple[str, ...]
    register_new: tuple[str, ...]


def printed_names(readings: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How often each name is printed in these readings, in the order of the document."""
    return Counter(part["unit"] for reading in readings for part in reading["assignments"])


def names_page(session: Session, *, draft_id: int) -> NamesPage:
    """The names of a draft with what they mean."""
    draft = draft_rows.draft_of(session, draft_id)
    answers = resolver(session, draft_id)
    readings = [row.reading for row in queries.rows(session, draft_id) if row.included]
    collective = {
        part["unit"] for reading in readings for part in reading["assignments"] if part.get("collective")
    }
    lines = [
        printed_name(answers, name, count, collective=name in collective)
        for name, count in printed_names(readings).items()
    ]
    register = tuple(dict.fromkeys(draft.draft.get("unit_register") or ()))
    new = tuple(name for name in register if answers.units.decide(name)[0] is MatchKind.UNKNOWN)
    return NamesPage(
        draft,
        tuple(line for line in lines if line.resolution.meaning is Meaning.OPEN),
        tuple(line for line in lines if line.resolution.meaning is not Meaning.OPEN),
        register,
        new,
    )


def one_name(session: Session, *, draft_id: int, printed: str) -> PrintedName | None:
    """One printed name with its suggestions; None when the document does not print it."""
    page = names_page(session, draft_id=draft_id)
    return next((line for line in (*page.open, *page.settled) if line.printed == printed), None)


def printed_name(answers: Resolver, name: str, count: int, *, collective: bool) -> PrintedName:
    """One name; suggestions only where it is still open, because they cost time."""
    resolution = answers.of(name)
    collective = collective or groups_domain.is_collective(name)
    if resolution.meaning is not Meaning.OPEN:
        return PrintedName(name, count, collective, resolution)
    if collective:
        return PrintedName(name, count, collective, resolution, groups=answers.group_suggestions(name))
    return PrintedName(name, count, collective, resolution, units=answers.unit_suggestions(name))


def decide_unit(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: str,
    unit_id: int,
    remember: bool = True,
    spell: Spell,
    now: datetime,
) -> None:
    """是这一家: the name means this unit, and with `remember` in every later document too (简称).

    Raises:
        InvalidInput: the name is no name of this draft, or already another unit's alias.
        NotFound: there is no such unit.

    """
    unit = units.unit(session, unit_id)
    if remember:
        units.add_alias(session, actor, unit_id=unit_id, alias=printed, spell=spell, now=now)
    _keep(session, actor, draft_id, printed, f"“{printed}”即“{unit.name}”", unit_id=unit_id, now=now)


def decide_group(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: str,
    group_id: int,
    remember: bool = True,
    now: datetime,
) -> None:
    """The name means the members of this group.

    Raises:
        InvalidInput: the name is no name of this draft, or already leads elsewhere.
        NotFound: there is no such group.

    """
    group = groups.group(session, group_id)
    if remember:
        groups.add_group_alias(session, actor, group_id=group_id, alias=printed, now=now)
    summary = f"“{printed}”按集合称谓“{group.name}”对应，{len(group.members)}家"
    _keep(session, actor, draft_id, printed, summary, group_id=group_id, now=now)


def decide_nobody(session: Session, actor: Actor, *, draft_id: int, printed: str, now: datetime) -> None:
    """不是单位: nobody gets work through this name."""
    _keep(session, actor, draft_id, printed, f"“{printed}”不是单位，不建立责任", ignored=True, now=now)


def decide_new_unit(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: str,
    name: str,
    class_name: str,
    spell: Spell,
    now: datetime,
) -> None:
    """The name means a unit that the directory does not have yet; `name` is its full name.

    Raises:
        InvalidInput: the full name already leads to a unit, or the printed one is no name of this draft.

    """
    unit = units.create_unit(
        session, actor, name=name, class_name=class_name, aliases=[printed], spell=spell, now=now
    )
    summary = f"“{printed}”新建为单位“{unit.name}”"
    _keep(session, actor, draft_id, printed, summary, unit_id=unit.id, now=now)


def decide_new_group(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: str,
    member_ids: Iterable[int],
    now: datetime,
) -> None:
    """The name is a collective one that the directory does not have yet, with these members.

    Raises:
        InvalidInput: no member was chosen, or the name already leads elsewhere.

    """
    members = list(member_ids)
    if not members:
        raise InvalidInput("请至少勾选一家成员单位，或者在下面填写库里还没有的。")
    group = groups.create_group(session, actor, name=printed, member_ids=members, now=now)
    summary = f"“{printed}”新建为集合称谓，{len(group.members)}家"
    _keep(session, actor, draft_id, printed, summary, group_id=group.id, now=now)


def create_units(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: Iterable[str],
    class_name: str = "",
    spell: Spell,
    now: datetime,
) -> tuple[str, ...]:
    """新建单位: each of these names becomes a unit of that name; gives back the names that were made.

    Raises:
        InvalidInput: one is no name of this draft or its unit list.

    """
    draft = draft_rows.open_draft(session, draft_id)
    wanted = list(dict.fromkeys(printed))
    known = _names_of(session, draft) | set(draft.draft.get("unit_register") or ())
    if strangers := [name for name in wanted if name not in known]:
        raise InvalidInput(f"文件里没有“{strangers[0]}”这个名称，请刷新页面后再选。")
    result = units.import_list(session, actor, lines=wanted, class_name=class_name, spell=spell, now=now)
    queries.touch(session, draft_id)
    return tuple(unit.name for unit in result.created)


def _names_of(session: Session, draft: ImportDraft) -> set[str]:
    return set(printed_names(row.reading for row in queries.rows(session, draft.id)))


def _keep(
    session: Session,
    actor: Actor,
    draft_id: int,
    printed: str,
    summary: str,
    *,
    unit_id: int | None = None,
    group_id: int | None = None,
    ignored: bool = False,
    now: datetime,
) -> None:
    draft = draft_rows.open_draft(session, draft_id)
    if printed not in _names_of(session, draft):
        raise InvalidInput(f"文件里没有“{printed}”这个名称，请刷新页面后再选。")
    if len(printed) > PRINTED_LENGTH:
        raise InvalidInput("这个名称太长，不像单位名称，请回到核对页修改这一项。")
    decision = queries.decisions(session, draft_id).get(printed)
    if decision is None:
        decision = NameDecision(import_draft_id=draft_id, printed=printed)
        session.add(decision)
    decision.unit_id, decision.group_id, decision.ignored = unit_id, group_id, ignored
    decision.decided_by_id, decision.decided_at = actor.account_id, now
    session.flush()
    queries.touch(session, draft_id)
    auditing.record(session, actor, Event.DRAFT_MAP_NAME, ("import_draft", draft_id), summary, now=now)
