"""Points (积分) as files: every line with what it cites, and where each unit stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.documents import points as document
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day
from tracker.domain.points_data import from_data
from tracker.services import point_pages, point_schemes
from tracker.services.ledger import ExportedFile
from tracker.services.point_pages import LineFilter, Shown
from tracker.store.queries import points as queries
from tracker.store.tables import ScoreScheme


def lines(
    session: Session, actor: Actor, *, scheme_id: int, day: date | None = None, now: datetime
) -> ExportedFile:
    """The lines that were in the ledger by the end of a day, oldest first; a unit's person gets the own ones.

    Raises:
        NotFound: there is no such scheme.

    """
    row, today = point_schemes.one(session, scheme_id), china_day(now)
    until = day or today
    found = queries.listed(session, actor, LineFilter(scheme_id=scheme_id, day=until))
    told = tuple(_row(each) for each in reversed(point_pages.shown(session, found, today=until)))
    content = document.lines_xlsx(
        f"{row.name}积分明细", _remark(until, len(told), "笔", now), told, made_at=now
    )
    return ExportedFile(f"{row.name}积分明细（{until:%Y%m%d}）.xlsx", content)


def _row(each: Shown) -> document.Row:
    row = each.row
    scheme = from_data(row.edition.content)
    rule = scheme.rule(row.rule_key)
    indicator = scheme.indicator(rule.indicator) if rule is not None else None
    return document.Row(
        number=row.id,
        unit=row.unit.name,
        group=str(row.edition.members.get(str(row.unit_id), "")),
        indicator=f"{indicator.key} {indicator.name}" if indicator is not None else "",
        clause=row.clause,
        words=row.words,
        happened_on=row.happened_on,
        evidence=row.evidence or row.place,
        points=row.points,
        counted=each.counted,
        origin=each.origin.label,
        entered_on=row.entered_on,
        entered_by=row.entered_by_name,
        reverses=row.reverses_id,
        objection=_objection(each),
    )


def _objection(each: Shown) -> str:
    objection, said = each.objection, each.said
    if objection is None or said is None:
        return ""
    answer = f"，{objection.decision}" if objection.decision else ""
    return f"{objection.words}（{said.label}{answer}）"


def scores(session: Session, *, scheme_id: int, day: date | None = None, now: datetime) -> ExportedFile:
    """Where each unit stands at the end of a day, in the office's order; see `point_pages.account_day`.

    Raises:
        NotFound: there is no such scheme.

    """
    page = point_pages.scheme_page(session, scheme_id=scheme_id, day=day, today=china_day(now))
    row, until = page.row, page.day
    told = tuple(
        document.Score(
            each.unit.name, each.group, each.standing.start, each.lost, each.gained, each.standing.score,
            each.standing.grade,
        )
        for each in page.stands
    )  # fmt: skip
    content = document.scores_xlsx(
        f"{row.name}积分汇总", _remark(until, len(told), "家", now), told, made_at=now
    )
    return ExportedFile(_named(row, until), content)


def _named(row: ScoreScheme, until: date) -> str:
    return f"{row.name}积分汇总（{until:%Y%m%d}）.xlsx"


def _remark(until: date, number: int, noun: str, now: datetime) -> str:
    made = f"{china_clock(now):%Y年%m月%d日 %H:%M}导出"
    return f"截至{until.year}年{until.month}月{until.day}日　共{number}{noun}　{made}"
