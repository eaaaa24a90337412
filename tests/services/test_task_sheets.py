"""A task sheet handed out, changed and brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from importers.readers import task_sheet as reader
from tests.factories import NOW, make_clause, make_plan, make_task, make_unit
from tests.support.qingxi import MemoryFiles
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import AlreadyImported, InvalidInput, UnreadableFile, VersionConflict
from tracker.domain.task import Role
from tracker.domain.task_sheet import ERROR_HEAD, Field
from tracker.services import groups, ledger_files, task_sheets, tasks, undoing
from tracker.services.task_sheets import Choices, Counted, Kind, SheetDecided, SheetFaulty, SheetPage
from tracker.services.tasks import TaskChange
from tracker.store.tables import BatchChange, ImportBatch, Plan, SheetUpload, Task, Unit

LATER = NOW + timedelta(hours=1)
TEXT, SECTION, LEAD, RESPONSIBLE, SUPPORT, PHRASE, DAYS = "CDEFGHI"
FIRST, SECOND, THIRD, EMPTY = 4, 5, 6, 7


CellValue = str | int | date | None


class Office:
    """A plan of three tasks, and what the office does with its sheet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.files = MemoryFiles()
        names = ("市司法局", "市教育局", "市营商局", "东河县", "西河县")
        self.units: dict[str, Unit] = {name: make_unit(session, name) for name in names}
        members = [self.units["东河县"].id, self.units["西河县"].id]
        groups.create_group(session, SYSTEM, name="各县(市、区)政府", member_ids=members, now=NOW)
        self.plan: Plan = make_plan(session)
        self.plan.issued_on = date(2026, 3, 18)
        make_clause(session, self.plan, self.plan.title)
        self.first = self._task("核对规范性文件。", [("市司法局", "lead"), ("市教育局", "support")])
        self.second = self._task("建立问答库。", [("市营商局", "responsible")])
        self.third = self._task("公开项目进展。", [("市教育局", "responsible")], due=None)
        session.flush()

    def _task(self, text: str, units: list[tuple[str, str]], due: date | None = date(2026, 11, 30)) -> Task:
        return make_task(
            self.session, self.plan, text.rstrip("。"), text=text, due=due, phrase="11月底前" if due else "",
            units=[(self.units[name], role) for name, role in units],
        )  # fmt: skip

    def sheet(self, *changes: tuple[str, CellValue], edit: Callable[[Worksheet], object] | None = None) -> bytes:
        """The sheet as it is handed out, with these cells changed."""
        file = ledger_files.of_plan(self.session, SYSTEM, plan_id=self.plan.id, now=NOW)
        book = load_workbook(BytesIO(file.content))
        page = book.worksheets[0]
        for place, value in changes:
            page[place] = value
        if edit:
            edit(page)
        buffer = BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def bring(self, data: bytes) -> SheetPage:
        """The sheet brought back, as its page shows it."""
        upload = task_sheets.keep(
            self.session, SYSTEM, data=data, filename="任务表.xlsx", sheet=reader.read(data), files=self.files, now=NOW
        )
        return task_sheets.page(self.session, SYSTEM, upload_id=upload.id)

    def apply(self, page: SheetPage, choices: Choices | None = None) -> Counted:
        return task_sheets.apply(
            self.session, SYSTEM, upload_id=page.upload.id, seen=page.seen, choices=choices or Choices(), now=LATER
        )

    def owed(self, task: Task) -> list[tuple[str, str]]:
        self.session.refresh(task)
        return [(part.unit.name, part.role) for part in task.assignments]


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def said(page: SheetPage) -> list[str]:
    return [problem.message for compared in page.of(Kind.WRONG) for problem in compared.problems]


def test_a_sheet_that_comes_back_unchanged_is_all_the_same(office: Office) -> None:
    page = office.bring(office.sheet())

    assert {kind: count for kind, count in page.counts.items() if count} == {Kind.SAME: 3}
    assert not page.says_something


