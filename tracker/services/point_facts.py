"""The facts of a year that a scheme of points (积分) may give or take points for.

They are told as they are, not as they once were found: whoever compares them with the ledger sees what is
new and what holds no longer. What was late stays late after it is done. A day that had passed before its task
came into the ledger is nobody's delay, and a deduction for a task is for those who are accountable for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import china_day
from tracker.domain.experience import ExperienceState
from tracker.domain.obligation import ObligationState
from tracker.domain.points import Fact, FactKind
from tracker.domain.quota_scope import Scope, accountable
from tracker.domain.supervision import OrderColour, number_words
from tracker.domain.task import LineStatus, Role
from tracker.domain.web_address import is_web_address
from tracker.domain.work_calendar import ONE_DAY
from tracker.services import calendars, clocks, quotas
from tracker.store.queries import evidence
from tracker.store.queries import points_facts as queries
from tracker.store.queries import quotas as quota_queries
from tracker.store.tables import Assignment, Checkpoint, CountedEvent, EventClock, QuotaTarget, Task

K = FactKind
LONGEST = 120
"""Characters of a title in a fact's words."""


def of_year(session: Session, year: int, *, today: date) -> tuple[Fact, ...]:
    """Every fact of the plans of a year, up to today."""
    plans = queries.plan_ids(session, year)
    found = [
        *_returns(session, plans),
        *_tasks(session, plans, today),
        *_quotas(session, plans, today),
        *_clocks(session, plans, year, today),
        *_articles(session, plans),
        *_orders(session, plans),
        *_rectifications(session, year, today),
    ]
    return tuple(fact for fact in found if fact.on <= today)


def _returns(session: Session, plans: Sequence[int]) -> Iterator[Fact]:
    for row in queries.owed(session, plans):
        named, key = f"{row.cadence_name}{row.period}", f"obligation:{row.obligation_id}"
        place, about = f"/reporting/obligations/{row.obligation_id}", row.cadence
        if row.state is ObligationState.MISSED:
            words = f"{named}到截止没有报送"
            yield Fact(
                f"{key}:missed",
                K.RETURN_MISSED,
                row.unit_id,
                row.due_on,
                words,
                place,
                "",
                row.plan_id,
                about,
            )
        elif row.submitted_at is not None:
            kind = K.RETURN_LATE if row.late else K.RETURN_ON_TIME
            words = f"{named}{'截止后才报' if row.late else '按时报送'}"
            on, end = china_day(row.submitted_at), "late" if row.late else "on_time"
            yield Fact(f"{key}:{end}", kind, row.unit_id, on, words, place, "", row.plan_id, about)
    for back in queries.sent_back(session, plans):
        words = f"{back.words}被退回：{_short(back.reason)}"
        place, on = f"/reporting/obligations/{back.obligation_id}", china_day(back.decided_at)
        yield Fact(
            f"return:{back.return_id}",
            K.RETURN_SENT_BACK,
            back.unit_id,
            on,
            words,
            place,
            "",
            back.plan_id,
            back.cadence,
        )


def _tasks(session: Session, plans: Sequence[int], today: date) -> Iterator[Fact]:
    given = {(each.task_id, each.unit_id) for plan in plans for each in evidence.given(session, plan)}
    for task in queries.tasks(session, plans):
        owing = set(accountable((part.unit_id, Role(part.role)) for part in task.assignments))
        place, named = f"/tasks/{task.id}", _short(task.title)
        for part in task.assignments:
            if part.unit_id in owing:
                yield from _overdue(task, part.unit_id, today)
            bare = not part.evidence_count and (task.id, part.unit_id) not in given
            told = part.done_at or part.reported_at
            if part.status == LineStatus.DONE.value and bare and told is not None:
                yield Fact(
                    f"part:{part.id}:bare", K.DONE_BARE, part.unit_id, china_day(told),
                    f"“{named}”报了完成，没有链接或附件", place, "", task.plan_id, task_id=task.id,
                )  # fmt: skip


def _overdue(task: Task, unit_id: int, today: date) -> Iterator[Fact]:
    part = next(each for each in task.assignments if each.unit_id == unit_id)
    for point in task.checkpoints:
        done_at = queries.closed_early(point, part, task)
        done_on = china_day(done_at) if done_at is not None else None
        late = done_on > point.due_on if done_on is not None else today > point.due_on
        if not late or _known_on(task, point) > point.due_on:
            continue
        words = f"“{_short(task.title)}”{_day(point.due_on)}到期{_ended(done_on, point, task, part)}"
        yield Fact(
            f"checkpoint:{point.id}:{point.due_on}", K.TASK_OVERDUE, unit_id, point.due_on + ONE_DAY, words,
            f"/tasks/{task.id}", "", task.plan_id, task_id=task.id,
        )  # fmt: skip


def _ended(done_on: date | None, point: Checkpoint, task: Task, part: Assignment) -> str:
    """How it went on after the day, in words that stay true: what nobody but the unit says is reported."""
    if done_on is None:
        return "，没有完成"
    known = (point.closed_at, part.signed_off_at, task.signed_off_at)
    return f"，{_day(done_on)}才{'完成' if any(known) else '报告完成'}"


def _known_on(task: Task, point: Checkpoint) -> date:
    """The day on which a due day was first known here."""
    told: datetime = max(task.created_at, point.given_at or task.created_at)
    return china_day(told)


