"""Correcting rows and names of a draft."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_unit
from tests.support.qingxi import Item, MemoryFiles, Other, draft_plan
from tracker.adapters.pinyin import search_keys
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.task import Role
from tracker.services import draft_rows, drafts, groups, importing, names
from tracker.services.drafts import RowChange
from tracker.services.names import Meaning
from tracker.store.queries import imports
from tracker.store.tables import DraftRow, ImportDraft


@pytest.fixture
def draft(session: Session) -> ImportDraft:
    return uploaded(session, draft_plan())


def uploaded(session: Session, proposal: dict[str, Any]) -> ImportDraft:
    return importing.upload(
        session, SYSTEM, data=b"one", filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )


def rows(session: Session, draft: ImportDraft) -> list[DraftRow]:
    return imports.rows(session, draft.id)


def change(session: Session, draft: ImportDraft, row: DraftRow, **facts: Any) -> DraftRow:
    version = facts.pop("version", row.version)
    plain = {"text": row.reading["text"], "units": {}, "notation": row.reading["deadline"]["notation"]}
    return drafts.change_row(
        session,
        SYSTEM,
        draft_id=draft.id,
        row_id=row.id,
        version=version,
        change=RowChange(**(plain | facts)),
        now=NOW,
    )


def choose(
    session: Session, draft: ImportDraft, row: DraftRow, notation: str, *, everywhere: bool = False
) -> int:
    return drafts.choose_reading(
        session,
        SYSTEM,
        draft_id=draft.id,
        row_id=row.id,
        version=row.version,
        notation=notation,
        everywhere=everywhere,
        now=NOW,
    )


def others(session: Session, draft: ImportDraft) -> list[tuple[str, str]]:
    return [(found.kind.value, found.text) for found in draft_rows.others(draft, rows(session, draft))]


def test_a_corrected_row_is_checked_and_keeps_what_it_knew(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[2]
    units = {Role.LEAD: ("市发展改革委",), Role.RESPONSIBLE: ("各县(市、区)政府", "市发展改革委")}

    change(session, draft, row, text=" 每季度公开重点项目。 ", units=units, notation="date:2026-12-20")

    assert row.reading["text"] == "每季度公开重点项目。"
    assert row.reading["assignments"] == [
        {"unit": "市发展改革委", "role": "lead", "collective": False},
        {"unit": "各县(市、区)政府", "role": "responsible", "collective": True},
    ]
    assert row.reading["deadline"] == {
        "notation": "date:2026-12-20",
        "reason": "原文“每季度”，核对时选定为2026年12月20日前。",
        "other_readings": ["recurring:P3M"],
        "certain": True,
    }
    assert (row.checked, row.edited) == (True, True)


def test_a_correction_from_an_old_page_is_refused(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[0]
    change(session, draft, row, text="别人的改动。")

    with pytest.raises(VersionConflict):
        change(session, draft, row, text="我的改动。", version=1)

    assert row.reading["text"] == "别人的改动。"


def test_each_correction_moves_the_version_of_the_draft(session: Session, draft: ImportDraft) -> None:
    before = draft.version

    change(session, draft, rows(session, draft)[0])

    assert draft.version == before + 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"text": "  "}, "不能为空"),
        ({"notation": "date:2026-02-30"}, "没有看懂"),
        ({"notation": ""}, "没有看懂"),
    ],
)
def test_a_bad_correction_is_refused_in_words(
    session: Session, draft: ImportDraft, facts: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        change(session, draft, rows(session, draft)[0], **facts)


def test_choosing_a_reading_keeps_the_other_to_choose_from(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[1]

    choose(session, draft, row, "date:2026-12-31")

    deadline = row.reading["deadline"]
    assert (deadline["notation"], deadline["certain"]) == ("date:2026-12-31", True)
    assert draft_rows.readings_of(row.reading) == ("date:2026-12-31", "date:2026-11-30")


def test_a_reading_that_is_not_offered_is_refused(session: Session, draft: ImportDraft) -> None:
    with pytest.raises(InvalidInput, match="没有这种读法"):
        choose(session, draft, rows(session, draft)[1], "date:2027-01-01")


def test_one_choice_may_stand_for_every_deadline_printed_alike(session: Session) -> None:
    def undecided(phrase: str, *days: str) -> Item:
        return Item(f"{phrase}完成。", phrase=phrase, deadline=days[0], others=days[1:], certain=False)

    draft = uploaded(
        session,
        draft_plan(
            [
                undecided("12月前", "date:2026-11-30", "date:2026-12-31"),
                undecided("6月前", "date:2026-05-31", "date:2026-06-30"),
                undecided("年底前后", "date:2026-12-31", "date:2027-01-31"),
            ]
        ),
    )
    first, second, third = rows(session, draft)

    decided = choose(session, draft, first, "date:2026-12-31", everywhere=True)

    assert decided == 2
    assert second.reading["deadline"]["notation"] == "date:2026-06-30"
    assert third.reading["deadline"]["certain"] is False


def test_nothing_of_the_document_is_out_of_sight(session: Session, draft: ImportDraft) -> None:
    assert others(session, draft) == [
        ("title", "青溪市2026年政务公开工作要点"),
        ("metadata", "青政公开办〔2026〕3号"),
        ("preamble", "为做好今年的政务公开工作，制定本要点。"),
        ("heading", "一、主动公开"),
        ("safeguard", "各单位要加强组织领导，落实专人负责。"),
        ("signature", "青溪市政务公开领导小组办公室"),
    ]


def test_a_row_put_back_stands_whole_among_the_other_passages(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[2]

    drafts.include(
        session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version, included=False, now=NOW
    )

    back = "3．每季度公开重点项目进展。各县(市、区)政府、市发展改革委每季度"
    assert ("task", back) in others(session, draft)


def test_a_row_put_back_returns_as_it_was(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[2]
    drafts.include(
        session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version, included=False, now=NOW
    )
    start = next(
        found.start for found in draft_rows.others(draft, rows(session, draft)) if found.kind == "task"
    )

    returned = drafts.make_task(session, SYSTEM, draft_id=draft.id, start=start, now=NOW)

    assert returned is row
    assert row.included
    assert len(rows(session, draft)) == 3


def test_a_passage_can_be_made_a_task(session: Session, draft: ImportDraft) -> None:
    start = draft.draft["text"].index("各单位要加强")

    row = drafts.make_task(session, SYSTEM, draft_id=draft.id, start=start, now=NOW)

    assert rows(session, draft)[-1] is row
    assert row.reading["text"] == "各单位要加强组织领导，落实专人负责。"
    assert row.reading["headings"] == ["二、平台建设"]
    assert "safeguard" not in dict(others(session, draft))


def test_no_task_is_made_where_no_passage_begins(session: Session, draft: ImportDraft) -> None:
    with pytest.raises(NotFound):
        drafts.make_task(session, SYSTEM, draft_id=draft.id, start=1, now=NOW)


def test_a_closed_draft_stays_as_it_is(session: Session, draft: ImportDraft) -> None:
    row = rows(session, draft)[0]
    importing.discard(session, SYSTEM, draft_id=draft.id, version=draft.version, now=NOW)

    with pytest.raises(RuleViolated, match="已经结束"):
        change(session, draft, row)


def test_a_row_of_another_draft_is_not_found(session: Session, draft: ImportDraft) -> None:
    with pytest.raises(NotFound):
        draft_rows.row_of(session, draft.id + 1, rows(session, draft)[0].id)


@pytest.mark.parametrize(
    ("typed", "names_"),
    [
        ("市司法局\n市财政局", ("市司法局", "市财政局")),
        ("市司法局、市财政局，市教育局", ("市司法局", "市财政局", "市教育局")),
        ("各县(市、区)政府、市财政局", ("各县(市、区)政府", "市财政局")),
        ("各市、县〔市、区〕政府", ("各市、县〔市、区〕政府",)),
        ("市司法局\n\n 市司法局 ", ("市司法局",)),
        ("市局）、市财政局", ("市局）", "市财政局")),
        ("", ()),
    ],
    ids=[
        "lines",
        "list marks",
        "inside brackets",
        "a known name stays whole",
        "twice",
        "a stray bracket",
        "empty",
    ],
)
def test_names_are_split_as_people_write_them(typed: str, names_: tuple[str, ...]) -> None:
    assert draft_rows.split_names(typed, ["各市、县〔市、区〕政府"]) == names_


def test_every_printed_name_stands_once_with_its_count(session: Session, draft: ImportDraft) -> None:
    make_unit(session, "市司法局", aliases=["市营商局"])
    make_unit(session, "市人力资源和社会保障局")
    groups.create_group(session, SYSTEM, name="市政府各部门", member_ids=[], now=NOW)

    page = names.names_page(session, draft_id=draft.id)

    assert [(name.printed, name.collective) for name in page.open] == [
        ("市人社局", False),
        ("各县(市、区)政府", True),
        ("市发展改革委", False),
    ]
    assert page.open[0].units[0].name == "市人力资源和社会保障局"
    assert [(name.printed, name.resolution.meaning, name.resolution.how) for name in page.settled] == [
        ("市司法局", Meaning.UNIT, "名称一致"),
        ("市政府各部门", Meaning.GROUP, "名称一致"),
        ("市营商局", Meaning.UNIT, "登记的简称"),
    ]


def test_a_decided_name_is_remembered_as_an_alias(session: Session, draft: ImportDraft) -> None:
    unit = make_unit(session, "市人力资源和社会保障局")

    names.decide_unit(
        session, SYSTEM, draft_id=draft.id, printed="市人社局", unit_id=unit.id, spell=search_keys, now=NOW
    )

    assert [alias.name for alias in unit.aliases] == ["市人社局"]
    assert names.resolver(session, draft.id).of("市人社局").unit_ids == (unit.id,)


def test_a_name_may_be_decided_for_this_document_alone(session: Session, draft: ImportDraft) -> None:
    unit = make_unit(session, "市人力资源和社会保障局")

    names.decide_unit(
        session,
        SYSTEM,
        draft_id=draft.id,
        printed="市人社局",
        unit_id=unit.id,
        remember=False,
        spell=search_keys,
        now=NOW,
    )

    assert unit.aliases == []
    assert names.resolver(session, draft.id).of("市人社局").how == "本次认定"


def test_a_decision_can_be_changed(session: Session, draft: ImportDraft) -> None:
    unit = make_unit(session, "市人力资源和社会保障局")
    names.decide_nobody(session, SYSTEM, draft_id=draft.id, printed="市人社局", now=NOW)

    names.decide_unit(
        session, SYSTEM, draft_id=draft.id, printed="市人社局", unit_id=unit.id, spell=search_keys, now=NOW
    )

    assert names.resolver(session, draft.id).of("市人社局").unit_ids == (unit.id,)


def test_a_collective_name_leads_to_the_members_of_a_group(session: Session, draft: ImportDraft) -> None:
    unit = make_unit(session, "东河县")
    group = groups.create_group(session, SYSTEM, name="各县", member_ids=[unit.id], now=NOW)

    names.decide_group(
        session, SYSTEM, draft_id=draft.id, printed="各县(市、区)政府", group_id=group.id, now=NOW
    )

    found = names.resolver(session, draft.id).of("各县(市、区)政府")
    assert (found.meaning, found.unit_ids, found.name) == (Meaning.GROUP, (unit.id,), "各县")
    assert [alias.name for alias in group.aliases] == ["各县(市、区)政府"]


def test_names_and_the_attached_list_become_units(session: Session) -> None:
    draft = uploaded(
        session, draft_plan([Item("推进。", [("lead", "市司法局")])], register=["司法局", "财政局"])
    )
    make_unit(session, "财政局")

    before = names.names_page(session, draft_id=draft.id)
    made = names.create_units(
        session,
        SYSTEM,
        draft_id=draft.id,
        printed=before.register_new,
        class_name="市级单位",
        spell=search_keys,
        now=NOW,
    )
    after = names.names_page(session, draft_id=draft.id)

    assert (before.register, before.register_new, made) == (("司法局", "财政局"), ("司法局",), ("司法局",))
    assert after.register_new == ()
    assert after.open[0].units[0].name == "司法局"


@pytest.mark.parametrize("printed", ["不在文件里的局", ""])
def test_a_name_that_the_document_does_not_print_is_refused(
    session: Session, draft: ImportDraft, printed: str
) -> None:
    with pytest.raises(InvalidInput, match="没有"):
        names.create_units(session, SYSTEM, draft_id=draft.id, printed=[printed], spell=search_keys, now=NOW)
    with pytest.raises(InvalidInput, match="没有"):
        names.decide_nobody(session, SYSTEM, draft_id=draft.id, printed=printed, now=NOW)


def test_passages_of_one_line_and_kind_are_one(session: Session) -> None:
    proposal = draft_plan([Item("推进。"), Other("note", "注：一")])
    end = len(proposal["text"]) - 1
    proposal["segments"][-1] = {"start": end - 3, "end": end - 2, "kind": "note", "task": None}
    proposal["segments"].append({"start": end - 2, "end": end, "kind": "note", "task": None})

    draft = uploaded(session, proposal)

    assert others(session, draft)[-1][0] == "note"
    assert len(others(session, draft)) == 1


@pytest.mark.parametrize(
    ("printed", "suggested"),
    [("市人社局", ["市人力资源和社会保障局"]), ("市教育局", []), ("市委办", []), ("市府办", ["市政府办"])],
    ids=["a short form", "only 市 and 局 in common", "only 市 and 办 in common", "another short form"],
)
def test_only_names_that_share_something_telling_are_suggested(
    session: Session, draft: ImportDraft, printed: str, suggested: list[str]
) -> None:
    make_unit(session, "市人力资源和社会保障局")
    make_unit(session, "市政府办")

    found = names.resolver(session, draft.id).unit_suggestions(printed)

    assert [suggestion.name for suggestion in found] == suggested
