"""The address of the ledger: read leniently into a query, and written back.

    /ledger?plan=1&light=red,yellow&unit=5&section=一、主动公开&due_from=2026-09-01&due_to=2026-09-30
           &words=公开 sjyj&state=open&role=lead&overdue=1&sort=due&page=2&size=all

A value that cannot be read narrows nothing and is told in words, so that an old bookmark still opens.
`light` and `state` may name several, by commas or by repeating; `state=open` means 已分派 and 推进中;
`state=awaiting_sign_off` (待销号) what every unit has reported as done, and the office has not signed off;
`state=blocked` (受阻) what a unit cannot go on with by itself; `class=2` the tasks of one class of units;
`overdue=first` what is late by the day as it first was, before it was put off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from tracker.domain.health import Colour
from tracker.domain.task import OPEN_STATES, Role, TaskState
from tracker.services.ledger import SIZES, USUAL_SIZE, LedgerFilter, LedgerQuery, Sort

Value = TypeVar("Value")
Member = TypeVar("Member", bound=StrEnum)

OPEN = "open"
AWAITING = "awaiting_sign_off"
BLOCKED = "blocked"
ALL = "all"
FIRST = "first"
"""Overdue by the day as it first was (原定)."""
LONGEST_WORDS = 60
# Ids are 32-bit in PostgreSQL; a larger number names no row and would be an error there.
LARGEST_ID = 2_147_483_647

SORT_WORDS = {
    Sort.SERIAL: "序号",
    Sort.DUE: "时限从早到晚",
    Sort.LATEST: "时限从晚到早",
    Sort.LIGHT: "红灯在前",
    Sort.UNIT: "责任单位",
}
STATE_CHOICES = (
    (OPEN, "办理中"), (BLOCKED, "受阻"), (AWAITING, "待销号"),
    *((state.value, state.label) for state in TaskState),
)  # fmt: skip
SIZE_CHOICES = tuple((str(size) if size else ALL, str(size) if size else "全部") for size in SIZES)


@dataclass
class _Reader:
    """Reads one address and collects what could not be read."""

    args: MultiDict[str, str]
    problems: list[str]

    def one(self, name: str, read: Callable[[str], Value], complaint: str) -> Value | None:
        text = self.args.get(name, "").strip()
        if not text:
            return None
        try:
            return read(text)
        except ValueError:
            self.problems.append(complaint)
            return None

    def many(self, name: str, kind: type[Member], also: dict[str, tuple[Member, ...]]) -> tuple[Member, ...]:
        """Members in the order of their kind, however the address names them."""
        texts = [text.strip() for part in self.args.getlist(name) for text in part.split(",") if text.strip()]
        known = {member.value: (member,) for member in kind} | also
        if any(text not in known for text in texts):
            self.problems.append("地址里有不认识的筛选项，已忽略。")
        wanted = {member for text in texts for member in known.get(text, ())}
        return tuple(member for member in kind if member in wanted)


def read(args: MultiDict[str, str]) -> tuple[LedgerQuery, tuple[str, ...]]:
    """The query an address means, and in words what of it could not be read."""
    reader = _Reader(args, [])
    plan_id = reader.one("plan", row_id, "没有这份工作要点，已显示全部。")
    every_year = plan_id is None and args.get("year", "") == ALL
    year = None if every_year else reader.one("year", row_id, "年份应为四位数字。")
    awaiting, blocked = (word in args.getlist("state") for word in (AWAITING, BLOCKED))
    wanted = LedgerFilter(
        plan_id=plan_id,
        year=None if plan_id else year,  # a plan has its own year
        lights=reader.many("light", Colour, {}),
        unit_id=reader.one("unit", row_id, "没有这个单位，已显示全部单位。"),
        section=_text(args, "section"),
        due_from=reader.one("due_from", date.fromisoformat, "起始日期应写成 2026-09-01。"),
        due_to=reader.one("due_to", date.fromisoformat, "截止日期应写成 2026-09-30。"),
        words=_text(args, "words")[:LONGEST_WORDS].strip(),
        states=() if awaiting or blocked else reader.many("state", TaskState, {OPEN: OPEN_STATES}),
        role=reader.one("role", Role, "地址里有不认识的筛选项，已忽略。"),
        overdue=args.get("overdue", "") == "1",
        first_overdue=args.get("overdue", "") == FIRST,
        awaiting=awaiting,
        blocked=blocked,
        class_id=reader.one("class", row_id, "没有这类单位，已显示全部单位。"),
        every_year=every_year,
    )
    sort = reader.one("sort", Sort, "没有这种排序，已按序号排列。") or Sort.SERIAL
    page = reader.one("page", row_id, "没有这一页，已显示第一页。") or 1
    size = reader.one("size", _size, "每页条数请从列表中选择。")
    query = LedgerQuery(wanted, sort, page, USUAL_SIZE if size is None else size)
    return query, tuple(dict.fromkeys(reader.problems))


def address(query: LedgerQuery) -> dict[str, str]:
    """The values of an address that means this query; what is usual is left out."""
    wanted = query.wanted
    values = {
        "plan": wanted.plan_id,
        "year": ALL if wanted.every_year else wanted.year,
        "light": _joined(wanted.lights),
        "unit": wanted.unit_id,
        "class": wanted.class_id,
        "section": wanted.section,
        "due_from": wanted.due_from and wanted.due_from.isoformat(),
        "due_to": wanted.due_to and wanted.due_to.isoformat(),
        "words": wanted.words,
        "state": _state(wanted),
        "role": wanted.role and wanted.role.value,
        "overdue": "1" if wanted.overdue else FIRST if wanted.first_overdue else "",
        "sort": "" if query.sort is Sort.SERIAL else query.sort.value,
        "page": "" if query.page == 1 else query.page,
        "size": "" if query.size == USUAL_SIZE else query.size or ALL,
    }
    return {name: str(value) for name, value in values.items() if value}


def _state(wanted: LedgerFilter) -> str:
    if wanted.awaiting or wanted.blocked:
        return AWAITING if wanted.awaiting else BLOCKED
    return OPEN if wanted.states == OPEN_STATES else _joined(wanted.states)


def _joined(members: Iterable[StrEnum]) -> str:
    return ",".join(member.value for member in members)


def _text(args: MultiDict[str, str], name: str) -> str:
    # PostgreSQL refuses a text with a NUL in it.
    return args.get(name, "").replace("\x00", "").strip()


def row_id(text: str) -> int:
    """A number that can name a row; ValueError otherwise."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(text)
    return number


def _size(text: str) -> int:
    size = 0 if text == ALL else int(text)
    if size not in SIZES or text == "0":
        raise ValueError(text)
    return size
