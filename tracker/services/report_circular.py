"""督查通报: how a plan stands after a month or a quarter, by fact and by unit, and what is asked by when.

Units are named in the order of the directory, never ranked: what is said of one is what its lists show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.report import Figure, Paragraph, Piece, Report, ReportKind, Table, counted
from tracker.domain.report_spans import Span, begun, of_circulars, parse
from tracker.domain.report_text import numeral
from tracker.domain.supervision import OrderState, number_words
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.domain.work_calendar import WorkCalendar, workdays_after
from tracker.services import calendars, ledger, quotas, settings
from tracker.services import report_figures as figures
from tracker.services.quotas import Behind, Target
from tracker.services.report_figures import TaskLine
from tracker.store.queries import ledger as tasks
from tracker.store.queries import report_facts as queries
from tracker.store.queries import reporting, supervision
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.report_facts import Happened, HappenedFilter, HappenedRow
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, Slice
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import Plan, SupervisionOrder

MOST_TASKS = 60
MOST_NAMED = 30
EXPLAIN, MAKE_UP, SETTLE = 3, 3, 10
"""Workdays for explaining a delay, for handing in what is missing, for settling what is late."""


@dataclass(frozen=True, slots=True)
class _Facts:
    plan: Plan
    span: Span
    today: date
    calendar: WorkCalendar
    figures: Mapping[str, Figure]
    returns: ObligationCounts
    by_unit: Mapping[int, ObligationCounts]
    units: Sequence[tuple[int, str]]
    late_units: frozenset[int]
    late: Sequence[TaskLine]
    signed_off: Sequence[HappenedRow]
    orders: Sequence[SupervisionOrder]
    behind: Sequence[Target]

    @property
    def days(self) -> dict[str, date]:
        """The stretch as addresses of returns name it."""
        return {"due_from": self.span.first, "due_to": self.span.until(self.today)}

    def returned(self, part: Slice, *, unit_id: int | None = None) -> Figure:
        """A figure of the stretch's returns, of all units or of one."""
        counts = self.returns if unit_id is None else self.by_unit[unit_id]
        key = f"returns_{part.value}" if unit_id is None else f"returns_{part.value}_{unit_id}"
        narrowed = {**self.days, "unit": unit_id}
        return figures.returns(key, part.label, counts, part, plan_id=self.plan.id, **narrowed)

    def by(self, workdays: int) -> str:
        """The day so many workdays from now, in words."""
        day = workdays_after(self.today, workdays, self.calendar)
        return month_day(day) if day.year == self.today.year else figures.full_day(day)


def subjects(session: Session, plan_id: int, *, today: date) -> list[tuple[str, str]]:
    """The months and quarters of the plan's year that have begun, as (key, label), the newest first."""
    plan = reporting.plan(session, plan_id)
    spans = begun(of_circulars(plan.year), today) if plan else []
    return [(span.key, span.label) for span in spans]


def write(session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime) -> Report:
    """The circular of a month or a quarter, as everything stands now.

    Raises:
        NotFound: there is no such plan, or no such stretch of its year.

    """
    facts = _facts(session, actor, plan_id, subject, now=now)
    office = settings.office_name(session)
    parts = figures.numbered(
        [
            ("opening", "", _opening(facts, office), ()),
            ("overall", "总体情况", _overall(facts), ()),
            ("good", "做得好的方面", _good(facts), ()),
            ("problems", "存在的问题", _problems(facts), _tables(facts)),
            ("asked", "有关要求", _asked(facts), ()),
        ]
    )
    return Report(
        kind=ReportKind.CIRCULAR,
        title=f"关于《{facts.plan.title}》{facts.span.label}落实情况的通报",
        subject=subject,
        subject_label=facts.span.label,
        as_of=facts.today,
        made_at=now,
        office=office,
        parts=parts,
        addressee="各有关单位",
    )


