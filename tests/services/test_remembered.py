"""What the office has chosen once is taken over at the next import, shown as such, and can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_unit
from tests.support.qingxi import Item, MemoryFiles, draft_plan
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.errors import NotFound
from tracker.services import check_page, draft_deadlines, draft_same, drafts, importing, remembered
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import imports
from tracker.store.tables import DraftRow, ImportDraft

BEFORE_DECEMBER = Item(
    "公开年度重点任务。",
    [("lead", "市司法局")],
    phrase="12月前",
    deadline="date:2026-11-30",
    others=["date:2026-12-31"],
    certain=False,
)
BEFORE_JUNE = Item(
    "公开半年进展。",
    [("lead", "市司法局")],
    phrase="6月前",
    deadline="date:2026-05-31",
    others=["date:2026-06-30"],
    certain=False,
)


@pytest.fixture
def clerk(session: Session) -> Actor:
    make_unit(session, "市司法局")
    account = make_account(session, "office")
    return Actor(account.id, "张三", "office")


def uploaded(session: Session, *items: Item) -> ImportDraft:
    proposal = draft_plan(items)
    data = proposal["text"].encode()
    return importing.upload(
        session, SYSTEM, data=data, filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )


def rows(session: Session, draft: ImportDraft) -> list[DraftRow]:
    return imports.rows(session, draft.id)


def choose(session: Session, actor: Actor, row: DraftRow, notation: str, *, everywhere: bool = False) -> int:
    return drafts.choose_reading(
        session,
        actor,
        draft_id=row.import_draft_id,
        row_id=row.id,
        version=row.version,
        notation=notation,
        everywhere=everywhere,
        now=NOW,
    )


def confirm(session: Session, actor: Actor, draft: ImportDraft) -> None:
    session.flush()
    importing.confirm(
        session, actor, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )


def test_a_choice_is_taken_over_by_the_next_import_and_asks_for_a_glance(
    session: Session, clerk: Actor
) -> None:
    first = uploaded(session, BEFORE_DECEMBER)
    choose(session, clerk, rows(session, first)[0], "date:2026-12-31")
    confirm(session, clerk, first)

    later = uploaded(session, BEFORE_JUNE)

    (row,) = rows(session, later)
    assert (row.reading["deadline"]["notation"], row.reading["deadline"]["certain"]) == (
        "date:2026-06-30",
        True,
    )
    assert (
        "张三在《青溪市2026年政务公开工作要点》中对“12月前”的选择：2026年6月30日前"
        in row.reading["deadline"]["reason"]
    )
    page = check_page.check_page(session, draft_id=later.id)
    assert page.counts["doubtful"] == 1, "needs a glance"
    assert page.left.blocked == (), "stops nothing"
    assert later.draft["tasks"][0]["deadline"]["notation"] == "date:2026-05-31", "the importer's draft stays"
    assert [card.remembered for card in page.cards] == [True]


def test_what_was_taken_over_can_be_changed_and_the_change_is_remembered(
    session: Session, clerk: Actor
) -> None:
    first = uploaded(session, BEFORE_DECEMBER)
    choose(session, clerk, rows(session, first)[0], "date:2026-12-31")
    confirm(session, clerk, first)
    later = uploaded(session, BEFORE_JUNE)

    choose(session, clerk, rows(session, later)[0], "date:2026-05-31")
    confirm(session, clerk, later)

    (kept,) = remembered.listing(session)
    assert (kept.shape, kept.place, kept.phrase) == ("#月前", 0, "6月前")


def test_nothing_is_remembered_before_the_plan_is_confirmed_or_of_what_nobody_chose(
    session: Session, clerk: Actor
) -> None:
    draft = uploaded(session, BEFORE_DECEMBER, replace(BEFORE_JUNE, certain=True))
    choose(session, clerk, rows(session, draft)[0], "date:2026-12-31")

    assert remembered.listing(session) == []

    confirm(session, clerk, draft)
    assert [kept.phrase for kept in remembered.listing(session)] == ["12月前"]


def test_a_document_that_was_read_in_two_ways_teaches_nothing(session: Session, clerk: Actor) -> None:
    draft = uploaded(session, BEFORE_DECEMBER, BEFORE_JUNE)
    first, second = rows(session, draft)
    choose(session, clerk, first, "date:2026-12-31")
    choose(session, clerk, second, "date:2026-05-31")

    confirm(session, clerk, draft)

    assert remembered.listing(session) == []


def test_a_day_of_ones_own_is_not_remembered(session: Session, clerk: Actor) -> None:
    draft = uploaded(session, BEFORE_DECEMBER)
    row = rows(session, draft)[0]
    change = drafts.RowChange(text="公开。", units={}, notation="date:2026-12-15")
    drafts.change_row(
        session, clerk, draft_id=draft.id, row_id=row.id, version=row.version, change=change, now=NOW
    )

    confirm(session, clerk, draft)

    assert remembered.listing(session) == []


def test_the_place_of_a_reading_stays_however_often_one_changes_ones_mind(
    session: Session, clerk: Actor
) -> None:
    draft = uploaded(session, BEFORE_DECEMBER)
    (row,) = rows(session, draft)
    for notation in ("date:2026-12-31", "date:2026-11-30", "date:2026-12-31"):
        choose(session, clerk, row, notation)
    confirm(session, clerk, draft)

    assert [kept.place for kept in remembered.listing(session)] == [1]


def test_a_reading_is_forgotten(session: Session, clerk: Actor) -> None:
    draft = uploaded(session, BEFORE_DECEMBER)
    choose(session, clerk, rows(session, draft)[0], "date:2026-12-31")
    confirm(session, clerk, draft)
    (kept,) = remembered.listing(session)

    remembered.forget(session, clerk, decision_id=kept.id, now=NOW + timedelta(days=1))

    assert rows(session, uploaded(session, BEFORE_JUNE))[0].reading["deadline"]["certain"] is False
    with pytest.raises(NotFound):
        remembered.forget(session, clerk, decision_id=kept.id, now=NOW)


def test_deadlines_printed_alike_stand_on_one_card_with_what_each_reading_means(
    session: Session, clerk: Actor
) -> None:
    items = [BEFORE_DECEMBER, BEFORE_JUNE, replace(BEFORE_DECEMBER, text="公开清单。")]
    draft = uploaded(session, *items, replace(BEFORE_DECEMBER, phrase="", text="公开名录。"))

    first, second = draft_deadlines.cards(enumerate(rows(session, draft), start=1))

    assert (first.serials, second.serials) == ((1, 2, 3), (4,))
    assert first.phrases == (("12月前", 2), ("6月前", 1))
    assert [offer.meanings for offer in first.offers] == [
        (("2026年11月30日前", (1, 3)), ("2026年5月31日前", (2,))),
        (("2026年12月31日前", (1, 3)), ("2026年6月30日前", (2,))),
    ]


def test_one_choice_decides_a_whole_card(session: Session, clerk: Actor) -> None:
    draft = uploaded(session, BEFORE_DECEMBER, BEFORE_JUNE, replace(BEFORE_DECEMBER, text="公开清单。"))

    count = choose(session, clerk, rows(session, draft)[0], "date:2026-12-31", everywhere=True)

    assert count == 3
    assert draft_deadlines.cards(enumerate(rows(session, draft), start=1)) == ()


def test_one_choice_leaves_what_was_decided_before(session: Session, clerk: Actor) -> None:
    draft = uploaded(session, BEFORE_DECEMBER, BEFORE_JUNE, replace(BEFORE_DECEMBER, text="公开清单。"))
    choose(session, clerk, rows(session, draft)[1], "date:2026-05-31")

    count = choose(session, clerk, rows(session, draft)[0], "date:2026-12-31", everywhere=True)

    assert count == 2
    decided = [row.reading["deadline"]["notation"] for row in rows(session, draft)]
    assert decided == ["date:2026-12-31", "date:2026-05-31", "date:2026-12-31"]


def test_what_was_only_taken_over_stays_the_decision_of_whoever_made_it(
    session: Session, clerk: Actor
) -> None:
    first = uploaded(session, BEFORE_DECEMBER)
    choose(session, clerk, rows(session, first)[0], "date:2026-12-31")
    confirm(session, clerk, first)
    colleague = replace(clerk, name="李四")

    confirm(session, colleague, uploaded(session, BEFORE_JUNE))

    assert [(kept.phrase, kept.decided_by) for kept in remembered.listing(session)] == [("12月前", "张三")]


def test_what_was_taken_over_may_be_corrected_alike(session: Session, clerk: Actor) -> None:
    first = uploaded(session, BEFORE_DECEMBER)
    choose(session, clerk, rows(session, first)[0], "date:2026-12-31")
    confirm(session, clerk, first)
    later = uploaded(session, replace(BEFORE_DECEMBER, text="公开清单。"), BEFORE_DECEMBER)
    row = rows(session, later)[0]
    change = drafts.RowChange(text="公开清单。", units={}, notation="date:2026-12-15")
    drafts.change_row(
        session, clerk, draft_id=later.id, row_id=row.id, version=row.version, change=change, now=NOW
    )

    found = draft_same.same_rows(session, draft_id=later.id, row_id=row.id)

    (same,) = [each for each in found if each.what is draft_same.Sameness.DEADLINE]
    assert (same.serials, same.left) == ((2,), ())
