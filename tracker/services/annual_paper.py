"""A year's tables (年报表) to be handed on: only where everything agrees, or refused with the difference."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.documents.annual_tables import AnnualTables
from tracker.domain.errors import RuleViolated
from tracker.services import annual, settings


class NothingEntered(RuleViolated):
    """这一年的年报表还没有填，填好保存后再导出。"""


class TablesNotAgreed(RuleViolated):
    """年报表还对不上，暂不能导出。"""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(f"还有{len(faults)}处对不上，暂不能导出：{''.join(faults)}")
        self.faults = faults


def paper(session: Session, *, year: int, now: datetime) -> AnnualTables:
    """The tables as they stand.

    Raises:
        NotFound: nobody can mean that year.
        NothingEntered: nothing was typed yet.
        TablesNotAgreed: figures do not balance, or differ from the year before or the clocks.

    """
    known = annual.entered(session, year=year)
    if not known.cells:
        raise NothingEntered
    if faults := annual.applications(session, year).faults:
        raise TablesNotAgreed(tuple(fault.words for fault in faults))
    return AnnualTables(year, settings.office_name(session), known.cells, now)
