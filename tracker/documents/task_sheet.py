"""The task sheet (可回传的任务表) as a workbook: a plan's tasks to be changed in Excel, or an empty form.

White columns may be changed, grey ones are the ledger's. The drop-downs take their words from a hidden page,
because a list inside a rule may have 255 characters only; they offer and do not forbid, since a cell may
name several units. The page is not protected: a protected page can neither be sorted nor given new rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.excel import Column, Value, head, height, lay_out, saved, write
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
    Field,
    KnownTask,
    base_of,
    digest,
    grey_of,
)

MARK, SERIAL, STATE, PROGRESS = range(4)
Columns = tuple[tuple[Column, Field | int], ...]
COLUMNS: Columns = (
    (Column(MARK_HEAD, 12), MARK),
    (Column(SERIAL_HEAD, 6, centred=True), SERIAL),
    (Column(Field.TEXT.label, 52), Field.TEXT),
    (Column(Field.SECTION.label, 20), Field.SECTION),
    (Column(Field.LEAD.label, 20), Field.LEAD),
    (Column(Field.RESPONSIBLE.label, 28), Field.RESPONSIBLE),
    (Column(Field.SUPPORT.label, 28), Field.SUPPORT),
    (Column(Field.PHRASE.label, 18), Field.PHRASE),
    (Column(Field.DAYS.label, 14, centred=True), Field.DAYS),
    (Column(STATE_HEAD, 9, centred=True), STATE),
    (Column(PROGRESS_HEAD, 34), PROGRESS),
)
TITLE_ROW, HINT_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4
EMPTY_ROWS = 20
WORDS_PAGE = "_words"
PHRASES = (
    *(f"{month}月底前" for month in range(1, 13)),
    *("长期推进", "每月", "每季度", "上半年、下半年各一次", "全年"),
)
_GREY = PatternFill("solid", start_color="EDEDED")
_HINT = (
    "白色各栏可以改，新任务填在表末的空行，不要的任务删去整行；灰色各栏由系统填写，改了不算。改好后到“导入”页上传。"
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
_EXAMPLE = {
    Field.TEXT: "对现行有效的行政规范性文件逐件核对，集中公开。",
    Field.SECTION: "一、主动公开",
    Field.LEAD: "市司法局",
    Field.RESPONSIBLE: "",
    Field.SUPPORT: "市教育局、市财政局",
    Field.PHRASE: "11月底前",
    Field.DAYS: "",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the drop-downs offer."""

    units: tuple[str, ...]
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A plan's sheet to be made."""

    plan_id: int
    plan_sha256: str
    title: str
    remark: str
    tasks: tuple[KnownTask, ...]
    made_at: datetime


def of_plan(sheet: PlanSheet, words: Words) -> bytes:
    """The sheet of one plan, as a file."""
    book, page = _begin(f"{sheet.title}（任务表）", _HINT, COLUMNS)
    for place, task in enumerate(sheet.tasks, start=FIRST_ROW):
        _task(page, place, task)
    last = FIRST_ROW + len(sheet.tasks) - 1
    _finish(book, page, last, words, COLUMNS)
    lay_out(page, "", sheet.remark, head_row=HEAD_ROW)
    _remember(book, sheet)
    return saved(book, made_at=sheet.made_at)


def blank(words: Words) -> bytes:
    """An empty sheet for a plan that is not in the ledger yet."""
    columns = tuple(pair for pair in COLUMNS if pair[1] not in {STATE, PROGRESS})
    book, page = _begin(TITLE_HINT, _BLANK_HINT, columns)
    _finish(book, page, FIRST_ROW - 1, words, columns)
    lay_out(page, "", "", head_row=HEAD_ROW)
    hidden = book.create_sheet(BLANK_PAGE)
    _line(hidden, 1, ("taizhang", FORMAT))
    hidden.sheet_state = "veryHidden"
    return saved(book, made_at=UNDATED)


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
    for number, (column, _) in enumerate(columns, start=1):
        shape = page.column_dimensions[get_column_letter(number)]
        shape.width, shape.hidden = column.width, column.head == MARK_HEAD
        head(page, (HEAD_ROW, number), column)
    page.row_dimensions[HEAD_ROW].height = 26.0
    page.freeze_panes = f"A{FIRST_ROW}"
    return book, page


def _task(page: Worksheet, row: int, task: KnownTask) -> None:
    grey = grey_of(task)
    own: dict[int, Value] = {
        MARK: task.mark,
        SERIAL: task.serial,
        STATE: grey[STATE_HEAD],
        PROGRESS: grey[PROGRESS_HEAD],
    }
    values: list[Value] = []
    for number, (column, meaning) in enumerate(COLUMNS, start=1):
        value = _value(task, meaning) if isinstance(meaning, Field) else own[meaning]
        _cell(page, (row, number), value, column, meaning, grey=not task.open)
        values.append(value)
    page.row_dimensions[row].height = height([column for column, _ in COLUMNS], values)


