"""Roles of columns (各栏是什么): decided by the header's words, or guessed by what the cells hold.

Of the content columns the requirement is the one with the longest cells among those that say something new
in each row; a long text that is merged over several rows is the heading of the short ones beside it. Of
several times the one by which work is to be done counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from importers.headers import BARE_UNIT, Role, is_other_header, names_other_time, role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.people import WITH_PERSON
from importers.source import Cell

Matrix = list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns; `text` is the column of the requirement, the first of a merged one.

    In the columns `with_people` the header asks for a person beside each unit (责任单位及责任人); in those of
    `other_times` for a time by which nothing is due (启动时间).
    """

    roles: tuple[Role | None, ...]
    text: int
    text_width: int = 1
    with_people: frozenset[int] = frozenset()
    other_times: frozenset[int] = frozenset()

    @property
    def headings(self) -> list[int]:
        return [index for index, role in enumerate(self.roles) if role in {
            "content", None} and index < self.text]


def value_at(cell: Cell | None) -> str:
    return cell.value if cell is not None else ""


_CLOCK_TIME = re.compile(r"\d[:：]\d{2}")
_TWO_CHARACTERS = re.compile(r"[一-鿿][^一-鿿]*[一-鿿]")
_AIM = re.compile(r"目标$|指标$|成效$|成果$|标志$")
DONE_BY = re.compile(r"完成|截止|办结|时限|期限")
_DUTY = re.compile(r"^(?:牵头|配合|主办|协办|主责|责任|负责|承办|参与|协同)(?:单位|部门)?$")


def decide(header: Matrix, rows: Matrix) -> Columns | None:
    """Read the columns of a table by its header; None where no column can be the requirement."""
    roles: list[Role | None] = []
    names: list[str] = []
    for index in range(len(header[0])):
        words = [re.sub(r"\s+", "", value_at(row[index])) for row in header]
        found = [role for role in map(role_of, words) if role]
        role = found[-1] if found else None
        if role in UNIT_ROLES and words[-1] in BARE_UNIT \
                and not _mostly(looks_like_units, _values(rows, index)):
            role = None  # 单位 may also be the unit of a figure: %, 万元
        if role not in {"number", "deadline"} and _only_duties(rows, index):
            role = "duty"
        elif role is None and words[-1] not in {"", *BARE_UNIT} \
                and _nearly_all(looks_like_units, _values(rows, index)):
            role = "responsible"  # An unknown word above nothing but names of units.
        roles.append(role)
        names.append(words[-1])
    if any(role in UNIT_ROLES for role in roles):
        _keep_one_deadline(roles, names, header)
    if "deadline" in roles and _clock_times(_values(rows, roles.index("deadline"))):
        return None  # An agenda: 9:00-9:20 is when it is spoken of, not when it is due.
    people = frozenset(index for index, role in enumerate(roles)
                       if role in UNIT_ROLES and WITH_PERSON.search(names[index]))
    columns = _with_text(rows, roles, {index for index, name in enumerate(names) if _AIM.search(name)})
    if columns is None or not _mostly(_says_something, _values(rows, columns.text)):
        return None  # A table of figures, whatever its header says: 责任单位 | 任务数 | 完成数.
    others = frozenset(index for index, name in enumerate(names) if names_other_time(name))
    return replace(columns, with_people=people, other_times=others)


def _only_duties(rows: Matrix, index: int) -> bool:
    """Whether a column says 牵头单位 or 配合单位 and nothing else."""
    found = False
    for row in rows:
        if value := value_at(row[index]):
            if not _DUTY.match(value):
                return False
            found = True
    return found


def _keep_one_deadline(roles: list[Role | None], names: list[str], header: Matrix) -> None:
    places = [index for index, role in enumerate(roles) if role == "deadline"]
    best = next((index for index in places if DONE_BY.search(names[index])), places[0] if places else 0)
    for index in places:
        if index != best and header[-1][index] is not header[-1][best]:
            roles[index] = "note"


