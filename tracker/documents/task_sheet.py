"""The ledger as the office works with it (台账, 可回传的任务表): a workbook to be changed and brought back.

A list of one plan's tasks carries hidden marks and comes back cell by cell. A list from several plans is the
same sheet without them: it comes back as a plan of its own, like the empty form when it is filled in.

White columns may be changed, grey ones are the ledger's. The drop-downs take their words from a hidden page,
because a list inside a rule may have 255 characters only; they offer and do not forbid, since a cell may
name several units. The page is not protected: a protected page can neither be sorted nor given new rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.excel import Column, Value, head, height, lay_out, plain, saved, write
from tracker.domain.sealing import UNDATED
from tracker.domain.task_sheet import (
    BLANK_PAGE,
    FORMAT,
    GREY_HEADS,
    GUIDE_PAGE,
    MAIN_PAGE,
    MARK_HEAD,
    MARKED_PAGE,
    PROGRESS_HEAD,
    SERIAL_HEAD,
    STATE_HEAD,
    TITLE_HINT,
    WORDS_PAGE,
    Field,
    KnownTask,
    base_of,
    digest,
    grey_of,
)


class Grey(Enum):
    """What a grey column holds; a hidden one the mark of the row's task."""

    MARK = auto()
    SERIAL = auto()
    FIRST_DAY = auto()
    LIGHT = auto()
    REASON = auto()
    STATE = auto()
    PROGRESS = auto()
    REPORTED_ON = auto()
    PLAN = auto()


