"""Lineage (承接): which task of an earlier year a task goes on with, and how long a matter stays undone.

A plan is written anew every year, and much of it returns: the same clause, or what last year left unfinished.
What belongs together is proposed by the words, the section and the units, and confirmed by a person. A matter
may have been split or merged, so what lies behind a task is a tree.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.editions import Item, matched, plain, similarity
from tracker.domain.look_back import VerdictKind
from tracker.domain.titled import Titled

LIKELY = 0.4
"""From this likeness on, a task of the same section and the same lead is worth asking about."""
ALIKE = 0.8
_MOST = 4_000_000
"""So many pairs are compared at most for the weaker proposals; larger plans are asked the stronger ones."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:年度|年)?")


class LineageKind(Titled):
    SAME = "same", "同一事项"
    CONTINUED = "continued", "接续办理"
    OTHER = "other", "不是同一事项"


@dataclass(frozen=True, slots=True)
class Chain:
    """A task with what it goes on with; `verdict` is what a person confirmed of its year, if anybody has."""

    task_id: int
    plan_id: int
    year: int
    title: str
    serial: int
    verdict: VerdictKind | None = None
    kind: LineageKind | None = None
    """How the task that goes on with it is related to it; None for the newest."""
    earlier: tuple[Chain, ...] = ()

    @property
    def is_unfinished(self) -> bool:
        return self.verdict is not None and self.verdict.is_unfinished

    @property
    def words(self) -> str:
        """连续3年未完成, or nothing."""
        return in_words(years_unfinished(self))

    @property
    def generations(self) -> tuple[Chain, ...]:
        """All that lies behind it, the newest year first, each task once."""
        found: dict[int, Chain] = {}
        for each in _behind(self):
            found.setdefault(each.task_id, each)
        return tuple(sorted(found.values(), key=lambda one: (-one.year, one.plan_id, one.serial)))


def _behind(chain: Chain) -> Iterator[Chain]:
    for each in chain.earlier:
        yield each
        yield from _behind(each)


def years_unfinished(chain: Chain) -> int:
    """For how many years on end the matter was found unfinished, up to the newest year that was judged.

    A year that nobody has looked back on, a year without the matter and a year in which it was finished end
    the count. The newest year counts once its own verdict is confirmed; until then the years before it do.
    """
    if chain.verdict is not None:
        return _running(chain)
    return max((_running(each) for each in chain.earlier if each.year == chain.year - 1), default=0)


def in_words(years: int) -> str:
    """连续3年未完成; one year is no row of years yet."""
    return f"连续{years}年未完成" if years > 1 else "上年未完成" if years == 1 else ""


def _running(chain: Chain) -> int:
    if not chain.is_unfinished:
        return 0
    return 1 + max((_running(each) for each in chain.earlier if each.year == chain.year - 1), default=0)


@dataclass(frozen=True, slots=True)
class Node:
    """One task as a chain is built from: its year, and what was confirmed of it."""

    task_id: int
    plan_id: int
    year: int
    title: str
    serial: int
    verdict: VerdictKind | None = None


def chain_of(
    task_id: int, nodes: Mapping[int, Node], links: Mapping[int, Sequence[tuple[int, LineageKind]]]
) -> Chain:
    """The tree behind a task; a link that does not lead into an earlier year is none."""
    return _chain(nodes[task_id], None, nodes, links)


def _chain(
    node: Node,
    kind: LineageKind | None,
    nodes: Mapping[int, Node],
    links: Mapping[int, Sequence[tuple[int, LineageKind]]],
) -> Chain:
    behind = tuple(
        _chain(nodes[earlier], how, nodes, links)
        for earlier, how in links.get(node.task_id, ())
        if earlier in nodes and nodes[earlier].year < node.year and how is not LineageKind.OTHER
    )
    return Chain(node.task_id, node.plan_id, node.year, node.title, node.serial, node.verdict, kind, behind)


@dataclass(frozen=True, slots=True)
class Known:
    """A task as it is compared: its words, where it stands, and the units that answer for it."""

    task_id: int
    text: str
    section: str = ""
    leads: frozenset[int] = frozenset()
    unfinished: bool = False
    """Whether it was found unfinished, or is being mended."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Two tasks that may be one matter, and why one may think so."""

    task_id: int
    earlier_task_id: int
    kind: LineageKind
    reasons: tuple[str, ...]
    score: float


def proposed(
    tasks: Sequence[Known], earlier: Sequence[Known], *, refused: Collection[tuple[int, int]] = ()
) -> tuple[Proposed, ...]:
    """Which tasks may go on with which earlier ones, each at most once, in the order of the tasks.

    `refused` are the pairs of which a person has said that they are two matters.
    """
    new, old = [_item(each) for each in tasks], [_item(each) for each in earlier]
    found = {
        theirs: ours
        for ours, theirs in matched(old, new).pairs
        if (tasks[theirs].task_id, earlier[ours].task_id) not in refused
    }
    found |= dict(_weaker(tasks, earlier, found, refused))
    return tuple(_proposal(tasks[theirs], earlier[found[theirs]]) for theirs in sorted(found))


def _item(known: Known) -> Item:
    return Item(_timeless(known.text), path=(known.section,))


def _timeless(text: str) -> str:
    """A text without the years in it, which are the first thing that changes."""
    return _YEAR.sub("", text)


def _weaker(
    tasks: Sequence[Known],
    earlier: Sequence[Known],
    found: Mapping[int, int],
    refused: Collection[tuple[int, int]],
) -> Iterable[tuple[int, int]]:
    """Pairs of the same section and lead whose words agree in part, the most alike first."""
    taken = set(found.values())
    left = [place for place in range(len(tasks)) if place not in found and tasks[place].leads]
    old = [place for place in range(len(earlier)) if place not in taken and earlier[place].leads]
    if len(left) * len(old) > _MOST:
        return
    likely = sorted(
        (-score, theirs, ours)
        for theirs in left
        for ours in old
        if _same_desk(tasks[theirs], earlier[ours])
        and (tasks[theirs].task_id, earlier[ours].task_id) not in refused
        and (score := _likeness(tasks[theirs], earlier[ours])) >= LIKELY
    )
    asked: set[int] = set()
    for _, theirs, ours in likely:
        if theirs not in asked and ours not in taken:
            asked.add(theirs)
            taken.add(ours)
            yield theirs, ours


def _same_desk(task: Known, earlier: Known) -> bool:
    return bool(task.leads & earlier.leads) and plain(task.section) == plain(earlier.section)


def _likeness(task: Known, earlier: Known) -> float:
    return similarity(_timeless(task.text), _timeless(earlier.text))


def _proposal(task: Known, earlier: Known) -> Proposed:
    score = _likeness(task, earlier)
    told = (
        ("文字相同" if score == 1 else "文字相近" if score >= ALIKE else "文字有一部分相同", True),
        ("同一板块", bool(task.section) and plain(task.section) == plain(earlier.section)),
        ("责任单位相同", bool(task.leads) and task.leads == earlier.leads),
        ("责任单位部分相同", task.leads != earlier.leads and bool(task.leads & earlier.leads)),
        ("上年没有完成", earlier.unfinished),
    )
    kind = LineageKind.CONTINUED if earlier.unfinished else LineageKind.SAME
    reasons = tuple(words for words, holds in told if holds)
    return Proposed(task.task_id, earlier.task_id, kind, reasons, score)
