"""Order of need (议程顺序): which unit of a meeting is talked about first, and why.

Each fact about a unit has a weight. A unit's need is the sum of weight × number over the table below; no
fact counts more than five times, so that many small things do not bury one grave one for ever:

    weight  fact
       8    a decision of an earlier meeting is past its day
       8    a legal clock (时限) has run out
       6    a leader's instruction is past its day
       5    a task is overdue
       4    a return was missed since the last meeting
       3    a clock is nearly out
       3    a quota is behind its pace
       3    a problem stands in the newest return
       3    the unit has asked for something to be coordinated
       2    a decision of an earlier meeting is unresolved, its day still to come
       2    a leader's instruction waits for its answer
       2    a request of the unit waits for the office
       1    a return came late since the last meeting
       1    a task is due soon

The greatest need comes first; units of equal need stand in the order in which they were given, that of the
directory, so that the same facts always make the same agenda.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.domain.titled import Titled

MOST = 5
"""How often one fact counts at most."""


class NeedFact(Titled):
    """A kind of fact that makes a unit's turn come earlier, with the word for `n` of them."""

    LATE_DECISION = "late_decision", "逾期议定事项{}件"
    LATE_CLOCK = "late_clock", "时限超期{}件"
    LATE_INSTRUCTION = "late_instruction", "逾期未回复批示{}条"
    OVERDUE = "overdue", "逾期任务{}项"
    MISSED = "missed", "未报{}期"
    NEAR_CLOCK = "near_clock", "时限临近{}件"
    BEHIND = "behind", "次数落后{}项"
    PROBLEM = "problem", "存在问题{}个"
    COORDINATE = "coordinate", "提请协调{}件"
    DECISION = "decision", "未了议定事项{}件"
    INSTRUCTION = "instruction", "待回复批示{}条"
    REQUEST = "request", "待处理申请{}件"
    LATE_RETURN = "late_return", "迟报{}期"
    SOON = "soon", "近期到期{}项"

    def said(self, number: int) -> str:
        """逾期任务3项."""
        return self.label.format(number)


_F = NeedFact
WEIGHTS: dict[NeedFact, int] = {
    _F.LATE_DECISION: 8,
    _F.LATE_CLOCK: 8,
    _F.LATE_INSTRUCTION: 6,
    _F.OVERDUE: 5,
    _F.MISSED: 4,
    _F.NEAR_CLOCK: 3,
    _F.BEHIND: 3,
    _F.PROBLEM: 3,
    _F.COORDINATE: 3,
    _F.DECISION: 2,
    _F.INSTRUCTION: 2,
    _F.REQUEST: 2,
    _F.LATE_RETURN: 1,
    _F.SOON: 1,
}


@dataclass(frozen=True, slots=True)
class Need:
    """How much a unit has to be talked about."""

    unit_id: int
    score: int
    reasons: tuple[str, ...]
    """What makes the score, the gravest first."""


def need(unit_id: int, facts: Mapping[NeedFact, int]) -> Need:
    """The need of one unit; facts that are not named are none."""
    given = [(fact, facts.get(fact, 0)) for fact in WEIGHTS if facts.get(fact, 0) > 0]
    score = sum(WEIGHTS[fact] * min(number, MOST) for fact, number in given)
    return Need(unit_id, score, tuple(fact.said(number) for fact, number in given))


def agenda(needs: Iterable[Need]) -> tuple[Need, ...]:
    """The order in which units are talked about; equals stay in the order they came in."""
    return tuple(sorted(needs, key=lambda each: -each.score))
