"""每周进展汇总: what the returns of one period say, what is late, and what falls due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.report import Figure, Paragraph, Report, ReportKind, Table
from tracker.domain.report_text import numeral
from tracker.domain.task import OPEN_STATES
from tracker.domain.work_calendar import workdays_after
from tracker.services import calendars, ledger, settings
from tracker.services import report_figures as figures
from tracker.services.board import by_week
from tracker.services.report_figures import TaskLine
from tracker.store.queries import ledger as tasks
from tracker.store.queries import report_facts as queries
from tracker.store.queries import reporting
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.report_facts import LineRow, Said
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, ObligationRow, Slice
from tracker.store.tables import Period, Plan

OFFERED = 12
"""As many periods are offered to be told of."""
AHEAD = timedelta(days=14)
MOST_TOLD = {Said.PROGRESS: 40, Said.PLANNED: 20, Said.PROBLEM: 20}
"""As many lines of a kind stand in the text; the rest is in the list."""
MOST_TASKS = 30
LONGEST = 120
"""Characters of a unit's words; the whole stands in its return."""
MAKING_UP = 2
"""Workdays for handing in what is missing (补报)."""


@dataclass(frozen=True, slots=True)
class _Facts:
    plan: Plan
    periods: Sequence[Period]
    """The one it is named by, and those of the plan's other cadences on progress that belong with it."""
    span: str
    """What the period is called: 本周 or 本期."""
    today: date
    owed: Sequence[ObligationRow]
    counts: ObligationCounts
    said: dict[Said, int]
    lines: dict[Said, Sequence[LineRow]]
    overdue: Figure
    soon: Figure
    late_tasks: Sequence[TaskLine]
    soon_tasks: Sequence[TaskLine]
    make_up_by: date

    @property
    def period(self) -> Period:
        return self.periods[0]

    @property
    def ended(self) -> bool:
        """Whether nothing can come on time any more."""
        return all(period.state == "closed" for period in self.periods)

    @property
    def counted(self) -> str:
        """What returns are counted in: 家, or 份 where a unit is asked twice."""
        return "家" if len({row.unit_id for row in self.owed}) == len(self.owed) else "份"

    def returns(self, part: Slice, name: str = "") -> Figure:
        """A figure of the period's returns."""
        narrowed, name = figures.of_periods(self.periods), name or part.label
        return figures.returns(part.value, name, self.counts, part, plan_id=self.plan.id, **narrowed)

    def names(self, part: Slice) -> str:
        """Who they are, each once."""
        return figures.named(dict.fromkeys(row.unit_name for row in self.owed if _is(row, part)))


def _is(row: ObligationRow, part: Slice) -> bool:
    return bool(ObligationCounts({(row.state, row.late): 1}).of(part))


def subjects(session: Session, plan_id: int) -> list[tuple[str, str]]:
    """The periods that can be told of, as (key, label), the newest first."""
    cadence = reporting.progress_cadence(session, plan_id)
    periods = reporting.recent_periods(session, cadence.id, last=OFFERED) if cadence else []
    return [(period.key, _label(period)) for period in reversed(periods)]


def write(session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime) -> Report:
    """The digest of the period with this key, as everything stands now.

    Raises:
        NotFound: the plan has no such period, or it has not begun.

    """
    facts = _facts(session, actor, plan_id, subject, now=now)
    weekly = "每周" if facts.span == "本周" else ""
    parts = figures.numbered(
        [
            ("opening", "", _opening(facts), ()),
            ("returns", "报送情况", _returns(facts), ()),
            ("progress", "本周进展" if facts.span == "本周" else "本期进展", _progress(facts), ()),
            ("planned", "下一步计划", _told(facts, Said.PLANNED), ()),
            ("problems", "存在的问题", _told(facts, Said.PROBLEM), ()),
            ("overdue", "逾期任务", _overdue(facts), _overdue_table(facts)),
            ("soon", "近期到期", _soon(facts), ()),
            ("asked", "请各单位抓紧的事", _asked(facts), ()),
        ]
    )
    return Report(
        kind=ReportKind.WEEKLY,
        title=f"《{facts.plan.title}》{weekly}进展汇总（{_name(facts.period)}）",
        subject=subject,
        subject_label=_label(facts.period),
        as_of=facts.today,
        made_at=now,
        office=settings.office_name(session),
        parts=parts,
    )


def _label(period: Period) -> str:
    """2026年第38周."""
    return f"{period.ends_on.year}年{_name(period)}"