def test_what_was_changed_in_a_sheet_becomes_so_in_one_batch(office: Office) -> None:
    page = office.bring(
        office.sheet(
            (f"{TEXT}{FIRST}", "核对全部规范性文件。"),
            (f"{SECTION}{FIRST}", "二、解读"),
            (f"{SUPPORT}{FIRST}", "市营商局、各县(市、区)政府"),
            (f"{DAYS}{SECOND}", date(2026, 12, 20)),
            (f"{PHRASE}{THIRD}", "长期推进"),
            (f"{TEXT}{EMPTY}", "新增一项任务。"),
            (f"{LEAD}{EMPTY}", "市司法局"),
            (f"{PHRASE}{EMPTY}", "10月底前"),
        )
    )

    assert (page.counts[Kind.CHANGED], page.counts[Kind.NEW], page.counts[Kind.WRONG]) == (3, 1, 0)
    assert office.apply(page) == Counted(new=1, changed=3)

    assert (office.first.text, office.first.section) == ("核对全部规范性文件。", "二、解读")
    assert office.first.title == "核对全部规范性文件", "a name that nobody gave follows the text"
    assert office.owed(office.first) == [
        ("市司法局", "lead"), ("市营商局", "support"), ("东河县", "support"), ("西河县", "support"),
    ]  # fmt: skip
    assert {part.group_name for part in office.first.assignments} == {"", "各县(市、区)政府"}
    assert office.second.due_on == date(2026, 12, 20)
    assert office.second.deadline_notation == "date:2026-11-30", "what is printed stays"
    assert "由2026-11-30改为2026-12-20" in office.second.deadline_reason
    assert office.third.deadline_notation == "ongoing"
    new = office.session.scalars(select(Task).order_by(Task.id.desc())).first()
    assert new is not None
    assert (new.text, new.due_on, new.serial) == ("新增一项任务。", date(2026, 10, 31), office.third.serial + 1)
    (batch,) = office.session.scalars(select(ImportBatch).where(ImportBatch.kind == "sheet"))
    kinds = office.session.scalars(select(BatchChange.kind).where(BatchChange.batch_id == batch.id))
    assert sorted(kinds) == ["date", "date", "new", "units", "wording"]


def test_an_imported_sheet_is_undone_like_any_batch_and_may_come_again(office: Office) -> None:
    data = office.sheet(
        (f"{TEXT}{FIRST}", "核对全部规范性文件。"), (f"{SECTION}{FIRST}", "二、解读"), (f"{LEAD}{FIRST}", "市营商局"),
        (f"{DAYS}{SECOND}", date(2026, 12, 20)), (f"{TEXT}{EMPTY}", "新增一项。"), (f"{LEAD}{EMPTY}", "市司法局"),
        edit=lambda sheet: sheet.delete_rows(THIRD),
    )  # fmt: skip
    office.apply(office.bring(data), Choices(gone=frozenset({office.third.id})))
    batch_id = office.session.scalars(select(ImportBatch.id).where(ImportBatch.kind == "sheet")).one()

    done = undoing.undo(office.session, SYSTEM, batch_id=batch_id, now=LATER + timedelta(minutes=1))

    assert (len(done.reversed), done.kept) == (4, ())
    assert office.session.scalars(select(func.count()).select_from(Task)).one() == 3
    assert (office.first.text, office.first.section) == ("核对规范性文件。", "一、主动公开")
    assert office.owed(office.first) == [("市司法局", "lead"), ("市教育局", "support")]
    assert office.second.due_on == date(2026, 11, 30)
    assert office.third.state == "assigned"
    # The tasks' versions have moved on, so the sheet is compared by its cells and says the same again.
    assert office.bring(data).counts[Kind.NEW] == 1


def test_the_same_working_copy_again_makes_nothing_twice(office: Office) -> None:
    copy = [(f"{TEXT}{EMPTY}", "新增一项任务。"), (f"{LEAD}{EMPTY}", "市司法局"), (f"{TEXT}{FIRST}", "核对文件。")]
    data = office.sheet(*copy)
    office.apply(office.bring(data))

    with pytest.raises(AlreadyImported, match="已经导入过"):
        office.bring(data)

    book = load_workbook(BytesIO(data))
    book.worksheets[0]["Q2"] = "我的备注"
    buffer = BytesIO()
    book.save(buffer)
    page = office.bring(buffer.getvalue())
    assert {kind: count for kind, count in page.counts.items() if count} == {Kind.SAME: 3, Kind.REPEATED: 1}
    assert office.apply(page) == Counted()


def test_what_only_the_ledger_has_changed_since_stays(office: Office) -> None:
    data = office.sheet((f"{SECTION}{FIRST}", "二、解读"))
    change_title_and_lead(office)

    page = office.bring(data)
    assert page.counts[Kind.CHANGED] == 1
    office.apply(page)

    assert office.first.section == "二、解读"
    assert ("市营商局", "lead") in office.owed(office.first)


def test_a_grey_cell_is_told_and_changes_nothing(office: Office) -> None:
    """Also after the ledger has moved on: the sheet remembers what the grey cells said."""
    data = office.sheet(("L4", "已销号"), ("M5", "都办好了。"), ("L7", "推进中"))
    office.first.state = "in_progress"
    office.session.flush()

    page = office.bring(data)

    assert page.grey == {"状态": (4,), "最近进展": (5,)}
    assert not page.says_something


