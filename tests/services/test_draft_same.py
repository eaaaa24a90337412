"""Correcting once for all rows with the same phrase."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import Item, MemoryFiles, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.domain.task import Role
from tracker.services import draft_same, drafts, importing
from tracker.store.queries import audit, imports
from tracker.store.tables import DraftRow, ImportDraft


def item(text: str, *units: str, units_text: str = "市发改局、市财政局", **facts: Any) -> Item:
    names = units or ("市发改局", "市财政局")
    return Item(text, [("responsible", name) for name in names], units_text=units_text, **facts)


@pytest.fixture
def draft(session: Session) -> ImportDraft:
    proposal = draft_plan(
        [
            item("公开一。", phrase="年底", deadline="none"),
            item("公开二。", units_text="市发改局、 市财政局；", phrase="年底", deadline="none"),
            item("公开三。", "市发改局", units_text="市发改局", phrase="年底", deadline="none"),
            item("公开四。"),
            item(
                "公开五。", "市教育局", units_text="市教育局", phrase="10月底前", deadline="date:2026-10-31"
            ),
        ]
    )
    return importing.upload(
        session, SYSTEM, data=b"1", filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )


def rows(session: Session, draft: ImportDraft) -> list[DraftRow]:
    return imports.rows(session, draft.id)


def correct(session: Session, row: DraftRow, *units: str, notation: str = "") -> None:
    names = units or tuple(part["unit"] for part in row.reading["assignments"])
    change = drafts.RowChange(
        text=row.reading["text"],
        units={Role.RESPONSIBLE: names},
        notation=notation or row.reading["deadline"]["notation"],
    )
    drafts.change_row(
        session,
        SYSTEM,
        draft_id=row.import_draft_id,
        row_id=row.id,
        version=row.version,
        change=change,
        now=NOW,
    )


def offers(session: Session, row: DraftRow) -> dict[str, tuple[int, ...]]:
    found = draft_same.same_rows(session, draft_id=row.import_draft_id, row_id=row.id)
    return {same.what.value: same.serials for same in found}


def apply(session: Session, row: DraftRow, what: str, version: int | None = None) -> draft_same.Same:
    return draft_same.correct_alike(
        session,
        SYSTEM,
        draft_id=row.import_draft_id,
        row_id=row.id,
        version=row.version if version is None else version,
        what=what,
        now=NOW,
    )


def units(row: DraftRow) -> list[str]:
    return [part["unit"] for part in row.reading["assignments"]]


def test_a_row_that_nobody_corrected_offers_nothing(session: Session, draft: ImportDraft) -> None:
    assert offers(session, rows(session, draft)[0]) == {}


def test_units_printed_alike_are_corrected_together_each_with_its_trace(
    session: Session, draft: ImportDraft
) -> None:
    first, second, third, fourth, _ = rows(session, draft)
    correct(session, first, "市发展改革局", "市财政局", "市审计局")
    before = audit.count(session)

    offered = offers(session, first)
    same = apply(session, first, "units")

    assert offered == {"units": (2, 4)}
    assert same.serials == (2, 4)
    assert units(second) == units(fourth) == ["市发展改革局", "市财政局", "市审计局"]
    assert units(third) == ["市发改局"]
    assert audit.count(session) == before + 2
    assert offers(session, first) == {}


def test_what_a_person_has_corrected_is_left_and_named(session: Session, draft: ImportDraft) -> None:
    first, second, _, fourth, _ = rows(session, draft)
    correct(session, second, "市司法局")
    correct(session, first, "市财政局", "市审计局", "市统计局")

    same = apply(session, first, "units")

    assert (same.serials, same.left) == ((4,), (2,))
    assert units(second) == ["市司法局"]
    assert units(fourth) == ["市财政局", "市审计局", "市统计局"]


def test_a_misread_name_is_renamed_in_every_row(session: Session, draft: ImportDraft) -> None:
    first, second, third, fourth, _ = rows(session, draft)
    correct(session, first, "市发展改革局", "市财政局")

    assert offers(session, first) == {"name": (2, 3, 4)}
    apply(session, first, "name")

    assert [units(row)[0] for row in (first, second, third, fourth)] == ["市发展改革局"] * 4
    assert units(second) == ["市发展改革局", "市财政局"], "the others of the row stay"


def test_a_name_replaced_in_another_role_may_be_renamed_or_taken_over_whole(
    session: Session, draft: ImportDraft
) -> None:
    first = rows(session, draft)[0]
    change = drafts.RowChange(
        text="公开。", units={Role.LEAD: ("市发展改革局",), Role.RESPONSIBLE: ("市财政局",)}, notation="none"
    )
    drafts.change_row(
        session, SYSTEM, draft_id=draft.id, row_id=first.id, version=first.version, change=change, now=NOW
    )

    assert offers(session, first) == {"units": (2, 4), "name": (2, 3, 4)}


@pytest.mark.parametrize(
    ("serials", "words"), [((2, 4, 5, 6, 9, 10), "2、4–6、9、10"), ((3,), "3"), ((), "")]
)
def test_many_numbers_are_told_in_runs(serials: tuple[int, ...], words: str) -> None:
    assert draft_same.in_runs(serials) == words


def test_a_name_that_becomes_one_the_row_has_already_stands_once(
    session: Session, draft: ImportDraft
) -> None:
    third = rows(session, draft)[2]
    correct(session, third, "市财政局")

    apply(session, third, "name")

    assert units(rows(session, draft)[0]) == ["市财政局"]


def test_a_deadline_printed_alike_is_corrected_together(session: Session, draft: ImportDraft) -> None:
    first, second, third, *_ = rows(session, draft)
    correct(session, first, notation="date:2026-12-31")

    assert offers(session, first) == {"deadline": (2, 3)}
    apply(session, first, "deadline")

    deadlines = [row.reading["deadline"]["notation"] for row in rows(session, draft)]
    assert deadlines == ["date:2026-12-31"] * 3 + ["none", "date:2026-10-31"]
    assert second.reading["deadline"]["reason"] == "原文“年底”，核对时选定为2026年12月31日前。"
    assert third.edited


def test_an_offer_from_an_old_page_is_refused(session: Session, draft: ImportDraft) -> None:
    first = rows(session, draft)[0]
    correct(session, first, "市审计局")

    with pytest.raises(VersionConflict):
        apply(session, first, "units", version=1)


def test_an_offer_that_is_gone_is_refused_in_words(session: Session, draft: ImportDraft) -> None:
    first = rows(session, draft)[0]
    correct(session, first, "市审计局")
    apply(session, first, "units")

    with pytest.raises(RuleViolated, match="没有同样写法的任务要改了"):
        apply(session, first, "units")
