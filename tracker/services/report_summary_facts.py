"""The facts of a summary (半年总结、年度总结): what a plan came to by a day, as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.report import Figure, counted
from tracker.domain.report_spans import Span
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.services import ledger, quotas, settings
from tracker.services import report_figures as figures
from tracker.services.quotas import QuotaPage
from tracker.services.report_figures import TaskLine
from tracker.store.queries import decisions, experience_lists, meetings, reporting, reviews, supervision
from tracker.store.queries import ledger as tasks
from tracker.store.queries import report_facts as queries
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.experience_lists import ArticleCounts, ArticleFilter
from tracker.store.queries.experience_lists import Part as ArticlePart
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.lights import LightDays
from tracker.store.queries.report_facts import Happened, HappenedFilter
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, Slice
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import Assignment, Cadence, Plan

MOST_LATE = 40
MOST_AHEAD = 8
AHEAD = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """One section's tasks."""

    name: str
    """As an address names it."""
    figures: Sequence[Figure]
    """All, signed off, open, overdue."""
    done: Sequence[str]
    """The titles of what is signed off."""


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """What a summary is made from."""

    plan: Plan
    span: Span
    today: date
    office: str
    figures: Mapping[str, Figure]
    sections: Sequence[SectionFacts]
    cadences: Sequence[tuple[Cadence, ObligationCounts]]
    articles: ArticleCounts
    quotas: QuotaPage
    problems: Sequence[Assignment]
    verdicts: Mapping[str, int]
    confirmed: bool
    """Whether every verdict of the look-back is a person's."""
    rectified: tuple[int, int]
    """What was carried into the plan's year to be mended (整改), and how much of it is closed."""
    late: Sequence[TaskLine]
    ahead: Sequence[TaskLine]

    @property
    def until(self) -> date:
        return self.span.until(self.today)

    def returned(self, cadence: Cadence, counts: ObligationCounts, part: Slice) -> Figure:
        """A figure of one rhythm's returns."""
        narrowed = {"cadence": cadence.kind, "due_from": self.span.first, "due_to": self.until}
        name = f"{cadence.name}{part.label}"
        return figures.returns(
            f"{part.value}_{cadence.kind}", name, counts, part, plan_id=self.plan.id, **narrowed
        )

    def article(self, part: ArticlePart) -> Figure:
        """A figure of the plan's articles of experience."""
        where = figures.address("/experience", plan=self.plan.id, part=part.value)
        return counted(f"articles_{part.value}", part.label, self.articles.of(part), where)


def facts(session: Session, actor: Actor, plan: Plan, span: Span, *, today: date) -> SummaryFacts:
    """All that a summary of a plan's half year or year says."""
    days, until = ledger.light_days(session, today), span.until(today)
    wanted = _filters(plan.id, span, today)
    numbers = tasks.counts(session, [one for _, one in wanted.values()], days, actor)
    found = {
        key: figures.tasks(key, name, number, one)
        for (key, (name, one)), number in zip(wanted.items(), numbers, strict=True)
    }
    found |= _happened(
        session, actor, plan, HappenedFilter(plan.id, Happened.MEETING_HELD, span.first, until)
    )
    late = tasks.rows(session, wanted["overdue"][1], days, actor, sort=Sort.DUE, limit=MOST_LATE)
    ahead = tasks.rows(session, wanted["ahead"][1], days, actor, sort=Sort.DUE, limit=MOST_AHEAD)
    made = figures.task_lines(session, [*late, *ahead])
    known = reporting.cadences(session, [plan.id])[plan.id]
    look_back = reviews.look_back_of(session, plan.id)
    mended = reviews.rectifications(session, plan.year)
    verdicts = reviews.verdict_counts(session, look_back.id) if look_back else None
    return SummaryFacts(
        plan=plan,
        span=span,
        today=today,
        office=settings.office_name(session),
        figures=found,
        sections=_sections(session, actor, plan.id, days),
        cadences=[
            (cadence, counts)
            for cadence in known
            if (counts := _of_cadence(session, cadence, span.first, until)).due
        ],
        articles=experience_lists.counts(session, actor, ArticleFilter(plan_id=plan.id)),
        quotas=quotas.page(session, actor, plan_id=plan.id, today=today),
        problems=meetings.problems(session, plan.id),
        verdicts=verdicts.by_confirmed if verdicts else {},
        confirmed=bool(verdicts and verdicts.confirmed == verdicts.total),
        rectified=(len(mended), sum(item.state != "open" for item in mended)),
        late=made[: len(late)],
        ahead=made[len(late) :],
    )


