"""What an undo would take back and what it would keep (能撤销什么), and why; nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.task import TaskState
from tracker.store.queries import batches as queries
from tracker.store.queries import counting
from tracker.store.queries.batches import Reported
from tracker.store.queries.counting import Entered
from tracker.store.tables import BatchChange, ImportBatch, Task


class LaterRevision(RuleViolated):
    """这份文件之后又确认过修订版，请先撤销修订版，再撤销这一批。"""


@dataclass(frozen=True, slots=True)
class Touched:
    """One task of a batch: its number and name as they were, and what the batch did to it."""

    task_id: int
    serial: int
    title: str
    kinds: tuple[ChangeKind, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo takes back and what it keeps, each with the reason; or would, before it is done."""

    batch: ImportBatch
    reversed: tuple[Touched, ...]
    kept: tuple[tuple[Touched, str], ...]
    plan_goes: bool = False
    """Whether the plan itself goes, because nothing is left of it."""
    draft_id: int | None = None
    """The draft that is open again."""
    there: frozenset[int] = frozenset()
    """The tasks of them that are in the ledger."""

    @property
    def touched(self) -> tuple[Touched, ...]:
        """All tasks of the batch."""
        return (*self.reversed, *(touched for touched, _ in self.kept))

    @property
    def words(self) -> str:
        """The same in a sentence."""
        said = f"撤回{len(self.reversed)}项"
        kept = f"，保留{len(self.kept)}项（{_numbers(self.kept)}）" if self.kept else ""
        gone = "，这份文件的台账已撤去" if self.plan_goes else ""
        again = "。草稿已重新打开，可以更正后再确认" if self.draft_id else ""
        return f"{said}{kept}{gone}{again}。"


def _numbers(kept: Iterable[tuple[Touched, str]]) -> str:
    serials = [f"第{touched.serial}项" for touched, _ in kept]
    return "、".join(serials[:5]) + (f"等{len(serials)}项" if len(serials) > 5 else "")


def look(session: Session, *, batch_id: int) -> Undone:
    """What an undo would do now, or what it did when it is done.

    Raises:
        NotFound: there is no such batch.

    """
    batch = queries.batch(session, batch_id)
    if batch is None:
        raise NotFound
    found = _looked_at(session, batch)
    tasks = (touched.task_id for touched, _ in found.kept)
    return replace(found, there=queries.existing(session, tasks))


def _looked_at(session: Session, batch: ImportBatch) -> Undone:
    changes = by_task(queries.changes(session, batch.id))
    if batch.state == "undone":
        return _as_done(batch, changes)
    if blocked(session, batch):
        kept = tuple((_touched(rows), str(LaterRevision())) for rows in changes.values())
        return Undone(batch, (), kept)
    tasks = {task.id: task for task in queries.tasks(session, batch.plan_id)}
    return sorted_out(session, batch, changes, tasks)


def blocked(session: Session, batch: ImportBatch) -> bool:
    """A document's edition is taken back only while it is the newest."""
    return BatchKind(batch.kind).blocked_by_revision and queries.later_revision(session, batch)


def by_task(changes: Iterable[BatchChange]) -> dict[int, list[BatchChange]]:
    """The changes of a batch, task by task."""
    found: dict[int, list[BatchChange]] = {}
    for change in changes:
        found.setdefault(change.task_id, []).append(change)
    return found


def _touched(rows: list[BatchChange]) -> Touched:
    kinds = tuple(kind for kind in ChangeKind if kind in {row.kind for row in rows})
    return Touched(rows[0].task_id, rows[0].serial, rows[0].title, kinds)


def _as_done(batch: ImportBatch, changes: Mapping[int, list[BatchChange]]) -> Undone:
    taken = tuple(_touched(rows) for rows in changes.values() if rows[0].outcome == "reversed")
    kept = tuple((_touched(rows), rows[0].why) for rows in changes.values() if rows[0].outcome == "kept")
    return Undone(batch, taken, kept)


