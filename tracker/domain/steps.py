"""Steps (办理步骤): the states of a thing, which step leads where, and the sentence for every other step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.domain.errors import RuleViolated

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class StepTable(Generic[State, Step]):
    """The states and steps of one kind of thing.

    `after` tells where a step leads; what it does not hold is refused, and `refusal` names the sentence.
    """

    after: Mapping[tuple[State, Step], State]
    refusal: Callable[[State, Step], type[RuleViolated]]

    def take(self, state: State, step: Step) -> State:
        """The state after a step.

        Raises:
            RuleViolated: the step is not open in this state; the class says why.

        """
        after = self.after.get((state, step))
        if after is None:
            raise self.refusal(state, step)
        return after

    def open_steps(self, state: State) -> frozenset[Step]:
        """The steps that are open in a state."""
        return frozenset(step for known, step in self.after if known is state)


def said_by(
    sentences: Mapping[tuple[State, Step], type[RuleViolated]], otherwise: type[RuleViolated]
) -> Callable[[State, Step], type[RuleViolated]]:
    """Refusals that are written down case by case; the rest are told `otherwise`."""
    return lambda state, step: sentences.get((state, step), otherwise)
