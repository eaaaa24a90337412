"""Many rows written at once stand in the tables as rows that a session writes one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.bulk import insert_all, insert_numbered
from tracker.store.tables import Unit


def _facts(row: Unit) -> dict[str, Any]:
    different = {"id", "name"}
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in different
    }


def test_what_nobody_says_is_as_the_table_has_it_by_default(session: Session) -> None:
    session.add(Unit(name="市司法局"))
    session.flush()

    insert_all(session, [Unit(name="市财政局"), Unit(name="市档案馆", position=7)])

    one, other, third = session.scalars(select(Unit).order_by(Unit.id))
    assert _facts(one) == _facts(other)
    assert (third.name, third.position, third.active, third.version) == ("市档案馆", 7, True, 1)


def test_what_all_have_in_common_is_said_of_each(session: Session) -> None:
    insert_all(
        session, [Unit(name="市司法局"), Unit(name="市财政局", contact_name="周某")], contact_phone="8123456"
    )

    found = session.scalars(select(Unit).order_by(Unit.id)).all()
    assert [(unit.contact_name, unit.contact_phone) for unit in found] == [
        ("", "8123456"),
        ("周某", "8123456"),
    ]


def test_ids_come_back_in_the_order_of_the_rows(session: Session) -> None:
    names = [f"单位{number}" for number in range(40, 0, -1)]

    ids = insert_numbered(session, [Unit(name=name) for name in names])

    assert [session.get_one(Unit, number).name for number in ids] == names


def test_a_row_that_brings_its_number_keeps_it(session: Session) -> None:
    assert insert_numbered(session, [Unit(id=77, name="市司法局")]) == [77]


def test_nothing_to_write_is_nothing(session: Session) -> None:
    insert_all(session, [])

    assert insert_numbered(session, []) == []


def test_what_was_handed_in_stays_outside_the_session(session: Session) -> None:
    rows = [Unit(name="市司法局")]

    insert_all(session, rows)

    assert rows[0] not in session
    assert session.scalars(select(Unit.name)).all() == ["市司法局"]
