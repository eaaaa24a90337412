"""The figures of a closed week (封存): as they stood at the cut-off, beside what the lists hold now.

A number on a page opens its list, so it is the present one. Where a late return or a waiver has changed it
since, the frozen one stands beside it in words: a circular reads later as it did then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.store.queries.reporting import ObligationCounts, Slice, figures_of

FROZEN = (Slice.DUE, Slice.ON_TIME, Slice.LATE, Slice.MISSED, Slice.WAIVED)
"""The parts that a closed week keeps, as a circular names them."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that has moved since its week closed."""

    part: Slice
    then: int
    now: int


def changes(frozen: Mapping[str, int], counts: ObligationCounts) -> dict[Slice, Changed]:
    """What differs between the frozen figures and the lists; nothing when nothing was frozen."""
    present = figures_of(counts)
    found = (
        Changed(part, frozen[part.value], present[part.value]) for part in FROZEN if part.value in frozen
    )
    return {change.part: change for change in found if change.then != change.now}
