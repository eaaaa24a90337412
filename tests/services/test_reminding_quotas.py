"""A unit that has caught up with the pace of a quota is not told that it lags, however late it is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.services.test_reminding import deliver_all, inbox_of
from tests.support.counting import enter, make_target
from tracker.services import reminding
from tracker.store.tables import Notice, OutboxItem


def test_a_unit_that_catches_up_before_the_letter_goes_is_not_told_that_it_lags(
    session: Session, tmp_path: Path
) -> None:
    unit = make_unit(session, "市教育局")
    contact = make_account(session, "unit", unit=unit)
    task = make_task(session, make_plan(session), "开展访谈", units=[unit], due=date(2026, 12, 31))
    target = make_target(session, task, minimum=4)
    reminding.plan(session, now=NOW)
    told = list(session.scalars(select(Notice.kind)))
    for month in (3, 5, 8):  # three of four in September is the pace, and still not the whole
        enter(session, target, unit, f"2026-0{month}-10", f"https://www.qingxi.example/{month}")

    deliver_all(session, tmp_path, NOW)

    assert told == ["quota_lags"]
    assert inbox_of(session, contact) == []
    assert {item.state for item in session.scalars(select(OutboxItem))} == {"cancelled"}
