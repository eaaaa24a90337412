"""What the tests ask of a draft plan, in one line each."""

from __future__ import annotations

from importers.draft import DraftPlan, DraftTask
from importers.reading import read_bytes


def plan_of(text: str, year: int | None = 2023) -> DraftPlan:
    """The draft plan of a pasted text."""
    return read_bytes(text.encode(), "粘贴.txt", year)


def units(task: DraftTask) -> dict[str, list[str]]:
    """Names by role, without the roles that nobody has."""
    found: dict[str, list[str]] = {}
    for assignment in task.assignments:
        found.setdefault(assignment.role, []).append(assignment.unit)
    return found


def brief(plan: DraftPlan) -> list[tuple[str, dict[str, list[str]], str]]:
    """Each task as text, units and deadline notation."""
    return [(task.text, units(task), task.deadline.notation) for task in plan.tasks]


def codes(plan: DraftPlan) -> set[str]:
    """The kinds of all findings of a plan and its tasks."""
    return {finding.code for finding in (*plan.findings, *(each for task in plan.tasks for each in task.findings))}
