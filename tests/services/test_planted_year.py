"""A year of invented work with planted contradictions: all of them are found, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.support import planted_done, planted_said
from tests.support.planted_year import ABSENT, CLEAN, NORMAL, PLANTED, Draw, Story, Tell, Year
from tracker.domain.contradictions import ContradictionKind
from tracker.services import reviewing

TOLD_BY = (planted_said, planted_done)
"""Where the stories stand; importing them is what lets them be told."""
NEW_YEAR = datetime(2027, 1, 11, 2, tzinfo=UTC)


def told(draw: Draw, tell: Tell) -> Iterable[Story]:
    """The stories of one teller, with its name."""
    stories = tell(draw)
    for story in stories if isinstance(stories, list) else [stories]:
        story.name = tell.__name__
        yield story


def lived(session: Session, seed: int) -> Year:
    """The year that a seed makes: every story once, in any order."""
    year = Year(session, seed)
    year.add(Story(((ABSENT, "lead"),), None, notation="ongoing"))
    year.tasks.clear()
    weeks = year.weeks()
    draw = Draw(seed, [week.due_on for week in weeks])
    stories = [story for tell in [*PLANTED, *CLEAN] for story in told(draw, tell)]
    draw.chance.shuffle(stories)
    for story in stories:
        year.add(story)
    spoken = {unit: set[int]() for unit in range(NORMAL)}
    for story in stories:
        for week, place in story.says:
            spoken.get(story.units[place][0], set()).add(week)
    last = len(weeks)
    absent = {ABSENT: {last - 7, last - 5, last - 4}}
    for unit, busy in spoken.items():
        free = [week for week in range(last) if week not in busy]
        absent[unit] = set(draw.chance.sample(free, min(2, len(free))))
    year.live(weeks, absent)
    return year


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everything_planted_is_found_and_nothing_else(session: Session, seed: int) -> None:
    year = lived(session, seed)

    look_back = reviewing.start(session, year.office, plan_id=year.plan.id, now=NEW_YEAR)

    found = {
        (year.tasks[row.task_id].name, row.task_id, each["code"]): each["facts"]
        for row in look_back.verdicts
        if row.task_id in year.tasks
        for each in row.contradictions
    }
    planted = {
        (story.name, task_id, kind.value) for task_id, story in year.tasks.items() for kind in story.kinds
    }
    assert planted - found.keys() == set()
    assert {key: found[key] for key in found.keys() - planted} == {}
    assert {code for _, _, code in planted} == {kind.value for kind in ContradictionKind}
    verdicts = {row.task_id: row.proposed for row in look_back.verdicts}
    judged = {task_id: (story.name, verdicts[task_id]) for task_id, story in year.tasks.items()}
    assert judged == {task_id: (story.name, story.verdict.value) for task_id, story in year.tasks.items()}
