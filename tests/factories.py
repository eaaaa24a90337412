"""Rows about the invented 青溪市, one small function a noun; each flushes and gives its row back.

Whatever a test does not name has a plain value; a name that must be unique is made so by a running number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from itertools import count

from sqlalchemy.orm import Session

from tracker.domain.china_time import instant
from tracker.store.tables import (
    Account,
    Assignment,
    Cadence,
    Checkpoint,
    Clause,
    InboxItem,
    Notice,
    Obligation,
    OutboxItem,
    Period,
    PeriodFact,
    Plan,
    Return,
    ReturnLine,
    Task,
    Unit,
    UnitAlias,
)

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
"""Thursday, 15:00 in China."""
TODAY = date(2026, 9, 24)

_numbers = count(1)


def make_unit(
    session: Session, name: str = "", *, aliases: Sequence[str] = (), search_keys: str = "", position: int = 0
) -> Unit:
    """A unit; `search_keys` as the unit service would make them, separated by blanks."""
    unit = Unit(name=name or f"市第{next(_numbers)}局", search_keys=search_keys, position=position)
    unit.aliases = [UnitAlias(name=alias) for alias in aliases]
    session.add(unit)
    session.flush()
    return unit


def make_account(
    session: Session, role: str = "office", *, unit: Unit | None = None, username: str = "", email: str = ""
) -> Account:
    """A person who can sign in, without a password."""
    username = username or f"person{next(_numbers)}"
    account = Account(
        username=username,
        display_name=username,
        role=role,
        unit_id=unit.id if unit else None,
        email=email,
        created_at=NOW,
    )
    session.add(account)
    session.flush()
    return account


def make_plan(session: Session, title: str = "青溪市2026年政务公开工作要点", *, year: int = 2026, text: str = "") -> Plan:
    """A confirmed plan without tasks."""
    number = next(_numbers)
    plan = Plan(
        title=title,
        year=year,
        issuer="青溪市人民政府办公室",
        source_sha256=sha256(str(number).encode()).hexdigest(),
        source_filename="要点.docx",
        text=text or title,
        confirmed_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan


def make_clause(session: Session, plan: Plan, text: str, *, start: int | None = None, number: str = "") -> Clause:
    """A passage of the plan; its span is where the text first stands in the plan, unless told."""
    position = next(_numbers)
    begin = start if start is not None else max(plan.text.find(text), 0)
    clause = Clause(
        plan_id=plan.id, position=position, number=number, text=text, span_start=begin, span_end=begin + len(text)
    )
    session.add(clause)
    session.flush()
    return clause


def make_task(
    session: Session,
    plan: Plan,
    title: str = "",
    *,
    units: Iterable[Unit | tuple[Unit, str]] = (),
    due: date | Sequence[date] | None = None,
    section: str = "一、主动公开",
    text: str = "",
    state: str = "assigned",
    notation: str = "",
    phrase: str = "",
    reason: str = "",
    clause: Clause | None = None,
    statuses: dict[int, str] | None = None,
    reported: bool = False,
) -> Task:
    """A task with an assignment for each unit (role 责任 unless told) and a checkpoint for each day.

    `statuses` maps unit ids to what the unit last said; `reported` marks every assignment as reported.
    """
    days = [due] if isinstance(due, date) else sorted(due or ())
    number = next(_numbers)
    task = Task(
        plan_id=plan.id,
        clause=clause,
        serial=number,
        title=title or f"任务{number}",
        text=text or title or f"任务{number}的原文",
        section=section,
        deadline_phrase=phrase,
        deadline_notation=notation or _notation(days),
        deadline_reason=reason,
        due_on=days[-1] if days else None,
        next_due_on=days[0] if days and state in {"assigned", "in_progress"} else None,
        state=state,
        signed_off_at=NOW if state == "signed_off" else None,
        created_at=plan.confirmed_at or NOW,
    )
    task.plan = plan
    for position, item in enumerate(units):
        unit, role = item if isinstance(item, tuple) else (item, "responsible")
        status = (statuses or {}).get(unit.id)
        task.assignments.append(
            Assignment(
                plan_id=plan.id,
                unit_id=unit.id,
                unit=unit,
                role=role,
                position=position,
                status=status or ("in_progress" if reported else "not_started"),
                reported_at=NOW if status or reported else None,
            )
        )
    for day in days:
        kind = "final" if day == days[-1] else "stage"
        task.checkpoints.append(
            Checkpoint(
                plan_id=plan.id,
                due_on=day,
                kind=kind,
                label=f"{day.month}月{day.day}日",
                closed_at=NOW if state == "signed_off" else None,
            )
        )
    session.add(task)
    session.flush()
    return task


def _notation(days: Sequence[date]) -> str:
    if not days:
        return "none"
    if len(days) == 1:
        return f"date:{days[0].isoformat()}"
    return "multi:" + "|".join(f"date:{day.isoformat()}" for day in days)


def make_cadence(
    session: Session,
    plan: Plan,
    *,
    kind: str = "weekly",
    starts_on: date = date(2026, 7, 1),
    ends_on: date = date(2026, 12, 31),
    weekday: int = 3,
    cutoff: time = time(17, 30),
    holiday_rule: str = "advance",
) -> Cadence:
    """一周一进度, each Thursday at close of business."""
    cadence = Cadence(
        plan_id=plan.id,
        kind=kind,
        weekday=weekday,
        cutoff=cutoff,
        starts_on=starts_on,
        ends_on=ends_on,
        holiday_rule=holiday_rule,
    )
    session.add(cadence)
    session.flush()
    return cadence


def make_period(
    session: Session,
    cadence: Cadence,
    key: str = "2026-W39",
    *,
    state: str = "open",
    facts: dict[str, int] | None = None,
) -> Period:
    """The week that an ISO key such as 2026-W39 names; `facts` freezes figures for it."""
    year, week = key.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    due_on = date.fromisocalendar(int(year), int(week), cadence.weekday + 1)
    sunday = date.fromisocalendar(int(year), int(week), 7)
    period = Period(
        plan_id=cadence.plan_id,
        cadence_id=cadence.id,
        cadence=cadence,
        key=key,
        label=f"第{int(week)}周",
        starts_on=monday,
        ends_on=sunday,
        due_on=due_on,
        due_at=instant(due_on, cadence.cutoff),
        state=state,
        opened_at=None if state == "upcoming" else instant(monday, time(0)),
        closed_at=instant(due_on, cadence.cutoff) if state == "closed" else None,
    )
    session.add(period)
    session.flush()
    session.add_all(
        PeriodFact(period_id=period.id, plan_id=period.plan_id, name=name, value=value)
        for name, value in (facts or {}).items()
    )
    session.flush()
    return period


def make_obligation(
    session: Session,
    period: Period,
    unit: Unit,
    *,
    state: str = "open",
    late: bool = False,
    submitted_at: datetime | None = None,
) -> Obligation:
    """What one unit owes for one period."""
    obligation = Obligation(
        plan_id=period.plan_id,
        cadence_id=period.cadence_id,
        period_id=period.id,
        period=period,
        unit_id=unit.id,
        unit=unit,
        state=state,
        late=late,
        submitted_at=submitted_at,
    )
    session.add(obligation)
    session.flush()
    return obligation


def make_return(
    session: Session,
    obligation: Obligation,
    lines: Iterable[tuple[Assignment, str, str]] = (),
    *,
    state: str = "submitted",
    number: int | None = None,
    evidence_url: str = "",
    evidence_on: date | None = None,
) -> Return:
    """A version of a return; each line is (assignment, status, progress)."""
    return_ = Return(
        obligation_id=obligation.id,
        number=number or len(obligation.returns) + 1,
        state=state,
        saved_at=NOW,
        submitted_at=None if state == "draft" else NOW,
    )
    return_.obligation = obligation
    for assignment, status, progress in lines:
        return_.lines.append(
            ReturnLine(
                assignment_id=assignment.id,
                task_id=assignment.task_id,
                status=status,
                progress=progress,
                evidence_url=evidence_url,
                evidence_on=evidence_on,
            )
        )
    session.add(return_)
    session.flush()
    return return_


def make_inbox_item(session: Session, account: Account, *, unit: Unit | None = None, subject: str = "请报送") -> InboxItem:
    """A notice that lies unread in a person's inbox, delivered there by its outbox row."""
    key = f"notice-{next(_numbers)}"
    notice = Notice(
        key=key, kind="opened", unit_id=unit.id if unit else account.unit_id, subject=subject, body=subject,
        cause={}, planned_at=NOW,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    sent = OutboxItem(
        notice_id=notice.id, channel="inbox", account_id=account.id, state="sent", not_before=NOW, sent_at=NOW
    )
    session.add(sent)
    session.flush()
    item = InboxItem(outbox_id=sent.id, account_id=account.id, subject=subject, body=subject, created_at=NOW)
    session.add(item)
    session.flush()
    return item