def _name(period: Period) -> str:
    """第38周: without its days and its year, which stand elsewhere."""
    return period.label.partition("（")[0].removeprefix(f"{period.ends_on.year}年")


def _facts(session: Session, actor: Actor, plan_id: int, key: str, *, now: datetime) -> _Facts:
    plan = reporting.plan(session, plan_id)
    cadence = reporting.progress_cadence(session, plan_id) if plan else None
    period = reporting.period_by_key(session, cadence.id, key) if cadence else None
    if plan is None or cadence is None or period is None or period.state == "upcoming":
        raise NotFound
    today = china_day(now)
    periods = reporting.taken_together(session, period)
    ids = tuple(each.id for each in periods)
    owed = reporting.list_obligations(session, ObligationFilter(period_ids=ids))
    counts = ObligationCounts()
    for row in owed:
        counts.by[row.state, row.late] = counts.by.get((row.state, row.late), 0) + 1
    returned = queries.newest_returns(session, ids)
    said = queries.line_counts(session, returned)
    late = LedgerFilter(plan_id=plan_id, overdue=True)
    soon = LedgerFilter(plan_id=plan_id, states=OPEN_STATES, due_from=today, due_to=today + AHEAD)
    days = ledger.light_days(session, today)
    shown = [tasks.rows(session, one, days, actor, sort=Sort.DUE, limit=MOST_TASKS) for one in (late, soon)]
    made = figures.task_lines(session, [row for rows in shown for row in rows])
    late_count, soon_count = tasks.counts(session, (late, soon), days, actor)
    return _Facts(
        plan=plan,
        periods=periods,
        span="本周" if by_week(cadence) else "本期",
        today=today,
        owed=owed,
        counts=counts,
        said=said,
        lines={
            each: queries.lines(session, returned, each, plan_id=plan_id, limit=most) if said[each] else ()
            for each, most in MOST_TOLD.items()
        },
        overdue=figures.tasks("overdue", "逾期任务", late_count, late),
        soon=figures.tasks("soon", "两周内到期", soon_count, soon),
        late_tasks=made[: len(shown[0])],
        soon_tasks=made[len(shown[0]) :],
        make_up_by=workdays_after(today, MAKING_UP, calendars.load(session)),
    )


def _opening(facts: _Facts) -> list[Paragraph]:
    first, last = month_day(facts.period.starts_on), month_day(facts.period.ends_on)
    day = figures.full_day(facts.today)
    words = (
        f"现将各单位{facts.span}（{first}至{last}）落实《{facts.plan.title}》的情况汇总如下（截至{day}）。"
    )
    return [(words,)]


def _returns(facts: _Facts) -> list[Paragraph]:
    counts = facts.counts
    said: list[Paragraph] = [_returns_counted(facts)]
    lagging = [part for part in figures.LAGGING if counts.of(part)]
    said += [(f"{part.label}的单位：{facts.names(part)}。",) for part in lagging]
    waived = [row for row in facts.owed if _is(row, Slice.WAIVED)]
    if waived:
        named = figures.named(
            f"{row.unit_name}（{row.note.rstrip('。')}）" if row.note else row.unit_name for row in waived
        )
        said.append((f"免报的单位：{named}。",))
    return said


def _returns_counted(facts: _Facts) -> Paragraph:
    counts, ended, on_time = facts.counts, facts.ended, facts.returns(Slice.ON_TIME)
    several = len(facts.periods) > 1
    by = f"按{figures.named(map(_rhythm, facts.periods))}，" if several else ""
    said: list[str | Figure] = [f"{by}{facts.span}应报", facts.returns(Slice.DUE), facts.counted]
    told = (
        ("，按时报送", Slice.ON_TIME, True),
        ("，迟报", Slice.LATE, counts.late),
        ("，待报", Slice.OPEN, counts.of(Slice.OPEN)),
        ("，未报", Slice.MISSED, counts.missed or ended),
        ("，另有免报", Slice.WAIVED, counts.waived),
    )
    for words, part, holds in told:
        if holds:
            said += [words, facts.returns(part), facts.counted]
    if ended:
        return (*said, *figures.rate("on_time_rate", "按时率", counts, of=on_time), "。")
    cut_offs = ((period, china_clock(period.due_at)) for period in facts.periods)
    last = (f"{_rhythm(each) if several else ''}{month_day(at.date())}{at:%H:%M}" for each, at in cut_offs)
    return (*said, f"。截止时间为{figures.named(last)}。")


