"""老大难 of a plan: the matters that need a decision, each with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.hard_case import TaskFacts, reasons
from tracker.domain.lineage import years_unfinished
from tracker.domain.task import OPEN_STATES
from tracker.services import lineage
from tracker.services.dashboard_scope import Scope
from tracker.services.ledger import LedgerLine, light_days, lines
from tracker.store.queries import hard_cases as queries
from tracker.store.queries import ledger as tasks
from tracker.store.queries.hard_cases import SilentRow
from tracker.store.queries.ledger import TaskRow
from tracker.store.queries.lights import LightDays


@dataclass(frozen=True, slots=True)
class HardCases:
    """The tasks, and the units that let many periods pass."""

    tasks: tuple[TaskRow, ...]
    why: Mapping[int, tuple[str, ...]]
    """By task: the reasons."""
    silent: tuple[SilentRow, ...]

    @property
    def total(self) -> int:
        return len(self.tasks) + len(self.silent)


@dataclass(frozen=True, slots=True)
class HardPage:
    """All of them, with their units and lights."""

    scope: Scope
    title: str
    cases: HardCases
    lines: tuple[LedgerLine, ...]


def of_plan(session: Session, actor: Actor, scope: Scope, days: LightDays) -> HardCases:
    """What of a plan is hard, as far as the scope reaches."""
    plan_id = scope.plan_id or 0
    granted, moved = queries.granted(session, plan_id), queries.moved(session, plan_id)
    passed, chains = queries.passed(session, plan_id, days.today), lineage.chains(session, plan_id)
    found = {
        task_id: reasons(
            TaskFacts(
                granted=granted.get(task_id, 0),
                moved=moved[task_id],
                missed=passed.get(task_id, 0),
                years_unfinished=years_unfinished(chains[task_id]) if task_id in chains else 0,
            )
        )
        for task_id in {*granted, *moved, *passed, *chains}
    }
    why = {task_id: said for task_id, said in found.items() if said}
    wanted = replace(scope.tasks, lights=scope.lights, ids=tuple(sorted(why)), states=OPEN_STATES)
    rows = tasks.rows(session, wanted, days, actor) if why else []
    # Sections and lights are of tasks; narrowed by them, returns are not meant.
    of_tasks = bool(scope.section or scope.lights)
    whose = {"unit_id": scope.unit_id, "class_id": scope.class_id}
    silent = [] if of_tasks else queries.silent(session, plan_id, **whose)
    return HardCases(tuple(rows), why, tuple(silent))


def page(session: Session, actor: Actor, scope: Scope, *, today: date) -> HardPage:
    """The list that the number opens.

    Raises:
        NotFound: the plan does not exist.

    """
    titles = {number: title for number, _, title in tasks.plan_choices(session, actor)}
    if scope.plan_id not in titles:
        raise NotFound
    cases = of_plan(session, actor, scope, light_days(session, today))
    shown = lines(session, actor, cases.tasks, today=today)
    return HardPage(scope, titles[scope.plan_id], cases, shown)
