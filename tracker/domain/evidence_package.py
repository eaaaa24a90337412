"""The evidence package (考核佐证包): what goes into it, under which names, and what is missing in it.

A package holds, task by task in the order of the plan, the links and files that units have given, so that an
assessor can look at each without this program; where there is a scheme of assessment, also an index by its
indicators. A file lies in it once, whatever it was given for. What should be there and is not is as much a
part of it as what is; it stands on the first page.

Names of files come from many people's machines. In a package each is a name that Windows, Linux and macOS
take, that leads nowhere else, and that stands there once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from tracker.domain.evidence import TAKEN
from tracker.domain.evidence_by_indicator import IndexedIndicator, IndicatorIndex
from tracker.domain.look_back_facts import EvidenceFact
from tracker.domain.titled import Titled

FOLDER = "佐证"
"""What all files of evidence lie under."""
_NO_SECTION = "未分板块"
_UNWANTED = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"}
)
"""What Windows opens as a device, whatever ending follows (Naming Files, Paths, and Namespaces)."""
_SECTION_BYTES, _TASK_BYTES, _UNIT_BYTES, _FILE_BYTES = 60, 75, 60, 120
"""Of UTF-8: each stays below 255 bytes, and all together below the 260 characters of a path on Windows."""
_KINDS = frozenset({*TAKEN.split("、"), "jpeg"})


@dataclass(frozen=True, slots=True)
class Given:
    """A link, a file, or both, as a unit gave it for a task; `source` says on what occasion."""

    task_id: int
    unit: str
    source: str
    given_on: date
    url: str = ""
    published_on: date | None = None
    """The day of the linked page."""
    sha256: str = ""
    filename: str = ""

    @property
    def leads_somewhere(self) -> bool:
        """Whether its link can be a public page at all, as the look-back judges it."""
        return EvidenceFact(0, self.url).is_valid


@dataclass(frozen=True, slots=True)
class PackedTask:
    """A task of the plan with everything that was given for it, in the order of its units."""

    id: int
    serial: int
    title: str
    section: str
    units: str
    due: str
    state: str
    verdict: str
    """What the look-back says of it; empty where it has not begun."""
    cancelled: bool
    """Nothing is asked of it any more, so nothing is missing."""
    done: bool
    evidenced: bool
    """Whether anything that counts as evidence is on record."""
    silent: tuple[str, ...]
    """The units that reported done and gave nothing of their own, where others did."""
    given: tuple[Given, ...]

    @property
    def links(self) -> tuple[Given, ...]:
        return tuple(each for each in self.given if each.url.strip())

    @property
    def files(self) -> tuple[Given, ...]:
        """Each file once, as it was first given for this task."""
        first: dict[str, Given] = {}
        for each in self.given:
            if each.sha256:
                first.setdefault(each.sha256, each)
        return tuple(first.values())


@dataclass(frozen=True, slots=True)
class FiledOnce:
    """A file as it was first given, and all the tasks that it was given for."""

    given: Given
    tasks: tuple[PackedTask, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """What a package is made from; `made_at` is the moment that its first page names."""

    plan_title: str
    year: int
    office: str
    made_at: datetime
    tasks: tuple[PackedTask, ...]
    one_task: bool = False
    """It was asked for a single task."""
    by_indicator: IndicatorIndex | None = None
    """Its index by the indicators of a scheme; None where it goes by tasks alone."""

    @property
    def sections(self) -> tuple[tuple[str, tuple[PackedTask, ...]], ...]:
        """The tasks by section, both in the order of the plan."""
        found: dict[str, list[PackedTask]] = {}
        for task in self.tasks:
            found.setdefault(task.section or _NO_SECTION, []).append(task)
        return tuple((section, tuple(tasks)) for section, tasks in found.items())

    @property
    def evidenced(self) -> int:
        return sum(task.evidenced for task in self.tasks)

    @property
    def filed(self) -> tuple[FiledOnce, ...]:
        """Every file once, with the tasks that it was given for, in the order of the plan."""
        first: dict[str, Given] = {}
        whose: dict[str, list[PackedTask]] = {}
        for _, tasks in self.sections:
            for task in tasks:
                for each in task.files:
                    first.setdefault(each.sha256, each)
                    whose.setdefault(each.sha256, []).append(task)
        return tuple(FiledOnce(given, tuple(whose[sha256])) for sha256, given in first.items())

    @property
    def files(self) -> int:
        return len(self.filed)

    @property
    def links(self) -> int:
        return sum(len(task.links) for task in self.tasks)


class Lack(Titled):
    """What can be missing, in the order in which it is told; the label is its heading."""

    INDICATOR_BARE = "indicator_bare", "指标没有佐证"
    DONE_WITHOUT = "done_without", "完成了，没有佐证"
    UNIT_WITHOUT = "unit_without", "单位报告完成，本单位没有给佐证"
    FILE_LOST = "file_lost", "文件找不到或读不出，没有装入"
    FILE_CHANGED = "file_changed", "文件与上传时不一致，没有装入"
    LINK_INVALID = "link_invalid", "链接不是有效的网址"
    LINK_UNDATED = "link_undated", "链接没有发布日期"
    OPEN_WITHOUT = "open_without", "还没有完成，也没有佐证"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, and the task or the indicator that misses it."""

    lack: Lack
    task: PackedTask | None
    words: str = ""
    indicator: IndexedIndicator | None = None

    @property
    def place(self) -> int:
        """Where it stands in the plan; indicators stand as they come."""
        return self.task.serial if self.task is not None else 0


