"""A plan's tasks in its year (年报落实情况): what came in, what became of it, and what does not agree yet.

上年结转 is what earlier look-backs left to be mended and was not mended before the year; 本年新列 the plan's
tasks. Both end as 办结 (done, kept up, or mended), 取消, or 结转下年 (what is left, as rectifications of
the next year). The numbers are the lengths of these lists, counted where they are recorded: the plan, the
confirmed verdicts, the rectifications. Where they do not agree somebody has still to decide something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.balance import Flow, FlowWords, difference_words
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_steps import LookBackState
from tracker.domain.titled import Titled
from tracker.services.look_back_report import units_in_words
from tracker.store.queries import annual as queries
from tracker.store.tables import LookBack, Plan, Rectification, Task, Verdict

WORDS = FlowWords("本年新列", "办结和取消", "项", carried_in="上年结转整改")
_NAMED = 5


class Part(Titled):
    """A list of the year's tasks."""

    CARRIED_IN = "carried_in", "上年结转整改"
    NEW = "new", "本年新列"
    DONE = "done", "办结"
    CANCELLED = "cancelled", "取消"
    CARRIED_OUT = "carried_out", "结转下年"


@dataclass(frozen=True, slots=True)
class Item:
    """One task with what was found of it, or one rectification of earlier years; `result` is confirmed."""

    title: str
    units: str
    result: str
    address: str
    serial: int | None = None
    origin: str = ""
    """The plan that an earlier year's item is from."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the paragraph cannot be made yet, and where that is settled."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A plan's year in five lists, and what does not agree."""

    plan: Plan
    lists: dict[Part, tuple[Item, ...]]
    faults: tuple[Fault, ...]
    by_verdict: dict[VerdictKind, int]

    def count(self, part: Part) -> int:
        """How long a list is."""
        return len(self.lists[part])

    @property
    def flow(self) -> Flow:
        """取消 leaves the year as 办结 does."""
        out = self.count(Part.DONE) + self.count(Part.CANCELLED)
        return Flow(self.count(Part.CARRIED_IN), self.count(Part.NEW), out, self.count(Part.CARRIED_OUT))


def account(session: Session, *, plan_id: int) -> Account:
    """The year of a plan.

    Raises:
        NotFound: there is no such plan.

    """
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound
    tasks = queries.tasks(session, plan_id)
    verdicts = queries.verdicts(session, plan_id)
    left = queries.rectifications_of(session, plan_id)
    earlier = queries.carried_into(session, plan.year)
    last = date(plan.year, 12, 31)
    mended = [row for row in earlier if _closed_by(row.closed_at, last)]
    said = {task.id: _said(verdicts.get(task.id)) for task in tasks}
    lists = {
        Part.CARRIED_IN: tuple(_of_rectification(row, last) for row in earlier),
        Part.NEW: tuple(_of_task(task, verdicts.get(task.id)) for task in tasks),
        Part.DONE: (
            *(_of_task(task, verdicts[task.id]) for task in tasks if _is_done(said[task.id])),
            *(_of_rectification(row, last) for row in mended),
        ),
        Part.CANCELLED: tuple(
            _of_task(task, verdicts[task.id]) for task in tasks if said[task.id] is VerdictKind.CANCELLED
        ),
        Part.CARRIED_OUT: (
            *(_of_task(task, verdicts.get(task.id)) for task in tasks if task.id in left),
            *(_of_rectification(row, last) for row in earlier if row not in mended),
        ),
    }
    counts = {kind: sum(each is kind for each in said.values()) for kind in VerdictKind}
    known = Account(plan, lists, (), counts)
    held = queries.look_back(session, plan_id)
    late = [task for task in tasks if held is not None and task.id not in verdicts]
    undecided = _undecided(plan, held, [task for task in tasks if task not in late], said, late)
    faults = (*undecided, *_not_carried(plan, held, tasks, said, left), *_sum(known))
    return Account(plan, lists, faults, counts)


def _said(verdict: Verdict | None) -> VerdictKind | None:
    """What a person has confirmed; a proposal is nobody's word."""
    return VerdictKind(verdict.confirmed) if verdict is not None and verdict.confirmed else None


def _is_done(said: VerdictKind | None) -> bool:
    return said is not None and said is not VerdictKind.CANCELLED and not said.wants_rectification


def _closed_by(moment: datetime | None, last: date) -> bool:
    return moment is not None and china_day(moment) <= last


def _of_task(task: Task, verdict: Verdict | None) -> Item:
    said = _said(verdict)
    result = said.label if said else "结论未确认"
    note = verdict.note if verdict is not None and said else ""
    return Item(task.title, units_in_words(task), result, f"/tasks/{task.id}", task.serial, note=note)


def _of_rectification(row: Rectification, last: date) -> Item:
    result = "整改完成" if _closed_by(row.closed_at, last) else "继续整改"
    units = f"{row.lead_unit.name}牵头" if row.lead_unit else ""
    return Item(row.title, units, result, f"/tasks/{row.task_id}", origin=row.task.plan.title)


def _undecided(
    plan: Plan,
    held: LookBack | None,
    tasks: list[Task],
    said: dict[int, VerdictKind | None],
    late: list[Task],
) -> Iterator[Fault]:
    """What nobody has decided yet: an unconfirmed verdict is no result. `late` came after it was begun."""
    here = f"/look-back/{plan.id}"
    if held is None:
        yield Fault(f"《{plan.title}》还没有开展回头看，{len(tasks)}项任务都没有结论。", here)
        return
    open_ = [task for task in tasks if said[task.id] is None]
    if open_:
        yield Fault(f"还有{len(open_)}项没有确认结论：{_serials(open_)}。", f"{here}?confirmed=no")
    if late:
        final = held.state == LookBackState.FINAL
        button = f"补核新增的 {len(late)} 项" if final else "按最新情况重新提建议"
        came = f"回头看{'定稿' if final else '开始'}以后又增加了{len(late)}项任务：{_serials(late)}。"
        yield Fault(f"{came}请在回头看页点“{button}”，只核对新增的。", here)
    if held.state != LookBackState.FINAL:
        yield Fault("回头看还没有定稿，定稿后未完成的才转入下年整改。", here)


def _not_carried(
    plan: Plan,
    held: LookBack | None,
    tasks: list[Task],
    said: dict[int, VerdictKind | None],
    left: dict[int, Rectification],
) -> Iterator[Fault]:
    """What was found unfinished goes on into the next year, and nothing else does."""
    if held is None or held.state != LookBackState.FINAL:
        return
    where = f"/rectifications?year={plan.year + 1}"
    wants = {task.id for task in tasks if (kind := said[task.id]) is not None and kind.wants_rectification}
    lost = [task for task in tasks if task.id in wants - set(left)]
    more = [task for task in tasks if task.id in set(left) - wants]
    if lost:
        yield Fault(f"{len(lost)}项结论是没有完成，却没有转入整改：{_serials(lost)}。", where)
    if more:
        yield Fault(f"{len(more)}项已转入整改，结论却不是没有完成：{_serials(more)}。", where)


def _sum(known: Account) -> Iterator[Fault]:
    if said := difference_words(known.flow, WORDS):
        yield Fault(f"重点任务数不平衡：{said}。")


def _serials(tasks: list[Task]) -> str:
    numbers = "、".join(str(task.serial) for task in tasks[:_NAMED])
    return f"第{numbers}项" + (f"等{len(tasks)}项" if len(tasks) > _NAMED else "")
