"""The task sheet as a workbook: what goes out comes back, through any program and with people's habits."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from importers import marked_sheet
from importers.readers import admission
from importers.readers import task_sheet as reader
from tests.factories import NOW
from tracker.documents.task_sheet import EMPTY_ROWS, LedgerRow, LedgerSheet, Words, as_xlsx, blank
from tracker.domain.assigning import Part
from tracker.domain.deadline import Deadline, Unstated
from tracker.domain.errors import UnreadableFile
from tracker.domain.task import Role
from tracker.domain.task_sheet import ERROR_HEAD, TITLE_HINT, Field, KnownTask, base_of
from tracker.domain.task_sheet_rows import Kind, Named, Rules, compare

PLAN = 7
SHA = "a" * 64
WORDS = Words(("市司法局", "市教育局", "各县(市、区)政府"), ("一、主动公开",))


def task(number: int = 1, **facts: object) -> KnownTask:
    values: dict[str, object] = {
        "id": number, "serial": number, "version": 3, "state": "推进中", "open": True, "text": "核对规范性文件。",
        "section": "一、主动公开", "phrase": "11月底前", "notation": "date:2026-11-30", "days": (date(2026, 11, 30),),
        "parts": (Part(1, Role.LEAD, "市司法局"), Part(2, Role.SUPPORT, "东河县", "各县(市、区)政府")),
    }  # fmt: skip
    return KnownTask(**(values | facts))  # type: ignore[arg-type]


def made(tasks: Sequence[KnownTask]) -> bytes:
    rows = tuple(LedgerRow(one, "▲ 临近", "11月30日到期", date(2026, 9, 24)) for one in tasks)
    return as_xlsx(LedgerSheet("青溪市2026年政务公开工作要点", "共1项", rows, NOW, plan=(PLAN, SHA)), WORDS)


def kinds(content: bytes, tasks: Sequence[KnownTask]) -> list[Kind]:
    """What each row is, compared with these tasks; nobody knows a unit or reads a phrase."""
    sheet = reader.read(content)
    assert (sheet.plan_id, sheet.plan_sha256) == (PLAN, SHA)
    rules = Rules(2026, None, lambda _: Named(), lambda _: (), lambda phrase: Deadline(phrase, Unstated(), ""))
    return [verdict.kind for verdict in compare(sheet, {one.id: one for one in tasks}, rules)]


def edited(content: bytes, **cells: str | int | datetime) -> bytes:
    book = load_workbook(BytesIO(content))
    for place, value in cells.items():
        book.worksheets[0][place] = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# Any text that a database can hold, and what spreadsheets stumble over.
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | st.sampled_from(
    [
        "=1+1", "+86 571", "-3%", "@所有人", "'单引号", "＝全角", "0012", "1e5", "11-30", "是", "TRUE", "#REF!",
        "第一行\n第二行\r\n第三行", "　　前有空格　", "a\tb", "_x0041_", "_x000D_尾", "<b>&amp;</b>", "𠮷野家", "长" * 300,
    ]
)
names = st.sampled_from(["市司法局", "市教育局", "各市、县〔市、区〕政府", "东河县（市、区）"])
parts = st.lists(
    st.builds(Part, st.integers(1, 9), st.sampled_from(list(Role)), names, st.sampled_from(["", "各县(市、区)政府"])),
    max_size=4, unique_by=lambda part: part.unit_id,
).map(tuple)  # fmt: skip
days = st.lists(st.dates(date(2020, 1, 1), date(2035, 12, 31)), max_size=3, unique=True).map(lambda d: tuple(sorted(d)))
tasks = st.lists(
    st.builds(
        task, st.integers(1, 10**8), text=any_text, section=any_text, phrase=any_text, days=days, parts=parts,
        open=st.booleans(), progress=any_text,
    ),
    max_size=5, unique_by=lambda one: one.id,
)  # fmt: skip


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(tasks)
def test_what_comes_back_unchanged_is_the_same(found: list[KnownTask]) -> None:
    content = made(found)

    admission.admit(content)
    sheet = reader.read(content)

    assert kinds(content, found) == [Kind.SAME] * len(found)
    assert {key: old.version for key, old in sheet.base.items()} == {one.id: 3 for one in found}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert "<f>" not in archive.read("xl/worksheets/sheet1.xml").decode()


@settings(deadline=None, max_examples=20)  # the machine may be busy
@given(tasks)
def test_a_marked_sheet_still_says_the_same(found: list[KnownTask]) -> None:
    notes = {row: [("text", "错"), ("", "整行有错")] for row in range(4, 4 + len(found))}

    content = marked_sheet.mark(made(found), notes)

    assert kinds(content, found) == [Kind.SAME] * len(found)


ODD = [
    task(1, text="=SUM(A1:A9)", section="+86", phrase="@所有人"),
    task(2, text="第一行\n第二行 _x0041_", days=(date(2026, 6, 30), date(2026, 12, 31))),
    task(3, text="长" * 20_000, phrase="", days=(), parts=()),
    task(4, text="　全角　＝１　𠮷", section="", phrase="11-30"),
    task(5, text="-3%", open=False, state="已销号"),
]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_saves_it_again_without_a_change(tmp_path: Path) -> None:
    (tmp_path / "in.xlsx").write_bytes(made(ODD))

    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "in.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    content = (tmp_path / "out" / "in.xlsx").read_bytes()

    assert reader.belongs_to_plan(content)
    assert kinds(content, ODD) == [Kind.SAME] * len(ODD)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("I4", "2026-11-30"), ("I4", "2026年11月30日"), ("I4", "2026/11/30"), ("I4", "2026.11.30"), ("I4", "11月30日"),
        ("I4", "２０２６－１１－３０"), ("I4", "20261130"), ("I4", datetime(2026, 11, 30, 8)),
        ("E4", " 市司法局 "), ("E4", "市司法局、"), ("G4", "各县（市、区）政府"), ("C4", "核对规范性文件。  "),
        ("C4", "核对规范性文件。\r\n"), ("H4", "11月底前 "), ("B4", 99), ("L4", "改了状态"), ("M4", "改了进展"),
        ("J4", "改了灯"), ("Q4", "自己的备注"), ("C30", "   "),
    ],
)  # fmt: skip
def test_habits_of_people_and_programs_are_no_change(place: str, value: str | int | datetime) -> None:
    assert kinds(edited(made([task()]), **{place: value}), [task()]) == [Kind.SAME]


def test_a_wrong_size_and_left_out_rows_do_not_matter() -> None:
    """Some programs write A1 for the size of a page, and no rows without a value."""
    whole, buffer = BytesIO(made([task(), task(2)])), BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            xml = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', old.read(name))
            hint = re.compile(rb'<row r="2".*?</row>' if name.endswith("/sheet1.xml") else rb"(?!)", re.DOTALL)
            new.writestr(name, hint.sub(b"", xml))

    assert [row.number for row in reader.read(buffer.getvalue()).rows] == [4, 5]
    assert "A1" in zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml").decode()


def test_a_day_kept_as_a_number_is_a_day() -> None:
    book = load_workbook(BytesIO(made([task()])))
    book.worksheets[0]["I4"].number_format = "0"
    book.worksheets[0]["I4"] = 46356
    buffer = BytesIO()
    book.save(buffer)

    assert reader.read(buffer.getvalue()).rows[0].cells[Field.DAYS] == "2026-11-30"


def test_a_month_shown_as_a_day_is_told_as_a_month() -> None:
    book = load_workbook(BytesIO(made([task()])))
    book.worksheets[0]["I4"].number_format = 'yyyy"年"m"月"'
    buffer = BytesIO()
    book.save(buffer)

    assert reader.read(buffer.getvalue()).rows[0].cells[Field.DAYS] == "2026年11月"


def test_a_text_longer_than_a_cell_is_cut_and_counts_as_unchanged() -> None:
    long = task(text="长" * 40_000)

    assert kinds(made([long]), [long]) == [Kind.SAME]


def test_it_looks_like_a_form_of_an_office() -> None:
    book = load_workbook(BytesIO(made([task(), task(2, open=False, state="已销号")])))
    page = book.worksheets[0]
    assert isinstance(page, Worksheet)

    assert [cell.value for cell in page[3]] == [
        "编号（请勿改动）", "序号", "工作任务", "板块", "牵头单位", "责任单位", "配合单位", "完成时限", "完成日期", "灯", "说明",
        "状态", "最近进展", "进展日期",
    ]  # fmt: skip
    assert (page["B1"].value, str(page.merged_cells)) == ("青溪市2026年政务公开工作要点台账", "B1:N1 B2:N2")
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A4", "A3:N5", "$3:$3")
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToWidth) == ("landscape", 8, 1)
    assert page.column_dimensions["A"].hidden
    assert (page["A4"].value, page["I4"].value, page["I4"].number_format) == ("T1v3", datetime(2026, 11, 30), "yyyy-mm-dd")
    assert page["C5"].fill.start_color.rgb == page["L4"].fill.start_color.rgb == "00EDEDED"
    assert (page["J4"].value, page["N4"].value, page["N4"].number_format) == ("▲ 临近", datetime(2026, 9, 24), "yyyy-mm-dd")
    assert page.max_row == 5 + EMPTY_ROWS
    assert {name: book[name].sheet_state for name in book.sheetnames} == {
        "任务表": "visible", "填写说明": "visible", "_words": "hidden", "_taizhang": "veryHidden",
    }  # fmt: skip
    assert reader.read(made([task()])).base == base_of([task()])


def test_a_list_of_several_plans_is_the_same_sheet_without_marks() -> None:
    """It names the document of each row, both days of what was put off, and would come back as a new plan."""
    put_off = LedgerRow(task(), first_due_on=date(2026, 8, 31), plan="实施方案")
    content = as_xlsx(LedgerSheet("2026年政务公开工作", "共1项", (put_off,), NOW), WORDS)

    page = load_workbook(BytesIO(content)).worksheets[0]
    assert (reader.belongs_to_plan(content), reader.is_blank_form(content)) == (False, True)
    assert [cell.value for cell in page[3]][1:] == [
        "序号", "工作任务", "板块", "牵头单位", "责任单位", "配合单位", "完成时限", "完成日期", "原定时限", "灯", "说明",
        "状态", "最近进展", "进展日期", "所属文件",
    ]  # fmt: skip
    assert (page["A4"].value, page["J4"].value, page["P4"].value) == (None, datetime(2026, 8, 31), "实施方案")
    assert "选定一份文件" in str(page["B2"].value)


def test_empty_rows_of_a_ledger_are_not_printed() -> None:
    page = load_workbook(BytesIO(made([task()]))).worksheets[0]
    left = [cell.border.left for row in page.iter_rows(min_row=5) for cell in row]

    assert page["C4"].border.left.style == "thin"
    assert {side.style if side else None for side in left} == {None}
    assert {cell.fill.fill_type for row in page.iter_rows(min_row=5) for cell in row} == {None}


def test_lists_offer_their_words_from_a_page_of_their_own() -> None:
    book = load_workbook(BytesIO(made([task()])))
    rules = {str(rule.sqref): rule for rule in book.worksheets[0].data_validations.dataValidation}

    assert rules["E4:E24"].formula1 == "_words!$A$1:$A$3"
    assert [cell.value for cell in book["_words"]["A"][:3]] == ["市司法局", "市教育局", "各县(市、区)政府"]
    assert not rules["E4:E24"].showErrorMessage, "a cell may name several units"
    assert (rules["I4:I24"].type, rules["I4:I24"].errorStyle) == ("date", "warning")


def test_a_blank_form_has_no_columns_of_the_ledger() -> None:
    content = blank(WORDS)
    page = load_workbook(BytesIO(content)).worksheets[0]

    assert reader.is_blank_form(content)
    assert not reader.belongs_to_plan(content)
    assert (page["B1"].value, page["I3"].value, page["J3"].value) == (TITLE_HINT, "完成日期", None)
    assert reader.read(content).rows == ()


@pytest.mark.parametrize("column", ["A", "C", "F", "I"])
def test_a_lost_column_is_named(column: str) -> None:
    book = load_workbook(BytesIO(made([task()])))
    head = str(book.worksheets[0][f"{column}3"].value)
    book.worksheets[0][f"{column}3"] = "别的"
    buffer = BytesIO()
    book.save(buffer)

    with pytest.raises(UnreadableFile, match="请") as refused:
        reader.read(buffer.getvalue())
    assert head[:4] in str(refused.value) or "工作任务" in str(refused.value)


def test_marks_of_an_earlier_round_go_and_a_persons_own_colours_stay() -> None:
    first = marked_sheet.mark(made([task(), task(2)]), {4: [("lead", "没有这家单位")], 5: [("", "整行有错")]})

    book = load_workbook(BytesIO(marked_sheet.mark(first, {5: [("days", "没有这一天")]})))
    page = book.worksheets[0]

    assert [cell.value for cell in page[3]].count(ERROR_HEAD) == 1
    assert (page["O4"].value, page["O5"].value) == (None, "完成日期：没有这一天")
    assert (page["E4"].comment, page["E4"].fill.fill_type) == (None, None)
    assert page["I5"].comment is not None
    assert page["I5"].comment.text == "没有这一天"


def test_cells_of_a_group_are_named_together_only_while_they_share_a_role() -> None:
    group = "各县(市、区)政府"
    shared = (Part(1, Role.SUPPORT, "东河县", group), Part(2, Role.SUPPORT, "西河县", group))
    parted = (Part(1, Role.LEAD, "东河县", group), Part(2, Role.SUPPORT, "西河县", group))

    assert task(parts=shared).cells[Field.SUPPORT] == group
    assert (task(parts=parted).cells[Field.LEAD], task(parts=parted).cells[Field.SUPPORT]) == ("东河县", "西河县")
    assert dataclasses.replace(task(), parts=()).cells[Field.SUPPORT] == ""
