"""统计 and 依申请公开 in 青溪市: last year's figures are final, this year's sheets are out and partly in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.demo.weeks import chance
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.clock import REPLY
from tracker.domain.ports import Files
from tracker.domain.proof import Proof
from tracker.domain.statistic import StatisticForm, StatisticSource
from tracker.services import clock_acts, statistic_kinds, statistic_sheets, statistic_years
from tracker.services.clock_acts import ClockFacts
from tracker.store.queries import demo
from tracker.store.tables import StatisticKind

ABOUT = ("老旧小区改造名单", "征地补偿标准", "公租房轮候顺序", "学区划分依据", "公交线路调整方案")
REPLIES = "https://www.qingxi.example/ysqgk/"
OWN_UNIT = "市教育局"
MOST = 400
IN_A_HUNDRED = 70


def report(
    session: Session, office: Actor, contacts: dict[int, Actor], *, files: Files, now: datetime
) -> str:
    """Let some applications come, and units report their figures; says what there is now."""
    today = china_day(now)
    _apply(session, contacts, files, today=today, now=now)
    statistic_kinds.add_presets(session, office, now=now)
    units = [unit_id for unit_id in contacts if unit_id]
    own = demo.unit_id_named(session, OWN_UNIT)
    handed_in = 0
    for year in (today.year - 1, today.year):
        statistic_sheets.open_year(
            session, office, year=year, unit_ids=units, due_on=date(year + 1, 1, 15), today=today, now=now
        )
        for unit_id in units:
            if year < today.year or (unit_id != own and chance(year, unit_id, "sheet") < IN_A_HUNDRED):
                _fill(session, contacts[unit_id], year, now=now)
                handed_in += 1
    statistic_years.close(session, office, year=today.year - 1, now=now)
    return f"统计表{len(units) * 2}份，已报{handed_in}份。"


def _fill(session: Session, contact: Actor, year: int, *, now: datetime) -> None:
    page = statistic_sheets.page(session, contact, year=year)
    typed: dict[str, str] = {}
    for field in page.fields:
        if not field.taken:
            typed |= _typed(field.kind, contact.unit_id or 0, year)
    statistic_sheets.submit(session, contact, year=year, version=page.sheet.version, typed=typed, now=now)


def _typed(kind: StatisticKind, unit_id: int, year: int) -> dict[str, str]:
    """What a unit says of a kind: now and then about so many, now and then nothing."""
    number = chance(year, unit_id, kind.name) * MOST // 100
    if kind.source != StatisticSource.SHEET or number < MOST // 10:
        return {}
    if kind.form == StatisticForm.INCREMENT:
        return {f"earlier-{kind.id}": str(number // 10), f"value-{kind.id}": str(number // 40)}
    if kind.measure == "个":
        return {f"value-{kind.id}": str(number // 80)}
    return {f"value-{kind.id}": f"{number // 10 * 10}余" if number % 7 == 0 else str(number)}


def _apply(
    session: Session, contacts: dict[int, Actor], files: Files, *, today: date, now: datetime
) -> None:
    """Applications of this year: most are answered, the newest still run."""
    units = [unit_id for unit_id in contacts if unit_id][: len(ABOUT)]
    for place, (unit_id, title) in enumerate(zip(units, ABOUT, strict=False)):
        came = today - timedelta(days=150 - 30 * place)
        facts = ClockFacts(REPLY.key, unit_id, f"关于{title}的申请", came)
        clock = clock_acts.start(session, contacts[unit_id], facts=facts, now=now)
        if place < len(ABOUT) - 1:
            clock_acts.close(
                session, contacts[unit_id], clock_id=clock.id, version=clock.version,
                closed_on=came + timedelta(days=15), proof=Proof(f"{REPLIES}{place + 1}.html"), files=files,
                now=now,
            )  # fmt: skip
