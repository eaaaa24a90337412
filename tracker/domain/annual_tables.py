"""The tables of the annual report (年度报告, 国办公开办函〔2021〕30号) and whether they agree.

The report has six parts: 总体情况, 主动公开, 收到和处理申请, 行政复议和诉讼, 问题及改进, 其他事项; the second
to the fourth are tables. Only leaves are typed: each total is the sum of what stands under it. What a
person has to see to is said in words: columns that do not balance, and what does not follow from the year
before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.domain.balance import APPLICATIONS, Flow, difference_words, whole

Cells = Mapping[tuple[str, str], int]
"""By row and column; what is missing is 0."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is typed; `group` and `part` are what stands to its left on the form."""

    key: str
    label: str
    group: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is typed; `group` stands above it."""

    key: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One table: its rows and columns, each cell a number."""

    key: str
    title: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    adds_up: bool = True
    """Whether the cells of a row are of one kind, so that the form asks for their total."""

    def cells(self) -> Iterator[tuple[Row, Column]]:
        """Every cell that is typed."""
        for row in self.rows:
            for column in self.columns:
                if applies(row, column):
                    yield row, column


_PERSON = Column("person", "自然人")
_BODIES = "法人或其他组织"
APPLICANTS = (
    _PERSON,
    Column("company", "商业企业", _BODIES),
    Column("research", "科研机构", _BODIES),
    Column("charity", "社会公益组织", _BODIES),
    Column("law", "法律服务机构", _BODIES),
    Column("other", "其他", _BODIES),
)
RECEIVED = Row("received", "一、本年新收政府信息公开申请数量")
CARRIED_IN = Row("carried_in", "二、上年结转政府信息公开申请数量")
CARRIED_OUT = Row("carried_out", "四、结转下年度继续办理")
_RESULT = "三、本年度办理结果"
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("granted", "（一）予以公开", ()),
    ("partly", "（二）部分公开", ()),
    (
        "refused", "（三）不予公开",
        ("属于国家秘密", "其他法律行政法规禁止公开", "危及“三安全一稳定”", "保护第三方合法权益",
         "属于三类内部事务信息", "属于四类过程性信息", "属于行政执法案卷", "属于行政查询事项"),
    ),
    (
        "unable", "（四）无法提供",
        ("本机关不掌握相关政府信息", "没有现成信息需要另行制作", "补正后申请内容仍不明确"),
    ),
    (
        "unhandled", "（五）不予处理",
        ("信访举报投诉类申请", "重复申请", "要求提供公开出版物", "无正当理由大量反复申请",
         "要求行政机关确认或重新出具已获取信息"),
    ),
    (
        "otherwise", "（六）其他处理",
        ("申请人无正当理由逾期不补正，行政机关不再处理其申请",
         "申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其申请", "其他"),
    ),
)  # fmt: skip


def _results() -> Iterator[Row]:
    for key, group, kinds in _KINDS:
        if not kinds:
            yield Row(key, group, part=_RESULT)
        for number, kind in enumerate(kinds, start=1):
            yield Row(f"{key}_{number}", f"{number}．{kind}", group, _RESULT)


RESULTS = tuple(_results())
FOI = Form("foi", "收到和处理政府信息公开申请情况", (RECEIVED, CARRIED_IN, *RESULTS, CARRIED_OUT), APPLICANTS)

MADE, ABOLISHED, IN_FORCE = Column("made", "本年制发件数"), Column("abolished", "本年废止件数"), Column(
    "in_force", "现行有效件数"
)  # fmt: skip
DECIDED, CHARGED = Column("decided", "本年处理决定数量"), Column("charged", "本年收费金额（万元）")
_FIRST, _FIFTH, _SIXTH, _EIGHTH = (f"第二十条第（{number}）项" for number in "一五六八")
DOCUMENTS = (Row("rules", "规章", _FIRST), Row("normative", "行政规范性文件", _FIRST))
DECISIONS = (
    Row("licences", "行政许可", _FIFTH),
    Row("penalties", "行政处罚", _SIXTH),
    Row("measures", "行政强制", _SIXTH),
)  # fmt: skip
FEES = Row("fees", "行政事业性收费", _EIGHTH)
PUBLISHED = Form(
    "published", "主动公开政府信息情况", (*DOCUMENTS, *DECISIONS, FEES),
    (MADE, ABOLISHED, IN_FORCE, DECIDED, CHARGED), adds_up=False,
)  # fmt: skip

