"""An upgrade makes articles of the experience (经验材料) that units had handed in as a form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.databases import opened
from tracker.store import migrating
from tracker.store.tables import Experience, ExperienceVersion, Obligation, Return

BEFORE = "0005"
WRITTEN = {"title": "窗口前移", "content": "把公开专区搬进便民服务中心。", "link": " https://qingxi.example/a "}


def _filled(engine: Engine, versions: list[tuple[str, dict[str, str]]], answer: str) -> int:
    with Session(engine) as session:
        plan, unit = factories.make_plan(session), factories.make_unit(session)
        cadence = factories.make_cadence(session, plan)
        cadence.answer = answer
        owed = factories.make_obligation(session, factories.make_period(session, cadence), unit)
        clerk = factories.make_account(session)
        for number, (state, parts) in enumerate(versions, 1):
            version = factories.make_return(session, owed, state=state, number=number)
            version.parts = parts
            if state in {"returned", "accepted"}:
                version.decided_at, version.decided_by_id = factories.NOW, clerk.id
                version.decision_reason = "请写具体做法" if state == "returned" else ""
        session.commit()
        return owed.id


@contextmanager
def _upgraded(
    url: str, versions: list[tuple[str, dict[str, str]]], answer: str = "material"
) -> Iterator[Session]:
    with opened(url) as engine:
        migrating.upgrade(engine)
        _filled(engine, versions, answer)
        migrating.downgrade(engine, BEFORE)
        migrating.upgrade(engine)
        with Session(engine) as session:
            yield session


@pytest.mark.parametrize(
    ("states", "state", "number", "decisions"),
    [
        (["draft"], "draft", 0, [""]),
        (["submitted"], "submitted", 1, [""]),
        (["returned", "draft"], "returned", 1, ["returned", ""]),
        (["returned", "submitted"], "submitted", 2, ["returned", ""]),
        (["returned", "accepted"], "kept", 2, ["returned", "kept"]),
    ],
)
def test_the_versions_of_a_form_become_those_of_an_article(
    empty_url: str, states: list[str], state: str, number: int, decisions: list[str]
) -> None:
    with _upgraded(empty_url, [(each, WRITTEN) for each in states]) as session:
        article = session.scalars(select(Experience)).one()
        owed = session.scalars(select(Obligation)).one()
        assert (article.state, article.number, article.obligation_id) == (state, number, owed.id)
        assert (article.unit_id, article.plan_id) == (owed.unit_id, owed.plan_id)
        assert article.created_at == factories.NOW
        assert (article.submitted_at is None) is (number == 0)
        found = session.scalars(select(ExperienceVersion).order_by(ExperienceVersion.number)).all()
        assert [each.decision for each in found] == decisions
        assert {(each.title, each.body, each.link) for each in found} == {
            ("窗口前移", "把公开专区搬进便民服务中心。", "https://qingxi.example/a")
        }
        assert all((each.handed_in_at is None) is (each.number > number) for each in found)
        reasons = [(each.reason, each.decided_by_name != "") for each in found if each.decision == "returned"]
        assert reasons in ([], [("请写具体做法", True)])
        assert [each.parts for each in session.scalars(select(Return))] == [WRITTEN] * len(states)


def test_what_does_not_fit_or_was_asked_for_besides_goes_into_the_text(empty_url: str) -> None:
    title, link = "长" * 130, "https://qingxi.example/" + "x" * 1000
    parts = {"title": title, "content": "做法。", "link": link, "part4": "另有附件。"}

    with _upgraded(empty_url, [("submitted", parts)]) as session:
        version = session.scalars(select(ExperienceVersion)).one()
        assert (version.title, version.link) == ("长" * 99 + "…", "")
        assert version.body.split("\n") == ["做法。", "另有附件。", link, title]


def test_other_forms_stay_forms(empty_url: str) -> None:
    handed_in = [("submitted", {"content": "本季度制发3件。"})]

    with _upgraded(empty_url, handed_in, answer="form") as session:
        assert session.scalars(select(Experience)).all() == []
