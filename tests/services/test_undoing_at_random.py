"""A revision, undone, leaves the ledger as it was: tried with editions made at random, and with an old plan."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.editions import (
    FIRST,
    NEW,
    UNITS,
    confirmed,
    directory,
    imported,
    last_batch,
    owed,
    revision,
    tasks,
)
from tests.support.qingxi import Item
from tracker.domain.actor import SYSTEM
from tracker.services import undoing
from tracker.store.tables import Plan

LATER = NOW + timedelta(hours=1)


def state_of(session: Session, plan: Plan) -> list[tuple[object, ...]]:
    """All that a revision may change, of every task."""
    return [
        (
            task.id, task.serial, task.title, task.text, task.section, task.state, task.clause_id,
            task.deadline_notation, task.deadline_phrase, task.due_on, task.next_due_on, owed(task),
            [(point.due_on, point.kind, point.label) for point in task.checkpoints],
        )
        for task in tasks(session, plan)
    ]  # fmt: skip


WORDS = (
    "公开",
    "目录",
    "专栏",
    "问答库",
    "开放日",
    "热线",
    "清单",
    "指南",
    "重大项目",
    "预算",
    "解读",
    "大厅",
)
DAYS = ("date:2026-10-31", "date:2026-12-31", "ongoing", "recurring:P3M", "none")


def edited(items: list[Item], chance: random.Random) -> list[Item]:
    """Some items gone, some reworded, given to others or put off, some new; all in another order."""
    found = []
    for item in items:
        if chance.random() < 0.2:
            continue
        if chance.random() < 0.4:
            item = replace(item, text=f"{item.text}并{chance.choice(WORDS)}")
        if chance.random() < 0.3:
            item = replace(item, units=[("responsible", chance.choice(UNITS))])
        if chance.random() < 0.3:
            item = replace(item, deadline=chance.choice(DAYS))
        found.append(item)
    found += [
        replace(NEW, text=f"另行{chance.choice(WORDS)}第{place}批。") for place in range(chance.randrange(3))
    ]
    chance.shuffle(found)
    return [replace(item, number=str(number)) for number, item in enumerate(found, start=1)]


def test_a_plan_confirmed_before_batches_were_kept_is_revised_and_put_back_like_any_other(
    session: Session,
) -> None:
    directory(session)
    plan = imported(session)
    session.delete(last_batch(session))
    session.flush()
    before = state_of(session, plan)
    reworded = replace(FIRST[0], text=f"全面{FIRST[0].text}")
    confirmed(session, revision(session, plan, [reworded, *FIRST[1:], NEW]))
    assert state_of(session, plan) != before

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)

    assert (len(done.reversed), done.kept, done.plan_goes) == (2, (), False)
    assert state_of(session, plan) == before


@pytest.mark.parametrize("seed", range(6))
def test_a_revision_and_its_undoing_leave_everything_as_it_was(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    directory(session)
    first = [
        replace(
            FIRST[place % 4],
            text="".join(chance.sample(WORDS, 6)) + f"，第{place}项。",
            number=str(place + 1),
        )
        for place in range(8)
    ]
    plan = imported(session, first)
    before = state_of(session, plan)
    second = edited(first, chance) or [NEW]
    confirmed(session, revision(session, plan, second))
    said = {
        (task.text, tuple(sorted(owed(task))), task.deadline_notation)
        for task in tasks(session, plan)
        if task.state != "cancelled"
    }

    changed = state_of(session, plan) != before
    batch = last_batch(session)
    done = undoing.undo(session, SYSTEM, batch_id=batch.id, now=LATER) if changed else None

    assert said == {
        (item.text, tuple(sorted((name, role) for role, name in item.units)), item.deadline)
        for item in second
    }
    assert done is None or done.kept == ()
    assert state_of(session, plan) == before
