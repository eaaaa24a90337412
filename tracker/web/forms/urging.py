"""What an address of 催办 asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.errors import NotFound
from tracker.domain.urging import UrgeKind
from tracker.web.forms.ledger import LARGEST_ID


@dataclass(frozen=True, slots=True)
class UrgeAddress:
    """The words of the address; of returns, a cadence and the key of its period."""

    what: UrgeKind
    plan: int | None
    cadence: str
    period: str

    @property
    def fields(self) -> dict[str, str]:
        """What a form or a link repeats of it."""
        said = {"what": self.what.value, "cadence": self.cadence, "period": self.period}
        return {name: text for name, text in {**said, "plan": str(self.plan or "")}.items() if text}


def read(values: Mapping[str, str]) -> UrgeAddress:
    """Read the words of an address or of a form.

    Raises:
        NotFound: a word that is none of ours leads nowhere.

    """
    try:
        plan = int(values["plan"]) if values.get("plan") else None
        what = UrgeKind(values.get("what", ""))
    except ValueError as error:
        raise NotFound from error
    if plan is not None and not 0 < plan <= LARGEST_ID:
        raise NotFound
    return UrgeAddress(what, plan, values.get("cadence", ""), values.get("period", ""))
