"""Two people at one draft: two rows never meet, one row is changed by one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tests.support.at_once import at_once
from tests.support.databases import opened
from tests.support.qingxi import Item, MemoryFiles, draft_plan
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.errors import VersionConflict
from tracker.domain.task import Role
from tracker.services import draft_acts, draft_parts, draft_same, drafts, importing
from tracker.store.queries import imports
from tracker.store.tables import Account, DraftRow, ImportDraft

PROPOSAL = draft_plan(
    [
        Item(f"公开清单{number}；公开目录。", [("lead", "市发改局")], units_text="市发改局牵头")
        for number in range(1, 5)
    ]
)
Act = Callable[[Session, Actor], object]


def people(engine: Engine) -> tuple[int, list[int], list[Actor]]:
    """A draft, its rows, and two people of the office."""
    with Session(engine) as session, session.begin():
        draft = importing.upload(
            session,
            SYSTEM,
            data=b"one",
            filename="要点.docx",
            files=MemoryFiles(),
            proposal=PROPOSAL,
            now=NOW,
        )
        row_ids = [row.id for row in imports.rows(session, draft.id)]
        accounts: list[Account] = [make_account(session, "office") for _ in range(2)]
        actors = [Actor(account.id, account.display_name, "office") for account in accounts]
        return draft.id, row_ids, actors


def said_to(engine: Engine, actors: Iterable[Actor], acts: Iterable[Act]) -> list[str]:
    """What each of them is told: 保存, or that the other was faster."""
    came = at_once(engine, *(partial(_of, actor, act) for actor, act in zip(actors, acts, strict=True)))
    assert {type(each.refused) for each in came} <= {type(None), VersionConflict}
    return ["保存" if each.done else "冲突" for each in came]


def _of(actor: Actor, act: Act, session: Session) -> object:
    return act(session, actor)


def correct(draft_id: int, row_id: int, text: str) -> Act:
    def act(session: Session, actor: Actor) -> DraftRow:
        change = drafts.RowChange(text=text, units={Role.LEAD: ("市发展改革局",)}, notation="none")
        return drafts.change_row(
            session, actor, draft_id=draft_id, row_id=row_id, version=1, change=change, now=NOW
        )

    return act


def split(draft_id: int, row_id: int) -> Act:
    def act(session: Session, actor: Actor) -> object:
        row = imports.row(session, draft_id, row_id)
        draft = imports.draft(session, draft_id)
        assert row
        assert draft
        at = draft_parts.parts_of(draft, row)[1].at or 0
        return draft_parts.split_row(
            session, actor, draft_id=draft_id, row_id=row_id, version=1, at=at, now=NOW
        )

    return act


def texts(session: Session, draft_id: int) -> list[str]:
    return [row.reading["text"] for row in imports.rows(session, draft_id) if row.included]


def test_two_people_at_two_rows_never_meet_and_see_each_other(engine_url: str) -> None:
    with opened(engine_url) as engine:
        draft_id, row_ids, actors = people(engine)

        told = said_to(
            engine, actors, [correct(draft_id, row_ids[0], "甲。"), correct(draft_id, row_ids[1], "乙。")]
        )

        with Session(engine) as session:
            draft = session.get_one(ImportDraft, draft_id)
            seen = [
                [
                    (each.name, each.did)
                    for each in draft_acts.colleagues(session, actor, draft_id=draft_id, now=NOW)
                ]
                for actor in actors
            ]
            assert told == ["保存", "保存"]
            assert texts(session, draft_id)[:2] == ["甲。", "乙。"]
            assert draft.version == 3
            assert seen == [[(actors[1].name, "改了第2项")], [(actors[0].name, "改了第1项")]]


def test_of_two_people_at_one_row_one_is_told(engine_url: str) -> None:
    with opened(engine_url) as engine:
        draft_id, row_ids, actors = people(engine)

        told = said_to(
            engine, actors, [correct(draft_id, row_ids[0], "甲。"), correct(draft_id, row_ids[0], "乙。")]
        )

        with Session(engine) as session:
            assert sorted(told) == ["保存", "冲突"]
            assert texts(session, draft_id)[0] == ("甲。" if told[0] == "保存" else "乙。")


def test_two_people_who_split_two_rows_at_once_get_two_new_ones(engine_url: str) -> None:
    with opened(engine_url) as engine:
        draft_id, row_ids, actors = people(engine)

        told = said_to(engine, actors, [split(draft_id, row_ids[0]), split(draft_id, row_ids[1])])

        with Session(engine) as session:
            assert told == ["保存", "保存"]
            assert len(texts(session, draft_id)) == 6


def test_correcting_alike_rows_does_not_run_over_a_colleague(engine_url: str) -> None:
    with opened(engine_url) as engine:
        draft_id, row_ids, actors = people(engine)
        with Session(engine) as session, session.begin():
            correct(draft_id, row_ids[0], "公开清单一。")(session, actors[0])

        def alike(session: Session, actor: Actor) -> object:
            return draft_same.correct_alike(
                session, actor, draft_id=draft_id, row_id=row_ids[0], version=2, what="name", now=NOW
            )

        told = said_to(engine, actors, [alike, correct(draft_id, row_ids[2], "丙。")])

        with Session(engine) as session:
            by_id = {row.id: row.reading for row in imports.rows(session, draft_id)}
            names = [by_id[row_id]["assignments"][0]["unit"] for row_id in row_ids]
            assert "保存" in told
            assert (by_id[row_ids[2]]["text"] == "丙。") is (told[1] == "保存")
            if told[0] == "保存":
                assert names == ["市发展改革局"] * 4