Columns = tuple[tuple[Column, Field | Grey], ...]
COLUMNS: Columns = (
    (Column(MARK_HEAD, 12), Grey.MARK),
    (Column(SERIAL_HEAD, 6, centred=True), Grey.SERIAL),
    (Column(Field.TEXT.label, 52), Field.TEXT),
    (Column(Field.SECTION.label, 18), Field.SECTION),
    (Column(Field.LEAD.label, 18), Field.LEAD),
    (Column(Field.RESPONSIBLE.label, 24), Field.RESPONSIBLE),
    (Column(Field.SUPPORT.label, 24), Field.SUPPORT),
    (Column(Field.PHRASE.label, 16), Field.PHRASE),
    (Column(Field.DAYS.label, 13, centred=True), Field.DAYS),
    (Column("原定时限", 13, centred=True), Grey.FIRST_DAY),
    (Column("灯", 11, centred=True), Grey.LIGHT),
    (Column("说明", 24), Grey.REASON),
    (Column(STATE_HEAD, 9, centred=True), Grey.STATE),
    (Column(PROGRESS_HEAD, 36), Grey.PROGRESS),
    (Column("进展日期", 13, centred=True), Grey.REPORTED_ON),
    (Column("所属文件", 28), Grey.PLAN),
)
TITLE_ROW, HINT_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4
EMPTY_ROWS = 20
PHRASES = (
    *(f"{month}月底前" for month in range(1, 13)),
    *("长期推进", "每月", "每季度", "上半年、下半年各一次", "全年"),
)
_GREY = PatternFill("solid", start_color="EDEDED")
_HINT = (
    "白色各栏可以改，新任务填在表末的空行，不要的任务删去整行；灰色各栏由系统填写，改了不算。改好后由公开办在“导入”页上传。"
)
_LIST_HINT = (
    "这份清单来自几份文件，供查看和打印。要改了传回，请在台账里选定一份文件再导出；这一份上传后会成为新的一份文件。"
)
_BLANK_HINT = "一行填一项任务，空行不算。填好后到“导入”页上传，核对后建立台账。"
_GUIDE = (
    "工作任务必填；板块是任务所在的大标题，可以不填。",
    "单位可以从下拉里选，也可以自己写；一栏有几家时用顿号隔开。同一家单位只填在一栏。",
    "完成时限照文件的写法填，如“11月底前”“长期推进”“每季度”。",
    "完成日期填具体的一天，如 2026-09-30；填了就以它为准，不填就按完成时限推算。",
    "行可以移动、排序、筛选，也可以自己加栏，上传时只看表头认得的各栏。",
    "请不要整行复制任务：复制的行带着原来的编号，会被当成同一项。",
)
# In one sentence: with a line for each column it would itself be read as a task once the marks are lost.
_EXAMPLE = (
    "例如：“对现行有效的规范性文件逐件核对”填在工作任务，“一、主动公开”填在板块，“市司法局”填在牵头单位，"
    "“市教育局、市财政局”填在配合单位，“11月底前”填在完成时限，责任单位和完成日期空着。"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the drop-downs offer."""

    units: tuple[str, ...]
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A task with what the ledger says beside it; `plan` names its document in a list from several."""

    task: KnownTask
    light: str = ""
    reason: str = ""
    reported_on: date | None = None
    first_due_on: date | None = None
    """The day as it first was, where it was put off (延期)."""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """A sheet to be made; `plan` is the number and the digest of the one document that all rows are of."""

    title: str
    remark: str
    rows: tuple[LedgerRow, ...]
    made_at: datetime
    plan: tuple[int, str] | None = None


def as_xlsx(sheet: LedgerSheet, words: Words) -> bytes:
    """The sheet as a file: one row a task, real days, and all that it takes to bring it back."""
    columns = _columns_of(sheet)
    book, page = _begin(f"{sheet.title}台账", _HINT if sheet.plan else _LIST_HINT, columns)
    for place, row in enumerate(sheet.rows, start=FIRST_ROW):
        _task(page, place, row, columns, marked=sheet.plan is not None)
    last = FIRST_ROW + len(sheet.rows) - 1
    _finish(book, page, last, words, columns)
    if sheet.plan:
        _remember(book, sheet, sheet.plan)
    else:
        _belongs_to_none(book)
    lay_out(page, "", sheet.remark, head_row=HEAD_ROW)
    return saved(book, made_at=sheet.made_at)


def _columns_of(sheet: LedgerSheet) -> Columns:
    """The columns of a sheet: without those that would be empty throughout."""
    empty = {
        Grey.FIRST_DAY: not any(row.first_due_on for row in sheet.rows),
        Grey.PLAN: not any(row.plan for row in sheet.rows),
    }
    return tuple(pair for pair in COLUMNS if not (isinstance(pair[1], Grey) and empty.get(pair[1])))


def blank(words: Words) -> bytes:
    """An empty sheet for a plan that is not in the ledger yet."""
    kept = {Grey.MARK, Grey.SERIAL, *Field}
    columns = tuple(pair for pair in COLUMNS if pair[1] in kept)
    book, page = _begin(TITLE_HINT, _BLANK_HINT, columns)
    _finish(book, page, FIRST_ROW - 1, words, columns, framed=True)
    lay_out(page, "", "", head_row=HEAD_ROW)
    _belongs_to_none(book)
    return saved(book, made_at=UNDATED)


def _belongs_to_none(book: Workbook) -> None:
    """The hidden page that tells the sheet from any other workbook."""
    page = book.create_sheet(BLANK_PAGE)
    _line(page, 1, ("taizhang", FORMAT))
    page.sheet_state = "veryHidden"


def _begin(title: str, hint: str, columns: Columns) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    page = book.worksheets[0]
    page.title = MAIN_PAGE
    width = len(columns)
    for row, text, font, tall in (
        (TITLE_ROW, title, Font(name="方正小标宋简体", size=18), 34.0),
        (HINT_ROW, hint, Font(name="仿宋", size=11, color="5F5F5F"), 22.0),
    ):
        # The merged area begins in the second column: the first one is hidden.
        cell = write(page, (row, 2), text, COLUMNS[1][0])
        cell.font = font
        cell.border = Border()
        cell.alignment = Alignment(horizontal="center" if row == TITLE_ROW else "left", vertical="center")
        page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=width)
        page.row_dimensions[row].height = tall
    for number, (column, meaning) in enumerate(columns, start=1):
        shape = page.column_dimensions[get_column_letter(number)]
        shape.width, shape.hidden = column.width, meaning is Grey.MARK
        head(page, (HEAD_ROW, number), column)
    page.row_dimensions[HEAD_ROW].height = 26.0
    page.freeze_panes = f"A{FIRST_ROW}"
    return book, page


def _task(page: Worksheet, place: int, row: LedgerRow, columns: Columns, *, marked: bool) -> None:
    told = grey_of(row.task)
    own: dict[Grey, Value] = {
        Grey.MARK: row.task.mark if marked else None,
        Grey.SERIAL: row.task.serial,
        Grey.FIRST_DAY: row.first_due_on,
        Grey.LIGHT: row.light,
        Grey.REASON: row.reason,
        Grey.STATE: told[STATE_HEAD],
        Grey.PROGRESS: told[PROGRESS_HEAD],
        Grey.REPORTED_ON: row.reported_on,
        Grey.PLAN: row.plan,
    }
    values: list[Value] = []
    for number, (column, meaning) in enumerate(columns, start=1):
        value = _value(row.task, meaning) if isinstance(meaning, Field) else own[meaning]
        _cell(page, (place, number), value, column, meaning, grey=not row.task.open)
        values.append(value)
    page.row_dimensions[place].height = height([column for column, _ in columns], values)


