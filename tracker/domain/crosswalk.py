"""The crosswalk (上下对照): how the clauses of an upper document stand in the own plan, what may answer them.

A clause is 已对应 (covered) by one or more tasks of the own plan that are not cancelled, or 不对应 (waived)
by a person with a reason, or 漏接 (a gap). It is exactly one of them: the three counts are the whole.

`proposals` looks for tasks that may answer a clause by the terms they share: pairs of neighbouring
characters, each weighing the more the fewer texts have it, measured against the shorter text, since one task
often answers several clauses and one clause is often divided among several tasks. A proposal is never a
link: a person confirms each.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tracker.domain.editions import plain
from tracker.domain.errors import RuleViolated
from tracker.domain.titled import Titled

LIKELY = 0.18
"""From this share of the weight of the shorter text on a task is worth proposing."""
BESIDE_THE_BEST = 0.6
"""A further task is proposed while it has this share of what the best one has."""
MOST = 3
_PHRASE = 4
"""So many characters in a row, digits not counted, are a word of the matter."""
_PHRASES = 3
_BREAK = "\n"


class Stand(Titled):
    """What has become of an upper clause."""

    COVERED = "covered", "已对应"
    WAIVED = "waived", "不对应"
    GAP = "gap", "漏接"


class WaivedAndCovered(RuleViolated):
    """这一条已有对应任务，请先解除对应，再标为不对应。"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clauses stand how; the three are the whole."""

    covered: int = 0
    waived: int = 0
    gap: int = 0

    @property
    def total(self) -> int:
        return self.covered + self.waived + self.gap

    def of(self, stand: Stand) -> int:
        """The count of one stand."""
        return {Stand.COVERED: self.covered, Stand.WAIVED: self.waived, Stand.GAP: self.gap}[stand]


def stand_of(*, waived: bool, answered_by: int) -> Stand:
    """How a clause stands that so many living tasks answer.

    Raises:
        WaivedAndCovered: it is waived and has a task; the store makes this impossible too.

    """
    if waived and answered_by:
        raise WaivedAndCovered
    if waived:
        return Stand.WAIVED
    return Stand.COVERED if answered_by else Stand.GAP


def tally(stands: Iterable[Stand]) -> Tally:
    """The three counts."""
    counts = Counter(stands)
    return Tally(counts[Stand.COVERED], counts[Stand.WAIVED], counts[Stand.GAP])


@dataclass(frozen=True, slots=True)
class Proposed:
    """A task that may answer a clause, how much of the shorter text they share, and in which words."""

    task_id: int
    score: float
    shared: tuple[str, ...]


def proposals(
    clauses: Mapping[int, str],
    tasks: Mapping[int, str],
    *,
    wanted: Collection[int] | None = None,
    most: int = MOST,
) -> dict[int, tuple[Proposed, ...]]:
    """For each clause (by number) the tasks that may answer it, the likeliest first; none for strangers.

    `wanted` narrows for which clauses; what a word weighs is learnt from all of them. The same for the same
    input: ties go to the task that comes first.
    """
    of_clauses = {number: _terms(text) for number, text in clauses.items()}
    of_tasks = {number: _terms(text) for number, text in tasks.items()}
    weights = _weights([*of_clauses.values(), *of_tasks.values()])
    place = {number: position for position, number in enumerate(tasks)}
    heavy = {number: _weight(terms, weights) for number, terms in of_tasks.items()}
    having: dict[str, list[int]] = defaultdict(list)
    for number, terms in of_tasks.items():
        for term in terms:
            having[term].append(number)
    found: dict[int, tuple[Proposed, ...]] = {}
    for clause, terms in of_clauses.items():
        if wanted is not None and clause not in wanted:
            continue
        shared: dict[int, float] = defaultdict(float)
        for term in sorted(terms):
            for number in having[term]:
                shared[number] += weights[term]
        own = _weight(terms, weights)
        scores = {number: weight / min(own, heavy[number]) for number, weight in shared.items()}
        ranked = sorted(scores.items(), key=lambda each: (-each[1], place[each[0]]))
        best = ranked[0][1] if ranked else 0.0
        likely = [
            Proposed(number, score, shared_phrases(clauses[clause], tasks[number], weights))
            for number, score in ranked[:most]
            if score >= LIKELY and score >= best * BESIDE_THE_BEST
        ]
        found[clause] = tuple(each for each in likely if each.shared)
    return found


def shared_phrases(text: str, other: str, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The longest words that two texts have in common, the most telling first, as the first one has them."""
    theirs = _BREAK.join(_runs(other))
    found: dict[str, float] = {}
    for run in _runs(text):
        for phrase in _common(run, theirs):
            found.setdefault(phrase, sum(weights.get(term, 0.0) for term in _pairs(phrase)))
    ranked = sorted(found, key=lambda phrase: (-found[phrase], phrase))
    return tuple(ranked[:_PHRASES])


def _common(run: str, theirs: str) -> Iterator[str]:
    """The pieces of a run that stand in the other text, each as long as it can be."""
    start = 0
    while start + _PHRASE <= len(run):
        end = start
        while end < len(run) and run[start : end + 1] in theirs:
            end += 1
        if end - start >= _PHRASE:
            if sum(not sign.isdigit() for sign in run[start:end]) >= _PHRASE:
                yield run[start:end]
            start = end
        else:
            start += 1


def _runs(text: str) -> Iterator[str]:
    """The stretches of a text between its marks, as `plain` compares them."""
    for is_word, signs in groupby(text, key=str.isalnum):
        if is_word:
            yield plain("".join(signs))


def _terms(text: str) -> frozenset[str]:
    return frozenset(term for run in _runs(text) for term in _pairs(run))


def _pairs(run: str) -> Iterator[str]:
    return (first + second for first, second in pairwise(run))


def _weight(terms: frozenset[str], weights: Mapping[str, float]) -> float:
    """What they weigh together, in one order: sums of floats depend on it, and sets of words have none."""
    return sum(weights[term] for term in sorted(terms))


def _weights(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling each term is: what every text has tells nothing."""
    having = Counter(term for terms in texts for term in terms)
    return {term: math.log((len(texts) + 1) / number) for term, number in having.items()}