def test_a_sheet_of_an_older_release_remembers_no_grey_cells(office: Office) -> None:
    def forget(page: Worksheet) -> None:
        assert page.parent is not None
        memory = page.parent["_taizhang"]
        memory.delete_cols(3 + len(Field), 3)

    page = office.bring(office.sheet(("L4", "已销号"), edit=forget))

    assert (page.grey, page.says_something) == ({}, False)


@pytest.mark.parametrize("side", ["sheet", "ledger"])
def test_a_cell_that_both_sides_have_changed_waits_for_a_choice(office: Office, side: str) -> None:
    data = office.sheet((f"{LEAD}{FIRST}", "市教育局"), (f"{SUPPORT}{FIRST}", ""))
    change_title_and_lead(office)

    page = office.bring(data)
    (compared,) = page.of(Kind.CLASH)
    (clash,) = compared.clashes
    assert (clash.before, clash.now, clash.wanted) == ("市司法局", "市营商局", "市教育局")
    with pytest.raises(InvalidInput, match="第4行的牵头单位两边都改过"):
        office.apply(page)

    office.apply(page, Choices(sides={(FIRST, Field.LEAD): side}))  # type: ignore[dict-item]
    assert office.owed(office.first) == [("市教育局" if side == "sheet" else "市营商局", "lead")]


def change_title_and_lead(office: Office) -> None:
    roles = {office.units["市营商局"].id: Role.LEAD, office.units["市教育局"].id: Role.SUPPORT}
    tasks.change(
        office.session, SYSTEM, task_id=office.first.id, version=office.first.version,
        wanted=TaskChange("核对文件", roles), now=NOW,
    )  # fmt: skip


def test_a_row_that_was_deleted_is_told_and_only_cancelled_by_a_tick(office: Office) -> None:
    page = office.bring(office.sheet(edit=lambda sheet: sheet.delete_rows(SECOND)))
    (gone,) = page.of(Kind.GONE)
    assert gone.task is not None
    assert gone.task.id == office.second.id
    assert office.apply(page) == Counted()
    assert office.second.state == "assigned"