def _facts(session: Session, actor: Actor, plan_id: int, subject: str, *, now: datetime) -> _Facts:
    plan, today = reporting.plan(session, plan_id), china_day(now)
    if plan is None or subject not in {key for key, _ in subjects(session, plan_id, today=today)}:
        raise NotFound
    span, days = parse(subject), ledger.light_days(session, today)
    wanted = _filters(plan.id, span, today)
    numbers = tasks.counts(session, [one for _, one in wanted.values()], days, actor)
    late = tasks.rows(session, wanted["overdue"][1], days, actor, sort=Sort.UNIT, limit=MOST_TASKS)
    orders = supervision.listed(session, actor, OrderFilter(OrderPart.OPEN, plan.id), today=today)
    lagging = quotas.page(session, actor, plan_id=plan.id, only_behind=Behind.ANY, today=today)
    done = HappenedFilter(plan.id, Happened.SIGNED_OFF, span.first, span.until(today))
    owed = ObligationFilter(plan_id=plan.id, due_from=span.first, due_to=span.until(today))
    by_unit = reporting.counts_by_unit(session, owed)
    found = {
        key: figures.tasks(key, name, number, one)
        for (key, (name, one)), number in zip(wanted.items(), numbers, strict=True)
    }
    return _Facts(
        plan=plan,
        span=span,
        today=today,
        calendar=calendars.load(session),
        figures=found | _events(session, done) | _open_matters(plan.id, len(orders), lagging.behind),
        returns=_added_up(by_unit.values()),
        by_unit=by_unit,
        units=queries.units_of(session, plan.id, by_unit),
        late_units=queries.late_units(session, plan.id, today=today),
        late=figures.task_lines(session, late),
        signed_off=queries.happened(session, done, limit=MOST_NAMED),
        orders=orders,
        behind=[target for target in lagging.targets if target.behind],
    )


def _filters(plan_id: int, span: Span, today: date) -> dict[str, tuple[str, LedgerFilter]]:
    last = span.until(today)
    done = (TaskState.SIGNED_OFF,)
    return {
        "tasks": ("任务", LedgerFilter(plan_id=plan_id)),
        "signed_off": ("已销号", LedgerFilter(plan_id=plan_id, states=done)),
        "open": ("办理中", LedgerFilter(plan_id=plan_id, states=OPEN_STATES)),
        "overdue": ("逾期任务", LedgerFilter(plan_id=plan_id, overdue=True)),
        "due": ("到期任务", LedgerFilter(plan_id=plan_id, due_from=span.first, due_to=last)),
        "due_signed_off": (
            "到期已销号",
            LedgerFilter(plan_id=plan_id, due_from=span.first, due_to=last, states=done),
        ),
    }


def _events(session: Session, done: HappenedFilter) -> dict[str, Figure]:
    """What was signed off in the stretch, and the orders that were sent in it."""
    sent = replace(done, what=Happened.ORDER_SENT)
    return {
        key: figures.happened(key, queries.happened_count(session, one), one)
        for key, one in (("done", done), ("orders_sent", sent))
    }


def _open_matters(plan_id: int, orders: int, behind: int) -> dict[str, Figure]:
    """The orders that are open, and the quotas that lag."""
    open_orders = figures.address("/supervision/orders", plan=plan_id, part=OrderPart.OPEN.value)
    lagging = figures.address("/quotas", plan=plan_id, behind=Behind.ANY.value)
    return {
        "orders_open": counted("orders_open", "未了结的督办单", orders, open_orders),
        "behind": counted("behind", "次数落后", behind, lagging),
    }


def _added_up(several: Iterable[ObligationCounts]) -> ObligationCounts:
    """All units' returns together: the rows of the table add up to the figures above it."""
    whole = ObligationCounts()
    for counts in several:
        for at, number in counts.by.items():
            whole.by[at] = whole.by.get(at, 0) + number
    return whole


def _opening(facts: _Facts, office: str) -> list[Paragraph]:
    day = figures.full_day(facts.today)
    words = (
        f"{office}对《{facts.plan.title}》{facts.span.label}落实情况进行了督查。现将截至{day}的情况通报如下。"
    )
    return [(words,)]


def _overall(facts: _Facts) -> list[Paragraph]:
    found = facts.figures
    whole: Paragraph = (
        *("全年任务", found["tasks"], "项，已销号", found["signed_off"], "项，"),
        *("办理中", found["open"], "项，其中逾期", found["overdue"], "项。"),
    )
    said = [whole]
    if found["due"].rows:
        said.append(
            (f"{facts.span.label}时限到期的任务", found["due"], "项，已销号", found["due_signed_off"], "项。")
        )
    if facts.returns.due:
        parts: list[Piece] = [
            "应报送",
            facts.returned(Slice.DUE),
            "件，按时报送",
            facts.returned(Slice.ON_TIME),
        ]
        parts.append("件")
        for part in figures.LAGGING:
            if facts.returns.of(part):
                parts += [f"，{part.label}", facts.returned(part), "件"]
        if facts.returns.returned:
            parts += ["；收到的有", facts.returned(Slice.RETURNED), "件退回修改"]
        share = figures.rate("on_time_rate", "按时率", facts.returns, of=facts.returned(Slice.ON_TIME))
        said.append((*parts, *share, "。"))
    if found["orders_sent"].rows:
        said.append(("发出督办单", found["orders_sent"], "份。"))
    return said


