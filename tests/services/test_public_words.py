"""What a published sheet says of a task's progress: what the office has accepted, and nothing before that."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tracker.domain.actor import SYSTEM, Actor
from tracker.services import ledger_files
from tracker.services.ledger import LedgerFilter, LedgerQuery
from tracker.services.ledger_files import Layout
from tracker.store.queries import report_facts
from tracker.store.tables import Task

OFFICE = Actor(account_id=None, name="王主任", role="office")


def said(session: Session, *told: tuple[str, str, str], state: str = "in_progress") -> tuple[Task, str]:
    """A task of which a unit has said something week by week, and its 完成情况."""
    plan, unit = factories.make_plan(session), factories.make_unit(session, "市司法局")
    task = factories.make_task(session, plan, "清理规范性文件", units=[unit], state=state)
    if state == "signed_off":
        task.signed_off_at = NOW
    cadence = factories.make_cadence(session, plan)
    for place, (week, stands, words) in enumerate(told):
        period = factories.make_period(session, cadence, week)
        owed = factories.make_obligation(session, period, unit, state=stands)
        made = factories.make_return(session, owed, [(task.assignments[0], "in_progress", words)], state=stands)
        made.submitted_at = NOW + timedelta(days=place)
        task.assignments[0].progress, task.assignments[0].reported_at = words, made.submitted_at
    session.flush()
    query = LedgerQuery(LedgerFilter(plan_id=plan.id))
    made_file = ledger_files.export(
        session, OFFICE, query, layout=Layout.PUBLIC_PROGRESS, today=TODAY, now=NOW
    )
    return task, str(load_workbook(BytesIO(made_file.content)).worksheets[0].cell(3, 5).value or "")


@pytest.mark.parametrize(
    ("told", "published"),
    [
        pytest.param([], "", id="nothing was said"),
        pytest.param([("2026-W38", "submitted", "已清理八成。")], "", id="not read yet"),
        pytest.param([("2026-W38", "returned", "已清理八成。")], "", id="sent back"),
        pytest.param([("2026-W38", "accepted", "已清理八成。")], "已清理八成", id="accepted"),
        pytest.param(
            [("2026-W37", "accepted", "已清理三成。"), ("2026-W38", "submitted", "已清理八成。")],
            "已清理三成", id="the accepted one before that which is not read yet",
        ),
        pytest.param(
            [("2026-W37", "accepted", "已清理三成。"), ("2026-W38", "accepted", "无")],
            "已清理三成", id="a word that says nothing is none",
        ),
        pytest.param(
            [("2026-W37", "accepted", "已清理三成。"), ("2026-W38", "accepted", "已清理八成。")],
            "已清理八成", id="the newest of those accepted",
        ),
    ],
)  # fmt: skip
def test_a_published_sheet_says_what_was_accepted(
    session: Session, told: list[tuple[str, str, str]], published: str
) -> None:
    assert said(session, *told)[1] == published


def test_a_task_that_is_signed_off_is_said_to_be_done_whatever_waits(session: Session) -> None:
    _, words = said(session, ("2026-W38", "submitted", "已清理完。"), state="signed_off")

    assert words == "已完成"


def test_a_contact_hears_the_own_units_words_only(session: Session) -> None:
    task, _ = said(session, ("2026-W38", "accepted", "已清理八成。"))
    other = factories.make_unit(session, "市教育局")
    own = factories.make_account(session, "unit", unit=task.assignments[0].unit)
    theirs = factories.make_account(session, "unit", unit=other)

    def heard(account_id: int, unit_id: int | None) -> dict[int, str]:
        actor = Actor(account_id=account_id, name="联系人", role="unit", unit_id=unit_id)
        return report_facts.accepted_words(session, [task.id], actor)

    assert heard(own.id, own.unit_id) == {task.id: "已清理八成。"}
    assert heard(theirs.id, theirs.unit_id) == {}
    assert report_facts.accepted_words(session, [task.id], SYSTEM) == {task.id: "已清理八成。"}