def test_a_ticked_row_is_cancelled(office: Office) -> None:
    page = office.bring(office.sheet(edit=lambda sheet: sheet.delete_rows(SECOND)))

    assert office.apply(page, Choices(gone=frozenset({office.second.id}))) == Counted(cancelled=1)
    assert office.second.state == "cancelled"


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        (TEXT, "", "工作任务是空的"),
        (TEXT, "长" * 5001, "最多5000个"),
        (LEAD, "、".join(f"市第{number}局" for number in range(600)), "最多3000个"),
        (DAYS, "2026-06-30、" * 100, "最多1000个"),
        (LEAD, "市司法", "单位名册里没有“市司法”。是不是“市司法局”"),
        (LEAD, "某某办", "或先在单位页新增这家单位"),
        (SUPPORT, "市司法局", "“市司法局”在牵头单位里已有"),
        (DAYS, "2026.6.31", "没有2026年6月31日这一天"),
        (DAYS, "下半年", "“下半年”不是一个日期"),
        (DAYS, date(2025, 11, 30), "早于文件印发的2026-03-18"),
        (PHRASE, "12月底前", "完成日期还是2026-11-30"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(office: Office, cell: str, value: CellValue, words: str) -> None:
    page = office.bring(office.sheet((f"{cell}{FIRST}", value)))

    (compared,) = page.of(Kind.WRONG)
    assert compared.number == FIRST
    assert words in " ".join(said(page))
    with pytest.raises(SheetFaulty):
        office.apply(page)


def test_a_phrase_with_two_readings_asks_for_a_day(office: Office) -> None:
    page = office.bring(office.sheet((f"{PHRASE}{THIRD}", "12月前")))
    assert said(page) == ["“12月前”可以读成2026年11月30日前、2026年12月31日前，请在完成日期里填定一天。"]

    page = office.bring(office.sheet((f"{PHRASE}{THIRD}", "12月前"), (f"{DAYS}{THIRD}", "2026年12月31日")))
    office.apply(page)
    assert (office.third.deadline_phrase, office.third.due_on) == ("12月前", date(2026, 12, 31))


def test_a_day_that_is_cleared_leaves_the_printed_phrase_in_force(office: Office) -> None:
    office.apply(office.bring(office.sheet((f"{DAYS}{FIRST}", date(2026, 12, 20)))))
    assert office.first.due_on == date(2026, 12, 20)

    office.apply(office.bring(office.sheet((f"{DAYS}{FIRST}", None))))
    assert office.first.due_on == date(2026, 11, 30)


def test_copied_and_foreign_rows_are_errors(office: Office) -> None:
    def copy(sheet: Worksheet) -> None:
        for column in range(1, 12):
            sheet.cell(EMPTY, column).value = sheet.cell(FIRST, column).value
        sheet.cell(EMPTY + 1, 1).value = "T999999v1"
        sheet.cell(EMPTY + 1, 3).value = "别的文件里的任务"

    page = office.bring(office.sheet(edit=copy))

    assert [compared.number for compared in page.of(Kind.WRONG)] == [EMPTY, EMPTY + 1]
    assert "与第4行是同一项任务" in said(page)[0]
    assert "不属于这份文件" in said(page)[1]


def test_rows_may_be_sorted_and_columns_added(office: Office) -> None:
    def shuffle(sheet: Worksheet) -> None:
        first = [cell.value for cell in sheet[FIRST]]
        for cell, other, value in zip(sheet[FIRST], sheet[THIRD], first, strict=True):
            cell.value, other.value = other.value, value
        sheet.insert_cols(5)
        sheet.cell(3, 5).value = "科室意见"
        sheet.cell(FIRST, 5).value = "已阅"

    page = office.bring(office.sheet(edit=shuffle))

    assert page.counts[Kind.SAME] == 3
    assert not page.says_something


def test_a_signed_off_task_cannot_be_changed_in_a_sheet(office: Office) -> None:
    office.second.state, office.second.signed_off_at = "signed_off", NOW
    office.session.flush()

    assert office.bring(office.sheet()).counts[Kind.SAME] == 3
    page = office.bring(office.sheet((f"{TEXT}{SECOND}", "改了。")))
    assert "这项任务已销号" in said(page)[0]


def test_nothing_is_confirmed_that_was_not_seen(office: Office) -> None:
    page = office.bring(office.sheet((f"{TEXT}{FIRST}", "改了。")))
    change_title_and_lead(office)

    with pytest.raises(VersionConflict):
        office.apply(page)


def test_a_sheet_is_decided_once(office: Office) -> None:
    page = office.bring(office.sheet((f"{TEXT}{FIRST}", "改了。")))
    task_sheets.discard(office.session, SYSTEM, upload_id=page.upload.id, now=LATER)

    with pytest.raises(SheetDecided):
        office.apply(page)
    assert office.session.scalars(select(SheetUpload.state)).all() == ["discarded"]


def test_a_sheet_of_another_ledger_is_refused(office: Office) -> None:
    data = office.sheet()
    office.plan.source_sha256 = "0" * 64
    office.session.flush()

    with pytest.raises(InvalidInput, match="不在台账里"):
        office.bring(data)


def test_a_sheet_whose_memory_was_touched_is_refused(office: Office) -> None:
    book = load_workbook(BytesIO(office.sheet()))
    book["_taizhang"]["C2"] = "另一项任务"
    buffer = BytesIO()
    book.save(buffer)

    with pytest.raises(UnreadableFile, match="请重新下载任务表"):
        reader.read(buffer.getvalue())


def test_the_marked_file_is_the_persons_own_and_comes_back_clean(office: Office) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_cols(15)
        sheet["O3"], sheet["O4"] = "科室意见", "已阅"
        sheet["E4"] = "市司法"
        sheet.column_dimensions["C"].width = 77

    page = office.bring(office.sheet(edit=edit))
    file = task_sheets.marked(office.session, SYSTEM, upload_id=page.upload.id, files=office.files)

    assert file.name == "任务表（标出错误）.xlsx"
    book = load_workbook(BytesIO(file.content))
    sheet = book.worksheets[0]
    assert (sheet["O4"].value, sheet.column_dimensions["C"].width) == ("已阅", 77)
    assert (sheet["P3"].value, "单位名册里没有" in str(sheet["P4"].value), sheet["P5"].value) == (ERROR_HEAD, True, None)
    assert str(sheet["E4"].fill.start_color.rgb).endswith("FFC7CE")
    assert sheet["E4"].comment is not None
    assert book["_taizhang"].sheet_state == "veryHidden"

    sheet["E4"] = "市教育局"
    sheet["G4"] = ""
    buffer = BytesIO()
    book.save(buffer)
    again = office.bring(buffer.getvalue())
    assert [upload.id for upload in task_sheets.waiting(office.session)] == [again.upload.id]
    assert (again.counts[Kind.CHANGED], again.counts[Kind.WRONG]) == (1, 0)
    assert office.apply(again) == Counted(changed=1)


def test_a_sheet_without_an_error_waits_beside_the_next_of_the_same_name(office: Office) -> None:
    office.bring(office.sheet((f"{TEXT}{FIRST}", "核对全部规范性文件。")))
    office.bring(office.sheet((f"{TEXT}{SECOND}", "建立全市问答库。")))

    assert len(task_sheets.waiting(office.session)) == 2
