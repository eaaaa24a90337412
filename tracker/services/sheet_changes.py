"""Writing what a confirmed task sheet (任务表) says into the ledger, change by change in one batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.deadline import Fixed, Staged
from tracker.domain.errors import VersionConflict
from tracker.domain.task_sheet import UNIT_FIELDS, Field, days_text
from tracker.domain.task_sheet_rows import DEADLINE_FIELDS, ComparedRow, Kind, Rules, Wanted, wanted
from tracker.services import batches
from tracker.services.batches import BatchKind, DeadlineChange, TaskFacts
from tracker.store.tables import ImportBatch, SheetUpload, Task

Side = Literal["sheet", "ledger"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has chosen: a side for every cell that both changed, and what was ticked.

    `sides` is by row and column, `repeated` holds the rows that are to become tasks all the same, `gone` the
    tasks that are missing in the sheet and are to be cancelled.
    """

    sides: Mapping[tuple[int, Field], Side] = field(default_factory=dict)
    repeated: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()

    def keeps_ledger(self, row: int, column: Field) -> bool:
        """Whether the ledger's cell stands."""
        return self.sides.get((row, column)) == "ledger"


@dataclass(frozen=True, slots=True)
class Counted:
    """How much a sheet has changed."""

    new: int = 0
    changed: int = 0
    cancelled: int = 0

    @property
    def words(self) -> str:
        said = [
            f"新增{self.new}项" if self.new else "",
            f"修改{self.changed}项" if self.changed else "",
            f"取消{self.cancelled}项" if self.cancelled else "",
        ]
        return "，".join(each for each in said if each) or "没有改动"


@dataclass(frozen=True, slots=True)
class Act:
    """One row as it was confirmed: the task it is about, if there is one, and what the row wants."""

    row: ComparedRow
    task: Task | None
    wanted: Wanted


def acts_of(
    rows: Sequence[ComparedRow], choices: Choices, rules: Rules, tasks: Mapping[int, Task]
) -> tuple[Act, ...]:
    """What the confirmed rows are to change.

    Raises:
        VersionConflict: a task was changed since it was compared.

    """
    settled = [_settled(compared, choices) for compared in rows]
    return tuple(_act(compared, rules, tasks) for compared in settled if compared is not None)


def _act(compared: ComparedRow, rules: Rules, tasks: Mapping[int, Task]) -> Act:
    task = tasks.get(compared.task.id) if compared.task is not None else None
    if compared.task is not None and (task is None or task.version != compared.task.version):
        raise VersionConflict("核对期间台账又有变动，请看过最新的对照再确认。")
    return Act(compared, task, wanted(compared, rules))


def write_all(
    session: Session, actor: Actor, upload: SheetUpload, *, acts: Sequence[Act], now: datetime
) -> tuple[ImportBatch | None, Counted]:
    """Write every row that was confirmed; no batch where nothing is to be changed."""
    if not acts:
        return None, Counted()
    batch = batches.begin(
        session,
        actor,
        plan_id=upload.plan_id,
        kind=BatchKind.SHEET,
        source_file_id=upload.source_file_id,
        now=now,
    )
    reason = f"上传任务表“{upload.source_file.filename}”"[:300]
    changes = batches.Changes(session, actor, batch, reason, now=now)
    done = Counter(_gather(changes, act) for act in acts)
    changes.write()
    return batch, Counted(done["new"], done["changed"], done["cancelled"])


def _settled(compared: ComparedRow, choices: Choices) -> ComparedRow | None:
    """The row as it was confirmed; None where it changes nothing."""
    if compared.kind is Kind.NEW or (compared.kind is Kind.REPEATED and compared.number in choices.repeated):
        return compared
    if compared.kind is Kind.GONE:
        return compared if compared.task and compared.task.id in choices.gone else None
    if compared.kind not in {Kind.CHANGED, Kind.CLASH}:
        return None
    clashing = (change.field for change in compared.clashes)
    kept = frozenset(column for column in clashing if choices.keeps_ledger(compared.number, column))
    compared = compared.chosen(kept)
    return compared if compared.changes else None


def _gather(changes: batches.Changes, act: Act) -> str:
    """Let one row be among the changes; says what it comes to."""
    row, task = act.wanted, act.task
    if task is None:
        deadline = row.deadline
        changes.create(
            TaskFacts(
                text=row.text,
                section=row.section,
                phrase=deadline.phrase if deadline else "",
                notation=deadline.notation if deadline else "none",
                reason=deadline.reason if deadline else "",
                parts=row.parts,
            )
        )
        return "new"
    if act.row.kind is Kind.GONE:
        changes.cancel(task, reason=f"{changes.reason}时在表里删去")
        return "cancelled"
    changed = {change.field for change in act.row.changes}
    made = changes.change(
        task,
        text=row.text if Field.TEXT in changed else None,
        section=row.section if Field.SECTION in changed else None,
        units=row.parts if changed & UNIT_FIELDS else None,
        deadline=_deadline(task, act.row, row) if changed & DEADLINE_FIELDS else None,
    )
    return "changed" if made else "same"


def _deadline(task: Task, compared: ComparedRow, row: Wanted) -> DeadlineChange | None:
    """The printed phrase and its reading stay where only the day was moved."""
    if row.deadline is not None:
        return DeadlineChange(row.deadline.notation, row.deadline.phrase, row.deadline.reason, exact=True)
    if not row.moved:
        return None
    before = _spoken(compared.task.cells[Field.DAYS] if compared.task else "")
    after = _spoken(days_text(row.moved))
    moved = f"任务表把完成日期由{before}改为{after}。" if before else f"任务表填写的完成日期是{after}。"
    stages = tuple(Fixed(day) for day in row.moved)
    in_force = (stages[0] if len(stages) == 1 else Staged(stages)).notation
    reason = f"{task.deadline_reason}\n{moved}".strip()
    return DeadlineChange(task.deadline_notation, task.deadline_phrase, reason, in_force, exact=True)


def _spoken(cell: str) -> str:
    return cell.replace("\n", "、")
