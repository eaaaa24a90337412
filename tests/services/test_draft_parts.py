"""Splitting, joining and picking passages: nothing of the document is lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import Item, MemoryFiles, Other, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.services import check_page, draft_parts, draft_rows, drafts, importing
from tracker.store.queries import imports
from tracker.store.tables import DraftRow, ImportDraft

PARTS = (
    Other("title", "青溪市2026年政务公开工作要点"),
    Other("heading", "一、主动公开"),
    Item(
        "公开机构职能。每季度公开不少于2次重点项目进展；年底前公开年报。",
        [("lead", "市司法局"), ("support", "市财政局")],
        units_text="市司法局牵头，市财政局配合",
        phrase="11月底前",
        deadline="date:2026-11-30",
        number="1",
    ),
    Other("note", "备注：按月调度。"),
    Item(
        "公开政策问答",
        [("responsible", "市司法局"), ("lead", "市营商局")],
        phrase="10月底前",
        deadline="date:2026-10-31",
    ),
    Item("公开预算。", [("responsible", "市财政局")]),
    Other("safeguard", "加强组织领导，落实专人。"),
)


def uploaded(session: Session, parts: Sequence[Other | Item] = PARTS) -> ImportDraft:
    proposal = draft_plan(parts)
    data = str(len(imports.count_by_state(session))).encode() + proposal["text"].encode()
    return importing.upload(
        session, SYSTEM, data=data, filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )


def rows(session: Session, draft: ImportDraft) -> list[DraftRow]:
    return [row for row in imports.rows(session, draft.id) if row.included]


def texts(session: Session, draft: ImportDraft) -> list[str]:
    return [row.reading["text"] for row in rows(session, draft)]


def split(session: Session, draft: ImportDraft, row: DraftRow, part: int = 1, **facts: Any) -> DraftRow:
    at = draft_parts.parts_of(draft, row)[part].at
    plain = {"draft_id": draft.id, "row_id": row.id, "version": row.version, "at": at}
    return draft_parts.split_row(session, SYSTEM, **(plain | facts), now=NOW)[1]


def join(session: Session, draft: ImportDraft, row: DraftRow, other: DraftRow) -> DraftRow:
    return draft_parts.join_row(
        session,
        SYSTEM,
        draft_id=draft.id,
        row_id=row.id,
        version=row.version,
        other_id=other.id,
        other_version=other.version,
        now=NOW,
    )


def owners(session: Session, draft: ImportDraft) -> Counter[int]:
    """How many rows or passages each character that is not blank belongs to."""
    known = imports.rows(session, draft.id)
    included = {row.id for row in known if row.included}
    owned = [
        (segment.start, segment.end)
        for segment in draft_rows.segments_of(draft, known)
        if segment.row in included
    ]
    owned += [(passage.start, passage.end) for passage in draft_rows.others(draft, known)]
    text = draft.draft["text"]
    return Counter(place for start, end in owned for place in range(start, end) if text[place].strip())


def everything(draft: ImportDraft) -> Counter[int]:
    return Counter(place for place, character in enumerate(draft.draft["text"]) if character.strip())


def test_a_task_is_parted_after_a_sentence_and_both_parts_keep_headings_and_units(session: Session) -> None:
    draft = uploaded(session)
    row = rows(session, draft)[0]

    made = split(session, draft, row)

    assert texts(session, draft)[:2] == [
        "公开机构职能。",
        "每季度公开不少于2次重点项目进展；年底前公开年报。",
    ]
    assert made.reading["headings"] == row.reading["headings"] == ["一、主动公开"]
    assert made.reading["assignments"] == row.reading["assignments"]
    assert (row.reading["number"], made.reading["number"]) == ("1", None)
    assert (row.reading["quotas"], made.reading["quotas"][0]["minimum"]) == ([], 2)
    assert owners(session, draft) == everything(draft)
    lines = check_page.check_page(session, draft_id=draft.id).lines
    marked = {piece.row: piece.text for line in lines for piece in line.pieces if piece.row}
    assert marked[made.id] == "11月底前", "units and deadline are lit up with the second part"


def test_units_and_deadline_may_stay_with_the_second_part(session: Session) -> None:
    draft = uploaded(session)
    row = rows(session, draft)[0]

    made = split(session, draft, row, for_both=False)

    assert (row.reading["assignments"], row.reading["deadline"]["notation"]) == ([], "none")
    assert len(made.reading["assignments"]) == 2
    assert made.reading["deadline"]["notation"] == "date:2026-11-30"


def test_a_deadline_printed_in_the_first_sentence_stays_with_it(session: Session) -> None:
    item = Item("6月底前公开目录。公开年报。", [("lead", "市司法局")], deadline="date:2026-06-30")
    proposal = draft_plan([item])
    proposal["tasks"][0]["deadline_text"] = "6月底前"
    draft = importing.upload(
        session, SYSTEM, data=b"x", filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )
    row = rows(session, draft)[0]

    made = split(session, draft, row, for_both=False)

    assert (row.reading["deadline"]["notation"], made.reading["deadline"]["notation"]) == (
        "date:2026-06-30",
        "none",
    )
    assert (row.reading["assignments"], len(made.reading["assignments"])) == ([], 1)


def test_what_a_person_has_corrected_survives_a_split(session: Session) -> None:
    draft = uploaded(session)
    row = rows(session, draft)[0]
    row.reading = row.reading | {
        "text": "公开机构职能和权责清单。每季度公开不少于2次重点项目进展；年底前公开年报。"
    }
    session.flush()

    split(session, draft, row)

    assert texts(session, draft)[0] == "公开机构职能和权责清单。"


@pytest.mark.parametrize("at", [0, 3, 9999], ids=["before the text", "inside a word", "beyond the text"])
def test_a_place_that_is_not_offered_is_refused(session: Session, at: int) -> None:
    draft = uploaded(session)

    with pytest.raises(InvalidInput, match="请在句子之间选一处"):
        split(session, draft, rows(session, draft)[0], at=at)


def test_a_split_from_an_old_page_is_refused(session: Session) -> None:
    draft = uploaded(session)

    with pytest.raises(VersionConflict):
        split(session, draft, rows(session, draft)[0], version=9)


def test_two_tasks_become_one_with_the_units_of_both_and_a_deadline_to_choose(session: Session) -> None:
    draft = uploaded(session)
    first, second, _ = rows(session, draft)

    join(session, draft, first, second)

    reading = rows(session, draft)[0].reading
    assert reading["text"].endswith("年底前公开年报。公开政策问答")
    assert [(part["unit"], part["role"]) for part in reading["assignments"]] == [
        ("市司法局", "lead"),
        ("市财政局", "support"),
        ("市营商局", "lead"),
    ]
    assert draft_rows.readings_of(reading) == ("date:2026-11-30", "date:2026-10-31")
    assert not reading["deadline"]["certain"]
    assert reading["findings"][-1]["code"] == "deadlines-differ"
    assert owners(session, draft) == everything(draft)


def test_of_two_roles_the_stronger_one_stands_wherever_it_was(session: Session) -> None:
    items = [Item("公开预算。", [("support", "市财政局")]), Item("公开决算。", [("lead", "市财政局")])]
    draft = uploaded(session, items)
    first, second = rows(session, draft)

    join(session, draft, first, second)

    assert [part["role"] for part in first.reading["assignments"]] == ["lead"]


def test_a_deadline_that_only_one_of_two_has_is_kept(session: Session) -> None:
    draft = uploaded(session)
    _, second, third = rows(session, draft)

    join(session, draft, second, third)

    assert second.reading["deadline"]["notation"] == "date:2026-10-31"
    assert second.reading["text"] == "公开政策问答\n公开预算。"
    assert len(rows(session, draft)) == 2


def test_only_the_next_task_is_joined(session: Session) -> None:
    draft = uploaded(session)
    first, _, third = rows(session, draft)

    with pytest.raises(RuleViolated, match="下一项已经变了"):
        join(session, draft, first, third)


def test_a_task_that_went_into_another_does_not_come_back_alone(session: Session) -> None:
    draft = uploaded(session)
    first, second, _ = rows(session, draft)
    join(session, draft, first, second)

    with pytest.raises(RuleViolated, match="已经并到别的任务里"):
        drafts.include(
            session,
            SYSTEM,
            draft_id=draft.id,
            row_id=second.id,
            version=second.version,
            included=True,
            now=NOW,
        )


def test_several_passages_become_tasks_at_once(session: Session) -> None:
    draft = uploaded(session)
    starts = [found.start for found in draft_rows.others(draft, imports.rows(session, draft.id))][-2:]

    each = draft_parts.make_tasks(session, SYSTEM, draft_id=draft.id, starts=starts, now=NOW)

    assert [row.reading["text"] for row in each] == ["备注：按月调度。", "加强组织领导，落实专人。"]
    assert owners(session, draft) == everything(draft)


def test_several_passages_become_one_task_and_a_row_put_back_gives_its_text_to_it(session: Session) -> None:
    draft = uploaded(session)
    row = rows(session, draft)[2]
    drafts.include(
        session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version, included=False, now=NOW
    )
    starts = [found.start for found in draft_rows.others(draft, imports.rows(session, draft.id))][-2:]

    (made,) = draft_parts.make_tasks(
        session, SYSTEM, draft_id=draft.id, starts=starts, together=True, now=NOW
    )

    assert made.reading["text"] == "公开预算。\n加强组织领导，落实专人。"
    assert draft_rows.is_absorbed(row)
    assert owners(session, draft) == everything(draft)


def test_a_passage_that_is_gone_is_not_made_a_task(session: Session) -> None:
    draft = uploaded(session)

    with pytest.raises(NotFound):
        draft_parts.make_tasks(session, SYSTEM, draft_id=draft.id, starts=[5], now=NOW)
    with pytest.raises(InvalidInput, match="勾选"):
        draft_parts.make_tasks(session, SYSTEM, draft_id=draft.id, starts=[], now=NOW)


def act(session: Session, draft: ImportDraft, what: str, number: int) -> None:
    """One of the acts on one of the rows or passages, if there is one."""
    tasks = rows(session, draft)
    passages = draft_rows.others(draft, imports.rows(session, draft.id))
    row = tasks[number % len(tasks)] if tasks else None
    if what in {"take", "together"} and passages:
        chosen = passages[number % len(passages) :][: 1 if what == "take" else 2]
        starts = [passage.start for passage in chosen]
        draft_parts.make_tasks(
            session, SYSTEM, draft_id=draft.id, starts=starts, together=what == "together", now=NOW
        )
    elif what == "split" and row and len(parts := draft_parts.parts_of(draft, row)) > 1:
        split(session, draft, row, 1 + number % (len(parts) - 1), for_both=bool(number % 2))
    elif what == "join" and row and row is not tasks[-1]:
        join(session, draft, row, tasks[tasks.index(row) + 1])
    elif what == "put back" and row:
        drafts.include(
            session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version, included=False, now=NOW
        )


ACTS = st.tuples(st.sampled_from(["split", "join", "put back", "take", "together"]), st.integers(0, 7))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=10))
def test_whatever_is_done_each_character_belongs_to_exactly_one_row_or_passage(
    session: Session, acts: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as attempt:
        draft = uploaded(session)

        for what, number in acts:
            act(session, draft, what, number)
            session.flush()
            assert owners(session, draft) == everything(draft)

        attempt.rollback()
    session.expire_all()
