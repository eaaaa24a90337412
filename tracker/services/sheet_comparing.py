"""A task sheet (任务表) beside the ledger of today: what is new, changed, gone, wrong, or the same."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from importers import deadline_text
from tracker.domain import group as groups_domain
from tracker.domain.actor import Actor
from tracker.domain.deadline import Deadline
from tracker.domain.task_sheet import from_json, grey_changes
from tracker.domain.task_sheet_rows import ComparedRow, Kind, Named, Rules, compare
from tracker.services.names import Meaning, resolver
from tracker.services.sheet_tasks import known_tasks
from tracker.store.tables import Plan, SheetUpload

OFFERED = 3
"""Suggestions for a name that nobody knows."""
WRONG_SHOWN = 300
"""Nobody corrects more from a page; a sheet that is wrong in every row would make it two million bytes."""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet compared with the ledger; `seen` stands for exactly this comparison."""

    upload: SheetUpload
    rows: tuple[ComparedRow, ...]
    seen: str
    grey: Mapping[str, tuple[int, ...]]
    """Rows whose grey cells were filled in all the same, by the column's head."""

    def of(self, kind: Kind) -> tuple[ComparedRow, ...]:
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def wrong(self) -> tuple[ComparedRow, ...]:
        """The first rows with an error; the marked file tells of every one."""
        return self.of(Kind.WRONG)[:WRONG_SHOWN]

    @property
    def wrong_beyond(self) -> int:
        """How many more rows have an error."""
        return self.counts[Kind.WRONG] - len(self.wrong)

    @property
    def counts(self) -> Mapping[Kind, int]:
        counted = Counter(row.kind for row in self.rows)
        return {kind: counted[kind] for kind in Kind}

    @property
    def faulty(self) -> bool:
        return bool(self.counts[Kind.WRONG])

    @property
    def says_something(self) -> bool:
        """Whether confirming could change anything."""
        return any(count for kind, count in self.counts.items() if kind is not Kind.SAME)


def compare_sheet(session: Session, actor: Actor, upload: SheetUpload) -> SheetPage:
    """A sheet and what it would change today."""
    known = {task.id: task for task in known_tasks(session, upload.plan_id, actor, cancelled=True)}
    rules = rules_of(session, upload.plan)
    sheet = from_json(json.dumps(upload.sheet))
    rows = compare(sheet, known, rules)
    facts = [
        (row.kind.value, row.number, row.task.mark if row.task else "")
        for row in rows
        if row.kind is not Kind.SAME
    ]
    seen = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
    return SheetPage(upload, rows, seen, grey_changes(sheet))


def rules_of(session: Session, plan: Plan) -> Rules:
    """What the comparison asks about a plan: its year, the directory of today, the grammar of deadlines."""
    answers = resolver(session, 0)

    def resolve(name: str) -> Named:
        found = answers.of(name)
        return Named(found.unit_ids, found.name, found.meaning is Meaning.GROUP)

    def suggest(name: str) -> tuple[str, ...]:
        collective = groups_domain.is_collective(name)
        near = answers.group_suggestions(name) if collective else answers.unit_suggestions(name)
        return tuple(found.name for found in near[:OFFERED])

    @cache
    def read_phrase(phrase: str) -> Deadline:
        return deadline_text.read(phrase, year=plan.year, issued_on=plan.issued_on)[0]

    return Rules(
        plan.year, plan.issued_on, resolve, suggest, read_phrase, tuple(answers.group_names.values())
    )