def missing(package: Package) -> tuple[Missing, ...]:
    """What the facts already say is missing; whether every file is still there, packing tells."""
    lacking = package.by_indicator.lacking if package.by_indicator is not None else ()
    bare = [Missing(Lack.INDICATOR_BARE, None, each.lack, each) for each in lacking]
    return ordered([*bare, *(found for task in package.tasks for found in _missing_in(task))])


def ordered(found: Iterable[Missing]) -> tuple[Missing, ...]:
    """By kind, and within a kind in the order of the plan."""
    kinds = list(Lack)
    return tuple(sorted(found, key=lambda each: (kinds.index(each.lack), each.place)))


def by_lack(missing: Iterable[Missing]) -> tuple[tuple[Lack, tuple[Missing, ...]], ...]:
    """What is missing, kind by kind; a kind of which nothing is missing is left out."""
    found: dict[Lack, list[Missing]] = {}
    for each in ordered(missing):
        found.setdefault(each.lack, []).append(each)
    return tuple((lack, tuple(each)) for lack, each in found.items())


def _missing_in(task: PackedTask) -> Iterator[Missing]:
    if task.cancelled:
        return
    if not task.evidenced:
        yield Missing(Lack.DONE_WITHOUT if task.done else Lack.OPEN_WITHOUT, task)
    yield from (Missing(Lack.UNIT_WITHOUT, task, unit) for unit in task.silent)
    for link in task.links:
        if not link.leads_somewhere:
            yield Missing(Lack.LINK_INVALID, task, f"{link.unit}：{link.url.strip()}")
        elif link.published_on is None:
            yield Missing(Lack.LINK_UNDATED, task, f"{link.unit}：{link.url.strip()}")


def safe_name(text: str, most_bytes: int, instead: str) -> str:
    """A text as one part of a path: what no system takes is left out, and what Windows reserves is marked."""
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", text)
        if (sign.isprintable() or sign.isspace()) and sign not in _UNWANTED
    )
    name = _cut(" ".join(kept.split()), most_bytes).strip(" .") or instead
    return f"_{name}" if name.split(".")[0].strip().casefold() in _DEVICES else name


def safe_file_name(filename: str, most_bytes: int = _FILE_BYTES) -> str:
    """A file's name without its folders; an ending that no evidence has is kept as part of the name only."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem, _, ending = name.rpartition(".")
    if (ending := ending.strip().lower()) in _KINDS:
        return f"{safe_name(stem, most_bytes - len(ending) - 1, '材料')}.{ending}"
    return f"{safe_name(name, most_bytes - 4, '材料')}.bin"


def _cut(text: str, most_bytes: int) -> str:
    return text.encode("utf-8", errors="ignore")[:most_bytes].decode("utf-8", errors="ignore")


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file, the tasks that it was given for, and where it lies in the package: with the first of them."""

    tasks: tuple[PackedTask, ...]
    given: Given
    path: str


def placed(package: Package) -> tuple[PlacedFile, ...]:
    """Every file once with its place: 佐证/section/task/unit/day and name, each place once."""
    taken: set[str] = set()
    shelves = {
        task.id: f"{number:02d} {safe_name(section, _SECTION_BYTES, _NO_SECTION)}"
        for number, (section, tasks) in enumerate(package.sections, start=1)
        for task in tasks
    }
    found: list[PlacedFile] = []
    for file in package.filed:
        task, each = file.tasks[0], file.given
        folder = f"{FOLDER}/{shelves[task.id]}/{task.serial:03d} {safe_name(task.title, _TASK_BYTES, '任务')}"
        unit, name = safe_name(each.unit, _UNIT_BYTES, "单位"), safe_file_name(each.filename)
        found.append(PlacedFile(file.tasks, each, _free(f"{folder}/{unit}/{each.given_on} {name}", taken)))
    return tuple(found)


def _free(path: str, taken: set[str]) -> str:
    """The path, with a number where it is taken; Windows and macOS know no capitals."""
    stem, dot, ending = path.rpartition(".")
    number, free = 1, path
    while free.casefold() in taken:
        number += 1
        free = f"{stem}（{number}）{dot}{ending}"
    taken.add(free.casefold())
    return free
