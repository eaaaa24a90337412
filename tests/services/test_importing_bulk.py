"""Naming units for many rows of a draft in one step."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.drafts import kept, rows
from tests.support.qingxi import Item, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput
from tracker.domain.task import Role
from tracker.services import draft_bulk
from tracker.store.tables import ImportDraft


@pytest.fixture
def draft(session: Session) -> ImportDraft:
    """Three rows: two name nobody, the last owes what the document said before."""
    proposal = draft_plan([Item("做好甲。"), Item("做好乙。", [("lead", "市司法局")]), Item("做好丙。")])
    owed: list[dict[str, Any]] = [{"unit": "各区政府", "role": "responsible", "collective": True}]
    proposal["tasks"][1]["owed_units"] = owed
    proposal["tasks"][2]["owed_units"] = owed
    return kept(session, proposal)


def named(session: Session, draft: ImportDraft) -> list[list[tuple[str, str]]]:
    return [
        [(part["unit"], part["role"]) for part in row.reading["assignments"]] for row in rows(session, draft)
    ]


def assign(session: Session, draft: ImportDraft, first: int, last: int, *names: str) -> int:
    return draft_bulk.assign_range(
        session,
        SYSTEM,
        draft_id=draft.id,
        first=first,
        last=last,
        role=Role.SUPPORT,
        names=names,
        now=NOW,
    )


def test_names_are_added_to_a_run_of_rows_and_nothing_is_lost(session: Session, draft: ImportDraft) -> None:
    changed = assign(session, draft, 1, 2, "市司法局", "市财政局")
    session.commit()

    assert changed == 2
    assert named(session, draft) == [
        [("市司法局", "support"), ("市财政局", "support")],
        [("市司法局", "lead"), ("市财政局", "support")],
        [],
    ]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (1, 4)])
def test_rows_that_do_not_exist_are_refused(
    session: Session, draft: ImportDraft, first: int, last: int
) -> None:
    with pytest.raises(InvalidInput, match="1至3之间"):
        assign(session, draft, first, last, "市财政局")


def test_a_name_is_needed(session: Session, draft: ImportDraft) -> None:
    with pytest.raises(InvalidInput, match="请填写单位名称"):
        assign(session, draft, 1, 3)


def test_what_the_document_owes_is_added_once_a_person_says_so(session: Session, draft: ImportDraft) -> None:
    before = draft_bulk.bulk_page(session, draft_id=draft.id)

    changed = draft_bulk.add_owed(session, SYSTEM, draft_id=draft.id, now=NOW)
    session.commit()
    after = draft_bulk.bulk_page(session, draft_id=draft.id)

    assert (len(before.lacking), before.owed_rows, before.owed_names) == (2, 2, ("各区政府",))
    assert (changed, after.owed_rows) == (2, 0)
    assert named(session, draft)[1:] == [
        [("市司法局", "lead"), ("各区政府", "responsible")],
        [("各区政府", "responsible")],
    ]
    assert draft_bulk.add_owed(session, SYSTEM, draft_id=draft.id, now=NOW) == 0
