"""Schemes of points that are switched on, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tests.factories import NOW
from tracker.domain.actor import Actor
from tracker.domain.points import HUNDRED, Band, FactKind, Indicator, Rule, Scheme
from tracker.services import point_schemes
from tracker.store.tables import ScoreScheme, Unit

OFFICE = Actor(account_id=None, name="陈雨", role="office")
FIRST = date(2026, 1, 1)
K = FactKind


def rule(key: str, kind: FactKind, points: float, *, cap: float | None = None, only: str = "") -> Rule:
    """A rule under the one indicator of its sign."""
    most = None if cap is None else round(cap * HUNDRED)
    where = "1" if points < 0 else "2"
    return Rule(key, where, kind, f"{kind.label}，{points}分", round(points * HUNDRED), most, only)


EVERY_KIND = (
    rule("r1", K.RETURN_MISSED, -1), rule("r2", K.RETURN_LATE, -0.5), rule("r3", K.RETURN_SENT_BACK, -0.5),
    rule("r4", K.TASK_OVERDUE, -2), rule("r5", K.DONE_BARE, -1), rule("r6", K.QUOTA_UNMET, -3),
    rule("r7", K.QUOTA_SURPLUS, 0.5), rule("r8", K.CLOCK_OVERDUE, -5), rule("r9", K.ORDER_ISSUED, -2),
    rule("r10", K.RECTIFICATION_LATE, -4), rule("r11", K.EXPERIENCE_SHOWN, 1),
    rule("r12", K.EXPERIENCE_TAKEN_UP, 3), rule("r13", K.BY_HAND, -6),
)  # fmt: skip
SCHEME = Scheme(
    "青溪市政务公开积分办法",
    110 * HUNDRED,
    (Indicator("1", "工作落实", 100 * HUNDRED), Indicator("2", "加分", most_added=10 * HUNDRED)),
    EVERY_KIND,
    bands=(Band("优秀", 90 * HUNDRED), Band("合格", 60 * HUNDRED)),
)


def contact_of(unit: Unit) -> Actor:
    """The person of a unit."""
    return Actor(account_id=None, name=f"{unit.name}联系人", role="unit", unit_id=unit.id)


def drafted(session: Session, content: Scheme = SCHEME, *, now: datetime = NOW) -> ScoreScheme:
    """A scheme of 2026 that says this, not switched on."""
    row = point_schemes.create(session, OFFICE, year=2026, preset="blank", name=content.name, now=now)
    return point_schemes.change(
        session, OFFICE, scheme_id=row.id, version=row.version, content=content, now=now
    )


def switched_on(
    session: Session, content: Scheme = SCHEME, *, starts_on: date = FIRST, now: datetime = NOW
) -> ScoreScheme:
    """The same, in force from a day."""
    row = drafted(session, content, now=now)
    point_schemes.switch_on(
        session, OFFICE, scheme_id=row.id, version=row.version, starts_on=starts_on, now=now
    )
    return row


def with_rules(*rules: Rule) -> Scheme:
    """The same scheme with other rules."""
    return replace(SCHEME, rules=rules)
