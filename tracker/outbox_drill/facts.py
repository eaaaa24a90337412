"""What the drill's units owe: each has a contact, and tasks that are announced three workdays ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.store.tables import Account, Assignment, Checkpoint, PersonSetting, Plan, Task, Unit

DUE_ON = date(2026, 3, 17)
"""Three workdays after the drill's morning, so that one rung is reached and the next is days away."""
CHANNELS = ("inbox", "mail", "sms", "wecom", "dingtalk", "feishu", "hook")


@dataclass(frozen=True, slots=True)
class City:
    """What tasks are made for."""

    plan_id: int
    since: datetime
    """When the plan was confirmed; what is added later is said to be as old, or it had no steps ahead."""
    unit_ids: tuple[int, ...]


def settle(session: Session, *, units: int, now: datetime) -> City:
    """An office, so many units with a contact each, and a plan without tasks."""
    office = Account(username="office", display_name="公开办", role="office", created_at=now)
    plan = Plan(
        title="青溪市2026年政务公开工作要点", year=2026, source_sha256="0" * 64, source_filename="要点.docx",
        text="", confirmed_at=now,
    )  # fmt: skip
    made = [Unit(name=f"市第{number}局", search_keys="", position=number) for number in range(units)]
    session.add_all([office, plan, *made])
    session.flush()
    contacts = [
        Account(
            username=f"unit{number}", display_name=f"联络员{number}", role="unit", unit_id=unit.id,
            email=f"unit{number}@qingxi.example", phone=f"1380000{number:04}", created_at=now,
        )
        for number, unit in enumerate(made)
    ]  # fmt: skip
    session.add_all(contacts)
    session.flush()
    # A day of the drill lasts longer than the drill: nobody waits for the next morning's digest.
    session.add_all(PersonSetting(account_id=contact.id, digest=False) for contact in contacts)
    return City(plan.id, now, tuple(unit.id for unit in made))


def add_tasks(session: Session, city: City, numbers: Sequence[int]) -> dict[str, str]:
    """Tasks for the units in turn; the keys of the notices that should come of them, with their titles."""
    keys = {}
    for number in numbers:
        unit_id = city.unit_ids[number % len(city.unit_ids)]
        task = Task(
            plan_id=city.plan_id, serial=number, title=title(number), text=title(number), due_on=DUE_ON,
            next_due_on=DUE_ON, created_at=city.since,
        )  # fmt: skip
        task.assignments.append(Assignment(plan_id=city.plan_id, unit_id=unit_id, role="responsible"))
        day = Checkpoint(plan_id=city.plan_id, due_on=DUE_ON, kind="final", label="3月17日")
        task.checkpoints.append(day)
        session.add(task)
        session.flush()
        keys[f"task:t{task.id}:{DUE_ON.isoformat()}:u{unit_id}:soon3"] = title(number)
    return keys


def title(number: int) -> str:
    """A title that is part of no other."""
    return f"演练任务{number:05}号"