def _clock_times(values: list[str]) -> bool:
    return bool(values) and _mostly(lambda value: _CLOCK_TIME.search(value) is not None, values)


def _says_something(value: str) -> bool:
    return _TWO_CHARACTERS.search(value) is not None


def _values(rows: Matrix, index: int) -> list[str]:
    return [value for row in rows if (value := value_at(row[index]))]


def _mostly(looks: Callable[[str], bool], values: list[str]) -> bool:
    """Whether half of the values look so; no more of them are looked at than it takes to know."""
    wanted = (len(values) + 1) // 2
    spare = len(values) - wanted
    for value in values:
        if looks(value):
            wanted -= 1
            if not wanted:
                return True
        else:
            spare -= 1
            if spare < 0:
                return False
    return True


def _nearly_all(looks: Callable[[str], bool], values: list[str]) -> bool:
    return bool(values) and sum(map(looks, values)) * 5 >= len(values) * 4


def _with_text(
    rows: Matrix, roles: list[Role | None], aims: set[int] | None = None,
) -> Columns | None:
    """Choose the requirement: of the columns that say something new in each row the longest, aims last."""
    widest = max(2, len(roles) - 1)
    lengths: dict[int, float] = {}
    kinds: dict[int, int] = {}
    for index, role in enumerate(roles):
        if role not in {"content", None} or (index and all(row[index] is row[index - 1] for row in rows)):
            continue
        cells = {cell.span: cell.value for row in rows if (cell := row[index]) is not None
                 and cell.column_span < widest}
        filled = [value for value in cells.values() if value]
        lengths[index] = sum(map(len, filled)) / max(1, len(filled))
        kinds[index] = len({"".join(value.split()) for value in filled})
        if role is None:
            lengths[index] /= 2
        if index in (aims or ()):
            lengths[index] /= 100
    if not lengths or not max(lengths.values()):
        return None
    best = max(lengths, key=lambda index: (lengths[index], index))
    rival = max((index for index in lengths if roles[index] == "content" and lengths[index] >= _TELLING
                 and kinds[index] * 2 > kinds[best] * 3), key=lambda index: lengths[index], default=best)
    chosen = max(best, rival)  # A heading stands before what it heads.
    widths = Counter(cell.column_span for row in rows if (cell := row[chosen]) is not None)
    return Columns(tuple(roles), chosen, widths.most_common(1)[0][0] if widths else 1)


_TELLING = 4


def fit(rows: Matrix, columns: Columns) -> bool:
    """Whether the cells of a grid without a header look like those of the table before it."""
    told = _values(rows, columns.text)
    units = all(_mostly(looks_like_units, _values(rows, index))
                for index, role in enumerate(columns.roles) if role in UNIT_ROLES)
    return bool(told) and (units or _tells_work(told))


def guess(rows: Matrix) -> tuple[int, Columns | None]:
    """Read the columns of a table without a proper header by what they hold, and how many rows head it."""
    if len(rows) < 2:
        return 0, None
    words = [role_of(value_at(cell)) for cell in rows[0]]
    headed = len([role for role in words if role]) >= 2
    if is_other_header([value_at(cell) for cell in rows[0]]) or (headed and "content" not in words):
        return 0, None
    body = rows[1:] if headed else rows
    roles: list[Role | None] = []
    for index in range(len(rows[0])):
        values = _values(body, index)
        role: Role | None = "content"
        if values and all(re.fullmatch(r"\d{1,3}[.、]?", value) for value in values):
            role = "number"
        elif _nearly_all(looks_like_units, values):
            role = "responsible"
        elif _nearly_all(looks_like_deadline, values):
            role = "deadline"
        roles.append(role)
    columns = _with_text(body, roles) if "responsible" in roles else None
    if columns is None or not _tells_work(_values(body, columns.text)):
        return 0, None
    return (1 if headed else 0), columns


def _tells_work(values: list[str]) -> bool:
    """Sentences, not names, numbers or telephones."""
    written = [len(re.findall(r"[一-鿿]", value)) for value in values]
    return bool(written) and sum(written) >= 8 * len(written)