def _quotas(session: Session, plans: Sequence[int], today: date) -> Iterator[Fact]:
    rows = [row for plan in plans for row in quota_queries.asked_for(session, plan_id=plan)]
    for target in quotas.look(session, SYSTEM, rows, today=today):
        place = f"/quotas/{target.row.id}"
        for line in target.lines:
            owing = [line.unit] if line.unit is not None else list(target.units)
            for cell in line.cells:
                ended = cell.begun and not cell.running and not cell.pace.met
                for unit in owing if ended else ():
                    where = cell.pace
                    wanted = f"{cell.span.label}要求{where.minimum}次，只有{where.counted}次"
                    yield Fact(
                        f"quota:{target.row.id}:{cell.number}", K.QUOTA_UNMET, unit.id,
                        cell.span.quota.ends_on + ONE_DAY, f"“{_short(target.name)}”{wanted}",
                        f"{place}?span={cell.number}", "", target.row.plan_id, target.row.period,
                        target.row.task_id,
                    )  # fmt: skip
    yield from _events(session, rows)


def _events(session: Session, rows: Sequence[QuotaTarget]) -> Iterator[Fact]:
    """Each event that counts; those beyond what is asked for besides as more than that."""
    entered: dict[int, list[CountedEvent]] = defaultdict(list)
    for event in quota_queries.events(session, [row.id for row in rows]):
        entered[event.target_id].append(event)
    siblings: dict[int, list[QuotaTarget]] = defaultdict(list)
    for row in rows:
        siblings[row.task_id].append(row)
    for same in siblings.values():
        judgement = quotas.Judgement(same, entered)
        for row in same:
            whose = (
                [None]
                if Scope(row.scope) is Scope.TOGETHER
                else sorted({each.unit_id for each in entered[row.id]})
            )
            for unit_id in whose:
                yield from _counted(row, judgement, unit_id)


def _counted(
    row: QuotaTarget, judgement: quotas.Judgement[CountedEvent], unit_id: int | None
) -> Iterator[Fact]:
    spans: dict[str, int] = defaultdict(int)
    said = sorted(judgement.of(row, unit_id), key=lambda pair: (pair[0].held_on, pair[0].id))
    for event, says in said:
        if says.span is None:
            continue
        spans[says.span.label] += 1
        words = f"“{_short(row.counted)}”：{_short(event.title)}（{_day(event.held_on)}）"
        shown = event.evidence_url or event.file_name
        where = (f"/quotas/{row.id}", shown, row.plan_id, row.period, row.task_id)
        facts = (event.unit_id, event.held_on, words, *where)
        yield Fact(f"event:{event.id}", K.EVENT_COUNTED, *facts)
        if spans[says.span.label] > row.minimum:
            yield Fact(f"event:{event.id}:surplus", K.QUOTA_SURPLUS, *facts)


def _clocks(session: Session, plans: Sequence[int], year: int, today: date) -> Iterator[Fact]:
    rows: list[EventClock] = queries.clocks(session, plans, year)
    calendar = calendars.load(session) if rows else None
    for row in rows:
        clock = clocks.stands(row, calendar, today) if calendar is not None else None
        if clock is None or not clock.late:
            continue
        ends = [day for day in (clock.standing.due_on, clock.legal_day) if day is not None]
        end = min(day for day in ends if day < (row.closed_on or today))
        words = f"{row.rule_name}“{_short(row.title)}”应在{_day(end)}前办结"
        done = f"，{_day(row.closed_on)}才办结" if row.closed_on is not None else "，没有办结"
        yield Fact(
            f"clock:{row.id}", K.CLOCK_OVERDUE, row.unit_id, end + ONE_DAY, f"{words}{done}",
            f"/clocks/{row.id}", row.evidence_url or row.file_name, row.plan_id, row.rule_key, row.task_id,
        )  # fmt: skip


def _articles(session: Session, plans: Sequence[int]) -> Iterator[Fact]:
    for article, title in queries.articles(session, plans):
        place, named = f"/experience/{article.id}", _short(title)
        adopted = ExperienceState(article.state).is_adopted
        if adopted and article.shown_on is not None:
            yield Fact(
                f"article:{article.id}:shown", K.EXPERIENCE_SHOWN, article.unit_id, article.shown_on,
                f"经验材料《{named}》被采用并展示", place, article.shown_url, article.plan_id,
            )  # fmt: skip
        if adopted and article.taken_up_on is not None:
            told = article.taken_up_words.strip()
            link = told if is_web_address(told) else article.shown_url
            yield Fact(
                f"article:{article.id}:taken_up", K.EXPERIENCE_TAKEN_UP, article.unit_id, article.taken_up_on,
                f"经验材料《{named}》被省里采用", place, link, article.plan_id,
            )  # fmt: skip


def _orders(session: Session, plans: Sequence[int]) -> Iterator[Fact]:
    for row in queries.orders(session, plans):
        words = f"{number_words(row.year, row.number)}{OrderColour(row.colour).label}督办单"
        place, on = f"/supervision/orders/{row.id}", china_day(row.sent_at)
        yield Fact(
            f"order:{row.id}", K.ORDER_ISSUED, row.unit_id, on, words, place, "", row.plan_id, row.colour
        )


def _rectifications(session: Session, year: int, today: date) -> Iterator[Fact]:
    for row, plan_id in queries.rectifications(session, year):
        if row.due_on is None or row.lead_unit_id is None:
            continue
        closed_on = china_day(row.closed_at) if row.closed_at is not None else None
        if (closed_on or today) <= row.due_on:
            continue
        words = f"整改“{_short(row.title)}”{_day(row.due_on)}到期"
        done = f"，{_day(closed_on)}才销号" if closed_on is not None else "，没有销号"
        yield Fact(
            f"rectification:{row.id}:{row.due_on}", K.RECTIFICATION_LATE, row.lead_unit_id,
            row.due_on + ONE_DAY, f"{words}{done}", f"/rectifications?year={year}", row.link, plan_id,
        )  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
