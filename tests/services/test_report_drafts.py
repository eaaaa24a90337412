"""Two people at once at one document, and what becomes of a text whose part is no longer made."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tracker.domain.actor import Actor
from tracker.domain.report import Figure, Report, ReportKind, from_json, plain
from tracker.services import report_circular, report_drafts, report_kinds, report_summary, report_weekly
from tracker.services.report_drafts import (
    AlreadyIssued,
    ReportConflict,
    TextTooLong,
    TitleNeeded,
    TitleTooLong,
)
from tracker.store.queries import report_drafts as queries
from tracker.store.queries.reporting import Slice
from tracker.store.tables import Obligation, Plan, ReportDraft, ReportPastText, Task

OFFICE = Actor(account_id=None, name="陈雨", role="office")
STATES = ("open", "submitted", "returned", "accepted", "missed", "waived")


@pytest.fixture
def plan(session: Session) -> Plan:
    """Two units, one late task, one closed week that one unit has missed."""
    plan = factories.make_plan(session)
    units = [factories.make_unit(session, "市教育局"), factories.make_unit(session, "市民政局")]
    factories.make_task(session, plan, "公开招生政策", units=units[:1], due=TODAY.replace(day=1))
    period = factories.make_period(session, factories.make_cadence(session, plan), "2026-W38", state="closed")
    for unit, state in zip(units, ("accepted", "missed"), strict=True):
        factories.make_obligation(session, period, unit, state=state, submitted_at=NOW)
    return plan


def made(
    session: Session, plan: Plan, kind: ReportKind = ReportKind.WEEKLY, subject: str = "2026-W38"
) -> ReportDraft:
    return report_drafts.make(session, OFFICE, kind=kind, plan_id=plan.id, subject=subject, now=NOW)[0]


def saved(session: Session, row: ReportDraft, **texts: str) -> ReportDraft:
    return report_drafts.save(session, OFFICE, draft_id=row.id, version=row.version, texts=texts, now=NOW)


def test_a_text_that_is_the_made_one_is_no_edit(session: Session, plan: Plan) -> None:
    row = made(session, plan)
    report = from_json(row.facts)

    saved(session, row, **{part.key: f"\n{part.text}  \r\n" for part in report.parts}, _title=report.title)

    assert row.edited == {}
    assert row.saved_at is None
    assert row.version == 1


def test_what_is_no_part_is_not_kept(session: Session, plan: Plan) -> None:
    assert saved(session, made(session, plan), nonsense="话", _other="话").edited == {}


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ({"opening": "字" * 20_001}, TextTooLong),
        ({"_title": "字" * 101}, TitleTooLong),
        ({"_addressee": "字" * 101}, TitleTooLong),
        ({"_title": " \n "}, TitleNeeded),
    ],
)
def test_what_does_not_fit_is_refused(
    session: Session, plan: Plan, texts: dict[str, str], error: type[Exception]
) -> None:
    row = made(session, plan)
    with pytest.raises(error):
        saved(session, row, **texts)


def test_a_part_that_is_no_longer_made_lays_its_text_aside(session: Session, plan: Plan) -> None:
    row = saved(session, made(session, plan), asked="请抓紧。", overdue="没有了。")
    leave_nothing_to_ask(session)

    report_drafts.make_afresh(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)

    assert row.edited == {"overdue": "没有了。"}
    assert [(each.part_key, each.text) for each in session.scalars(select(ReportPastText))] == [
        ("asked", "请抓紧。")
    ]


def test_the_next_edition_lays_it_aside_too_and_the_issued_one_keeps_it(session: Session, plan: Plan) -> None:
    row = saved(session, made(session, plan), asked="请抓紧。", overdue="没有了。")
    report_drafts.issue(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)
    leave_nothing_to_ask(session)

    following = report_drafts.again(session, OFFICE, draft_id=row.id, now=NOW)

    assert (following.edition, following.edited) == (2, {"overdue": "没有了。"})
    aside = session.scalars(select(ReportPastText)).one()
    assert (aside.report_draft_id, aside.heading, aside.text) == (following.id, "四、请各单位抓紧的事", "请抓紧。")
    assert row.edited == {"asked": "请抓紧。", "overdue": "没有了。"}


def leave_nothing_to_ask(session: Session) -> None:
    """All returns are there and no task is open: the part of what is asked is no longer made."""
    for owed in session.scalars(select(Obligation)):
        owed.state = "accepted"
    for task in session.scalars(select(Task)):
        task.state, task.next_due_on = "cancelled", None
    session.flush()


def test_nobody_writes_over_another_or_on_what_is_issued(session: Session, plan: Plan) -> None:
    row = made(session, plan)
    seen = row.version
    saved(session, row, opening="甲写的。")

    for act in (report_drafts.make_afresh, report_drafts.issue):
        with pytest.raises(ReportConflict):
            act(session, OFFICE, draft_id=row.id, version=seen, now=NOW)
    report_drafts.issue(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)
    with pytest.raises(AlreadyIssued):
        saved(session, row, opening="乙写的。")

    assert row.edited == {"opening": "甲写的。"}
    assert row.issued_by_name == "陈雨"


def test_each_step_leaves_its_trace(session: Session, plan: Plan) -> None:
    row = made(session, plan)
    report_drafts.make_afresh(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)
    report_drafts.issue(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)

    assert [event.summary for event in queries.events(session, row.id)] == [
        "每周进展汇总（2026年第38周）定稿",
        "每周进展汇总（2026年第38周）按最新数据重算",
        "生成每周进展汇总（2026年第38周）",
    ]


def test_a_plan_without_returns_or_of_another_year_offers_what_it_can(session: Session) -> None:
    bare, past = factories.make_plan(session), factories.make_plan(session, "去年的要点", year=2025)

    assert report_weekly.subjects(session, bare.id) == []
    assert len(report_circular.subjects(session, past.id, today=TODAY)) == 16
    assert report_summary.half_years(session, past.id, today=TODAY) == [
        ("2025-H2", "2025年下半年"),
        ("2025-H1", "2025年上半年"),
    ]
    assert report_summary.years(session, bare.id, today=TODAY) == [("2026", "2026年")]
    for kind, subject in (
        (ReportKind.CIRCULAR, "2025-12"),
        (ReportKind.YEAR, "2025"),
        (ReportKind.HALF_YEAR, "2025-H1"),
    ):
        report = report_kinds.write(session, OFFICE, kind, plan_id=past.id, subject=subject, now=NOW)
        assert report.parts[0].key == "opening"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STATES), st.booleans()), min_size=1, max_size=8))
def test_the_figures_of_a_week_add_up(session: Session, states: list[tuple[str, bool]]) -> None:
    with session.begin_nested() as trial:
        plan = factories.make_plan(session)
        period = factories.make_period(
            session, factories.make_cadence(session, plan), "2026-W38", state="closed"
        )
        for state, late in states:
            row = factories.make_obligation(session, period, factories.make_unit(session), state=state)
            row.late = late and state in {"submitted", "returned", "accepted"}
        session.flush()
        report = report_weekly.write(session, OFFICE, plan_id=plan.id, subject="2026-W38", now=NOW)
        trial.rollback()

    said = {figure.key: figure.rows or 0 for figure in report.figures()}
    parts = (Slice.ON_TIME, Slice.LATE, Slice.MISSED, Slice.OPEN)
    assert said["due"] == sum(said.get(part.value, 0) for part in parts)
    assert said["due"] + said.get("waived", 0) == len(states)
    assert no_empty_words(report)


def no_empty_words(report: Report) -> bool:
    """Nothing is said of nothing: no heading without text, no sentence without an end."""
    for part in report.parts:
        assert part.paragraphs or part.tables, part.key
        for paragraph in part.paragraphs:
            words = plain(paragraph)
            assert words.strip() == words
            assert "None" not in words
            assert words.endswith(("。", "：")) or words.startswith("（"), words
            assert not any(isinstance(piece, Figure) and piece.value == "" for piece in paragraph)
    return True
