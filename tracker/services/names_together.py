"""Deciding about several names or units in one step, each of them seen by a person first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput
from tracker.domain.ports import Spell
from tracker.services import names, units
from tracker.store.queries import units as unit_queries

_AROUND = re.compile(r"^(?:全[省市县区])?各|(?:人民政府|政府|党政办公室)$")


def accept_suggestions(
    session: Session, actor: Actor, *, draft_id: int, printed: Iterable[str], spell: Spell, now: datetime
) -> int:
    """Take the one likely suggestion for each of these names, which a person has seen and chosen.

    Names without any, or with several, stay open; gives back how many were taken.
    """
    wanted = set(printed)
    page = names.names_page(session, draft_id=draft_id)
    lines = [line for line in page.open if line.printed in wanted and len(line.likely) == 1]
    for line in lines:
        if line.groups:
            group_id = line.groups[0].id
            names.decide_group(
                session, actor, draft_id=draft_id, printed=line.printed, group_id=group_id, now=now
            )
        else:
            unit_id = line.likely[0].id
            names.decide_unit(
                session,
                actor,
                draft_id=draft_id,
                printed=line.printed,
                unit_id=unit_id,
                spell=spell,
                now=now,
            )
    return len(lines)


def decide_members(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    printed: str,
    member_ids: Iterable[int] = (),
    class_ids: Iterable[int] = (),
    newcomers: Iterable[str] = (),
    class_name: str = "",
    spell: Spell,
    now: datetime,
) -> int:
    """Make a collective name of `printed`, with members of three kinds; gives back how many units were new.

    Members are units that were ticked, all active units of the classes that were ticked (0: those without
    one), and `newcomers`, full names of which those that the directory does not have become units of
    `class_name`.

    Raises:
        InvalidInput: there is no member, a name is too long, or the collective name already leads elsewhere.

    """
    made = units.import_list(session, actor, lines=newcomers, class_name=class_name, spell=spell, now=now)
    if made.refused:
        raise InvalidInput(f"“{made.refused[0][:20]}…”太长，不像单位名称，请一行写一家。")
    owners = {known.name: known.unit_id for known in unit_queries.unit_names(session)}
    whole = set(class_ids)
    of_class = [
        line.unit.id
        for line in units.directory(session).lines
        if line.unit.active and (line.unit.unit_class.id if line.unit.unit_class else 0) in whole
    ]
    chosen = [
        *member_ids,
        *of_class,
        *(unit.id for unit in made.created),
        *(owners[name] for name in made.known),
    ]
    names.decide_new_group(
        session, actor, draft_id=draft_id, printed=printed, member_ids=dict.fromkeys(chosen), now=now
    )
    return len(made.created)


def class_of_collective(printed: str) -> str:
    """The class that a collective name speaks of: 乡镇(街道) of 各乡镇(街道)."""
    return _AROUND.sub("", printed).strip() or printed