def _filters(plan_id: int, span: Span, today: date) -> dict[str, tuple[str, LedgerFilter]]:
    done, until = (TaskState.SIGNED_OFF,), span.until(today)
    later = max(today, span.last + timedelta(days=1)) if span.last < today else today
    return {
        "tasks": ("任务", LedgerFilter(plan_id=plan_id)),
        "signed_off": ("已销号", LedgerFilter(plan_id=plan_id, states=done)),
        "open": ("办理中", LedgerFilter(plan_id=plan_id, states=OPEN_STATES)),
        "cancelled": ("已取消", LedgerFilter(plan_id=plan_id, states=(TaskState.CANCELLED,))),
        "overdue": ("逾期任务", LedgerFilter(plan_id=plan_id, overdue=True)),
        "due": ("到期任务", LedgerFilter(plan_id=plan_id, due_from=span.first, due_to=until)),
        "due_signed_off": (
            "到期已销号",
            LedgerFilter(plan_id=plan_id, due_from=span.first, due_to=until, states=done),
        ),
        "ahead": (
            "今后三个月到期",
            LedgerFilter(plan_id=plan_id, states=OPEN_STATES, due_from=later, due_to=later + AHEAD),
        ),
    }


def _happened(session: Session, actor: Actor, plan: Plan, held: HappenedFilter) -> dict[str, Figure]:
    """Meetings, decisions, orders and rectifications."""
    today = held.last
    sent = HappenedFilter(plan.id, Happened.ORDER_SENT, held.first, held.last)
    found = {
        "meetings": figures.happened("meetings", queries.happened_count(session, held), held),
        "orders_sent": figures.happened("orders_sent", queries.happened_count(session, sent), sent),
    }
    for key, name, part in (
        ("decisions", "议定事项", None),
        ("decisions_settled", "已了结的议定事项", DecisionPart.SETTLED),
    ):
        number = decisions.count(session, actor, DecisionFilter(part, plan.id), today=today)
        where = figures.address("/decisions", plan=plan.id, part=part.value if part else "")
        found[key] = counted(key, name, number, where)
    where = figures.address("/supervision/orders", plan=plan.id, part=OrderPart.OPEN.value)
    number = supervision.count(session, actor, OrderFilter(OrderPart.OPEN, plan.id), today=today)
    found["orders_open"] = counted("orders_open", "未了结的督办单", number, where)
    return found


def _of_cadence(session: Session, cadence: Cadence, first: date, last: date) -> ObligationCounts:
    wanted = ObligationFilter(cadence_id=cadence.id, due_from=first, due_to=last)
    return reporting.counts(session, wanted)


def _sections(session: Session, actor: Actor, plan_id: int, days: LightDays) -> list[SectionFacts]:
    names = tasks.section_choices(session, [plan_id], actor)
    done = (TaskState.SIGNED_OFF,)
    filters = [
        one
        for name in names
        for one in (
            LedgerFilter(plan_id=plan_id, section=name),
            LedgerFilter(plan_id=plan_id, section=name, states=done),
            LedgerFilter(plan_id=plan_id, section=name, states=OPEN_STATES),
            LedgerFilter(plan_id=plan_id, section=name, overdue=True),
        )
    ]
    if not filters:
        return []
    numbers = tasks.counts(session, filters, days, actor)
    keys = [(place, key) for place in range(len(names)) for key in ("total", "signed_off", "open", "overdue")]
    words = {"total": "任务", "signed_off": "已销号", "open": "办理中", "overdue": "逾期"}
    made = [
        figures.tasks(
            f"section{place + 1}_{key}", f"{figures.section_name(names[place])}{words[key]}", number, one
        )
        for (place, key), number, one in zip(keys, numbers, filters, strict=True)
    ]
    finished = LedgerFilter(plan_id=plan_id, states=done)
    by_section: dict[str, list[str]] = {}
    for row in tasks.rows(session, finished, days, actor):
        by_section.setdefault(row.section or tasks.NO_SECTION, []).append(figures.short(row.title))
    return [
        SectionFacts(name, made[4 * place : 4 * place + 4], by_section.get(name, []))
        for place, name in enumerate(names)
    ]