def _good(facts: _Facts) -> list[Paragraph]:
    """What went well, by fact: who kept every day, and what was finished."""
    said: list[Paragraph] = []
    steady = [
        name
        for unit_id, name in facts.units
        if (counts := facts.by_unit.get(unit_id)) and counts.due and counts.on_time == counts.due
        if unit_id not in facts.late_units
    ]
    if facts.units and len(steady) == len(facts.units):
        said.append(("各单位均按时报送，没有逾期任务。",))
    elif steady:
        said.append((f"报送全部按时、没有逾期任务的单位：{figures.named(steady)}。",))
    if facts.signed_off:
        shown = "；".join(figures.short(row.title) for row in facts.signed_off)
        more = "等" if (facts.figures["done"].rows or 0) > MOST_NAMED else ""
        said.append((f"{facts.span.label}销号任务", facts.figures["done"], f"项：{shown}{more}。"))
    return said


def _problems(facts: _Facts) -> list[Paragraph]:
    kinds: list[tuple[str, list[Paragraph]]] = []
    late = facts.figures["overdue"]
    if late.rows:
        shown = f"（列出前{MOST_TASKS}项）" if late.rows > MOST_TASKS else ""
        kinds.append(("任务逾期", [("逾期任务", late, f"项，责任单位和原定时限见下表{shown}。")]))
    missing = [
        (name, facts.by_unit[unit_id])
        for unit_id, name in facts.units
        if unit_id in facts.by_unit and (facts.by_unit[unit_id].missed or facts.by_unit[unit_id].late)
    ]
    if missing:
        named = figures.named(name for name, counts in missing if counts.missed)
        words = f"未报送的单位：{named}。" if named else ""
        kinds.append(("报送不及时", [(f"{words}各单位未报、迟报的件数见下表。",)]))
    if facts.orders:
        rows: list[Paragraph] = [("未了结的督办单", facts.figures["orders_open"], "份：")]
        rows += [(f"{_order(row, facts.today)}。",) for row in facts.orders[:MOST_NAMED]]
        kinds.append(("督办事项没有办结", rows))
    if facts.behind:
        rows = [("次数指标落后", facts.figures["behind"], "家次：")]
        rows += [(f"{target.name}（{target.words}）：{_behind(target)}。",) for target in facts.behind]
        kinds.append(("次数没有达到进度", rows))
    said: list[Paragraph] = []
    for number, (heading, paragraphs) in enumerate(kinds, 1):
        if len(kinds) > 1:
            said.append((f"（{numeral(number)}）{heading}",))
        said += paragraphs
    return said


def _order(row: SupervisionOrder, today: date) -> str:
    late = "，已超过反馈时限" if _is_late(row, today) else ""
    return f"{number_words(row.year, row.number)}，{row.unit_name}，{month_day(row.feedback_on)}前反馈{late}"


def _is_late(row: SupervisionOrder, today: date) -> bool:
    return OrderState(row.state).waits_for_unit and row.feedback_on < today


def _behind(target: Target) -> str:
    lines = target.lagging(Behind.ANY)
    return "；".join(f"{line.unit.name if line.unit else '共同完成'}{line.words}" for line in lines)


def _tables(facts: _Facts) -> list[Table]:
    found: list[Table] = []
    if facts.late:
        found.append(figures.overdue_table(facts.late, facts.today))
    rows: list[tuple[Piece, ...]] = []
    for unit_id, name in facts.units:
        counts = facts.by_unit.get(unit_id)
        if counts and (counts.missed or counts.late):
            cells = [facts.returned(part, unit_id=unit_id) for part in (Slice.DUE, Slice.LATE, Slice.MISSED)]
            rows.append((name, *cells))
    if rows:
        widths = (84.0, 24.0, 24.0, 24.0)
        found.append(Table(("单位", "应报", "迟报", "未报"), tuple(rows), widths, "未报、迟报的件数"))
    return found


def _asked(facts: _Facts) -> list[Paragraph]:
    asked: list[str] = []
    if facts.figures["overdue"].rows:
        asked.append(
            f"有逾期任务的单位请于{facts.by(SETTLE)}前办结并申请销号；不能按期办结的，"
            f"请于{facts.by(EXPLAIN)}前说明原因、提出延期申请。"
        )
    if facts.returns.missed:
        asked.append(f"未报送的单位请于{facts.by(MAKE_UP)}前补报。")
    if facts.orders:
        late = any(_is_late(row, facts.today) for row in facts.orders)
        more = f"；已超过时限的，请于{facts.by(MAKE_UP)}前反馈" if late else ""
        asked.append(f"收到督办单的单位请在各自的反馈时限前反馈{more}。")
    if facts.behind:
        asked.append("次数指标落后的单位请对照进度安排好后几期，办一次、登记一次，附上链接。")
    if not asked:
        return [("请各单位继续按时限推进，办结一项、销号一项。",)]
    asked.append("对通报情况有异议的，请向我们反映，核实后更正。")
    return figures.in_points([(words,) for words in asked])