@dataclass(frozen=True, slots=True)
class _Since:
    """What is on record of a plan's tasks that may have come after a batch."""

    batch: ImportBatch
    reported: Mapping[int, Reported]
    judged: frozenset[int]
    answered: frozenset[int]
    """The tasks about which a unit has asked something, or answered for its part."""
    instructed: frozenset[int] = frozenset()
    """The tasks about which a leader or a meeting has said something, or an order was sent."""
    put_beside: frozenset[int] = frozenset()
    """The tasks that a person has put beside a clause from above, or a task of another year."""
    later: Mapping[int, ImportBatch] = field(default_factory=dict)
    entered: Mapping[int, Entered] = field(default_factory=dict)

    def reasons(self, task: Task, rows: list[BatchChange]) -> str:
        """Why a task is kept, in words; empty where nothing has happened to it."""
        is_new = any(row.kind == ChangeKind.NEW for row in rows)
        found = []
        if told := self._told(task, is_new=is_new):
            found.append(told)
        if counted := self._counted(task, is_new=is_new):
            found.append(counted)
        if is_new and task.id in self.answered:
            found.append("单位已有申请、认领或子项")
        if is_new and task.id in self.instructed:
            found.append("已有领导批示、议定事项或督办单")
        if is_new and task.id in self.put_beside:
            found.append("已与上级文件或往年任务对应")
        if task.id in self.judged:
            found.append("已有回头看结论")
        state, touched = TaskState(task.state), task.version != rows[-1].task_version
        if later := self.later.get(task.id):
            found.append(f"之后的{BatchKind(later.kind).label}又改过")
        elif touched and state is TaskState.SIGNED_OFF:
            found.append("已销号")
        elif touched and not found:
            removed = any(row.kind == ChangeKind.REMOVED for row in rows)
            found.append("之后取消了" if state is TaskState.CANCELLED and not removed else "之后修改过")
        return "，".join(found)

    def _told(self, task: Task, *, is_new: bool) -> str:
        said = self.reported.get(task.id)
        if said is None:
            return ""
        since = said.last_at is not None and said.last_at >= self.batch.made_at
        if said.times and (is_new or since):
            return f"已有报送{said.times}次" if is_new else "之后有报送"
        return "单位正在填报" if is_new and said.typing else ""

    def _counted(self, task: Task, *, is_new: bool) -> str:
        known = self.entered.get(task.id)
        if known is None or not (is_new or known.last_at >= self.batch.made_at):
            return ""
        events = f"登记过次数{known.events}次" if known.events else ""
        clocks = f"启动过时限{known.clocks}个" if known.clocks else ""
        by_hand = f"手工设过次数指标{known.set_by_hand}项" if known.set_by_hand else ""
        return "已" + "、".join(filter(None, (events, clocks, by_hand)))


def sorted_out(
    session: Session,
    batch: ImportBatch,
    changes: Mapping[int, list[BatchChange]],
    tasks: Mapping[int, Task],
) -> Undone:
    """Which tasks of a batch go back to what they were, and which stay, with the reason."""
    later: dict[int, ImportBatch] = {}
    for task_id, other in queries.later(session, batch):
        later.setdefault(task_id, other)
    since = _Since(
        batch,
        queries.reported(session, batch.plan_id),
        frozenset(queries.judged(session, batch.plan_id)),
        frozenset(queries.answered(session, batch.plan_id)),
        frozenset(queries.instructed(session, batch.plan_id)),
        frozenset(queries.put_beside(session, batch.plan_id)),
        later,
        counting.entered(session, batch.plan_id),
    )
    taken, kept = [], []
    for task_id, rows in changes.items():
        task = tasks.get(task_id)
        why = since.reasons(task, rows) if task is not None else "已不在台账里"
        if why:
            kept.append((_touched(rows), why))
        else:
            taken.append(_touched(rows))
    goes = (
        BatchKind(batch.kind).makes_the_plan
        and not kept
        and len(taken) == len(tasks)
        and not queries.opened_periods(session, batch.plan_id)
        and not counting.loose_clocks(session, batch.plan_id)
        and not queries.held_of(session, batch.plan_id)
    )
    return Undone(batch, tuple(taken), tuple(kept), goes)
