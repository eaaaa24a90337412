"""The papers of a meeting (例会): the pack (例会材料), its agenda and a page a unit, and the minutes (纪要).

A unit's page never runs over: when not everything fits, its items take one line each, its lists share the
lines that are left, each shows at least its first item, and what has no room is counted (另有 n 项，见系统).
A line is counted in full-width characters, of which a working page has 36 in 30 lines; Latin letters and
digits are narrower, so the page is rather less full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.documents.official import OfficialDocument
from tracker.domain.house_fields import FIGURES, TITLE, Row, Value, Values

LINE = 36
LINES = 30
HEAD_LINES = 2
SAID_LINES = 2
MOST_SAID = 3
REASON_LINES = 2
ITEM_LINES = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of a unit's page: what it holds, how many, and a line for each."""

    title: str
    measure: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All that a unit's page says."""

    name: str
    reasons: str
    since: str
    told: tuple[tuple[str, str], ...]
    """What the unit told beforehand: label and text."""
    lists: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack: its cover with the agenda, then a page a unit in the same order."""

    title: str
    plan_title: str
    when: str
    place: str
    expected: str
    office: str
    made_at: datetime
    pages: tuple[UnitPage, ...]

    @property
    def file_name(self) -> str:
        return f"{self.title}材料.docx"


@dataclass(frozen=True, slots=True)
class Agreed:
    """One 议定事项 of the minutes."""

    words: str
    unit: str
    day: str
    heard: str
    """第2次上会; empty the first time."""
    said: str
    outcome: str
    """What became of it at the meeting, where it is settled."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that the minutes say."""

    title: str
    plan_title: str
    when: str
    place: str
    office: str
    made_at: datetime
    is_final: bool
    attendance: tuple[tuple[str, ...], ...]
    """A row a unit: its name, then a cell for each role."""
    roles: tuple[str, ...]
    summary: str
    """到会3家，请假1家，缺席1家。"""
    notes: tuple[tuple[str, str], ...]
    text: str
    agreed: tuple[Agreed, ...]
    remarks: tuple[str, ...]

    @property
    def file_name(self) -> str:
        return f"{self.title}纪要{'' if self.is_final else '（草稿）'}.docx"


def pack_docx(pack: Pack) -> bytes:
    """The pack as a file."""
    paper = OfficialDocument(f"{pack.title}材料", made_at=pack.made_at)
    paper.body(f"依据：《{pack.plan_title}》")
    paper.body(f"时间：{pack.when}")
    paper.body(f"地点：{pack.place or '另行通知'}")
    paper.body(f"参会人员：各单位{pack.expected}")
    paper.body(f"议程：听取{len(pack.pages)}家单位进展，研究问题，议定事项。按需要研究的轻重排列：")
    rows = [(str(number), page.name, page.reasons) for number, page in enumerate(pack.pages, start=1)]
    paper.close_table(("序号", "单位", "需要研究的情况"), rows, widths_mm=(14.0, 48.0, 94.0))
    for number, page in enumerate(pack.pages, start=1):
        paper.new_page()
        paper.close_heading(f"{number}．{page.name}")
        for line, strong in page_lines(page):
            paper.close_line(line, strong=strong)
    return paper.to_bytes()


def values(pack: Pack) -> Values:
    """What the fields of a template of the office's own say of a pack; a list shows all that it holds."""
    texts: dict[str, Value] = {
        TITLE: (f"{pack.title}材料",), "文件": (pack.plan_title,), "时间": (pack.when,),
        "地点": (pack.place or "另行通知",), "参会人员": (f"各单位{pack.expected}",),
        "办公室": (pack.office,), f"{FIGURES}.单位": (str(len(pack.pages)),),
    }  # fmt: skip
    rows = [_fields(number, page) for number, page in enumerate(pack.pages, start=1)]
    return Values(f"{pack.title}材料", pack.made_at, texts, {"单位": rows})


def _fields(number: int, page: UnitPage) -> Row:
    lists = [
        line
        for each in page.lists
        for line in (f"{each.title}{len(each.items)}{each.measure}", *(f"· {item}" for item in each.items))
    ]
    told = tuple(f"{label}：{' '.join(text.split())}" for label, text in page.told)
    return {
        "序号": (str(number),), "名称": (page.name,), "需要研究": (page.reasons,), "报送情况": (page.since,),
        "会前告知": told, "事项": tuple(lists),
    }  # fmt: skip