def _rhythm(period: Period) -> str:
    """每月一报（9月）; what is due in the named span alone is called by its cadence."""
    return f"{period.cadence.name}（{_name(period)}）"


def _progress(facts: _Facts) -> list[Paragraph]:
    if not facts.said[Said.PROGRESS]:
        return [("各单位没有报送新的进展。",)]
    said: list[str | Figure] = ["各单位报送进展", _figure(facts, Said.PROGRESS), "条"]
    if facts.said[Said.DONE]:
        said += ["，其中报告完成", _figure(facts, Said.DONE), "条"]
    if facts.said[Said.BLOCKED]:
        said += ["；推进受阻", _figure(facts, Said.BLOCKED), "条"]
    paragraphs: list[Paragraph] = [(*said, "。")]
    section = None
    number = 0
    for line in facts.lines[Said.PROGRESS]:
        if line.section != section:
            section, number = line.section, number + 1
            paragraphs.append((f"（{numeral(number)}）{figures.section_name(section)}",))
        done = "（已完成）" if line.status.value == "done" else ""
        paragraphs.append(
            (f"{line.unit_name}：{figures.short(line.task_title)}{done}。{_quoted(line, Said.PROGRESS)}",)
        )
    return [*paragraphs, *_rest(facts, Said.PROGRESS)]


def _told(facts: _Facts, said: Said) -> list[Paragraph]:
    if not facts.said[said]:
        return []
    opening = {
        Said.PLANNED: ("各单位提出下一步计划", "条，主要是："),
        Said.PROBLEM: ("各单位反映问题", "条："),
    }[said]
    rows = [
        (f"{number}．{line.unit_name}（{figures.short(line.task_title)}）：{_quoted(line, said)}",)
        for number, line in enumerate(facts.lines[said], 1)
    ]
    return [(opening[0], _figure(facts, said), opening[1]), *rows, *_rest(facts, said)]


def _rest(facts: _Facts, said: Said) -> Iterable[Paragraph]:
    if facts.said[said] > MOST_TOLD[said]:
        yield ("其余从略，可在系统清单中查看。",)


def _figure(facts: _Facts, said: Said) -> Figure:
    return figures.lines(said, facts.said[said], facts.periods)


def _overdue(facts: _Facts) -> list[Paragraph]:
    if not facts.overdue.rows:
        return [(f"截至{month_day(facts.today)}，没有逾期任务。",)]
    shown = "" if facts.overdue.rows <= MOST_TASKS else f"，下表列出逾期最久的{MOST_TASKS}项"
    return [(f"截至{month_day(facts.today)}，逾期任务", facts.overdue, f"项{shown}。")]


def _overdue_table(facts: _Facts) -> list[Table]:
    if not facts.late_tasks:
        return []
    return [figures.overdue_table(facts.late_tasks, facts.today)]


def _soon(facts: _Facts) -> list[Paragraph]:
    if not facts.soon.rows:
        return []
    opening: Paragraph = (f"今后两周（至{month_day(facts.today + AHEAD)}）到期任务", facts.soon, "项：")
    rows: list[Paragraph] = []
    for number, line in enumerate(facts.soon_tasks, 1):
        day = line.task.next_due_on
        due = f"，{month_day(day)}到期" if day else ""
        rows.append((f"{number}．{figures.short(line.task.title)}（{figures.whose(line)}）{due}。",))
    return [opening, *rows]


def _asked(facts: _Facts) -> list[Paragraph]:
    asked: list[str] = []
    if facts.counts.missed:
        asked.append(
            f"{facts.names(Slice.MISSED)}请于{month_day(facts.make_up_by)}前补报{facts.span}进展；确有困难的，请与我们联系。"
        )
    if facts.overdue.rows:
        asked.append(
            "有逾期任务的单位请抓紧办理：已经办结的及时申请销号，确需延期的请说明理由、提出延期申请。"
        )
    if facts.said[Said.PROBLEM]:
        asked.append("各单位反映的问题，请牵头单位会同有关单位研究；需要协调的，可在下一次例会前提出。")
    return figures.in_points([(words,) for words in asked])


def _quoted(line: LineRow, said: Said) -> str:
    """What a line says; before the office has accepted it, with a word that it has not (待审核)."""
    flat = " ".join(line.words(said).split())
    ended = figures.ended(flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…")
    return ended if line.accepted else f"{ended[:-1]}（待审核）。"