DISPUTES = Form(
    "disputes",
    "政府信息公开行政复议、行政诉讼情况",
    (
        Row("review", "行政复议"),
        Row("suit", "未经复议直接起诉", "行政诉讼"),
        Row("suit_after", "复议后起诉", "行政诉讼"),
    ),
    (
        Column("upheld", "结果维持"),
        Column("corrected", "结果纠正"),
        Column("other_result", "其他结果"),
        Column("pending", "尚未审结"),
    ),
)
FORMS = (PUBLISHED, FOI, DISPUTES)
"""In the order of the report; the keys of their rows differ from each other."""


def applies(row: Row, column: Column) -> bool:
    """Whether the form has this cell: what is asked of documents is not asked of fees."""
    if column in {MADE, ABOLISHED, IN_FORCE}:
        return row in DOCUMENTS
    if column == DECIDED:
        return row in DECISIONS
    if column == CHARGED:
        return row == FEES
    return True


def total(form: Form, cells: Cells, row: Row) -> int:
    """总计 of a row."""
    return sum(cells.get((row.key, column.key), 0) for column in form.columns)


def results(cells: Cells, column: Column) -> int:
    """（七）总计: all results of one kind of applicant."""
    return sum(cells.get((row.key, column.key), 0) for row in RESULTS)


def flow(cells: Cells, column: Column) -> Flow:
    """The applications of one kind of applicant."""
    return Flow(
        cells.get((CARRIED_IN.key, column.key), 0),
        cells.get((RECEIVED.key, column.key), 0),
        results(cells, column),
        cells.get((CARRIED_OUT.key, column.key), 0),
    )


def applications(cells: Cells) -> Flow:
    """All applications: the column 总计."""
    return whole(flow(cells, column) for column in APPLICANTS)


def is_filled(form: Form, cells: Cells) -> bool:
    """Whether anything of a table was typed."""
    return any((row.key, column.key) in cells for row, column in form.cells())


def faults(cells: Cells, before: Cells) -> tuple[str, ...]:
    """What does not agree, a sentence each: within the year, and with the year before where that is known."""
    return (*_unbalanced(cells), *_not_carried(cells, before), *_not_in_force(cells, before))


def _unbalanced(cells: Cells) -> Iterator[str]:
    for column in APPLICANTS:
        if said := difference_words(flow(cells, column), APPLICATIONS):
            yield f"“{column.label}”一列：{said}。"


def _not_carried(cells: Cells, before: Cells) -> Iterator[str]:
    """What the year before carried out is what this one carries in."""
    if not (is_filled(FOI, before) and is_filled(FOI, cells)):
        return
    for column in APPLICANTS:
        left = before.get((CARRIED_OUT.key, column.key), 0)
        taken = cells.get((CARRIED_IN.key, column.key), 0)
        if left != taken:
            said = f"上年报的结转下年{left}件，今年填的上年结转{taken}件，相差{abs(left - taken)}件"
            yield f"“{column.label}”一列：{said}。"


def _not_in_force(cells: Cells, before: Cells) -> Iterator[str]:
    """现行有效 follows from the year before, what was made and what was abolished."""
    for row in DOCUMENTS:
        known = before.get((row.key, IN_FORCE.key))
        now = cells.get((row.key, IN_FORCE.key))
        if known is None or now is None:
            continue
        made, gone = cells.get((row.key, MADE.key), 0), cells.get((row.key, ABOLISHED.key), 0)
        follows = known + made - gone
        if follows != now:
            sum_ = f"上年现行有效{known}件＋本年制发{made}件－本年废止{gone}件＝{follows}件"
            yield f"{row.label}：{sum_}，今年填的现行有效{now}件，相差{abs(follows - now)}件。"
