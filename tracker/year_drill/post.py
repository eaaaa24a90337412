"""What should have arrived with whom: the notices that hold, followed from tick to tick to their readers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.domain.china_time import china_day
from tracker.year_drill.oracle import ADMINISTRATOR, HEAD, OFFICE, UNIT, Oracle, Said
from tracker.year_drill.world import World

A_CORRECTION = timedelta(hours=1)
"""A clock set right by less has said nothing too early."""


@dataclass(slots=True)
class Post:
    """What was said by now, with the moment, and what arrived with whom; `again` counts notices that were
    said by a clock that was ahead, and so are said once more on their day.
    """

    said: dict[str, datetime] = field(default_factory=dict)
    inbox: set[tuple[str, int]] = field(default_factory=set)
    again: int = 0
    a_day: Counter[tuple[int, date]] = field(default_factory=Counter)

    def follow(self, world: World, oracle: Oracle, now: datetime) -> None:
        """One tick: what holds is said, and lies in the inbox of each of its readers."""
        holds = oracle.should_hold(world, now)
        self._fall_back(set(holds), now)
        urged = {each.key: each for each in _urged(world)}
        standing = holds | urged
        self.note_urgings(world)
        for said in standing.values():
            self.said.setdefault(said.key, now)
            world.begun_on = min(china_day(now), world.begun_on or china_day(now))
            told = readers(world, said)
            if said.meeting_id is not None and said.unit_id is not None and told:
                world.told.setdefault((said.meeting_id, said.unit_id), now)
            for account in told:
                if (said.key, account) not in self.inbox:
                    self.inbox.add((said.key, account))
                    self.a_day[account, china_day(now)] += 1
        world.looked_at = now

    def note_urgings(self, world: World) -> None:
        """What people say is written down at once, tick or not."""
        for each in world.urgings:
            self.said.setdefault(each.key, each.said_at)

    def _fall_back(self, holds: set[str], now: datetime) -> None:
        """The clock went back: what was said for a moment still to come is said again on its day."""
        for key, at in list(self.said.items()):
            if at <= now + A_CORRECTION:
                continue
            if key in holds:
                self.said[key] = now
                continue
            self.again += 1
            ahead = f"ahead{self.again}:{key}"
            self.said[ahead] = now
            del self.said[key]
            for pair in [pair for pair in self.inbox if pair[0] == key]:
                self.inbox.remove(pair)
                self.inbox.add((ahead, pair[1]))


def _urged(world: World) -> list[Said]:
    """What was urged and is owed still; what was sent back is said by itself."""
    owed = [each for each in world.urgings if each.asking.answers.get(each.unit_id) is None]
    return [Said(each.key, each.unit_id, (UNIT,), each.said_at, urgent=True) for each in owed]


def readers(world: World, said: Said) -> list[int]:
    """Whom it is for: the unit's contacts (its heads where it has no contact), its heads, the house's own."""
    own = [each for each in world.people if said.unit_id is not None and each.unit_id == said.unit_id]
    house = [each for each in world.people if each.unit_id is None]
    heads = [each for each in own if each.is_head]
    found = ([each for each in own if not each.is_head] or own) if UNIT in said.to else []
    found += heads if HEAD in said.to else []
    found += [each for each in house if not each.is_administrator] if OFFICE in said.to else []
    found += [each for each in house if each.is_administrator] if ADMINISTRATOR in said.to else []
    return list(dict.fromkeys(each.account_id for each in found))