def _value(task: KnownTask, column: Field) -> Value:
    """A day as a day, several as text, and no text at all as an empty cell."""
    if column is Field.DAYS and len(task.days) == 1:
        return task.days[0]
    return task.cells[column] or None


def _cell(
    page: Worksheet, place: tuple[int, int], value: Value, column: Column, meaning: Field | int, *, grey: bool
) -> None:
    cell = write(page, place, _escaped(value) if isinstance(value, str) else value, column)
    if meaning is Field.DAYS:
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(meaning, Field) and meaning is not Field.TEXT:
        # Excel would make a date of a typed 11月30日, and shows no long text in a cell of this format.
        cell.number_format = "@"
    if grey or not isinstance(meaning, Field):
        cell.fill = _GREY


_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(text: str) -> str:
    """`_x0041_` would stand for a character in a workbook (ST_Xstring, ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub("_x005F_", text)


def _finish(book: Workbook, page: Worksheet, last: int, words: Words, columns: Columns) -> None:
    """The empty rows, the filter, the drop-downs and the page that explains."""
    end = last + EMPTY_ROWS
    for row in range(last + 1, end + 1):
        for number, (column, meaning) in enumerate(columns, start=1):
            _cell(page, (row, number), None, column, meaning, grey=False)
        page.row_dimensions[row].height = 24.0
    page.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(columns))}{max(last, FIRST_ROW)}"
    _guide(book)
    _offer(book, page, end, words)


def _guide(book: Workbook) -> None:
    page = book.create_sheet(GUIDE_PAGE)
    plain = Column("", 100)
    page.column_dimensions["A"].width = plain.width
    lines = [*_GUIDE, "填写示例（这一页的内容不会导入）："]
    lines += [f"　　{column.label}：{_EXAMPLE[column] or '（不填）'}" for column in Field]
    for row, text in enumerate(lines, start=1):
        cell = write(page, (row, 1), text, plain)
        cell.border = Border()
        page.row_dimensions[row].height = 22.0
        if row > len(_GUIDE):
            cell.font = Font(name="仿宋", size=11, italic=True, color="808080")


def _offer(book: Workbook, page: Worksheet, end: int, words: Words) -> None:
    hidden = book.create_sheet(WORDS_PAGE)
    hidden.sheet_state = "hidden"
    lists: Sequence[tuple[Sequence[str], tuple[Field, ...], str]] = (
        (words.units, (Field.LEAD, Field.RESPONSIBLE, Field.SUPPORT), "可从下拉里选一家；几家用顿号隔开。"),
        (words.sections, (Field.SECTION,), ""),
        (PHRASES, (Field.PHRASE,), "照文件的写法填，如：11月底前。"),
    )
    for number, (offered, columns, prompt) in enumerate(lists, start=1):
        if not offered:
            continue
        for row, text in enumerate(offered, start=1):
            _text(hidden, (row, number), text)
        letter = get_column_letter(number)
        source = f"{WORDS_PAGE}!${letter}$1:${letter}${len(offered)}"
        for column in columns:
            # The list offers; showing an error would forbid several units in one cell.
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
            _add(page, rule, column, end, prompt)
    rule = DataValidation(
        "date", operator="greaterThan", formula1="36526", allow_blank=True, showErrorMessage=True,
        errorStyle="warning", errorTitle="不是日期", error="请填一个日期，如 2026-09-30。确定要这样填吗？",
    )  # fmt: skip
    _add(page, rule, Field.DAYS, end, "填了以这一天为准。")


def _add(page: Worksheet, rule: DataValidation, column: Field, end: int, prompt: str) -> None:
    letter = get_column_letter([meaning for _, meaning in COLUMNS].index(column) + 1)
    if prompt:
        rule.showInputMessage, rule.prompt = True, prompt
    rule.add(f"{letter}{FIRST_ROW}:{letter}{end}")
    page.add_data_validation(rule)


def _remember(book: Workbook, sheet: PlanSheet) -> None:
    """The hidden page: whose sheet it is, and its cells as they are now."""
    page = book.create_sheet(MARKED_PAGE)
    base = base_of(sheet.tasks)
    added_up = digest(sheet.plan_id, sheet.plan_sha256, base)
    _line(page, 1, ("taizhang", FORMAT, str(sheet.plan_id), sheet.plan_sha256, added_up, sheet.title))
    for row, (key, old) in enumerate(base.items(), start=2):
        cells = (old.cells[column] for column in Field)
        _line(page, row, (str(key), str(old.version), *cells, *(old.grey[head] for head in GREY_HEADS)))
    page.sheet_state = "veryHidden"


def _line(page: Worksheet, row: int, values: Iterable[str]) -> None:
    for number, value in enumerate(values, start=1):
        _text(page, (row, number), value)


def _text(page: Worksheet, place: tuple[int, int], value: str) -> None:
    if not value:
        return
    cell = page.cell(*place)
    cell.value = _escaped(value)
    cell.data_type = "s"


def file_name(title: str, today: date) -> str:
    """The name under which the sheet is handed out."""
    return f"{title}（任务表{today:%Y%m%d}）.xlsx"
