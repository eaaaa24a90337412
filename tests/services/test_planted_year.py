"""A year of invented work with planted contradictions: all of them are found, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tests.support import planted_done, planted_said
from tests.support.planted_year import ABSENT, CLEAN, NORMAL, PLANTED, Draw, Story, Tell, Year
from tracker.domain.contradictions import ContradictionKind
from tracker.services import reviewing

TOLD_BY = (planted_said, planted_done)
"""Where the stories stand; importing them is what lets them be told."""
SEEDS = (1, 2, 3)
NEW_YEAR = datetime(2027, 1, 11, 2, tzinfo=UTC)


def told(draw: Draw, tell: Tell) -> Iterable[Story]:
    """The stories of one teller, with its name."""
    stories = tell(draw)
    for story in stories if isinstance(stories, list) else [stories]:
        story.name = tell.__name__
        yield story


def lived(session: Session, seeds: tuple[int, ...]) -> Year:
    """The year that seeds make: every story once for each, in any order.

    They live in one year: its weeks, and the returns of its units, cost more than what is written in them.
    """
    year = Year(session, seeds[0])
    year.add(Story(((ABSENT, "lead"),), None, notation="ongoing"))
    year.tasks.clear()
    weeks = year.weeks()
    draws = [Draw(seed, [week.due_on for week in weeks]) for seed in seeds]
    stories = [story for draw in draws for tell in [*PLANTED, *CLEAN] for story in told(draw, tell)]
    chance = draws[0].chance
    chance.shuffle(stories)
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
        absent[unit] = set(chance.sample(free, min(2, len(free))))
    year.live(weeks, absent)
    return year


def test_everything_planted_is_found_and_nothing_else(session: Session) -> None:
    year = lived(session, SEEDS)

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
