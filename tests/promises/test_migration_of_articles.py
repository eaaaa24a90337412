"""经验材料 that was handed in as a form becomes an article when the database is brought up to date."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.databases import opened
from tracker.store import migrating
from tracker.store.tables import Experience, ExperienceVersion, Obligation, Return

BEFORE = "0005"
FULL = {"title": " 专区进大厅 ", "content": "一、做法。", "link": "https://www.qingxi.example/zq"}


def _handed_in(session: Session, owed: Obligation, *versions: tuple[str, dict[str, str] | None]) -> None:
    for state, parts in versions:
        row = factories.make_return(session, owed, state=state)
        row.parts = parts
        if state in {"returned", "accepted"}:
            row.decided_at, row.decision_reason = factories.NOW, "请改" if state == "returned" else ""
        session.flush()


def _as_it_was(engine: Engine) -> dict[str, int]:
    """Five units that answered 两周一经验 with forms, and one that told its progress."""
    with Session(engine) as session:
        plan = factories.make_plan(session)
        biweekly = factories.make_cadence(session, plan)
        biweekly.kind, biweekly.answer = "biweekly", "material"
        session.flush()
        weekly = factories.make_cadence(session, plan)
        period = factories.make_period(session, biweekly)
        names = ("通过的", "退改后又写的", "草稿", "装不下的", "还没有写的")
        owed = {name: factories.make_obligation(session, period, factories.make_unit(session, name)) for name in names}
        _handed_in(session, owed["通过的"], ("accepted", FULL))
        _handed_in(session, owed["退改后又写的"], ("returned", FULL), ("draft", {**FULL, "content": "改好了。"}))
        _handed_in(session, owed["草稿"], ("draft", None))
        too_much = {"title": "题" * 101, "content": "正文", "link": "h" * 1001, "own": "另外一栏"}
        _handed_in(session, owed["装不下的"], ("submitted", too_much))
        told = factories.make_obligation(session, factories.make_period(session, weekly), owed["草稿"].unit)
        _handed_in(session, told, ("submitted", {"title": "不是经验"}))
        session.commit()
        return {name: each.id for name, each in owed.items()}


def _articles(engine: Engine) -> dict[int | None, tuple[Any, ...]]:
    with Session(engine) as session:
        found = session.scalars(select(Experience).order_by(Experience.id)).all()
        assert all(row.unit_id and row.plan_id and row.version == 1 for row in found)
        return {
            row.obligation_id: (row.state, row.number, row.submitted_at is not None, *_versions(session, row.id))
            for row in found
        }


def _versions(session: Session, article_id: int) -> list[tuple[Any, ...]]:
    wanted = select(ExperienceVersion).where(ExperienceVersion.experience_id == article_id)
    rows = session.scalars(wanted.order_by(ExperienceVersion.number))
    return [(row.number, row.title, row.body, row.link, row.decision, row.reason) for row in rows]


def test_each_form_becomes_an_article_once_however_often_it_is_brought_up(engine_url: str) -> None:
    with opened(engine_url) as engine:
        owed = _as_it_was(engine)
        with Session(engine) as session:
            returns = [(row.state, row.parts) for row in session.scalars(select(Return).order_by(Return.id))]
        migrating.downgrade(engine, BEFORE)

        migrating.upgrade(engine)

        title, _, link = FULL.values()
        expected = {
            owed["通过的"]: ("kept", 1, True, (1, title, "一、做法。", link, "kept", "")),
            owed["退改后又写的"]: (
                "returned", 1, True,
                (1, title, "一、做法。", link, "returned", "请改"), (2, title, "改好了。", link, "", ""),
            ),
            owed["装不下的"]: (
                "submitted", 1, True,
                (1, f"{'题' * 99}…", "\n".join(("正文", "另外一栏", "h" * 1001, "题" * 101)), "", "", ""),
            ),
        }  # fmt: skip
        assert _articles(engine) == expected
        with Session(engine) as session:
            assert [(row.state, row.parts) for row in session.scalars(select(Return).order_by(Return.id))] == returns
        migrating.downgrade(engine, BEFORE)
        migrating.upgrade(engine)
        assert _articles(engine) == expected
