"""Migrations: they make what the tables say, on both engines, and can be taken back."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from tests.promises import project
from tests.support.databases import opened
from tests.support.everything import one_of_everything
from tracker.adapters import work_calendar
from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.likeness import Relation
from tracker.domain.look_back_steps import LookBackState
from tracker.services import reminding, settings
from tracker.store import migrating
from tracker.store.base import Base
from tracker.store.tables import Account, LookBack, OutboxItem, Rectification, RectificationTerms, Verdict


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_is_brought_to_what_the_tables_say(empty_url: str) -> None:
    with opened(empty_url) as engine:
        assert not migrating.is_current(engine)

        migrating.upgrade(engine)

        assert migrating.is_current(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_taken_back_and_made_again(empty_url: str) -> None:
    with opened(empty_url) as engine:
        migrating.upgrade(engine)
        everything = _tables(engine)

        migrating.downgrade(engine, "base")
        assert _tables(engine) == set()

        migrating.upgrade(engine)
        assert _tables(engine) == everything


def _filled(engine: Engine) -> None:
    """A plan with a clause, a task, a unit and its return: each row is referred to by the next."""
    with Session(engine) as session:
        unit, plan = factories.make_unit(session), factories.make_plan(session)
        clause = factories.make_clause(session, plan, "及时公开。")
        task = factories.make_task(session, plan, units=[unit], due=date(2026, 11, 30), clause=clause)
        obligation = factories.make_obligation(
            session, factories.make_period(session, factories.make_cadence(session, plan)), unit
        )
        factories.make_return(session, obligation, [(task.assignments[0], "in_progress", "已启动")])
        session.commit()


def _rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has; the counter of changes begins anew with its table."""
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in _tables(engine) - {"untold_change"}
        }


def test_no_row_is_lost_when_a_database_with_data_is_taken_back_and_upgraded_again(engine_url: str) -> None:
    with opened(engine_url) as engine:
        _filled(engine)
        before = _rows(engine)

        migrating.downgrade(engine, "0002")
        back = _rows(engine)
        migrating.upgrade(engine)

        assert back == {name: before[name] for name in back}
        assert _rows(engine) == before
        with engine.connect() as connection:
            assert connection.execute(text("SELECT edition FROM clause")).scalars().all() == [1]
            assert connection.execute(text("SELECT count(*) FROM task WHERE clause_id IS NULL")).scalar() == 0


def _with_reminders(engine: Engine) -> dict[str, int]:
    """A delivery that waits, a head (分管负责人) and an order; what 0.3.0 knows of them is counted."""
    with Session(engine) as session:
        one_of_everything(session, 1)
        head = factories.make_account(session, "unit", unit=factories.make_unit(session), email="a@qingxi.example")
        head.duty = "head"
        settings.seed_calendar(session, work_calendar.official_days([2026]))
        reminding.plan(session, now=factories.NOW)
        session.commit()
    return _rows(engine)


def test_what_was_said_and_who_heard_it_outlives_a_downgrade_to_the_release_before(engine_url: str) -> None:
    with opened(engine_url) as engine:
        before = _with_reminders(engine)
        assert before["outbox"] > 5

        migrating.downgrade(engine, "0007")
        back = _rows(engine)
        migrating.upgrade(engine)

        new = {"supervision_order", "supervision_matter", "feed_token", "person_setting", "reminder_policy", "muted_task"}
        assert new.isdisjoint(back)
        assert back == {name: before[name] for name in back}
        assert {name: count for name, count in _rows(engine).items() if name in back} == back
        with Session(engine) as session:
            assert set(session.scalars(select(OutboxItem.ready_at))) == {None}, "what waited waits without its digest"
            assert set(session.scalars(select(Account.duty))) == {None}
            # What is brought up to date plans on from there, and says nothing a second time.
            assert reminding.plan(session, now=factories.NOW).deliveries == 0


def test_what_was_confirmed_and_is_to_be_mended_outlives_a_downgrade(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            plan = factories.make_plan(session)
            task = factories.make_task(session, plan)
            verdict = Verdict(
                task_id=task.id, proposed="unfinished", confirmed="unfinished", terms=RectificationTerms(arranged_at=factories.NOW),
                since_confirmed={"changes": ["不再有“久拖不决”"], "found": {}},
            )  # fmt: skip
            session.add(LookBack(plan_id=plan.id, started_at=factories.NOW, verdicts=[verdict]))
            session.flush()
            session.add(
                Rectification(verdict=verdict, task_id=task.id, year=2027, title="甲", created_at=factories.NOW)
            )
            session.commit()
        before = _rows(engine)

        migrating.downgrade(engine, "0010")
        assert _rows(engine) == before
        migrating.upgrade(engine)

        assert _rows(engine) == before
        with Session(engine) as session:
            kept = session.scalars(select(Verdict)).one()
            assert (kept.confirmed, kept.since_confirmed) == ("unfinished", None)
            assert session.scalars(select(Rectification.verdict_id)).one() == kept.id


def test_foreign_keys_are_held_again_after_a_migration(engine_url: str) -> None:
    with opened(engine_url) as engine:
        migrating.downgrade(engine, "0003")
        migrating.upgrade(engine)

        with engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO seen_finding VALUES (1, 9, 'm', NULL, '2026-01-01')"))


def test_of_two_rows_for_one_day_the_published_one_outlives_a_downgrade(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM calendar_day WHERE day = '2026-04-20'"))
            for status in ("official", "local"):
                connection.execute(
                    text(
                        "INSERT INTO calendar_day (day, kind, name, status, source) VALUES (:day, 'off', '三月三', :status, '')"
                    ),
                    {"day": "2026-04-20", "status": status},
                )

        migrating.downgrade(engine, "0002")

        with engine.connect() as connection:
            found = connection.execute(text("SELECT status FROM calendar_day WHERE day = '2026-04-20'"))
            assert found.scalars().all() == ["official"]


def test_upgrading_twice_changes_nothing(engine_url: str) -> None:
    with opened(engine_url) as engine:
        before = _tables(engine)

        migrating.upgrade(engine)

        assert _tables(engine) == before


def test_a_state_that_nobody_knows_is_refused_by_the_database(engine_url: str) -> None:
    with opened(engine_url) as engine:
        found = inspect(engine)
        unguarded = [
            name
            for name, table in Base.metadata.tables.items()
            if "state" in table.columns
            and f"ck_{name}_known_state" not in {one["name"] for one in found.get_check_constraints(name)}
        ]

    project.none(unguarded, "write a CHECK known_state and migrate")


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("ck_import_batch_known_kind", BatchKind),
        ("ck_batch_change_known_kind", ChangeKind),
        ("ck_edition_choice_known_relation", Relation),
        ("ck_look_back_known_state", LookBackState),
    ],
)
def test_the_database_knows_the_words_that_the_rules_use(constraint: str, words: type[Enum]) -> None:
    (known,) = [
        str(one.sqltext)
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint) and one.name == constraint
    ]

    assert set(re.findall(r"'(\w+)'", known)) == {word.value for word in words}, "migrate the CHECK as well"


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_constraint_has_a_name_that_both_engines_keep(table: str) -> None:
    nameless = [repr(one) for one in Base.metadata.tables[table].constraints if not one.name]

    project.none(nameless, "a constraint without a name cannot be changed on SQLite")
