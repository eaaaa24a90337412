"""The text of a plan with its clauses in place loses nothing and marks what was asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import TODAY, make_cadence, make_clause, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.services import plans
from tracker.store.tables import Clause

OFFICE = Actor(account_id=None, name="王主任", role="office")
texts = st.text("公开。1\n 一、", max_size=60)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Clause], int | None]:
    """A text, clauses anywhere in it (also over each other), and perhaps one that is asked for."""
    text = draw(texts)
    place = st.integers(0, len(text))
    ends = draw(st.lists(st.tuples(place, place).map(sorted), max_size=6))
    clauses = [
        cast("Clause", SimpleNamespace(id=number, span_start=start, span_end=end))
        for number, (start, end) in enumerate(sorted(ends), start=1)
    ]
    return text, clauses, draw(st.none() | st.sampled_from(range(1, len(clauses) + 1)) if clauses else st.none())


@settings(deadline=None)  # the machine may be busy
@given(documents())
def test_every_character_stands_once_and_the_marked_clause_whole(
    document: tuple[str, list[Clause], int | None],
) -> None:
    text, clauses, marked = document

    kept = plans._without_overlap(clauses, marked)
    paragraphs = list(plans._paragraphs(text, kept, {}))

    shown = [piece for paragraph in paragraphs for piece in paragraph.pieces]
    assert "".join(piece.text for piece in shown) == text.replace("\n", "")
    anchors = [piece.anchor for piece in shown if piece.anchor]
    assert len(anchors) == len(set(anchors))
    wanted = next((clause for clause in clauses if clause.id == marked), None)
    if wanted is not None:
        whole = "".join(piece.text for piece in shown if piece.clause_id == marked)
        assert whole == text[wanted.span_start : wanted.span_end].replace("\n", "")


def test_headings_and_numbers_stand_where_they_belong(session: Session) -> None:
    plan = make_plan(session, text="一、主动公开\n1.公开收费，每年更新。(市教育局)\n附件")
    clause = make_clause(session, plan, "公开收费，每年更新。")
    first = make_task(session, plan, units=[make_unit(session)], clause=clause)

    page = plans.source(session, OFFICE, plan_id=plan.id, clause_id=None)

    assert [paragraph.heading for paragraph in page.paragraphs] == [True, False, False]
    pieces = page.paragraphs[1].pieces
    assert [piece.text for piece in pieces] == ["1.", "公开收费，每年更新。", "(市教育局)"]
    assert [piece.tasks for piece in pieces] == [(), ((first.id, first.serial),), ()]


def test_the_list_counts_each_plan_s_lights_and_tells_its_regime(session: Session) -> None:
    unit = make_unit(session)
    old = make_plan(session, "去年", year=2025)
    plan = make_plan(session)
    make_task(session, old, units=[unit], due=TODAY)
    make_task(session, plan, units=[unit], notation="ongoing")
    make_cadence(session, plan)

    newest, oldest = plans.listing(session, OFFICE, today=TODAY)

    assert (newest.plan.id, newest.plan.lights[Colour.GREY], newest.plan.tasks) == (plan.id, 1, 1)
    assert newest.regime.startswith("一周一进度：每周四17:30前")
    assert (oldest.plan.lights[Colour.YELLOW], oldest.regime) == (1, "")
