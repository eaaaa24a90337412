"""积分 in 青溪市: a scheme that is on, what it gave so far, and an objection that waits for the office."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.points import FactKind
from tracker.domain.points_presets import GRADED
from tracker.services import point_lines, point_schemes, scoring
from tracker.store.queries import demo
from tracker.store.queries import points as queries
from tracker.store.queries.points import LineFilter

OWN_UNIT = "市教育局"
MISSED = next(rule.key for rule in GRADED.scheme.rules if rule.kind is FactKind.RETURN_MISSED)
NAME = "青溪市政务公开积分办法"
OBJECTION = "那一周办公系统停机，材料当天已电话说明，请核实。"


def keep_score(session: Session, office: Actor, contacts: dict[int, Actor], *, now: datetime) -> str:
    """Switch a scheme on from the first of January, enter what is due, and object to one line."""
    year = china_day(now).year
    row = point_schemes.create(session, office, year=year, preset=GRADED.key, name=NAME, now=now)
    point_schemes.switch_on(
        session, office, scheme_id=row.id, version=row.version, starts_on=date(year, 1, 1), now=now
    )
    entered = scoring.enter_all(session, now=now)
    own = demo.unit_id_named(session, OWN_UNIT)
    mine = queries.listed(session, contacts[own], LineFilter(row.id, rule_key=MISSED), limit=1)
    for line in mine:
        point_lines.object_to(session, contacts[own], line_id=line.id, words=OBJECTION, now=now)
    return f"积分办法1份，按事实记分{entered.lines}笔，{len(mine)}条异议等公开办处理。"
