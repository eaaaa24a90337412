"""Two people at one crosswalk, one year's statistics, one annual table in the same moment: nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.at_once import at_once
from tests.support.counting import contact_of
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.services import (
    annual,
    crosswalk,
    crosswalk_sources,
    statistic_kinds,
    statistic_sheets,
    statistic_years,
)
from tracker.services.statistic_kinds import KindFacts
from tracker.store.tables import (
    AnnualFigure,
    StatisticKind,
    StatisticSheet,
    StatisticValue,
    UpperClause,
    UpperDocument,
    UpperLink,
)

OFFICE = Actor(None, "陈雨", "office")
ROUNDS = 4
PROPOSAL: dict[str, Any] = {"title": "省要点", "tasks": [{"text": f"第{place}条"} for place in range(ROUNDS)]}


@dataclass(frozen=True)
class City:
    engine: Engine
    plan_id: int
    task_id: int
    unit: Actor


@pytest.fixture
def city(engine_url: str) -> Iterator[City]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            plan, unit = make_plan(session), make_unit(session)
            task = make_task(session, plan, units=[unit])
        yield City(engine, plan.id, task.id, contact_of(unit))


def add(city: City, data: bytes = b"one") -> Any:
    return lambda session: crosswalk_sources.add_file(
        session, OFFICE, plan_id=city.plan_id, data=data, filename="省.txt", proposal=PROPOSAL, now=NOW
    ).id


def test_the_same_file_added_twice_stands_once(city: City) -> None:
    said = sorted(each.word for each in at_once(city.engine, add(city), add(city)))

    assert said == ["SameDocument", "done"]
    with Session(city.engine) as session:
        assert session.query(UpperDocument).count() == 1


def test_a_clause_that_is_waived_and_answered_at_once_is_one_of_the_two(city: City) -> None:
    (made,) = at_once(city.engine, add(city))
    facts: dict[str, Any] = {"document_id": made.answer, "now": NOW}
    with Session(city.engine) as session:
        clauses = [row.id for row in session.query(UpperClause).order_by(UpperClause.position)]

    for clause in clauses:
        link = partial(crosswalk.link, actor=OFFICE, pairs={(clause, city.task_id)}, **facts)
        waive = partial(crosswalk.waive, actor=OFFICE, clause_ids=[clause], reason="不适用", **facts)
        said = at_once(city.engine, link, waive)
        assert sorted(each.done for each in said) == [False, True], [each.sentence for each in said]
    with Session(city.engine) as session:
        answered = session.query(UpperLink).count()
        assert answered + session.query(UpperClause).filter(UpperClause.waived).count() == ROUNDS


def test_undoing_and_deciding_at_once_leaves_three_counts_that_are_the_whole(city: City) -> None:
    (made,) = at_once(city.engine, add(city))
    facts: dict[str, Any] = {"document_id": made.answer, "now": NOW}
    with Session(city.engine) as session, session.begin():
        clauses = [row.id for row in session.query(UpperClause).order_by(UpperClause.position)]
        pairs = {(clause, city.task_id) for clause in clauses}
        crosswalk.link(session, OFFICE, pairs=pairs, **facts)
        links = {link.clause_id: link.id for link in session.query(UpperLink)}

    for place, clause in enumerate(clauses, start=1):
        undo = partial(crosswalk.unlink, actor=OFFICE, link_ids=[links[clause]], reason="对应错了", **facts)
        waive = partial(crosswalk.waive, actor=OFFICE, clause_ids=[clause], reason="不适用", **facts)
        undone, waived = at_once(city.engine, undo, waive)
        assert undone.done
        with Session(city.engine) as session:
            counts = crosswalk.compared(session, document_id=int(str(made.answer))).tally
            assert (counts.total, counts.covered) == (ROUNDS, ROUNDS - place)
            (row,) = [row for row in session.query(UpperClause) if row.id == clause]
            assert row.waived is waived.done


def test_a_link_that_two_confirm_is_one(city: City) -> None:
    (made,) = at_once(city.engine, add(city))
    with Session(city.engine) as session:
        clause = session.query(UpperClause).first()
        assert clause is not None
        pairs = {(clause.id, city.task_id)}

    def act(session: Session) -> int:
        return crosswalk.link(session, OFFICE, document_id=int(str(made.answer)), pairs=pairs, now=NOW)

    assert sorted(int(str(each.answer)) for each in at_once(city.engine, act, act)) == [0, 1]


def test_presets_that_two_take_over_at_once_stand_once(city: City) -> None:
    def act(session: Session) -> int:
        return statistic_kinds.add_presets(session, OFFICE, now=NOW)

    made = [int(str(each.answer)) for each in at_once(city.engine, act, act)]
    assert min(made) == 0
    with Session(city.engine) as session:
        assert session.query(StatisticKind).count() == max(made)


def test_sheets_that_two_give_out_are_one_and_what_comes_while_a_year_closes_counts_or_is_refused(city: City) -> None:
    unit_id = city.unit.unit_id or 0

    def give(session: Session) -> int:
        return statistic_sheets.open_year(
            session, OFFICE, year=2026, unit_ids=[unit_id], due_on=None, today=TODAY, now=NOW
        )

    with Session(city.engine, expire_on_commit=False) as session, session.begin():
        kind = statistic_kinds.add(session, OFFICE, facts=KindFacts("图片解读"), now=NOW)
    assert sorted(int(str(each.answer)) for each in at_once(city.engine, give, give)) == [0, 1]

    sent, closed = at_once(
        city.engine,
        lambda session: statistic_sheets.submit(
            session, city.unit, year=2026, version=1, typed={f"value-{kind.id}": "5"}, now=NOW
        ).id,
        lambda session: statistic_years.close(session, OFFICE, year=2026, now=NOW).id,
    )

    assert closed.done
    with Session(city.engine) as session:
        assert session.query(StatisticValue).count() == sent.done
        assert session.query(StatisticSheet).filter_by(state="submitted").count() == sent.done


def test_a_final_year_that_two_open_again_while_a_unit_types_is_opened_once(city: City) -> None:
    with Session(city.engine, expire_on_commit=False) as session, session.begin():
        kind = statistic_kinds.add(session, OFFICE, facts=KindFacts("图片解读"), now=NOW)
        statistic_sheets.open_year(
            session, OFFICE, year=2026, unit_ids=[city.unit.unit_id or 0], due_on=None, today=TODAY, now=NOW
        )
        statistic_years.close(session, OFFICE, year=2026, now=NOW)
    again = partial(statistic_years.reopen, actor=OFFICE, year=2026, reason="漏报", now=NOW)

    sent, *opened_again = at_once(
        city.engine,
        lambda session: statistic_sheets.submit(
            session, city.unit, year=2026, version=1, typed={f"value-{kind.id}": "5"}, now=NOW
        ).id,
        lambda session: again(session).id,
        lambda session: again(session).id,
    )

    assert sorted(each.word for each in opened_again) == ["YearOpen", "done"]
    assert sent.word in {"done", "YearClosed"}
    with Session(city.engine) as session:
        assert session.query(StatisticValue).count() == sent.done
        assert session.query(StatisticSheet).filter_by(state="submitted").count() == sent.done


def test_a_table_that_two_enter_is_the_ones_and_the_other_is_told(city: City) -> None:
    def act(value: int) -> Any:
        return lambda session: annual.enter(
            session, OFFICE, year=2025, version=0, cells={("received", "person"): value}, counted_from="table", now=NOW
        ).id

    said = at_once(city.engine, act(1), act(2))

    assert sorted(each.word for each in said) == ["VersionConflict", "done"]
    with Session(city.engine) as session:
        assert session.query(AnnualFigure).count() == 1