def page_lines(page: UnitPage) -> list[tuple[str, bool]]:
    """The paragraphs of a unit's page, each with whether it is a head; together they fit on the page."""
    found = [
        (_cut(f"需要研究：{page.reasons}", REASON_LINES), False),
        (_cut(page.since, REASON_LINES), False),
    ]
    told = [(_cut(f"{label}：{text}", SAID_LINES), False) for label, text in page.told[:MOST_SAID]]
    if told:
        found += [("会前告知", True), *told]
    left = LINES - HEAD_LINES - sum(_height(text) for text, _ in found)
    whole = [[_item(text, ITEM_LINES) for text in each.items] for each in page.lists]
    if sum(1 + sum(map(_height, items)) for items in whole) <= left:
        shown = whole
    else:
        shares = _shares([len(each.items) for each in page.lists], left)
        pairs = zip(page.lists, shares, strict=True)
        shown = [[_item(text, 1) for text in each.items[:number]] for each, number in pairs]
    for each, items in zip(page.lists, shown, strict=True):
        more = len(each.items) - len(items)
        also = f"（另有{more}{each.measure}，见系统）" if more else ""
        found.append((f"{each.title}{len(each.items)}{each.measure}{also}", True))
        found += [(item, False) for item in items]
    return found


def _item(text: str, lines: int) -> str:
    return _cut(f"· {text}", lines)


def _shares(sizes: Sequence[int], lines: int) -> list[int]:
    """How many items each list shows: one at least, the rest line by line in turn while there is room."""
    shown = [min(size, 1) for size in sizes]
    left = lines - len(sizes) - sum(shown)
    while left > 0 and any(one < size for one, size in zip(shown, sizes, strict=True)):
        for place, size in enumerate(sizes):
            if left > 0 and shown[place] < size:
                shown[place] += 1
                left -= 1
    return shown


def _cut(text: str, lines: int) -> str:
    """A text in one paragraph that takes at most so many lines."""
    text = " ".join(text.split())
    room = LINE * lines
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _height(text: str) -> int:
    return max(1, -(-len(text) // LINE))


def minutes_docx(minutes: Minutes) -> bytes:
    """The minutes as a file, who came as a table behind the text."""
    paper = OfficialDocument(f"{minutes.title}纪要", made_at=minutes.made_at)
    if not minutes.is_final:
        paper.note("（草稿：纪要还没有定稿）")
    where = f"，在{minutes.place}" if minutes.place else ""
    paper.body(
        f"{minutes.when}{where}，{minutes.office}召集《{minutes.plan_title}》工作例会。{minutes.summary}"
    )
    if minutes.text:
        for line in minutes.text.splitlines():
            if line.strip():
                paper.body(line.strip())
    numerals = iter("一二三四")
    if minutes.notes:
        paper.heading(f"{next(numerals)}、各单位情况")
        for name, note in minutes.notes:
            paper.body(f"{name}：{' '.join(note.split())}")
    paper.heading(f"{next(numerals)}、议定事项")
    if not minutes.agreed:
        paper.body("无。")
    for number, each in enumerate(minutes.agreed, start=1):
        paper.body(f"{number}．{_agreed(each)}")
    if minutes.remarks:
        paper.heading(f"{next(numerals)}、更正说明")
        for remark in minutes.remarks:
            paper.body(remark)
    width = 170.0 / max(len(minutes.roles), 1)
    widths = (14.0, 60.0, *(width for _ in minutes.roles))
    rows = [(str(number), *row) for number, row in enumerate(minutes.attendance, start=1)]
    paper.table("附：到会情况", ("序号", "单位", *minutes.roles), rows, widths_mm=widths)
    return paper.to_bytes()


def _agreed(each: Agreed) -> str:
    heard = f"（{each.heard}）" if each.heard else ""
    said = f"{each.said.rstrip('。')}。" if each.said else ""
    if each.outcome:
        return f"{heard}{each.words.rstrip('。')}。{said}{each.outcome}。"
    return f"{heard}{each.words.rstrip('。')}。{said}责任单位：{each.unit}；完成时限：{each.day}。"
