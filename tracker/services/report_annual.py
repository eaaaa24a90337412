"""年报落实情况段落: what the annual report says of a plan, each task named with its result.

"工作要点落实情况纳入政府信息公开工作年度报告予以公开": nothing goes out that nobody has confirmed, and no
figure that does not agree. Where something is left, the paragraph is refused and says what.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.balance import Flow, Stretch
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Figure, Paragraph, Piece, Report, ReportKind, counted
from tracker.services import annual, settings
from tracker.services.annual import TABLE, Applications, Overview
from tracker.services.annual_items import Item, Part
from tracker.services.report_figures import address, full_day, numbered
from tracker.store.queries import reporting

ITEMS = "/documents/annual/items"
APPLICATIONS = "/documents/annual/applications"
TABLES = "/documents/annual/tables"


class NotAgreed(RuleViolated):
    """年报数据还对不上，暂不能出段落。"""

    def __init__(self, faults: tuple[str, ...]) -> None:
        words = f"还有{len(faults)}处没有核对好，暂不能出段落：{''.join(faults)}"
        super().__init__(f"{words}逐处核对请看“年报落实情况”。")
        self.faults = faults


def subjects(session: Session, plan_id: int, *, today: date) -> list[tuple[str, str]]:
    """The plan's year, once it has begun, as (key, label)."""
    plan = reporting.plan(session, plan_id)
    return [(str(plan.year), f"{plan.year}年")] if plan and plan.year <= today.year else []


def write(session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime) -> Report:  # noqa: ARG001 - every kind is written by the same call
    """The paragraph, as everything stands now.

    Raises:
        NotFound: there is no such plan, or it is not its year.
        NotAgreed: a verdict is not confirmed, or figures do not balance; says which and by how much.

    """
    if subject not in dict(subjects(session, plan_id, today=china_day(now))):
        raise NotFound
    known = annual.overview(session, plan_id=plan_id)
    if known.faults:
        raise NotAgreed(tuple(fault.words for fault in known.faults))
    office = settings.office_name(session)
    parts = numbered(
        [
            ("overall", "", [_overall(known, office, until=china_day(now))], ()),
            ("items", "逐项落实情况", list(_items(known.account.lists[Part.NEW])), ()),
            ("earlier", "上年结转整改情况", list(_items(known.account.lists[Part.CARRIED_IN])), ()),
            ("applications", "依申请公开情况", _applications(known), ()),
        ]
    )
    return Report(
        kind=ReportKind.ANNUAL_PARAGRAPH,
        title=f"《{known.plan.title}》落实情况",
        subject=subject,
        subject_label=f"{subject}年",
        as_of=china_day(now),
        made_at=now,
        office=office,
        parts=parts,
    )


def figure(known: Overview, part: Part) -> Figure:
    """How many tasks a list of the year has; opens that list."""
    where = address(ITEMS, plan=known.plan.id, of=part.value)
    return counted(part.value, part.label, known.account.count(part), where)


def by_verdict(known: Overview, kind: VerdictKind) -> Figure:
    """How many tasks of the plan were found so; opens them in the look-back."""
    where = address(f"/look-back/{known.plan.id}", confirmed=kind.value)
    return counted(f"verdict_{kind.value}", kind.label, known.account.by_verdict[kind], where)


def application_figures(known: Applications, year: int) -> dict[Stretch, Figure]:
    """The four numbers of a year's applications: each opens its clocks, or the table it was entered in."""
    flow = known.flow or Flow()
    numbers = {
        Stretch.CARRIED_IN: flow.carried_in,
        Stretch.RECEIVED: flow.received,
        Stretch.DONE: flow.done,
        Stretch.CARRIED_OUT: flow.carried_out,
    }
    if known.counted_from == TABLE:
        where = address(TABLES, year=year)
        return {
            stretch: Figure(f"foi_{stretch.value}", str(number), where, None, f"依申请公开{stretch.label}")
            for stretch, number in numbers.items()
        }
    return {
        stretch: counted(
            f"foi_{stretch.value}", f"依申请公开{stretch.label}", number,
            address(APPLICATIONS, year=year, of=stretch.value),
        )
        for stretch, number in numbers.items()
    }  # fmt: skip


def _overall(known: Overview, office: str, *, until: date) -> Paragraph:
    """The year in one paragraph; made before it has ended, it speaks of the day it was made on."""
    plan, account = known.plan, known.account
    last = full_day(min(until, date(plan.year, 12, 31)))
    said: list[Piece] = [f"{office}将《{plan.title}》分解为", figure(known, Part.NEW), "项任务"]
    if account.count(Part.CARRIED_IN):
        said += ["，另有上年结转整改", figure(known, Part.CARRIED_IN), "项，一并推进"]
    said += [f"。截至{last}，办结", figure(known, Part.DONE), "项"]
    if account.count(Part.CANCELLED):
        said += ["，经批准取消", figure(known, Part.CANCELLED), "项"]
    said += ["，结转下年继续整改", figure(known, Part.CARRIED_OUT), "项。"]
    kinds = [kind for kind in VerdictKind if account.by_verdict[kind]]
    if kinds:
        said.append("本年任务经逐项核对，")
        for place, kind in enumerate(kinds):
            said += ["" if not place else "，", f"{kind.label}", by_verdict(known, kind), "项"]
        said.append("。")
    return tuple(said)


def _items(items: tuple[Item, ...]) -> Iterator[Paragraph]:
    """One line for each: its number in the plan, or the plan it comes from, and its result.

    What a person noted when confirming it is the office's own and stays inside.
    """
    for number, item in enumerate(items, start=1):
        units = f"（{item.units}）" if item.units else ""
        origin = f"《{item.origin}》" if item.origin else ""
        yield (f"{item.serial or number}．{origin}{item.title.rstrip('。')}{units}：{item.result}。",)


def _applications(known: Overview) -> list[Paragraph]:
    if known.applications.flow is None:
        return []
    found = application_figures(known.applications, known.plan.year)
    return [
        (
            f"{known.plan.year}年，新收政府信息公开申请", found[Stretch.RECEIVED], "件，上年结转",
            found[Stretch.CARRIED_IN], "件；办结", found[Stretch.DONE], "件，结转下年度继续办理",
            found[Stretch.CARRIED_OUT], "件。",
        )
    ]  # fmt: skip
