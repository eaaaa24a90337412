"""The parts of what is asked for (应报), and how many obligations each part has."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.domain.obligation import ObligationState as State
from tracker.domain.titled import Titled


class Slice(Titled):
    """A part of what is asked for, as the board and the lists name it."""

    DUE = "due", "应报"
    HANDED_IN = "handed_in", "已报"
    OUTSTANDING = "outstanding", "还没报"
    SUBMITTED = "submitted", "待审"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"
    OPEN = "open", "待报"
    MISSED = "missed", "未报"
    WAIVED = "waived", "免报"
    ON_TIME = "on_time", "按时报送"
    LATE = "late", "迟报"


STATES: dict[Slice, frozenset[State]] = {
    Slice.DUE: frozenset(State) - {State.WAIVED},
    Slice.HANDED_IN: frozenset({State.SUBMITTED, State.ACCEPTED}),
    Slice.OUTSTANDING: frozenset({State.OPEN, State.MISSED}),
    Slice.SUBMITTED: frozenset({State.SUBMITTED}),
    Slice.ACCEPTED: frozenset({State.ACCEPTED}),
    Slice.RETURNED: frozenset({State.RETURNED}),
    Slice.OPEN: frozenset({State.OPEN}),
    Slice.MISSED: frozenset({State.MISSED}),
    Slice.WAIVED: frozenset({State.WAIVED}),
    # What has ever been handed in, by when it first came.
    Slice.ON_TIME: frozenset({State.SUBMITTED, State.ACCEPTED, State.RETURNED}),
    Slice.LATE: frozenset({State.SUBMITTED, State.ACCEPTED, State.RETURNED}),
}
LATENESS = {Slice.ON_TIME: False, Slice.LATE: True}


@dataclass(frozen=True, slots=True)
class ObligationCounts:
    """How many there are of each state, on time and late."""

    by: dict[tuple[State, bool], int] = field(default_factory=dict)

    def of(self, part: Slice) -> int:
        """How many rows the list of this slice has."""
        lateness = LATENESS.get(part)
        return sum(
            count
            for (state, late), count in self.by.items()
            if state in STATES[part] and (lateness is None or late is lateness)
        )

    @property
    def due(self) -> int:
        return self.of(Slice.DUE)

    @property
    def handed_in(self) -> int:
        return self.of(Slice.HANDED_IN)

    @property
    def submitted(self) -> int:
        return self.of(Slice.SUBMITTED)

    @property
    def accepted(self) -> int:
        return self.of(Slice.ACCEPTED)

    @property
    def returned(self) -> int:
        return self.of(Slice.RETURNED)

    @property
    def outstanding(self) -> int:
        return self.of(Slice.OUTSTANDING)

    @property
    def missed(self) -> int:
        return self.of(Slice.MISSED)

    @property
    def waived(self) -> int:
        return self.of(Slice.WAIVED)

    @property
    def on_time(self) -> int:
        return self.of(Slice.ON_TIME)

    @property
    def late(self) -> int:
        return self.of(Slice.LATE)