def _value(task: KnownTask, column: Field) -> Value:
    """A day as a day, several as text, and no text at all as an empty cell."""
    if column is Field.DAYS and len(task.days) == 1:
        return task.days[0]
    return task.cells[column] or None


def _cell(
    page: Worksheet,
    place: tuple[int, int],
    value: Value,
    column: Column,
    meaning: Field | Grey,
    *,
    grey: bool,
) -> Cell:
    cell = write(page, place, value, column)
    if meaning is Field.DAYS:
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(meaning, Field) and meaning is not Field.TEXT:
        # Excel would make a date of a typed 11月30日, and shows no long text in a cell of this format.
        cell.number_format = "@"
    if grey or not isinstance(meaning, Field):
        cell.fill = _GREY
    return cell


def _finish(
    book: Workbook, page: Worksheet, last: int, words: Words, columns: Columns, *, framed: bool = False
) -> None:
    """The empty rows, the filter, the drop-downs and the page that explains.

    Only an empty form shows its empty rows; a list would print them behind its tasks.
    """
    end = last + EMPTY_ROWS
    for row in range(last + 1, end + 1):
        for number, (column, meaning) in enumerate(columns, start=1):
            if isinstance(meaning, Field) or framed:
                cell = _cell(page, (row, number), None, column, meaning, grey=False)
                if not framed:
                    cell.border = Border()
        page.row_dimensions[row].height = 24.0
    page.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(columns))}{max(last, FIRST_ROW)}"
    _guide(book)
    _offer(book, page, end, words, columns)


def _guide(book: Workbook) -> None:
    page = book.create_sheet(GUIDE_PAGE)
    plain = Column("", 100)
    page.column_dimensions["A"].width = plain.width
    for row, text in enumerate((*_GUIDE, _EXAMPLE), start=1):
        cell = write(page, (row, 1), text, plain)
        cell.border = Border()
        page.row_dimensions[row].height = height((plain,), (text,))


def _offer(book: Workbook, page: Worksheet, end: int, words: Words, columns: Columns) -> None:
    hidden = book.create_sheet(WORDS_PAGE)
    hidden.sheet_state = "hidden"
    lists: Sequence[tuple[Sequence[str], tuple[Field, ...], str]] = (
        (words.units, (Field.LEAD, Field.RESPONSIBLE, Field.SUPPORT), "可从下拉里选一家；几家用顿号隔开。"),
        (words.sections, (Field.SECTION,), ""),
        (PHRASES, (Field.PHRASE,), "照文件的写法填，如：11月底前。"),
    )
    for number, (offered, fields, prompt) in enumerate(lists, start=1):
        if not offered:
            continue
        for row, text in enumerate(offered, start=1):
            plain(hidden, (row, number), text)
        letter = get_column_letter(number)
        source = f"{WORDS_PAGE}!${letter}$1:${letter}${len(offered)}"
        for column in fields:
            # The list offers; showing an error would forbid several units in one cell.
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
            _add(page, rule, _place(column, columns, end), prompt)
    rule = DataValidation(
        "date", operator="greaterThan", formula1="36526", allow_blank=True, showErrorMessage=True,
        errorStyle="warning", errorTitle="不是日期", error="请填一个日期，如 2026-09-30。确定要这样填吗？",
    )  # fmt: skip
    _add(page, rule, _place(Field.DAYS, columns, end), "填了以这一天为准。")


def _place(column: Field, columns: Columns, end: int) -> str:
    letter = get_column_letter([meaning for _, meaning in columns].index(column) + 1)
    return f"{letter}{FIRST_ROW}:{letter}{end}"


def _add(page: Worksheet, rule: DataValidation, place: str, prompt: str) -> None:
    if prompt:
        rule.showInputMessage, rule.prompt = True, prompt
    rule.add(place)
    page.add_data_validation(rule)


def _remember(book: Workbook, sheet: LedgerSheet, plan: tuple[int, str]) -> None:
    """The hidden page: whose sheet it is, and its cells as they are now."""
    page = book.create_sheet(MARKED_PAGE)
    base = base_of([row.task for row in sheet.rows])
    plan_id, plan_sha256 = plan
    added_up = digest(plan_id, plan_sha256, base)
    _line(page, 1, ("taizhang", FORMAT, str(plan_id), plan_sha256, added_up, sheet.title))
    for row, (key, old) in enumerate(base.items(), start=2):
        cells = (old.cells[column] for column in Field)
        _line(page, row, (str(key), str(old.version), *cells, *(old.grey[head] for head in GREY_HEADS)))
    page.sheet_state = "veryHidden"


def _line(page: Worksheet, row: int, values: Iterable[str]) -> None:
    for number, value in enumerate(values, start=1):
        if value:
            plain(page, (row, number), value)
